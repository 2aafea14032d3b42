"""`harness reap` from the command line, against a mock on a real socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.clock import scaled_clock
from harness.mock import create_app
from harness.mock.app import MockApp
from harness.mock.server import serving
from harness.provider import load

Run: TypeAlias = Callable[..., Any]
SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: two, set: {seed: 2}}
  - {name: three, set: {seed: 3}}
"""


@pytest.fixture
def app() -> MockApp:
    """Unhurried: a task waits for seconds and runs for many more."""
    return create_app(load("runway", base=Path()), clock=scaled_clock(1.0), tier=1)


@pytest.fixture
def url(app: MockApp) -> Iterator[str]:
    with serving(app) as url:
        yield url


def left(run: Run, url: str, tmp_path: Path, *kinds: str) -> Path:
    """The folder of a run that created its tasks and broke off, as its journal tells of it."""
    run("one.yaml", "--base-url", url, "--task-timeout", "50ms", "--poll-interval", "50ms", "-j", "3")
    folder = (tmp_path / "reports" / "latest").resolve()
    kept = [
        line
        for line in (folder / "events.jsonl").read_text("utf-8").splitlines(keepends=True)
        if json.loads(line)["event"] not in {"run.ended", *kinds}
    ]
    (folder / "events.jsonl").write_text("".join(kept), encoding="utf-8")
    return folder


def events(folder: Path, name: str) -> list[dict[str, Any]]:
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    return [event for line in lines if (event := json.loads(line))["event"] == name]


def test_orphans_are_cancelled_and_told(run: Run, app: MockApp, url: str, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    folder = left(run, url, tmp_path, "outcome")
    assert app.service.account.spent == 75
    (tmp_path / "one.yaml").unlink()  # what it needs stands in the journal
    ran = run("reap")
    tasks = {event["variant"]: event["task"] for event in events(folder, "task.created")}
    assert (ran.code, ran.err, len(tasks)) == (0, "", 3)
    head, *lines = ran.out.splitlines()
    assert head == f"reports/{folder.name}: 3 tasks without an end."
    assert sorted(lines) == sorted(
        f"  {variant}  {task}  cancelled before it began ({word})"
        for variant, task in tasks.items()
        for word in {event["state"] for event in events(folder, "poll")[-3:] if event["task"] == task}
    )
    assert app.service.account.spent == 0
    assert {event["task"]: event["status"] for event in events(folder, "cancel")} == dict.fromkeys(tasks.values(), 204)
    again = run("reap", folder.name)
    assert (again.code, again.out) == (0, f"reports/{folder.name}: every task that it created has ended.\n")


@pytest.fixture
def acme(run: Run, server: Any, tmp_path: Path) -> Callable[..., Path]:
    """A run at Acme that gave up on its task, and a profile that says how to cancel."""
    profile = tmp_path / "profile.yaml"
    profile.write_text(
        profile.read_text("utf-8") + 'cancel: {method: DELETE, path: "/v1/jobs/{id}"}\n', encoding="utf-8"
    )

    def make(state: str = "running") -> Path:
        server.poll = (200, "application/json", json.dumps({"id": "job-1", "status": state}))
        scenario = "name: a\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {a: 1}\nvariants: [it]\n"
        assert run("scenario.yaml", "--base-url", server.url, "--task-timeout", "0", scenario=scenario).code == 4
        return (tmp_path / "reports" / "latest").resolve()

    return make


@pytest.mark.parametrize(
    ("poll", "cancel", "code", "told"),
    [
        ((200, {"status": "running"}), 204, 0, "cancelled while it was running: it may still be billed"),
        ((200, {"status": "queued"}), 204, 0, "cancelled before it began (queued)"),
        ((200, {"status": "failed"}), 0, 0, "had ended: failed, charged credits: –"),
        ((404, {}), 0, 0, "the API knows it no more"),
        ((200, {"status": "running"}), 409, 4, "goes on (running) and may be billed: it could not be cancelled (409)"),
        (
            (403, "no"), 0, 4,
            'may go on and be billed: Task job-1 could not be read any more: poll 2 was answered with 403 ("no").',
        ),
    ],
    ids=["running", "waiting", "ended", "gone", "refused", "unseen"],
)  # fmt: skip
def test_what_becomes_of_a_task(
    run: Run, server: Any, acme: Callable[..., Path], poll: tuple[int, Any], cancel: int, code: int, told: str
) -> None:
    folder = acme()
    (variant,) = {event["variant"] for event in events(folder, "create.intent")}
    server.poll, server.cancel = (poll[0], "application/json", json.dumps(poll[1])), (cancel, "text/plain", "")
    server.asked.clear()
    ran = run("reap")
    assert (ran.code, ran.err) == (code, "")
    assert ran.out == f"reports/{folder.name}: 1 task without an end.\n  {variant}  job-1  {told}\n"
    deletes = [line for line in server.asked if line.startswith("DELETE")]
    assert deletes == (["DELETE /v1/jobs/job-1"] if cancel else [])
    assert len(events(folder, "run.reaped")) == 1
    (entry,) = ran.report["variants"]
    assert (entry["verdict"], entry["findings"][0]["code"]) == ("inconclusive", "TASK.REAPED")
    assert entry["findings"][0]["message"] == told
    assert [found["code"] for found in entry["findings"][1:]] == (["TASK.TIMEOUT"] if code else [])
    ended = {"cancelled": "CANCELLED", "had": "FAILED"}.get(told.split(maxsplit=1)[0], "RUNNING")
    assert entry["task_state"] == ended
    assert told.partition(" (")[0] in (folder / "report.md").read_text("utf-8")
    assert run("reap", "-q").out.count("\n") == 1


def test_creates_without_an_answer_are_named(run: Run, server: Any, acme: Callable[..., Path]) -> None:
    folder = acme()
    journal = folder / "events.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if '"create.' in line or '"run.' in line), encoding="utf-8")
    (variant,) = {event["variant"] for event in events(folder, "create.intent")}
    server.asked.clear()
    ran = run("reap", "--lang", "ru")
    assert (ran.code, server.asked) == (0, [])
    assert ran.out == (
        f"reports/{folder.name}: все созданные задачи завершены.\n"
        f"Без ответа (1), так что могут существовать и быть оплачены задачи с неизвестными id: {variant}\n"
    )


def test_a_simulated_run_has_nothing_to_cancel(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    run("one.yaml")
    name = (tmp_path / "reports" / "latest").resolve().name
    ran = run("reap")
    assert ran.out == f"reports/{name} was simulated inside its process: there is nothing to cancel.\n"
