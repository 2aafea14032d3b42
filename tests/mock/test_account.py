"""Credits, concurrency, quota, and what the account tells about them."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from harness.errors import UsageError
from harness.mock.account import DAYS_KEPT, PLENTY, usage_period
from harness.mock.tasks import Ending
from harness.model import TaskState, replace

DOC = "https://docs.dev.runwayml.com/api"


async def create(client: httpx.AsyncClient, payload: dict[str, Any], seed: int = 0) -> httpx.Response:
    return await client.post("/v1/image_to_video", json={**payload, "seed": seed})


async def state(client: httpx.AsyncClient, response: httpx.Response) -> str:
    status: str = (await client.get(f"/v1/tasks/{response.json()['id']}")).json()["status"]
    return status


async def balance(client: httpx.AsyncClient) -> int:
    credits_left: int = (await client.get("/v1/organization")).json()["creditBalance"]
    return credits_left


def test_credits_go_down_and_run_out(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[Any]:
        answers = [await create(client, good, seed) for seed in range(3)]
        return [*[answer.status_code for answer in answers], answers[-1].json(), await balance(client)]

    text = {"error": "You do not have enough credits to run this task.", "docUrl": DOC}
    assert bench(credits=50).play(story) == [200, 200, 400, text, 0]


def test_a_task_that_had_not_begun_is_refunded_and_a_running_one_is_not(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        found = []
        for wait_s in (0, 9, 200):
            task_id = (await create(client, good)).json()["id"]
            await asyncio.sleep(wait_s)
            await client.delete(f"/v1/tasks/{task_id}")
            found.append(await balance(client))
        return found

    assert bench(credits=1000).play(story) == [1000, 975, 950]


def test_plenty_never_ends(bench: Any, good: dict[str, Any]) -> None:
    mock = bench()
    mock.create(good)
    assert (mock.app.ledger.balance, mock.app.ledger.spent) == (PLENTY - 25, 25)


def test_above_the_concurrency_tasks_are_throttled_and_go_on(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[list[str]]:
        answers = [await create(client, good, seed) for seed in range(3)]
        found = []
        for _ in range(4):
            found.append([await state(client, answer) for answer in answers])
            await asyncio.sleep(40)
        return found

    first, *_, last = bench(tier=1).play(story)
    assert first == ["PENDING", "THROTTLED", "THROTTLED"]
    assert last == ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]


def test_a_throttled_task_that_is_cancelled_is_refunded(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        await create(client, good, 0)
        throttled = await create(client, good, 1)
        assert await state(client, throttled) == "THROTTLED"
        deleted = await client.delete(f"/v1/tasks/{throttled.json()['id']}")
        return [deleted.status_code, await balance(client)]

    assert bench(tier=1, credits=100).play(story) == [204, 75]


def test_concurrency_is_counted_by_model(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[str]:
        other = {**good, "model": "gen4.5"}
        answers = [await create(client, good), await create(client, other)]
        return [await state(client, answer) for answer in answers]

    assert bench(tier=1).play(story) == ["PENDING", "PENDING"]


def test_the_quota_of_a_day(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[Any]:
        accepted = [(await create(client, good, seed)).status_code for seed in range(50)]
        refused = await create(client, good, 50)
        usage = (await client.get("/v1/organization")).json()["usage"]["models"]["gen4_turbo"]
        await asyncio.sleep(24 * 3600 + 60)
        return [set(accepted), refused.status_code, refused.json(), usage, (await create(client, good)).status_code]

    text = {"error": "Your daily task limit has been reached.", "docUrl": DOC}
    assert bench(tier=1).play(story) == [{200}, 429, text, {"dailyGenerations": 50}, 200]


def test_the_organization_without_a_tier_is_unlimited(bench: Any) -> None:
    answer = bench(credits=7).ask("GET", "/v1/organization").json()
    assert answer["creditBalance"] == 7
    assert answer["tier"]["models"]["gen4_turbo"] == {"maxConcurrentGenerations": None, "maxDailyGenerations": None}
    assert answer["tier"]["maxMonthlyCreditSpend"] == PLENTY
    assert answer["usage"]["models"]["gen4_turbo"] == {"dailyGenerations": 0}
    assert len(answer["tier"]["models"]) == 62


def test_the_organization_of_a_tier(bench: Any) -> None:
    answer = bench(tier=3).ask("GET", "/v1/organization").json()
    assert answer["tier"]["maxMonthlyCreditSpend"] == 200_000
    assert answer["tier"]["models"]["gen4_turbo"] == {"maxConcurrentGenerations": 5, "maxDailyGenerations": 1_000}
    assert answer["tier"]["models"]["gen4_image"] == {"maxConcurrentGenerations": 5, "maxDailyGenerations": 2_000}


def test_usage_agrees_with_what_happened(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[Any]:
        await create(client, good)
        await create(client, {**good, "model": "gen4.5"})
        await asyncio.sleep(24 * 3600)
        await create(client, good)
        gone = (await create(client, good)).json()["id"]
        await client.delete(f"/v1/tasks/{gone}")
        periods: list[dict[str, str]] = [{}, {"startDate": "2026-11-23"}, {"beforeDate": "2026-11-22"}]
        return [(await client.post("/v1/organization/usage", json=period)).json() for period in periods]

    mock = bench()
    every, late, early = mock.play(story)
    first = {
        "date": "2026-11-22",
        "usedCredits": [{"model": "gen4_turbo", "amount": 25}, {"model": "gen4.5", "amount": 60}],
    }
    second = {"date": "2026-11-23", "usedCredits": [{"model": "gen4_turbo", "amount": 25}]}
    assert every == {"models": ["gen4_turbo", "gen4.5"], "results": [first, second]}
    assert late == {"models": ["gen4_turbo"], "results": [second]}
    assert early == {"models": [], "results": []}
    assert mock.app.ledger.spent == 110


@pytest.mark.parametrize(
    ("body", "period"),
    [
        ({}, (date(2026, 10, 23), date(2026, 11, 23))),
        ({"startDate": "2026-11-01"}, (date(2026, 11, 1), date(2026, 12, 1))),
        ({"startDate": "2026-11-01T12:00:00Z"}, (date(2026, 11, 1), date(2026, 12, 1))),
        ({"beforeDate": "2026-11-05"}, (date(2026, 10, 23), date(2026, 11, 5))),
        ({"startDate": "2026-01-01", "beforeDate": "2026-04-02"}, "beforeDate"),
        ({"startDate": "9999-12-31"}, "startDate"),
        ({"startDate": "yesterday"}, "startDate"),
        ({"startDate": None}, "startDate"),
        ({"beforeDate": 5}, "beforeDate"),
        ([], (date(2026, 10, 23), date(2026, 11, 23))),
    ],
)
def test_the_period_of_a_question_about_usage(body: Any, period: Any) -> None:
    assert usage_period(body, date(2026, 11, 22)) == period


def test_a_date_that_is_none_is_refused(bench: Any) -> None:
    response = bench().ask("POST", "/v1/organization/usage", json={"startDate": "soon"})
    (issue,) = response.json()["issues"]
    assert (response.status_code, issue) == (400, {"code": "custom", "path": ["startDate"], "message": "Invalid date"})


def test_there_are_five_tiers(bench: Any) -> None:
    with pytest.raises(UsageError, match=r"There is no tier 6\."):
        bench(tier=6)


def test_a_failure_that_is_not_charged_is_refunded_when_it_happens(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        task_id = (await create(client, good)).json()["id"]
        tasks = mock.app.tasks
        failing = Ending(state=TaskState.FAILED, failure="no", refunded=True)
        tasks._tasks[task_id] = replace(tasks._tasks[task_id], ending=failing)
        await asyncio.sleep(5)
        running = await balance(client)
        await asyncio.sleep(24 * 3600)
        again = await create(client, {**good, "duration": 10})  # 50 credits: there only since the refund
        answer = (await client.get(f"/v1/tasks/{task_id}")).json()
        return [running, again.status_code, await balance(client), answer["cost"]["credits"]]

    mock = bench(credits=50)
    assert mock.play(story) == [25, 200, 0, 0]
    first, _ = mock.app.ledger.usage(date(2026, 11, 1), date(2026, 12, 1))["results"]
    assert first == {"date": "2026-11-22", "usedCredits": [{"model": "gen4_turbo", "amount": 0}]}


def test_old_usage_is_forgotten(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        for _ in range(DAYS_KEPT + 10):
            await create(client, good)
            await asyncio.sleep(24 * 3600)

    mock = bench()
    mock.play(story)
    assert len(mock.app.ledger._by_day) == DAYS_KEPT + 1
    assert mock.app.ledger.spent == 25 * (DAYS_KEPT + 10)


def test_a_full_mock_says_so(bench: Any, good: dict[str, Any]) -> None:
    mock = bench()
    mock.app.tasks._limit = 2
    answers = [mock.create(good) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 503]
    assert answers[2].json()["error"].startswith("The mock holds as many unfinished tasks as it can.")
    assert mock.app.ledger.spent == 50


@pytest.mark.thorough
def test_the_ledger_is_exact_after_many_tasks(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> int:
        charged = 0
        ids = []
        for seed in range(200):
            answer = (await create(client, {**good, "duration": 2 + seed % 9}, seed)).json()
            ids.append(answer["id"])
        await asyncio.sleep(60)
        for number, task_id in enumerate(ids):
            path = f"/v1/tasks/{task_id}"
            charged += (await client.get(path)).json()["cost"]["credits"]
            if number % 2:
                await client.delete(path)
        return charged

    mock = bench(credits=1_000_000)
    charged = mock.play(story)
    assert charged == mock.app.ledger.spent == 1_000_000 - mock.app.ledger.balance
    assert charged == sum(5 * (2 + seed % 9) for seed in range(200))
