"""Blocks: what is written is read again, whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.yamlio import parse
from harness.yamlio.blocks import block

#: What YAML would read as something else, or as its own sign.
ODD = (
    *("9:16", "null", "~", "yes", "no", "on", "off", "true", "007", "0o17", "0x1f", "1_000", "1e3", ".inf", "-.NaN"),
    *("2024-11-06", "a:b", "a,b", "$image", "<<", "---", "...", *"=!&*|>%@`-?:,#[]{}'\"\\"),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        *ODD,
        "",
        " ",
        "a: b",
        "a #b",
        "- x",
        "? x",
        " a",
        "a ",
        "\n",
        "a\nb",
        "\t",
        "\x85",
        "\ufeff",
        "\u2028",
        "\x7f",
        "😀",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.integers(0, 6))
def test_what_is_written_is_read_again(value: Any, indent: int) -> None:
    text = "top:\n" + block({"inner": value}, indent=indent + 2)

    read = parse(text, file="").data
    assert repr(read) == repr({"top": {"inner": value}})  # 1 is not 1.0 and not true


@pytest.mark.parametrize("value", [{"k" * 5000: {"a": [1]}}, [[[{"k" * 1020: 1}]]]], ids=["long key", "in brackets"])
def test_keys_longer_than_yaml_looks_for_a_colon(value: Any) -> None:
    assert parse(block({"top": value}), file="").data == {"top": value}


def test_deep_values_stand_in_brackets() -> None:
    value: Any = 1
    for _ in range(45):
        value = {"a": [value]}
    text = block(value)
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) < 45
    assert parse(text, file="").data == value


def test_as_a_person_would_write_it() -> None:
    body: Any = {
        "model": "gen4",
        "ratio": "9:16",
        "seed": None,
        "refs": [{"uri": "a", "tags": ["x"]}, "007"],
        "empty": {},
    }
    assert block(body, indent=2) == (
        '  model: gen4\n  ratio: 9:16\n  seed: null\n  refs:\n    - uri: a\n      tags: [x]\n    - "007"\n  empty: {}\n'
    )
