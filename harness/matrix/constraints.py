"""What rows may hold: forbidden combinations over flat values, with feasibility decided exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from harness.matrix.rows import Combination, Row

#: Solutions that are remembered: a question that one of them answers needs no search.
_WITNESSES: Final = 64
#: Answers that are remembered before all are forgotten: bounds the memory, not the result.
_MEMO: Final = 200_000


def bits(mask: int) -> Iterator[int]:
    """The numbers of the set bits, smallest first.

    >>> list(bits(0b1011))
    [0, 1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Rules:
    """Forbidden combinations of a space of factors.

    Levels of all factors are numbered through: the value of level `l` of factor `f` is `offsets[f] + l`, and sets of
    values are ints with one bit a value. A question about a set of values is put to `feasible`: it is answered by
    propagation and backtracking over the factors that stand in rules, so exactly; answers are remembered.
    ValueError for a factor or level that does not exist.
    """

    def __init__(self, counts: Sequence[int], forbidden: Sequence[Combination] = ()) -> None:
        self.counts = tuple(counts)
        self.offsets = tuple(accumulate(self.counts, initial=0))
        self.size = self.offsets[-1]
        self.factor_of = tuple(factor for factor, count in enumerate(self.counts) for _ in range(count))
        self.masks = tuple(((1 << count) - 1) << start for start, count in zip(self.offsets, self.counts, strict=False))
        nogoods = sorted(
            {self.mask(combination) for combination in forbidden}, key=lambda mask: (mask.bit_count(), mask)
        )
        self.nogoods = _minimal(nogoods)
        #: For each value the values that a rule of two forbids beside it.
        self.conflicts = [0] * self.size
        #: For each value the rules of three and more that it stands in.
        self.longer: list[list[int]] = [[] for _ in range(self.size)]
        self._long = [nogood for nogood in self.nogoods if nogood.bit_count() > 2]
        self._impossible = 0 in self.nogoods
        allowed = (1 << self.size) - 1
        self.constrained = 0
        for nogood in self.nogoods:
            self._index(nogood)
            if nogood.bit_count() == 1:
                allowed &= ~nogood
        self._factors = tuple(mask for mask in self.masks if mask & self.constrained)
        self._allowed = allowed
        self._memo: dict[int, bool] = {}
        self._witnesses: list[int] = []

    def _index(self, nogood: int) -> None:
        values = list(bits(nogood))
        for value in values:
            self.constrained |= self.masks[self.factor_of[value]]
            if len(values) == 2:
                self.conflicts[value] |= nogood ^ (1 << value)
            elif len(values) > 2:
                self.longer[value].append(nogood)

    def value(self, factor: int, level: int) -> int:
        """The number of a level among all levels. ValueError when there is no such level."""
        if not 0 <= factor < len(self.counts) or not 0 <= level < self.counts[factor]:
            raise ValueError(f"no level {level} of factor {factor}")
        return self.offsets[factor] + level

    def mask(self, combination: Combination) -> int:
        """The set of values of a combination."""
        total = 0
        for factor, level in combination.items():
            total |= 1 << self.value(factor, level)
        return total

    def values(self, row: Row) -> list[int]:
        """A row of levels as one of values. ValueError when it is not a row of these factors."""
        if len(row) != len(self.counts):
            raise ValueError(f"a row of {len(row)} levels for {len(self.counts)} factors")
        return [self.value(factor, level) for factor, level in enumerate(row)]

    def levels(self, values: Sequence[int]) -> Row:
        """A row of values as one of levels."""
        return tuple(value - start for value, start in zip(values, self.offsets, strict=False))

    def legal(self, held: int) -> bool:
        """Whether no forbidden combination lies in a set of values (of a whole row, or of a part of one)."""
        return not any(nogood & held == nogood for nogood in self.nogoods)

    def fits(self, value: int, held: int) -> bool:
        """Whether a value breaks no rule beside values that are legal without it. Looks no further than these."""
        if self.conflicts[value] & held:
            return False
        held |= 1 << value
        return all(nogood & held != nogood for nogood in self.longer[value])

    def feasible(self, held: int) -> bool:
        """Whether some whole row holds all these values and no forbidden combination."""
        if self._impossible or held & ~self._allowed:
            return False
        held &= self.constrained
        for witness in self._witnesses:
            if not held & ~witness:
                return True
        known = self._memo.get(held)
        if known is None:
            solution = self._solve(self._opened(held), 0)
            known = solution is not None
            if solution is not None:
                self._witnesses.insert(0, solution)
                del self._witnesses[_WITNESSES:]
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            self._memo[held] = known
        return known

    def _opened(self, held: int) -> int:
        """The values that are left when these are chosen: the other levels of their factors are out."""
        possible = self._allowed & self.constrained
        for value in bits(held):
            possible &= ~self.masks[self.factor_of[value]] | 1 << value
        return possible

    def _solve(self, possible: int, fixed: int) -> int | None:
        """A choice of one value for each factor that stands in a rule; None when there is none."""
        narrowed = self._narrow(possible, fixed)
        if narrowed is None:
            return None
        possible, fixed = narrowed
        open_ = [domain for mask in self._factors if (domain := possible & mask) & ~fixed]
        if not open_:
            return fixed
        smallest = min(open_, key=int.bit_count)
        for value in bits(smallest):
            found = self._solve(possible & ~smallest | 1 << value, fixed)
            if found is not None:
                return found
        return None

    def _narrow(self, possible: int, fixed: int) -> tuple[int, int] | None:
        """What propagation leaves of the possible values, and those that are alone in their factor. None: nothing."""
        changed = True
        while changed:
            changed = False
            for mask in self._factors:
                domain = possible & mask
                if not domain:
                    return None
                if not domain & (domain - 1) and not domain & fixed:
                    fixed |= domain
                    possible &= ~self.conflicts[domain.bit_length() - 1]
                    changed = True
            for nogood in self._long:
                rest = nogood & ~fixed
                if not rest:
                    return None
                if not rest & (rest - 1) and rest & possible:
                    possible ^= rest
                    changed = True
        return possible, fixed


def _minimal(nogoods: Sequence[int]) -> tuple[int, ...]:
    """The combinations without those that hold another one. They come with the short ones first."""
    kept: list[int] = []
    for nogood in nogoods:
        if not any(other & nogood == other for other in kept):
            kept.append(nogood)
    return tuple(kept)
