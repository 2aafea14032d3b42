"""When to look at a task: after the time that tasks of its kind usually take, then once an interval. Pure: no clock.

Every poll costs both sides something, and the polls before the usual end say nothing new. So a run learns from the
tasks that it has seen end, each kind (endpoint, model) by itself, and later ones are first looked at when they should
be done. The estimate is low on purpose, the lower quartile of the last ends: looking once too often costs a poll, but
looking late costs the run's time.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

#: So many ends of a kind are remembered: enough for a quartile, few enough to follow a provider whose speed changes.
REMEMBERED: Final = 16


class Pace(NamedTuple):
    """Seconds between two looks at a task, spread evenly by ± `jitter_s`, and the least that is allowed."""

    every_s: float
    jitter_s: float = 0.0
    least_s: float = 0.0


@dataclass(slots=True)
class Schedule:
    """What a run has learned of how long tasks take. Ages count in seconds from the answer of the create."""

    _ends: dict[Hashable, deque[float]] = field(default_factory=dict)
    _usual: dict[Hashable, float] = field(default_factory=dict)

    def ended(self, kind: Hashable, *, last_s: float, seen_s: float, every_s: float) -> None:
        """Learns that a task was seen to have ended at the age `seen_s`.

        `last_s` is its age at the look before, 0 for none. It ended somewhere between: half way, for all anybody knows.
        Without a look before, half an interval is taken off, so that the estimate sinks when tasks become quicker,
        although nobody looks earlier than it says.
        """
        ends = self._ends.setdefault(kind, deque(maxlen=REMEMBERED))
        ends.append((last_s + seen_s) / 2 if last_s > 0 else max(seen_s - every_s / 2, 0.0))
        self._usual[kind] = sorted(ends)[(len(ends) - 1) // 4]

    def pause_s(self, kind: Hashable, pace: Pace, age_s: float, rng: random.Random) -> float:
        """Seconds until the next look at a task of this age. Without an interval nothing is waited for.

        >>> schedule, pace = Schedule(), Pace(every_s=6.0)
        >>> schedule.pause_s("clip", pace, 0.0, random.Random(0))
        6.0
        >>> schedule.ended("clip", last_s=24.0, seen_s=30.0, every_s=6.0)
        >>> [schedule.pause_s("clip", pace, age_s, random.Random(0)) for age_s in (0.0, 20.0, 27.0)]
        [27.0, 7.0, 6.0]
        """
        pause_s = max(pace.every_s, self._usual.get(kind, 0.0) - age_s) if pace.every_s > 0 else 0.0
        if pace.jitter_s:
            pause_s += rng.uniform(-pace.jitter_s, pace.jitter_s)
        return max(pause_s, pace.least_s, 0.0)
