"""Load, expand, select, price: everything before the first request. Sends and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from harness import media
from harness.errors import NothingSelected, UsageError
from harness.matrix import expand_all, stream
from harness.model import Phrase, RunPlan, Until, Variant, replace
from harness.plan import build, sample, select, selects
from harness.redact import Redactor, secrets_of
from harness.run.baseline import Baseline
from harness.run.baseline import read as read_baseline
from harness.run.budget import check_budget, price_of
from harness.run.coverage import unselected
from harness.run.fit import REASON, fitted
from harness.run.folder import check_report_target
from harness.run.planfile import check as check_plan
from harness.run.previous import answers_before, last_failed
from harness.run.settings import Prepared, RunSettings, Shard, Target
from harness.run.shards import cut
from harness.run.shards import note as shard_note
from harness.run.targets import check_targets, target_of
from harness.run.unjudged import unjudged
from harness.scenario import MAX_VARIANTS, LoadSettings, Scenario, find, load
from harness.words import told

#: Where a scenario asks for faults.
_FAULTS: Final = "mock.faults"


def these_variants(settings: RunSettings, wanted: Collection[str]) -> tuple[Sequence[Scenario], Sequence[Variant]]:
    """The scenarios under the paths and their variants; where these are many, only those with an id of `wanted`."""
    scenarios = load_scenarios(settings)
    if not are_many(scenarios):
        return scenarios, expand_all(scenarios)
    return scenarios, [variant for variant in stream(scenarios) if variant.id in wanted]


def are_many(scenarios: Sequence[Scenario]) -> bool:
    """True for more variants than are held at once: they are to be made one after the other."""
    return sum(scenario.most_variants for scenario in scenarios) > MAX_VARIANTS


def load_scenarios(settings: RunSettings) -> tuple[Scenario, ...]:
    """The scenarios under the paths. Raises MistakesError, UsageError, NothingSelected."""
    paths = settings.paths or (settings.cwd / "scenarios",)
    if not settings.paths and not paths[0].exists():
        raise NothingSelected(
            told("nothing.folder", folder=settings.cwd),
            told("nothing.files.fix"),
        )
    files = find(paths)
    if not files:
        raise NothingSelected(
            told("nothing.files", paths=", ".join(map(str, paths))),
            told("nothing.files.fix"),
        )
    return load(
        files,
        LoadSettings(allow_code=settings.allow_code, env=settings.env, contract=settings.contract, cwd=settings.cwd),
    )


def prepare(settings: RunSettings, *, sends: bool = True) -> Prepared:
    """A run that is ready to fire. Without `sends` it is only looked at: it needs no key and no budget.

    Raises MistakesError (all mistakes of all files), UsageError, BudgetError, EnvironmentProblem (no key),
    NothingSelected.
    """
    for name in settings.report_names:
        check_report_target(name)
    if settings.recover and not settings.diagnose:
        raise UsageError(told("usage.recover"), told("usage.recover.fix"))
    baseline = baseline_of(settings)
    scenarios = load_scenarios(settings)
    variants: Sequence[Variant]
    chosen: Sequence[Variant]
    if are_many(scenarios):
        chosen = variants = _chosen_of_many(settings, scenarios)
    else:
        variants = expand_all(scenarios)
        chosen = select(variants, settings.selection)
        if settings.sample is not None:
            chosen = sample(chosen, settings.sample, settings.seed)
    if not chosen:
        count = sum(scenario.most_variants for scenario in scenarios) if are_many(scenarios) else len(variants)
        raise NothingSelected(told("nothing.selected", count=count), told("nothing.selected.fix"))
    notes: tuple[Phrase, ...] = ()
    redactor = Redactor(secrets_of(settings.env))
    if settings.last_failed:
        chosen, notes = last_failed(settings.reports, chosen, redactor)
    fit, too_dear = fitted(settings, {scenario.name: scenario for scenario in scenarios}, chosen)
    left_out = (*unselected(variants, chosen), *too_dear)
    shard = None
    if settings.shard is not None:
        _check_shard(settings)
        fit, others, shard = cut(settings, {scenario.name: scenario for scenario in scenarios}, fit)
        left_out += others
    prepared = prepare_chosen(settings, scenarios, fit, sends=sends, left_out=left_out, shard=shard)
    if baseline is not None and not are_many(scenarios):  # of many nobody knows all ids: none is called gone
        there = {variant.id for variant in variants}
        loaded = {scenario.name for scenario in scenarios}
        baseline = baseline.of(variants, redactor).missing_from(loaded, there, all_there=not settings.paths)
        prepared = replace(prepared, baseline=baseline)
    return replace(prepared, notes=(*notes, *prepared.notes))


def _check_shard(settings: RunSettings) -> None:
    for flag, asked in (("--baseline-update", settings.baseline_update), ("--baseline-prune", settings.baseline_prune)):
        if asked:
            raise UsageError(
                told("usage.shard_baseline", flag=flag, shard=settings.shard),
                told("usage.shard_baseline.fix"),
            )


def baseline_of(settings: RunSettings) -> Baseline | None:
    """The failures that are known, if the run is to know some. Raises UsageError, EnvironmentProblem."""
    update, prune = settings.baseline_update, settings.baseline_prune
    if settings.baseline is not None:
        return read_baseline(settings.baseline, cwd=settings.cwd, update=update, prune=prune)
    if update or prune:
        flag = "--baseline-update" if update else "--baseline-prune"
        raise UsageError(told("usage.no_baseline", flag=flag), told("usage.no_baseline.fix"))
    return None


def _chosen_of_many(settings: RunSettings, scenarios: Sequence[Scenario]) -> tuple[Variant, ...]:
    """What is selected of more variants than can be held. Raises UsageError where that is still too many."""
    variants = filter(selects(settings.selection), stream(scenarios))
    if settings.sample is not None:
        return sample(variants, settings.sample, settings.seed)
    chosen = tuple(islice(variants, MAX_VARIANTS + 1))
    if len(chosen) > MAX_VARIANTS:
        raise UsageError(
            told("usage.too_many", most=f"{MAX_VARIANTS:,}"),
            told("usage.too_many.fix"),
        )
    return chosen


def prepare_chosen(
    settings: RunSettings,
    scenarios: Sequence[Scenario],
    chosen: Sequence[Variant],
    *,
    sends: bool = True,
    left_out: tuple[tuple[Variant, str], ...] = (),
    shard: Shard | None = None,
    own: Path | None = None,
) -> Prepared:
    """The same for variants (at least one) that are chosen already; the others are `left_out`, each with the reason.

    `own` is the folder of a run that is gone on with.
    Of a shard there may be none: it is a run of the same scenarios as its sisters.
    """
    by_name = {scenario.name: scenario for scenario in scenarios}
    names = [variant.scenario for variant in chosen] if shard is None else shard.scenarios
    used = {name: by_name[name] for name in names}
    baseline = baseline_of(settings)
    plan = build(
        chosen,
        price=lambda variant: price_of(used[variant.scenario].provider, variant),
        contract=lambda variant: used[variant.scenario].provider.contract_version,
    )
    if not plan.order and shard is None:
        raise NothingSelected(
            told("nothing.contract", count=len(chosen)),
            told("nothing.contract.fix"),
        )
    providers = {scenario.provider.profile.name: scenario.provider for scenario in used.values()}
    targets = {name: target_of(settings, provider, sends=sends) for name, provider in providers.items()}
    check_targets(targets)
    if sends and any(target.live for target in targets.values()):
        check_budget(settings, used, plan)
    until, notes = _until(settings)
    notes += (*unjudged(used, targets), *_left_out(left_out))
    notes += () if shard is None else (shard_note(shard),)
    notes += _check_faults(settings, used, targets)
    prepared = Prepared(
        settings=settings,
        scenarios=used,
        plan=plan,
        targets=targets,
        until=until,
        notes=notes,
        left_out=tuple(item for item in left_out if item[0].scenario in used),
        baseline=None if baseline is None else baseline.of(chosen, Redactor(secrets_of(settings.env))),
        shard=shard,
        before=_before(settings, used, targets, plan, own) if settings.drift else None,
    )
    if settings.plan_file is not None:
        check_plan(prepared, settings.plan_file)
    return prepared


def _before(
    settings: RunSettings,
    scenarios: Mapping[str, Scenario],
    targets: Mapping[str, Target],
    plan: RunPlan,
    own: Path | None,
) -> tuple[str, Mapping[str, bool]] | None:
    target = ", ".join(sorted({target.label for target in targets.values()}))
    variants = (item.variant for item in plan.variants)
    redactor = Redactor(secrets_of(settings.env))
    return answers_before(settings.reports, target, contracts(scenarios), variants, redactor, own=own)


def contracts(scenarios: Mapping[str, Scenario]) -> str:
    """The versions of the scenarios' contracts, as a report has them."""
    return ", ".join(sorted({scenario.provider.contract_version for scenario in scenarios.values()}))


def _left_out(left_out: Sequence[tuple[Variant, str]]) -> tuple[Phrase, ...]:
    """That rows were left out for the budget, if some were."""
    count = sum(reason == REASON for _, reason in left_out)
    return (Phrase(key="note.left_out", params={"count": str(count)}),) if count else ()


def _check_faults(
    settings: RunSettings, scenarios: Mapping[str, Scenario], targets: Mapping[str, Target]
) -> tuple[Phrase, ...]:
    """Faults are for the built-in mock: asked for elsewhere they are a mistake, in a scenario they are left out."""
    mock = all(target.mock for target in targets.values())
    if settings.faults and not mock:
        raise UsageError(told("usage.faults"), told("usage.faults.fix"))
    asking = [scenario for scenario in scenarios.values() if scenario.mock_faults]
    if not mock:
        return (Phrase(key="note.faults", params={"count": str(len(asking))}),) if asking else ()
    if asking or settings.faults:
        from harness.mock.fault_rules import read_rules

        endpoints = {key for scenario in scenarios.values() for key in scenario.provider.endpoints}
        read_rules(settings.faults, endpoints)
        for scenario in asking:
            try:
                read_rules(scenario.mock_faults, scenario.provider.endpoints)
            except UsageError as error:
                raise UsageError(f"{scenario.source.file}: {_FAULTS}: " + error.text, error.fix) from None
    return ()


def _until(settings: RunSettings) -> tuple[Until, tuple[Phrase, ...]]:
    if settings.until is not Until.VERIFIED:
        return settings.until, ()
    if not settings.download:
        return Until.FINISHED, (Phrase(key="note.no_download"),)
    if not media.has_av():
        return Until.FINISHED, (Phrase(key="note.no_av"),)
    return Until.VERIFIED, ()
