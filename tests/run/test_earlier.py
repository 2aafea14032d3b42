"""What a journal that broke off anywhere says of a variant: it stands, its task is followed, or it is fired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.fire import outcome_to_json
from harness.model import Outcome, Output, Phrase, Problem, TaskState, Until
from harness.run.earlier import Earlier, earlier_of

INTENT = {"event": "create.intent", "variant": "v"}
CREATED = {"event": "task.created", "variant": "v", "task": "t-1", "status": 200, "attempt": 1, "estimated": 25}
POLL = {"event": "poll", "variant": "v", "task": "t-1", "n": 3, "state": "RUNNING"}
REFUSED = {"event": "create.answer", "variant": "v", "status": 400, "attempt": 1}
MAYBE = {
    "event": "create.answer", "variant": "v", "status": 503, "attempt": 1,
    "code": "PROVIDER.5XX", "text": "The API answered 503.", "maybe": True,
}  # fmt: skip
LOST = {"event": "create.answer", "variant": "v", "attempt": 1, "error": "NETWORK.RESET", "sent": True, "text": "Gone."}
UNREACHED = {**LOST, "error": "NETWORK.REFUSED", "sent": False}
CANCELLED = {"event": "cancel", "variant": "v", "task": "t-1", "status": 204, "error": None}
NOT_CANCELLED = {**CANCELLED, "status": None, "error": "NETWORK.RESET"}
RESUMED = {"event": "run.resumed"}


def outcome(**facts: Any) -> dict[str, Any]:
    known = Outcome(variant_id="v", **facts)
    return {"event": "outcome", "variant": "v", "outcome": outcome_to_json(known)}


def problem(code: str, *, maybe: bool = False) -> Problem:
    return Problem(code=code, text="x", maybe_created=maybe)


def earlier(*events: dict[str, Any]) -> Earlier:
    return earlier_of(events, lambda _: None, Path("reports/r"))


SUCCEEDED: dict[str, Any] = {"task_id": "t-1", "http_status": 200, "task_state": TaskState.SUCCEEDED}
SKIPPED = outcome(skipped=Phrase(key="stop.interrupted"))
GONE = Output(url="https://f.example/a", problem="404")
HERE = Output(url="https://f.example/a", file="outputs/v.mp4")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], "fire"),
        ([INTENT], "maybe"),
        ([INTENT, RESUMED], "maybe"),
        ([INTENT, LOST], "maybe"),
        ([INTENT, MAYBE], "maybe"),
        ([INTENT, REFUSED], "fire"),
        ([INTENT, UNREACHED], "fire"),
        ([INTENT, CREATED], "follow"),
        ([INTENT, CREATED, POLL], "follow"),
        ([INTENT, CREATED, outcome(**SUCCEEDED, outputs=(HERE,))], "stands"),
        (
            [INTENT, CREATED, outcome(**SUCCEEDED, outputs=(Output(url="https://f.example/a", problem="404"),))],
            "follow",
        ),
        ([INTENT, CREATED, outcome(**SUCCEEDED, problem=problem("TASK.UNFINISHED"))], "follow"),
        ([INTENT, CREATED, outcome(task_id="t-1", task_state=TaskState.FAILED)], "stands"),
        ([INTENT, CREATED, outcome(task_id="t-1", until=Until.ACCEPTED)], "stands"),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("TASK.TIMEOUT"))], "follow"),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("NETWORK.RESET"))], "follow"),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("OURS.BUG"))], "follow"),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("TASK.VANISHED"))], "stands"),
        ([INTENT, CREATED, RESUMED, SKIPPED], "follow"),
        ([INTENT, CREATED, CANCELLED], "stands"),
        ([INTENT, CREATED, NOT_CANCELLED], "follow"),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("TASK.TIMEOUT")), CANCELLED], "stands"),
        ([INTENT, REFUSED, outcome(http_status=400)], "stands"),
        ([INTENT, REFUSED, outcome(http_status=401)], "fire"),
        ([INTENT, REFUSED, outcome(http_status=429)], "fire"),
        ([INTENT, MAYBE, outcome(http_status=503, problem=problem("PROVIDER.5XX", maybe=True))], "maybe"),
        ([INTENT, outcome(problem=problem("NETWORK.INTERRUPTED", maybe=True))], "maybe"),
        ([INTENT, outcome(problem=problem("OURS.BUG"))], "maybe"),
        ([INTENT, MAYBE, outcome(problem=problem("OURS.BUG"))], "maybe"),
        ([INTENT, UNREACHED, outcome(problem=problem("NETWORK.REFUSED"))], "fire"),
        ([outcome(problem=problem("OURS.BUG"))], "fire"),
        ([SKIPPED], "fire"),
        ([outcome(skipped=Phrase(key="stop.auth", params={"status": "401"}))], "fire"),
        ([outcome(skipped=Phrase(key="stop.failures", params={"failures": "1"}))], "stands"),
        ([outcome(skipped=Phrase(key="skip.contract"))], "stands"),
        ([INTENT, UNREACHED, RESUMED, INTENT], "maybe"),
        ([INTENT, UNREACHED, RESUMED, INTENT, CREATED], "follow"),
        ([SKIPPED, RESUMED, INTENT, REFUSED, outcome(http_status=400)], "stands"),
    ],
)
def test_what_becomes_of_a_variant(events: list[dict[str, Any]], expected: str) -> None:
    known = earlier(*events)
    assert not set(known.ended) & set(known.begun)
    if "v" in known.begun:
        assert known.begun["v"].task_id == "t-1"
        found = "follow"
    elif "v" not in known.ended:
        found = "fire"
    else:
        trouble = known.ended["v"].problem
        found = "maybe" if trouble is not None and trouble.maybe_created else "stands"
    assert found == expected


def test_what_is_known_of_a_task_goes_on() -> None:
    assert earlier(INTENT, CREATED, POLL).begun["v"] == Outcome(
        variant_id="v", attempts=1, http_status=200, task_id="t-1", estimated_credits=25, polls=3
    )


def test_a_create_without_an_answer_has_its_sentence_and_is_to_be_recorded() -> None:
    known = earlier(INTENT)
    assert known.lost == {"v"}
    assert known.ended["v"].problem == Problem(
        code="NETWORK.INTERRUPTED",
        text="The run broke off while the create was on its way: a task may have been created.",
        maybe_created=True,
    )
    assert earlier(INTENT, outcome(problem=problem("NETWORK.RESET", maybe=True))).lost == frozenset()


def test_a_task_that_was_cancelled_is_told_so() -> None:
    events = ({"event": "run.started", "until": "accepted"}, INTENT, CREATED, CANCELLED)
    assert earlier(*events).ended["v"] == Outcome(
        variant_id="v", attempts=1, http_status=200, task_id="t-1", task_state=TaskState.CANCELLED,
        estimated_credits=25, until=Until.ACCEPTED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "orphan"),
    [
        ([INTENT], False),
        ([INTENT, CREATED], True),
        ([INTENT, CREATED, CANCELLED], False),
        ([INTENT, CREATED, outcome(task_id="t-1", until=Until.ACCEPTED)], True),
        ([INTENT, CREATED, outcome(task_id="t-1", until=Until.ACCEPTED, task_state=TaskState.CANCELLED)], False),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("TASK.TIMEOUT"))], True),
        ([INTENT, CREATED, outcome(task_id="t-1", problem=problem("TASK.VANISHED"))], False),
        ([INTENT, CREATED, outcome(**SUCCEEDED, outputs=(GONE,))], False),
    ],
)
def test_orphans(events: list[dict[str, Any]], orphan: bool) -> None:  # noqa: FBT001 - a column of the table
    assert [outcome.task_id for outcome in earlier(*events).orphans] == (["t-1"] if orphan else [])


def test_times_and_exit_codes() -> None:
    def at(second: int, event: str, **more: Any) -> dict[str, Any]:
        return {"at": f"2026-11-22T10:15:{second:02}.000Z", "event": event, **more}

    first = [at(0, "run.started"), at(7, "run.ready")]
    broken = earlier(*first, at(30, "run.resumed"))
    assert (broken.exit_code, broken.wall_s, broken.started_at.second) == (None, 7.0, 0)
    whole = earlier(*first, at(30, "run.resumed"), at(33, "run.ended", exit_code=4))
    assert (whole.exit_code, whole.wall_s) == (4, 10.0)
    assert earlier(*first, at(8, "run.ended", exit_code=4), at(9, "run.resumed")).exit_code is None
    reaped = earlier(*first, at(8, "run.ended", exit_code=4), at(50, "run.reaped"), at(52, "cancel"))
    assert (reaped.exit_code, reaped.wall_s) == (4, 10.0)


@pytest.mark.parametrize(
    "event",
    [
        {**CREATED, "task": 7},
        {"event": "task.created", "variant": "v"},
        {"event": "outcome", "variant": "v", "outcome": []},
        {"event": "run.ended"},
        {"at": "yesterday", "event": "run.started"},
        {"at": 7, "event": "run.started"},
    ],
)
def test_events_that_no_run_writes(event: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"^reports/r: the journal has an event that no run writes \("):
        earlier(event)


EVENTS = [INTENT, CREATED, POLL, REFUSED, MAYBE, LOST, UNREACHED, RESUMED, SKIPPED, outcome(http_status=400)]


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_nothing_that_may_exist_is_ever_fired_again(events: list[dict[str, Any]]) -> None:
    known = earlier(*events)
    last = next((event for event in reversed(events) if event["event"].startswith(("create.", "task."))), None)
    fired_again = "v" not in known.ended and "v" not in known.begun
    if last in (INTENT, CREATED, MAYBE, LOST):
        assert not fired_again
