"""The journal: on the disk when it says so, readable after a crash, without secrets."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.clock import real_clock, run, virtual_clock
from harness.errors import EnvironmentProblem, MistakesError
from harness.fire import journal as journals
from harness.fire.journal import FILE, TORN, Journal, check_free, read
from harness.redact import Redactor

KEY = "key_" + "0123456789abcdef" * 8


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of the file at each sync."""
    sizes: list[int] = []

    def sync(fd: int) -> None:
        sizes.append(os.fstat(fd).st_size)

    monkeypatch.setattr(journals, "_SYNC", sync)
    return sizes


def lines(folder: Path) -> list[str]:
    return (folder / FILE).read_text(encoding="utf-8").splitlines()


def test_events_come_back_as_they_were_written(stage: Any) -> None:
    async def main() -> None:
        journal = Journal(stage.folder, stage.clock)
        await journal.write({"event": "create.intent", "variant": "v-1"}, durable=True)
        await stage.clock.sleep(6.25)
        await journal.write({"event": "poll", "variant": "v-1", "state": "ОЖИДАНИЕ\n\u2028 \x1b[31m"})
        await journal.close()

    run(main(), stage.clock)
    assert read(stage.folder) == [
        {"at": "2026-11-22T10:15:00.000Z", "event": "create.intent", "variant": "v-1"},
        {"at": "2026-11-22T10:15:06.250Z", "event": "poll", "variant": "v-1", "state": "ОЖИДАНИЕ\n\u2028 \x1b[31m"},
    ]
    assert lines(stage.folder)[0] == '{"at":"2026-11-22T10:15:00.000Z","event":"create.intent","variant":"v-1"}'


@pytest.mark.skipif(os.name == "nt", reason="no modes")
def test_the_file_is_private(tmp_path: Path) -> None:
    journal = Journal(tmp_path, virtual_clock())
    run(journal.close(), virtual_clock())
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_durable_event_is_synced_before_write_returns(tmp_path: Path, synced: list[int]) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, real_clock())
        await journal.write({"event": "poll"})
        assert synced == []
        await journal.write({"event": "task.created", "task": "t"}, durable=True)
        assert synced == [(tmp_path / FILE).stat().st_size]
        assert [event["event"] for event in read(tmp_path)] == ["poll", "task.created"]
        await journal.close()

    run(main(), real_clock())


def test_those_who_wait_together_share_a_sync(tmp_path: Path, synced: list[int]) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, real_clock())
        await asyncio.gather(*(journal.write({"event": "task.created", "n": n}, durable=True) for n in range(200)))
        assert len(read(tmp_path)) == 200
        await journal.close()

    run(main(), real_clock())
    assert len(synced) <= 4


def test_who_comes_during_a_sync_waits_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        first_runs, go_on = asyncio.Event(), __import__("threading").Event()

        def sync(fd: int) -> None:
            sizes.append(os.fstat(fd).st_size)
            loop.call_soon_threadsafe(first_runs.set)
            go_on.wait(5)

        monkeypatch.setattr(journals, "_SYNC", sync)
        journal = Journal(tmp_path, real_clock())
        first = asyncio.create_task(journal.write({"event": "a"}, durable=True))
        await first_runs.wait()
        second = asyncio.create_task(journal.write({"event": "b"}, durable=True))
        await asyncio.sleep(0.01)
        assert not first.done()
        go_on.set()
        await first
        await second
        assert sizes[-1] == (tmp_path / FILE).stat().st_size > sizes[0]
        await journal.close()

    run(main(), real_clock())


def test_a_plain_event_reaches_the_file_with_the_next_turn_of_the_loop(stage: Any) -> None:
    async def main() -> None:
        journal = Journal(stage.folder, stage.clock)
        for number in range(3):
            await journal.write({"event": "poll", "n": number})
        assert lines(stage.folder) == []
        await asyncio.sleep(0)
        assert len(lines(stage.folder)) == 3
        await journal.close()

    run(main(), stage.clock)


def test_simulated_runs_use_no_threads(stage: Any, synced: list[int]) -> None:
    async def main() -> None:
        journal = Journal(stage.folder, stage.clock)
        await journal.write({"event": "task.created"}, durable=True)
        assert len(lines(stage.folder)) == 1
        await journal.close()

    run(main(), stage.clock)
    assert synced == []


def test_no_secret_is_written(stage: Any) -> None:
    async def main() -> None:
        journal = Journal(stage.folder, stage.clock, Redactor([KEY]))
        await journal.write({"event": "bug", "traceback": f"Authorization: Bearer {KEY}", "api_key": "x"}, durable=True)
        await journal.write({"event": "outcome", "url": "https://d.example/a.mp4?_jwt=aaa"}, durable=True)
        await journal.close()

    run(main(), stage.clock)
    text = (stage.folder / FILE).read_text()
    assert KEY not in text
    assert '"api_key":"<redacted>"' in text
    assert "https://d.example/a.mp4?<signed>" in text


# ---- after a crash

WHOLE = b'{"at":"2026-11-22T10:15:00.000Z","event":"create.intent","variant":"v-1"}\n'


@pytest.mark.parametrize("kept", range(1, len(WHOLE)))
def test_a_last_line_torn_anywhere_is_understood(tmp_path: Path, kept: int) -> None:
    (tmp_path / FILE).write_bytes(WHOLE + WHOLE[:kept])
    first, last = read(tmp_path)
    assert first["event"] == "create.intent"
    if kept == len(WHOLE) - 1:
        assert last == first  # whole but for its line break
    else:
        assert last == {"event": TORN, "bytes": kept, "text": WHOLE[:kept].decode()}


def test_zeros_after_a_power_cut_are_a_torn_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(WHOLE + b"\0" * 4096)
    assert read(tmp_path)[1] == {"event": TORN, "bytes": 4096, "text": ""}


@pytest.mark.parametrize(
    "tail", [b'{"at": "2026', b"\0" * 100_000, WHOLE[:-1], b""], ids=["torn", "zeros", "whole", "none"]
)
def test_a_journal_goes_on_after_a_crash(tmp_path: Path, tail: bytes) -> None:
    (tmp_path / FILE).write_bytes(WHOLE + tail)

    async def main() -> None:
        journal = Journal(tmp_path, virtual_clock())
        await journal.write({"event": "run.resumed"}, durable=True)
        await journal.close()

    run(main(), virtual_clock())
    names = [event["event"] for event in read(tmp_path)]
    assert names == ["create.intent", *(["create.intent"] if tail == WHOLE[:-1] else []), "run.resumed"]


def test_other_broken_lines_are_all_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(WHOLE + b"{torn\n" + WHOLE + b'[1]\n\n{"at": "x"}\n' + WHOLE)
    with pytest.raises(MistakesError) as error:
        read(tmp_path)
    file = tmp_path / FILE
    fix = "  Only its last line may be cut off. Put the file back as the run left it, or take the line out."
    assert str(error.value).splitlines() == [
        f"{file}:2: this line of the journal is no event: '{{torn'.",
        fix,
        f"{file}:4: this line of the journal is no event: '[1]'.",
        fix,
        f"{file}:5: this line of the journal is empty.",
        fix,
        f'{file}:6: this line of the journal is no event: \'{{"at": "x"}}\'.',
        fix,
    ]


def test_no_journal_at_all(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"the journal cannot be read: No such file or directory\.$"):
        read(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"the journal cannot be written: No such file or directory\."):
        Journal(tmp_path / "none", virtual_clock())


def test_a_full_disk_is_told_to_everyone_who_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write, full = os.write, [False]

    def write(fd: int, data: bytes) -> int:
        if full[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(fd, data)

    monkeypatch.setattr(os, "write", write)

    async def main() -> None:
        journal = Journal(tmp_path, real_clock(), fsync=True)
        await journal.write({"event": "create.intent"}, durable=True)
        full[0] = True
        await journal.write({"event": "poll"})
        await asyncio.sleep(0.01)
        told = await asyncio.gather(
            *(journal.write({"event": "task.created"}, durable=True) for _ in range(3)), return_exceptions=True
        )
        assert [str(error).split("\n")[0] for error in told] == [
            f"{tmp_path / FILE}: the journal cannot be written: No space left on device."
        ] * 3
        full[0] = False
        await journal.close()

    run(main(), real_clock())
    # What could not be written when the disk was full was written later, in order, and no line twice.
    assert [event["event"] for event in read(tmp_path)] == ["create.intent", "poll", *["task.created"] * 3]


def test_a_line_cut_by_a_full_disk_is_finished_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write, allowed = os.write, [10_000]

    def write(fd: int, data: bytes) -> int:
        if not allowed[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real_write(fd, data[: allowed[0]])
        allowed[0] -= written
        return written

    monkeypatch.setattr(os, "write", write)

    async def main() -> None:
        journal = Journal(tmp_path, virtual_clock())
        allowed[0] = 20
        with pytest.raises(EnvironmentProblem):
            await journal.write({"event": "create.intent", "n": 1}, durable=True)
        allowed[0] = 10_000
        await journal.write({"event": "create.intent", "n": 2}, durable=True)
        await journal.close()

    run(main(), virtual_clock())
    assert [event["n"] for event in read(tmp_path)] == [1, 2]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_what_was_durable_outlives_a_kill(tmp_path: Path) -> None:
    script = f"""
import asyncio, os, pathlib, signal
from harness.clock import real_clock
from harness.fire.journal import Journal
async def main():
    journal = Journal(pathlib.Path({str(tmp_path)!r}), real_clock())
    for number in range(50):
        await journal.write({{"event": "task.created", "n": number}}, durable=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2], timeout=30)
    assert done.returncode == -9
    assert [event["n"] for event in read(tmp_path)] == list(range(50))


def test_one_journal_at_a_time(tmp_path: Path) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, virtual_clock())
        with pytest.raises(EnvironmentProblem, match="this run is still going on"):
            Journal(tmp_path, virtual_clock())
        with pytest.raises(EnvironmentProblem, match="this run is still going on"):
            check_free(tmp_path)
        await journal.close()
        check_free(tmp_path)
        await Journal(tmp_path, virtual_clock()).close()

    run(main(), virtual_clock())
