"""Many variants at once: a pool of workers takes them in the plan's order, until all are done or somebody says stop."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from harness.errors import EnvironmentProblem
from harness.fire.concurrency import Concurrency, Gate
from harness.fire.context import FireContext
from harness.fire.course import Course
from harness.fire.lifecycle import break_off, left_alone, walk
from harness.fire.records import outcome_to_json
from harness.fire.stopping import Stop, group_of
from harness.model import EMPTY, Outcome, Phrase, PlannedVariant, Problem, RunPlan, replace
from harness.redact import clean

#: So long, in seconds, an interrupted run waits for creates on their way and for tasks to be cancelled, all together.
LET_GO_S: Final = 10.0


async def fire(
    plan: RunPlan,
    *,
    ctx: FireContext,
    jobs: int,
    on_outcome: Callable[[Outcome], Phrase | None],
    stop: Stop | None = None,
    allowed: int | None = None,
    begun: Mapping[str, Outcome] = EMPTY,
) -> tuple[Outcome, ...]:
    """The outcomes of the plan's variants, fired in its order with at most `jobs` (>= 1) tasks in flight.

    Fewer when the account allows no more than `allowed`, or while the API answers that it is too much.

    They come as the plan lists its variants; those that are neither to be fired nor to be skipped have none.

    `on_outcome` sees each outcome once, when it is in the journal, and may return a reason to stop: no new creates, the
    rest is skipped with that reason, what is in flight is followed to its end. An exception of our own ends one variant
    (`OURS.BUG`) and never the run; a journal that cannot be written stops the run (`OURS.JOURNAL`).

    Cancelled, or interrupted through `stop`, it lets go of what is in flight: creates on their way may be answered,
    tasks that have not begun are cancelled, the others are left; all that within LET_GO_S, or until the second
    interrupt. It records what is known and returns all outcomes as usual when there is a `stop` to tell the caller so;
    without one, CancelledError goes on.

    `begun`: by variant id, what is known of variants whose tasks exist already; they stand first in the plan's order.
    They are followed, not created; no reason to stop but an interrupt keeps them from that.
    """
    ctx = replace(ctx, gate=Gate(Concurrency(jobs, allowed)))
    firing = _Firing(plan, ctx, on_outcome, stop or Stop(), begun)
    workers = [asyncio.create_task(firing.work()) for _ in range(max(1, min(jobs, len(plan.order))))]
    deadline: list[asyncio.TimerHandle] = []

    def let_go() -> None:
        if not deadline:
            deadline.append(asyncio.get_running_loop().call_later(LET_GO_S, give_up))
        for worker in workers:
            if firing.stop.given_up or not firing.sends(worker):
                worker.cancel()

    def give_up() -> None:
        if not firing.stop.given_up:
            firing.stop.interrupt()

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
    finally:
        for timer in deadline:
            timer.cancel()
    await firing.skip_the_rest()
    return firing.in_order()


class _Firing:
    """What the workers of one run share."""

    def __init__(
        self,
        plan: RunPlan,
        ctx: FireContext,
        on_outcome: Callable[[Outcome], Phrase | None],
        stop: Stop,
        begun: Mapping[str, Outcome],
    ) -> None:
        self.stop = stop
        self._begun = begun
        self._plan = plan
        self._ctx = ctx
        self._on_outcome = on_outcome
        self._left: Iterator[int] = iter(plan.order)
        self._outcomes: dict[int, Outcome] = {}
        self._courses: dict[asyncio.Task[None] | None, Course] = {}

    async def work(self) -> None:
        """Takes one variant after the other, until none is left or the run is stopped."""
        gate = self._ctx.gate
        assert gate is not None
        fire_one = self._fire if self._ctx.ledger is None else self._fire_in_budget
        while True:
            async with gate:
                index = next(self._left, None)
                if index is None or self.stop.interrupted:
                    return
                item = self._plan.variants[index]
                begun = item.variant.id in self._begun
                if self.stop.reason is not None and not begun:
                    return
                if (reason := self._reason(item)) is not None and not begun:
                    await self._finish(index, Outcome(variant_id=item.variant.id, skipped=reason))
                elif (outcome := await fire_one(item)) is not None:
                    await self._finish(index, outcome)

    def sends(self, worker: asyncio.Task[None]) -> bool:
        """True while a create of this worker is on its way."""
        course = self._courses.get(worker)
        return course is not None and course.sending

    async def _fire_in_budget(self, item: PlannedVariant) -> Outcome | None:
        """What happened to one variant, held to the budget; None when nothing of it was sent."""
        ledger, variant_id = self._ctx.ledger, item.variant.id
        assert ledger is not None
        outcome: Outcome | None
        if variant_id in self._begun:  # its money has been in the ledger from before
            outcome = await self._fire(item)
            ledger.settle(variant_id, outcome)
            return outcome
        try:
            denied = await ledger.admit(item, self._ctx.clock.now)
        except asyncio.CancelledError:  # interrupted while it waited for room
            return None
        outcome = None
        if denied is not None:
            if denied.ends_run:
                self.stop.ask(denied.reason)
            return Outcome(variant_id=variant_id, skipped=denied.reason)
        # The run, or this model, may have been stopped while it waited.
        if self._reason(item) is None:
            outcome = await self._fire(item)
        ledger.settle(variant_id, outcome)
        return outcome

    async def skip_the_rest(self) -> None:
        """Gives every variant that was not fired its outcome: the plan's reason, or the reason of the stop."""
        in_order = frozenset(self._plan.order)
        for index, item in enumerate(self._plan.variants):
            reason = self._reason(item) if index in in_order else item.skip
            if index not in self._outcomes and reason is not None:
                begun = self._begun.get(item.variant.id)
                known = left_alone(Course(item, self._ctx, self.stop, begun)) if begun is not None else None
                await self._finish(index, known or Outcome(variant_id=item.variant.id, skipped=reason))

    def in_order(self) -> tuple[Outcome, ...]:
        """The outcomes, as the plan lists its variants."""
        return tuple(self._outcomes[index] for index in sorted(self._outcomes))

    async def _fire(self, item: PlannedVariant) -> Outcome | None:
        """What happened to one variant; None when it was stopped before anything of it was sent."""
        course: Course | None = None
        try:
            begun = self._begun.get(item.variant.id)
            course = self._courses[asyncio.current_task()] = Course(item, self._ctx, self.stop, begun)
            try:
                await walk(course)
            except asyncio.CancelledError:
                return await break_off(course)
        except EnvironmentProblem as problem:
            return self._unwritable(_known(item, course), problem)
        except Exception as error:  # noqa: BLE001 - a bug of ours costs one variant, never the run
            return await self._bug(_known(item, course), error, maybe_created=course is not None and course.sending)
        return course.outcome if course.known("attempts") is not None else None

    def _reason(self, item: PlannedVariant) -> Phrase | None:
        """Why a variant is not fired: the plan's reason, or a stop's; None when it may be."""
        return item.skip or self.stop.reason_for(group_of(item.variant, self._ctx.provider))

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
