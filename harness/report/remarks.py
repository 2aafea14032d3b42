"""What is to be said about single variants: why one fails or is refused, what passes with a warning, what was left out.

Variants of which the same is to be said share one remark. Looks at a bounded number of entries, so that a run in which
everything fails is not built a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from harness import words
from harness.model import JsonObject
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.style import Style

MOST: Final = 100
#: Refusals that were expected and came: each is explained, but they must not bury what is wrong.
_MOST_REFUSALS: Final = 30
_MOST_POINTS: Final = 10
_MOST_NUMBERS: Final = 10
_MOST_TEXT: Final = 600
#: Of what the API said to a refusal that was expected: our own sentence tells the rest.
_MOST_QUOTE: Final = 120
_WORST_FIRST: Final = ("error", "fail", "inconclusive", "pass", "skipped")


class Point(Struct, frozen=True, kw_only=True):
    """One finding in words: what happened, what to do, what the API said (None: nothing that is not told already)."""

    code: str
    message: str
    advice: str = ""
    said: str | None = None


@dataclass(slots=True, kw_only=True)
class Remark:
    """What is to be said about one variant or several of them. `more` counts findings that are left out.

    A pass is told of for its `warning`, or because it is an expected refusal. `ids` are those of the variants.
    """

    verdict: str
    warning: bool
    name: str
    points: tuple[Point, ...]
    more: int = 0
    numbers: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def who(self, style: Style) -> str:
        """The variants: `7 aspect ratio`, or `7, 8, 9 and 20 more`."""
        if len(self.numbers) == 1:
            return style.plain(f"{self.numbers[0]} {self.name}", 80)
        shown = ", ".join(map(str, self.numbers[:_MOST_NUMBERS]))
        if len(self.numbers) > _MOST_NUMBERS:
            return style.text("report.and_more", shown=shown, count=len(self.numbers) - _MOST_NUMBERS)
        return shown


def remarks(report: Report, style: Style, told: Collection[int] = ()) -> tuple[list[Remark], int]:
    """The remarks, worst first, and for how many variants there was no room.

    `told` are numbers of variants of which all is said elsewhere.
    """
    chosen: list[Row] = []
    left_out = 0
    for rows, most in _classes(row for row in report.rows if row.number not in told):
        chosen += rows[:most]
        left_out += max(len(rows) - most, 0)
    found: dict[tuple[object, ...], Remark] = {}
    for row in chosen:
        entry = report.variants[row.number - 1]
        if row.verdict == "pass" and not entry.get("findings"):
            continue
        remark = remark_of(row, entry, style)
        key = (remark.verdict, remark.warning, remark.points, remark.more)
        known = found.setdefault(key, remark)
        known.numbers.append(row.number)
        known.ids.append(str(entry.get("id")))
    return sorted(found.values(), key=lambda remark: (_WORST_FIRST.index(remark.verdict), not remark.warning)), left_out


def since(report: Report, remark: Remark, style: Style) -> str:
    """Since when the variants of a failure are broken; "" for all else, and where no run before is known."""
    if remark.verdict not in {"fail", "error"} or not report.head.get("history"):
        return ""
    from harness.report.since import Past  # lazily: only what fails needs it

    return Past(report.head, style).since(remark.ids)


def explained_numbers(report: Report) -> Collection[int]:
    """The numbers of the variants about which the paragraphs of their causes say all."""
    if not report.head.get("diagnoses"):
        return ()
    from harness.report.causes import explained  # lazily: most runs have none

    return explained(report)


def _classes(rows: Iterable[Row]) -> list[tuple[list[Row], int]]:
    """Rows to say something about, and for how many: bad ones, passes with a warning, expected refusals, skipped."""
    bad: list[Row] = []
    warned: list[Row] = []
    refused: list[Row] = []
    skipped: list[Row] = []
    for row in rows:
        if row.verdict == "skipped":
            skipped.append(row)
        elif row.verdict != "pass":
            bad.append(row)
        elif row.warned:
            warned.append(row)
        elif row.result == "refused":
            refused.append(row)
    return [(bad, MOST), (warned, MOST), (refused, _MOST_REFUSALS), (skipped, MOST)]


def remark_of(row: Row, entry: JsonObject, style: Style) -> Remark:
    """What is to be said about one variant; of a pass without findings, that there is nothing."""
    findings = sorted(entry.get("findings") or (), key=lambda finding: bool(finding.get("warning")))
    most_quote = _MOST_QUOTE if row.result == "refused" and row.verdict == "pass" else _MOST_TEXT
    points = tuple(_point(finding, style, most_quote) for finding in findings[:_MOST_POINTS])
    if not points:
        skipped = entry.get("skipped")
        reason = style.say(skipped["words"], skipped["text"]) if skipped else words.text("report.no_reason", style.lang)
        points = (Point(code="", message=style.plain(reason, _MOST_TEXT)),)
    verdict = row.verdict if row.verdict in _WORST_FIRST else "error"
    more = max(len(findings) - _MOST_POINTS, 0)
    return Remark(verdict=verdict, warning=row.warned, name=row.name, points=points, more=more)


def _point(finding: JsonObject, style: Style, most_quote: int) -> Point:
    said = finding.get("words") or {}
    message = style.plain(style.say(said.get("message") or {}, str(finding.get("message", ""))), _MOST_TEXT)
    advice = []
    if said.get("suggestion"):
        advice.append(style.say(said["suggestion"], finding["suggestion"]))
    if proposal := finding.get("proposal"):
        advice.append(style.say(proposal["words"], proposal["text"]))
    quote = finding.get("said") and style.plain(str(finding["said"]), most_quote)
    return Point(
        code=style.plain(str(finding.get("code", "")), 60),
        message=message,
        advice=style.plain(" ".join(advice), _MOST_TEXT),
        said=quote if quote and quote not in message else None,
    )
