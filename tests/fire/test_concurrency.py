"""How many tasks are in flight: the policy by itself, the gate by itself, and both in a run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import run, virtual_clock
from harness.fire import Exchange, fire, read
from harness.fire.concurrency import Concurrency, Gate
from harness.model import Outcome, TaskState, Until
from harness.provider.profile import SystemicRule

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("asked", "allowed", "begins"), [(8, None, 8), (8, 3, 3), (8, 20, 8), (8, 0, 1), (0, None, 1), (0, 5, 1)]
)
def test_it_begins_with_what_is_allowed(asked: int, allowed: int | None, begins: int) -> None:
    policy = Concurrency(asked, allowed)
    assert (policy.limit, policy.ceiling) == (begins, begins)


def test_an_overload_halves_it_and_a_burst_counts_once() -> None:
    policy = Concurrency(32)
    assert policy.overloaded(sent_s=1.0, now_s=2.0)
    assert [policy.overloaded(sent_s=1.5, now_s=2.5) for _ in range(20)] == [False] * 20
    assert policy.limit == 16
    assert policy.overloaded(sent_s=3.0, now_s=4.0)
    assert policy.limit == 8


def test_it_ends_at_one() -> None:
    policy = Concurrency(5)
    cuts = [policy.overloaded(sent_s=n, now_s=n + 0.5) for n in range(5)]
    assert (cuts, policy.limit) == ([True, True, False, False, False], 1)


def test_it_recovers_slowly_and_never_beyond_its_ceiling() -> None:
    policy = Concurrency(64, 32)
    policy.overloaded(sent_s=0.0, now_s=1.0)
    limits = []
    for _ in range(2000):
        policy.went_well()
        limits.append(policy.limit)
    assert limits[14:16] == [16, 18]  # a whole round, and then a sixteenth of the ceiling
    assert limits == sorted(limits)
    assert limits[-1] == 32
    assert limits.index(32) > 100


@given(st.lists(st.booleans(), max_size=300), st.integers(1, 50), st.integers(1, 50))
def test_never_above_what_was_asked_for(steps: list[bool], asked: int, allowed: int) -> None:
    policy = Concurrency(asked, allowed)
    for number, well in enumerate(steps):
        if well:
            policy.went_well()
        else:
            policy.overloaded(sent_s=number, now_s=number)
        assert 1 <= policy.limit <= min(asked, allowed)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=30), st.integers(1, 4))
def test_the_gate_keeps_its_limit_and_loses_no_place(people: list[tuple[int, bool]], limit: int) -> None:
    gate, inside, most = Gate(Concurrency(limit)), 0, 0

    async def person(stay_s: int) -> None:
        nonlocal inside, most
        async with gate:
            inside += 1
            most = max(most, inside)
            try:
                await asyncio.sleep(stay_s)
            finally:
                inside -= 1

    async def main() -> None:
        tasks = [asyncio.create_task(person(stay_s)) for stay_s, _ in people]
        await asyncio.sleep(5)
        for task, (_, leaves) in zip(tasks, people, strict=True):
            if leaves:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(limit):
            await asyncio.wait_for(gate.__aenter__(), 1)

    run(main(), virtual_clock())
    assert most <= limit


def answer(body: Any, status: int = 200) -> Exchange:
    return Exchange(status=status, headers={}, body=json.dumps(body).encode())


class Small:
    """A provider that takes three tasks at once and refuses the fourth."""

    def __init__(self, refusal: tuple[int, str]) -> None:
        self.running: set[int] = set()
        self.most_asked = 0
        self.refused = 0
        self.refusal = refusal

    def __call__(self, request: Any) -> Exchange:
        if request.method == "POST":
            if len(self.running) >= 3:
                self.refused += 1
                return answer({"error": self.refusal[1]}, self.refusal[0])
            number = json.loads(request.body)["n"]
            self.running.add(number)
            return answer({"id": f"t-{number}"})
        self.running.discard(int(request.url.rpartition("-")[2]))
        return answer({"status": "SUCCEEDED", "output": []})


@pytest.fixture
def fired(stage: Any, make_variant: Make, make_plan: Make) -> Callable[..., tuple[Outcome, ...]]:
    def start(api: Any, jobs: int, *, allowed: int | None = None, **facts: Any) -> Any:
        async def main() -> tuple[Outcome, ...]:
            ctx = stage.context(api, until=Until.FINISHED, takes_s=0.1, **facts)
            plan = make_plan(*(make_variant(n) for n in range(40)))
            outcomes = await fire(plan, ctx=ctx, jobs=jobs, on_outcome=lambda _: None, allowed=allowed)
            await ctx.journal.close()
            return outcomes

        return run(main(), stage.clock)

    return start


def limits(stage: Any) -> list[tuple[int, int]]:
    return [(event["limit"], event["status"]) for event in read(stage.folder) if event["event"] == "concurrency"]


def test_a_run_goes_slower_where_it_is_too_much(stage: Any, fired: Callable[..., Any]) -> None:
    api = Small((429, "Too many requests."))
    outcomes = fired(api, 16)
    assert limits(stage)[:2] == [(8, 429), (4, 429)]
    assert api.refused < 37  # what it would be without going slower: the first three, and then each beside three others
    assert len([one for one in outcomes if one.task_state is TaskState.SUCCEEDED]) > 10
    assert "the API answered 429: 8 tasks in flight from now on" in stage.lines


def test_a_run_begins_with_what_the_account_allows(stage: Any, fired: Callable[..., Any]) -> None:
    api = Small((429, "Too many requests."))
    outcomes = fired(api, 16, allowed=3)
    assert (api.refused, limits(stage)) == (0, [])
    assert {one.task_state for one in outcomes} == {TaskState.SUCCEEDED}


def test_a_busy_poll_counts_too(stage: Any, fired: Callable[..., Any]) -> None:
    polls = 0

    def api(request: Any) -> Exchange:
        nonlocal polls
        if request.method == "POST":
            return answer({"id": f"t-{json.loads(request.body)['n']}"})
        polls += 1
        return answer({}, 503) if polls <= 4 else answer({"status": "SUCCEEDED", "output": []})

    outcomes = fired(api, 4)
    assert limits(stage) == [(2, 503)]
    assert {one.task_state for one in outcomes} == {TaskState.SUCCEEDED}


def test_a_days_quota_is_not_eased_by_going_slower(stage: Any, fired: Callable[..., Any], make_provider: Make) -> None:
    provider = make_provider(systemic=(SystemicRule("QUOTA.DAILY", 429, "daily task limit"),))
    fired(Small((429, "Your daily task limit has been reached.")), 16, provider=provider)
    assert limits(stage) == []
