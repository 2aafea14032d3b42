"""What the contract says of combinations: a ratio belongs to a model, two keys exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from harness.matrix.rows import Combination, Row
from harness.model import Json, JsonObject
from harness.provider import Contract, Endpoint
from harness.scenario import Factor, MatrixSpec, Scenario
from harness.scenario.contract_levels import concerns, without_files
from harness.scenario.overlay import put

#: A rule between fields whose factors have more combinations is not looked into: those rows are sent, the API judges.
_MOST: Final = 20_000


def contract_combinations(scenario: Scenario, matrix: MatrixSpec) -> tuple[Combination, ...]:
    """The combinations of levels that the contract refuses although each level is accepted elsewhere.

    Pairs of a model (whatever field tells the forms of a body apart) and a level that another model of the matrix
    takes, a key that it does not have among them; and what breaks a rule between fields, where other levels of the same
    factors keep it. A level that nothing in the matrix makes valid is not kept out: who writes it wants to see what the
    API says.
    """
    contract = scenario.provider.catalogue(scenario.endpoint)
    if contract is None or not matrix.contract_rules:
        return ()
    return tuple(_Rules(contract, scenario.endpoint, without_files(scenario.template), matrix.factors).found())


class _Rules:
    def __init__(self, contract: Contract, endpoint: Endpoint, base: JsonObject, factors: Sequence[Factor]) -> None:
        self._contract = contract
        self._endpoint = endpoint
        self._base = base
        self._factors = factors
        self._levels = [[without_files(level) for level in factor.levels] for factor in factors]
        self._tag = contract.tag(endpoint)
        self._tagged = next((place for place, factor in enumerate(factors) if factor.steps == (self._tag,)), None)

    def found(self) -> Iterator[Combination]:
        if self._tagged is None:
            model = self._base.get(self._tag or "")
            yield from self._between(model if isinstance(model, str) else None, {}, {})
            return
        models = {
            index: level
            for index, level in enumerate(self._levels[self._tagged])
            if isinstance(level, str) and level in self._endpoint.models
        }
        refused = {index: self._refused(model) for index, model in models.items()}
        everywhere = set.intersection(*refused.values()) if refused else set()
        for index, model in models.items():
            own = refused[index] - everywhere
            for place, level in sorted(own):
                yield {self._tagged: index, place: level}
            left = {
                place: [level for level in range(len(levels)) if (place, level) not in own]
                for place, levels in enumerate(self._levels)
            }
            yield from self._between(model, {self._tagged: index}, left)

    def _refused(self, model: str) -> set[tuple[int, int]]:
        """The levels (factor, index) that the contract refuses for a model, whatever else the baseline has wrong.

        So is one of a key that the model does not have, even where the API would ignore it: it would tell nothing.
        """
        found = set()
        for place, (factor, levels) in enumerate(zip(self._factors, self._levels, strict=True)):
            for index, level in enumerate(levels) if place != self._tagged else ():
                body = self._body(model, [(factor, level)])
                unknown = self._contract.undocumented(self._endpoint, body)
                if any(path[: len(factor.steps)] == factor.steps[: len(path)] for path in unknown) or concerns(
                    self._contract.validate(self._endpoint, body), factor.steps
                ):
                    found.add((place, index))
        return found

    def _body(self, model: str | None, chosen: Sequence[tuple[Factor, Json]]) -> JsonObject:
        body = dict(self._base)
        if model is not None and self._tag is not None:
            body[self._tag] = model
        for factor, level in chosen:
            put(body, factor.steps, level)
        return body

    def _between(
        self, model: str | None, held: Combination, left: Mapping[int, Sequence[int]]
    ) -> Iterator[Combination]:
        """The combinations that break a rule between fields of one model, as short as they can be told."""
        for rule in self._contract.between(self._endpoint, model):
            places = [
                place
                for place, factor in enumerate(self._factors)
                if factor.steps[0] in rule.fields and place not in held
            ]
            choices = [left.get(place, range(len(self._levels[place]))) for place in places]
            if not places or prod(map(len, choices)) > _MOST:
                continue
            broken = {
                row
                for row in product(*choices)
                if not rule.keeps(
                    self._body(
                        model,
                        [(self._factors[at], self._levels[at][level]) for at, level in zip(places, row, strict=True)],
                    )
                )
            }
            if len(broken) < prod(map(len, choices)):
                for short in _shortened(places, choices, broken):
                    yield {**held, **short}


def _shortened(places: Sequence[int], choices: Sequence[Sequence[int]], broken: set[Row]) -> Iterator[dict[int, int]]:
    """The same combinations without the factors that do not matter: those of which every level breaks the rule."""
    rows = [dict(zip(places, row, strict=True)) for row in sorted(broken)]
    for place, levels in zip(places, choices, strict=True):
        groups: dict[tuple[tuple[int, int], ...], list[dict[int, int]]] = {}
        for row in rows:
            groups.setdefault(tuple((key, level) for key, level in row.items() if key != place), []).append(row)
        rows = []
        for rest, members in groups.items():
            whole = {member.get(place) for member in members} >= set(levels)
            rows += [dict(rest)] if whole else members
    yield from rows
