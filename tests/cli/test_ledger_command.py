"""`harness ledger`: what is added up, and from which reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.cli.ledger import Sums, add_up, sums_of

Run: TypeAlias = Callable[..., Any]

SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: ten seconds, set: {duration: 10}}
  - {name: null seed, set: {seed: null}, expect: rejected}
"""


def entry(planned: Any, estimated: Any, charged: Any, **more: Any) -> dict[str, Any]:
    told = {"planned": planned, "estimated": estimated, "charged": charged}
    return {"id": "v-1", "scenario": "s", "name": "n", "verdict": "pass", "task_id": "t", "credits": told, **more}


@pytest.mark.parametrize(
    ("given", "sums"),
    [
        pytest.param(entry(25, 25, 25), Sums(planned=25, estimated=25, charged=25), id="as planned"),
        pytest.param(entry(25, 30, 10), Sums(planned=25, estimated=30, charged=10, refunded=20), id="refunded"),
        pytest.param(entry(25, 20, 30), Sums(planned=25, estimated=20, charged=30), id="dearer than estimated"),
        pytest.param(entry(25, 40, None), Sums(planned=25, estimated=40, unsettled=40), id="told no charge"),
        pytest.param(
            entry(25, None, None, task_id=None, verdict="inconclusive"),
            Sums(planned=25, unsettled=25),
            id="may have been created",
        ),
        pytest.param(entry(0, None, None, task_id=None), Sums(), id="refused"),
        pytest.param(
            entry(25, None, None, task_id=None, verdict="skipped", skipped={"words": {"key": "stop.budget"}}),
            Sums(planned=25),
            id="left out for a budget",
        ),
        pytest.param(
            entry(25, None, None, task_id=None, verdict="skipped", skipped={"words": {"key": "skip.contract"}}),
            Sums(),
            id="of another contract",
        ),
        pytest.param(entry(None, "25", True), Sums(), id="no amounts"),
        pytest.param(entry(float("nan"), -1, float("inf")), Sums(), id="amounts that cannot be"),
    ],
)
def test_the_credits_of_a_variant(given: dict[str, Any], sums: Sums) -> None:
    assert sums_of(given) == sums


def test_what_lines_are_of() -> None:
    runs = [
        ({"id": "r1", "target": "mock", "started_at": "2026-10-31T23:59:59.999Z"}, [entry(5, 5, 5)]),
        ({"id": "r2", "target": "https://a", "started_at": "2026-11-01T00:00:00.000Z"}, [entry(5, 5, 5)] * 2),
        ({"id": "r3", "target": "https://a", "started_at": "2026-11-30T00:00:00.000Z"}, [entry(5, 5, 5)]),
    ]
    charged = {by: {key: each.charged for key, each in add_up(runs, by).items()} for by in ("month", "run", "variant")}
    assert charged == {
        "month": {("mock", "2026-10"): 5, ("https://a", "2026-11"): 15},
        "run": {("mock", "r1"): 5, ("https://a", "r2"): 10, ("https://a", "r3"): 5},
        "variant": {("mock", "v-1 s: n"): 5, ("https://a", "v-1 s: n"): 15},
    }


def test_the_ledger_of_two_runs(run: Run) -> None:
    for seed in ("1", "2"):
        assert run("scenario.yaml", "--no-download", "--seed", seed, scenario=SCENARIO).code == 0
    ran = run("ledger")
    assert (ran.code, ran.err) == (0, "")
    assert re.sub(r"\d{8}-\d{6}-[0-9a-f]{4}", "RUN", ran.out) == (
        "mock: simulated, nothing was paid\n"
        "  Run                   Planned  Estimated  Charged  Refunded  Unsettled\n"
        "  RUN       75         75       75         0          0\n"
        "  RUN       75         75       75         0          0\n"
        "  Sum                       150        150      150         0          0\n"
    )
    ran = run("ledger", "--by", "variant", "--lang", "ru")
    assert "ten seconds" in ran.out
    assert "Списано" in ran.out
    assert re.search(r"Итого +150 +150 +150 +0 +0\n$", ran.out)
    month = run("ledger", "--by", "month")
    assert re.search(r"^  \d{4}-\d\d +150 +150 +150 +0 +0$", month.out, re.MULTILINE)
    assert "Sum" not in month.out


def test_reports_that_cannot_be_read_are_named_and_left_out(run: Run, tmp_path: Path) -> None:
    run("scenario.yaml", "--no-download", scenario=SCENARIO)
    for name, text in (("20200101-a", "{"), ("20200101-b", json.dumps({"format_version": 99}))):
        (tmp_path / "reports" / name).mkdir()
        (tmp_path / "reports" / name / "report.json").write_text(text)
    (tmp_path / "reports" / "unfinished").mkdir()
    ran = run("ledger")
    assert ran.code == 0
    assert ran.err.count("\n") == 2
    assert "20200101-a" in ran.err
    assert "format_version" in ran.err
    assert "unfinished" not in ran.err
    assert "75" in ran.out


def test_without_reports(run: Run) -> None:
    ran = run("ledger", "--reports", "nowhere")
    assert (ran.code, ran.err) == (
        5,
        ("There is no report under nowhere.\n  Fire something first, or name another folder with --reports DIR.\n"),
    )
