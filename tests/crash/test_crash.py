"""Runs of 200 variants are killed (SIGKILL) at seeded moments, some of them again while they are resumed: nothing is
created twice, nothing is lost, and the credits are those that the mock charged.

Five in the ordinary suite; `make crash` kills fifty.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

VARIANTS = 200
PATIENCE_S = 60.0
SCENARIO = """\
name: crash
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: a wave, ratio: 720:720}
matrix:
  strength: all
  factors: {seed: [%s]}
"""


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=folder,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def journal(folder: Path) -> Path | None:
    return next(folder.glob("reports/2*/events.jsonl"), None)


def outcomes(folder: Path) -> int:
    """How far the run is, 0 to 200; -1 before it has begun."""
    file = journal(folder)
    data = b"" if file is None else file.read_bytes()
    return data.count(b'"event":"outcome"') if data else -1


def kill_at(process: subprocess.Popen[str], folder: Path, done: int, pause_s: float) -> None:
    """Kills when so many variants have ended, and a moment has passed (then the run may just have ended itself)."""
    ends_s = time.monotonic() + PATIENCE_S
    while outcomes(folder) < done and process.poll() is None:
        assert time.monotonic() < ends_s, "the run stands still"
        time.sleep(0.002)
    time.sleep(pause_s)
    process.kill()
    process.communicate()


def events(folder: Path) -> list[dict[str, Any]]:
    file = journal(folder)
    assert file is not None
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL")
def test_a_killed_run_is_resumed_without_loss(kill: int, served: Any, tmp_path: Path) -> None:
    rng = random.Random(f"crash {kill}")
    (tmp_path / "crash.yaml").write_text(SCENARIO % ", ".join(map(str, range(VARIANTS))), encoding="utf-8")
    options = ("--poll-interval", "20ms", "-j", str(rng.choice([10, 30, 60])), "-q")
    process = start(tmp_path, "crash.yaml", "--base-url", served.url, *options)
    kill_at(process, tmp_path, rng.randint(0, VARIANTS - 5), rng.uniform(0, 0.05))
    if rng.random() < 0.4:
        process = start(tmp_path, "resume", "-q")
        kill_at(process, tmp_path, outcomes(tmp_path) + rng.randint(1, 20), rng.uniform(0, 0.05))

    process = start(tmp_path, "resume", "-q")
    out, err = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in out + err

    told = served.ask()
    created = {seed: (task, price) for seed, task, price in told["creates"]}
    assert Counter(seed for seed, _, _ in told["creates"]).most_common(1)[0][1] == 1, "no variant is created twice"

    run = next((tmp_path / "reports").glob("2*"))
    report = json.loads((run / "report.json").read_text("utf-8"))
    variants = {variant["levels"]["seed"]: variant for variant in report["variants"]}
    assert sorted(variants) == list(range(VARIANTS))
    maybe = {seed for seed, variant in variants.items() if variant["task_id"] is None}
    for seed, variant in variants.items():
        if seed in maybe:
            assert variant["verdict"] == "inconclusive", variant
            assert "may have been created" in variant["findings"][0]["message"]
        else:
            assert (variant["verdict"], variant["task_id"]) == ("pass", created[seed][0]), variant
            assert all((run / output["file"]).stat().st_size for output in variant["outputs"] if output["file"])
    # Only what was on its way at a kill is unknown.
    assert len(maybe) <= 2 * int(options[3])
    assert process.returncode == (4 if maybe else 0), (out, err)

    known = {event["task"] for event in events(tmp_path) if event["event"] == "task.created"}
    assert known == {task for seed, (task, _) in created.items() if seed not in maybe}
    unknown_credits = sum(price for seed, (_, price) in created.items() if seed in maybe)
    assert report["totals"]["credits"]["charged"] + unknown_credits == told["spent"]
