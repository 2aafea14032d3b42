"""Answers read as facts: what a create came to, what a poll says. Pure; every size bounded, every text cleaned."""

from __future__ import annotations

import json
import re
from typing import Final

from msgspec import Struct

from harness.errors import TransportError
from harness.fire.wire import Exchange, decode
from harness.model import Json, Problem, TaskState
from harness.provider import Profile, number, pick
from harness.redact import clean
from harness.words import told

#: A decoded body longer than this is not kept; its start is.
KEPT_BYTES: Final = 64 * 1024
RAW_CHARS: Final = 2000
#: Ids are UUIDs and their like. A longer one is no id, and would be in every line that names the task.
MAX_ID_CHARS: Final = 200
#: Answers nested deeper than this are not kept: nothing reads them, and every writer would have to walk them.
_MAX_DEPTH: Final = 100
#: An id is looked for in so much of an answer that cannot be read as a whole.
_SEARCHED_BYTES: Final = 4 * 1024 * 1024


class Created(Struct, frozen=True, kw_only=True):
    """What a create came to. `problem` is set when there is neither a task nor a refusal that can be read."""

    status: int | None = None
    response: Json = None
    raw: str | None = None
    task_id: str | None = None
    estimated_credits: float | None = None
    problem: Problem | None = None


class Seen(Struct, frozen=True, kw_only=True):
    """What a poll says of the task. `word` is None when the answer could not be read.

    `raw` is the start of an answer that could not be read, or that says SUCCEEDED and has no outputs.
    """

    state: TaskState | None = None
    word: str | None = None
    progress: float | None = None
    estimated_credits: float | None = None
    charged_credits: float | None = None
    failure: str | None = None
    failure_code: str | None = None
    outputs: tuple[str, ...] = ()
    raw: str | None = None


def read_create(exchange: Exchange, profile: Profile) -> Created:
    """The facts of an answered create. A refusal (4xx) has no problem: it is what was to be found out."""
    status = exchange.status
    body, raw = _body(exchange)
    kept = body if len(exchange.body) <= KEPT_BYTES and raw is None else None
    start = raw if raw is not None or kept is not None else _start(exchange.body)
    facts = Created(status=status, response=kept, raw=start)
    if status >= 500:
        named = named_id(exchange.body, profile)
        text = (
            told("fact.answered.named", status=status, named=named) if named else told("fact.answered", status=status)
        )
        return _with(facts, "PROVIDER.5XX", text, maybe_created=status not in profile.create.declined)
    if status >= 400:
        return facts
    if status >= 300:
        to = clean(exchange.headers.get("location", "").partition("?")[0], 200) or told("fact.nowhere")
        text = told("fact.points", status=status, to=to)
        return _with(facts, "PROVIDER.BODY", text, maybe_created=status in {302, 303})
    if raw is not None:
        text = told("fact.no_answer", status=status, kind=_kind(exchange)) + _evidence(exchange.body, profile)
        return _with(facts, "PROVIDER.BODY", text, maybe_created=True)
    task_id = profile.task_id(body)
    if task_id is None or len(task_id) > MAX_ID_CHARS or task_id.strip(".") == "":
        found = pick(body, profile.create.id_path)
        place = profile.create.id_path
        if found is None:
            text = told("fact.no_id", status=status, place=place)
        else:
            text = told("fact.bad_id", status=status, found=_short(found), place=place)
        return _with(facts, "PROVIDER.BODY", text, maybe_created=True)
    return Created(
        status=status,
        response=kept,
        raw=start,
        task_id=task_id,
        estimated_credits=number(body, profile.create.estimated_path),
    )


def lost_create(error: TransportError, profile: Profile) -> Problem:
    """The problem of a create without a whole answer; what had come of it is told: an id in it is worth its price."""
    text = error.text + _evidence(error.received, profile)
    return Problem(code=error.code, text=text, maybe_created=error.sent)


def named_id(body: bytes, profile: Profile) -> str | None:
    """What an answer names as a task's id, as far as it can be told from an answer that is torn or no success.

    In whole JSON what stands in the id's place; else the first value under the id's key. Good for a sentence, never for
    a request.
    """
    try:
        found = profile.task_id(decode(body))
    except ValueError:
        key = json.dumps(profile.create.id_path.rpartition(".")[2]).encode()
        match = re.search(re.escape(key) + rb'\s*:\s*(?:"([^"\\]{1,200})"|(\d{1,40})\s*[,}\]])', body[:_SEARCHED_BYTES])
        found = (match[1] or match[2]).decode("utf-8", "replace") if match is not None else None
    return clean(found, MAX_ID_CHARS) if found else None


def _evidence(body: bytes, profile: Profile) -> str:
    """A sentence with what the start of a torn answer says, "" for one that is no JSON at all."""
    if body.lstrip()[:1] not in {b"{", b"["}:
        return ""
    named = named_id(body, profile)
    return " " + (told("fact.named", named=named) if named else told("fact.began", said=clean(_start(body), 120)))


def read_poll(exchange: Exchange, profile: Profile) -> Seen:
    """What an answered poll (2xx) says."""
    body, raw = _body(exchange)
    if raw is not None:
        return Seen(raw=raw)
    state, word = profile.state(body)
    poll = profile.poll
    if word is None:
        return Seen(raw=_start(exchange.body))
    ended_badly = state in {TaskState.FAILED, TaskState.CANCELLED}
    addresses = profile.outputs(body) if state is TaskState.SUCCEEDED else ()
    code = pick(body, poll.failure_code_path) if ended_badly else None
    return Seen(
        state=state,
        word=clean(word, 60),
        progress=number(body, poll.progress_path),
        estimated_credits=number(body, poll.estimated_path),
        charged_credits=number(body, poll.charged_path),
        failure=clean(profile.failure(body) or "", 1000) or None if ended_badly else None,
        failure_code=clean(str(code), 100) if isinstance(code, str | int) else None,
        outputs=addresses or (profile.misnamed(body) if state is TaskState.SUCCEEDED else ()),
        raw=_start(exchange.body) if state is TaskState.SUCCEEDED and not addresses else None,
    )


def said(exchange: Exchange) -> str:
    """The start of an answer, for a sentence."""
    return clean(exchange.body[:800].decode("utf-8", "replace"), 200) or told("fact.empty")


def _with(facts: Created, code: str, text: str, *, maybe_created: bool) -> Created:
    return Created(
        status=facts.status,
        response=facts.response,
        raw=facts.raw,
        problem=Problem(code=code, text=text, maybe_created=maybe_created),
    )


def _body(exchange: Exchange) -> tuple[Json, str | None]:
    """The decoded body, and its start as text when it is no JSON (or too much of it)."""
    try:
        if exchange.truncated:
            raise ValueError("too long")  # noqa: TRY301 - one way out for all that cannot be read
        body = decode(exchange.body)
        # A cheap bound first: nothing can be deeper than its brackets are many.
        if exchange.body.count(b"[") + exchange.body.count(b"{") > _MAX_DEPTH and _depth(body) > _MAX_DEPTH:
            raise ValueError("nested too deeply")  # noqa: TRY301
    except ValueError:
        return None, _start(exchange.body)
    return body, None


def _depth(body: Json) -> int:
    depth, level = 0, [body]
    while level:
        depth += 1
        level = [
            item
            for node in level
            if isinstance(node, dict | list)
            for item in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


def _start(body: bytes) -> str:
    return clean(body[: RAW_CHARS * 4].decode("utf-8", "replace"), RAW_CHARS)


def _kind(exchange: Exchange) -> str:
    if exchange.truncated:
        return told("fact.long", bytes=f"{len(exchange.body):,}")
    if not exchange.body.strip():
        return told("fact.empty")
    kind = clean(exchange.headers.get("content-type", "").partition(";")[0].strip(), 60)
    if kind == "text/html" or exchange.body.lstrip()[:1] == b"<":
        return told("fact.html")
    return told("fact.no_json", kind=kind or told("fact.no_type"))


def _short(value: Json) -> str:
    return clean(json.dumps(value, ensure_ascii=False)[:400], 80)
