"""Guesses of several rows, brought together."""

from __future__ import annotations

from harness.diagnose.evidence import Items, Row
from harness.diagnose.merging import merged
from harness.diagnose.records import Cause, Verdict
from harness.diagnose.whole import Diagnosis, Explained

LONG: Items = ((1, 1),)


def guess(row: Row, items: Items, *others: tuple[Items, float], share: float = 0.6) -> tuple[Verdict, Explained]:
    cause = Cause(items=items, confidence="ranked", share=share, refused=(row,))
    return Verdict(row=row, status="ranked", causes=(cause,), others=others), Explained(cause=cause, rows=(row,))


def diagnosis(*guesses: tuple[Verdict, Explained]) -> Diagnosis:
    return Diagnosis(causes=tuple(one for _, one in guesses), verdicts=tuple(verdict for verdict, _ in guesses))


PAIRS = diagnosis(guess((0, 1), ((0, 0), (1, 1)), (LONG, 0.4)), guess((1, 1), ((0, 1), (1, 1)), (LONG, 0.4)))


def test_a_half_that_explains_both_rows_is_likelier_than_a_pair_in_each() -> None:
    (found,) = merged(PAIRS, [(0, 1), (1, 1)], [(0, 0), (1, 0)]).causes
    assert found.cause.items == LONG
    assert found.rows == ((0, 1), (1, 1))
    assert found.cause.confidence == "ranked"


def test_what_an_accepted_row_holds_is_no_cause() -> None:
    found = merged(PAIRS, [(0, 1), (1, 1)], [(2, 1)]).causes
    assert {one.cause.items for one in found} == {((0, 0), (1, 1)), ((0, 1), (1, 1))}


def test_proven_causes_stay() -> None:
    proven = Explained(cause=Cause(items=LONG, confidence="minimal", share=1.0), rows=((0, 1), (1, 1)))
    both = Diagnosis(causes=(proven, *PAIRS.causes), verdicts=PAIRS.verdicts)
    assert proven in merged(both, [(0, 1), (1, 1)], []).causes


def test_a_single_guess_stays_as_it_is() -> None:
    one = diagnosis(guess((0, 1), LONG))
    assert merged(one, [(0, 1)], [(0, 0)]) is one
