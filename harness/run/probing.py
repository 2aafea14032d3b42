"""Rounds of probes: payloads that no scenario lists, sent while a run looks for a cause or for a payload that works.

A probe goes the way of every variant: planned, held to the same budget, in the journal before it is sent, judged when
it ended. A run that is gone on with sends none a second time: what its journal knows of a probe is the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from harness.fire.journal import Journal
from harness.fire.records import outcome_to_json
from harness.model import (
    WORKS,
    JsonObject,
    Judgement,
    Outcome,
    PlannedVariant,
    RunPlan,
    Source,
    Until,
    Variant,
    replace,
)
from harness.run.budget import price_of
from harness.run.earlier import Earlier
from harness.run.firing import Firing
from harness.scenario.labels import canonical


class Probed(Struct, frozen=True, kw_only=True):
    """A probe that was asked for, with what came of it. `purpose` is a word for reports (split, suggestion, …).

    `outcome.skipped` is set for one that could not be sent: a budget, or the run was stopped.
    """

    planned: PlannedVariant
    purpose: str
    outcome: Outcome
    judgement: Judgement


class Prober:
    """Sends probes of one run. `sent` are all of them, in order: for the reports.

    `most` is how many may be sent in the whole run, those of before a break among them.
    """

    def __init__(self, firing: Firing, journal: Journal, folder: Path, *, most: int) -> None:
        self._firing = firing
        self._journal = journal
        self._folder = folder
        self._most = most
        self._times: Counter[str] = Counter()
        earlier = firing.earlier
        self._used = len(earlier.probes) if earlier is not None else 0
        self.sent: list[Probed] = []

    @property
    def left(self) -> int:
        """How many more may be sent; 0 when the run was stopped."""
        return 0 if self._firing.stop.reason is not None else max(self._most - self._used, 0)

    @property
    def held(self) -> bool:
        """True when the run has a budget."""
        return self._firing.ledger is not None

    @property
    def replays(self) -> bool:
        """True when probes are known from before a break."""
        return self._firing.earlier is not None and bool(self._firing.earlier.probes)

    def affords(self, variant: Variant) -> bool:
        """True when this payload may be sent now: the number of probes, the budget and the run allow it.

        One that the journal of a run that is gone on with knows costs nothing more.
        """
        if self.knows(variant):
            return True
        room = self.room(variant.scenario)
        return self.left > 0 and (room is None or self.price(variant) <= room)

    def knows(self, variant: Variant) -> bool:
        """True when the answer to this payload, sent once more than so far, is known from before a break."""
        return self._known(self._name(variant.id, self._times[variant.id] + 1))

    def room(self, scenario: str) -> float | None:
        """The credits that a probe of this scenario may cost; None: the run has no budget."""
        ledger = self._firing.ledger
        return None if ledger is None else ledger.room(scenario, self._firing.clock.now())

    def price(self, variant: Variant) -> float:
        """What a probe is reserved at: its price, or what the run counts where none is known."""
        price = self._planned(variant).credits
        return (self._firing.prepared.settings.assume_credits or 0.0) if price is None else price

    async def send(
        self, variants: Sequence[Variant], purpose: str, *, until: Until | None = None
    ) -> tuple[Probed, ...]:
        """What came of payloads of one scenario, as many as may still be sent, in their order; all in flight at once.

        `variants` are those of the scenario with other payloads (`probe_of` makes them); what they expect is that they
        work. `until` is how far a task is followed (None: as far as the run's variants are).
        """
        if not variants:
            return ()
        planned = self._numbered(variants)
        name = variants[0].scenario
        provider = self._firing.prepared.scenarios[name].provider
        earlier = self._firing.earlier
        begun = {} if earlier is None else earlier.begun
        done = {} if earlier is None else earlier.ended
        new = [item for item in planned if item.variant.id not in done]
        for item in new:
            if item.variant.id not in begun:
                self._used += not self._counted(item.variant.id)
                mark: JsonObject = {"scenario": name, "purpose": purpose, "planned": item.credits}
                await self._journal.write({"event": "probe", "variant": item.variant.id, **mark})
        if new:
            # What is followed stands first in the order of fire.
            order = sorted(range(len(new)), key=lambda index: new[index].variant.id not in begun)
            async with self._firing.at(
                provider, self._firing.faults_of(name), self._journal, self._folder, until=until
            ) as ctx:
                await self._firing.fire(RunPlan(variants=tuple(new), order=tuple(order)), ctx, begun)
        for item in planned:
            if item not in new:
                await self._again(item, done[item.variant.id])
        probed = tuple(self._probed(item, purpose) for item in planned)
        self.sent += probed
        return probed

    async def _again(self, item: PlannedVariant, outcome: Outcome) -> None:
        """Takes what is known of a probe from before the break."""
        self._firing.variants[item.variant.id] = item.variant
        self._firing.judge(outcome, self._firing.prepared.scenarios[item.variant.scenario].provider)
        earlier = self._firing.earlier
        if earlier is not None and item.variant.id in earlier.lost:
            document = outcome_to_json(outcome)
            await self._journal.write({"event": "outcome", "variant": item.variant.id, "outcome": document})

    def _probed(self, item: PlannedVariant, purpose: str) -> Probed:
        name = item.variant.id
        outcome = self._firing.outcomes.get(name) or Outcome(variant_id=name, skipped=self._firing.stop.reason)
        return Probed(planned=item, purpose=purpose, outcome=outcome, judgement=self._firing.judgement(name))

    def _numbered(self, variants: Sequence[Variant]) -> list[PlannedVariant]:
        """As many as may be sent, each with an id of its own: a payload that is sent again is another probe."""
        found: list[PlannedVariant] = []
        left = self.left
        for variant in variants:
            name = self._name(variant.id, self._times[variant.id] + 1)
            counted = self._counted(name)
            if not counted and left <= 0:
                break
            left -= not counted
            self._times[variant.id] += 1
            found.append(self._planned(replace(variant, id=name)))
        return found

    def _known(self, name: str) -> bool:
        earlier = self._firing.earlier
        return earlier is not None and (name in earlier.ended or name in earlier.begun)

    def _counted(self, name: str) -> bool:
        earlier = self._firing.earlier
        return earlier is not None and name in earlier.probes

    def _planned(self, variant: Variant) -> PlannedVariant:
        provider = self._firing.prepared.scenarios[variant.scenario].provider
        return PlannedVariant(variant=variant, credits=price_of(provider, variant))

    @staticmethod
    def _name(name: str, time: int) -> str:
        return name if time == 1 else f"p-{sha256(f'{name} {time}'.encode()).hexdigest()[:8]}"


def probe_of(like: Variant, payload: JsonObject, name: str, levels: JsonObject) -> Variant:
    """A probe: the variant with another payload. Its id is `p-` and eight digits of the payload's digest."""
    text = f"{like.scenario} {like.endpoint} {canonical(dict(like.path))} {canonical(payload)}"
    digest = sha256(text.encode()).hexdigest()
    return replace(
        like,
        id=f"p-{digest[:8]}",
        name=name,
        payload=payload,
        levels=levels,
        expect=WORKS,
        row=None,
        payload_id=None,
        contracts=(),
    )


def recall_probes(firing: Firing, earlier: Earlier) -> None:
    """What the probes of before a break have cost, or may, counts like all else."""
    ledger = firing.ledger
    if ledger is None:
        return
    assumed = firing.prepared.settings.assume_credits or 0.0
    for name, (scenario, price) in earlier.probes.items():
        known = earlier.begun.get(name) or earlier.ended.get(name)
        if known is not None:
            like = Variant(id=name, scenario=scenario, endpoint="", name=name, source=Source(file=""), payload={})
            ledger.recall(
                PlannedVariant(variant=like, credits=price),
                known,
                goes_on=name in earlier.begun,
                price=assumed if price is None else price,
            )
