"""The create: sent once, its intent on disk before and its task's id on disk at once afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from harness.fire.answers import Created, lost_create, read_create
from harness.fire.calls import Sent, send
from harness.fire.course import Course
from harness.fire.retry import Call
from harness.fire.wire import encode
from harness.model import Asset, Json, Problem, replace
from harness.redact import clean
from harness.words import told

_VALUE_CHARS: Final = 60
_ANSWER_CHARS: Final = 300


async def create(course: Course) -> None:
    """Sends the create. Afterwards the outcome has a task id, a refusal or a problem.

    It has none of them, and no attempt, when the run was stopped before the create was sent.
    """
    ctx, endpoint = course.ctx, course.endpoint
    url = ctx.url(endpoint.path, course.variant.path)
    body = encode(course.variant.payload)
    try:
        await course.note("create.intent", durable=True, endpoint=endpoint.key)
    except asyncio.CancelledError:
        await _withheld(course)
        raise
    if not course.may_create():  # stopped while the disk was busy
        await _withheld(course)
        return
    course.log(lambda: told("log.request", call=f"{endpoint.method} {url}", bytes=f"{body.length:,}"))
    course.log(lambda: told("log.keys", keys=_keys(course)))
    course.sending = True
    sent = await send(
        ctx,
        Call.CREATE,
        endpoint.method,
        url,
        variant=course.variant.id,
        body=body,
        may_go_on=course.may_create,
    )
    course.sending = False
    course.created_s = ctx.clock.now()
    course.learn(attempts=sent.attempts)
    if sent.error is not None:
        course.problem = lost = lost_create(sent.error, course.profile)
        facts: dict[str, Json] = {"error": lost.code, "sent": lost.maybe_created, "text": lost.text}
        await course.note("create.answer", attempt=sent.attempts, **facts)
        course.log(lambda: told("log.lost", text=lost.text))
    else:
        await _answered(course, sent)


async def _withheld(course: Course) -> None:
    """Tells a reader of the journal that the intent came to nothing: no task can exist."""
    await course.note("create.answer", attempt=0, error="NOT.SENT", sent=False)


async def _answered(course: Course, sent: Sent) -> None:
    assert sent.exchange is not None
    created = _once(course, read_create(sent.exchange, course.profile))
    course.task_id, course.problem = created.task_id, created.problem
    course.learn(
        http_status=created.status,
        response=created.response,
        raw=created.raw,
        estimated_credits=created.estimated_credits,
    )
    facts: dict[str, Json] = {"status": created.status, "attempt": sent.attempts}
    facts["elapsed_s"] = round(sent.exchange.elapsed_s, 3)
    if created.task_id is None:
        if created.problem is not None:
            problem = created.problem
            facts |= {"code": problem.code, "text": problem.text, "maybe": problem.maybe_created}
        await course.note("create.answer", **facts)
        course.log(lambda: told("log.answer", status=created.status, said=_answer(course, created)))
        return
    # Nothing else may happen with the id before it is on the disk.
    facts |= {"task": created.task_id, "estimated": created.estimated_credits}
    await course.note("task.created", durable=True, **facts)
    course.log(lambda: told("log.created", status=created.status, keys=_answer(course, created)))
    course.log(lambda: told("log.task", task=created.task_id))


def _once(course: Course, created: Created) -> Created:
    """The facts of a create; without its id when that is the task of another variant: one task cannot be both."""
    if created.task_id is None:
        return created
    owner = course.ctx.owners.setdefault(created.task_id, course.variant.id)
    if owner == course.variant.id:
        return created
    text = told("fact.shared", task=clean(created.task_id, 200), variant=owner)
    problem = Problem(code="TASK.SHARED", text=text, maybe_created=True)
    return replace(created, task_id=None, estimated_credits=None, problem=problem)


def _keys(course: Course) -> str:
    return ", ".join(f"{clean(str(key), 40)}={_shown(course, value)}" for key, value in course.variant.payload.items())


def _shown(course: Course, value: Json) -> str:
    return str(value) if isinstance(value, Asset) else clean(course.ctx.redactor.line(value), _VALUE_CHARS)


def _answer(course: Course, created: Created) -> str:
    if created.task_id is not None and isinstance(created.response, Mapping):
        return ", ".join(clean(str(key), 40) for key in created.response)
    if created.response is not None:
        return clean(course.ctx.redactor.line(created.response), _ANSWER_CHARS)
    return clean(created.raw, _ANSWER_CHARS) if created.raw else told("log.no_body")
