"""What is to be said about single variants: which payloads fail and why, what passes with a warning, what was left out.

Variants of which the same is to be said share one remark. Looks at a bounded number of entries, so that a run in which
everything fails is not built a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from harness import words
from harness.model import JsonObject
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.style import Style

MOST: Final = 100
_MOST_POINTS: Final = 10
_MOST_NUMBERS: Final = 10
_MOST_TEXT: Final = 600
_WORST_FIRST: Final = ("error", "fail", "inconclusive", "pass", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One finding in words: what happened, what to do, what the API said (None: nothing that is not told already)."""

    code: str
    message: str
    advice: str = ""
    said: str | None = None


@dataclass(slots=True, kw_only=True)
class Remark:
    """What is to be said about one variant or several of them. `more` counts findings that are left out."""

    verdict: str
    name: str
    points: tuple[Point, ...]
    more: int = 0
    numbers: list[int] = field(default_factory=list)

    def who(self, style: Style) -> str:
        """The variants: `7 aspect ratio`, or `7, 8, 9 and 20 more`."""
        if len(self.numbers) == 1:
            return style.plain(f"{self.numbers[0]} {self.name}", 80)
        shown = ", ".join(map(str, self.numbers[:_MOST_NUMBERS]))
        if len(self.numbers) > _MOST_NUMBERS:
            return style.text("report.and_more", shown=shown, count=len(self.numbers) - _MOST_NUMBERS)
        return shown


def remarks(report: Report, style: Style) -> tuple[list[Remark], int]:
    """The remarks, worst first, and for how many variants there was no room."""
    chosen: list[Row] = []
    left_out = 0
    for rows in _classes(report.rows):
        chosen += rows[:MOST]
        left_out += len(rows) - MOST if len(rows) > MOST else 0
    found: dict[tuple[object, ...], Remark] = {}
    for row in chosen:
        remark = _remark(row, report.variants[row.number - 1], style)
        key = (remark.verdict, remark.points, remark.more)
        found.setdefault(key, remark).numbers.append(row.number)
    return sorted(found.values(), key=lambda remark: _WORST_FIRST.index(remark.verdict)), left_out


def _classes(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows that something is to be said about: the bad ones, the passes with a warning, the skipped ones."""
    bad: list[Row] = []
    warned: list[Row] = []
    skipped: list[Row] = []
    for row in rows:
        if row.verdict == "skipped":
            skipped.append(row)
        elif row.verdict != "pass":
            bad.append(row)
        elif row.warned:
            warned.append(row)
    return [bad, warned, skipped]


def _remark(row: Row, entry: JsonObject, style: Style) -> Remark:
    findings = sorted(entry.get("findings") or (), key=lambda finding: bool(finding.get("warning")))
    points = tuple(_point(finding, style) for finding in findings[:_MOST_POINTS])
    if not points:
        skipped = entry.get("skipped")
        reason = style.say(skipped["words"], skipped["text"]) if skipped else words.text("report.no_reason", style.lang)
        points = (Point(code="", message=style.plain(reason, _MOST_TEXT)),)
    verdict = row.verdict if row.verdict in _WORST_FIRST else "error"
    return Remark(verdict=verdict, name=row.name, points=points, more=max(len(findings) - _MOST_POINTS, 0))


def _point(finding: JsonObject, style: Style) -> Point:
    said = finding.get("words") or {}
    message = style.plain(style.say(said.get("message") or {}, str(finding.get("message", ""))), _MOST_TEXT)
    advice = []
    if said.get("suggestion"):
        advice.append(style.say(said["suggestion"], finding["suggestion"]))
    if proposal := finding.get("proposal"):
        advice.append(style.say(proposal["words"], proposal["text"]))
    quote = finding.get("said") and style.plain(str(finding["said"]), _MOST_TEXT)
    return Point(
        code=style.plain(str(finding.get("code", "")), 60),
        message=message,
        advice=style.plain(" ".join(advice), _MOST_TEXT),
        said=quote if quote and quote not in message else None,
    )
