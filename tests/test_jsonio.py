"""One line of JSON, quickly, for any value that JSON knows."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsonio import encode

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_reads_as_it_was(value: Any) -> None:
    line = encode(value)
    assert json.loads(line) == value
    assert "\n" not in line


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (2**80, "1208925819614629174706176"),
        ("half \ud800", '"half \ud800"'),
        ({1: "a number as a key"}, '{"1":"a number as a key"}'),
        ([math.nan, -math.inf], "[null,null]"),
    ],
)
def test_what_json_can_hardly_say(value: Any, line: str) -> None:
    assert encode(value) == line


def test_what_is_no_json_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="not JSON serializable"):
        encode({"key": object()})
    with pytest.raises(ValueError, match="Circular reference"):
        encode(endless)
