"""Rows of a matrix ready to be shown, written or counted, wherever they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from harness.matrix.certificate import Space
from harness.matrix.csvfile import Table, write_table
from harness.matrix.pict.records import Value
from harness.matrix.pict.write import write
from harness.matrix.possible import Possible
from harness.matrix.rows import Row
from harness.model import Json
from harness.yamlio.scalars import ScalarError, plain

#: Rows → for each the levels as they are written.
Shown: TypeAlias = Callable[[Iterable[Row]], Iterator[tuple[Json, ...]]]

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


class Listing(Struct, frozen=True, kw_only=True):
    """Rows and the space that they are to cover.

    `names` are the factors, `values` their levels as a PICT model has them. `shown` gives the levels of rows as JSON.
    `bound`: fewer rows cannot do (None: not known). The first `kept` rows were there before. `price` gives the credits
    of a row, None where they are not known; it hangs on the `priced` factors alone. `notes` are sentences to be told
    beside the rows. `full`: the rows are the full product, of which nothing is held.
    """

    name: str
    space: Space
    names: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]
    shown: Shown
    rows: Iterable[Row]
    bound: int | None = None
    kept: int = 0
    price: Callable[[Row], float | None] | None = None
    priced: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    full: bool = False

    @property
    def product(self) -> int:
        """The number of rows of the full product, without those that hold something forbidden."""
        return Possible(self.space.counts, self.space.forbidden).count(tuple(range(len(self.space.counts))))

    def product_price(self) -> tuple[float, int] | None:
        """What all rows of the full product cost, and how many of them have no known price.

        None without prices, and where too much would have to be counted.
        """
        if self.price is None:
            return None
        counted = Possible(self.space.counts, self.space.forbidden).projections(self.priced)
        total, unknown = 0.0, 0
        row = [0] * len(self.space.counts)
        for levels, number in (counted or {}).items():
            for place, level in zip(self.priced, levels, strict=True):
                row[place] = level
            price = self.price(tuple(row))
            if price is None:
                unknown += number
            else:
                total += price * number
        return None if counted is None else (total, unknown)

    def as_json(self) -> Iterator[str]:
        """A list of objects, factor → level, in pieces; one line a row."""
        before = "[\n "
        for levels in self.shown(self.rows):
            yield before + _ENCODE(dict(zip(self.names, levels, strict=True)))
            before = ",\n "
        yield "[]\n" if before.startswith("[") else "\n]\n"

    def as_csv(self) -> Iterator[str]:
        """A header and the rows; a level that is no text stands as JSON."""
        return write_table(self.names, (tuple(map(cell, levels)) for levels in self.shown(self.rows)))

    def as_pict(self) -> Iterator[str]:
        """A PICT model of the space: the rows are PICT's own to find."""
        comments = [f"{self.name}, with /o:{self.space.strength}"]
        alone = [rule for rule in self.space.forbidden if not self._invalid_both(rule)]
        parameters = list(zip(self.names, self.values, strict=True))
        return write(parameters, groups=self.space.groups, forbidden=alone, comments=comments)

    def _invalid_both(self, rule: Mapping[int, int]) -> bool:
        """True for two invalid levels: `~` keeps them apart."""
        return len(rule) == 2 and all(self.values[factor][level].invalid for factor, level in rule.items())


def cell(level: Json) -> str:
    """A level in a table: a text as it is, everything else as JSON, and a text that looks like it in quotes.

    >>> [cell(level) for level in ("9:16", "7", 7, None, {"$absent": True})]
    ['9:16', '"7"', '7', 'null', '{"$absent": true}']
    """
    return level if isinstance(level, str) and _is_plain(level) else _ENCODE(level)


def _is_plain(text: str) -> bool:
    try:
        return plain(text) == text and not text.startswith(('"', "{", "["))
    except ScalarError:
        return False


def of_table(table: Table, strength: int) -> Listing:
    """The rows of a table by themselves: the levels of each column are those that it holds; an empty cell is none."""
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.names]
    levels = tuple(tuple(dict.fromkeys(cell.text for cell in column if cell.text)) for column in columns)
    index = [{text: number for number, text in enumerate(texts)} for texts in levels]
    rows = tuple(tuple(known.get(cell.text, -1) for known, cell in zip(index, row, strict=True)) for row in table.rows)
    return Listing(
        name=table.file,
        space=Space(counts=tuple(map(len, levels)), strength=strength),
        names=tuple(cell.text for cell in table.names),
        values=tuple(tuple(Value(names=(text,)) for text in texts) for texts in levels),
        shown=shown_as(levels),
        rows=rows,
    )


def shown_as(levels: Sequence[Sequence[Json]]) -> Shown:
    """Shows rows with these levels of each factor; an empty text for a cell without one."""

    def shown(rows: Iterable[Row]) -> Iterator[tuple[Json, ...]]:
        for row in rows:
            yield tuple("" if level < 0 else of[level] for of, level in zip(levels, row, strict=True))

    return shown
