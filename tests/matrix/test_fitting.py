from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.matrix.certificate import Space, certify
from harness.matrix.fitting import Candidate, fit
from tests.effort import examples

PAIRS = Space(counts=(2, 2, 2), strength=2)


def candidates(*rows: tuple[tuple[int, ...], float], first: int | None = None) -> list[Candidate]:
    return [
        Candidate(matrix="m", row=row, price=price, first=index == first) for index, (row, price) in enumerate(rows)
    ]


def test_the_most_new_combinations_for_the_price() -> None:
    rows = candidates(((0, 0, 0), 10), ((0, 0, 1), 2), ((1, 1, 0), 3), ((1, 1, 1), 2))
    assert fit(rows, {"m": PAIRS}, most_rows=2) == [1, 3]
    assert fit(rows, {"m": PAIRS}) == [1, 3, 2, 0]


def test_last_failures_go_first_even_when_they_show_nothing_new() -> None:
    rows = candidates(((0, 0, 0), 1), ((0, 0, 0), 9), ((1, 1, 1), 1), first=1)
    assert fit(rows, {"m": PAIRS}, most_rows=2) == [1, 2]
    assert fit(rows, {"m": PAIRS}) == [1, 2]


def test_what_does_not_fit_makes_room_for_what_does() -> None:
    left = [5.0]

    def spend(candidate: Candidate) -> None:
        left[0] -= candidate.price

    rows = candidates(((0, 0, 0), 4), ((1, 1, 1), 4), ((0, 1, 0), 1), ((1, 0, 1), 7))
    assert fit(rows, {"m": PAIRS}, room=lambda _: left[0], spend=spend) == [2, 1]
    assert left == [0.0]


def test_several_matrices_share_a_budget() -> None:
    one = Candidate(matrix="a", row=(0, 0, 0), price=3)
    other = Candidate(matrix="b", row=(0, 0), price=1)
    assert fit([one, other], {"a": PAIRS, "b": Space(counts=(1, 1), strength=1)}, most_rows=1) == [1]


def test_rows_without_a_price_of_their_own_come_before_all_others() -> None:
    assert fit(candidates(((0, 0, 0), 1), ((1, 1, 1), 0)), {"m": PAIRS}) == [1, 0]


@settings(max_examples=examples(80), deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(list(product((0, 1), repeat=3))), st.integers(0, 3)), max_size=8),
    most=st.integers(0, 8),
)
def test_each_step_is_the_best_there_is(rows: list[tuple[tuple[int, ...], int]], most: int) -> None:
    items = candidates(*rows)
    chosen = fit(items, {"m": PAIRS}, most_rows=most)
    assert len(chosen) == len(set(chosen)) <= most
    shown = 0
    for step in range(len(chosen)):
        worth = {}
        for index, item in enumerate(items):
            if index not in chosen[:step]:
                before = [items[each].row for each in chosen[:step]]
                sent = certify(PAIRS, [(row, "accepted") for row in (*before, item.row)]).sent
                worth[index] = (sent - shown) / max(item.price, 1e-6)
        best = max(worth.values())
        assert worth[chosen[step]] == pytest.approx(best)
        assert best > 0
        shown = certify(PAIRS, [(items[each].row, "accepted") for each in chosen[: step + 1]]).sent
    if len(chosen) < most:
        assert shown == certify(PAIRS, [(item.row, "accepted") for item in items]).sent
