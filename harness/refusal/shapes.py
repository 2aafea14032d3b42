"""Ratios and sizes written in all the ways that people write them: 9:16, 720x1280, 720×1280, 16/9."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

_SHAPE: Final = re.compile(r"\s*(\d{1,5}(?:\.\d{1,3})?)\s*[:x×*/]\s*(\d{1,5}(?:\.\d{1,3})?)\s*", re.IGNORECASE)
#: A width from which on a shape is a size in pixels: nobody makes pictures of 16 by 9.
_PIXELS: Final = 64
#: Shapes that differ by less than this share are one to the eye: 1104:832 is called 4:3.
_ALIKE: Final = 0.02


class Shape(Struct, frozen=True):
    """Width and height, both above 0."""

    width: float
    height: float

    @property
    def in_pixels(self) -> bool:
        """True for a size, False for a mere ratio such as 9:16."""
        return min(self.width, self.height) >= _PIXELS

    @property
    def area(self) -> float:
        """Width × height."""
        return self.width * self.height

    def distance(self, other: Shape) -> float:
        """How much the two shapes differ, whatever their size; 0 for the same shape."""
        return abs(math.log(self.width / self.height) - math.log(other.width / other.height))


def shape_of(value: object) -> Shape | None:
    """The shape that a text writes; None for anything else."""
    return _read(value) if isinstance(value, str) and len(value) <= 40 else None


@lru_cache(maxsize=512)
def _read(text: str) -> Shape | None:
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    width, height = float(match.group(1)), float(match.group(2))
    return Shape(width, height) if width > 0 and height > 0 else None


def apart(one: object, other: object) -> float:
    """How much two values differ in shape; 0 where they look alike, and where one of them writes no shape.

    >>> apart("9:16", "720:1280"), apart("9:16", 5), round(apart("9:16", "1280:720"), 2)
    (0.0, 0.0, 1.15)
    """
    first, second = shape_of(one), shape_of(other)
    distance = first.distance(second) if first is not None and second is not None else 0.0
    return 0.0 if distance < _ALIKE else distance


def nearest_shape(value: str, allowed: Sequence[object]) -> tuple[str, bool] | None:
    """The allowed shape nearest to `value`, and whether it is the same one to the eye; None when there is no shape.

    Nearest in shape first, then in size; a mere ratio takes the smallest size, which is the cheapest.

    >>> nearest_shape("9:16", ["1280:720", "1080:1920", "720:1280"])
    ('720:1280', True)
    """
    wanted = shape_of(value)
    shapes = [(text, shape) for text in allowed if isinstance(text, str) and (shape := shape_of(text)) is not None]
    if wanted is None or not shapes:
        return None
    size = wanted.area if wanted.in_pixels else 0.0

    def far(entry: tuple[str, Shape]) -> tuple[bool, float, float]:
        distance = wanted.distance(entry[1])
        alike = distance < _ALIKE
        # Among shapes that look alike the size decides before a hundredth of shape does.
        by_size = abs(math.log(entry[1].area / size)) if size else entry[1].area
        return (not alike, 0.0 if alike else distance, by_size)

    text, shape = min(shapes, key=far)
    return text, wanted.distance(shape) < _ALIKE
