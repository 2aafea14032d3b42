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
    scenarios, variants = read_scenarios(settings_of(values), polish=False)
    if not values["quiet"]:
        files = f"{len(scenarios)} scenario file{'s' if len(scenarios) != 1 else ''}"
        covering = any(scenario.matrix is not None and scenario.matrix.strength != "all" for scenario in scenarios)
        count = f"at most {len(variants)}" if covering else str(len(variants))
        sys.stdout.write(f"{files} with {count} variant{'s' if len(variants) != 1 else ''}: in order.\n")
    return EXIT_OK
