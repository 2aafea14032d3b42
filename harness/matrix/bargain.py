"""The cheapest rows instead of the fewest: what the polish does when rows have prices."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from harness.matrix.board import Board
from harness.matrix.greedy import below, construct
from harness.matrix.polish import Polish
from harness.matrix.rows import Price

#: The share of attempts that are mended with moves before rows are added.
_MENDED: Final = 0.8
#: Moves that one attempt has to cover again what it gave up.
_PATIENCE: Final = 60
#: Rows that are drawn to choose from, when an attempt begins.
_DRAWN: Final = 3
#: Rows whose prices are looked at to see which factors matter.
_LOOKED_AT: Final = 30
#: Prices of rows that are remembered before all are forgotten: bounds the memory, not the result.
_KNOWN: Final = 100_000
#: Sums of credits that differ by less are the same.
_EXACT: Final = 1e-9


class Bargain(Polish):
    """The polish with a price: a row that loses a tuple and one that costs more are weighed against each other.

    What all rows cost together is brought down in attempts: a row goes, or one cell takes a level that makes its row
    cheaper; single-cell moves cover again what that left, preferring cheap rows; what they cannot, one more row does.
    An attempt that ends dearer than before is taken back.
    """

    def __init__(self, board: Board, rng: Random, *, fixed: Sequence[int], limit: int, price: Price) -> None:
        super().__init__(board, rng, fixed=fixed, limit=limit)
        self._function = price
        self._known: dict[tuple[int, ...], float] = {}
        #: Tuples that a credit is worth: what all of them are, by what all rows cost.
        self._worth = board.total / max(self.total(), _EXACT)
        #: Factors that changed the price of one of the first rows: where to look for a cheaper one.
        self._dear = [factor for factor in range(self._factors) if self._matters(factor)]
        self._dear_values = sum(board.rules.masks[factor] for factor in self._dear)

    def _matters(self, factor: int) -> bool:
        board = self.board
        others = [value for value in range(*board.rules.offsets[factor : factor + 2]) if board.where[value]]
        return any(
            self._price((*values[:factor], other, *values[factor + 1 :])) != self._price(values)
            for values, held in zip(board.rows[:_LOOKED_AT], board.held, strict=False)
            for other in others
            if board.rules.fits(other, held)
        )

    def total(self) -> float:
        """What all rows cost, in credits."""
        return sum(map(self._price, self.board.rows))

    def cheapen(self, floor: float) -> None:
        """Attempts until the rows cost no more than that, or the moves are used up. What is left covers everything."""
        board = self.board
        self._slide()
        best, least = [row.copy() for row in board.rows], self.total()
        end = self.limit
        while self.moves < end and least > floor + _EXACT:
            self.moves = min(end, self.moves + 1 + len(board.rows))  # what an attempt costs besides its moves
            if not self._begin():
                break
            if self.rng.random() < _MENDED:
                self.limit = min(end, self.moves + _PATIENCE)
                self.repair()
            construct(board, self.rng, self._function)
            self._slide()
            total = self.total()
            if total <= least + _EXACT:
                best, least = [row.copy() for row in board.rows], total
            else:
                board.reset(best)
        self.limit = end

    def _begin(self) -> bool:
        """Gives something up: of some rows drawn, the one that brings the most credits for the tuples it loses.

        False when no row is free.
        """
        board, rng = self.board, self.rng
        free = len(board.rows) - len(self.fixed)
        if not free:
            return False
        drawn = [len(self.fixed) + below(rng, free) for _ in range(_DRAWN)]
        if rng.random() < 0.5:
            board.drop(min(drawn, key=lambda row: board.alone(row) / 2 - self._worth * self._price(board.rows[row])))
            return True
        changes = [
            (self._lost(row, factor, value) + self._surcharge(row, factor, value), row, factor, value)
            for row in drawn
            for factor, value in self._cheaper(row)
        ]
        if changes:
            _, row, factor, value = min(changes)
            board.change(row, factor, value)
        return True

    def _slide(self) -> None:
        """Changes that make a row cheaper and lose nothing, until there is none."""
        board = self.board
        for row in range(len(self.fixed), len(board.rows)):
            while True:
                free = [
                    (self._surcharge(row, factor, value), factor, value)
                    for factor, value in self._cheaper(row)
                    if self._lost(row, factor, value) <= 0
                ]
                if not free:
                    break
                _, factor, value = min(free)
                board.change(row, factor, value)

    def _cheaper(self, row: int) -> list[tuple[int, int]]:
        """The changes of one cell, as (factor, value), that break no rule and make the row cheaper."""
        board, rules = self.board, self.board.rules
        return [
            (factor, value)
            for factor in self._dear
            for value in range(rules.offsets[factor], rules.offsets[factor + 1])
            if value != board.rows[row][factor]
            and self._surcharge(row, factor, value) < -_EXACT
            and board.where[value]  # a level that is in no row is in none that is allowed
            and rules.fits(value, board.held[row])
        ]

    def _lost(self, row: int, factor: int, value: int) -> int:
        """Tuples that a change uncovers, less those that it covers."""
        board = self.board
        key, old = board.keys[row], board.rows[row][factor]
        return (board.one[old] & key).bit_count() - (board.zero[value] & key).bit_count()

    def _surcharge(self, row: int, factor: int, value: int) -> float:
        """What a change makes the row dearer, in tuples."""
        if not self._dear_values >> value & 1:
            return 0
        values = self.board.rows[row]
        changed = (*values[:factor], value, *values[factor + 1 :])
        return (self._price(changed) - self._price(values)) * self._worth

    def _price(self, values: Sequence[int]) -> float:
        row = tuple(values)
        price = self._known.get(row)
        if price is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            price = self._known[row] = self._function(self.board.rules.levels(row))
        return price
