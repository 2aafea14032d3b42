"""Drift: what is refused now and was accepted in the last run of the same scenario against the same target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from harness.errors import HarnessError
from harness.fire.journal import FILE as JOURNAL
from harness.judge.findings import finding
from harness.model import Json, JsonObject, Judgement, replace
from harness.redact import clean
from harness.report.jsonfile import NAME, read

#: So many runs are looked at, the newest first: one that fired other variants tells nothing of these.
_MOST: Final = 5
#: The part of a run's name that is its time.
_SECOND: Final = len("20261122-101500")


def accepted_before(
    folder: Path, started_at: datetime, target: str, contract: str, variants: Collection[str]
) -> Mapping[str, str]:
    """Variant id → the last run before this one, in the same reports folder, that fired it; where it was accepted.

    `folder` and `started_at` are those of this run, `target` is that of the run's report. The mock is the same target
    only with the same contract. Reports that cannot be read are passed over.
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
        if (
            not _earlier(run, started_at)
            or run["target"] != target
            or (target == "mock" and run["contract"] != contract)
        ):
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


def _earlier(run: JsonObject, started_at: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(run.get("started_at"))) < started_at
    except (TypeError, ValueError):  # no time, or one without a zone
        return False


def _before(folder: Path) -> list[Path]:
    """Runs that are not younger than this one, the newest first. Their names begin with the second of their start."""
    try:
        there = [
            ((place / NAME).stat().st_mtime_ns, place)
            for place in folder.absolute().parent.iterdir()
            if place.name[:_SECOND] <= folder.name[:_SECOND]
            and place.name != folder.name
            and not place.is_symlink()
            and (place / NAME).is_file()
            and (place / JOURNAL).is_file()
        ]
    except OSError:
        return []
    return [place for _, place in sorted(there, reverse=True)[:_MOST]]
