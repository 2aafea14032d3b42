from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from harness.errors import MistakesError, UsageError
from harness.matrix.certificate import certify
from harness.matrix.pict import PictModel, parse, write
from harness.matrix.pict.rows import rows_of, shown_rows
from tests.effort import examples

Row = tuple[int, ...]


def model_of(text: str) -> PictModel:
    return parse(text, file="m.pict")


def sound(model: PictModel, row: Row) -> bool:
    """True when the row keeps the constraints and holds at most one invalid value."""
    bad = sum((factor, level) in model.invalid for factor, level in enumerate(row))
    return bad <= 1 and not any(all(row[a] == b for a, b in rule.combination.items()) for rule in model.rules)


def check(model: PictModel, strength: int) -> tuple[Row, ...]:
    """The rows, after everything that they promise was looked for by force."""
    rows = rows_of(model, strength, moves=0).rows
    assert all(sound(model, row) for row in rows)
    every = [row for row in product(*map(range, model.counts)) if sound(model, row)]
    clean = {row for row in every if not any((a, b) in model.invalid for a, b in enumerate(row))}
    for columns in combinations(range(len(model.counts)), strength):
        # Valid combinations are met where no invalid value masks them, if they can be.
        wanted = {tuple(row[factor] for factor in columns) for row in clean}
        assert wanted <= {tuple(row[factor] for factor in columns) for row in rows if row in clean}
        wanted = {tuple(row[factor] for factor in columns) for row in every}
        assert wanted <= {tuple(row[factor] for factor in columns) for row in rows}
    return rows


def test_pairs_with_invalid_values() -> None:
    """The square roots of PICT's documentation: nine valid pairs would be four, and each bad value meets each good."""
    model = model_of("A: ~-1, 0, 1, 2\nB: ~-1, 0, 1, 2")
    assert len(check(model, 2)) == 9 + 6
    found = rows_of(model, 2)
    assert found.bound == 15
    assert max(shown_rows(model, found.rows)) == ("~-1", "2")
    assert certify(found.space, [(row, "accepted") for row in found.rows]).as_json(["A", "B"], [[], []])["tuples"] == 15


def test_invalid_values_are_not_paid_for_twice() -> None:
    model = model_of("A: 1, 2, ~3\nB: 1, 2, ~3\nC: 1, 2, ~3\nD: 1, 2, ~3\nE: 1, 2\n")
    assert len(check(model, 2)) <= 14


def test_no_fewer_rows_can_do() -> None:
    """PICT's strncpy: two by three valid pairs, three rows for each of four bad values, two for the bad size."""
    found = rows_of(model_of("Src: 1B, 10B, ~nalloc, ~null\nDst: 1B, 10B, ~nalloc, ~null\nSize: 1, 2, 0, ~-1"), 2)
    assert len(found.rows) == found.bound == 6 + 4 * 3 + 2


def test_sub_models_have_their_own_order() -> None:
    model = model_of("A: 1, 2\nB: 1, 2\nC: 1, 2\nD: 1, 2\nE: 1, 2\n{ A, B, C } @ 3\n{ D, E }\n")
    rows = check(model, 2)
    assert {row[:3] for row in rows} == set(product((0, 1), repeat=3))


def test_names_of_a_value_take_turns() -> None:
    model = model_of("A: x|y|z\nB: 1, 2, 3, 4")
    assert [row[0] for row in shown_rows(model, rows_of(model, 1).rows)] == ["x", "y", "z", "x"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "A: 1, 2\nB: 1, 2\nC: 1, 2\n[A] = 1;\nIF [C] = 1 THEN [A] = 1;\n[A] <> [B];\n[B] = 1;",
            "m.pict:4:1: the constraints in line 4, line 6 and line 7 leave no row.",
            id="three of four",
        ),
        pytest.param("A: ~1\nB: ~1", "m.pict:1:1: no row is left: every one has two invalid values.", id="all invalid"),
    ],
)
def test_constraints_that_leave_nothing(text: str, said: str) -> None:
    with pytest.raises(MistakesError) as caught:
        rows_of(model_of(text), 1)
    assert str(caught.value).split("\n")[0] == said


def test_a_value_that_no_row_can_hold_is_told_and_the_rest_is_covered() -> None:
    found = rows_of(model_of('A: 1, 2\nB: x, y\n\nIF [A] = 1 THEN [B] = "x";\n[B] <> "x" OR [A] = 2;'), 2)
    assert sorted(found.rows) == [(1, 0), (1, 1)]
    assert found.notes == ('m.pict:1: no row can hold "1" of "A": the constraints in line 4 and line 5.',)


def test_all_values_of_one_parameter_invalid() -> None:
    model = model_of("A: ~1, ~2\nB: 1, 2")
    assert sorted(check(model, 2)) == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize(("strength", "parameters"), [(3, 2), (7, 8), (0, 2)])
def test_strengths_that_cannot_be(strength: int, parameters: int) -> None:
    with pytest.raises(UsageError, match=f"--strength {strength}: m.pict has {parameters} parameters"):
        rows_of(model_of("\n".join(f"P{number}: 1, 2" for number in range(parameters))), strength)


@st.composite
def models(draw: st.DrawFn) -> str:
    counts = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    lines = []
    for number, count in enumerate(counts):
        bad = draw(st.integers(-1, count - 1))
        lines.append(f"P{number}: " + ", ".join(("~" if level == bad else "") + str(level) for level in range(count)))
    for _ in range(draw(st.integers(0, 3))):
        one, other = draw(st.permutations(range(len(counts))))[:2]
        sign = draw(st.sampled_from(["=", "<>", ">"]))
        lines.append(f"IF [P{one}] {sign} {draw(st.integers(0, 2))} THEN [P{other}] <> {draw(st.integers(0, 2))};")
    return "\n".join(lines)


@settings(max_examples=examples(60), deadline=None)
@given(text=models(), strength=st.integers(1, 3))
def test_every_combination_by_force(text: str, strength: int) -> None:
    try:
        model = model_of(text)
    except MistakesError:  # a constraint that leaves nothing
        reject()
    assume(strength <= len(model.counts) and any(sound(model, row) for row in product(*map(range, model.counts))))
    assert rows_of(model, strength, moves=0).bound <= len(check(model, strength))
    assert rows_of(model, strength, moves=50) == rows_of(model, strength, moves=50)


@settings(max_examples=examples(100), deadline=None)
@given(
    names=st.lists(
        st.text(alphabet="aB ]\\:é", min_size=1, max_size=4).map(str.strip).filter(bool),
        min_size=2,
        max_size=3,
        unique_by=lambda name: name.casefold().replace(":", ";"),
    ),
    data=st.data(),
)
def test_what_is_written_reads_as_the_same_model(names: list[str], data: st.DataObject) -> None:
    from harness.matrix.pict import Value

    texts = st.text(alphabet='a1~,|"()<>\\\n \té', min_size=1, max_size=6)
    parameters = []
    for name in names:
        assume(not name.lower().startswith(("[", "if", "not")))
        values = data.draw(st.lists(texts, min_size=2, max_size=3, unique=True))
        parameters.append((name, [Value(names=(text,), invalid=data.draw(st.booleans())) for text in values]))
    rules = [{0: 0, 1: data.draw(st.integers(0, 1))}, {1: 1}, {0: 1, 1: 0}][: data.draw(st.integers(0, 3))]
    groups = (((0, 1), 2),) if data.draw(st.booleans()) and not any("," in name for name in names) else ()
    text = "".join(write(parameters, groups=groups, forbidden=rules, comments=["two\nlines"]))
    model = model_of(text)
    assert model.counts == tuple(len(values) for _, values in parameters)
    assert [[value.invalid for value in each.values] for each in model.parameters] == [
        [value.invalid for value in values] for _, values in parameters
    ]
    assert model.groups == groups

    def broken(row: Row, combinations: list[dict[int, int]]) -> bool:
        return any(all(row[a] == b for a, b in each.items()) for each in combinations)

    own = [dict(rule.combination) for rule in model.rules]
    for row in product(*map(range, model.counts)):
        assert broken(row, rules) is broken(row, own)
