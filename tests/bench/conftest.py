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


def turns(commands: Sequence[Sequence[str]], times: int, *, cwd: Path) -> list[list[Measured]]:
    """Each command so many times, taken in turns after one uncounted turn: of each command, in order, all of them."""
    rounds = [[measure(command, cwd=cwd) for command in commands] for _ in range(times + 1)]
    return [list(several) for several in zip(*rounds[1:], strict=True)]


def median(several: Sequence[Measured]) -> Measured:
    """The middle of each figure."""
    return Measured(
        cpu_s=statistics.median(one.cpu_s for one in several),
        wall_s=statistics.median(one.wall_s for one in several),
        peak_mb=statistics.median(one.peak_mb for one in several),
    )


@pytest.fixture
def rounds(tmp_path: Path) -> Callable[..., list[Measured]]:
    """`rounds([a, b], 5)`: each command so many times, taken in turns after one uncounted turn; medians, in order."""
    return lambda commands, times: [median(several) for several in turns(commands, times, cwd=tmp_path)]


@pytest.fixture
def times_longer(tmp_path: Path) -> Callable[..., tuple[float, Measured, Measured]]:
    """`times_longer(b, a, 9)`: how many times as long b takes on the wall as the a right before it, and their medians.

    The median over so many pairs: a machine that becomes slower, or quicker, in between does so for both of a pair.
    """

    def run(command: Sequence[str], than: Sequence[str], pairs: int) -> tuple[float, Measured, Measured]:
        others, ours = turns([than, command], pairs, cwd=tmp_path)
        ratios = [one.wall_s / other.wall_s for one, other in zip(ours, others, strict=True)]
        return statistics.median(ratios), median(ours), median(others)

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
