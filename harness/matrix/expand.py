"""Scenario → Variants: the declared ones, then the rows of the matrix, each with its id, its name and its levels."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from harness.matrix.differences import differences
from harness.matrix.ids import Digest, Digests, head_of, id_of, ids, ids_of_heads
from harness.model import WORKS, Expectation, JsonObject, Source, Variant
from harness.scenario import Declared, MatrixSpec, Scenario
from harness.scenario.labels import canonical
from harness.scenario.variants import repeated
from harness.yamlio import without_gc

if TYPE_CHECKING:
    from harness.matrix.rows import Row


class _Draft(NamedTuple):
    """A variant before it has an id. The payload is a template: it may hold `Drawn` pictures."""

    digest: Digest
    name: str
    source: Source
    endpoint: str
    payload: JsonObject
    levels: JsonObject
    path: Mapping[str, str]
    tags: tuple[str, ...]
    contracts: tuple[str, ...]
    expect: Expectation
    row: Row | None = None


def expand(scenario: Scenario, *, polish: bool = True) -> tuple[Variant, ...]:
    """The variants of a scenario: those that it declares, the rows of its matrix, what is laid over the baseline
    beside them, and the rows that should be refused.

    Without `polish` the rows are found quickly, and are a few more. MistakesError when the constraints of the matrix
    leave no row for a level.
    """
    return expand_all((scenario,), polish=polish)


def expand_all(scenarios: Iterable[Scenario], *, polish: bool = True) -> tuple[Variant, ...]:
    """The variants of several scenarios in their order. No id stands twice in what comes back."""
    with without_gc():
        drafts = list(_drafts(scenarios, polish=polish))
        digests = [draft.digest for _, draft in drafts]
        names = ids([digest.own for digest in digests])
        shared = _payload_ids(digests, names)
        return tuple(
            _variant(name, scenario, draft, shared.get(draft.digest.own))
            for name, (scenario, draft) in zip(names, drafts, strict=True)
        )


def _payload_ids(digests: Sequence[Digest], names: Sequence[str]) -> dict[str, str]:
    """Of variants that share their payload: the id that it has for all of them, by the variant's own digest."""
    counts = Counter(digest.payload for digest in digests)
    named = {digest.own: name for digest, name in zip(digests, names, strict=True)}
    return {
        digest.own: named.get(digest.payload) or id_of(digest.payload)
        for digest in digests
        if counts[digest.payload] > 1 or digest.own != digest.payload
    }


def stream(scenarios: Sequence[Scenario]) -> Iterator[Variant]:
    """The same one after the other, for millions: each is made twice, and some bytes of its digest are held.

    Rows may have the same name where long texts are cut.
    """
    named = ids_of_heads(
        array("Q", (head_of(draft.digest.own) for _, draft in _drafts(scenarios, polish=True, passing=True)))
    )
    for scenario, draft in _drafts(scenarios, polish=True, passing=True):
        yield _variant(named(draft.digest.own), scenario, draft, None)


def _drafts(scenarios: Iterable[Scenario], *, polish: bool, passing: bool = False) -> Iterator[tuple[Scenario, _Draft]]:
    digests = Digests()
    for scenario in scenarios:
        for draft in _Expansion(scenario, digests, polish=polish, passing=passing).drafts():
            yield scenario, draft


def _variant(name: str, scenario: Scenario, draft: _Draft, payload_id: str | None) -> Variant:
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
        row=draft.row,
        payload_id=payload_id,
    )


class _Expansion:
    """The expansion of one scenario. `passing`: of the matrix's rows nothing is held."""

    def __init__(self, scenario: Scenario, digests: Digests, *, polish: bool, passing: bool) -> None:
        self._scenario = scenario
        self._polish = polish
        self._passing = passing
        self._digests = digests
        self._names = {name for item in scenario.variants for name in repeated(item.name, item.repeat)}

    def drafts(self) -> Iterator[_Draft]:
        """Every variant of the scenario, without ids."""
        texts = [self._text(declared) for declared in self._scenario.variants]
        counts = Counter(texts)
        for declared, text in zip(self._scenario.variants, texts, strict=True):
            names = repeated(declared.name, declared.repeat)
            yield from self._declared(declared, text, names, alone=counts[text] == 1)
        matrix = self._scenario.matrix
        if matrix is not None:
            yield from self._rows(matrix)

    def _text(self, declared: Declared, payload: str | None = None) -> str:
        """What the id of a declared variant hashes. `payload`: its canonical text, where it is known."""
        before, after = self._identity(declared.endpoint, declared.path)
        return before + (canonical(declared.payload) if payload is None else payload) + after

    def _declared(self, declared: Declared, text: str, names: Sequence[str], *, alone: bool = True) -> Iterator[_Draft]:
        base = self._scenario.template if declared.endpoint == self._scenario.endpoint.key else {}
        levels = differences(base, declared.payload)  # to another endpoint the baseline says nothing
        digests = self._digests.of(text, names[0], len(names), alone=alone)
        for name, digest in zip(names, digests, strict=True):
            yield _Draft(
                digest=digest,
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
        from harness.matrix.making import maker  # lazily, as what it takes to choose rows: most files have no matrix
        from harness.matrix.refused import refused_rows

        rows = self._chosen(matrix)
        make = maker(self._scenario.template, matrix.factors)
        places = dict(self._places_of(matrix, rows)) if matrix.must else {}
        seen: set[str] = set()
        for row in rows:
            payload, text, levels, name = make(row)
            if matrix.include:
                seen.add(text)
            source = places.get(row, matrix.source)
            yield from self._row(payload, levels, name, source=source, text=text, row=row)
        for included in matrix.include:
            text = canonical(included.payload)
            if text not in seen:  # a row that is there already need not be paid for twice
                seen.add(text)
                names = self._free(included.name, included.repeat)
                yield from self._declared(included, self._text(included, text), names)
        for refused in refused_rows(self._scenario, matrix, rows):
            levels = differences(self._scenario.template, refused.payload)
            expect = Expectation(kind="rejected", field=refused.invalid.name)
            yield from self._row(refused.payload, levels, refused.name, source=refused.invalid.source, expect=expect)

    def _chosen(self, matrix: MatrixSpec) -> Iterable[Row]:
        from harness.matrix.choosing import choose
        from harness.matrix.space import space

        spanned = space(self._scenario)
        return () if spanned is None else choose(self._scenario, matrix, spanned, polish=self._polish).rows

    def _places_of(self, matrix: MatrixSpec, rows: Iterable[Row]) -> Iterator[tuple[Row, Source]]:
        """For each row of `include` that is made of levels: the row that holds it, and its place in the file."""
        from harness.matrix.space import numbered

        for must in matrix.must:
            wanted = numbered(matrix, must.levels).items()
            row = next(row for row in rows if all(row[place] == level for place, level in wanted))
            yield row, must.source

    def _row(
        self,
        payload: JsonObject,
        levels: JsonObject,
        name: str,
        *,
        source: Source,
        expect: Expectation = WORKS,
        text: str | None = None,
        row: Row | None = None,
    ) -> Iterator[_Draft]:
        """A row of the matrix, as often as the scenario repeats it."""
        scenario, (before, after) = self._scenario, self._of_rows
        body = before + (canonical(payload) if text is None else text) + after
        passing = self._passing and row is not None
        names = self._free(name, scenario.repeat, held=not passing)
        digest_of = self._digests.of_passing if passing else self._digests.of
        for each, digest in zip(names, digest_of(body, names[0], len(names)), strict=True):
            yield _Draft(
                digest=digest,
                name=each,
                source=source,
                endpoint=scenario.endpoint.key,
                payload=payload,
                levels=levels,
                path=scenario.path,
                tags=scenario.tags,
                contracts=scenario.contracts,
                expect=expect,
                row=row,
            )

    @cached_property
    def _of_rows(self) -> tuple[str, str]:
        return self._identity(self._scenario.endpoint.key, self._scenario.path)

    def _identity(self, endpoint: str, path: Mapping[str, str]) -> tuple[str, str]:
        """What an id hashes before and after the payload's text."""
        route = f',"path":{canonical(path)}' if path else ""
        return (
            f'{{"scenario":{canonical(self._scenario.name)},"endpoint":{canonical(endpoint)},"payload":',
            f"{route}}}",
        )

    def _free(self, name: str, repeat: int, *, held: bool = True) -> list[str]:
        """The names of a row, with a number where another variant has them: one of those whose names are held."""
        names, number = repeated(name, repeat), 1
        while not self._names.isdisjoint(names):
            number += 1
            names = repeated(f"{name} #{number}", repeat)
        if held:
            self._names.update(names)
        return names
