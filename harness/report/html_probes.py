"""The probes of a diagnosis as the page tells them: what was asked, what was sent, what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from harness import words
from harness.model import Json, JsonObject
from harness.report.document import Report
from harness.report.entries import Row, row_of_entry
from harness.report.style import Style, result_key

#: Probes that a page shows: report.json has them all.
MOST: Final = 500


class Probe(NamedTuple):
    """One probe; `question` is what it was sent to learn, `sign` the verdict whose sign it bears."""

    id: str
    number: int
    name: str
    sign: str
    result: str
    task: str
    question: str
    row: Row
    entry: JsonObject


def probes_of(report: Report, style: Style) -> dict[str, Probe]:
    """The probes of a report by their ids, in the order in which they were sent."""
    listed = report.head.get("probes")
    told = [_sound(one) for one in (listed if isinstance(listed, list) else ()) if isinstance(one, Mapping)]
    return {probe.id: probe for number, entry in enumerate(told[:MOST], 1) for probe in [_probe(number, entry, style)]}


def _probe(number: int, entry: JsonObject, style: Style) -> Probe:
    row = row_of_entry(number, entry)
    key = f"page.probe.{entry.get('purpose')}"
    return Probe(
        id=entry["id"],
        number=number,
        name=style.plain(row.name, 120),
        sign="fail" if row.result == "refused" else row.verdict,
        result=style.text(result_key(row)),
        task=style.plain(str(row.task_id or ""), 80),
        question=style.text(key) if key in words.TEXTS else style.plain(str(entry.get("purpose") or ""), 60),
        row=row,
        entry=entry,
    )


def _sound(entry: JsonObject) -> JsonObject:
    """The entry with what is taken for granted: probes are not held to a shape when a report is read."""
    verdict = entry.get("verdict")
    objects = {name: entry[name] if isinstance(entry.get(name), Mapping) else {} for name in ("credits", "timing")}
    return {
        **entry,
        **objects,
        "id": str(entry.get("id", "")),
        "scenario": str(entry.get("scenario", "")),
        "verdict": verdict if verdict in _VERDICTS else "error",
        "expect": "works",
        "task_id": None if entry.get("task_id") is None else str(entry["task_id"]),
        "findings": list(_findings(entry.get("findings"))),
        "skipped": entry["skipped"] if isinstance(entry.get("skipped"), Mapping) else None,
    }


_VERDICTS: Final = ("pass", "fail", "inconclusive", "error", "skipped")


def _findings(value: Json) -> Iterator[JsonObject]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("message"), str):
            said = one["words"] if isinstance(one.get("words"), Mapping) else {}
            proposal = one.get("proposal") if isinstance(one.get("proposal"), Mapping) else None
            yield {**one, "code": str(one.get("code", "")), "words": said, "proposal": proposal}
