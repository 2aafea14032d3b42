"""The simulated clock: it jumps when everyone waits, and only then."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from harness.clock import Clock, DeadlockError, real_clock, run, scaled_clock, virtual_clock, wall_s

START = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return virtual_clock(START)


def test_ten_minutes_of_polls_take_no_real_time(clock: Clock) -> None:
    async def poll() -> int:
        polls = 0
        while clock.now() < 600:
            await clock.sleep(5)
            polls += 1
        return polls

    before = wall_s()
    assert run(poll(), clock) == 120
    assert wall_s() - before < 0.05
    assert clock.utc() == START + timedelta(minutes=10)


def test_clock_and_loop_agree(clock: Clock) -> None:
    async def both() -> tuple[float, float]:
        await asyncio.sleep(12.5)
        return clock.now(), asyncio.get_running_loop().time()

    assert run(both(), clock) == (12.5, 12.5)


def test_time_goes_on_over_two_runs(clock: Clock) -> None:
    run(clock.sleep(10), clock)
    run(clock.sleep(5), clock)
    assert clock.now() == 15


def test_sleepers_wake_in_the_order_of_their_times(clock: Clock) -> None:
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.now()))

    async def main() -> None:
        await asyncio.gather(sleeper("c", 3), sleeper("a", 1), sleeper("b", 2), sleeper("a2", 1))

    run(main(), clock)
    assert woken == [("a", 1), ("a2", 1), ("b", 2), ("c", 3)]


def test_two_runs_are_the_same_run() -> None:
    def story() -> list[tuple[int, float]]:
        clock = virtual_clock(START)
        seen: list[tuple[int, float]] = []
        gate = asyncio.Semaphore(3)

        async def worker(number: int) -> None:
            async with gate:
                for step in range(5):
                    await clock.sleep(0.1 + (number * 7 + step * 3) % 11 / 10)
                    seen.append((number, clock.now()))

        async def main() -> None:
            await asyncio.gather(*(worker(number) for number in range(20)))

        run(main(), clock)
        return seen

    assert story() == story()


def test_a_timeout_fires_at_its_simulated_time(clock: Clock) -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await clock.sleep(3600)
        return clock.now()

    assert run(main(), clock) == 30


def test_a_timeout_that_is_not_reached_costs_no_time(clock: Clock) -> None:
    async def main() -> float:
        async with asyncio.timeout(30):
            await clock.sleep(1)
        return clock.now()

    assert run(main(), clock) == 1


def test_sleeping_nothing_lets_others_go_on_and_moves_no_time(clock: Clock) -> None:
    seen: list[int] = []

    async def step(number: int) -> None:
        for _ in range(2):
            await clock.sleep(0)
            seen.append(number)

    async def main() -> None:
        await asyncio.gather(step(1), step(2))

    run(main(), clock)
    assert (seen, clock.now()) == ([1, 2, 1, 2], 0)


@pytest.mark.parametrize("span", [1e-9, 0.1, 86_400.0 * 3, 86_400.0 * 400], ids=["1 ns", "0.1 s", "3 days", "400 days"])
def test_any_span_is_slept_to_its_end(clock: Clock, span: float) -> None:
    async def main() -> None:
        await clock.sleep(span)
        await clock.sleep(0.3)

    run(main(), clock)
    assert clock.now() == pytest.approx(span + 0.3)


def test_time_stands_still_while_a_thread_works(clock: Clock) -> None:
    async def main() -> tuple[float, float]:
        sleeper = asyncio.create_task(clock.sleep(100))
        await asyncio.sleep(0)
        await asyncio.to_thread(time.sleep, 0.05)
        when_done = clock.now()
        await sleeper
        return when_done, clock.now()

    before = wall_s()
    assert run(main(), clock) == (0, 100)
    assert wall_s() - before >= 0.05


def test_waiting_for_a_thread_alone_is_no_deadlock(clock: Clock) -> None:
    def slowly() -> str:
        time.sleep(0.02)
        return "done"

    async def main() -> str:
        return await asyncio.to_thread(slowly)

    assert run(main(), clock) == "done"


def test_a_failing_thread_does_not_stop_time_for_good(clock: Clock) -> None:
    async def main() -> float:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)
        await clock.sleep(7)
        return clock.now()

    assert run(main(), clock) == 7


def test_real_sockets_are_served_before_time_jumps(clock: Clock) -> None:
    async def main() -> tuple[bytes, float]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        echoed = await reader.read()
        writer.close()
        server.close()
        await server.wait_closed()
        return echoed, clock.now()

    assert run(main(), clock) == (b"hello\n", 0)


def test_a_deadlock_is_an_error_that_names_who_waits(clock: Clock) -> None:
    async def waits_for_nobody() -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        await clock.sleep(2)
        await asyncio.create_task(waits_for_nobody(), name="v-1")

    with pytest.raises(DeadlockError) as error:
        run(main(), clock)
    text = str(error.value)
    assert text.startswith(
        "Simulated time stands still for ever at 2.000 s: 2 tasks wait and no timer is set. Waiting: "
    )
    assert "v-1 (test_a_deadlock_is_an_error_that_names_who_waits.<locals>.waits_for_nobody line" in text


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to oneself")
def test_an_interrupt_cancels_the_main_task(clock: Clock) -> None:
    seen: list[str] = []

    async def main() -> None:
        try:
            while clock.now() < 100:
                await clock.sleep(1)
                if clock.now() == 50:
                    os.kill(os.getpid(), signal.SIGINT)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    assert threading.current_thread() is threading.main_thread()
    with pytest.raises(KeyboardInterrupt):
        run(main(), clock)
    assert seen == ["cancelled"]


def test_the_real_clock_is_real() -> None:
    clock = real_clock()

    async def main() -> float:
        before = clock.now()
        await clock.sleep(0.02)
        assert clock.now() == pytest.approx(asyncio.get_running_loop().time(), abs=0.02)
        return clock.now() - before

    assert 0.015 < run(main(), clock) < 1
    assert not clock.virtual
    assert abs(clock.utc() - datetime.now(UTC)) < timedelta(seconds=1)
    assert clock.utc().tzinfo is UTC


def test_a_virtual_clock_starts_now_unless_told_otherwise() -> None:
    assert abs(virtual_clock().utc() - datetime.now(UTC)) < timedelta(seconds=1)
    assert virtual_clock().virtual


def test_a_scaled_clock_goes_faster_by_its_factor() -> None:
    clock = scaled_clock(1000)
    assert not clock.virtual
    assert clock.now() - time.monotonic() < 10
    before_s, before, real_s = clock.now(), clock.utc(), time.monotonic()
    run(clock.sleep(60), clock)
    real_s = time.monotonic() - real_s
    assert 0.06 <= real_s < 5
    assert 60 <= clock.now() - before_s <= real_s * 1000 + 5000
    assert timedelta(seconds=60) <= clock.utc() - before <= timedelta(seconds=real_s * 1000 + 5000)
