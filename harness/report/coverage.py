"""What a run's rows cover, in one line a scenario: `pairs 118/118 sent, 112 seen accepted, 6 masked by refusals`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness import words
from harness.model import Json, JsonObject
from harness.report.document import Report
from harness.report.style import Style

#: Of so many scenarios, at most, the coverage is told; report.json has them all.
_MOST: Final = 30


def counted_word(strengths: Sequence[Json], lang: str) -> str:
    """The word for what is counted: levels, pairs, triples, else t-tuples.

    >>> [counted_word(strengths, "en") for strengths in ([1], [2], [3], [2, 3])]
    ['levels', 'pairs', 'triples', 't-tuples']
    """
    size = strengths[0] if len(strengths) == 1 else 0
    return words.text(f"tuples.{size if size in (1, 2, 3) else 't'}", lang)


def coverage_lines(report: Report, style: Style) -> list[str]:
    """One line for each scenario that has a matrix; its name stands first where the run had several scenarios."""
    scenarios: Sequence[JsonObject] = report.head["scenarios"]
    lines = []
    for scenario in scenarios[:_MOST]:
        coverage = scenario.get("coverage")
        if not isinstance(coverage, Mapping):
            continue
        text = ", ".join(_parts(coverage, style))
        if len(scenarios) > 1:
            text = style.text("coverage.scenario", scenario=style.plain(str(scenario["name"]), 120), text=text)
        lines.append(text)
    return lines


def _parts(coverage: JsonObject, style: Style) -> Iterator[str]:
    # A report.json of another hand may lack any of these: what is not there is not said.
    strengths, counts = coverage.get("strengths"), coverage.get("reasons")
    what = counted_word(strengths if isinstance(strengths, list) else [coverage.get("strength")], style.lang)
    yield style.text("coverage.sent", what=what, sent=coverage.get("covered", 0), tuples=coverage.get("tuples", 0))
    yield style.text("coverage.accepted", accepted=coverage.get("accepted", 0))
    for key in ("masked", "failed", "unclear"):
        if coverage.get(key):
            yield style.text(f"coverage.{key}", **{key: coverage[key]})
    if coverage.get("missing_count"):
        reasons = ", ".join(
            style.text("coverage.reason", reason=style.plain(str(reason), 80), count=count)
            for reason, count in (counts if isinstance(counts, Mapping) else {}).items()
        )
        yield style.text("coverage.missing", missing=coverage["missing_count"], reasons=reasons)
