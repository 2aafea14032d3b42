"""Rows of levels: the full product. Knows factors by their numbers of levels only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

#: One index of a level for each factor.
Row: TypeAlias = tuple[int, ...]
#: Factor → level: a part of a row.
Combination: TypeAlias = Mapping[int, int]
#: What a row costs, in credits.
Price: TypeAlias = Callable[[Row], float]


def full(counts: Sequence[int], forbidden: Sequence[Combination] = ()) -> Iterator[Row]:
    """The product of all levels without the forbidden combinations, one row at a time. The first factor is slowest.

    >>> list(full([2, 2], [{0: 0, 1: 1}]))
    [(0, 0), (1, 0), (1, 1)]
    """
    if not forbidden:
        return product(*map(range, counts))
    if not all(forbidden):
        return iter(())  # an empty combination is in every row
    # A combination is looked for when the last of its factors is set; the rest of it is set by then.
    ends: list[list[list[tuple[tuple[int, int], ...]]]] = [[[] for _ in range(count)] for count in counts]
    for combination in forbidden:
        last = max(combination)
        rest = tuple(item for item in combination.items() if item[0] != last)
        ends[last][combination[last]].append(rest)
    return _grown((), counts, ends)


def _grown(
    row: Row, counts: Sequence[int], ends: Sequence[Sequence[Sequence[tuple[tuple[int, int], ...]]]]
) -> Iterator[Row]:
    place = len(row)
    last = place == len(counts) - 1
    for level, rests in enumerate(ends[place]):
        if rests and any(all(row[factor] == held for factor, held in rest) for rest in rests):
            continue
        if last:
            yield (*row, level)
        else:
            yield from _grown((*row, level), counts, ends)


def excluded(row: Row, forbidden: Sequence[Combination]) -> bool:
    """True when a row holds a forbidden combination."""
    return any(all(row[factor] == level for factor, level in combination.items()) for combination in forbidden)
