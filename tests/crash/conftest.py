from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
#: How many seeded runs are killed in the ordinary suite; `make crash` asks for fifty.
KILLS = 5


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=KILLS, help=f"runs to kill (default {KILLS})")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kill" in metafunc.fixturenames:
        # Where pytest starts above this folder it does not know the option.
        metafunc.parametrize("kill", range(metafunc.config.getoption("--kills", default=KILLS)))


@dataclass(frozen=True)
class Served:
    """A mock in another process: its address, and what it did so far."""

    url: str
    ask: Callable[[], dict[str, Any]]


@pytest.fixture
def served() -> Iterator[Served]:
    command = [sys.executable, str(HERE / "served.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asking, answering = process.stdin, process.stdout
        url = answering.readline().strip()

        def ask() -> dict[str, Any]:
            asking.write("\n")
            asking.flush()
            told: dict[str, Any] = json.loads(answering.readline())
            return told

        yield Served(url, ask)
        process.terminate()
