"""`harness validate`: check scenario files, offline."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.common import read_options, settings_of
from harness.errors import EXIT_OK
from harness.matrix import expand_all
from harness.matrix.mistyped import mistyped
from harness.redact import clean
from harness.run.prepare import are_many, load_scenarios
from harness.words import in_lang, text


def main(argv: Sequence[str]) -> int:
    """0 when every file is in order; else MistakesError with every mistake of every file.

    What may be a typing error and is no mistake is said on stderr.
    """
    values = read_options(argv, "validate")
    scenarios = load_scenarios(settings_of(values))
    many = are_many(scenarios)
    count = sum(one.most_variants for one in scenarios) if many else len(expand_all(scenarios, polish=False))
    if not values["quiet"]:
        covering = any(scenario.matrix is not None and scenario.matrix.strength != "all" for scenario in scenarios)
        key = "validate.most" if many or covering else "validate.fine"
        sys.stdout.write(text(key, values["lang"], files=len(scenarios), variants=count) + "\n")
        sys.stderr.writelines(clean(in_lang(line, values["lang"])) + "\n" for line in mistyped(scenarios))
    return EXIT_OK
