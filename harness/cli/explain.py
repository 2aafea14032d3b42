"""`harness explain CODE`: what a finding code means, how it is seen, what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.options import read_argv
from harness.cli.run_options import LANG
from harness.errors import EXIT_OK


def main(argv: Sequence[str]) -> int:
    """Explains each code given, or lists all of them. Raises UsageError for an unknown one."""
    values, codes = read_argv("explain", (LANG,), argv, paths="paths.explain")
    from harness.refusal.codes import explain, overview

    if not codes:
        sys.stdout.write(overview(values["lang"]) + "\n")
    for code in codes:
        sys.stdout.write(explain(code, values["lang"]).rstrip() + "\n")
    return EXIT_OK
