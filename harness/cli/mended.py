"""Scenario files with a baseline that does not work: the patch for each is shown, and with `--write` put into place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.cli.options import Option
from harness.model import JsonObject
from harness.redact import Redactor, secrets_of
from harness.report.style import Style
from harness.run.settings import Prepared, RunResult
from harness.scenario import LoadSettings
from harness.words import in_lang

if TYPE_CHECKING:
    from harness.run.writing import FilePatch

WRITE: Final = Option(
    flags=("--write",),
    only_flag=True,
    group="how far",
)
#: Lines of one patch that are shown.
_MOST: Final = 60


def offer(prepared: Prepared, result: RunResult, values: Mapping[str, Any]) -> None:
    """Shows what would mend the files (nothing with -q), and writes it where that was asked for and seen to work."""
    if result.mended:
        from harness.run.writing import patches  # lazily: most runs mend nothing

        _offer(patches(prepared, result.mended), prepared.settings.env, values)


def offer_again(head: JsonObject, values: Mapping[str, Any]) -> None:
    """The same for a run that has ended, from the head of its report."""
    if any(scenario.get("mended") for scenario in head["scenarios"]):
        from harness.run.writing import patches_of_report

        settings = LoadSettings(env=os.environ, contract=_contract(head), cwd=Path.cwd())
        _offer(patches_of_report(head, settings), os.environ, values)


def _contract(head: JsonObject) -> str | None:
    """The one contract of the run; None when it had several."""
    version = str(head["run"]["contract"])
    return None if "," in version else version


def _offer(patches: Sequence[FilePatch], env: Mapping[str, str], values: Mapping[str, Any]) -> None:
    from harness.run.writing import write

    style = Style(lang=values["lang"], ascii=bool(values["ascii"]))
    redactor = Redactor(secrets_of(env))
    quiet = bool(values["quiet"])
    for patch in patches:
        wrote = bool(values["write"])
        why = patch.why or (write(patch) if wrote else "")
        if why and (wrote or not quiet):
            said = style.text("mended.refused", file=patch.file, why=redactor.text(in_lang(why, style.lang)))
            operations = style.compact(redactor.json(_shown(list(patch.operations))), 2000)
            (sys.stderr if wrote else sys.stdout).write(f"{said}\n{operations}\n")
        elif patch.mended is not None and not quiet:
            said = style.text("mended.written" if wrote else "mended.patch", file=patch.file)
            lines = [style.plain(redactor.text(line)) for line in patch.mended.diff.splitlines()]
            sys.stdout.write("\n".join([said, *lines[:_MOST]]) + "\n")


def _shown(value: Any) -> Any:
    """A patch as JSON: a file in it is told by its name."""
    return json.loads(json.dumps(value, default=str))
