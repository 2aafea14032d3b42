"""Whether the refusals that speak for a cause could come by chance: a test that holds however the probes were chosen.

An API may refuse good requests at random. Were that all, a row that holds a cause would be refused one time in
1 / rate: so each refusal multiplies the odds for the cause by 1 / rate, and an acceptance ends them. Over all causes
that there could be, each with a share of the stake fixed before anything is sent, such odds stay at 1 in the mean as
long as chance is all there is. Hence at most `ERROR` of the APIs that only refuse at random, at no more than the rate,
ever bring them to 1 / `ERROR` (Ville's inequality), whatever is sent and whenever one stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

from harness.diagnose.beliefs import SIZES
from harness.diagnose.evidence import History

#: The share of randomly refusing APIs of which a cause may be called proven. That is a bound: most of what could be
#: blamed was accepted somewhere in a matrix, and refusals come in whole numbers.
ERROR: Final = 0.01
#: What an API may refuse at random as far as anybody knows, and the most that is reckoned with.
_RATE: Final = (0.05, 0.5)


def rate(history: History) -> float:
    """The share of good requests that the API may refuse, at least 5 %.

    From the rows that it both refused and accepted: an upper bound of about two standard deviations.
    """
    least, most = _RATE
    seen = history.contradictions
    if not seen:
        return least
    return min(max(least, (seen + 1 + 2 * sqrt(seen + 1)) / (len(history.accepted) + seen)), most)


def refusals_needed(counts: Sequence[int], size: int, rate: float) -> int:
    """How many refusals of rows that hold a cause of so many parts prove that it is no chance.

    `counts` are the levels of each factor: the more causes there could be, the more it takes.

    >>> [refusals_needed([4] * 10, size, 0.05) for size in (1, 2, 3)]
    [4, 5, 6]
    """
    share = SIZES[size - 1] if size <= len(SIZES) else SIZES[-1] / 10 ** (size - len(SIZES))
    stake = share / max(_combinations(counts, size), 1)
    needed = 1
    while stake * ERROR < rate**needed:
        needed += 1
    return needed


def _combinations(counts: Sequence[int], size: int) -> int:
    """How many combinations of levels of so many factors there are."""
    found = [1] + [0] * size
    for count in counts:
        for number in range(size, 0, -1):
            found[number] += found[number - 1] * count
    return found[size]
