"""`harness resume` from the command line: a run against a real server is cut off in its journal, and goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]
RUN = "20260101-000000-cafe"
UNTIL = ("--until", "finished")
SCENARIO = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello, seed: 1}
variants:
  - as it is
  - {name: two, set: {seed: 2}}
  - {name: three, set: {seed: 3}}
"""
DONE = '{"id": "job-1", "status": "succeeded", "result": {"videos": ["https://files.invalid/a.mp4"]}}'
FAILED = '{"id": "job-1", "status": "failed", "error": {"message": "no"}}'


@pytest.fixture
def cut(run: Run, server: Any, tmp_path: Path) -> Callable[..., Path]:
    """A whole run with these options, and its journal cut behind the events that `keep` takes; asked of nothing yet."""

    def make(keep: Callable[[dict[str, Any]], bool], *options: str, tail: str = "", poll: str = DONE) -> Path:
        server.poll = (200, "application/json", poll)
        run("scenario.yaml", "--base-url", server.url, *UNTIL, *options, scenario=SCENARIO)
        folder = (tmp_path / "reports" / "latest").resolve()
        journal = folder / "events.jsonl"
        lines = journal.read_text("utf-8").splitlines(keepends=True)
        journal.write_text("".join(line for line in lines if keep(json.loads(line))) + tail, encoding="utf-8")
        (folder / "report.json").unlink()
        server.asked.clear()
        server.bodies.clear()
        return folder

    return make


def first(*names: str) -> Callable[[dict[str, Any]], bool]:
    """Keeps the head of the journal, and of the first variant only the events of these names."""
    seen: list[str] = []

    def keep(event: dict[str, Any]) -> bool:
        if "variant" not in event:
            return bool(event["event"] != "run.ended")
        if not seen:
            seen.append(event["variant"])
        return bool(event["variant"] == seen[0] and event["event"] in names)

    return keep


def test_a_shard_stays_one(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    cut(first("create.intent", "task.created"), "-j", "1", "--shard", "1/2", "--assume-credits", "1")
    ran = run("resume", "--poll-interval", "20ms")
    shard = ran.report["run"]["shard"]
    assert (ran.code, shard["index"], shard["count"], shard["variants"]) == (0, 1, 2, 3)
    assert len(shard["positions"]) == len(ran.report["variants"]) == 2
    run("scenario.yaml", "--base-url", server.url, *UNTIL, "--shard", "2/2", "--assume-credits", "1")
    places = [str(place) for place in (ran.folder / "reports").iterdir() if place.is_dir() and not place.is_symlink()]
    merged = run("merge", *places)
    assert (merged.code, len(merged.report["variants"])) == (0, 3)


def test_a_task_is_followed_and_the_rest_is_fired(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    folder = cut(first("create.intent", "task.created"), "-j", "1", tail='{"at": "20')
    ran = run("resume", "--poll-interval", "20ms")
    assert (ran.code, ran.err) == (0, f"reports/{folder.name} goes on: 0 ended, 1 task to follow, 2 to fire.\n")
    assert server.asked[0] == "GET /v1/jobs/job-1"
    assert sorted(json.loads(body)["seed"] for body in server.bodies) == [2, 3]
    assert ran.report["run"]["id"] == folder.name
    assert ran.report["totals"]["pass"] == 3
    assert [event["event"] for event in ran.events].count("create.intent") == 3
    assert not [event for event in ran.events if event["event"] == "journal.torn"]
    assert "The run broke off and was resumed" in ran.out
    assert [entry.name for entry in folder.parent.iterdir() if not entry.is_symlink()] == [folder.name]


def test_a_create_without_an_answer_is_never_sent_again(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    cut(first("create.intent"), "-j", "1")
    ran = run("resume")
    assert ran.code == 4
    assert [json.loads(body)["seed"] for body in server.bodies] == [2, 3]
    variant = ran.report["variants"][0]
    assert (variant["verdict"], variant["task_id"]) == ("inconclusive", None)
    assert "may have been created" in variant["findings"][0]["message"]
    server.bodies.clear()
    again = run("resume")
    assert (again.code, again.out, server.bodies) == (4, "", [])


def test_an_id_from_before_the_break_is_nobody_elses(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    cut(first("create.intent", "task.created", "outcome"), "-j", "1")
    server.made = 0  # a gateway that answers from its cache: job-1 again
    ran = run("resume")
    assert ran.code == 4
    told = [
        (variant["verdict"], [found["code"] for found in variant["findings"]]) for variant in ran.report["variants"]
    ]
    assert told == [("pass", []), ("inconclusive", ["TASK.SHARED"]), ("pass", [])]
    finding = ran.report["variants"][1]["findings"][0]
    assert finding["message"] == (
        f"The API answered with the id job-1, which is the task of variant {ran.report['variants'][0]['id']}. "
        "The task may have been created, and paid for."
    )
    assert ran.report["variants"][1]["task_id"] is None
    server.bodies.clear()
    assert (run("resume").code, server.bodies) == (4, [])


def test_what_had_ended_is_judged_again_and_not_asked_again(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    cut(lambda event: event["event"] != "run.ended")
    ran = run("resume", "--lang", "ru")
    assert (ran.code, server.asked) == (0, [])
    assert ran.err.endswith(" продолжается: завершено 3, дослеживается задач: 0, осталось отправить: 0.\n")
    assert ran.report["totals"]["pass"] == 3


@pytest.mark.parametrize(("used_s", "code"), [(3, 0), (10, 4)])
def test_the_time_counts_on(run: Run, server: Any, cut: Callable[..., Path], used_s: int, code: int) -> None:
    """The run broke off some seconds after its first create, a day ago: the seconds count, and not the day."""
    folder = cut(first("create.intent", "task.created", "outcome"), "-j", "1", "--max-time", "5s")
    journal = folder / "events.jsonl"
    events = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    began = datetime.fromisoformat(events[0]["at"]) - timedelta(days=1)
    for event in events:
        late_s = used_s if event["event"] == "outcome" else 0
        event["at"] = (began + timedelta(seconds=late_s)).isoformat()
    journal.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
    ran = run("resume")
    assert (ran.code, len(server.bodies)) == (code, 2 if code == 0 else 0)
    assert ("the time of 5 s (--max-time) is over" in ran.out) == (code == 4)


def test_a_run_that_ended_whole(run: Run, server: Any) -> None:
    server.poll = (200, "application/json", FAILED)
    assert run("scenario.yaml", "--base-url", server.url, scenario=SCENARIO).code == 1
    server.asked.clear()
    ran = run("resume")
    assert (ran.code, ran.out, server.asked) == (1, "", [])
    assert ran.err.endswith(" ended whole, with exit code 1: there is nothing to do.\n")


def test_refused_variants_of_a_refused_key_are_fired_again(run: Run, server: Any) -> None:
    server.poll = (200, "application/json", DONE)
    server.create = (401, "application/json", '{"error": "bad key"}')
    assert run("scenario.yaml", "--base-url", server.url, *UNTIL, "-j", "1", scenario=SCENARIO).code == 3
    server.create = (200, "application/json", '{"id": "job-1"}')
    ran = run("resume")
    assert (ran.code, ran.report["totals"]["pass"]) == (0, 3)


def test_failures_count_on(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    cut(first("create.intent", "task.created", "outcome"), "-j", "1", "-x", poll=FAILED)
    ran = run("resume")
    assert (ran.code, server.asked) == (1, [])
    assert ran.report["totals"]["skipped"] == 2


def test_a_changed_file_is_refused_by_name(run: Run, server: Any, cut: Callable[..., Path], tmp_path: Path) -> None:
    folder = cut(first("create.intent", "task.created"))
    (tmp_path / "scenario.yaml").write_text(SCENARIO.replace("seed: 3", "seed: 4"), encoding="utf-8")
    ran = run("resume")
    assert (ran.code, server.asked) == (2, [])
    start = "scenario.yaml: it has changed since the run began: 1 of its 3 variants are no longer the same (v-"
    assert ran.err.startswith(start)
    assert ran.err.endswith(
        "Nothing was sent.\n"
        "  Put the files back as they were, or start a new run; `harness reap` cancels what still runs.\n"
    )
    (tmp_path / "scenario.yaml").write_text(SCENARIO + "  - {name: four, set: {seed: 4}}\n", encoding="utf-8")
    ran = run("resume", folder.name)
    assert (ran.code, len(ran.report["variants"])) == (0, 3)


def test_a_simulated_run_starts_anew(run: Run, tmp_path: Path) -> None:
    before = run("scenario.yaml", "-k", "two", scenario=SCENARIO)
    folder = (tmp_path / "reports" / "latest").resolve()
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "events.jsonl").write_text("".join(lines[:3]), encoding="utf-8")
    ran = run("resume", folder.name)
    assert ran.code == before.code
    assert ran.err == (
        f"reports/{folder.name} was simulated inside its process, and nothing of it is left: it starts anew.\n"
    )
    assert ran.report["run"]["id"] != folder.name
    assert [variant["name"] for variant in ran.report["variants"]] == ["two"]


def test_a_live_run_needs_live_again(run: Run, cut: Callable[..., Path], server: Any) -> None:
    folder = cut(first("create.intent"))
    journal = folder / "events.jsonl"
    journal.write_text(journal.read_text("utf-8").replace('"live":false', '"live":true'), encoding="utf-8")
    ran = run("resume")
    assert (ran.code, server.asked) == (2, [])
    assert ran.err == (
        f"reports/{folder.name}: this was a live run: to go on with it may cost money.\n"
        "  Add --live if you mean it; `harness reap` cancels what it left behind, and fires nothing.\n"
    )


def test_live_is_no_way_to_make_a_run_live(run: Run, cut: Callable[..., Path]) -> None:
    cut(first("create.intent"))
    ran = run("resume", "--live")
    assert ran.code == 2
    assert "this was no live run" in ran.err


def test_a_run_that_is_still_going_on_is_left_alone(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    folder = cut(first("create.intent"))
    hold = (
        "import pathlib, sys; from harness.clock import virtual_clock; from harness.fire import Journal;"
        f"journal = Journal(pathlib.Path({str(folder)!r}), virtual_clock());"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        ran = run("resume")
        owner.kill()
    assert (ran.code, server.asked) == (3, [])
    assert ran.err == (
        f"reports/{folder.name}: this run is still going on: another process writes its journal. Nothing was sent.\n"
        "  Wait until it has ended, or end it first: Ctrl-C there.\n"
    )
    assert run("resume").code == 4, "a dead owner holds nothing"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "There is no run in reports.\n  Name one, or its place with --reports DIR.\n"),
        (
            ("nowhere",),
            "There is no run 'nowhere', neither in reports nor as a path.\n  Runs there: none.\n",
        ),
        (("a", "b"), "resume takes one run, and 2 were named.\n  Resume them one by one.\n"),
    ],
    ids=["none", "unknown", "two"],
)
def test_no_such_run(run: Run, words: tuple[str, ...], told: str) -> None:
    ran = run("resume", *words)
    assert (ran.code, ran.err) == (2, told)


def test_a_near_name(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / RUN
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text("")
    ran = run("resume", RUN[:-1])
    assert ran.err == f"There is no run '{RUN[:-1]}', neither in reports nor as a path.\n  Did you mean {RUN}?\n"
    ran = run("resume", str(folder))
    assert (ran.code, "does not say what this run was asked for" in ran.err) == (2, True)


def test_a_budget_counts_what_was_spent_before(run: Run, server: Any, cut: Callable[..., Path]) -> None:
    cut(first("create.intent", "task.created"), "-j", "1", "--max-credits", "2", "--assume-credits", "1")
    ran = run("resume")
    assert (ran.code, len(server.bodies)) == (4, 1)
    assert ran.report["totals"]["skipped"] == 1


@pytest.mark.parametrize("command", ["resume", "diagnose", "reap"])
def test_a_folder_without_a_journal_is_called_that(run: Callable[..., Any], tmp_path: Path, command: str) -> None:
    (tmp_path / "reports" / "emptied").mkdir(parents=True)
    ran = run(command, "emptied")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "emptied: there is no events.jsonl in this folder.\n  Without it a run cannot be taken up: name another one.\n"
    )
