"""The gates of tests/bench/locate on a few planted APIs; the table there comes from two hundred."""

from __future__ import annotations

import random

import pytest

from harness.diagnose import Purse
from harness.model import replace
from tests.bench.locate.judging import Planted, cases, explain_all, judge, opaque, ours, planted, right
from tests.bench.locate.planted import Sender

SEEDS = range(3000, 3020)


@pytest.fixture(scope="module")
def apis() -> list[Planted]:
    return planted(SEEDS)


@pytest.mark.thorough
def test_one_row_with_history(apis: list[Planted]) -> None:
    score = judge(cases(apis), ours)
    assert score.exactly >= 0.97, score.wrong
    assert score.mean_probes <= 3.3
    assert score.mean_billed <= 1.3
    assert score.ms_a_decision <= 20  # 2 to 3 on a machine of its own; the suite shares its machine


@pytest.mark.thorough
def test_refusals_without_a_word(apis: list[Planted]) -> None:
    score = judge(cases(opaque(apis)), ours)
    assert score.exactly >= 0.96, score.wrong
    assert score.mean_probes <= 3.8


@pytest.mark.thorough
def test_one_request_in_twenty_refused_for_nothing(apis: list[Planted]) -> None:
    score = judge(cases(apis, spurious=0.05), ours, spurious=0.05)
    assert score.exactly >= 0.96, score.wrong
    assert score.mean_probes <= 5.5


@pytest.mark.thorough
def test_whole_matrix(apis: list[Planted]) -> None:
    found = [(one, explain_all(one, one.api.answer)) for one in apis]
    assert sum(right(*pair) for pair in found) >= 0.9 * len(found)
    assert sum(diagnosis.requests for _, diagnosis in found) <= 8 * len(found)


@pytest.mark.thorough
def test_an_api_without_rules_that_refuses_at_random_is_not_blamed(apis: list[Planted]) -> None:
    for one in apis:
        free = replace(one, api=replace(one.api, rules=()))
        sender = Sender(free.api, spurious=0.05, rng=random.Random(one.seed))
        diagnosis = explain_all(free, sender, spurious=0.05, purse=Purse(max_probes=60))
        assert [found.cause for found in diagnosis.causes if found.cause.confidence != "ranked"] == []
