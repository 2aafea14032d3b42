"""Scenario → Variants: the declared ones, then the rows of the matrix, each with its id, its name and its levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from harness.errors import Mistake, MistakesError
from harness.matrix.differences import differences
from harness.matrix.ids import Digests, ids
from harness.matrix.making import maker
from harness.matrix.rows import NoRowError, Row, each_once, full
from harness.model import WORKS, Expectation, JsonObject, Source, Variant
from harness.scenario import Declared, MatrixSpec, Scenario
from harness.scenario.labels import canonical
from harness.scenario.variants import repeated
from harness.yamlio import without_gc


class _Draft(NamedTuple):
    """A variant before it has an id. The payload is a template: it may hold `Drawn` pictures."""

    digest: str
    name: str
    source: Source
    endpoint: str
    payload: JsonObject
    levels: JsonObject
    path: Mapping[str, str]
    tags: tuple[str, ...]
    contracts: tuple[str, ...]
    expect: Expectation


def expand(scenario: Scenario) -> tuple[Variant, ...]:
    """The variants of a scenario: those that it declares, the rows of its matrix, and the rows that this includes.

    MistakesError when the matrix's exclusions leave no row for a level.
    """
    return expand_all((scenario,))


def expand_all(scenarios: Iterable[Scenario]) -> tuple[Variant, ...]:
    """The variants of several scenarios in their order. No id stands twice in what comes back."""
    digests = Digests()
    with without_gc():
        drafts = [(scenario, draft) for scenario in scenarios for draft in _Expansion(scenario, digests).drafts()]
        names = ids([draft.digest for _, draft in drafts])
        return tuple(_variant(name, scenario, draft) for name, (scenario, draft) in zip(names, drafts, strict=True))


def _variant(name: str, scenario: Scenario, draft: _Draft) -> Variant:
    payload, levels = draft.payload, draft.levels
    if scenario.pictures is not None:
        provider, endpoint = scenario.provider, scenario.provider.endpoints[draft.endpoint]
        fill = scenario.pictures.filler(payload, lambda payload: provider.media(endpoint, payload))
        payload, levels = fill(payload), fill(levels)
    return Variant(
        id=name,
        scenario=scenario.name,
        endpoint=draft.endpoint,
        name=draft.name,
        source=draft.source,
        payload=payload,
        levels=levels,
        expect=draft.expect,
        tags=draft.tags,
        contracts=draft.contracts,
        path=draft.path,
    )


class _Expansion:
    """The expansion of one scenario."""

    def __init__(self, scenario: Scenario, digests: Digests) -> None:
        self._scenario = scenario
        self._digests = digests
        self._names = {name for item in scenario.variants for name in repeated(item.name, item.repeat)}

    def drafts(self) -> Iterator[_Draft]:
        """Every variant of the scenario, without ids."""
        for declared in self._scenario.variants:
            yield from self._declared(declared, canonical(declared.payload), repeated(declared.name, declared.repeat))
        matrix = self._scenario.matrix
        if matrix is not None:
            yield from self._rows(matrix)

    def _declared(self, declared: Declared, text: str, names: Iterable[str]) -> Iterator[_Draft]:
        base = self._scenario.template if declared.endpoint == self._scenario.endpoint.key else {}
        levels = differences(base, declared.payload)  # to another endpoint the baseline says nothing
        before, after = self._identity(declared.endpoint, declared.path)
        for name in names:
            yield _Draft(
                digest=self._digests.of(before + text + after),
                name=name,
                source=declared.source,
                endpoint=declared.endpoint,
                payload=declared.payload,
                levels=levels,
                path=declared.path,
                tags=declared.tags,
                contracts=declared.contracts,
                expect=declared.expect,
            )

    def _rows(self, matrix: MatrixSpec) -> Iterator[_Draft]:
        scenario = self._scenario
        before, after = self._identity(scenario.endpoint.key, scenario.path)
        make = maker(scenario.template, matrix.factors)
        seen: set[str] = set()
        for row in _level_rows(matrix):
            payload, text, levels, name = make(row)
            if matrix.include:
                seen.add(text)
            for each in self._free(name, scenario.repeat):
                yield _Draft(
                    digest=self._digests.of(before + text + after),
                    name=each,
                    source=matrix.source,
                    endpoint=scenario.endpoint.key,
                    payload=payload,
                    levels=levels,
                    path=scenario.path,
                    tags=scenario.tags,
                    contracts=scenario.contracts,
                    expect=WORKS,
                )
        for included in matrix.include:
            text = canonical(included.payload)
            if text not in seen:  # a row that is there already need not be paid for twice
                seen.add(text)
                yield from self._declared(included, text, self._free(included.name, included.repeat))

    def _identity(self, endpoint: str, path: Mapping[str, str]) -> tuple[str, str]:
        """What an id hashes before and after the payload's text."""
        route = f',"path":{canonical(path)}' if path else ""
        return (
            f'{{"scenario":{canonical(self._scenario.name)},"endpoint":{canonical(endpoint)},"payload":',
            f"{route}}}",
        )

    def _free(self, name: str, repeat: int) -> list[str]:
        """The names of a row, with a number where another variant has them."""
        names, number = repeated(name, repeat), 1
        while not self._names.isdisjoint(names):
            number += 1
            names = repeated(f"{name} #{number}", repeat)
        self._names.update(names)
        return names


def _level_rows(matrix: MatrixSpec) -> list[Row]:
    """The rows as indexes of levels. MistakesError when a level cannot be in any."""
    counts = [len(factor.levels) for factor in matrix.factors]
    index = {factor.name: number for number, factor in enumerate(matrix.factors)}
    exclude = [{index[name]: level for name, level in row.items()} for row in matrix.exclude]
    try:
        return full(counts, exclude) if matrix.strength == "all" else each_once(counts, exclude)
    except NoRowError as error:
        if error.factor is None or error.level is None:
            where, field, what = matrix.source, "matrix.exclude", "the exclusions leave no row at all."
        else:
            factor = matrix.factors[error.factor]
            where, field = factor.sources[error.level], f"matrix.factors.{factor.name}[{error.level}]"
            what = "the exclusions leave no row for this level."
        mistake = Mistake(source=where, field=field, what=what, fix="Take the level out, or exclude less.")
        raise MistakesError([mistake]) from None
