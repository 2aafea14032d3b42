"""Levels put together to payloads, quickly: what a level changes is worked out once, not once a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TypeAlias

from harness.matrix.differences import differences
from harness.matrix.rows import Row
from harness.model import Json, JsonObject
from harness.provider import ABSENT
from harness.scenario import Factor
from harness.scenario.labels import canonical, row_name, setting
from harness.scenario.overlay import put

#: A row's payload, the payload's canonical text, its levels, its name.
Made: TypeAlias = tuple[JsonObject, str, JsonObject, str]
#: What one level does: the payload's own key that it changes, the value there (or ABSENT), its JSON text, the levels.
_Change: TypeAlias = tuple[str, Json, str | None, JsonObject]


def maker(base: JsonObject, factors: Sequence[Factor]) -> Callable[[Row], Made]:
    """A function that makes the payload of a row from the baseline."""
    names = [[setting(factor.name, level) for level in factor.levels] for factor in factors]
    roots = [factor.steps[0] for factor in factors]
    if len(set(roots)) < len(roots):
        return _slow(base, factors, names)
    changes = [[_change(base, factor, level) for level in factor.levels] for factor in factors]
    keys = sorted({*base, *roots})
    slots = {key: index for index, key in enumerate(keys)}
    places = [slots[root] for root in roots]
    texts = [_entry(key, base[key]) if key in base else None for key in keys]

    def make(row: Row) -> Made:
        payload, parts, settings = dict(base), texts.copy(), []
        levels: dict[str, Json] = {}
        for place, of_factor, named, index in zip(places, changes, names, row, strict=True):
            key, value, text, different = of_factor[index]
            if value is ABSENT:
                payload.pop(key, None)
            else:
                payload[key] = value
            parts[place] = text
            if different:
                levels.update(different)
            settings.append(named[index])
        return payload, "{" + ",".join(filter(None, parts)) + "}", levels, row_name(settings)

    return make


def _slow(base: JsonObject, factors: Sequence[Factor], names: Sequence[Sequence[str]]) -> Callable[[Row], Made]:
    """For factors that reach into one key of the payload: each row is laid over the baseline anew."""

    def make(row: Row) -> Made:
        payload = dict(base)
        for factor, index in zip(factors, row, strict=True):
            put(payload, factor.steps, factor.levels[index])
        settings = [named[index] for named, index in zip(names, row, strict=True)]
        return payload, canonical(payload), differences(base, payload), row_name(settings)

    return make


def _change(base: JsonObject, factor: Factor, level: Json) -> _Change:
    payload = dict(base)
    put(payload, factor.steps, level)
    key = factor.steps[0]
    value = payload.get(key, ABSENT)
    text = None if value is ABSENT else _entry(key, value)
    return key, value, text, differences(base, payload)


def _entry(key: str, value: Json) -> str:
    """One entry of an object as `canonical` writes it."""
    return f"{json.dumps(key)}:{canonical(value)}"
