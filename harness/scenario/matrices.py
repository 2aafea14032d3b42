"""`matrix:` → MatrixSpec: factors and levels resolved, combinations checked against them."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, Final, Literal

from harness.model import Json, JsonObject, Path
from harness.provider import ABSENT
from harness.scenario import overlay
from harness.scenario.labels import canonical, label, row_name, setting
from harness.scenario.records import Declared, Factor, MatrixSpec
from harness.scenario.values import UNKNOWN, Values
from harness.scenario.variants import Facts, put_key
from harness.yamlio import Document, did_you_mean, quoted

_ONLY: Final = 'This version expands strength 1 and "all" only.'
_LATER: Final = ("groups", "invalid", "rules")


def row_count(matrix: MatrixSpec) -> int:
    """At most so many rows come out of a matrix; with `exclude` it may be fewer."""
    lengths = [len(factor.levels) for factor in matrix.factors]
    return (prod(lengths) if matrix.strength == "all" else sum(lengths) if matrix.exclude else max(lengths)) + len(
        matrix.include
    )


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
        for word in _LATER:
            if word in node:
                self._values.refuse(
                    ("matrix", word), f"{quoted(word)} is not expanded yet.", f"{_ONLY} Leave it out.", key=True
                )
        factors = self._factors(node.get("factors"))
        strength = self._strength(node.get("strength", 1), len(factors))
        exclude = [
            self._excluded(row, ("matrix", "exclude", index), factors)
            for index, row in enumerate(_rows(node, "exclude"))
        ]
        include = [
            self._included(row, ("matrix", "include", index)) for index, row in enumerate(_rows(node, "include"))
        ]
        if not factors:
            return None
        return MatrixSpec(
            source=self._doc.where(("matrix",), key=True),
            strength=strength,
            factors=tuple(factors.values()),
            exclude=tuple(row for row in exclude if row),
            include=tuple(row for row in include if row is not None),
        )

    def _strength(self, node: Json, factors: int) -> Literal[1, "all"]:
        if node == "all":
            return "all"
        if isinstance(node, int | float) and node > 1 and not isinstance(node, bool):
            beyond = (
                f"the strength is {int(node)}, and there {'is 1 factor' if factors == 1 else f'are {factors} factors'}."
            )
            what = beyond if 0 < factors < node else f"the strength {int(node)} is not expanded yet."
            self._values.refuse(("matrix", "strength"), what, f'{_ONLY} Write 1 or "all".')
        return 1

    def _factors(self, node: Json) -> dict[str, Factor]:
        if not isinstance(node, dict):
            return {}
        found: dict[str, Factor] = {}
        for name, levels in node.items():
            path = ("matrix", "factors", name)
            steps = self._values.attempt(path, overlay.steps_of, name, self._base)
            if steps is None:
                continue
            apart = self._check_apart(name, steps, found, path)
            factor = self._factor(name, steps, levels, path) if apart else None
            if factor is not None:
                found[name] = factor
        return found

    def _check_apart(self, name: str, steps: tuple[str, ...], found: Mapping[str, Factor], path: Path) -> bool:
        for other in found.values():
            short = min(len(steps), len(other.steps))
            if steps[:short] == other.steps[:short]:
                inner, outer = (name, other.name) if len(steps) > short else (other.name, name)
                what = f"the factor {quoted(inner)} lies inside of the factor {quoted(outer)}."
                fix = "Vary one of them: the levels of the outer one can hold both."
                self._values.refuse(path, what, fix, key=True)
                return False
        return True

    def _factor(self, name: str, steps: tuple[str, ...], node: Json, path: Path) -> Factor | None:
        if isinstance(node, dict) and "$contract" in node:
            self._values.refuse(
                path, "levels from the contract are not expanded yet.", f"{_ONLY} Write the levels out."
            )
            return None
        if not isinstance(node, list) or not node:
            return None
        levels, sources, seen = [], [], {}
        for index, (written, place) in enumerate(zip(node, self._doc.items(node), strict=True)):
            level = self._values.whole(written, (*path, index))
            if level is UNKNOWN:
                continue
            text = canonical(level)
            if text in seen:
                what = f"the level {_told(level)} stands twice."
                self._values.refuse((*path, index), what, "Keep one of them.")
                continue
            seen[text] = index
            if self._facts.base is not None:
                self._values.attempt((*path, index), overlay.put, dict(self._base), steps, level)
            levels.append(level)
            sources.append(self._doc.source(place))
        return Factor(name=name, steps=steps, levels=tuple(levels), sources=tuple(sources))

    def _excluded(self, row: Mapping[str, Any], path: Path, factors: Mapping[str, Factor]) -> Mapping[str, int]:
        found = {}
        for name, written in row.items():
            factor = factors.get(name)
            if factor is None:
                self._unknown_factor(name, (*path, name), factors)
                continue
            level = self._values.whole(written, (*path, name))
            if level is UNKNOWN:
                continue
            texts = [canonical(one) for one in factor.levels]
            if canonical(level) in texts:
                found[name] = texts.index(canonical(level))
            else:
                what = f"{_told(level)} is no level of the factor {quoted(name)}."
                self._values.refuse((*path, name), what, f"Its levels: {', '.join(map(_told, factor.levels[:20]))}.")
        return found

    def _unknown_factor(self, name: str, path: Path, factors: Mapping[str, Factor]) -> None:
        declared = self._doc.data["matrix"].get("factors")
        if not isinstance(declared, dict) or name not in declared:  # else the factor itself has a mistake
            self._values.refuse(path, f"there is no factor {quoted(name)}.", did_you_mean(name, factors), key=True)

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


def _told(level: Json) -> str:
    """A level in a sentence."""
    return "{$absent: true}" if level is ABSENT else label(level)


def _rows(node: Mapping[str, Any], word: str) -> list[Mapping[str, Any]]:
    rows = node.get(word)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []
