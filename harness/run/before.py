"""The runs before a run, under the same reports folder: one rule for everything that is told by comparing with them.

A run counts when it fired one of the same scenarios at the same target before this one began; the mock is the same
target only with the same contract. The run itself does not count, though its folder may hold a report already, when it
is gone on with; nor does one that was merged into another, which counts in its place. What cannot be read is passed
over. All is bounded: old runs are not read for the sake of a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from harness.model import Json, JsonObject
from harness.redact import clean
from harness.report.jsonfile import NAME
from harness.report.same import Who, same

if TYPE_CHECKING:
    from harness.run.index import Head, Ran

#: The letters of answers: accepted, refused, neither can be told.
ACCEPTED: Final = "a"
REFUSED: Final = "r"
UNKNOWN: Final = "-"
#: In a history: not fired; judged by another expectation.
NOT_FIRED: Final = "."
OTHERWISE: Final = "x"
#: The place of a variant that a run does not hold: that of what is put behind the others.
NOWHERE: Final = -1
#: Refusals that say nothing of the payload: key, money, rights, time, too many requests.
NOT_THE_PAYLOAD: Final = frozenset({401, 402, 403, 408, 429})
#: Characters of a text of a run that are kept in the index.
MOST_TEXT: Final = 120
#: Runs that are told of.
MOST: Final = 20
#: Folders that are looked at, the newest by name; reports among them that the index does not know, and their bytes.
_MOST_FOLDERS: Final = 200
_MOST_READ: Final = 20
_MOST_BYTES: Final = 64_000_000
#: The part of a run's name that is its time.
_SECOND: Final = len("20261122-101500")


class Now(Struct, frozen=True, kw_only=True):
    """The run before which the others are. None: not known yet, or whatever it is.

    `target` and `contract` are those of its report.
    """

    scenarios: Collection[str]
    folder: Path | None = None
    started_at: datetime | None = None
    target: str | None = None
    contract: str | None = None


def runs_before(reports: Path, now: Now) -> tuple[Ran, ...]:
    """The runs before this one, the newest first, at most twenty. Costs next to nothing where there are none."""
    files = _files(reports, now)
    if not files:
        return ()
    try:
        from harness.run.index import BROKEN, open_index  # lazily: sqlite3, which the first run does not need
    except ImportError:  # a Python that was built without it
        return ()
    try:
        with open_index(reports) as index:
            there = index.take(files, lambda _: None, most=_MOST_READ, most_bytes=_MOST_BYTES)
            heads = [head for head in index.heads() if head.folder in there and _counts(head, now)]
            return tuple(index.ran(head) for head in heads[:MOST])
    except BROKEN:  # another process is at it, the disk is full, somebody wrote in it: no run ends for that
        return ()


def _files(reports: Path, now: Now) -> list[Path]:
    """The reports of the runs whose names are not younger than this run's, the newest first."""
    own = None if now.folder is None else now.folder.name
    try:
        names = [place.name for place in reports.iterdir() if own is None or place.name[:_SECOND] <= own[:_SECOND]]
    except OSError:
        return []
    newest = sorted(names, reverse=True)[:_MOST_FOLDERS]
    return [
        reports / name / NAME
        for name in newest
        if name != own and (reports / name / NAME).is_file() and not (reports / name).is_symlink()
    ]


def _counts(head: Head, now: Now) -> bool:
    if now.target is not None and head.target != clean(now.target, MOST_TEXT):
        return False
    if head.target == "mock" and now.contract is not None and head.contract != clean(now.contract, MOST_TEXT):
        return False
    if head.scenarios.isdisjoint(now.scenarios):
        return False
    try:
        moment = datetime.fromisoformat(head.started_at)
    except ValueError:  # no time
        return False
    return moment.tzinfo is not None and (now.started_at is None or moment < now.started_at)


def places(ran: Ran, wanted: Sequence[Who]) -> list[int]:
    """The place of each of these variants in the run; NOWHERE for one that is not in it."""
    if any(ran.payloads) or any(one.payload_id for one in wanted):
        found = same(ran.whos(), wanted)
        return [found.get(number, NOWHERE) for number in range(len(wanted))]
    there = {variant: place for place, variant in enumerate(ran.variants)}
    return [there.get(one.id, NOWHERE) for one in wanted]


def answers_of(ran: Ran, wanted: Sequence[Who]) -> list[str]:
    """The letter of what the run was answered for each of these variants."""
    letters = ran.answers + UNKNOWN
    return [letters[place] for place in places(ran, wanted)]


def accepted_before(runs: Sequence[Ran], wanted: Collection[Who]) -> Mapping[str, str]:
    """Variant → the last of these runs that saw it accepted or refused; those that it saw accepted."""
    left = list(wanted)
    found: dict[str, str] = {}
    for ran in runs:
        if not left:
            break
        answers = answers_of(ran, left)
        found |= {one.id: ran.head.id for one, answer in zip(left, answers, strict=True) if answer == ACCEPTED}
        left = [one for one, answer in zip(left, answers, strict=True) if answer == UNKNOWN]
    return found


def history(runs: Sequence[Ran], wanted: Callable[[], Sequence[Who]]) -> JsonObject | None:
    """What report.json tells of the runs before: the runs, the oldest first, and of each variant a letter a run.

    p pass, f fail, i inconclusive, e error, . not fired, x judged by another expectation. None where no run fired one
    of these variants; `wanted`, which makes them, is called only where there were runs.
    """
    if not runs:
        return None
    variants = wanted()
    seen = list(_seen(runs, variants))[::-1]
    if not seen:
        return None
    columns = [_letters(ran, there, variants) for ran, there in seen]
    times: dict[int, list[Sequence[float | None]]] = {}
    for (ran, there), letters in zip(seen, columns, strict=True):
        for number, place in enumerate(there):
            told = ran.times[place]  # of NOWHERE it is the last one's, and the letter says so
            if (told[0] is not None or told[1] is not None) and letters[number] != NOT_FIRED:
                times.setdefault(number, []).append(told)
    fared = map("".join, zip(*columns, strict=True))
    return {
        "runs": [{"id": ran.head.id, "started_at": ran.head.started_at} for ran, _ in seen],
        "variants": {
            one.id: {"verdicts": told, **_times(times.get(number, ()))}
            for number, (one, told) in enumerate(zip(variants, fared, strict=True))
            if told.strip(NOT_FIRED)
        },
    }


def _letters(ran: Ran, there: Sequence[int], wanted: Sequence[Who]) -> list[str]:
    """What the run says of each variant."""
    verdicts = ran.verdicts.replace("s", NOT_FIRED) + NOT_FIRED
    letters = [verdicts[place] for place in there]
    expects = [*ran.expects, ""]
    for number, (place, one) in enumerate(zip(there, wanted, strict=True)):
        if expects[place] != one.expect and letters[number] != NOT_FIRED:
            letters[number] = OTHERWISE
    return letters


def _seen(runs: Sequence[Ran], wanted: Sequence[Who]) -> Iterator[tuple[Ran, Sequence[int]]]:
    """The runs that hold some of these variants, the newest first, with the place of each variant there.

    Each is looked for as what it was in the last run that had it: a new name is no reason to take what was another's.
    """
    shared = any(one.payload_id for one in wanted) or any(any(ran.payloads) for ran in runs)
    then = [*wanted]
    last: tuple[object, ...] = ()
    there: list[int] = []
    for ran in runs:
        # Most runs fired what the one before them did, and the index gives equal columns as one object.
        if last != (columns := (id(ran.variants), id(ran.payloads), id(ran.names))):
            last, there = columns, places(ran, then)
        if shared:
            those = ran.whos()
            then = [one if place == NOWHERE else those[place] for one, place in zip(then, there, strict=True)]
        if any(place != NOWHERE for place in there):
            yield ran, there


def _times(told: Sequence[Sequence[float | None]]) -> dict[str, Json]:
    """Percentiles of the times in the queue and of running, as in `harness history`."""
    from harness.run.history import percentiles

    if not told:
        return {}
    queued, running, _ = zip(*told, strict=True)
    return {"queued_s": list(percentiles(queued)), "running_s": list(percentiles(running))}
