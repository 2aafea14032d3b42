"""What an interrupted run leaves at the provider, in words for the reports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from harness.model import Outcome, Phrase, TaskState, Until

#: Ids in one note. The table of variants has them all.
_MOST: Final = 20


def left_behind(outcomes: Iterable[Outcome]) -> tuple[Phrase, ...]:
    """What was cancelled, what may go on, what may have been created; each with its ids, nothing for none."""
    cancelled: list[str] = []
    left: list[str] = []
    unknown: list[str] = []
    for outcome in outcomes:
        code = outcome.problem.code if outcome.problem is not None else None
        task, state = outcome.task_id, outcome.task_state
        if task is None:
            if code == "NETWORK.INTERRUPTED":
                unknown.append(outcome.variant_id)
        elif code == "TASK.STOPPED":
            cancelled.append(task)
        elif code == "TASK.LEFT" or (outcome.until is Until.ACCEPTED and not _ended(state)):
            left.append(task)
    notes = (
        ("note.interrupted.cancelled", "tasks", cancelled),
        ("note.interrupted.left", "tasks", left),
        ("note.interrupted.unknown", "variants", unknown),
    )
    return tuple(_note(key, name, found) for key, name, found in notes if found)


def _ended(state: TaskState | None) -> bool:
    return state is not None and state.final


def _note(key: str, name: str, found: Sequence[str]) -> Phrase:
    shown = ", ".join(found[:_MOST]) + (", …" if len(found) > _MOST else "")
    return Phrase(key=key, params={"count": str(len(found)), name: shown})
