"""Going on with a run that broke off: what was asked for comes from its journal, the payloads from the same files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness.errors import EXIT_INTERRUPTED, UsageError
from harness.fire.journal import check_free, read
from harness.model import Phrase, Variant, replace
from harness.run.coverage import unselected
from harness.run.earlier import Earlier, earlier_of
from harness.run.prepare import prepare, prepare_chosen, these_variants
from harness.run.settings import Prepared, RunSettings
from harness.run.shards import REASON as OTHER_SHARD
from harness.run.started import Asked, digest, read_asked
from harness.words import together, told

_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What is said anew for a run that goes on. `poll_every_s` None: as before."""

    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    env_file: Path | None = None
    live: bool = False
    allow_code: bool = False
    poll_every_s: float | None = None
    report_names: tuple[str, ...] = ()
    lang: str = "en"


class Probing(Struct, frozen=True, kw_only=True):
    """What probes may be sent: in all, those of before among them. `max_credits`: the whole run's; None: as before."""

    max_probes: int = 60
    max_credits: float | None = None
    recover: bool = False


class Resumable(Struct, frozen=True, kw_only=True):
    """How a run stands. `exit_code` is that of a run that ended whole: nothing is left to do, `prepared` is None then.

    Otherwise `kept` variants have an outcome that stands, `followed` have a task, `left` are still to be fired.
    `anew`: it was simulated in its process, so that it can only be started again, in another folder.
    """

    exit_code: int | None = None
    prepared: Prepared | None = None
    anew: bool = False
    kept: int = 0
    followed: int = 0
    left: int = 0


def look(folder: Path, again: Again) -> Resumable:
    """How the run in this folder stands, and what is to be done. Sends and writes nothing.

    Raises UsageError when it cannot be gone on with, EnvironmentProblem while it is still going on, and what `prepare`
    raises.
    """
    check_free(folder)
    events = read(folder)
    asked = read_asked(events, folder)
    earlier = earlier_of(events, lambda _: None, folder)
    fired = sum(len(ids) for ids in asked.variants.values())
    ended = sum(name in earlier.ended for ids in asked.variants.values() for name in ids)
    probing = asked.settings.diagnose and not earlier.diagnosed and earlier.exit_code == EXIT_INTERRUPTED
    if earlier.exit_code is not None and not earlier.begun and ended >= fired and not probing:
        return Resumable(exit_code=earlier.exit_code, kept=fired)
    settings = _settings(asked, again, folder)
    if asked.mock:
        return Resumable(prepared=prepare(settings), anew=True)
    prepared = _same_variants(asked, settings, folder)
    return _standing(prepared, earlier)


def look_to_probe(folder: Path, again: Again, probing: Probing) -> Prepared:
    """A run that has ended, ready to be gone on with by probes alone. Sends and writes nothing.

    Raises UsageError for one that still has something to fire or to follow, else what `look` raises.
    """
    check_free(folder)
    events = read(folder)
    asked = read_asked(events, folder)
    earlier = earlier_of(events, lambda _: None, folder)
    ids = [name for several in asked.variants.values() for name in several]
    open_ends = [name for name in ids if name not in earlier.ended]
    if open_ends:
        raise UsageError(
            told("resume.open_ends", folder=folder, count=len(open_ends), all=len(ids)),
            told("resume.open_ends.fix"),
        )
    settings = replace(
        _settings(asked, again, folder), diagnose=True, max_probes=probing.max_probes, recover=probing.recover
    )
    if probing.max_credits is not None:
        settings = replace(settings, max_credits=probing.max_credits)
    return _same_variants(asked, settings, folder)


def _standing(prepared: Prepared, earlier: Earlier) -> Resumable:
    order = [prepared.plan.variants[index].variant.id for index in prepared.plan.order]
    kept, followed = (sum(name in known for name in order) for known in (earlier.ended, earlier.begun))
    prepared = replace(prepared, notes=(*prepared.notes, Phrase(key="note.resumed")))
    return Resumable(prepared=prepared, kept=kept, followed=followed, left=len(order) - kept - followed)


def _settings(asked: Asked, again: Again, folder: Path) -> RunSettings:
    if asked.live and not again.live:
        raise UsageError(
            told("resume.live", folder=folder),
            told("resume.live.fix"),
        )
    if again.live and not asked.live:
        raise UsageError(told("resume.not_live", folder=folder), told("resume.not_live.fix"))
    settings = asked.settings
    # Where the project has moved, names are relative to where the command is given.
    cwd = settings.cwd if settings.cwd.is_dir() else Path.cwd()
    return replace(
        settings,
        paths=tuple(cwd / path for path in settings.paths),
        env=again.env,
        env_file=again.env_file or settings.env_file,
        cwd=cwd,
        live=again.live,
        allow_code=again.allow_code,
        poll_every_s=settings.poll_every_s if again.poll_every_s is None else again.poll_every_s,
        report_names=again.report_names or settings.report_names,
        lang=again.lang,
        reports=folder.parent,
        plan_file=None,  # it was kept to at the start; now the ids are
    )


def _same_variants(asked: Asked, settings: RunSettings, folder: Path) -> Prepared:
    """The run's own variants, read again. UsageError when one of them is not there any more.

    What has come to the files since is no part of this run.
    """
    files = tuple(settings.cwd / file for file in asked.digests)
    wanted: Collection[str] = {name for ids in asked.variants.values() for name in ids}
    scenarios, variants = these_variants(replace(settings, paths=files), wanted)
    there = {variant.id for variant in variants}
    changed = [
        _changed(file, [name for name in ids if name not in there], len(ids), asked, settings.cwd)
        for file, ids in asked.variants.items()
        if not there.issuperset(ids)
    ]
    if changed:
        raise UsageError(
            together([*changed, told("resume.unsent")]),
            told("resume.changed.fix"),
        )
    chosen: Sequence[Variant] = [variant for variant in variants if variant.id in wanted]
    reason = "not selected" if asked.shard is None else OTHER_SHARD
    left_out = unselected(variants, chosen, reason)
    return prepare_chosen(settings, scenarios, chosen, left_out=left_out, shard=asked.shard, own=folder)


def _changed(file: str, gone: Sequence[str], count: int, asked: Asked, cwd: Path) -> str:
    same = digest(cwd / file) == asked.digests.get(file)
    named = ", ".join(gone[:_NAMED]) + (", …" if len(gone) > _NAMED else "")
    key = "resume.changed.around" if same else "resume.changed"
    return told(key, file=file, count=len(gone), all=count, names=named)
