"""What a person sees while a run takes its time: a bar on a terminal, a line for each variant in a CI log."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from harness.clock import wall_s
from harness.model import Judgement, Outcome, PlannedVariant, Variant, Verdict
from harness.redact import Redactor, clean
from harness.report.entries import Facts, row_of
from harness.report.redacted import Redacted
from harness.report.style import Style
from harness.run.firing import redactor_of
from harness.run.preflight import model_of
from harness.run.settings import AccountFacts, Prepared

_MOST_LINE: Final = 400


class Terminal(AbstractContextManager["Terminal"]):
    """The watcher of the command line, all of it on stderr.

    With -v every request; else, on a terminal, a bar with what came of it so far, while a run takes real time; else,
    under CI, one line for each variant that ended; with -q nothing. `total` is the number of variants to fire, `plan`
    the plan in a few words for the line before a live run, `forecast_s` the seconds that it is thought to take.
    """

    def __init__(
        self, values: Mapping[str, Any], total: int, plan: str = "", *, forecast_s: float | None = None
    ) -> None:
        self._plan = plan
        self._quiet = bool(values["quiet"])
        self.wants_log = bool(values["verbose"])
        self._style = Style(lang=values["lang"], ascii=bool(values["ascii"]))
        self._color = values.get("color", "auto")
        self._lines = under_ci() and not self._quiet and not self.wants_log
        self._bar: Any = None
        self._redacted = Redacted(Redactor())
        self._so_far = SoFar(total, forecast_s)

    def planned(self, prepared: Prepared) -> None:
        """Says what a live run will cost before it starts; starts the bar."""
        self._redacted = Redacted(redactor_of(prepared))
        for name, target in prepared.targets.items():
            if target.live and not self._quiet:
                account = prepared.accounts.get(name, AccountFacts())
                sys.stderr.write(self._live_line(prepared, target.label, account) + "\n")
        self._so_far.started_s = wall_s()
        if shows_bar(prepared) and not self._quiet and not self.wants_log:
            self._bar = _bar(self._so_far, self._style, self._color)
            self._bar.start()

    def _live_line(self, prepared: Prepared, label: str, account: AccountFacts) -> str:
        text = self._style.text
        said = [text("live.plan", target=label, plan=self._plan)]
        if account.balance is not None:
            said.append(text("live.account", balance=f"{account.balance:,.10g}"))
        used = {model_of(prepared.plan.variants[index]) for index in prepared.plan.order}
        limits = [f"{clean(model, 80)} {most}" for model, most in account.concurrent.items() if model in used]
        if prepared.settings.diagnose:
            said.append(text("live.probes", probes=prepared.settings.max_probes))
        if limits:
            said.append(text("live.concurrent", models=", ".join(limits)))
        return " ".join(said)

    def finished(self, variant: Variant, outcome: Outcome, judgement: Judgement) -> None:
        """Moves the bar, or writes the variant's line."""
        self._so_far.count(outcome, judgement)
        if self._bar is not None:
            self._bar.update(0, completed=self._so_far.done)
        elif self._lines:
            sys.stderr.write(self._line(variant, outcome, judgement) + "\n")
            sys.stderr.flush()

    def probed(self) -> None:
        """Counts a probe."""
        self._so_far.probes += 1

    def log(self, line: str) -> None:
        """One line on stderr, with -v."""
        sys.stderr.write(clean(line, 2000) + "\n")

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _line(self, variant: Variant, outcome: Outcome, judgement: Judgement) -> str:
        """`3/10 ❌ refused · scenario · name · PARAM.VALUE`, `4/10 ✅ works · scenario · name · task · 24 s`."""
        style, done = self._style, self._so_far.done
        row = row_of(done, Facts(PlannedVariant(variant=variant, credits=None), outcome, judgement), self._redacted)
        parts = [style.result(row), row.scenario, row.name]
        if row.verdict != "pass":
            parts += [finding.code for finding in judgement.findings[:1]]
        if row.task_id is not None:
            parts += [row.task_id, style.time(row.total_s)]
        if outcome.charged_credits:
            parts.append(style.text("plan.credits", credits=style.number(outcome.charged_credits)))
        total = self._so_far.total
        number = f"{done:>{len(str(total))}}/{total}"
        return style.plain(f"{number} {' · '.join(parts)}", _MOST_LINE)


class SoFar:
    """What came of a run up to now."""

    def __init__(self, total: int, forecast_s: float | None = None) -> None:
        self.total = total
        self.probes = 0
        self.credits = 0.0
        self.started_s = 0.0
        self.counts = dict.fromkeys(Verdict, 0)
        self._forecast_s = forecast_s

    @property
    def done(self) -> int:
        """The variants that ended."""
        return sum(self.counts.values())

    def count(self, outcome: Outcome, judgement: Judgement) -> None:
        """Takes a variant that ended. What was not charged yet counts as estimated."""
        self.counts[judgement.verdict] += 1
        charged = outcome.charged_credits
        self.credits += (outcome.estimated_credits if charged is None else charged) or 0.0

    def left_s(self, now_s: float) -> float | None:
        """The seconds that the rest will take: by the plan at first, more and more by how long it took so far."""
        elapsed_s, done = now_s - self.started_s, self.done
        if done >= self.total:
            return None
        planned_s = None if self._forecast_s is None else max(self._forecast_s - elapsed_s, 0.0)
        if not done:
            return planned_s
        at_this_pace_s = elapsed_s / done * (self.total - done)
        if planned_s is None:
            return at_this_pace_s
        seen = done / self.total
        return seen * at_this_pace_s + (1 - seen) * planned_s

    def line(self, style: Style, now_s: float) -> str:
        """`12/32  ✅ 10  ❌ 2  250 credits  4 probes  about 3 min left`."""
        said = [f"{self.done}/{self.total}"] if self.total else []
        said += [f"{style.mark(verdict).strip()} {count}" for verdict, count in self.counts.items() if count]
        if self.credits:
            said.append(style.text("plan.credits", credits=style.number(self.credits)))
        if self.probes:
            said.append(style.text("progress.probes", probes=self.probes))
        if (left_s := self.left_s(now_s)) is not None:
            said.append(style.text("progress.left", time=style.time(max(round(left_s), 1))))
        return style.plain("  ".join(said))


def shows_bar(prepared: Prepared) -> bool:
    """Whether there is a terminal to show a bar on, and time to look at it: the built-in mock takes none."""
    return sys.stderr.isatty() and not all(target.mock for target in prepared.targets.values())


def under_ci() -> bool:
    """Whether a CI server runs this; all of them set `CI`."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def _bar(so_far: SoFar, style: Style, color: str) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeElapsedColumn
    from rich.text import Text

    class Said(ProgressColumn):
        """All in words, as it is at the moment it is drawn."""

        def render(self, task: Task) -> Text:  # noqa: ARG002 - all is known already
            return Text(so_far.line(style, wall_s()))

    shown = () if style.ascii or not so_far.total else (BarColumn(bar_width=24),)
    # None: as NO_COLOR and the terminal say.
    console = Console(stderr=True, no_color=True if color == "never" else None)
    bar = Progress(*shown, Said(), TimeElapsedColumn(), console=console, transient=True)
    bar.add_task("", total=so_far.total or None)
    return bar
