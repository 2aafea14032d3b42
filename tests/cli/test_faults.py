"""Faults of the built-in mock, asked for by flag and by scenario: what the whole program says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]

STORY = str(Path(__file__).parents[2] / "scenarios" / "runway" / "image_to_video.yaml")


@pytest.mark.parametrize(
    ("fault", "code", "verdict", "finding"),
    [
        ("http-429/create", 4, "inconclusive", "QUOTA.RATE"),
        ("http-500/create", 4, "inconclusive", "PROVIDER.5XX"),
        ("http-503/poll@1-2", 0, "pass", None),
        ("quota-reached", 4, "inconclusive", "QUOTA.DAILY"),
        ("credits-run-out", 3, "fail", "CREDIT.EMPTY"),
        ("no-id", 4, "inconclusive", "PROVIDER.BODY"),
        ("not-json/create", 4, "inconclusive", "PROVIDER.BODY"),
        ("empty/create", 4, "inconclusive", "PROVIDER.BODY"),
        ("created-but-connection-lost", 4, "inconclusive", "NETWORK.RESET"),
        ("moderated-input", 1, "fail", "SAFETY.INPUT.TEXT"),
        ("moderated-output", 1, "fail", "SAFETY.OUTPUT.VIDEO"),
        ("bad-output", 1, "fail", "TASK.BAD_OUTPUT"),
        ("task-vanishes", 4, "inconclusive", "TASK.VANISHED"),
        ("stuck-running", 4, "inconclusive", "TASK.TIMEOUT"),
        ("cancelled-by-provider", 4, "inconclusive", "TASK.CANCELLED"),
        ("progress-backwards", 0, "pass", None),
        ("wrong-size", 1, "fail", "OUTPUT.RATIO"),
        ("wrong-duration", 1, "fail", "OUTPUT.DURATION"),
        ("corrupt-file", 1, "fail", "OUTPUT.UNREADABLE"),
    ],
)
def test_each_fault_is_named(run: Run, fault: str, code: int, verdict: str, finding: str | None) -> None:
    if fault in {"wrong-size", "wrong-duration", "corrupt-file"}:
        pytest.importorskip("av")
    ran = run(STORY, "-k", "duration=10", "--faults", fault)
    (variant,) = ran.report["variants"]
    codes = [found["code"] for found in variant["findings"] if not found["warning"]]
    assert (ran.code, variant["verdict"]) == (code, verdict), ran.out
    assert (codes == []) if finding is None else (finding in codes), codes


def test_a_scenario_brings_its_own_faults(run: Run, tmp_path: Path) -> None:
    text = Path(STORY).read_text(encoding="utf-8")
    (tmp_path / "good.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(
        text.replace("name: image_to_video", "name: faulty") + "mock: {faults: [bad-output]}\n", encoding="utf-8"
    )
    ran = run("good.yaml", "bad.yaml", "-k", "Minimal")
    assert {item["scenario"]: item["verdict"] for item in ran.report["variants"]} == {
        "image_to_video": "pass",
        "faulty": "fail",
    }


def test_an_unknown_fault_names_the_file(run: Run, tmp_path: Path) -> None:
    text = Path(STORY).read_text(encoding="utf-8") + "mock: {faults: [bad-outptu]}\n"
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    ran = run("bad.yaml")
    assert (ran.code, ran.err.startswith("bad.yaml: mock.faults: ")) == (2, True)
    assert "bad-output" in ran.err
    ran = run(STORY, "--faults", "http-42")
    assert (ran.code, "http-429" in ran.err) == (2, True)


def test_faults_are_for_the_mock(run: Run, server: Any) -> None:
    ran = run(STORY, "--faults", "no-id", "--base-url", server.url)
    assert (ran.code, ran.err) == (
        2,
        "--faults: only the built-in mock commits them.\n  Leave out --base-url and --live.\n",
    )
