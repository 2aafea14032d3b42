"""One variant from its create to its files: create → poll → fetch, or → cancel. Facts only, no opinion.

What is certain at any moment is in `Following.outcome`, so that an interrupt or an error of our own loses nothing.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.errors import TransportError
from harness.fire.answers import Seen, lost_create, read_create, read_poll, said
from harness.fire.calls import fetch, send
from harness.fire.context import FireContext
from harness.fire.retry import BUSY_STATUSES, Call
from harness.fire.saving import extension, save_data_uri
from harness.fire.wire import Exchange, encode
from harness.model import Asset, Json, Outcome, Output, PlannedVariant, Problem, TaskState, Until
from harness.redact import clean

#: Under simulated time polling without a pause would keep time from passing: nothing would ever end.
LEAST_VIRTUAL_PAUSE_S: Final = 0.25
#: A slow line needs minutes for a large file.
DOWNLOAD_TIMEOUT_S: Final = 300.0
DOWNLOAD_LIMIT_BYTES: Final = 1024**3
MAX_OUTPUTS: Final = 16
#: So many polls in a row that say nothing of the task, and it is given up.
_MAX_UNREADABLE: Final = 3
_LOG_CHARS: Final = 300


async def follow(call: PlannedVariant, *, ctx: FireContext) -> Outcome:
    """Fires one variant and follows it as far as `ctx.until` says. Returns what happened; only our own bugs raise."""
    return await Following(call, ctx).run()


class Following:
    """One variant being followed. `outcome` holds what is known so far, `sending` is True while a create is away."""

    def __init__(self, call: PlannedVariant, ctx: FireContext) -> None:
        self.outcome = Outcome(variant_id=call.variant.id, until=_until(ctx))
        self.sending = False
        self._variant = call.variant
        self._ctx = ctx
        self._profile = ctx.provider.profile
        self._endpoint = ctx.provider.endpoints[call.variant.endpoint]
        self._running_since_s: float | None = None
        self._created_s = 0.0

    async def run(self) -> Outcome:
        """The whole way. See `follow`."""
        started_s = self._ctx.clock.now()
        addresses: tuple[str, ...] = ()
        await self._create()
        self._set(total_s=self._ctx.clock.now() - started_s)
        if self.outcome.task_id is not None and self.outcome.problem is None:
            if self.outcome.until is Until.ACCEPTED:
                await self._let_go()
            else:
                addresses = await self._poll_to_end()
            self._set(total_s=self._ctx.clock.now() - started_s)
            await self._collect(addresses)
        return self.outcome

    def interrupted(self) -> Outcome | None:
        """What is known when the run is broken off; None when nothing had been sent."""
        task = self.outcome.task_id
        if task is not None:
            if self.outcome.problem is None and not (self.outcome.task_state and self.outcome.task_state.final):
                state = self.outcome.task_word or "not yet seen"
                text = f"Task {task} was {state} when the run was interrupted; it may go on and be billed."
                self._set(problem=Problem(code="TASK.UNFINISHED", text=text))
        elif self.sending:
            text = "The run was interrupted while the create was on its way: a task may have been created."
            self._set(problem=Problem(code="NETWORK.INTERRUPTED", text=text, maybe_created=True))
        elif self.outcome.http_status is None:
            return None
        return self.outcome

    # ---- create

    async def _create(self) -> None:
        ctx, variant = self._ctx, self._variant
        url = ctx.url(self._endpoint.path, variant.path)
        body = encode(variant.payload)
        await ctx.journal.write({"event": "create.intent", "variant": variant.id}, durable=True)
        self._log(lambda: f"{self._endpoint.method} {url}, {body.length:,} bytes: {_keys(variant.payload)}")
        self.sending = True
        sent = await send(ctx, Call.CREATE, self._endpoint.method, url, variant=variant.id, body=body)
        self.sending = False
        self._set(attempts=sent.attempts)
        if sent.exchange is None:
            await self._lost(sent.error, sent.attempts)
            return
        created = read_create(sent.exchange, self._profile)
        self._created_s = ctx.clock.now()
        self._set(
            http_status=created.status,
            response=created.response,
            raw=created.raw,
            task_id=created.task_id,
            estimated_credits=created.estimated_credits,
            problem=created.problem,
        )
        answer = {"attempt": sent.attempts, "elapsed_s": round(sent.exchange.elapsed_s, 3), "status": created.status}
        if created.task_id is None:
            await ctx.journal.write({"event": "create.answer", "variant": variant.id, **answer})
        else:
            event = {"event": "task.created", "variant": variant.id, "task": created.task_id, **answer}
            await ctx.journal.write({**event, "estimated": created.estimated_credits}, durable=True)
        self._log(lambda: f"answer {created.status}: {_answer(created.response, created.raw)}")
        if created.task_id is not None:
            self._log(lambda: f"task ID: {created.task_id}")

    async def _lost(self, error: TransportError | None, attempts: int) -> None:
        assert error is not None
        self._set(problem=lost_create(error))
        event = {"event": "create.answer", "variant": self._variant.id, "attempt": attempts}
        await self._ctx.journal.write({**event, "error": error.code, "sent": error.sent, "text": error.text})
        self._log(lambda: f"no answer: {error.text}")

    # ---- poll

    async def _poll_to_end(self) -> tuple[str, ...]:
        """Polls until the task has ended or its time is up. Returns the addresses of its outputs."""
        ctx, polling = self._ctx, self._profile.polling
        every_s, jitter_s = (polling.every_s, polling.jitter_s) if ctx.poll_every_s is None else (ctx.poll_every_s, 0.0)
        limit_s = polling.timeout_s if ctx.task_timeout_s is None else ctx.task_timeout_s
        limit = f"/{max(1, math.ceil(limit_s / every_s))}" if every_s > 0 else ""
        ends_s = self._created_s + limit_s
        unreadable = 0
        while True:
            pause_s = min(max(every_s + ctx.rng.uniform(-jitter_s, jitter_s), 0.0), max(ends_s - ctx.clock.now(), 0.0))
            await ctx.clock.sleep(max(pause_s, LEAST_VIRTUAL_PAUSE_S) if ctx.clock.virtual else pause_s)
            seen = await self._poll(limit)
            if seen is None:
                return ()
            unreadable = 0 if seen.word is not None else unreadable + 1
            if unreadable >= _MAX_UNREADABLE:
                text = f"{unreadable} polls of task {self.outcome.task_id} in a row had no state: {seen.raw or 'empty'}"
                self._set(problem=Problem(code="PROVIDER.BODY", text=clean(text)))
                return ()
            if seen.state is not None and seen.state.final:
                await self._ended(seen)
                return seen.outputs
            if ctx.clock.now() >= ends_s:
                self._set(problem=Problem(code="TASK.TIMEOUT", text=self._timeout_text(limit_s)))
                return ()

    async def _poll(self, limit: str) -> Seen | None:
        """One poll, retried where it was not answered; None when the task cannot be read, and the problem is set."""
        ctx, task = self._ctx, self.outcome.task_id or ""
        url = ctx.url(self._endpoint.poll_path or self._profile.poll.path, {**self._variant.path, "id": task})
        sent = await send(ctx, Call.READ, self._profile.poll.method, url, variant=self._variant.id)
        self._set(polls=self.outcome.polls + 1)
        if sent.exchange is None or not 200 <= sent.exchange.status < 300:
            self._set(problem=self._unread(sent.exchange, sent.error))
            return None
        seen = read_poll(sent.exchange, self._profile)
        if seen.word is not None:
            self._set(task_word=seen.word, task_state=seen.state or self.outcome.task_state)
        if seen.estimated_credits is not None:
            self._set(estimated_credits=seen.estimated_credits)
        if seen.state is TaskState.RUNNING and self._running_since_s is None:
            self._running_since_s = ctx.clock.now()
            self._set(queued_s=self._running_since_s - self._created_s)
        event = {"event": "poll", "variant": self._variant.id, "task": task, "state": seen.word}
        await ctx.journal.write({**event, "n": self.outcome.polls})
        self._log(lambda: f"poll {self.outcome.polls}{limit}: {seen.word or seen.raw or '?'}{_percent(seen.progress)}")
        return seen

    async def _ended(self, seen: Seen) -> None:
        if self._running_since_s is not None:
            self._set(running_s=self._ctx.clock.now() - self._running_since_s)
        self._set(
            charged_credits=seen.charged_credits,
            failure=seen.failure,
            failure_code=seen.failure_code,
            raw=seen.raw or self.outcome.raw,
        )
        event = {"event": "task.ended", "variant": self._variant.id, "task": self.outcome.task_id}
        await self._ctx.journal.write({**event, "state": seen.word, "charged": seen.charged_credits})

    def _unread(self, exchange: Exchange | None, error: TransportError | None) -> Problem:
        """Why a task cannot be read, attempts and all."""
        task, polls = self.outcome.task_id, self.outcome.polls
        if exchange is None:
            assert error is not None
            return Problem(code=error.code, text=f"Task {task} could not be read any more: {error.text}")
        answer = f"{exchange.status} ({said(exchange)})"
        if exchange.status in {404, 410}:
            text = f"Task {task} was created, and poll {polls} was answered with {answer}: the API does not know it."
            return Problem(code="TASK.VANISHED", text=text)
        busy = exchange.status in BUSY_STATUSES
        code = "PROVIDER.5XX" if exchange.status >= 500 else "PROVIDER.BUSY" if busy else "TASK.UNFINISHED"
        return Problem(code=code, text=f"Task {task} could not be read any more: poll {polls} was answered {answer}.")

    def _timeout_text(self, limit_s: float) -> str:
        task, word, polls = self.outcome.task_id, self.outcome.task_word, self.outcome.polls
        spent = f"after {limit_s:,.10g} s and {polls} poll{'' if polls == 1 else 's'}"
        if word is None:
            return f"Task {task} had no readable state {spent}."
        if word.casefold() not in self._profile.states:
            return f'Task {task} was still "{word}" {spent}; the profile does not know that word, so it is no end.'
        return f"Task {task} was still {word} {spent}."

    # ---- cancel

    async def _let_go(self) -> None:
        """Cancels the task, unless a look at it says that it has begun: then it is paid for, and cancelling saves nothing."""
        route = self._profile.cancel
        if route is None:
            return
        seen = await self._poll("")
        self._set(problem=None)
        if seen is not None and seen.state in {TaskState.RUNNING, TaskState.SUCCEEDED, TaskState.FAILED}:
            return
        task = self.outcome.task_id or ""
        url = self._ctx.url(route.path, {**self._variant.path, "id": task})
        sent = await send(self._ctx, Call.CANCEL, route.method, url, variant=self._variant.id)
        status = sent.exchange.status if sent.exchange is not None else None
        if status is not None and 200 <= status < 300:
            self._set(task_state=TaskState.CANCELLED)
        event = {"event": "cancel", "variant": self._variant.id, "task": task, "status": status}
        await self._ctx.journal.write({**event, "error": sent.error.code if sent.error else None})
        self._log(lambda: f"cancel: {status or (sent.error.text if sent.error else 'no answer')}")

    # ---- outputs

    async def _collect(self, addresses: tuple[str, ...]) -> None:
        """The outputs, downloaded and measured where the run asks for that. One after the other."""
        outputs: list[Output] = []
        for number, address in enumerate(addresses[:MAX_OUTPUTS], start=1):
            output = Output(url=address, kind=self._endpoint.kind)
            if self.outcome.until is Until.VERIFIED:
                name = self._variant.id + (f"-{number}" if number > 1 else "")
                output = await self._download(output, f"{name}.{extension(address, self._endpoint.kind)}")
            outputs.append(output)
            self._set(outputs=tuple(outputs))

    async def _download(self, output: Output, name: str) -> Output:
        ctx, file = self._ctx, self._ctx.folder / "outputs" / name

        async def save() -> int:
            if output.url[:5].lower() == "data:":
                return save_data_uri(output.url, file, DOWNLOAD_LIMIT_BYTES)
            return await ctx.transport.download(
                output.url, file, timeout_s=DOWNLOAD_TIMEOUT_S, limit_bytes=DOWNLOAD_LIMIT_BYTES
            )

        saved = await fetch(ctx, save, variant=self._variant.id)
        if isinstance(saved, str):
            self._log(lambda: f"no file: {saved}")
            return replace(output, problem=clean(saved))
        event = {"event": "output.saved", "variant": self._variant.id, "file": f"outputs/{name}", "bytes": saved}
        await ctx.journal.write(event)
        self._log(lambda: f"downloaded outputs/{name}: {saved:,} bytes")
        measured = await self._measure(file)
        return replace(
            output,
            file=f"outputs/{name}",
            size_bytes=saved,
            kind=measured.kind or output.kind,
            width=measured.width,
            height=measured.height,
            duration_s=measured.duration_s,
            problem=measured.problem,
        )
