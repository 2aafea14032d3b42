"""Many variants at once: a pool of workers takes them in the plan's order, until all are done or somebody says stop."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from harness.errors import EnvironmentProblem
from harness.fire.context import FireContext
from harness.fire.course import Course
from harness.fire.lifecycle import broken_off, walk
from harness.fire.records import outcome_to_json
from harness.model import Outcome, Phrase, PlannedVariant, Problem, RunPlan
from harness.redact import clean

INTERRUPTED: Final = Phrase(key="stop.interrupted")


class Stop:
    """The handle by which a run is stopped from outside, and by which one sees that it was.

    `ask`: no new creates; what is in flight is followed to its end. `interrupt`: what is in flight is let go too, at
    once. The first reason counts. To be used in the event loop's thread (`loop.add_signal_handler` runs there).
    """

    def __init__(self) -> None:
        self.reason: Phrase | None = None
        self.interrupted = False
        self._on_interrupt: list[Callable[[], object]] = []

    def ask(self, reason: Phrase) -> None:
        """No new creates; variants that are left are skipped with this reason."""
        self.reason = self.reason or reason

    def interrupt(self, reason: Phrase = INTERRUPTED) -> None:
        """No new creates, and nobody waits for what is in flight."""
        self.ask(reason)
        self.interrupted = True
        for act in self._on_interrupt:
            act()

    def on_interrupt(self, act: Callable[[], object]) -> None:
        """Calls `act` when the run is interrupted; at once when it already was."""
        self._on_interrupt.append(act)
        if self.interrupted:
            act()


async def fire(
    plan: RunPlan,
    *,
    ctx: FireContext,
    jobs: int,
    on_outcome: Callable[[Outcome], Phrase | None],
    stop: Stop | None = None,
) -> tuple[Outcome, ...]:
    """The outcomes of the plan's variants, fired in its order with at most `jobs` (>= 1) tasks in flight.

    They come as the plan lists its variants; those that are neither to be fired nor to be skipped have none.

    `on_outcome` sees each outcome once, when it is in the journal, and may return a reason to stop: no new creates, the
    rest is skipped with that reason, what is in flight is followed to its end. An exception of our own ends one variant
    (`OURS.BUG`) and never the run; a journal that cannot be written stops the run (`OURS.JOURNAL`).

    Cancelled, or interrupted through `stop`, it lets go of what is in flight, records what is known of it, and returns
    all outcomes as usual when there is a `stop` to tell the caller so; without one, CancelledError goes on.
    """
    firing = _Firing(plan, ctx, on_outcome, stop or Stop())
    workers = [asyncio.create_task(firing.work()) for _ in range(max(1, min(jobs, len(plan.order))))]

    def let_go() -> None:
        for worker in workers:
            worker.cancel()

    firing.stop.on_interrupt(let_go)
    everyone = asyncio.gather(*workers, return_exceptions=True)
    try:
        await asyncio.shield(everyone)
    except asyncio.CancelledError:
        # Ours when the caller was cancelled; the workers' own never gets out of them.
        firing.stop.interrupt()
        await everyone
        if stop is None:
            raise
        current = asyncio.current_task()
        if current is not None:
            current.uncancel()
    await firing.skip_the_rest()
    return firing.in_order()


class _Firing:
    """What the workers of one run share."""

    def __init__(
        self, plan: RunPlan, ctx: FireContext, on_outcome: Callable[[Outcome], Phrase | None], stop: Stop
    ) -> None:
        self.stop = stop
        self._plan = plan
        self._ctx = ctx
        self._on_outcome = on_outcome
        self._left: Iterator[int] = iter(plan.order)
        self._outcomes: dict[int, Outcome] = {}

    async def work(self) -> None:
        """Takes one variant after the other, until none is left or the run is stopped."""
        for index in self._left:
            if self.stop.reason is not None:
                return
            item = self._plan.variants[index]
            outcome = (
                Outcome(variant_id=item.variant.id, skipped=item.skip)
                if item.skip is not None
                else await self._fire_in_budget(item)
            )
            if outcome is None:
                return
            await self._finish(index, outcome)

    async def _fire_in_budget(self, item: PlannedVariant) -> Outcome | None:
        """What happened to one variant, held to the budget; None when nothing of it was sent."""
        ledger, variant_id = self._ctx.ledger, item.variant.id
        if ledger is None:
            return await self._fire(item)
        try:
            denied = await ledger.admit(item, self._ctx.clock.now)
        except asyncio.CancelledError:  # interrupted while it waited for room
            return None
        outcome: Outcome | None = None
        if denied is not None:
            if denied.ends_run:
                self.stop.ask(denied.reason)
            return Outcome(variant_id=variant_id, skipped=denied.reason)
        # The run may have been stopped while it waited.
        if self.stop.reason is None:
            outcome = await self._fire(item)
        ledger.settle(variant_id, outcome)
        return outcome

    async def skip_the_rest(self) -> None:
        """Gives every variant that was not fired its outcome: the plan's reason, or the reason of the stop."""
        in_order = frozenset(self._plan.order)
        for index, item in enumerate(self._plan.variants):
            reason = item.skip or (self.stop.reason if index in in_order else None)
            if index not in self._outcomes and reason is not None:
                await self._finish(index, Outcome(variant_id=item.variant.id, skipped=reason))

    def in_order(self) -> tuple[Outcome, ...]:
        """The outcomes, as the plan lists its variants."""
        return tuple(self._outcomes[index] for index in sorted(self._outcomes))

    async def _fire(self, item: PlannedVariant) -> Outcome | None:
        """What happened to one variant; None when the run was interrupted before anything of it was sent."""
        course: Course | None = None
        try:
            course = Course(item, self._ctx)
            await walk(course)
        except asyncio.CancelledError:
            return broken_off(course) if course is not None else None
        except EnvironmentProblem as problem:
            return self._unwritable(_known(item, course), problem)
        except Exception as error:  # noqa: BLE001 - a bug of ours costs one variant, never the run
            return await self._bug(_known(item, course), error, maybe_created=course is not None and course.sending)
        return course.outcome

    async def _finish(self, index: int, outcome: Outcome) -> None:
        """Records an outcome, then shows it."""
        event = {"event": "outcome", "variant": outcome.variant_id, "outcome": outcome_to_json(outcome)}
        try:
            await self._ctx.journal.write(event)
        except EnvironmentProblem as problem:
            outcome = self._unwritable(outcome, problem)
        try:
            reason = self._on_outcome(outcome)
        except Exception as error:  # noqa: BLE001 - the same
            outcome = await self._bug(outcome, error)
        else:
            if reason is not None:
                self.stop.ask(reason)
        self._outcomes[index] = outcome

    async def _bug(self, known: Outcome, error: Exception, *, maybe_created: bool = False) -> Outcome:
        """The outcome of a variant that met a bug of ours; the traceback goes to the journal."""
        told = "".join(traceback.format_exception(error, limit=-20))
        try:
            await self._ctx.journal.write({"event": "bug", "variant": known.variant_id, "traceback": told})
        except EnvironmentProblem as problem:
            return self._unwritable(known, problem)
        text = clean(self._ctx.redactor.text("".join(traceback.format_exception_only(error)))).strip()
        return replace(known, problem=Problem(code="OURS.BUG", text=text, maybe_created=maybe_created))

    def _unwritable(self, known: Outcome, problem: EnvironmentProblem) -> Outcome:
        """The outcome of a variant whose events could not be written: without a journal nothing more may be sent."""
        text = clean(problem.text, 300)
        self.stop.ask(Phrase(key="stop.journal", params={"text": text}))
        return replace(known, problem=Problem(code="OURS.JOURNAL", text=text))


def _known(item: PlannedVariant, course: Course | None) -> Outcome:
    return course.outcome if course is not None else Outcome(variant_id=item.variant.id)
