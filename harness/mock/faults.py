"""The faults that the mock commits on purpose: one table, each fault a small callable over what would have been right.

A fault does one of three things:
- `instead`: another answer in place of the right one, and the request has no effect: no task, no charge;
- `spoil`: the request has its effect, and its answer is spoilt: the task may exist, and be charged, unheard of;
- `change`: the task goes another way than it would have gone. Its money follows FACTS of the provider: charged, unless
  the table says that the credits come back.

Faults of requests are chosen at any route of the API (or where a spec says), before the key is looked at, as a gateway
would. Faults of creates (`on_create`) are chosen once a create is found valid, so "the third" is the third that would
have become a task. How faults are named, counted and drawn: `harness.mock.fault_rules`. What happens on the wire, and
what a server must offer for it: `harness.mock.delivery`.

Not known of the live API, and taken here: the texts of 429 (but for the daily quota) and of 5xx; the texts of failed
tasks (that of bad-output is from public captures); what a task cancelled by the provider costs (here: everything); the
HTML of gateways (here: nginx's).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Final, Literal, TypeAlias

from harness.clock import Clock
from harness.mock.answers import NO_CREDITS, QUOTA, Answers
from harness.mock.files import DEFAULT_SECONDS, DEFAULT_SIZE
from harness.mock.tasks import Ending, Quirks, Shape, Task
from harness.mock.wire import Response, Trouble, json_response
from harness.model import Json, TaskState

#: What a request asks for; `output` is the download of a file, `other` any route that only the contract knows.
Place: TypeAlias = Literal["create", "poll", "cancel", "account", "other", "upload", "output"]

PLACES: Final[tuple[Place, ...]] = ("create", "poll", "cancel", "account", "other", "upload", "output")
#: Where a fault of requests is committed when its spec does not say: the API itself, not its file stores.
API: Final[tuple[Place, ...]] = ("create", "poll", "cancel", "account", "other")
#: What Retry-After asks for. The official client obeys up to a minute.
RETRY_AFTER_S: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a fault may want to know. `earlier` is the last good answer to a create at the same endpoint."""

    answers: Answers
    clock: Clock
    id_path: str
    earlier: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. Exactly one of `instead`, `spoil` and `change` is set.

    `does` and `seen` are for people; `in_process` says what differs without a socket, empty where nothing does.
    """

    does: str
    seen: str
    on_create: bool = True
    in_process: str = ""
    instead: Callable[[Scene], Response | None] | None = None
    spoil: Callable[[Response, Scene], Response] | None = None
    change: Callable[[Task], Task] | None = None

    @property
    def applies(self) -> str:
        """What it applies to, in words."""
        return "valid creates" if self.on_create else "any request of the API"


_REASONS: Final = {
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def _status(status: int, *, html: bool = False, retry: Literal["seconds", "date"] | None = None) -> Fault:
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


def _refusal(status: int, text: str, does: str) -> Fault:
    return Fault(does=does, seen=f'{status} "{text}"', instead=lambda scene: scene.answers.plain(status, text))


def _trouble(trouble: Trouble) -> Callable[[Response, Scene], Response]:
    """The answer with a trouble on its way; one without a body has nothing to cut."""
    return lambda response, _: (
        response if trouble == "cut" and not response.body else replace(response, trouble=trouble)
    )


def _not_json(response: Response, _: Scene) -> Response:
    page = b"<!DOCTYPE html>\n<html><head><title>Runway</title></head><body>Just a moment...</body></html>\n"
    return replace(response, body=page, content_type="text/html; charset=utf-8")


def _empty(response: Response, _: Scene) -> Response:
    return replace(response, body=b"")


def _no_id(response: Response, scene: Scene) -> Response:
    body: Json = json.loads(response.body)
    *way, last = scene.id_path.split(".")
    holder = body
    for step in way:
        holder = holder[step]
    del holder[last]
    return json_response(body, response.status)


def _ends(ending: Ending, does: str, seen: str, *, after: float = 1.0) -> Fault:
    """A task with another end, once this share of its rendering is done."""
    return Fault(
        does=does,
        seen=seen,
        change=lambda task: replace(task, ending=ending, render_s=task.render_s * after),
    )


def _moderated_output(task: Task) -> Task:
    kind = task.shapes[0].kind if task.shapes else "video"
    text = "The generated output was flagged by content moderation."
    return replace(
        task, ending=Ending(state=TaskState.FAILED, failure=text, failure_code=f"SAFETY.OUTPUT.{kind.upper()}")
    )


def _with_shapes(change: Callable[[Shape], Shape]) -> Callable[[Task], Task]:
    return lambda task: replace(task, shapes=tuple(change(shape) for shape in task.shapes))


def _wrong_size(shape: Shape) -> Shape:
    """Three quarters of the height, even as codecs want it. A sound has no size."""
    return replace(shape, height=max(shape.height * 3 // 4 & ~1, 2))


def _wrong_duration(shape: Shape) -> Shape:
    return replace(shape, duration_s=shape.duration_s / 2)


def _ignored_parameter(shape: Shape) -> Shape:
    """What comes out when nothing was asked for; turned on its side where that is just what was asked for."""
    width, height = DEFAULT_SIZE
    usual = replace(shape, width=width, height=height, duration_s=DEFAULT_SECONDS[shape.kind])
    if usual != shape:
        return usual
    if shape.kind == "audio":
        return replace(usual, duration_s=usual.duration_s * 2)
    return replace(usual, width=height, height=width)


_SAME_WAIT: Final = "the same wait on the mock's clock"
_RAISED: Final = "ConnectionLost (a ConnectionResetError) is raised into the client"
_INPUT_FLAGGED: Final = "The input was flagged by content moderation."
_UNEXPECTED: Final = "An unexpected error occurred."

FAULTS: Final[Mapping[str, Fault]] = {
    "http-429": _status(429),
    "http-429-seconds": _status(429, retry="seconds"),
    "http-429-date": _status(429, retry="date"),
    "http-500": _status(500),
    "http-500-html": _status(500, html=True),
    "http-502": _status(502),
    "http-502-html": _status(502, html=True),
    "http-503": _status(503),
    "http-503-html": _status(503, html=True),
    "http-504": _status(504),
    "http-504-html": _status(504, html=True),
    "timeout": Fault(
        does="the request is lost in the API; nothing is done",
        seen="no answer until it gives up; after an hour the connection is reset",
        on_create=False,
        in_process=_SAME_WAIT,
        instead=lambda _: Response(trouble="silent"),
    ),
    "reset": Fault(
        does="the connection is reset before anything is done",
        seen="a connection reset by peer, without a byte of an answer",
        on_create=False,
        in_process=_RAISED,
        instead=lambda _: Response(trouble="reset"),
    ),
    "slow-body": Fault(
        does="the right answer comes in ten pieces, two seconds apart",
        seen="the headers at once, the body within 20 s",
        on_create=False,
        in_process=_SAME_WAIT,
        spoil=_trouble("slow"),
    ),
    "truncated-json": Fault(
        does="the connection is closed halfway through the answer; what was asked for is done",
        seen="half of the stated length, then the end of the connection; of a create: a task without its id",
        on_create=False,
        in_process="half of the stated length, without an error",
        spoil=_trouble("cut"),
    ),
    "not-json": Fault(
        does="a page of HTML in place of the answer, under its status; what was asked for is done",
        seen="200 with text/html; of a create: a task without its id",
        on_create=False,
        spoil=_not_json,
    ),
    "empty": Fault(
        does="an answer without a body, under its status; what was asked for is done",
        seen="200 with 0 bytes; of a create: a task without its id",
        on_create=False,
        spoil=_empty,
    ),
    "duplicate-id": Fault(
        does="the answer to the last create at the same endpoint comes again; no task, no charge",
        seen="200 with an id that it had before; the first create there is answered as usual",
        instead=lambda scene: scene.earlier,
    ),
    "no-id": Fault(
        does="the task is created and charged, and its id is left out of the answer",
        seen="200 without an id",
        spoil=_no_id,
    ),
    "created-but-connection-lost": Fault(
        does="the task is created and charged, and the connection is reset before the answer",
        seen="a connection reset by peer, without a byte of an answer",
        in_process=_RAISED,
        spoil=_trouble("reset"),
    ),
    "quota-reached": _refusal(429, QUOTA, "the day's quota counts as used up; the account does not show it"),
    "credits-run-out": _refusal(400, NO_CREDITS, "the credits count as spent; the account does not show it"),
    "moderated-input": _ends(
        Ending(state=TaskState.FAILED, failure=_INPUT_FLAGGED, failure_code="SAFETY.INPUT.TEXT"),
        "the input is moderated soon after the task begins; charged",
        "FAILED, SAFETY.INPUT.TEXT",
        after=0.1,
    ),
    "moderated-output": Fault(
        does="the finished output is moderated; charged",
        seen="FAILED, SAFETY.OUTPUT.VIDEO (.IMAGE, .AUDIO)",
        change=_moderated_output,
    ),
    "bad-output": _ends(
        Ending(state=TaskState.FAILED, failure=_UNEXPECTED, failure_code="INTERNAL.BAD_OUTPUT.CODE01", refunded=True),
        "the output is not good enough for the provider; the credits come back when the task ends",
        "FAILED, INTERNAL.BAD_OUTPUT.CODE01, cost 0",
    ),
    "cancelled-by-provider": _ends(
        Ending(state=TaskState.CANCELLED),
        "the provider gives the task up halfway; charged",
        "CANCELLED",
        after=0.5,
    ),
    "task-vanishes": _ends(
        Ending(vanishes=True),
        "the task is forgotten halfway; charged",
        'RUNNING, then 404 "Could not find Task"',
        after=0.5,
    ),
    "stuck-running": Fault(
        does="the task never ends, and counts against the concurrency until it is deleted; charged",
        seen="RUNNING, progress 0, for ever",
        change=lambda task: replace(task, render_s=math.inf),
    ),
    "progress-backwards": Fault(
        does="the progress falls from 0.99 to 0; the task ends well",
        seen="each RUNNING with less progress than the one before",
        change=lambda task: replace(task, quirks=replace(task.quirks, backwards=True)),
    ),
    "expired-output": Fault(
        does="the URLs of the first poll that finds the task ended have expired; the next poll's are good",
        seen="SUCCEEDED; 403 on the download, until the task is asked for again",
        change=lambda task: replace(task, quirks=replace(task.quirks, stale_urls=True)),
    ),
    "wrong-size": Fault(
        does="pictures come with three quarters of the height asked for; sounds as they should",
        seen="SUCCEEDED; a file of another size and shape",
        change=_with_shapes(_wrong_size),
    ),
    "wrong-duration": Fault(
        does="videos and sounds last half as long as asked for; pictures are as they should be",
        seen="SUCCEEDED; a file of half the length",
        change=_with_shapes(_wrong_duration),
    ),
    "corrupt-file": Fault(
        does="the files are half as long as they should be, and empty behind their first bytes",
        seen="SUCCEEDED; 200 on the download, and a file that does not decode",
        change=lambda task: replace(task, quirks=replace(task.quirks, corrupt=True)),
    ),
    "ignored-parameter": Fault(
        does="what was asked for is accepted, charged and not honoured: the output has the usual size and length",
        seen="SUCCEEDED; a file of 1280 × 720 and 5 s (3 s of sound), turned on its side (twice as long) where it "
        "should be just that",
        change=_with_shapes(_ignored_parameter),
    ),
}
