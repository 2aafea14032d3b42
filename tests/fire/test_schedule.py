"""The poll schedule: what is learned from the tasks that ended, and how few looks the next ones take."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.fire.schedule import Pace, Schedule

RNG = random.Random(0)


def looks(schedule: Schedule, pace: Pace, takes_s: float, kind: str = "clip") -> tuple[int, float]:
    """How often a task of this length is looked at, and at which age it is seen to have ended."""
    age_s = last_s = 0.0
    for number in range(1, 10_000):
        last_s, age_s = age_s, age_s + schedule.pause_s(kind, pace, age_s, RNG)
        if age_s >= takes_s:
            schedule.ended(kind, last_s=last_s, seen_s=age_s, every_s=pace.every_s)
            return number, age_s
    raise AssertionError


def test_nothing_is_known_at_first() -> None:
    schedule = Schedule()
    assert schedule.pause_s("clip", Pace(6.0), 0.0, RNG) == 6.0
    assert looks(schedule, Pace(6.0), 33.0) == (6, 36.0)
    assert schedule.pause_s("clip", Pace(6.0), 0.0, RNG) == 33.0


@given(st.floats(0.05, 900), st.floats(0.1, 30))
def test_tasks_of_one_length_take_three_looks_at_most_once_it_is_known(takes_s: float, every_s: float) -> None:
    schedule, pace = Schedule(), Pace(every_s)
    looks(schedule, pace, takes_s)
    for _ in range(60):
        number, seen_s = looks(schedule, pace, takes_s)
        assert number <= 3
        assert seen_s - takes_s <= 2 * every_s


@given(st.lists(st.floats(1, 100), min_size=1, max_size=50), st.floats(0, 5), st.floats(0, 5))
def test_never_more_often_than_allowed(lengths: list[float], jitter_s: float, least_s: float) -> None:
    schedule, pace = Schedule(), Pace(3.0, jitter_s, least_s)
    for takes_s in lengths:
        looks(schedule, pace, takes_s)
        for age_s in (0.0, 1.0, 50.0):
            assert schedule.pause_s("clip", pace, age_s, RNG) >= least_s


def test_kinds_are_learned_by_themselves() -> None:
    schedule, pace = Schedule(), Pace(5.0)
    looks(schedule, pace, 100.0, "long")
    assert schedule.pause_s("short", pace, 0.0, RNG) == 5.0
    assert schedule.pause_s("long", pace, 0.0, RNG) == pytest.approx(97.5)


def test_a_provider_that_becomes_quicker_is_noticed() -> None:
    schedule, pace = Schedule(), Pace(5.0)
    for _ in range(20):
        looks(schedule, pace, 100.0)
    for _ in range(200):
        number, seen_s = looks(schedule, pace, 20.0)
    assert seen_s <= 30
    assert number <= 3


def test_a_provider_that_becomes_slower_is_noticed() -> None:
    schedule, pace = Schedule(), Pace(5.0)
    for _ in range(20):
        looks(schedule, pace, 20.0)
    for _ in range(40):
        number, _ = looks(schedule, pace, 100.0)
    assert number <= 3


def test_of_many_lengths_the_short_ones_are_not_kept_waiting() -> None:
    schedule, pace = Schedule(), Pace(5.0)
    for takes_s in [20.0, 60.0, 60.0] * 8:
        looks(schedule, pace, takes_s)
    assert looks(schedule, pace, 20.0)[1] <= 30


def test_without_an_interval_nothing_is_waited_for() -> None:
    schedule = Schedule()
    schedule.ended("clip", last_s=0.0, seen_s=30.0, every_s=0.0)
    assert schedule.pause_s("clip", Pace(0.0), 0.0, RNG) == 0.0
