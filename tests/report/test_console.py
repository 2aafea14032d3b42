"""The summary in the terminal: columns stand under each other, task ids are whole, nothing is silently left out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from harness.model import Expectation, Finding, Phrase, TaskState, Verdict
from harness.report import Report, console
from harness.words import LANGS

Make = Callable[..., Report]
Case = Callable[..., Any]

ANSI = re.compile(r"\x1b\[[0-9;]*m")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def cells(line: str) -> int:
    return int(wcswidth(line))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("ascii_", [False, True], ids=["emoji", "ascii"])
@pytest.mark.parametrize("story", ["green", "red", "two_scenarios"])
def test_columns_stand_under_each_other(story: str, lang: str, ascii_: bool, stories: Mapping[str, Report]) -> None:  # noqa: FBT001  # a table
    lines = console.render(stories[story], lang=lang, ascii=ascii_, width=130).splitlines()
    rows = [line for line in lines if re.match(r" +\d+  ", line)]
    assert len(rows) == len(stories[story].rows)
    starts = {cells(line[: match.start()]) for line in rows if (match := UUID.search(line))}
    assert len(starts) == 1
    assert len({cells(line) for line in rows}) == 1
    head = next(line for line in lines if line.lstrip().startswith("#  "))
    assert cells(head[: re.search("Task ID|ID задачи", head).start()]) in starts  # type: ignore[union-attr]


@pytest.mark.parametrize("story", ["green", "red", "two_scenarios", "hostile"])
def test_colours_change_nothing_but_colours(story: str, stories: Mapping[str, Report]) -> None:
    for width in (70, 100):
        coloured = console.render(stories[story], color=True, width=width)
        assert ANSI.sub("", coloured) == console.render(stories[story], width=width)
        assert "\x1b[3" in coloured


@pytest.mark.parametrize("story", ["green", "red", "hostile"])
def test_ascii_is_ascii(story: str, stories: Mapping[str, Report]) -> None:
    assert console.render(stories[story], ascii=True, folder="отчёты").isascii()


def test_in_russian_every_word_of_ours_is_russian(stories: Mapping[str, Report]) -> None:
    english = console.render(stories["green"], width=120, folder="f")
    russian = console.render(stories["green"], lang="ru", width=120, folder="f")
    ours = ["works", "refused", "SUMMARY", "contract", "Variant", "Credits", "simulated", "Reports", "Working format"]
    assert [word for word in ours if word not in english] == []
    left = [word for word in ours if word in russian.replace("ratio instead", "")]
    assert left == []
    assert "✅ РАБОТАЕТ" in russian
    assert "✅ Найден рабочий формат! {" in russian
    assert "❌ НЕ РАБОТАЕТ" in console.render(stories["red"], lang="ru")


def test_an_unknown_key_of_another_version_falls_back_to_english(make_report: Make, make_case: Case) -> None:
    report = make_report([make_case(1, "x", verdict=Verdict.FAIL, state=None)])
    finding = {"code": "NEW", "message": "Something new.", "suggestion": None, "words": {"message": {"key": "new.key"}}}
    again = Report(report.head, [{**report.variants[0], "findings": [finding]}])
    assert "❌ 1 x: Something new. [NEW]\n" in console.render(again, lang="ru")


@pytest.mark.parametrize(
    ("story", "lang", "ascii_", "line"),
    [
        ("green", "en", False, "✅ 7 variants, all as expected · runway · image_to_video · mock · contract 2026-11-22"),
        (
            "green",
            "en",
            True,
            "PASS 7 variants, all as expected | runway | image_to_video | mock | contract 2026-11-22",
        ),
        (
            "two_scenarios",
            "en",
            False,
            "❌ 1 of 5 variants not as expected · runway · 4 scenarios · mock · contract 2026-11-22",
        ),
        (
            "two_scenarios",
            "ru",
            False,
            "❌ не как ожидалось: 1 из 5 · runway · 4 сценария · mock · контракт 2026-11-22",
        ),
    ],
)
def test_the_verdict_in_one_line(
    *, story: str, lang: str, ascii_: bool, line: str, stories: Mapping[str, Report]
) -> None:
    assert console.verdict_line(stories[story], lang=lang, ascii=ascii_) == line
    assert ANSI.sub("", console.verdict_line(stories[story], lang=lang, ascii=ascii_, color=True)) == line


def test_nothing_works(make_report: Make, make_case: Case) -> None:
    text = console.render(make_report([make_case(1, "x", verdict=Verdict.FAIL, state=None)], exit_code=1))
    assert text.endswith("❌ No working format found.\n")


def test_nothing_that_should_work_was_fired(make_report: Make, make_case: Case) -> None:
    refusal = make_case(1, "x", expect=Expectation(kind="rejected"), state=None)
    assert "ormat" not in console.render(make_report([refusal]))


def test_what_was_fired_only_in_part_is_not_called_hopeless(make_report: Make, make_case: Case) -> None:
    cases = [
        make_case(1, "x", verdict=Verdict.FAIL, state=None),
        make_case(2, "y", verdict=Verdict.INCONCLUSIVE, state=None),
    ]
    expected = "⚠  No working format found yet: some variants could not be judged.\n"
    assert console.render(make_report(cases)).endswith(expected)
    assert console.render(make_report(cases[::-1])).endswith(expected)


def test_a_hundred_rows_are_all_shown(make_report: Make, make_case: Case) -> None:
    text = console.render(make_report([make_case(number, f"row {number}") for number in range(1, 101)]))
    assert len(set(UUID.findall(text))) == 100
    assert "not shown" not in text


def test_of_more_rows_those_that_did_not_pass_are_shown(make_report: Make, make_case: Case) -> None:
    cases = [
        make_case(number, f"row {number}", verdict=Verdict.FAIL if number in (7, 150) else Verdict.PASS)
        for number in range(1, 201)
    ]
    lines = console.render(make_report(cases), folder="reports/r").splitlines()
    shown = [int(line.split()[0]) for line in lines if "d8b03508" in line]
    assert shown == [*range(1, 20), 150]
    assert "  180 passes are not shown here: reports/r/report.json" in lines
    assert "❌ 7, 150: no reason was recorded." in lines


def test_of_very_many_failures_a_hundred_are_shown_and_the_rest_counted(make_report: Make, make_case: Case) -> None:
    cases = [
        make_case(number, f"row {number}", verdict=Verdict.FAIL if number % 2 else Verdict.PASS)
        for number in range(1, 401)
    ]
    lines = console.render(make_report(cases)).splitlines()
    shown = [int(line.split()[0]) for line in lines if "d8b03508" in line]
    assert shown == list(range(1, 200, 2))
    assert "  200 passes and 100 others are not shown here: report.json" in lines
    assert "❌ 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 90 more: no reason was recorded." in lines
    assert "  100 more variants with findings: see report.json." in lines


def test_many_scenarios_are_bounded(make_report: Make, make_case: Case) -> None:
    names = [f"s{number}" for number in range(40)]
    cases = [make_case(number, "x", scenario=name) for number, name in enumerate(names, 1)]
    lines = console.render(make_report(cases, scenarios=names)).splitlines()
    assert sum(line.startswith("✅ Working format found (s") for line in lines) == 30
    assert lines[-1] == "  And 10 more scenarios: see report.json."


TEXT = st.text(max_size=40)
VERDICTS = st.sampled_from(list(Verdict))
FINDINGS = st.lists(
    st.builds(
        lambda code, text, said, warning: Finding(
            code=code, message=Phrase(key="problem", params={"text": text}), said=said, warning=warning
        ),
        st.text(max_size=20),
        st.text(max_size=400),
        st.none() | st.text(max_size=200),
        st.booleans(),
    ),
    max_size=3,
)
TASKS = st.uuids(version=4).map(str) | st.text("abcdefXYZ0123456789-_", min_size=1, max_size=90)
CASES = st.lists(
    st.tuples(
        TEXT,
        VERDICTS,
        st.none() | st.sampled_from(list(TaskState)),
        TASKS,
        FINDINGS,
        st.sampled_from(["works", "accepted", "rejected", "failed"]),
        st.sampled_from(["image_to_video", "other"]),
        st.none() | st.floats(0, 1e6),
        st.floats(0, 1e5),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(cases=CASES, width=st.integers(1, 220), lang=st.sampled_from(LANGS), ascii_=st.booleans())
def test_any_run_renders_with_whole_task_ids_within_the_width(
    *,
    make_report: Make,
    make_case: Case,
    cases: list[tuple[Any, ...]],
    width: int,
    lang: str,
    ascii_: bool,
) -> None:
    report = make_report(
        [
            make_case(
                number,
                name,
                verdict=verdict,
                state=state,
                task_id=task_id,
                findings=findings,
                expect=Expectation(kind=kind),
                scenario=scenario,
                price=price,
                total_s=total_s,
                levels={"promptText": name},
            )
            for number, (name, verdict, state, task_id, findings, kind, scenario, price, total_s) in enumerate(cases, 1)
        ],
        scenarios=("image_to_video", "other"),
    )
    text = console.render(report, lang=lang, ascii=ascii_, width=width, folder="reports/x")
    ids = [row.task_id for row in report.rows if row.task_id is not None]
    assert [task_id for task_id in ids if task_id not in text] == []
    limit = max(width, 64)
    wide = [
        line
        for line in text.splitlines()
        if cells(line) > limit and '{"model": ' not in line and not any(task_id in line for task_id in ids)
    ]
    assert wide == []


def test_task_ids_of_another_shape_stay_whole(make_report: Make, make_case: Case) -> None:
    task_id = f"task/{uuid.UUID(int=7)}/{'x' * 120}"
    assert task_id in console.render(make_report([make_case(1, "x", task_id=task_id)]), width=80)
