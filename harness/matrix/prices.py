"""What a row costs, quickly: a generator asks for a thousand rows, and few factors have a say in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.matrix.rows import Row
from harness.model import Json, JsonObject
from harness.provider import Profile
from harness.scenario import MatrixSpec, Scenario
from harness.scenario.overlay import put


def pricer(scenario: Scenario, matrix: MatrixSpec) -> Callable[[Row], float] | None:
    """Row → credits, at least 1: a row that costs nothing is still a request. None when no price is known.

    A row without a known price counts as much as the dearest level whose price is known.
    """
    provider, endpoint, base = scenario.provider, scenario.endpoint, scenario.template
    priced = priced_keys(provider.profile)
    places = [place for place, factor in enumerate(matrix.factors) if factor.steps[0] in priced]
    known: dict[Row, float | None] = {}

    def price(row: Row) -> float | None:
        key = tuple(row[place] for place in places)
        if key not in known:
            known[key] = provider.price(endpoint, _payload(base, matrix, places, key))
        return known[key]

    first = tuple(0 for _ in matrix.factors)
    singles = [
        (*first[:place], level, *first[place + 1 :])
        for place in places
        for level in range(len(matrix.factors[place].levels))
    ]
    found = [amount for amount in map(price, singles or [first]) if amount is not None]
    if not found:
        return None
    dearest = max(1.0, *found)

    def counted(row: Row) -> float:
        amount = price(row)
        return dearest if amount is None else max(1.0, amount)

    return counted


def _payload(base: JsonObject, matrix: MatrixSpec, places: list[int], levels: Row) -> JsonObject:
    payload: dict[str, Json] = dict(base)
    for place, level in zip(places, levels, strict=True):
        factor = matrix.factors[place]
        put(payload, factor.steps, factor.levels[level])
    return payload


def priced_keys(profile: Profile) -> frozenset[str]:
    """The keys of a payload that a price can hang on."""
    return frozenset(("model", *_fields(profile)))


def _fields(profile: Profile) -> Iterator[str]:
    for rule in profile.prices:
        yield rule.seconds
        yield from (condition.field for condition in rule.scope.when)
        yield from rule.scope.unstated
        yield from (item.field for item in rule.per_item)
        if rule.outputs is not None:
            yield rule.outputs
        if rule.per_chars is not None:
            yield rule.per_chars.field
