"""A small provider, a scripted transport on the real seam, and real servers on this machine."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.clock import Clock, virtual_clock
from harness.errors import TransportError
from harness.fire import Body, Exchange, FireContext, Journal
from harness.media import Measured
from harness.model import Json, Outcome, PlannedVariant, RunPlan, Source, Variant
from harness.provider import Endpoint, Profile, Provider
from harness.provider.profile import Create, Poll, Polling, Route
from harness.redact import Redactor

START = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
KEY = "key_" + "0123456789abcdef" * 8
BASE = "http://api.invalid"


@dataclass(kw_only=True)
class Request:
    """A request as it reached the scripted transport."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.url.removeprefix(BASE)


#: One answer: an exchange, an error to raise, or the seconds to wait before the next item.
Answer = Exchange | TransportError | Exception


def exchange(body: Json = None, status: int = 200, headers: Mapping[str, str] | None = None) -> Exchange:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(status=status, headers={"content-type": "application/json", **(headers or {})}, body=data)


@dataclass(kw_only=True)
class Scripted:
    """A transport that asks `answer` for each request; files come from `files`."""

    answer: Callable[[Request], Answer]
    clock: Clock
    takes_s: float = 0.0
    files: Mapping[str, bytes | Exception] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

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
        assert timeout_s > 0
        assert limit_bytes > 0
        request = Request(method=method, url=url, headers=headers, body=b"".join(body) if body is not None else b"")
        self.requests.append(request)
        self.in_flight += 1
        self.most_in_flight = max(self.in_flight, self.most_in_flight)
        try:
            await self.clock.sleep(self.takes_s)
            answer = self.answer(request)
        finally:
            self.in_flight -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def download(self, url: str, file: Path, *, timeout_s: float, limit_bytes: int) -> int:
        assert timeout_s > 0
        assert limit_bytes > 0
        await self.clock.sleep(self.takes_s)
        found = self.files[url]
        if isinstance(found, Exception):
            raise found
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.write_bytes(found)  # noqa: ASYNC240 - a few bytes

    def sent(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.requests]


def small_provider(**profile: Any) -> Provider:
    facts: dict[str, Any] = {
        "name": "small",
        "title": "Small",
        "file": "small/profile.yaml",
        "base_url": BASE,
        "headers": {"Authorization": "Bearer {key}", "X-Version": "1"},
        "create": Create(id_path="id", estimated_path="estimatedCost.credits"),
        "poll": Poll(
            path="/v1/tasks/{id}",
            state_path="status",
            progress_path="progress",
            output_path="output",
            failure_path="failure",
            failure_code_path="failureCode",
            charged_path="cost.credits",
            estimated_path="estimatedCost.credits",
        ),
        "cancel": Route(method="DELETE", path="/v1/tasks/{id}"),
        "polling": Polling(every_s=5.0, jitter_s=0.0, timeout_s=60.0),
    }
    endpoint = Endpoint(key="make", path="/v1/make", poll_path="/v1/tasks/{id}", kind="video")
    flow = Endpoint(key="flow", path="/v1/flows/{name}", poll_path="/v1/flows/{name}/{id}", kind=None)
    return Provider(
        profile=Profile(**{**facts, **profile}),
        contract=None,
        contract_version="none",
        endpoints={"make": endpoint, "flow": flow},
    )


def variant(number: int = 1, payload: Json = None, **facts: Any) -> PlannedVariant:
    facts = {"endpoint": "make", "name": f"n{number}", **facts}
    return PlannedVariant(
        variant=Variant(
            id=f"v-{number}",
            scenario="s",
            source=Source(file="s.yaml", line=number),
            payload={"n": number} if payload is None else payload,
            **facts,
        ),
        credits=1.0,
    )


def plan(*items: PlannedVariant) -> RunPlan:
    return RunPlan(variants=items, order=tuple(index for index, item in enumerate(items) if item.skip is None))


def measured(_file: Path) -> Measured:
    return Measured(kind="video", width=720, height=1280, duration_s=5.0)


@dataclass(kw_only=True)
class Stage:
    """All that one test of firing needs, on simulated time."""

    folder: Path
    clock: Clock = field(default_factory=lambda: virtual_clock(START))
    lines: list[str] = field(default_factory=list)
    transport: Scripted = field(init=False)

    def context(self, answer: Callable[[Request], Answer], **facts: Any) -> FireContext:
        names = {"takes_s", "files"}
        script = {name: value for name, value in facts.items() if name in names}
        self.transport = Scripted(answer=answer, clock=self.clock, **script)
        redactor = Redactor([KEY])
        settings: dict[str, Any] = {
            "provider": small_provider(),
            "transport": self.transport,
            "clock": self.clock,
            "rng": random.Random(0),
            "journal": Journal(self.folder, self.clock, redactor),
            "redactor": redactor,
            "base_url": BASE,
            "key": KEY,
            "folder": self.folder,
            "log": self.lines.append,
            "measure": measured,
        }
        settings |= {name: value for name, value in facts.items() if name not in names}
        return FireContext(**settings)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(folder=tmp_path)


@pytest.fixture(scope="session")
def make_stage() -> type[Stage]:
    return Stage


@pytest.fixture(scope="session")
def make_exchange() -> Callable[..., Exchange]:
    return exchange


@pytest.fixture(scope="session")
def make_provider() -> Callable[..., Provider]:
    return small_provider


@pytest.fixture(scope="session")
def make_variant() -> Callable[..., PlannedVariant]:
    return variant


@pytest.fixture(scope="session")
def make_plan() -> Callable[..., RunPlan]:
    return plan


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@asynccontextmanager
async def raw_server(handle: Handler) -> AsyncIterator[str]:
    """A TCP server on this machine that does as `handle` says; yields its base URL."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handle(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def serve() -> Callable[[Handler], AbstractAsyncContextManager[str]]:
    return raw_server


async def read_request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return first, headers, body


@pytest.fixture
def get_request() -> Callable[[asyncio.StreamReader], Any]:
    return read_request


@pytest.fixture
def ended() -> Callable[[Outcome], str]:
    """What an outcome came to, in one word: its problem, its state or its status."""

    def word(outcome: Outcome) -> str:
        if outcome.problem is not None:
            return outcome.problem.code
        return outcome.task_state or str(outcome.http_status)

    return word
