"""`harness compare`: two runs side by side, offline."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Final

from harness.cli.options import Option, read_argv
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import EXIT_FAIL, EXIT_OK, UsageError
from harness.jsonio import encode
from harness.redact import clean
from harness.report import read
from harness.report.compare import compare, document
from harness.report.comparison import render
from harness.report.style import Style
from harness.run.folder import find_report
from harness.words import told

_SHARED: Final = frozenset({"reports", "lang", "ascii"})
JSON: Final = Option(flags=("--json",), only_flag=True, group="what to show")


def main(argv: Sequence[str]) -> int:
    """Prints the comparison; 1 when something fails that did not, else 0."""
    options = (*(option for option in RUN_OPTIONS if option.name in _SHARED), JSON)
    values, names = read_argv("compare", options, argv, paths="paths.compare")
    if not 1 <= len(names) <= 2:
        raise UsageError(
            told("usage.two_runs", count=len(names)) if names else told("usage.two_runs.none"),
            told("usage.two_runs.fix"),
        )
    file = find_report(values["reports"], names[0])
    before = read(file)
    other = find_report(values["reports"], names[1] if len(names) > 1 else "latest")
    if other.resolve() == file.resolve():
        run = clean(str(before.head["run"]["id"]), 120)
        raise UsageError(told("usage.same_run", run=run), told("usage.two_runs.fix"))
    after = read(other)
    found = compare(before, after)
    if values["json"]:
        sys.stdout.write(encode(document(before, after, found)) + "\n")
    else:
        columns = shutil.get_terminal_size((120, 24)).columns
        style = Style(lang=values["lang"], ascii=bool(values["ascii"]), width=max(columns, 64))
        sys.stdout.write(render(before, after, found, style))
    return EXIT_FAIL if found.worse else EXIT_OK
