"""Do two files show the same? Pictures are compared as they look, everything else byte for byte."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from harness.media.anatomy import claimed_size, sniff
from harness.media.common import MAX_PIXELS, Undecodable, decoding, open_picture, quiet

_PICTURES: Final = frozenset({"JPEG", "PNG", "WEBP", "GIF"})
#: Larger pictures are compared byte for byte.
_MAX_BYTES: Final = 64 * 1024 * 1024


def fingerprint(file: Path) -> str | None:
    """A digest of the decoded pixels for a picture (the same picture may be packed in other bytes, with another date
    in it), of the bytes for any other file and for one that does not decode. None for a file that cannot be read.
    """
    try:
        with file.open("rb") as stream:
            content = sniff(stream.read(64))
            stream.seek(0)
            if content in _PICTURES and file.stat().st_size <= _MAX_BYTES:
                with suppress(Undecodable, ImportError), quiet():
                    return _pixels(stream.read(), content)
                stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _pixels(data: bytes, content: str) -> str:
    claimed = claimed_size(data, content)
    if claimed is None or claimed[0] * claimed[1] > MAX_PIXELS:
        raise Undecodable
    with open_picture(data, content) as picture, decoding():
        width, height = picture.size
        if width * height > MAX_PIXELS:  # the decoder's own reading of the header, should it differ from ours
            raise Undecodable
        seen = picture.convert("RGBA")
        return hashlib.sha256(f"{seen.size}".encode() + seen.tobytes()).hexdigest()
