"""Bodies: exactly the JSON that was meant, and shared bytes."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.fire.wire import Body, decode, encode
from harness.model import Asset, Json


def asset(text: str = "AAAA") -> Asset:
    return Asset(
        label="a.jpg",
        media_type="image/jpeg",
        data_uri=f"data:image/jpeg;base64,{text}".encode(),
        size_bytes=3,
        sha256="0" * 64,
        declared="0",
    )


def joined(body: Body) -> bytes:
    return b"".join(body.chunks)


def plain(value: Json) -> Json:
    """The payload with its assets written out: what the receiver should read."""
    if isinstance(value, Asset):
        return value.data_uri.decode()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


# Texts that look like the tokens that stand for assets, raw and as JSON escapes them.
_TOKENS = st.sampled_from(["\x000\x00", "\x001\x00", "\\u00000\\u0000", "\\\x000\x00", '"\x000\x00"', "\x00"])
_PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10) | _TOKENS | st.builds(asset, st.sampled_from(["AAAA", "BBBB"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | _TOKENS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(_PAYLOADS)
def test_the_receiver_reads_what_was_meant(payload: Json) -> None:
    body = encode(payload)
    assert json.loads(joined(body)) == plain(payload)
    assert len(joined(body)) == body.length
    assert b"".join(body) == joined(body)


def test_json_is_compact_utf8_in_the_payloads_order() -> None:
    body = encode({"ratio": "9:16", "seed": None, "promptText": "волна 🎬", "n": [1, 2.5, True]})
    assert joined(body).decode() == '{"ratio":"9:16","seed":null,"promptText":"волна 🎬","n":[1,2.5,true]}'


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    assert joined(encode({"a": "x\ud800é"})) == b'{"a":"x\\ud800\xc3\xa9"}'


def test_an_assets_bytes_are_the_very_same_object() -> None:
    one = asset()
    body = encode({"promptImage": [{"uri": one, "position": "first"}], "again": one})
    assert [chunk is one.data_uri for chunk in body.chunks] == [False, True, False, True, False]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(UsageError, match=r"^The payload cannot be written as JSON: Out of range float values"):
        encode({"seed": [value]})


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        encode({"seed": {1, 2}})
    assert str(error.value) == "The payload cannot be written as JSON: set is no JSON.\n  Change it in the scenario."


@pytest.mark.thorough
def test_ten_thousand_bodies_share_one_image() -> None:
    image = asset("A" * 1_000_000)
    tracemalloc.start()
    bodies = [encode({"promptImage": image, "seed": number}) for number in range(10_000)]
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert sum(body.length for body in bodies) > 10_000_000_000
    assert used < 10_000_000


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b"[NaN, Infinity, -Infinity]", ["NaN", "Infinity", "-Infinity"]),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"null", None),
    ],
    ids=["object", "byte order mark", "NaN", "duplicate key", "null"],
)  # fmt: skip
def test_decoding(data: bytes, value: Json) -> None:
    assert decode(data) == value


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(_JSON, st.booleans(), st.text(max_size=2), st.integers(0, 30))
def test_what_is_decoded_is_what_json_says(value: Json, ascii_only: object, after: str, cut: int) -> None:
    """The quick decoder and the one of the standard library read the same, and neither takes what the other refuses."""
    text = json.dumps(value, ensure_ascii=bool(ascii_only)) + after
    data = text[: len(text) - cut].encode("utf-8", "surrogatepass")
    try:
        expected = json.loads(data.decode("utf-8"), parse_constant=str)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            decode(data)
    else:
        assert repr(decode(data)) == repr(expected)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b'{"a": ', b"\xff\xfe{}", b"[" * 100_000, b"1" * 5000],
    ids=["empty", "HTML", "torn", "UTF-16", "deep", "endless number"],
)
def test_what_cannot_be_decoded(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(data)
