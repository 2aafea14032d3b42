"""When a call is sent again: one small table, a reason for each row. Pure: no clock, no sleep.

Pauses double from half a second to eight, less up to a quarter by chance, so that many variants do not return at once
(the official SDK's own figures). A server's Retry-After is obeyed up to a minute, plus up to a tenth by chance: all
who were told the same moment would otherwise come back at it. One that asks for no time at all changes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, NamedTuple

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 8.0
LONGEST_RETRY_AFTER_S: Final = 60.0


class Call(StrEnum):
    """What a request is for."""

    CREATE = "create"
    READ = "read"
    CANCEL = "cancel"


class Failure(StrEnum):
    """How an attempt failed."""

    UNREACHED = "no connection was made"
    LOST = "the request left and no answer came"
    BUSY = "an answer that says: later"
    DECLINED = "an answer that says: later, and that nothing was accepted"
    REFUSED = "any other answer"


class Rule(NamedTuple):
    """`tries` counts the first one too."""

    call: Call
    failure: Failure
    tries: int
    why: str


#: Statuses that say nothing about the request, only about the moment.
BUSY_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})

RULES: Final = (
    Rule(Call.CREATE, Failure.UNREACHED, 3, "not a byte has left, so nothing can be created twice"),
    Rule(Call.CREATE, Failure.LOST, 1, "the task may exist; a second request may be a second bill"),
    Rule(
        *(Call.CREATE, Failure.BUSY, 1),
        "a 5xx may come after the task was made; a 429 may be a quota that takes hours",
    ),
    Rule(Call.CREATE, Failure.DECLINED, 6, "the profile says that nothing is accepted with such an answer"),
    Rule(Call.CREATE, Failure.REFUSED, 1, "the answer is what the variant was sent to find out"),
    Rule(Call.READ, Failure.UNREACHED, 6, "reading changes nothing, and the task at the other end is paid for"),
    Rule(Call.READ, Failure.LOST, 6, "the same"),
    Rule(Call.READ, Failure.BUSY, 6, "the same"),
    Rule(Call.READ, Failure.DECLINED, 6, "the same"),
    Rule(Call.READ, Failure.REFUSED, 1, "the same question would get the same answer"),
    Rule(Call.CANCEL, Failure.UNREACHED, 3, "cancelling twice is harmless: the second answer is 404"),
    Rule(Call.CANCEL, Failure.LOST, 3, "the same"),
    Rule(Call.CANCEL, Failure.BUSY, 3, "the same"),
    Rule(Call.CANCEL, Failure.DECLINED, 3, "the same"),
    Rule(Call.CANCEL, Failure.REFUSED, 1, "the task has ended, or cannot be cancelled"),
)
_TRIES: Final[Mapping[tuple[Call, Failure], int]] = {(rule.call, rule.failure): rule.tries for rule in RULES}


def failure_of(status: int) -> Failure:
    """What an answer with this status is, where it was not what was hoped for."""
    return Failure.BUSY if status in BUSY_STATUSES else Failure.REFUSED


def pause_s(
    call: Call, failure: Failure, attempt: int, rng: random.Random, *, after_s: float | None = None
) -> float | None:
    """Seconds to wait before the next attempt, or None when there is none. `attempt` (>= 1) is the one that failed.

    `after_s` is what the server asked for (`retry_after_s`).

    >>> 6 <= pause_s(Call.READ, Failure.LOST, 5, random.Random(0)) <= 8
    True
    """
    if attempt >= _TRIES[call, failure]:
        return None
    if after_s:
        return min(after_s, LONGEST_RETRY_AFTER_S) * rng.uniform(1, 1.1)
    return min(FIRST_PAUSE_S * (1 << (attempt - 1)), LONGEST_PAUSE_S) * rng.uniform(0.75, 1)


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, written as seconds or as a date; None without a readable one.

    >>> retry_after_s({"retry-after": "Sun, 22 Nov 2026 10:15:30 GMT"}, datetime(2026, 11, 22, 10, 15, tzinfo=UTC))
    30.0
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        asked_s = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        asked_s = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return max(asked_s, 0.0) if asked_s == asked_s else None  # noqa: PLR0124 - "nan" is read as a number, and is none
