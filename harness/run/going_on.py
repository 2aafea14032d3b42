"""Going on with a run that broke off: what its journal knows is put into the firing, what nobody can know is told."""

from __future__ import annotations

from pathlib import Path

from harness.fire.journal import Journal
from harness.fire.records import outcome_to_json
from harness.run.earlier import read_earlier
from harness.run.firing import Firing
from harness.run.probing import recall_probes


async def go_on(firing: Firing, journal: Journal, folder: Path) -> None:
    """Takes from the journal what is known; what nobody can know any more gets its outcome there."""
    firing.earlier = earlier = read_earlier(folder, firing.provider_of)
    known = {"kept": len(earlier.ended), "followed": len(earlier.begun)}
    await journal.write({"event": "run.resumed", **known}, durable=True)
    for variant_id, outcome in earlier.ended.items():
        if (provider := firing.provider_of(variant_id)) is None:
            continue
        firing.judge(outcome, provider)
        if variant_id in earlier.lost:
            document = outcome_to_json(outcome)
            await journal.write({"event": "outcome", "variant": variant_id, "outcome": document})
    for item in firing.prepared.plan.variants:
        known_of = earlier.begun.get(item.variant.id) or earlier.ended.get(item.variant.id)
        if known_of is not None and firing.ledger is not None:
            firing.ledger.recall(item, known_of, goes_on=item.variant.id in earlier.begun)
        if firing.ledger is not None and (sent_s := earlier.sent_s.get(item.variant.id)) is not None:
            firing.ledger.began(item.variant.scenario, firing.clock.now() - (earlier.wall_s - sent_s))
    recall_probes(firing, earlier)
    for item in firing.prepared.plan.variants:
        firing.count_failure(firing.judgement(item.variant.id))
