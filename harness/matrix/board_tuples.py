"""The board for any strength, and for groups of factors with one of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple, TypeAlias

from harness.matrix.board import Board
from harness.matrix.constraints import Rules

#: Factors that are to be covered together, ascending.
Interaction: TypeAlias = tuple[int, ...]
#: Groups of factors, each with its strength.
Groups: TypeAlias = Sequence[tuple[Sequence[int], int]]
#: A set of factors as one of them sees it: (start, its own stride, the others with theirs).
_Entry: TypeAlias = tuple[int, int, tuple[tuple[int, int], ...]]


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


class _Numbering(NamedTuple):
    """How the combinations of a set of factors are numbered: `start` + the sum of value * stride."""

    start: int
    factors: Interaction
    strides: tuple[int, ...]

    def number(self, values: Iterable[int]) -> int:
        return self.start + sum(value * stride for value, stride in zip(values, self.strides, strict=True))


class TupleBoard(Board):
    """A board whose tuples are numbered interaction by interaction, and whose parts are set of factors by set."""

    def __init__(self, rules: Rules, asked: Sequence[Interaction]) -> None:
        super().__init__(rules)
        tuples, size = _numberings(rules, asked)
        self._counts = [0] * size
        parts, _ = _numberings(
            rules, sorted({part for interaction in asked for part in combinations(interaction, len(interaction) - 1)})
        )
        #: For each factor: the interactions that it is in, as (start, its stride, the other factors with theirs).
        self._of: list[list[_Entry]] = [[] for _ in rules.counts]
        #: The same for the interactions that it is the first factor of.
        self._first: list[list[_Entry]] = [[] for _ in rules.counts]
        #: The same for the parts that it is in.
        self._parts_of: list[list[_Entry]] = [[] for _ in rules.counts]
        for numbering in tuples.values():
            for factor, entry in _entries(numbering):
                self._of[factor].append(entry)
            factor, entry = next(_entries(numbering))
            self._first[factor].append(entry)
        for numbering in parts.values():
            for factor, entry in _entries(numbering):
                self._parts_of[factor].append(entry)
        #: The part of no factor at all, which every row has: strength 1.
        self._nothing = 1 << parts[()].start if () in parts else 0
        self._members: dict[int, tuple[int, ...]] = {}
        #: For each tuple: its values, each with the part that the others make, as a set.
        self._splits: dict[int, tuple[tuple[int, int], ...]] = {}
        for interaction in asked:
            rests = [parts[interaction[:index] + interaction[index + 1 :]] for index in range(len(interaction))]
            for values in feasible_tuples(rules, interaction):
                number = tuples[interaction].number(values)
                self._members[number] = values
                self._splits[number] = tuple(
                    (value, 1 << rest.number(values[:index] + values[index + 1 :]))
                    for index, (value, rest) in enumerate(zip(values, rests, strict=True))
                )
                for value, part in self._splits[number]:
                    self.zero[value] |= part
                self._lack(number)
        self.total = len(self.missing)

    def values_of(self, tuple_: int) -> Sequence[int]:
        """The values of a tuple, in the order of the factors."""
        return self._members[tuple_]

    def grown(self, key: int, row: Sequence[int], factor: int) -> int:
        """A cell adds the parts that it completes."""
        key |= self._nothing
        mine = row[factor]
        for start, stride, others in self._parts_of[factor]:
            number = start + stride * mine
            for other, its in others:
                value = row[other]
                if value < 0:
                    break
                number += value * its
            else:
                key |= 1 << number
        return key

    def _more(self, number: int) -> None:
        """One more row holds a tuple."""
        self._counts[number] = count = self._counts[number] + 1
        if count == 1:
            for value, part in self._splits[number]:
                self.zero[value] ^= part
                self.one[value] ^= part
            self._found(number)
        elif count == 2:
            for value, part in self._splits[number]:
                self.one[value] ^= part

    def _fewer(self, number: int) -> None:
        """One row less holds a tuple."""
        self._counts[number] = count = self._counts[number] - 1
        if not count:
            for value, part in self._splits[number]:
                self.zero[value] ^= part
                self.one[value] ^= part
            self._lack(number)
        elif count == 1:
            for value, part in self._splits[number]:
                self.one[value] ^= part

    def add(self, row: Sequence[int]) -> None:
        """See `Board`."""
        bit, held, key, filled = 1 << len(self.rows), 0, 0, [-1] * len(row)
        for factor, value in enumerate(row):
            for start, stride, others in self._first[factor]:
                self._more(start + stride * value + sum(row[other] * its for other, its in others))
            self.where[value] |= bit
            held |= 1 << value
            filled[factor] = value
            key = self.grown(key, filled, factor)
        self.rows.append(filled)
        self.held.append(held)
        self.keys.append(key)

    def drop(self, row: int) -> None:
        """See `Board`."""
        values = self.rows[row]
        for factor, value in enumerate(values):
            for start, stride, others in self._first[factor]:
                self._fewer(start + stride * value + sum(values[other] * its for other, its in others))
            self.where[value] ^= 1 << row
        self._forget(row)

    def change(self, row: int, factor: int, value: int) -> None:
        """See `Board`."""
        values, counts = self.rows[row], self._counts
        old = values[factor]
        for start, stride, others in self._of[factor]:
            rest = start
            for other, its in others:
                rest += values[other] * its
            number = rest + stride * old
            if counts[number] > 2:
                counts[number] -= 1
            else:
                self._fewer(number)
            number = rest + stride * value
            if counts[number] > 1:
                counts[number] += 1
            else:
                self._more(number)
        key = self.keys[row]
        for start, stride, others in self._parts_of[factor]:
            for other, its in others:
                start += values[other] * its  # noqa: PLW2901 - a sum
            key ^= 1 << start + stride * old | 1 << start + stride * value
        self.keys[row] = key
        values[factor] = value
        self.held[row] ^= 1 << old | 1 << value
        self.where[old] ^= 1 << row
        self.where[value] ^= 1 << row


def _numberings(rules: Rules, sets: Iterable[Interaction]) -> tuple[dict[Interaction, _Numbering], int]:
    """The combinations of the sets of factors, numbered through; and how many they are."""
    found, size = {}, 0
    for factors in sets:
        strides, stride = [], 1
        for factor in reversed(factors):
            strides.append(stride)
            stride *= rules.counts[factor]
        strides.reverse()
        shift = sum(rules.offsets[factor] * step for factor, step in zip(factors, strides, strict=True))
        found[factors] = _Numbering(size - shift, factors, tuple(strides))
        size += stride
    return found, size


def _entries(numbering: _Numbering) -> Iterator[tuple[int, _Entry]]:
    """A numbering as each of its factors sees it."""
    pairs = tuple(zip(numbering.factors, numbering.strides, strict=True))
    for index, (factor, stride) in enumerate(pairs):
        yield factor, (numbering.start, stride, pairs[:index] + pairs[index + 1 :])
