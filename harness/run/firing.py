"""Firing in one run: what its rounds share, and one round: a plan fired at one provider, each outcome judged."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from harness.clock import Clock
from harness.fire.context import FireContext
from harness.fire.journal import Journal
from harness.fire.runner import fire
from harness.fire.schedule import Schedule
from harness.fire.stopping import Stop, group_of
from harness.fire.transport import AsgiApp, open_transport
from harness.judge import judge, systemic
from harness.model import EMPTY, Judgement, Outcome, Phrase, RunPlan, Until, Verdict, replace
from harness.provider import Provider
from harness.redact import Redactor, clean, secrets_of
from harness.run.budget import ledger_of
from harness.run.earlier import Earlier
from harness.run.preflight import at_once
from harness.run.settings import AccountFacts, Prepared, Watcher
from harness.run.targets import DUMMY_KEY


def redactor_of(prepared: Prepared) -> Redactor:
    """What hides the secrets of a run: its keys, and what its environment holds."""
    keys = [target.key for target in prepared.targets.values() if target.key != DUMMY_KEY]
    return Redactor([*keys, *secrets_of(prepared.settings.env)])


class Firing:
    """What the rounds of one run share: the money, the reason to stop, what was seen so far.

    `outcomes` and `judged` are by the ids of variants and of probes, `planned` are the ids of the variants.
    `earlier` is what the journal of a run that is gone on with knows.
    """

    def __init__(self, prepared: Prepared, watcher: Watcher, clock: Clock, stop: Stop | None = None) -> None:
        self.prepared = prepared
        self.clock = clock
        self.earlier: Earlier | None = None
        self.stop = stop or Stop()
        self.systemic = False
        self.failures = 0
        self.judged: dict[str, Judgement] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.variants = {item.variant.id: item.variant for item in prepared.plan.variants}
        self.ledger = ledger_of(prepared)
        self.redactor = redactor_of(prepared)
        self._watcher = watcher
        self.planned = frozenset(self.variants)
        self._apps: dict[tuple[str, tuple[str, ...]], AsgiApp] = {}
        self._schedules: dict[tuple[str, tuple[str, ...]], Schedule] = {}

    def provider_of(self, variant_id: str) -> Provider | None:
        """The provider of a variant of this run."""
        variant = self.variants.get(variant_id)
        return None if variant is None else self.prepared.scenarios[variant.scenario].provider

    def parts(self) -> Iterator[tuple[Provider, tuple[str, ...], RunPlan]]:
        """The plan by provider and by the faults that its mock is to commit, each part in the same order of fire.

        Of a run that goes on, the tasks that exist come first, and what has ended is not in the order.
        """
        plan, asked, earlier = self.prepared.plan, self.prepared.settings.faults, self.earlier
        parts: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for index, item in enumerate(plan.variants):
            scenario = self.prepared.scenarios[item.variant.scenario]
            parts.setdefault((scenario.provider.profile.name, scenario.mock_faults + asked), []).append(index)
        for (_, faults), kept in parts.items():
            place = {index: number for number, index in enumerate(kept)}
            order = [place[index] for index in plan.order if index in place]
            variants = tuple(plan.variants[index] for index in kept)
            if earlier is not None:
                order = [index for index in order if variants[index].variant.id not in earlier.ended]
                order.sort(key=lambda index: variants[index].variant.id not in earlier.begun)
            part = RunPlan(variants=variants, order=tuple(order))
            yield self.prepared.scenarios[part.variants[0].variant.scenario].provider, faults, part

    @asynccontextmanager
    async def at(
        self,
        provider: Provider,
        faults: tuple[str, ...],
        journal: Journal,
        folder: Path,
        *,
        until: Until | None = None,
    ) -> AsyncIterator[FireContext]:
        """A way to the provider: its mock, the same each time it commits the same faults, or an address."""
        settings, name = self.prepared.settings, provider.profile.name
        target = self.prepared.targets[name]
        app = self._app(provider, faults) if target.mock else None
        async with open_transport(target.base_url, asgi=app, connections=settings.jobs * 2) as transport:
            yield FireContext(
                provider=provider,
                transport=transport,
                clock=self.clock,
                rng=random.Random(settings.seed),  # noqa: S311 - jitter, not secrets
                journal=journal,
                redactor=self.redactor,
                base_url=target.base_url,
                key=target.key,
                until=until or self.prepared.until,
                poll_every_s=settings.poll_every_s,
                task_timeout_s=settings.task_timeout_s,
                download=settings.download,
                folder=folder,
                log=self._watcher.log if self._watcher.wants_log else None,
                lang=settings.lang,
                mock=target.mock,
                ledger=self.ledger,
                owners=self.earlier.owners if self.earlier else {},
                schedule=self._schedules.setdefault((name, faults), Schedule()),
            )

    async def fire(self, plan: RunPlan, ctx: FireContext, begun: Mapping[str, Outcome] = EMPTY) -> None:
        """Fires variants of one provider; each is judged as it ends. `begun` as in `runner.fire`."""
        provider = ctx.provider
        for item in plan.variants:
            self.variants.setdefault(item.variant.id, item.variant)
        outcomes = await fire(
            plan,
            ctx=ctx,
            jobs=self.prepared.settings.jobs,
            on_outcome=lambda outcome: self._on_outcome(outcome, provider),
            stop=self.stop,
            begun=begun,
            allowed=at_once(self.prepared.accounts.get(provider.profile.name, AccountFacts()), plan),
        )
        for outcome in outcomes:
            if self.outcomes.get(outcome.variant_id) is not outcome:  # an error of ours came after it was judged
                self.judge(outcome, provider)

    def judge(self, outcome: Outcome, provider: Provider) -> Judgement:
        """Judges an outcome and keeps both."""
        self.outcomes[outcome.variant_id] = outcome
        variant = self.variants[outcome.variant_id]
        elsewhere = variant.endpoint != self.prepared.scenarios[variant.scenario].endpoint.key
        judgement = self.judged[outcome.variant_id] = judge(variant, outcome, provider, alone=elsewhere)
        return judgement

    def count_failure(self, judgement: Judgement) -> None:
        """Counts a variant that failed, and was not known to, and stops the run after as many as were asked for."""
        self.failures += judgement.verdict is Verdict.FAIL and not self.knows(judgement)
        most = self.prepared.settings.max_failures
        if most is not None and self.failures >= most:
            self.stop.ask(Phrase(key="stop.failures", params={"failures": str(self.failures)}))

    def judgement(self, variant_id: str) -> Judgement:
        """The judgement on a variant; skipped for one that has none."""
        return self.judged.get(variant_id) or Judgement(variant_id=variant_id, verdict=Verdict.SKIPPED)

    def judgements(self) -> list[Judgement]:
        """Those on the plan's variants, in its order."""
        return [self.judgement(item.variant.id) for item in self.prepared.plan.variants]

    def knows(self, judgement: Judgement) -> bool:
        """True for a failure that the baseline knows."""
        return self.prepared.baseline is not None and self.prepared.baseline.knows(judgement)

    def news(self) -> list[Judgement]:
        """The judgements on the plan's variants, with failures that are known as passes."""
        return [replace(one, verdict=Verdict.PASS) if self.knows(one) else one for one in self.judgements()]

    def faults_of(self, scenario: str) -> tuple[str, ...]:
        """The defects that the mock commits on purpose for the variants of a scenario."""
        return self.prepared.scenarios[scenario].mock_faults + self.prepared.settings.faults

    def _app(self, provider: Provider, faults: tuple[str, ...]) -> AsgiApp:
        from harness.mock import create_app  # a run against a socket does not need it

        key = (provider.profile.name, faults)
        if key not in self._apps:
            self._apps[key] = create_app(provider, clock=self.clock, seed=self.prepared.settings.seed, faults=faults)
        return self._apps[key]

    def _on_outcome(self, outcome: Outcome, provider: Provider) -> Phrase | None:
        """Judges an outcome; the reason to stop the run, if it is one."""
        variant = self.variants[outcome.variant_id]
        judgement = self.judge(outcome, provider)
        if outcome.variant_id in self.planned:
            self._watcher.finished(variant, outcome, judgement)
        else:
            self._watcher.probed()
        if (reason := systemic(outcome, provider)) is not None:
            self.systemic = True
            return reason
        if judgement.verdict is not Verdict.PASS and any(found.code == "QUOTA.DAILY" for found in judgement.findings):
            group = group_of(variant, provider)
            self.stop.close(group, Phrase(key="skip.quota", params={"group": clean(group[1], 80)}))
        if outcome.variant_id in self.planned:
            self.count_failure(judgement)
        return None
