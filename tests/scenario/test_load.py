"""Loading beyond what tests/examples shows: several files, settings, cost, and that nothing but mistakes is raised."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import provider
from harness.errors import MistakesError, UsageError
from harness.matrix import expand
from harness.model import WORKS, Expectation, Json, MediaExpectation, Source
from harness.scenario import Budget, LoadSettings, load
from harness.scenario.records import Declared
from tests.effort import examples

#: The `Project` of conftest.py: test folders are no packages, so its type cannot be imported.
Project: TypeAlias = Any
OTHER = "name: {name}\nprovider: runway\nendpoint: image_to_video\nbaseline: {{}}\nvariants: [a]\n"


def test_what_a_scenario_holds(project: Project) -> None:
    scenario = project.one(
        "tags: [smoke]\ncontracts: [2025-10]\nrepeat: 2\nbudget: {credits: 30, time: 1.5m}\n"
        "mock: {faults: [slow]}\nvariants: [a]\n"
    )
    assert scenario.name == "test"
    assert scenario.source == Source(file="s0.yaml", line=1, column=1)
    assert scenario.provider.profile.name == "runway"
    assert scenario.endpoint is scenario.provider.endpoints["image_to_video"]
    assert (scenario.tags, scenario.contracts, scenario.repeat) == (("smoke",), ("2025-10",), 2)
    assert scenario.baseline == {
        "model": "gen4_turbo",
        "promptImage": "https://example.com/a.jpg",
        "ratio": "720:1280",
        "duration": 5,
    }
    assert scenario.template is scenario.baseline
    assert (scenario.budget, scenario.mock_faults) == (Budget(credits=30, time_s=90), ("slow",))
    assert (scenario.matrix, scenario.path, scenario.pictures) == (None, {}, None)
    assert scenario.variants == (
        Declared(
            name="a",
            source=Source(file="s0.yaml", line=10, column=12),
            endpoint="image_to_video",
            payload=scenario.baseline,
            tags=("smoke",),
            contracts=("2025-10",),
            repeat=2,
        ),
    )


def test_what_is_not_said_has_defaults(project: Project) -> None:
    scenario = project.one("variants: [a]\n")
    assert (scenario.tags, scenario.contracts, scenario.repeat) == ((), (), 1)
    assert (scenario.budget, scenario.mock_faults, scenario.matrix) == (Budget(), (), None)
    assert scenario.variants[0].expect is WORKS


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("0.5", 0.5), ("500ms", 0.5), ("20s", 20), ("5m", 300), ("2h", 7200), ('" 1.5 m "', 90), ('"7"', 7)],
)
def test_times(project: Project, written: str, seconds: float) -> None:
    assert project.one(f"budget: {{time: {written}}}\nvariants: [a]\n").budget.time_s == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("works", WORKS),
        ("accepted", Expectation(kind="accepted")),
        ("rejected", Expectation(kind="rejected")),
        ("failed", Expectation(kind="failed")),
        ("{works: }", WORKS),
        ("{works: {}}", WORKS),
        ("{accepted: null}", Expectation(kind="accepted")),
        ("{rejected: {}}", Expectation(kind="rejected")),
        (
            "{rejected: {status: 400, field: ratio, message: option, code: PARAM.*}}",
            Expectation(kind="rejected", status=400, field="ratio", message="option", code="PARAM.*"),
        ),
        ("{rejected: {status: 403.0}}", Expectation(kind="rejected", status=403)),
        ("{failed: {code: SAFETY.*, message: face}}", Expectation(kind="failed", code="SAFETY.*", message="face")),
        ("{media: {width: 720}}", Expectation(media=MediaExpectation(width=720))),
        (
            "{works: , media: {width: 720, height: 1280, duration_s: 5.5, tolerance_s: 0}}",
            Expectation(media=MediaExpectation(width=720, height=1280, duration_s=5.5, tolerance_s=0)),
        ),
    ],
)
def test_expectations(project: Project, written: str, expected: Expectation) -> None:
    assert project.one(f"variants: [{{name: a, expect: {written}}}]\n").variants[0].expect == expected


def test_two_scenarios_of_one_name(project: Project) -> None:
    assert project.mistakes("variants: [a]\n", "variants: [b]\n") == (
        's1.yaml:1:7: name: the name "test" is taken by the scenario at s0.yaml:1.\n'
        "    name: test\n"
        "          ^\n"
        "  Give one of them another name."
    )


def test_mistakes_of_all_files_stand_in_their_order(project: Project) -> None:
    text = project.mistakes("variants: [1]\nrepeat: 0\n", "variants: [a, a]\n", "a: [\n", "variants: [b]\n")
    assert [line.split(" ")[0] for line in text.splitlines() if line.startswith("s")] == [
        "s0.yaml:5:12:",
        "s0.yaml:6:9:",
        "s1.yaml:1:7:",
        "s1.yaml:5:15:",
        "s2.yaml:5:5:",
        "s3.yaml:1:7:",
    ]


def test_a_mistake_in_the_baseline_is_told_once(project: Project) -> None:
    head = "name: test\nprovider: runway\nendpoint: image_to_video\nbaseline: {x: {$env: NOPE}, ratio: 1:1}\n"
    text = project.mistakes(
        "variants:\n  - {name: a, set: {x.y: 1}, unset: [x]}\n  - {name: b, keep: [x]}\n"
        "matrix: {factors: {x.z: [1]}}\n",
        head=head,
    )
    assert text.count("\n") == 3
    assert "NOPE is not set" in text


def test_a_provider_is_read_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = provider.load

    def counted(name: str, **more: Any) -> provider.Provider:
        calls.append(name)
        return original(name, **more)

    monkeypatch.setattr(provider, "load", counted)
    files = [project.write(f"{name}.yaml", OTHER.format(name=name)) for name in ("one", "two")]
    first, second = load(files, LoadSettings(cwd=project.folder))
    assert first.provider is second.provider
    assert len(calls) == 1


def test_a_contract_that_does_not_exist_is_no_mistake_of_the_file(project: Project) -> None:
    with pytest.raises(
        UsageError,
        match=r'^The provider Runway has no contract "2025-11"\.\n  Did you mean "2025-10"\? Known: "2026-11-22", .*$',
    ):
        project.load("variants: [a]\n", contract="2025-11")


def test_the_contract_that_was_asked_for(project: Project) -> None:
    (scenario,) = project.load("variants: [a]\n", contract="none")
    assert scenario.provider.contract is None


def test_an_unknown_provider_is_a_mistake_whatever_contract_is_asked_for(project: Project) -> None:
    head = "name: test\nprovider: rnway\nendpoint: image_to_video\nbaseline: {}\n"
    text = project.mistakes("variants: [a]\n", head=head, contract="2025-11")
    assert text.splitlines()[0] == 's0.yaml:2:11: provider: there is no provider "rnway".'


def test_folders_are_looked_through(project: Project) -> None:
    project.write("scenarios/b/x.yaml", OTHER.format(name="x"))
    project.write("scenarios/a.yml", OTHER.format(name="a"))
    project.write("scenarios/b/assets/no.yaml", "not a scenario")
    found = load([Path("scenarios")], LoadSettings(cwd=project.folder))
    assert [(scenario.name, scenario.source.file) for scenario in found] == [
        ("a", "scenarios/a.yml"),
        ("x", "scenarios/b/x.yaml"),
    ]


def test_unchanged_values_are_shared(project: Project) -> None:
    head = "name: test\nprovider: runway\nendpoint: image_to_video\nbaseline: {a: [{b: 1}], c: {d: 1, e: {f: 1}}}\n"
    scenario = project.one("variants: [x, {name: y, set: {c.d: 2}}]\n", head=head)
    base, changed = scenario.variants[0].payload, scenario.variants[1].payload
    assert changed["a"] is base["a"]
    assert changed["c"]["e"] is base["c"]["e"]
    assert base["c"]["d"] == 1


WORDS = st.sampled_from(
    [
        *(
            "a",
            "model",
            "ratio",
            "x.y",
            "promptImage.0",
            "",
            "$image",
            "$file",
            "$text",
            "$env",
            "$absent",
            "$call",
            "$$x",
        ),
        *("generated", "pyproject.toml", "s0.yaml", "length", "char", "default", "all", "works", "rejected", "media"),
        *(
            "name",
            "set",
            "unset",
            "keep",
            "payload",
            "expect",
            "tags",
            "repeat",
            "factors",
            "strength",
            "exclude",
            "include",
        ),
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2000) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
VARIANT = st.fixed_dictionaries(
    {"name": WORDS | ANYTHING},
    optional=dict.fromkeys(
        ("set", "unset", "keep", "payload", "endpoint", "path", "expect", "tags", "repeat"), ANYTHING
    ),
)
MATRIX = st.fixed_dictionaries(
    {"factors": st.dictionaries(WORDS, st.lists(ANYTHING, max_size=3) | ANYTHING, max_size=3)},
    optional={
        "strength": st.sampled_from([1, "all", 2]) | ANYTHING,
        "exclude": st.lists(st.dictionaries(WORDS, ANYTHING, max_size=2), max_size=2) | ANYTHING,
        "include": st.lists(st.dictionaries(WORDS, ANYTHING, max_size=2), max_size=2) | ANYTHING,
    },
)
SCENARIO = st.fixed_dictionaries(
    {
        "name": st.just("test") | ANYTHING,
        "provider": st.just("runway") | ANYTHING,
        "endpoint": st.sampled_from(["image_to_video", "workflows_id"]) | ANYTHING,
        "baseline": st.dictionaries(WORDS, ANYTHING, max_size=4) | ANYTHING,
    },
    optional={
        "variants": st.lists(VARIANT | WORDS | ANYTHING, max_size=4) | ANYTHING,
        "matrix": MATRIX | ANYTHING,
        **dict.fromkeys(("path", "tags", "contracts", "repeat", "budget", "mock", "zzz"), ANYTHING),
    },
)


@given(SCENARIO)
@settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_nothing_but_mistakes_is_raised(project: Project, data: Json) -> None:
    try:
        scenarios = project.load(json.dumps(data), head="")
        variants = expand(scenarios[0])
    except MistakesError as error:
        told = error.mistakes
    else:
        assert len({variant.id for variant in variants}) == len(variants) > 0
        return
    assert told
    assert all(mistake.what.endswith(".") and "\n" not in mistake.what for mistake in told)


def big(rows: int) -> str:
    return "variants:\n" + "".join(
        f"  - name: variant {number}\n    set:\n      promptText: A friendly wave at the camera, number {number}\n"
        f"      seed: {number}\n      duration: {number % 9 + 2}\n    expect: works\n    tags: [big]\n"
        for number in range(rows)
    )


@pytest.mark.thorough
def test_ten_thousand_variants_are_loaded_quickly(project: Project) -> None:
    text = big(10_000)
    project.one("variants: [a]\n")
    start = time.process_time()
    assert len(expand(project.one(text))) == 10_000
    assert time.process_time() - start < 2.0  # .7 s on an idle machine
