"""What runs before this one found: what failed last (`--last-failed`), and what was accepted then (`--drift`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.model import Outcome, Phrase, Variant
from harness.redact import Redactor, clean
from harness.report.same import whos
from harness.run.before import ACCEPTED, NOT_FIRED, NOT_THE_PAYLOAD, UNKNOWN, Now, answers_of, places, runs_before

#: Letters of verdicts.
_BAD: Final = frozenset("fei")
_NAMED: Final = 10


def last_failed(
    reports: Path, chosen: Sequence[Variant], redactor: Redactor
) -> tuple[Sequence[Variant], tuple[Phrase, ...]]:
    """Of the chosen variants those that did not pass in the newest run of the same scenarios, with a note.

    All of them where there was no such run, or everything passed in it: the note says so.
    """
    before = runs_before(reports, Now(scenarios={variant.scenario for variant in chosen}))
    if not before:
        return chosen, (Phrase(key="note.last_failed.no_run"),)
    last = before[0]
    wanted, verdicts = whos(chosen, redactor), last.verdicts + NOT_FIRED
    bad = {one.id for one, place in zip(wanted, places(last, wanted), strict=True) if verdicts[place] in _BAD}
    left = [variant for variant in chosen if variant.id in bad]
    params = {"run": clean(last.head.id, 80)}
    if not left:
        return chosen, (Phrase(key="note.last_failed.none", params=params),)
    counts = {"count": str(len(left)), "all": str(len(chosen))}
    return left, (Phrase(key="note.last_failed", params={**params, **counts}),)


def answers_before(
    reports: Path,
    target: str,
    contract: str,
    variants: Iterable[Variant],
    redactor: Redactor,
    *,
    own: Path | None = None,
) -> tuple[str, Mapping[str, bool]] | None:
    """Run and variant → whether it was accepted, of the newest run at this target that fired one of these variants.

    Variants that were neither accepted nor refused are left out. `own` is the folder of a run that is gone on with.
    """
    variants = tuple(variants)
    wanted, scenarios = whos(variants, redactor), {variant.scenario for variant in variants}
    for ran in runs_before(reports, Now(scenarios=scenarios, folder=own, target=target, contract=contract)):
        answers = zip(wanted, answers_of(ran, wanted), strict=True)
        found = {one.id: answer == ACCEPTED for one, answer in answers if answer != UNKNOWN}
        if found:
            return clean(ran.head.id, 80), found
    return None


def drift(
    before: tuple[str, Mapping[str, bool]] | None, outcomes: Iterable[Outcome], variants: Mapping[str, Variant]
) -> tuple[Phrase, ...]:
    """What is answered otherwise than before: notes, none where nothing is. `before` None: a note that says so."""
    if before is None:
        return (Phrase(key="note.drift.no_run"),)
    run, then = before
    changed: dict[str, list[str]] = {"accepted": [], "refused": []}
    for outcome in outcomes:
        now = accepted(outcome)
        if now is not None and outcome.variant_id in then and now is not then[outcome.variant_id]:
            changed["accepted" if now else "refused"].append(clean(variants[outcome.variant_id].name, 80))
    return tuple(
        Phrase(
            key=f"note.drift.{what}",
            params={
                "run": run,
                "count": str(len(names)),
                "names": ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else ""),
            },
        )
        for what, names in changed.items()
        if names
    )


def is_drift(notes: Iterable[Phrase]) -> bool:
    """True when one of the notes tells of something that changed."""
    return any(note.key in {"note.drift.accepted", "note.drift.refused"} for note in notes)


def accepted(outcome: Outcome) -> bool | None:
    """Whether the create was accepted; None where nobody can tell."""
    if outcome.task_id is not None:
        return True
    refused = outcome.http_status is not None and 400 <= outcome.http_status < 500 and outcome.problem is None
    return False if refused and outcome.http_status not in NOT_THE_PAYLOAD else None
