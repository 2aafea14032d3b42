"""Under pytest-xdist: one run in as many shards as there are workers, and one budget.

The variants are dealt when collection ends, as `--shard` deals them: each worker knows its own, fires nothing else, and
may spend what the budget has for them, so that nobody needs to ask anybody. The controller plans the whole first, and
refuses it as `harness run` does. In the end it merges the shards into one run; the shards stay in its `workers/`.

A worker that shares no folder with the controller sends its shard home when it ends. One that died leaves its journal:
who replaces it goes on with it, and the merged run tells what nobody fired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.pytest_plugin.options import OPTIONS, settings_of
from harness.pytest_plugin.stashed import CREW

if TYPE_CHECKING:
    from harness.pytest_plugin.running import SessionRun
    from harness.pytest_plugin.scheduling import Worker
    from harness.run.settings import RunResult, RunSettings

_VARIANT: Final = re.compile(r"(?P<file>.+?\.ya?ml)::.*\[(?P<id>v-[0-9a-f-]+)\](?:@.*)?", re.IGNORECASE | re.DOTALL)
_INPUT: Final = "harness"


def crew_of(config: pytest.Config) -> Crew:
    """What the controller knows of its workers."""
    if (crew := config.stash.get(CREW, None)) is None:
        crew = config.stash[CREW] = Crew(config)
        config.pluginmanager.register(crew, "harness-crew")
    return crew


def share_of(session: pytest.Session) -> SessionRun:
    """The run of this worker's share; where it cannot be planned, its items tell why."""
    from harness.errors import HarnessError
    from harness.pytest_plugin import sharing
    from harness.pytest_plugin.running import SessionRun

    told = session.config.workerinput[_INPUT]  # type: ignore[attr-defined]
    try:
        return sharing.worker_run(session, index=told["share"], count=told["count"], run=told["run"])
    except HarnessError as error:
        return SessionRun(settings_of(session.config), None, session.config, error=error)


class Crew:
    """The controller's view of a session with variants; of one without it knows nothing, and costs nothing."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        #: Share → its run's folder, packed up by a worker that shares no folder with us.
        self.brought: dict[int, bytes] = {}
        self.settings: RunSettings | None = None
        self.result: RunResult | None = None
        self._shares: dict[str, int] = {}
        self._orphaned: list[int] = []
        self._died: set[int] = set()
        self._count = 0
        self._run = ""
        self._failed = 0
        self._alone = False
        self._variants: Sequence[tuple[str, str]] = ()
        self._problem = ""

    # Workers come and go

    def instruct(self, node: Worker) -> None:
        """Tells a worker its share. Wrong options end the session before there is one."""
        if not self._shares and any(self.config.getoption(option.dest) is not None for option in OPTIONS):
            self._check_settings()
        share = self._orphaned.pop(0) if self._orphaned else len(self._shares) + 1
        self._count = max(self._count, node.workerinput["workercount"])
        self._run = node.workerinput["testrunuid"]
        self._shares[node.gateway.id] = min(share, self._count)
        node.workerinput[_INPUT] = {"share": self._shares[node.gateway.id], "count": self._count, "run": self._run}

    def _check_settings(self) -> None:
        from harness.errors import HarnessError
        from harness.pytest_plugin.items import words_of

        try:
            settings_of(self.config)
        except HarnessError as error:
            raise pytest.UsageError(words_of(error, self.config)) from None

    def take(self, node: Worker, error: object | None) -> None:
        """Takes the shard that a worker leaves; one that died leaves its share to the next one."""
        share = self._shares.get(node.gateway.id)
        if share is None:
            return
        packed = getattr(node, "workeroutput", {}).get(_INPUT)
        if packed is not None:
            self.brought[share] = packed
        if error is not None:
            self._orphaned.append(share)
            self._died.add(share)

    def share_of(self, node: Worker) -> int:
        """The share of a worker."""
        return self._shares[node.gateway.id]

    # Their items

    def is_variant(self, nodeid: str) -> bool:
        """True for the id of a variant's item."""
        return _VARIANT.fullmatch(nodeid) is not None

    def plan(self, nodeids: Sequence[str], others: int) -> Mapping[str, int]:
        """The share of each variant. Raises pytest's UsageError for what a run would refuse."""
        from harness.errors import HarnessError
        from harness.pytest_plugin import sharing
        from harness.pytest_plugin.items import words_of

        found = [match for nodeid in nodeids if (match := _VARIANT.fullmatch(nodeid))]
        self._variants = [(match["file"], match["id"]) for match in found]
        self._alone = not others
        try:
            self.settings = settings_of(self.config)
            dist = self.config.getoption("dist")
            shares, in_short = sharing.deal(self._variants, self.settings, self._count, dist=dist)
            sharing.open_place(self.settings, self._run)
        except HarnessError as error:
            self.settings = None
            raise pytest.UsageError(words_of(error, self.config)) from None
        if (terminal := self.config.pluginmanager.get_plugin("terminalreporter")) is not None:
            terminal.write_line(f"\n{in_short}")
        return {nodeid: shares[match["id"]] for nodeid, match in zip(nodeids, found, strict=True)}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Stops all workers at the failure at which pytest stops."""
        if report.failed and self.settings is not None:
            self._failed += 1
            most: int = self.config.getoption("maxfail")
            if most and self._failed >= most:
                self.wish("stop")

    def wish(self, word: str) -> None:
        """Leaves word for the workers that look into the folder that they share."""
        from harness.pytest_plugin import sharing

        if self.settings is not None:
            sharing.leave_word(self.settings, self._run, word)

    # The end

    def end(self, session: pytest.Session) -> None:
        """Puts the shards together."""
        if self.settings is None:
            return
        from harness.errors import HarnessError
        from harness.pytest_plugin import gathering
        from harness.pytest_plugin.items import words_of
        from harness.pytest_plugin.running import mend_status

        try:
            self.result = gathering.merged(
                self._variants,
                self.settings,
                count=self._count,
                run=self._run,
                brought=self.brought,
                died=self._died,
            )
        except HarnessError as error:
            self._problem = words_of(error, self.config)
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        else:
            mend_status(session, self.result, alone=self._alone)

    def wait_for_shards(self) -> None:
        """After Ctrl-C: gives the workers the time to let go, before xdist ends them."""
        from harness.pytest_plugin import gathering

        if self.settings is not None:
            self.wish("let go")
            gathering.wait_for_shards(self.settings, self._run)

    def summary(self, terminal: pytest.TerminalReporter) -> str:
        """The end of the session."""
        from harness.errors import EXIT_FAIL, EXIT_NOTHING, EXIT_OK
        from harness.pytest_plugin.running import summed_up

        if self.settings is None:
            return ""
        if self.result is None:
            from harness.pytest_plugin import gathering

            return f"{self._problem}\n{gathering.kept_in(self.settings, self._run)}\n"
        told = summed_up(self.result, self.settings, terminal)
        simulated = self.result.report.head["run"]["target"] == "mock"
        ended = self.result.exit_code in {EXIT_OK, EXIT_FAIL, EXIT_NOTHING}
        return told if ended or simulated else told + self._where_to_go_on()

    def _where_to_go_on(self) -> str:
        """Where the journals of the shards are: of a merged run there is none."""
        from harness.pytest_plugin.telling import seen_from
        from harness.words import text

        assert self.settings is not None
        assert self.result is not None
        place = seen_from(self.settings.cwd, self.result.folder / "workers")
        return text("plugin.shards", self.settings.lang, folder=place) + "\n"


def hand_over(config: pytest.Config, run: SessionRun) -> None:
    """Gives the controller what a worker's run has left, where it cannot see it."""
    from harness.pytest_plugin import sharing

    told: Any = config.workerinput[_INPUT]  # type: ignore[attr-defined]
    if run.result is not None and not sharing.is_shared(run.settings, told["run"]):
        config.workeroutput[_INPUT] = sharing.pack(run.result.folder)  # type: ignore[attr-defined]
