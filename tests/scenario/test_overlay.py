from __future__ import annotations

import pytest

from harness.model import Json
from harness.provider import ABSENT
from harness.scenario.overlay import put, steps_of, take
from harness.scenario.records import BadValue

BASE: dict[str, Json] = {"a": {"b": [{"c": 1}, {"c": 2}], "d": {}}, "text": "x", "none": None, "e.f": 1}


@pytest.mark.parametrize(
    ("key", "steps"),
    [
        ("a", ("a",)),
        ("a.b.0.c", ("a", "b", "0", "c")),
        ("e.f", ("e.f",)),
        ("e.g", ("e", "g")),
        ("$$ref", ("$ref",)),
        ("a.$$ref", ("a", "$ref")),
        ("$$$x", ("$$x",)),
    ],
)
def test_steps(key: str, steps: tuple[str, ...]) -> None:
    assert steps_of(key, BASE) == steps


@pytest.mark.parametrize("key", [".", "a.", ".a", "a..b"])
def test_empty_steps(key: str) -> None:
    with pytest.raises(BadValue) as caught:
        steps_of(key, BASE)
    assert caught.value.what == f'the key "{key}" has an empty step.'


@pytest.mark.parametrize(
    ("steps", "value", "place", "expected"),
    [
        (("z",), 1, "z", 1),
        (("a",), None, "a", None),
        (("a", "b", "1", "c"), 5, "a", {"b": [{"c": 1}, {"c": 5}], "d": {}}),
        (("a", "b", "0"), 5, "a", {"b": [5, {"c": 2}], "d": {}}),
        (("a", "d", "x", "y"), 5, "a", {"b": [{"c": 1}, {"c": 2}], "d": {"x": {"y": 5}}}),
        (("q", "0", "r"), 5, "q", {"0": {"r": 5}}),
        (("a", "d"), ABSENT, "a", {"b": [{"c": 1}, {"c": 2}]}),
        (("a", "b", "1", "c"), ABSENT, "a", {"b": [{"c": 1}, {}], "d": {}}),
        (("a", "x", "y"), ABSENT, "a", BASE["a"]),
    ],
)
def test_put(steps: tuple[str, ...], value: Json, place: str, expected: Json) -> None:
    payload = dict(BASE)
    put(payload, steps, value)
    assert payload[place] == expected
    assert BASE["a"] == {"b": [{"c": 1}, {"c": 2}], "d": {}}


def test_what_is_not_changed_is_shared() -> None:
    payload = dict(BASE)
    put(payload, ("a", "b", "1", "c"), 5)
    assert payload["a"]["d"] is BASE["a"]["d"]
    assert payload["a"]["b"][0] is BASE["a"]["b"][0]
    assert payload["a"]["b"][1] is not BASE["a"]["b"][1]


@pytest.mark.parametrize(
    ("steps", "what", "fix"),
    [
        (("text", "x"), 'nothing can be set inside of "text": it is the text "x".', "Set the whole of it."),
        (("none", "x"), 'nothing can be set inside of "none": it is null.', "Set the whole of it."),
        (
            ("a", "b", "0", "c", "d"),
            'nothing can be set inside of "a.b.0.c": it is the number 1.',
            "Set the whole of it.",
        ),
        (("a", "b", "2"), 'the list at "a.b" has 2 items, and none with the index 2.', "The last one has the index 1."),
        (("a", "b", "-1"), 'the list at "a.b" has 2 items, and "-1" is no index.', "Write a number from 0."),
        (("a", "b", "²"), 'the list at "a.b" has 2 items, and "²" is no index.', "Write a number from 0."),
        (
            ("a", "b", "9" * 9),
            'the list at "a.b" has 2 items, and none with the index 999999999.',
            "The last one has the index 1.",
        ),
    ],
)
def test_a_way_that_is_barred(steps: tuple[str, ...], what: str, fix: str) -> None:
    with pytest.raises(BadValue) as caught:
        put(dict(BASE), steps, 1)
    assert (caught.value.what, caught.value.fix) == (what, fix)


def test_an_empty_list_has_no_index() -> None:
    with pytest.raises(BadValue) as caught:
        put({"a": []}, ("a", "0"), 1)
    assert (caught.value.what, caught.value.fix) == (
        'the list at "a" has 0 items, and none with the index 0.',
        "Set the whole list.",
    )


@pytest.mark.parametrize(
    ("steps", "what", "fix"),
    [
        (("txt",), 'there is no key "txt" to take out.', 'Did you mean "text"?'),
        (("a", "q"), 'there is no key "q" in "a" to take out.', 'Known: "b", "d".'),
        (("q", "r"), 'there is no key "q" to take out.', 'Known: "a", "text", "none", "e.f".'),
        (("a", "b", "0"), '"a.b.0" is an item of a list.', "Set the whole list without it."),
        (("text", "x"), 'nothing can be set inside of "text": it is the text "x".', "Set the whole of it."),
    ],
)
def test_what_cannot_be_taken_out(steps: tuple[str, ...], what: str, fix: str) -> None:
    with pytest.raises(BadValue) as caught:
        take(dict(BASE), steps)
    assert (caught.value.what, caught.value.fix) == (what, fix)


def test_take() -> None:
    payload = dict(BASE)
    take(payload, ("a", "b", "0", "c"))
    take(payload, ("text",))
    assert payload == {"a": {"b": [{}, {"c": 2}], "d": {}}, "none": None, "e.f": 1}
