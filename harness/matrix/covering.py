"""Covering arrays: the fewest, or the cheapest, rows in which all feasible combinations of t levels are met.

Knows factors by their numbers of levels, and rules by the combinations that they forbid; nothing of APIs or files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from msgspec import Struct

from harness.matrix.bargain import Bargain
from harness.matrix.board import Board, PairBoard
from harness.matrix.board_tuples import Interaction, TupleBoard, interactions
from harness.matrix.bounds import credits_needed, free_columns_bound, rows_needed
from harness.matrix.constraints import Rules
from harness.matrix.greedy import completed, construct, requested
from harness.matrix.polish import Polish
from harness.matrix.rows import Combination, Row

_MOST: Final = 6
#: What the polish may work by default on a model of `_SMALL` factors or fewer: about half a second of CPU time.
_WORK: Final = 1_200_000
_SMALL: Final = 12
#: So many tuples are few.
_SMALL_TOTAL: Final = 600
#: And at the most: about 20 seconds.
_MOST_WORK: Final = 60_000_000


class Model(Struct, frozen=True, kw_only=True):
    """What rows are to cover, and what they cost."""

    #: Levels of each factor.
    counts: tuple[int, ...]
    #: Any so many factors meet in all feasible combinations of their levels: 1 to 6, not more than there are factors.
    strength: int
    #: Factors with a strength of their own beside that: (factors, strength).
    groups: tuple[tuple[tuple[int, ...], int], ...] = ()
    #: No row holds all of one of these.
    forbidden: tuple[Combination, ...] = ()
    #: For each of these a row that holds all of it: a whole row, or a part of one.
    must: tuple[Combination, ...] = ()
    #: Rows that are there already; they come first, unchanged.
    kept: tuple[Row, ...] = ()
    #: The price of an allowed row, at least 0; None: each costs 1. What all rows cost together is to be small. It is
    #: asked ten thousands of times: a dear function should remember what it says of the factors that it looks at.
    price: Callable[[Row], float] | None = None


class Covering(Struct, frozen=True, kw_only=True):
    """Rows that cover a model."""

    rows: tuple[Row, ...]
    #: No set of rows with these kept ones can be smaller. Proved, but not always reached.
    bound: int
    #: Moves of the polish that were made.
    moves: int


class InfeasibleError(Exception):
    """No row is left at all, or none for what must be there."""

    def __init__(self, rules: tuple[int, ...], *, must: int | None = None, wanted: Combination | None = None) -> None:
        which = "no row" if must is None else f"no row for must[{must}]"
        super().__init__(f"{which}: forbidden {', '.join(map(str, rules))}")
        #: A smallest set of indexes into `forbidden` that leaves nothing: without any one of them something is left.
        self.rules = rules
        #: Which of `must` it is; None: no row at all.
        self.must = must
        #: The level, when a single one was wanted.
        self.factor: int | None = None
        self.level: int | None = None
        if wanted and len(wanted) == 1:
            [(self.factor, self.level)] = wanted.items()


def cover(model: Model, *, seed: int = 0, moves: int | None = None) -> Covering:
    """Rows that hold every feasible combination of the model's strength, the kept ones first, few or cheap.

    The same model, seed and moves give the same rows on every machine. InfeasibleError when there is no row at all, or
    none for something that must be there; a level that no row can hold is no error, it is not covered. ValueError for a
    model that contradicts itself (a strength out of range, a level that is not there, a kept row that a rule forbids).
    """
    rules = _checked(model)
    asked = interactions(len(model.counts), model.strength, model.groups)
    board = _board(rules, asked)
    bound = max(rows_needed(board, board.missing), free_columns_bound(rules, asked))
    rng = Random(seed)  # noqa: S311 - rows, no secrets
    for row in model.kept:
        board.add(rules.values(row))
    bound = max(bound, len(model.kept) + rows_needed(board, board.missing))
    fixed = board.held.copy()
    for wanted in requested(rules, [rules.mask(combination) for combination in model.must], board.held):
        board.add(completed(board, wanted, rng))
        fixed.append(wanted)
    construct(board, rng, model.price)
    if moves is None:
        moves = _default_moves(board, asked) // (1 if model.price is None else 2)
    if model.price is None:
        polish = Polish(board, rng, fixed=fixed, limit=moves)
        polish.shrink(bound)
    else:
        bargain = Bargain(board, rng, fixed=fixed, limit=moves, price=model.price)
        least = credits_needed(model.counts, model.forbidden, asked, model.price, rows=bound)
        polish = _bargain(bargain, bound, least)
    return Covering(rows=tuple(map(rules.levels, board.rows)), bound=bound, moves=polish.moves)


def _bargain(polish: Bargain, bound: int, least: float) -> Bargain:
    """Fewer rows with half of the moves at most, cheaper ones with the rest."""
    limit = polish.limit
    polish.limit = limit // 2
    polish.shrink(bound)
    polish.limit = limit
    polish.cheapen(least)
    return polish


def impossible_levels(model: Model) -> tuple[tuple[int, int], ...]:
    """The levels that no row can hold, as (factor, level). All of them, when there is no row at all."""
    rules = Rules(model.counts, model.forbidden)
    return tuple(
        (factor, level)
        for factor, count in enumerate(model.counts)
        for level in range(count)
        if not rules.feasible(rules.mask({factor: level}))
    )


def explain(model: Model, combination: Combination) -> tuple[int, ...]:
    """A smallest set of indexes into `forbidden` that keeps a combination out of every row; () when none does.

    Smallest as no rule can be left out of it, found by leaving out each once. There may be others.
    """
    if Rules(model.counts, model.forbidden).feasible(Rules(model.counts).mask(combination)):
        return ()
    needed = list(range(len(model.forbidden)))
    for index in reversed(range(len(model.forbidden))):
        fewer = [other for other in needed if other != index]
        rules = Rules(model.counts, [model.forbidden[other] for other in fewer])
        if not rules.feasible(rules.mask(combination)):
            needed = fewer
    return tuple(needed)


def _checked(model: Model) -> Rules:
    if not model.counts or min(model.counts) < 1:
        raise ValueError("a model needs factors, each with a level")
    for strength in (model.strength, *(strength for _, strength in model.groups)):
        if not 1 <= strength <= _MOST:
            raise ValueError(f"strength {strength} is not between 1 and {_MOST}")
    if model.strength > len(model.counts):
        raise ValueError(f"strength {model.strength} for {len(model.counts)} factors")
    if any(not 0 <= factor < len(model.counts) for factors, _ in model.groups for factor in factors):
        raise ValueError("a group names a factor that does not exist")
    rules = Rules(model.counts, model.forbidden)
    if not rules.feasible(0):
        raise InfeasibleError(explain(model, {}))
    for index, combination in enumerate(model.must):
        if not rules.feasible(rules.mask(combination)):
            raise InfeasibleError(explain(model, combination), must=index, wanted=combination)
    for row in model.kept:
        held = sum(1 << value for value in rules.values(row))
        if not rules.legal(held):
            raise ValueError(f"kept row {row} holds a forbidden combination")
    return rules


def _default_moves(board: Board, asked: Sequence[Interaction]) -> int:
    """Moves for a work that grows with the factors and the tuples; what one costs is counted, not measured."""
    factors = len(board.rules.counts)
    met = sum(map(len, asked)) // factors  # interactions that one cell is in
    each = 25 + (met if isinstance(board, PairBoard) else 3 * met + board.total // 50)
    work = _WORK
    if factors > _SMALL:
        work = min(_MOST_WORK, max(_WORK * factors**2 // _SMALL**2, _WORK * board.total // _SMALL_TOTAL))
    return work // each


def _board(rules: Rules, asked: Sequence[Interaction]) -> Board:
    pairs = len(rules.counts) * (len(rules.counts) - 1) // 2
    if len(asked) == pairs and all(len(interaction) == 2 for interaction in asked):
        return PairBoard(rules)
    return TupleBoard(rules, asked)
