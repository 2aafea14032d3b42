from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from harness.model import Judgement, Outcome, Phrase, TaskState, Verdict
from harness.run.coverage import coverage_of, matrix_rows
from harness.run.prepare import prepare
from harness.run.settings import Prepared, RunSettings

SCENARIO = """\
name: clip
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, ratio: 720:1280, duration: 5}
variants: [plain]
matrix:
  strength: 1
  factors: {seed: [1, 2, 3], duration: [5, 10]}
"""

Prepare = Callable[..., Prepared]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepare:
    """Makes a run ready; what was asked before is not made again."""
    folder = tmp_path_factory.mktemp("prepared")

    @cache
    def go(scenario: str = SCENARIO, **settings: object) -> Prepared:
        (folder / "clip.yaml").write_text(scenario)
        values: Mapping[str, object] = {"paths": (folder / "clip.yaml",), "cwd": folder, **settings}
        return prepare(RunSettings(**values))  # type: ignore[arg-type]  # the tests' own values

    return go


def skipped(key: str) -> Outcome:
    return Outcome(variant_id="", skipped=Phrase(key=key))


DONE = Outcome(variant_id="", task_id="t", task_state=TaskState.SUCCEEDED)
FAILED = Outcome(variant_id="", task_id="t", task_state=TaskState.FAILED)


@pytest.mark.parametrize(
    ("outcome", "verdict", "expected"),
    [
        (DONE, Verdict.PASS, {"accepted": 5}),
        (DONE, Verdict.FAIL, {"accepted": 5}),  # the output was not as asked: the API took the payload
        (Outcome(variant_id="", task_id="t", task_state=TaskState.CANCELLED), Verdict.PASS, {"accepted": 5}),
        (FAILED, Verdict.FAIL, {"failed": 5}),
        (Outcome(variant_id="", http_status=400), Verdict.FAIL, {"masked": 5}),
        (Outcome(variant_id="", task_id="t"), Verdict.INCONCLUSIVE, {"unclear": 5}),
        (Outcome(variant_id=""), Verdict.ERROR, {"unclear": 5}),
        (skipped("stop.budget"), Verdict.SKIPPED, {"reasons": {"budget": 5}}),
        (skipped("skip.budget"), Verdict.SKIPPED, {"reasons": {"budget": 5}}),
        (skipped("skip.quota"), Verdict.SKIPPED, {"reasons": {"quota": 5}}),
        (skipped("skip.contract"), Verdict.SKIPPED, {"reasons": {"contract": 5}}),
        (skipped("stop.failures"), Verdict.SKIPPED, {"reasons": {"stopped": 5}}),
        (None, Verdict.SKIPPED, {"reasons": {"stopped": 5}}),
    ],
)
def test_what_became_of_the_rows(
    outcome: Outcome | None, verdict: Verdict, expected: Mapping[str, object], prepared: Prepare
) -> None:
    ready = prepared()
    ids = [item.variant.id for item in ready.plan.variants]
    outcomes = {} if outcome is None else dict.fromkeys(ids, outcome)
    judgements = {name: Judgement(variant_id=name, verdict=verdict) for name in ids}
    found = coverage_of(ready, outcomes, judgements)["clip"]
    empty = {"accepted": 0, "masked": 0, "failed": 0, "unclear": 0, "reasons": {}}
    assert {key: found[key] for key in empty} == {**empty, **expected}
    assert found["tuples"] == 5


def test_what_was_not_selected_is_missing(prepared: Prepare) -> None:
    from harness.plan import Selection

    ready = prepared(selection=Selection(expression="duration=10"))
    rows = matrix_rows(ready)["clip"]
    assert sorted(reason or "" for _, reason in rows) == ["", "not selected", "not selected"]
    assert "plain" not in {item.variant.name for item in ready.plan.variants}


def test_a_scenario_without_a_matrix_has_no_certificate(prepared: Prepare) -> None:
    ready = prepared(SCENARIO[: SCENARIO.index("matrix:")])
    assert coverage_of(ready, {}, {}) == {}


def test_a_plan_says_which_rows_another_contract_keeps(prepared: Prepare) -> None:
    ready = prepared(SCENARIO.replace("variants:", "contracts: [2025-10]\nvariants:"), contract="2025-10")
    assert {reason for _, reason in matrix_rows(ready)["clip"]} == {None}


def test_too_many_combinations_are_not_counted(prepared: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = prepared()
    monkeypatch.setattr("harness.run.coverage._MOST_COLUMNS", 1)
    assert coverage_of(ready, {}, {}) == {}
