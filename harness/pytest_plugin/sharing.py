"""What the workers of pytest-xdist share: the deal of the variants, the budget, and a folder for their shards."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from harness.errors import EnvironmentProblem, NothingSelected, UsageError
from harness.fire.journal import FILE as JOURNAL
from harness.model import Phrase, RunPlan, Variant, replace
from harness.pytest_plugin.items import VariantItem, read
from harness.pytest_plugin.options import settings_of
from harness.pytest_plugin.running import SessionRun, Wish, selected
from harness.pytest_plugin.telling import in_short
from harness.report.jsonfile import NAME as REPORT
from harness.run.budget import price_of
from harness.run.coverage import unselected
from harness.run.folder import check_report_target
from harness.run.prepare import prepare_chosen
from harness.run.settings import Prepared, RunSettings
from harness.run.shards import cut
from harness.scenario import Scenario
from harness.words import told

CONTROLLER: Final = "controller"
WORDS: Final = {"stop": Wish.STOP, "let go": Wish.LET_GO}
#: Files of a shard beyond this stay on the worker's machine: the journal, the report and what else fits come home.
_MOST_PACKED: Final = 64 * 1024 * 1024


def place_of(settings: RunSettings, run: str) -> Path:
    """Where the shards of a session are until they are merged; the same path wherever the folder is shared."""
    return settings.reports / f"workers-{run[:12]}"


def open_place(settings: RunSettings, run: str) -> None:
    """Makes the place, before any worker fires. Raises EnvironmentProblem."""
    place = place_of(settings, run)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        (place / CONTROLLER).write_text(run, encoding="utf-8")
    except OSError as error:
        raise EnvironmentProblem(
            told("plugin.no_place", folder=place, error=error.strerror or error), told("plugin.no_place.fix")
        ) from None


def is_shared(settings: RunSettings, run: str) -> bool:
    """True for a worker that sees the controller's place."""
    try:
        return (place_of(settings, run) / CONTROLLER).read_text(encoding="utf-8") == run
    except OSError:
        return False


def leave_word(settings: RunSettings, run: str, word: str) -> None:
    """Leaves a word for workers that look; those that do not share the place hear of it from xdist."""
    try:
        (place_of(settings, run) / word).touch()
    except OSError:
        return


# The deal


def deal(
    variants: Sequence[tuple[str, str]], settings: RunSettings, count: int, *, dist: str
) -> tuple[Mapping[str, int], str]:
    """Variant id → share, for variants by file (seen from the rootdir) and id, in the session's order; and the whole
    run in one line. Raises what `prepare` raises for it.
    """
    if dist == "each":
        raise UsageError(told("plugin.each"), told("plugin.each.fix"))
    for name in settings.report_names:
        check_report_target(name)
    scenarios, chosen = these(variants, settings)
    prepared = None
    with suppress(NothingSelected):  # each worker finds the same, and its items tell why
        prepared = prepare_chosen(settings, scenarios, chosen)
    by_name = {scenario.name: scenario for scenario in scenarios}
    shares: dict[str, int] = {}
    for index in range(1, count + 1):
        part, _, _ = cut(replace(settings, shard=f"{index}/{count}"), by_name, chosen)
        shares |= {variant.id: index for variant in part}
    return shares, in_short(prepared, settings.lang)


def these(variants: Sequence[tuple[str, str]], settings: RunSettings) -> tuple[list[Scenario], list[Variant]]:
    """The scenarios of these variants, and the variants, read again. Raises UsageError for one that is not there."""
    files = [settings.cwd / file for file in dict.fromkeys(file for file, _ in variants)]
    found = read(files, settings)
    by_id = {variant.id: variant for _, several in found for variant in several}
    missing = [name for _, name in variants if name not in by_id]
    if missing:
        raise UsageError(told("plugin.other_files", ids=", ".join(missing[:5])), told("plugin.other_files.fix"))
    return [scenario for scenario, _ in found], [by_id[name] for _, name in variants]


def share(
    settings: RunSettings,
    scenarios: Sequence[Scenario],
    chosen: Sequence[Variant],
    there: Sequence[Variant],
    *,
    index: int,
    count: int,
) -> Prepared:
    """The run of one share of the variants, with its part of every budget. Raises what `prepare` raises."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    settings = replace(settings, shard=f"{index}/{count}", report_names=())
    mine, others, shard = cut(settings, by_name, chosen)
    names = {variant.id for variant in mine}

    def part(budget: float | None, variants: Sequence[Variant]) -> float | None:
        """Of a budget what is for those of the variants that are in this share, by their price."""
        if budget is None:
            return None
        prices = [price_of(by_name[each.scenario].provider, each) for each in variants]
        costs = [(settings.assume_credits or 0.0) if price is None else price for price in prices]
        whole = sum(costs)
        own = sum(cost for each, cost in zip(variants, costs, strict=True) if each.id in names)
        if not whole:
            return budget * sum(each.id in names for each in variants) / len(variants)
        # In this order no rounding makes it less than the plan costs, where the budget has it.
        return own + (budget - whole) * own / whole if budget >= whole else budget * own / whole

    shared = [
        replace(
            scenario,
            budget=replace(
                scenario.budget,
                credits=part(scenario.budget.credits, [each for each in chosen if each.scenario == scenario.name]),
            ),
        )
        for scenario in scenarios
        if any(each.scenario == scenario.name for each in chosen)
    ]
    settings = replace(settings, max_credits=part(settings.max_credits, chosen))
    return prepare_chosen(settings, shared, mine, left_out=(*unselected(there, chosen), *others), shard=shard)


# A worker


def worker_run(session: pytest.Session, *, index: int, count: int, run: str) -> SessionRun:
    """The run of this worker: its share, or what a worker that died has left of it."""
    items = [item for item in session.items if isinstance(item, VariantItem)]
    settings = settings_of(session.config)
    place = place_of(settings, run)
    files = list(dict.fromkeys(item.file for item in items))
    try:
        whole = prepare_chosen(settings, [file.scenario for file in files], [item.variant for item in items])
        del whole
    except NothingSelected as error:
        return SessionRun(settings, None, session.config, nothing=error.within(settings.lang).splitlines()[0])
    prepared = share(
        replace(settings, reports=place / str(index)),
        [file.scenario for file in files],
        [item.variant for item in items],
        [variant for file in files for variant in file.variants],
        index=index,
        count=count,
    )
    marked = {item.variant.id for item in items} - {item.variant.id for item in selected(items)}
    prepared = skipping(prepared, {name: Phrase(key="skip.mark") for name in marked})
    shared = is_shared(settings, run)

    def look() -> Wish:
        return next((wish for word, wish in reversed(WORDS.items()) if (place / word).exists()), Wish.GO_ON)

    return SessionRun(
        settings,
        prepared,
        session.config,
        folder=_left_by_the_dead(prepared, place / str(index)),
        look=look if shared else None,
    )


def skipping(prepared: Prepared, reasons: Mapping[str, Phrase]) -> Prepared:
    """The same run without firing these variants."""
    if not reasons:
        return prepared
    plan = prepared.plan
    variants = tuple(replace(item, skip=item.skip or reasons.get(item.variant.id)) for item in plan.variants)
    order = tuple(index for index in plan.order if variants[index].skip is None)
    return replace(prepared, plan=RunPlan(variants=variants, order=order))


def _left_by_the_dead(prepared: Prepared, place: Path) -> Path | None:
    """The folder of a run that broke off, to go on with; a simulated one starts anew."""
    mock = all(target.mock for target in prepared.targets.values())
    return None if mock else broken_off(place)


def broken_off(place: Path) -> Path | None:
    """The run of a share that did not come to its end."""
    folders = runs(place)
    return folders[-1] if folders and not (folders[-1] / REPORT).is_file() else None


def runs(place: Path) -> list[Path]:
    """The run folders of a share, the oldest first."""
    if not place.is_dir():
        return []
    found = [each for each in place.iterdir() if (each / JOURNAL).is_file() and not each.is_symlink()]
    return sorted(found, key=lambda each: ((each / JOURNAL).stat().st_mtime_ns, each.name))


def pack(folder: Path) -> bytes:
    """A run's folder as a tar file; outputs that are too large for it stay where they are."""
    packed = io.BytesIO()
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    files.sort(key=lambda file: (file.name not in {JOURNAL, REPORT}, file.stat().st_size))
    room = _MOST_PACKED
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for file in files:
            room -= file.stat().st_size
            if room >= 0 or file.name in {JOURNAL, REPORT}:
                archive.add(file, arcname=str(Path(folder.name) / file.relative_to(folder)))
    return packed.getvalue()
