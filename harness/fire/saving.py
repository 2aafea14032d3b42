"""Files of finished tasks: a body is written beside its place and moved there when it is whole."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from harness.errors import why
from harness.fire.wire import DownloadRefused
from harness.words import told

_EXTENSIONS: Final = frozenset(
    (
        *("mp4", "mov", "webm", "mkv", "avi", "gif", "png", "jpg", "jpeg", "webp", "avif", "heic", "exr"),
        *("mp3", "wav", "m4a", "aac", "flac", "ogg", "opus", "zip", "json", "glb"),
    )
)
_USUAL: Final[Mapping[str, str]] = {"video": "mp4", "image": "png", "audio": "mp3"}


async def save(pieces: AsyncIterator[bytes], file: Path, limit_bytes: int) -> int:
    """Writes the pieces to `file` and returns how many bytes they were. `file` exists only when it is whole.

    Raises DownloadRefused when they are more than `limit_bytes`, or cannot be written.
    """
    part = file.with_name(file.name + ".part")
    size = 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            async for piece in pieces:
                size += len(piece)
                if size > limit_bytes:
                    text = told("fact.too_large", most=f"{limit_bytes:,}")
                    raise DownloadRefused(text, status=0, headers={})
                out.write(piece)
        part.replace(file)
    except OSError as error:
        raise _unwritable(file, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return size


def save_data_uri(uri: str, file: Path, limit_bytes: int) -> int:
    """Writes what a base64 data URI holds (percent-encoded or not) to `file` and returns its size in bytes.

    Raises DownloadRefused when it is no base64, is too large, or cannot be written.
    """
    head, _, text = uri.partition(",")
    try:
        if not head.lower().endswith(";base64") or len(text) > limit_bytes:
            raise ValueError("not base64, or too long")  # noqa: TRY301 - one way out
        data = base64.b64decode(unquote(text) if "%" in text else text, validate=True)
    except ValueError as error:
        raise DownloadRefused(told("fact.data_uri", why=error), status=0, headers={}) from error
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        raise _unwritable(file, error) from error
    return len(data)


def extension(address: str, kind: str | None) -> str:
    """The extension for a file from this address, without the dot: what the address says, else what suits its kind.

    >>> extension("https://files.example/a/b.webm?_jwt=x.mp4", "video"), extension("https://files.example/a", "image")
    ('webm', 'png')
    """
    if address[:5].lower() == "data:":
        suffix = address[5:].partition(";")[0].rpartition("/")[2]
    else:
        suffix = address.partition("?")[0].partition("#")[0].rpartition(".")[2]
    suffix = suffix.lower()
    return suffix if suffix in _EXTENSIONS else _USUAL.get(kind or "", "bin")


def _unwritable(file: Path, error: OSError) -> DownloadRefused:
    return DownloadRefused(told("fact.unwritable", file=file.name, why=why(error)), status=0, headers={})
