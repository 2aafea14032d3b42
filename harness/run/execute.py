"""Fire, judge, record: the one loop of a run. Outcomes are on disk before they are judged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harness import clock as clocks
from harness.errors import EXIT_ENVIRONMENT, EnvironmentProblem
from harness.fire.context import FireContext
from harness.fire.journal import Journal
from harness.fire.ledger import stopped_early
from harness.fire.records import outcome_to_json
from harness.fire.runner import fire
from harness.fire.stopping import Stop, group_of
from harness.fire.transport import open_transport
from harness.judge import judge, systemic
from harness.model import EMPTY, JsonObject, Judgement, Outcome, Phrase, RunPlan, Verdict
from harness.provider import Provider
from harness.redact import Redactor, clean, secrets_of
from harness.report import Report, RunFacts, build, save_assets
from harness.run.budget import ledger_of
from harness.run.coverage import coverage_of
from harness.run.earlier import Earlier, read_earlier
from harness.run.folder import open_folder, write_reports
from harness.run.interrupted import left_behind
from harness.run.preflight import at_once, preflight
from harness.run.prepare import DUMMY_KEY
from harness.run.repeats import same_seed
from harness.run.settings import AccountFacts, Prepared, RunResult, Silent, Watcher, part_of
from harness.run.signals import interrupts
from harness.run.started import start_events
from harness.run.verdict import exit_code_of


def execute(prepared: Prepared, watcher: Watcher | None = None, *, folder: Path | None = None) -> RunResult:
    """Fire, judge and record a prepared run. Reports are written also when it is interrupted.

    `folder` is that of a run that broke off: it is gone on with there. What its journal knows to have ended is judged
    again, tasks that were created are followed, and what was not fired is. None: a new run in a folder of its own.

    Against the mock alone the whole run happens on virtual time. Raises EnvironmentProblem when the account of a live
    run does not allow it, when the reports folder or the journal cannot be written, or another process is at the run.
    """
    mock = all(target.mock for target in prepared.targets.values())
    clock = clocks.virtual_clock() if mock else clocks.real_clock()
    return clocks.run(_Run(prepared, watcher or Silent(), clock, folder).go(), clock)


class _Run:
    """One run in progress: what its steps share."""

    def __init__(self, prepared: Prepared, watcher: Watcher, clock: clocks.Clock, folder: Path | None) -> None:
        self._prepared = prepared
        self._watcher = watcher
        self._clock = clock
        self._folder = folder
        self._earlier: Earlier | None = None
        self._stop = Stop()
        self._systemic = False
        self._failures = 0
        self._problems: list[EnvironmentProblem] = []
        self._judged: dict[str, Judgement] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._variants = {item.variant.id: item.variant for item in prepared.plan.variants}
        self._ledger = ledger_of(prepared)
        keys = [target.key for target in prepared.targets.values() if target.key != DUMMY_KEY]
        self._redactor = Redactor([*keys, *secrets_of(prepared.settings.env)])

    async def go(self) -> RunResult:
        """The run, from the look at the account to its reports."""
        await self._look_at_accounts()
        started_at, started_s, wall_s = self._clock.utc(), self._clock.now(), clocks.wall_s()
        folder = self._folder or open_folder(
            self._prepared.settings.reports, started_at.strftime("%Y%m%d-%H%M%S"), random.SystemRandom()
        )
        journal = Journal(folder, self._clock, self._redactor)
        try:
            if self._folder is not None:
                await self._go_on(journal, folder)
            exit_code = await self._do(journal, folder)
            facts = replace(
                self._facts(folder, started_at, exit_code),
                wall_s=clocks.wall_s() - wall_s,
                simulated_s=self._clock.now() - started_s if self._clock.virtual else None,
            )
            report = self._report(facts, folder)
            # Last of all: a run has ended when its reports are there.
            exit_code = await self._end(journal, folder, report, exit_code)
        finally:
            await self._close(journal)
        return RunResult(report=report, folder=folder, exit_code=exit_code, problems=tuple(self._problems))

    async def _do(self, journal: Journal, folder: Path) -> int:
        """Fires and follows what is to be; the exit code so far."""
        try:
            if self._folder is None:
                for event in start_events(self._prepared, folder.name):
                    await journal.write(event)
                await journal.write({"event": "run.ready"}, durable=True)
            self._watcher.planned(self._prepared)
            with interrupts(self._stop):
                for provider, faults, plan in self._parts():
                    await self._fire(provider, faults, plan, journal, folder)
        except EnvironmentProblem as problem:
            self._problems.append(problem)
            return EXIT_ENVIRONMENT
        return exit_code_of(
            self._judgements(),
            interrupted=self._stop.interrupted,
            systemic=self._systemic,
            stopped=any(stopped_early(outcome) for outcome in self._outcomes.values()),
        )

    async def _end(self, journal: Journal, folder: Path, report: Report, exit_code: int) -> int:
        """Writes the reports, then the last event; the exit code."""
        try:
            write_reports(report, folder, self._prepared.settings.report_names)
            if not self._problems:
                await journal.write({"event": "run.ended", "exit_code": exit_code, **self._money()}, durable=True)
        except EnvironmentProblem as problem:
            self._problems.append(problem)
            return EXIT_ENVIRONMENT
        return exit_code

    async def _look_at_accounts(self) -> None:
        """The pre-flight of live targets: nothing is created, and no folder made, where it finds something wrong.

        Of a run that goes on it asks for what is still to be fired: the rest is paid for.
        """
        prepared = self._prepared
        assumed = prepared.settings.assume_credits or 0.0
        earlier = None if self._folder is None else read_earlier(self._folder, self._provider_of)
        for name, provider in self._prepared.providers.items():
            target = prepared.targets[name]
            if not target.live:
                continue
            part = part_of(prepared, name)
            async with open_transport(target.base_url, connections=1) as transport:
                facts = await preflight(
                    provider,
                    target,
                    part if earlier is None else earlier.unsent(part),
                    transport=transport,
                    clock=self._clock,
                    assumed=assumed,
                )
            unseen = () if facts.unseen is None else (_unseen(provider, facts.unseen),)
            self._prepared = replace(
                self._prepared,
                accounts={**self._prepared.accounts, name: facts},
                notes=(*self._prepared.notes, *unseen),
            )

    async def _close(self, journal: Journal) -> None:
        try:
            await journal.close()
        except EnvironmentProblem as problem:
            if not self._problems:
                self._problems.append(problem)

    async def _go_on(self, journal: Journal, folder: Path) -> None:
        """Takes from the journal what is known; what nobody can know any more gets its outcome there."""
        self._earlier = earlier = read_earlier(folder, self._provider_of)
        known = {"kept": len(earlier.ended), "followed": len(earlier.begun)}
        await journal.write({"event": "run.resumed", **known}, durable=True)
        for variant_id, outcome in earlier.ended.items():
            if variant_id not in self._variants:
                continue
            provider = self._provider_of(variant_id)
            assert provider is not None
            judgement = self._judge(outcome, provider)
            self._failures += judgement.verdict is Verdict.FAIL
            if variant_id in earlier.lost:
                document = outcome_to_json(outcome)
                await journal.write({"event": "outcome", "variant": variant_id, "outcome": document})
        for item in self._prepared.plan.variants:
            known_of = earlier.begun.get(item.variant.id) or earlier.ended.get(item.variant.id)
            if known_of is not None and self._ledger is not None:
                self._ledger.recall(item, known_of, goes_on=item.variant.id in earlier.begun)
            if self._ledger is not None and (sent_s := earlier.sent_s.get(item.variant.id)) is not None:
                self._ledger.began(item.variant.scenario, self._clock.now() - (earlier.wall_s - sent_s))
        self._check_failures()

    def _provider_of(self, variant_id: str) -> Provider | None:
        """The provider of a variant of this run."""
        variant = self._variants.get(variant_id)
        return None if variant is None else self._prepared.scenarios[variant.scenario].provider

    async def _fire(
        self, provider: Provider, faults: tuple[str, ...], plan: RunPlan, journal: Journal, folder: Path
    ) -> None:
        """Fires variants of one provider, each judged as it ends; its mock commits these faults."""
        settings = self._prepared.settings
        target = self._prepared.targets[provider.profile.name]
        app = None
        if target.mock:
            from harness.mock import create_app  # a run against a socket does not need it

            app = create_app(provider, clock=self._clock, seed=settings.seed, faults=faults)
        async with open_transport(target.base_url, asgi=app, connections=settings.jobs * 2) as transport:
            ctx = FireContext(
                provider=provider,
                transport=transport,
                clock=self._clock,
                rng=random.Random(settings.seed),  # noqa: S311 - jitter, not secrets
                journal=journal,
                redactor=self._redactor,
                base_url=target.base_url,
                key=target.key,
                until=self._prepared.until,
                poll_every_s=settings.poll_every_s,
                task_timeout_s=settings.task_timeout_s,
                download=settings.download,
                folder=folder,
                log=self._watcher.log if self._watcher.wants_log else None,
                mock=target.mock,
                ledger=self._ledger,
                owners=self._earlier.owners if self._earlier else {},
            )
            outcomes = await fire(
                plan,
                ctx=ctx,
                jobs=settings.jobs,
                on_outcome=lambda outcome: self._on_outcome(outcome, provider),
                stop=self._stop,
                begun=self._earlier.begun if self._earlier else EMPTY,
                allowed=at_once(self._prepared.accounts.get(provider.profile.name, AccountFacts()), plan),
            )
        for outcome in outcomes:
            if self._outcomes.get(outcome.variant_id) is not outcome:  # an error of ours came after it was judged
                self._judge(outcome, provider)

    def _on_outcome(self, outcome: Outcome, provider: Provider) -> Phrase | None:
        """Judges an outcome; the reason to stop the run, if it is one."""
        judgement = self._judge(outcome, provider)
        self._watcher.finished(self._variants[outcome.variant_id], outcome, judgement)
        if (reason := systemic(outcome, provider)) is not None:
            self._systemic = True
            return reason
        if judgement.verdict is not Verdict.PASS and any(found.code == "QUOTA.DAILY" for found in judgement.findings):
            group = group_of(self._variants[outcome.variant_id], provider)
            self._stop.close(group, Phrase(key="skip.quota", params={"group": clean(group[1], 80)}))
        self._failures += judgement.verdict is Verdict.FAIL
        self._check_failures()
        return None

    def _check_failures(self) -> None:
        most = self._prepared.settings.max_failures
        if most is not None and self._failures >= most:
            self._stop.ask(Phrase(key="stop.failures", params={"failures": str(self._failures)}))

    def _judge(self, outcome: Outcome, provider: Provider) -> Judgement:
        self._outcomes[outcome.variant_id] = outcome
        judgement = self._judged[outcome.variant_id] = judge(self._variants[outcome.variant_id], outcome, provider)
        return judgement

    def _judgement(self, variant_id: str) -> Judgement:
        return self._judged.get(variant_id) or Judgement(variant_id=variant_id, verdict=Verdict.SKIPPED)

    def _judgements(self) -> list[Judgement]:
        return [self._judgement(item.variant.id) for item in self._prepared.plan.variants]

    def _parts(self) -> Iterator[tuple[Provider, tuple[str, ...], RunPlan]]:
        """The plan by provider and by the faults that its mock is to commit, each part in the same order of fire.

        Of a run that goes on, the tasks that exist come first, and what has ended is not in the order.
        """
        plan, asked, earlier = self._prepared.plan, self._prepared.settings.faults, self._earlier
        parts: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for index, item in enumerate(plan.variants):
            scenario = self._prepared.scenarios[item.variant.scenario]
            parts.setdefault((scenario.provider.profile.name, scenario.mock_faults + asked), []).append(index)
        for (_, faults), kept in parts.items():
            place = {index: number for number, index in enumerate(kept)}
            order = [place[index] for index in plan.order if index in place]
            variants = tuple(plan.variants[index] for index in kept)
            if earlier is not None:
                order = [index for index in order if variants[index].variant.id not in earlier.ended]
                order.sort(key=lambda index: variants[index].variant.id not in earlier.begun)
            part = RunPlan(variants=variants, order=tuple(order))
            yield self._prepared.scenarios[part.variants[0].variant.scenario].provider, faults, part

    def _money(self) -> JsonObject:
        """What a run with a budget charged, and what it may still be charged."""
        if self._ledger is None:
            return {}
        return {"charged": self._ledger.charged, "reserved": self._ledger.reserved}

    def _facts(self, folder: Path, started_at: datetime, exit_code: int) -> RunFacts:
        left = left_behind(self._outcomes.values()) if self._stop.interrupted else ()
        versions = {scenario.provider.contract_version for scenario in self._prepared.scenarios.values()}
        return RunFacts(
            id=folder.name,
            target=", ".join(sorted({target.label for target in self._prepared.targets.values()})),
            provider=", ".join(sorted(self._prepared.targets)),
            contract=", ".join(sorted(versions)),
            until=self._prepared.until,
            seed=self._prepared.settings.seed,
            started_at=started_at,
            wall_s=0.0,
            exit_code=exit_code,
            notes=(*self._prepared.notes, *same_seed(self._prepared.plan, self._outcomes, folder), *left),
        )

    def _report(self, facts: RunFacts, folder: Path) -> Report:
        if (earlier := self._earlier) is not None:
            facts = replace(facts, started_at=earlier.started_at, wall_s=facts.wall_s + earlier.wall_s)
        outcomes, judgements = [*self._outcomes.values()], self._judgements()
        try:
            assets = save_assets(folder, self._prepared.plan)
        except OSError:  # a full disk: the reports do without curl lines for variants that send a file
            assets = {}
        return build(
            facts,
            self._prepared.scenarios,
            self._prepared.plan,
            outcomes,
            judgements,
            self._redactor,
            assets=assets,
            coverage=coverage_of(self._prepared, self._outcomes, self._judged),
        )


def _unseen(provider: Provider, status: int) -> Phrase:
    return Phrase(key="note.no_account", params={"provider": provider.profile.title, "status": str(status)})
