"""What a value must be: the refusal's own words and the contract's rule, as one record that can be asked."""

from __future__ import annotations

import math
import re
from typing import Final

from msgspec import Struct

from harness.model import Asset, Json
from harness.provider.records import ABSENT, FieldRule
from harness.refusal.records import RefusalIssue
from harness.refusal.show import utf16_length

_NUMBER: Final = re.compile(r"\s*[-+]?(?:\d{1,18}(?:\.\d{1,18})?|\.\d{1,18})(?:[eE][-+]?\d{1,2})?\s*")


class Limits(Struct, frozen=True, kw_only=True):
    """What a value must be, from the refusal and the contract together. None and () mean: not known.

    `allowed` is closed but for `also` (single values beside an open range). Lengths are UTF-16 units of a text or
    entries of a list; exclusive bounds are outside.
    """

    allowed: tuple[Json, ...] = ()
    also: tuple[Json, ...] = ()
    types: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    min_length: float | None = None
    max_length: float | None = None
    pattern: str | None = None
    required: bool | None = None

    def allow(self, value: Json) -> bool:
        """True when nothing that is known speaks against the value."""
        if any(same(value, entry) for entry in self.also):
            return True
        if self.allowed:
            return any(same(value, entry) for entry in self.allowed)
        if self.types and not any(is_a(value, word) for word in self.types):
            return False
        if is_a(value, "number"):
            return (
                (self.minimum is None or value >= self.minimum)
                and (self.maximum is None or value <= self.maximum)
                and (self.above is None or value > self.above)
                and (self.below is None or value < self.below)
            )
        if isinstance(value, str) and not self._fits_pattern(value):
            return False
        size = utf16_length(value) if isinstance(value, str) else len(value) if isinstance(value, list) else None
        return size is None or (
            (self.min_length is None or size >= self.min_length)
            and (self.max_length is None or size <= self.max_length)
        )

    def _fits_pattern(self, value: str) -> bool:
        """A pattern that Python cannot read speaks against nothing."""
        try:
            return self.pattern is None or re.search(self.pattern, value) is not None
        except re.error:
            return True


def limits_of(issue: RefusalIssue, rule: FieldRule | None) -> Limits:
    """What is known of a field: the refusal's own list and bounds where it states them, else the contract's."""
    of_length = issue.kind in {"too_long", "too_short"}
    stated = not of_length and (issue.minimum is not None or issue.maximum is not None)
    allowed = issue.allowed or (rule.allowed if rule is not None and not stated else ())
    minimum, maximum, above, below = (None, None, None, None)
    if stated:
        minimum, maximum = (None, None) if issue.exclusive else (issue.minimum, issue.maximum)
        above, below = (issue.minimum, issue.maximum) if issue.exclusive else (None, None)
    if rule is not None and not issue.allowed:
        if minimum is None and above is None:
            minimum, above = rule.minimum, rule.exclusive_minimum
        if maximum is None and below is None:
            maximum, below = rule.maximum, rule.exclusive_maximum
    min_length = issue.minimum if of_length else None
    max_length = issue.maximum if of_length else None
    if rule is not None:
        min_length = min_length if min_length is not None else _first(rule.min_length, rule.min_items)
        max_length = max_length if max_length is not None else _first(rule.max_length, rule.max_items)
    stated_types = tuple(issue.expected.split(" / ")) if issue.expected else ()
    types = rule.types if rule is not None and rule.types else stated_types
    return Limits(
        allowed=allowed,
        also=rule.also if rule is not None and not issue.allowed else (),
        types=types,
        minimum=minimum,
        maximum=maximum,
        above=above,
        below=below,
        min_length=min_length,
        max_length=max_length,
        pattern=rule.pattern if rule is not None else None,
        required=rule.required if rule is not None else None,
    )


def as_number(value: Json) -> float | None:
    """The number that a value is, or that it writes; None for anything else."""
    if is_a(value, "number"):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str) and len(value) <= 40 and _NUMBER.fullmatch(value):
        number = float(value)
        return number if math.isfinite(number) else None
    return None


def is_a(value: Json, word: str) -> bool:
    """Has the value this JSON type? A whole number is an integer however it is written."""
    if isinstance(value, bool):
        return word == "boolean"
    if isinstance(value, (int, float)):
        fits = isinstance(value, int) or (math.isfinite(value) and value.is_integer())
        return (word == "number" and (isinstance(value, float) or _fits_float(value))) or (word == "integer" and fits)
    return {str: "string", Asset: "string", list: "array", tuple: "array", dict: "object", type(None): "null"}.get(
        type(value)
    ) == word


def _fits_float(value: int) -> bool:
    return abs(value) < 1 << 1000


def same(one: Json, other: Json) -> bool:
    """Equal, and of one type: 1 is not true, and "1" is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one is not ABSENT and bool(one == other)


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)
