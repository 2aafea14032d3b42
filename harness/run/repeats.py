"""The same payload sent more than once: did it fare the same, and make the same? For information, never a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from harness.media import fingerprint
from harness.model import Judgement, Outcome, Phrase, RunPlan, Variant, Verdict

#: The key of the note that some are flaky.
FLAKY: Final = "note.repeat.flaky"
#: Names in one note.
_MOST: Final = 10


def same_seed(
    plan: RunPlan,
    outcomes: Mapping[str, Outcome],
    folder: Path,
    look: Callable[[Path], str | None] = fingerprint,
) -> tuple[Phrase, ...]:
    """What came of variants that `repeat` sends several times with a seed: those whose outputs are the same, and those
    whose outputs differ, each as one note; nothing where no two of them have all their files.

    `folder` is the run's; `look` makes a file comparable.
    """
    groups: dict[int, list[Variant]] = {}
    for item in plan.variants:
        if item.variant.payload.get("seed") is not None:
            groups.setdefault(id(item.variant.payload), []).append(item.variant)  # repeats share one payload
    found: dict[str, list[str]] = {"note.repeat.same": [], "note.repeat.different": []}
    for variants in groups.values():
        if len(variants) > 1:
            made = [_made(outcomes.get(variant.id), folder, look) for variant in variants]
            there = [each for each in made if each is not None]
            if len(there) > 1:
                kind = "same" if len(set(there)) == 1 else "different"
                found[f"note.repeat.{kind}"].append(f"{variants[0].name} × {len(there)}")
    return tuple(
        Phrase(key=key, params={"variants": ", ".join(names[:_MOST]) + (", …" if len(names) > _MOST else "")})
        for key, names in found.items()
        if names
    )


def uneven(plan: RunPlan, judgements: Mapping[str, Judgement]) -> tuple[Phrase, ...]:
    """Variants that `repeat` sends several times, of which some passed and some failed: flaky, told apart in a note."""
    found = []
    for variants, seen in _uneven(plan, judgements):
        passed, failed = seen.count(Verdict.PASS), seen.count(Verdict.FAIL)
        found.append(f"{variants[0].name} ({passed} / {passed + failed})")
    named = ", ".join(found[:_MOST]) + (", …" if len(found) > _MOST else "")
    return (Phrase(key=FLAKY, params={"variants": named}),) if found else ()


def flaky(plan: RunPlan, judgements: Mapping[str, Judgement], notes: Iterable[Phrase]) -> tuple[str, ...]:
    """The ids of these variants; `notes` are those of the run, so that one without any is not looked through again."""
    if all(note.key != FLAKY for note in notes):
        return ()
    return tuple(variant.id for variants, _ in _uneven(plan, judgements) for variant in variants)


def _uneven(plan: RunPlan, judgements: Mapping[str, Judgement]) -> Iterator[tuple[list[Variant], list[Verdict]]]:
    """Variants of one payload of which some passed and some failed, with their verdicts."""
    groups: dict[int, list[Variant]] = {}
    if all(judgement.verdict is not Verdict.FAIL for judgement in judgements.values()):
        return
    for item in plan.variants:
        groups.setdefault(id(item.variant.payload), []).append(item.variant)  # repeats share one payload
    for variants in groups.values():
        seen = [judgements[variant.id].verdict for variant in variants if variant.id in judgements]
        if Verdict.PASS in seen and Verdict.FAIL in seen:
            yield variants, seen


def _made(outcome: Outcome | None, folder: Path, look: Callable[[Path], str | None]) -> tuple[str, ...] | None:
    """What a variant made, in a form to compare; None when not all of it is here."""
    if outcome is None or not outcome.outputs:
        return None
    seen = [look(folder / output.file) if output.file is not None else None for output in outcome.outputs]
    there = [each for each in seen if each is not None]
    return tuple(there) if len(there) == len(seen) else None
