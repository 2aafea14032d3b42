"""How long a plan will take: it is run on simulated time, against the mock with its latencies. Nothing is written."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from harness import clock as clocks
from harness.fire.context import FireContext
from harness.fire.journal import Journal
from harness.fire.runner import fire
from harness.fire.transport import open_transport
from harness.model import JsonObject, Until
from harness.redact import Redactor
from harness.run.budget import ledger_of
from harness.run.prepare import DUMMY_KEY, MOCK_URL
from harness.run.settings import Prepared, part_of

#: A short plan hangs on the luck of the draw, so it is run several times, with other seeds; the mean is told.
_DRAWS: Final = 200
_MOST_RUNS: Final = 5


def forecast_s(prepared: Prepared) -> float:
    """The seconds that a run of this plan will take, by the mock's latencies, polls and limits of the run included.

    Downloads count as instant. Raises nothing of its own.
    """
    runs = max(1, min(_MOST_RUNS, _DRAWS // max(len(prepared.plan.order), 1)))
    return sum(_once(prepared, prepared.settings.seed + number) for number in range(runs)) / runs


def _once(prepared: Prepared, seed: int) -> float:
    clock = clocks.virtual_clock()
    return clocks.run(_fire_all(prepared, clock, seed), clock)


async def _fire_all(prepared: Prepared, clock: clocks.Clock, seed: int) -> float:
    from harness.mock import create_app

    settings, ledger, started_s = prepared.settings, ledger_of(prepared), clock.now()
    for name, provider in prepared.providers.items():
        app = create_app(provider, clock=clock, seed=seed, media=False)
        async with open_transport(MOCK_URL, asgi=app) as transport:
            ctx = FireContext(
                provider=provider,
                transport=transport,
                clock=clock,
                rng=random.Random(seed),  # noqa: S311 - jitter, not secrets
                journal=_Nowhere(),
                redactor=Redactor(),
                base_url=MOCK_URL,
                key=DUMMY_KEY,
                until=Until.FINISHED if prepared.until is Until.VERIFIED else prepared.until,
                poll_every_s=settings.poll_every_s,
                task_timeout_s=settings.task_timeout_s,
                download=False,
                folder=Path(),
                mock=True,
                ledger=ledger,
            )
            await fire(part_of(prepared, name), ctx=ctx, jobs=settings.jobs, on_outcome=lambda _: None)
    return clock.now() - started_s


class _Nowhere(Journal):
    """A journal that keeps nothing: there is nothing to lose."""

    def __init__(self) -> None:
        """Opens no file."""

    async def write(self, event: JsonObject, durable: bool = False) -> None:  # noqa: FBT001, FBT002 - as the journal's
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""
