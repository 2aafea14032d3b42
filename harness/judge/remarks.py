"""Warnings beside a verdict: accepted but not documented, accepted but deprecated, accepted but slow."""

from __future__ import annotations

from typing import Final

from harness.judge.findings import finding
from harness.model import Finding, Json, Outcome, Phrase, Proposal, Variant
from harness.provider import Endpoint, Provider
from harness.redact import clean
from harness.refusal.records import dotted
from harness.refusal.show import assign, show_number

_MOST: Final = 20
#: A task that takes more than this share of its time is near the limit.
_SLOW: Final = 0.5


def warnings(variant: Variant, outcome: Outcome, provider: Provider) -> tuple[Finding, ...]:
    """What is to be known about an accepted payload although it may well pass."""
    endpoint = provider.endpoints.get(variant.endpoint)
    found: list[Finding] = []
    if provider.contract is not None and endpoint is not None:
        for path in provider.contract.undocumented(endpoint, variant.payload)[:_MOST]:
            params = {"field": clean(dotted(path), 120), "contract": provider.contract_version}
            meant = provider.contract.meant(endpoint, variant.payload, path)
            advice = "advice.drop" if meant is None else "advice.drop.meant"
            params |= {} if meant is None else {"meant": clean(dotted(meant), 120)}
            found.append(
                finding("UNDOCUMENTED", "undocumented", params, advice=advice, field=dotted(path), warning=True)
            )
        found += _deprecated(provider, endpoint, variant)
    return (*found, *_slow(outcome, provider))


def _deprecated(provider: Provider, endpoint: Endpoint, variant: Variant) -> list[Finding]:
    assert provider.contract is not None
    found: list[Finding] = []
    for old in provider.contract.deprecated(endpoint, variant.payload)[:_MOST]:
        field = dotted(old.path)
        params: dict[str, Json] = {"field": clean(field, 120), "sent": clean(assign(field, old.value), 200)}
        proposal = None
        if old.instead is not None:
            reason = Phrase(key="propose.successor", params={"to": assign(field, old.instead), "field": field})
            proposal = Proposal(field=field, value=old.instead, reason=reason)
        message = "deprecated.field" if old.instead is None else "deprecated.value"
        found.append(
            finding("DEPRECATED", message, params, advice="advice.drop", field=field, proposal=proposal, warning=True)
        )
    return found


def _slow(outcome: Outcome, provider: Provider) -> list[Finding]:
    """Near the time limit. Waiting in the queue is not counted where the run time is known."""
    took = outcome.running_s if outcome.running_s is not None else outcome.total_s
    limit = provider.profile.polling.timeout_s
    if took is None or took <= limit * _SLOW:
        return []
    params = {"task": outcome.task_id, "got": show_number(round(took)), "limit": show_number(limit)}
    return [finding("SLOW", "slow", params, advice="advice.longer", warning=True)]
