"""What a matrix spans, as the generator and the certificate take it: numbers of levels and forbidden combinations."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from harness.matrix.contract_rules import contract_combinations
from harness.matrix.rows import Combination
from harness.model import Json
from harness.scenario import MatrixSpec, Scenario
from harness.scenario.labels import setting


class MatrixSpace(Struct, frozen=True, kw_only=True):
    """The space of a matrix. Factors and levels are numbered in the order of the file; a `Variant.row` is such numbers.

    `levels` are as the scenario writes them ({"$absent": true} for a key left out), `labels` as names of rows say them
    (ratio=1280:720). `strength` is the number of factors for the full product. `groups` are factors and their own
    strength. `forbidden` are first the file's combinations, in its order, then `from_contract` ones of the contract.
    """

    factors: tuple[str, ...]
    levels: tuple[tuple[Json, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    strength: int
    groups: tuple[tuple[tuple[int, ...], int], ...]
    forbidden: tuple[Combination, ...]
    from_contract: int

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of levels of each factor."""
        return tuple(map(len, self.levels))


def space(scenario: Scenario) -> MatrixSpace | None:
    """The space of a scenario's matrix; None when it has none, or only invalid levels."""
    matrix = scenario.matrix
    if matrix is None or not matrix.factors:
        return None
    own = [numbered(matrix, one.levels) for one in matrix.forbidden]
    known = {frozenset(one.items()) for one in own}
    ruled = [one for one in contract_combinations(scenario, matrix) if frozenset(one.items()) not in known]
    places = {factor.name: place for place, factor in enumerate(matrix.factors)}
    return MatrixSpace(
        factors=tuple(places),
        levels=tuple(factor.written for factor in matrix.factors),
        labels=tuple(tuple(setting(factor.name, level) for level in factor.levels) for factor in matrix.factors),
        strength=len(matrix.factors) if matrix.strength == "all" else matrix.strength,
        groups=tuple((tuple(places[name] for name in group.factors), group.strength) for group in matrix.groups),
        forbidden=(*own, *ruled),
        from_contract=len(ruled),
    )


def numbered(matrix: MatrixSpec, levels: Mapping[str, int]) -> Combination:
    """A combination with numbers for the names of its factors."""
    places = {factor.name: place for place, factor in enumerate(matrix.factors)}
    return {places[name]: level for name, level in levels.items()}
