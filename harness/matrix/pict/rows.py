"""The rows of a PICT model, with at most one invalid value each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from harness.errors import Mistake, MistakesError, UsageError
from harness.matrix.certificate import Space
from harness.matrix.covering import InfeasibleError, Model, cover, explain, impossible_levels
from harness.matrix.pict.records import PictModel
from harness.matrix.possible import Possible
from harness.matrix.rows import Combination, Row
from harness.words import joined, told
from harness.yamlio.document import quoted

_MOST: int = 6
_LINES: int = 5


class PictRows(Struct, frozen=True, kw_only=True):
    """The rows of a model, those without an invalid value first; what they are to cover; at least how many it takes.

    `notes` are sentences on values that no row can hold.
    """

    rows: tuple[Row, ...]
    space: Space
    bound: int
    notes: tuple[str, ...] = ()


def space_of(model: PictModel, strength: int) -> Space:
    """What rows of this strength are to cover. UsageError for a strength that cannot be."""
    counts = model.counts
    if not 1 <= strength <= min(_MOST, len(counts)):
        what = told("pict.strength", strength=strength, file=model.file, count=len(counts), most=_MOST)
        raise UsageError(what, told("pict.strength.fix", most=min(_MOST, len(counts))))
    groups = tuple((members, strength if order is None else order) for members, order in model.groups)
    high = next((order for _, order in groups if order > _MOST), None)
    if high is not None:
        raise UsageError(told("pict.group_order", file=model.file, order=high, most=_MOST))
    return Space(counts=counts, strength=strength, groups=groups, forbidden=(*_ruled(model), *_apart(model)))


def rows_of(model: PictModel, strength: int, *, moves: int | None = None) -> PictRows:
    """Rows that hold every combination of so many parameters' values, as PICT means it.

    Combinations of valid values are met in rows without an invalid one, which would mask them; each invalid value is
    combined with valid ones. `moves` bounds the search for fewer rows (None: by the size of the model). MistakesError
    when the constraints leave no row.
    """
    space = space_of(model, strength)
    ruled = _ruled(model)
    valid = tuple({factor: level} for factor, level in model.invalid)
    positive: tuple[Row, ...] = ()
    bound = 0
    whole = Model(counts=space.counts, strength=strength, groups=space.groups, forbidden=space.forbidden)
    try:
        if valid and _leaves(Model(counts=space.counts, strength=1, forbidden=(*ruled, *valid))):
            found = cover(
                Model(counts=space.counts, strength=strength, groups=space.groups, forbidden=(*ruled, *valid)),
                moves=moves,
            )
            positive, bound = found.rows, found.bound
        found = cover(
            Model(
                counts=space.counts,
                strength=strength,
                groups=space.groups,
                forbidden=space.forbidden,
                kept=positive,
            ),
            moves=moves,
        )
    except InfeasibleError as error:
        raise MistakesError([_nothing(model, error.rules)]) from None
    return PictRows(
        rows=found.rows,
        space=space,
        bound=bound + max(found.bound - len(positive), sum(_hosts(model, space)), 0),
        notes=_impossible(model, whole),
    )


def shown_rows(model: PictModel, rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """The rows as PICT shows them: `~` before an invalid value, and the names of a value in turn."""
    turns: dict[tuple[int, int], int] = {}
    for row in rows:
        shown = []
        for place, level in enumerate(row):
            turn = turns.get((place, level), 0)
            turns[place, level] = turn + 1
            shown.append(model.parameters[place].values[level].shown(turn))
        yield tuple(shown)


def _hosts(model: PictModel, space: Space) -> Iterator[int]:
    """For each invalid value the least number of rows that it takes: it meets others, and no two of it share a row."""
    possible = Possible(space.counts, space.forbidden)
    good = [sum(not value.invalid for value in parameter.values) for parameter in model.parameters]
    for factor, level in model.invalid:
        others = sorted((place for place in range(len(good)) if place != factor), key=lambda place: -good[place])
        columns = tuple(sorted((factor, *others[: space.strength - 1])))
        place = columns.index(factor)
        yield sum(levels[place] == level for levels in possible.combinations(columns))


def _ruled(model: PictModel) -> tuple[Combination, ...]:
    return tuple(rule.combination for rule in model.rules)


def _apart(model: PictModel) -> tuple[Mapping[int, int], ...]:
    """No two invalid values in one row: the first refusal would hide the second."""
    return tuple({a: b, c: d} for (a, b), (c, d) in combinations(model.invalid, 2) if a != c)


def _leaves(model: Model) -> bool:
    """True when some row is left."""
    return len(impossible_levels(model)) < sum(model.counts)


def _nothing(model: PictModel, rules: Sequence[int]) -> Mistake:
    lines = _lines(model, rules)
    source = model.rules[rules[0]].source if rules and rules[0] < len(model.rules) else model.parameters[0].source
    if not lines:
        return Mistake(source=source, what=told("pict.all_invalid"), fix=told("pict.all_invalid.fix"))
    return Mistake(source=source, what=told("pict.no_row", lines=lines), fix=told("pict.no_row.fix"))


def _impossible(model: PictModel, whole: Model) -> tuple[str, ...]:
    notes = []
    for factor, level in impossible_levels(whole) if whole.forbidden else ():
        parameter = model.parameters[factor]
        lines = _lines(model, explain(whole, {factor: level}))
        value, name = quoted(parameter.values[level].shown()), quoted(parameter.name)
        key = "pict.impossible.lines" if lines else "pict.impossible"
        notes.append(told(key, place=parameter.source, value=value, name=name, lines=lines))
    return tuple(notes)


def _lines(model: PictModel, rules: Sequence[int]) -> str:
    numbers = sorted({model.rules[rule].source.line for rule in rules if rule < len(model.rules)})
    lines = [told("pict.line", number=number) for number in numbers[:_LINES]]
    return joined([*lines, told("pict.more")] if len(numbers) > _LINES else lines, "words.and")
