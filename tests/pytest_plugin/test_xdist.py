"""Sessions in processes of their own: workers of pytest-xdist, one that dies, one far away, Ctrl-C."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.run.execute import execute
from harness.run.prepare import prepare
from harness.run.settings import RunSettings

Run = Callable[..., pytest.RunResult]
Folders = Callable[[], list[Path]]

SHIPPED = Path(__file__).parents[2] / "scenarios" / "runway"
#: Fired in 20 places already; here it is the way that counts, not the rows.
BIG = {"image_to_video_matrix.yaml", "every_endpoint.yaml"}
VERDICTS = {
    "v-5c27a02d": "pass",
    "v-585fac22": "fail",
    "v-100f0135": "pass",
    "v-5b685b56": "fail",
    "v-82babcda": "skipped",
}


def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


def verdicts(folder: Path) -> dict[str, str]:
    return {entry["id"]: entry["verdict"] for entry in document(folder)["variants"]}


def created(folder: Path) -> Counter[str]:
    """Variant → creates that were sent, as the journals of the shards tell."""
    lines = [line for file in folder.glob("workers/*/2*/events.jsonl") for line in file.read_text().splitlines()]
    events = [json.loads(line) for line in lines]
    return Counter(event["variant"] for event in events if event["event"] == "create.intent")


@pytest.fixture
def served() -> Iterator[str]:
    """The address of a mock that answers as many times faster as tests have patience for."""
    command = [sys.executable, "-m", "harness", "mock", "--port", "0", "--time-scale", "4", "-q"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.mark.thorough
def test_two_workers_say_what_the_command_line_says(project: pytest.Pytester, run_xdist: Run, reports: Folders) -> None:
    (project.path / "scenarios" / "red.yaml").unlink()
    for file in sorted(SHIPPED.glob("*.yaml")):
        if file.name not in BIG:
            shutil.copy(file, project.path / "scenarios" / file.name)
    alone = execute(prepare(RunSettings(cwd=project.path, reports=project.path / "alone")))

    result = run_xdist("scenarios", "-n", "2")

    assert (result.ret, alone.exit_code) == (pytest.ExitCode.OK, 0)
    assert len(reports()) == 1  # one merged run
    assert list(verdicts(reports()[0]).items()) == list(verdicts(alone.folder).items())
    assert document(reports()[0])["totals"] == document(alone.folder)["totals"]
    result.assert_outcomes(passed=len(alone.report.rows))


@pytest.mark.thorough
def test_two_workers_fail_as_one_does(run_xdist: Run, reports: Folders) -> None:
    result = run_xdist("-n", "2", "-rs", "--harness-report", "junit")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, failed=2, skipped=1)
    assert verdicts(reports()[0]) == VERDICTS
    assert created(reports()[0]) == Counter(list(VERDICTS)[:4])
    assert sorted(place.name for place in (reports()[0] / "workers").iterdir()) == ["1", "2"]
    assert (reports()[0] / "junit.xml").is_file()
    assert "❌ refused: bad ratio" in result.outlines
    assert "harness: 4 variants at the built-in mock, 18 credits (simulated)" in result.outlines


@pytest.mark.slow
@pytest.mark.parametrize("dist", ["loadfile", "loadscope", "worksteal", "loadgroup"])
def test_every_dist_fires_each_variant_once(
    project: pytest.Pytester, run_xdist: Run, reports: Folders, dist: str
) -> None:
    project.makepyfile(test_other="import pytest\n@pytest.mark.parametrize('i', range(9))\ndef test_it(i): pass\n")

    result = run_xdist("-n", "3", "--dist", dist)

    result.assert_outcomes(passed=11, failed=2, skipped=1)
    assert created(reports()[0]) == Counter(list(VERDICTS)[:4])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(
            ("--dist", "each"),
            "ERROR: --dist each: every worker would fire every variant, and pay for it. Nothing was sent.",
            id="each",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("--harness-jobs", "0"),
            'ERROR: --harness-jobs: expected a whole number from 1 to 10000, found "0".',
            id="option",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("--harness-live", "--harness-max-credits", "9"),
            "ERROR: The plan costs 18 credits and the budget is 9. Nothing was sent.",
            id="budget",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    run_xdist: Run, reports: Folders, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_" + "1" * 128)

    result = run_xdist("-n", "2", *args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line.startswith(said)]
    assert reports() == []


@pytest.mark.thorough
def test_a_worker_without_our_folder_sends_its_shard_home(
    project: pytest.Pytester, run_xdist: Run, reports: Folders
) -> None:
    far = project.path.parent / "far"
    far.mkdir(exist_ok=True)

    result = run_xdist(
        "--dist=load",
        f"--rsyncdir={project.path}",
        f"--tx=popen//chdir={far}",
        f"--tx=popen//chdir={far}",
        "-Wignore",
        project.path / "scenarios",
    )

    result.assert_outcomes(passed=2, failed=2, skipped=1)
    assert verdicts(reports()[0]) == VERDICTS
    assert created(reports()[0]) == Counter(list(VERDICTS)[:4])


DIES = """
import os, threading, time
from pathlib import Path
def created():
    lines = [line for file in Path("reports").rglob("events.jsonl") for line in file.read_text().splitlines()]
    return any('"task.created"' in line and '"v-5c27a02d"' in line for line in lines)
def die():
    while not created():
        time.sleep(0.05)
    time.sleep(0.5)
    os._exit(9)
def pytest_runtest_setup(item):
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and item.name.startswith("good"):
        threading.Thread(target=die, daemon=True).start()
"""


@pytest.mark.parametrize(
    "replaced",
    [
        pytest.param(True, id="replaced", marks=pytest.mark.thorough),
        pytest.param(False, id="lost", marks=pytest.mark.slow),
    ],
)
def test_a_worker_that_dies_loses_no_task_and_nothing_is_created_twice(
    project: pytest.Pytester, run_xdist: Run, reports: Folders, served: str, *, replaced: bool
) -> None:
    project.makeconftest(DIES)
    more = () if replaced else ("--max-worker-restart=0",)

    result = run_xdist("-n", "2", "--harness-base-url", served, "--harness-poll-interval", "200ms", *more)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "[gw1] node down: Not properly terminated" in result.stdout.str()
    assert created(reports()[0]) == Counter(list(VERDICTS)[:4])
    entries = {entry["name"]: entry for entry in document(reports()[0])["variants"]}
    assert all(re.fullmatch(r"[0-9a-f-]{36}", entries[name]["task_id"]) for name in ("good", "wrongly expected"))
    if replaced:
        assert verdicts(reports()[0]) == VERDICTS
    else:
        assert verdicts(reports()[0]) == {**VERDICTS, "v-5c27a02d": "inconclusive"}
        assert [found["code"] for found in entries["good"]["findings"]] == ["TASK.LEFT"]


@pytest.mark.thorough
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "workers"])
def test_after_ctrl_c_the_reports_tell_what_is_left(
    project: pytest.Pytester, reports: Folders, served: str, workers: tuple[str, ...]
) -> None:
    options = ("--harness-base-url", served, "--harness-poll-interval", "200ms")
    command = [sys.executable, "-m", "pytest", "-p", "harness.pytest_plugin", *workers, *options]
    with subprocess.Popen(command, cwd=project.path, start_new_session=True, stdout=subprocess.PIPE) as session:
        journals = project.path / "reports"
        for _ in range(300):
            found = [file.read_text() for file in journals.rglob("events.jsonl") if "latest" not in file.parts]
            if sum(text.count('"task.created"') for text in found) >= 2:
                break
            try:
                session.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        session.send_signal(signal.SIGINT)
        session.communicate(timeout=30)

    assert session.returncode == pytest.ExitCode.INTERRUPTED
    run = document(reports()[0])
    assert run["run"]["exit_code"] == 130
    tasks = {entry["task_id"] for entry in run["variants"]} - {None}
    assert len(tasks) == 2
    told = " ".join(note["text"] for note in run["run"]["notes"])
    assert all(task in told for task in tasks)
