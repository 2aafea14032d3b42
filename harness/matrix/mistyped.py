"""Keys of payloads that are likely typing errors: the contract does not know them, and knows one that is like them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from harness.matrix.making import maker
from harness.model import JsonObject
from harness.provider import Endpoint
from harness.scenario import Scenario
from harness.words import told
from harness.yamlio import dotted

#: Payloads of one scenario that are looked at.
_MOST: Final = 2000


def mistyped(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """One sentence for each such key of a scenario. It is no mistake: the API may know what its contract does not.

    A key that is like none is sent on purpose, and so is one that is to be refused.
    """
    for scenario in scenarios:
        contract = scenario.provider.contract
        if contract is None:
            continue
        found = set()
        for where, endpoint, payload in islice(_payloads(scenario), _MOST):
            for path in contract.undocumented(endpoint, payload):
                meant = contract.meant(endpoint, payload, path)
                if meant is not None and (endpoint.key, path) not in found:
                    found.add((endpoint.key, path))
                    key, near = dotted(path), dotted(meant)
                    yield told("keys.mistyped", where=where, contract=contract.version, key=key, meant=near)


def _payloads(scenario: Scenario) -> Iterator[tuple[str, Endpoint, JsonObject]]:
    """Payloads that are judged by the contract, and should be accepted: where each stands, its endpoint, itself."""
    version, matrix = scenario.provider.contract_version, scenario.matrix
    if not scenario.contracts or version in scenario.contracts:
        yield told("keys.baseline", file=scenario.source.file), scenario.endpoint, scenario.template
        if matrix is not None and matrix.factors:
            counts = [len(factor.levels) for factor in matrix.factors]
            make = maker(scenario.template, matrix.factors)
            for number in range(max(counts)):
                row = tuple(min(number, count - 1) for count in counts)
                yield str(matrix.source), scenario.endpoint, make(row)[0]
    for one in (*scenario.variants, *(() if matrix is None else matrix.include)):
        if one.expect.kind != "rejected" and (not one.contracts or version in one.contracts):
            yield str(one.source), scenario.provider.endpoints[one.endpoint], one.payload
