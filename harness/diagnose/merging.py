"""Guesses made row by row, brought together: the fewest causes that are likely in all rows.

A row alone may make a pair likelier than one of its halves; that several rows share the half speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from harness.diagnose.evidence import Items, Row, holds
from harness.diagnose.records import Cause
from harness.diagnose.whole import Diagnosis, Explained
from harness.model import replace

#: What a hypothesis counts in a row that has no hypotheses of its own.
_UNSAID: Final = 0.2
#: Hypotheses that are less likely than that explain nothing.
_LEAST: Final = 0.15


def merged(diagnosis: Diagnosis, rows: Sequence[Row], accepted: Iterable[Row]) -> Diagnosis:
    """The diagnosis with the causes that are only ranked chosen anew: those that explain most of the refused `rows`.

    Proven causes stay. A hypothesis that an accepted row holds is none.
    """
    proven = [one for one in diagnosis.causes if one.cause.confidence != "ranked"]
    guessed = [one for one in diagnosis.causes if one.cause.confidence == "ranked"]
    left = [row for row in rows if not any(holds(row, one.cause.items) for one in proven)]
    if len(guessed) < 2 or len(left) < 2:
        return diagnosis
    there = list(accepted)
    said = _shares(diagnosis, there)
    candidates = {items for shares in said.values() for items in shares}
    chosen: list[Explained] = []
    while left and candidates:
        scores = {
            items: sum(said[row].get(items, 0.0) if row in said else _UNSAID for row in left if holds(row, items))
            for items in candidates
        }
        best = max(sorted(scores), key=lambda items: (scores[items], -len(items)))
        if scores[best] < _LEAST:
            break
        held = tuple(row for row in left if holds(row, best))
        chosen.append(Explained(cause=_cause(best, guessed, held, scores[best] / len(held)), rows=held))
        left = [row for row in left if row not in held]
        candidates.discard(best)
    elsewhere = [one for one in guessed if not any(holds(row, one.cause.items) for row in rows)]
    causes = [*proven, *chosen, *elsewhere]
    return replace(diagnosis, causes=tuple(sorted(causes, key=lambda one: (-len(one.rows), one.cause.items))))


def _shares(diagnosis: Diagnosis, accepted: Sequence[Row]) -> Mapping[Row, Mapping[Items, float]]:
    """Row → its hypotheses with their shares."""
    found: dict[Row, dict[Items, float]] = {}
    for verdict in diagnosis.verdicts:
        shares = {cause.items: cause.share for cause in verdict.causes if cause.confidence == "ranked"}
        shares |= {items: share for items, share in verdict.others if holds(verdict.row, items)}
        shares = {
            items: share for items, share in shares.items() if items and not any(holds(row, items) for row in accepted)
        }
        if shares:
            found[verdict.row] = shares
    return found


def _cause(items: Items, guessed: Sequence[Explained], rows: tuple[Row, ...], share: float) -> Cause:
    known = next((one.cause for one in guessed if one.cause.items == items), None)
    return known or Cause(items=items, confidence="ranked", share=min(share, 1.0), refused=rows)
