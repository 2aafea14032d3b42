"""The retry table: creates are never risked, reads are worth some patience."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.fire.retry import BUSY_STATUSES, RULES, Call, Failure, failure_of, pause_s, retry_after_s

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


def test_every_case_has_one_row_with_a_reason() -> None:
    assert sorted((rule.call, rule.failure) for rule in RULES) == sorted(
        (call, failure) for call in Call for failure in Failure
    )
    assert all(rule.why for rule in RULES)


def test_a_create_is_sent_again_only_when_it_surely_was_not_accepted() -> None:
    again = {rule.failure for rule in RULES if rule.call is Call.CREATE and rule.tries > 1}
    assert again == {Failure.UNREACHED, Failure.DECLINED}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_busy(status: int) -> None:
    assert failure_of(status) is Failure.BUSY


@pytest.mark.parametrize("status", [0, 400, 401, 403, 404, 409, 410, 422, 501])
def test_refused(status: int) -> None:
    assert status not in BUSY_STATUSES
    assert failure_of(status) is Failure.REFUSED


def test_pauses_double_to_a_ceiling_and_end() -> None:
    class Highest(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return max(a, b)

    pauses = [pause_s(Call.READ, Failure.LOST, attempt, Highest()) for attempt in range(1, 8)]
    assert pauses == [0.5, 1, 2, 4, 8, None, None]


@given(st.integers(0, 1000), st.integers(1, 5))
def test_pauses_are_spread_by_a_quarter_at_most(seed: int, attempt: int) -> None:
    full = min(0.5 * 2 ** (attempt - 1), 8)
    pause = pause_s(Call.READ, Failure.BUSY, attempt, random.Random(seed))
    assert pause is not None
    assert 0.75 * full <= pause <= full


@given(st.integers(0, 1000), st.sampled_from([(0.25, 0.25), (30.0, 30.0), (61.0, 60.0), (1e12, 60.0)]))
def test_retry_after_is_obeyed_up_to_a_minute_and_spread_a_little(seed: int, case: tuple[float, float]) -> None:
    asked, least = case
    pause = pause_s(Call.READ, Failure.BUSY, 1, random.Random(seed), after_s=asked)
    assert pause is not None
    assert least <= pause <= least * 1.1


def test_a_retry_after_of_nothing_is_no_leave_to_hammer() -> None:
    pauses = [pause_s(Call.READ, Failure.BUSY, attempt, random.Random(0), after_s=0.0) for attempt in range(1, 6)]
    assert pauses == [pause_s(Call.READ, Failure.BUSY, attempt, random.Random(0)) for attempt in range(1, 6)]
    assert min(pause or 0 for pause in pauses) > 0.3


def test_retry_after_gives_no_more_tries() -> None:
    assert pause_s(Call.READ, Failure.BUSY, 6, random.Random(0), after_s=1.0) is None
    assert pause_s(Call.CREATE, Failure.BUSY, 1, random.Random(0), after_s=1.0) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 1.5 ", 1.5),
        ("-5", 0.0),
        ("Sun, 22 Nov 2026 10:15:20 GMT", 20.0),
        ("Sun, 22 Nov 2026 10:14:00 GMT", 0.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Sun, 99 Nov 2026 10:15:20 GMT", None),
    ],
)
def test_retry_after_headers(header: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": header}, NOW) == seconds


def test_no_retry_after_header() -> None:
    assert retry_after_s({}, NOW) is None


@given(st.text(max_size=40))
def test_no_header_breaks_the_reader(text: str) -> None:
    seconds = retry_after_s({"retry-after": text}, NOW + timedelta(hours=1))
    assert seconds is None or seconds >= 0
