"""What to send instead of a refused combination, and whether that was seen to work. Pure; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from harness.diagnose.adapt import Levels
from harness.diagnose.evidence import Items, Row, agreement, holds
from harness.diagnose.found import Seen, Suggestion
from harness.model import JsonObject, Phrase, Proposal
from harness.provider import ABSENT
from harness.redact import clean
from harness.refusal.patches import apply, as_patch
from harness.refusal.shapes import apart
from harness.refusal.show import assign
from harness.scenario.labels import canonical


class Change(Struct, frozen=True, kw_only=True):
    """A change of one refused row that takes a cause, and every other that the row holds, out of it.

    `proposal` is the change for the cause itself; `payload` is the whole of what to send.
    """

    proposal: Proposal
    row: Seen
    payload: JsonObject


def change(
    cause: Items, rows: Sequence[Seen], *, causes: Iterable[Items], levels: Levels, accepted: Sequence[Row]
) -> Change | None:
    """What to send instead of `cause` in one of the `rows` that it explains, or None when nothing is known.

    What the API or the contract says of the field comes first, then a value that was accepted beside the other parts.
    """
    if not rows:
        return None
    others = [items for items in causes if items != cause]
    for one in sorted(rows, key=lambda one: sum(holds(levels.row(one.variant.payload), items) for items in others)):
        row = levels.row(one.variant.payload)
        own = _proposal(cause, one, row, levels, accepted)
        if own is None:
            continue
        held = [items for items in others if holds(row, items)]
        made = [own, *(made for items in held if (made := _proposal(items, one, row, levels, accepted)) is not None)]
        payload = apply(made, one.variant.payload)
        if not holds(levels.row(payload), cause):
            return Change(proposal=own, row=one, payload=payload)
    return None


def suggestion(made: Change, seen: Mapping[str, Seen]) -> Suggestion:
    """The change for reports. `seen` is by the canonical text of a payload: what was sent already."""
    proposal = made.proposal
    there = seen.get(canonical(made.payload))
    return Suggestion(
        changes={proposal.field: ABSENT if proposal.remove else proposal.value},
        patch=tuple(as_patch(proposal, made.row.variant.payload)),
        works=None if there is None else there.works,
        accepted=there is not None and there.outcome.task_id is not None,
        task=None if there is None else there.outcome.task_id,
        sent=None if there is None else there.variant.id,
        reason=proposal.reason,
    )


def _proposal(cause: Items, one: Seen, row: Row, levels: Levels, accepted: Sequence[Row]) -> Proposal | None:
    keys = {levels.factors[factor] for factor, _ in cause}
    for found in one.judgement.findings:
        if found.proposal is not None and _within(found.proposal.field, keys):
            return found.proposal
    return _accepted_instead(cause, row, levels, accepted)


def _within(field: str, keys: Iterable[str]) -> bool:
    return any(field == key or field.startswith(f"{key}.") for key in keys)


def _accepted_instead(cause: Items, row: Row, levels: Levels, accepted: Sequence[Row]) -> Proposal | None:
    """A level of one part of the cause, from the accepted row that is most like this one.

    One that keeps the shape of a picture comes before one that shares more of the rest.
    """
    best: tuple[int, float, int, int] | None = None
    for place, other in enumerate(accepted):
        parts = [factor for factor, level in cause if other[factor] != level]
        if parts:
            changed = max(parts)
            turned = apart(levels.value(changed, row[changed]), levels.value(changed, other[changed]))
            score = (len(parts), turned, -agreement(row, other).bit_count(), place)
            best = min(best or score, score)
    if best is None:
        return None
    other = accepted[best[-1]]
    # The last part: what comes first in a scenario, such as the model, is what is least wanted changed.
    factor = max(factor for factor, level in cause if other[factor] != level)
    field, value = levels.factors[factor], levels.value(factor, other[factor])
    if value is ABSENT:
        reason = Phrase(key="cause.instead.without", params={"field": clean(field, 120)})
        return Proposal(field=field, remove=True, reason=reason)
    reason = Phrase(key="cause.instead", params={"to": clean(assign(field, value), 200)})
    return Proposal(field=field, value=value, reason=reason)
