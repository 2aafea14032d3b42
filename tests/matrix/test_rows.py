from __future__ import annotations

from itertools import islice, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.matrix.rows import Combination, Row, excluded, full
from tests.effort import examples


def allowed(counts: list[int], forbidden: list[Combination]) -> list[Row]:
    """Every row that may be, the slow and plain way."""
    rows = product(*(range(count) for count in counts))
    return [row for row in rows if not any(all(row[f] == level for f, level in one.items()) for one in forbidden)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[int], list[Combination]]:
    counts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    pairs = st.integers(0, len(counts) - 1).flatmap(lambda f: st.tuples(st.just(f), st.integers(0, counts[f] - 1)))
    combination = st.lists(pairs, max_size=3).map(dict)
    return counts, draw(st.lists(combination, max_size=5))


@pytest.mark.parametrize(
    ("counts", "forbidden", "expected"),
    [
        ([1], [], [(0,)]),
        ([2, 2], [], [(0, 0), (0, 1), (1, 0), (1, 1)]),
        ([2, 2], [{0: 0, 1: 1}], [(0, 0), (1, 0), (1, 1)]),
        ([2, 2], [{1: 1, 0: 0}, {0: 1}], [(0, 0)]),
        ([1, 2], [{0: 0}], []),
        ([2], [{}], []),
    ],
)
def test_the_product(counts: list[int], forbidden: list[Combination], expected: list[Row]) -> None:
    assert list(full(counts, forbidden)) == expected


@given(cases())
@settings(max_examples=examples(300))
def test_the_full_product_is_every_row_that_may_be(case: tuple[list[int], list[Combination]]) -> None:
    counts, forbidden = case
    expected = allowed(counts, forbidden)
    assert list(full(counts, forbidden)) == expected
    assert all(excluded(row, forbidden) == (row not in expected) for row in product(*map(range, counts)))


@pytest.mark.parametrize("forbidden", [[], [{0: 0, 19: 0}]])
def test_a_product_of_any_size_comes_a_row_at_a_time(forbidden: list[Combination]) -> None:
    assert len(list(islice(full([10] * 20, forbidden), 100))) == 100
