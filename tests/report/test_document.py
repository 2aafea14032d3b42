"""The record: what is counted, what a working format is, what an entry says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from harness.model import Expectation, JsonObject, MediaExpectation, Phrase, TaskState, Verdict, replace
from harness.report import Report
from harness.report.entries import Entries

Make = Callable[..., Report]
Case = Callable[..., Any]


def test_entries_stand_in_plan_order_and_are_built_when_looked_at(stories: Mapping[str, Report]) -> None:
    report = stories["red"]
    assert isinstance(report.variants, Entries)
    assert [entry["id"] for entry in report.variants] == [f"v-{number:08x}" for number in range(1, 13)]
    assert report.variants[0] == report.variants[0]
    assert report.variants[0] is not report.variants[0]
    assert [entry["name"] for entry in report.variants[1:3]] == ["aspect ratio", "aspect ratio again"]
    assert report.variants[-1]["name"] == "no failure"


def test_rows_read_off_the_entries_are_those_that_the_run_made(stories: Mapping[str, Report]) -> None:
    for report in stories.values():
        assert Report(report.head, list(report.variants)).rows == report.rows


def test_totals_count_verdicts_and_credits(stories: Mapping[str, Report]) -> None:
    assert stories["red"].head["totals"] == {
        "pass": 3,
        "fail": 6,
        "inconclusive": 1,
        "error": 1,
        "skipped": 1,
        "credits": {"planned": 225, "estimated": 175, "charged": 100},
    }


def test_credits_that_nobody_named_are_unknown_and_not_nothing(make_report: Make, make_case: Case) -> None:
    report = make_report([make_case(1, "free?", price=None)])
    assert report.head["totals"]["credits"] == {"planned": None, "estimated": None, "charged": None}
    assert report.variants[0]["credits"] == {"planned": None, "estimated": None, "charged": None}


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 10**400])
def test_amounts_that_are_none_are_left_out(make_report: Make, make_case: Case, amount: float) -> None:
    odd = make_case(1, "odd", price=5.0)
    odd = replace(odd, outcome=replace(odd.outcome, charged_credits=amount))
    report = make_report([odd, make_case(2, "even", price=2.5)])
    assert report.head["totals"]["credits"]["charged"] == 2.5
    assert report.variants[0]["credits"]["charged"] is None


@pytest.mark.parametrize(
    ("expect", "state", "verdict", "result"),
    [
        pytest.param("works", TaskState.SUCCEEDED, Verdict.PASS, "works", id="works"),
        pytest.param("works", TaskState.PENDING, Verdict.PASS, "accepted", id="only accepted: --until accepted"),
        pytest.param("accepted", TaskState.FAILED, Verdict.PASS, "failed", id="accepted, and failed later"),
        pytest.param("works", None, Verdict.FAIL, "refused", id="refused"),
        pytest.param("works", TaskState.FAILED, Verdict.FAIL, "failed", id="failed"),
        pytest.param("works", TaskState.CANCELLED, Verdict.FAIL, "failed", id="cancelled"),
        pytest.param("works", TaskState.SUCCEEDED, Verdict.FAIL, "output", id="not what was asked for"),
        pytest.param("rejected", None, Verdict.PASS, "refused", id="refusal seen"),
        pytest.param("rejected", TaskState.SUCCEEDED, Verdict.FAIL, "accepted", id="refusal not seen"),
        pytest.param("rejected", TaskState.FAILED, Verdict.FAIL, "accepted", id="refusal not seen, failed later"),
        pytest.param("failed", TaskState.FAILED, Verdict.PASS, "failed", id="failure seen"),
        pytest.param("failed", TaskState.SUCCEEDED, Verdict.FAIL, "works", id="failure not seen"),
        pytest.param("works", None, Verdict.INCONCLUSIVE, "unclear", id="cannot tell"),
        pytest.param("works", TaskState.SUCCEEDED, Verdict.ERROR, "error", id="error of ours"),
        pytest.param("works", None, Verdict.SKIPPED, "skipped", id="skipped"),
    ],
)
def test_what_was_seen(
    *, make_report: Make, make_case: Case, expect: Any, state: TaskState | None, verdict: Verdict, result: str
) -> None:
    report = make_report([make_case(1, "x", expect=Expectation(kind=expect), state=state, verdict=verdict)])
    assert report.variants[0]["result"] == report.rows[0].result == result


def test_a_variant_without_outcome_or_judgement_is_skipped(make_report: Make, make_case: Case) -> None:
    lost = make_case(1, "never fired")
    other = make_case(2, "fired")
    report = make_report([replace(lost, outcome=other.outcome, judgement=other.judgement), other])
    assert (report.rows[0].verdict, report.rows[0].result, report.rows[0].task_id) == ("skipped", "skipped", None)
    assert report.variants[0]["attempts"] == 0


def test_the_working_format_is_the_first_that_was_seen_to_work(make_report: Make, make_case: Case) -> None:
    rejected = Expectation(kind="rejected")
    report = make_report(
        [
            make_case(1, "refused as expected", payload={"a": 1}, expect=rejected, state=None),
            make_case(2, "fails", payload={"a": 2}, state=None, verdict=Verdict.FAIL),
            make_case(3, "works", payload={"a": 3}),
            make_case(4, "works too", payload={"a": 4}),
        ]
    )
    assert report.head["scenarios"][0]["working_format"] == {"a": 3}


@pytest.mark.parametrize(
    ("expect", "written"),
    [
        (Expectation(), "works"),
        (Expectation(kind="rejected"), "rejected"),
        (Expectation(kind="rejected", status=400, field="ratio"), {"rejected": {"status": 400, "field": "ratio"}}),
        (Expectation(kind="failed", code="SAFETY.*", message="x"), {"failed": {"message": "x", "code": "SAFETY.*"}}),
        (
            Expectation(media=MediaExpectation(width=720, duration_s=5.0)),
            {"works": {}, "media": {"width": 720, "duration_s": 5.0}},
        ),
    ],
)
def test_expectations_are_written_as_scenarios_write_them(
    make_report: Make, make_case: Case, expect: Expectation, written: JsonObject | str
) -> None:
    assert make_report([make_case(1, "x", expect=expect)]).variants[0]["expect"] == written


def test_numbers_keep_their_kind_beside_equal_ones(make_report: Make, make_case: Case) -> None:
    payloads: list[JsonObject] = [{"a": 1}, {"a": True}, {"a": 1.0}, {"a": "1"}, {"a": None}, {"a": 0}, {"a": False}]
    report = make_report([make_case(index, str(index), payload=payload) for index, payload in enumerate(payloads)])
    assert [repr(entry["payload"]) for entry in report.variants] == [repr(payload) for payload in payloads]


def test_values_under_secret_names_are_hidden_whatever_they_are(make_report: Make, make_case: Case) -> None:
    payload = {"api_key": "abc", "pin": 7, "nested": {"password": "x", "list": [{"token": 5}]}, "token": 12345}
    assert make_report([make_case(1, "x", payload=payload)]).variants[0]["payload"] == {
        "api_key": "<redacted>",
        "pin": 7,
        "nested": {"password": "<redacted>", "list": [{"token": "<redacted>"}]},
        "token": "<redacted>",
    }


def test_notes_and_skips_are_told_in_english_with_what_translates_them(make_report: Make, make_case: Case) -> None:
    skip = Phrase(key="skip.contract", params={"contracts": "2025-10", "contract": "2026-11-22"})
    report = make_report([make_case(1, "x", verdict=Verdict.SKIPPED, skip=skip)], notes=(skip,))
    told = {
        "text": "only for contract 2025-10; this run uses 2026-11-22",
        "words": {"key": "skip.contract", "params": {"contracts": "2025-10", "contract": "2026-11-22"}},
    }
    assert report.variants[0]["skipped"] == told
    assert report.head["run"]["notes"] == [told]


def test_the_redactor_sees_what_fills_the_blanks(stories: Mapping[str, Report]) -> None:
    entry = stories["hostile"].variants[2]
    assert entry["name"] == "works with <redacted>"
    assert entry["payload"]["promptText"] == "my key is <redacted> | ``` <b>"
    assert entry["curl"] is None
