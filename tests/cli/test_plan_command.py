"""`harness plan`, and a run that keeps to its file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.model import replace
from harness.run.execute import execute
from harness.run.forecast import REQUEST_S, forecast_s
from harness.run.planfile import check, save
from harness.run.prepare import prepare
from harness.run.settings import AccountFacts, RunSettings

Run: TypeAlias = Callable[..., Any]

SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5, promptText: hi}
variants:
  - {name: ten seconds, set: {duration: 10}}
  - as it is
  - {name: dearer model, set: {model: gen4.5}}
  - {name: null seed, set: {seed: null}, expect: rejected}
"""
PLAN = """\
PLAN   runway · mock · contract 2026-11-22
  #  Id  Scenario  Variant       Endpoint × model             Credits
  1  ID  waving    null seed     image_to_video × gen4_turbo     free
  2  ID  waving    as it is      image_to_video × gen4_turbo       25
  3  ID  waving    ten seconds   image_to_video × gen4_turbo       50
  4  ID  waving    dearer model  image_to_video × gen4.5           60
image_to_video × gen4_turbo: 2 variants, 75 credits ($0.75)
image_to_video × gen4.5: 1 variant, 60 credits ($0.60)
1 variant is expected to be refused: free.
4 variants · 135 credits ($1.35) · about TIME, 4 at once
"""


def without_draws(text: str) -> str:
    """The text with one word for all ids and the predicted time, which change with the profile and the mock."""
    text = re.sub(r"Id {10}", "Id  ", text)
    text = re.sub(r"v-[0-9a-f]{8}", "ID", text)
    return re.sub(r"about [\d minh]+ s,", "about TIME,", text)


def test_the_plan_in_the_order_of_fire(run: Run) -> None:
    ran = run("plan", "scenario.yaml", scenario=SCENARIO)
    assert (ran.code, ran.err) == (0, "")
    assert without_draws(ran.out) == PLAN
    assert not (ran.folder / "reports").exists()


def test_quiet_says_one_line(run: Run) -> None:
    ran = run("plan", "scenario.yaml", "-q", "-j", "2", scenario=SCENARIO)
    assert without_draws(ran.out) == "4 variants · 135 credits ($1.35) · about TIME, 2 at once\n"


def test_in_russian(run: Run) -> None:
    ran = run("plan", "scenario.yaml", "--lang", "ru", scenario=SCENARIO)
    assert "4 варианта · 135 кредитов ($1.35) · около " in ran.out


def test_a_price_that_nobody_knows(run: Run) -> None:
    scenario = (
        "name: waving\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {prompt: hello}\nvariants: [as it is]\n"
    )
    ran = run("plan", "scenario.yaml", scenario=scenario)
    assert re.search(r"^  1  v-[0-9a-f]{8}  waving    as it is  make +\?$", ran.out, re.MULTILINE)
    assert "\nmake: 1 variant, 1 without a known price\n1 variant · 1 without a known price · about " in ran.out
    ran = run("plan", "scenario.yaml", "--assume-credits", "7")
    assert "\n1 variant · 7 credits · 1 without a known price · about " in ran.out


def test_a_live_plan_needs_no_key_and_tells_a_budget_that_is_too_small(run: Run) -> None:
    ran = run("plan", "scenario.yaml", "--live", "--max-credits", "100", scenario=SCENARIO)
    assert ran.code == 2
    assert "PLAN   runway · https://api.dev.runwayml.com · contract 2026-11-22" in ran.out
    assert ran.err == (
        "The plan costs 135 credits and the budget is 100. Nothing was sent.\n"
        "  Select fewer variants with -k, or raise --max-credits.\n"
    )


def test_a_run_of_the_plan_that_was_written(run: Run) -> None:
    planned = run("plan", "scenario.yaml", "-q", "--out", "plan.json", scenario=SCENARIO)
    assert planned.code == 0
    written = json.loads((planned.folder / "plan.json").read_text(encoding="utf-8"))
    assert (written["format_version"], written["plan"]["credits"]) == (1, 135)
    assert [each["name"] for each in written["plan"]["variants"]] == [
        "null seed",
        "as it is",
        "ten seconds",
        "dearer model",
    ]
    ran = run("scenario.yaml", "--plan", "plan.json", "--no-download")
    assert ran.code == 0
    assert ran.report["totals"]["credits"]["charged"] == 135


def test_the_plan_of_another_run_is_refused_with_what_differs(run: Run) -> None:
    run("plan", "scenario.yaml", "-q", "--out", "plan.json", scenario=SCENARIO)
    other = SCENARIO.replace("duration: 10", "duration: 8").replace("name: dearer model", "name: renamed")
    ran = run("scenario.yaml", "--plan", "plan.json", "--until", "accepted", scenario=other)
    assert ran.code == 2
    assert without_draws(ran.err) == (
        "This run is not the one planned in plan.json. Nothing was sent.\n"
        '- until: planned "verified", now "accepted"\n'
        "- ID ten seconds: planned, and not in this run\n"
        "- ID ten seconds: in this run, and not planned\n"
        '- ID renamed: name: planned "dearer model", now "renamed"\n'
        "- credits: planned 135, now 125\n"
        "  Give `run` the paths and options that `plan` had, or look at a new plan: `harness plan --out FILE`.\n"
    )
    assert not (ran.folder / "reports").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda text: text.replace("135", "1"), "the plan was changed after it was written", id="edited"),
        pytest.param(lambda text: text[:40], "expected a plan of format_version 1", id="cut off"),
        pytest.param(lambda _: "[]", "expected a plan of format_version 1", id="other JSON"),
        pytest.param(lambda _: "[" * 100_000, "expected a plan of format_version 1", id="deep"),
        pytest.param(
            lambda text: text.replace('"format_version": 1', '"format_version": 2'),
            "expected a plan of format_version 1",
            id="another version",
        ),
    ],
)
def test_files_that_are_no_plan(run: Run, change: Callable[[str], str], said: str) -> None:
    planned = run("plan", "scenario.yaml", "-q", "--out", "plan.json", scenario=SCENARIO)
    file = planned.folder / "plan.json"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    ran = run("scenario.yaml", "--plan", "plan.json")
    assert ran.code == 2
    assert said in ran.err


def test_a_plan_that_is_not_there_and_a_place_that_cannot_be_written(run: Run) -> None:
    ran = run("scenario.yaml", "--plan", "none.json", scenario=SCENARIO)
    assert (ran.code, ran.err) == (
        2,
        (
            "--plan none.json: the file cannot be read: No such file or directory.\n"
            "  Write one with `harness plan --out FILE`.\n"
        ),
    )
    ran = run("plan", "scenario.yaml", "--out", "no/such/place.json", scenario=SCENARIO)
    assert ran.code == 3


def prepared_of(tmp_path: Path, scenario: str, **settings: Any) -> Any:
    (tmp_path / "scenario.yaml").write_text(scenario, encoding="utf-8")
    return prepare(
        RunSettings(
            paths=(tmp_path / "scenario.yaml",), cwd=tmp_path, reports=tmp_path / "reports", download=False, **settings
        )
    )


def test_another_order_of_fire_is_another_plan(tmp_path: Path) -> None:
    prepared = prepared_of(tmp_path, SCENARIO)
    save(prepared, 1.0, tmp_path / "plan.json")
    check(prepared, tmp_path / "plan.json")
    turned = replace(prepared, plan=replace(prepared.plan, order=prepared.plan.order[::-1]))
    with pytest.raises(UsageError, match="the order of fire is another"):
        check(turned, tmp_path / "plan.json")


@pytest.mark.thorough
@pytest.mark.parametrize(("jobs", "seed"), [(1, 7), (4, 8), (16, 9)])
def test_the_time_is_predicted_within_a_fifth(tmp_path: Path, jobs: int, seed: int) -> None:
    """Against a mock with another seed, whose tasks take other times; what it charges is what was planned."""
    seeds = ", ".join(map(str, range(60)))
    scenario = SCENARIO + f"matrix:\n  strength: all\n  factors: {{seed: [{seeds}]}}\n"
    prepared = prepared_of(tmp_path, scenario, jobs=jobs)
    predicted_s = forecast_s(prepared)
    result = execute(replace(prepared, settings=replace(prepared.settings, seed=seed)))
    run, totals = result.report.head["run"], result.report.head["totals"]
    assert predicted_s == pytest.approx(run["simulated_s"], rel=0.2)
    assert totals["credits"]["charged"] == prepared.plan.credits == 60 * 25 + 135


def test_a_live_run_shows_its_plan_and_the_account_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared = prepared_of(tmp_path, SCENARIO)
    live = {name: replace(each, live=True, label="https://api.example") for name, each in prepared.targets.items()}
    account = AccountFacts(balance=1234, concurrent={"gen4_turbo": 2, "veo3.1": 1})
    values = {"lang": "en", "quiet": False, "verbose": True, "ascii": False}
    Terminal(values, 4, "4 variants").planned(replace(prepared, targets=live, accounts={"runway": account}))
    assert capsys.readouterr().err == (
        "Live at https://api.example: 4 variants. The account has 1,234 credits. It runs at once: gen4_turbo 2.\n"
    )


def test_the_credits_are_those_that_a_served_mock_charges(run: Run, serve: Callable[..., Any]) -> None:
    mock = serve(seed=7)
    planned = run("plan", "scenario.yaml", "--base-url", mock.url, "--out", "plan.json", scenario=SCENARIO)
    assert re.search(r"  as it is +image_to_video × gen4_turbo +25\n", planned.out), "gen4_turbo: 5 credits a second"
    assert run("scenario.yaml", "--base-url", mock.url, "--poll-interval", "20ms").code == 0
    plan = json.loads((planned.folder / "plan.json").read_text("utf-8"))["plan"]
    assert plan["credits"] == mock.spent == 135


def test_the_way_to_an_api_takes_its_time(tmp_path: Path) -> None:
    """A create, some polls and a file of each variant, one variant after the other; nothing of it in simulated time."""
    at_mock = prepared_of(tmp_path, SCENARIO, jobs=1, poll_every_s=6.0)
    far = {name: replace(target, mock=False) for name, target in at_mock.targets.items()}
    more_s = forecast_s(replace(at_mock, targets=far)) - forecast_s(at_mock)
    assert 4 * REQUEST_S < more_s < 4 * 20 * REQUEST_S
