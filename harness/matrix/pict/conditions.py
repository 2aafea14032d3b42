"""Constraints as trees, and the combinations that they forbid.

A constraint must hold for every row. What it forbids is where its opposite holds, told as a choice of boxes: a box
gives some parameters a set of values each, and every row inside of it breaks the constraint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product
from typing import Final, Literal, TypeAlias

from msgspec import Struct

#: Parameter → the values that it may have; every other parameter has any.
Box: TypeAlias = Mapping[int, frozenset[int]]

#: A constraint that needs more boxes, or forbids more combinations, is refused: nobody could look through it.
MOST_BOXES: Final = 20_000
MOST_COMBINATIONS: Final = 20_000
#: Of a longer combination only short parts are looked for among the others: it has too many.
_LONG: Final = 8


class TooLargeError(Exception):
    """A constraint forbids too many combinations to be listed."""


class Among(Struct, frozen=True):
    """True when the parameter has one of these values."""

    parameter: int
    values: frozenset[int]


class Compare(Struct, frozen=True):
    """True when the values of two parameters are one of these pairs."""

    left: int
    right: int
    pairs: frozenset[tuple[int, int]]


class Not(Struct, frozen=True):
    """True when the other condition is false."""

    inner: Condition


class Join(Struct, frozen=True):
    """True when both conditions are ("and"), or at least one is ("or")."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]


Condition: TypeAlias = "Among | Compare | Not | Join"


def forbidden(condition: Condition, counts: Sequence[int]) -> list[dict[int, int]]:
    """The combinations, parameter → value, that no row may hold when the condition must be true.

    None lies inside of another one, unless it is longer than any that people write.

    Raises TooLargeError when there are more than `MOST_COMBINATIONS`.

    >>> forbidden(Not(Join("and", (Among(0, frozenset({0})), Among(1, frozenset({1, 2}))))), (2, 3))
    [{0: 0, 1: 1}, {0: 0, 1: 2}]
    """
    found: dict[frozenset[tuple[int, int]], None] = {}
    for box in _boxes(condition, counts, wanted=False):
        bound = {factor: levels for factor, levels in box.items() if len(levels) < counts[factor]}
        size = 1
        for levels in bound.values():
            size *= len(levels)
        if size + len(found) > MOST_COMBINATIONS:
            raise TooLargeError
        for chosen in product(*(sorted(levels) for levels in bound.values())):
            found[frozenset(zip(bound, chosen, strict=True))] = None
    return sorted((dict(sorted(each)) for each in found if not _inside(each, found)), key=lambda each: [*each.items()])


def _inside(combination: frozenset[tuple[int, int]], found: Mapping[frozenset[tuple[int, int]], None]) -> bool:
    """True when a smaller one of the combinations forbids this one already."""
    sizes = range(len(combination) if len(combination) <= _LONG else 3)
    return any(frozenset(part) in found for size in sizes for part in combinations(sorted(combination), size))


def _boxes(condition: Condition, counts: Sequence[int], *, wanted: bool) -> list[Box]:
    """Boxes that together hold exactly the rows for which the condition is as wanted."""
    if isinstance(condition, Not):
        return _boxes(condition.inner, counts, wanted=not wanted)
    if isinstance(condition, Join):
        parts = [_boxes(part, counts, wanted=wanted) for part in condition.parts]
        return _all_of(parts) if (condition.word == "and") is wanted else _any_of(parts)
    if isinstance(condition, Among):
        every = frozenset(range(counts[condition.parameter]))
        return _some({condition.parameter: condition.values if wanted else every - condition.values})
    return _any_of([_compared(condition, counts, wanted=wanted)])


def _compared(condition: Compare, counts: Sequence[int], *, wanted: bool) -> list[Box]:
    left, right, pairs = condition.left, condition.right, condition.pairs
    if left == right:
        return _some({left: frozenset(level for level in range(counts[left]) if ((level, level) in pairs) is wanted)})
    found: list[Box] = []
    for level in range(counts[left]):
        others = frozenset(other for other in range(counts[right]) if ((level, other) in pairs) is wanted)
        found += _some({left: frozenset({level}), right: others})
    return found


def _some(box: dict[int, frozenset[int]]) -> list[Box]:
    """The box, if anything is in it."""
    return [box] if all(box.values()) else []


def _any_of(parts: Sequence[Sequence[Box]]) -> list[Box]:
    found = [box for part in parts for box in part]
    if len(found) > MOST_BOXES:
        raise TooLargeError
    return found


def _all_of(parts: Sequence[Sequence[Box]]) -> list[Box]:
    found: list[Box] = [{}]
    for part in parts:
        if len(found) * len(part) > MOST_BOXES:
            raise TooLargeError
        found = [both for one in found for other in part if (both := _both(one, other)) is not None]
    return found


def _both(one: Box, other: Box) -> Box | None:
    """What is in both boxes, or None when nothing is."""
    both = dict(one)
    for factor, levels in other.items():
        both[factor] = both[factor] & levels if factor in both else levels
        if not both[factor]:
            return None
    return both


def like(pattern: str) -> Callable[[str], bool]:
    """Whether a text fits a pattern, without regard to case: `*` any characters, `?` one.

    >>> [like("FAT*")(text) for text in ("fat32", "FAT", "NTFS")]
    [True, True, False]
    """
    parts = pattern.casefold()

    def fits(text: str) -> bool:
        # Greedy with one place to go back to: `*` after `*` cannot make it slow, as a regular expression would be.
        text = text.casefold()
        at, index, star, mark = 0, 0, -1, 0
        while at < len(text):
            if index < len(parts) and parts[index] == "*":
                star, mark = index, at
                index += 1
            elif index < len(parts) and parts[index] in {"?", text[at]}:
                at, index = at + 1, index + 1
            elif star >= 0:
                mark += 1
                at, index = mark, star + 1
            else:
                return False
        return not parts[index:].strip("*")

    return fits
