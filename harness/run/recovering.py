"""What the refused rows of a matrix hid: rows that hold it without the causes, of the matrix' own levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final, TypeAlias

from harness.diagnose.case import Case
from harness.diagnose.evidence import Items, Row
from harness.matrix.covering import InfeasibleError, Model, cover
from harness.matrix.rows import Combination, excluded
from harness.matrix.space import MatrixSpace, space
from harness.scenario import Scenario

#: Levels of some factors of the matrix: (factor, level) pairs.
_Tuple: TypeAlias = tuple[tuple[int, int], ...]
#: What the matrix generator can do; a full product hides nothing that a smaller strength would not find.
_MOST_STRENGTH: Final = 6


def recovery_of(scenario: Scenario, case: Case, *, most: int | None = None) -> Recovery | None:
    """What makes the rows to send again for what only refused rows of the scenario's matrix held; None without one."""
    spanned = space(scenario)
    return None if spanned is None or len(spanned.factors) < 2 else Recovery(spanned, case, most=most)


class Recovery:
    """The levels of the matrix beside those of the diagnosis: each knows the same values by its own numbers.

    Nothing is sent for what was left out of the run, nor for what the matrix excludes. With `most` so many rows are
    sent, and only once a cause is known that may have hidden another.
    """

    def __init__(self, spanned: MatrixSpace, case: Case, *, most: int | None = None) -> None:
        self._left = most
        self._spanned = spanned
        self._case = case
        self._strength = min(spanned.strength, _MOST_STRENGTH, len(spanned.counts))
        places = {name: place for place, name in enumerate(case.levels.factors)}
        #: The diagnosis' factor of each factor of the matrix; None: all its levels are the baseline's.
        self._factor = [places.get(name) for name in spanned.factors]
        self._own: list[dict[int, int]] = [{} for _ in spanned.factors]
        for one in case.seen:
            if one.variant.row is not None:
                self._learn(one.variant.row, case.levels.row(one.variant.payload))
        self._theirs = [{level: own for own, level in known.items()} for known in self._own]

    def rows(self, causes: tuple[Items, ...], accepted: tuple[Row, ...]) -> Iterable[Row]:
        """Rows of the diagnosis to send, those first that hold most of what was hidden."""
        if self._left is not None and not (self._left and causes):
            return ()
        forbidden = (*self._spanned.forbidden, *self._unseen(), *self._mapped(causes))
        kept = [row for row in map(self.matrix_row, accepted) if row is not None and not excluded(row, forbidden)]
        hidden = self._hidden(forbidden, kept)
        if not hidden:
            return ()
        model = Model(
            counts=self._spanned.counts,
            strength=self._strength,
            groups=self._spanned.groups,
            forbidden=forbidden,
            kept=tuple(dict.fromkeys(kept)),
        )
        try:
            # A few rows are as good without the polish, which takes seconds on a large matrix.
            made = cover(model, moves=None if self._left is None else 0).rows[len(model.kept) :]
        except InfeasibleError:
            return ()
        return self._wanted(made, hidden)

    def _wanted(self, made: Sequence[Row], hidden: set[_Tuple]) -> Iterator[Row]:
        """Those rows, in the diagnosis' numbers, that hold something hidden which no row before them held."""
        columns = self._columns()
        held = {row: hidden.intersection(_held(row, columns)) for row in made}
        while held and self._left != 0:
            best = max(held, key=lambda row: len(held[row]))
            found = held.pop(best)
            if not found:
                return
            held = {row: others - found for row, others in held.items()}
            if self._left is not None:
                self._left -= 1
            yield self._diagnosis_row(best)

    def _learn(self, own: Row, theirs: Row) -> None:
        for known, level, factor in zip(self._own, own, self._factor, strict=True):
            known.setdefault(level, 0 if factor is None else theirs[factor])

    def _unseen(self) -> Iterator[Combination]:
        """Levels that no sent row had: they were left out of the run."""
        for factor, count in enumerate(self._spanned.counts):
            yield from ({factor: level} for level in range(count) if level not in self._own[factor])

    def _mapped(self, causes: Iterable[Items]) -> Iterator[Combination]:
        """The causes in the matrix' numbers; one with a value that the matrix has not is in none of its rows."""
        factors = {factor: place for place, factor in enumerate(self._factor) if factor is not None}
        for items in causes:
            mapped: dict[int, int] = {}
            for factor, level in items:
                place = factors.get(factor)
                if place is None:
                    if level:
                        break
                elif level in self._theirs[place]:
                    mapped[place] = self._theirs[place][level]
                else:
                    break
            else:
                yield mapped

    def matrix_row(self, row: Row) -> Row | None:
        """A row in the matrix' numbers; None when it has a value that the matrix has not."""
        levels = [0 if factor is None else row[factor] for factor in self._factor]
        inside = {factor for factor in self._factor if factor is not None}
        if any(level for factor, level in enumerate(row) if factor not in inside):
            return None
        found = [known.get(level) for known, level in zip(self._theirs, levels, strict=True)]
        return None if None in found else tuple(level for level in found if level is not None)

    def _diagnosis_row(self, row: Row) -> Row:
        made = [0] * len(self._case.levels.factors)
        for factor, level, known in zip(self._factor, row, self._own, strict=True):
            if factor is not None:
                made[factor] = known[level]
        return tuple(made)

    def _columns(self) -> list[tuple[int, ...]]:
        """The sets of factors whose levels the matrix combines."""
        columns = list(combinations(range(len(self._spanned.counts)), self._strength))
        return [*columns, *(part for group, strength in self._spanned.groups for part in combinations(group, strength))]

    def _hidden(self, forbidden: Sequence[Combination], kept: Iterable[Row]) -> set[_Tuple]:
        """What only refused rows of the matrix held, as far as a row without the causes can hold it."""
        columns = self._columns()
        refused = [one.variant.row for one in self._case.refused if one.variant.row is not None]
        hidden = {
            held
            for row in refused
            for held in _held(row, columns)
            if not any(one.items() <= dict(held).items() for one in forbidden)
        }
        for row in kept:
            hidden.difference_update(_held(row, columns))
        return hidden


def _held(row: Row, columns: Iterable[tuple[int, ...]]) -> Iterator[_Tuple]:
    for factors in columns:
        yield tuple((factor, row[factor]) for factor in factors)
