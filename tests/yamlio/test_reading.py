from __future__ import annotations

import gc
import json
import math
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import yamlio
from harness.errors import Mistake, MistakesError
from harness.model import Json, Source
from harness.yamlio import events, parsers, reader
from tests.effort import examples


def data(text: str) -> Json:
    return yamlio.parse(text, file="f.yaml").data


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(MistakesError) as caught:
        yamlio.parse(text, file="f.yaml")
    return caught.value.mistakes


@pytest.fixture(params=["C", "Python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules hold whether or not PyYAML was built with libyaml."""
    if request.param == "Python":
        original = parsers.open_parser
        monkeypatch.setattr(parsers, "open_parser", lambda text: original(text, python=True))


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:16", "9:16"),
        ("[16:9, 1:1, 21:9]", ["16:9", "1:1", "21:9"]),
        ("{ratio: 9:16}", {"ratio": "9:16"}),
        ("2024-11-06", "2024-11-06"),
        ("2024-11-06T10:00:00Z", "2024-11-06T10:00:00Z"),
        ("[yes, no, on, off, y, n, Yes, NO]", ["yes", "no", "on", "off", "y", "n", "Yes", "NO"]),
        ("0o17", 15),
        ("0o18", "0o18"),
        ("010", 10),
        ("0x1f", 31),
        ("-0x1f", "-0x1f"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("+7", 7),
        ("-0", 0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e-2", -0.005),
        ("1e3", 1000.0),
        ("1e", "1e"),
        (".", "."),
        ("-", [None]),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("", None),
        ("a:", {"a": None}),
        ("[true, True, TRUE, tRue, false]", [True, True, True, "tRue", False]),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("=", "="),
        ('"1"', "1"),
        ("'~'", "~"),
        ("|\n  1", "1"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!str", ""),
        ("!!int 12", 12),
        ("!!float 12", 12.0),
        ("!!bool true", True),
        ("!!null ~", None),
        ("!!map {a: !!seq [1]}", {"a": [1]}),
        ("!<tag:yaml.org,2002:int> 3", 3),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("- &x a\n- &x b\n- *x", ["a", "b", "b"]),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
        ("- &a k\n- {*a : 1}", ["k", {"k": 1}]),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("a: x\x85y", {"a": "x\x85y"}),
        ("a: x\u2028y", {"a": "x\u2028y"}),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\udb80\\udc00"', "\U000f0000"),
        ('"\\ud83d\\ude00 \\U000F0000"', "😀 \U000f0000"),
        ("'\\ud83d\\ude00'", "\\ud83d\\ude00"),
        ("\\ud83d\\ude00", "\\ud83d\\ude00"),
        ('"\\\\ud83d"', "\\ud83d"),
        ('"\x7f\x80\ufffe\uffff\ufeff"', "\x7f\x80\ufffe\uffff\ufeff"),
        ('"\U000f0000\x7f"', "\U000f0000\x7f"),
        ("\ufeffa: 1", {"a": 1}),
        ('"\\/"', "/"),
        ('{"a":1,"b":[]}', {"a": 1, "b": []}),
        ("9" * 40, int("9" * 40)),
    ],
)
def test_values_are_those_of_the_core_schema(text: str, expected: Json) -> None:
    assert json.dumps(data(text)) == json.dumps(expected)  # as JSON: 1, 1.0 and true differ


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (".nan", (1, 1), ".nan is no number that JSON can carry."),
        ("[1, -.INF]", (1, 5), "-.INF is no number that JSON can carry."),
        ("a: 1e999", (1, 4), "the number 1e999 is too big."),
        ("a: " + "9" * 1001, (1, 4), "a number of 1001 characters is too long."),
        ("!!int abc", (1, 1), "the tag !!int does not fit this value."),
        ("!!int true", (1, 1), "the tag !!int does not fit this value."),
        ("!!bool 1", (1, 1), "the tag !!bool does not fit this value."),
        ("!!map [1]", (1, 1), "the tag !!map is not allowed here."),
        ("!foo 1", (1, 1), "the tag !foo is not allowed here."),
        ("!!binary aGk=", (1, 1), "the tag !!binary is not allowed here."),
        ("!!python/object:os.system x", (1, 1), "the tag !!python/object:os.system is not allowed here."),
        ("{a: 1, b: 2, a: 3}", (1, 14), 'the key "a" stands twice: here and on line 1.'),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", (4, 3), 'the key "c" stands twice: here and on line 3.'),
        ("1: x", (1, 1), "a key must be a text, found the number 1."),
        ("null: x", (1, 1), "a key must be a text, found null."),
        ("? {a: 1}\n: x", (1, 3), "a key must be a text, found a mapping."),
        ("[*x]", (1, 2), "the alias *x names nothing that stands before it."),
        ("&x [*x]", (1, 5), "the alias *x stands inside of what it names."),
        ("a: 1\n---\nb: 2", (2, 1), "a second document begins here."),
        ('"\\ud83d"', (1, 1), 'half of a character, "\\ud83d", which cannot be sent.'),
        ('a: x\n"b": \x7f', (2, 6), "the character U+007F outside of quotes, which cannot be sent."),
        ("a: \x07", (1, 4), "the control character U+0007 cannot stand here."),
        ("a: \ud800", (1, 4), "half of a character, U+D800 cannot stand here."),
        ("[" * 101, (1, 101), "nested deeper than 100 levels."),
        ("- " * 101, (1, 201), "nested deeper than 100 levels."),
    ],
)
def test_what_is_refused(text: str, place: tuple[int, int], what: str) -> None:
    first = mistakes(text)[0]
    assert ((first.source.line, first.source.column), first.what) == (place, what)


def test_mistakes_come_at_once_and_in_order() -> None:
    found = mistakes("a: .nan\nb: !x 1\na: 2\nc: *z\n1: 2\n")
    assert [(mistake.source.line, mistake.field) for mistake in found] == [
        (1, "a"),
        (2, "b"),
        (3, ""),
        (4, "c"),
        (5, ""),
    ]


def test_mistakes_before_a_syntax_error_are_told_with_it() -> None:
    assert [mistake.what for mistake in mistakes("a: .nan\nb: [1\n")] == [
        ".nan is no number that JSON can carry.",
        "a comma or the closing ] is missing, in the list that opens on line 2.",
    ]


def test_no_more_mistakes_than_a_screen_can_bear() -> None:
    assert len(mistakes("\n".join("- .nan" for _ in range(500)))) == yamlio.MAX_MISTAKES


def test_a_hundred_levels_are_deep_enough() -> None:
    assert data("[" * 100 + "]" * 100) == json.loads("[" * 100 + "]" * 100)


def test_depth_through_aliases_counts() -> None:
    text = f"a: &a {'[' * 60}{']' * 60}\nb: {'[' * 40}*a{']' * 40}"
    assert mistakes(text)[0].what == "nested deeper than 100 levels."


def test_aliases_cannot_multiply_without_bound() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert mistakes("\n".join(lines))[0].what == "the aliases of this file multiply to more than 1,000,000 values."


def test_aliases_cannot_multiply_a_long_text() -> None:
    text = f"a: &a {'x' * 1_000_000}\nb: [{', '.join(['*a'] * 300)}]"
    assert mistakes(text)[0].what == "the aliases of this file multiply to more than 1,000,000 values."


def test_an_alias_is_the_same_object() -> None:
    found = data("a: &x {b: 1}\nc: *x")
    assert found["a"] is found["c"]


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_NODES", 1000)
    assert mistakes("[" + "a," * 2000 + "]")[0].what == "the file has more than 1,000 values."


def test_too_many_tag_lines() -> None:
    assert mistakes("%TAG !a! x\n" * 200 + "--- a")[0].what == "the file has more than 100 lines that begin with %TAG."


def test_the_collector_is_left_as_it_was() -> None:
    gc.disable()
    try:
        data("a: 1")
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(MistakesError):
        data("a: [")
    assert gc.isenabled()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, ending: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(f"a: ä😀{ending}b: {{c: 1}}{ending}".encode(encoding))
    doc = yamlio.read(file)
    assert doc.data == {"a": "ä😀", "b": {"c": 1}}
    assert doc.where(("b", "c"), key=True) == Source(file=str(file), line=2, column=5)
    assert doc.line(2) == "b: {c: 1}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: \xff", "f.yaml:1:4: the byte 0xff is not UTF-8.\n    a: \ufffd\n       ^\n  Save the file as UTF-8."),
        (
            b"\xff\xfea\x00\x00\xd8",
            "f.yaml:1:2: the byte 0x00 is not UTF-16-LE.\n    a\ufffd\n     ^\n  Save the file as UTF-8.",
        ),
        (
            "a: 1".encode("utf-16-be"),
            "f.yaml: the file has zero bytes, as UTF-16 without a byte order mark has.\n  Save it as UTF-8.",
        ),
        (b"a" * (16 * 1024 * 1024 + 1), "f.yaml: the file is bigger than 16 MB.\n  Split it."),
    ],
    ids=["not-utf8", "not-utf16", "utf16-without-mark", "too-big"],
)
def test_files_that_cannot_be_decoded(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    with pytest.raises(MistakesError) as caught:
        yamlio.read(file, shown="f.yaml")
    assert str(caught.value) == expected


@pytest.mark.parametrize("name", ["none.yaml", ".", "a\0b", "x" * 300])
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        MistakesError, match=r"^f: the file cannot be read: .+\.\n  Check its name and its permissions\.$"
    ):
        yamlio.read(tmp_path / name, shown="f")


def test_an_empty_file_is_null(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"")
    assert yamlio.read(tmp_path / "a.yaml").data is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**60), max_value=10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), inner, max_size=5)
    ),
    max_leaves=30,
)


@given(json_values, st.booleans(), st.sampled_from([None, 1, 4]))
@settings(max_examples=examples(200))
def test_json_is_yaml(value: Json, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn by hypothesis
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    found = data(text)
    assert json.dumps(found) == json.dumps(value)
    assert all(math.isfinite(leaf) for leaf in leaves(found) if isinstance(leaf, float))


@given(json_values)
@settings(max_examples=examples(50))
def test_json_is_yaml_for_the_parser_in_python_too(value: Json) -> None:
    original = parsers.open_parser
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsers, "open_parser", lambda text: original(text, python=True))
        assert json.dumps(data(json.dumps(value))) == json.dumps(value)


pieces = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "b",
                " ",
                "  ",
                "\n",
                "\n  ",
                "\t",
                ": ",
                ":",
                "- ",
                "? ",
                "[",
                "]",
                "{",
                "}",
                ",",
                "#",
                "&a",
                "*a",
                "!",
            ),
            *("!!", "!!int ", "'", '"', "|", ">", "%", "%YAML 1.2\n", "---\n", "...\n", "\\", "\\u", "\\ud800", "\x00"),
            *(
                "\x7f",
                "\x85",
                "\u2028",
                "\ufeff",
                "\ud800",
                "1",
                "0o",
                ".nan",
                "1e999",
                "~",
                "<<",
                "@",
                "`",
                "😀",
                "\r",
            ),
        ]
    ),
    max_size=30,
).map("".join)


@given(st.binary(max_size=60) | pieces.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=examples(500))
def test_no_bytes_raise_anything_but_mistakes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / f"any-{os.getpid()}.yaml"
    file.write_bytes(content)
    try:
        found = yamlio.read(file, shown="f").data
    except MistakesError as error:
        told = error.mistakes
    else:
        json.dumps(found, allow_nan=False).encode()
        return
    assert told
    for mistake in told:
        assert mistake.what.endswith(".")
        assert "\n" not in mistake.what
        assert mistake.line_text is None or len(mistake.line_text) < 200


@given(pieces)
@settings(max_examples=examples(300))
def test_no_text_raises_anything_but_mistakes_with_the_parser_in_python(text: str) -> None:
    original = parsers.open_parser
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsers, "open_parser", lambda text: original(text, python=True))
        try:
            found = data(text)
        except MistakesError:
            return
        json.dumps(found, allow_nan=False).encode()


def leaves(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def test_reading_is_linear_and_quick() -> None:
    def cost(count: int) -> float:
        text = "".join(
            f"- {{name: row {n}, set: {{seed: {n}, promptText: a text of some length}}}}\n" for n in range(count)
        )
        start = time.process_time()
        yamlio.parse(text, file="f")
        return time.process_time() - start

    cost(100)
    assert cost(10_000) < 2.0  # .4 s on an idle machine


def test_the_size_bound_is_of_bytes() -> None:
    assert reader.MAX_BYTES == 16 * 1024 * 1024


EXAMPLES = sorted((Path(__file__).parents[1] / "examples" / "valid").glob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_both_parsers_read_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = yamlio.read(file)
    original = parsers.open_parser
    monkeypatch.setattr(parsers, "open_parser", lambda text: original(text, python=True))
    plain = yamlio.read(file)
    assert json.dumps(quick.data) == json.dumps(plain.data)
    for index in range(len(quick.data.get("variants", ()))):
        assert quick.where(("variants", index)) == plain.where(("variants", index))
