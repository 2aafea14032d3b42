"""The run behind a session's items: planned when collection ends, fired all together in a thread with the first item.

pytest takes its items one after the other, and a task takes minutes: so all that is selected is one run, as the command
line's, and an item waits until its variant has come to its end. Who stops early stops the run too: what is in flight is
followed to its end, or let go after Ctrl-C; nothing more is fired.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import pytest

from harness.errors import EXIT_NOTHING, EXIT_OK, HarnessError, NothingSelected, UsageError
from harness.model import Judgement, Outcome, Phrase, Variant, Verdict
from harness.pytest_plugin.items import VariantItem, read, words_of
from harness.pytest_plugin.options import settings_of
from harness.pytest_plugin.stashed import RUN
from harness.pytest_plugin.telling import Teller, closing, in_short, properties
from harness.report import Report
from harness.run.coverage import unselected
from harness.run.execute import execute
from harness.run.folder import check_report_target
from harness.run.prepare import prepare_chosen
from harness.run.settings import Grip, Prepared, RunResult, RunSettings
from harness.words import in_lang, text, told

STOPPED: Final = Phrase(key="stop.pytest")
#: How often who waits for a variant looks whether another worker wants everything to stop.
_LOOK_S: Final = 0.2
#: Whoever waits longer than this for the run to end is told what for.
_PATIENCE_S: Final = 1.0


class Wish(Enum):
    """What others want of a run: that it goes on, that nothing more is fired, that it lets go of what is in flight."""

    GO_ON = 0
    STOP = 1
    LET_GO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a variant ended: `report` is one of it alone. Where it was not fired at all, `why` says so instead."""

    variant: Variant
    verdict: Verdict
    report: Report | None = None
    known: bool = False
    why: str = ""


def selected(items: Sequence[pytest.Item]) -> list[VariantItem]:
    """The variants among a session's items that pytest is going to run: those with a skip mark are not to be fired."""
    return [item for item in items if isinstance(item, VariantItem) and not _is_skipped(item)]


def _is_skipped(item: pytest.Item) -> bool:
    marks = item.iter_markers()
    return any(
        mark.name == "skip"
        # A condition in words is for pytest to read: not to fire is the side to err on.
        or (mark.name == "skipif" and any(condition is not False for condition in mark.args))
        or (mark.name == "xfail" and mark.kwargs.get("run") is False)
        for mark in marks
    )


def prepared_of(items: Sequence[VariantItem], settings: RunSettings) -> Prepared:
    """The run of these variants, at least one. Raises what `prepare` raises."""
    for name in settings.report_names:
        check_report_target(name)
    files = dict.fromkeys(item.file for item in items)
    scenarios = {file.scenario.name: file.scenario for file in files}
    chosen = [item.variant for item in items]
    if len(scenarios) < len(files) or len({variant.id for variant in chosen}) < len(chosen):
        read([file.path for file in files], settings)  # it tells which two have the same name
        raise UsageError(told("plugin.same_ids"), told("plugin.same_ids.fix"))
    left_out = unselected([variant for file in files for variant in file.variants], chosen)
    return prepare_chosen(settings, list(scenarios.values()), chosen, left_out=left_out)


def plan(session: pytest.Session) -> None:
    """Plans the session's run. Raises pytest's UsageError, which ends it before anything is sent."""
    items = selected(session.items)
    prepared, nothing = None, ""
    try:
        settings = settings_of(session.config)
        prepared = prepared_of(items, settings) if items else None
    except NothingSelected as error:
        nothing = in_lang(error.text, settings.lang)
    except HarnessError as error:
        raise pytest.UsageError(words_of(error, session.config)) from None
    session.config.stash[RUN] = SessionRun(settings, prepared, session.config, nothing=nothing)


def run_of(item: VariantItem) -> SessionRun:
    """The run behind an item. A worker of pytest-xdist plans its own with its first one."""
    if (run := item.config.stash.get(RUN, None)) is None:
        from harness.pytest_plugin.workers import share_of

        run = item.config.stash[RUN] = share_of(item.session)
    return run


class SessionRun:
    """One run, in a thread of its own, and its Watcher. Without `prepared` there is nothing to fire: `nothing` or
    `error` tell why.

    `folder` is that of a run that broke off and is gone on with. `look` is called now and then while somebody waits,
    and tells whether others want all to stop.
    """

    wants_log = False

    def __init__(
        self,
        settings: RunSettings,
        prepared: Prepared | None,
        config: pytest.Config,
        *,
        nothing: str = "",
        error: BaseException | None = None,
        folder: Path | None = None,
        look: Callable[[], Wish] | None = None,
    ) -> None:
        self.settings = settings
        self.result: RunResult | None = None
        self.error = error
        self._config = config
        self._nothing = nothing or text("plugin.not_fired", settings.lang)
        self._folder = folder
        self._look = look
        self._prepared = prepared
        self._grip = Grip()
        self._teller = None if prepared is None else Teller(prepared, self._grip)
        self._ended: dict[str, Ended] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._over = prepared is None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told_error = False

    @property
    def in_short(self) -> str:
        """What will be fired, at what, for how much, in one line."""
        return in_short(self._prepared, self.settings.lang)

    def wait(self, variant: Variant) -> Ended:
        """How a variant ended, as soon as it has. The first one to be waited for starts the run."""
        if self._thread is None and not self._over:
            self._thread = threading.Thread(target=self._go, name="harness run", daemon=True)
            self._thread.start()
        with self._changed:
            while variant.id not in self._ended and not self._over:
                self._changed.wait(None if self._look is None else _LOOK_S)
                if self._look is not None and (wish := self._look()) is not Wish.GO_ON:
                    self._interrupt() if wish is Wish.LET_GO else self._ask(STOPPED)
                    self._look = None
        return self._ended.get(variant.id) or self._not_fired(variant)

    def _not_fired(self, variant: Variant) -> Ended:
        """Of a variant that was known before the run went on, that the run does not know, or did not come to."""
        if self.result is not None:
            report = self.result.report
            for row, entry in zip(report.rows, report.variants, strict=True):
                if entry["id"] == variant.id:
                    return Ended(
                        variant=variant,
                        verdict=Verdict(row.verdict),
                        report=Report(report.head, [entry], (row,)),
                        known=row.known,
                    )
        if self.error is None:
            return Ended(variant=variant, verdict=Verdict.SKIPPED, why=self._nothing)
        if self._told_error:
            return Ended(variant=variant, verdict=Verdict.SKIPPED, why=text("plugin.no_run", self.settings.lang))
        self._told_error = True
        return Ended(variant=variant, verdict=Verdict.ERROR, why=self._what_went_wrong())

    # The run's own thread

    def _go(self) -> None:
        assert self._prepared is not None
        try:
            self.result = execute(self._prepared, self, folder=self._folder, grip=self._grip)
        except BaseException as error:  # noqa: BLE001  # whoever waits is to hear of it
            self.error = error
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def planned(self, prepared: Prepared) -> None:
        """Notes what the pre-flight found, and the loop that the run is stopped in."""
        self._prepared = prepared
        self._loop = asyncio.get_running_loop()

    def finished(self, variant: Variant, outcome: Outcome, judgement: Judgement) -> None:
        """Wakes the item that waits for this variant."""
        baseline = self._prepared.baseline if self._prepared is not None else None
        known = baseline is not None and baseline.knows(judgement)
        assert self._teller is not None
        report = self._teller.report(variant, outcome, judgement, known=known)
        ended = Ended(variant=variant, verdict=judgement.verdict, report=report, known=known)
        with self._changed:
            self._ended[variant.id] = ended
            self._changed.notify_all()

    def probed(self) -> None:
        """No item stands for a probe."""

    def log(self, line: str) -> None:
        """Nobody looks."""

    # Its end

    def end(self, session: pytest.Session, *, interrupted: bool) -> None:
        """Waits for the run to end: after Ctrl-C it lets go of what is in flight, else nothing more is fired."""
        if self._thread is not None:
            if interrupted:
                self._interrupt()
            else:
                self._ask(STOPPED)
            try:
                self._thread.join(_PATIENCE_S)
                if self._thread.is_alive() and (
                    terminal := session.config.pluginmanager.get_plugin("terminalreporter")
                ):
                    terminal.write_line(f"\nharness: {text('plugin.waiting', self.settings.lang)}")
                self._thread.join()
            except KeyboardInterrupt:  # the second one: nobody waits even for that
                self._interrupt()
                self._thread.join(2.0)
        mend_status(session, self.result, alone=all(isinstance(item, VariantItem) for item in session.items))

    def _ask(self, reason: Phrase) -> None:
        self._call(lambda: self._grip.stop.ask(reason))

    def _interrupt(self) -> None:
        self._call(self._grip.stop.interrupt)

    def _call(self, act: Callable[[], None]) -> None:
        """Does it in the run's loop; a run that has none yet does it at once, one that has ended never."""
        if self._loop is None:
            act()
            return
        try:
            self._loop.call_soon_threadsafe(act)
        except RuntimeError:  # closed: it has ended meanwhile
            return

    # What is told

    def told(self, ended: Ended) -> str:
        """What is to be said against a variant."""
        return ended.why if ended.report is None or self._teller is None else self._teller.told(ended.report)

    def reason(self, ended: Ended) -> str:
        """Why it was skipped, or is a known failure, in one line."""
        return ended.why if ended.report is None or self._teller is None else self._teller.reason(ended.report)

    def properties(self, ended: Ended) -> list[tuple[str, str]]:
        """What a JUnit report keeps of a variant."""
        return [] if ended.report is None else properties(ended.report)

    def _what_went_wrong(self) -> str:
        if isinstance(self.error, HarnessError):
            return words_of(self.error, self._config)
        return text("plugin.bug", self.settings.lang, error=f"{type(self.error).__name__}: {self.error}")

    def summary(self, terminal: pytest.TerminalReporter) -> str:
        """The end of the session: causes, notes, totals, folder; nothing where there was no run."""
        return "" if self.result is None else summed_up(self.result, self.settings, terminal)


def summed_up(result: RunResult, settings: RunSettings, terminal: pytest.TerminalReporter) -> str:
    """The closing lines of a run for pytest's terminal."""
    width = shutil.get_terminal_size((100, 24)).columns
    problems = "".join(f"{problem.within(settings.lang)}\n" for problem in result.problems)
    return closing(result, settings, color=bool(terminal.hasmarkup), width=width) + problems


def mend_status(session: pytest.Session, result: RunResult | None, *, alone: bool) -> None:
    """Gives a session the exit code that its run means, where pytest would call it fine.

    `alone`: it is about variants alone. A run that was stopped early, by its budget for example, is not fine.
    """
    if session.exitstatus != pytest.ExitCode.OK:
        return
    if result is not None and result.exit_code not in {EXIT_OK, EXIT_NOTHING}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    elif alone and (result is None or all(row.verdict == "skipped" for row in result.report.rows)):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
