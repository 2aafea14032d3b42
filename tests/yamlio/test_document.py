from __future__ import annotations

import pytest

from harness import yamlio
from harness.errors import Mistake
from harness.model import Json, Path, Source

DOC = yamlio.parse(
    "matrix:\n  factors:\n    duration: [5, 10, 10s]\n  a b: &x\n    - c: 1\nalias: *x\nempty: {}\n", file="f.yaml"
)


@pytest.mark.parametrize(
    ("path", "key", "line", "column"),
    [
        ((), False, 1, 1),
        (("matrix",), False, 2, 3),
        (("matrix",), True, 1, 1),
        (("matrix", "factors", "duration", 2), False, 3, 23),
        (("matrix", "factors", "duration"), True, 3, 5),
        (("matrix", "a b", 0, "c"), False, 5, 10),
        (("alias", 0, "c"), True, 5, 7),
        (("alias",), False, 6, 8),
        (("empty",), False, 7, 8),
        (("empty", "x", 3), False, 7, 8),
        (("matrix", "factors", "duration", 9), False, 3, 15),
        (("nothing",), False, 1, 1),
        (("matrix", "nothing"), True, 2, 3),
    ],
)
def test_where(path: Path, key: bool, line: int, column: int) -> None:  # noqa: FBT001 - a table's column
    assert DOC.where(path, key=key) == Source(file="f.yaml", line=line, column=column)


def test_items_are_the_places_of_a_list() -> None:
    node = DOC.data["matrix"]["factors"]["duration"]
    assert [DOC.source(place).column for place in DOC.items(node)] == [16, 19, 23]


def test_lines() -> None:
    assert [DOC.line(number) for number in (0, 1, 8, 99)] == ["", "matrix:", "", ""]


def test_a_mistake_shows_the_line_and_a_caret() -> None:
    found = yamlio.mistake(DOC, ("matrix", "factors", "duration", 2), "expected a number.", "Write 10.")
    assert str(found) == (
        "f.yaml:3:23: matrix.factors.duration[2]: expected a number.\n"
        "        duration: [5, 10, 10s]\n"
        "                          ^\n"
        "  Write 10."
    )


def test_a_mistake_in_an_empty_file_has_no_line() -> None:
    doc = yamlio.parse("", file="f")
    assert yamlio.mistake(doc, (), "nothing here.") == Mistake(
        source=Source(file="f", line=1, column=1), what="nothing here."
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        (("a", "b", 0, "c"), "a.b[0].c"),
        ((0, "a"), "[0].a"),
        (("a.b",), '["a.b"]'),
        (("a", "two words", ""), 'a["two words"][""]'),
        (("a", "\x1b[31m"), 'a["\\u001b[31m"]'),
        (("ü", "$ref"), "ü.$ref"),
        (tuple(range(25)), "".join(f"[{n}]" for n in range(20)) + "…"),
    ],
)
def test_dotted(path: Path, expected: str) -> None:
    assert yamlio.dotted(path) == expected


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("provder", ["provider", "name"], 'Did you mean "provider"?'),
        ("RATIO", ["ratio"], 'Did you mean "ratio"?'),
        ("xyz", ["ratio", "seed"], 'Known: "ratio", "seed".'),
        ("xyz", [], ""),
        ("xyz", [f"key{n}" for n in range(10, 40)], "Known: " + ", ".join(f'"key{n}"' for n in range(10, 30)) + ", …."),
        ("a" * 10_000, ["b"], 'Known: "b".'),
    ],
)
def test_did_you_mean(word: str, known: list[str], expected: str) -> None:
    assert yamlio.did_you_mean(word, known) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10s", 'the text "10s"'),
        ("", "an empty text"),
        ("a\nb\x1b\u202e", 'the text "a\\nb\\u001b·"'),
        ("x" * 100, 'the text "' + "x" * 60 + '…"'),
        (True, "true"),
        (None, "null"),
        (3, "the number 3"),
        (1.0, "the number 1.0"),
        (10**400, "the number of about 398 digits"),
        ([], "an empty list"),
        ([1, 2], "a list of 2"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
    ],
)
def test_describe(value: Json, expected: str) -> None:
    assert yamlio.describe(value) == expected
