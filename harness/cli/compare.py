"""`harness compare`: two runs side by side, offline."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.cli.options import RUN_OPTIONS, Option, parser, resolve
from harness.errors import EXIT_FAIL, EXIT_OK, UsageError
from harness.jsonio import encode
from harness.report import read
from harness.report.compare import compare, document, render
from harness.report.style import Style
from harness.run.folder import find_report

_SUMMARY: Final = (
    "Says what changed from run A to run B (default: latest): new failures, fixed, still failing, drift. "
    "Ends with 1 when something fails newly. Sends nothing."
)
_RUNS: Final = "run ids, folders, report.json files, or `latest`"
_SHARED: Final = frozenset({"reports", "lang", "ascii"})
JSON: Final = Option(flags=("--json",), only_flag=True, group="what to show", help="the same as JSON, in English")


def main(argv: Sequence[str]) -> int:
    """Prints the comparison; 1 when something fails that did not, else 0."""
    options = (*(option for option in RUN_OPTIONS if option.name in _SHARED), JSON)
    given = vars(parser("compare", _SUMMARY, options, paths=_RUNS).parse_args(argv))
    values = resolve(options, given, env=os.environ, cwd=Path.cwd(), command="compare")
    names = given["paths"]
    if not 1 <= len(names) <= 2:
        raise UsageError(
            f"compare takes two runs, and {len(names) or 'none'} were named.", "Write `harness compare A B`."
        )
    before, after = (read(find_report(values["reports"], name)) for name in (*names, "latest")[:2])
    found = compare(before, after)
    if values["json"]:
        sys.stdout.write(encode(document(before, after, found)) + "\n")
    else:
        columns = shutil.get_terminal_size((120, 24)).columns
        style = Style(lang=values["lang"], ascii=bool(values["ascii"]), width=max(columns, 64))
        sys.stdout.write(render(before, after, found, style))
    return EXIT_FAIL if found.worse else EXIT_OK
