"""The mock's side of ASGI: one request read within bounds, one response sent, byte ranges cut.

No framework: an import of one costs more than a whole run of the shipped scenarios may take.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import unquote

from msgspec import Struct, field

from harness.model import Json

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

#: The header by which a client asks for faults, and by which an answer says that it is wrong on purpose.
FAULT_HEADER: Final = b"x-mock-fault"
#: What is read and thrown away of a body that is too large, so that the client sees the answer and not a reset.
DRAIN_BYTES: Final = 64 * 1024 * 1024
#: Files go out in pieces of this size.
CHUNK_BYTES: Final = 256 * 1024
_HOST: Final = re.compile(r"[A-Za-z0-9.\-_]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Disconnected(Exception):
    """The client went away before its request was read."""


class TooLarge(Exception):
    """The body is longer than the bound."""


class Request(Struct, frozen=True, kw_only=True):
    """One request. Header names are lower case; of a header sent twice the last one counts."""

    method: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]
    base_url: str

    def header(self, name: bytes) -> str | None:
        """The header's text without the spaces around it, None where it was not sent."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1").strip()


#: How an answer may fail to arrive; `harness.mock.delivery` says what each of them does.
Trouble: TypeAlias = Literal["cut", "slow", "silent", "reset"]


class Response(Struct, frozen=True, kw_only=True):
    """One answer. `headers` come on top of content-type and content-length. `trouble` None: it arrives as it should."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = "application/json; charset=utf-8"
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())
    trouble: Trouble | None = None


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def json_response(body: Json, status: int = 200, *, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Response:
    """An answer with a JSON body, written as compactly as Express does.

    >>> json_response({"id": "a", "n": 1}).body
    b'{"id":"a","n":1}'
    """
    return Response(status=status, body=_ENCODER.encode(body).encode("utf-8", "replace"), headers=headers)


def read_request(scope: Scope, base_url: str | None) -> Request:
    """The request of a scope, without its body. `base_url` None: scheme and host as the client named them."""
    headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
    if base_url is None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not _HOST.fullmatch(host):
            host = "localhost"
        base_url = f"{scope.get('scheme', 'http')}://{host}"
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root):
        path = path[len(root) :]
    return Request(
        method=scope["method"],
        path=path or "/",
        query=bytes(scope.get("query_string", b"")).decode("latin-1"),
        headers=headers,
        base_url=base_url,
    )


async def read_body(request: Request, receive: Receive, limit_bytes: int) -> bytes:
    """The whole body. One piece is handed on without a copy.

    Raises TooLarge when it is longer than `limit_bytes`, Disconnected when the client goes away first.
    """
    pieces: list[bytes] = []
    length = 0
    stated = request.headers.get(b"content-length", b"")
    too_large = stated.isdigit() and (len(stated) > 18 or int(stated) > limit_bytes)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece: bytes = message.get("body", b"")
        length += len(piece)
        if length > limit_bytes:
            too_large = True
            pieces.clear()
        if too_large:
            if length > DRAIN_BYTES:
                raise TooLarge
        elif piece:
            pieces.append(piece)
        if not message.get("more_body", False):
            break
    if too_large:
        raise TooLarge
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def parse_json(body: bytes) -> Json:
    """What a body says, its numbers as JavaScript reads them: none is infinite here, though.

    Raises ValueError for anything that is no JSON object or list (an empty body is `{}`, as Express has it), and for
    nesting too deep to be read.

    >>> parse_json(b'{"big": 1e999, "long": 100000000000000000000}')
    {'big': 1.7976931348623157e+308, 'long': 1e+20}
    """
    text = body.decode("utf-8-sig", "replace")
    if not text or text.isspace():
        return {}
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(value, dict | list):
        raise ValueError("neither object nor list")  # noqa: TRY004 - what a body is, no mistake of a caller
    return value


def _fraction(text: str) -> float:
    return max(-_LARGEST, min(_LARGEST, float(text)))


def _whole(text: str) -> float:
    return int(text) if len(text) < 20 else _fraction(text)


def _constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


_LARGEST: Final = sys.float_info.max
_DECODER: Final = json.JSONDecoder(parse_int=_whole, parse_float=_fraction, parse_constant=_constant)


def start_of(response: Response) -> Message:
    """The message that begins an answer: its status and headers, the length of its whole body among them."""
    headers = list(response.headers)
    if response.content_type is not None:
        headers.append((b"content-type", response.content_type.encode("latin-1")))
    if response.status not in {204, 304}:
        headers.append((b"content-length", str(len(response.body)).encode("ascii")))
    return {"type": "http.response.start", "status": response.status, "headers": headers}


async def send_response(response: Response, send: Send, *, head: bool = False) -> None:
    """Sends the answer; for HEAD everything but the body."""
    body = response.body
    await send(start_of(response))
    if head or len(body) <= CHUNK_BYTES:
        await send({"type": "http.response.body", "body": b"" if head else body, "more_body": False})
        return
    for start in range(0, len(body), CHUNK_BYTES):
        piece = body[start : start + CHUNK_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": start + CHUNK_BYTES < len(body)})


def file_response(
    data: bytes, content_type: str, range_header: str | None, *, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Response:
    """The file, or the one range of it that was asked for (206), or 416 for a range beyond its end.

    Several ranges at once, and ranges that cannot be read, get the whole file: RFC 9110 allows it.
    """
    headers = (*headers, (b"accept-ranges", b"bytes"))
    match = _RANGE.fullmatch(range_header.replace(" ", "")) if range_header else None
    if match is None or match.group(0) == "bytes=-":
        return Response(body=data, content_type=content_type, headers=headers)
    first, last = match.groups()
    size = len(data)
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < start:
            return Response(body=data, content_type=content_type, headers=headers)
    else:
        start, end = max(size - int(last), 0), size - 1
    if start > end:
        unsatisfied = (*headers, (b"content-range", b"bytes */%d" % size))
        return Response(status=416, content_type=None, headers=unsatisfied)
    partial = (*headers, (b"content-range", b"bytes %d-%d/%d" % (start, end, size)))
    return Response(status=206, body=data[start : end + 1], content_type=content_type, headers=partial)


def query_value(query: str, name: str) -> str | None:
    """The first value of that name in a query string, decoded; None where it is not there.

    >>> query_value("a=1&_jwt=x.y%2Ez", "_jwt")
    'x.y.z'
    """
    for pair in query.split("&"):
        key, equals, value = pair.partition("=")
        if equals and unquote(key) == name:
            return unquote(value.replace("+", " "))
    return None
