"""`harness history` on runs of the built-in mock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

STORY = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "1920:1080"}
variants:
  - as it is
  - {name: refused, set: {ratio: "16:9"}, expect: rejected}
"""


@pytest.fixture
def three(run: Callable[..., Any]) -> None:
    """Green, red, green."""
    codes = [run("scenario.yaml", *argv, scenario=STORY).code for argv in ((), ("--faults", "moderated-output"), ())]
    assert codes == [0, 1, 0]


@pytest.mark.usefixtures("three")
def test_what_goes_to_and_fro_stands_first(run: Callable[..., Any]) -> None:
    lines = run("history").out.splitlines()
    assert lines[0] == "mock: simulated, nothing was paid"
    heads = "Variant Runs Passed Queued p50 / p95 Running p50 / p95 Last change Last runs, newest right"
    assert " ".join(lines[1].split()) == heads
    assert lines[2].startswith("  waving: as it is  3     67 % flaky  ")
    assert sorted(lines[2].split()[-1]) == sorted("✅✅❌")
    assert lines[3].startswith("  waving: refused   3     100 %  ")
    assert lines[4] == "  1 variant went to and fro between pass and fail."
    ru = run("history", "--lang", "ru", "--ascii").out
    assert "67 % нестабильно" in ru
    assert "+++" in ru


@pytest.mark.usefixtures("three")
def test_as_data(run: Callable[..., Any]) -> None:
    lines = [json.loads(line) for line in run("history", "--json").out.splitlines()]
    assert [(line["name"], line["runs"], line["flaky"], len(line["verdicts"])) for line in lines] == [
        ("as it is", 3, True, 3),
        ("refused", 3, False, 3),
    ]
    assert lines[0]["queued_s"]["p95"] is None
    assert [json.loads(line)["runs"] for line in run("history", "--json", "--last", "1").out.splitlines()] == [1, 1]


def test_without_a_run(run: Callable[..., Any]) -> None:
    ran = run("history")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == (
        "There is no report under reports.\n  Fire something first, or name another folder with --reports DIR.\n"
    )


def test_what_cannot_be(run: Callable[..., Any]) -> None:
    ran = run("history", "--last", "0")
    assert (ran.code, ran.err) == (
        2,
        '--last: expected a whole number of at least 1, found "0".\n  See `harness history --help`.\n',
    )
    assert run("history", "x").code == 2


@pytest.mark.usefixtures("three")
def test_a_report_tells_of_the_runs_before_it(run: Callable[..., Any]) -> None:
    report = run("scenario.yaml", "-k", "is").report
    first = run("scenario.yaml", "--reports", "elsewhere").folder / "elsewhere" / "latest" / "report.json"
    assert "history" not in json.loads(first.read_text())
    told = report["history"]
    assert len(told["runs"]) == 3
    assert sorted(told["runs"][0]) == ["id", "started_at"]
    assert [past["verdicts"] for past in told["variants"].values()] == ["pfp"]


def test_a_merge_tells_of_the_runs_in_its_own_folder(run: Callable[..., Any]) -> None:
    assert run("scenario.yaml", scenario=STORY).code == 0
    for index in (1, 2):
        assert run("scenario.yaml", "--shard", f"{index}/2", "--reports", f"s/{index}").code in {0, 5}
    told = run("merge", "s").report["history"]
    assert [past["verdicts"] for past in told["variants"].values()] == ["p", "p"]
    told = run("scenario.yaml").report["history"]
    assert [past["verdicts"] for past in told["variants"].values()] == ["pp", "pp"]


REPEATED = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "1920:1080"}
variants:
  - {name: as it is, repeat: 2}
"""


def test_what_passes_only_now_and_then_is_named_in_the_report(run: Callable[..., Any]) -> None:
    ran = run("scenario.yaml", "--faults", "moderated-output@1", "-j", "1", scenario=REPEATED)
    assert [entry["verdict"] for entry in ran.report["variants"]].count("fail") == 1
    assert ran.report["flaky"] == [entry["id"] for entry in ran.report["variants"]]
    assert "flaky" not in run("scenario.yaml").report
