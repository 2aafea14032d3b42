"""What an interrupted run says that it left behind, and the whole way of a signal, in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from harness.model import Outcome, Phrase, Problem, TaskState, Until
from harness.run.interrupted import left_behind
from harness.words import LANGS, say

ROOT = Path(__file__).resolve().parents[2]


def outcome(number: int, code: str | None = None, **facts: Any) -> Outcome:
    problem = None if code is None else Problem(code=code, text="…")
    return Outcome(variant_id=f"v-{number}", problem=problem, **facts)


def test_each_kind_is_named_by_itself() -> None:
    notes = left_behind(
        [
            outcome(1, "TASK.STOPPED", task_id="t-1", task_state=TaskState.CANCELLED),
            outcome(2, "TASK.LEFT", task_id="t-2", task_state=TaskState.RUNNING),
            outcome(3, "TASK.LEFT", task_id="t-3"),
            outcome(4, "NETWORK.INTERRUPTED"),
            outcome(5, task_id="t-5", task_state=TaskState.SUCCEEDED),
            outcome(6, task_id="t-6", task_state=TaskState.CANCELLED, until=Until.ACCEPTED),
            outcome(7, task_id="t-7", task_state=TaskState.RUNNING, until=Until.ACCEPTED),
            outcome(8, http_status=400),
            outcome(9, skipped=Phrase(key="stop.interrupted")),
        ]
    )
    assert [say(note) for note in notes] == [
        "Interrupted: 1 task not yet begun cancelled, and may be billed all the same: t-1.",
        "Interrupted: 3 tasks may go on and may still be billed: t-2, t-3, t-7.",
        "Interrupted: 1 create on the way; tasks may have been created, and billed: v-4.",
    ]
    assert [say(note, "ru") for note in notes][1] == (
        "Прервано. Могут продолжаться и могут быть оплачены задачи (3): t-2, t-3, t-7."
    )


def test_a_thousand_tasks_are_counted_and_not_all_listed() -> None:
    (note,) = left_behind(outcome(n, "TASK.LEFT", task_id=f"t-{n}") for n in range(1000))
    for lang in LANGS:
        assert "1000" in say(note, lang)
        assert say(note, lang).endswith("t-19, ….")


def test_nothing_left_nothing_said() -> None:
    assert left_behind([outcome(1, http_status=400)]) == ()


class Provider(BaseHTTPRequestHandler):
    """Creates at once, with the variant's number as the id; odd ones run, even ones wait."""

    protocol_version = "HTTP/1.1"
    address: str
    over: Event
    asked: list[str]
    cancel_takes_s = 0.0

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer({"id": f"job-{body['seed']}"})

    def do_GET(self) -> None:
        self._answer({"status": "running" if int(self.path[-1]) % 2 else "pending"})

    def do_DELETE(self) -> None:
        self.over.wait(self.cancel_takes_s)
        self._answer(None)

    def _answer(self, body: Any) -> None:
        self.asked.append(f"{self.command} {self.path}")
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """Says nothing of clients that went away: the one that is killed does."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[type[Provider]]:
    class Fresh(Provider):
        asked: list[str] = []  # noqa: RUF012 - a class of its own for each test
        over = Event()

    server = Server(("127.0.0.1", 0), Fresh)
    Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "profile.yaml").write_text(
        f"name: acme\ntitle: Acme\nbase_url: http://127.0.0.1:{server.server_port}\n"
        "create: {id: id}\npoll: {path: '/v1/jobs/{id}', state: status}\n"
        "cancel: {method: DELETE, path: '/v1/jobs/{id}'}\n"
        "polling: {every_s: 0.1, jitter_s: 0, timeout_s: 60}\nendpoints: {make: {path: /v1/make, kind: video}}\n",
        encoding="utf-8",
    )
    (tmp_path / "scenario.yaml").write_text(
        "name: waving\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {seed: 0}\n"
        "matrix: {strength: 1, factors: {seed: [0, 1, 2, 3, 4, 5]}}\n",
        encoding="utf-8",
    )
    Fresh.address = f"http://127.0.0.1:{server.server_port}"
    yield Fresh
    Fresh.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def started(provider: Any, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a run of six variants, four at once, and returns when all four are being polled."""
    processes: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        words = ["scenario.yaml", "--base-url", provider.address, "-j", "4", "--until", "finished", "--lang", "en"]
        process = subprocess.Popen(
            [sys.executable, "-m", "harness", *words],
            cwd=tmp_path,
            env={"PATH": "", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        until = time.monotonic() + 30
        while len({line for line in provider.asked if line.startswith("GET")}) < 4:
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.02)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_one_signal_ends_the_run_in_order(
    started: Callable[[], subprocess.Popen[str]], provider: Any, tmp_path: Path, number: signal.Signals
) -> None:
    process = started()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")
    assert sorted({line for line in provider.asked if line.startswith("DELETE")}) == [
        "DELETE /v1/jobs/job-0",
        "DELETE /v1/jobs/job-2",
    ]
    assert len([line for line in provider.asked if line.startswith("POST")]) == 4
    said = " ".join(out.split())
    assert "Interrupted: 2 tasks not yet begun cancelled, and may be billed all the same: job-" in said
    assert "Interrupted: 2 tasks may go on and may still be billed: job-" in said
    report = json.loads((tmp_path / "reports/latest/report.json").read_text(encoding="utf-8"))
    assert report["run"]["exit_code"] == 130
    assert report["totals"]["skipped"] == 2
    fired = [variant for variant in report["variants"] if variant["verdict"] != "skipped"]
    codes = {variant["task_id"]: variant["findings"][0]["code"] for variant in fired}
    assert codes == {"job-0": "TASK.STOPPED", "job-1": "TASK.LEFT", "job-2": "TASK.STOPPED", "job-3": "TASK.LEFT"}
    assert (tmp_path / "reports/latest/report.md").is_file()


@pytest.mark.thorough
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_the_second_signal_ends_it_at_once(
    started: Callable[[], subprocess.Popen[str]], provider: Any, first: signal.Signals, second: signal.Signals
) -> None:
    provider.cancel_takes_s = 30.0
    process = started()
    process.send_signal(first)
    time.sleep(0.5)
    assert process.poll() is None
    before = time.monotonic()
    process.send_signal(second)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - before < 3
    assert (process.returncode, err) == (130, "\nInterrupted.\n")
