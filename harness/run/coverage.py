"""What a run's rows cover of each scenario's matrix: the rows with what became of them, handed to the certificate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from harness.model import JsonObject, Judgement, Outcome, Phrase, PlannedVariant, TaskState, Variant, Verdict
from harness.run.settings import Prepared

if TYPE_CHECKING:
    from harness.matrix.certificate import Space
    from harness.matrix.space import MatrixSpace

#: Beyond so many combinations of factors nobody waits for them to be counted at the end of a run.
_MOST_COLUMNS: Final = 50_000
#: Why a variant was not fired (the key of its phrase) → why its combinations are missing. All others: the run stopped.
_REASONS: Final[Mapping[str, str]] = {
    "skip.contract": "contract",
    "skip.quota": "quota",
    "skip.budget": "budget",
    "stop.budget": "budget",
}


def coverage_of(
    prepared: Prepared,
    outcomes: Mapping[str, Outcome],
    judgements: Mapping[str, Judgement],
    sent: Mapping[str, Variant] | None = None,
) -> Mapping[str, JsonObject]:
    """By scenario with a matrix: the certificate as report.json has it. Outcomes and judgements by variant id.

    `sent` has, by id, the probes, too: those that are rows of the matrix cover what they hold when they were accepted.
    """
    rows: dict[str, list[tuple[tuple[int, ...], str]]] = {}
    for variant, reason in prepared.left_out:
        if variant.row is not None:
            rows.setdefault(variant.scenario, []).append((variant.row, f"skipped:{reason}"))
    for item in prepared.plan.variants:
        if item.variant.row is not None:
            name = item.variant.id
            fate = _fate(item, outcomes.get(name), judgements.get(name))
            rows.setdefault(item.variant.scenario, []).append((item.variant.row, fate))
    planned = {item.variant.id for item in prepared.plan.variants}
    for name, variant in (sent or {}).items():
        if name not in planned and variant.row is not None and name in outcomes:
            item = PlannedVariant(variant=variant, credits=None)
            if (fate := _fate(item, outcomes[name], judgements.get(name))) == "accepted":
                rows.setdefault(variant.scenario, []).append((variant.row, fate))
    return dict(_certified(prepared, rows))


def shard_facts(
    prepared: Prepared, outcomes: Mapping[str, Outcome], judgements: Mapping[str, Judgement]
) -> JsonObject | None:
    """What a merge needs to know of a shard: its place, and the rows of matrices with what became of them."""
    shard = prepared.shard
    if shard is None:
        return None
    facts = {name: getattr(shard, name) for name in ("index", "count", "variants", "hash")}
    return {
        **facts,
        "positions": list(shard.positions),
        "matrices": dict(_matrices(prepared, outcomes, judgements)),
    }


def _matrices(
    prepared: Prepared, outcomes: Mapping[str, Outcome], judgements: Mapping[str, Judgement]
) -> Iterator[tuple[str, JsonObject]]:
    for name, scenario in prepared.scenarios.items():
        if scenario.matrix is None:
            continue
        from harness.matrix.space import space

        if (spanned := space(scenario)) is None:
            continue
        yield (
            name,
            {
                "factors": list(spanned.factors),
                "levels": [list(levels) for levels in spanned.levels],
                "strength": spanned.strength,
                "groups": [[list(factors), strength] for factors, strength in spanned.groups],
                "forbidden": [sorted(combination.items()) for combination in spanned.forbidden],
                "rows": [
                    [
                        list(item.variant.row),
                        _fate(item, outcomes.get(item.variant.id), judgements.get(item.variant.id)),
                    ]
                    for item in prepared.plan.variants
                    if item.variant.row is not None and item.variant.scenario == name
                ],
                "left_out": [
                    [list(variant.row), f"skipped:{reason}"]
                    for variant, reason in prepared.left_out
                    if variant.row is not None and variant.scenario == name and reason != "other shard"
                ],
            },
        )


def merged_coverage(parts: Iterable[JsonObject]) -> JsonObject | None:
    """The one certificate of a scenario's matrix, from what its shards tell of it; None where there is too much of it.

    Raises KeyError, TypeError, ValueError or IndexError for what no shard tells.
    """
    from harness.matrix.certificate import Space, certify

    several = list(parts)
    first = several[0]
    whole = Space(
        counts=tuple(map(len, first["levels"])),
        strength=int(first["strength"]),
        groups=tuple((tuple(factors), int(strength)) for factors, strength in first["groups"]),
        forbidden=tuple(dict(combination) for combination in first["forbidden"]),
    )
    if sum(1 for _ in zip(whole.columns(), range(_MOST_COLUMNS + 1), strict=False)) > _MOST_COLUMNS:
        return None
    # A shard that was resumed does not know what was left out.
    left_out = max((part["left_out"] for part in several), key=len)
    rows = [*left_out, *(row for part in several for row in part["rows"])]
    if not rows:
        return None
    return certify(whole, [(tuple(row), str(fate)) for row, fate in rows]).as_json(first["factors"], first["levels"])


def _certified(
    prepared: Prepared, rows: Mapping[str, Iterable[tuple[tuple[int, ...], str]]]
) -> Iterator[tuple[str, JsonObject]]:
    for name, of_scenario in rows.items():
        from harness.matrix.certificate import certify  # lazily: most runs have no matrix
        from harness.matrix.space import space

        spanned = space(prepared.scenarios[name]) if name in prepared.scenarios else None
        if spanned is None:
            continue
        whole = certified_space(spanned)
        if sum(1 for _ in zip(whole.columns(), range(_MOST_COLUMNS + 1), strict=False)) <= _MOST_COLUMNS:
            yield name, certify(whole, of_scenario).as_json(spanned.factors, spanned.levels)


def certified_space(spanned: MatrixSpace) -> Space:
    """The space of a scenario's matrix as the certificate takes it."""
    from harness.matrix.certificate import Space

    return Space(counts=spanned.counts, strength=spanned.strength, groups=spanned.groups, forbidden=spanned.forbidden)


def matrix_rows(prepared: Prepared) -> Mapping[str, list[tuple[tuple[int, ...], str | None]]]:
    """By scenario: the rows of its matrix as they are planned, each with the reason why it is not (None: it is)."""
    rows: dict[str, list[tuple[tuple[int, ...], str | None]]] = {}
    for item in prepared.plan.variants:
        if item.variant.row is not None:
            reason = None if item.skip is None else _reason(item.skip)
            rows.setdefault(item.variant.scenario, []).append((item.variant.row, reason))
    for variant, reason in prepared.left_out:
        if variant.row is not None:
            rows.setdefault(variant.scenario, []).append((variant.row, reason))
    return rows


def unselected(
    variants: Iterable[Variant], chosen: Iterable[Variant], reason: str = "not selected"
) -> tuple[tuple[Variant, str], ...]:
    """The variants that were not selected, with that reason."""
    known = {variant.id for variant in chosen}
    return tuple((variant, reason) for variant in variants if variant.id not in known)


def _fate(item: PlannedVariant, outcome: Outcome | None, judgement: Judgement | None) -> str:
    """What became of a row, in the certificate's words."""
    skipped = item.skip or (outcome.skipped if outcome is not None else None)
    if outcome is None or judgement is None or skipped is not None or judgement.verdict is Verdict.SKIPPED:
        return f"skipped:{_reason(skipped)}"
    if judgement.verdict is Verdict.ERROR:
        return "error"
    if judgement.verdict is Verdict.INCONCLUSIVE:
        return "inconclusive"
    if outcome.task_id is None:
        return "refused"
    state = outcome.task_state  # by identity: a set of enum members hashes them in Python, for each of the rows
    ended_badly = state is TaskState.FAILED or state is TaskState.CANCELLED
    return "failed" if ended_badly and judgement.verdict is Verdict.FAIL else "accepted"


def _reason(skipped: Phrase | None) -> str:
    return "stopped" if skipped is None else _REASONS.get(skipped.key, "stopped")
