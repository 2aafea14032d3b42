"""What a payload costs, in credits, from the price rules of a profile. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from harness.model import Json
from harness.provider.conditions import FieldRules, Scope, stated
from harness.provider.records import ABSENT

#: More seconds or files than anybody means: such a number is refused, and has no price.
_MOST: Final = 1e9


class PerItem(NamedTuple):
    """Credits for each item of a list field; items that hold the key `without` are free."""

    field: str
    credits: float
    without: str | None = None


class PerChars(NamedTuple):
    """Credits for each `every` characters of a text field, begun ones included."""

    field: str
    every: int
    credits: float


class PriceRule(NamedTuple):
    """The amounts that add up to a price. None of them: the price is not known.

    Seconds are the field `seconds`; where a payload has no such field, those of an input whose length nobody states,
    at most `longest_s`. Outputs are the field `outputs`, else one.
    """

    scope: Scope
    flat: float | None = None
    per_second: float | None = None
    seconds: str = "duration"
    longest_s: float | None = None
    per_output: float | None = None
    outputs: str | None = None
    per_chars: PerChars | None = None
    per_item: tuple[PerItem, ...] = ()
    minimum: float = 0.0


def price(
    price_rules: Iterable[PriceRule], endpoint: str, payload: Mapping[str, Json], rules: FieldRules
) -> float | None:
    """The credits of a payload, never negative; None when the facts do not allow to say.

    The first rule that fits decides. Where the payload leaves a priced choice open and the contract states no default,
    the dearest choice counts: a plan must not promise less than the bill.
    """
    found: list[float | None] = []
    for rule in price_rules:
        if not rule.scope.covers(endpoint, payload):
            continue
        holds = rule.scope.holds(payload, rules)
        if holds is False:
            continue
        found.append(_amount(rule, payload, rules))
        if holds:
            return None if None in found else max(amount for amount in found if amount is not None)
    return None


def _amount(rule: PriceRule, payload: Mapping[str, Json], rules: FieldRules) -> float | None:
    """What one rule makes of a payload; None when an amount hangs on something that is not known."""
    parts: list[float | None] = [] if rule.flat is None else [rule.flat]
    if rule.per_second is not None:
        seconds = rule.longest_s or _largest(rule.seconds, payload, rules, rule)
        parts.append(None if seconds is None else rule.per_second * seconds)
    if rule.per_output is not None:
        outputs = 1 if rule.outputs is None else _largest(rule.outputs, payload, rules, rule)
        parts.append(None if outputs is None else rule.per_output * outputs)
    if rule.per_chars is not None:
        text = payload.get(rule.per_chars.field)
        length = len(text) if isinstance(text, str) else None
        parts.append(None if length is None else math.ceil(length / rule.per_chars.every) * rule.per_chars.credits)
    if not parts or None in parts:
        return None
    items = sum(item.credits * _count(payload.get(item.field), item.without) for item in rule.per_item)
    return max(sum(part for part in parts if part is not None) + items, rule.minimum)


def _largest(name: str, payload: Mapping[str, Json], rules: FieldRules, rule: PriceRule) -> float | None:
    """The number in a field; where the provider chooses it (unstated, or a word like "auto"), the largest allowed."""
    value = stated(name, payload, rules, rule.scope.unstated)
    field = rules(name)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if 0 < value <= _MOST else None
    if field is None or (value is not ABSENT and value not in field.also):
        return None
    numbers = [item for item in field.allowed if isinstance(item, int | float)]
    return field.maximum if field.maximum is not None else max(numbers, default=None)


def _count(value: Json, without: str | None) -> int:
    """The items of a list that count; anything but a list counts as none (a single image is a first frame)."""
    if not isinstance(value, list | tuple):
        return 0
    return sum(not (isinstance(item, Mapping) and without is not None and without in item) for item in value)
