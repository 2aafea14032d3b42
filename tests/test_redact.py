"""No secret survives in any form, hostile text becomes harmless, and neither costs much."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import shlex
import time
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.model import Asset, Json
from harness.redact import MAX_DEPTH, MAX_VALUES, Redactor, clean

KEY = "key_" + "0123456789abcdef" * 8

ESCAPES: dict[str, Callable[[str], str]] = {
    "raw": str,
    "URL": lambda s: quote(s, safe=""),
    "URL path": quote,
    "form": quote_plus,
    "URL in lower case": lambda s: "".join(f"%{byte:02x}" for byte in s.encode()),
    "JSON": json.dumps,
    "JSON in UTF-8": lambda s: json.dumps(s, ensure_ascii=False),
    "HTML": html.escape,
    "shell": shlex.quote,
    "repr": repr,
}
# Letters of secrets: what keys and passwords are made of, and what every kind of escaping changes.
_SECRETS = st.text(st.sampled_from("abcXYZ019_-+/=%&<>\"' \\éж🎬"), min_size=6, max_size=40).filter(
    lambda s: s.strip() == s and len(set(s)) > 2
)
_NEIGHBOURS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(secret=_SECRETS, before=_NEIGHBOURS, after=_NEIGHBOURS, escape=st.sampled_from(sorted(ESCAPES)))
def test_no_secret_survives_in_a_text(secret: str, before: str, after: str, escape: str) -> None:
    form = ESCAPES[escape](secret)
    if form in before + after or form in before + "<redacted>" + after:
        return
    redacted = Redactor([secret]).text(before + form + after)
    assert form not in redacted
    assert secret not in redacted


@given(
    secret=_SECRETS, before=st.binary(max_size=20), after=st.binary(max_size=20), encode=st.sampled_from(["std", "url"])
)
def test_no_secret_survives_in_base64_at_any_offset(secret: str, before: bytes, after: bytes, encode: str) -> None:
    if secret.encode() in before + after:
        return
    encoder = base64.b64encode if encode == "std" else base64.urlsafe_b64encode
    text = encoder(before + secret.encode() + after).decode()
    redacted = Redactor([secret]).text(text)
    # What stands around the mask is too little to get the secret back from.
    left = "".join(redacted.replace("<redacted>", " ").split(" "))
    assert "<redacted>" in redacted
    assert len(left) <= len(text) - (len(secret.encode()) * 8 // 6 - 2)


@given(
    secret=_SECRETS,
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=20,
    ),
    path=st.lists(st.text(max_size=5), max_size=3),
)
def test_no_secret_survives_in_json_nor_in_a_line_of_it(secret: str, value: Json, path: list[str]) -> None:
    document: Json = [value, f"Authorization {secret}.", {secret: 1}]
    for key in path:
        document = {key: document}
    redactor = Redactor([secret])
    line = redactor.line(document)
    assert json.loads(line) == redactor.json(document)
    assert "\n" not in line
    line.encode("utf-8")
    for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        if form not in json.dumps(value) and form not in json.dumps(value, ensure_ascii=False):
            assert form not in line


def test_a_secret_that_begins_another_one_leaves_nothing_of_it() -> None:
    assert Redactor(["abcdef", "abcdefgh"]).text("x abcdefgh y") == "x <redacted> y"


def test_a_secret_made_of_the_mask_gets_another_mask() -> None:
    assert Redactor(["redacted"]).text("well redacted, it was") == "well <hidden>, it was"


def test_values_too_short_to_be_secrets_are_left_alone() -> None:
    assert Redactor(["", "test"]).text("a test") == "a test"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Authorization: Bearer " + KEY, "Authorization: Bearer <redacted>"),
        ("authorization=bearer%20abc123def456", "authorization=bearer%20<redacted>"),
        ("Bearer authentication failed", "Bearer authentication failed"),
        (f"the key {KEY} is unknown", "the key <redacted> is unknown"),
        ("keys: key_frame, router_config_not_found", "keys: key_frame, router_config_not_found"),
        ("t=eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSM", "t=<redacted>"),
        ("https://d.cloudfront.net/a.mp4?_jwt=abc", "https://d.cloudfront.net/a.mp4?<signed>"),
        ("https://s3/a?X-Amz-Signature=a&b=c then", "https://s3/a?<signed> then"),
        ("https://s3/a?u=" + "A" * 40, "https://s3/a?<signed>"),
        ("https://example.com/a.jpg?w=100&h=50", "https://example.com/a.jpg?w=100&h=50"),
        ("http://user:pass@host/a", "http://<redacted>@host/a"),
        ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA"),
        ("with this data: nothing", "with this data: nothing"),
        ("seen \ud800 once", "seen \ufffd once"),
    ],
)
def test_what_looks_like_a_secret_goes(text: str, redacted: str) -> None:
    assert Redactor().text(text) == redacted


def test_a_data_uri_is_shortened_as_an_asset_is() -> None:
    image = os.urandom(2048)
    asset = Asset(
        label="a.jpg",
        media_type="image/jpeg",
        data_uri=b"data:image/jpeg;base64," + base64.b64encode(image),
        size_bytes=len(image),
        sha256=hashlib.sha256(image).hexdigest(),
        declared="",
    )
    text = f'{{"promptImage": "{asset.data_uri.decode()}", "ratio": "720:1280"}}'
    assert Redactor().text(text) == f'{{"promptImage": "{asset}", "ratio": "720:1280"}}'
    assert Redactor().json({"promptImage": asset}) == {"promptImage": str(asset)}
    assert str(asset).startswith("<image/jpeg 2.0 KB sha256:")


def test_a_data_uri_that_is_no_base64_is_measured_as_it_stands() -> None:
    assert Redactor().text("data:text/plain;base64," + "?" * 8) == "data:text/plain;base64,????????"
    assert Redactor().text("data:text/plain," + "x" * 100).startswith("<text/plain 100 bytes sha256:")
    assert Redactor().text("data:;base64," + "A" * 101).startswith("<text/plain 101 bytes sha256:")


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "Proxy-Authorization", "api_key", "X-Api-Key", "accessToken", "token"),
        *("RUNWAYML_API_SECRET", "client_secret", "password", "Set-Cookie", "credentials"),
    ],
)
def test_values_under_secret_names_go(name: str) -> None:
    assert Redactor().json({name: "x"}) == {name: "<redacted>"}
    assert Redactor().json({name: {"deep": 1}}) == {name: "<redacted>"}
    assert Redactor().json({name: None}) == {name: None}
    assert Redactor().line({name: "x"}) == f'{{"{name}":"<redacted>"}}'


@pytest.mark.parametrize("name", ["maxTokens", "promptText", "key", "keyframes", "tokenizer"])
def test_values_under_other_names_stay(name: str) -> None:
    assert Redactor().json({name: "x"}) == {name: "x"}


def test_json_is_bounded() -> None:
    deep: Json = "bottom"
    for _ in range(500):
        deep = [deep]
    assert "<deeper levels left out>" in Redactor().line(deep)
    wide = Redactor().json(list(range(100_000)))
    assert len(wide) == MAX_VALUES
    assert wide[-1] == "<more values left out>"
    assert Redactor().json({str(n): n for n in range(100_000)})["<more>"] == "<more values left out>"
    assert Redactor().json("x" * 100_007) == "x" * 100_000 + "… <7 more characters>"
    assert Redactor().json([float("nan"), float("inf"), 10**400]) == ["nan", "inf", "<a number of 1329 bits>"]
    assert Redactor().line({"n": 10**5000}) == '{"n":"<a number of 16610 bits>"}'
    assert Redactor().json([b"ab", {1: (2,)}]) == ["b'ab'", {"1": [2]}]
    assert MAX_DEPTH == 64


def test_what_is_large_or_much_is_quick() -> None:
    redactor = Redactor([KEY])
    image = "data:image/jpeg;base64," + base64.b64encode(os.urandom(1_000_000)).decode()
    entry = {
        "id": "v-3f9c2177",
        "source": "scenarios/runway/image_to_video.yaml:14",
        "levels": {"duration": 10},
        "payload": {"model": "gen4_turbo", "promptText": "A friendly wave at the camera", "ratio": "720:1280"},
        "outputs": [{"file": "outputs/v-3f9c2177.mp4", "kind": "video", "width": 720}],
    }
    before = time.process_time()
    assert redactor.text(image).startswith("<image/jpeg 976.6 KB sha256:")
    assert time.process_time() - before < 0.1
    before = time.process_time()
    for _ in range(10_000):
        redactor.json(entry)
    assert time.process_time() - before < 1.5
    before = time.process_time()
    for _ in range(10_000):
        redactor.line(entry)
    assert time.process_time() - before < 0.75


@pytest.mark.parametrize(
    "hostile",
    [
        *("Bearer+" * 30_000, "://" * 60_000, "data:" * 40_000, "data:;" * 40_000, "_x-" * 60_000, "eyJ" * 60_000),
        *("https://a?" * 20_000, "https://a?" + "_x-a" * 50_000, "key_" * 50_000, "\x1b]" * 90_000),
        " " * 200_000 + "\n",
    ],
    ids=lambda text: text.strip()[:10],
)
def test_no_text_is_slow(hostile: str) -> None:
    before = time.process_time()
    Redactor([KEY]).text(hostile)
    clean(hostile)
    assert time.process_time() - before < 2


@given(st.text(max_size=300), st.integers(1, 60))
@example("\x1b]8;;http://evil\x07link\x1b]8;;\x07", 60)
@example("\x9b31mred\u202e", 60)
def test_clean_text_is_fit_for_a_terminal(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
    assert clean(cleaned, limit) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("as it is", "as it is"),
        ("two\nlines\r\n  and\ttabs", "two lines and tabs"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]0;never ends", "0;never ends"),
        ("a\x00b\x08c\x7f", "abc"),
        ("pay\u202etxt.exe", "paytxt.exe"),
        ("👩\u200d🚀 ок", "👩\u200d🚀 ок"),
        ("  \n ", ""),
        ("x" * 600, "x" * 499 + "…"),
    ],
    ids=["plain", "breaks", "colour", "title", "open title", "controls", "override", "joiner", "blank", "long"],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("length", [16, 17, 40, 131])
@pytest.mark.parametrize("write", [str, lambda key: base64.b64encode(key.encode()).decode()], ids=["raw", "base64"])
def test_a_secret_that_was_cut_short_is_hidden_too(length: int, write: Callable[[str], str]) -> None:
    key = "sk-" + "0a1B" * 32
    redactor, quoted = Redactor([key]), f"no: {write(key)[:length]}… and more"
    assert redactor.text(quoted) == "no: <redacted>… and more"
    assert json.loads(redactor.line([quoted])) == ["no: <redacted>… and more"]
    assert redactor.text(quoted.replace(write(key)[:length], write(key)[:15])) == f"no: {write(key)[:15]}… and more"


def test_a_secret_cut_short_in_the_middle_of_an_escape() -> None:
    key = 'abcdefghijklmnopqrst"uvw\\xyz'
    for form in (key, json.dumps(key)[1:-1], json.dumps(json.dumps(key))[3:-3], html.escape(key)):
        for end in range(16, len(form) + 1):
            assert Redactor([key]).text(f"<{form[:end]}>") == "<<redacted>>"
