"""`harness merge`: shards put together into one run, offline."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.cli.options import read_argv
from harness.cli.run import show
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import UsageError
from harness.run.folder import check_report_target
from harness.run.merge import merge
from harness.words import told

_SHARED: Final = frozenset({"reports", "report", "lang", "color", "ascii", "quiet"})


def main(argv: Sequence[str]) -> int:
    """The exit code of the whole run."""
    options = tuple(option for option in RUN_OPTIONS if option.name in _SHARED)
    values, paths = read_argv("merge", options, argv, paths="paths.shards")
    if not paths:
        raise UsageError(told("usage.no_shards"), told("usage.no_shards.fix"))
    for name in values["report"]:
        check_report_target(name)
    result = merge([Path(place) for place in paths], values["reports"], values["report"], random.SystemRandom())
    return show(result, values)
