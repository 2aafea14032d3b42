"""What the reports for other programs (JUnit, CTRF, CSV) take from an entry: texts, places, seconds. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from harness.model import Json, JsonObject
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.remarks import Remark, remark_of
from harness.report.style import Style

#: These reports are data: they stay in English.
STYLE: Final = Style(lang="en")
_MOST_TITLE: Final = 500
_MOST_DETAILS: Final = 8_000
_MOST_PAYLOAD: Final = 2_000


class Case(Struct, frozen=True, kw_only=True):
    """One variant: its entry, its row, and what is to be said about it (None: it passed, and there is nothing)."""

    row: Row
    entry: JsonObject
    remark: Remark | None

    @property
    def name(self) -> str:
        """Its name in one line."""
        return STYLE.plain(self.row.name, _MOST_TITLE)

    @property
    def code(self) -> str:
        """The code of its first finding, or its verdict where there is none."""
        return (self.remark.points[0].code if self.remark else "") or self.row.verdict

    @property
    def title(self) -> str:
        """What there is to say, in one line; empty for a plain pass."""
        if self.remark is None:
            return ""
        point = self.remark.points[0]
        return STYLE.plain(" ".join(filter(None, (point.message, point.advice))), _MOST_TITLE)

    @property
    def details(self) -> str:
        """All of its findings with what was sent, over several lines, bounded; empty for a plain pass."""
        return "\n".join(self._lines())[:_MOST_DETAILS]

    def _lines(self) -> Iterator[str]:
        if self.remark is None:
            return
        for point in self.remark.points:
            yield f"{point.code}: {point.message}" if point.code else point.message
            if point.advice:
                yield f"  {point.advice}"
            if point.said is not None:
                yield f"  {STYLE.text('report.said', said=point.said)}"
        if self.remark.more:
            yield STYLE.text("report.more_findings", count=self.remark.more)
        if self.row.task_id is not None:
            yield f"Task: {STYLE.plain(self.row.task_id, 200)}"
        if payload := self.entry.get("payload"):
            yield f"Payload: {STYLE.plain(STYLE.compact(payload, 100), _MOST_PAYLOAD)}"
        file, line = place(self.entry)
        yield f"Scenario: {file}:{line}" if line else f"Scenario: {file}"


def cases(report: Report) -> Iterator[Case]:
    """The variants in plan order, one at a time: ten thousand entries are never held at once."""
    for row, entry in zip(report.rows, report.variants, strict=True):
        silent = row.verdict == "pass" and not entry.get("findings")
        yield Case(row=row, entry=entry, remark=None if silent else remark_of(row, entry, STYLE))


def place(entry: JsonObject) -> tuple[str, int]:
    """The scenario file of a variant and the line in it (0: not known).

    >>> place({"source": "scenarios/runway/image.yaml:14"})
    ('scenarios/runway/image.yaml', 14)
    """
    source = STYLE.plain(str(entry.get("source") or ""), 1000)
    file, _, line = source.rpartition(":")
    return (file, int(line)) if file and line.isascii() and line.isdigit() and len(line) < 10 else (source, 0)


def seconds(value: Json) -> float | None:
    """A length of time of a report, or None where it is not known or cannot be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return float(value)


def amount(value: Json) -> str:
    """A number as a text; empty where it is not known."""
    known = None if isinstance(value, bool) or not isinstance(value, int | float) else value
    return "" if known is None else STYLE.number(known) if math.isfinite(known) else ""


def started_at(run: JsonObject) -> datetime | None:
    """When the run started, aware; None where the report does not say."""
    try:
        moment = datetime.fromisoformat(str(run.get("started_at")))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
