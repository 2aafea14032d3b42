"""What a run may spend: the plan against its budgets before it starts, and the ledger that holds it to them."""

from __future__ import annotations

from collections.abc import Mapping

from harness.errors import BudgetError
from harness.fire.ledger import Bounds, Ledger
from harness.model import PlannedVariant, RunPlan, Variant
from harness.provider import Provider
from harness.run.settings import Prepared, RunSettings
from harness.scenario import Scenario
from harness.words import told


def price_of(provider: Provider, variant: Variant) -> float | None:
    """The planned credits of a variant, or None when no price is known.

    An expected refusal is free only where the contract says so too: an API may take what a scenario hopes it refuses.
    """
    if variant.expect.kind == "rejected" and _refused(provider, variant):
        return 0.0
    return provider.price(provider.endpoints[variant.endpoint], variant.payload)


def check_budget(settings: RunSettings, scenarios: Mapping[str, Scenario], plan: RunPlan) -> None:
    """Live runs only: every variant has a price, CI has a ceiling, the plan fits under it, and under each scenario's.

    Raises BudgetError.
    """
    fired = [plan.variants[index] for index in plan.order]
    unknown = [item for item in fired if item.credits is None]
    if unknown and settings.assume_credits is None:
        names = ", ".join(item.variant.name for item in unknown[:5]) + (", …" if len(unknown) > 5 else "")
        raise BudgetError(
            told("budget.prices", count=len(unknown), all=len(fired), names=names),
            told("budget.prices.fix"),
        )
    if settings.env.get("CI") and settings.max_credits is None:
        raise BudgetError(told("budget.ci"), told("budget.ci.fix"))
    assumed = settings.assume_credits or 0
    costs: dict[str, float] = {}
    for item in fired:
        price = assumed if item.credits is None else item.credits
        costs[item.variant.scenario] = costs.get(item.variant.scenario, 0) + price
    total = sum(costs.values())
    if settings.max_credits is not None and total > settings.max_credits:
        raise BudgetError(
            told("budget.run", cost=f"{total:,.10g}", budget=f"{settings.max_credits:,.10g}"),
            told("budget.run.fix"),
        )
    for name, cost in costs.items():
        most = scenarios[name].budget.credits
        if most is not None and cost > most:
            raise BudgetError(
                told("budget.scenario", name=name, cost=f"{cost:,.10g}", budget=f"{most:,.10g}"),
                told("budget.scenario.fix", setting="budget: {credits:}", file=scenarios[name].source.file),
            )


def ledger_of(prepared: Prepared) -> Ledger | None:
    """The ledger that holds a run to its budgets; None when it has none.

    A variant without a known price counts as `--assume-credits` says, and as nothing without it (only runs that are not
    live come so far): then its price counts from the provider's estimate on.
    """
    settings = prepared.settings
    scenarios = {
        name: Bounds(credits=scenario.budget.credits, time_s=scenario.budget.time_s)
        for name, scenario in prepared.scenarios.items()
        if scenario.budget.credits is not None or scenario.budget.time_s is not None
    }
    if settings.max_credits is None and settings.max_time_s is None and not scenarios:
        return None

    def provider(item: PlannedVariant) -> Provider:
        return prepared.scenarios[item.variant.scenario].provider

    def price(item: PlannedVariant) -> float | None:
        return provider(item).price(provider(item).endpoints[item.variant.endpoint], item.variant.payload)

    return Ledger(
        run=Bounds(credits=settings.max_credits, time_s=settings.max_time_s),
        scenarios=scenarios,
        assumed=settings.assume_credits or 0.0,
        price=price,
        refused=lambda item: _refused(provider(item), item.variant),
    )


def _refused(provider: Provider, variant: Variant) -> bool:
    """True when the contract refuses the payload."""
    contract = provider.contract
    return contract is not None and bool(contract.validate(provider.endpoints[variant.endpoint], variant.payload))
