"""Fire, judge, record: the one loop of a run. Outcomes are on disk before they are judged."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness import clock as clocks
from harness.errors import EXIT_ENVIRONMENT, EXIT_INTERRUPTED, EnvironmentProblem
from harness.fire.journal import Journal
from harness.fire.ledger import stopped_early
from harness.fire.transport import open_transport
from harness.model import EMPTY, JsonObject, Phrase, RunPlan, replace
from harness.provider import Provider
from harness.report import Report, RunFacts, build, save_assets
from harness.report.entries import Facts
from harness.report.same import whos
from harness.run.before import Now, history, runs_before
from harness.run.coverage import coverage_of, shard_facts
from harness.run.earlier import read_earlier
from harness.run.firing import Firing
from harness.run.folder import open_folder, write_reports
from harness.run.going_on import go_on
from harness.run.interrupted import left_behind
from harness.run.preflight import preflight
from harness.run.prepare import contracts
from harness.run.previous import drift, is_drift
from harness.run.repeats import flaky, same_seed, uneven
from harness.run.settings import Grip, Prepared, RunResult, Silent, Watcher, part_of
from harness.run.signals import interrupts
from harness.run.started import start_events
from harness.run.verdict import exit_code_of, something_wrong

if TYPE_CHECKING:
    from harness.run.aftermath import Aftermath
    from harness.run.index import Ran


def execute(
    prepared: Prepared, watcher: Watcher | None = None, *, folder: Path | None = None, grip: Grip | None = None
) -> RunResult:
    """Fire, judge and record a prepared run. Reports are written also when it is interrupted.

    `folder` is that of a run that broke off: it is gone on with there. What its journal knows to have ended is judged
    again, tasks that were created are followed, and what was not fired is. None: a new run in a folder of its own.
    `grip` is for who runs this in a thread: signals interrupt a run of the main thread only.

    Against the mock alone the whole run happens on virtual time. Raises EnvironmentProblem when the account of a live
    run does not allow it, when the reports folder or the journal cannot be written, or another process is at the run.
    """
    mock = all(target.mock for target in prepared.targets.values())
    clock = clocks.virtual_clock() if mock else clocks.real_clock()
    return clocks.run(_Run(prepared, watcher or Silent(), clock, folder, grip or Grip()).go(), clock)


class _Run:
    """One run in progress: what its steps share."""

    def __init__(
        self, prepared: Prepared, watcher: Watcher, clock: clocks.Clock, folder: Path | None, grip: Grip
    ) -> None:
        self._firing = Firing(prepared, watcher, clock, grip.stop)
        self._grip = grip
        self._watcher = watcher
        self._clock = clock
        self._folder = folder
        self._started_at = clock.utc()
        self._problems: list[EnvironmentProblem] = []
        self._after: Aftermath | None = None
        self._runs_before: Sequence[Ran] | None = None

    @property
    def _prepared(self) -> Prepared:
        return self._firing.prepared

    async def go(self) -> RunResult:
        """The run, from the look at the account to its reports."""
        await self._look_at_accounts()
        started_at, started_s, wall_s = self._clock.utc(), self._clock.now(), clocks.wall_s()
        self._started_at = started_at
        folder = self._folder or open_folder(
            self._prepared.settings.reports, started_at.strftime("%Y%m%d-%H%M%S"), random.SystemRandom()
        )
        self._grip.folder = folder
        journal = Journal(folder, self._clock, self._firing.redactor)
        try:
            if self._folder is not None:
                await go_on(self._firing, journal, folder)
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
        return RunResult(
            report=report,
            folder=folder,
            exit_code=exit_code,
            problems=tuple(self._problems),
            mended={name: made.working for name, made in (self._after.mended if self._after else EMPTY).items()},
        )

    async def _do(self, journal: Journal, folder: Path) -> int:
        """Fires and follows what is to be; the exit code so far."""
        try:
            if self._folder is None:
                for event in start_events(self._prepared, folder.name):
                    await journal.write(event)
                await journal.write({"event": "run.ready"}, durable=True)
            self._watcher.planned(self._prepared)
            with interrupts(self._firing.stop):
                for provider, faults, plan in self._firing.parts():
                    await self._fire(provider, faults, plan, journal, folder)
                await self._diagnose(journal, folder)
        except EnvironmentProblem as problem:
            self._problems.append(problem)
            return EXIT_ENVIRONMENT
        return exit_code_of(
            self._firing.news(),
            drift=is_drift(self._drift()),
            may_be_empty=self._prepared.shard is not None,
            interrupted=self._firing.stop.interrupted,
            systemic=self._firing.systemic,
            stopped=any(
                stopped_early(outcome)
                for name, outcome in self._firing.outcomes.items()
                if name in self._firing.planned
            ),
        )

    async def _end(self, journal: Journal, folder: Path, report: Report, exit_code: int) -> int:
        """Writes the reports, then the last event; the exit code."""
        try:
            settings = self._prepared.settings
            write_reports(report, folder, settings.report_names, settings.lang)
            baseline = self._prepared.baseline
            if baseline is not None and exit_code not in {EXIT_ENVIRONMENT, EXIT_INTERRUPTED}:
                baseline.write(self._firing.judgements(), self._firing.variants, self._firing.redactor)
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
        earlier = None if self._folder is None else read_earlier(self._folder, self._firing.provider_of)
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
            self._firing.prepared = replace(
                prepared,
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
        """Fires variants of one provider; its mock commits these faults."""
        earlier = self._firing.earlier
        async with self._firing.at(provider, faults, journal, folder) as ctx:
            await self._firing.fire(plan, ctx, earlier.begun if earlier else EMPTY)

    async def _diagnose(self, journal: Journal, folder: Path) -> None:
        """Finds the causes of what went wrong; with --diagnose it sends probes for it. Most runs have no causes."""
        if not something_wrong(self._firing.judged.values()):
            return
        from harness.run.aftermath import look_into

        self._after = await look_into(self._firing, journal, folder, lambda: self._before(folder))

    def _money(self) -> JsonObject:
        """What a run with a budget charged, and what it may still be charged."""
        if self._firing.ledger is None:
            return {}
        return {"charged": self._firing.ledger.charged, "reserved": self._firing.ledger.reserved}

    def _drift(self) -> tuple[Phrase, ...]:
        """What the variants were answered otherwise than before, with --drift."""
        outcomes = [self._firing.outcomes[name] for name in self._firing.planned if name in self._firing.outcomes]
        asked = self._prepared.settings.drift
        return drift(self._prepared.before, outcomes, self._firing.variants) if asked else ()

    @property
    def _target(self) -> str:
        return ", ".join(sorted({target.label for target in self._prepared.targets.values()}))

    def _before(self, folder: Path) -> Sequence[Ran]:
        """The runs before this one, whose folder it is; read once."""
        if self._runs_before is None:
            earlier = self._firing.earlier
            now = Now(
                scenarios=self._prepared.scenarios,
                folder=folder,
                started_at=earlier.started_at if earlier else self._started_at,
                target=self._firing.redactor.text(self._target),
                contract=contracts(self._prepared.scenarios),
            )
            self._runs_before = runs_before(folder.parent, now)
        return self._runs_before

    def _facts(self, folder: Path, started_at: datetime, exit_code: int) -> RunFacts:
        left = left_behind(self._firing.outcomes.values()) if self._firing.stop.interrupted else ()
        baseline = self._prepared.baseline
        known = () if baseline is None else baseline.notes(self._firing.judgements())
        return RunFacts(
            shard=shard_facts(self._prepared, self._firing.outcomes, self._firing.judged),
            id=folder.name,
            target=self._target,
            provider=", ".join(sorted(self._prepared.targets)),
            contract=contracts(self._prepared.scenarios),
            until=self._prepared.until,
            seed=self._prepared.settings.seed,
            started_at=started_at,
            wall_s=0.0,
            exit_code=exit_code,
            notes=(
                *self._prepared.notes,
                *same_seed(self._prepared.plan, self._firing.outcomes, folder),
                *uneven(self._prepared.plan, self._firing.judged),
                *known,
                *self._drift(),
                *left,
            ),
        )

    def _report(self, facts: RunFacts, folder: Path) -> Report:
        if (earlier := self._firing.earlier) is not None:
            before_s = earlier.wall_s if facts.simulated_s is None else 0.0
            simulated_s = None if facts.simulated_s is None else facts.simulated_s + earlier.wall_s
            facts = replace(
                facts, started_at=earlier.started_at, wall_s=facts.wall_s + before_s, simulated_s=simulated_s
            )
        after = self._after
        outcomes, judgements = [*self._firing.outcomes.values()], self._firing.judgements()
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
            self._firing.redactor,
            assets=assets,
            known=frozenset(one.variant_id for one in judgements if self._firing.knows(one)),
            flaky=flaky(self._prepared.plan, self._firing.judged, facts.notes),
            history=history(
                self._before(folder),
                lambda: whos((item.variant for item in self._prepared.plan.variants), self._firing.redactor),
            ),
            coverage=coverage_of(self._prepared, self._firing.outcomes, self._firing.judged, self._firing.variants),
            causes=after.causes if after else (),
            probes=[(Facts(one.planned, one.outcome, one.judgement), one.purpose) for one in after.probes]
            if after
            else (),
            mended={name: (made.working, made.payload) for name, made in after.mended.items()} if after else EMPTY,
        )


def _unseen(provider: Provider, status: int) -> Phrase:
    return Phrase(key="note.no_account", params={"provider": provider.profile.title, "status": str(status)})
