"""What fit, make and probe share: the error, the bounds, and the only door to Pillow's decoders."""

from __future__ import annotations

import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Final

from harness.errors import HarnessError

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

#: More pixels than this are never decoded. 100 million are 300 MB as RGB; cameras make up to 60 million.
MAX_PIXELS: Final = 100_000_000

#: What Pillow raises for a broken file, besides OSError. Its decoders are fed hostile bytes, and their readers
#: of headers fail in all these ways.
BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError,
    MemoryError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip

_WARNINGS = threading.Lock()


class MediaError(HarnessError):
    """A picture, a clip or a sound cannot be read or made as asked. `text` names the file and the value seen."""


def has_av() -> bool:
    """True when the `media` extra (av) is installed. Imports nothing."""
    return find_spec("av") is not None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Pillow's warnings (bombs, corrupt EXIF, odd palettes) from the user: what matters is told as an error.

    `catch_warnings` changes state of the whole process, so threads take turns.
    """
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Undecodable(Exception):
    """The bytes are no whole picture."""


@contextmanager
def decoding() -> Iterator[None]:
    """Turn all that a broken picture makes Pillow raise into Undecodable. Only around Pillow's readers."""
    from PIL.Image import DecompressionBombError

    try:
        yield
    except (DecompressionBombError, *BROKEN) as error:
        raise Undecodable from error


def open_picture(data: bytes, kind: str) -> ImageFile:
    """The picture, opened but not decoded, by the decoder of `kind` (JPEG, PNG, WEBP, GIF or AVIF) and no other.

    The decoder is called directly: `Image.open` would load five plugins (10 ms), try them in turn, and judge the
    number of pixels by its own rule. Raises Undecodable, ImportError when Pillow was built without the decoder, and
    KeyError for another kind.
    """
    if kind == "JPEG":
        from PIL.JpegImagePlugin import JpegImageFile as Decoder
    elif kind == "PNG":
        from PIL.PngImagePlugin import PngImageFile as Decoder  # type: ignore[assignment]
    elif kind == "WEBP":
        from PIL.WebPImagePlugin import WebPImageFile as Decoder  # type: ignore[assignment]
    elif kind == "GIF":
        from PIL.GifImagePlugin import GifImageFile as Decoder  # type: ignore[assignment]
    elif kind == "AVIF":
        from PIL.AvifImagePlugin import AvifImageFile as Decoder  # type: ignore[assignment]
    else:
        raise KeyError(kind)
    with decoding():
        return Decoder(BytesIO(data))


def orientation(picture: ImageFile) -> int:
    """The EXIF orientation, 1 to 8; 1 when there is none or it is broken."""
    try:
        value = picture.getexif().get(0x0112, 1)
    except BROKEN:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
