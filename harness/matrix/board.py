"""Rows on a table, with what they cover counted as they change: what the greedy construction and the polish work on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from harness.matrix.constraints import Rules, bits


class Board(ABC):
    """Rows of values and the feasible tuples that they leave uncovered.

    A value's view of the rest is two sets, kept as ints: the parts that would make an uncovered tuple with it (`zero`),
    and the parts that make a tuple with it that exactly one row covers (`one`). A row's key is the set of its parts. So
    what it costs to take a value out of a row, and what it brings to put one in, is each one `&` and one `bit_count`.
    For pairs a part is a value; for t-tuples it is a combination of t-1 values.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.rows: list[list[int]] = []
        #: The values of each row, as a set.
        self.held: list[int] = []
        #: The parts of each row, as a set.
        self.keys: list[int] = []
        #: The rows that hold a value, as a set.
        self.where = [0] * rules.size
        self.zero = [0] * rules.size
        self.one = [0] * rules.size
        #: Uncovered tuples, in an order that hangs on the history of changes alone.
        self.missing: list[int] = []
        self._place: dict[int, int] = {}
        #: Feasible tuples in all.
        self.total = 0

    def _lack(self, tuple_: int) -> None:
        self._place[tuple_] = len(self.missing)
        self.missing.append(tuple_)

    def _found(self, tuple_: int) -> None:
        place, last = self._place.pop(tuple_), self.missing.pop()
        if last != tuple_:
            self.missing[place] = last
            self._place[last] = place

    def alone(self, row: int) -> int:
        """How many tuples the row covers that no other covers, each counted once for each of its values."""
        key, one = self.keys[row], self.one
        return sum((one[value] & key).bit_count() for value in self.rows[row])

    def reset(self, rows: Iterable[Sequence[int]]) -> None:
        """Other rows instead of all that are there."""
        while self.rows:
            self.drop(len(self.rows) - 1)
        for row in rows:
            self.add(row)

    def _forget(self, row: int) -> None:
        """The last row moves to the place of `row`, whose values are taken back already."""
        last = len(self.rows) - 1
        if row != last:
            bit, old = 1 << row, 1 << last
            for value in self.rows[last]:
                self.where[value] ^= bit | old
            self.rows[row], self.held[row], self.keys[row] = self.rows[last], self.held[last], self.keys[last]
        del self.rows[last], self.held[last], self.keys[last]

    @abstractmethod
    def add(self, row: Sequence[int]) -> None:
        """One more row, behind the others."""

    @abstractmethod
    def drop(self, row: int) -> None:
        """A row goes; the last one takes its place."""

    @abstractmethod
    def change(self, row: int, factor: int, value: int) -> None:
        """Another value in one cell. It must differ from the one that is there."""

    @abstractmethod
    def values_of(self, tuple_: int) -> Sequence[int]:
        """The values of a tuple, in the order of their factors."""

    @abstractmethod
    def grown(self, key: int, row: Sequence[int], factor: int) -> int:
        """The key of a row that is being filled (-1: open) after the cell of `factor` was."""


class PairBoard(Board):
    """The board for strength 2 over all factors. A pair is `smaller value * size + larger value`."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._powers = [1 << value for value in range(rules.size)]
        alive = 0
        for value in range(rules.size):
            if rules.feasible(1 << value):
                alive |= 1 << value
        for value in bits(alive):
            others = alive & ~rules.masks[rules.factor_of[value]] & (-2 << value)
            if 1 << value & rules.constrained:
                for other in bits(others & rules.constrained):
                    if not rules.feasible(1 << value | 1 << other):
                        others ^= 1 << other
            for other in bits(others):
                self.zero[value] |= 1 << other
                self.zero[other] |= 1 << value
                self._lack(value * rules.size + other)
        self.total = len(self.missing)

    def values_of(self, tuple_: int) -> Sequence[int]:
        """The two values of a pair."""
        return divmod(tuple_, self.rules.size)

    def grown(self, key: int, row: Sequence[int], factor: int) -> int:
        """A cell adds its value."""
        return key | 1 << row[factor]

    def add(self, row: Sequence[int]) -> None:
        """See `Board`."""
        where, one, zero = self.where, self.one, self.zero
        held = 0
        for index, value in enumerate(row):
            held |= 1 << value
            for other in row[:index]:
                common = where[value] & where[other]
                if not common & (common - 1):
                    one[value] ^= 1 << other
                    one[other] ^= 1 << value
                    if not common:
                        zero[value] ^= 1 << other
                        zero[other] ^= 1 << value
                        self._found(other * self.rules.size + value)
        bit = 1 << len(self.rows)
        for value in row:
            where[value] |= bit
        self.rows.append(list(row))
        self.held.append(held)
        self.keys.append(held)

    def drop(self, row: int) -> None:
        """See `Board`."""
        where, one, zero = self.where, self.one, self.zero
        values = self.rows[row]
        for value in values:
            where[value] ^= 1 << row
        for index, value in enumerate(values):
            for other in values[:index]:
                common = where[value] & where[other]
                if not common & (common - 1):
                    one[value] ^= 1 << other
                    one[other] ^= 1 << value
                    if not common:
                        zero[value] ^= 1 << other
                        zero[other] ^= 1 << value
                        self._lack(other * self.rules.size + value)
        self._forget(row)

    def change(self, row: int, factor: int, value: int) -> None:
        """See `Board`."""
        where, one, zero, powers, size = self.where, self.one, self.zero, self._powers, self.rules.size
        values = self.rows[row]
        old = values[factor]
        bit, out, new = 1 << row, powers[old], powers[value]
        where[old] ^= bit
        left, joined = where[old], where[value]
        for other in values[:factor] + values[factor + 1 :]:
            rows = where[other]
            common = left & rows
            if not common & (common - 1):
                one[old] ^= powers[other]
                one[other] ^= out
                if not common:
                    zero[old] ^= powers[other]
                    zero[other] ^= out
                    self._lack(old * size + other if old < other else other * size + old)
            common = joined & rows
            if not common & (common - 1):
                one[value] ^= powers[other]
                one[other] ^= new
                if not common:
                    zero[value] ^= powers[other]
                    zero[other] ^= new
                    self._found(value * size + other if value < other else other * size + value)
        where[value] ^= bit
        values[factor] = value
        self.held[row] = self.keys[row] = self.held[row] ^ out ^ new
