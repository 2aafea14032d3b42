"""Scenario files with their baselines mended: the patch for each, and the writing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.diagnose.working import Working
from harness.errors import MistakesError
from harness.model import Path
from harness.refusal.records import parse_path
from harness.run.settings import Prepared
from harness.scenario import LoadSettings, Scenario
from harness.scenario.edit import Mended, mend
from harness.yamlio.edit import CannotEditError


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What is to change in one scenario file: `mended`, or `why` it cannot be done. `file` is its name for people."""

    scenario: str
    file: str
    working: Working
    mended: Mended | None = None
    why: str = ""


def patches(prepared: Prepared, found: Mapping[str, Working]) -> tuple[FilePatch, ...]:
    """The patch for each scenario whose mended baseline is not what the file says. Reads the files, writes nothing."""
    made = []
    for name, working in found.items():
        if working.changes:
            made.append(_patch(prepared.scenarios[name], working, prepared))
    return tuple(made)


def _patch(scenario: Scenario, working: Working, prepared: Prepared) -> FilePatch:
    settings = prepared.settings
    loading = LoadSettings(
        allow_code=settings.allow_code, env=settings.env, contract=settings.contract, cwd=settings.cwd
    )
    file = scenario.source.file
    changes = [(_path(change.field, scenario), change.after) for change in working.changes]
    try:
        mended = mend(settings.cwd / file, changes, loading, baseline=scenario.template)
    except CannotEditError as error:
        return FilePatch(scenario=scenario.name, file=file, working=working, why=f"{error}.".replace("..", "."))
    except (MistakesError, OSError) as error:
        return FilePatch(scenario=scenario.name, file=file, working=working, why=str(error))
    return FilePatch(scenario=scenario.name, file=file, working=working, mended=mended)


def write(patch: FilePatch) -> str:
    """Writes the file; what went wrong, or nothing."""
    if patch.mended is None:
        return patch.why
    try:
        patch.mended.write()
    except (CannotEditError, OSError) as error:
        return str(error)
    return ""


def _path(field: str, scenario: Scenario) -> Path:
    return (field,) if field in scenario.template else parse_path(field)
