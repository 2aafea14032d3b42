from __future__ import annotations

from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.matrix.rows import Combination, NoRowError, Row, each_once, full


def allowed(counts: list[int], exclude: list[Combination]) -> list[Row]:
    """Every row that may be, the slow and plain way."""
    rows = product(*(range(count) for count in counts))
    return [row for row in rows if not any(all(row[f] == level for f, level in one.items()) for one in exclude)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[int], list[Combination]]:
    counts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    pairs = st.integers(0, len(counts) - 1).flatmap(lambda f: st.tuples(st.just(f), st.integers(0, counts[f] - 1)))
    combination = st.lists(pairs, min_size=1, max_size=3).map(dict)
    return counts, draw(st.lists(combination, max_size=5))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1], [(0,)]),
        ([3], [(0,), (1,), (2,)]),
        ([3, 2], [(0, 0), (1, 1), (2, 0)]),
        ([1, 4, 2], [(0, 0, 0), (0, 1, 1), (0, 2, 0), (0, 3, 1)]),
    ],
)
def test_as_many_rows_as_the_longest_factor(counts: list[int], expected: list[Row]) -> None:
    assert each_once(counts) == expected


def test_an_excluded_pair_does_not_come() -> None:
    assert each_once([2, 2], [{0: 0, 1: 0}]) == [(0, 1), (1, 0)]


def test_one_more_row_where_it_must_be() -> None:
    assert each_once([2, 3], [{0: 0, 1: 0}, {0: 0, 1: 1}]) == [(1, 0), (1, 1), (0, 2)]
    assert each_once([2, 2], [{0: 0, 1: 0}, {0: 1, 1: 1}]) == [(0, 1), (1, 0)]
    assert each_once([2, 2, 2], [{0: 0, 1: 1}, {0: 0, 2: 1}, {1: 1, 2: 1}]) == [(0, 0, 0), (1, 1, 0), (1, 0, 1)]


def test_a_level_that_no_row_can_hold() -> None:
    with pytest.raises(NoRowError) as caught:
        each_once([2, 2], [{0: 1, 1: 0}, {0: 1, 1: 1}])
    assert (caught.value.factor, caught.value.level) == (0, 1)


def test_a_level_excluded_alone() -> None:
    with pytest.raises(NoRowError) as caught:
        each_once([1, 3], [{1: 2}])
    assert (caught.value.factor, caught.value.level) == (1, 2)


def test_everything_excluded() -> None:
    with pytest.raises(NoRowError) as caught:
        full([1, 2], [{0: 0}])
    assert caught.value.factor is None


def test_many_factors_with_exclusions_end() -> None:
    counts = [5] * 40
    exclude: list[Combination] = [{f: level, f + 1: level} for f in range(39) for level in range(5)]
    rows = each_once(counts, exclude)
    assert len(rows) <= 20
    assert all({row[f] for row in rows} == set(range(5)) for f in range(40))


@given(cases())
@settings(max_examples=300)
def test_the_full_product_is_every_row_that_may_be(case: tuple[list[int], list[Combination]]) -> None:
    counts, exclude = case
    expected = allowed(counts, exclude)
    if expected:
        assert full(counts, exclude) == expected
    else:
        with pytest.raises(NoRowError):
            full(counts, exclude)


@given(cases())
@settings(max_examples=300)
def test_every_level_at_least_once_and_nothing_excluded(case: tuple[list[int], list[Combination]]) -> None:
    counts, exclude = case
    possible = allowed(counts, exclude)
    impossible = [
        (factor, level)
        for factor, count in enumerate(counts)
        for level in range(count)
        if not any(row[factor] == level for row in possible)
    ]
    if impossible:
        with pytest.raises(NoRowError) as caught:
            each_once(counts, exclude)
        assert (caught.value.factor, caught.value.level) in impossible
        return
    rows = each_once(counts, exclude)
    assert set(rows) <= set(possible)
    assert len(rows) == len(set(rows))
    assert all({row[factor] for row in rows} == set(range(count)) for factor, count in enumerate(counts))
    assert max(counts) <= len(rows) <= sum(counts)
    if not exclude:
        assert len(rows) == max(counts)


@given(cases())
@settings(max_examples=50)
def test_the_same_rows_every_time(case: tuple[list[int], list[Combination]]) -> None:
    counts, exclude = case
    try:
        assert each_once(counts, exclude) == each_once(counts, exclude)
    except NoRowError:
        assert len(allowed(counts, exclude)) < prod(counts)
