"""All runs under a reports folder side by side: how each variant fared, run after run.

Runs that were merged into another one count there, not twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness.errors import EnvironmentProblem, why
from harness.report.same import Who, same
from harness.run.index import BROKEN, FILE, VERDICTS, Ran, files, open_index
from harness.words import told

#: From so many measured times on a 95th percentile means something.
LEAST_FOR_P95: Final = 20


class Past(Struct, frozen=True, kw_only=True):
    """How one variant fared at one target, skipped runs left out.

    `verdicts` are those of its runs, the oldest first; runs in which something else was expected of it are counted in
    `otherwise` instead. `changed` is the run in which the last one differed from the one before, None when all are
    alike. Percentiles are seconds, None where too little was measured. `charged` is the sum.
    """

    target: str
    id: str
    scenario: str
    name: str
    verdicts: tuple[str, ...]
    otherwise: int
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
    there = _files(reports)
    complaints: list[str] = []
    try:
        kept = _kept(reports, there, last, complaints.append)
    except BROKEN:  # somebody wrote in the index: it is made anew
        complaints.clear()
        with suppress(OSError):
            (reports / FILE).unlink()
        kept = _kept(reports, there, last, complaints.append)
    for complaint in complaints:
        complain(complaint)
    return [past for target in sorted(kept) for past in _pasts(target, kept[target][::-1])]


def _kept(
    reports: Path, there: Sequence[Path], last: int | None, complain: Callable[[str], None]
) -> Mapping[str, Sequence[Ran]]:
    """Target → its last runs, the newest first, by the index, which is brought up to date."""
    with open_index(reports) as index:
        known = index.take(there, complain)
        index.forget(set(index.folders()) - known)
        kept: dict[str, list[Ran]] = {}
        for head in index.heads():
            several = kept.setdefault(head.target, [])
            if last is None or len(several) < last:
                several.append(index.ran(head))
    return kept


def _files(reports: Path) -> list[Path]:
    try:
        return files(reports)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EnvironmentProblem(told("env.reports", folder=reports, why=why(error)), told("env.reports.fix")) from None


def _pasts(target: str, runs: Sequence[Ran]) -> Iterator[Past]:
    """How each variant fared in these runs, the oldest first."""
    for places in _found(runs):
        last, place = places[-1]
        judged = [(ran, at) for ran, at in places if ran.expects[at] == last.expects[place]]
        changes = [
            new[0].head.id for old, new in pairwise(judged) if old[0].verdicts[old[1]] != new[0].verdicts[new[1]]
        ]
        queued, running, charged = zip(*(ran.times[at] for ran, at in places), strict=True)
        yield Past(
            target=target,
            id=last.variants[place],
            scenario=last.names[place][0],
            name=last.names[place][1],
            verdicts=tuple(VERDICTS[ran.verdicts[at]] for ran, at in judged),
            otherwise=len(places) - len(judged),
            changed=changes[-1] if changes else None,
            queued=percentiles(queued),
            running=percentiles(running),
            charged=sum(amount for amount in charged if amount is not None),
            last_run=last.head.id,
        )


def _found(runs: Sequence[Ran]) -> list[list[tuple[Ran, int]]]:
    """Of each variant the runs that fired it, with its place there, both in the order in which they come."""
    found: list[list[tuple[Ran, int]]] = []
    known: list[Who] = []
    for ran in runs:
        there = ran.whos()
        before = same(known, there)
        for place, one in enumerate(there):
            if VERDICTS[ran.verdicts[place]] == "skipped":
                continue
            if (number := before.get(place)) is None:
                known.append(one)
                found.append([(ran, place)])
            else:
                known[number] = one  # a variant that was renamed goes by its last name
                found[number].append((ran, place))
    return found


def percentiles(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    """The middle, and the 95th percentile where there are at least twenty (nearest rank: values that were measured)."""
    known: list[float] = sorted(value for value in values if value is not None)
    if not known:
        return None, None
    middle = known[(len(known) - 1) // 2]
    return middle, known[-(-len(known) * 95 // 100) - 1] if len(known) >= LEAST_FOR_P95 else None
