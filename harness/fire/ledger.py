"""The money of a run, and the bound on it: what was planned, estimated and charged, and what may still be.

A create is sent only when its price fits beside what is charged and what is reserved. Reserved is, at the higher of
the plan's price and the provider's own estimate, every task in flight and every one that may have been created: its
answer was lost, its end was not seen, or its end did not tell what it cost. So the bound holds as long as the prices
do; where the provider estimates more than the table, its word counts from then on.

An expected refusal costs nothing by plan, and its full price if it is accepted all the same. It is reserved like any
other, but where there is no room for it and the contract refuses it too, it is sent: free, as far as anybody knows.

Nothing here waits for the clock or does I/O; amounts are credits, times seconds of the run's clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from harness.model import Outcome, Phrase, PlannedVariant

#: Sums of prices such as 0.1 must not fail by the last bit.
_SLACK: Final = 1e-6
#: The reasons for which a variant is not fired any more; a run that gives one of them was stopped early.
OUT_OF_BUDGET: Final = frozenset({"stop.budget", "stop.time", "skip.budget", "skip.time"})


class Bounds(Struct, frozen=True, kw_only=True):
    """The most that may be spent, and for how long creates may be sent. None: no bound."""

    credits: float | None = None
    time_s: float | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One variant's money. `reserved` is what it may still cost beside what is charged. None: not known."""

    planned: float | None = None
    estimated: float | None = None
    charged: float | None = None
    reserved: float = 0.0


class Denied(Struct, frozen=True, kw_only=True):
    """Why a variant is not fired, and whether the same holds for all that are left."""

    reason: Phrase
    ends_run: bool


class _Purse:
    """The sums that one bound is held against: of the run, or of one scenario."""

    def __init__(self, bounds: Bounds, *, whole_run: bool) -> None:
        self.bounds = bounds
        self.whole_run = whole_run
        self.charged = 0.0
        self.reserved = 0.0
        #: The part of `reserved` that can still change, and of how many tasks it is.
        self.flying = 0.0
        self.tasks = 0
        self.began_s: float | None = None

    def fits(self, amount: float) -> bool:
        most = self.bounds.credits
        return most is None or self.charged + self.reserved + amount <= most + _SLACK

    @property
    def room(self) -> float | None:
        most = self.bounds.credits
        return None if most is None else most + _SLACK - self.charged - self.reserved

    def may_fit(self, amount: float) -> bool:
        """True when it would fit if everything in flight came to nothing."""
        most = self.bounds.credits
        return most is None or (self.tasks > 0 and self.charged + self.reserved - self.flying + amount <= most + _SLACK)

    def late(self, now_s: float) -> bool:
        most = self.bounds.time_s
        return most is not None and self.began_s is not None and now_s - self.began_s >= most

    def too_dear(self, amount: float) -> Denied:
        params = {
            "budget": f"{self.bounds.credits:,.10g}",
            "charged": f"{self.charged:,.10g}",
            "reserved": f"{self.reserved:,.10g}",
            "price": f"{amount:,.10g}",
        }
        return self._denied("budget", params)

    def too_late(self) -> Denied:
        return self._denied("time", {"time": f"{self.bounds.time_s:,.10g}"})

    def _denied(self, bound: str, params: dict[str, str]) -> Denied:
        key = f"stop.{bound}" if self.whole_run else f"skip.{bound}"
        return Denied(reason=Phrase(key=key, params=params), ends_run=self.whole_run)


class Ledger:
    """The money of one run. `run` bounds it, `scenarios` each scenario by name.

    `price` is what a variant costs if it is accepted, None when nobody knows: `assumed` counts then. `refused` says
    that the contract surely refuses a payload; it is asked only where the answer counts. A run's time begins with the
    first variant that asks, a scenario's with its own first.
    """

    def __init__(
        self,
        *,
        run: Bounds | None = None,
        scenarios: Mapping[str, Bounds] | None = None,
        assumed: float = 0.0,
        price: Callable[[PlannedVariant], float | None] = lambda item: item.credits,
        refused: Callable[[PlannedVariant], bool] = lambda _item: False,
    ) -> None:
        self._run = _Purse(run or Bounds(), whole_run=True)
        self._scenarios = {name: _Purse(bounds, whole_run=False) for name, bounds in (scenarios or {}).items()}
        self._assumed = assumed
        self._price = price
        self._refused = refused
        self._entries: dict[str, Entry] = {}
        self._flying: dict[str, str] = {}
        self._changed = asyncio.Event()

    @property
    def charged(self) -> float:
        """The credits charged."""
        return self._run.charged

    @property
    def reserved(self) -> float:
        """The credits that may still be charged."""
        return self._run.reserved

    def entry(self, variant_id: str) -> Entry:
        """One variant's money; all unknown for one that did not ask."""
        return self._entries.get(variant_id, Entry())

    def room(self, scenario: str, now_s: float) -> float | None:
        """The credits that a variant of this scenario may cost to be admitted at once; None: as many as you like.

        Below 0 when nothing may be fired any more.
        """
        purses = self._purses(scenario)
        if any(purse.late(now_s) for purse in purses):
            return -1.0
        rooms = [purse.room for purse in purses if purse.room is not None]
        return min(rooms) if rooms else None

    async def admit(self, item: PlannedVariant, now: Callable[[], float]) -> Denied | None:
        """Reserves a variant's price, or says why it may not be fired.

        Waits while there is no room and what is in flight may still leave some. Whoever was admitted must be settled.
        """
        variant = item.variant
        price = self._price(item)
        amount = self._assumed if price is None else price
        purses = self._purses(variant.scenario)
        while True:
            late = next((purse for purse in purses if purse.late(now())), None)
            if late is not None:
                return late.too_late()
            full = next((purse for purse in purses if not purse.fits(amount)), None)
            if full is not None and variant.expect.kind == "rejected" and self._refused(item):
                amount, full = 0.0, None
            if full is None:
                break
            if not full.may_fit(amount):
                return full.too_dear(amount)
            self._changed.clear()
            await self._changed.wait()
        now_s = now()
        for purse in purses:
            purse.began_s = now_s if purse.began_s is None else purse.began_s
            purse.tasks += 1
        self._flying[variant.id] = variant.scenario
        self._put(variant.id, Entry(planned=item.credits, reserved=amount))
        return None

    def recall(self, item: PlannedVariant, outcome: Outcome, *, goes_on: bool, price: float | None = None) -> None:
        """Takes in what a variant of a run that is gone on with has cost, or may; nobody asks whether there is room.

        `goes_on`: its task is followed, and is to be settled. `price` stands for that of a payload nobody has here.
        """
        variant, price = item.variant, self._price(item) if price is None else price
        amount = max(self._assumed if price is None else price, outcome.estimated_credits or 0.0)
        self._flying[variant.id] = variant.scenario
        for purse in self._purses(variant.scenario):
            purse.tasks += 1
        self._put(variant.id, Entry(planned=item.credits, estimated=outcome.estimated_credits, reserved=amount))
        if not goes_on:
            self.settle(variant.id, outcome)

    def began(self, scenario: str, at_s: float) -> None:
        """The time of the run, and of this scenario, began by then at the latest: before the run broke off."""
        for purse in self._purses(scenario):
            purse.began_s = at_s if purse.began_s is None else min(purse.began_s, at_s)

    def estimated(self, variant_id: str, amount: float) -> None:
        """Takes the provider's own estimate in; it is reserved where it is higher than the price."""
        if variant_id in self._flying:
            before = self._entries[variant_id]
            self._put(
                variant_id,
                Entry(planned=before.planned, estimated=amount, reserved=max(before.reserved, amount)),
            )

    def settle(self, variant_id: str, outcome: Outcome | None) -> None:
        """Takes in how a variant ended; None: nothing of it was sent."""
        scenario = self._flying.get(variant_id)
        if scenario is None:
            return
        before = self._entries[variant_id]
        charged = None if outcome is None else outcome.charged_credits
        keep = outcome is not None and charged is None and _may_cost(outcome)
        self._put(
            variant_id,
            Entry(
                planned=before.planned,
                estimated=before.estimated,
                charged=charged,
                reserved=before.reserved if keep else 0.0,
            ),
        )
        del self._flying[variant_id]
        for purse in self._purses(scenario):
            purse.tasks -= 1
            purse.flying -= self._entries[variant_id].reserved
        self._changed.set()

    def _put(self, variant_id: str, entry: Entry) -> None:
        before = self._entries.get(variant_id, Entry())
        for purse in self._purses(self._flying[variant_id]):
            purse.charged += (entry.charged or 0.0) - (before.charged or 0.0)
            purse.reserved += entry.reserved - before.reserved
            purse.flying += entry.reserved - before.reserved
        self._entries[variant_id] = entry

    def _purses(self, scenario: str) -> tuple[_Purse, ...]:
        own = self._scenarios.get(scenario)
        return (self._run,) if own is None else (self._run, own)


def _may_cost(outcome: Outcome) -> bool:
    """True when a variant that told no charge may cost something all the same."""
    if outcome.task_id is not None:
        return True
    return outcome.problem is not None and outcome.problem.maybe_created


def stopped_early(outcome: Outcome) -> bool:
    """True for a variant that was not fired because of a budget."""
    return outcome.skipped is not None and outcome.skipped.key in OUT_OF_BUDGET
