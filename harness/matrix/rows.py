"""Rows of levels: every level at least once, or the full product. Knows factors by their numbers of levels only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

#: One index of a level for each factor.
Row = tuple[int, ...]
#: Factor → level: a combination that no row may hold.
Combination = Mapping[int, int]

#: So many levels are tried for one row before it is given up: constraints of people are far from it.
_TRIES: Final = 100_000


class NoRowError(Exception):
    """The exclusions leave no row that holds this level of this factor (None: no row at all)."""

    def __init__(self, factor: int | None = None, level: int | None = None) -> None:
        super().__init__(f"no row for level {level} of factor {factor}")
        self.factor = factor
        self.level = level


def full(counts: Sequence[int], exclude: Sequence[Combination] = ()) -> list[Row]:
    """The product of all levels without the excluded combinations. The first factor changes slowest.

    NoRowError when nothing is left.

    >>> full([2, 2], [{0: 0, 1: 1}])
    [(0, 0), (1, 0), (1, 1)]
    """
    rows = [row for row in product(*map(range, counts)) if not _excluded(row, exclude)]
    if not rows:
        raise NoRowError
    return rows


def each_once(counts: Sequence[int], exclude: Sequence[Combination] = ()) -> list[Row]:
    """Rows that hold every level of every factor: as many as the longest factor has levels, when nothing is excluded.

    With exclusions a few more may come. NoRowError when a level is excluded together with all others.

    >>> each_once([3, 2])
    [(0, 0), (1, 1), (2, 0)]
    """
    if not exclude:
        return [tuple(number % count for count in counts) for number in range(max(counts))]
    missing = [set(range(count)) for count in counts]
    rows: list[Row] = []
    while any(missing):
        lead = max(range(len(counts)), key=lambda factor: (len(missing[factor]), -factor))
        level = min(missing[lead])
        row = _complete(counts, exclude, missing, lead=lead, level=level, number=len(rows))
        rows.append(row)
        for factor, held in enumerate(row):
            missing[factor].discard(held)
    return rows


def _complete(
    counts: Sequence[int],
    exclude: Sequence[Combination],
    missing: Sequence[set[int]],
    *,
    lead: int,
    level: int,
    number: int,
) -> Row:
    """A row with `level` of factor `lead` that holds no excluded combination, and levels that are still missing."""
    order = [lead, *(factor for factor in range(len(counts)) if factor != lead)]
    row: dict[int, int] = {}
    choices: list[Iterator[int]] = [iter((level,))]
    for _ in range(_TRIES):
        if not choices:
            break
        factor = order[len(choices) - 1]
        row.pop(factor, None)
        chosen = next(choices[-1], None)
        if chosen is None:
            choices.pop()
            continue
        row[factor] = chosen
        if any(combination.items() <= row.items() for combination in exclude):
            continue
        if len(row) == len(counts):
            return tuple(row[index] for index in range(len(counts)))
        choices.append(_preferred(counts[order[len(row)]], missing[order[len(row)]], number))
    raise NoRowError(lead, level)


def _preferred(count: int, missing: set[int], number: int) -> Iterator[int]:
    """The levels that no row holds yet, then the others in turn."""
    turn = [(number + step) % count for step in range(count)]
    return iter([*sorted(missing), *(level for level in turn if level not in missing)])


def _excluded(row: Row, exclude: Sequence[Combination]) -> bool:
    return any(all(row[factor] == level for factor, level in combination.items()) for combination in exclude)
