"""`{$image: generated}`: a plain picture in the shape that the payload asks for, drawn when the payload is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from harness.model import Json, JsonObject, MediaExpectation
from harness.scenario.assets import Assets

_SIDE: Final = 1024
_DEFAULT: Final = (1280, 720)
#: Pictures beyond 1:2 and 2:1 are refused by some models (Runway's gen4_turbo and gen4.5), whatever is asked for.
_WIDEST: Final = 2.0
_SHAPE_KEYS: Final = ("ratio", "aspectRatio", "aspect_ratio", "size")
_SHAPE: Final = re.compile(r"([1-9]\d{0,4})[:x]([1-9]\d{0,4})")


class Drawn(Struct, frozen=True, kw_only=True):
    """Stands in a payload for a picture that is drawn for it."""

    max_side: int | None = None
    format: str = "jpeg"

    def declared(self) -> JsonObject:
        """What the scenario file says, with the defaults: variant ids hash it."""
        return {"$image": "generated", "format": self.format, "max_side": self.max_side}

    def __str__(self) -> str:
        return "<a drawn picture>"


class Pictures:
    """Draws pictures where `Drawn` stands. `expect` says what a payload promises of its output."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def filler(
        self, payload: JsonObject, expect: Callable[[JsonObject], MediaExpectation | None]
    ) -> Callable[[Json], Json]:
        """A function that gives the payload, or a part of it, with every picture drawn; other parts are shared."""
        width, height = _shape(payload, expect(payload))

        def fill(node: Json) -> Json:
            if isinstance(node, Drawn):
                return self._draw(node, width / height)
            if isinstance(node, dict):
                filled = {key: fill(value) for key, value in node.items()}
                return filled if any(filled[key] is not node[key] for key in node) else node
            if isinstance(node, list):
                items = [fill(value) for value in node]
                return items if any(new is not old for new, old in zip(items, node, strict=True)) else node
            return node

        return fill

    def _draw(self, drawn: Drawn, aspect: float) -> Json:
        aspect = min(max(aspect, 1 / _WIDEST), _WIDEST)
        side = min(drawn.max_side or _SIDE, 8192)
        width, height = (side, side / aspect) if aspect >= 1 else (side * aspect, side)
        return self._assets.drawn(max(1, round(width)), max(1, round(height)), format=drawn.format)


def _shape(payload: JsonObject, expected: MediaExpectation | None) -> tuple[int, int]:
    if expected is not None and expected.width and expected.height:
        return expected.width, expected.height
    for key in _SHAPE_KEYS:
        value = payload.get(key)
        found = _SHAPE.fullmatch(value) if isinstance(value, str) else None
        if found:
            return int(found[1]), int(found[2])
    return _DEFAULT
