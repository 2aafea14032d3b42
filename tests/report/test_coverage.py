from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.matrix.certificate import Space, certify
from harness.model import Json, JsonObject
from harness.report import Report, console, markdown
from harness.report.coverage import coverage_lines
from harness.report.style import Style

FATES = ["accepted", "refused", "failed", "inconclusive", "skipped:budget", "skipped:not selected"]


def covered(report: Report, *coverages: Json) -> Report:
    """The report with a scenario for each of these."""
    first = report.head["scenarios"][0]
    scenarios = [{**first, "name": f"s{number}", "coverage": coverage} for number, coverage in enumerate(coverages)]
    return Report({**report.head, "scenarios": scenarios}, report.variants, report.rows)


def certificate(strength: int, fates: list[str]) -> JsonObject:
    space = Space(counts=(len(fates), 1, 1, 1), strength=strength)
    found = certify(space, [((level, 0, 0, 0), fate) for level, fate in enumerate(fates)])
    return found.as_json(["a", "b", "c", "d"], [range(len(fates)), [0], [0], [0]])


@pytest.mark.parametrize(
    ("strength", "fates", "lang", "said"),
    [
        (2, ["accepted"] * 2, "en", "pairs 9/9 sent, 9 seen accepted"),
        (1, ["accepted", "refused"], "en", "levels 5/5 sent, 4 seen accepted, 1 masked by refusals"),
        (
            2,
            FATES,
            "en",
            (
                "pairs 15/21 sent, 6 seen accepted, 3 masked by refusals, 3 only in tasks that failed, "
                "3 could not be judged, 6 missing (budget: 3, not selected: 3)"
            ),
        ),
        (
            3,
            FATES,
            "ru",
            (
                "тройки: отправлено 13/19, принято 4, скрыто отказами 3, только в упавших задачах 3, неясно 3, "
                "не отправлено 6 (бюджет: 3, не выбраны: 3)"
            ),
        ),
        (4, ["accepted"], "en", "t-tuples 1/1 sent, 1 seen accepted"),
    ],
)
def test_one_line(strength: int, fates: list[str], lang: str, said: str, stories: Mapping[str, Report]) -> None:
    report = covered(next(iter(stories.values())), certificate(strength, fates))
    assert coverage_lines(report, Style(lang=lang)) == [said]
    if lang == "en":
        assert said in console.render(report, width=300).split("\n")
        assert said in markdown.render(report).replace("\\", "").split("\n")


def test_several_scenarios_are_named(stories: Mapping[str, Report]) -> None:
    report = covered(next(iter(stories.values())), certificate(1, ["accepted"]), None, certificate(2, ["refused"]))
    assert coverage_lines(report, Style()) == [
        "s0: levels 4/4 sent, 4 seen accepted",
        "s2: pairs 6/6 sent, 0 seen accepted, 6 masked by refusals",
    ]


@pytest.mark.parametrize(
    "coverage",
    [
        {"strength": 2, "tuples": 118, "covered": 118, "missing": []},
        {},
        {"strengths": "x", "reasons": [], "missing_count": "\x1b[31m", "covered": None},
        {"missing_count": 1, "reasons": {"\u202e": {}}},
        "text",
    ],
)
def test_a_report_of_another_hand(coverage: Json, stories: Mapping[str, Report]) -> None:
    report = covered(next(iter(stories.values())), coverage)
    assert all(line.isprintable() for line in coverage_lines(report, Style()))
