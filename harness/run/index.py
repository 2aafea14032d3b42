"""The index over all runs under a reports folder: what their report.json files say of each variant, one row a run.

The index, `.history.sqlite`, is made from these files and nothing else: it can be deleted at any time. A report that
is new or changed is read, one that is gone is forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypedDict

from msgspec import MsgspecError, Struct, field
from msgspec.json import Decoder

from harness.errors import HarnessError, UsageError
from harness.jsonio import decode, encode
from harness.model import Json, JsonObject
from harness.redact import clean
from harness.report.cases import seconds
from harness.report.jsonfile import NAME, read
from harness.report.same import Who, who_of
from harness.run.before import ACCEPTED, MOST_TEXT, NOT_THE_PAYLOAD, REFUSED, UNKNOWN
from harness.words import told

FILE: Final = ".history.sqlite"
#: Raised by one when the table changes: an index of another version is made anew.
_VERSION: Final = 3
#: What an index that cannot be used raises.
BROKEN: Final = (sqlite3.Error, MsgspecError, ValueError, TypeError)
_TABLE: Final = """
CREATE TABLE runs (folder TEXT PRIMARY KEY, mtime INTEGER, size INTEGER, id TEXT, started_at TEXT, target TEXT,
  contract TEXT, merged TEXT, scenarios TEXT, variants TEXT, payloads TEXT, expects TEXT, names TEXT, times TEXT,
  verdicts TEXT, answers TEXT);
"""
#: Verdict → its letter. (The others that a report may hold are none: it is not read then.)
LETTERS: Final[Mapping[str, str]] = {"pass": "p", "fail": "f", "inconclusive": "i", "error": "e", "skipped": "s"}
VERDICTS: Final = {letter: verdict for verdict, letter in LETTERS.items()}


class Head(Struct, frozen=True, kw_only=True):
    """One run. `started_at` is as its report has it; `merged`: the runs that were put together in it."""

    folder: str
    id: str
    started_at: str
    target: str
    contract: str
    merged: Sequence[str]
    scenarios: frozenset[str]


class Ran(Struct, frozen=True, kw_only=True):
    """A run and its variants. What stands at one place of `variants` and of the others is of one variant.

    `payloads` and `expects` are as in `same.Who`, `names` are (scenario, name). `times` are (queued, running, charged):
    seconds and credits, None where not known. `verdicts` and `answers` are letters.
    """

    head: Head
    variants: Sequence[str]
    payloads: Sequence[str | None]
    expects: Sequence[str]
    names: Sequence[Sequence[str]]
    times: Sequence[Sequence[float | None]]
    verdicts: str
    answers: str

    def whos(self) -> list[Who]:
        """The variants, to be found again."""
        columns = zip(self.variants, self.names, self.payloads, self.expects, strict=True)
        return [Who(variant, name, payload, expect) for variant, (_, name), payload, expect in columns]


#: What the lists of a run hold, in the order in which they are asked for: variants, payloads, expects, names, times.
_LISTS: Final[tuple[Decoder[Any], ...]] = (
    Decoder(list[str]),
    Decoder(list[str | None]),
    Decoder(list[str]),
    Decoder(list[tuple[str, str]]),
    Decoder(list[tuple[float | None, float | None, float | None]]),
)


class Index(Struct, frozen=True, kw_only=True):
    """The index, open."""

    runs: sqlite3.Connection
    #: Column → its list. Most runs of one folder fire the same variants, and they share what tells of them.
    columns: dict[tuple[int, str], list[Any]] = field(default_factory=dict)

    def take(
        self, files: Sequence[Path], complain: Callable[[str], None], *, most: int | None = None, most_bytes: int = 0
    ) -> frozenset[str]:
        """Reads those of these report.json files that are new or changed; the folders that are known then.

        `most`: at most so many are read, of at most so many bytes together, in the order in which they come.
        What cannot be read is complained of.
        """
        known = {folder: state for folder, *state in self.runs.execute("SELECT folder, mtime, size FROM runs")}
        there, count, size = set(), 0, 0
        for file in files:
            folder = file.parent.name
            try:
                stat = file.stat()
                if known.get(folder) != [stat.st_mtime_ns, stat.st_size]:
                    count, size = count + 1, size + stat.st_size
                    if most is not None and (count > most or size > most_bytes):
                        break
                    row = _row(file)
                    self.forget([folder])
                    values = (folder, stat.st_mtime_ns, stat.st_size, *row)
                    self.runs.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
                there.add(folder)
            except HarnessError as error:
                complain(error.text)
            except OSError:  # it went away in between
                continue
        return frozenset(there)

    def forget(self, folders: Collection[str]) -> None:
        """Takes these runs out."""
        self.runs.executemany("DELETE FROM runs WHERE folder = ?", [(folder,) for folder in folders])

    def folders(self) -> list[str]:
        """The runs that are known."""
        return [folder for (folder,) in self.runs.execute("SELECT folder FROM runs")]

    def heads(self) -> list[Head]:
        """The runs, the newest first, without those that were merged into another one: they count there."""
        rows = self.runs.execute(
            "SELECT folder, id, started_at, target, contract, merged, scenarios FROM runs "
            "ORDER BY started_at DESC, id DESC"
        )
        names = ("folder", "id", "started_at", "target", "contract")
        heads = [
            Head(**dict(zip(names, row, strict=False)), merged=decode(row[5]), scenarios=frozenset(decode(row[6])))
            for row in rows
        ]
        merged = {run for head in heads for run in head.merged}
        return [head for head in heads if head.id not in merged]

    def ran(self, head: Head) -> Ran:
        """A run with its variants. Raises one of `BROKEN` for a row that no index of ours holds."""
        (row,) = self.runs.execute(
            "SELECT variants, payloads, expects, names, times, verdicts, answers FROM runs WHERE folder = ?",
            (head.folder,),
        )
        *lists, verdicts, answers = row
        variants, payloads, expects, names, times = map(self._column, range(len(_LISTS)), lists)
        lengths = {len(column) for column in (variants, payloads, expects, names, times, verdicts, answers)}
        if len(lengths) > 1 or not VERDICTS.keys() >= set(verdicts):
            raise ValueError(head.folder)
        return Ran(
            head=head,
            variants=variants,
            payloads=payloads,
            expects=expects,
            names=names,
            times=times,
            verdicts=verdicts,
            answers=answers,
        )

    def _column(self, number: int, text: str) -> list[Any]:
        found = self.columns.get((number, text))
        if found is None:
            found = self.columns[number, text] = _LISTS[number].decode(text)
        return found


@contextmanager
def open_index(reports: Path) -> Iterator[Index]:
    """The index of this folder; what was changed is kept at the end.

    It is in memory where nothing can be written. One that is broken, or of another version, is made anew.
    """
    with closing(_open(reports)) as runs, runs:
        yield Index(runs=runs)


def _open(reports: Path) -> sqlite3.Connection:
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
    index.executescript(_TABLE)
    return index


def _ready(index: sqlite3.Connection) -> bool:
    """True when the table is there, made if the index is empty; False for one of another version."""
    # What is lost with the machine is made anew: nobody waits for a disk.
    index.execute("PRAGMA synchronous = OFF")
    (version,) = index.execute("PRAGMA user_version").fetchone()
    tables = index.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables:
        index.executescript(f"BEGIN; {_TABLE} PRAGMA user_version = {_VERSION}; COMMIT;")
        return True
    if version != _VERSION:
        return False
    index.execute("UPDATE runs SET size = size WHERE 0")  # fails here, and not later, where nothing can be written
    return True


def _row(file: Path) -> tuple[str, ...]:
    """What the index keeps of a report. Raises HarnessError for one that cannot be read, OSError."""
    try:
        document = _QUICK.decode(file.read_bytes())
        return _kept(document["run"], document["variants"])
    except _ODD:
        report = read(file)  # it knows what is wrong with it
    try:
        return _kept(report.head["run"], report.variants)
    except _ODD:
        raise UsageError(told("history.odd", file=clean(str(file), 300)), told("history.odd.fix")) from None


class _Entry(TypedDict, total=False):
    """What is wanted of an entry, whatever it is; the rest, which is most of the file, is passed over."""

    id: Json
    payload_id: Json
    scenario: Json
    name: Json
    expect: Json
    verdict: Json
    result: Json
    http_status: Json
    task_id: Json
    timing: Json
    credits: Json


class _Document(TypedDict):
    run: Json
    variants: list[_Entry]


_QUICK: Final = Decoder(_Document)
_ODD: Final = (MsgspecError, ValueError, KeyError, TypeError, AttributeError)


def _kept(run: JsonObject, entries: Sequence[JsonObject]) -> tuple[str, ...]:
    those = [who_of(entry) for entry in entries]
    kept = (
        *(clean(str(run.get(name)), MOST_TEXT) for name in ("id", "started_at", "target", "contract")),
        encode([str(one) for one in run.get("merged") or ()]),
        encode(list(dict.fromkeys(clean(str(entry["scenario"]), 200) for entry in entries))),
        *(encode([getattr(who, name) for who in those]) for name in ("id", "payload_id", "expect")),
        encode([[clean(str(entry["scenario"]), 200), who.name] for entry, who in zip(entries, those, strict=True)]),
        encode([_times(entry) for entry in entries]),
        "".join([LETTERS[entry["verdict"]] for entry in entries]),
        "".join(map(answer, entries)),
    )
    for text in kept:
        text.encode()  # half a surrogate pair is nothing that can be kept
    return kept


def answer(entry: JsonObject) -> str:
    """Whether the API accepted the payload, as a letter."""
    if entry.get("task_id") is not None:
        return ACCEPTED
    refused = entry.get("result") == "refused" and entry.get("http_status") not in NOT_THE_PAYLOAD
    return REFUSED if refused else UNKNOWN


def _times(entry: JsonObject) -> list[Json]:
    timing, charged = entry.get("timing") or {}, (entry.get("credits") or {}).get("charged")
    return [seconds(timing.get("queued_s")), seconds(timing.get("running_s")), seconds(charged)]


def files(reports: Path) -> list[Path]:
    """The report.json of every run, links left out. Raises OSError."""
    places: list[Any] = sorted(place for place in reports.iterdir() if not place.is_symlink())
    return [place / NAME for place in places if (place / NAME).is_file()]
