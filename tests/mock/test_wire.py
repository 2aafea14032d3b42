import asyncio
from typing import Any

import pytest

from harness.mock.wire import (
    DRAIN_BYTES,
    Disconnected,
    Request,
    Response,
    TooLarge,
    file_response,
    parse_json,
    query_value,
    read_body,
    read_request,
    send_response,
)


def request(**headers: str) -> Request:
    return Request(
        method="POST",
        path="/",
        query="",
        base_url="http://mock",
        headers={name.replace("_", "-").encode(): value.encode() for name, value in headers.items()},
    )


LIMIT = 10


def read(messages: list[dict[str, Any]], **headers: str) -> bytes:
    queue = list(messages)

    async def receive() -> dict[str, Any]:
        return queue.pop(0)

    async def main() -> bytes:
        body = await read_body(request(**headers), receive, LIMIT)
        assert not queue
        return body

    return asyncio.run(main())


def piece(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_pieces_is_joined() -> None:
    assert read([piece(b"ab", more=True), piece(b"", more=True), piece(b"c")]) == b"abc"


def test_a_body_in_one_piece_is_not_copied() -> None:
    body = b"0123456789"
    assert read([piece(body, more=True), piece(b"")]) is body


def test_a_message_without_a_body_is_an_empty_body() -> None:
    assert read([{"type": "http.request"}]) == b""


@pytest.mark.parametrize(
    ("messages", "headers"),
    [
        pytest.param([piece(b"x" * 11)], {"content_length": "11"}, id="stated"),
        pytest.param([piece(b"x" * 6, more=True), piece(b"x" * 5, more=True), piece(b"y")], {}, id="chunked"),
        pytest.param([piece(b"x")], {"content_length": "9" * 30}, id="absurd length"),
        pytest.param([piece(b"x" * 11)], {"content_length": "-3"}, id="a lie"),
    ],
)
def test_a_body_over_the_limit_is_read_to_its_end_and_refused(
    messages: list[dict[str, Any]], headers: dict[str, str]
) -> None:
    with pytest.raises(TooLarge):
        read(messages, **headers)


def test_an_endless_body_is_left_after_the_drain_limit() -> None:
    async def receive() -> dict[str, Any]:
        return piece(b"x" * (DRAIN_BYTES // 4), more=True)

    with pytest.raises(TooLarge):
        asyncio.run(read_body(request(), receive, 10))


def test_a_client_that_goes_away_ends_the_reading() -> None:
    with pytest.raises(Disconnected):
        read([piece(b"ab", more=True), {"type": "http.disconnect"}])


def sent(response: Response, *, head: bool = False) -> tuple[int, dict[bytes, bytes], list[bytes]]:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(send_response(response, send, head=head))
    assert [message["more_body"] for message in messages[1:]] == [True] * (len(messages) - 2) + [False]
    return messages[0]["status"], dict(messages[0]["headers"]), [message["body"] for message in messages[1:]]


def test_a_small_answer_is_one_message() -> None:
    assert sent(Response(body=b"{}")) == (
        200,
        {b"content-type": b"application/json; charset=utf-8", b"content-length": b"2"},
        [b"{}"],
    )


def test_head_says_the_length_and_sends_nothing() -> None:
    status, headers, pieces = sent(Response(body=b"x" * 1_000_000), head=True)
    assert (status, headers[b"content-length"], pieces) == (200, b"1000000", [b""])


def test_a_large_file_goes_out_in_pieces() -> None:
    body = bytes(1_000_001)
    _, headers, pieces = sent(Response(body=body))
    assert b"".join(pieces) == body
    assert len(pieces) == 4
    assert headers[b"content-length"] == b"1000001"


def test_204_has_neither_length_nor_type() -> None:
    assert sent(Response(status=204, content_type=None)) == (204, {}, [b""])


DATA = bytes(range(100))


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        pytest.param(None, 200, DATA, None, id="none"),
        pytest.param("bytes=0-9", 206, DATA[:10], b"bytes 0-9/100", id="first ten"),
        pytest.param("bytes=90-", 206, DATA[90:], b"bytes 90-99/100", id="to the end"),
        pytest.param("bytes=-5", 206, DATA[95:], b"bytes 95-99/100", id="last five"),
        pytest.param("bytes=-500", 206, DATA, b"bytes 0-99/100", id="more than there is"),
        pytest.param("bytes=50-5000", 206, DATA[50:], b"bytes 50-99/100", id="beyond the end"),
        pytest.param("bytes=100-", 416, b"", b"bytes */100", id="behind the end"),
        pytest.param("bytes=-0", 416, b"", b"bytes */100", id="the last none"),
        pytest.param("bytes=9-3", 200, DATA, None, id="backwards is ignored"),
        pytest.param("bytes=0-1,5-6", 200, DATA, None, id="several are ignored"),
        pytest.param("bytes=-", 200, DATA, None, id="empty is ignored"),
        pytest.param("lines=1-2", 200, DATA, None, id="another unit is ignored"),
        pytest.param("bytes=" + "9" * 40 + "-", 200, DATA, None, id="absurd is ignored"),
    ],
)
def test_ranges(asked: str | None, status: int, body: bytes, content_range: bytes | None) -> None:
    response = file_response(DATA, "video/mp4", asked)
    assert (response.status, response.body, dict(response.headers).get(b"content-range")) == (
        status,
        body,
        content_range,
    )


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        pytest.param(b"127.0.0.1:8080", "https://127.0.0.1:8080", id="address and port"),
        pytest.param(b"[::1]:80", "https://[::1]:80", id="IPv6"),
        pytest.param(b"evil.example/path?<script>", "https://localhost", id="no host at all"),
        pytest.param(b"", "https://localhost", id="none"),
    ],
)
def test_the_base_url_is_what_the_client_called(host: bytes, base_url: str) -> None:
    scope = {"method": "GET", "path": "/app/v1", "root_path": "/app", "scheme": "https", "headers": [(b"Host", host)]}
    read = read_request(scope, None)
    assert (read.base_url, read.path) == (base_url, "/v1")
    assert read_request(scope, "http://fixed").base_url == "http://fixed"


def test_a_query_is_decoded() -> None:
    assert query_value("x=1&%5Fjwt=a%20b+c&_jwt=2", "_jwt") == "a b c"
    assert query_value("x", "x") is None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b"", {}, id="empty"),
        pytest.param(b" \n", {}, id="blank"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', {"a": 1}, id="with a mark"),
        pytest.param(b'{"a": 1, "a": 2}', {"a": 2}, id="the last of two"),
        pytest.param(b'{"a": -1e999}', {"a": -1.7976931348623157e308}, id="infinite"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", {"a": 1.7976931348623157e308}, id="5,000 digits"),
        pytest.param(b'{"a": 4294967295}', {"a": 4294967295}, id="whole"),
        pytest.param(b'{"a": "\xff"}', {"a": "\ufffd"}, id="not UTF-8"),
        pytest.param(b"[1]", [1], id="list"),
    ],
)
def test_a_body_is_read_as_javascript_does(body: bytes, value: Any) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize(
    "body",
    [b"null", b"5", b'"x"', b"{", b'{"a": NaN}', b'{"a": Infinity}', b"[" * 100_000, b"{'a': 1}", b"\x00"],
    ids=["null", "number", "text", "cut", "NaN", "Infinity", "deep", "Python", "zero"],
)
def test_what_is_no_json_object_or_list_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller words it
        parse_json(body)
