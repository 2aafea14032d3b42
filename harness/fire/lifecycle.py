"""One variant from its create to its files: create → poll → fetch, or → cancel. Facts only, no opinion."""

from __future__ import annotations

import asyncio

from harness.fire.context import FireContext
from harness.fire.course import Course
from harness.fire.creating import create
from harness.fire.outputs import collect
from harness.fire.polling import leave, let_go, poll_to_end
from harness.model import Outcome, PlannedVariant, TaskState, Until
from harness.words import told


async def follow(call: PlannedVariant, *, ctx: FireContext) -> Outcome:
    """Fires one variant and follows it as far as `ctx.until` says. Returns what happened.

    Raises EnvironmentProblem when the journal cannot be written, and what our own bugs raise; nothing that the API
    does raises.
    """
    course = Course(call, ctx)
    await walk(course)
    return course.outcome


async def walk(course: Course) -> None:
    """The whole way of `follow`, for a course that the caller holds: what it had learned outlives an exception.

    A course whose task exists already is never created again.
    """
    clock = course.ctx.clock
    started_s = clock.now()
    if not course.resumed:
        await create(course)
        course.learn(total_s=clock.now() - started_s)
    if course.task_id is None:
        return
    if course.stop.interrupted:
        raise asyncio.CancelledError  # whoever had no create on its way was cancelled at that moment
    if course.until is Until.ACCEPTED:
        await let_go(course)
        return
    addresses = await poll_to_end(course)
    if not course.resumed:
        course.learn(total_s=clock.now() - started_s)
    await collect(course, addresses)


async def break_off(course: Course) -> Outcome | None:
    """Lets go of an interrupted course, and returns what is known of it; None when its create had not been sent.

    A task that has not begun is cancelled, unless there is no time left: then this is cancelled itself, and says so in
    the outcome.
    """
    if course.task_id is None:
        if course.sending:
            course.trouble("NETWORK.INTERRUPTED", told("fact.interrupted"), maybe_created=True)
        elif course.known("attempts") is None:
            return None
        return course.outcome
    if course.problem is None and not course.stop.given_up:
        try:
            await leave(course)
        except asyncio.CancelledError:
            course.log(lambda: told("log.no_time"))
    if course.problem is None and course.until is not Until.ACCEPTED:
        _say_how_it_was_left(course)
    return course.outcome


def left_alone(course: Course) -> Outcome:
    """What is known of a task from before that an interrupted run did not come to look at."""
    _say_how_it_was_left(course)
    return course.outcome


def _say_how_it_was_left(course: Course) -> None:
    task, state = course.task_id, course.task_state
    if state is TaskState.SUCCEEDED:
        course.trouble("TASK.UNFINISHED", told("fact.no_files", task=task))
    elif course.cancelled:
        text = told("fact.cancelled", task=task, word=course.task_word)
        course.trouble("TASK.STOPPED", text)
    elif state is None or not state.final:
        word = course.task_word or told("fact.unseen")
        text = told("fact.left", task=task, word=word)
        course.trouble("TASK.LEFT", text)
