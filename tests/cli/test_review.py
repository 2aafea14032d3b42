"""What a stranger found: promises that were broken once, each with the case that broke it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]

ROOT = Path(__file__).parents[2]
SCENARIO = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello, seed: 1}
variants:
  - as it is
"""
CANARY = """\
name: canary
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: https://example.com/a.jpg, ratio: 720:1280, duration: 10}
variants:
  - {name: invented key, set: {zzz: 1}, expect: rejected}
  - {name: sure refusal, set: {ratio: 9:16}, expect: rejected}
"""


def test_a_failed_task_is_no_working_format(run: Run, server: Any) -> None:
    server.poll = (200, "application/json", '{"status": "failed", "error": {"message": "no"}}')
    ran = run(
        "scenario.yaml", "--base-url", server.url, scenario=SCENARIO.replace("as it is", "{name: a, expect: accepted}")
    )
    assert ran.code == 0
    assert "orking format" not in ran.out
    assert ran.report["scenarios"][0]["working_format"] is None


def test_an_accepted_payload_is_not_said_to_work(run: Run, server: Any) -> None:
    ran = run("scenario.yaml", "--base-url", server.url, "--until", "accepted", scenario=SCENARIO)
    assert (ran.code, "✅ accepted" in ran.out, "orking format" in ran.out) == (0, True, False), ran.out


def test_a_refusal_that_the_contract_does_not_promise_is_planned_at_its_price(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("scenario.yaml", scenario=CANARY)
    assert ran.code == 1
    assert ran.report["totals"]["credits"] == {"planned": 50, "estimated": 50, "charged": 50}
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_" + "a" * 128)
    ran = run("scenario.yaml", "--live", "--max-credits", "49", "--base-url", "https://127.0.0.2:1", scenario=CANARY)
    assert ran.code == 2
    assert ran.err.startswith("The plan costs 50 credits and the budget is 49. Nothing was sent.\n")


@pytest.mark.thorough
@pytest.mark.usefixtures("run")
def test_a_full_disk_loses_no_task_id(server: Any, tmp_path: Path) -> None:
    """The journal can take nothing more after a few kilobytes: what was created must still be told."""
    (tmp_path / "scenario.yaml").write_text(
        SCENARIO + "".join(f"  - {{name: row {number}, set: {{seed: {number}}}}}\n" for number in range(2, 40))
    )
    script = 'ulimit -f 8; exec "$0" -m harness scenario.yaml --base-url "$1" -j 8 --no-download --ascii'
    done = subprocess.run(
        ["bash", "-c", script, sys.executable, server.url],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        # Python, too, would leave what it compiles cut off, and whoever imports that module later with an error.
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    created = len(server.bodies)
    assert 0 < created < 39
    assert done.stdout.count("job-") >= created, done.stdout
    assert "events.jsonl" in done.stderr


def test_secrets_of_the_environment_are_hidden(run: Run, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_CRED", "hunter2-hunter2")
    scenario = SCENARIO.replace("seed: 1", "hook: {$env: WEBHOOK_CRED}")
    server.poll = (200, "application/json", '{"status": "succeeded", "result": {"videos": ["http://127.0.0.1:1/x"]}}')
    ran = run("scenario.yaml", "--base-url", server.url, "-v", "--no-download", scenario=scenario)
    assert b"hunter2-hunter2" in server.bodies[0]
    files = [file for file in (ran.folder / "reports").rglob("*") if file.is_file()]
    assert "hunter2" not in ran.out + ran.err + "".join(file.read_text(encoding="utf-8") for file in files)


def test_a_key_file_is_not_read_as_a_scenario(run: Run, tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_text("ACME_KEY=sk-verysecret")
    for command in ((), ("validate",), ("list",)):
        ran = run(*command, "keys.env")
        assert (ran.code, ran.err) == (
            2,
            '"keys.env" is no scenario file by its name.\n  Scenario files end in .yaml, .yml or .json.\n',
        )


def test_a_blank_key_is_no_key(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ACME_KEY", "   ")
    argv = ("scenario.yaml", "--live", "--assume-credits", "1", "--base-url", "https://127.0.0.2:1")
    ran = run(*argv, scenario=SCENARIO)
    assert (ran.code, "There is no API key for Acme Video" in ran.err) == (3, True)
    (tmp_path / "keys.env").write_text("ACME_KEY=acme-0123456789\n")
    assert "There is no API key" not in run(*argv, scenario=SCENARIO).err


def test_the_price_before_a_live_run_counts_what_is_assumed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "acme-0123456789")
    ran = run(
        "scenario.yaml", "--live", "--assume-credits", "7", "--base-url", "https://127.0.0.2:1", scenario=SCENARIO
    )
    assert "1 variant · 7 credits · 1 without a known price" in ran.err
    assert ran.report["totals"]["credits"]["planned"] is None


def test_a_profile_is_told_to_be_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text((tmp_path / "profile.yaml").read_text())
    ran = run("acme.yaml")
    assert ran.code == 2
    assert ran.err.startswith("acme.yaml: this is the profile of a provider, not a scenario.\n") or ran.err.startswith(
        "acme.yaml:1:1: this is the profile of a provider, not a scenario.\n"
    )


@pytest.mark.parametrize("place", ["-", ".", "profile.yaml/x.json"])
def test_a_place_where_no_report_can_be_written_is_told_before(run: Run, server: Any, place: str) -> None:
    ran = run("scenario.yaml", "--base-url", server.url, "--report", f"json={place}", scenario=SCENARIO)
    assert (ran.code, server.asked) == (2, [])
    assert ran.err.startswith(f"--report json={place}: ")


@pytest.mark.thorough
@pytest.mark.parametrize(("redirect", "code"), [(">&-", 0), ("2>&-", 0), (">/dev/full", 3), ("| head -1", 0)], ids=str)
def test_streams_that_take_nothing(tmp_path: Path, redirect: str, code: int) -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'set -o pipefail; "$0" -m harness list "$1" {redirect}',
            sys.executable,
            str(ROOT / "scenarios"),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "bug of ours" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_narrow_encoding_falls_back_to_ascii(tmp_path: Path) -> None:
    story = str(ROOT / "scenarios" / "runway" / "image_to_video.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "harness", story, "-k", "Minimal or null"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 0
    assert b"PASS works" in done.stdout
    assert b"? works" not in done.stdout


def test_a_port_that_cannot_be(run: Run) -> None:
    ran = run("scenario.yaml", "--base-url", "http://127.0.0.1:99999", scenario=SCENARIO)
    assert ran.code == 2


def test_help_of_a_command(run: Run) -> None:
    with pytest.raises(SystemExit):
        run("help", "validate")


def test_force_color_zero_means_no(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert "\x1b[" not in run("scenario.yaml", scenario=SCENARIO).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("scenario.yaml", scenario=SCENARIO).out
