from __future__ import annotations

from collections.abc import Callable

from harness.matrix import expand
from harness.model import Variant
from harness.scenario import Scenario

Load = Callable[..., Scenario]


def refused(scenario: Scenario) -> list[Variant]:
    return [variant for variant in expand(scenario) if variant.expect.kind == "rejected"]


def test_one_invalid_level_in_a_row_and_the_rest_is_the_baseline(scenario: Load) -> None:
    text = "matrix:\n  factors: {duration: [10]}\n  invalid:\n    ratio: [9:16]\n    a.b: [1]\n    seed: [null, '7']\n"
    read = scenario(text)
    found = refused(read)
    assert [(one.name, one.levels, one.expect.field, one.source.line) for one in found] == [
        ("invalid: ratio=9:16", {"ratio": "9:16"}, "ratio", 8),
        ("invalid: a.b=1", {"a.b": 1}, "a.b", 9),
        ("invalid: seed=null", {"seed": None}, "seed", 10),
        ('invalid: seed="7"', {"seed": "7"}, "seed", 10),
    ]
    assert all(one.payload == {**read.baseline, **one.levels} for one in found if "." not in one.name)
    assert {one.row for one in found} == {None}


def test_a_level_that_only_another_model_refuses_goes_into_its_cheapest_row(scenario: Load) -> None:
    text = (
        "matrix:\n  strength: 2\n  factors:\n    model: [veo3.1, veo3.1_fast]\n    ratio: [720:1280, 1280:720]\n"
        "    duration: [{$absent: true}, 8, 4]\n  invalid: {duration: [5, 12]}\n"
    )
    within, beyond = refused(scenario(text))
    assert within.name.startswith("invalid: duration=5, model=veo3.1_fast, ratio=")
    assert within.levels["model"] == "veo3.1_fast"  # 5 is the baseline's duration, and the baseline's model takes it
    assert beyond.levels == {"duration": 12}


def test_a_level_that_the_contract_accepts_is_sent_as_the_file_says(scenario: Load) -> None:
    (one,) = refused(scenario("matrix: {invalid: {duration: [6]}}\n"))
    assert (one.name, one.levels) == ("invalid: duration=6", {"duration": 6})


def test_a_level_of_the_contract_is_fired_only_where_it_is_refused(scenario: Load) -> None:
    """A minimum of 2 is no limit of gen4_turbo's, and the baseline is no payload of the others."""
    found = refused(scenario("matrix: {factors: {duration: [5]}, $contract: invalid, model: [gen4_turbo, veo3.1]}\n"))
    assert "invalid: duration=9, model=veo3.1" not in [one.name for one in found]
    provider = scenario("variants: [a]\n").provider
    contract, endpoint = provider.contract, provider.endpoints["image_to_video"]
    assert contract is not None
    for one in found:
        (issue, *_) = contract.validate(endpoint, one.payload)
        assert ".".join(map(str, issue.path)) == one.expect.field


def test_they_are_repeated_and_tagged_as_other_rows(scenario: Load) -> None:
    found = refused(scenario("tags: [t]\nrepeat: 2\nmatrix: {invalid: {seed: [null]}}\n"))
    assert [(one.name, one.tags) for one in found] == [
        ("invalid: seed=null", ("t",)),
        ("invalid: seed=null (2)", ("t",)),
    ]


def test_adding_a_level_changes_no_refused_row(scenario: Load) -> None:
    text = "matrix:\n  factors: {{duration: [{}]}}\n  invalid: {{seed: [null]}}\n"
    assert [one.id for one in refused(scenario(text.format("5")))] == [
        one.id for one in refused(scenario(text.format("5, 10, 7")))
    ]
