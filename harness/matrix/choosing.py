"""The rows of a matrix: the generator's, or the full product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from harness.errors import Mistake, MistakesError
from harness.matrix.prices import pricer
from harness.matrix.rows import Row, excluded, full
from harness.matrix.space import MatrixSpace, numbered
from harness.model import replace
from harness.scenario import Combination, MatrixSpec, Scenario
from harness.words import joined, told

if TYPE_CHECKING:
    from harness.matrix.covering import Model

_NAMED: Final = 5


class Chosen(Struct, frozen=True, kw_only=True):
    """The rows of a matrix. `rows` can be gone through as often as is wanted.

    `product` is the size of the full product, forbidden rows among them. `bound`: fewer rows cannot do (None for the
    full product). `kept` of the rows were paid for already, `dropped` such rows cannot be any more.
    """

    rows: Iterable[Row]
    product: int
    bound: int | None = None
    kept: int = 0
    dropped: int = 0


def choose(
    scenario: Scenario, matrix: MatrixSpec, space: MatrixSpace, *, polish: bool = True, moves: int | None = None
) -> Chosen:
    """The rows of a scenario's matrix: the kept ones first, the others in the order of their levels.

    Without `polish` they come quickly, and are a few more; `moves` bounds it (None: by the size of the matrix).
    MistakesError when the constraints leave no row, none for a level, or none for a row of `include`.
    """
    if matrix.strength == "all" and not space.forbidden:
        return Chosen(rows=_Product(space), product=prod(space.counts))
    from harness.matrix import covering  # lazily: most scenarios need no generator

    explain = _Explained(matrix, space)
    must = tuple(numbered(matrix, row.levels) for row in matrix.must)
    found = matrix.kept.rows if matrix.kept is not None else ()
    kept = tuple(row for row in found if not excluded(row, space.forbidden))
    model = covering.Model(
        counts=space.counts,
        strength=1 if matrix.strength == "all" else space.strength,
        groups=space.groups,
        forbidden=space.forbidden,
        must=must,
        kept=kept,
        price=pricer(scenario, matrix) if matrix.strength != "all" else None,
    )
    if space.forbidden:
        explain.check(model)
    if matrix.strength == "all":
        return Chosen(rows=_Product(space), product=prod(space.counts))
    made = covering.cover(model, moves=moves if polish else 0)
    rows = (*made.rows[: len(kept)], *sorted(made.rows[len(kept) :]))
    gone = len(found) - len(kept) + (matrix.kept.dropped if matrix.kept is not None else 0)
    return Chosen(rows=rows, product=prod(space.counts), bound=made.bound, kept=len(kept), dropped=gone)


class _Product:
    """The full product, made anew each time it is gone through: nothing of it is held."""

    def __init__(self, space: MatrixSpace) -> None:
        self._space = space

    def __iter__(self) -> Iterator[Row]:
        return full(self._space.counts, self._space.forbidden)


class _Explained:
    """What constraints make impossible, as mistakes of the file."""

    def __init__(self, matrix: MatrixSpec, space: MatrixSpace) -> None:
        self._matrix = matrix
        self._space = space

    def check(self, model: Model) -> None:
        """MistakesError when there is no row at all, none for a level that the file names, or none for an `include`."""
        from harness.matrix import covering

        impossible = covering.impossible_levels(model)
        if len(impossible) == sum(model.counts):
            raise MistakesError([self._nothing(self._why(model, {}))])
        named = [one for one in impossible if not self._matrix.factors[one[0]].derived]
        mistakes = [self._no_level(one, self._why(model, dict([one]))) for one in named]
        if not mistakes:
            mistakes = [
                self._no_include(row, rules)
                for row, combination in zip(self._matrix.must, model.must, strict=True)
                if (rules := self._why(model, combination))
            ]
        if mistakes:
            raise MistakesError(mistakes)

    def _why(self, model: Model, combination: Mapping[int, int]) -> tuple[int, ...]:
        """What keeps a combination out of every row, as indexes into `forbidden`; () when nothing does.

        The lines of the file one by one; the contract's combinations are thousands, and count as one.
        """
        from harness.matrix import covering

        own = model.forbidden[: len(self._matrix.forbidden)]
        ruled = model.forbidden[len(own) :]
        if rules := covering.explain(replace(model, forbidden=own), combination):
            return rules
        if not ruled or feasible(model, combination):
            return ()
        alone = not feasible(replace(model, forbidden=ruled), combination)
        return (len(own),) if alone else (*range(len(own)), len(own))

    def _nothing(self, rules: Sequence[int]) -> Mistake:
        own = [self._matrix.forbidden[rule] for rule in rules if rule < len(self._matrix.forbidden)]
        where, field = (own[0].source, own[0].field) if own else (self._matrix.source, "matrix.factors")
        what = told("rows.nothing", **self._reasons(rules))
        return Mistake(source=where, field=field, what=what, fix=self._fix("rows.less", rules))

    def _no_level(self, level: tuple[int, int], rules: Sequence[int]) -> Mistake:
        factor = self._matrix.factors[level[0]]
        return Mistake(
            source=factor.sources[level[1]],
            field=f"matrix.factors.{factor.name}[{level[1]}]",
            what=told("rows.no_level", level=self._space.labels[level[0]][level[1]], **self._reasons(rules)),
            fix=self._fix("rows.level_out", rules),
        )

    def _no_include(self, row: Combination, rules: Sequence[int]) -> Mistake:
        what = told("rows.no_include", **self._reasons(rules))
        fix = self._fix("rows.row_out", rules)
        return Mistake(source=row.source, field=row.field, what=what, fix=fix)

    def _reasons(self, rules: Sequence[int]) -> Mapping[str, object]:
        """Which lines of the file forbid it, and whether the contract does; and how many they are."""
        own = self._matrix.forbidden
        words: list[str] = list(dict.fromkeys(own[rule].field for rule in rules if rule < len(own)))
        if len(words) > _NAMED:
            words[_NAMED:] = [told("rows.more", count=len(words) - _NAMED)]
        if any(rule >= len(own) for rule in rules):
            words.append(told("rows.contract"))
        return {"rules": joined(words, "words.and"), "count": len(words)}

    def _fix(self, key: str, rules: Sequence[int]) -> str:
        by_contract = any(rule >= len(self._matrix.forbidden) for rule in rules)
        return told("rows.fix.contract" if by_contract else "rows.fix", what=told(key))


def feasible(model: Model, combination: Mapping[int, int]) -> bool:
    """True when some row holds the combination."""
    from harness.matrix.constraints import Rules

    rules = Rules(model.counts, model.forbidden)
    return rules.feasible(rules.mask(combination))
