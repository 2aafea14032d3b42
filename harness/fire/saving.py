"""Files of finished tasks: a body is written beside its place and moved there when it is whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from harness.fire.wire import DownloadRefused


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
                    text = f"The file is larger than {limit_bytes:,} bytes, the most that is downloaded."
                    raise DownloadRefused(text, status=0, headers={})
                out.write(piece)
        part.replace(file)
    except OSError as error:
        text = f"{file.name} cannot be written: {error.strerror or error}."
        raise DownloadRefused(text, status=0, headers={}) from error
    finally:
        part.unlink(missing_ok=True)
    return size
