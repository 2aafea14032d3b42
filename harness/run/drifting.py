"""Drift: what is refused now and was accepted in the last run of the same scenario against the same target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.errors import HarnessError
from harness.fire.journal import FILE as JOURNAL
from harness.judge.findings import finding
from harness.model import Json, JsonObject, Judgement
from harness.redact import clean
from harness.report.jsonfile import NAME, read

#: So many runs are looked at, the newest first: one that fired other variants tells nothing of these.
_MOST: Final = 5


def accepted_before(folder: Path, target: str, contract: str, variants: Collection[str]) -> Mapping[str, str]:
    """Variant id → the last run before this one, in the same reports folder, that fired it; where it was accepted.

    `target` is that of the run's report. The mock is the same target only with the same contract. Reports that cannot
    be read are passed over.
    """
    left, found = set(variants), {}
    for place in _before(folder):
        if not left:
            break
        try:
            report = read(place)
        except HarnessError:
            continue
        run: JsonObject = report.head["run"]
        if run["target"] != target or (target == "mock" and run["contract"] != contract):
            continue
        for entry in report.variants:
            if entry["id"] in left and _fired(entry):
                left.discard(entry["id"])
                if entry.get("task_id"):
                    found[entry["id"]] = str(run["id"])
    return found


def with_drift(judgement: Judgement, run: str) -> Judgement:
    """The judgement with the finding that the payload was accepted in that run."""
    drift = finding("DRIFT", "drift", {"run": clean(run, 80)}, advice="advice.drifted")
    return replace(judgement, findings=(*judgement.findings, drift))


def _fired(entry: JsonObject) -> bool:
    status: Json = entry.get("http_status")
    return bool(entry.get("task_id")) or (isinstance(status, int) and 400 <= status < 500 and status != 429)


def _before(folder: Path) -> list[Path]:
    """Runs older than this one, the newest first: their names begin with the time."""
    try:
        there = [
            place
            for place in folder.parent.iterdir()
            if place.name < folder.name and not place.is_symlink() and (place / NAME).is_file()
        ]
    except OSError:
        return []
    return sorted((place for place in there if (place / JOURNAL).is_file()), reverse=True)[:_MOST]
