from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import MistakesError
from harness.matrix import expand
from harness.matrix.contract_rules import contract_combinations
from harness.matrix.space import MatrixSpace, space
from harness.model import Variant
from harness.provider import Contract, Endpoint
from harness.scenario import LoadSettings, Scenario, load

Load = Callable[..., Scenario]
PROFILE = """\
name: own
base_url: https://api.example.com
poll: {path: "/v1/jobs/{id}"}
contract: openapi.yaml
"""
OPENAPI = """\
openapi: 3.1.0
info: {title: Own, version: "1"}
paths:
  /v1/make:
    post:
      operationId: make
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [size]
              additionalProperties: false
              properties:
                size: {enum: [small, large]}
                steps: {type: integer, minimum: 1, maximum: 3}
                mode: {enum: [fast, best]}
                style: {enum: [a, b]}
              allOf:
                - x-rule: best_is_small
                  if: {required: [mode], properties: {mode: {const: best}}}
                  then: {properties: {size: {const: small}}}
                - x-rule: style_needs_mode
                  if: {required: [style]}
                  then: {required: [mode]}
"""


def own(folder: Path, text: str) -> Scenario:
    (folder / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    (folder / "openapi.yaml").write_text(OPENAPI, encoding="utf-8")
    file = folder / "a.yaml"
    head = "name: own\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {size: small}\n"
    file.write_text(head + text, encoding="utf-8")
    (one,) = load([file], LoadSettings(cwd=folder))
    return one


def left_out(scenario: Scenario) -> list[str]:
    """The combinations of the contract, in words."""
    spanned = space(scenario)
    assert spanned is not None
    return [
        " + ".join(spanned.labels[place][level] for place, level in sorted(one.items()))
        for one in spanned.forbidden[len(spanned.forbidden) - spanned.from_contract :]
    ]


def test_a_ratio_belongs_to_a_model(scenario: Load) -> None:
    read = scenario("matrix:\n  factors:\n    model: [gen4_turbo, veo3.1]\n    ratio: [720:1280, 960:960, 1080:1920]\n")
    assert left_out(read) == ["model=gen4_turbo + ratio=1080:1920", "model=veo3.1 + ratio=960:960"]


def test_a_key_belongs_to_models_and_may_be_required(scenario: Load) -> None:
    text = (
        "matrix:\n  factors:\n    model: [gen4.5, veo3.1]\n    audio: [true, {$absent: true}]\n"
        "    promptText: [A wave, {$absent: true}]\n    duration: [5, 8]\n"
    )
    assert left_out(scenario(text)) == [
        "model=gen4.5 + audio=true",  # it ignores the key: that would be paid for and tell nothing
        "model=gen4.5 + no promptText",
        "model=veo3.1 + duration=5",
    ]


def test_what_no_model_takes_is_sent(scenario: Load) -> None:
    text = "matrix:\n  factors:\n    model: [gen4_turbo, gen4-turbo, veo3.1]\n    ratio: [720:1280, 9:16]\n"
    assert left_out(scenario(text)) == []


def test_one_model_alone_has_no_rules(scenario: Load) -> None:
    text = "matrix:\n  factors:\n    model: [veo3.1]\n    ratio: [720:1280, 960:960]\n"
    assert left_out(scenario(text)) == []
    assert left_out(scenario("matrix: {factors: {ratio: [720:1280, 1080:1920]}}\n")) == []


def test_they_can_be_switched_off(scenario: Load) -> None:
    text = "matrix:\n  contract_rules: false\n  factors:\n    model: [gen4_turbo, veo3.1]\n    ratio: [1080:1920]\n"
    assert left_out(scenario(text)) == []
    assert len(expand(scenario(text))) == 2


def test_without_a_contract_the_same_rows_are_fired(scenario: Load) -> None:
    text = "matrix:\n  strength: 2\n  factors: {model: [gen4_turbo, veo3.1], ratio: {$contract: all}}\n"
    judged, blind = scenario(text), scenario(text, contract="none")
    assert blind.provider.contract is None
    assert [variant.id for variant in expand(judged)] == [variant.id for variant in expand(blind)]


def test_rules_between_fields(tmp_path: Path) -> None:
    text = (
        "matrix:\n  factors:\n    size: [small, large]\n    steps: [1, 2]\n    mode: [{$absent: true}, fast, best]\n"
        "    style: [{$absent: true}, a, b]\n"
    )
    assert left_out(own(tmp_path, text)) == ["size=large + mode=best", "no mode + style=a", "no mode + style=b"]


def test_rules_between_fields_of_a_model(scenario: Load) -> None:
    text = (
        "matrix:\n  factors:\n    model: [gen4.5, gen4_turbo]\n    outputFormat: [mp4, prores, {$absent: true}]\n"
        "    proresProfile: ['422', {$absent: true}]\n"
    )
    assert left_out(scenario(text)) == [
        'model=gen4.5 + outputFormat=mp4 + proresProfile="422"',
        'model=gen4.5 + no outputFormat + proresProfile="422"',
        "model=gen4_turbo + outputFormat=mp4",
        "model=gen4_turbo + outputFormat=prores",
        'model=gen4_turbo + proresProfile="422"',
    ]


def test_a_rule_that_every_row_breaks_leaves_nothing_out(tmp_path: Path) -> None:
    """The baseline breaks it: who writes such rows wants to see what the API says."""
    text = "matrix: {factors: {style: [a, b]}}\n"
    assert left_out(own(tmp_path, text)) == []


def refused(contract: Contract, endpoint: Endpoint, variant: Variant) -> bool:
    return bool(contract.validate(endpoint, contract.plain(variant.payload)))


@pytest.mark.parametrize("word", ["all", "boundary"])
def test_a_whole_matrix_of_the_contract_breaks_it_nowhere(scenario: Load, word: str) -> None:
    models = "[gen4.5, gen4_turbo, veo3.1, seedance2_5]"
    read = scenario(f"matrix: {{$contract: {word}, model: {models}, strength: 1}}\n")
    rows = expand(read, polish=False)
    contract = read.provider.contract
    assert contract is not None
    assert {row.payload["model"] for row in rows} == {"gen4.5", "gen4_turbo", "veo3.1", "seedance2_5"}
    assert len(rows) > 18  # seedance2_5 alone has as many ratios
    wrong = [row for row in rows if refused(contract, read.endpoint, row)]
    assert [row.name for row in wrong] == []


def test_a_level_that_the_contract_leaves_no_row_for(scenario: Load) -> None:
    text = "matrix:\n  factors:\n    model: [gen4_turbo, veo3.1]\n    ratio: [960:960]\n    seed: [1, 2]\n"
    with pytest.raises(MistakesError) as caught:
        expand(scenario(text))
    assert str(caught.value) == (
        "a.yaml:7:25: matrix.factors.model[1]: no row can hold model=veo3.1: the contract forbids it.\n"
        "  Take the level out, or exclude less; `contract_rules: false` sends what the contract refuses, too."
    )


def test_what_is_found_is_in_the_space(scenario: Load) -> None:
    text = (
        "matrix:\n  strength: 2\n  factors:\n    model: [gen4_turbo, veo3.1]\n    ratio: [720:1280, 960:960]\n"
        "    seed: [{$absent: true}, 1]\n  groups: [{factors: [seed, model], strength: 1}]\n"
        "  exclude: [{model: veo3.1, ratio: 960:960}, {seed: 1, ratio: [720:1280]}]\n"
    )
    read = scenario(text)
    assert read.matrix is not None
    assert contract_combinations(read, read.matrix) == ({0: 1, 1: 1},)
    assert space(read) == MatrixSpace(
        factors=("model", "ratio", "seed"),
        levels=(("gen4_turbo", "veo3.1"), ("720:1280", "960:960"), ({"$absent": True}, 1)),
        labels=(("model=gen4_turbo", "model=veo3.1"), ("ratio=720:1280", "ratio=960:960"), ("no seed", "seed=1")),
        strength=2,
        groups=(((2, 0), 1),),
        forbidden=({0: 1, 1: 1}, {2: 1, 1: 0}),
        from_contract=0,
    )
    assert space(scenario("matrix: {$contract: invalid}\n")) is None
