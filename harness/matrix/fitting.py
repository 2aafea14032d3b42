"""Some of many rows, for a budget: those that show the most for what they cost. Pure; knows no API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec import Struct

from harness.matrix.certificate import Space
from harness.matrix.rows import Row

#: What a row that costs nothing counts as, so that it stands before all that cost something.
_FREE: Final = 1e-6


class Candidate(Struct, frozen=True, kw_only=True):
    """A row that may be chosen: of which matrix, at which price. `first`: before all others, such as a last failure."""

    matrix: str
    row: Row
    price: float
    first: bool = False


def fit(
    candidates: Sequence[Candidate],
    spaces: Mapping[str, Space],
    *,
    most_rows: int | None = None,
    room: Callable[[Candidate], float] | None = None,
    spend: Callable[[Candidate], None] | None = None,
) -> list[int]:
    """The indexes of the candidates chosen, in the order of choice; of no more than `most_rows`.

    First those marked so, the ones that show more for their price before the others; then always the row that shows
    the most new combinations for its price and still fits. `room` says what may yet be paid for a candidate, `spend`
    is called with each one chosen. A row that shows nothing new is not chosen.

    >>> rows = [Candidate(matrix="m", row=row, price=price) for row, price in (((0, 0), 9), ((0, 1), 1), ((1, 0), 2))]
    >>> fit(rows, {"m": Space(counts=(2, 2), strength=1)}, most_rows=2)
    [1, 2]
    """
    shown: set[tuple[str, tuple[int, ...], tuple[int, ...]]] = set()
    columns = {name: tuple(space.columns()) for name, space in spaces.items()}

    def new(index: int) -> int:
        candidate = candidates[index]
        return sum(key not in shown for key in _keys(candidate, columns[candidate.matrix]))

    def entry(index: int) -> tuple[bool, float, int, int]:
        candidate, gain = candidates[index], new(index)
        return (not candidate.first, -gain / max(candidate.price, _FREE), index, gain)

    queue = [entry(index) for index in range(len(candidates))]
    heapify(queue)
    chosen: list[int] = []
    while queue and (most_rows is None or len(chosen) < most_rows):
        _, _, index, gain = heappop(queue)
        # What a row shows only grows less: an entry that is out of date goes back, and the first that is not is best.
        if gain and new(index) < gain:
            heappush(queue, entry(index))
            continue
        candidate = candidates[index]
        if (not gain and not candidate.first) or (room is not None and candidate.price > room(candidate)):
            continue
        chosen.append(index)
        shown.update(_keys(candidate, columns[candidate.matrix]))
        if spend is not None:
            spend(candidate)
    return chosen


def _keys(
    candidate: Candidate, columns: Collection[tuple[int, ...]]
) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    row = candidate.row
    return [(candidate.matrix, each, tuple(row[factor] for factor in each)) for each in columns]
