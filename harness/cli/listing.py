"""`harness list`: the variants with their ids, without firing them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain

from harness.cli.common import read_options, settings_of
from harness.errors import EXIT_OK, NothingSelected
from harness.matrix import expand_all, stream
from harness.matrix.mistyped import mistyped
from harness.matrix.notes import left_out
from harness.model import Variant
from harness.plan import sample, select, selects
from harness.redact import clean
from harness.run.prepare import are_many, load_scenarios
from harness.words import in_lang, told


def main(argv: Sequence[str]) -> int:
    """Prints one line a variant: id, scenario, endpoint, expectation, name. Quiet: only the ids.

    What matrices leave out by themselves, and keys that may be typing errors, are said on stderr.
    """
    values = read_options(argv, "list")
    settings = settings_of(values)
    scenarios = load_scenarios(settings)
    variants: Iterable[Variant]
    if are_many(scenarios):  # one after the other, as they are made
        variants = filter(selects(settings.selection), stream(scenarios))
    else:
        variants = select(expand_all(scenarios), settings.selection)
    if settings.sample is not None:
        variants = sample(variants, settings.sample, settings.seed)
    scenario_width = max(len(scenario.name) for scenario in scenarios)
    endpoint_width = max(len(scenario.endpoint.key) for scenario in scenarios)
    used = set()
    for variant in variants:
        used.add(variant.scenario)
        line = (
            variant.id
            if values["quiet"]
            else f"{variant.id}  {variant.scenario:{scenario_width}}  {variant.endpoint:{endpoint_width}}  "
            f"{variant.expect.kind:8}  {clean(variant.name)}"
        )
        sys.stdout.write(line + "\n")
    if not used:
        count = sum(scenario.most_variants for scenario in scenarios)
        raise NothingSelected(told("nothing.selected", count=count), told("nothing.loosen"))
    if not values["quiet"]:
        shown = [one for one in scenarios if one.name in used]
        lines = chain(mistyped(shown), left_out(shown))
        sys.stderr.writelines(clean(in_lang(line, values["lang"])) + "\n" for line in lines)
    return EXIT_OK
