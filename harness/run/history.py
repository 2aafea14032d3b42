"""All runs under a reports folder as one index: how each variant fared, run after run.

The index, `.history.sqlite`, is made from the runs' report.json files and nothing else: it can be deleted at any time.
A report that is new or changed is read, one that is gone is forgotten. Runs that were merged into another one count
there, not twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from harness.errors import EnvironmentProblem, HarnessError
from harness.model import JsonObject
from harness.redact import clean
from harness.report import read
from harness.report.cases import seconds
from harness.report.jsonfile import NAME

FILE: Final = ".history.sqlite"
#: Raised by one when the tables change: an index of another version is made anew.
_VERSION: Final = 1
#: From so many measured times on a 95th percentile means something.
LEAST_FOR_P95: Final = 20
_TABLES: Final = """
CREATE TABLE runs (folder TEXT PRIMARY KEY, mtime INTEGER, size INTEGER, id TEXT, started_at TEXT, target TEXT,
  contract TEXT, merged TEXT);
CREATE TABLE results (folder TEXT, variant TEXT, scenario TEXT, name TEXT, verdict TEXT, queued_s REAL, running_s REAL,
  charged REAL);
CREATE INDEX by_folder ON results (folder);
"""
_ROWS: Final = """
SELECT runs.target, results.variant, results.scenario, results.name, results.verdict, results.queued_s,
  results.running_s, results.charged, runs.id, runs.started_at
FROM results JOIN runs ON runs.folder = results.folder
WHERE results.verdict != 'skipped'
ORDER BY runs.target, runs.started_at, runs.id, results.rowid
"""


class Past(Struct, frozen=True, kw_only=True):
    """How one variant fared at one target, skipped runs left out.

    `verdicts` are those of its runs, the oldest first. `changed` is the run in which the last one differed from the one
    before, None when all are alike. Percentiles are seconds, None where too little was measured. `charged` is the sum.
    """

    target: str
    id: str
    scenario: str
    name: str
    verdicts: tuple[str, ...]
    changed: str | None
    queued: tuple[float | None, float | None]
    running: tuple[float | None, float | None]
    charged: float
    last_run: str

    @property
    def pass_rate(self) -> float | None:
        """Passes among what could be judged; None when nothing could."""
        judged = [verdict for verdict in self.verdicts if verdict in {"pass", "fail"}]
        return judged.count("pass") / len(judged) if judged else None

    @property
    def flaky(self) -> bool:
        """True when it went to and fro: from pass to fail and back, or the other way. One change is a change."""
        judged = [verdict for verdict in self.verdicts if verdict in {"pass", "fail"}]
        return sum(one != other for one, other in pairwise(judged)) >= 2


def history(reports: Path, *, last: int | None, complain: Callable[[str], None]) -> list[Past]:
    """The past of every variant, by target; of the `last` runs of each target. Brings the index up to date first.

    What cannot be read is complained of. Raises EnvironmentProblem for a folder that cannot be read.
    """
    with closing(_open(reports)) as index:
        with index:
            _update(index, reports, complain)
        return list(_pasts(index, last))


def _open(reports: Path) -> sqlite3.Connection:
    """The index; in memory where nothing can be written. One that is broken, or of another version, is made anew."""
    file = reports / FILE
    with suppress(OSError):
        file.touch(mode=0o600)  # as private as the runs' folders
    for _ in range(2):
        index = sqlite3.connect(file if file.is_file() else ":memory:")
        try:
            if _ready(index):
                return index
        except sqlite3.OperationalError:
            index.close()
            break  # locked, or read-only
        except sqlite3.DatabaseError:
            pass
        index.close()
        with suppress(OSError):
            file.unlink()
    index = sqlite3.connect(":memory:")
    index.executescript(_TABLES)
    return index


def _ready(index: sqlite3.Connection) -> bool:
    """True when the tables are there, made if the index is empty; False for those of another version."""
    (version,) = index.execute("PRAGMA user_version").fetchone()
    tables = index.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables:
        index.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT;")
        return True
    index.execute("SELECT merged FROM runs LIMIT 1")
    index.execute("UPDATE runs SET size = size WHERE 0")  # fails here, and not later, where nothing can be written
    return bool(version == _VERSION)


def _update(index: sqlite3.Connection, reports: Path, complain: Callable[[str], None]) -> None:
    known = {folder: (mtime, size) for folder, mtime, size in index.execute("SELECT folder, mtime, size FROM runs")}
    there: set[str] = set()
    for file in _files(reports):
        folder = file.parent.name
        try:
            told = file.stat()
            there.add(folder)
            if known.get(folder) == (told.st_mtime_ns, told.st_size):
                continue
            report = read(file)
        except HarnessError as error:
            complain(clean(error.text, 300))
            there.discard(folder)
            continue
        except OSError:  # it went away in between
            continue
        _forget(index, folder)
        run = report.head["run"]
        merged = json.dumps([str(one) for one in run.get("merged") or ()])
        index.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(folder, told.st_mtime_ns, told.st_size),
                *(clean(str(run.get(name)), 120) for name in ("id", "started_at", "target", "contract")),
                merged,
            ),
        )
        rows = (_row(folder, entry) for entry in report.variants)
        index.executemany("INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    for folder in known.keys() - there:
        _forget(index, folder)


def _files(reports: Path) -> list[Path]:
    try:
        places = sorted(place for place in reports.iterdir() if not place.is_symlink())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EnvironmentProblem(
            f"{reports}: the reports cannot be read: {error.strerror or error}.", "Name another folder with --reports."
        ) from None
    return [place / NAME for place in places if (place / NAME).is_file()]


def _forget(index: sqlite3.Connection, folder: str) -> None:
    for table in ("runs", "results"):
        index.execute(f"DELETE FROM {table} WHERE folder = ?", (folder,))  # noqa: S608  # one of two names of ours


def _row(folder: str, entry: JsonObject) -> tuple[object, ...]:
    timing = entry.get("timing") or {}
    return (
        folder,
        *(clean(str(entry[name]), 200) for name in ("id", "scenario", "name", "verdict")),
        *(seconds(timing.get(name)) for name in ("queued_s", "running_s")),
        seconds((entry.get("credits") or {}).get("charged")),
    )


def _pasts(index: sqlite3.Connection, last: int | None) -> Iterator[Past]:
    merged = {run for (text,) in index.execute("SELECT merged FROM runs") for run in json.loads(text)}
    kept = _kept(index, last, merged)
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in index.execute(_ROWS):
        if row[8] in kept:
            found.setdefault((row[0], row[1]), []).append(row)
    for (target, variant), rows in found.items():
        verdicts = tuple(row[4] for row in rows)
        changes = [new[8] for old, new in pairwise(rows) if old[4] != new[4]]
        yield Past(
            target=target,
            id=variant,
            scenario=rows[-1][2],
            name=rows[-1][3],
            verdicts=verdicts,
            changed=changes[-1] if changes else None,
            queued=_percentiles([row[5] for row in rows]),
            running=_percentiles([row[6] for row in rows]),
            charged=sum(float(row[7]) for row in rows if row[7] is not None),
            last_run=rows[-1][8],
        )


def _kept(index: sqlite3.Connection, last: int | None, merged: set[str]) -> set[str]:
    """Ids of the runs that count: the newest of each target, without those that were merged into another one."""
    kept: dict[str, list[str]] = {}
    for run, target in index.execute("SELECT id, target FROM runs ORDER BY started_at DESC, id DESC"):
        several = kept.setdefault(target, [])
        if run not in merged and (last is None or len(several) < last):
            several.append(run)
    return {run for several in kept.values() for run in several}


def _percentiles(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    """The middle, and the 95th percentile where there are at least twenty (nearest rank: values that were measured)."""
    known: list[float] = sorted(value for value in values if value is not None)
    if not known:
        return None, None
    middle = known[(len(known) - 1) // 2]
    return middle, known[-(-len(known) * 95 // 100) - 1] if len(known) >= LEAST_FOR_P95 else None
