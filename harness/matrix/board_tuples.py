"""The board for any strength, and for groups of factors with one of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import TypeAlias

from harness.matrix.board import Board
from harness.matrix.constraints import Rules

#: Factors that are to be covered together, ascending.
Interaction: TypeAlias = tuple[int, ...]
#: Groups of factors, each with its strength.
Groups: TypeAlias = Sequence[tuple[Sequence[int], int]]


def interactions(factors: int, strength: int, groups: Groups = ()) -> tuple[Interaction, ...]:
    """The sets of factors whose levels are to meet in every feasible combination; none that lies in another one.

    >>> interactions(4, 1, [((2, 0, 1), 2)])
    ((0, 1), (0, 2), (1, 2), (3,))
    """
    asked = set(combinations(range(factors), strength))
    for members, of_group in groups:
        ascending = sorted(set(members))
        asked |= set(combinations(ascending, min(of_group, len(ascending))))
    sizes = sorted({len(interaction) for interaction in asked})
    for larger in [interaction for interaction in asked if len(interaction) > sizes[0]]:
        for size in sizes:
            if size < len(larger):
                asked.difference_update(combinations(larger, size))
    return tuple(sorted(asked))


def feasible_tuples(rules: Rules, interaction: Interaction) -> Iterator[tuple[int, ...]]:
    """The tuples of values of an interaction that some row can hold, the last factor changing fastest."""
    domains = [
        [value for value in range(rules.offsets[factor], rules.offsets[factor + 1]) if rules.feasible(1 << value)]
        for factor in interaction
    ]
    bound = [position for position, factor in enumerate(interaction) if rules.masks[factor] & rules.constrained]
    for values in product(*domains):
        if len(bound) < 2 or rules.feasible(sum(1 << values[position] for position in bound)):
            yield values


class TupleBoard(Board):
    """A board whose tuples are numbered interaction by interaction, and whose parts are set of factors by set."""

    def __init__(self, rules: Rules, asked: Sequence[Interaction]) -> None:
        super().__init__(rules)
        self._counts: list[int] = []
        self._members: dict[int, tuple[int, ...]] = {}
        self._starts: dict[Interaction, int] = {}
        #: For each factor: the interactions that it is in, as (start, the factors, their strides).
        self._of: list[list[tuple[int, tuple[int, ...], tuple[int, ...]]]] = [[] for _ in rules.counts]
        self._parts: dict[Interaction, int] = {}
        size = 0
        for interaction in asked:
            strides = _strides(rules, interaction)
            start = size
            self._starts[interaction] = start
            size += strides[0] * rules.counts[interaction[0]]
            for factor in interaction:
                self._of[factor].append((start, interaction, strides))
        self._counts = [0] * size
        #: For each factor: the sets of factors with it that are parts, as (start, the factors, their strides).
        self._parts_of: list[list[tuple[int, tuple[int, ...], tuple[int, ...]]]] = [[] for _ in rules.counts]
        parts = sorted({part for interaction in asked for part in combinations(interaction, len(interaction) - 1)})
        number = 0
        for part in parts:
            self._parts[part] = number
            strides = _strides(rules, part)
            for factor in part:
                self._parts_of[factor].append((number, part, strides))
            number += strides[0] * rules.counts[part[0]] if part else 1
        #: The part of no factor at all, which every row has: strength 1.
        self._nothing = 1 << self._parts[()] if () in self._parts else 0
        for interaction in asked:
            for values in feasible_tuples(rules, interaction):
                tuple_ = self._number(self._starts[interaction], values, _strides(rules, interaction))
                self._members[tuple_] = values
                for value, rest in self._split(tuple_):
                    self.zero[value] |= rest
                self._lack(tuple_)
        self.total = len(self.missing)

    def _number(self, start: int, values: Sequence[int], strides: Sequence[int]) -> int:
        offsets, factor_of = self.rules.offsets, self.rules.factor_of
        for value, stride in zip(values, strides, strict=True):
            start += (value - offsets[factor_of[value]]) * stride
        return start

    def _split(self, tuple_: int) -> Iterator[tuple[int, int]]:
        """Each value of a tuple with the part that the others make, as a set."""
        values, factor_of = self._members[tuple_], self.rules.factor_of
        for index, value in enumerate(values):
            rest = values[:index] + values[index + 1 :]
            part = tuple(factor_of[other] for other in rest)
            yield value, 1 << self._number(self._parts[part], rest, _strides(self.rules, part))

    def values_of(self, tuple_: int) -> Sequence[int]:
        """The values of a tuple, in the order of the factors."""
        return self._members[tuple_]

    def grown(self, key: int, row: Sequence[int], factor: int) -> int:
        """A cell adds the parts that it completes."""
        offsets = self.rules.offsets
        key |= self._nothing
        for start, part, strides in self._parts_of[factor]:
            number = start
            for member, stride in zip(part, strides, strict=True):
                if row[member] < 0:
                    break
                number += (row[member] - offsets[member]) * stride
            else:
                key |= 1 << number
        return key

    def _count(self, row: Sequence[int], factor: int, step: int) -> None:
        """Counts the tuples of a row that hold the factor: one more (1) or one less (-1)."""
        offsets, counts = self.rules.offsets, self._counts
        levels = [value - start for value, start in zip(row, offsets, strict=False)]
        for start, members, strides in self._of[factor]:
            number = start
            for member, stride in zip(members, strides, strict=True):
                number += levels[member] * stride
            before = counts[number]
            counts[number] = after = before + step
            if before < 2 and after < 2:
                for value, part in self._split(number):
                    self.zero[value] ^= part
                    self.one[value] ^= part
                if after:
                    self._found(number)
                else:
                    self._lack(number)
            elif before < 2 or after < 2:
                for value, part in self._split(number):
                    self.one[value] ^= part

    def _count_all(self, row: Sequence[int], step: int) -> None:
        """Counts every tuple of a row once: at the first of its factors."""
        for factor in range(len(row)):
            mine = self._of[factor]
            self._of[factor] = [entry for entry in mine if entry[1][0] == factor]
            self._count(row, factor, step)
            self._of[factor] = mine

    def add(self, row: Sequence[int]) -> None:
        """See `Board`."""
        bit, held, key, filled = 1 << len(self.rows), 0, 0, [-1] * len(row)
        self._count_all(row, 1)
        for factor, value in enumerate(row):
            self.where[value] |= bit
            held |= 1 << value
            filled[factor] = value
            key = self.grown(key, filled, factor)
        self.rows.append(filled)
        self.held.append(held)
        self.keys.append(key)

    def drop(self, row: int) -> None:
        """See `Board`."""
        self._count_all(self.rows[row], -1)
        for value in self.rows[row]:
            self.where[value] ^= 1 << row
        self._forget(row)

    def change(self, row: int, factor: int, value: int) -> None:
        """See `Board`."""
        values = self.rows[row]
        old = values[factor]
        self._count(values, factor, -1)
        key = self.keys[row] & ~self.grown(0, values, factor)
        values[factor] = value
        self._count(values, factor, 1)
        self.keys[row] = self.grown(key, values, factor)
        self.held[row] ^= 1 << old | 1 << value
        self.where[old] ^= 1 << row
        self.where[value] ^= 1 << row


def _strides(rules: Rules, interaction: Interaction) -> tuple[int, ...]:
    """What one level counts in the number of a tuple, the last factor counting 1."""
    strides, stride = [], 1
    for factor in reversed(interaction):
        strides.append(stride)
        stride *= rules.counts[factor]
    return tuple(reversed(strides))
