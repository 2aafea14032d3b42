"""The handle by which a run is stopped from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harness.model import Phrase

INTERRUPTED: Final = Phrase(key="stop.interrupted")


class Stop:
    """Stops a run, and shows that it was stopped. To be used in the event loop's thread, as signal handlers are.

    `ask`: no new creates; what is in flight is followed to its end. `interrupt`: what is in flight is let go too, which
    takes a moment: tasks that have not begun are cancelled. A second `interrupt`: nobody waits even for that.
    The first reason counts.
    """

    def __init__(self) -> None:
        self.reason: Phrase | None = None
        self.interrupted = False
        self.given_up = False
        self._on_interrupt: list[Callable[[], object]] = []

    def ask(self, reason: Phrase) -> None:
        """No new creates; variants that are left are skipped with this reason."""
        self.reason = self.reason or reason

    def interrupt(self, reason: Phrase = INTERRUPTED) -> None:
        """No new creates, and nobody follows what is in flight; the second time nobody tidies up either."""
        self.ask(reason)
        self.given_up = self.interrupted
        self.interrupted = True
        for act in self._on_interrupt:
            act()

    def on_interrupt(self, act: Callable[[], object]) -> None:
        """Calls `act` at every interrupt; at once when there already was one."""
        self._on_interrupt.append(act)
        if self.interrupted:
            act()

    def may_create(self) -> bool:
        """True while creates may be sent."""
        return self.reason is None
