"""`harness explain CODE`: what a finding code means, how it is seen, what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.options import parser
from harness.errors import EXIT_OK


def main(argv: Sequence[str]) -> int:
    """Explains each code given, or lists all of them. Raises UsageError for an unknown one."""
    arguments = parser(
        "explain", "Says what a finding code means and what to do.", (), paths="finding codes (default: list them)"
    )
    codes = arguments.parse_args(argv).paths
    from harness.refusal.codes import explain, overview

    if not codes:
        sys.stdout.write(overview() + "\n")
    for code in codes:
        sys.stdout.write(explain(code).rstrip() + "\n")
    return EXIT_OK
