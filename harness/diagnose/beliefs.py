"""How likely each part of a refused row is to be its cause, given everything that was sent.

A hypothesis is a subset of the row's items, one to three of them (four, once those are nearly refuted), held as bits
over factors. An accepted row refutes every hypothesis that it contains, for good. Refusals and texts only shift weight:
a text may name the wrong field, and a refused row may have been refused for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from msgspec import Struct

from harness.diagnose.evidence import History, Items, Row, Said, agreement, holds

#: Prior share of causes of one, two, three and four parts; uniform among those of one size.
SIZES: Final = (0.5, 0.38, 0.1, 0.02)
#: The text names exactly these fields, or the value is outside the list that it states.
_NAMED: Final = 40.0
#: The text names a part of it.
_PARTLY: Final = 12.0
#: A key left out or null is more often refused than a value.
_ODD: Final = 2.0
#: A row of the history that was refused in the same words, though it lacks the hypothesis. Such rows bring their own
#: faults, so each is weak evidence; a probe is made of accepted parts and is strong evidence.
_ELSEWHERE: Final = 0.5
#: Below this share of all weight the smaller hypotheses are given up, and those of four parts are looked at.
_GIVEN_UP: Final = 0.03


class Tuning(Struct, frozen=True, kw_only=True):
    """What is assumed of an API: `spurious` is the chance that a good request is refused without a reason, `suspect`
    the prior chance that the row in question was.
    """

    spurious: float = 0.05
    suspect: float = 0.03


@dataclass(slots=True)
class _Seen:
    """Refusals that bear on the hypotheses: those outside `mask` are multiplied by `factor`."""

    mask: int
    factor: float


class Beliefs:
    """Weights of the hypotheses about one refused row.

    `allowed` are the factors that may have a part in the cause (bits), `said` the issue that is to be explained.
    `nothing` is the weight of "no part of the row: the refusal was spurious".
    """

    def __init__(
        self, history: History, row: Row, said: Said, *, allowed: int, tuning: Tuning, known: Sequence[Items] = ()
    ) -> None:
        self.row, self.said, self.allowed, self.tuning = row, said, allowed, tuning
        self._odd = sum(1 << f for f, level in enumerate(row) if level in history.space.odd.get(f, ()))
        self._named = sum(1 << f for f in said.fields)
        self._outside = sum(1 << f for f, levels in said.allowed.items() if row[f] not in levels)
        #: What accepted rows share with the row: no cause lies inside one of them.
        self.accepted = largest(agreement(row, other) & allowed for other in history.accepted)
        self._seen: list[_Seen] = []
        self.nothing = tuning.suspect
        self._weights: dict[int, float] = {}
        self._sizes = 0
        for size in (1, 2, 3):
            self._grow(size)
        for other, refusals in history.refused.items():
            if other == row:
                self.nothing *= tuning.spurious ** (len(refusals) - 1)
            elif any(holds(other, items) for items in known):
                continue  # that one is explained
            elif any(said.signature in refusal.signatures for refusal in refusals):
                self._weigh(agreement(row, other), _ELSEWHERE)
        self._extend()

    def _grow(self, size: int) -> None:
        """Takes the hypotheses of one size in, with everything seen so far."""
        members = [f for f in range(len(self.row)) if self.allowed >> f & 1]
        masks = _subsets(tuple(members), size)
        if not masks:
            return
        prior = SIZES[size - 1] / len(masks)
        accepted, seen = self.accepted, self._seen
        for mask in masks:
            if any(not mask & ~shared for shared in accepted):
                continue
            weight = prior * self._text(mask)
            for item in seen:
                if mask & ~item.mask:
                    weight *= item.factor
            self._weights[mask] = weight
        self._sizes = size

    def _text(self, mask: int) -> float:
        boost = _ODD if mask & self._odd else 1.0
        named = self._named
        if (named and mask == named) or (self._outside and mask == self._outside):
            return boost * _NAMED
        return boost * _PARTLY if mask & named else boost

    def _extend(self) -> None:
        """Looks at causes of four parts when hardly anything smaller is left."""
        if self._sizes == 3 and sum(self._weights.values()) < _GIVEN_UP:
            self._grow(4)

    def accept(self, mask: int) -> None:
        """An accepted row shares `mask` with the row: what lies inside is refuted."""
        mask &= self.allowed
        self.accepted = largest([*self.accepted, mask])
        self._weights = {one: weight for one, weight in self._weights.items() if one & ~mask}
        self._extend()

    def refused(self, mask: int, elsewhere: float) -> None:
        """A row that shares `mask` was refused; `elsewhere` is the chance of that without the cause in it."""
        self._weigh(mask, elsewhere)
        self._extend()

    def _weigh(self, mask: int, elsewhere: float) -> None:
        self._seen.append(_Seen(mask, elsewhere))
        outside = ~mask
        for one in self._weights:
            if one & outside:
                self._weights[one] *= elsewhere
        if elsewhere < 1:
            self.nothing *= max(elsewhere, self.tuning.spurious)

    def again(self) -> None:
        """The row itself was sent again and refused again."""
        self.nothing *= self.tuning.spurious

    def ranked(self) -> list[tuple[int, float]]:
        """The hypotheses, likeliest first, with their share of all weight. Empty when everything is refuted."""
        total = sum(self._weights.values()) + self.nothing
        order = sorted(self._weights.items(), key=lambda item: (-item[1], item[0].bit_count(), item[0]))
        return [(mask, weight / total) for mask, weight in order if weight > 0]

    @property
    def spurious(self) -> float:
        """The share of "no part of the row"."""
        total = sum(self._weights.values()) + self.nothing
        return self.nothing / total if total else 1.0

    def refuted(self, mask: int) -> bool:
        """True when an accepted row holds all of it."""
        return any(not mask & ~shared for shared in self.accepted)


@lru_cache(maxsize=256)
def _subsets(members: tuple[int, ...], size: int) -> tuple[int, ...]:
    return tuple(sum(1 << f for f in chosen) for chosen in combinations(members, size))


def largest(masks: Iterable[int]) -> list[int]:
    """The masks that lie in no other, largest first."""
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda mask: (-mask.bit_count(), mask)):
        if not any(not mask & ~other for other in kept):
            kept.append(mask)
    return kept


def likeliest(ranked: Sequence[tuple[int, float]]) -> tuple[int, float]:
    """The first hypothesis and its share, (0, 0.0) when there is none."""
    return ranked[0] if ranked else (0, 0.0)
