"""How many tasks may be in flight: fewer at once when the provider says that it is too much, more again slowly."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

#: Answers that say "too much at once".
OVERLOAD: Final = frozenset({429, 503})
#: From one task up to the ceiling in about so many rounds of creates that went well.
_ROUNDS: Final = 16


class Concurrency:
    """The policy: halves at an overload, and grows by a sixteenth of the ceiling in each round that goes well. Pure.

    `ceiling` is the least of what was asked for and what the account allows; the limit begins there and is never above
    it, nor below 1.
    """

    def __init__(self, asked: int, allowed: int | None = None) -> None:
        self.ceiling = max(1, min(asked, asked if allowed is None else allowed))
        self.limit = self.ceiling
        self._cut_s = float("-inf")
        self._well = 0

    def overloaded(self, sent_s: float, now_s: float) -> bool:
        """Halves the limit for an overload that answers a request sent at `sent_s`; False when that changes nothing.

        A whole burst of requests is refused alike: those that were sent before the last cut say nothing new.
        """
        if sent_s <= self._cut_s or self.limit == 1:
            return False
        self.limit = max(1, self.limit // 2)
        self._cut_s, self._well = now_s, 0
        return True

    def went_well(self) -> None:
        """Counts a create that was taken: after as many as may be in flight, some more may be."""
        if self.limit == self.ceiling:
            return
        self._well += 1
        if self._well >= self.limit:
            self.limit, self._well = min(self.ceiling, self.limit + max(1, self.ceiling // _ROUNDS)), 0


class Gate:
    """Lets as many through at once as a policy says: `async with gate`. Who waits is let in by who leaves, in order."""

    def __init__(self, policy: Concurrency) -> None:
        self.policy = policy
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if self._inside < self.policy.limit and not self._waiting:
            self._inside += 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():  # let in, and cancelled at the same moment
                await self.__aexit__()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        self.let_in()

    def let_in(self) -> None:
        """Lets in whom the limit has room for: after somebody left, or after it grew."""
        while self._waiting and self._inside < self.policy.limit:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self._inside += 1
                waiter.set_result(None)
