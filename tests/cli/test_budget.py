"""Budgets through the whole command line, on the built-in mock and against a server on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]

SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: with seed, set: {seed: 1}}
  - {name: ten seconds, set: {duration: 10}}
  - {name: null seed, set: {seed: null}, expect: rejected}
"""
NO_ROOM = "no room for"


def verdicts(ran: Any) -> dict[str, str]:
    return {entry["name"]: entry["verdict"] for entry in ran.report["variants"]}


@pytest.mark.parametrize(
    ("budget", "code", "left_out"),
    [
        ("100", 0, []),
        ("99.5", 4, ["ten seconds"]),
        ("49", 4, ["ten seconds", "with seed"]),
        ("0", 4, ["as it is", "ten seconds", "with seed"]),
    ],
)
def test_a_run_on_the_mock_keeps_to_its_budget(run: Run, budget: str, code: int, left_out: list[str]) -> None:
    ran = run("scenario.yaml", "--max-credits", budget, "--no-download", scenario=SCENARIO)
    assert ran.code == code
    assert sorted(name for name, verdict in verdicts(ran).items() if verdict == "skipped") == left_out
    assert ran.report["totals"]["credits"]["charged"] in {None, *range(int(float(budget)) + 1)}
    assert verdicts(ran)["null seed"] == "pass"
    assert (NO_ROOM in ran.out) is bool(left_out)


def test_the_reason_says_what_is_spent_and_what_was_wanted(run: Run) -> None:
    ran = run("scenario.yaml", "-j", "1", "--max-credits", "60", "--no-download", scenario=SCENARIO)
    (entry,) = [entry for entry in ran.report["variants"] if entry["name"] == "ten seconds"]
    assert entry["skipped"]["text"] == ("the budget of 60 credits has no room for 50 more: 50 charged, 0 may yet be")
    assert ran.events[-1] == {**ran.events[-1], "event": "run.ended", "exit_code": 4, "charged": 50, "reserved": 0}


def test_a_scenario_may_carry_its_own_budget(run: Run, tmp_path: Any) -> None:
    (tmp_path / "other.yaml").write_text(SCENARIO.replace("name: waving", "name: other"), encoding="utf-8")
    ran = run("scenario.yaml", "other.yaml", "--no-download", scenario=SCENARIO + "budget: {credits: 30}\n")
    assert ran.code == 4
    skipped = [(entry["scenario"], entry["name"]) for entry in ran.report["variants"] if entry["verdict"] == "skipped"]
    assert sorted(skipped) == [("waving", "ten seconds"), ("waving", "with seed")]
    assert "the scenario's budget of 30 has no room for" in ran.out


def test_no_creates_after_the_time_is_over(run: Run) -> None:
    ran = run("scenario.yaml", "-j", "1", "--max-time", "5s", "--no-download", scenario=SCENARIO)
    assert ran.code == 4
    assert sorted(verdicts(ran).values()) == ["pass", "pass", "skipped", "skipped"]
    assert "the time of 5 s (--max-time) is over" in ran.out


def test_a_scenario_may_carry_its_own_time(run: Run) -> None:
    ran = run("scenario.yaml", "-j", "1", "--no-download", scenario=SCENARIO + "budget: {time: 5s}\n")
    assert ran.code == 4
    assert "the scenario's time of 5 s is over" in ran.out


def test_a_live_plan_dearer_than_a_scenarios_budget_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_" + "0" * 128)
    ran = run("scenario.yaml", "--live", scenario=SCENARIO + "budget: {credits: 99}\n")
    assert (ran.code, ran.err) == (
        2,
        (
            "The plan of the scenario waving costs 100 credits and its budget is 99. Nothing was sent.\n"
            "  Select fewer variants with -k, or raise `budget: {credits:}` in scenario.yaml.\n"
        ),
    )


def test_a_failure_comes_before_a_budget(run: Run) -> None:
    """What was seen to be wrong says more than what was not fired."""
    wrong = SCENARIO + "  - {name: surprise, set: {seed: 3}, expect: rejected}\n"
    ran = run("scenario.yaml", "--max-credits", "30", "--no-download", scenario=wrong)
    assert ran.code == 1
    assert "skipped" in verdicts(ran).values()
