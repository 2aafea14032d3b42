"""`run --watch`: the run again, whenever a file that it reads has changed. Never at a provider that costs money."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness import clock as clocks
from harness.errors import EXIT_INTERRUPTED, EXIT_OK, HarnessError, MistakesError, NothingSelected, UsageError
from harness.redact import Redactor, secrets_of
from harness.run.settings import RunResult, RunSettings
from harness.run.watching import Watched, differences, next_change
from harness.scenario.files import shown
from harness.words import text, told

_NAMED: Final = 4


def watch(once: Callable[[], RunResult], settings: RunSettings, values: Mapping[str, Any]) -> int:
    """Runs, waits for a change, runs again, until Ctrl-C; the exit code of the last run.

    Mistakes in files are shown and waited for. Of simulated runs only the folder of the last one is kept. Raises
    what is wrong with the first run when no change of a file puts it right: UsageError, EnvironmentProblem,
    BudgetError, and NothingSelected where there is no scenario at all.
    """
    if settings.live:
        raise UsageError(told("watch.live"), told("watch.mock"))
    return _Watch(once, settings, values).go()


class _Watch:
    def __init__(self, once: Callable[[], RunResult], settings: RunSettings, values: Mapping[str, Any]) -> None:
        self._once = once
        self._simulated = settings.base_url is None
        self._lang: str = values["lang"]
        self._quiet = bool(values["quiet"])
        self._watched = Watched(settings)
        self._folder: Path | None = None
        self._code = EXIT_OK

    def go(self) -> int:
        self._watched.check()
        first = True
        while True:
            self._watched.learn()
            before = self._watched.stamps()
            self._run(first=first)
            if self._code == EXIT_INTERRUPTED:
                return self._code
            first = False
            try:
                self._wait(before)  # what changed while it ran counts, too
            except KeyboardInterrupt:
                sys.stderr.write("\n")
                return self._code
            self._watched.forget_code()

    def _run(self, *, first: bool) -> None:
        try:
            result = self._once()
        except HarnessError as error:
            hopeful = isinstance(error, MistakesError | NothingSelected) and self._watched.stamps()
            if first and not hopeful:
                raise
            self._fail(error)
        else:
            self._code = result.exit_code
            self._keep_only(result.folder)
        sys.stdout.flush()

    def _fail(self, error: HarnessError) -> None:
        self._code = error.exit_code
        sys.stderr.write(Redactor(secrets_of(os.environ)).text(error.within(self._lang)) + "\n")

    def _keep_only(self, folder: Path) -> None:
        """Every save of a file would leave a run: of simulated ones the last is enough."""
        if self._simulated and self._folder is not None and self._code != EXIT_INTERRUPTED:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = folder

    def _wait(self, before: Mapping[Path, Any]) -> None:
        now = self._watched.stamps()
        if not differences(before, now):
            self._say("watch.waiting", count=len([file for file in now if now[file] is not None]))
        clock = clocks.real_clock()
        changed = clocks.run(next_change(self._watched.stamps, before, clock), clock)
        self._say("watch.changed", files=_some(changed))

    def _say(self, key: str, **params: object) -> None:
        if not self._quiet:
            sys.stderr.write(text(key, self._lang, **params) + "\n")
            sys.stderr.flush()


def _some(files: Sequence[Path]) -> str:
    names = [shown(file, Path.cwd()) for file in files]
    return ", ".join(names[:_NAMED]) + (f", … +{len(names) - _NAMED}" if len(names) > _NAMED else "")
