"""Widths, times, numbers and cuts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from harness.report.style import Style, width

EN, RU, ASCII = Style(), Style(lang="ru"), Style(ascii=True)


@pytest.mark.parametrize(
    ("seconds", "en", "ru"),
    [
        (None, "–", "–"),
        (0, "0 s", "0 с"),
        (0.004, "<0.1 s", "<0.1 с"),
        (0.41, "0.4 s", "0.4 с"),
        (2.0, "2 s", "2 с"),
        (9.94, "9.9 s", "9.9 с"),
        (9.96, "10 s", "10 с"),
        (24.4, "24 s", "24 с"),
        (59.6, "1 min", "1 мин"),
        (252.0, "4 min 12 s", "4 мин 12 с"),
        (600, "10 min", "10 мин"),
        (3599.7, "1 h", "1 ч"),
        (7325, "2 h 2 min", "2 ч 2 мин"),
    ],
)
def test_times(seconds: float | None, en: str, ru: str) -> None:
    assert (EN.time(seconds), RU.time(seconds)) == (en, ru)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0, "0"), (25.0, "25"), (2.5, "2.5"), (0.126, "0.13"), (1e6, "1000000")]
)
def test_numbers(value: float | None, text: str) -> None:
    assert EN.number(value) == text


@pytest.mark.parametrize(
    ("text", "cells", "cut"),
    [
        ("short", 5, "short"),
        ("a longer one", 8, "a longe…"),
        ("кириллица", 6, "кирил…"),
        ("中文中文中文", 7, "中文中…"),
        ("中文中文中文", 6, "中文…"),
        ("❌❌❌❌", 4, "❌…"),
        ("x", 0, "…"),
    ],
)
def test_cuts_count_cells(text: str, cells: int, cut: str) -> None:
    assert EN.shorten(text, cells) == cut


def test_in_ascii_the_ellipsis_is_three_dots() -> None:
    assert ASCII.shorten("a longer one", 8) == "a lon..."


@pytest.mark.parametrize(
    ("text", "plain", "ascii_"),
    [
        ("720:1280", "720:1280", "720:1280"),
        ("a\r\n\tb", "a b", "a b"),
        ("\x1b[31mred\x1b[0m", "red", "red"),
        ("\u202egnp\u202c", "gnp", "gnp"),
        ("⚠️ 👨\u200d👩", "⚠ 👨👩", "\\u26a0 \\U0001f468\\U0001f469"),
        ("“a” – b…", "“a” – b…", '"a" - b...'),
        ("кадр", "кадр", "\\u043a\\u0430\\u0434\\u0440"),
        ("\ud800", "", ""),
    ],
)
def test_plain_text(text: str, plain: str, ascii_: str) -> None:
    assert (EN.plain(text), ASCII.plain(text)) == (plain, ascii_)


def test_in_russian_ascii_keeps_russian_letters() -> None:
    assert Style(lang="ru", ascii=True).plain("кадр «é»") == 'кадр "\\xe9"'


@given(st.text(max_size=300), st.integers(20, 120))
def test_wrapped_lines_keep_every_word_and_the_width(text: str, cells: int) -> None:
    plain = EN.plain(text)
    lines = Style(width=cells).wrap(plain).split("\n")
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == plain.replace(" ", "")


@given(st.text(max_size=60), st.integers(1, 40))
def test_cut_texts_fit(text: str, cells: int) -> None:
    assert width(EN.shorten(EN.plain(text), cells)) <= cells


@given(st.text(max_size=60))
def test_plain_text_has_a_width_that_terminals_agree_on(text: str) -> None:
    plain = EN.plain(text)
    assert wcswidth(plain) >= 0
    assert not {"\u200d", "\ufe0f", "\n", "\x1b"} & set(plain)
    assert len(plain.splitlines()) <= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_json_in_a_line_or_a_block_says_the_same(value: object, ascii_: bool) -> None:  # noqa: FBT001  # from hypothesis
    style = Style(ascii=ascii_)
    assert json.loads(style.compact(value)) == json.loads(style.block(value)) == value
    assert "\n" not in style.compact(value)
    if ascii_:
        assert style.compact(value).isascii()


def test_long_texts_in_json_are_cut() -> None:
    assert EN.compact({"a": "x" * 300}) == '{"a": "' + "x" * 199 + '…"}'
    # In ASCII our own dots are dots; what the payload holds stays the same JSON.
    assert Style(ascii=True).compact({"a": "x" * 300}) == '{"a": "' + "x" * 197 + '..."}'
    picture = "<image/jpeg 23.1 KB sha256:a2f78493…>"
    assert Style(ascii=True).compact([picture, "и…"]) == r'["<image/jpeg 23.1 KB sha256:a2f78493...>", "\u0438\u2026"]'
    assert Style(ascii=True, lang="ru").compact(["и…"]) == r'["и\u2026"]'
    assert EN.compact([picture]) == f'["{picture}"]'
