"""`run --watch` as a process of its own on real files: it runs again, shows mistakes, and ends with Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest

from harness.cli.watch import watch as watch_again
from harness.errors import EXIT_INTERRUPTED
from harness.run.settings import RunResult, RunSettings

ROOT = Path(__file__).parents[2]
Run: TypeAlias = Callable[..., Any]
SCENARIO = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hi, ratio: 1024:1024}
variants:
  - as it is
"""


MISTAKE = 'one.yaml:1:1: the key "endpoint" is missing.'


class Watching:
    """The process: what it says, line by line, of both streams in one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, start: str) -> list[str]:
        """The lines up to one that starts so."""
        lines: list[str] = []
        while not lines or not lines[-1].startswith(start):
            try:
                lines.append(self._lines.get(timeout=30))
            except queue.Empty:
                pytest.fail(f"nothing that starts with {start!r} among {self.said + lines}")
        self.said += lines
        return lines

    def interrupt(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=30)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    with contextlib.ExitStack() as stack:

        def begin(*words: str) -> Watching:
            env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "harness", "--watch", "--no-download", *words],
                    cwd=tmp_path,
                    env=env,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    encoding="utf-8",
                )
            )
            stack.callback(process.kill)
            return Watching(process)

        yield begin


def test_it_runs_again_shows_mistakes_and_leaves_one_run(watch: Callable[..., Watching], tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    process = watch("one.yaml")
    first = process.until("Watching")
    assert first[-1] == "Watching 1 file; Ctrl-C ends."
    assert [line for line in first if line.startswith("1 ✅")]

    file.write_text(SCENARIO.replace("1024:1024", "9:16"), encoding="utf-8")
    second = process.until("Watching")
    assert second[0] == "Changed: one.yaml"
    assert [line for line in second if line.startswith("0 ✅  1 ❌")]

    file.write_text(SCENARIO.replace("endpoint", "endpont"), encoding="utf-8")
    third = process.until("Watching")
    assert third[:2] == ["Changed: one.yaml", MISTAKE]
    assert process.interrupt() == 2

    (left,) = [entry for entry in (tmp_path / "reports").iterdir() if entry.is_dir() and not entry.is_symlink()]
    assert (left / "report.json").is_file()
    assert (tmp_path / "reports" / "latest").resolve() == left.resolve()


def test_never_at_a_provider_that_costs_money(run: Run) -> None:
    ran = run("--watch", "--live", scenario=SCENARIO)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "--watch --live: every save of a file would spend credits that nobody asked for. Nothing was sent.\n"
        "  Watch on the mock without --live; fire live once, without --watch.\n"
    )
    assert run("--watch", "--live", "--lang", "ru").err.startswith("--watch --live: каждое сохранение файла ")
    assert not (ran.folder / "reports").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [(["nowhere"], 2), ([], 5), (["scenario.yaml", "--contract", "1999"], 2), (["scenario.yaml", "--faults", "x"], 2)],
    ids=["no such path", "no folder", "no such contract", "no such fault"],
)
def test_what_no_change_of_a_file_puts_right_ends_it(run: Run, words: list[str], code: int) -> None:
    assert run("--watch", *words, scenario=SCENARIO).code == code


@pytest.mark.parametrize(
    ("base_url", "left"),
    [(None, ["run-2"]), ("http://127.0.0.1:1", ["run-0", "run-1", "run-2"])],
    ids=["mock", "server"],
)
def test_only_simulated_runs_are_forgotten_and_an_interrupted_one_ends_it(
    tmp_path: Path, base_url: str | None, left: list[str]
) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(SCENARIO)
    codes = [0, 1, EXIT_INTERRUPTED]

    def once() -> RunResult:
        number = 3 - len(codes)
        folder = tmp_path / f"run-{number}"
        folder.mkdir()
        file.write_text(f"{SCENARIO}# {number}\n")  # it changes while the run goes on: the next one follows at once
        return RunResult(report=cast("Any", None), folder=folder, exit_code=codes.pop(0))

    settings = RunSettings(paths=(file,), cwd=tmp_path, base_url=base_url)
    before = "run-1" if base_url is None else ""  # the run before an interrupted one stays, too
    assert watch_again(once, settings, {"lang": "en", "quiet": True}) == EXIT_INTERRUPTED
    assert sorted(folder.name for folder in tmp_path.glob("run-*") if folder.name != before) == left
