"""`harness run`: fire the scenarios and judge every variant."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness.cli.common import colored, read_options, settings_of
from harness.cli.mended import WRITE, offer
from harness.errors import UsageError
from harness.model import Judgement, Outcome, Variant, Verdict
from harness.redact import clean
from harness.report import console
from harness.report.style import Style
from harness.run.execute import execute
from harness.run.preflight import model_of
from harness.run.prepare import prepare
from harness.run.settings import AccountFacts, Prepared, RunResult
from harness.words import text

_SUMMARY: Final = (
    "Fires every variant of the scenarios, follows each task to its end, judges it, and says what to change."
)


def main(argv: Sequence[str]) -> int:
    """The exit code of the run."""
    values = read_options(argv, "run", _SUMMARY, (WRITE,))
    settings = settings_of(values)
    if values["write"] and not settings.diagnose:
        raise UsageError("--write: only a payload that was seen to work is written.", "Add --diagnose to look for one.")
    prepared = prepare(settings)
    watcher = Terminal(values, len(prepared.plan.order), _in_short(prepared, values))
    result = execute(prepared, watcher)
    watcher.close()
    code = show(result, values)
    offer(prepared, result, values)
    return code


def show(result: RunResult, values: Mapping[str, Any]) -> int:
    """Prints the summary of a run as the options ask; its exit code."""
    ascii_only, color = bool(values["ascii"]) or not _can_say("✅"), colored(values["color"])
    if values["quiet"]:
        sys.stdout.write(console.verdict_line(result.report, lang=values["lang"], ascii=ascii_only, color=color) + "\n")
    else:
        sys.stdout.write(
            console.render(
                result.report,
                lang=values["lang"],
                ascii=ascii_only,
                color=color,
                width=shutil.get_terminal_size((120, 24)).columns,
                folder=shown(result.folder),
            )
        )
    for problem in result.problems:
        sys.stderr.write(f"{problem}\n")
    if os.environ.get("GITHUB_ACTIONS"):
        from harness.cli.github import announce

        announce(result.report, lang=values["lang"], quiet=bool(values["quiet"]))
    return result.exit_code


class Terminal:
    """The watcher that a person sees: log lines with -v, a progress bar on a terminal while a run takes real time."""

    def __init__(self, values: Mapping[str, Any], total: int, plan: str = "") -> None:
        self._plan = plan
        self.wants_log = bool(values["verbose"])
        self._values = values
        self._total = total
        self._bar: Any = None
        self._counts = dict.fromkeys(Verdict, 0)

    def planned(self, prepared: Prepared) -> None:
        """Says what a live run will cost before it starts; starts the bar."""
        lang = self._values["lang"]
        for name, target in prepared.targets.items():
            if target.live and not self._values["quiet"]:
                said = [text("live.plan", lang, target=target.label, plan=self._plan)]
                account = prepared.accounts.get(name, AccountFacts())
                if account.balance is not None:
                    said.append(text("live.account", lang, balance=f"{account.balance:,.10g}"))
                used = {model_of(prepared.plan.variants[index]) for index in prepared.plan.order}
                limits = [f"{clean(model, 80)} {most}" for model, most in account.concurrent.items() if model in used]
                if prepared.settings.diagnose:
                    said.append(text("live.probes", lang, probes=prepared.settings.max_probes))
                if limits:
                    said.append(text("live.concurrent", lang, models=", ".join(limits)))
                sys.stderr.write(" ".join(said) + "\n")
        timed = not all(target.mock for target in prepared.targets.values())
        if timed and sys.stderr.isatty() and not self._values["quiet"] and not self._values["verbose"]:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task("", total=self._total)
            self._bar.start()

    def finished(self, variant: Variant, outcome: Outcome, judgement: Judgement) -> None:  # noqa: ARG002
        """Moves the bar."""
        self._counts[judgement.verdict] += 1
        if self._bar is not None:
            counts = " ".join(f"{count} {verdict}" for verdict, count in self._counts.items() if count)
            self._bar.update(0, advance=1, description=counts)

    def log(self, line: str) -> None:
        """One line on stderr, with -v."""
        sys.stderr.write(clean(line, 2000) + "\n")

    def close(self) -> None:
        """Ends the bar."""
        if self._bar is not None:
            self._bar.stop()


def _in_short(prepared: Prepared, values: Mapping[str, Any]) -> str:
    """The plan of a live run in one line; nobody waits for it otherwise."""
    if values["quiet"] or not any(target.live for target in prepared.targets.values()):
        return ""
    from harness.cli.plan import total_line
    from harness.run.forecast import forecast_s

    style = Style(lang=values["lang"], ascii=bool(values["ascii"]))
    return total_line(prepared, forecast_s(prepared), style)


def _can_say(sign: str) -> bool:
    try:
        sign.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def shown(folder: Path) -> str:
    """A folder's name for people: relative to where they are, if it lies there."""
    try:
        return str(folder.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(folder)
