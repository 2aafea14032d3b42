"""`harness list`: the variants with their ids, without firing them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.common import read_options, settings_of
from harness.errors import EXIT_OK, NothingSelected
from harness.matrix.notes import left_out
from harness.plan import select
from harness.redact import clean
from harness.run.prepare import read_scenarios


def main(argv: Sequence[str]) -> int:
    """Prints one line a variant: id, scenario, endpoint, expectation, name. Quiet: only the ids.

    What matrices leave out by themselves is said on stderr.
    """
    values = read_options(argv, "list", "Shows the variants with their ids. Sends nothing.")
    settings = settings_of(values)
    scenarios, variants = read_scenarios(settings)
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
    if not values["quiet"]:
        used = {variant.scenario for variant in chosen}
        sys.stderr.writelines(clean(line) + "\n" for line in left_out(one for one in scenarios if one.name in used))
    return EXIT_OK
