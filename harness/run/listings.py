"""The matrix of a scenario as a listing: its rows, the space that they cover, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from harness.errors import Mistake, MistakesError, UsageError
from harness.matrix.choosing import choose
from harness.matrix.csvfile import Cell, Table
from harness.matrix.listing import Listing, cell, shown_as
from harness.matrix.making import maker
from harness.matrix.notes import left_out
from harness.matrix.pict import Value
from harness.matrix.prices import priced_keys
from harness.matrix.rows import Row
from harness.matrix.space import MatrixSpace, space
from harness.model import JsonObject, Source, replace
from harness.run.coverage import certified_space
from harness.scenario import MatrixSpec, Scenario
from harness.scenario.records import Combination, KeptRows
from harness.words import told
from harness.yamlio import did_you_mean, limited, listed, quoted

_MOST: Final = 6


def listing_of(
    scenario: Scenario, *, strength: int | None = None, table: Table | None = None, moves: int | None = None
) -> Listing | None:
    """The listing of a scenario's matrix; None when it has none.

    `strength` is in place of the scenario's. Whole rows of `table` come first and stay as they are, rows with empty
    cells are completed. `moves` bounds the search for fewer rows (None: by the size; 0: the first that are found).
    Raises UsageError for a strength that cannot be, MistakesError for mistakes of the table and for constraints that
    leave nothing.
    """
    matrix = scenario.matrix
    if matrix is None or not matrix.factors:
        return None
    if strength is not None:
        matrix = replace(matrix, strength=_possible(scenario, matrix, strength))
    if table is not None:
        matrix = _with_rows(matrix, table)
    scenario = replace(scenario, matrix=matrix)
    spanned = space(scenario)
    assert spanned is not None
    chosen = choose(scenario, matrix, spanned, moves=moves)
    return replace(
        shown_rows(scenario, matrix, spanned, chosen.rows),
        bound=chosen.bound,
        kept=chosen.kept,
        notes=tuple(left_out([scenario])),
        full=matrix.strength == "all",
    )


def shown_rows(scenario: Scenario, matrix: MatrixSpec, spanned: MatrixSpace, rows: Iterable[Row]) -> Listing:
    """The listing of these rows of a matrix."""
    bad: dict[str, list[Value]] = {}
    for invalid in matrix.invalid:
        text = cell(invalid.level if not _is_file(invalid.level) else str(invalid.level))
        bad.setdefault(invalid.name, []).append(Value(names=(text,), invalid=True))
    return Listing(
        name=scenario.name,
        space=certified_space(spanned),
        names=spanned.factors,
        values=tuple(
            (*(Value(names=(cell(level),)) for level in levels), *bad.get(name, ()))
            for name, levels in zip(spanned.factors, spanned.levels, strict=True)
        ),
        shown=shown_as(spanned.levels),
        rows=rows,
        price=_price(scenario, matrix),
        priced=_priced(scenario, matrix),
    )


def _is_file(level: object) -> bool:
    """True for what is no JSON: a file, a picture, a key left out."""
    return not isinstance(level, str | int | float | bool | list | Mapping | None)


def rows_document(scenario: Scenario, listing: Listing) -> JsonObject:
    """What NAME.rows.json holds: the rows, levels as the scenario writes them."""
    return {
        "format_version": 1,
        "scenario": scenario.name,
        "strength": listing.space.strength,
        "rows": [dict(zip(listing.names, levels, strict=True)) for levels in listing.shown(listing.rows)],
    }


def _possible(scenario: Scenario, matrix: MatrixSpec, strength: int) -> int:
    most = min(_MOST, len(matrix.factors))
    if strength > most:
        raise UsageError(
            told("usage.strength.factors", strength=strength, scenario=scenario.name, count=len(matrix.factors)),
            told("usage.strength.factors.fix", most=most),
        )
    return strength


def _price(scenario: Scenario, matrix: MatrixSpec) -> Callable[[Row], float | None]:
    make, provider = maker(scenario.template, matrix.factors), scenario.provider

    def price(row: Row) -> float | None:
        return provider.price(scenario.endpoint, make(row)[0])

    return price


def _priced(scenario: Scenario, matrix: MatrixSpec) -> tuple[int, ...]:
    keys = priced_keys(scenario.provider.profile)
    return tuple(place for place, factor in enumerate(matrix.factors) if factor.steps[0] in keys)


def _with_rows(matrix: MatrixSpec, table: Table) -> MatrixSpec:
    """The matrix with the rows of the table: whole ones as rows that are kept, others as rows to be completed."""
    mistakes: list[Mistake] = []
    names = [factor.name for factor in matrix.factors]
    places = [names.index(each.text) if each.text in names else -1 for each in table.names]
    for each, place in zip(table.names, places, strict=True):
        if place < 0:
            what = told("factor.unknown", name=quoted(each.text))
            mistakes.append(Mistake(source=each.source, what=what, fix=did_you_mean(each.text, names)))
    known = [
        {cell(level): index for index, level in reversed(list(enumerate(factor.written)))} for factor in matrix.factors
    ]
    whole: list[Row] = []
    parts: list[Combination] = []
    for row in table.rows if not mistakes else ():
        levels = dict(_levels(row, places, known, names, mistakes))
        if len(levels) == len(names):
            whole.append(tuple(levels[place] for place in range(len(names))))
        elif levels:
            source = Source(file=table.file, line=row[0].source.line)
            named = {names[place]: level for place, level in levels.items()}
            parts.append(Combination(levels=named, source=source, field=""))
    if mistakes:
        raise MistakesError(limited(mistakes))
    before = matrix.kept or KeptRows(file=table.file, rows=())
    kept = replace(before, rows=tuple(dict.fromkeys((*before.rows, *whole))))
    return replace(matrix, kept=kept, must=(*matrix.must, *parts))


def _levels(
    row: Iterable[Cell],
    places: Iterable[int],
    known: list[dict[str, int]],
    names: list[str],
    mistakes: list[Mistake],
) -> Iterator[tuple[int, int]]:
    for each, place in zip(row, places, strict=True):
        if not each.text:
            continue
        if each.text in known[place]:
            yield place, known[place][each.text]
        else:
            what = told("level.unknown", level=quoted(each.text), name=quoted(names[place]))
            fix = told("level.unknown.fix", levels=listed(known[place]))
            mistakes.append(Mistake(source=each.source, what=what, fix=fix))
