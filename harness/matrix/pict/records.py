"""What a PICT model file is read into, and how its mistakes are collected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from harness.errors import Mistake
from harness.model import Source
from harness.yamlio.document import BREAK, mistake_at

#: What PICT takes for a number: nothing of Python's own, such as `1_000` or `nan`.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MOST_DIGITS: Final = 400


class Value(Struct, frozen=True, kw_only=True):
    """One value of a parameter. `names` are its aliases, of which only the first counts in constraints.

    `invalid` is one that was written with `~`. `weight` is read and not used: rows are chosen by what they cost.
    """

    names: tuple[str, ...]
    invalid: bool = False
    weight: int = 1

    @property
    def name(self) -> str:
        """The first name."""
        return self.names[0]

    def shown(self, turn: int = 0) -> str:
        """The value as PICT's rows show it: names in turn, `~` before an invalid one.

        >>> [Value(names=("a", "b"), invalid=True).shown(turn) for turn in (0, 1, 2)]
        ['~a', '~b', '~a']
        """
        return ("~" if self.invalid else "") + self.names[turn % len(self.names)]


class Parameter(Struct, frozen=True, kw_only=True):
    """A parameter and where it stands. `numbers` are its values as numbers when all of them are, else None."""

    name: str
    values: tuple[Value, ...]
    source: Source
    numbers: tuple[float, ...] | None = None


class Rule(Struct, frozen=True, kw_only=True):
    """A combination of values, parameter → value as indexes, that no row may hold, and the constraint that says so."""

    combination: Mapping[int, int]
    source: Source


class PictModel(Struct, frozen=True, kw_only=True):
    """A model file. `groups` are its sub-models: indexes of parameters, and the order (None: that of the whole)."""

    file: str
    parameters: tuple[Parameter, ...]
    groups: tuple[tuple[tuple[int, ...], int | None], ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of values of each parameter."""
        return tuple(len(parameter.values) for parameter in self.parameters)

    @property
    def invalid(self) -> tuple[tuple[int, int], ...]:
        """The invalid values, as indexes of parameter and value."""
        return tuple(
            (factor, level)
            for factor, parameter in enumerate(self.parameters)
            for level, value in enumerate(parameter.values)
            if value.invalid
        )


def number_of(text: str) -> float | None:
    """The number that a text is, or None.

    >>> [number_of(text) for text in ("10", "-1.5e3", "1_000", "nan", "")]
    [10.0, -1500.0, None, None, None]
    """
    return float(text) if len(text) <= _MOST_DIGITS and _NUMBER.fullmatch(text) else None


class Text:
    """The text of a model file, by offset; and the mistakes found in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.mistakes: list[Mistake] = []
        self._starts = [0, *(found.end() for found in BREAK.finditer(text))]

    def lines(self) -> list[tuple[int, str]]:
        """Every line with the offset where it begins, without its end."""
        return list(zip(self._starts, BREAK.split(self.text), strict=True))

    def source(self, offset: int) -> Source:
        """The place of an offset."""
        from bisect import bisect_right

        line = bisect_right(self._starts, offset)
        return Source(file=self.file, line=line, column=offset - self._starts[line - 1] + 1)

    def refuse(self, offset: int, what: str, fix: str = "") -> None:
        """Notes a mistake at an offset."""
        self.refuse_at(self.source(offset), what, fix)

    def refuse_at(self, source: Source, what: str, fix: str = "") -> None:
        """Notes a mistake at a place."""
        self.mistakes.append(mistake_at(source, self._line, what, fix))

    def _line(self, number: int) -> str:
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")
