"""What faults are made of: the record of one, and the small callables that answer instead, spoil or change."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from harness.clock import Clock
from harness.mock.answers import Answers
from harness.mock.files import DEFAULT_SECONDS, DEFAULT_SIZE
from harness.mock.tasks import Ending, Shape, Task
from harness.mock.wire import Response, Trouble, json_response
from harness.model import Json, TaskState, replace

#: What a request asks for; `output` is the download of a file, `other` any route that only the contract knows.
Place: TypeAlias = Literal["create", "poll", "cancel", "account", "other", "upload", "output"]

PLACES: Final[tuple[Place, ...]] = ("create", "poll", "cancel", "account", "other", "upload", "output")
#: Where a fault of requests is committed when its spec does not say: the API itself, not its file stores.
API: Final[tuple[Place, ...]] = ("create", "poll", "cancel", "account", "other")
#: What Retry-After asks for. The official client obeys up to a minute.
RETRY_AFTER_S: Final = 2


class Scene(Struct, frozen=True, kw_only=True):
    """What a fault may want to know. `earlier` is the last good answer to a create at the same endpoint."""

    answers: Answers
    clock: Clock
    id_path: str
    earlier: Response | None = None


class Fault(Struct, frozen=True, kw_only=True):
    """One fault. Exactly one of `instead`, `spoil` and `change` is set.

    `on_create` faults are committed at valid creates, the others at any request. `does` and `seen` are for people;
    `in_process` says what happens without a socket where the fault needs one, and is empty where it does not.
    """

    does: str
    seen: str
    on_create: bool = True
    in_process: str = ""
    instead: Callable[[Scene], Response | None] | None = None
    spoil: Callable[[Response, Scene], Response] | None = None
    change: Callable[[Task], Task] | None = None


_REASONS: Final = {
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def status(status: int, *, html: bool = False, retry: Literal["seconds", "date"] | None = None) -> Fault:
    """A status in place of the answer; `retry`: how it says when to come back."""
    reason = _REASONS[status]

    def answer(scene: Scene) -> Response:
        if html:
            return Response(status=status, body=_page(status, reason), content_type="text/html")
        plain = scene.answers.plain(status, reason, doc_url=False)
        return plain if retry is None else replace(plain, headers=((b"retry-after", _retry_after(retry, scene.clock)),))

    told = f", and Retry-After: {f'{RETRY_AFTER_S} (seconds)' if retry == 'seconds' else 'a date'}" if retry else ""
    busy = "asks to come back later" if status == 429 else "breaks down"
    form = "a page of HTML" if html else "JSON"
    return Fault(
        does=f"the API {busy}; nothing is done",
        seen=f'{status} with {form}, "{reason}"{told}',
        on_create=False,
        instead=answer,
    )


def _page(status: int, reason: str) -> bytes:
    title = f"{status} {reason}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    ).encode("ascii")


def _retry_after(form: Literal["seconds", "date"], clock: Clock) -> bytes:
    if form == "seconds":
        return b"%d" % RETRY_AFTER_S
    now = clock.utc()
    whole = math.ceil(now.microsecond / 1e6)  # a date has whole seconds: rather later than too soon
    return format_datetime(
        (now + timedelta(seconds=RETRY_AFTER_S + whole)).replace(microsecond=0), usegmt=True
    ).encode()


def refusal(status: int, text: str, does: str) -> Fault:
    """A refusal of a create, in the provider's words."""
    return Fault(does=does, seen=f'{status} "{text}"', instead=lambda scene: scene.answers.plain(status, text))


def trouble(trouble: Trouble) -> Callable[[Response, Scene], Response]:
    """The answer with a trouble on its way; one without a body has nothing to cut."""
    return lambda response, _: (
        response if trouble == "cut" and not response.body else replace(response, trouble=trouble)
    )


def not_json(response: Response, _: Scene) -> Response:
    """A page in place of the answer: what a gateway in between may say."""
    page = b"<!DOCTYPE html>\n<html><head><title>Runway</title></head><body>Just a moment...</body></html>\n"
    return replace(response, body=page, content_type="text/html; charset=utf-8")


def empty(response: Response, _: Scene) -> Response:
    """The answer without its body."""
    return replace(response, body=b"")


def no_id(response: Response, scene: Scene) -> Response:
    """The answer to a create without the task's id."""
    body: Json = json.loads(response.body)
    *way, last = scene.id_path.split(".")
    holder = body
    for step in way:
        holder = holder[step]
    del holder[last]
    return json_response(body, response.status)


def ends(ending: Ending, does: str, seen: str, *, after: float = 1.0) -> Fault:
    """A task with another end, once this share of its rendering is done."""
    return Fault(
        does=does,
        seen=seen,
        change=lambda task: replace(task, ending=ending, render_s=task.render_s * after),
    )


def moderated_output(task: Task) -> Task:
    """The task, failed at its end for what it made."""
    kind = task.shapes[0].kind if task.shapes else "video"
    text = "The generated output was flagged by content moderation."
    return replace(
        task, ending=Ending(state=TaskState.FAILED, failure=text, failure_code=f"SAFETY.OUTPUT.{kind.upper()}")
    )


def with_shapes(change: Callable[[Shape], Shape]) -> Callable[[Task], Task]:
    """A change of each file that a task makes."""
    return lambda task: replace(task, shapes=tuple(change(shape) for shape in task.shapes))


def wrong_size(shape: Shape) -> Shape:
    """Three quarters of the height, even as codecs want it. A sound has no size."""
    return replace(shape, height=max(shape.height * 3 // 4 & ~1, 2))


def wrong_duration(shape: Shape) -> Shape:
    """Half the length."""
    return replace(shape, duration_s=shape.duration_s / 2)


def ignored_parameter(shape: Shape) -> Shape:
    """What comes out when nothing was asked for; turned on its side where that is just what was asked for."""
    width, height = DEFAULT_SIZE
    usual = replace(shape, width=width, height=height, duration_s=DEFAULT_SECONDS[shape.kind])
    if usual != shape:
        return usual
    if shape.kind == "audio":
        return replace(usual, duration_s=usual.duration_s * 2)
    return replace(usual, width=height, height=width)
