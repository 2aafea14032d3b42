"""The mock's output files: which a task makes, signed-looking URLs that expire, and what stands behind them.

A file is made at its first download and kept per shape (`harness.media` holds the last few), so a run that never
downloads makes none. Images and sounds are real files; a video is real where av is installed, and otherwise a
placeholder that says so in a header.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness import media
from harness.clock import Clock
from harness.mock.draws import Kind
from harness.mock.tasks import Shape
from harness.mock.wire import Request, Response, file_response, query_value
from harness.model import Json, MediaExpectation

PREFIX: Final = "/outputs/"
#: How long a URL works. The provider's live 24 to 48 hours; the lower bound is the one to be ready for.
LIFETIME_S: Final = 24 * 3600
#: What is made where the payload states nothing: pixels and seconds.
DEFAULT_SIZE: Final = (1280, 720)
DEFAULT_SECONDS: Final[Mapping[Kind, float]] = {"video": 5.0, "audio": 3.0, "image": 0.0}
#: Bounds of what is made; beyond them a file is made smaller or shorter than asked.
MAX_SIDE: Final = 8192
MAX_SECONDS: Final = 600.0
MAX_OUTPUTS: Final = 10

#: The contract's words for "how many" and "as what". A format that is none of ours comes as the kind's usual one.
_COUNT_FIELD: Final = "outputCount"
_FORMAT_FIELDS: Final = ("outputFormat", "format")
_EXTENSIONS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "video": ("mp4",),
    "image": ("png", "jpeg", "webp"),
    "audio": ("wav", "mp3"),
}
_CONTENT_TYPES: Final = {
    "mp4": "video/mp4",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
}
_HEAD_BYTES: Final = 64
_PLACEHOLDER_HEADER: Final = (b"x-mock-placeholder", b"1")
#: What the content network says of a URL that is expired or not signed: not captured, CloudFront's usual words.
_DENIED: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>'
)
_JWT_HEADER: Final = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"


def shapes(kind: Kind, payload: Json, expected: MediaExpectation | None) -> tuple[Shape, ...]:
    """The files that a task of this kind makes: as the payload's own words (`expected`) have it, else the defaults."""
    size_s = expected.duration_s if expected and expected.duration_s else DEFAULT_SECONDS[kind]
    width, height = _of_shape(expected.aspect) if expected and expected.aspect else DEFAULT_SIZE
    width = expected.width if expected and expected.width else width
    height = expected.height if expected and expected.height else height
    fields: Mapping[str, Json] = payload if isinstance(payload, Mapping) else {}
    asked = [fields.get(name) for name in _FORMAT_FIELDS]
    usual = _EXTENSIONS[kind]
    extension = next((word for word in usual if word in asked), usual[0])
    if extension == "mp3" and not media.has_av():
        extension = "wav"
    count = fields.get(_COUNT_FIELD, 1) if kind == "image" else 1
    shape = Shape(
        kind=kind,
        extension=extension,
        width=min(int(width), MAX_SIDE),
        height=min(int(height), MAX_SIDE),
        duration_s=min(float(size_s), MAX_SECONDS),
    )
    return (shape,) * max(1, min(count if isinstance(count, int) else 1, MAX_OUTPUTS))


def _of_shape(aspect: float) -> tuple[int, int]:
    """Even sides of this shape (width / height), the longer one as long as usual."""
    side = DEFAULT_SIZE[0]
    width, height = (side, side / aspect) if aspect >= 1 else (side * aspect, side)
    return max(2, round(width / 2) * 2), max(2, round(height / 2) * 2)


def placeholder_video() -> bytes:
    """A few bytes with the `ftyp` box of an MP4: recognisable by type, with nothing to play."""
    brands = b"isom" + struct.pack(">I", 0x200) + b"isomiso2mp41"
    note = b"The mock makes no video without av: pip install 'param-harness[media]'"
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + struct.pack(">I", 8 + len(note)) + b"free" + note


def corrupted(data: bytes) -> bytes:
    """The file cut in half and empty behind its first bytes: recognised by its type, and decoded by nothing.

    >>> corrupted(b"x" * 300) == b"x" * 64 + bytes(86)
    True
    """
    return data[:_HEAD_BYTES] + bytes(max(len(data) // 2 - _HEAD_BYTES, 0))


class Outputs:
    """Signs URLs and serves the files behind them. `real` False: videos are placeholders even with av."""

    def __init__(self, *, seed: int, clock: Clock, real: bool) -> None:
        self._key = hashlib.blake2b(f"outputs {seed}".encode(), digest_size=32).digest()
        self._clock = clock
        self._real_video = real and media.has_av()

    def url(self, base_url: str, task_id: str, index: int, shape: Shape, now: datetime) -> str:
        """A URL for one output of a task that works for `LIFETIME_S` from `now`."""
        name = f"{task_id}-{index}.{shape.extension}"
        claims = _encode(b'{"exp":%d}' % (int(now.timestamp()) + LIFETIME_S))
        return f"{base_url}{PREFIX}{name}?_jwt={_JWT_HEADER}.{claims}.{self._sign(name, claims)}"

    def denied(self, request: Request) -> Response | None:
        """The refusal of a URL whose signature is not ours, or is expired; None where it holds."""
        token = query_value(request.query, "_jwt") or ""
        header, _, rest = token.partition(".")
        claims, _, signature = rest.partition(".")
        signed = self._sign(request.path.removeprefix(PREFIX), claims)
        good = header == _JWT_HEADER and hmac.compare_digest(signed.encode(), signature.encode("utf-8", "replace"))
        if good and _expiry(claims) > self._clock.utc().timestamp():
            return None
        return self.refuse()

    @staticmethod
    def refuse() -> Response:
        """No file here, or not for you."""
        return Response(status=403, body=_DENIED, content_type="application/xml")

    async def serve(self, request: Request, shape: Shape, *, corrupt: bool = False) -> Response:
        """The file, whole or the range that was asked for; `corrupt`: one that no player opens."""
        # Simulated time must stand still while a file is made: no thread there.
        data = self._make(shape) if self._clock.virtual else await asyncio.to_thread(self._make, shape)
        if corrupt:
            data = corrupted(data)
        headers: tuple[tuple[bytes, bytes], ...] = ((b"cache-control", b"private, max-age=86400"),)
        if shape.kind == "video" and not self._real_video:
            headers = (*headers, _PLACEHOLDER_HEADER)
        return file_response(data, _CONTENT_TYPES[shape.extension], request.header(b"range"), headers=headers)

    def _make(self, shape: Shape) -> bytes:
        if shape.kind == "audio":
            return media.make_audio(shape.duration_s, format=shape.extension)
        if shape.kind == "image":
            return media.make_image(shape.width, shape.height, format=shape.extension.upper())
        if not self._real_video:
            return placeholder_video()
        return media.make_video(shape.width, shape.height, shape.duration_s)

    def _sign(self, name: str, claims: str) -> str:
        return _encode(hmac.digest(self._key, f"{name}\n{claims}".encode("utf-8", "replace"), "sha256"))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _expiry(claims: str) -> float:
    """The time that signed claims name; they are our own, their signature was checked before."""
    expiry: float = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
    return expiry
