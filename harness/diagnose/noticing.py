"""Two causes that only runs see: accepted and not honoured, accepted and not documented. From rows already sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from harness.diagnose.adapt import Levels
from harness.diagnose.evidence import Evidence, Fate, History, Said, holds
from harness.diagnose.found import DISHONOURED, Found, Seen
from harness.diagnose.merging import merged
from harness.diagnose.purse import Purse
from harness.diagnose.records import Probe
from harness.diagnose.whole import Explainer
from harness.model import Json
from harness.provider import ABSENT
from harness.refusal.records import field_value
from harness.scenario.labels import canonical

#: Fewer rows with the same warning say it themselves.
_FEWEST: Final = 2
#: Values of an undocumented key that are told.
_MOST_VALUES: Final = 10


def not_honoured(scenario: str, levels: Levels, seen: Iterable[Seen]) -> list[Found]:
    """What outputs that are not as asked for have in common, for each kind of finding by itself. Never sends anything.

    Only outputs that were measured count as honoured.
    """
    measured = [one for one in seen if one.works or any(one.finding(code) for code in DISHONOURED)]
    found: list[Found] = []
    for code in sorted(DISHONOURED):
        if any(one.finding(code) for one in measured):
            found += _ranked(scenario, code, levels, measured)
    return found


def _ranked(scenario: str, code: str, levels: Levels, measured: Sequence[Seen]) -> list[Found]:
    bad = [one for one in measured if one.finding(code) is not None]
    evidence = [_evidence(one, code, levels) for one in measured if one.finding(code) is not None or one.works]
    explainer = Explainer(History(levels.space(), evidence), purse=Purse(max_probes=0))
    diagnosis = explainer.step()
    assert not isinstance(diagnosis, Probe)
    refused = [item.row for item in evidence if item.fate == "refused"]
    diagnosis = merged(diagnosis, refused, [item.row for item in evidence if item.fate == "accepted"])
    found: list[Found] = []
    for explained in diagnosis.causes:
        items = explained.cause.items
        rows = [one for one in bad if holds(levels.row(one.variant.payload), items)]
        if rows:
            found.append(
                Found(
                    kind="not_honoured",
                    scenario=scenario,
                    code=code,
                    causes=({levels.factors[factor]: levels.value(factor, level) for factor, level in items},),
                    confidence="ranked",
                    status="ranked",
                    explains=tuple(one.variant.id for one in rows),
                    numbers=tuple(one.number for one in rows),
                )
            )
    return found


def _evidence(one: Seen, code: str, levels: Levels) -> Evidence:
    bad = one.finding(code) is not None
    fate: Fate = "refused" if bad else "accepted"
    said = (Said(signature=code),) if bad else ()
    return Evidence(row=levels.row(one.variant.payload), fate=fate, said=said)


def undocumented(scenario: str, seen: Iterable[Seen]) -> list[Found]:
    """Keys that no contract knows and that were accepted in two rows or more, each with the values it had."""
    keys: dict[str, list[Seen]] = {}
    for one in seen:
        for finding in one.judgement.findings:
            if finding.code == "UNDOCUMENTED" and finding.field is not None:
                keys.setdefault(finding.field, []).append(one)
    return [
        Found(
            kind="undocumented",
            scenario=scenario,
            code="UNDOCUMENTED",
            causes=tuple({field: value} for value in _values(field, rows)),
            confidence="certified",
            status="explained",
            explains=tuple(one.variant.id for one in rows),
            numbers=tuple(one.number for one in rows),
            meant=_meant(field, rows[0]),
        )
        for field, rows in keys.items()
        if len(rows) >= _FEWEST
    ]


def _meant(field: str, one: Seen) -> str | None:
    found = (finding for finding in one.judgement.findings if (finding.code, finding.field) == ("UNDOCUMENTED", field))
    return next((finding.message.params.get("meant") for finding in found), None)


def _values(field: str, rows: Iterable[Seen]) -> list[Json]:
    """The different values of a key, the first ones; ABSENT for one that cannot be found in the payload."""
    values = {
        canonical(value): value for one in rows if (value := field_value(one.variant.payload, field)) is not ABSENT
    }
    return list(values.values())[:_MOST_VALUES] or [ABSENT]
