"""Two runs side by side, whole: every kind of change, drift that is one, and drift that is chance."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from harness.jsonio import encode
from harness.model import Expectation, Finding, Phrase, TaskState, Verdict, replace
from harness.report import Report
from harness.report.compare import KINDS, chance, compare, document
from harness.report.comparison import render
from harness.report.style import Style

Make = Callable[..., Report]
Case = Callable[..., Any]


def told(code: str, text: str) -> Finding:
    return Finding(code=code, message=Phrase(key="problem", params={"text": text}))


@pytest.fixture
def runs(make_report: Make, make_case: Case) -> tuple[Report, Report]:
    """A run and the next one, in which everything happens that can."""

    def refused(number: int, name: str, code: str = "PARAM.VALUE", text: str = "ratio is refused.") -> Any:
        return make_case(number, name, state=None, verdict=Verdict.FAIL, findings=[told(code, text)])

    def unclear(number: int, name: str) -> Any:
        return make_case(
            number,
            name,
            state=TaskState.RUNNING,
            verdict=Verdict.INCONCLUSIVE,
            findings=[told("TASK.TIMEOUT", "The task was still RUNNING.")],
        )

    def skipped(number: int, name: str) -> Any:
        skip = Phrase(key="skip.contract", params={"contracts": "2025-10", "contract": "2026-11-22"})
        return make_case(number, name, verdict=Verdict.SKIPPED, skip=skip)

    before = [
        make_case(1, "works as before"),
        make_case(2, "breaks"),
        refused(3, "is mended"),
        refused(4, "fails on"),
        refused(5, "fails in another way"),
        make_case(6, "goes"),
        make_case(7, "hangs"),
        unclear(8, "hung, works"),
        unclear(9, "hung, fails"),
        skipped(10, "was skipped"),
        make_case(11, "is skipped"),
        skipped(12, "is skipped on"),
        unclear(13, "hangs on"),
        make_case(14, "dearer", price=25.0),
        make_case(15, "error of ours", verdict=Verdict.ERROR, state=None, findings=[told("OURS.BUG", "KeyError")]),
        refused(18, "is to be refused"),
        make_case(19, "now accepted will do"),
        make_case(20, "is to work", state=None, expect=Expectation(kind="rejected", field="ratio")),
    ]
    after = [
        make_case(1, "works as before"),
        refused(2, "breaks"),
        make_case(3, "is mended"),
        refused(4, "fails on"),
        refused(5, "fails in another way", "PARAM.TYPE", "ratio is no text."),
        unclear(7, "hangs"),
        make_case(8, "hung, works"),
        refused(9, "hung, fails"),
        make_case(10, "was skipped"),
        skipped(11, "is skipped"),
        skipped(12, "is skipped on"),
        unclear(13, "hangs on"),
        make_case(14, "dearer", price=30.0),
        make_case(15, "error of ours"),
        make_case(16, "comes"),
        refused(17, "comes and fails"),
        make_case(18, "is to be refused", state=None, expect=Expectation(kind="rejected")),
        make_case(19, "now accepted will do", expect=Expectation(kind="accepted")),
        refused(20, "is to work"),
    ]
    return make_report(before, exit_code=1), make_report(after, exit_code=1)


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("compare.txt", Style(width=100)),
        ("compare.ru.txt", Style(lang="ru", width=100)),
        ("compare.ascii.txt", Style(ascii=True, width=80)),
    ],
)
def test_a_whole_comparison(
    name: str, style: Style, runs: tuple[Report, Report], golden: Callable[[str, str], None]
) -> None:
    golden(f"compare/{name}", render(*runs, compare(*runs), style))


def test_a_whole_comparison_as_data(runs: tuple[Report, Report], golden: Callable[[str, str], None]) -> None:
    text = json.dumps(json.loads(encode(document(*runs, compare(*runs)))), indent=1, ensure_ascii=False)
    golden("compare/compare.json", text + "\n")


def test_each_variant_has_one_place(runs: tuple[Report, Report]) -> None:
    found = compare(*runs)
    assert {kind: [change.name for change in found.changes[kind]] for kind in KINDS} == {
        "new": ["breaks", "hung, fails", "comes and fails", "is to work"],
        "changed": ["fails in another way"],
        "unclear": ["hangs"],
        "still": ["fails on"],
        "otherwise": ["is to be refused", "now accepted will do"],
        "fixed": ["is mended", "error of ours"],
        "gone": ["is skipped", "goes"],
        "added": ["was skipped", "comes"],
    }
    assert found.worse
    assert found.alike == 5


def test_a_run_compared_with_itself_changed_nothing(runs: tuple[Report, Report]) -> None:
    found = compare(runs[0], runs[0])
    assert not found.worse
    assert [kind for kind in KINDS if found.changes[kind]] == ["still"]
    assert not found.drifts


def test_a_refusal_that_is_accepted_now_has_changed(make_report: Make, make_case: Case) -> None:
    before, after = (make_report([make_case(1, "x", state=state)]) for state in (TaskState.SUCCEEDED, TaskState.FAILED))
    assert [change.name for change in compare(before, after).changes["changed"]] == ["x"]


def timed(make_report: Make, make_case: Case, times: Sequence[float], **more: Any) -> Report:
    return make_report(
        [make_case(number, f"v{number}", total_s=total) for number, total in enumerate(times, 1)], **more
    )


@pytest.mark.parametrize(
    ("before", "after", "drifts"),
    [
        pytest.param([22.0] * 6, [42.0] * 6, 1, id="twice as long, six times"),
        pytest.param([22.0] * 5, [42.0] * 5, 0, id="five are too few"),
        pytest.param([22.0] * 6, [24.0] * 6, 0, id="a tenth is too little"),
        pytest.param([2.5] * 6, [3.5] * 6, 0, id="a second is too little"),
        pytest.param([22.0] * 6, [42.0] * 5 + [2.0], 0, id="one of six the other way may be chance"),
        pytest.param([22.0] * 9, [42.0] * 8 + [2.0], 1, id="one of nine is not"),
        pytest.param([42.0] * 6, [22.0] * 6, 1, id="faster is told too"),
        pytest.param([22.0] * 6, [22.0] * 6, 0, id="the same"),
    ],
)
def test_latency_drifts_only_where_it_is_no_chance(
    make_report: Make, make_case: Case, before: list[float], after: list[float], drifts: int
) -> None:
    runs = [timed(make_report, make_case, times) for times in (before, after)]
    assert len(compare(*runs).drifts) == drifts


def test_times_of_two_targets_are_not_compared(make_report: Make, make_case: Case) -> None:
    before = timed(make_report, make_case, [22.0] * 9)
    after = timed(make_report, make_case, [92.0] * 9, target="https://api.dev.runwayml.com")
    found = compare(before, after)
    assert not found.drifts
    assert "The targets differ (mock, https://api.dev.runwayml.com): times are not compared." in render(
        before, after, found, Style(width=200)
    )


def test_long_lists_are_cut(make_report: Make, make_case: Case) -> None:
    report = make_report([make_case(number, f"v{number}") for number in range(1, 200)])
    empty = make_report([])
    text = render(empty, report, compare(empty, report), Style())
    assert len(text.splitlines()) < 60
    assert "and 149 more: see --json" in text


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [([], 1.0), ([(1, 1)] * 9, 1.0), ([(1, 2)], 1.0), ([(1, 2)] * 5, 0.0625), ([(1, 2)] * 5 + [(2, 1)], 0.21875)],
)
def test_the_sign_test(pairs: list[tuple[float, float]], expected: float) -> None:
    assert chance(pairs) == expected


def test_of_several_with_one_payload_the_name_tells(make_report: Make, make_case: Case) -> None:
    """A new variant above one with the same payload does not take its place."""

    def named(number: int, name: str, **more: Any) -> Any:
        made = make_case(number, name, **more)
        variant = replace(made.planned.variant, payload_id="v-00000001")
        return dataclasses.replace(made, planned=replace(made.planned, variant=variant))

    failing = {"state": None, "verdict": Verdict.FAIL, "findings": [told("PARAM.VALUE", "ratio is refused.")]}
    before = make_report([make_case(1, "old", **failing)])
    after = make_report([named(1, "new"), named(2, "old", **failing)])
    found = compare(before, after)
    changes = {kind: [change.name for change in found.changes[kind]] for kind in KINDS if found.changes[kind]}
    assert changes == {"still": ["old"], "added": ["new"]}
