"""`harness diagnose [RUN]`: the causes of a run's refusals, from its folder alone or with probes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness.cli.common import again_of, colored
from harness.cli.mended import WRITE, offer, offer_again
from harness.cli.options import Option, read_argv
from harness.cli.run import show, shown
from harness.cli.run_options import RUN_OPTIONS
from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.model import replace
from harness.report import console
from harness.run.folder import find_run
from harness.run.resume import Probing, look_to_probe
from harness.words import told

_TAKEN: Final = frozenset(
    {
        *("live", "allow_code", "env_file", "max_credits", "max_probes", "recover", "reports", "report"),
        *("lang", "color", "ascii", "quiet", "verbose"),
    }
)
_PROBE: Final = Option(flags=("--probe",), only_flag=True, group="how far")
_WRITE: Final = replace(WRITE, words="diagnose.write")
OPTIONS: Final[tuple[Option, ...]] = (_PROBE, _WRITE, *(option for option in RUN_OPTIONS if option.name in _TAKEN))
#: What means nothing while nothing is sent.
_FOR_PROBES: Final = ("--live", "--recover", "--allow-code")


def main(argv: Sequence[str]) -> int:
    """The exit code: 0 or 1 offline, with --probe that of the whole run. Raises UsageError for an unusable run."""
    values, paths = read_argv("diagnose", OPTIONS, argv, paths="paths.run")
    if len(paths) > 1:
        raise UsageError(told("usage.one_run", command="diagnose", count=len(paths)), told("usage.one_run.diagnose"))
    folder = find_run(values["reports"], *paths)
    if values["probe"]:
        return _probe(folder, values)
    if alone := [flag for flag in _FOR_PROBES if flag in argv]:
        raise UsageError(told("usage.no_probe", flag=alone[0]), told("usage.no_probe.fix"))
    from harness.run.rediagnose import rediagnose

    found = rediagnose(folder, values["lang"])
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
        again_of(values),
        Probing(max_probes=values["max_probes"], max_credits=values["max_credits"], recover=values["recover"]),
    )
    with Terminal(values, 0) as watcher:
        result = execute(prepared, watcher, folder=folder)
    code = show(result, values)
    offer(prepared, result, values)
    return code
