import pathlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import httpx
import pytest

from harness.clock import Clock, run, virtual_clock
from harness.mock import MockApp, create_app
from harness.provider import Provider, load

T = TypeVar("T")
START = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
HEADERS = {"Authorization": "Bearer key_test", "X-Runway-Version": "2024-11-06"}


@dataclass(frozen=True)
class Bench:
    """A mock on simulated time, and a client that talks to it in process."""

    app: MockApp
    clock: Clock

    def play(self, story: Callable[[httpx.AsyncClient], Awaitable[T]], **headers: str | None) -> T:
        """What the story returns. A header of None is not sent."""
        sent = {name: value for name, value in {**HEADERS, **headers}.items() if value is not None}

        async def main() -> T:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://mock.test", headers=sent) as client:
                return await story(client)

        return run(main(), self.clock)

    def ask(
        self, method: str, path: str, headers: dict[str, str | None] | None = None, **kwargs: Any
    ) -> httpx.Response:
        """One exchange."""

        async def story(client: httpx.AsyncClient) -> httpx.Response:
            return await client.request(method, path, **kwargs)

        return self.play(story, **(headers or {}))

    def create(self, payload: Any, endpoint: str = "image_to_video") -> httpx.Response:
        return self.ask("POST", f"/v1/{endpoint}", json=payload)


class MakeBench(Protocol):
    def __call__(self, contract: str | None = None, **options: Any) -> Bench: ...


@pytest.fixture
def bench() -> MakeBench:
    """Makes a mock of Runway; `contract` names another version, `options` are those of create_app."""

    def make(contract: str | None = None, **options: Any) -> Bench:
        clock = virtual_clock(START)
        return Bench(create_app(runway(contract), clock=clock, **options), clock)

    return make


@pytest.fixture
def bench_of() -> Callable[..., Bench]:
    """Makes a mock of any provider; `options` are those of create_app."""

    def make(provider: Provider, **options: Any) -> Bench:
        clock = virtual_clock(START)
        return Bench(create_app(provider, clock=clock, **options), clock)

    return make


@pytest.fixture
def own(tmp_path: pathlib.Path) -> Callable[[str], Provider]:
    """Reads a profile that somebody wrote."""

    def make(text: str) -> Provider:
        (tmp_path / "profile.yaml").write_text(text)
        return load("profile.yaml", base=tmp_path)

    return make


_PROVIDERS: dict[str | None, Provider] = {}


def runway(contract: str | None = None) -> Provider:
    if contract not in _PROVIDERS:
        _PROVIDERS[contract] = load("runway", base=pathlib.Path(), contract=contract)
    return _PROVIDERS[contract]


@pytest.fixture
def provider() -> Provider:
    return runway()


@pytest.fixture
def good() -> dict[str, Any]:
    """A body that gen4_turbo accepts."""
    return {
        "model": "gen4_turbo",
        "promptImage": "https://example.com/image.jpg",
        "promptText": "A friendly wave at the camera",
        "ratio": "720:1280",
        "duration": 5,
    }
