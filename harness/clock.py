"""Time: the real clock, and a simulated one that jumps ahead when everyone waits. Nothing else here reads a clock.

Under `virtual_clock` an unchanged asyncio program (sleep, timeout, httpx over an in-process ASGI app) runs its minutes
in milliseconds: whenever no task can go on, the time of the next timer becomes the present. Three things hold it back:
- work in an executor thread: time stands still until it is done, the loop really waits for it;
- sockets and pipes that are ready: they are served first. One that is not ready yet does not stop time from jumping to
  the next timer, so real networks belong on the real clock;
- nothing scheduled and nobody who could wake anyone: `DeadlockError`, instead of hanging for ever.

>>> async def nap() -> float:
...     clock_now = asyncio.get_running_loop().time
...     before = clock_now()
...     await asyncio.sleep(600)
...     return clock_now() - before
>>> run(nap(), virtual_clock())
600.0
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_MAX_NAMED: Final = 5


class Clock(Protocol):
    """Where the program takes its time from. Under `run` it agrees with the event loop's own clock, unless scaled."""

    @property
    def virtual(self) -> bool:
        """True when time is simulated."""

    def now(self) -> float:
        """Seconds on a clock that never goes back; its zero means nothing."""

    def utc(self) -> datetime:
        """The date and time in UTC, with its zone."""

    async def sleep(self, seconds: float) -> None:
        """Waits; 0 and less let the other tasks go on once."""


class DeadlockError(RuntimeError):
    """Every task waits, no timer is set and nothing outside can wake one: the real clock would hang for ever."""


class _RealClock:
    virtual = False
    now = staticmethod(time.monotonic)

    def utc(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _ScaledClock:
    virtual = False

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._start_s = time.monotonic()
        self._start = datetime.now(UTC)

    def now(self) -> float:
        return self._start_s + self._elapsed_s()

    def utc(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed_s())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._factor)

    def _elapsed_s(self) -> float:
        return (time.monotonic() - self._start_s) * self._factor


class _VirtualClock:
    virtual = True

    def __init__(self, start: datetime) -> None:
        self._start = start
        self.elapsed_s = 0.0

    def now(self) -> float:
        return self.elapsed_s

    def utc(self) -> datetime:
        return self._start + timedelta(seconds=self.elapsed_s)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def real_clock() -> Clock:
    """The machine's clock."""
    return _RealClock()


def scaled_clock(factor: float) -> Clock:
    """The machine's clock, made `factor` (> 0) times faster from now on: 100 waits 10 ms where a second was asked for.

    For what keeps its own time, such as a served mock: the event loop's timers stay as they are.

    >>> scaled_clock(2.0).virtual
    False
    """
    return _ScaledClock(factor)


def virtual_clock(start: datetime | None = None) -> Clock:
    """A simulated clock that stands at `start` (aware; default: the real present) until `run` moves it.

    >>> virtual_clock(datetime(2026, 11, 22, tzinfo=UTC)).utc().isoformat()
    '2026-11-22T00:00:00+00:00'
    """
    return _VirtualClock(start or datetime.now(UTC))


def wall_s() -> float:
    """Real seconds that never go back, whatever clock the run is on: for lines such as "0.4 s"."""
    return time.perf_counter()


def run(main: Coroutine[Any, Any, T], clock: Clock) -> T:
    """What `main` returns, run to its end in an event loop that keeps this clock's time.

    As `asyncio.run` otherwise: an interrupt cancels `main`. Raises DeadlockError on a virtual clock only.
    """
    factory = partial(_VirtualLoop, clock) if isinstance(clock, _VirtualClock) else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)


class _VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on simulated time. `jobs` counts the executor calls that somebody still waits for."""

    def __init__(self, clock: _VirtualClock) -> None:
        self.clock = clock
        self.jobs = 0
        super().__init__(_JumpingSelector(self))
        # Timers this near the present are due. The loop's own figure, a nanosecond, is lost in rounding once a float
        # holds more than some months of seconds, and then a timer would never be due: a busy loop.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.clock.elapsed_s

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        # Counted on the future and not in the thread: its callbacks run in this loop, after its waiters were woken.
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        self.jobs += 1
        future.add_done_callback(self._job_ended)
        return future

    def _job_ended(self, _: asyncio.Future[T]) -> None:
        self.jobs -= 1

    async def shutdown_default_executor(self, *args: Any) -> None:
        # It waits for a thread of its own, which run_in_executor does not know.
        self.jobs += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self.jobs -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that advances the clock where another one would block."""

    def __init__(self, loop: _VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self._loop.jobs:
            return super().select(None)  # a thread works: it wakes us when it is done
        if timeout is not None:
            self._loop.clock.elapsed_s += timeout
            return ready
        if len(self.get_map()) > 1:
            return super().select(None)  # besides the loop's own pipe, somebody may write
        raise DeadlockError(_who_waits(self._loop))


def _who_waits(loop: asyncio.AbstractEventLoop) -> str:
    names = sorted(f"{task.get_name()} ({_where(task)})" for task in asyncio.all_tasks(loop))
    named = ", ".join(names[:_MAX_NAMED]) + (", …" if len(names) > _MAX_NAMED else "")
    return (
        f"Simulated time stands still for ever at {loop.time():.3f} s: {len(names)} tasks wait and no timer is set. "
        f"Waiting: {named or 'none'}."
    )


def _where(task: asyncio.Task[Any]) -> str:
    frames = task.get_stack(limit=1)
    return f"{frames[0].f_code.co_qualname} line {frames[0].f_lineno}" if frames else "not begun"
