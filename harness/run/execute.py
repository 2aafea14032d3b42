"""Fire, judge, record: the one loop of a run. Outcomes are on disk before they are judged."""

from __future__ import annotations

import asyncio
import hashlib
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harness import clock as clocks
from harness.errors import EXIT_ENVIRONMENT, EnvironmentProblem
from harness.fire.context import FireContext
from harness.fire.journal import Journal
from harness.fire.ledger import stopped_early
from harness.fire.runner import fire
from harness.fire.stopping import Stop, group_of
from harness.fire.transport import open_transport
from harness.judge import judge, systemic
from harness.model import JsonObject, Judgement, Outcome, Phrase, RunPlan, Verdict
from harness.provider import Provider
from harness.redact import Redactor, clean, secrets_of
from harness.report import Report, RunFacts, build, save_assets
from harness.run.budget import ledger_of
from harness.run.folder import open_folder, write_reports
from harness.run.interrupted import left_behind
from harness.run.preflight import at_once, preflight
from harness.run.prepare import DUMMY_KEY
from harness.run.settings import AccountFacts, Prepared, RunResult, Silent, Watcher, part_of
from harness.run.verdict import exit_code_of


def execute(prepared: Prepared, watcher: Watcher | None = None) -> RunResult:
    """Fire, judge and record a prepared run. Reports are written also when it is interrupted.

    Against the mock alone the whole run happens on virtual time. Raises EnvironmentProblem when the account of a live
    run does not allow it, and when the reports folder or the journal cannot be written.
    """
    mock = all(target.mock for target in prepared.targets.values())
    clock = clocks.virtual_clock() if mock else clocks.real_clock()
    return clocks.run(_Run(prepared, watcher or Silent(), clock).go(), clock)


class _Run:
    """One run in progress: what its steps share."""

    def __init__(self, prepared: Prepared, watcher: Watcher, clock: clocks.Clock) -> None:
        self._prepared = prepared
        self._watcher = watcher
        self._clock = clock
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
        reports = self._prepared.settings.reports
        folder = open_folder(reports, started_at.strftime("%Y%m%d-%H%M%S"), random.SystemRandom())
        journal = Journal(folder, self._clock, self._redactor)
        try:
            await journal.write(self._start_event(folder.name), durable=True)
            self._watcher.planned(self._prepared)
            with self._signals():
                for provider, faults, plan in self._parts():
                    await self._fire(provider, faults, plan, journal, folder)
            judgements = [self._judgement(item.variant.id) for item in self._prepared.plan.variants]
            exit_code = exit_code_of(
                judgements,
                interrupted=self._stop.interrupted,
                systemic=self._systemic,
                stopped=any(stopped_early(outcome) for outcome in self._outcomes.values()),
            )
            await journal.write({"event": "run.ended", "exit_code": exit_code, **self._money()}, durable=True)
        except EnvironmentProblem as problem:
            self._problems.append(problem)
            exit_code = EXIT_ENVIRONMENT
        finally:
            await self._close(journal)
        judgements = [self._judgement(item.variant.id) for item in self._prepared.plan.variants]
        facts = self._facts(folder.name, started_at, exit_code)
        if self._stop.interrupted:
            facts = replace(facts, notes=(*facts.notes, *left_behind(self._outcomes.values())))
        facts = replace(
            facts,
            wall_s=clocks.wall_s() - wall_s,
            simulated_s=self._clock.now() - started_s if self._clock.virtual else None,
        )
        report = self._report(facts, judgements, folder)
        try:
            write_reports(report, folder, self._prepared.settings.report_names)
        except EnvironmentProblem as problem:
            self._problems.append(problem)
            exit_code = EXIT_ENVIRONMENT
        return RunResult(report=report, folder=folder, exit_code=exit_code, problems=tuple(self._problems))

    async def _look_at_accounts(self) -> None:
        """The pre-flight of live targets: nothing is created, and no folder made, where it finds something wrong."""
        prepared = self._prepared
        assumed = prepared.settings.assume_credits or 0.0
        for name, provider in self._prepared.providers.items():
            target = prepared.targets[name]
            if not target.live:
                continue
            async with open_transport(target.base_url, connections=1) as transport:
                facts = await preflight(
                    provider,
                    target,
                    part_of(prepared, name),
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
            )
            outcomes = await fire(
                plan,
                ctx=ctx,
                jobs=settings.jobs,
                on_outcome=lambda outcome: self._on_outcome(outcome, provider),
                stop=self._stop,
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
        most = self._prepared.settings.max_failures
        if most is not None and self._failures >= most:
            return Phrase(key="stop.failures", params={"failures": str(self._failures)})
        return None

    def _judge(self, outcome: Outcome, provider: Provider) -> Judgement:
        self._outcomes[outcome.variant_id] = outcome
        judgement = self._judged[outcome.variant_id] = judge(self._variants[outcome.variant_id], outcome, provider)
        return judgement

    def _judgement(self, variant_id: str) -> Judgement:
        return self._judged.get(variant_id) or Judgement(variant_id=variant_id, verdict=Verdict.SKIPPED)

    def _parts(self) -> Iterator[tuple[Provider, tuple[str, ...], RunPlan]]:
        """The plan by provider and by the faults that its mock is to commit, each part in the same order of fire."""
        plan, asked = self._prepared.plan, self._prepared.settings.faults
        parts: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for index, item in enumerate(plan.variants):
            scenario = self._prepared.scenarios[item.variant.scenario]
            parts.setdefault((scenario.provider.profile.name, scenario.mock_faults + asked), []).append(index)
        for (_, faults), kept in parts.items():
            place = {index: number for number, index in enumerate(kept)}
            part = RunPlan(
                variants=tuple(plan.variants[index] for index in kept),
                order=tuple(place[index] for index in plan.order if index in place),
            )
            yield self._prepared.scenarios[part.variants[0].variant.scenario].provider, faults, part

    def _start_event(self, run_id: str) -> JsonObject:
        settings = self._prepared.settings
        return {
            "event": "run.started",
            "run": run_id,
            "targets": {name: target.label for name, target in self._prepared.targets.items()},
            "until": str(self._prepared.until),
            "seed": settings.seed,
            "contract": settings.contract,
            "planned_credits": self._prepared.plan.credits,
            "variants": [self._prepared.plan.variants[index].variant.id for index in self._prepared.plan.order],
            "scenarios": {
                scenario.source.file: _digest(settings.cwd / scenario.source.file)
                for scenario in self._prepared.scenarios.values()
            },
        }

    def _money(self) -> JsonObject:
        """What a run with a budget charged, and what it may still be charged."""
        if self._ledger is None:
            return {}
        return {"charged": self._ledger.charged, "reserved": self._ledger.reserved}

    def _facts(self, run_id: str, started_at: datetime, exit_code: int) -> RunFacts:
        versions = {scenario.provider.contract_version for scenario in self._prepared.scenarios.values()}
        return RunFacts(
            id=run_id,
            target=", ".join(sorted({target.label for target in self._prepared.targets.values()})),
            provider=", ".join(sorted(self._prepared.targets)),
            contract=", ".join(sorted(versions)),
            until=self._prepared.until,
            seed=self._prepared.settings.seed,
            started_at=started_at,
            wall_s=0.0,
            exit_code=exit_code,
            notes=self._prepared.notes,
        )

    def _report(self, facts: RunFacts, judgements: list[Judgement], folder: Path) -> Report:
        outcomes = [*self._outcomes.values()]
        try:
            assets = save_assets(folder, self._prepared.plan)
        except OSError:  # a full disk: the reports do without curl lines for variants that send a file
            assets = {}
        return build(
            facts, self._prepared.scenarios, self._prepared.plan, outcomes, judgements, self._redactor, assets=assets
        )

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Within it, the first SIGINT or SIGTERM ends the run in order; the second one ends the program at once."""
        loop = asyncio.get_running_loop()
        with ExitStack() as undo:
            for number in (signal.SIGINT, signal.SIGTERM):
                try:
                    loop.add_signal_handler(number, self._interrupt)
                except (NotImplementedError, RuntimeError, ValueError):  # Windows; a thread that is not the main one
                    continue
                undo.callback(loop.remove_signal_handler, number)
            yield

    def _interrupt(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)
        self._stop.interrupt()


def _unseen(provider: Provider, status: int) -> Phrase:
    return Phrase(key="note.no_account", params={"provider": provider.profile.title, "status": str(status)})


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
