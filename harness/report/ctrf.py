"""`ctrf.json`: the Common Test Report Format (https://ctrf.io), for the tools that read it.

`pass` is passed, `skipped` skipped, `fail` and `error` (ours) failed; `inconclusive` is other: nobody can tell.
A failure that the baseline knows is other, too. `rawStatus` holds our own word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from harness.jsonio import encode
from harness.model import Json, JsonObject
from harness.report.cases import STYLE, Case, amount, cases, place, seconds, started_at
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.save import save

#: Of the specification.
VERSION: Final = "0.1.0"
_STATUS: Final = {"pass": "passed", "fail": "failed", "error": "failed", "skipped": "skipped"}
_OTHER: Final = "other"
_STATUSES: Final = ("passed", "failed", "skipped", "pending", _OTHER)
_BATCH: Final = 256
#: Report ids are made of run ids, so that rendering a run again gives the same document.
_IDS: Final = "7b0f4a52-6a0c-5d0e-9a39-2d1f0c6f3a11"


def render(report: Report) -> Iterator[str]:
    """The document in pieces, one line for each test. Times are milliseconds, as the run's clock told them."""
    import uuid

    run = report.head["run"]
    head: dict[str, Json] = {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "reportId": str(uuid.uuid5(uuid.UUID(_IDS), str(run["id"]))),
        "generatedBy": "param-harness",
    }
    if (moment := started_at(run)) is not None:
        head["timestamp"] = moment.isoformat().replace("+00:00", "Z")
    results: dict[str, Json] = {
        "tool": {"name": "param-harness", "version": _version()},
        "summary": _summary(report),
        "environment": {"testEnvironment": _plain(run["target"]), "extra": {"contract": _plain(run["contract"])}},
        "extra": {"run": _plain(run["id"]), "exitCode": run["exit_code"]},
    }
    yield encode(head)[:-1] + ',\n "results": ' + encode(results)[:-1] + ',\n  "tests": ['
    tests = (encode(_test(case)) for case in cases(report))
    between = "\n   "
    while batch := list(islice(tests, _BATCH)):
        yield between + ",\n   ".join(batch)
        between = ",\n   "
    yield "\n  ]}}\n"


def write(report: Report, file: Path) -> None:
    """Writes the report to `file`. Raises OSError."""
    save(file, render(report))


def _summary(report: Report) -> JsonObject:
    counts = Counter(map(_status, report.rows))
    run = report.head["run"]
    moment = started_at(run)
    wall_s = seconds(run["wall_s"]) or 0.0
    return {
        "tests": len(report.rows),
        **{status: counts[status] for status in _STATUSES},
        "suites": len(report.head["scenarios"]),
        "start": 0 if moment is None else _milliseconds(moment.timestamp()),
        "stop": 0 if moment is None else _milliseconds((moment + timedelta(seconds=min(wall_s, 1e9))).timestamp()),
    }


def _test(case: Case) -> JsonObject:
    entry, row = case.entry, case.row
    file, line = place(entry)
    credit = entry.get("credits") or {}
    test: dict[str, Json] = {
        "testId": _plain(entry["id"]) or "unknown",
        "name": case.name,
        "status": _status(row),
        "rawStatus": row.verdict,
        "duration": _milliseconds(seconds((entry.get("timing") or {}).get("total_s")) or 0.0),
        "suite": [_plain(row.scenario)],
        "filePath": file,
        "extra": {
            "result": row.result,
            **({"known": True} if row.known else {}),
            "taskId": row.task_id,
            "credits": {name: credit.get(name) for name in ("planned", "estimated", "charged")},
            "httpStatus": entry.get("http_status"),
            "findings": [] if case.remark is None else [point.code for point in case.remark.points],
        },
    }
    if line:
        test["line"] = line
    if case.remark is not None:
        test |= {"message": case.title, "trace": case.details}
    if tags := entry.get("tags"):
        test["tags"] = [_plain(tag) for tag in tags]
    if isinstance(levels := entry.get("levels"), dict) and levels:
        test["parameters"] = levels
    payload = entry.get("payload")
    if isinstance(payload, dict) and (seed := amount(payload.get("seed"))):
        test["labels"] = {"seed": seed}
    if files := [output["file"] for output in entry.get("outputs") or () if output.get("file")]:
        test["attachments"] = [
            {"name": _plain(name), "contentType": "application/octet-stream", "path": _plain(name)} for name in files
        ]
    return test


def _status(row: Row) -> str:
    return _OTHER if row.known else _STATUS.get(row.verdict, _OTHER)


def _milliseconds(value: float) -> int:
    return round(value * 1000)


def _plain(value: Json) -> str:
    return STYLE.plain(str(value), 1000)


def _version() -> str:
    from harness import __version__

    return __version__
