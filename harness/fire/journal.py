"""The crash-safe record of a run: `events.jsonl`, one JSON object a line, redacted before it is written.

A durable event is on the disk when `write` returns, so that a task's id outlives the process and the machine from that
moment on. Writes that wait at the same time share one fsync. After a crash the last line may be torn: reading says so.

Every event has `at` (UTC) and `event`; the events of a variant have `variant`:

    run.started     what the run is, and what it was asked for (by the caller)
    run.variants    the ids of a scenario file's variants (by the caller)
    run.ready       durable: all of that is on the disk, from here on things are sent (by the caller)
    run.resumed     durable: the run goes on after a break (by the caller)
    probe           a payload that no scenario lists is about to be sent: purpose, planned credits (by the caller)
    run.diagnosed   no more probes are to be sent (by the caller)
    create.intent   durable: from here on a task may exist
    create.answer   status, attempt, seconds; or the NETWORK.* code of a lost answer; NOT.SENT after a stop.
                    maybe: a task may exist
    task.created    durable: task, estimated credits
    retry           call, attempt, why, pause_s
    concurrency     limit: tasks in flight from now on, after an answer with this status
    poll            task, state (the provider's word), n
    task.ended      the same of the poll that saw the end, charged credits
    cancel          task, status
    output.saved    file, bytes
    outcome         the whole Outcome
    bug             our own error: its traceback
    run.reaped      the tasks that were left behind are ended (by the caller)
    run.ended       how the run ended (by the caller)
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from harness.clock import Clock
from harness.errors import EnvironmentProblem, Mistake, MistakesError, why
from harness.fire.locking import lock
from harness.model import Json, JsonObject, Source
from harness.redact import Redactor, clean
from harness.words import told

FILE: Final = "events.jsonl"
#: The name of the event that `read` adds for a last line that was cut off.
TORN: Final = "journal.torn"
# fdatasync leaves out the time of the last change, which nobody needs; it is not everywhere.
_SYNC: Final = getattr(os, "fdatasync", os.fsync)


class Journal:
    """The record of one run, in its folder. Appends to what is there; a torn last line is cut off first.

    It belongs to one process at a time: EnvironmentProblem while another one writes it.

    Without `fsync` durable events are only handed to the system, as the others: they outlive the process, not a power
    cut. The default is to sync on the real clock only: a simulated run has nothing to lose, and threads would make its
    order of events a matter of chance.
    """

    def __init__(
        self, folder: Path, clock: Clock, redactor: Redactor | None = None, *, fsync: bool | None = None
    ) -> None:
        self.file = folder / FILE
        self._clock = clock
        self._redactor = redactor or Redactor()
        self._fsync = not clock.virtual if fsync is None else fsync
        self._events: list[JsonObject] = []
        self._unwritten = b""
        self._at_ms, self._at = -1, ""
        self._waiters: list[asyncio.Future[None]] = []
        self._syncing: asyncio.Task[None] | None = None
        self._flush_planned = False
        try:
            self._fd = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
            if not lock(self._fd):
                os.close(self._fd)
                raise taken(folder)
            _cut_torn_line(self._fd)
            if self._fsync:
                _sync_folder(folder)
        except OSError as error:
            raise self._unwritable(error) from error

    async def write(self, event: JsonObject, durable: bool = False) -> None:  # noqa: FBT001, FBT002 - the flag names itself
        """Records an event. Durable: returns when it, and all before it, are on the disk.

        Raises EnvironmentProblem when the journal cannot be written; then nothing more should be sent.
        """
        self._events.append({"at": self._now(), **event})
        if durable:
            await self._synced()
        elif not self._flush_planned:
            # One write for all the events of this turn of the loop.
            self._flush_planned = True
            asyncio.get_running_loop().call_soon(self._flush_quietly)

    def _now(self) -> str:
        # Many events fall into one millisecond, and its text takes as long as all the rest of an event.
        now_ms = int(self._clock.now() * 1000)
        if now_ms != self._at_ms:
            self._at_ms, self._at = now_ms, stamp(self._clock.utc())
        return self._at

    async def close(self) -> None:
        """Writes what is left, durably, and closes the file."""
        try:
            await self._synced()
        finally:
            os.close(self._fd)

    async def _synced(self) -> None:
        if not self._fsync:
            self._flush()
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync_all())
        await waiter

    async def _sync_all(self) -> None:
        """Syncs until nobody waits. Who comes while one sync runs waits for the next: it may have missed their line."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiters:
                waiters, self._waiters = self._waiters, []
                problem: EnvironmentProblem | None = None
                try:
                    self._flush()
                    await loop.run_in_executor(None, _SYNC, self._fd)
                except OSError as error:
                    problem = self._unwritable(error)
                except EnvironmentProblem as error:
                    problem = error
                for waiter in waiters:
                    if waiter.done():  # cancelled
                        continue
                    if problem is None:
                        waiter.set_result(None)
                    else:
                        waiter.set_exception(problem)
        finally:
            self._syncing = None

    def _flush_quietly(self) -> None:
        # Nobody waits for this one. What could not be written stays in memory, and the next durable event says so.
        self._flush_planned = False
        try:
            self._flush()
        except EnvironmentProblem:
            return

    def _flush(self) -> None:
        if self._events:
            self._unwritten += self._redactor.lines(self._events).encode("utf-8")
            self._events.clear()
        try:
            while self._unwritten:
                self._unwritten = self._unwritten[os.write(self._fd, self._unwritten) :]
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> EnvironmentProblem:
        return EnvironmentProblem(
            told("fact.journal", file=self.file, why=why(error)),
            told("journal.write.fix"),
        )


def check_free(folder: Path) -> None:
    """Raises EnvironmentProblem when a process still writes the journal of this run."""
    with suppress(OSError):  # what cannot be opened is told by who reads it
        fd = os.open(folder / FILE, os.O_RDWR)
        try:
            free = lock(fd)
        finally:
            os.close(fd)
        if not free:
            raise taken(folder)


def taken(folder: Path) -> EnvironmentProblem:
    """The problem of a run that another process works at."""
    return EnvironmentProblem(
        told("journal.taken", folder=folder),
        told("journal.taken.fix"),
    )


def read(folder: Path) -> list[JsonObject]:
    """The events of a run, in order. A last line that was cut off becomes an event `journal.torn` with its text.

    Raises MistakesError for any other line that is no JSON object, EnvironmentProblem for a file that cannot be read.
    """
    file = folder / FILE
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EnvironmentProblem(told("journal.read", file=file, why=why(error))) from error
    lines = data.split(b"\n")
    last = lines.pop()
    events: list[JsonObject] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        if event is None:
            shown = clean(line[:200].decode("utf-8", "replace"), 60)
            what = told("journal.line", shown=repr(shown)) if shown else told("journal.line.empty")
            mistakes.append(Mistake(source=Source(file=str(file), line=number), what=what, fix=_FIX))
        else:
            events.append(event)
    if mistakes:
        raise MistakesError(mistakes)
    if last:
        event = _event(last)
        if event is None:
            event = {"event": TORN, "bytes": len(last), "text": clean(last[:200].decode("utf-8", "replace"), 120)}
        events.append(event)
    return events


_FIX: Final = told("journal.line.fix")


def _event(line: bytes) -> dict[str, Json] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def stamp(at: datetime) -> str:
    """The time of an event: UTC, to the millisecond.

    >>> from datetime import UTC
    >>> stamp(datetime(2026, 11, 22, 10, 15, 0, 250_000, tzinfo=UTC))
    '2026-11-22T10:15:00.250Z'
    """
    return f"{at.isoformat(timespec='milliseconds')[:-6]}Z"  # without the +00:00


def _cut_torn_line(fd: int) -> None:
    """Ends the file at a whole line: a torn one is cut off, a whole one without its line break gets it."""
    size = os.lseek(fd, 0, os.SEEK_END)
    tail = b""
    start = size
    while start > 0 and b"\n" not in tail:
        step = min(start, 65_536)
        start -= step
        os.lseek(fd, start, os.SEEK_SET)
        tail = os.read(fd, step) + tail
    torn = tail[tail.rfind(b"\n") + 1 :]
    if not torn:
        return
    if _event(torn) is None:
        os.ftruncate(fd, size - len(torn))
    else:
        os.write(fd, b"\n")


def _sync_folder(folder: Path) -> None:
    """Makes the file's name durable too; where folders cannot be synced (Windows) the system does it by itself."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
