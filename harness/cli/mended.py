"""Scenario files with a baseline that does not work: the patch for each is shown, and with `--write` put into place."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from harness.cli.options import Option
from harness.redact import Redactor, secrets_of
from harness.report.style import Style
from harness.run.settings import Prepared, RunResult

WRITE: Final = Option(
    flags=("--write",),
    only_flag=True,
    group="how far",
    help="with --diagnose: mend the baseline in the scenario file where a payload was seen to work",
)
#: Lines of one patch that are shown.
_MOST: Final = 60


def offer(prepared: Prepared, result: RunResult, values: Mapping[str, Any]) -> None:
    """Shows what would mend the files (nothing with -q), and writes it where that was asked for and seen to work."""
    if not result.mended:
        return
    from harness.run.writing import patches, write  # lazily: most runs mend nothing

    style = Style(lang=values["lang"], ascii=bool(values["ascii"]))
    redactor = Redactor(secrets_of(prepared.settings.env))
    quiet = bool(values["quiet"])
    for patch in patches(prepared, result.mended):
        seen = patch.working.works
        wrote = bool(values["write"]) and seen
        why = patch.why or (write(patch) if wrote else "")
        if why and (wrote or not quiet):
            said = style.text("mended.refused", file=patch.file, why=redactor.text(why))
            operations = style.compact(redactor.json(_shown(patch.working.patch)), 2000)
            (sys.stderr if wrote else sys.stdout).write(f"{said}\n{operations}\n")
        elif patch.mended is not None and not quiet and seen:
            said = style.text("mended.written" if wrote else "mended.patch", file=patch.file)
            lines = redactor_lines(patch.mended.diff, redactor, style)
            sys.stdout.write("\n".join([said, *lines[:_MOST]]) + "\n")


def redactor_lines(diff: str, redactor: Redactor, style: Style) -> list[str]:
    """The lines of a diff as a terminal may show them."""
    return [style.plain(redactor.text(line)) for line in diff.splitlines()]


def _shown(value: Any) -> Any:
    """A patch as JSON: a file in it is told by its name."""
    return json.loads(json.dumps(value, default=str))
