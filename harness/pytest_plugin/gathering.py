"""The end of a session under pytest-xdist: the shards of its workers are put together, and what is missing is told."""

from __future__ import annotations

import io
import random
import shutil
import tarfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from harness.clock import real_clock
from harness.clock import run as run_clock
from harness.errors import EnvironmentProblem
from harness.model import Phrase, replace
from harness.pytest_plugin.sharing import CONTROLLER, WORDS, broken_off, place_of, runs, share, skipping, these
from harness.report.jsonfile import NAME as REPORT
from harness.run.earlier import read_earlier
from harness.run.execute import execute
from harness.run.merge import merge
from harness.run.settings import RunResult, RunSettings
from harness.words import text, told

#: So long, in seconds, the controller waits for workers to let go: longer than an interrupted run takes for it.
_LET_GO_S: Final = 12.0
_LOOK_S: Final = 0.1


def merged(
    variants: Sequence[tuple[str, str]],
    settings: RunSettings,
    *,
    count: int,
    run: str,
    brought: Mapping[int, bytes],
    died: Collection[int],
) -> RunResult:
    """The whole run, in a folder of its own that keeps the shards in `workers/`. Raises what `merge` raises."""
    place = place_of(settings, run)
    for index, packed in brought.items():
        unpack(packed, place / str(index))
    folders = [
        _finished(place / str(index))
        or _without_worker(variants, settings, place / str(index), index, count, died=index in died)
        for index in range(1, count + 1)
    ]
    result = merge(folders, settings.reports, settings.report_names, random.SystemRandom())
    with suppress(OSError):  # they stay where they are then
        for word in (*WORDS, CONTROLLER):
            (place / word).unlink(missing_ok=True)
        shutil.move(place, result.folder / "workers")
    return result


def _without_worker(
    variants: Sequence[tuple[str, str]], settings: RunSettings, place: Path, index: int, count: int, *, died: bool
) -> Path:
    """The shard of a share that has no finished run: what its journal knows, and nothing more is sent."""
    scenarios, chosen = these(variants, settings)
    there = [variant for scenario in scenarios for variant in chosen if variant.scenario == scenario.name]
    prepared = share(replace(settings, reports=place), scenarios, chosen, there, index=index, count=count)
    targets = {name: replace(target, live=False) for name, target in prepared.targets.items()}
    folder = broken_off(place)
    known: set[str] = set()
    reason = Phrase(key="skip.lost_worker", params={"folder": str(place)}) if died else Phrase(key="skip.no_worker")
    if folder is not None:
        reason = Phrase(key="skip.dead_worker", params={"folder": f"workers/{index}/{folder.name}"})
        planned = {item.variant.id: item.variant for item in prepared.plan.variants}

        def provider_of(name: str) -> object:
            return prepared.scenarios[planned[name].scenario].provider if name in planned else None

        known = set(read_earlier(folder, provider_of).ended)  # type: ignore[arg-type]
    lost = {item.variant.id: reason for item in prepared.plan.variants if item.variant.id not in known}
    prepared = replace(skipping(prepared, lost), targets=targets)
    return execute(prepared, folder=folder).folder


def wait_for_shards(settings: RunSettings, run: str) -> None:
    """Waits until each run that was begun has its report, at most as long as letting go takes."""
    place = place_of(settings, run)
    clock = real_clock()

    async def wait() -> None:
        end = clock.now() + _LET_GO_S
        while clock.now() < end:
            begun = [folder for share in place.iterdir() if share.is_dir() for folder in runs(share)]
            if all((folder / REPORT).is_file() for folder in begun):
                return
            await clock.sleep(_LOOK_S)

    run_clock(wait(), clock)


def unpack(packed: bytes, place: Path) -> None:
    """Puts the folder that was packed into `place`. Raises EnvironmentProblem where that cannot be done."""
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(place, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise EnvironmentProblem(told("plugin.packed", error=f"{type(error).__name__}: {error}")) from None


def kept_in(settings: RunSettings, run: str) -> str:
    """Where the shards are that could not be merged."""
    return text("plugin.kept", settings.lang, folder=place_of(settings, run))


def _finished(place: Path) -> Path | None:
    """The run of a share, if it has come to its end."""
    folders = runs(place)
    return folders[-1] if folders and (folders[-1] / REPORT).is_file() else None
