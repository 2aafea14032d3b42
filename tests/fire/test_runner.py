"""Many variants: order, how many at once, reasons to stop, and that nothing is lost however a run ends."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import run, virtual_clock
from harness.errors import EnvironmentProblem, TransportError
from harness.fire import INTERRUPTED, Exchange, Journal, Stop, fire, outcome_from_json, read
from harness.model import Outcome, Phrase, Problem, RunPlan, TaskState, Until, replace
from harness.words import say

Make = Callable[..., Any]
STOPPED = Phrase(key="stop.failures", params={"failures": "1"})


def answer(body: Any, status: int = 200) -> Exchange:
    return Exchange(status=status, headers={}, body=json.dumps(body).encode())


def api(request: Any) -> Any:
    """A provider whose tasks carry their variant's number, and run for two polls."""
    if request.method == "POST":
        number = json.loads(request.body)["n"]
        return answer({"error": "no"}, 400) if number % 10 == 7 else answer({"id": f"t-{number}"})
    if request.method == "DELETE":
        return answer(None, 204)
    counts: dict[str, int] = api.__dict__.setdefault("polls", {})
    counts[request.url] = counts.get(request.url, 0) + 1
    return answer({"status": "SUCCEEDED" if counts[request.url] > 1 else "RUNNING", "output": []})


@pytest.fixture(autouse=True)
def fresh_api() -> None:
    api.__dict__.clear()


@pytest.fixture
def fired(stage: Any, make_variant: Make, make_plan: Make) -> Callable[..., tuple[Outcome, ...]]:
    def start(count: int = 3, *, jobs: int = 2, order: tuple[int, ...] | None = None, **facts: Any) -> Any:
        plan: RunPlan = facts.pop("plan", None) or make_plan(*(make_variant(n) for n in range(count)))
        if order is not None:
            plan = replace(plan, order=order)
        on_outcome = facts.pop("on_outcome", lambda _: None)
        stop = facts.pop("stop", None)
        begun = facts.pop("begun", {})
        beside = facts.pop("beside", None)

        async def main() -> tuple[Outcome, ...]:
            ctx = stage.context(facts.pop("answer", api), **{"until": Until.FINISHED, **facts})
            other = asyncio.create_task(beside()) if beside is not None else None
            try:
                return await fire(plan, ctx=ctx, jobs=jobs, on_outcome=on_outcome, stop=stop, begun=begun)
            finally:
                if other is not None:
                    other.cancel()
                await ctx.journal.close()

        return run(main(), stage.clock)

    return start


@pytest.fixture(scope="session")
def plan_of(make_plan: Make, make_variant: Make) -> RunPlan:
    plan: RunPlan = make_plan(*(make_variant(n) for n in range(9)))
    return plan


def created(folder: Path) -> list[str]:
    return [event["variant"] for event in read(folder) if event["event"] == "create.intent"]


def in_journal(folder: Path) -> dict[str, Outcome]:
    return {
        event["variant"]: outcome_from_json(event["outcome"]) for event in read(folder) if event["event"] == "outcome"
    }


def test_every_variant_has_its_outcome_in_the_plans_order(stage: Any, fired: Callable[..., Any]) -> None:
    seen: list[str] = []
    outcomes = fired(12, jobs=4, order=tuple(reversed(range(12))), on_outcome=lambda one: seen.append(one.variant_id))
    assert [outcome.variant_id for outcome in outcomes] == [f"v-{n}" for n in range(12)]
    assert [outcome.task_id for outcome in outcomes] == [f"t-{n}" if n != 7 else None for n in range(12)]
    assert created(stage.folder) == [f"v-{n}" for n in reversed(range(12))]
    assert sorted(seen) == sorted(outcome.variant_id for outcome in outcomes)
    assert list(in_journal(stage.folder).values()) != []
    assert {outcome.variant_id: outcome for outcome in outcomes} == in_journal(stage.folder)


@pytest.mark.parametrize(("jobs", "most"), [(0, 1), (1, 1), (4, 4), (50, 6)])
def test_no_more_tasks_are_in_flight_than_asked_for(
    stage: Any, make_variant: Make, make_plan: Make, jobs: int, most: int
) -> None:
    flying: set[str] = set()
    highest = 0

    def counting(request: Any) -> Any:
        nonlocal highest
        if request.method == "POST":
            flying.add(json.loads(request.body)["n"])
            highest = max(highest, len(flying))
        return api(request)

    async def main() -> None:
        ctx = stage.context(counting, until=Until.FINISHED, takes_s=1.0)
        plan = make_plan(*(make_variant(n) for n in range(6)))
        await fire(plan, ctx=ctx, jobs=jobs, on_outcome=lambda one: flying.discard(int(one.variant_id[2:])))

    run(main(), stage.clock)
    assert highest == most


def test_the_same_plan_makes_the_same_journal_twice(
    stage: Any, make_variant: Make, make_plan: Make, tmp_path: Path
) -> None:
    journals = []
    for name in ("one", "two"):
        api.__dict__.clear()
        stage.folder = tmp_path / name
        stage.folder.mkdir()
        stage.clock = virtual_clock(datetime(2026, 11, 22, tzinfo=UTC))

        async def main() -> None:
            ctx = stage.context(api, until=Until.FINISHED, takes_s=0.3)
            await fire(make_plan(*(make_variant(n) for n in range(30))), ctx=ctx, jobs=5, on_outcome=lambda _: None)
            await ctx.journal.close()

        run(main(), stage.clock)
        journals.append((stage.folder / "events.jsonl").read_text())
    assert journals[0] == journals[1]


def test_variants_that_the_plan_skips_say_why(fired: Callable[..., Any], make_variant: Make, make_plan: Make) -> None:
    reason = Phrase(key="skip.contract", params={"contracts": "a", "contract": "b"})
    skipped = replace(make_variant(1), skip=reason)
    seen: list[Outcome] = []
    outcomes = fired(plan=make_plan(make_variant(0), skipped), on_outcome=seen.append)
    assert outcomes[1] == Outcome(variant_id="v-1", skipped=reason)
    assert [one.variant_id for one in seen] == ["v-0", "v-1"]


def test_variants_outside_the_order_are_not_touched(fired: Callable[..., Any]) -> None:
    assert [outcome.variant_id for outcome in fired(5, order=(3, 1))] == ["v-1", "v-3"]


def test_an_empty_plan(fired: Callable[..., Any]) -> None:
    assert fired(0) == ()


# ---- stopping


def test_a_reason_to_stop_skips_the_rest_and_ends_what_is_in_flight(stage: Any, fired: Callable[..., Any]) -> None:
    outcomes = fired(10, jobs=3, on_outcome=lambda one: STOPPED if one.variant_id == "v-1" else None)
    assert [outcome.task_state for outcome in outcomes[:3]] == [TaskState.SUCCEEDED] * 3
    assert [outcome.skipped for outcome in outcomes] == [None] * 4 + [STOPPED] * 6
    assert len(created(stage.folder)) == 4  # v-0 was over, and v-3 begun, before v-1 was seen to end
    assert set(in_journal(stage.folder)) == {f"v-{n}" for n in range(10)}


def test_the_first_reason_counts(fired: Callable[..., Any]) -> None:
    reasons = iter(f"r{n}" for n in range(10))
    outcomes = fired(8, jobs=4, on_outcome=lambda _: Phrase(key=next(reasons, "")))
    assert {outcome.skipped.key for outcome in outcomes if outcome.skipped is not None} == {"r0"}


def test_a_stop_lets_no_create_be_sent_again(stage: Any, fired: Callable[..., Any]) -> None:
    def away(request: Any) -> Any:
        if json.loads(request.body)["n"] == 0:
            return answer({"error": "no key"}, 401)
        raise TransportError("NETWORK.REFUSED", "api.invalid cannot be reached.", sent=False)

    outcomes = fired(6, jobs=3, answer=away, on_outcome=lambda one: STOPPED if one.http_status == 401 else None)
    assert [outcome.attempts for outcome in outcomes] == [1, 1, 1, 0, 0, 0]
    assert [outcome.skipped for outcome in outcomes[3:]] == [STOPPED] * 3
    assert len(stage.transport.requests) == 3


@pytest.mark.parametrize("interrupt", [False, True], ids=["stop", "interrupt"])
def test_a_stop_while_the_intent_is_written_sends_nothing(
    stage: Any, fired: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, *, interrupt: bool
) -> None:
    write, stop = Journal.write, Stop()

    async def slow(self: Journal, fact: Any, durable: bool = False) -> None:  # noqa: FBT001, FBT002
        await write(self, fact, durable)
        if fact["event"] == "create.intent":
            await stage.clock.sleep(1)

    monkeypatch.setattr(Journal, "write", slow)
    act = stop.interrupt if interrupt else lambda: stop.ask(STOPPED)
    outcomes = fired(2, jobs=1, stop=stop, beside=at(stage, 0.5, act))
    assert [outcome.skipped for outcome in outcomes] == [INTERRUPTED if interrupt else STOPPED] * 2
    assert stage.transport.requests == []
    told = [(event["event"], event.get("error"), event.get("sent")) for event in read(stage.folder)][:2]
    assert told == [("create.intent", None, None), ("create.answer", "NOT.SENT", False)]


def test_a_group_that_is_closed_is_skipped_and_the_others_go_on(
    fired: Callable[..., Any], make_variant: Make, make_plan: Make
) -> None:
    stop, reason = Stop(), Phrase(key="skip.quota", params={"group": "a"})
    models = ["a", "b", "a", "b", "a", None]
    payloads = [{"n": n} | ({"model": model} if model else {}) for n, model in enumerate(models)]

    def seen(outcome: Outcome) -> None:
        if outcome.variant_id == "v-0":
            stop.close(("small", "a"), reason)

    plan = make_plan(*(make_variant(n, payload) for n, payload in enumerate(payloads)))
    outcomes = fired(plan=plan, jobs=1, stop=stop, on_outcome=seen)
    assert [outcome.skipped for outcome in outcomes] == [None, None, reason, None, reason, None]
    assert say(reason) == "the daily quota of a is used up"
    assert stop.reason is None


def test_an_interrupt_lets_go_of_what_is_in_flight(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()

    async def beside() -> None:
        await stage.clock.sleep(7)  # after the first poll of v-0 and v-1
        stop.interrupt()

    outcomes = fired(4, jobs=2, stop=stop, beside=beside)
    text = "Task t-0 was RUNNING when the run was interrupted; it may go on, and be billed."
    assert outcomes[0].problem == Problem(code="TASK.LEFT", text=text)
    assert outcomes[0].task_id == "t-0"
    assert "DELETE" not in {request.method for request in stage.transport.requests}
    assert [outcome.skipped for outcome in outcomes[2:]] == [INTERRUPTED] * 2
    assert stage.clock.now() == 7
    assert stop.interrupted
    assert set(in_journal(stage.folder)) == {"v-0", "v-1", "v-2", "v-3"}
    assert say(INTERRUPTED) == "interrupted"


def at(stage: Any, seconds: float, *acts: Callable[[], object]) -> Callable[[], Any]:
    """Something that happens beside a run: each act so many seconds after the one before."""

    async def beside() -> None:
        for act in acts:
            await stage.clock.sleep(seconds)
            act()

    return beside


def test_an_interrupt_lets_a_create_that_is_away_be_answered(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()
    outcomes = fired(3, jobs=1, stop=stop, beside=at(stage, 0.5, stop.interrupt), takes_s=1.0)
    assert (outcomes[0].task_id, outcomes[0].problem.code) == ("t-0", "TASK.LEFT")  # a last look saw it RUNNING
    assert stage.transport.sent() == ["POST /v1/make", "GET /v1/tasks/t-0"]
    assert [outcome.skipped for outcome in outcomes[1:]] == [INTERRUPTED] * 2
    assert stage.clock.now() == 2


def test_an_interrupt_waits_ten_seconds_for_a_create_and_then_says_that_it_may_have_been_taken(
    stage: Any, fired: Callable[..., Any]
) -> None:
    stop = Stop()
    outcomes = fired(3, jobs=1, stop=stop, beside=at(stage, 0.5, stop.interrupt), takes_s=30.0)
    text = "The run was interrupted while the create was on its way: a task may have been created."
    assert outcomes[0].problem == Problem(code="NETWORK.INTERRUPTED", text=text, maybe_created=True)
    assert [outcome.skipped for outcome in outcomes[1:]] == [INTERRUPTED] * 2
    assert stage.clock.now() == 10.5


def test_the_second_interrupt_waits_for_nothing(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()
    outcomes = fired(2, stop=stop, beside=at(stage, 0.5, stop.interrupt, stop.interrupt), takes_s=30.0)
    assert [outcome.problem.code for outcome in outcomes] == ["NETWORK.INTERRUPTED"] * 2
    assert stage.clock.now() == 1


def test_a_create_that_never_left_is_not_sent_again_after_an_interrupt(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()

    def away(_: Any) -> Any:
        raise TransportError("NETWORK.REFUSED", "api.invalid cannot be reached.", sent=False)

    outcomes = fired(1, answer=away, stop=stop, beside=at(stage, 0.1, stop.interrupt))
    assert outcomes[0].problem == Problem(code="NETWORK.REFUSED", text="api.invalid cannot be reached.")
    assert (outcomes[0].attempts, len(stage.transport.requests)) == (1, 1)


def waiting(*words: str, delete: int = 204) -> Callable[[Any], Any]:
    """A provider whose task n is for ever in the state of that number."""

    def answers(request: Any) -> Any:
        if request.method == "POST":
            return answer({"id": f"t-{json.loads(request.body)['n']}"})
        if request.method == "DELETE":
            return answer(None, delete)
        return answer({"status": words[int(request.url.rpartition("-")[2])], "output": []})

    return answers


def test_an_interrupt_cancels_what_has_not_begun_and_nothing_else(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()
    api = waiting("PENDING", "THROTTLED", "RUNNING", "Baking")
    outcomes = fired(6, jobs=4, answer=api, stop=stop, beside=at(stage, 7, stop.interrupt))
    stopped = "Task t-{} had not begun ({}) when the run was interrupted, and was cancelled."
    left = "Task t-{} was {} when the run was interrupted; it may go on, and be billed."
    assert [outcome.problem for outcome in outcomes[:4]] == [
        Problem(code="TASK.STOPPED", text=stopped.format(0, "PENDING")),
        Problem(code="TASK.STOPPED", text=stopped.format(1, "THROTTLED")),
        Problem(code="TASK.LEFT", text=left.format(2, "RUNNING")),
        Problem(code="TASK.LEFT", text=left.format(3, "Baking")),
    ]
    assert [outcome.task_state for outcome in outcomes[:3]] == [TaskState.CANCELLED] * 2 + [TaskState.RUNNING]
    deleted = [path for path in stage.transport.sent() if path.startswith("DELETE")]
    assert deleted == ["DELETE /v1/tasks/t-0", "DELETE /v1/tasks/t-1"]
    assert [event["task"] for event in read(stage.folder) if event["event"] == "cancel"] == ["t-0", "t-1"]


@pytest.mark.parametrize("delete", [404, 500])
def test_what_cannot_be_cancelled_is_left_and_named(stage: Any, fired: Callable[..., Any], delete: int) -> None:
    stop = Stop()
    api = waiting("PENDING", delete=delete)
    outcomes = fired(1, answer=api, stop=stop, beside=at(stage, 7, stop.interrupt))
    assert (outcomes[0].problem.code, outcomes[0].task_state) == ("TASK.LEFT", TaskState.PENDING)
    assert stage.clock.now() < 10


def test_without_a_cancel_route_nothing_is_asked(stage: Any, fired: Callable[..., Any], make_provider: Make) -> None:
    stop = Stop()
    api, provider = waiting("PENDING"), make_provider(cancel=None)
    outcomes = fired(1, answer=api, stop=stop, beside=at(stage, 7, stop.interrupt), provider=provider)
    assert outcomes[0].problem.code == "TASK.LEFT"
    assert stage.transport.sent() == ["POST /v1/make", "GET /v1/tasks/t-0"]


def test_a_task_that_ended_meanwhile_is_not_cancelled(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()
    api = waiting("FAILED")
    outcomes = fired(1, answer=api, stop=stop, beside=at(stage, 3, stop.interrupt))
    assert (outcomes[0].task_state, outcomes[0].problem) == (TaskState.FAILED, None)
    assert stage.clock.now() == 3


def test_all_cancels_together_have_ten_seconds(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()
    api = waiting(*["PENDING"] * 40)

    def slow(request: Any) -> Any:
        if request.method == "DELETE":
            raise TransportError("NETWORK.TIMEOUT", "api.invalid did not answer.", sent=True)
        return api(request)

    outcomes = fired(40, jobs=40, answer=slow, stop=stop, beside=at(stage, 15, stop.interrupt), takes_s=4.0)
    assert {outcome.problem.code for outcome in outcomes} == {"TASK.LEFT"}
    assert stage.clock.now() == 25


def test_an_interrupt_before_the_first_create(fired: Callable[..., Any], stage: Any) -> None:
    stop = Stop()
    stop.interrupt()
    assert [outcome.skipped for outcome in fired(3, stop=stop)] == [INTERRUPTED] * 3
    assert stage.transport.requests == []


def test_an_interrupt_at_the_files_is_no_success(stage: Any, fired: Callable[..., Any]) -> None:
    stop = Stop()
    url = "https://files.example/a.mp4"

    def answers(request: Any) -> Any:
        return answer({"id": "t-0"} if request.method == "POST" else {"status": "SUCCEEDED", "output": [url]})

    async def beside() -> None:
        await stage.clock.sleep(7.5)  # a second for the create, five to the poll, one for it, and then the file
        stop.interrupt()

    outcomes = fired(
        1, answer=answers, stop=stop, beside=beside, takes_s=1.0, files={url: b"clip"}, until=Until.VERIFIED
    )
    text = "Task t-0 SUCCEEDED, and the run was interrupted at its files."
    assert outcomes[0].problem == Problem(code="TASK.UNFINISHED", text=text)
    assert outcomes[0].outputs == ()


def test_cancelled_with_a_handle_it_returns_what_is_known(stage: Any, make_variant: Make, make_plan: Make) -> None:
    stop = Stop()

    async def main() -> tuple[Outcome, ...]:
        ctx = stage.context(api, until=Until.FINISHED)
        plan = make_plan(*(make_variant(n) for n in range(4)))
        task = asyncio.create_task(fire(plan, ctx=ctx, jobs=2, on_outcome=lambda _: None, stop=stop))
        await stage.clock.sleep(7)
        task.cancel()
        outcomes = await task
        assert task.cancelling() == 0
        await ctx.journal.close()
        return outcomes

    outcomes = run(main(), stage.clock)
    assert [outcome.task_id for outcome in outcomes] == ["t-0", "t-1", None, None]
    assert [outcome.skipped for outcome in outcomes] == [None, None, INTERRUPTED, INTERRUPTED]
    assert stop.interrupted


def test_cancelled_without_a_handle_it_goes_on_being_cancelled(stage: Any, make_variant: Make, make_plan: Make) -> None:
    async def main() -> None:
        ctx = stage.context(api, until=Until.FINISHED)
        plan = make_plan(*(make_variant(n) for n in range(4)))
        task = asyncio.create_task(fire(plan, ctx=ctx, jobs=2, on_outcome=lambda _: None))
        await stage.clock.sleep(7)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await ctx.journal.close()

    run(main(), stage.clock)
    assert set(in_journal(stage.folder)) == {"v-0", "v-1"}


@given(after_ms=st.integers(0, 40_000), jobs=st.integers(1, 6))
def test_whenever_it_is_interrupted_no_task_is_lost(
    tmp_path_factory: pytest.TempPathFactory, make_stage: Make, plan_of: RunPlan, *, after_ms: int, jobs: int
) -> None:
    api.__dict__.clear()
    stage = make_stage(folder=tmp_path_factory.mktemp("run"))
    stop = Stop()
    made: set[str] = set()

    def remembering(request: Any) -> Any:
        found = api(request)
        if request.method == "POST" and found.status == 200:
            made.add(json.loads(found.body)["id"])
        return found

    async def main() -> tuple[Outcome, ...]:
        ctx = stage.context(remembering, until=Until.FINISHED, takes_s=0.7)

        async def beside() -> None:
            await stage.clock.sleep(after_ms / 1000)
            stop.interrupt()

        other = asyncio.create_task(beside())
        outcomes = await fire(plan_of, ctx=ctx, jobs=jobs, on_outcome=lambda _: None, stop=stop)
        other.cancel()
        await ctx.journal.close()
        return outcomes

    outcomes = run(main(), stage.clock)
    assert len(outcomes) == 9
    assert {outcome.task_id for outcome in outcomes} - {None} == made
    assert in_journal(stage.folder) == {outcome.variant_id: outcome for outcome in outcomes}
    for outcome in outcomes:
        told = outcome.skipped or outcome.problem or outcome.task_state or outcome.http_status
        assert told is not None


# ---- our own mistakes


def test_a_bug_costs_one_variant_and_never_the_run(stage: Any, fired: Callable[..., Any]) -> None:
    def buggy(request: Any) -> Any:
        if request.url.endswith("t-1"):
            raise KeyError("oops \x1b[31m Bearer abc123def456")
        return api(request)

    outcomes = fired(3, answer=buggy)
    problem = Problem(code="OURS.BUG", text="KeyError: 'oops \\x1b[31m Bearer <redacted>'")
    assert [outcome.problem for outcome in outcomes] == [None, problem, None]
    assert outcomes[1].task_id == "t-1"
    (bug,) = [event for event in read(stage.folder) if event["event"] == "bug"]
    assert bug["variant"] == "v-1"
    assert "in buggy" in bug["traceback"]
    assert "abc123def456" not in bug["traceback"]


def test_a_bug_while_a_create_is_away_says_that_it_may_have_been_taken(fired: Callable[..., Any]) -> None:
    def buggy(_: Any) -> Any:
        raise ZeroDivisionError

    (outcome,) = fired(1, answer=buggy)
    assert outcome.problem == Problem(code="OURS.BUG", text="ZeroDivisionError", maybe_created=True)


def test_an_unknown_endpoint_is_a_bug_of_one_variant(
    fired: Callable[..., Any], make_variant: Make, make_plan: Make
) -> None:
    outcomes = fired(plan=make_plan(make_variant(0, endpoint="nowhere"), make_variant(1)))
    assert outcomes[0].problem == Problem(code="OURS.BUG", text="KeyError: 'nowhere'")
    assert outcomes[1].task_state is TaskState.SUCCEEDED


def test_a_bug_of_the_judge_costs_one_variant(fired: Callable[..., Any]) -> None:
    def judge(outcome: Outcome) -> Phrase | None:
        if outcome.variant_id == "v-1":
            raise ValueError("no verdict")
        return None

    outcomes = fired(3, on_outcome=judge)
    assert [outcome.problem for outcome in outcomes] == [
        None, Problem(code="OURS.BUG", text="ValueError: no verdict"), None
    ]  # fmt: skip
    assert outcomes[1].task_state is TaskState.SUCCEEDED


@pytest.mark.parametrize("event", ["create.intent", "task.created", "poll", "outcome"])
def test_without_a_journal_nothing_more_is_sent(
    stage: Any, fired: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    write = Journal.write

    async def full(self: Journal, fact: Any, durable: bool = False) -> None:  # noqa: FBT001, FBT002
        if fact["event"] == event and fact["variant"] == "v-0":
            raise EnvironmentProblem("events.jsonl: the journal cannot be written: disk full.")
        await write(self, fact, durable)

    monkeypatch.setattr(Journal, "write", full)
    seen: list[Outcome] = []
    outcomes = fired(5, jobs=1, on_outcome=seen.append)
    assert tuple(seen) == outcomes
    text = "events.jsonl: the journal cannot be written: disk full."
    assert outcomes[0].problem == Problem(code="OURS.JOURNAL", text=text)
    assert outcomes[0].task_id == (None if event == "create.intent" else "t-0")
    reason = Phrase(key="stop.journal", params={"text": text})
    assert [outcome.skipped for outcome in outcomes[1:]] == [reason] * 4
    assert say(reason) == f"Nothing more is sent without a journal. {text}"
    assert len([request for request in stage.transport.requests if request.method == "POST"]) <= 1


def test_a_host_that_is_away_is_an_outcome_of_every_variant(fired: Callable[..., Any]) -> None:
    def away(_: Any) -> Any:
        raise TransportError("NETWORK.REFUSED", "api.invalid cannot be reached.", sent=False)

    outcomes = fired(3, answer=away)
    assert {outcome.problem.code for outcome in outcomes} == {"NETWORK.REFUSED"}
    assert {outcome.attempts for outcome in outcomes} == {3}


def test_memory_of_a_variant(stage: Any, make_variant: Make, make_plan: Make) -> None:
    def at_once(request: Any) -> Any:
        if request.method == "POST":
            return answer({"id": "00000000-0000-4000-8000-000000000000", "estimatedCost": {"credits": 25}})
        return answer(
            {"status": "SUCCEEDED", "output": ["https://files.example/a.mp4?_jwt=abc"], "cost": {"credits": 25}}
        )

    plan = make_plan(*(make_variant(n) for n in range(500)))
    kept: list[tuple[Outcome, ...]] = []

    async def main() -> None:
        ctx = stage.context(at_once, until=Until.FINISHED, log=None)
        stage.transport.requests = Forgetful()
        tracemalloc.start()
        kept.append(await fire(plan, ctx=ctx, jobs=32, on_outcome=lambda _: None))
        await ctx.journal.close()

    run(main(), stage.clock)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(kept[0]) == 500
    assert used / 500 < 3000


class Forgetful(list[Any]):
    """A list of requests that keeps the last one only."""

    def append(self, item: Any) -> None:
        self[:] = [item]


# ---- tasks from before


BEGUN = {"v-1": Outcome(variant_id="v-1", task_id="t-1", attempts=1, http_status=200, estimated_credits=25, polls=4)}


def test_a_task_from_before_is_followed_and_not_created(stage: Any, fired: Callable[..., tuple[Outcome, ...]]) -> None:
    outcomes = fired(2, begun=BEGUN, jobs=1)
    assert stage.transport.sent() == [
        *("POST /v1/make", "GET /v1/tasks/t-0", "GET /v1/tasks/t-0"),
        *("GET /v1/tasks/t-1", "GET /v1/tasks/t-1"),
    ]
    assert outcomes[1] == Outcome(
        variant_id="v-1", attempts=1, http_status=200, task_id="t-1", task_state=TaskState.SUCCEEDED,
        task_word="SUCCEEDED", estimated_credits=25, polls=6, raw=outcomes[1].raw, until=Until.FINISHED,
    )  # fmt: skip
    seen = [event for event in read(stage.folder) if event["event"] in {"poll", "task.ended"}]
    assert [event["event"] for event in seen] == ["poll", "task.ended"] * 2
    before, after = (datetime.fromisoformat(event["at"]) for event in seen[1:3])
    assert (after - before).total_seconds() == 0.25, "looked at once"


def test_a_reason_to_stop_keeps_no_task_from_its_end(stage: Any, fired: Callable[..., tuple[Outcome, ...]]) -> None:
    stop = Stop()
    stop.ask(STOPPED)
    outcomes = fired(3, begun=BEGUN, jobs=1, stop=stop, order=(1, 0, 2))
    assert [outcome.skipped for outcome in outcomes] == [STOPPED, None, STOPPED]
    assert outcomes[1].task_state is TaskState.SUCCEEDED
    assert [line for line in stage.transport.sent() if "POST" in line] == []


def test_an_interrupt_names_the_tasks_that_were_not_looked_at(
    stage: Any, fired: Callable[..., tuple[Outcome, ...]]
) -> None:
    stop = Stop()
    stop.interrupt()
    outcomes = fired(2, begun=BEGUN, jobs=1, stop=stop)
    assert outcomes[0].skipped == INTERRUPTED
    assert (outcomes[1].task_id, outcomes[1].skipped) == ("t-1", None)
    assert outcomes[1].problem == Problem(
        code="TASK.LEFT",
        text="Task t-1 was not yet seen when the run was interrupted; it may go on, and be billed.",
    )
    assert stage.transport.sent() == []
