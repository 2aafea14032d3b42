"""What is left of a refused row when its known causes are taken out: another cause may hide behind the first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from harness.diagnose.beliefs import largest
from harness.diagnose.evidence import Row, agreement, holds
from harness.diagnose.session import Session

#: The chance that a part of a refused row that no accepted row holds is a cause in itself, by its size: a single level
#: that was never accepted nearly always is; of pairs and triples many are unseen only because the row was refused.
_ALSO: Final = (0.4, 0.015, 0.0003)
#: A residual with less of a chance to be refused is not sent.
_WORTH: Final = 0.008


def open_parts(session: Session, row: Row, causes: Sequence[int], allowed: int) -> list[int]:
    """The parts of one to three items that may be another cause: in no accepted row, holding no known cause."""
    shared = largest(agreement(row, other) & allowed for other in session.history.accepted)
    members = [1 << f for f in range(len(row)) if allowed >> f & 1]
    parts: list[int] = []
    for size in (1, 2, 3):
        for chosen in combinations(members, size):
            mask = sum(chosen)
            if any(not cause & ~mask for cause in causes) or any(not mask & ~one for one in shared):
                continue
            parts.append(mask)
    return parts


def chance(parts: Sequence[int]) -> float:
    """The chance that one of the parts is refused in itself."""
    good = 1.0
    for mask in parts:
        good *= 1 - _ALSO[mask.bit_count() - 1]
    return 1 - good


def without(session: Session, row: Row, causes: Sequence[int], allowed: int) -> Row | None:
    """The row with one member of each cause replaced; None when there is nothing to learn, or no such row.

    It may be one that was sent before and refused: then it need not be sent again.
    Those members are replaced that leave most of the open parts in, by levels that were accepted beside the rest.
    """
    parts = open_parts(session, row, causes, allowed)
    if chance(parts) < _WORTH:
        return None
    best: tuple[float, Row] | None = None
    for replaced in _breaking(causes, len(row)):
        kept = [mask for mask in parts if not mask & replaced]
        if chance(kept) < _WORTH:
            continue
        for candidate in _replacements(session, row, replaced):
            risk = session.chooser.risk(candidate, allowed & ~replaced, 0.0)
            score = chance(kept) * (1 - risk)
            if best is None or score > best[0]:
                best = (score, candidate)
    return best[1] if best else None


def _breaking(causes: Sequence[int], factors: int) -> list[int]:
    """Sets of factors with a member of each cause, without needless ones."""
    found = [0]
    for cause in causes:
        members = [1 << f for f in range(factors) if cause >> f & 1]
        found = list(dict.fromkeys(one if one & cause else one | bit for one in found for bit in members))
    return [one for one in found if not any(other != one and not other & ~one for other in found)][:27]


def _replacements(session: Session, row: Row, replaced: int) -> list[Row]:
    """The row with other levels on the replaced factors: those of accepted rows, all from one row at a time."""
    found: dict[Row, None] = {}
    for donor in session.history.accepted:
        candidate = tuple(donor[f] if replaced >> f & 1 else level for f, level in enumerate(row))
        changed = all(donor[f] != level for f, level in enumerate(row) if replaced >> f & 1)
        if any(holds(candidate, items) for items in session.known):
            continue
        new = not session.history.sent(candidate) and session.purse.affords(candidate)
        if changed and (new or candidate in session.history.refused):
            found[candidate] = None
    return list(found)[:24]
