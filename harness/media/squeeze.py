"""The search for the best encoding under a limit of bytes: little work for pictures of any size.

The quality that fits is guessed from a sample, tried, and corrected: two encodes of the whole picture are typical.
Figures (2 cores of an AMD EPYC): a step-by-step search takes 5 to 17 encodes for 12 megapixels, a binary one 7.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from harness.media.common import MediaError
from harness.words import told

if TYPE_CHECKING:
    from PIL.Image import Image

#: Encodes of the whole picture, at most. Two are typical.
MAX_ENCODES: Final = 7
_TOP: Final = 92  # beyond, a JPEG grows fast and looks the same
_GOOD: Final = 78  # what a picture that had to be scaled gets at first
_LOW: Final = 66  # below, a smaller picture looks better than a coarser one
_FLOOR: Final = 20  # the last resort, when the picture may not get any smaller
_MIN_SIDE: Final = 64  # the longer side is not scaled below this many pixels
_SAMPLE: Final = 512  # pixels a side of the sample: 64 tiles of 64


def scaled(picture: Image, size: tuple[int, int]) -> Image:
    """The picture at another size; the same object when it has that size."""
    if size == picture.size:
        return picture
    from PIL.Image import Resampling

    return picture.resize(size, Resampling.LANCZOS, reducing_gap=3.0)


def squeeze(
    base: Image, limit: int, kind: str, extra: dict[str, bytes | None], name: str
) -> tuple[bytes, tuple[int, int], int]:
    """(data, size, encodes): the picture at the best quality that fits, scaled where quality alone would be poor."""

    def encode(picture: Image, quality: int) -> bytes:
        buffer = BytesIO()
        effort = {"JPEG": {"quality": quality}, "WEBP": {"quality": quality, "method": 2}, "PNG": {}}[kind]
        picture.save(buffer, kind, **effort, **extra)
        return buffer.getvalue()

    picture, best, encodes, aim = base, None, 0, 0.95 * limit
    curve = _Curve.of(picture, encode)
    while encodes < MAX_ENCODES:
        pixels = picture.width * picture.height
        quality = curve.quality(pixels, aim)
        if quality < _LOW and max(picture.size) > _MIN_SIDE:
            picture = scaled(base, _smaller(picture.size, aim / curve.bytes(pixels, _GOOD)))
            curve = _Curve.of(picture, encode, otherwise=curve)
            continue
        quality = max(_FLOOR, min(_TOP, quality))
        data = encode(picture, quality)
        encodes += 1
        if len(data) <= limit:
            if quality == _TOP or encodes > 1 or len(data) > 0.8 * limit:
                return data, picture.size, encodes
            best = data, picture.size
        elif best is not None:
            break
        elif quality == _FLOOR:
            raise _unreachable(name, limit, len(data), kind, picture.size)
        else:
            aim *= 0.9  # where the guess was wrong once, it may be again
        curve = curve.through(pixels, quality, len(data))
    if best is None:
        raise _unreachable(name, limit, len(data), kind, picture.size)
    return *best, encodes


def _smaller(size: tuple[int, int], part: float) -> tuple[int, int]:
    """The size with about `part` of the bytes: a scaled picture has more detail in each pixel, hence the power."""
    longer = max(size)
    new = max(_MIN_SIDE, min(longer - 1, int(longer * min(0.95, part) ** 0.6)))
    return max(1, round(size[0] * new / longer)), max(1, round(size[1] * new / longer))


def _unreachable(name: str, limit: int, seen: int, kind: str, size: tuple[int, int]) -> MediaError:
    facts = {"limit": limit // 1024, "kind": kind, "width": size[0], "height": size[1], "size": f"{seen:,}"}
    return MediaError(told("fit.max_kb", name=name, **facts), told("fit.max_kb.fix", least=math.ceil(seen / 1024) + 1))


class _Curve(Struct, frozen=True):
    """How many bytes a picture takes at a quality: log(bytes a pixel) is a straight line over log(quantiser step).

    The line goes through two encodes of a sample, 64 tiles laid side by side (3 ms, against 60 for 12 megapixels), or,
    for a picture no larger than the sample, through a usual point. A slope of 0 means: quality changes nothing (PNG).
    """

    level: float
    slope: float

    _HEAD = 650  # bytes of tables and headers that do not grow with the picture

    @classmethod
    def of(cls, picture: Image, encode: Callable[[Image, int], bytes], otherwise: _Curve | None = None) -> _Curve:
        if picture.width * picture.height <= _SAMPLE**2:
            return otherwise or cls(math.log(0.05), -0.7)
        sample = _mosaic(picture)
        pixels = sample.width * sample.height
        low, high = (math.log(max(1, len(encode(sample, q)) - cls._HEAD) / pixels) for q in (_LOW, _TOP))
        slope = (high - low) / (math.log(_step(_TOP)) - math.log(_step(_LOW)))
        return cls(low - slope * math.log(_step(_LOW)), min(0.0, slope))

    def bytes(self, pixels: int, quality: int) -> float:
        return self._HEAD + pixels * math.exp(self.level + self.slope * math.log(_step(quality)))

    def quality(self, pixels: int, aim: float) -> int:
        """The highest quality that keeps the picture under `aim` bytes, not bounded to what makes sense."""
        if self.bytes(pixels, _TOP) <= aim:
            return _TOP
        if self.slope > -0.05 or aim <= self._HEAD:
            return 0
        step = math.exp(min(20.0, (math.log((aim - self._HEAD) / pixels) - self.level) / self.slope))
        return int(100 - step / 2 if step <= 100 else 5000 / step)

    def through(self, pixels: int, quality: int, size: int) -> _Curve:
        """The same line, moved to where an encode of the whole picture showed it to be."""
        seen = math.log(max(1, size - self._HEAD) / pixels)
        return _Curve(seen - self.slope * math.log(_step(quality)), self.slope)


def _step(quality: int) -> float:
    """The quantiser step, in percent of the standard's tables, as libjpeg takes it from a quality."""
    return 200 - 2 * quality if quality >= 50 else 5000 / quality


def _mosaic(picture: Image) -> Image:
    """8 × 8 tiles from all over the picture, cut on the 16-pixel blocks that the encoder works in."""
    from PIL import Image

    sample = Image.new("RGB", (_SAMPLE, _SAMPLE))
    side = _SAMPLE // 8
    for index in range(64):
        column, row = index % 8, index // 8
        left = max(0, picture.width - side) * column // 7 // 16 * 16
        top = max(0, picture.height - side) * row // 7 // 16 * 16
        sample.paste(picture.crop((left, top, left + side, top + side)), (column * side, row * side))
    return sample
