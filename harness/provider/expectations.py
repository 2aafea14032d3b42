"""What an output must be, as far as the payload states it, from the media rules of a profile. Pure.

A profile that says nothing of media has one rule all the same (`USUAL`): what nearly every API calls `ratio` and
`duration`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from harness.model import Json, MediaExpectation
from harness.provider.conditions import FieldRules, Scope

#: Two numbers: width and height in pixels ("720:1280", "720x1280") or a shape ("16:9"), which promises no size.
_RATIO: Final = re.compile(r"([1-9]\d{0,4})[:x]([1-9]\d{0,4})")
#: No picture is smaller, and no shape is told with larger numbers.
_LEAST_PIXELS: Final = 64
_DIGITS: Final = re.compile(r"[0-9]{1,4}")


class MediaRule(NamedTuple):
    """Which field states an output's size, which its shape, which its length in seconds. None: nothing is promised."""

    scope: Scope
    size: str | None = None
    aspect: str | None = None
    duration: str | None = None
    tolerance_s: float | None = None


#: The rule of a profile without `media`. With `media: []` nothing is promised.
USUAL: Final = (MediaRule(scope=Scope(), size="ratio", aspect="ratio", duration="duration", tolerance_s=0.5),)


def expect(
    media_rules: Iterable[MediaRule], endpoint: str, payload: Mapping[str, Json], rules: FieldRules
) -> MediaExpectation | None:
    """What the payload promises of its output, by the first rule that fits; None when it promises nothing."""
    for rule in media_rules:
        if rule.scope.covers(endpoint, payload) and rule.scope.holds(payload, rules):
            return _expectation(rule, payload)
    return None


def _expectation(rule: MediaRule, payload: Mapping[str, Json]) -> MediaExpectation | None:
    size, seconds = _pair(payload, rule.size), _seconds(payload.get(rule.duration) if rule.duration else None)
    pixels = size if size is not None and min(size) >= _LEAST_PIXELS else None
    shape = _pair(payload, rule.aspect) if pixels is None else None
    if pixels is None and shape is None and seconds is None:
        return None
    return MediaExpectation(
        width=pixels[0] if pixels else None,
        height=pixels[1] if pixels else None,
        aspect=shape[0] / shape[1] if shape else None,
        duration_s=seconds,
        tolerance_s=rule.tolerance_s if seconds is not None else None,
    )


def _pair(payload: Mapping[str, Json], field: str | None) -> tuple[int, int] | None:
    value = payload.get(field) if field else None
    match = _RATIO.fullmatch(value) if isinstance(value, str) else None
    return (int(match[1]), int(match[2])) if match else None


def _seconds(value: Json) -> float | None:
    """A length in seconds: a number, or (Kling) the digits of one as a text."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        return None
    return value
