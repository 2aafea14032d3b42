"""Fire, judge, record: the one loop of a run. Outcomes are on disk before they are judged."""

from __future__ import annotations

import asyncio
import hashlib
import random
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from harness import clock as clocks
from harness import errors
from harness.fire import FireContext, Journal, fire, open_transport
from harness.judge import judge, systemic
from harness.mock import create_app
from harness.model import Judgement, Outcome, Phrase, RunPlan, Variant, Verdict
from harness.redact import Redactor
from harness.report import RunFacts, build
from harness.run.folder import open_folder, write_reports
from harness.run.prepare import DUMMY_KEY
from harness.run.settings import Prepared, RunResult, Silent, Target, Watcher

_INCONCLUSIVE: Final = frozenset({Verdict.INCONCLUSIVE})


def execute(prepared: Prepared, watcher: Watcher | None = None) -> RunResult:
    """Fire, judge and record a prepared run. Reports are written also when it is interrupted.

    Against the mock alone the whole run happens on virtual time.
    """
    mock = all(target.mock for target in prepared.targets.values())
    clock = clocks.virtual_clock() if mock else clocks.real_clock()
    return clocks.run(_Run(prepared, watcher or Silent(), clock).go(), clock)


class _Run:
    """One run in progress: what its steps share."""

    def __init__(self, prepared: Prepared, watcher: Watcher, clock: clocks.Clock) -> None:
        self._prepared = prepared
        self._settings = prepared.settings
        self._watcher = watcher
        self._clock = clock
        self._variants = {item.variant.id: item.variant for item in prepared.plan.variants}
        self._judged: dict[str, Judgement] = {}
        self._failures = 0
        self._stop = Stop()
        self._redactor = Redactor([target.key for target in prepared.targets.values() if target.key != DUMMY_KEY])

    async def go(self) -> RunResult:
        started_at, started_s, wall_s = self._clock.utc(), self._clock.now(), clocks.wall_s()
        folder = open_folder(self._settings.reports, started_at.strftime("%Y%m%d-%H%M%S"), random.SystemRandom())
        journal = Journal(folder, self._clock, self._redactor)
        outcomes: dict[str, Outcome] = {}
        try:
            await journal.write(self._start_event(folder.name), durable=True)
            self._watcher.planned(self._prepared)
            with self._stop.on_signals():
                for provider, target in self._prepared.targets.items():
                    for outcome in await self._fire(provider, target, journal, folder):
                        outcomes[outcome.variant_id] = outcome
        finally:
            await journal.close()
        items = self._prepared.plan.variants
        ordered = [outcomes.get(item.variant.id) or skipped_outcome(item.variant, item.skip) for item in items]
        judgements = [self._judgement(outcome) for outcome in ordered]
        exit_code = exit_code_of(judgements, interrupted=self._stop.interrupted, systemic=self._stop.systemic)
        facts = RunFacts(
            id=folder.name,
            target=", ".join(sorted({target.label for target in self._prepared.targets.values()})),
            provider=", ".join(sorted(self._prepared.targets)),
            contract=", ".join(
                sorted({scenario.provider.contract_version for scenario in self._prepared.scenarios.values()})
            ),
            until=self._prepared.until,
            seed=self._settings.seed,
            started_at=started_at,
            wall_s=clocks.wall_s() - wall_s,
            simulated_s=self._clock.now() - started_s if self._clock.virtual else None,
            exit_code=exit_code,
            notes=self._prepared.notes,
        )
        report = build(facts, self._prepared.scenarios, self._prepared.plan, ordered, judgements, self._redactor)
        write_reports(report, folder, self._settings.report_names)
        return RunResult(report=report, folder=folder, exit_code=exit_code)
