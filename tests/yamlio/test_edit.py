"""Changes in the text of a file: what was wanted is there, and nothing else has changed."""

from __future__ import annotations

import difflib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.yamlio import parse
from harness.yamlio.edit import CannotEditError, Edit, edit, written

STORY = """\
# what we send
name: story
baseline:                 # the payload
  model: gen4-turbo       # the model
  # the picture
  promptImage: {$image: assets/selfie.jpg, max_kb: 800}
  ratio: "9:16"
  seed: null              # any

  duration: 5
variants: [baseline]
"""


def case(before: str, after: str, *changes: Edit, name: str) -> Any:
    return pytest.param(before, after, changes, id=name)


def put(*path: str | int, to: Any) -> Edit:
    return Edit(path=path, value=to)


def drop(*path: str | int) -> Edit:
    return Edit(path=path, remove=True)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        case(
            STORY,
            STORY.replace("gen4-turbo ", "gen4_turbo ")
            .replace('"9:16"', '"720:1280"')
            .replace("  seed: null              # any\n", ""),
            put("baseline", "model", to="gen4_turbo"),
            put("baseline", "ratio", to="720:1280"),
            drop("baseline", "seed"),
            name="the story",
        ),
        case("a: '1'\n", "a: 1\n", put("a", to=1), name="number in quotes"),
        case("a: 'x y'\n", "a: 'it''s'\n", put("a", to="it's"), name="single quotes stay"),
        case("a: x\n", 'a: "5"\n', put("a", to="5"), name="a text that reads like a number gets quotes"),
        case("a: x # c\r\nb: 1\r\n", "a: y # c\r\nb: 1\r\n", put("a", to="y"), name="CRLF"),
        case("a:   # nothing\nb: 1\n", "a: 5   # nothing\nb: 1\n", put("a", to=5), name="an empty value"),
        case(
            "a: |  # long\n  one\n  two\n\n# next\nb: 1\n",
            "a: one  # long\n\n# next\nb: 1\n",
            put("a", to="one"),
            name="a block",
        ),
        case("a: >-\n  one\n  two", "a: one", put("a", to="one"), name="a folded block at the end"),
        case("a: one\n  two # c\nb: 1\n", "a: x # c\nb: 1\n", put("a", to="x"), name="over two lines"),
        case("a:\n  b: 1\n  c: 2\nd: 3\n", "a: [1]\nd: 3\n", put("a", to=[1]), name="a block mapping"),
        case("a:\n- 1\n- 2\nd: 3\n", "a: [1]\nd: 3\n", put("a", to=[1]), name="a block list"),
        case("a: [1,\n  2]\n", "a: [1]\n", put("a", to=[1]), name="a list in brackets over two lines"),
        case("- a: [1, {b: x}] # c\n", "- a: [1, {b: y}] # c\n", put(0, "a", 1, "b", to="y"), name="deep inside"),
        case("a: {b: 1, c: 2, d: 3}\n", "a: {c: 2, d: 3}\n", drop("a", "b"), name="first in braces"),
        case("a: {b: 1, c: 2, d: 3}\n", "a: {b: 1, d: 3}\n", drop("a", "c"), name="in the middle of braces"),
        case("a: {b: 1, c: 2, d: 3}\n", "a: {b: 1, c: 2}\n", drop("a", "d"), name="last in braces"),
        case("a: { b: 1 }\n", "a: { }\n", drop("a", "b"), name="alone in braces"),
        case('{"a": 1, "b": null}', '{"a": 1}', drop("b"), name="JSON"),
        case("{\n  a: 1,\n  b: 2  # c\n}\n", "{\n  a: 1,\n}\n", drop("b"), name="braces by lines"),
        case("a:\n  b: 1\nc: 2\n", "a:\n  {}\nc: 2\n", drop("a", "b"), name="the only key"),
        case("a: 1\nb:\n- 1 # c\n- 2\nc: 3\n", "a: 1\nc: 3\n", drop("b"), name="a key with a list"),
        case("a: 1\nb: |\n  x\n\n  y\n\nc: 3\n", "a: 1\n\nc: 3\n", drop("b"), name="a key with a block"),
        case("a: &x 1\nb: *x\n", "a: &x 1\n", drop("b"), name="an alias goes"),
        case("a: 1\nb: 2", "a: 1\n", drop("b"), name="the last line without a break"),
        case("a:\n  b: 1  # c\n\n# end\n", "a:\n  b: 1  # c\n  d: x y\n\n# end\n", put("a", "d", to="x y"), name="new"),
        case("a: {b: 1}\n", "a: {b: 1, d: {e: [1]}}\n", put("a", "d", to={"e": [1]}), name="new in braces"),
        case("a: {}\n", "a: {d: 9:16}\n", put("a", "d", to="9:16"), name="new in empty braces"),
        case("a: 1", "a: 1\nb: 2", put("b", to=2), name="new behind the last line"),
        case("- a: 1\n  b: 2\n- 3\n", "- a: 1\n  b: 2\n  c: 4\n- 3\n", put(0, "c", to=4), name="new in a list's entry"),
    ],
)
def test_only_what_must_change_does(before: str, after: str, changes: tuple[Edit, ...]) -> None:
    assert edit(before, changes) == after


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        pytest.param("a: &x 1\nb: *x\n", put("a", to=2), "a has an anchor (&…), so that other places mean it, too"),
        pytest.param("a: &x 1\nb: *x\n", put("b", to=2), "b is an alias (*…) of another value"),
        pytest.param("a: &x {c: 1}\nb: *x\n", put("b", "c", to=2), "b is an alias (*…) of another value"),
        pytest.param(
            "a: &x {c: 1}\nb: *x\n", put("a", "c", to=2), "a has an anchor (&…), so that other places mean it, too"
        ),
        pytest.param("a: [1, # one\n 2]\n", put("a", to=[1]), "a has a comment inside"),
        pytest.param("a:\n  # one\n  b: 1\n", put("a", to=1), "a has a comment inside"),
        pytest.param("a: [1, 2]\n", drop("a", 0), "a[0] is an item of a list"),
        pytest.param("- a: 1\n  b: 2\n", drop(0, "a"), "[0].a does not begin its line"),
        pytest.param("a: {b: 1, # c\n d: 2}\n", drop("a", "d"), "a.d has a comment before it"),
        pytest.param("a: 1\n", drop("b"), "there is no b"),
        pytest.param("a: 1\n", put("b", "c", to=1), "there is no b"),
        pytest.param("a: 1\n", put("a", "c", to=1), "a is no mapping"),
        pytest.param("# nothing\n", put("a", to=1), "there is nothing in it to change"),
        pytest.param("? a\n: 1\n? b\n: 2\n", drop("a"), "a does not begin its line"),
    ],
)
def test_what_is_in_doubt_is_refused(text: str, change: Edit, why: str) -> None:
    with pytest.raises(CannotEditError) as caught:
        edit(text, [change])
    assert str(caught.value) == why


_KEYS = st.sampled_from(["a", "ratio", "promptText", "x y", "5", "null", "a.b", "é"])
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["9:16", "a: b", "a #b", "- a", "'", '"', "{", "null", "1e3", " x", "x ", "|", "&a", "*a", "a\nb", "0x1F", "~", "?"]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A file whose `baseline` is written in one of several ways, comments between."""
    data = draw(st.dictionaries(_KEYS, _VALUES, max_size=5))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    if not data or draw(st.booleans()):
        body = [f"baseline: {_inline(draw, data)}  # c0"]
    else:
        body = ["baseline:  # c0"]
        for number, (key, value) in enumerate(data.items()):
            body += [f"  # c{number} #"] * draw(st.integers(0, 1))
            body += _entry(draw, key, value, f"  # d{number}" if draw(st.booleans()) else "")
            body += [""] * draw(st.integers(0, 1))
    text = newline.join(["# top", "name: x", *body, "# end", "variants: [baseline]", ""])
    return text, data


def _inline(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, str):
        return written(value, like=draw(st.sampled_from(["", "'", '"'])))
    return draw(st.sampled_from([json.dumps(value, ensure_ascii=False), written(value)]))


def _entry(draw: st.DrawFn, key: str, value: Any, comment: str) -> list[str]:
    shown = written(key)
    if isinstance(value, str) and value.isprintable() and value.strip() == value != "" and draw(st.booleans()):
        return [f"  {shown}: |-{comment}", f"    {value}"]
    if isinstance(value, list) and value and draw(st.booleans()):
        return [f"  {shown}:", *(f"  - {_inline(draw, item)}{comment}" for item in value)]
    if isinstance(value, dict) and value and draw(st.booleans()):
        return [f"  {shown}:", *(f"    {written(inner)}: {_inline(draw, item)}" for inner, item in value.items())]
    return [f"  {shown}: {_inline(draw, value)}{comment}"]


@given(files(), st.lists(st.tuples(_KEYS, _VALUES, st.booleans()), min_size=1, max_size=3))
def test_the_file_holds_what_was_wanted_and_all_other_lines_are_the_same(
    made: tuple[str, dict[str, Any]], wishes: list[tuple[str, Any, bool]]
) -> None:
    before, data = made
    assert parse(before, file="f").data["baseline"] == data
    changes, wanted = [], dict(data)
    for key, value, remove in wishes:
        if remove and key in wanted:
            changes.append(drop("baseline", key))
            del wanted[key]
        elif not remove:
            changes.append(put("baseline", key, to=value))
            wanted[key] = value
    try:
        after = edit(before, changes)
    except CannotEditError as error:
        if "comment inside" not in str(error):
            raise
        return
    read = parse(after, file="f").data
    assert json.dumps(read["baseline"]) == json.dumps({**wanted})
    assert {key: value for key, value in read.items() if key != "baseline"} == {"name": "x", "variants": ["baseline"]}
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    gone = [line[2:] for line in difflib.ndiff(old, new) if line.startswith("- ")] if old != new else []
    assert not any(line.lstrip().startswith("#") for line in gone)
    touched = {change.path[1] for change in changes}
    kept = {key for key in data if key not in touched}
    for key in kept:
        lines = [line for line in old if line.startswith(f"  {written(key)}:")]
        assert all(line in new for line in lines)
