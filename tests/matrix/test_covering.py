from collections.abc import Sequence
from itertools import combinations, product
from math import prod

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.matrix.board_tuples import interactions
from harness.matrix.bounds import credits_needed
from harness.matrix.covering import Covering, InfeasibleError, Model, cover, explain, impossible_levels
from harness.matrix.rows import Combination, Row, full
from harness.model import replace
from tests.effort import examples


def breaks(row: Row, combination: Combination) -> bool:
    return all(row[factor] == level for factor, level in combination.items())


def legal_rows(model: Model) -> list[Row]:
    rows = product(*map(range, model.counts))
    return [row for row in rows if not any(breaks(row, combination) for combination in model.forbidden)]


def tuples(model: Model, rows: Sequence[Row]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Every combination of factors that a model asks for, with every combination of levels that a row shows there."""
    asked = {*combinations(range(len(model.counts)), model.strength)}
    for factors, strength in model.groups:
        asked |= {*combinations(sorted(factors), min(strength, len(factors)))}
    return {(factors, tuple(row[factor] for factor in factors)) for factors in asked for row in rows}


def check(model: Model, covering: Covering) -> None:
    """All that is promised of the rows of a small model, by brute force."""
    legal = legal_rows(model)
    assert set(covering.rows) <= set(legal)
    assert tuples(model, covering.rows) == tuples(model, legal)
    assert covering.rows[: len(model.kept)] == model.kept
    for combination in model.must:
        assert any(breaks(row, combination) for row in covering.rows)
    assert covering.bound <= len(covering.rows)


@st.composite
def models(draw: st.DrawFn) -> Model:
    counts = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    factors = st.integers(0, len(counts) - 1)
    cell = factors.flatmap(lambda factor: st.tuples(st.just(factor), st.integers(0, counts[factor] - 1)))
    combination = st.lists(cell, min_size=1, max_size=3).map(dict)
    group = st.tuples(st.lists(factors, min_size=1, max_size=4, unique=True).map(tuple), st.integers(1, 3))
    model = Model(
        counts=counts,
        strength=draw(st.integers(1, min(4, len(counts)))),
        groups=tuple(draw(st.lists(group, max_size=2))),
        forbidden=tuple(draw(st.lists(combination, max_size=5))),
        must=tuple(draw(st.lists(combination, max_size=2))),
        price=draw(st.sampled_from([None, lambda row: 1.0 + 5 * row[0]])),
    )
    legal = legal_rows(model)
    return replace(model, kept=tuple(draw(st.lists(st.sampled_from(legal), max_size=4)) if legal else ()))


@given(models(), st.integers(0, 3), st.sampled_from([0, 50, 400]))
@settings(max_examples=examples(70), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_feasible_tuple_is_there_and_nothing_that_is_forbidden(model: Model, seed: int, moves: int) -> None:
    legal = legal_rows(model)
    open_ = [index for index, wanted in enumerate(model.must) if not any(breaks(row, wanted) for row in legal)]
    if legal and not open_:
        covering = cover(model, seed=seed, moves=moves)
        check(model, covering)
        assert cover(model, seed=seed, moves=moves) == covering
        return
    with pytest.raises(InfeasibleError) as caught:
        cover(model, seed=seed)
    assert caught.value.must == (open_[0] if legal else None)
    wanted = {} if caught.value.must is None else model.must[caught.value.must]
    rules = [model.forbidden[index] for index in caught.value.rules]
    assert not any(breaks(row, wanted) for row in legal_rows(replace(model, forbidden=tuple(rules))))
    for index in range(len(rules)):
        fewer = replace(model, forbidden=tuple(rules[:index] + rules[index + 1 :]))
        assert any(breaks(row, wanted) for row in legal_rows(fewer))


def fewest(wanted: frozenset[object], rows: Sequence[frozenset[object]], limit: int) -> int:
    """The smallest number of the sets that hold all that is wanted; `limit` when that is not smaller."""
    if not wanted:
        return 0
    if limit <= 1:
        return limit
    one = min(wanted, key=lambda item: (sum(item in row for row in rows), str(item)))
    for row in rows:
        if one in row:
            limit = min(limit, 1 + fewest(wanted - row, rows, limit - 1))
    return limit


@given(models(), st.integers(0, 3))
@settings(max_examples=examples(40), deadline=None)
def test_no_set_of_rows_is_smaller_than_the_bound(model: Model, seed: int) -> None:
    legal = legal_rows(model)
    if not legal or len(legal) > 12:
        return
    model = replace(model, must=())
    covering = cover(model, seed=seed, moves=100)
    kept = tuples(model, model.kept)
    sets = [frozenset[object](tuples(model, [row]) - kept) for row in legal]
    extra = fewest(frozenset(tuples(model, legal) - kept), sets, len(covering.rows) - len(model.kept))
    assert covering.bound <= len(model.kept) + extra


@given(models())
@settings(max_examples=examples(40), deadline=None)
def test_a_level_is_impossible_when_no_row_holds_it(model: Model) -> None:
    seen = {(factor, level) for row in legal_rows(model) for factor, level in enumerate(row)}
    levels = {(factor, level) for factor, count in enumerate(model.counts) for level in range(count)}
    assert set(impossible_levels(model)) == levels - seen


def test_rules_that_leave_nothing_are_named() -> None:
    forbidden: tuple[Combination, ...] = ({0: 0}, {1: 1, 2: 0}, {0: 1, 1: 0}, {2: 2}, {0: 1, 1: 1})
    with pytest.raises(InfeasibleError, match="no row: forbidden 0, 2, 4") as caught:
        cover(Model(counts=(2, 2, 3), strength=2, forbidden=forbidden))
    assert caught.value.rules == (0, 2, 4)
    assert caught.value.must is None


def test_rules_that_leave_nothing_for_what_must_be_there_are_named() -> None:
    model = Model(counts=(2, 2, 2), strength=1, forbidden=({1: 1}, {0: 1, 2: 1}), must=({1: 0}, {0: 1, 2: 1}))
    with pytest.raises(InfeasibleError, match=r"no row for must\[1\]: forbidden 1") as caught:
        cover(model)
    assert (caught.value.rules, caught.value.must, caught.value.factor) == ((1,), 1, None)
    with pytest.raises(InfeasibleError) as caught:
        cover(replace(model, must=({1: 1},)))
    assert (caught.value.rules, caught.value.must, caught.value.factor, caught.value.level) == ((0,), 0, 1, 1)


def test_what_keeps_a_level_out_is_named() -> None:
    model = Model(counts=(3, 2), strength=2, forbidden=({0: 1, 1: 0}, {0: 0}, {0: 1, 1: 1}))
    assert impossible_levels(model) == ((0, 0), (0, 1))
    assert explain(model, {0: 1}) == (0, 2)
    assert explain(model, {0: 2}) == ()
    assert sorted(cover(model).rows) == [(2, 0), (2, 1)]


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (Model(counts=(), strength=1), "a model needs factors, each with a level"),
        (Model(counts=(2, 0), strength=1), "a model needs factors, each with a level"),
        (Model(counts=(2, 2), strength=3), "strength 3 for 2 factors"),
        (Model(counts=(2, 2), strength=0), "strength 0 is not between 1 and 6"),
        (Model(counts=(2,) * 9, strength=2, groups=(((0, 1), 7),)), "strength 7 is not between 1 and 6"),
        (Model(counts=(2, 2), strength=2, groups=(((0, 2), 2),)), "a group names a factor that does not exist"),
        (Model(counts=(2, 2), strength=2, forbidden=({0: 2},)), "no level 2 of factor 0"),
        (Model(counts=(2, 2), strength=2, kept=((0,),)), "a row of 1 levels for 2 factors"),
        (
            Model(counts=(2, 2), strength=2, forbidden=({0: 0},), kept=((0, 1),)),
            r"kept row \(0, 1\) holds a forbidden combination",
        ),
    ],
)
def test_a_model_that_contradicts_itself(model: Model, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        cover(model)


def test_the_full_product_is_its_own_covering() -> None:
    assert sorted(cover(Model(counts=(2, 3, 2), strength=3)).rows) == list(full([2, 3, 2]))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("counts", "strength", "rows"),
    [
        pytest.param((3,) * 4, 2, 9, id="3^4"),
        pytest.param((3,) * 13, 2, 15, id="3^13"),
        pytest.param((4, 6, 4, 3, 3, 3, 2, 2, 3), 2, 24, id="a video API"),
        pytest.param((2,) * 30, 2, 8, id="2^30"),
        pytest.param((3,) * 6, 3, 36, id="3^6, triples"),
        pytest.param((4,) * 6, 3, 64, id="4^6, triples"),
        pytest.param((2,) * 6, 4, 24, id="2^6, quadruples"),
        pytest.param((7, 3, 2), 1, 7, id="each level once"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_few_rows_are_enough(counts: tuple[int, ...], strength: int, rows: int, seed: int) -> None:
    model = Model(counts=counts, strength=strength)
    covering = cover(model, seed=seed)
    assert len(covering.rows) <= rows
    wanted = sum(prod(counts[factor] for factor in factors) for factors in combinations(range(len(counts)), strength))
    assert len(tuples(model, covering.rows)) == wanted


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("model", "credits_", "rows"),
    [
        pytest.param(
            # 24 rows for the pairs of 6 and 4 levels; the dear level needs 6 of them, with the 6 levels
            Model(counts=(2, 6, 4, 3), strength=2, price=lambda row: 20 if row[0] else 1),
            18 + 6 * 20,
            24,
            id="a dear level rides as seldom as can be",
        ),
        pytest.param(
            # each length with each of three models; all else in the cheapest rows
            Model(counts=(3, 3, 2, 2, 2), strength=2, price=lambda row: (1, 5, 40)[row[0]] * (5, 10, 20)[row[1]]),
            (1 + 5 + 40) * (5 + 10 + 20),
            9,
            id="rates and lengths",
        ),
        pytest.param(
            # the dear level is forbidden with most of the others
            Model(
                counts=(2, 4, 3),
                strength=2,
                forbidden=tuple({0: 1, 1: level} for level in (0, 1, 2)),
                price=lambda row: 1 + 100 * row[0],
            ),
            13 + 3 * 100,  # the last level of the second factor meets the other one of the first in a row more
            13,
            id="with rules",
        ),
        pytest.param(
            # 3 x 3 rows would do for all pairs, with 3 dear ones; a fourth level of the last factor is dear alone
            Model(counts=(3, 3, 3), strength=2, price=lambda row: 9 if row[2] == 2 else 0),
            27,
            9,
            id="rows for nothing",
        ),
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_credits_are_the_fewest(model: Model, credits_: int, rows: int, seed: int) -> None:
    assert model.price is not None
    covering = cover(model, seed=seed)
    check(model, covering)
    assert sum(map(model.price, covering.rows)) == credits_
    assert len(covering.rows) >= rows


@pytest.mark.parametrize(
    ("model", "credits_"),
    [
        pytest.param(Model(counts=(2, 2), strength=2, price=lambda row: 5 + 7 * row[0] + row[1]), 36, id="all rows"),
        pytest.param(Model(counts=(2,) * 8, strength=2, price=lambda _: 5), 30, id="the fewest rows, all of one price"),
        pytest.param(Model(counts=(4, 3, 3, 2), strength=2, price=lambda row: 1 + row[0] * row[1]), 30, id="rates"),
        pytest.param(
            Model(counts=(2, 3, 2), strength=2, forbidden=({0: 1, 1: 2},), price=lambda row: 1 + 4 * row[0]),
            4 * 1 + 2 * 5,
            id="a rule",
        ),
    ],
)
def test_nothing_is_sought_where_nothing_can_be_cheaper(model: Model, credits_: int) -> None:
    """A bound proves it: hundreds of moves are enough where there were twenty thousand."""
    assert model.price is not None
    covering = cover(model)
    check(model, covering)
    assert sum(map(model.price, covering.rows)) == credits_
    assert covering.moves < 1000


@given(models(), st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(0, 30))
@settings(max_examples=examples(70), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_cost_no_less_than_what_is_proved(model: Model, prices: list[int], moves: int) -> None:
    model = replace(model, must=(), price=lambda row: float(sum(prices[level] for level in row)))
    if legal := legal_rows(model):
        assert model.price is not None
        covering = cover(model, moves=moves)
        asked = interactions(len(model.counts), model.strength, model.groups)
        least = credits_needed(model.counts, model.forbidden, asked, model.price, rows=covering.bound)
        assert least <= sum(map(model.price, covering.rows))
        whole = replace(model, kept=(), strength=len(model.counts), groups=())
        asked = interactions(len(model.counts), whole.strength, ())
        # The full product is what it costs: no more, and no less.
        every = sum(map(model.price, legal))
        assert credits_needed(whole.counts, whole.forbidden, asked, model.price, rows=len(legal)) == every


@pytest.mark.thorough
def test_the_cheapest_rows_can_be_more_than_the_fewest() -> None:
    # dear levels that cost more in one row than apart: three rows are enough, but 183 credits
    model = Model(counts=(3, 3, 3, 3), strength=1, price=lambda row: 1 + 30 * row.count(2) ** 2)
    apart = cover(model)
    check(model, apart)
    assert model.price is not None
    assert sum(map(model.price, apart.rows)) == 4 * 31
    assert len(apart.rows) == apart.bound + 1 == 4


def test_without_moves_it_is_greedy_only() -> None:
    model = Model(counts=(3,) * 13, strength=2)
    assert cover(model, moves=0).moves == 0
    assert cover(model, moves=7).moves == 7
    assert len(cover(model, moves=0).rows) > len(cover(model, moves=1000).rows)


def test_partial_rows_that_fit_together_ride_together() -> None:
    model = Model(
        counts=(5, 5, 5, 2), strength=1, must=({0: 1}, {1: 2, 2: 3}, {3: 1}, {0: 2, 3: 1}), kept=((2, 0, 0, 1),)
    )
    covering = cover(model)
    assert covering.bound == len(covering.rows) == 5
    assert any(row[:3] == (1, 2, 3) for row in covering.rows)


def test_adding_a_level_keeps_the_old_rows_and_adds_what_is_new() -> None:
    small = cover(Model(counts=(4, 3, 3, 2), strength=2))
    more = cover(Model(counts=(5, 3, 3, 2), strength=2, kept=small.rows))
    assert more.rows[: len(small.rows)] == small.rows
    assert len(more.rows) - len(small.rows) == 3
    assert all(row[0] == 4 for row in more.rows[len(small.rows) :])
