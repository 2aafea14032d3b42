"""What a matrix leaves out without being told to: said beside lists and plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.matrix.rows import excluded
from harness.matrix.space import space
from harness.scenario import Scenario
from harness.words import told


def left_out(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """One sentence for each matrix whose contract forbids combinations, and for each whose kept rows cannot all be."""
    for scenario in scenarios:
        spanned = space(scenario)
        if scenario.matrix is None or spanned is None:
            continue
        if spanned.from_contract:
            count = spanned.from_contract
            yield told("rows.left_out", scenario=scenario.name, shown=f"{count:,}", count=count)
        kept = scenario.matrix.kept
        if kept is not None:
            gone = kept.dropped + sum(excluded(row, spanned.forbidden) for row in kept.rows)
            if gone:
                yield told("rows.not_kept", file=kept.file, shown=f"{gone:,}", count=gone)
