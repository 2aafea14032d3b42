"""How few rows can be enough: bounds that are proved, whatever constructs the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import comb, prod
from typing import Final

from harness.matrix.board import Board
from harness.matrix.board_tuples import Interaction
from harness.matrix.constraints import Rules
from harness.matrix.rows import Combination, Price, Row, full

#: Rows of a full product that are looked at one by one: some hundredths of a second.
_LOOKED_AT: Final = 2000


def rows_needed(board: Board, tuples: Iterable[int]) -> int:
    """A lower bound of the rows that cover these tuples of the board.

    A row holds one level of a factor, and one tuple of each set of factors. So the rows that hold a level are at least
    as many as its tuples with any one set of other factors; and the rows of different levels are different rows: for
    each factor the sum over its levels is a bound. The best factor's is taken.
    """
    factor_of = board.rules.factor_of
    seen: Counter[tuple[int, Interaction]] = Counter()
    for tuple_ in tuples:
        values = board.values_of(tuple_)
        interaction = tuple(factor_of[value] for value in values)
        for value in values:
            seen[value, interaction] += 1
    most = [0] * board.rules.size
    for (value, _), count in seen.items():
        most[value] = max(most[value], count)
    offsets = board.rules.offsets
    return max((sum(most[start:end]) for start, end in pairwise(offsets)), default=0)


def credits_needed(
    counts: Sequence[int], forbidden: Sequence[Combination], asked: Sequence[Interaction], price: Price, *, rows: int
) -> float:
    """A lower bound of what rows cost together that cover everything; 0 where the full product is too long to look at.

    The tuples of one set of factors stand in different rows, and each of these costs at least what the cheapest row
    that holds the tuple does; what is left of the `rows` that are needed anyway costs what the cheapest of all does.
    The best set's sum is taken.
    """
    if prod(counts) > _LOOKED_AT:
        return 0.0
    cheapest: dict[Interaction, dict[Row, float]] = {factors: {} for factors in asked}
    for row in full(counts, forbidden):
        cost = price(row)
        for factors, of_tuple in cheapest.items():
            levels = tuple([row[factor] for factor in factors])
            of_tuple[levels] = min(cost, of_tuple.get(levels, cost))
    costs = [sorted(of_tuple.values()) for of_tuple in cheapest.values() if of_tuple]
    return max((sum(cost) + max(rows - len(cost), 0) * cost[0] for cost in costs), default=0.0)


def binary_rows(columns: int) -> int:
    """The fewest rows in which any two of so many columns of two levels show all four pairs.

    Kleitman and Spencer (1973) and Katona (1973): the smallest N with C(N - 1, ceil(N / 2)) >= columns.

    >>> [binary_rows(columns) for columns in (2, 3, 4, 10, 11, 100, 126, 127)]
    [4, 4, 5, 6, 7, 10, 10, 11]
    """
    rows = 4
    while comb(rows - 1, (rows + 1) // 2) < columns:
        rows += 1
    return rows


def free_columns_bound(rules: Rules, asked: Sequence[Interaction]) -> int:
    """The bound that comes from many factors instead of long ones: of those with a choice and without a rule.

    Any two of them must meet in all pairs; levels joined to two, that is a binary array. 0 when it does not apply.
    """
    free = {
        factor for factor, mask in enumerate(rules.masks) if rules.counts[factor] > 1 and not mask & rules.constrained
    }
    if len(free) < 2 or any(len(interaction) < 2 for interaction in asked):
        return 0
    return binary_rows(len(free))
