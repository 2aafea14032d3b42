"""Rows one after another, each the best of some candidates: the start that the polish works on."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

from harness.matrix.board import Board
from harness.matrix.bounds import rows_needed
from harness.matrix.constraints import Rules
from harness.matrix.rows import Price

#: Rows that are tried for each one that is taken.
_CANDIDATES: Final = 10
#: Levels that are looked at in all of them: where there are very many rows of very many levels, fewer are tried.
_LOOKS: Final = 3_000_000

_T = TypeVar("_T")


def below(rng: Random, limit: int) -> int:
    """A number from 0 to limit - 1. Only `Random.random` is asked, whose numbers no version of Python changes."""
    return int(rng.random() * limit)


def shuffled(rng: Random, items: Sequence[_T]) -> list[_T]:
    """The items in a random order."""
    mixed = list(items)
    for index in range(len(mixed) - 1, 0, -1):
        other = below(rng, index + 1)
        mixed[index], mixed[other] = mixed[other], mixed[index]
    return mixed


def held_by(row: Sequence[int]) -> int:
    """The values of a row, open cells (-1) left out, as a set."""
    held = 0
    for value in row:
        if value >= 0:
            held |= 1 << value
    return held


def admits(rules: Rules, held: int, value: int) -> bool:
    """Whether a value can join the values of a row that can be completed, so that it still can."""
    if not 1 << value & rules.constrained:
        return True
    return rules.fits(value, held) and rules.feasible(held | 1 << value)


def fill(board: Board, row: list[int], rng: Random) -> int:
    """Fills the open cells (-1) of a row that can be completed; how many uncovered tuples the new cells bring.

    Cells are filled in a random order, each with the level that covers most beside those that stand already.
    """
    rules = board.rules
    key, held = 0, held_by(row)
    so_far = [-1] * len(row)
    for factor, value in enumerate(row):
        if value >= 0:
            so_far[factor] = value
            key = board.grown(key, so_far, factor)
    gained = 0
    for factor in shuffled(rng, [factor for factor, value in enumerate(row) if value < 0]):
        first, count = rules.offsets[factor], rules.counts[factor]
        turn = below(rng, count)
        values = [first + (turn + step) % count for step in range(count)]
        gains = {value: (board.zero[value] & key).bit_count() for value in values}
        for value in sorted(values, key=gains.__getitem__, reverse=True):
            if admits(rules, held, value):
                break
        gained += gains[value]
        row[factor] = value
        held |= 1 << value
        key = board.grown(key, row, factor)
    return gained


def completed(board: Board, held: int, rng: Random) -> list[int]:
    """A row with these values; the other cells are filled with what covers most."""
    row = [(held & mask).bit_length() - 1 for mask in board.rules.masks]  # 0 has no bits: -1, an open cell
    fill(board, row, rng)
    return row


def construct(board: Board, rng: Random, price: Price | None) -> None:
    """Rows are added until nothing is missing: of some candidates the one that brings most (for its price)."""
    candidates = max(1, min(_CANDIDATES, _LOOKS // (rows_needed(board, board.missing) * board.rules.size + 1)))
    while board.missing:
        best: list[int] = []
        best_score = -1.0
        for _ in range(candidates):
            row = [-1] * len(board.rules.counts)
            for value in board.values_of(board.missing[below(rng, len(board.missing))]):
                row[board.rules.factor_of[value]] = value
            score = 1.0 + fill(board, row, rng)
            if price is not None:
                score /= max(price(board.rules.levels(row)), 1e-9)
            if score > best_score:
                best, best_score = row, score
        board.add(best)


def requested(rules: Rules, combinations: Sequence[int], rows: Sequence[int]) -> list[int]:
    """What must be there, and is in none of the rows, put together to as few sets of values as come easily.

    Sets that can ride in one row are joined, the first place that takes one is its own.
    """
    open_ = [wanted for wanted in combinations if not any(wanted & row == wanted for row in rows)]
    joined: list[int] = []
    for wanted in sorted(open_, key=int.bit_count, reverse=True):
        for index, other in enumerate(joined):
            union = wanted | other
            if all((union & mask).bit_count() < 2 for mask in rules.masks) and rules.feasible(union):
                joined[index] = union
                break
        else:
            joined.append(wanted)
    return joined
