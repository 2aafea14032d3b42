"""What matrices leave out is said where variants are listed and planned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SCENARIO = """\
name: pairs
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5}
matrix:
  strength: 2
  factors:
    model: [gen4_turbo, veo3.1]
    ratio: [720:1280, 960:960, 1080:1920]
    duration: [8, {$absent: true}]
"""
KEPT = """\
{"format_version": 1, "scenario": "pairs", "strength": 2, "rows": [
 {"model": "gen4_turbo", "ratio": "960:960", "duration": 8},
 {"model": "veo3.1", "ratio": "960:960", "duration": 8},
 {"model": "veo3.1", "ratio": "1:1", "duration": 8}
]}
"""
NOTES = (
    "pairs: the matrix leaves out 2 combinations that the contract refuses; `contract_rules: false` sends them, too.\n"
    "pairs.rows.json: 2 rows cannot be kept: a level is gone, or a rule forbids it now.\n"
)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "pairs.rows.json").write_text(KEPT, encoding="utf-8")
    return file


@pytest.mark.parametrize("command", ["list", "plan"])
def test_what_a_matrix_leaves_out_is_said(run: Run, pairs: Path, command: str) -> None:
    ran = run(command, pairs.name)
    assert (ran.code, ran.err) == (0, NOTES)
    assert run(command, pairs.name, "-q").err == ""


def test_a_matrix_without_a_word_of_the_contract(run: Run, pairs: Path) -> None:
    pairs.write_text(SCENARIO.replace("strength: 2", "contract_rules: false"), encoding="utf-8")
    pairs.with_name("pairs.rows.json").unlink()
    assert run("list", pairs.name).err == ""


def test_validate_counts_the_rows_of_a_quick_search(run: Run, pairs: Path) -> None:
    ran = run("validate", pairs.name)
    assert ran.out.startswith("1 scenario file with at most ")
