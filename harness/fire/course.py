"""One variant under way: what is known of it so far, and what all its steps use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.fire.context import FireContext
from harness.model import Json, Outcome, PlannedVariant, Problem, Until
from harness.redact import clean


class Course:
    """What is certain at any moment is in `outcome`, so that an interrupt or an error of our own loses nothing.

    `sending` is True while a create is on its way, `created_s` is when its answer came (by the run's clock).
    """

    def __init__(self, call: PlannedVariant, ctx: FireContext) -> None:
        self.ctx = ctx
        self.variant = call.variant
        self.profile = ctx.provider.profile
        self.endpoint = ctx.provider.endpoints[call.variant.endpoint]
        until = Until.FINISHED if ctx.until is Until.VERIFIED and not ctx.download else ctx.until
        self.outcome = Outcome(variant_id=call.variant.id, until=until)
        self.sending = False
        self.created_s = 0.0

    def learn(self, **facts: Any) -> None:
        """Puts facts into the outcome, by the names of its fields."""
        self.outcome = replace(self.outcome, **facts)

    def trouble(self, code: str, text: str, *, maybe_created: bool = False) -> None:
        """Puts a problem into the outcome."""
        self.learn(problem=Problem(code=code, text=text, maybe_created=maybe_created))

    async def note(self, event: str, *, durable: bool = False, **facts: Json) -> None:
        """Writes an event of this variant into the journal."""
        await self.ctx.journal.write({"event": event, "variant": self.variant.id, **facts}, durable)

    def log(self, line: Callable[[], str]) -> None:
        """Writes a line for `-v`, redacted; it is not even built when nobody looks."""
        if self.ctx.log is not None:
            self.ctx.log(self.ctx.redactor.text(f"{self.variant.id} {clean(self.variant.name, 80)}: {line()}"))

    def task_url(self, path: str) -> str:
        """The address of a route about this variant's task."""
        return self.ctx.url(path, {**self.variant.path, "id": self.outcome.task_id or ""})
