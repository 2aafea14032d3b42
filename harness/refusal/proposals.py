"""What to send instead of a refused value: the nearest one that is allowed, and why. Pure; nothing is sent here.

What the refusal itself states comes first, then the contract's rule. A proposal always satisfies whatever of the two is
known, or there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final

from harness.model import Asset, Json, JsonObject, Phrase, Proposal
from harness.provider.records import ABSENT, FieldRule
from harness.refusal.limits import Limits, as_number, is_a, limits_of, same
from harness.refusal.records import RefusalIssue, field_value
from harness.refusal.shapes import nearest_shape, shape_of
from harness.refusal.show import assign, utf16_length

_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]")


def propose(payload: JsonObject, field: str, issue: RefusalIssue, rule: FieldRule | None = None) -> Proposal | None:
    """What to send for `field` instead, or None when nothing better is known.

    `issue` is what the refusal says of the field, `rule` what the contract says. The proposal satisfies the allowed
    values and bounds that are known and differs from what was sent; a key that should not be sent is removed.
    """
    value = field_value(payload, field)
    if issue.kind == "unknown_key":
        return None if value is ABSENT else _leave_out(field)
    limits = limits_of(issue, rule)
    if isinstance(value, Asset):
        return None
    if value is None and not limits.required:
        return Proposal(field=field, remove=True, reason=Phrase(key="propose.leave_out_null", params={"field": field}))
    if value is ABSENT or value is None:
        found = _smallest(limits)
    else:
        found = next((made for make in _MAKERS if (made := make(value, limits)) is not None), None)
    if found is not None:
        new, reason, params = found
        fits = limits.allow(new) and not same(new, value)
        if fits:
            return Proposal(field=field, value=new, reason=_reason(field, new, reason, params))
    if value is not ABSENT and issue.kind == "too_short" and limits.required is False:
        return _leave_out(field)
    return None


_Made = tuple[Json, str, dict[str, str]]


def _chosen(value: Json, limits: Limits) -> _Made | None:
    """One of a closed set: the same in another spelling or type, the nearest number or shape, the most similar text."""
    allowed = limits.allowed
    if not allowed or any(same(value, entry) for entry in allowed):
        return None
    numbers = [entry for entry in allowed if is_a(entry, "number")]
    number = as_number(value)
    if number is not None and numbers:
        nearest = min(numbers, key=lambda entry: (abs(entry - number), entry))
        same_in_quotes = isinstance(value, str) and nearest == number
        return nearest, "propose.unquoted" if same_in_quotes else "propose.nearest", {}
    if is_a(value, "number") or isinstance(value, bool):
        spoken = str(value).lower() if isinstance(value, bool) else str(value)
        if spoken in allowed:
            return spoken, "propose.quoted", {}
    if isinstance(value, str):
        texts = [entry for entry in allowed if isinstance(entry, str)]
        alike = _alike(value, texts) or _as_boolean(value, allowed)
        if alike is not None:
            return alike
    return _least(allowed), "propose.allowed", {}


def _alike(value: str, texts: list[str]) -> _Made | None:
    value = value[:200]
    spelled = next((text for text in texts if _spelt_alike(text, value)), None)
    if spelled is not None:
        return spelled, "propose.spelling", {}
    shaped = nearest_shape(value, texts)
    if shaped is not None:
        text, alike = shaped
        wanted, found = shape_of(value), shape_of(text)
        into_pixels = wanted is not None and found is not None and found.in_pixels and not wanted.in_pixels
        reason = "propose.nearest_shape" if not alike else "propose.same_shape" if into_pixels else "propose.same_ratio"
        return text, reason, {}
    folded = {text[:200].casefold(): text for text in reversed(texts)}
    near = get_close_matches(value.casefold(), folded, n=1, cutoff=0.5)
    return (folded[near[0]], "propose.similar", {}) if near else None


def _as_boolean(value: str, allowed: tuple[Json, ...]) -> _Made | None:
    meant = {"true": True, "false": False}.get(value.strip().casefold())
    return (
        (meant, "propose.unquoted", {}) if meant is not None and any(same(meant, entry) for entry in allowed) else None
    )


def _retyped(value: Json, limits: Limits) -> _Made | None:
    """The value in the type that is wanted, and inside the bounds."""
    types = limits.types
    if not types or any(is_a(value, word) for word in types):
        return None
    if "boolean" in types and isinstance(value, str) and value.strip().casefold() in {"true", "false"}:
        return value.strip().casefold() == "true", "propose.unquoted", {}
    number = as_number(value)
    if number is not None and ("number" in types or "integer" in types):
        inside = _clamped(number, limits)
        if inside is None:
            return None
        reason = "propose.unquoted" if isinstance(value, str) else "propose.whole"
        return inside, reason if inside == number or reason == "propose.whole" else "propose.nearest", {}
    if "string" in types and (is_a(value, "number") or isinstance(value, bool)):
        return str(value).lower() if isinstance(value, bool) else str(value), "propose.quoted", {}
    if "array" in types and not isinstance(value, list):
        return [value], "propose.list", {}
    return None


def _bounded(value: Json, limits: Limits) -> _Made | None:
    """The bound that a number has passed."""
    number = as_number(value)
    if number is None or not (is_a(value, "number") or _has_bounds(limits)):
        return None
    inside = _clamped(number, limits)
    if inside is None or (is_a(value, "number") and inside == value):
        return None
    return inside, "propose.unquoted" if inside == number else "propose.bound", {}


def _cut(value: Json, limits: Limits) -> _Made | None:
    """A text or a list cut to the longest that is allowed; a character is never split."""
    limit = limits.max_length
    if limit is None or limit < 1 or not math.isfinite(limit):
        return None
    most = math.floor(limit)
    if isinstance(value, str) and utf16_length(value) > most:
        return _cut_text(value, most), "propose.cut", {"limit": str(most)}
    if isinstance(value, list) and len(value) > most:
        return value[:most], "propose.cut_list", {"limit": str(most)}
    return None


_MAKERS: Final[tuple[Callable[[Json, Limits], _Made | None], ...]] = (_chosen, _retyped, _bounded, _cut)


def _smallest(limits: Limits) -> _Made | None:
    """A value for a key that has none: the smallest allowed one."""
    if limits.allowed:
        return _least(limits.allowed), "propose.smallest", {}
    if limits.types and not {"number", "integer"} & set(limits.types):
        return None
    if limits.minimum is None and limits.above is None:
        return None
    start = limits.minimum if limits.minimum is not None else limits.above
    least = _clamped(start if start is not None else 0.0, limits)
    return None if least is None else (least, "propose.smallest", {})


def _least(allowed: tuple[Json, ...]) -> Json:
    """The smallest number, the smallest shape, else the first value that is listed; null only when it is alone."""
    numbers = [entry for entry in allowed if is_a(entry, "number")]
    if numbers:
        return min(numbers)
    shapes = [(shape.area, index) for index, entry in enumerate(allowed) if (shape := shape_of(entry)) is not None]
    if shapes:
        return allowed[min(shapes)[1]]
    return next((entry for entry in allowed if entry is not None), None)


def _clamped(number: float, limits: Limits) -> float | None:
    """The number inside the bounds that is nearest; a whole one where one is wanted or where it was whole."""
    whole = ("integer" in limits.types and "number" not in limits.types) or float(number).is_integer()
    low = _inside(limits.minimum, limits.above, 1)
    high = _inside(limits.maximum, limits.below, -1)
    if low is not None and whole:
        low = math.ceil(low)
    if high is not None and whole:
        high = math.floor(high)
    if whole:
        number = math.floor(number + 0.5)
    if low is not None and number < low:
        number = low
    if high is not None and number > high:
        number = high
    if (low is not None and number < low) or not math.isfinite(number):
        return None
    return int(number) if float(number).is_integer() else number


def _inside(bound: float | None, open_bound: float | None, step: int) -> float | None:
    """The last number inside a bound; beside an open one the next whole number."""
    if open_bound is None:
        return bound
    beside = math.floor(open_bound) + 1 if step > 0 else math.ceil(open_bound) - 1
    return beside if bound is None else max(bound, beside) if step > 0 else min(bound, beside)


def _cut_text(text: str, most: int) -> str:
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > most:
            return text[:index]
    return text


def _has_bounds(limits: Limits) -> bool:
    return any(bound is not None for bound in (limits.minimum, limits.maximum, limits.above, limits.below))


def _spelt_alike(one: str, other: str) -> bool:
    """The same but for hyphens, case and the like; 720x1280 and 720:1280 are one size."""
    if shape_of(one) is not None and shape_of(one) == shape_of(other):
        return True
    return bool(_plain(one)) and _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return _NOT_ALNUM.sub("", text[:200].casefold())


def _leave_out(field: str) -> Proposal:
    return Proposal(field=field, remove=True, reason=Phrase(key="propose.leave_out", params={"field": field}))


def _reason(field: str, value: Json, key: str, params: dict[str, str]) -> Phrase:
    return Phrase(key=key, params={"to": assign(field, value), "field": field, **params})
