"""`harness validate`: check scenario files, offline."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.common import read_options, settings_of
from harness.errors import EXIT_OK
from harness.run.prepare import read_scenarios


def main(argv: Sequence[str]) -> int:
    """0 when every file is in order; else MistakesError with every mistake of every file."""
    values = read_options(argv, "validate", "Checks scenario files without sending anything.")
    scenarios, variants = read_scenarios(settings_of(values))
    if not values["quiet"]:
        files = f"{len(scenarios)} scenario file{'s' if len(scenarios) != 1 else ''}"
        sys.stdout.write(f"{files} with {len(variants)} variant{'s' if len(variants) != 1 else ''}: in order.\n")
    return EXIT_OK
