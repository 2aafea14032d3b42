"""The served mock under load: a thousand tasks at once, memory, and its pace beside bare Starlette routes."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HEADERS = "Host: mock\r\nAuthorization: Bearer key_mock\r\nX-Runway-Version: 2024-11-06\r\n"
ORDER = ["PENDING", "RUNNING", "SUCCEEDED"]
TASKS = 1000
CONNECTIONS = 32


@pytest.fixture
def tell() -> Iterator[Callable[[str], None]]:
    lines: list[str] = []
    yield lines.append
    print()
    for line in lines:
        print(f"  {line}")


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    port: int
    pid: int

    def memory_mb(self) -> float:
        """What it holds now."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def cpu_s(self) -> float:
        """What it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Starts a command that prints its port, or an address that ends with it."""
    processes: list[subprocess.Popen[str]] = []

    def go(*command: str) -> Server:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        return Server(int(process.stdout.readline().strip().rpartition(":")[2]), process.pid)

    yield go
    for process in processes:
        process.terminate()
        process.communicate()


class Connection:
    """One kept connection: a request, its answer, the next."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, request: bytes) -> Any:
        """The JSON of the answer, which must be a 200."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return json.loads(await self._reader.readexactly(length))

    def close(self) -> None:
        """Hangs up."""
        self._writer.close()


async def connected(port: int, count: int) -> list[Connection]:
    return [Connection(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(count)]


def creating(number: int) -> bytes:
    body = json.dumps(
        {
            "model": "gen4_turbo",
            "promptImage": "https://example.com/image.jpg",
            "promptText": "A friendly wave at the camera",
            "ratio": "720:1280",
            "duration": 2 + number % 9,
            "seed": number,
        }
    )
    head = f"POST /v1/image_to_video HTTP/1.1\r\n{HEADERS}Content-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n{body}".encode()


def polling(task_id: str) -> bytes:
    return f"GET /v1/tasks/{task_id} HTTP/1.1\r\n{HEADERS}\r\n".encode()


ORGANIZATION = f"GET /v1/organization HTTP/1.1\r\n{HEADERS}\r\n".encode()


async def pace(server: Server, requests: Sequence[bytes]) -> tuple[float, float, float]:
    """Requests a second over 32 connections, the 99th percentile of latency in ms, the server's CPU µs a request."""
    connections = await connected(server.port, CONNECTIONS)
    waiting = iter(requests)
    latencies: list[float] = []

    async def worker(connection: Connection) -> None:
        for request in waiting:
            before = time.perf_counter()
            await connection.ask(request)
            latencies.append(time.perf_counter() - before)

    started, cpu_s = time.perf_counter(), server.cpu_s()
    await asyncio.gather(*map(worker, connections))
    elapsed, cpu_s = time.perf_counter() - started, server.cpu_s() - cpu_s
    for connection in connections:
        connection.close()
    count = len(requests)
    return count / elapsed, statistics.quantiles(latencies, n=100)[98] * 1000, cpu_s / count * 1e6


async def round_of_tasks(port: int) -> tuple[list[list[str]], int]:
    """What each of a thousand tasks created at once was seen as, and what the balance lost."""
    connections = await connected(port, TASKS)
    before = (await connections[0].ask(ORGANIZATION))["creditBalance"]

    async def follow(number: int) -> list[str]:
        task_id = (await connections[number].ask(creating(number)))["id"]
        states: list[str] = []
        while not states or states[-1] != "SUCCEEDED":
            await asyncio.sleep(0.2)
            states.append((await connections[number].ask(polling(task_id)))["status"])
        return states

    seen = await asyncio.gather(*map(follow, range(TASKS)))
    after = (await connections[0].ask(ORGANIZATION))["creditBalance"]
    for connection in connections:
        connection.close()
    return seen, before - after


def test_a_thousand_tasks_at_once_twice(start: Callable[..., Server], tell: Callable[[str], None]) -> None:
    mock = start("-m", "harness", "mock", "-q", "--port", "0", "--time-scale", "10")
    idle = mock.memory_mb()
    price = sum(5 * (2 + number % 9) for number in range(TASKS))
    memory = []
    for _ in range(2):
        started = time.perf_counter()
        seen, spent = asyncio.run(round_of_tasks(mock.port))
        elapsed = time.perf_counter() - started
        assert all(states == sorted(states, key=ORDER.index) for states in seen)
        assert spent == price
        memory.append(mock.memory_mb())
        polls = sum(map(len, seen))
        tell(
            f"{TASKS:,} tasks at once: all ended after {elapsed:.1f} s and {polls:,} polls, {spent:,} credits, "
            f"{memory[-1]:.1f} MB"
        )
    tell(f"memory: {idle:.1f} MB idle; the second round {memory[1] / memory[0] - 1:+.1%}")
    assert memory[1] <= memory[0] * 1.1


def test_its_pace_beside_bare_starlette(start: Callable[..., Server], tell: Callable[[str], None]) -> None:
    pytest.importorskip("starlette")
    mock = start("-m", "harness", "mock", "-q", "--port", "0")
    bare = start(str(HERE / "starlette_server.py"))

    async def one() -> str:
        (connection,) = await connected(mock.port, 1)
        task_id: str = (await connection.ask(creating(0)))["id"]
        connection.close()
        return task_id

    task_id = asyncio.run(one())
    kinds = {
        "create": [creating(number) for number in range(3000)],
        "poll": [polling(task_id)] * 6000,
    }
    for kind, requests in kinds.items():
        rounds = [[asyncio.run(pace(server, requests)) for server in (mock, bare)] for _ in range(4)][1:]
        ours, theirs = (
            [statistics.median(figures) for figures in zip(*several, strict=True)]
            for several in zip(*rounds, strict=True)
        )
        for name, (per_s, p99_ms, cpu_us) in (("mock", ours), ("bare Starlette", theirs)):
            tell(f"{kind}: {name} {per_s:,.0f} a second, p99 {p99_ms:.1f} ms, {cpu_us:.0f} µs CPU each")
        # CPU, not the pace: it hardly hangs on what else the machine does.
        assert ours[2] <= theirs[2] * 3
