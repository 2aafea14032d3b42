"""One call with its attempts: sent, and sent again where the table of retry rules says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from harness.errors import TransportError
from harness.fire.answers import said
from harness.fire.concurrency import OVERLOAD
from harness.fire.context import FireContext
from harness.fire.retry import Call, Failure, failure_of, pause_s, retry_after_s
from harness.fire.wire import Body, DownloadRefused, Exchange
from harness.redact import clean
from harness.words import in_lang, told

#: A create may carry an image of some megabytes over a slow line; the official SDK waits a minute.
TIMEOUT_S: Final = 60.0
#: What is read of an answer: room for an id behind an echo of the request's pictures, for a file within a poll.
LIMIT_BYTES: Final = 32 * 1024 * 1024


class Sent(NamedTuple):
    """A call's last answer, or why there is none; and how often it was sent."""

    exchange: Exchange | None
    error: TransportError | None
    attempts: int


async def send(
    ctx: FireContext,
    call: Call,
    method: str,
    url: str,
    *,
    variant: str,
    body: Body | None = None,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Sent:
    """Sends a call until it is answered or its attempts are used up. Never raises for what the other side does.

    `may_go_on` is asked before every attempt but the first.
    """
    headers = {**ctx.headers, "content-type": "application/json"} if body is not None else ctx.headers
    attempt = 0
    while True:
        attempt += 1
        failure: Failure | None
        after_s = None
        sent_s = ctx.clock.now()
        try:
            exchange = await ctx.transport.request(
                method, url, headers=headers, body=body, timeout_s=TIMEOUT_S, limit_bytes=LIMIT_BYTES
            )
        except TransportError as error:
            sent = Sent(None, error, attempt)
            failure, why = (Failure.LOST if error.sent else Failure.UNREACHED), error.text
        else:
            sent = Sent(exchange, None, attempt)
            await _feel(ctx, call, exchange, sent_s)
            if exchange.status < 400:
                return sent
            failure, why = _failure(ctx, call, exchange), f"{exchange.status}"
            later = failure in {Failure.BUSY, Failure.DECLINED}
            after_s = retry_after_s(exchange.headers, ctx.clock.utc()) if later else None
        if not may_go_on():
            return sent
        if not await _again(ctx, call, failure, attempt, after_s=after_s, variant=variant, why=why):
            return sent
        if not may_go_on():
            return sent


def _failure(ctx: FireContext, call: Call, exchange: Exchange) -> Failure:
    """What a bad answer means for another attempt. A day's quota, or a bad key, is no better in a moment."""
    profile, status = ctx.provider.profile, exchange.status
    if call is Call.CREATE and status in profile.create.declined:
        systemic = profile.systemic_code(status, said(exchange)) is not None
        return Failure.REFUSED if systemic else Failure.DECLINED
    return failure_of(status)


async def _feel(ctx: FireContext, call: Call, exchange: Exchange, sent_s: float) -> None:
    """Lets the limit of tasks in flight follow what the provider can take."""
    if ctx.gate is None or call is Call.CANCEL:
        return
    policy, status = ctx.gate.policy, exchange.status
    if status in OVERLOAD:
        # A day's quota is not eased by going slower.
        if ctx.provider.profile.systemic_code(status, said(exchange)) is None and policy.overloaded(
            sent_s, ctx.clock.now()
        ):
            await ctx.journal.write({"event": "concurrency", "limit": policy.limit, "status": status})
            if ctx.log is not None:
                ctx.log(in_lang(told("log.slower", status=status, limit=policy.limit), ctx.lang))
    elif call is Call.CREATE and status < 400:
        policy.went_well()
        ctx.gate.let_in()


class NoFile(NamedTuple):
    """Why a download gave no file, in a sentence; and the status of its last answer, 0 for none."""

    why: str
    status: int


async def fetch(ctx: FireContext, save: Callable[[], Awaitable[int]], *, variant: str) -> int | NoFile:
    """The size in bytes of a downloaded file, or why there is none."""
    attempt = 0
    while True:
        attempt += 1
        after_s = None
        try:
            return await save()
        except TransportError as error:
            failure, why, status = (Failure.LOST if error.sent else Failure.UNREACHED), error.text, 0
        except DownloadRefused as error:
            failure, why, status = failure_of(error.status), error.text, error.status
            after_s = retry_after_s(error.headers, ctx.clock.utc())
        if not await _again(ctx, Call.READ, failure, attempt, after_s=after_s, variant=variant, why=why):
            text = told("fact.times", text=why.removesuffix("."), count=attempt) if attempt > 1 else why
            return NoFile(text, status)


async def _again(
    ctx: FireContext, call: Call, failure: Failure, attempt: int, *, after_s: float | None, variant: str, why: str
) -> bool:
    """Waits for the next attempt and returns True, or returns False when there is none."""
    wait_s = pause_s(call, failure, attempt, ctx.rng, after_s=after_s)
    if wait_s is None:
        return False
    await ctx.journal.write(
        {
            "event": "retry",
            "variant": variant,
            "call": call.value,
            "attempt": attempt,
            "why": clean(why, 200),
            "pause_s": round(wait_s, 3),
        }
    )
    if ctx.log is not None:
        said = in_lang(
            told("log.again", call=f"{variant} {call}", why=clean(in_lang(why, ctx.lang), 200), wait=f"{wait_s:.1f}"),
            ctx.lang,
        )
        ctx.log(ctx.redactor.text(said))
    await ctx.clock.sleep(wait_s)
    return True
