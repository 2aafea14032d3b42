"""`harness list`: the variants with their ids, without firing them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.common import read_options, settings_of
from harness.errors import EXIT_OK, NothingSelected
from harness.plan import select
from harness.redact import clean
from harness.run.prepare import read_scenarios


def main(argv: Sequence[str]) -> int:
    """Prints one line a variant: id, scenario, endpoint, expectation, name. Quiet: only the ids."""
    values = read_options(argv, "list", "Shows the variants with their ids. Sends nothing.")
    settings = settings_of(values)
    _, variants = read_scenarios(settings)
    chosen = select(variants, settings.selection)
    if not chosen:
        raise NothingSelected(f"None of the {len(variants)} variants was selected.", "Loosen -k, --tag or --only.")
    scenario_width = max(len(variant.scenario) for variant in chosen)
    endpoint_width = max(len(variant.endpoint) for variant in chosen)
    for variant in chosen:
        line = (
            variant.id
            if values["quiet"]
            else f"{variant.id}  {variant.scenario:{scenario_width}}  {variant.endpoint:{endpoint_width}}  "
            f"{variant.expect.kind:8}  {clean(variant.name)}"
        )
        sys.stdout.write(line + "\n")
    return EXIT_OK
