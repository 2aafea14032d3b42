"""The time that a plan promises, against a run at a served mock with another seed: within a fifth of it.

The mock's time goes a hundred times faster, and with it counts a hundredfold all that a run does besides waiting:
starting, syncing, decoding files. So the run is long, and few variants are in flight at once, as a tier-2 account has
it; the first import of av and the first file alone are half a minute of the mock's time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
SCALE = 100
CREDITS = 100_000
SCENARIO = f"""\
name: clips
provider: runway
endpoint: image_to_video
baseline: {{model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5, promptText: hi}}
matrix:
  strength: all
  factors: {{duration: [5, 10], seed: [{", ".join(map(str, range(30)))}]}}
"""


def harness(folder: Path, *words: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "harness", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout, done.stderr)


def test_time_and_credits_are_as_planned(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    mock = ["mock", "--port", "0", "--seed", "7", "--tier", "2", "--credits", str(CREDITS)]
    command = [sys.executable, "-m", "harness", *mock, "--time-scale", str(SCALE), "-q"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        options = ("scenario.yaml", "--base-url", url, "-j", "3")
        harness(tmp_path, "plan", *options, "--poll-interval", "6s", "--out", "plan.json")
        harness(tmp_path, "run", *options, "--poll-interval", f"{6000 // SCALE}ms")
        headers = {"Authorization": "Bearer key_mock", "X-Runway-Version": "2024-11-06"}
        left = httpx.get(f"{url}/v1/organization", headers=headers, trust_env=False).json()["creditBalance"]
        process.terminate()

    plan = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    report = json.loads((tmp_path / "reports" / "latest" / "report.json").read_text("utf-8"))
    assert report["totals"]["pass"] == 60
    assert plan["plan"]["credits"] == report["totals"]["credits"]["charged"] == CREDITS - left == 30 * 25 + 30 * 50
    took_s, promised_s = report["run"]["wall_s"] * SCALE, plan["predicted_s"]
    print(f"\npromised {promised_s:.0f} s, took {took_s:.0f} s: {took_s / promised_s:.2f} times")
    assert 0.8 * promised_s <= took_s <= 1.2 * promised_s
