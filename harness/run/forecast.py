"""How long a plan will take: it is run on simulated time, against the mock with its latencies. Nothing is written."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from harness import clock as clocks
from harness.fire.context import FireContext
from harness.fire.journal import Journal
from harness.fire.runner import fire
from harness.fire.transport import open_transport
from harness.fire.wire import Body, Exchange, Transport
from harness.media import Measured
from harness.model import JsonObject
from harness.redact import Redactor
from harness.run.budget import ledger_of
from harness.run.settings import Prepared, part_of
from harness.run.targets import DUMMY_KEY, MOCK_URL

#: A short plan hangs on the luck of the draw, so it is run several times, with other seeds; the mean is told.
_DRAWS: Final = 200
_MOST_RUNS: Final = 5
#: What the way to an API and back takes, and a file of some megabytes with a look into it: assumed, over a usual line.
#: Small beside a render, but every variant has some of them while others wait for its place. Nothing against the
#: built-in mock, where no time passes meanwhile.
REQUEST_S: Final = 0.2
DOWNLOAD_S: Final = 1.0


def forecast_s(prepared: Prepared) -> float:
    """The seconds that a run of this plan will take: by the mock's latencies, with the polls and limits of the run.

    Raises nothing of its own.
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
        mock = prepared.targets[name].mock
        async with open_transport(MOCK_URL, asgi=app) as transport:
            ctx = FireContext(
                provider=provider,
                transport=_Far(transport, clock, 0.0 if mock else REQUEST_S, 0.0 if mock else DOWNLOAD_S),
                clock=clock,
                rng=random.Random(seed),  # noqa: S311 - jitter, not secrets
                journal=_Nowhere(),
                redactor=Redactor(),
                base_url=MOCK_URL,
                key=DUMMY_KEY,
                until=prepared.until,
                poll_every_s=settings.poll_every_s,
                task_timeout_s=settings.task_timeout_s,
                download=settings.download,
                folder=Path(),
                mock=True,
                measure=lambda _: Measured(),
                ledger=ledger,
            )
            await fire(part_of(prepared, name), ctx=ctx, jobs=settings.jobs, on_outcome=lambda _: None)
    return clock.now() - started_s


class _Far:
    """A transport whose answers take their time, and whose downloads are nothing but that."""

    def __init__(self, near: Transport, clock: clocks.Clock, request_s: float, download_s: float) -> None:
        self._near = near
        self._clock = clock
        self._request_s = request_s
        self._download_s = download_s

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: Body | None = None,
        timeout_s: float,
        limit_bytes: int,
    ) -> Exchange:
        """The near transport's answer, later."""
        if self._request_s:
            await self._clock.sleep(self._request_s)
        return await self._near.request(
            method, url, headers=headers, body=body, timeout_s=timeout_s, limit_bytes=limit_bytes
        )

    async def download(self, url: str, file: Path, *, timeout_s: float, limit_bytes: int) -> int:  # noqa: ARG002
        """No file, after a while."""
        if self._download_s:
            await self._clock.sleep(self._download_s)
        return 0


class _Nowhere(Journal):
    """A journal that keeps nothing: there is nothing to lose."""

    def __init__(self) -> None:
        """Opens no file."""

    async def write(self, event: JsonObject, durable: bool = False) -> None:  # noqa: FBT001, FBT002 - as the journal's
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""
