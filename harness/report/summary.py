"""What every written summary says of the run as a whole: its title, its totals, and where no format works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import JsonObject
from harness.report.document import Report
from harness.report.style import Style

_COUNTED: Final = ("pass", "fail", "inconclusive", "error", "skipped")
#: A pass that is no working format was only accepted: that says nothing against the payload.
_SETTLED: Final = frozenset({"pass", "skipped"})
_WORST_FIRST: Final = ("error", "fail", "inconclusive")


def title(report: Report, style: Style) -> str:
    """What was fired at what: `runway · image_to_video · mock · contract 2026-11-22`."""
    run, scenarios = report.head["run"], report.head["scenarios"]
    several = style.text("report.scenarios", count=len(scenarios))
    contract = str(run["contract"])
    parts = (
        str(run["provider"]),
        str(scenarios[0]["name"]) if len(scenarios) == 1 else several,
        str(run["target"]),
        style.text("report.no_contract") if contract == "none" else style.text("report.contract", contract=contract),
    )
    return style.plain(" · ").join(style.plain(part, 120) for part in parts)


def headline(report: Report, style: Style) -> tuple[str, str]:
    """What came of the run in a few words, and the verdict whose sign it bears.

    A run that ended early is not all well, even if nothing that was fired went wrong.
    """
    totals = report.head["totals"]
    fired = sum(totals[verdict] for verdict in ("pass", *_WORST_FIRST))
    verdict = next((verdict for verdict in _WORST_FIRST if totals[verdict]), "pass" if fired else "skipped")
    if verdict == "fail" and (known := sum(row.known for row in report.rows)) >= totals["fail"]:
        # Nothing new, and not all well either.
        return "inconclusive", style.text("headline.known", count=known, fired=fired)
    key = "headline.pass.skipped" if verdict == "pass" and totals["skipped"] else f"headline.{verdict}"
    text = style.text(key, count=totals[verdict], fired=fired, skipped=totals["skipped"])
    return "inconclusive" if verdict == "pass" and report.head["run"]["exit_code"] else verdict, text


def counts(report: Report) -> list[tuple[str, int]]:
    """Verdict and number, worst last. Passes and failures are always counted, the others when there are some."""
    totals = report.head["totals"]
    return [(verdict, totals[verdict]) for verdict in _COUNTED if totals[verdict] or verdict in {"pass", "fail"}]


def credits_line(report: Report, style: Style) -> str:
    """What the run cost and what it was planned to cost. After a run against the mock it says that nothing was paid."""
    money, mock = report.head["totals"]["credits"], report.head["run"]["target"] == "mock"
    return style.text(
        "report.credits.mock" if mock else "report.credits",
        charged=style.number(money["charged"]),
        planned=style.number(money["planned"]),
    )


def time_line(run: JsonObject, style: Style) -> str:
    """How long the run took, and how long it would have taken: `0.4 s (4 min 12 s simulated)`."""
    wall, simulated = style.time(run["wall_s"]), run.get("simulated_s")
    return wall if simulated is None else style.text("report.simulated", wall=wall, simulated=style.time(simulated))


def without_format(report: Report) -> Mapping[str, str]:
    """Scenario → fail (nothing works) or inconclusive (cannot tell), for scenarios without a working format.

    A scenario in which nothing was fired that was expected to work is not among them.
    """
    found: dict[str, str] = {}
    working = {row.scenario for row in report.rows if row.works}
    for row in report.rows:
        if row.wanted and row.verdict not in _SETTLED and row.scenario not in working:
            before = found.get(row.scenario, "fail")
            found[row.scenario] = "fail" if before == row.verdict == "fail" else "inconclusive"
    return found
