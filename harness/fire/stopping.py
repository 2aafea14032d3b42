"""The handle by which a run is stopped from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from harness.model import Phrase, Variant
from harness.provider import Provider
from harness.words import told

INTERRUPTED: Final = Phrase(key="stop.interrupted")
Group: TypeAlias = tuple[str, str]


class Stop:
    """Stops a run, and shows that it was stopped. To be used in the event loop's thread, as signal handlers are.

    `ask`: no new creates; what is in flight is followed to its end. `interrupt`: what is in flight is let go too, which
    takes a moment: tasks that have not begun are cancelled. A second `interrupt`: nobody waits even for that.
    `close`: no new creates of one group, the others go on. The first reason counts.
    """

    def __init__(self) -> None:
        self.reason: Phrase | None = None
        self.interrupted = False
        self.given_up = False
        self._closed: dict[Group, Phrase] = {}
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

    def close(self, group: Group, reason: Phrase) -> None:
        """No new creates of this group; what is left of it is skipped with this reason."""
        self._closed.setdefault(group, reason)

    def reason_for(self, group: Group) -> Phrase | None:
        """Why no create of this group may be sent; None while it may."""
        return self.reason or self._closed.get(group)


def group_of(variant: Variant, provider: Provider) -> Group:
    """What shares a quota: a provider's model; the endpoint where the payload names none."""
    model = variant.payload.get("model")
    return provider.profile.name, model if isinstance(model, str) else told("fact.endpoint", endpoint=variant.endpoint)
