"""What a matrix leaves out without being told to: said beside lists and plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.matrix.rows import excluded
from harness.matrix.space import space
from harness.scenario import Scenario


def left_out(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """One sentence for each matrix whose contract forbids combinations, and for each whose kept rows cannot all be."""
    for scenario in scenarios:
        spanned = space(scenario)
        if scenario.matrix is None or spanned is None:
            continue
        if spanned.from_contract:
            yield (
                f"{scenario.name}: the matrix leaves out {spanned.from_contract:,} combination"
                f"{_s(spanned.from_contract)} that the contract refuses; `contract_rules: false` sends them, too."
            )
        kept = scenario.matrix.kept
        if kept is not None:
            gone = kept.dropped + sum(excluded(row, spanned.forbidden) for row in kept.rows)
            if gone:
                yield f"{kept.file}: {gone:,} row{_s(gone)} cannot be kept: a level is gone, or a rule forbids it now."


def _s(count: int) -> str:
    return "" if count == 1 else "s"
