"""`harness merge`: shards put together into one run, offline."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.cli.options import RUN_OPTIONS, parser, resolve
from harness.cli.run import show
from harness.errors import UsageError
from harness.run.folder import check_report_target
from harness.run.merge import merge

_SUMMARY: Final = (
    "Puts the shards of one run together into a new run: one report, one certificate, and the exit code that the whole "
    "run would have had. Refuses missing, doubled and foreign shards. Sends nothing."
)
_PLACES: Final = "folders of the shards, or folders that hold them"
_SHARED: Final = frozenset({"reports", "report", "lang", "color", "ascii", "quiet"})


def main(argv: Sequence[str]) -> int:
    """The exit code of the whole run."""
    options = tuple(option for option in RUN_OPTIONS if option.name in _SHARED)
    given = vars(parser("merge", _SUMMARY, options, paths=_PLACES).parse_args(argv))
    values = resolve(options, given, env=os.environ, cwd=Path.cwd(), command="merge")
    if not given["paths"]:
        raise UsageError("merge takes the folders of shards, and none were named.", "Write `harness merge DIR…`.")
    for name in values["report"]:
        check_report_target(name)
    result = merge(
        [Path(place) for place in given["paths"]], values["reports"], values["report"], random.SystemRandom()
    )
    return show(result, values)
