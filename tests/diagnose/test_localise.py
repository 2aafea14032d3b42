"""The localiser against hand-made APIs, and its promises as properties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.diagnose import Evidence, History, Localiser, Probe, Purse, Said, Space, Verdict
from harness.diagnose.evidence import Items, Row, holds

Rules = Sequence[Items]
SAID = Said(signature="400 invalid")


def answer(rules: Rules, row: Row, said: Said = SAID) -> Evidence:
    refused = any(holds(row, items) for items in rules)
    return Evidence(row=row, fate="refused" if refused else "accepted", said=(said,) if refused else ())


def ask(localiser: Localiser, send: Callable[[Row], Evidence]) -> tuple[Verdict, list[Probe]]:
    """The verdict, and the probes that were sent for it."""
    probes: list[Probe] = []
    while isinstance(step := localiser.step(), Probe):
        assert localiser.step() is step
        probes.append(step)
        localiser.tell(send(step.row))
    return step, probes


def history(rules: Rules, rows: Sequence[Row], said: Said = SAID) -> History:
    return History(Space(factors=len(rows[0])), [answer(rules, row, said) for row in rows])


#: Six factors of three levels: the baseline, each other level once, and a few mixed rows.
ONE_BY_ONE = [(0,) * 6, *(tuple(level if f == g else 0 for g in range(6)) for f in range(6) for level in (1, 2))]
MIXED = [(0, 1, 2, 0, 1, 2), (1, 2, 0, 1, 2, 0), (2, 0, 1, 2, 0, 1), (1, 1, 1, 1, 1, 1), (2, 2, 2, 2, 2, 2)]


@pytest.mark.parametrize(
    ("rules", "row"),
    [
        pytest.param([((2, 1),)], (1, 2, 1, 2, 1, 2), id="one level"),
        pytest.param([((0, 1), (3, 2))], (1, 2, 1, 2, 1, 2), id="two levels"),
        pytest.param([((0, 1), (3, 2), (5, 2))], (1, 2, 1, 2, 1, 2), id="three levels"),
        pytest.param([((0, 1), (1, 2), (3, 2), (5, 2))], (1, 2, 1, 2, 1, 2), id="four levels"),
        pytest.param([((0, 1), (1, 2), (2, 1), (3, 2), (5, 2))], (1, 2, 1, 2, 1, 2), id="five levels"),
        pytest.param([((0, 1),), ((3, 2),)], (1, 2, 1, 2, 1, 2), id="two causes at once"),
        pytest.param([((0, 1),), ((3, 2), (4, 1))], (1, 2, 1, 2, 1, 2), id="a level and a pair at once"),
        pytest.param([((0, 1), (2, 1)), ((0, 1), (5, 2))], (1, 2, 1, 2, 1, 2), id="two pairs that share a level"),
    ],
)
def test_finds_exactly_what_was_planted(rules: Rules, row: Row) -> None:
    evidence = history(rules, [*ONE_BY_ONE, *MIXED, row])
    verdict, _ = ask(Localiser(evidence, row), lambda row: answer(rules, row))
    assert {cause.items for cause in verdict.causes} == set(rules)
    assert {cause.confidence for cause in verdict.causes} == {"minimal"}
    assert verdict.status == "explained"


def test_the_rows_that_prove_a_cause_are_named() -> None:
    rules = [((0, 1), (3, 2))]
    row = (1, 2, 1, 2, 1, 2)
    evidence = history(rules, [*ONE_BY_ONE, *MIXED, row])
    verdict, _ = ask(Localiser(evidence, row), lambda row: answer(rules, row))
    (cause,) = verdict.causes
    assert row in cause.refused
    assert len(cause.refused) > 1
    assert all(holds(one, cause.items) and one in evidence.refused for one in cause.refused)
    for part in cause.items:
        assert any(holds(one, (part,)) for one in cause.accepted if one in evidence.accepted)


def test_a_text_that_names_the_culprit_saves_probes() -> None:
    rules, row = [((4, 1),)], (1, 2, 1, 2, 1, 2)
    spent = []
    for said in (SAID, Said(signature="400 [4]", fields=frozenset({4}))):
        evidence = history(rules, [(0,) * 6, row], said)
        verdict, probes = ask(Localiser(evidence, row), lambda row, said=said: answer(rules, row, said))  # type: ignore[misc]
        assert [cause.items for cause in verdict.causes] == [((4, 1),)]
        spent.append(len(probes))
    assert spent[1] < spent[0]


def test_a_stated_list_that_leaves_the_level_out_is_believed_first() -> None:
    said = Said(signature="400 list", allowed={2: frozenset({0, 2})})
    rules, row = [((2, 1),)], (1, 2, 1, 2, 1, 2)
    evidence = history(rules, [(0,) * 6, row], said)
    verdict, probes = ask(Localiser(evidence, row), lambda row: answer(rules, row, said))
    assert [cause.items for cause in verdict.causes] == [((2, 1),)]
    assert probes[0].row == (0, 0, 1, 0, 0, 0)


def test_a_text_that_names_the_wrong_field_does_not_deceive() -> None:
    said = Said(signature="400 [5]", fields=frozenset({5}))
    rules, row = [((2, 1),)], (1, 2, 1, 2, 1, 2)
    evidence = history(rules, [*ONE_BY_ONE[:3], row], said)
    verdict, _ = ask(Localiser(evidence, row), lambda row: answer(rules, row, said))
    assert [cause.items for cause in verdict.causes] == [((2, 1),)]


def test_a_refusal_that_does_not_come_again_has_no_cause() -> None:
    row = (1, 2, 1, 2, 1, 2)
    evidence = history([], [*ONE_BY_ONE, *MIXED])
    evidence.add(Evidence(row=row, fate="refused", said=(SAID,)))
    verdict, probes = ask(Localiser(evidence, row), lambda row: answer([], row))
    assert verdict.status == "spurious"
    assert verdict.causes == ()
    assert all(not evidence.refused for _ in probes)


def test_what_every_accepted_row_shares_is_context() -> None:
    row = (1, 0, 0, 2, 0, 0)
    rules = [((0, 1), (3, 2))]
    evidence = history(rules, [(0,) * 6, (0, 0, 1, 0, 0, 0), row])
    verdict, _ = ask(Localiser(evidence, row), lambda row: answer(rules, row))
    assert verdict.context == (1, 4, 5)
    assert [cause.items for cause in verdict.causes] == [((0, 1), (3, 2))]


def test_without_an_accepted_row_nothing_is_sent_but_the_row_itself() -> None:
    row = (1, 2, 1)
    evidence = history([((0, 1),)], [row])
    verdict, probes = ask(Localiser(evidence, row), lambda row: answer([((0, 1),)], row))
    assert {probe.row for probe in probes} <= {row}
    assert verdict.causes == ()
    assert verdict.status == "unexplained"


def test_an_accepted_row_cannot_be_explained() -> None:
    with pytest.raises(ValueError, match=r"row \(0, 0\) was not refused"):
        Localiser(history([], [(0, 0)]), (0, 0))


def test_an_answer_about_another_row_is_a_mistake() -> None:
    row = (1, 2, 1, 2, 1, 2)
    localiser = Localiser(history([((2, 1),)], [(0,) * 6, row]), row)
    localiser.step()
    with pytest.raises(ValueError, match="this is not the row that was asked for"):
        localiser.tell(Evidence(row=(9,) * 6, fate="accepted"))


def test_transient_answers_are_asked_again_and_never_evidence() -> None:
    rules, row = [((0, 1), (3, 2))], (1, 2, 1, 2, 1, 2)
    asked: dict[Row, int] = {}

    def busy_at_first(row: Row) -> Evidence:
        asked[row] = asked.get(row, 0) + 1
        return answer(rules, row) if asked[row] > 1 else Evidence(row=row, fate="transient")

    verdict, _ = ask(Localiser(history(rules, [*ONE_BY_ONE, *MIXED, row]), row), busy_at_first)
    assert [cause.items for cause in verdict.causes] == [((0, 1), (3, 2))]
    assert set(asked.values()) == {2}


def test_an_api_that_never_answers_is_left_alone() -> None:
    rules, row = [((0, 1), (3, 2))], (1, 2, 1, 2, 1, 2)
    evidence = history(rules, [(0,) * 6, row])
    verdict, probes = ask(Localiser(evidence, row), lambda row: Evidence(row=row, fate="transient"))
    assert len(probes) == 6
    assert verdict.status == "ranked"
    assert all(cause.confidence == "ranked" for cause in verdict.causes)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[int], list[Items], list[Row], Row]:
    """Numbers of levels, rules, rows that were sent (the first is good), and a refused one among them."""
    counts = draw(st.lists(st.integers(2, 4), min_size=3, max_size=7))
    rows = st.tuples(*(st.integers(0, count - 1) for count in counts))
    factors = st.sets(st.integers(0, len(counts) - 1), min_size=1, max_size=3)
    refused = draw(rows.filter(any))
    rules: list[Items] = []
    for _ in range(draw(st.integers(1, 2))):
        chosen = sorted(draw(factors))
        rule = tuple((f, refused[f]) for f in chosen)
        if any(level for _, level in rule):
            rules.append(rule)
    if not rules:
        rules = [tuple((f, level) for f, level in enumerate(refused) if level)[:3]]
    sent = draw(st.lists(rows, max_size=12))
    return counts, rules, [(0,) * len(counts), *sent, refused], refused


@given(worlds(), st.integers(0, 12), st.integers(0, 5))
def test_no_row_twice_and_never_past_the_budget(
    world: tuple[list[int], list[Items], list[Row], Row], probes: int, credits_left: int
) -> None:
    _, rules, rows, row = world
    evidence = history(rules, rows)
    purse = Purse(max_probes=probes, max_credits=float(credits_left))
    localiser = Localiser(evidence, row, purse=purse)
    sent = 0
    while isinstance(step := localiser.step(), Probe):
        assert step.purpose == "repeat" or not evidence.sent(step.row)
        assert purse.credits + 1 <= credits_left
        sent += 1
        localiser.tell(answer(rules, step.row))
    assert sent == purse.probes <= probes
    assert purse.credits <= credits_left


@given(worlds())
def test_a_minimal_cause_holds_no_smaller_one(world: tuple[list[int], list[Items], list[Row], Row]) -> None:
    counts, rules, rows, row = world
    verdict, _ = ask(Localiser(history(rules, rows), row), lambda row: answer(rules, row))
    for cause in (*verdict.causes, *verdict.elsewhere):
        if cause.confidence == "minimal":
            inside = [set(rule) < set(cause.items) for rule in rules]
            assert not any(inside), (cause, counts)


@given(worlds())
def test_one_planted_rule_is_found_or_nothing_is_proven(world: tuple[list[int], list[Items], list[Row], Row]) -> None:
    _, rules, rows, row = world
    rules = rules[:1]
    verdict, _ = ask(Localiser(history(rules, rows), row), lambda row: answer(rules, row))
    context = set(verdict.context)
    visible = tuple((f, level) for f, level in rules[0] if f not in context)
    proven = [cause.items for cause in verdict.causes if cause.confidence == "minimal"]
    assert proven in ([visible], [])


@given(worlds())
def test_the_same_evidence_gives_the_same_probes(world: tuple[list[int], list[Items], list[Row], Row]) -> None:
    _, rules, rows, row = world
    first = ask(Localiser(history(rules, rows), row), lambda row: answer(rules, row))
    assert first == ask(Localiser(history(rules, rows), row), lambda row: answer(rules, row))


def test_every_pair_of_a_small_api_is_found_from_all_its_other_rows() -> None:
    rules = [((0, 1), (2, 1))]
    rows = list(product(range(2), repeat=4))
    evidence = history(rules, rows)
    verdict, probes = ask(Localiser(evidence, (1, 0, 1, 0)), lambda row: answer(rules, row))
    assert [cause.items for cause in verdict.causes] == rules
    assert [probe for probe in probes if probe.purpose != "repeat"] == []
