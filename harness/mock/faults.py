"""The faults that the mock commits on purpose: one table, each fault a small callable over what would have been right.

A fault does one of three things:
- `instead`: another answer in place of the right one, and the request has no effect: no task, no charge;
- `spoil`: the request has its effect, and its answer is spoilt: the task may exist, and be charged, unheard of;
- `change`: the task goes another way than it would have gone. It is charged, unless the table says otherwise.

Faults of requests are chosen at any route of the API (or where a spec says), before the key is looked at, as a gateway
would. Faults of creates (`on_create`) are chosen once a create is found valid, before credits and quota are looked at:
"the third" is the third valid create. How faults are named, counted and drawn: `harness.mock.fault_rules`. What happens
on the wire, and what a server must offer for it: `harness.mock.delivery`.

Not known of the live API, and taken here: the texts of 429 (but for the daily quota) and of 5xx; the texts of failed
tasks (that of bad-output is from public captures); what a task cancelled by the provider costs (here: everything); the
HTML of gateways (here: nginx's).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from harness.mock.answers import NO_CREDITS, QUOTA
from harness.mock.fault_parts import (
    Fault,
    empty,
    ends,
    ignored_parameter,
    moderated_output,
    no_id,
    not_json,
    refusal,
    status,
    trouble,
    with_shapes,
    wrong_duration,
    wrong_size,
)
from harness.mock.tasks import Ending
from harness.mock.wire import Response
from harness.model import TaskState, replace
from harness.words import text

_SAME_WAIT: Final = "the same wait on the mock's clock"
_RAISED: Final = "ConnectionLost (a ConnectionResetError) is raised into the client"
_INPUT_FLAGGED: Final = "The input was flagged by content moderation."
_UNEXPECTED: Final = "An unexpected error occurred."

FAULTS: Final[Mapping[str, Fault]] = {
    "http-429": status(429),
    "http-429-seconds": status(429, retry="seconds"),
    "http-429-date": status(429, retry="date"),
    "http-500": status(500),
    "http-500-html": status(500, html=True),
    "http-502": status(502),
    "http-502-html": status(502, html=True),
    "http-503": status(503),
    "http-503-html": status(503, html=True),
    "http-504": status(504),
    "http-504-html": status(504, html=True),
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
        spoil=trouble("slow"),
    ),
    "truncated-json": Fault(
        does="the connection is closed halfway through the answer; what was asked for is done",
        seen="half of the stated length, then the end of the connection; of a create: a task without its id",
        on_create=False,
        in_process="half of the stated length, without an error",
        spoil=trouble("cut"),
    ),
    "not-json": Fault(
        does="a page of HTML in place of the answer, under its status; what was asked for is done",
        seen="200 with text/html; of a create: a task without its id",
        on_create=False,
        spoil=not_json,
    ),
    "empty": Fault(
        does="an answer without a body, under its status; what was asked for is done",
        seen="200 with 0 bytes; of a create: a task without its id",
        on_create=False,
        spoil=empty,
    ),
    "duplicate-id": Fault(
        does="the answer to the last create at the same endpoint comes again; no task, no charge",
        seen="200 with an id that it had before; the first create there is answered as usual",
        instead=lambda scene: scene.earlier,
    ),
    "no-id": Fault(
        does="the task is created and charged, and its id is left out of the answer",
        seen="200 without an id",
        spoil=no_id,
    ),
    "created-but-connection-lost": Fault(
        does="the task is created and charged, and the connection is reset before the answer",
        seen="a connection reset by peer, without a byte of an answer",
        in_process=_RAISED,
        spoil=trouble("reset"),
    ),
    "quota-reached": refusal(429, QUOTA, "the day's quota counts as used up; the account does not show it"),
    "credits-run-out": refusal(400, NO_CREDITS, "the credits count as spent; the account does not show it"),
    "moderated-input": ends(
        Ending(state=TaskState.FAILED, failure=_INPUT_FLAGGED, failure_code="SAFETY.INPUT.TEXT"),
        "the input is moderated soon after the task begins; charged",
        "FAILED, SAFETY.INPUT.TEXT",
        after=0.1,
    ),
    "moderated-output": Fault(
        does="the finished output is moderated; charged",
        seen="FAILED, SAFETY.OUTPUT.VIDEO (.IMAGE, .AUDIO)",
        change=moderated_output,
    ),
    "bad-output": ends(
        Ending(state=TaskState.FAILED, failure=_UNEXPECTED, failure_code="INTERNAL.BAD_OUTPUT.CODE01", refunded=True),
        "the output is not good enough for the provider; the credits come back when the task ends",
        "FAILED, INTERNAL.BAD_OUTPUT.CODE01, cost 0",
    ),
    "cancelled-by-provider": ends(
        Ending(state=TaskState.CANCELLED),
        "the provider gives the task up halfway; charged",
        "CANCELLED",
        after=0.5,
    ),
    "task-vanishes": ends(
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
        change=lambda task: replace(task, quirks=task.quirks._replace(backwards=True)),
    ),
    "expired-output": Fault(
        does="the URLs of the first poll that finds the task ended have expired; the next poll's are good",
        seen="SUCCEEDED; 403 on the download, until the task is asked for again",
        change=lambda task: replace(task, quirks=task.quirks._replace(stale_urls=True)),
    ),
    "wrong-size": Fault(
        does="pictures come with three quarters of the height asked for; sounds as they should",
        seen="SUCCEEDED; a file of another size and shape",
        change=with_shapes(wrong_size),
    ),
    "wrong-duration": Fault(
        does="videos and sounds last half as long as asked for; pictures are as they should be",
        seen="SUCCEEDED; a file of half the length",
        change=with_shapes(wrong_duration),
    ),
    "corrupt-file": Fault(
        does="the files are half as long as they should be, and empty behind their first bytes",
        seen="SUCCEEDED; 200 on the download, and a file that does not decode",
        change=lambda task: replace(task, quirks=task.quirks._replace(corrupt=True)),
    ),
    "ignored-parameter": Fault(
        does="what was asked for is accepted, charged and not honoured: the output has the usual size and length",
        seen="SUCCEEDED; 1280 × 720 and 5 s (sound: 3 s); where just that was asked for, on its side (twice as long)",
        change=with_shapes(ignored_parameter),
    ),
}


def list_faults(lang: str = "en") -> str:
    """The table for people: every fault, what it does, what a client sees, what differs in the same process."""
    lines = [text("faults.head", lang, form="{faults: […]}")]
    for on_create, key in ((False, "faults.of_requests"), (True, "faults.of_creates")):
        lines += ["", text(key, lang)]
        for name, fault in FAULTS.items():
            if fault.on_create is on_create:
                does, seen, in_process = _said(name, fault, lang)
                lines += [f"  {name}", f"      {does}", f"      {text('faults.client', lang, seen=seen)}"]
                lines += [f"      {text('faults.in_process', lang, seen=in_process)}"] if in_process else []
    return "\n".join(lines) + "\n"


def _said(name: str, fault: Fault, lang: str) -> tuple[str, str, str]:
    if lang != "ru":
        return fault.does, fault.seen, fault.in_process
    from harness.words.faults import RUSSIAN  # for this table alone

    return RUSSIAN[name]
