"""The mock's money and limits: credits, what was used by day and model, generations of the last 24 hours.

Unlimited unless asked otherwise. What a task costs is taken when it is created and given back when it is cancelled
before it ran, or when it fails for a reason that the provider does not charge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from harness.errors import UsageError
from harness.mock.tasks import Task
from harness.model import Json, JsonObject
from harness.provider import Provider
from harness.words import told

#: The balance that an unlimited account shows before it spends anything.
PLENTY: Final = 1_000_000_000
#: Days of usage that are kept: the provider tells no more than 90 at once.
DAYS_KEPT: Final = 120
#: The days that a question about usage covers when it does not say.
USAGE_DAYS: Final = 30
MAX_USAGE_DAYS: Final = 90
_DAY_S: Final = 24 * 3600
#: Generations are counted by the minute, so that a day of them stays small.
_BUCKET_S: Final = 60


class Tier(Struct, frozen=True, kw_only=True):
    """Limits per model. Two numbers: for videos, and for the rest (the provider's columns lost their names)."""

    concurrent: tuple[int, int]
    daily: tuple[int, int]
    monthly_credits: int


#: docs.dev.runwayml.com/usage/tiers; a credit is a cent.
TIERS: Final[Mapping[int, Tier]] = {
    1: Tier(concurrent=(1, 2), daily=(50, 200), monthly_credits=10_000),
    2: Tier(concurrent=(3, 3), daily=(500, 1_000), monthly_credits=50_000),
    3: Tier(concurrent=(5, 5), daily=(1_000, 2_000), monthly_credits=200_000),
    4: Tier(concurrent=(10, 10), daily=(5_000, 10_000), monthly_credits=2_000_000),
    5: Tier(concurrent=(20, 20), daily=(25_000, 30_000), monthly_credits=10_000_000),
}


class Account:
    """The account behind every key. `credits` None: more than anyone spends; `tier` None: no limits."""

    def __init__(self, provider: Provider, *, credits: int | None, tier: int | None) -> None:  # noqa: A002 - the word
        if tier is not None and tier not in TIERS:
            raise UsageError(told("mock.no_tier", tier=tier), told("mock.tiers", tiers=", ".join(map(str, TIERS))))
        self._start = credits
        self._tier = None if tier is None else TIERS[tier]
        self._kinds = _kinds(provider)
        self._spent = 0
        self._by_day: dict[date, defaultdict[str, int]] = {}
        self._generations: dict[str, dict[int, int]] = {}

    @property
    def balance(self) -> int:
        """The credits that are left."""
        return (PLENTY if self._start is None else self._start) - self._spent

    @property
    def spent(self) -> int:
        """The credits charged and not given back."""
        return self._spent

    @property
    def models(self) -> tuple[str, ...]:
        """The models that the account may use."""
        return tuple(self._kinds)

    def concurrency(self, group: str) -> int | None:
        """How many tasks of a model run at once; None for any number."""
        return None if self._tier is None else self._tier.concurrent[self._column(group)]

    def daily(self, group: str) -> int | None:
        """How many tasks of a model may be created in 24 hours; None for any number."""
        return None if self._tier is None else self._tier.daily[self._column(group)]

    def refuses(self, group: str, price: int, now_s: float) -> Literal["credits", "quota"] | None:
        """Why a task of this model and price may not be created now; None when it may."""
        limit = self.daily(group)
        if limit is not None and self.generations(group, now_s) >= limit:
            return "quota"
        if self._start is not None and price > self.balance:
            return "credits"
        return None

    def charge(self, task: Task, day: date) -> None:
        """Takes a new task's credits, and counts it."""
        self._book(task.group, task.credits, day)
        buckets = self._generations.setdefault(task.group, {})
        bucket = int(task.created_s // _BUCKET_S)
        buckets[bucket] = buckets.get(bucket, 0) + 1
        self._prune(buckets, task.created_s)

    def refund(self, task: Task, day: date) -> None:
        """Gives a task's credits back, on the day that it is done."""
        self._book(task.group, -task.credits, day)

    def generations(self, group: str, now_s: float) -> int:
        """The tasks of a model that were created in the last 24 hours, to the minute."""
        buckets = self._generations.get(group, {})
        self._prune(buckets, now_s)
        return sum(buckets.values())

    def limits(self) -> JsonObject:
        """Model → what it may: concurrent and daily generations, None for unlimited."""
        return {model: (self.concurrency(model), self.daily(model)) for model in self._kinds}

    @property
    def monthly_credits(self) -> int:
        """The most that the account may spend in 30 days: told, not enforced."""
        return PLENTY if self._tier is None else self._tier.monthly_credits

    def usage(self, start: date, before: date) -> JsonObject:
        """Credits by day and model, `before` not included; days and models without any are left out."""
        days = sorted(day for day in self._by_day if start <= day < before)
        models = dict.fromkeys(model for day in days for model in self._by_day[day])
        results = [
            {
                "date": day.isoformat(),
                "usedCredits": [{"model": model, "amount": amount} for model, amount in self._by_day[day].items()],
            }
            for day in days
        ]
        return {"models": list(models), "results": results}

    def _book(self, group: str, amount: int, day: date) -> None:
        self._spent += amount
        if day not in self._by_day:
            self._by_day[day] = defaultdict(int)
            oldest = day - timedelta(days=DAYS_KEPT)
            for old in [kept for kept in self._by_day if kept < oldest]:
                del self._by_day[old]
        self._by_day[day][group] += amount

    def _column(self, group: str) -> int:
        return 0 if self._kinds.get(group, "video") == "video" else 1

    @staticmethod
    def _prune(buckets: dict[int, int], now_s: float) -> None:
        oldest = (now_s - _DAY_S) // _BUCKET_S
        while buckets and (first := next(iter(buckets))) < oldest:
            del buckets[first]


def usage_period(body: Json, today: date) -> tuple[date, date] | str:
    """The days that a question about usage means, or the field that is wrong.

    The provider's defaults: 30 days back, and 30 days on from the start; at most 90. Its text leaves today out where
    neither is stated; here today counts.
    """
    fields: Mapping[str, Json] = body if isinstance(body, Mapping) else {}
    days: dict[str, date] = {}
    for name in ("startDate", "beforeDate"):
        if name in fields:
            try:
                days[name] = datetime.fromisoformat(str(fields[name])[:10]).date()
            except ValueError:
                return name
    start = days.get("startDate", today - timedelta(days=USAGE_DAYS))
    try:
        latest = start + timedelta(days=MAX_USAGE_DAYS)
        usual = start + timedelta(days=USAGE_DAYS if "startDate" in days else USAGE_DAYS + 1)
        before = days.get("beforeDate", usual)
    except OverflowError:
        return "startDate"
    return (start, before) if before <= latest else "beforeDate"


def _kinds(provider: Provider) -> Mapping[str, str]:
    """Model → what it makes, for every model of the provider's endpoints."""
    contract = provider.contract
    endpoints = contract.endpoints if contract else provider.endpoints
    kinds: dict[str, str] = {}
    for endpoint in endpoints.values():
        for model in endpoint.models:
            kinds.setdefault(model, endpoint.kind or "video")
    return kinds
