"""Which payload of a scenario is named as its working format, and what is to be known about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from harness.model import JsonObject
from harness.report.entries import UNDOCUMENTED, Row
from harness.report.style import Style

_MOST: Final = 10


def chosen(rows: Iterable[Row]) -> Mapping[str, Row]:
    """Scenario → its first row that works, one without a key that the contract does not know before all others."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.works and (row.scenario not in found or (found[row.scenario].undocumented and not row.undocumented)):
            found[row.scenario] = row
    return found


def entry(one: JsonObject | None) -> JsonObject:
    """What report.json says of it: the payload of a variant (or a probe), and which of its keys no contract knows."""
    if one is None:
        return {"working_format": None}
    keys = [finding.get("field") for finding in one.get("findings") or () if finding.get("code") == UNDOCUMENTED]
    return {"working_format": one.get("payload"), **({"undocumented": keys} if keys else {})}


def with_mended(scenario: JsonObject, made: JsonObject, proof: JsonObject | None) -> JsonObject:
    """The scenario with its mended baseline, which is the working format where it was seen to work.

    One with a key that the contract does not know gives way to a variant without. `proof` is what sent it.
    """
    mended = entry({**(proof or {}), "payload": made["payload"]})
    documented = scenario["working_format"] is not None and "undocumented" not in scenario
    if not made["seen_to_work"] or ("undocumented" in mended and documented):
        return {**scenario, "mended": made}
    return {**without(scenario), **mended, "mended": made}


def without(scenario: JsonObject) -> JsonObject:
    """The scenario without its working format."""
    return {key: value for key, value in scenario.items() if key not in {"working_format", "undocumented"}}


def notes(scenario: JsonObject, style: Style) -> Iterator[str]:
    """What is to be known about a scenario's working format, in sentences."""
    keys = scenario.get("undocumented")
    if isinstance(keys, Sequence) and not isinstance(keys, str) and keys:
        shown = ", ".join(style.plain(str(key), 120) for key in keys[:_MOST]) + (", …" if len(keys) > _MOST else "")
        yield style.text("format.undocumented", keys=shown, count=len(keys))
