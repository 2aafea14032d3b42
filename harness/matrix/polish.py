"""Fewer rows than the greedy construction found: a row goes, and moves of single cells cover again what it left."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from random import Random
from typing import Final

from harness.matrix.board import Board
from harness.matrix.constraints import bits
from harness.matrix.greedy import admits, below, shuffled

#: A cell that was changed stays as it is for so many moves, and up to twice as many.
TENURE: Final = 4
#: After so many moves without a smaller number of missing tuples one of them is forced into some row.
STALE: Final = 300


class Polish:
    """A tabu search over the rows of a board, in moves.

    One move: of the uncovered tuples one is drawn; of all rows in which one cell keeps it from being there, the change
    that loses least is made (never one that breaks a rule, touches a fixed cell or undoes what was just done). When
    that leads nowhere for a while, a tuple is forced into a row, whatever it costs. So Galinier, Kpodjedo and Antoniol
    search (2017), and Lin, Luo, Cai and others (TCA, 2015); here with sets as ints. Nothing but the seed and the number
    of moves decides.
    """

    def __init__(self, board: Board, rng: Random, *, fixed: Sequence[int], limit: int) -> None:
        self.board = board
        self.rng = rng
        #: The values that must stay, for each of the first rows: these rows stay themselves, too.
        self.fixed = fixed
        self.limit = limit
        self.moves = 0
        self._factors = len(board.rules.counts)
        self._until: list[int] = []

    def shrink(self, floor: int) -> None:
        """Takes away rows until so many are left, or the moves are used up. What is left covers everything."""
        board = self.board
        best = [row.copy() for row in board.rows]
        while len(board.rows) > max(floor, len(self.fixed)) and self.moves < self.limit:
            self._take_one()
            self.repair()
            if board.missing:
                break
            best = [row.copy() for row in board.rows]
        if board.missing:
            board.reset(best)

    def _take_one(self) -> None:
        """The row that covers least alone goes."""
        board, start = self.board, len(self.fixed)
        self.moves = min(self.limit, self.moves + len(board.rows) // 10)  # to look at ten rows is the work of a move
        turn = below(self.rng, len(board.rows))
        board.drop(
            min(range(start, len(board.rows)), key=lambda row: (board.alone(row), (row + turn) % len(board.rows)))
        )

    def repair(self) -> None:
        """Moves until nothing is missing, or the moves are used up."""
        board = self.board
        self._until = [0] * (len(board.rows) * self._factors)
        self._least = len(board.missing)
        since = self.moves
        while board.missing and self.moves < self.limit:
            self.moves += 1
            if self.moves - since > STALE:
                self._force(board.values_of(board.missing[below(self.rng, len(board.missing))]))
                self._least, since = len(board.missing), self.moves
                continue
            self._move()
            if len(board.missing) < self._least:
                self._least, since = len(board.missing), self.moves

    def _move(self) -> None:
        board, rng = self.board, self.rng
        values = board.values_of(board.missing[below(rng, len(board.missing))])
        best: list[tuple[int, int]] = []
        least = inf
        wanted = self._least - len(board.missing)
        for row, value in self._candidates(values):
            factor = board.rules.factor_of[value]
            key = board.keys[row]
            old = board.rows[row][factor]
            lost = (board.one[old] & key).bit_count() - (board.zero[value] & key).bit_count()
            if lost >= wanted and self._until[row * self._factors + factor] > self.moves:
                continue
            cost = lost + self._surcharge(row, factor, value)
            if cost > least:
                continue
            if cost < least:
                least, best = cost, []
            best.append((row, value))
        if best:
            row, value = best[below(rng, len(best))]
            self._set(row, value)
        else:
            self._force(values)

    def _surcharge(self, _row: int, _factor: int, _value: int) -> float:
        """What a change costs besides the tuples that it loses, in tuples."""
        return 0

    def _candidates(self, values: Sequence[int]) -> list[tuple[int, int]]:
        """Rows with a value that makes the tuple there by itself, and breaks nothing."""
        board, fixed = self.board, self.fixed
        where, held, rules = board.where, board.held, board.rules
        found = []
        for value in values:
            rows = ~where[value]
            for other in values:
                if other != value:
                    rows &= where[other]
            if rows < 0:
                rows &= (1 << len(held)) - 1
            mask = rules.masks[rules.factor_of[value]]
            bound = 1 << value & rules.constrained
            for row in bits(rows):
                if row < len(fixed) and fixed[row] & mask:
                    continue
                if not bound or rules.fits(value, held[row]):
                    found.append((row, value))
        return found

    def _set(self, row: int, value: int) -> None:
        factor = self.board.rules.factor_of[value]
        self.board.change(row, factor, value)
        self._until[row * self._factors + factor] = self.moves + TENURE + below(self.rng, TENURE)

    def _force(self, values: Sequence[int]) -> None:
        """Puts the whole tuple into some free row; cells that break a rule beside it get other values."""
        board, rng, rules = self.board, self.rng, self.board.rules
        free = len(board.rows) - len(self.fixed)
        if not free:
            return
        row = len(self.fixed) + below(rng, free)
        held = 0
        for value in values:
            held |= 1 << value
        cells = board.rows[row].copy()
        for factor in shuffled(rng, range(self._factors)):
            wanted = held & rules.masks[factor]
            cells[factor] = wanted.bit_length() - 1 if wanted else self._beside(cells[factor], factor, held)
            held |= 1 << cells[factor]
        board.drop(row)
        board.add(cells)

    def _beside(self, old: int, factor: int, held: int) -> int:
        """The value itself, or the next one of its factor that can stand beside those that are decided."""
        rules = self.board.rules
        first, count = rules.offsets[factor], rules.counts[factor]
        turn = (first + (old - first + step) % count for step in range(count))
        return next(value for value in turn if admits(rules, held, value))
