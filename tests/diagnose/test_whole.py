"""The explanation of a whole matrix: causes once, rows once, hidden pairs again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import product

import pytest

from harness.diagnose import Evidence, History, Probe, Purse, Said, Space
from harness.diagnose.evidence import Items, Row, holds
from harness.diagnose.whole import Cover, Diagnosis, Explainer

SAID = Said(signature="400 invalid")
ROWS = [row for number, row in enumerate(product(range(3), repeat=4)) if number % 2 == 0]


def answer(rules: Sequence[Items], row: Row) -> Evidence:
    refused = any(holds(row, items) for items in rules)
    return Evidence(row=row, fate="refused" if refused else "accepted", said=(SAID,) if refused else ())


def diagnose(
    history: History, send: Callable[[Row], Evidence], *, cover: Cover | None = None, purse: Purse | None = None
) -> Diagnosis:
    explainer = Explainer(history, cover=cover, purse=purse)
    while isinstance(step := explainer.step(), Probe):
        assert step.purpose == "repeat" or not history.sent(step.row)
        explainer.tell(send(step.row))
    return step


def test_one_cause_explains_all_its_rows_and_is_told_once() -> None:
    rules = [((1, 2),)]
    history = History(Space(factors=4), [answer(rules, row) for row in ROWS])
    refused = tuple(history.refused)
    diagnosis = diagnose(history, lambda row: answer(rules, row))
    (explained,) = diagnosis.causes
    assert explained.cause.items == ((1, 2),)
    assert explained.cause.confidence == "minimal"
    assert explained.rows[: len(refused)] == refused
    assert len(diagnosis.verdicts) == 1
    assert diagnosis.unexplained == ()
    assert diagnosis.requests <= 2


def test_the_cause_of_most_rows_comes_first() -> None:
    rules = [((0, 1), (2, 2)), ((1, 2),)]
    history = History(Space(factors=4), [answer(rules, row) for row in ROWS])
    diagnosis = diagnose(history, lambda row: answer(rules, row))
    assert [explained.cause.items for explained in diagnosis.causes] == [((1, 2),), ((0, 1), (2, 2))]


def test_nothing_refused_is_nothing_to_say() -> None:
    history = History(Space(factors=4), [answer([], row) for row in ROWS])
    assert diagnose(history, lambda row: answer([], row)) == Diagnosis(causes=(), verdicts=())


def test_a_cause_that_another_hid_is_found_when_its_pairs_are_sent_again() -> None:
    rules = [((0, 1),), ((1, 1), (2, 1))]
    rows = [row for row in ROWS if row[0] == 1 or (row[1], row[2]) != (1, 1)]
    history = History(Space(factors=4), [answer(rules, row) for row in rows])
    asked: list[tuple[tuple[Items, ...], tuple[Row, ...]]] = []

    def cover(forbidden: tuple[Items, ...], accepted: tuple[Row, ...]) -> list[Row]:
        asked.append((forbidden, accepted))
        return [row for row in [(0, 1, 1, 0), (2, 2, 2, 2)] if not any(holds(row, items) for items in forbidden)]

    diagnosis = diagnose(history, lambda row: answer(rules, row), cover=cover)
    assert {explained.cause.items for explained in diagnosis.causes} == set(rules)
    assert asked[0][0] == (((0, 1),),)
    assert set(asked[-1][0]) == set(rules)
    assert all(answer(rules, row).fate == "accepted" for row in asked[-1][1])


def test_probes_keep_the_budget_whatever_is_left_to_explain() -> None:
    rules = [((0, 1), (1, 1), (2, 1)), ((1, 2), (3, 2)), ((0, 2), (2, 2))]
    for probes in range(8):
        history = History(Space(factors=4), [answer(rules, row) for row in ROWS])
        diagnosis = diagnose(history, lambda row: answer(rules, row), purse=Purse(max_probes=probes))
        assert diagnosis.requests <= probes


def test_without_a_budget_causes_are_only_ranked_or_shown_by_the_matrix_itself() -> None:
    rules = [((0, 1), (1, 1))]
    rows = [(0, 0, 0, 0), (1, 1, 0, 0), (1, 0, 1, 1), (0, 1, 1, 1)]
    history = History(Space(factors=4), [answer(rules, row) for row in rows])
    diagnosis = diagnose(history, lambda row: answer(rules, row), purse=Purse(max_probes=0))
    (explained,) = diagnosis.causes
    assert explained.cause.items == ((0, 1), (1, 1))
    assert explained.cause.confidence == "ranked"
    assert diagnosis.requests == 0


@pytest.mark.parametrize("seed", range(8))
def test_an_api_that_refuses_at_random_is_not_blamed_on_a_parameter(seed: int) -> None:
    rng = random.Random(seed)

    def send(row: Row) -> Evidence:
        refused = rng.random() < 0.05
        return Evidence(row=row, fate="refused" if refused else "accepted", said=(SAID,) if refused else ())

    matrix = [tuple(rng.randrange(4) for _ in range(8)) for _ in range(60)]
    history = History(Space(factors=8), [Evidence(row=matrix[0], fate="accepted"), *map(send, matrix[1:])])
    diagnosis = diagnose(history, send)
    assert [explained for explained in diagnosis.causes if explained.cause.confidence != "ranked"] == []
