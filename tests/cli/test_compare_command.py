"""`harness compare` on runs of the built-in mock."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STORY = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "1920:1080"}
variants:
  - as it is
  - {name: square, set: {ratio: "1080:1080"}}
"""


@pytest.fixture
def two_runs(run: Callable[..., Any], tmp_path: Path) -> list[str]:
    """The names of a green run and of one in which the second variant is moderated."""
    assert run("scenario.yaml", scenario=STORY).code == 0
    assert run("scenario.yaml", "--faults", "moderated-output").code == 1
    names = sorted(
        place.name for place in (tmp_path / "reports").iterdir() if place.is_dir() and not place.is_symlink()
    )
    latest = (tmp_path / "reports/latest").resolve().name
    return [*(name for name in names if name != latest), latest]


def test_a_new_failure_ends_with_one(run: Callable[..., Any], two_runs: list[str]) -> None:
    ran = run("compare", *two_runs)
    assert (ran.code, ran.err) == (1, "")
    assert "❌ New failures: 2" in ran.out
    assert run("compare", two_runs[0]).out == ran.out
    assert run("compare", two_runs[0], "latest").code == 1


def test_the_other_way_round_it_is_mended(run: Callable[..., Any], two_runs: list[str]) -> None:
    ran = run("compare", "latest", two_runs[0], "--lang", "ru")
    assert ran.code == 0
    assert "✅ Исправлено: 2" in ran.out


def test_files_and_folders_will_do(run: Callable[..., Any], two_runs: list[str], tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "reports" / two_runs[0], tmp_path / "artifact")
    ran = run("compare", "artifact", f"reports/{two_runs[1]}/report.json", "--json")
    found = json.loads(ran.out)
    assert (ran.code, len(found["new"]), found["before"]["id"]) == (1, 2, two_runs[0])
    assert [change["after"]["findings"] for change in found["new"]] == [["SAFETY.OUTPUT"]] * 2 or found["new"]


WRITE = "  Write `harness compare A`, to compare A with the latest run, or `harness compare A B`.\n"


def test_a_run_is_not_compared_with_itself(run: Callable[..., Any], two_runs: list[str], tmp_path: Path) -> None:
    """All would be as before, which says nothing; `latest` is easily named by mistake."""
    for name in ("latest", two_runs[1], str(tmp_path / "reports" / two_runs[1] / "report.json")):
        ran = run("compare", name)
        said = f"compare was given the same run twice: {two_runs[1]}.\n{WRITE}"
        assert (ran.code, ran.out, ran.err) == (2, "", said)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], f"compare takes one run or two, and none were named.\n{WRITE}"),
        (["a", "b", "c"], f"compare takes one run or two, and 3 were named.\n{WRITE}"),
        (["nix"], "There is no run 'nix', neither in reports nor as a path.\n  Runs there: none.\n"),
        (["latest"], "There is no run 'latest', neither in reports nor as a path.\n  Runs there: none.\n"),
        (
            ["profile.yaml"],
            (
                "profile.yaml: expected a report in JSON: Expecting value: line 1 column 1 (char 0).\n"
                "  The file was changed or cut off: read another run, or fire the scenarios again.\n"
            ),
        ),
        (
            ["."],
            (
                ".: there is no report.json in this folder.\n"
                "  A run that broke off has none: go on with it with `harness resume`.\n"
            ),
        ),
        (["--jsn"], 'There is no option "--jsn".\n  Did you mean --json?\n'),
    ],
)
def test_what_cannot_be_compared_is_said(run: Callable[..., Any], argv: list[str], message: str) -> None:
    ran = run("compare", *argv)
    assert (ran.code, ran.out, ran.err) == (2, "", message)
