"""What rows cover, proved anew: every combination of levels that can be, and whether it was sent and accepted.

Shares no code with the generator: it takes the numbers of levels, the strength and the rules, and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Final

from msgspec import Struct, field

from harness.matrix.possible import Possible
from harness.model import Json, JsonObject

#: Of the combinations that are missing, and of those that were sent and not accepted, so many are told.
MOST_TOLD: Final = 20
#: Why a combination is missing that no row holds.
NO_ROW: Final = "no row"
_SKIPPED: Final = "skipped:"
#: From the worst to the best that can be known of a combination; what was skipped is worse than all of them.
_FATES: Final = ("error", "inconclusive", "refused", "failed", "accepted")


class Space(Struct, frozen=True, kw_only=True):
    """What is to be covered. `counts` are the numbers of levels; `strength` factors at a time, all of them.

    `groups` are factors with a higher strength among themselves. `forbidden` are combinations, factor → level, that
    no row may hold.
    """

    counts: tuple[int, ...]
    strength: int
    groups: tuple[tuple[tuple[int, ...], int], ...] = ()
    forbidden: tuple[Mapping[int, int], ...] = ()

    def columns(self) -> Iterator[tuple[int, ...]]:
        """The sets of factors whose combinations count, each once."""
        yield from combinations(range(len(self.counts)), self.strength)
        seen: set[tuple[int, ...]] = set()
        for factors, strength in self.groups:
            # A group of no higher strength than the whole asks for nothing more.
            for columns in combinations(sorted(set(factors)), strength) if strength > self.strength else ():
                if columns not in seen:
                    seen.add(columns)
                    yield columns


class Lack(Struct, frozen=True, kw_only=True):
    """A combination, factor → level, that was not sent, or was sent and not accepted, and why."""

    combination: Mapping[int, int]
    reason: str


class Certificate(Struct, frozen=True, kw_only=True):
    """What rows cover of a space.

    `tuples` can be, `infeasible` cannot: the rules leave no row for them. `sent` and `accepted` are in such a row;
    `masked` only in refused rows (and rows that tell nothing). `missing` are in no row that was sent: the first of
    them, with the reason; `reasons` counts them all. `unproven` are the first that were sent and not accepted;
    `fates` counts what was sent by the best that became of it. `strengths` are the sizes of the combinations.
    `rows` were looked at; `breaking` of them hold something forbidden, and count for nothing.
    """

    strength: int
    strengths: tuple[int, ...]
    tuples: int
    infeasible: int
    fates: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[Lack, ...] = ()
    unproven: tuple[Lack, ...] = ()
    rows: int = 0
    breaking: int = 0

    @property
    def sent(self) -> int:
        """In at least one row that was sent."""
        return sum(self.fates.values())

    @property
    def accepted(self) -> int:
        """In at least one row that was accepted, and did not fail afterwards."""
        return self.fates.get("accepted", 0)

    @property
    def masked(self) -> int:
        """In a refused row, and in none that was accepted."""
        return self.fates.get("refused", 0)

    @property
    def missing_count(self) -> int:
        """In no row that was sent."""
        return sum(self.reasons.values())

    def as_json(self, names: Sequence[str], levels: Sequence[Sequence[Json]]) -> JsonObject:
        """The certificate for report.json. `names` of the factors, and of each its `levels` as they are to be shown."""

        def told(lack: Lack) -> JsonObject:
            shown = {names[factor]: levels[factor][level] for factor, level in lack.combination.items()}
            return {"levels": shown, "reason": lack.reason}

        return {
            "strength": self.strength,
            "strengths": list(self.strengths),
            "tuples": self.tuples,
            "infeasible": self.infeasible,
            "covered": self.sent,
            "accepted": self.accepted,
            "masked": self.masked,
            "failed": self.fates.get("failed", 0),
            "unclear": self.fates.get("inconclusive", 0) + self.fates.get("error", 0),
            "missing_count": self.missing_count,
            "reasons": dict(self.reasons),
            "missing": [told(lack) for lack in self.missing],
            "unproven": [told(lack) for lack in self.unproven],
            "rows": self.rows,
            "rows_breaking_rules": self.breaking,
        }


def certify(space: Space, rows: Iterable[tuple[Sequence[int], str]]) -> Certificate:
    """What these rows cover. Each is one level for each factor (below 0: none that counts) and its fate.

    A fate is "accepted", "failed" (accepted, and its task failed), "refused", "inconclusive", "error", or
    "skipped:<reason>". ValueError for another one.

    >>> certify(Space(counts=(2, 2), strength=2), [((0, 0), "accepted"), ((1, 1), "refused")]).as_json(
    ...     ["a", "b"], [[1, 2], ["x", "y"]])["missing"]
    [{'levels': {'a': 1, 'b': 'y'}, 'reason': 'no row'}, {'levels': {'a': 2, 'b': 'x'}, 'reason': 'no row'}]
    """
    possible = Possible(space.counts, space.forbidden)
    given = [(tuple(row), fate) for row, fate in rows]
    sound = [(row, fate) for row, fate in given if not possible.breaks(row)]
    possible.vouch(row for row, _ in sound if min(row, default=0) >= 0)
    # Of two fates of one combination the better one counts: it comes later, and a dict keeps the last.
    sound.sort(key=lambda item: _rank(item[1]))
    tally = _Tally(possible, [row for row, _ in sound], [fate for _, fate in sound])
    for columns in space.columns():
        tally.add(columns, prod(space.counts[factor] for factor in columns))
    return Certificate(
        strength=space.strength,
        strengths=tuple(sorted(tally.sizes)),
        tuples=tally.tuples,
        infeasible=tally.infeasible,
        fates={fate: tally.fates[fate] for fate in reversed(_FATES) if tally.fates[fate]},
        reasons=dict(sorted(tally.reasons.items())),
        missing=tuple(tally.missing),
        unproven=tuple(tally.unproven),
        rows=len(given),
        breaking=len(given) - len(sound),
    )


class _Tally:
    """The counts so far."""

    def __init__(self, possible: Possible, rows: Sequence[tuple[int, ...]], fates: Sequence[str]) -> None:
        self._possible = possible
        self._fates = fates
        self._columns = list(zip(*rows, strict=True))
        self._partial = any(min(row, default=0) < 0 for row in rows)
        self.sizes: set[int] = set()
        self.tuples = 0
        self.infeasible = 0
        self.fates: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.missing: list[Lack] = []
        self.unproven: list[Lack] = []

    def add(self, columns: tuple[int, ...], product: int) -> None:
        """Counts the combinations of these factors, of which there would be `product` without rules."""
        best = self._best(columns)
        feasible = self._possible.count(columns)
        self.sizes.add(len(columns))
        self.tuples += feasible
        self.infeasible += product - feasible
        skipped = self._count(best.values())
        if feasible > len(best):
            self.reasons[NO_ROW] += feasible - len(best)
        if feasible > len(best) - skipped and len(self.missing) < MOST_TOLD:
            self._tell_missing(columns, best)
        if len(self.unproven) < MOST_TOLD:
            self._tell_unproven(columns, best)

    def _count(self, fates: Iterable[str]) -> int:
        """Adds fates of combinations to the counts; how many of them were skipped."""
        skipped = 0
        for fate, count in Counter(fates).items():
            if fate.startswith(_SKIPPED):
                self.reasons[fate.removeprefix(_SKIPPED)] += count
                skipped += count
            else:
                self.fates[fate] += count
        return skipped

    def _best(self, columns: tuple[int, ...]) -> dict[tuple[int, ...], str]:
        """The combinations that rows hold, each with the best that became of it."""
        if not self._columns:
            return {}
        best = dict(zip(zip(*(self._columns[factor] for factor in columns), strict=True), self._fates, strict=True))
        if not self._partial:
            return best
        possible = set(self._possible.combinations(columns))
        return {levels: fate for levels, fate in best.items() if levels in possible}

    def _tell_missing(self, columns: tuple[int, ...], best: Mapping[tuple[int, ...], str]) -> None:
        for levels in self._possible.combinations(columns):
            fate = best.get(levels, _SKIPPED + NO_ROW)
            if fate.startswith(_SKIPPED):
                combination = dict(zip(columns, levels, strict=True))
                self.missing.append(Lack(combination=combination, reason=fate.removeprefix(_SKIPPED)))
                if len(self.missing) == MOST_TOLD:
                    return

    def _tell_unproven(self, columns: tuple[int, ...], best: Mapping[tuple[int, ...], str]) -> None:
        for levels, fate in sorted(best.items()):
            if fate in _FATES and fate != "accepted":
                self.unproven.append(Lack(combination=dict(zip(columns, levels, strict=True)), reason=fate))
                if len(self.unproven) == MOST_TOLD:
                    return


def _rank(fate: str) -> tuple[int, str]:
    if fate.startswith(_SKIPPED):
        return -1, fate
    if fate not in _FATES:
        raise ValueError(f"a row has the fate {fate!r}")
    return _FATES.index(fate), fate
