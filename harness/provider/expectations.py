"""What an output must be, as far as the payload states it, from the media rules of a profile. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from harness.model import Json, MediaExpectation
from harness.provider.conditions import FieldRules, Scope

#: Width and height in pixels: "720:1280". "16:9" is a shape and promises no size.
_PIXELS: Final = re.compile(r"([1-9]\d{2,4}):([1-9]\d{2,4})")


class MediaRule(NamedTuple):
    """Which field states an output's size, which its length in seconds. None: nothing is promised."""

    scope: Scope
    size: str | None = None
    duration: str | None = None
    tolerance_s: float | None = None


def expect(
    media_rules: Iterable[MediaRule], endpoint: str, payload: Mapping[str, Json], rules: FieldRules
) -> MediaExpectation | None:
    """What the payload promises of its output, by the first rule that fits; None when it promises nothing."""
    for rule in media_rules:
        if rule.scope.covers(endpoint, payload) and rule.scope.holds(payload, rules):
            return _expectation(rule, payload)
    return None


def _expectation(rule: MediaRule, payload: Mapping[str, Json]) -> MediaExpectation | None:
    size = payload.get(rule.size) if rule.size else None
    pixels = _PIXELS.fullmatch(size) if isinstance(size, str) else None
    seconds = payload.get(rule.duration) if rule.duration else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        seconds = None
    if pixels is None and seconds is None:
        return None
    return MediaExpectation(
        width=int(pixels[1]) if pixels else None,
        height=int(pixels[2]) if pixels else None,
        duration_s=seconds,
        tolerance_s=rule.tolerance_s if seconds is not None else None,
    )
