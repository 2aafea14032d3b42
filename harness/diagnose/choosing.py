"""Which row to send next: the one that tells most for its cost.

A probe keeps some items of the refused row and takes all others from one accepted row, its donor. It is refused when
the cause lies within what it keeps or shares; or for something else: a pair of levels in it that no accepted row holds
may be a cause of its own. The second is what makes a probe lie, so such pairs are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2
from typing import Final

from msgspec import Struct

from harness.diagnose.beliefs import Beliefs
from harness.diagnose.evidence import History, Items, Row, agreement, holds
from harness.diagnose.purse import Purse

#: What a refused probe costs beside an accepted one of average price: a request, not a job.
_REFUSAL: Final = 0.6
#: The chance that a pair of levels that only refused rows hold is refused in itself.
_UNSEEN: Final = 0.04
#: How much of that is left for a pair that no row held at all, refused or not.
_UNTRIED: Final = 0.1
#: Below so many bits a probe is not worth sending.
_WORTH: Final = 0.03
#: So many hypotheses times donors are weighed for one decision: it keeps that within milliseconds.
_WORK: Final = 1200
#: Hypotheses beyond this share of the weight are left out of that.
_TAIL: Final = 0.99


class Choice(Struct, frozen=True):
    """A probe that could be sent: what it shares with the refused row, the chance of a refusal for other reasons."""

    row: Row
    mask: int
    elsewhere: float


class Chooser:
    """Makes and weighs probes about one refused row."""

    def __init__(self, history: History, purse: Purse, known: Sequence[Items]) -> None:
        self._history, self._purse, self._known = history, purse, known
        self._mean = 1.0

    def best(self, beliefs: Beliefs, ranked: Sequence[tuple[int, float]]) -> Choice | None:
        """The probe with most information per cost, maybe the refused row again; None: none is worth it."""
        best: tuple[float, Choice] | None = None
        ranked, self._mean = _weighty(ranked), self._mean_price()
        number = max(2, min(6, _WORK // max(1, len(ranked))))
        keeps = list(_keeps(ranked, beliefs.allowed))
        for donor, shared in self._donors(beliefs, number):
            for mask in {keep | shared: None for keep in keeps}:
                score = self._score(beliefs, ranked, donor, mask)
                if score is not None and (best is None or score[0] > best[0]):
                    best = score
        if self._purse.affords(beliefs.row):
            chance = 1 - beliefs.spurious * (1 - beliefs.tuning.spurious)
            gain = _entropy(chance) - beliefs.spurious * _entropy(beliefs.tuning.spurious)
            worth = gain / self._cost(beliefs.row, chance)
            if gain >= _WORTH and (best is None or worth > best[0]):
                return Choice(beliefs.row, beliefs.allowed, beliefs.tuning.spurious)
        return best[1] if best else None

    def alone(self, beliefs: Beliefs, cause: int) -> Choice | None:
        """The cause on the accepted row that shares least with the refused one: its certificate."""
        found: list[tuple[int, float, Choice]] = []
        for donor, shared in self._donors(beliefs, 12):
            choice = self.made(beliefs, donor, cause | shared)
            if choice is not None and cause & ~shared:
                found.append(((shared & ~cause).bit_count(), choice.elsewhere, choice))
        return min(found, key=lambda item: (item[0], item[1], item[2].row))[2] if found else None

    def made(self, beliefs: Beliefs, donor: Row, mask: int) -> Choice | None:
        """The donor with the items of the mask; None when it was sent, holds a known cause, or is beyond the budget."""
        own = beliefs.row
        row = tuple(own[f] if mask >> f & 1 else level for f, level in enumerate(donor))
        if self._history.sent(row) or not self._purse.affords(row) or any(holds(row, one) for one in self._known):
            return None
        return Choice(row, mask & beliefs.allowed, self.risk(row, mask, beliefs.tuning.spurious))

    def risk(self, row: Row, own: int, spurious: float) -> float:
        """The chance that a row is refused for something else than what it has of the refused row (`own`)."""
        holders, refusers = self._history.holders(row), self._history.refusers(row)
        unseen = 0.0
        for f, held in enumerate(holders):
            inside = own >> f & 1
            if held:
                beside = [g for g in range(f) if holders[g] and not held & holders[g] and not inside & own >> g]
                unseen += sum(1 if refusers[f] & refusers[g] else _UNTRIED for g in beside)
            elif inside:  # never accepted, so none of the pairs with it was: they have one explanation in common
                beside = [g for g in range(len(row)) if not own >> g & 1]
                unseen += min(3, sum(1 if refusers[f] & refusers[g] else _UNTRIED for g in beside))
            else:
                unseen += 10
        return 1 - (1 - spurious) * float((1 - _UNSEEN) ** unseen)

    def _donors(self, beliefs: Beliefs, number: int) -> list[tuple[Row, int]]:
        """Accepted rows, those that share least with the refused row first, each with what it shares."""
        shared = [(agreement(beliefs.row, row), place, row) for place, row in enumerate(self._history.accepted)]
        shared.sort(key=lambda item: ((item[0] & beliefs.allowed).bit_count(), item[1]))
        return [(row, mask) for mask, _, row in shared[:number]]

    def _score(
        self, beliefs: Beliefs, ranked: Sequence[tuple[int, float]], donor: Row, mask: int
    ) -> tuple[float, Choice] | None:
        outside = ~mask
        inside = sum(share for one, share in ranked if not one & outside)
        if not 0.0005 < inside < 0.9995:
            return None
        if _entropy(inside) < _WORTH:
            return None
        choice = self.made(beliefs, donor, mask)
        if choice is None:
            return None
        refused = inside + (1 - inside) * choice.elsewhere
        gain = _entropy(refused) - (1 - inside) * _entropy(choice.elsewhere)
        return (gain / self._cost(choice.row, refused), choice) if gain >= _WORTH else None

    def _cost(self, row: Row, refused: float) -> float:
        return _REFUSAL + (1 - refused) * self._relative(row)

    def _relative(self, row: Row) -> float:
        """The price of a row beside the mean price of accepted rows."""
        return self._purse.price(row) / self._mean if self._mean else 1.0

    def _mean_price(self) -> float:
        rows = list(self._history.accepted)[:20]
        return sum(self._purse.price(row) for row in rows) / len(rows) if rows else 0.0


def _weighty(ranked: Sequence[tuple[int, float]]) -> Sequence[tuple[int, float]]:
    """The likeliest hypotheses with nearly all of the weight: the long tail costs time and decides nothing."""
    weight = 0.0
    for number, (_, share) in enumerate(ranked, 1):
        weight += share
        if weight > _TAIL:
            return ranked[:number]
    return ranked


def _keeps(ranked: Sequence[tuple[int, float]], allowed: int) -> Iterator[int]:
    """Sets of items worth keeping: likely hypotheses, unions of them, the row without them, halves of the weight."""
    top = ranked[:5]
    for mask, _ in top:
        yield mask
        members = [1 << f for f in range(mask.bit_length()) if mask >> f & 1]
        yield from (allowed & ~bit for bit in members)
    union, weight = 0, 0.0
    for mask, share in ranked[:24]:
        union |= mask
        weight += share
        yield union
        yield allowed & ~union
        if weight > 0.8:
            break
    yield allowed
    yield from _halves(ranked, allowed)


def _halves(ranked: Sequence[tuple[int, float]], allowed: int) -> Iterator[int]:
    """The row with the least likely items taken out one by one, while it may still hold the cause."""
    factors = [f for f in range(allowed.bit_length()) if allowed >> f & 1]
    likely = {f: sum(share for mask, share in ranked if mask >> f & 1) for f in factors}
    keep = allowed
    for factor in sorted(factors, key=lambda f: (likely[f], f)):
        keep &= ~(1 << factor)
        yield keep


def _entropy(p: float) -> float:
    """Bits of one yes-or-no answer with chance p."""
    return 0.0 if p <= 0 or p >= 1 else -p * log2(p) - (1 - p) * log2(1 - p)
