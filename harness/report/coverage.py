"""What a run's rows cover, in one line a scenario: `pairs 118/118 sent, 112 seen accepted, 6 masked by refusals`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness import words
from harness.model import JsonObject
from harness.report.document import Report
from harness.report.style import Style


def counted_word(strengths: Sequence[int], lang: str) -> str:
    """The word for what is counted: levels, pairs, triples, else t-tuples.

    >>> [counted_word(strengths, "en") for strengths in ([1], [2], [3], [2, 3])]
    ['levels', 'pairs', 'triples', 't-tuples']
    """
    size = strengths[0] if len(strengths) == 1 else 0
    return words.text(f"tuples.{size if size in {1, 2, 3} else 't'}", lang)


def coverage_lines(report: Report, style: Style) -> list[str]:
    """One line for each scenario that has a matrix; its name stands first where the run had several scenarios."""
    scenarios: Sequence[JsonObject] = report.head["scenarios"]
    lines = []
    for scenario in scenarios:
        coverage = scenario.get("coverage")
        if coverage is None:
            continue
        text = ", ".join(_parts(coverage, style))
        if len(scenarios) > 1:
            text = style.text("coverage.scenario", scenario=style.plain(str(scenario["name"]), 120), text=text)
        lines.append(text)
    return lines


def _parts(coverage: JsonObject, style: Style) -> Iterator[str]:
    what = counted_word(coverage.get("strengths") or [coverage["strength"]], style.lang)
    yield style.text("coverage.sent", what=what, sent=coverage["covered"], tuples=coverage["tuples"])
    yield style.text("coverage.accepted", accepted=coverage.get("accepted", 0))
    for key in ("masked", "failed", "unclear"):
        if coverage.get(key):
            yield style.text(f"coverage.{key}", **{key: coverage[key]})
    missing = coverage["tuples"] - coverage["covered"]
    if missing:
        reasons = ", ".join(
            style.text("coverage.reason", reason=reason, count=count)
            for reason, count in (coverage.get("reasons") or {}).items()
        )
        yield style.text("coverage.missing", missing=missing, reasons=reasons)
