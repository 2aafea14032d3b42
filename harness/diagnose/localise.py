"""Which levels made the API refuse a row: a stepper from evidence to the next probe, or to the verdict.

`Localiser.step` says what to send next or what was found, `tell` takes the answer in. No I/O, no clock, no randomness:
the same evidence gives the same probes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harness.diagnose.beliefs import Tuning
from harness.diagnose.evidence import History, Items, Row, agreement, holds, items_of
from harness.diagnose.locating import Found, Search, issue_of
from harness.diagnose.purse import Purse
from harness.diagnose.records import Cause, Status, Verdict
from harness.diagnose.residual import without
from harness.diagnose.session import Session, Stepper, Steps

#: So many causes are looked for in one row at most, and so many times what is left of it is sent after each.
_SEARCHES: Final = 8
_RESIDUALS: Final = 3


class Localiser(Stepper[Verdict]):
    """Explains one refused row. `history` takes every answer in; `known` are causes found before: probes avoid them."""

    def __init__(
        self,
        history: History,
        row: Row,
        *,
        purse: Purse | None = None,
        known: Sequence[Items] = (),
        tuning: Tuning | None = None,
    ) -> None:
        """ValueError when the row is not one that was only ever refused."""
        if row not in history.refused:
            raise ValueError(f"row {row} was not refused")
        super().__init__(explain(Session(history, purse or Purse(), known, tuning), row))


def explain(session: Session, row: Row, held: Sequence[Items] = ()) -> Steps[Verdict]:
    """The steps that find every cause of one refused row. `held`: causes that it is known to hold, not given back."""
    history = session.history
    begun, accepted = len(session.probes), session.accepted
    context = context_of(history, row)
    causes: list[Cause] = []
    others: list[Cause] = []
    masks = [sum(1 << factor for factor, _ in items) for items in held]
    session.avoid(held)
    explained: set[str] = set()
    target, found = row, Found()
    status: Status = "explained"
    for _ in range(_SEARCHES):
        if found.detour is not None:
            target = found.detour
        elif masks:
            rest = yield from _rest(session, row, masks, context)
            if rest is None:
                break
            target = rest
        else:
            target = row
        said = issue_of(history.refused[target][0], frozenset(explained))
        hunt = Search(session, target, said, allowed=((1 << len(row)) - 1) & ~context_of(history, target))
        found = yield from hunt.run()
        if found.detour is not None or (found.spurious and target != row):
            continue
        if not found.mask:
            status = _status(found, causes)
            break
        cause = hunt.cause(found)
        explained.add(said.signature)
        if holds(row, cause.items):
            causes.append(cause)
            masks.append(found.mask)
        else:
            others.append(cause)
        session.avoid([cause.items])
        if cause.confidence == "ranked":
            status = "ranked"
            break
    return Verdict(
        row=row,
        status=status,
        causes=tuple(causes),
        elsewhere=tuple(others),
        context=tuple(f for f in range(len(row)) if context >> f & 1),
        others=tuple((items_of(target, mask), share) for mask, share in found.ranked if mask != found.mask),
        probes=tuple(session.probes[begun:]),
        accepted_probes=session.accepted - accepted,
    )


def _rest(session: Session, row: Row, masks: Sequence[int], context: int) -> Steps[Row | None]:
    """The row without its causes, refused all the same; None when nothing is left of it that could be a cause."""
    for _ in range(_RESIDUALS):
        rest = without(session, row, masks, ((1 << len(row)) - 1) & ~context)
        if rest is None:
            return None
        if rest in session.history.refused:
            return rest
        answer = yield from session.send(rest, "residual")
        if answer is None:
            return None
        if answer.fate == "refused":
            return rest
    return None


def _status(found: Found, causes: Sequence[Cause]) -> Status:
    if causes:
        return "explained" if found.refuted or found.spurious else "partly"
    return "spurious" if found.spurious else "unexplained"


def context_of(history: History, row: Row) -> int:
    """The factors on which no accepted row differs from this one."""
    same = (1 << len(row)) - 1
    for other in history.accepted:
        same &= agreement(row, other)
    return same
