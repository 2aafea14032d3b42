"""What a diagnosis may still spend: requests, and credits of those that are accepted. Counting only, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.diagnose.evidence import Evidence, Row


def flat(_row: Row) -> float:
    """Every row costs one credit: when no price is known, acceptances are counted."""
    return 1.0


@dataclass(slots=True, kw_only=True)
class Purse:
    """The budget of one diagnosis, shared by all that it explains.

    A probe may be sent while a request is left and its full price is: any probe may be accepted, whatever is hoped.
    """

    max_probes: int = 60
    max_credits: float | None = None
    price: Callable[[Row], float] = field(default=flat)
    probes: int = 0
    accepted: int = 0
    credits: float = 0.0

    def affords(self, row: Row) -> bool:
        """True when this row may be sent."""
        if self.probes >= self.max_probes:
            return False
        return self.max_credits is None or self.credits + self.price(row) <= self.max_credits

    def paid(self, answer: Evidence) -> None:
        """Books an answer: each is a request, an accepted one costs credits (by its own word, else by the price)."""
        self.probes += 1
        if answer.fate == "accepted":
            self.accepted += 1
            self.credits += self.price(answer.row) if answer.credits is None else answer.credits
        elif answer.credits is not None:
            self.credits += answer.credits
