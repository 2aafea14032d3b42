"""How many refusals make a proof, and that less is none."""

from __future__ import annotations

import pytest

from harness.diagnose import Evidence, History, Localiser, Probe, Purse, Said, Space, Verdict
from harness.diagnose.chance import ERROR, rate, refusals_needed
from harness.diagnose.evidence import Row, holds

SAID = Said(signature="400 invalid")
GOOD = (0,) * 6


def refused(row: Row) -> Evidence:
    return Evidence(row=row, fate="refused", said=(SAID,))


def accepted(row: Row) -> Evidence:
    return Evidence(row=row, fate="accepted")


@pytest.mark.parametrize(
    ("counts", "needed"),
    [
        pytest.param([2, 2], [3, 3], id="two factors of two levels"),
        pytest.param([3] * 4, [3, 4, 4], id="four of three"),
        pytest.param([4] * 10, [4, 5, 6, 7], id="ten of four"),
        pytest.param([10] * 14, [4, 5, 7, 9], id="fourteen of ten"),
    ],
)
def test_the_more_causes_there_could_be_the_more_refusals_it_takes(counts: list[int], needed: list[int]) -> None:
    assert [refusals_needed(counts, size, 0.05) for size in range(1, len(needed) + 1)] == needed


def test_an_api_without_levels_or_with_a_cause_of_all_its_factors_is_no_special_case() -> None:
    assert refusals_needed([], 1, 0.05) >= 2
    assert refusals_needed([2] * 7, 7, 0.05) > refusals_needed([2] * 7, 4, 0.05)


def test_chance_alone_reaches_the_bar_no_more_often_than_it_may() -> None:
    """Every level of one factor, with as many refusals as prove it: the sum of their chances is within the bound."""
    for levels in (2, 5, 20, 100):
        assert levels * 0.05 ** refusals_needed([levels], 1, 0.05) <= ERROR


def test_an_api_that_was_seen_to_refuse_at_random_has_to_refuse_more_often() -> None:
    history = History(Space(factors=6), [accepted((level, *GOOD[1:])) for level in range(20)])
    assert rate(history) == 0.05
    for level in range(3):
        history.add(refused((level, *GOOD[1:])))
    assert history.contradictions == 3
    assert 0.2 < rate(history) < 0.4
    assert refusals_needed([4] * 10, 2, rate(history)) > refusals_needed([4] * 10, 2, 0.05)


def test_a_pair_that_was_refused_by_accident_and_again_by_accident_is_not_proven() -> None:
    """The row and one certificate are refused for nothing, all else is accepted: nothing is blamed."""
    row = (1, 1, 1, 1, 1, 1)
    history = History(Space(factors=6), [accepted(GOOD), accepted((2, 1, 1, 1, 1, 1)), refused(row)])
    localiser = Localiser(history, row)
    accidents = 2
    while isinstance(step := localiser.step(), Probe):
        spurious = accidents > 0 and step.row != row
        accidents -= spurious
        localiser.tell(refused(step.row) if spurious else accepted(step.row))
    assert [cause for cause in step.causes if cause.confidence != "ranked"] == []
    assert not any(holds(one, cause.items) for cause in step.causes for one in history.accepted)


def test_what_is_proven_has_as_many_refusals_as_it_takes() -> None:
    row, cause = (1, 1, 1, 1, 1, 1), ((0, 1), (3, 1))
    history = History(Space(factors=6), [accepted(GOOD), accepted((2,) * 6), refused(row)])
    localiser = Localiser(history, row)
    while isinstance(step := localiser.step(), Probe):
        localiser.tell(refused(step.row) if holds(step.row, cause) else accepted(step.row))
    (found,) = step.causes
    assert (found.items, found.confidence) == (cause, "minimal")
    speak = [one for sent, answers in history.refused.items() if holds(sent, cause) for one in answers]
    assert len(speak) >= refusals_needed(history.counts(), 2, rate(history))


def test_two_refused_rows_that_share_one_level_prove_nothing_yet() -> None:
    rows = [(1, 1, 1, 1, 1, 1), (1, 2, 2, 2, 2, 2)]
    good = [GOOD, (0, 1, 1, 1, 1, 1), (0, 2, 2, 2, 2, 2)]
    history = History(Space(factors=6), [*map(accepted, good), *map(refused, rows)])
    verdict = Localiser(history, rows[0], purse=Purse(max_probes=0)).step()
    assert isinstance(verdict, Verdict)
    assert [(cause.items, cause.confidence) for cause in verdict.causes] == [(((0, 1),), "ranked")]
    for row in [(1, 0, 0, 0, 0, 0), (1, 0, 1, 2, 0, 1), (1, 2, 0, 0, 2, 0), (1, 0, 2, 2, 0, 2)]:
        history.add(refused(row))
    verdict = Localiser(history, rows[0], purse=Purse(max_probes=0)).step()
    assert isinstance(verdict, Verdict)
    assert [(cause.items, cause.confidence) for cause in verdict.causes] == [(((0, 1),), "minimal")]
