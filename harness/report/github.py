"""What GitHub Actions shows of a run: annotations at the lines of scenario files, and the step's summary. Pure.

Rules of workflow commands, as the runner reads them (actions/runner, `ActionCommand.cs`): a line that begins with `::`
after white space is a command, as is one that holds `##[` anywhere; in data `%`, CR and LF are escaped, in properties
`:` and `,` too. The runner compares by culture, so that signs without width do not keep a command from being one. It
shows ten annotations of a step, and refuses a step's summary above 1 MiB.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from harness.errors import Mistake
from harness.report import markdown
from harness.report.cases import place
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.remarks import Point, remark_of
from harness.report.style import Style
from harness.words import in_lang

MOST_ANNOTATIONS: Final = 10
#: Bytes of a step's summary.
MOST_SUMMARY: Final = 1_048_576
_MOST_MESSAGE: Final = 2_000
_MOST_TITLE: Final = 200
_MOST_NAMES: Final = 5
_LEVELS: Final = {"error": "error", "fail": "error", "inconclusive": "warning"}
#: Signs that a comparison by culture passes over.
_UNSEEN: Final = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_COMMAND: Final = re.compile(rf"((?:^|[\n\r])[\s{_UNSEEN}]*:)(?=[{_UNSEEN}]*:)")
_OLD_COMMAND: Final = re.compile(rf"(#[{_UNSEEN}]*#)(?=[{_UNSEEN}]*\[)")


def neutral(text: str) -> str:
    """The text in which no line is a workflow command: a space stands in the middle of what could begin one.

    >>> neutral("::add-mask::x"), neutral("a ##[group]b"), neutral("a::b")
    (': :add-mask::x', 'a ## [group]b', 'a::b')
    """
    if ":" in text:
        text = _COMMAND.sub(r"\1 ", text)
    return _OLD_COMMAND.sub(r"\1 ", text) if "[" in text else text


def command(level: str, message: str, **properties: str) -> str:
    r"""One workflow command, without a line end. Properties that are empty are left out.

    >>> command("error", "50% off\nnow", file="a,b.yaml", line="3", title="")
    '::error file=a%2Cb.yaml,line=3::50%25 off%0Anow'
    """
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level}{' ' if told else ''}{told}::{_data(message)}"


def of_report(report: Report, *, lang: str = "en", base: str = "") -> Iterator[str]:
    """At most ten annotations, worst first: one for each cause, at the line of the first variant that has it.

    Failures that the baseline knows are left out.

    `base` is the folder that the scenario files are seen from, itself seen from the repository's root.
    """
    style = Style(lang=lang)
    found = _causes(report, style)
    shown = found if len(found) <= MOST_ANNOTATIONS else found[: MOST_ANNOTATIONS - 1]
    for cause in shown:
        yield command(
            cause.level,
            cause.message(style),
            file=_seen_from(base, cause.file),
            line=str(cause.line) if cause.line else "",
            title=style.plain(" ".join(filter(None, (cause.code, cause.at))), _MOST_TITLE),
        )
    if len(shown) < len(found):
        worst = found[len(shown)].level
        yield command(worst, style.text("github.more", count=len(found) - len(shown)))


def of_mistakes(mistakes: Iterable[Mistake], *, lang: str = "en", base: str = "") -> Iterator[str]:
    """At most ten annotations for mistakes in files; what is beyond them stands in the log."""
    for number, mistake in enumerate(mistakes):
        if number == MOST_ANNOTATIONS:
            return
        source, what = mistake.source, in_lang(mistake.what, lang)
        yield command(
            "error",
            "\n".join(filter(None, (f"{mistake.field}: {what}".removeprefix(": "), in_lang(mistake.fix, lang))))[
                :_MOST_MESSAGE
            ],
            file=_seen_from(base, source.file),
            line=str(source.line) if source.line else "",
            col=str(source.column) if source.line and source.column else "",
        )


def summary(report: Report, *, lang: str = "en", room: int = MOST_SUMMARY) -> str:
    """The run for the step's summary in at most `room` bytes: the Markdown report, or its first line, or nothing."""
    text = markdown.render(report, lang=lang)
    if len(text.encode("utf-8", "backslashreplace")) > room:
        text = text.partition("\n")[0] + "\n"
    return text if len(text.encode("utf-8", "backslashreplace")) <= room else ""


@dataclass(slots=True, kw_only=True)
class _Cause:
    """What several variants have in common: code, field (`at`) and sentence of a finding."""

    level: str
    code: str
    at: str
    point: Point
    file: str
    line: int
    names: list[str] = field(default_factory=list)
    count: int = 0

    def message(self, style: Style) -> str:
        who = ", ".join(self.names)
        if self.count > len(self.names):
            who = style.text("report.and_more", shown=who, count=self.count - len(self.names))
        parts = [f"{who}: {self.point.message}", self.point.advice]
        if self.point.said is not None:
            parts.append(style.text("report.said", said=self.point.said))
        return "\n".join(filter(None, parts))[:_MOST_MESSAGE]


def _causes(report: Report, style: Style) -> list[_Cause]:
    """The causes of what is not as expected, worst first, else in the order of the report."""
    found: dict[tuple[str, str, str, str], _Cause] = {}
    order = {verdict: number for number, verdict in enumerate(_LEVELS)}
    bad = sorted(
        (row for row in report.rows if row.verdict in _LEVELS and not row.known), key=lambda row: order[row.verdict]
    )
    for row in bad:
        for cause in _of(report, row, style):
            key = (cause.level, cause.code, cause.at, cause.point.message)
            known = found.setdefault(key, cause)
            known.count += 1
            if len(known.names) < _MOST_NAMES:
                known.names.append(style.plain(row.name, 80))
    return list(found.values())


def _of(report: Report, row: Row, style: Style) -> Iterator[_Cause]:
    entry = report.variants[row.number - 1]
    file, line = place(entry)
    findings = [finding for finding in entry.get("findings") or () if not finding.get("warning")]
    # Points stand in the order of the findings, those that are no mere warning first.
    points = remark_of(row, entry, style).points
    for number, point in enumerate(points[: max(len(findings), 1)]):
        name = str(findings[number].get("field") or "") if findings else ""
        yield _Cause(
            level=_LEVELS[row.verdict], code=point.code, at=style.plain(name, 80), point=point, file=file, line=line
        )


def _seen_from(base: str, file: str) -> str:
    return posixpath.normpath(posixpath.join(base, file.replace("\\", "/"))) if file else ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
