"""`exclude`, `rules` and `include` of a matrix → combinations of levels: forbidden, or to be there in any case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Final

from harness.model import Json, Path
from harness.provider import ABSENT
from harness.scenario.labels import canonical, label
from harness.scenario.records import Combination, Factor
from harness.scenario.values import UNKNOWN, Values
from harness.words import told
from harness.yamlio import Document, did_you_mean, dotted, quoted

#: One line of a file that forbids more than this is a slip, and would slow the generator down.
_MOST: Final = 10_000
#: Factor name → the indexes of the levels that are meant; any of them.
_Choice = Mapping[str, Sequence[int]]


class Constraints:
    """Reads combinations of the levels of these factors. Mistakes go to `values`.

    `declared` are the names of all factors of the file, those with mistakes of their own among them.
    """

    def __init__(
        self, doc: Document, values: Values, factors: Mapping[str, Factor], declared: Collection[str] = ()
    ) -> None:
        self._doc = doc
        self._values = values
        self._factors = factors
        self._declared = declared
        self._indexes = {
            name: {canonical(level): index for index, level in enumerate(factor.levels)}
            for name, factor in factors.items()
        }

    def excluded(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Combination]:
        """What `exclude` forbids."""
        for number, row in enumerate(rows):
            path = ("matrix", "exclude", number)
            choice = self._choice(row, path)
            if choice and self._few(prod(map(len, choice.values())), path):
                yield from self._combinations(product_of(choice), path)

    def ruled_out(self, rules: Iterable[Mapping[str, Any]]) -> Iterator[Combination]:
        """What `rules` forbid: each combination of `when` with a level that `then` does not name."""
        for number, rule in enumerate(rules):
            path = ("matrix", "rules", number)
            when = self._choice(_mapping(rule.get("when")), (*path, "when"))
            then = self._choice(_mapping(rule.get("then")), (*path, "then"))
            if when and then:
                others = {
                    name: [level for level in range(len(self._factors[name].levels)) if level not in allowed]
                    for name, allowed in then.items()
                }
                if self._few(prod(map(len, when.values())) * sum(map(len, others.values())), path):
                    yield from self._combinations(_contradictions(when, others), path)

    def row(self, row: Mapping[str, Any], path: Path) -> Combination | None:
        """A row of `include` that is made of levels of the matrix; None for one that sets anything else."""
        found = {}
        for name, written in row.items():
            level = self._values.whole(written, (*path, name)) if name in self._factors else UNKNOWN
            index = None if level is UNKNOWN else self._indexes[name].get(canonical(level))
            if index is None:
                return None
            found[name] = index
        return Combination(levels=found, source=self._doc.where(path), field=dotted(path)) if found else None

    def check_possible(self, must: Sequence[Combination], forbidden: Sequence[Combination]) -> None:
        """A row of `include` that holds a forbidden combination is a mistake."""
        for number, row in enumerate(must):
            broken = next((one for one in forbidden if one.levels.items() <= row.levels.items()), None)
            if broken is not None:
                path = ("matrix", "include", int(row.field.rpartition("[")[2].removesuffix("]") or number))
                self._values.refuse(path, told("include.breaks", rule=broken.field), told("fix.take_one_out"))

    def _combinations(self, found: Iterable[Mapping[str, int]], path: Path) -> Iterator[Combination]:
        source, field = self._doc.where(path), dotted(path)
        return (Combination(levels=levels, source=source, field=field) for levels in found)

    def _few(self, count: int, path: Path) -> bool:
        if count > _MOST:
            what = told("combinations.many", count=f"{count:,}", most=f"{_MOST:,}")
            self._values.refuse(path, what, told("combinations.many.fix"))
        return count <= _MOST

    def _choice(self, row: Mapping[str, Any], path: Path) -> dict[str, list[int]]:
        """The levels that each factor of a combination names. Mistakes are noted, and leave nothing."""
        found: dict[str, list[int]] = {}
        for name, written in row.items():
            where = (*path, name)
            if name not in self._factors:
                if name not in self._declared:  # else the factor itself has a mistake
                    fix = did_you_mean(name, self._factors)
                    self._values.refuse(where, told("factor.unknown", name=quoted(name)), fix, key=True)
                return {}
            levels = self._levels(name, written, where)
            if not levels:
                return {}
            found[name] = levels
        return found

    def _levels(self, name: str, written: Json, path: Path) -> list[int]:
        known = self._indexes[name]
        places = self._places(written, path, known)
        found = []
        for level, place in places:
            index = known.get(canonical(level))
            if index is None:
                levels = self._factors[name].levels
                shown = ", ".join(map(spelled, levels[:20])) + (", …" if len(levels) > 20 else "")
                what = told("level.unknown", level=spelled(level), name=quoted(name))
                self._values.refuse(place, what, told("level.unknown.fix", levels=shown))
            else:
                found.append(index)
        return list(dict.fromkeys(found)) if len(found) == len(places) else []

    def _places(self, written: Json, path: Path, known: Mapping[str, int]) -> list[tuple[Json, Path]]:
        """Each level that is named, and where; none after a mistake. A list may be a level of its own."""
        if isinstance(written, list) and any(isinstance(item, dict) and "$absent" in item for item in written):
            places = [(self._values.whole(item, (*path, index)), (*path, index)) for index, item in enumerate(written)]
            return [] if any(level is UNKNOWN for level, _ in places) else places
        value = self._values.whole(written, path)
        if value is UNKNOWN:
            return []
        if not isinstance(value, list) or canonical(value) in known:
            return [(value, path)]
        if not value:
            self._values.refuse(path, told("level.empty"), told("level.empty.fix"))
        return [(item, (*path, index)) for index, item in enumerate(value)]


def product_of(choice: _Choice) -> Iterator[dict[str, int]]:
    """Each combination of one level of each factor.

    >>> list(product_of({"a": [0, 1], "b": [2]}))
    [{'a': 0, 'b': 2}, {'a': 1, 'b': 2}]
    """
    return (dict(zip(choice, levels, strict=True)) for levels in product(*choice.values()))


def _contradictions(when: _Choice, others: _Choice) -> Iterator[dict[str, int]]:
    """The combinations that break a rule: one of `when` with one level that `then` does not allow."""
    for held in product_of(when):
        for name, levels in others.items():
            for level in levels:
                if held.get(name, level) == level:
                    yield {**held, name: level}


def spelled(level: Json) -> str:
    """A level in a sentence."""
    return "{$absent: true}" if level is ABSENT else label(level)


def _mapping(node: Json) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}
