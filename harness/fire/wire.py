"""What goes over the wire and comes back, without an HTTP client: bodies, exchanges, the seam of the transports."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import msgspec

from harness.errors import HarnessError, UsageError
from harness.model import Asset, Json
from harness.redact import clean
from harness.words import told

#: Codings of answers that are undone. The others, and one over the other, could grow a million times in one piece.
CODINGS: Final = frozenset({"gzip", "deflate"})
#: Bytes of a body that are handed to the socket at once, so that no second copy of an image waits in a buffer.
PIECE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request body in pieces; its length in bytes is the sum of theirs. Pieces may be shared with other bodies."""

    chunks: tuple[bytes, ...] = field(repr=False)
    length: int

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An answer. Header names are lower case. `truncated`: the body was longer than asked for and is its start."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    truncated: bool = False
    elapsed_s: float = 0.0


class Transport(Protocol):
    """Sends requests. Raises `errors.TransportError` when no answer came; never follows a redirect of a request."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: Body | None = None,
        timeout_s: float,
        limit_bytes: int,
    ) -> Exchange:
        """The answer, read up to `limit_bytes`. `timeout_s` bounds the whole exchange, to its last byte."""

    async def download(self, url: str, file: Path, *, timeout_s: float, limit_bytes: int) -> int:
        """Saves a file and returns its size in bytes; `file` exists only when it is whole.

        Raises DownloadRefused for an answer that is no file, TransportError when none came.
        """


class DownloadRefused(HarnessError):
    """A download was answered with something else than the file. `status` is 0 when the address itself is refused."""

    def __init__(self, text: str, *, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def plain(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers under their lower-case names; one that was sent twice has both values."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def coding(headers: Mapping[str, str]) -> str:
    """How a body was compressed: the words of content-encoding, in lower case; "" for not at all."""
    return headers.get("content-encoding", "").strip().lower()


def check_coding(headers: Mapping[str, str]) -> None:
    """Raises DownloadRefused for a file that is compressed in a way that cannot be undone within bounds."""
    if (sent := coding(headers)) not in {"", "identity", *CODINGS}:
        text = told("fact.coding", coding=clean(sent, 40))
        raise DownloadRefused(text, status=0, headers={})


async def pieces(body: Body) -> AsyncIterator[bytes]:
    """The body in pieces of PIECE_BYTES at most."""
    for chunk in body.chunks:
        if len(chunk) <= PIECE_BYTES:
            yield chunk
        else:
            view = memoryview(chunk)
            for start in range(0, len(chunk), PIECE_BYTES):
                yield bytes(view[start : start + PIECE_BYTES])


def encode(payload: Json) -> Body:
    """The payload as compact JSON in UTF-8, the bytes of `Asset` leaves shared and not copied.

    Raises UsageError for what JSON cannot say: NaN and infinities, values that are no JSON.

    >>> encode({"prompt": "é", "seed": None})
    Body(length=27)
    """
    assets: list[Asset] = []
    number = 0
    while True:
        # Each asset leaves a token where its data URI belongs. Were the token in one of the payload's own texts, it
        # would be found more often than it was left: then the next one is tried, so that no text passes for an asset.
        token = f"\x00{number}\x00"
        parts = _dump(payload, token, assets).split(json.dumps(token)[1:-1])
        if len(parts) == len(assets) + 1:
            break
        assets.clear()
        number += 1
    chunks = [_utf8(parts[0])]
    for asset, part in zip(assets, parts[1:], strict=True):
        chunks += [asset.data_uri, _utf8(part)]
    return Body(chunks=tuple(chunks), length=sum(map(len, chunks)))


def decode(body: bytes) -> Json:
    """The JSON of an answer; NaN and infinities, which are no JSON but are sent by some, become texts.

    Raises ValueError for anything else: what is no UTF-8, no JSON, nested too deeply or has numbers without end.
    """
    try:
        return msgspec.json.decode(body)  # what it takes it reads as `json` does, in a quarter of the time
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    try:
        return _DECODER.decode(body.removeprefix(_BOM).decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


_BOM: Final = b"\xef\xbb\xbf"
_DECODER: Final = json.JSONDecoder(parse_constant=str)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _dump(payload: Json, token: str, assets: list[Asset]) -> str:
    def stand_in(value: object) -> object:
        if isinstance(value, Asset):
            assets.append(value)
            return token
        if isinstance(value, Mapping):
            return dict(value)
        raise TypeError(f"{type(value).__name__} is no JSON")

    try:
        return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=stand_in)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(told("payload.no_json", error=error), told("payload.no_json.fix")) from None


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can write it, UTF-8 cannot
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode("utf-8")
