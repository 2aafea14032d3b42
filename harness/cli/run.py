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
from harness.cli.options import Option
from harness.cli.terminal import Terminal, shows_bar
from harness.errors import UsageError
from harness.report import console
from harness.report.style import Style
from harness.run.execute import execute
from harness.run.prepare import prepare
from harness.run.settings import Prepared, RunResult, RunSettings
from harness.words import told

WATCH: Final = Option(flags=("--watch",), only_flag=True, group="how far")


def main(argv: Sequence[str]) -> int:
    """The exit code of the run."""
    values = read_options(argv, "run", (WRITE, WATCH))
    settings = settings_of(values)
    if values["write"] and not settings.diagnose:
        raise UsageError(told("usage.write"), told("usage.write.fix"))
    if values["watch"]:
        from harness.cli.watch import watch

        return watch(lambda: _once(settings, values), settings, values)
    return _once(settings, values).exit_code


def _once(settings: RunSettings, values: Mapping[str, Any]) -> RunResult:
    prepared = prepare(settings)
    forecast = _forecast_s(prepared, values)
    with Terminal(
        values, len(prepared.plan.order), _in_short(prepared, forecast, values), forecast_s=forecast
    ) as watcher:
        result = execute(prepared, watcher)
    show(result, values)
    offer(prepared, result, values)
    return result


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
        sys.stderr.write(f"{problem.within(values['lang'])}\n")
    if os.environ.get("GITHUB_ACTIONS"):
        from harness.cli.github import announce

        announce(result.report, lang=values["lang"], quiet=bool(values["quiet"]))
    return result.exit_code


def _forecast_s(prepared: Prepared, values: Mapping[str, Any]) -> float | None:
    """How long a run will take, where somebody waits for it; it is a run on simulated time and not for nothing."""
    live = any(target.live for target in prepared.targets.values())
    if values["quiet"] or not (live or (shows_bar(prepared) and not values["verbose"])):
        return None
    from harness.run.forecast import forecast_s

    return forecast_s(prepared)


def _in_short(prepared: Prepared, forecast_s: float | None, values: Mapping[str, Any]) -> str:
    """The plan of a live run in one line; nobody reads it otherwise."""
    if forecast_s is None or not any(target.live for target in prepared.targets.values()):
        return ""
    from harness.cli.plan import total_line

    return total_line(prepared, forecast_s, Style(lang=values["lang"], ascii=bool(values["ascii"])))


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
