"""One variant under way: what is known of it so far, and what all its steps use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from harness.fire.context import FireContext
from harness.fire.stopping import Stop, group_of
from harness.model import Json, Outcome, PlannedVariant, Problem, TaskState, Until
from harness.redact import clean
from harness.words import in_lang


class Course:
    """What is certain at any moment is in `outcome`, so that an interrupt or an error of our own loses nothing.

    `sending` is True while a create is on its way, `created_s` is when its answer came (by the run's clock),
    `cancelled` says that the task was cancelled by us.
    `begun` is what is known of a variant whose task exists already: the course goes on from there, and has no times.
    """

    def __init__(
        self, call: PlannedVariant, ctx: FireContext, stop: Stop | None = None, begun: Outcome | None = None
    ) -> None:
        self.ctx = ctx
        self.stop = stop or Stop()
        self.group = group_of(call.variant, ctx.provider)
        self.variant = call.variant
        self.profile = ctx.provider.profile
        self.endpoint = ctx.provider.endpoints[call.variant.endpoint]
        self.kind = (call.variant.endpoint, str(call.variant.payload.get("model")))
        self.until = Until.FINISHED if ctx.until is Until.VERIFIED and not ctx.download else ctx.until
        self.task_id: str | None = None
        self.task_state: TaskState | None = None
        self.task_word: str | None = None
        self.polls = 0
        self.problem: Problem | None = None
        self.sending = False
        self.created_s = 0.0
        self.cancelled = False
        self._facts: dict[str, Any] = {}
        self.resumed = begun is not None
        if begun is not None:
            self.task_id, self.polls, self.created_s = begun.task_id, begun.polls, ctx.clock.now()
            self.learn(
                attempts=begun.attempts,
                http_status=begun.http_status,
                response=begun.response,
                raw=begun.raw,
                estimated_credits=begun.estimated_credits,
            )

    @property
    def outcome(self) -> Outcome:
        """All that is known now."""
        return Outcome(
            variant_id=self.variant.id,
            until=self.until,
            task_id=self.task_id,
            task_state=self.task_state,
            task_word=self.task_word,
            polls=self.polls,
            problem=self.problem,
            **self._facts,
        )

    def learn(self, **facts: Any) -> None:
        """Keeps facts for the outcome, by the names of those of its fields that are no attributes here.

        They are put together at the end: an immutable record for every fact would be a quarter of the work.
        """
        self._facts |= facts
        estimate = facts.get("estimated_credits")
        if estimate is not None and self.ctx.ledger is not None:
            self.ctx.ledger.estimated(self.variant.id, estimate)

    def known(self, name: str) -> Any:
        """A fact that was learnt, or None."""
        return self._facts.get(name)

    def trouble(self, code: str, text: str, *, maybe_created: bool = False) -> None:
        """Puts a problem into the outcome."""
        self.problem = Problem(code=code, text=text, maybe_created=maybe_created)

    def may_create(self) -> bool:
        """False once the run, or all that shares this variant's quota, was stopped."""
        return self.stop.reason_for(self.group) is None

    def note(self, event: str, *, durable: bool = False, **facts: Json) -> Awaitable[None]:
        """Writes an event of this variant into the journal when it is awaited."""
        return self.ctx.journal.write({"event": event, "variant": self.variant.id, **facts}, durable)

    def log(self, line: Callable[[], str]) -> None:
        """Writes a line for `-v`, redacted; it is not even built when nobody looks."""
        if self.ctx.log is not None:
            said = in_lang(line(), self.ctx.lang)
            self.ctx.log(self.ctx.redactor.text(f"{self.variant.id} {clean(self.variant.name, 80)}: {said}"))

    def task_url(self, path: str) -> str:
        """The address of a route about this variant's task."""
        return self.ctx.url(path, {**self.variant.path, "id": self.task_id or ""})
