from __future__ import annotations

import random
import time
from collections.abc import Mapping
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.matrix.certificate import MOST_TOLD, Certificate, Space, certify
from harness.matrix.possible import Possible
from tests.effort import examples

Row = tuple[int, ...]


def pairs(rows: list[Row], space: Space, fate: str = "accepted") -> Certificate:
    return certify(space, [(row, fate) for row in rows])


def told(certificate: Certificate) -> list[tuple[dict[int, int], str]]:
    return [(dict(lack.combination), lack.reason) for lack in certificate.missing]


@pytest.mark.parametrize(
    ("space", "rows", "tuples", "infeasible", "sent"),
    [
        pytest.param(
            Space(counts=(2, 2), strength=2),
            [(0, 0), (0, 1), (1, 0), (1, 1)],
            4,
            0,
            4,
            id="full product",
        ),
        pytest.param(
            Space(counts=(2, 2, 2), strength=2),
            [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)],
            12,
            0,
            12,
            id="orthogonal array",
        ),
        pytest.param(
            Space(counts=(3, 2), strength=1),
            [(0, 0), (1, 1)],
            5,
            0,
            4,
            id="levels, one missing",
        ),
        pytest.param(
            Space(counts=(2, 2), strength=2, forbidden=({0: 0, 1: 1},)),
            [(0, 0), (1, 0), (1, 1)],
            3,
            1,
            3,
            id="one forbidden",
        ),
        pytest.param(
            Space(counts=(2, 2, 2), strength=2, forbidden=({0: 0, 1: 0, 2: 0}, {0: 0, 1: 0, 2: 1})),
            [],
            11,
            1,
            0,
            id="forbidden by what follows",
        ),
        pytest.param(
            Space(counts=(2, 2), strength=1, forbidden=({0: 0},)),
            [(1, 0), (1, 1)],
            3,
            1,
            3,
            id="a level that cannot be",
        ),
        pytest.param(
            Space(counts=(2, 2), strength=2, forbidden=({0: 0}, {0: 1})),
            [(0, 0)],
            0,
            4,
            0,
            id="nothing can be",
        ),
        pytest.param(
            Space(counts=(2, 2), strength=2, forbidden=({},)),
            [(0, 0)],
            0,
            4,
            0,
            id="everything forbidden",
        ),
        pytest.param(
            Space(counts=(2, 2), strength=2, forbidden=({0: 0, 1: 1},)),
            [(0, 1)],
            3,
            1,
            0,
            id="a row that breaks a rule counts for nothing",
        ),
        pytest.param(
            Space(counts=(2, 2, 2), strength=1, groups=(((0, 1), 2),)),
            [(0, 0, 0), (1, 1, 1)],
            10,
            0,
            8,
            id="a group of a higher strength",
        ),
        pytest.param(
            Space(counts=(2, 2, 2), strength=2, groups=(((0, 1), 1), ((0, 1), 2))),
            [(0, 0, 0)],
            12,
            0,
            3,
            id="groups that ask for nothing more",
        ),
        pytest.param(
            Space(counts=(2, 2, 2), strength=1, groups=(((0, 1), 2), ((1, 0), 2))),
            [],
            10,
            0,
            0,
            id="a group that stands twice",
        ),
        pytest.param(
            Space(counts=(2, 2, 2), strength=2),
            [(0, -1, 1)],
            12,
            0,
            1,
            id="a cell that is no level",
        ),
    ],
)
def test_counts(space: Space, rows: list[Row], tuples: int, infeasible: int, sent: int) -> None:
    found = pairs(rows, space)
    assert (found.tuples, found.infeasible, found.sent) == (tuples, infeasible, sent)
    assert found.missing_count == tuples - sent
    assert len(found.missing) == min(tuples - sent, MOST_TOLD)
    assert found.accepted == sent


def test_the_best_fate_of_a_combination_counts() -> None:
    space = Space(counts=(2, 2, 2), strength=2)
    found = certify(
        space,
        [
            ((0, 0, 0), "refused"),
            ((0, 0, 1), "accepted"),
            ((1, 1, 1), "failed"),
            ((1, 1, 0), "refused"),
            ((1, 0, 0), "inconclusive"),
            ((0, 1, 0), "error"),
            ((1, 0, 1), "skipped:budget"),
            ((0, 1, 1), "skipped:shard"),
        ],
    )
    assert dict(found.fates) == {"accepted": 3, "failed": 3, "refused": 4, "inconclusive": 1, "error": 1}
    assert (found.sent, found.accepted, found.masked, found.missing_count) == (12, 3, 4, 0)
    reasons = {(tuple(lack.combination.items()), lack.reason) for lack in found.unproven}
    assert (((0, 0), (2, 0)), "refused") in reasons
    assert (((1, 0), (2, 1)), "accepted") not in reasons
    assert len(reasons) == 9


def test_what_was_not_sent_has_its_reason() -> None:
    space = Space(counts=(2, 2), strength=2)
    found = certify(space, [((0, 0), "accepted"), ((0, 1), "skipped:budget"), ((1, 0), "skipped:not selected")])
    assert told(found) == [({0: 0, 1: 1}, "budget"), ({0: 1, 1: 0}, "not selected"), ({0: 1, 1: 1}, "no row")]
    assert dict(found.reasons) == {"budget": 1, "no row": 1, "not selected": 1}


def test_only_some_of_many_are_told_and_all_are_counted() -> None:
    found = pairs([(0, 0)], Space(counts=(100, 100), strength=2))
    assert len(found.missing) == MOST_TOLD
    assert found.missing_count == 9_999
    refused = certify(Space(counts=(100,), strength=1), [((level,), "refused") for level in range(100)])
    assert (len(refused.unproven), refused.masked) == (MOST_TOLD, 100)


def test_as_json() -> None:
    space = Space(counts=(2, 2), strength=2, forbidden=({0: 1, 1: 1},))
    found = certify(space, [((0, 0), "accepted"), ((0, 1), "refused"), ((1, 1), "accepted")])
    assert found.as_json(["model", "ratio"], [["a", "b"], [None, {"$absent": True}]]) == {
        "strength": 2,
        "strengths": [2],
        "tuples": 3,
        "infeasible": 1,
        "covered": 2,
        "accepted": 1,
        "masked": 1,
        "failed": 0,
        "unclear": 0,
        "missing_count": 1,
        "reasons": {"no row": 1},
        "missing": [{"levels": {"model": "b", "ratio": None}, "reason": "no row"}],
        "unproven": [{"levels": {"model": "a", "ratio": {"$absent": True}}, "reason": "refused"}],
        "rows": 3,
        "rows_breaking_rules": 1,
    }


def test_an_unknown_fate_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="vanished"):
        certify(Space(counts=(2,), strength=1), [((0,), "vanished")])


def holds(row: Row, rule: Mapping[int, int]) -> bool:
    return all(row[factor] == level for factor, level in rule.items())


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    counts = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=5)))
    factors = st.integers(0, len(counts) - 1)
    rules = []
    for _ in range(draw(st.integers(0, 6))):
        members = draw(st.sets(factors, min_size=1, max_size=3))
        rules.append({factor: draw(st.integers(0, counts[factor] - 1)) for factor in sorted(members)})
    strength = draw(st.integers(1, len(counts)))
    group = tuple(sorted(draw(st.sets(factors, min_size=1, max_size=4))))
    groups = ((group, draw(st.integers(1, len(group)))),) if draw(st.booleans()) else ()
    return Space(counts=counts, strength=strength, groups=groups, forbidden=tuple(rules))


@settings(max_examples=examples(150), deadline=None)
@given(space=spaces(), data=st.data())
def test_agrees_with_counting_everything(space: Space, data: st.DataObject) -> None:
    every = list(product(*map(range, space.counts)))
    sound = [row for row in every if not any(holds(row, rule) for rule in space.forbidden)]
    fates = ["accepted", "failed", "refused", "inconclusive", "error", "skipped:shard", "skipped:budget"]
    rows = data.draw(st.lists(st.tuples(st.sampled_from(every), st.sampled_from(fates)), max_size=8))
    sets = {*combinations(range(len(space.counts)), space.strength)}
    for factors, strength in space.groups:
        sets |= set(combinations(factors, strength)) if strength > space.strength else set()
    feasible = {(columns, tuple(row[factor] for factor in columns)) for columns in sets for row in sound}
    all_of_them = sum(len({tuple(row[factor] for factor in columns) for row in every}) for columns in sets)
    best: dict[tuple[Row, Row], str] = {}
    for row, fate in rows:
        for columns in sets if row in sound else ():
            key = (columns, tuple(row[factor] for factor in columns))
            best[key] = min(best.get(key, fate), fate, key=fates.index)
    found = certify(space, rows)
    assert (found.tuples, found.infeasible) == (len(feasible), all_of_them - len(feasible))
    assert dict(found.fates) == {
        fate: number for fate in fates[:5] if (number := sum(value == fate for value in best.values()))
    }
    sent = {key for key, fate in best.items() if not fate.startswith("skipped")}
    assert found.missing_count == len(feasible - sent)
    listed = [(tuple(lack.combination), tuple(lack.combination.values())) for lack in found.missing]
    assert len(set(listed)) == len(listed) == min(len(feasible - sent), MOST_TOLD)
    assert set(listed) <= feasible - sent
    for lack, key in zip(found.missing, listed, strict=True):
        assert lack.reason == best.get(key, "skipped:no row").removeprefix("skipped:")
    assert found.breaking == sum(row not in sound for row, _ in rows)


@settings(max_examples=examples(60), deadline=None)
@given(space=spaces(), data=st.data())
def test_partial_rows_cover_what_can_be_only(space: Space, data: st.DataObject) -> None:
    every = list(product(*map(range, space.counts)))
    sound = [row for row in every if not any(holds(row, rule) for rule in space.forbidden)]
    row = data.draw(st.tuples(*(st.integers(-1, count - 1) for count in space.counts)))
    plain = Space(counts=space.counts, strength=space.strength, forbidden=space.forbidden)
    expected = set()
    if not any(holds(row, rule) for rule in space.forbidden):
        for columns in combinations(range(len(row)), space.strength):
            part = tuple(row[factor] for factor in columns)
            if any(part == tuple(other[factor] for factor in columns) for other in sound):
                expected.add((columns, part))
    assert certify(plain, [(row, "accepted")]).sent == len(expected)


@pytest.mark.parametrize(
    ("counts", "strength", "rules", "rows"),
    [
        pytest.param((4,) * 15 + (3,) * 15, 2, 0, 40, id="30 factors"),
        pytest.param((4, 6, 4, 3, 3, 3, 2, 2, 3, 10, 5, 2), 2, 12, 60, id="12 factors with rules"),
        pytest.param((10,) * 20, 2, 0, 200, id="10^20"),
    ],
)
def test_quick_enough_for_every_run(counts: Row, strength: int, rules: int, rows: int) -> None:
    rng = random.Random(5)
    forbidden = tuple(
        {factor: rng.randrange(counts[factor]) for factor in rng.sample(range(len(counts)), 2)} for _ in range(rules)
    )
    space = Space(counts=counts, strength=strength, forbidden=forbidden)
    given_rows = [(tuple(map(rng.randrange, counts)), "accepted") for _ in range(rows)]
    begun = time.process_time()
    certify(space, given_rows)
    assert time.process_time() - begun < 0.4


@settings(max_examples=examples(100), deadline=None)
@given(space=spaces(), data=st.data())
def test_projections_count_whole_rows(space: Space, data: st.DataObject) -> None:
    columns = tuple(sorted(data.draw(st.sets(st.integers(0, len(space.counts) - 1)))))
    expected: dict[Row, int] = {}
    for row in product(*map(range, space.counts)):
        if not any(holds(row, rule) for rule in space.forbidden):
            key = tuple(row[factor] for factor in columns)
            expected[key] = expected.get(key, 0) + 1
    assert Possible(space.counts, space.forbidden).projections(columns) == expected


@pytest.mark.thorough
def test_projections_of_too_much_are_not_counted() -> None:
    assert Possible((10,) * 8, ()).projections((0,)) == dict.fromkeys([(level,) for level in range(10)], 10**7)
    assert Possible((10,) * 8, [{0: 0, 1: 0}, {1: 1, 2: 1}]).projections(tuple(range(8))) is None
    chain = [{place: 0, place + 1: 0} for place in range(7)]
    assert Possible((10,) * 8, chain).projections((0,)) is None
