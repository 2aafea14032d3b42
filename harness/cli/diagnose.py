"""`harness diagnose [RUN]`: the causes of a run's refusals, from its folder alone or with probes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness.cli.common import colored
from harness.cli.mended import WRITE, offer, offer_again
from harness.cli.options import RUN_OPTIONS, Option, parser, resolve
from harness.cli.run import show, shown
from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.model import replace
from harness.report import console
from harness.run.folder import find_run
from harness.run.resume import Again, Probing, look_to_probe

_SUMMARY: Final = (
    "Finds the causes of a run's refusals from what it sent: offline, free, and only ranked where the rows prove "
    "nothing. Writes them into the run's reports. Exit code: 1 when a variant of the run failed, else 0. "
    "With --probe it goes on with the run, against the same target and within the same bounds: probes prove the causes "
    "and try what to send instead; the exit code is the run's."
)
_RUN: Final = "the run: a name under the reports folder, or a path (default: the newest)"
_TAKEN: Final = frozenset(
    {
        *("live", "allow_code", "env_file", "max_credits", "max_probes", "recover", "reports", "report"),
        *("lang", "color", "ascii", "quiet", "verbose"),
    }
)
_PROBE: Final = Option(
    flags=("--probe",), only_flag=True, group="how far", help="send probes (a live run: with --live again)"
)
_WRITE: Final = replace(WRITE, help="mend the baseline in the scenario file where the run saw a payload that works")
OPTIONS: Final[tuple[Option, ...]] = (_PROBE, _WRITE, *(option for option in RUN_OPTIONS if option.name in _TAKEN))
#: What means nothing while nothing is sent.
_FOR_PROBES: Final = ("live", "recover", "allow_code")


def main(argv: Sequence[str]) -> int:
    """The exit code: 0 or 1 offline, with --probe that of the whole run. Raises UsageError for an unusable run."""
    given = vars(parser("diagnose", _SUMMARY, OPTIONS, paths=_RUN).parse_args(argv))
    values = resolve(OPTIONS, given, env=os.environ, cwd=Path.cwd(), command="diagnose")
    if len(given["paths"]) > 1:
        raise UsageError(f"diagnose takes one run, and {len(given['paths'])} were named.", "Take them one by one.")
    folder = find_run(values["reports"], *given["paths"])
    if values["probe"]:
        return _probe(folder, values)
    if alone := [name for name in _FOR_PROBES if given.get(name)]:
        raise UsageError(f"--{alone[0].replace('_', '-')}: without --probe nothing is sent.", "Add --probe.")
    from harness.run.rediagnose import rediagnose

    found = rediagnose(folder)
    if values["quiet"]:
        sys.stdout.write(console.verdict_line(found.report, lang=values["lang"], ascii=bool(values["ascii"])) + "\n")
    else:
        sys.stdout.write(
            console.render(
                found.report,
                lang=values["lang"],
                ascii=bool(values["ascii"]),
                color=colored(values["color"]),
                width=shutil.get_terminal_size((120, 24)).columns,
                folder=shown(folder),
            )
        )
    offer_again(found.report.head, values)
    return found.exit_code


def _probe(folder: Path, values: Mapping[str, Any]) -> int:
    from harness.run.execute import execute

    prepared = look_to_probe(
        folder,
        Again(
            env=dict(os.environ),
            env_file=values["env_file"],
            live=values["live"],
            allow_code=values["allow_code"],
            report_names=values["report"],
        ),
        Probing(max_probes=values["max_probes"], max_credits=values["max_credits"], recover=values["recover"]),
    )
    with Terminal(values, 0) as watcher:
        result = execute(prepared, watcher, folder=folder)
    code = show(result, values)
    offer(prepared, result, values)
    return code
