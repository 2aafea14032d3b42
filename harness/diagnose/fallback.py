"""A search that assumes nothing about the size of a cause: FIC_BS (Zhang and Zhang), helped by what is known.

Items are reset to those of one accepted row, the first ones first; where the refusal vanishes is a member of the cause.
Binary search finds each member. A row that is known, or that lies within an accepted one, is not sent.
"""

from __future__ import annotations

from typing import Final

from harness.diagnose.evidence import Row, agreement
from harness.diagnose.session import Session, Steps

#: So many accepted rows are taken for donors at most.
_DONORS: Final = 4


def search(session: Session, row: Row, allowed: int) -> Steps[int]:
    """The members of the cause of a refused row, as bits; 0 when there is no accepted row or a probe cannot be sent.

    At most d(⌈log₂ k⌉ + 1) + 1 probes for a cause of d of k items from one accepted row. What the row shares with that
    one may have a part in the cause as well: other accepted rows tell.
    """
    cause, doubtful = 0, allowed
    for _ in range(_DONORS):
        donor = _donor(session, row, doubtful)
        if donor is None:
            break
        shared = agreement(row, donor)
        found = yield from _members(session, row, donor, cause, doubtful & ~shared)
        if found is None:
            return 0
        cause, doubtful = found, doubtful & shared & ~found
    return cause


def _donor(session: Session, row: Row, doubtful: int) -> Row | None:
    """The accepted row that differs from the row on most of the doubtful factors; None when none does on any."""
    rows = session.history.accepted
    best = min(rows, key=lambda other: (agreement(row, other) & doubtful).bit_count(), default=None)
    return best if best is not None and doubtful & ~agreement(row, best) else None


def _members(session: Session, row: Row, donor: Row, cause: int, among: int) -> Steps[int | None]:
    """The cause with its members among some factors on which the row differs from the donor; None: not to be learnt."""
    rest = [f for f in range(len(row)) if among >> f & 1]
    shared = agreement(row, donor)
    while True:
        refused = yield from _refused(session, row, donor, shared | cause)
        if refused is None:
            return None
        if refused or not rest:
            return cause if refused else None
        low, high = 0, len(rest)
        while high - low > 1:
            middle = (low + high) // 2
            kept = sum(1 << f for f in rest[middle:])
            refused = yield from _refused(session, row, donor, shared | cause | kept)
            if refused is None:
                return None
            low, high = (middle, high) if refused else (low, middle)
        cause |= 1 << rest[high - 1]
        rest = rest[high:]


def _refused(session: Session, row: Row, donor: Row, mask: int) -> Steps[bool | None]:
    """Whether the donor with the items of the mask is refused; None when that cannot be learnt."""
    probe = tuple(own if mask >> f & 1 else level for f, (own, level) in enumerate(zip(row, donor, strict=True)))
    history = session.history
    if any(not mask & ~agreement(row, other) for other in history.accepted):
        return False
    if probe in history.refused:
        return True
    answer = yield from session.send(probe, "fallback")
    return None if answer is None else answer.fate == "refused"
