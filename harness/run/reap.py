"""Ending what a run left behind: tasks in its journal whose end nobody has seen. Creates nothing, costs nothing.

It needs the journal and the profile, not the scenario files: money must not run on because a file was changed.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness import clock as clocks
from harness import provider as providers
from harness.clock import Clock
from harness.errors import UsageError
from harness.fire.context import FireContext
from harness.fire.course import Course
from harness.fire.journal import Journal, check_free, read
from harness.fire.polling import end
from harness.fire.transport import open_transport
from harness.model import Outcome, PlannedVariant, Source, TaskState, Variant, replace
from harness.provider import Provider
from harness.redact import Redactor, clean, secrets_of
from harness.run.earlier import Earlier, earlier_of
from harness.run.settings import Target
from harness.run.started import Asked, read_asked
from harness.run.targets import DUMMY_KEY, target_of
from harness.words import told

#: Tasks that are looked at at once.
_JOBS: Final = 8
_WAITING: Final = frozenset({TaskState.PENDING, TaskState.THROTTLED})


class Fate(StrEnum):
    """What became of a task. `stopped`, `left` and `unseen` may still be billed."""

    CANCELLED = "cancelled"
    STOPPED = "stopped"
    ENDED = "ended"
    GONE = "gone"
    LEFT = "left"
    UNSEEN = "unseen"


_CANCELLED: Final = frozenset({Fate.CANCELLED, Fate.STOPPED})


class Reaped(Struct, frozen=True, kw_only=True):
    """One task, its texts redacted.

    `word` is the state that the look saw, in the provider's own word; `said` why it was left or unseen; `state` how it
    ended, None where it did not or nobody knows.
    """

    variant_id: str
    task_id: str
    fate: Fate
    word: str = ""
    said: str = ""
    credits: float | None = None
    state: TaskState | None = None


class Harvest(Struct, frozen=True, kw_only=True):
    """What reaping a run came to. `unknown`: variants whose create may have been accepted without an id coming back.

    `mock`: the run was simulated, its tasks are gone with its process.
    """

    tasks: tuple[Reaped, ...] = ()
    unknown: tuple[str, ...] = ()
    mock: bool = False


def reap(folder: Path, *, env: Mapping[str, str], env_file: Path | None = None) -> Harvest:
    """Looks once at every task of the run that has no end yet, and cancels those that go on.

    Raises UsageError for a journal or a profile that cannot be read, EnvironmentProblem while the run is still going
    on, or without a key.
    """
    check_free(folder)
    events = read(folder)
    asked = read_asked(events, folder)
    if asked.mock:
        return Harvest(mock=True)
    earlier = earlier_of(events, lambda _: None, folder)
    if not earlier.orphans:
        return Harvest(unknown=_unknown(earlier))
    provider = _provider(asked, folder)
    settings = replace(asked.settings, env=env, env_file=env_file or asked.settings.env_file, live=asked.live)
    target = target_of(settings, provider)
    clock = clocks.real_clock()
    secrets = [*([target.key] if target.key != DUMMY_KEY else []), *secrets_of(env)]
    return clocks.run(_reap(folder, provider, target, clock, Redactor(secrets)), clock)


async def _reap(folder: Path, provider: Provider, target: Target, clock: Clock, redactor: Redactor) -> Harvest:
    journal = Journal(folder, clock, redactor)
    try:
        # Read again, now that nobody else can write.
        earlier = earlier_of(read(folder), lambda _: None, folder)
        await journal.write({"event": "run.reaped", "tasks": len(earlier.orphans)})
        async with open_transport(target.base_url, connections=_JOBS) as transport:
            ctx = FireContext(
                provider=provider,
                transport=transport,
                clock=clock,
                rng=random.Random(0),  # noqa: S311 - jitter, not secrets
                journal=journal,
                redactor=redactor,
                base_url=target.base_url,
                key=target.key,
                folder=folder,
            )
            free = asyncio.Semaphore(_JOBS)
            tasks = await asyncio.gather(*(_end(ctx, known, earlier, free) for known in earlier.orphans))
    finally:
        await journal.close()
    return Harvest(tasks=tuple(tasks), unknown=_unknown(earlier))


async def _end(ctx: FireContext, known: Outcome, earlier: Earlier, free: asyncio.Semaphore) -> Reaped:
    endpoint = _endpoint(ctx.provider, earlier.endpoints.get(known.variant_id, ""))
    variant = Variant(id=known.variant_id, scenario="", endpoint=endpoint, name="", source=Source(file=""), payload={})
    async with free:
        course = Course(PlannedVariant(variant=variant, credits=None), ctx, begun=known)
        answer = await end(course)
    assert known.task_id is not None
    fate, state, safe = _fate(course, answer), course.task_state, ctx.redactor.text
    said = course.problem.text if course.problem is not None else "" if answer is None else f" ({answer})"
    return Reaped(
        variant_id=known.variant_id,
        task_id=clean(safe(known.task_id), 200),
        fate=fate,
        word=clean(safe(course.task_word or ""), 60),
        said=clean(safe(said), 300) if course.problem is not None else said,
        credits=course.known("charged_credits"),
        state=TaskState.CANCELLED if fate in _CANCELLED else state if state is not None and state.final else None,
    )


def _fate(course: Course, answer: int | str | None) -> Fate:
    state = course.task_state
    if course.problem is not None:
        return Fate.GONE if course.problem.code == "TASK.VANISHED" else Fate.UNSEEN
    if state is not None and state.final:
        return Fate.ENDED
    if isinstance(answer, int) and 200 <= answer < 300:
        return Fate.CANCELLED if state in _WAITING else Fate.STOPPED
    return Fate.LEFT


def _endpoint(provider: Provider, name: str) -> str:
    """The endpoint of that name; any other polls nearly always at the same route."""
    return name if name in provider.endpoints else next(iter(provider.endpoints))


def _provider(asked: Asked, folder: Path) -> Provider:
    files: Sequence[str] = tuple(asked.profiles.values())
    if len(files) != 1:
        raise UsageError(told("journal.providers", folder=folder, count=len(files)))
    return providers.load(files[0], base=asked.settings.cwd, contract=asked.settings.contract)


def _unknown(earlier: Earlier) -> tuple[str, ...]:
    return tuple(
        variant_id
        for variant_id, outcome in earlier.ended.items()
        if outcome.problem is not None and outcome.problem.maybe_created
    )
