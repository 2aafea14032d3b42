from __future__ import annotations

from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MistakesError
from harness.matrix.pict import PictModel, Value, parse, read
from harness.matrix.pict.conditions import like
from tests.effort import examples

VOLUME = """\
# a sample of PICT's own documentation
Type:          Primary, Logical, Single
Size:          10, 100, 5000, 40000

File system:   FAT, FAT32, NTFS
Compression:   on, off
{ Type, Size, File system } @ 3
{ type, compression }
IF [File system] = "FAT"   THEN [Size] <= 4096;
# a comment between constraints
IF [File system] = "FAT32"
   THEN [Size] <= 32000;
"""


def rows(model: PictModel) -> set[tuple[str, ...]]:
    """Every row that the model's rules allow, as texts."""
    found = set()
    for row in product(*map(range, model.counts)):
        if not any(all(row[a] == b for a, b in rule.combination.items()) for rule in model.rules):
            found.add(tuple(model.parameters[a].values[b].name for a, b in enumerate(row)))
    return found


def constrained(constraint: str, definitions: str = "A: 1, 2, 3\nB: x, y, z\nC: 1, 2, 3\n") -> set[tuple[str, ...]]:
    return rows(parse(definitions + constraint, file="m.pict"))


def mistakes(text: str) -> list[str]:
    with pytest.raises(MistakesError) as caught:
        parse(text, file="m.pict")
    return str(caught.value).split("\n")


def test_a_whole_model() -> None:
    model = parse(VOLUME, file="m.pict")
    assert [parameter.name for parameter in model.parameters] == ["Type", "Size", "File system", "Compression"]
    assert model.counts == (3, 4, 3, 2)
    assert model.groups == (((0, 1, 2), 3), ((0, 3), None))
    assert [(dict(rule.combination), rule.source.line) for rule in model.rules] == [
        ({1: 2, 2: 0}, 9),
        ({1: 3, 2: 0}, 9),
        ({1: 3, 2: 1}, 11),
    ]
    assert [parameter.numbers is not None for parameter in model.parameters] == [False, True, False, False]


def value(*names: str, invalid: bool = False, weight: int = 1) -> Value:
    return Value(names=names, invalid=invalid, weight=weight)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        pytest.param("A: 1, ~-1, 2", [value("1"), value("-1", invalid=True), value("2")], id="invalid"),
        pytest.param("A: x (10), y", [value("x", weight=10), value("y")], id="weight"),
        pytest.param(
            "A: x(10)|z, ~y | w (3)", [value("x(10)", "z"), value("y", "w", invalid=True, weight=3)], id="aliases"
        ),
        pytest.param("A: f(x), g (0), h (-1)", [value("f(x)"), value("g (0)"), value("h (-1)")], id="no weight"),
        pytest.param('A: "a, b", c', [value("a, b"), value("c")], id="quoted"),
        pytest.param('A: ~"a|b" (2), "c', [value("a|b", invalid=True, weight=2), value('"c')], id="quoted and not"),
        pytest.param('A: "~1", say "hi", "x"y', [value("~1"), value('say "hi"'), value('"x"y')], id="quotes inside"),
        pytest.param("A: 9:16, 16:9", [value("9:16"), value("16:9")], id="colons"),
        pytest.param("A: 1,, 2,", [value("1"), value(""), value("2"), value("")], id="blank values"),
        pytest.param("A, 1, 2", [value("1"), value("2")], id="no colon"),
        pytest.param("A: C#, # no comment", [value("C#"), value("# no comment")], id="signs"),
        pytest.param("A: <b>, x", [value("<b>"), value("x")], id="a reference to nothing"),
        pytest.param("\ufeffA: ä, 日本", [value("ä"), value("日本")], id="byte order mark"),
    ],
)
def test_values(line: str, values: list[Value]) -> None:
    assert list(parse(line, file="m.pict").parameters[0].values) == values


def test_a_parameter_takes_the_values_of_another() -> None:
    model = parse("OS 1: a, ~b\nB: <os 1>, c", file="m.pict")
    assert [each.shown() for each in model.parameters[1].values] == ["a", "~b", "c"]


@pytest.mark.parametrize("name", ["If-Modified-Since", "Notes", "If", "not sure", "ifs"])
def test_a_name_that_looks_like_a_constraint(name: str) -> None:
    assert parse(f"{name}: a, b", file="m.pict").parameters[0].name == name


ABC = [(a, b, c) for a in "123" for b in "xyz" for c in "123"]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        pytest.param('IF [A] = 1 THEN [B] = "x";', [r for r in ABC if r[0] != "1" or r[1] == "x"], id="if then"),
        pytest.param(
            'if [a] > 1 then [b] <> "X" else [c] >= 2;',
            [r for r in ABC if (r[1] != "x" if r[0] > "1" else r[2] >= "2")],
            id="if then else, any case",
        ),
        pytest.param("[A] = [C];", [r for r in ABC if r[0] == r[2]], id="parameter to parameter"),
        pytest.param(
            "[A] < [C] OR [A] = [A] AND [C] = 1;", [r for r in ABC if r[0] < r[2] or r[2] == "1"], id="and before or"
        ),
        pytest.param(
            "([A] < [C] OR [A] = 3) AND [C] <= 2;",
            [r for r in ABC if (r[0] < r[2] or r[0] == "3") and r[2] <= "2"],
            id="parentheses",
        ),
        pytest.param(
            "NOT [A] = 1 AND [C] = 1;", [r for r in ABC if r[0] != "1" and r[2] == "1"], id="not binds tightly"
        ),
        pytest.param(
            "NOT ([A] = 1 AND [C] = 1);", [r for r in ABC if not (r[0] == "1" and r[2] == "1")], id="not of a whole"
        ),
        pytest.param('[B] IN {"x", "Z"};', [r for r in ABC if r[1] in "xz"], id="in"),
        pytest.param("[A] NOT IN {1};", [r for r in ABC if r[0] != "1"], id="not in"),
        pytest.param('[B] LIKE "?";', ABC, id="like"),
        pytest.param('[B] NOT LIKE "[y]*";', ABC, id="like knows no classes"),
        pytest.param('[B] > "x";', [r for r in ABC if r[1] > "x"], id="texts in order"),
        pytest.param("[A] <> 1.0;", [r for r in ABC if r[0] != "1"], id="numbers as numbers"),
        pytest.param("[A]=1OR[A]=2;", [r for r in ABC if r[0] in "12"], id="no spaces"),
        pytest.param("[A]=1 OR [A]=2;;\n;", [r for r in ABC if r[0] in "12"], id="empty constraints"),
    ],
)
def test_constraints(constraint: str, expected: list[tuple[str, ...]]) -> None:
    assert constrained(constraint) == set(expected)


def test_negative_and_positive() -> None:
    definitions = "A: ~1, 2\nB b: ~x, y\n"
    assert constrained('IF IsNegative(A) THEN [B b] = "y";', definitions) == {("1", "y"), ("2", "x"), ("2", "y")}
    assert constrained("IsPositive(B b);", definitions) == {("1", "y"), ("2", "y")}
    assert constrained("IsPositive();", definitions) == {("2", "y")}
    assert constrained("IsNegative() ;", definitions) == {("1", "y"), ("1", "x"), ("2", "x")}


def test_only_the_first_alias_counts() -> None:
    assert constrained('[A] <> "b";', "A: a|b, c\n") == {("a",), ("c",)}


def test_escapes() -> None:
    definitions = 'A ] b: 1, 2\nC: say "hi", back\\slash\n'
    assert constrained('[A \\] b] = 1;\n[C] = "say \\"hi\\"";', definitions) == {("1", 'say "hi"')}
    assert constrained('[C] = "back\\\\slash"; [A \\] b] = 2;', definitions) == {("2", "back\\slash")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "",
            ["m.pict: the file has no parameter.", "  Write one parameter a line: `Size: 10, 100, 500`."],
            id="empty",
        ),
        pytest.param(
            "A: 1\n B",
            [
                'm.pict:2:2: expected a parameter with its values, found "B".',
                "     B",
                "     ^",
                "  Write a name, a colon, and values between commas: `Size: 10, 100, 500`.",
            ],
            id="no values",
        ),
        pytest.param(
            "A: 1\na: 2",
            [
                'm.pict:2:1: the parameter "a" stands in line 1 already (case does not count).',
                "    a: 2",
                "    ^",
                "  Give one of them another name.",
            ],
            id="twice",
        ),
        pytest.param(
            ": 2",
            ["m.pict:1:1: the parameter has no name.", "    : 2", "    ^", "  Write it before the colon."],
            id="no name",
        ),
        pytest.param(
            "A @ 3: 1, 2",
            [
                'm.pict:1:1: an order of one parameter, "A @ 3", is not known.',
                "    A @ 3: 1, 2",
                "    ^",
                "  Give the order to a sub-model: `{ A, B, C } @ 3`.",
            ],
            id="order of a parameter",
        ),
        pytest.param(
            "Size: 1\nB: 2\n{ Siz, B } @ 2",
            ['m.pict:3:3: there is no parameter "Siz".', "    { Siz, B } @ 2", "      ^", '  Did you mean "Size"?'],
            id="unknown in a sub-model",
        ),
        pytest.param(
            "A: 1\nB: 2\n{ A, B } @ 3",
            [
                "m.pict:3:12: the order is 3, and the sub-model has 2 parameters.",
                "    { A, B } @ 3",
                "               ^",
                "  Write an order of at most that.",
            ],
            id="order too high",
        ),
        pytest.param(
            "A: 1\n{ A } @ x",
            [
                'm.pict:2:7: expected "@" and an order of at least 1, found "@ x".',
                "    { A } @ x",
                "          ^",
                "  Write `{ A, B, C } @ 3`, in one line.",
            ],
            id="no order",
        ),
        pytest.param(
            "A: 1\n{ A",
            ['m.pict:2:1: the sub-model has no "}".', "    { A", "    ^", "  Write `{ A, B, C } @ 3`, in one line."],
            id="open sub-model",
        ),
        pytest.param(
            "A: 1\n{ A }\nB: 1",
            [
                'm.pict:3:1: the parameter "B" stands after a sub-model.',
                "    B: 1",
                "    ^",
                "  Parameters come first, then sub-models, then constraints.",
            ],
            id="parameter too late",
        ),
        pytest.param(
            "Size: 1, 2\nIF [size] = 1 THEN [Sice] = 2;",
            [
                'm.pict:2:20: there is no parameter "Sice".',
                "    IF [size] = 1 THEN [Sice] = 2;",
                "                       ^",
                '  Did you mean "Size"?',
            ],
            id="unknown in a constraint",
        ),
        pytest.param(
            "A: 1, 2\n[A] = 1",
            [
                "m.pict:2:8: expected the end of the constraint, and the file ends.",
                "    [A] = 1",
                "           ^",
                "  End it with a semicolon: IF [A] = 1 THEN [B] <> 2;",
            ],
            id="no semicolon",
        ),
        pytest.param(
            "A: 1, 2\nIF [A] = 1 [A] = 2;",
            [
                'm.pict:2:12: expected THEN, found "[A]".',
                "    IF [A] = 1 [A] = 2;",
                "               ^",
                "  Write IF … THEN …; with AND, OR, NOT and parentheses between the terms.",
            ],
            id="no THEN",
        ),
        pytest.param(
            'A: 1, 2\n[A] = "1";',
            [
                'm.pict:2:7: all values of "A" are numbers, and "1" is a text.',
                '    [A] = "1";',
                "          ^",
                "  Write a number without quotes.",
            ],
            id="a text for a number",
        ),
        pytest.param(
            "A: x, 2\n[A] = 2;",
            [
                'm.pict:2:7: "A" is a text, and 2 a number.',
                "    [A] = 2;",
                "          ^",
                '  Write "2": a parameter is a number when all of its values are.',
            ],
            id="a number for a text",
        ),
        pytest.param(
            'A: 1\n[A] LIKE "1*";',
            [
                'm.pict:2:5: LIKE is for texts, and all values of "A" are numbers.',
                '    [A] LIKE "1*";',
                "        ^",
                "  Compare with < or >.",
            ],
            id="LIKE a number",
        ),
        pytest.param(
            "A: x\nB: 1\n[A] = [B];",
            [
                'm.pict:3:7: "B" is a number and "A" a text: they do not compare.',
                "    [A] = [B];",
                "          ^",
                "  A parameter is a number when all of its values are.",
            ],
            id="unlike parameters",
        ),
        pytest.param(
            'A: x\n[A] = "x;',
            [
                "m.pict:2:7: the text has no closing double quote.",
                '    [A] = "x;',
                "          ^",
                '  Write a number as it is, and a text in double quotes: "FAT".',
            ],
            id="open quote",
        ),
        pytest.param(
            "A: x\n[A = 1;",
            [
                'm.pict:2:1: the name has no closing "]".',
                "    [A = 1;",
                "    ^",
                "  Names of parameters stand in square brackets: [File system].",
            ],
            id="open bracket",
        ),
        pytest.param(
            "A: 1, 2\n[A] = 3;",
            ["m.pict:2:1: this constraint leaves no row at all.", "    [A] = 3;", "    ^", "  Loosen it."],
            id="never true",
        ),
    ],
)
def test_mistakes(text: str, said: list[str]) -> None:
    assert mistakes(text) == said


def test_all_mistakes_at_once() -> None:
    said = mistakes("A: 1, 2\nA: 3\nB\n")
    assert [line for line in said if line.startswith("m.pict")] == [
        'm.pict:2:1: the parameter "A" stands in line 1 already (case does not count).',
        'm.pict:3:1: expected a parameter with its values, found "B".',
    ]
    said = mistakes("A: 1, 2\n[A] ! 1; [A] = 1;\n[B] = 1;\n([A] = 1;\n")
    assert [line for line in said if line.startswith("m.pict")] == [
        'm.pict:2:5: expected one of =, <>, <, <=, >, >=, IN, LIKE, found "!".',
        'm.pict:3:1: there is no parameter "B".',
        'm.pict:4:9: expected ")", found ";".',
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A: 1, 2\n" + "(" * 10_000 + "[A] = 1" + ")" * 10_000 + ";", id="deep"),
        pytest.param("A: 1, 2\n" + "NOT " * 10_000 + "[A] = 1;", id="many NOTs"),
        pytest.param("\n".join(f"P{n}: 1" for n in range(1_001)), id="many parameters"),
        pytest.param("A: " + ",".join(map(str, range(10_001))), id="many values"),
        pytest.param(
            "\n".join(f"P{n}: 1, 2, 3, 4" for n in range(10))
            + "\n"
            + " OR ".join(f"[P{n}] = 1" for n in range(10))
            + ";",
            id="too much forbidden",
        ),
        pytest.param("A: " + ",".join(map(str, range(5_000))) + "\nB: <A>\n[A] < [B];", id="a large comparison"),
    ],
)
def test_what_is_too_much(text: str) -> None:
    assert mistakes(text)[0].startswith("m.pict:")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"A: 1, \xe4\n")
    with pytest.raises(MistakesError, match=r"m:1:7: the byte 0xe4 is not UTF-8\."):
        read(tmp_path / "latin", shown="m")
    with pytest.raises(MistakesError, match=r"the file cannot be read: No such file or directory\."):
        read(tmp_path / "nowhere")
    (tmp_path / "large").write_bytes(b"#" * (5 << 20))
    with pytest.raises(MistakesError, match=r"the file is bigger than 4 MB\."):
        read(tmp_path / "large")
    (tmp_path / "good").write_text("A: 1\r\nB: 2\r\n", encoding="utf-16")
    assert read(tmp_path / "good").counts == (1, 1)


@settings(max_examples=examples(300), deadline=None)
@given(st.text(alphabet='AB:12,~|"()[]{}@<>=;#\\ \nIFTHENOLKifnot*?', max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    for whole in (text, "A: 1, 2\nB: x, y\n" + text, "A: 1, 2\n[A] = 1;" + text):
        with suppress(MistakesError):
            parse(whole, file="m.pict")


@settings(max_examples=examples(100), deadline=None)
@given(st.text(alphabet="ab*?", max_size=8), st.text(alphabet="ab", max_size=8))
def test_like_as_the_shell_does(pattern: str, text: str) -> None:
    import fnmatch

    assert like(pattern)(text) is fnmatch.fnmatchcase(text, pattern)


COUNTS = {"A": 3, "B": 2, "C": 3}


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """A condition in PICT's words, and in Python's."""
    kind = draw(st.sampled_from(["term", "term", "and", "or", "not"] if depth else ["term"]))
    if kind == "not":
        pict, python = draw(conditions(depth=depth - 1))
        return f"NOT ({pict})", f"(not {python})"
    if kind != "term":
        (one, first), (two, second) = draw(conditions(depth=depth - 1)), draw(conditions(depth=depth - 1))
        return f"({one}) {kind} ({two})", f"({first} {kind} {second})"
    name, other = draw(st.sampled_from("ABC")), draw(st.sampled_from("ABC"))
    number = draw(st.integers(0, 3))
    sign, same = draw(st.sampled_from([("=", "=="), ("<>", "!="), ("<", "<"), (">=", ">="), (">", ">"), ("<=", "<=")]))
    if draw(st.booleans()):
        return f"[{name}] {sign} [{other}]", f"({name} {same} {other})"
    if draw(st.booleans()):
        return f"[{name}] IN {{{number}, 1}}", f"({name} in ({number}, 1))"
    return f"[{name}] {sign} {number}", f"({name} {same} {number})"


@settings(max_examples=examples(200), deadline=None)
@given(conditions(), conditions(), st.one_of(st.none(), conditions()))
def test_agrees_with_python(when: tuple[str, str], then: tuple[str, str], other: tuple[str, str] | None) -> None:
    text = "".join(f"{name}: {', '.join(map(str, range(count)))}\n" for name, count in COUNTS.items())
    text += f"IF {when[0]} THEN {then[0]}" + (f" ELSE {other[0]}" if other else "") + ";"
    expected = set()
    for row in product(*map(range, COUNTS.values())):
        scope = dict(zip(COUNTS, row, strict=True))
        chosen = then[1] if eval(when[1], {}, scope) else other[1] if other else "True"
        if eval(chosen, {}, scope):
            expected.add(tuple(map(str, row)))
    try:
        model = parse(text, file="m.pict")
    except MistakesError:
        assert not expected  # a constraint that is never true is a mistake of the file
    else:
        assert rows(model) == expected
