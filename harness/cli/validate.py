"""`harness validate`: check scenario files, offline."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.common import read_options, settings_of
from harness.errors import EXIT_OK
from harness.matrix import expand_all
from harness.run.prepare import are_many, load_scenarios


def main(argv: Sequence[str]) -> int:
    """0 when every file is in order; else MistakesError with every mistake of every file."""
    values = read_options(argv, "validate", "Checks scenario files without sending anything.")
    scenarios = load_scenarios(settings_of(values))
    many = are_many(scenarios)
    count = sum(one.most_variants for one in scenarios) if many else len(expand_all(scenarios, polish=False))
    if not values["quiet"]:
        files = f"{len(scenarios)} scenario file{'s' if len(scenarios) != 1 else ''}"
        covering = any(scenario.matrix is not None and scenario.matrix.strength != "all" for scenario in scenarios)
        most = "at most " if many or covering else ""
        sys.stdout.write(f"{files} with {most}{count} variant{'s' if count != 1 else ''}: in order.\n")
    return EXIT_OK
