import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Asset, Json
from harness.refusal.show import assign, listed, show, show_number, utf16_length

ASSET = Asset(
    label="cat.jpg",
    media_type="image/jpeg",
    data_uri=b"data:,",
    size_bytes=2048,
    sha256="abcdef0123456789",
    declared="",
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("9:16", "9:16"),
        ("720x1280", "720x1280"),
        ("gen4-turbo", "gen4-turbo"),
        ("5", '"5"'),
        ("1.5", '"1.5"'),
        ("768P", "768P"),
        ("2k", "2k"),
        ("1e5", '"1e5"'),
        ("null", '"null"'),
        ("True", '"True"'),
        ("", '""'),
        ("two words", '"two words"'),
        ("a,b", '"a,b"'),
        ("x" * 100, "x" * 59 + "…"),
        (5, "5"),
        (5.0, "5"),
        (5.5, "5.5"),
        (True, "true"),
        (None, "null"),
        ([1, 2], "[2 entries]"),
        (["a"], "[1 entry]"),
        ({"a": 1}, "{1 key}"),
        ({}, "{0 keys}"),
        (ASSET, "<image/jpeg 2.0 KB sha256:abcdef01…>"),
        (math.inf, "inf"),
    ],
)
def test_values_as_people_read_them(value: Json, text: str) -> None:
    assert show(value) == text


def test_a_pair() -> None:
    assert assign("ratio", "9:16") == "ratio=9:16"


def test_long_lists_say_how_many_more() -> None:
    assert listed(range(15)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, +3"


def test_a_number_of_many_digits_is_not_written_out() -> None:
    assert show_number(10**5000) == "a number of about 4983 digits"


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("é", 1), ("😀", 2), ("a😀b", 4)])
def test_lengths_are_those_of_javascript(text: str, length: int) -> None:
    assert utf16_length(text) == length
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_anything_can_be_shown_on_one_short_line(value: Json) -> None:
    said = show(value)

    assert {unicodedata.category(character) for character in said}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert len(said) <= 130
