"""Many tasks at once on one served mock: all end, in order, and the money is right to the credit."""

import asyncio
import pathlib
from typing import Any

import aiohttp
import pytest

from harness.clock import scaled_clock
from harness.mock import create_app
from harness.mock.server import serving
from harness.provider import load

TASKS = 200
ORDER = ["THROTTLED", "PENDING", "RUNNING", "SUCCEEDED", "FAILED"]
HEADERS = {"Authorization": "Bearer key_test", "X-Runway-Version": "2024-11-06"}
#: Bodies with what each costs; every fourth task fails for a reason that is not charged.
BODIES: list[tuple[dict[str, Any], int]] = [
    (
        {
            "model": "gen4_turbo",
            "promptImage": "https://example.com/image.jpg",
            "ratio": "720:1280",
            "duration": 2 + number % 9,
            "seed": number,
        },
        5 * (2 + number % 9),
    )
    for number in range(TASKS)
]


async def follow(session: aiohttp.ClientSession, number: int) -> list[str]:
    """All states that one task is seen in."""
    headers = {"X-Mock-Fault": "bad-output"} if number % 4 == 0 else {}
    async with session.post("/v1/image_to_video", json=BODIES[number][0], headers=headers) as answer:
        assert answer.status == 200
        created = await answer.json()
    assert created["estimatedCost"]["credits"] == BODIES[number][1]
    states: list[str] = []
    while not states or states[-1] not in {"SUCCEEDED", "FAILED"}:
        async with session.get(f"/v1/tasks/{created['id']}") as answer:
            task = await answer.json()
            states.append(task["status"])
        await asyncio.sleep(0.02)
    assert task["cost"]["credits"] == (BODIES[number][1] if number % 4 else 0)
    return states


@pytest.mark.thorough
def test_many_tasks_at_once() -> None:
    clock = scaled_clock(200)
    app = create_app(load("runway", base=pathlib.Path()), clock=clock, credits=100_000, tier=5)

    async def main(url: str) -> tuple[list[list[str]], int, int]:
        async with aiohttp.ClientSession(url, headers=HEADERS) as session:
            seen = await asyncio.gather(*(follow(session, number) for number in range(TASKS)))
            async with session.get("/v1/organization") as answer:
                organization = await answer.json()
            async with session.post("/v1/organization/usage", json={}) as answer:
                usage = await answer.json()
        used = sum(used["amount"] for day in usage["results"] for used in day["usedCredits"])
        return seen, organization["creditBalance"], used

    with serving(app, clock=clock) as url:
        seen, balance, used = asyncio.run(main(url))
    for number, states in enumerate(seen):
        assert states == sorted(states, key=ORDER.index)
        assert states[-1] == ("SUCCEEDED" if number % 4 else "FAILED")
    assert any("THROTTLED" in states for states in seen), "tier 5 runs 20 at once"
    charged = sum(price for number, (_, price) in enumerate(BODIES) if number % 4)
    assert (100_000 - balance, used, app.ledger.spent) == (charged, charged, charged)
