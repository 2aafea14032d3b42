"""Scenario files with their baselines mended: the patch for each, and the writing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from harness.diagnose.working import Working
from harness.errors import MistakesError
from harness.matrix.differences import LEFT_OUT
from harness.model import Json, JsonObject, Path, replace
from harness.provider import ABSENT
from harness.refusal.records import parse_path
from harness.run.settings import Prepared
from harness.scenario import LoadSettings, Scenario
from harness.scenario.edit import Mended, mend
from harness.words import told
from harness.yamlio.edit import CannotEditError


class FilePatch(Struct, frozen=True, kw_only=True):
    """What is to change in one scenario file: `mended`, or `why` it cannot be done. `file` is its name for people.

    `operations` are the changes of its baseline as a JSON patch.
    """

    scenario: str
    file: str
    operations: Sequence[JsonObject]
    mended: Mended | None = None
    why: str = ""


def patches(prepared: Prepared, found: Mapping[str, Working]) -> tuple[FilePatch, ...]:
    """The patch for each scenario of which another baseline was seen to work. Reads the files, writes nothing."""
    made = []
    for name, working in found.items():
        if working.works and working.changes:
            made.append(_patch(prepared.scenarios[name], working, prepared))
    return tuple(made)


def patches_of_report(head: JsonObject, settings: LoadSettings) -> tuple[FilePatch, ...]:
    """The same for a run that has ended, from the head of its report; only what was seen to work."""
    made = []
    for scenario in head.get("scenarios") or ():
        mended = scenario.get("mended")
        if not isinstance(mended, Mapping) or not mended.get("seen_to_work") or not mended.get("changes"):
            continue
        changes = [(parse_path(change["field"]), _told(change["to"])) for change in mended["changes"]]
        before = [_told(change["from"]) for change in mended["changes"]]
        patch = FilePatch(scenario=scenario["name"], file=scenario["source"], operations=mended.get("patch") or ())
        if any(isinstance(value, str) and value.startswith("<") for _, value in changes):
            made.append(replace(patch, why=told("mended.hidden")))
            continue
        made.append(_filled(patch, changes, settings, before=before))
    return tuple(made)


def _told(value: Json) -> Json:
    return ABSENT if value == LEFT_OUT else value


def _patch(scenario: Scenario, working: Working, prepared: Prepared) -> FilePatch:
    settings = prepared.settings
    loading = LoadSettings(
        allow_code=settings.allow_code, env=settings.env, contract=settings.contract, cwd=settings.cwd
    )
    changes = [(_path(change.field, scenario), change.after) for change in working.changes]
    patch = FilePatch(scenario=scenario.name, file=scenario.source.file, operations=working.patch)
    return _filled(patch, changes, loading, baseline=scenario.template)


def _filled(
    patch: FilePatch,
    changes: Sequence[tuple[Path, Json]],
    settings: LoadSettings,
    *,
    baseline: JsonObject | None = None,
    before: Sequence[Json] = (),
) -> FilePatch:
    """The patch with the mended file, or with the reason why there is none."""
    try:
        mended = mend(settings.cwd / patch.file, changes, settings, baseline=baseline, before=before)
    except CannotEditError as error:
        return replace(patch, why=error.why + ".")
    except (MistakesError, OSError) as error:
        return replace(patch, why=str(error))
    return replace(patch, mended=mended)


def write(patch: FilePatch) -> str:
    """Writes the file; what went wrong, or nothing."""
    if patch.mended is None:
        return patch.why
    try:
        patch.mended.write()
    except CannotEditError as error:
        return error.why
    except OSError as error:
        return str(error)
    return ""


def _path(field: str, scenario: Scenario) -> Path:
    return (field,) if field in scenario.template else parse_path(field)
