from __future__ import annotations

import pytest

from harness.matrix.differences import LEFT_OUT, differences
from harness.model import Asset, Json


def asset(declared: str) -> Asset:
    return Asset(label="a", media_type="image/png", data_uri=b"", size_bytes=0, sha256="", declared=declared)


BASE: dict[str, Json] = {
    "model": "a",
    "seed": 1,
    "flag": True,
    "share": 1.0,
    "image": asset("x"),
    "list": [{"uri": "u", "position": "first"}, 2],
    "object": {"inner": {"deep": 1}, "other": []},
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"seed": 2}, {"seed": 2}),
        ({"seed": None}, {"seed": None}),
        ({"seed": True}, {"seed": True}),
        ({"seed": 1.0}, {"seed": 1.0}),
        ({"flag": 1}, {"flag": 1}),
        ({"share": 1}, {"share": 1}),
        ({"image": asset("x")}, {}),
        ({"image": asset("y")}, {"image": asset("y")}),
        ({"image": "url"}, {"image": "url"}),
        ({"new": {"a": {"b": 1, "c": {}}}}, {"new.a.b": 1, "new.a.c": {}}),
        ({"list": [{"uri": "u", "position": "last"}, 2]}, {"list.0.position": "last"}),
        ({"list": [{"uri": "u"}, 3]}, {"list.0.position": LEFT_OUT, "list.1": 3}),
        ({"list": []}, {"list": []}),
        ({"list": [{"uri": "u", "position": "first"}, 2]}, {}),
        ({"object": {"inner": {"deep": 2}, "other": []}}, {"object.inner.deep": 2}),
        ({"object": {"inner": 1, "other": []}}, {"object.inner": 1}),
        ({"object": {}}, {"object.inner": LEFT_OUT, "object.other": LEFT_OUT}),
        ({"object": []}, {"object": []}),
    ],
)
def test_what_differs(changes: dict[str, Json], expected: dict[str, Json]) -> None:
    found = differences(BASE, {**BASE, **changes})
    assert found == expected
    assert [type(value) for value in found.values()] == [type(value) for value in expected.values()]


def test_what_is_left_out() -> None:
    payload = {key: value for key, value in BASE.items() if key not in ("seed", "object")}
    assert differences(BASE, payload) == {"seed": {"$absent": True}, "object": {"$absent": True}}


def test_minus_nought_differs_from_nought() -> None:
    assert differences({"a": 0.0}, {"a": -0.0}) == {"a": -0.0}
