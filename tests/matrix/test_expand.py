from __future__ import annotations

import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from harness.errors import MistakesError
from harness.matrix import expand, expand_all
from harness.model import Json, Source, Variant
from harness.scenario import Scenario
from tests.effort import examples

Load = Callable[..., Scenario]


def names(variants: tuple[Variant, ...]) -> list[str]:
    return [variant.name for variant in variants]


def test_a_variant(scenario: Load) -> None:
    (variant,) = expand(scenario("tags: [t]\nvariants: [{name: a, set: {seed: 7}, expect: accepted}]\n"))
    hashed = (
        '{"scenario":"test","endpoint":"image_to_video","payload":{"duration":5,"model":"gen4_turbo",'
        '"promptImage":"https://example.com/a.jpg","ratio":"720:1280","seed":7}}'
    )
    assert variant.id == "v-" + sha256(hashed.encode()).hexdigest()[:8]
    assert (variant.scenario, variant.endpoint, variant.name) == ("test", "image_to_video", "a")
    assert variant.source == Source(file="a.yaml", line=6, column=12)
    assert (variant.levels, variant.tags, variant.expect.kind) == ({"seed": 7}, ("t",), "accepted")


def test_ids_hash_the_path(scenario: Load) -> None:
    head = "name: test\nprovider: runway\nendpoint: workflows_id\nbaseline: {}\n"
    first, second = expand(scenario("variants: [{name: a, path: {id: x}}, {name: b, path: {id: y}}]\n", head=head))
    hashed = b'{"scenario":"test","endpoint":"workflows_id","payload":{},"path":{"id":"x"}}'
    assert first.id == "v-" + sha256(hashed).hexdigest()[:8]
    assert first.id != second.id


def test_ids_stay_when_rows_move_and_names_change(scenario: Load) -> None:
    first = expand(scenario("variants: [{name: a, set: {seed: 1}}, {name: b, set: {seed: 2}}]\n"))
    moved = expand(
        scenario(
            "tags: [x]\nvariants:\n- c\n- {name: d, set: {seed: 2}, expect: rejected}\n- {name: e, set: {seed: 1}}\n"
        )
    )
    assert [first[0].id, first[1].id] == [moved[2].id, moved[1].id]


def test_a_row_and_a_declared_variant_alike_hash_alike(scenario: Load) -> None:
    text = "variants: [{name: a, set: {duration: 10, seed: 1}}]\nmatrix: {factors: {seed: [1], duration: [10]}}\n"
    declared, row = expand(scenario(text))
    assert (declared.payload, declared.id != row.id) == (row.payload, True)
    alone = expand(scenario("matrix: {factors: {seed: [1], duration: [10]}}\n"))
    assert alone[0].id == declared.id


def test_repeats(scenario: Load) -> None:
    variants = expand(scenario("repeat: 2\nvariants: [a, {name: b, repeat: 3}]\nmatrix: {factors: {seed: [1]}}\n"))
    assert names(variants) == ["a", "a (2)", "b", "b (2)", "b (3)", "seed=1", "seed=1 (2)"]
    assert len({variant.id for variant in variants}) == 7
    assert variants[0].payload is variants[1].payload


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("1280:720", "x=1280:720"),
        ('"7"', 'x="7"'),
        ("7", "x=7"),
        ('""', 'x=""'),
        ('" a"', 'x=" a"'),
        ("null", "x=null"),
        ('"null"', 'x="null"'),
        ("true", "x=true"),
        ("1.50", "x=1.5"),
        (".5e30", "x=5e+29"),
        ('"0x10"', 'x="0x10"'),
        ('".nan"', 'x=".nan"'),
        ("{$absent: true}", "no x"),
        ("[1, {a: b}]", 'x=[1, {"a": "b"}]'),
        ("{}", "x={}"),
        ('"a\\nb"', 'x="a\\nb"'),
        ('"\\e[31m"', 'x="\\u001b[31m"'),
        ('"\\u202e"', 'x="·"'),
        ("é 😀", "x=é 😀"),
        ("ab" * 25, f"x={'ab' * 19}a…"),
        ("{$text: {length: 1000}}", "x=x × 1,000"),
        ("{$image: generated}", "x=<a drawn picture>"),
    ],
)
def test_names_of_rows(scenario: Load, level: str, expected: str) -> None:
    assert names(expand(scenario(f"matrix: {{factors: {{x: [{level}]}}}}\n"))) == [expected]


def test_a_row_says_all_factors_in_their_order(scenario: Load) -> None:
    text = "matrix: {factors: {ratio: [1280:720], a.b: [1], duration: [10, 5]}}\n"
    assert names(expand(scenario(text))) == ["ratio=1280:720, a.b=1, duration=10", "ratio=1280:720, a.b=1, duration=5"]


@pytest.mark.thorough
def test_names_of_rows_are_cut_and_differ(scenario: Load) -> None:
    factors = ", ".join(f"factor_{number}: [{'x' * 30}]" for number in range(8))
    found = names(expand(scenario(f"matrix: {{factors: {{{factors}, z: [1, 2]}}}}\n")))
    assert len(found[0]) == 200
    assert found[1] == found[0] + " #2"


def test_a_row_does_not_take_the_name_of_a_declared_variant(scenario: Load) -> None:
    text = "variants: [seed=1, 'seed=1 #2', {name: seed=2, repeat: 2}]\nmatrix: {factors: {seed: [1, 2]}}\n"
    assert names(expand(scenario(text)))[-2:] == ["seed=1 #3", "seed=2 #2"]


def test_levels_of_rows(scenario: Load) -> None:
    text = "matrix:\n  factors:\n    duration: [5, 10]\n    seed: [{$absent: true}, 1]\n    ratio: [{$absent: true}]\n"
    assert [variant.levels for variant in expand(scenario(text))] == [
        {"ratio": {"$absent": True}},
        {"duration": 10, "seed": 1, "ratio": {"$absent": True}},
    ]


def test_factors_inside_of_one_key(scenario: Load) -> None:
    text = "matrix: {strength: all, factors: {a.x: [1, 2], a.y: [{$absent: true}, 3]}}\n"
    assert [(variant.payload["a"], variant.levels) for variant in expand(scenario(text))] == [
        ({"x": 1}, {"a.x": 1}),
        ({"x": 1, "y": 3}, {"a.x": 1, "a.y": 3}),
        ({"x": 2}, {"a.x": 2}),
        ({"x": 2, "y": 3}, {"a.x": 2, "a.y": 3}),
    ]


def test_included_rows_come_last_and_once(scenario: Load) -> None:
    text = (
        "matrix:\n  factors: {duration: [5, 10]}\n"
        "  include: [{duration: 10}, {seed: 3}, {seed: 3}, {ratio: {$absent: true}, a.b: 1}]\n"
    )
    variants = expand(scenario(text))
    assert names(variants) == ["duration=5", "duration=10", "seed=3", "no ratio, a.b=1"]
    assert [variant.source.line for variant in variants] == [5, 7, 7, 7]


def test_exclusions_that_leave_nothing_for_a_level(scenario: Load) -> None:
    text = "matrix:\n  factors:\n    duration: [5, 10]\n    seed: [1]\n  exclude: [{duration: 10, seed: 1}]\n"
    with pytest.raises(MistakesError) as caught:
        expand(scenario(text))
    assert str(caught.value) == (
        "a.yaml:7:19: matrix.factors.duration[1]: no row can hold duration=10: matrix.exclude[0] forbids it.\n"
        "  Take the level out, or exclude less."
    )


def test_exclusions_that_leave_nothing_at_all(scenario: Load) -> None:
    text = "matrix: {strength: all, factors: {seed: [1, 2]}, exclude: [{seed: 1}, {seed: 2}]}\n"
    with pytest.raises(MistakesError) as caught:
        expand(scenario(text))
    assert str(caught.value) == (
        "a.yaml:5:60: matrix.exclude[0]: no row is left: matrix.exclude[0] and matrix.exclude[1] forbid all.\n"
        "  Exclude less."
    )


def test_ids_of_several_scenarios_all_differ(scenario: Load) -> None:
    one = scenario("variants: [a]\n")
    twice = expand_all([one, one])
    assert twice[0].id == expand(one)[0].id
    assert twice[0].id != twice[1].id


def told(variants: Iterable[Variant]) -> dict[str, tuple[str, str | None]]:
    return {variant.name: (variant.id, variant.payload_id) for variant in variants}


def test_who_shares_a_payload_is_told_by_name(scenario: Load) -> None:
    """Wherever another one stands, above or below, it takes no id that was somebody's."""
    (alone,) = told(expand(scenario("variants: [a]\n"))).values()
    assert alone[1] is None
    several = told(expand(scenario("variants: [a, b, c]\n")))
    among = told(expand(scenario("variants: [c, {name: x, set: {seed: 1}}, a, b]\n")))
    assert among.pop("x")[1] is None
    assert among == several
    assert len({own for own, _ in several.values()} | {alone[0]}) == 4
    assert {payload for _, payload in several.values()} == {alone[0]}
    assert several["a"] == told(expand(scenario("variants: [new, a]\n")))["a"]
    # Alone it may be renamed.
    assert told(expand(scenario("variants: [z]\n")))["z"] == alone


def test_repeats_that_share_a_payload(scenario: Load) -> None:
    alone = told(expand(scenario("repeat: 2\nvariants: [a]\n")))
    assert [payload for _, payload in alone.values()] == [None, None]
    both = told(expand(scenario("repeat: 2\nvariants: [b, a]\n")))
    assert len({own for own, _ in both.values()}) == 4
    assert [both[name][1] for name in ("a", "a (2)", "b", "b (2)")] == [own for own, _ in alone.values()] * 2
    once = told(expand(scenario("variants: [{name: b, repeat: 2}, a]\n")))
    assert once == {name: both[name] for name in ("b", "b (2)", "a")}


def test_what_is_listed_keeps_its_id_whatever_the_matrix_holds(scenario: Load) -> None:
    matrix = "matrix: {factors: {seed: [1, 2]}}\n"
    listed = told(expand(scenario("variants: [{name: a, set: {seed: 1}}]\n")))
    rows = told(expand(scenario(matrix)))
    both = told(expand(scenario(f"variants: [{{name: a, set: {{seed: 1}}}}]\n{matrix}")))
    own = listed["a"][0]
    assert rows == {"seed=1": (own, None), "seed=2": (rows["seed=2"][0], None)}
    assert both == {"a": (own, own), "seed=1": (both["seed=1"][0], own), "seed=2": rows["seed=2"]}
    assert both["seed=1"][0] != own


LEVELS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.0, 1.0, 1.5]) | st.text("ab.😀", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", min_size=1, max_size=1), inner, max_size=2)
    ),
    max_leaves=4,
)
FACTORS = st.dictionaries(
    st.sampled_from(["a", "b", "c.x", "c.y", "d.0", "model"]),
    st.lists(
        LEVELS | st.just({"$absent": True}),
        min_size=1,
        max_size=3,
        unique_by=lambda level: json.dumps(level, sort_keys=True),
    ),
    min_size=1,
    max_size=4,
)


@given(FACTORS, st.sampled_from([1, "all"]))
@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_quick_rows_are_those_of_the_plain_way(scenario: Load, factors: dict[str, list[Json]], strength: Json) -> None:
    """A row is the baseline with its levels set, and has the id and the levels of a declared variant like it."""
    assume({"$absent": True} not in factors.get("d.0", []))  # an item of a list cannot be left out
    matrix = {"strength": strength, "factors": factors}
    head = "name: test\nprovider: runway\nendpoint: image_to_video\nbaseline: {model: m, c: {x: 0, z: 0}, d: [1, 2]}\n"
    rows = expand(scenario(f"matrix: {json.dumps(matrix)}\n", head=head))
    declared = [{"name": str(number), "payload": row.payload} for number, row in enumerate(rows)]
    plain = expand(scenario(f"variants: {json.dumps(declared)}\n", head=head))
    assert [(row.id, row.payload, row.levels) for row in rows] == [(one.id, one.payload, one.levels) for one in plain]
    assert [json.dumps(row.levels, sort_keys=True) for row in rows] == [
        json.dumps(one.levels, sort_keys=True) for one in plain
    ]


ROWS = """\
matrix:
  strength: all
  factors:
    ratio: [1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672, 9:16, 16:9, "0:0", null]
    duration: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    seed: [{$absent: true}, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    model: [gen4_turbo, gen4.5, a, b, c, d, e, f, g, h]
"""


def test_ten_thousand_rows_are_expanded_quickly(scenario: Load) -> None:
    expand(scenario("matrix: {factors: {seed: [1]}}\n"))
    start = time.process_time()
    variants = expand(scenario(ROWS))
    assert time.process_time() - start < 0.5  # .1 s on an idle machine
    assert len({variant.id for variant in variants}) == 10_000
    assert len({variant.name for variant in variants}) == 10_000


@pytest.mark.thorough
@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer changes what memory is used")
def test_a_variant_takes_little_memory(scenario: Load) -> None:
    read = scenario(ROWS)
    tracemalloc.start()
    try:
        variants = expand(read)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken / len(variants) < 2048
