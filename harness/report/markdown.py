"""The report for a pull request: the verdict, what to change, the table, the working formats. Pure.

Texts of an API or of a scenario are nothing but text here: no HTML, no table cell, no link, no mention, no issue.
GitHub takes a step summary of at most 1 MiB, so passes are left out of the table first, and the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from harness.model import JsonObject
from harness.report import formats
from harness.report.coverage import coverage_lines
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.remarks import Point, Remark, explained_numbers, remarks, since
from harness.report.save import save
from harness.report.style import NONE, Style
from harness.report.summary import counts, credits_line, headline, time_line, title, without_format

NAME: Final = "report.md"
#: Bytes of UTF-8; what GitHub allows is 1 MiB (1,048,576).
MOST_BYTES: Final = 1_000_000
#: Bytes of the parts beside the table, which gets what is left: the remarks, and each of the working formats.
_MOST_CHANGES: Final = 350_000
_MOST_NOTES: Final = 100_000
_MOST_FORMAT: Final = 15_000
_MOST_FORMATS: Final = 20
_MOST_NAME: Final = 120
#: Room for the line that says what was cut.
_LAST_LINE: Final = 300

_ICONS: Final = {"pass": "✅", "fail": "❌", "inconclusive": "⚠️", "error": "💥", "skipped": "⏭️"}
#: An underscore inside a word means nothing; the last group is what means something at the start of a line only.
_MARKUP: Final = re.compile(r"([\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|^(?:[#+=-]|\d+(?=[.)])))")
#: GitHub makes links of these in plain text: @name, #12, GH-12, https://…, www.…, name@host; and pictures of :name:.
#: A sign without width, which its own tools use for the same end, keeps them text.
_LINKS: Final = re.compile(
    r"@|#(?=\d)|(?<=GH)-(?=\d)|:(?=//)|(?<=www)\.|(?<=xmpp):|(?<=mailto):|:(?=[a-z+-][a-z0-9_+-]*:)", re.IGNORECASE
)
_GUARD: Final = "&#8203;"
#: A text without one of these, and without one of those at its start, holds none of the above, nor HTML.
_TELLING: Final = re.compile(r"[\\`*\[\]|~$_@#:&<>.-]")
_FIRST: Final = frozenset("+=0123456789")


def render(report: Report, *, lang: str = "en") -> str:
    """The report in GitHub's Markdown, at most 1 MiB."""
    style = Style(lang=lang)
    head = [_verdict(report, style), _facts(report, style)]
    head += [_text(line, style) for line in coverage_lines(report, style)]
    head += [_text(style.say(note["words"], note["text"]), style) for note in report.head["run"].get("notes") or ()]
    causes = _causes(report, style)
    found, left_out = remarks(report, style, explained_numbers(report))
    change = [remark for remark in found if remark.verdict not in _HARMLESS]
    notes = [remark for remark in found if remark.verdict in _HARMLESS]
    first, cut = _section("markdown.change", report, change, style, _MOST_CHANGES)
    last, cut_too = _section("markdown.notes", report, notes, style, _MOST_NOTES)
    body = [*_formats(report, style), last]
    if left_out := left_out + cut + cut_too:
        body.append(style.text("report.more_remarks", count=left_out))
    room = MOST_BYTES - sum(_size(part) + 2 for part in (*head, causes, first, *body))
    return "\n\n".join(part for part in (*head, causes, first, _table(report, style, room), *body) if part) + "\n"


def write(report: Report, file: Path, lang: str = "en") -> None:
    """Writes the report to `file`. Raises OSError."""
    save(file, [render(report, lang=lang)])


_HARMLESS: Final = frozenset({"pass", "skipped"})


def _verdict(report: Report, style: Style) -> str:
    """The first line: what came of the run, and at what it was fired."""
    verdict, text = headline(report, style)
    return f"## {_ICONS[verdict]} {text} — {_text(title(report, style), style)}"


def _facts(report: Report, style: Style) -> str:
    number = "  ".join(f"{count} {_ICONS[verdict]}" for verdict, count in counts(report))
    run = report.head["run"]
    return " · ".join((number, credits_line(report, style), time_line(run, style), _code(style.plain(run["id"], 120))))


def _causes(report: Report, style: Style) -> str:
    """One paragraph a cause, and what it took to find them."""
    if not report.head.get("diagnoses") and not report.head.get("probes"):
        return ""
    from harness.report.causes import paragraphs, probes_line  # lazily: most runs have none

    lines = [
        f"- {_ICONS[verdict]} {_text(text, style)} ({_code(code)})" for verdict, text, code in paragraphs(report, style)
    ]
    blocks = [f"### {style.text('markdown.causes')}\n\n" + "\n".join(lines)] if lines else []
    return "\n\n".join([*blocks, *([_text(line, style)] if (line := probes_line(report, style)) else [])])


def _section(key: str, report: Report, found: Sequence[Remark], style: Style, room: int) -> tuple[str, int]:
    """A list of remarks under a heading, in at most `room` bytes; and the number of variants left out for it."""
    lines = [f"### {style.text(key)}", ""]
    for count, remark in enumerate(found):
        line = _remark(remark, since(report, remark, style), style)
        room -= _size(line) + 1
        if room < 0:
            return "\n".join(lines), sum(len(remark.numbers) for remark in found[count:])
        lines.append(line)
    return "\n".join(lines) if found else "", 0


def _remark(remark: Remark, since_when: str, style: Style) -> str:
    icon = "⚠️" if remark.warning else _ICONS[remark.verdict]
    points = [_point(point, style) for point in remark.points]
    if remark.more:
        points.append(style.text("report.more_findings", count=remark.more))
    if since_when:
        points.append(_text(since_when, style))
    return f"- {icon} **{_text(remark.who(style), style)}**: {' '.join(points)}"


def _point(point: Point, style: Style) -> str:
    parts = [_text(point.message, style)]
    if point.advice:
        parts.append(f"**{_text(point.advice, style)}**")
    if point.said is not None:
        parts.append(style.text("markdown.said", said=_code(point.said)))
    if point.code:
        parts.append(f"({_code(point.code)})")
    return " ".join(parts)


def _formats(report: Report, style: Style) -> list[str]:
    """The working format of each scenario, to copy; or that there is none."""
    parts = []
    unmet = without_format(report)
    scenarios: Sequence[JsonObject] = report.head["scenarios"]
    for scenario in scenarios[:_MOST_FORMATS]:
        name = _text(str(scenario["name"]), style)
        if scenario.get("working_format") is not None:
            text = _block(scenario["working_format"], style)
            fence = _fence(text)
            parts.append(f"### {style.text('markdown.format', scenario=name)}\n\n{fence}json\n{text}\n{fence}")
            parts += [_text(line, style) for line in formats.notes(scenario, style)]
        elif scenario["name"] in unmet:
            verdict = unmet[scenario["name"]]
            key = "format.none.scenario" if verdict == "fail" else "format.unclear.scenario"
            parts.append(f"### {_ICONS[verdict]} {style.text(key, scenario=name)}")
        parts += _mended(scenario, style)
    if len(scenarios) > _MOST_FORMATS:
        parts.append(style.text("format.more", count=len(scenarios) - _MOST_FORMATS))
    return parts


def _mended(scenario: JsonObject, style: Style) -> list[str]:
    """What a working format changes of the baseline, and what proves it; or one that nobody has tried."""
    if not scenario.get("mended"):
        return []
    from harness.report.mended import changes, payload, proof, told  # lazily: most runs have none

    if (made := told(scenario)) is None:
        return []
    lines = [f"- {_text(line, style)}" for line in changes(made, style)]
    text = _text(payload(scenario, made, style), style, _MOST_FORMAT)
    return [text, _text(proof(made, style), style), "\n".join(lines)]


def _block(payload: JsonObject, style: Style) -> str:
    """The payload over several lines; a huge one with its texts cut, and at last its end."""
    text = style.block(payload)
    if _size(text) <= _MOST_FORMAT:
        return text
    text = style.block(payload, 100)
    return text if _size(text) <= _MOST_FORMAT else text[: _MOST_FORMAT // 4] + "\n…"


def _table(report: Report, style: Style, room: int) -> str:
    """The table, in at most `room` bytes: the variants that did not pass stand first and are cut last."""
    if not report.rows:
        return ""
    cells = _Cells(style, several=len(report.head["scenarios"]) > 1)
    lines = [f"### {style.text('markdown.variants')}", "", *cells.heads()]
    ordered = sorted(report.rows, key=lambda row: row.verdict == "pass")
    left = room - sum(_size(line) + 1 for line in lines) - _LAST_LINE
    for count, row in enumerate(ordered):
        line = cells.line(row)
        left -= _size(line) + 1
        if left < 0:
            rest = ordered[count:]
            passes = sum(row.verdict == "pass" for row in rest)
            key = "report.hidden_passes" if passes == len(rest) else "report.hidden"
            lines += ["", style.text(key, passes=passes, others=len(rest) - passes, where="report.json")]
            break
        lines.append(line)
    return "\n".join(lines)


class _Cells:
    """The lines of the table. Most cells of ten thousand rows are alike, so their texts are kept."""

    def __init__(self, style: Style, *, several: bool) -> None:
        self._style = style
        self._several = several
        self._results: dict[tuple[object, ...], str] = {}

    def heads(self) -> tuple[str, str]:
        """The heading and the line below it."""
        names = ["variant", "result", "task_id", "time", "credits"]
        align = ["--:", ":--", ":--", ":--", "--:", "--:"]
        if self._several:
            names.insert(0, "scenario")
            align.insert(1, ":--")
        titles = (self._style.text(f"column.{name}") for name in names)
        return f"| # | {' | '.join(titles)} |", f"| {' | '.join(align)} |"

    def line(self, row: Row) -> str:
        """The line of one variant."""
        scenario = f"{_text(row.scenario, self._style)} | " if self._several else ""
        name = _text(row.name, self._style, _MOST_NAME)
        task = NONE if row.task_id is None else _code(self._style.plain(row.task_id))
        time, price = self._style.time(row.total_s), self._style.number(row.credits)
        return f"| {row.number} | {scenario}{name} | {self._result(row)} | {task} | {time} | {price} |"

    def _result(self, row: Row) -> str:
        key = (row.verdict, row.result, row.wanted, row.warned)
        if key not in self._results:
            word = self._style.result(row).removeprefix(self._style.mark(row.verdict)).strip()
            self._results[key] = f"{_ICONS.get(row.verdict, '')} {word}"
        return self._results[key]


def _text(text: str, style: Style, limit: int = 1500) -> str:
    """The text as Markdown that shows it as it is."""
    text = style.plain(text, limit)
    return _escaped(text) if text[:1] in _FIRST or _TELLING.search(text) else text


def _escaped(text: str) -> str:
    return _LINKS.sub(_guard, _MARKUP.sub(r"\\\1", _html(text)))


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _guard(sign: re.Match[str]) -> str:
    return sign[0] + _GUARD


def _code(text: str) -> str:
    """The text as a code span, which GitHub neither links nor formats. Pipes are escaped for tables."""
    text = text.replace("|", "\\|")
    if "`" not in text:
        return f"`{text}`"
    fence = _fence(text, least=1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _fence(text: str, least: int = 3) -> str:
    """Backticks enough to enclose the text."""
    return "`" * max(least, 1 + max(_runs(text), default=0))


def _runs(text: str) -> Iterator[int]:
    return (len(run) for run in re.findall("`+", text))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
