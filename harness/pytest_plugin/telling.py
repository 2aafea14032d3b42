"""What is said of a variant, and of the whole run: as the console of `harness run` says it, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from harness.clock import real_clock
from harness.errors import EXIT_INCONCLUSIVE
from harness.model import JsonObject, Judgement, Outcome, RunPlan, Variant, Verdict
from harness.redact import clean
from harness.report import Report, RunFacts, build, console, save_assets
from harness.report.cases import amount, cases
from harness.report.junit import properties_of
from harness.report.remarks import Remark, remark_of, since
from harness.report.same import whos
from harness.report.style import Style
from harness.run.before import Now, history, runs_before
from harness.run.firing import redactor_of
from harness.run.prepare import contracts
from harness.run.settings import Grip, Prepared, RunResult, RunSettings
from harness.words import text

if TYPE_CHECKING:
    from harness.run.index import Ran


class Teller:
    """Puts into words what became of the variants of a run, without its secrets."""

    def __init__(self, prepared: Prepared, grip: Grip) -> None:
        self._prepared = prepared
        self._grip = grip
        self._redactor = redactor_of(prepared)
        self._planned = {item.variant.id: item for item in prepared.plan.variants}
        self._style = Style(lang=prepared.settings.lang)
        self._before: Sequence[Ran] | None = None

    def told(self, report: Report) -> str:
        """A paragraph: what was seen, what to do, the task's id, what it cost, the line that repeats it by hand."""
        return "\n".join(self._lines(report))

    def _lines(self, report: Report) -> Iterator[str]:
        row, entry, style = report.rows[0], report.variants[0], self._style
        yield f"{style.result(row)}: {style.plain(row.name, 200)}"
        remark = remark_of(row, entry, style)
        yield from _points(remark, style)
        remark.ids.append(str(entry["id"]))
        if told := since(report, remark, style):
            yield f"  {told}"
        if row.task_id is not None:
            yield style.text("plugin.task", task=style.plain(row.task_id, 200))
        if row.credits is not None:
            yield style.text("plugin.credits", credits=amount(row.credits))
        if levels := entry.get("levels"):
            yield style.text("plugin.levels", levels=style.compact(levels, 100))
        if curl := entry.get("curl"):
            yield self._by_hand(curl)
            yield f"  {curl}"

    def _by_hand(self, curl: str) -> str:
        """Where the line is to be started: one that sends a file takes it from the run's folder."""
        if "cat assets/" not in curl or self._grip.folder is None:
            return self._style.text("plugin.curl")
        if self._prepared.shard is not None:  # the folder moves when the shards are merged
            return self._style.text("plugin.curl.shard")
        return self._style.text("plugin.curl.folder", folder=seen_from(self._prepared.settings.cwd, self._grip.folder))

    def reason(self, report: Report) -> str:
        """The first thing to say, in one line."""
        point = remark_of(report.rows[0], report.variants[0], self._style).points[0]
        return f"{point.message} [{point.code}]" if point.code else point.message

    def report(self, variant: Variant, outcome: Outcome, judgement: Judgement, *, known: bool) -> Report:
        """A report of this variant alone."""
        prepared = self._prepared
        plan = RunPlan(variants=(self._planned[variant.id],), order=(0,))
        name, folder = variant.scenario, self._grip.folder
        assets: Mapping[str, str] = {}
        if folder is not None and judgement.verdict is not Verdict.PASS:
            with suppress(OSError):  # as in the run's own reports: there is no line to copy then
                assets = save_assets(folder, plan)
        facts = RunFacts(
            id="" if folder is None else folder.name,
            target=", ".join(sorted({target.label for target in prepared.targets.values()})),
            provider=", ".join(sorted(prepared.targets)),
            contract=prepared.scenarios[name].provider.contract_version,
            until=prepared.until,
            seed=prepared.settings.seed,
            started_at=real_clock().utc(),
            wall_s=0.0,
            exit_code=0,
        )
        return build(
            facts,
            {name: prepared.scenarios[name]},
            plan,
            [outcome],
            [judgement],
            self._redactor,
            assets=assets,
            known={variant.id} if known else (),
            history=self._history(variant) if judgement.verdict in {Verdict.FAIL, Verdict.ERROR} else None,
        )

    def _history(self, variant: Variant) -> JsonObject | None:
        """How it fared in the runs before; None where there were none."""
        prepared, folder = self._prepared, self._grip.folder
        if folder is None:
            return None
        if self._before is None:
            target = ", ".join(sorted({target.label for target in prepared.targets.values()}))
            now = Now(
                scenarios=prepared.scenarios,
                folder=folder,
                target=self._redactor.text(target),
                contract=contracts(prepared.scenarios),
            )
            self._before = runs_before(folder.parent, now)
        return history(self._before, lambda: whos([variant], self._redactor))


def properties(report: Report) -> list[tuple[str, str]]:
    """Name and value of what a JUnit report keeps of the one variant of this report: as junit.xml of the run."""
    return [(name, clean(value, 1000)) for case in cases(report) for name, value in properties_of(case)]


def seen_from(root: Path, folder: Path) -> str:
    """A folder's name for people: relative to the rootdir, if it lies there."""
    return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)


def _points(remark: Remark, style: Style) -> Iterator[str]:
    for point in remark.points:
        yield f"  {point.message}" + (f" [{point.code}]" if point.code else "")
        if point.advice:
            yield f"  {point.advice}"
        if point.said is not None:
            yield f"  {style.text('report.said', said=point.said)}"
    if remark.more:
        yield f"  {style.text('report.more_findings', count=remark.more)}"


def in_short(prepared: Prepared | None, lang: str) -> str:
    """What will be fired, at what, for how much, in one line."""
    if prepared is None:
        return f"harness: {text('plugin.nothing', lang)}"
    targets = ", ".join(sorted({target.label for target in prepared.targets.values()}))
    key = "plugin.plan.mock" if all(target.mock for target in prepared.targets.values()) else "plugin.plan"
    params = {"count": len(prepared.plan.order), "target": clean(targets, 200), "credits": amount(prepared.credits)}
    return f"harness: {text(key, lang, **params)}"


def closing(result: RunResult, settings: RunSettings, *, color: bool, width: int) -> str:
    """The lines below the table of `harness run`: causes, notes, coverage, totals, the folder, what works."""
    folder = seen_from(settings.cwd, result.folder)
    told = console.render(result.report, lang=settings.lang, color=color, width=width, folder=folder, variants=False)
    skipped = [
        reason
        for row in result.report.rows
        if row.verdict == "skipped"
        and (reason := result.report.variants[row.number - 1].get("skipped"))
        and reason["words"]["key"] != "skip.contract"
    ]
    if result.exit_code != EXIT_INCONCLUSIVE or not skipped:
        return told
    style = Style(lang=settings.lang, width=width)
    why = style.plain(style.say(skipped[-1]["words"], skipped[-1]["text"]), 500)
    return f"{told}{style.wrap(style.text('plugin.stopped', count=len(skipped), reason=why))}\n"
