"""How the benchmarks measure: whole processes, taken in turns, medians; CPU and memory as the system accounts them."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One process: CPU and wall seconds, and the most memory that it held, in MB."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def measure(command: Sequence[str], *, cwd: Path) -> Measured:
    """Runs a command to its end and accounts for it. Its output is thrown away; it must end with 0 or 1."""
    # Byte code is kept, as in any ordinary installation; the first, uncounted round writes it.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cwd / ".pyc")}
    started_s = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in {0, 1}, (command, process.returncode)
    return Measured(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=time.perf_counter() - started_s,
        peak_mb=usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2),
    )


@pytest.fixture
def rounds(tmp_path: Path) -> Callable[..., list[Measured]]:
    """`rounds([a, b], 5)`: each command so many times, taken in turns after one uncounted turn; medians, in order."""

    def run(commands: Sequence[Sequence[str]], times: int) -> list[Measured]:
        seen: list[list[Measured]] = [[] for _ in commands]
        for number in range(times + 1):
            for place, command in enumerate(commands):
                found = measure(command, cwd=tmp_path)
                if number:
                    seen[place].append(found)
        return [
            Measured(
                cpu_s=statistics.median(one.cpu_s for one in several),
                wall_s=statistics.median(one.wall_s for one in several),
                peak_mb=statistics.median(one.peak_mb for one in several),
            )
            for several in seen
        ]

    return run


@pytest.fixture
def bench_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the answering server, in a process of its own; its tasks take `request.param` seconds, or none."""
    takes_s = str(getattr(request, "param", 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192) if hard > 0 else soft, hard))
    with subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), takes_s], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


@pytest.fixture
def harness() -> Callable[..., list[str]]:
    """The command line of the harness, in this Python, optionally as if av were not installed."""

    def command(*words: str, av: bool = True) -> list[str]:
        if av:
            return [sys.executable, "-m", "harness", *words]
        hidden = "import sys; sys.modules['av'] = None; from harness.cli import main; sys.exit(main())"
        return [sys.executable, "-c", hidden, *words]

    return command
