"""Rows of matrices chosen for a budget, instead of a plan that is refused for being too dear.

`--budget-rows N` takes at most N rows of all matrices together; `--fit` takes as many as `--max-credits` and the
scenarios' own budgets pay for. What stands in a scenario by itself, and rows with an invalid level, is always fired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from harness.errors import BudgetError, EnvironmentProblem, UsageError
from harness.model import Variant
from harness.redact import Redactor, secrets_of
from harness.report import read
from harness.report.same import same, who_of, whos
from harness.run.budget import price_of
from harness.run.settings import RunSettings
from harness.scenario import Scenario
from harness.words import told

#: Why a variant that was left out here is no part of the plan.
REASON: Final = "budget"


def fitted(
    settings: RunSettings, scenarios: Mapping[str, Scenario], chosen: Sequence[Variant]
) -> tuple[Sequence[Variant], tuple[tuple[Variant, str], ...]]:
    """The variants that fit, in their order, and those that were left out with the reason.

    Failures of the last run go first, then what shows the most new combinations for its price. Raises UsageError for
    `--fit` without a budget, BudgetError for rows without a known price.
    """
    if settings.budget_rows is None and not settings.fit:
        return chosen, ()
    budgets = {name: scenario.budget.credits for name, scenario in scenarios.items()}
    if settings.fit and settings.max_credits is None and not any(each is not None for each in budgets.values()):
        raise UsageError(told("usage.fit"), told("usage.fit.fix"))
    versions = {name: scenario.provider.contract_version for name, scenario in scenarios.items()}
    fired = [each for each in chosen if not each.contracts or versions[each.scenario] in each.contracts]
    rows = [each for each in fired if each.row is not None]
    prices = {each.id: _price(settings, scenarios[each.scenario], each) for each in fired}
    most = len(rows) if settings.budget_rows is None else settings.budget_rows
    purse = _Purse(settings.max_credits, budgets) if settings.fit else _Purse(None, {})
    for each in fired:
        if each.row is None:
            purse.pay(each.scenario, prices[each.id])
    if len(rows) <= most and purse.holds([(each.scenario, prices[each.id]) for each in rows]):
        return chosen, ()
    kept = _kept(settings, scenarios, rows, prices, most=most, purse=purse)
    gone = {each.id for each in rows} - kept
    return [each for each in chosen if each.id not in gone], tuple((each, REASON) for each in chosen if each.id in gone)


def _kept(
    settings: RunSettings,
    scenarios: Mapping[str, Scenario],
    rows: Sequence[Variant],
    prices: Mapping[str, float],
    *,
    most: int,
    purse: _Purse,
) -> set[str]:
    from harness.matrix.fitting import Candidate, fit
    from harness.matrix.space import space
    from harness.run.coverage import certified_space

    failed = _last_failures(settings, rows)
    candidates = [
        Candidate(matrix=each.scenario, row=each.row or (), price=prices[each.id], first=each.id in failed)
        for each in rows
    ]
    spaces = {}
    for name in dict.fromkeys(each.scenario for each in rows):
        spanned = space(scenarios[name])
        assert spanned is not None
        spaces[name] = certified_space(spanned)
    found = fit(
        candidates,
        spaces,
        most_rows=most,
        room=lambda candidate: purse.room(candidate.matrix),
        spend=lambda candidate: purse.pay(candidate.matrix, candidate.price),
    )
    return {rows[index].id for index in found}


class _Purse:
    """What may yet be spent, by the run and by each scenario."""

    def __init__(self, whole: float | None, scenarios: Mapping[str, float | None]) -> None:
        self._whole = float("inf") if whole is None else whole
        self._of = {name: float("inf") if most is None else most for name, most in scenarios.items()}

    def room(self, scenario: str) -> float:
        """What one more variant of the scenario may cost."""
        return min(self._whole, self._of.get(scenario, float("inf")))

    def pay(self, scenario: str, price: float) -> None:
        """Counts a variant."""
        self._whole -= price
        if scenario in self._of:
            self._of[scenario] -= price

    def holds(self, items: Sequence[tuple[str, float]]) -> bool:
        """True when all of these can be paid."""
        costs: dict[str, float] = {}
        for name, price in items:
            costs[name] = costs.get(name, 0.0) + price
        return sum(costs.values()) <= self._whole and all(
            cost <= self._of.get(name, float("inf")) for name, cost in costs.items()
        )


def _price(settings: RunSettings, scenario: Scenario, variant: Variant) -> float:
    price = price_of(scenario.provider, variant)
    if price is None and settings.assume_credits is None and settings.fit:
        raise BudgetError(
            told("budget.row", name=variant.name),
            told("budget.row.fix"),
        )
    return (settings.assume_credits or 0.0) if price is None else price


def _last_failures(settings: RunSettings, rows: Sequence[Variant]) -> frozenset[str]:
    """The ids of the rows that failed in the last run; none where there is no report of one."""
    folder = settings.reports / "latest"
    try:
        if folder.is_file():  # where links are not to be had it is a file that holds the name
            folder = settings.reports / folder.read_text(encoding="utf-8").strip()
        entries = read(folder).variants
    except (UsageError, EnvironmentProblem, OSError, ValueError):
        return frozenset()
    failed = [who_of(entry) for entry in entries if entry["verdict"] == "fail"]
    return frozenset(rows[number].id for number in same(failed, whos(rows, Redactor(secrets_of(settings.env)))))
