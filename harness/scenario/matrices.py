"""`matrix:` → MatrixSpec: factors and levels resolved, combinations checked against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final, Literal

from harness.model import Json, JsonObject, Path
from harness.scenario.constraints import Constraints
from harness.scenario.labels import row_name, setting
from harness.scenario.levels import LevelReader
from harness.scenario.records import Declared, Factor, Group, MatrixSpec
from harness.scenario.values import UNKNOWN, Values
from harness.scenario.variants import Facts, put_key
from harness.words import told
from harness.yamlio import Document, did_you_mean, quoted

#: More combinations than a generator covers in a reasonable time.
MAX_TUPLES: Final = 2_000_000


def row_count(matrix: MatrixSpec) -> int:
    """About how many rows come out of a matrix, not fewer than its strength alone takes where nothing is excluded."""
    lengths = sorted((len(factor.levels) for factor in matrix.factors), reverse=True)
    rows = prod(lengths if matrix.strength == "all" else lengths[: matrix.strength]) if lengths else 0
    return rows + len(matrix.include) + len(matrix.invalid)


class Matrix:
    """Reads the matrix of one scenario. Mistakes go to `values`."""

    def __init__(self, doc: Document, values: Values, facts: Facts) -> None:
        self._doc = doc
        self._values = values
        self._facts = facts
        self._base: JsonObject = facts.base if facts.base is not None else {}

    def read(self, node: Json) -> MatrixSpec | None:
        """The matrix; None when there is none, or nothing of it can be used."""
        if not isinstance(node, dict):
            return None
        levels = LevelReader(self._doc, self._values, self._facts, node)
        factors, invalid = levels.read()
        strength = self._strength(node.get("strength", 1), factors)
        groups = self._groups(node, factors, levels.declared, strength)
        constraints = Constraints(self._doc, self._values, factors, levels.declared)
        forbidden = (*constraints.excluded(_rows(node, "exclude")), *constraints.ruled_out(_rows(node, "rules")))
        must, include = [], []
        for index, row in enumerate(_rows(node, "include")):
            path = ("matrix", "include", index)
            combination = constraints.row(row, path)
            laid = self._included(row, path) if combination is None else None
            must += [] if combination is None else [combination]
            include += [] if laid is None else [laid]
        constraints.check_possible(must, forbidden)
        if not factors and not invalid:
            return None
        return MatrixSpec(
            source=self._doc.where(("matrix",), key=True),
            strength=strength,
            factors=tuple(factors.values()),
            groups=tuple(groups),
            forbidden=forbidden,
            must=tuple(must),
            include=tuple(include),
            invalid=tuple(invalid),
            contract_rules=node.get("contract_rules") is not False,
        )

    def _strength(self, node: Json, factors: Mapping[str, Factor]) -> int | Literal["all"]:
        if node == "all":
            return "all"
        if not isinstance(node, int | float) or isinstance(node, bool) or not self._values.trusted(("matrix",)):
            return 1
        if self._fits(int(node), len(factors), ("matrix", "strength"), "strength.matrix"):
            self._check_size(int(node), list(factors.values()), ("matrix", "strength"))
        return int(node)

    def _fits(self, strength: int, factors: int, path: Path, key: str) -> bool:
        """False, and a mistake, for a strength beyond the number of factors."""
        if 0 < factors < strength:
            what = told(key, strength=strength, count=factors)
            self._values.refuse(path, what, told("strength.fix", count=factors))
        return 0 < strength <= factors

    def _check_size(self, strength: int, factors: Sequence[Factor], path: Path) -> None:
        count = tuples([len(factor.levels) for factor in factors], strength)
        if count > MAX_TUPLES:
            what = told("strength.size", strength=strength, count=f"{count:,}", most=f"{MAX_TUPLES:,}")
            self._values.refuse(path, what, told("strength.size.fix"))

    def _groups(
        self, node: Mapping[str, Any], factors: Mapping[str, Factor], declared: Sequence[str], strength: Json
    ) -> list[Group]:
        found = []
        for index, item in enumerate(_rows(node, "groups")):
            path: Path = ("matrix", "groups", index)
            if not self._values.trusted(path):
                continue
            for place, name in enumerate(item["factors"]):
                if name not in declared and name not in factors:
                    what = told("factor.unknown", name=quoted(name))
                    self._values.refuse((*path, "factors", place), what, did_you_mean(name, factors))
            names = tuple(name for name in item["factors"] if name in factors)
            if len(names) < len(item["factors"]):
                continue
            own = int(item["strength"])
            if self._fits(own, len(names), (*path, "strength"), "strength.group"):
                self._check_size(own, [factors[name] for name in names], (*path, "strength"))
                if strength == "all":
                    self._values.refuse(path, told("group.all"), told("group.all.fix"))
                found.append(Group(factors=names, strength=own))
        return found

    def _included(self, row: Mapping[str, Any], path: Path) -> Declared | None:
        payload = dict(self._base)
        parts = []
        for name, written in row.items():
            value = self._values.whole(written, (*path, name))
            if value is UNKNOWN:
                continue
            parts.append(setting(name, value))
            if self._facts.base is not None:
                self._values.attempt((*path, name), put_key, payload, name, value)
        facts = self._facts
        if facts.endpoint is None:
            return None
        return Declared(
            name=row_name(parts),
            source=self._doc.where(path),
            endpoint=facts.endpoint.key,
            payload=payload,
            tags=facts.tags,
            contracts=facts.contracts,
            path=facts.route(facts.endpoint),
            repeat=facts.repeat,
        )


def tuples(counts: Sequence[int], strength: int) -> int:
    """How many combinations of levels of so many factors there are.

    >>> tuples([2, 3, 4], 2)
    26
    """
    sums = [1] + [0] * strength
    for count in counts:
        for size in range(strength, 0, -1):
            sums[size] += sums[size - 1] * count
    return sums[strength]


def _rows(node: Mapping[str, Any], word: str) -> list[Mapping[str, Any]]:
    rows = node.get(word)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []
