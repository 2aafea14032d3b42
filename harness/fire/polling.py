"""Following a task to its end, or letting it go."""

from __future__ import annotations

import math
from typing import Final

from harness.errors import TransportError
from harness.fire.answers import Seen, read_poll, said
from harness.fire.calls import send
from harness.fire.course import Course
from harness.fire.retry import BUSY_STATUSES, Call
from harness.fire.wire import Exchange
from harness.model import Json, TaskState
from harness.provider.profile import Route
from harness.redact import clean
from harness.words import told

#: Under simulated time polling without a pause would keep time from passing: nothing would ever end.
LEAST_VIRTUAL_PAUSE_S: Final = 0.25
#: A task may be THROTTLED for so many times its limit, all in all.
QUEUED_LIMITS: Final = 10
#: So many polls in a row that say nothing of the task, and it is given up.
MAX_UNREADABLE: Final = 3
_WAITING: Final = frozenset({TaskState.PENDING, TaskState.THROTTLED})
_BEGUN: Final = frozenset({TaskState.RUNNING, TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED})


async def poll_to_end(course: Course) -> tuple[str, ...]:
    """Polls until the task has ended or its time is up, as `schedule` says; a task from before at once.

    Returns the addresses of its outputs. Without an end state the outcome has a problem that says why.
    """
    ctx, pace = course.ctx, course.ctx.pace
    limit_s = course.profile.polling.timeout_s if ctx.task_timeout_s is None else ctx.task_timeout_s
    limit = f"/{max(1, math.ceil(limit_s / pace.every_s))}" if pace.every_s > 0 else ""
    ends_s = course.created_s + limit_s
    queued_to_s = course.created_s + limit_s * (QUEUED_LIMITS - 1)
    running_since_s: float | None = None
    last_s = 0.0
    unreadable = 0
    at_once = course.resumed
    while True:
        now_s = ctx.clock.now()
        pause_s = ctx.schedule.pause_s(course.kind, pace, now_s - course.created_s, ctx.rng)
        pause_s = 0.0 if at_once else min(pause_s, max(ends_s - now_s, 0.0))
        at_once = False
        if ctx.clock.virtual:
            pause_s = max(pause_s, LEAST_VIRTUAL_PAUSE_S)
        if pause_s > 0:
            await ctx.clock.sleep(pause_s)
        seen = await _poll(course, limit)
        if seen is None:
            return ()
        now_s = ctx.clock.now()
        if seen.state is TaskState.RUNNING and running_since_s is None and not course.resumed:
            running_since_s = now_s
            course.learn(queued_s=now_s - course.created_s)
        if seen.state is not None and seen.state.final:
            if seen.state is TaskState.SUCCEEDED and not course.resumed:
                age_s = now_s - course.created_s
                ctx.schedule.ended(course.kind, last_s=last_s, seen_s=age_s, every_s=pace.every_s)
            await _ended(course, seen, None if running_since_s is None else now_s - running_since_s)
            return seen.outputs
        last_s = now_s - course.created_s
        unreadable = unreadable + 1 if seen.word is None else 0
        if unreadable == MAX_UNREADABLE:
            shown = clean(seen.raw, 200) if seen.raw else told("fact.empty")
            text = told("fact.no_state", task=course.task_id, polls=unreadable, said=shown)
            course.trouble("PROVIDER.BODY", text)
            return ()
        if seen.state is TaskState.THROTTLED:
            # It waits for the account's other tasks and has not begun: its own time has not either.
            ends_s = min(now_s, queued_to_s) + limit_s
        if now_s >= ends_s:
            course.trouble("TASK.TIMEOUT", _timeout(course, now_s - course.created_s))
            return ()


async def fresh_addresses(course: Course) -> tuple[str, ...]:
    """The addresses of the outputs of a task that has SUCCEEDED, asked for once more; none when it will not tell."""
    state, word = course.task_state, course.task_word
    await course.ctx.clock.sleep(course.ctx.pace.least_s)
    seen = await _poll(course, "", to_the_end=False)
    course.problem, course.task_state, course.task_word = None, state, word  # how the task ended is known
    return seen.outputs if seen is not None else ()


async def let_go(course: Course) -> None:
    """Cancels the task, unless a look says that it has begun: then it is paid for, and cancelling saves nothing."""
    route = course.profile.cancel
    if route is None:
        return
    seen = await _poll(course, "", to_the_end=False)
    course.problem = None  # the id came back, and more was not asked for
    if seen is not None and seen.state in _BEGUN:
        return
    await _cancel(course, route)


async def leave(course: Course) -> None:
    """Cancels the task of an interrupted run when a last look says that it waits; any other one is left alone."""
    route = course.profile.cancel
    if route is None or course.task_state in _BEGUN:
        return
    seen = await _poll(course, "")
    course.problem = None  # what the last look did not find is told by how the task was left
    if seen is None:
        return
    if seen.state in _WAITING:
        await _cancel(course, route)
    elif seen.state is not None and seen.state.final:
        await _ended(course, seen, None)


async def _cancel(course: Course, route: Route) -> None:
    status, error = await _send_cancel(course, route)
    if status is not None and 200 <= status < 300:
        course.task_state, course.cancelled = TaskState.CANCELLED, True
    await course.note("cancel", task=course.task_id, status=status, error=error)
    course.log(lambda: told("log.cancel", said=status or error))


async def _send_cancel(course: Course, route: Route) -> tuple[int | None, str | None]:
    """The status of the answer to a cancel, or the code of a lost one."""
    sent = await send(course.ctx, Call.CANCEL, route.method, course.task_url(route.path), variant=course.variant.id)
    status = sent.exchange.status if sent.exchange is not None else None
    return status, sent.error.code if sent.error is not None else None


async def end(course: Course) -> int | str | None:
    """One look at the task, and a cancel where it has not ended, also when it has begun.

    Returns the status of the cancel, or the code of a lost one; None when none was sent: the task had ended, the
    profile has no such route, or the task cannot be read (then the problem is set).
    """
    route = course.profile.cancel
    seen = await _poll(course, "")
    if seen is None:
        return None
    if seen.state is not None and seen.state.final:
        await _ended(course, seen, None)
        return None
    if route is None:
        return None
    status, error = await _send_cancel(course, route)
    await course.note("cancel", durable=True, task=course.task_id, status=status, error=error)
    return status if status is not None else error


async def _poll(course: Course, limit: str, *, to_the_end: bool = True) -> Seen | None:
    """One poll, sent again where it was not answered; None when the task cannot be read, and the problem is set.

    `to_the_end`: the caller records the end of a task that has ended, which tells of this poll too.
    """
    poll = course.profile.poll
    url = course.task_url(course.endpoint.poll_path or poll.path)
    sent = await send(course.ctx, Call.READ, poll.method, url, variant=course.variant.id)
    course.polls += 1
    if sent.exchange is None or not 200 <= sent.exchange.status < 300:
        course.trouble(*_unread(course, sent.exchange, sent.error))
        return None
    seen = read_poll(sent.exchange, course.profile)
    if seen.word is not None:
        course.task_word, course.task_state = seen.word, seen.state or course.task_state
    if seen.estimated_credits is not None:
        course.learn(estimated_credits=seen.estimated_credits)
    if not (to_the_end and seen.state is not None and seen.state.final):
        await course.note("poll", task=course.task_id, n=course.polls, state=seen.word)
    shown = seen.word or (clean(seen.raw, 80) if seen.raw else told("fact.empty"))
    course.log(lambda: told("log.poll", number=f"{course.polls}{limit}", said=shown, percent=_percent(seen)))
    return seen


async def _ended(course: Course, seen: Seen, running_s: float | None) -> None:
    course.learn(
        running_s=running_s,
        charged_credits=seen.charged_credits,
        failure=seen.failure,
        failure_code=seen.failure_code,
        raw=seen.raw or course.known("raw"),
    )
    facts: dict[str, Json] = {"n": course.polls, "state": seen.word, "charged": seen.charged_credits}
    await course.note("task.ended", task=course.task_id, **facts)


def _unread(course: Course, exchange: Exchange | None, error: TransportError | None) -> tuple[str, str]:
    """The code and the sentence for a task that cannot be read, attempts and all."""
    task, polls = course.task_id, course.polls
    if exchange is None:
        assert error is not None
        return error.code, told("fact.unread", task=task, text=error.text)
    status, answer = exchange.status, {"status": exchange.status, "said": said(exchange)}
    if status in {404, 410}:
        return "TASK.VANISHED", told("fact.vanished", task=task, polls=polls, **answer)
    code = "TASK.UNFINISHED"
    if status in BUSY_STATUSES or status >= 500:
        code = "PROVIDER.5XX" if status >= 500 else "PROVIDER.BUSY"
    return code, told("fact.unread.answer", task=task, polls=polls, **answer)


def _timeout(course: Course, age_s: float) -> str:
    task, word, polls = course.task_id, course.task_word, course.polls
    spent = {"task": task, "age": f"{round(age_s, 1):,.10g}", "polls": polls}
    if word is None:
        return told("fact.timeout.unread", **spent)
    key = "fact.timeout" if word.casefold() in course.profile.states else "fact.timeout.word"
    return told(key, word=word, **spent)


def _percent(seen: Seen) -> str:
    return "" if seen.progress is None else f" {min(seen.progress, 1):.0%}"
