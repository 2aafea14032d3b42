"""What a payload has that the baseline has not: the levels of a variant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import Asset, Json, JsonObject

#: The level of a key that is left out.
LEFT_OUT: Final[JsonObject] = {"$absent": True}


def differences(base: JsonObject, payload: JsonObject, prefix: str = "") -> dict[str, Json]:
    """Dotted keys with the payload's values where they differ from the baseline's; LEFT_OUT for what is not there.

    Objects, and lists of one length, are compared inside; anything else as a whole. Files stay Assets.

    >>> differences({"a": 1, "b": {"c": 1, "d": 2}}, {"b": {"c": 3, "d": 2}, "e": {"f": None}})
    {'b.c': 3, 'e.f': None, 'a': {'$absent': True}}
    """
    found: dict[str, Json] = {}
    for key, value in payload.items():
        if key not in base:
            if isinstance(value, Mapping) and value:
                found |= differences({}, value, f"{prefix}{key}.")
            else:
                found[prefix + key] = value
        elif value is not base[key]:
            _compare(base[key], value, prefix + key, found)
    for key in base:
        if key not in payload:
            found[prefix + key] = LEFT_OUT
    return found


def _compare(old: Json, new: Json, name: str, found: dict[str, Json]) -> None:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found |= differences(old, new, name + ".")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            _compare(before, after, f"{name}.{index}", found)
    elif old is not new and not (old.__class__ is new.__class__ and _equal(old, new)):
        found[name] = new


def _equal(old: Json, new: Json) -> bool:
    """Equal as they are sent: 1, 1.0 and true differ. A file is its declaration."""
    if isinstance(old, Asset) and isinstance(new, Asset):
        return old.declared == new.declared
    return bool(old == new) and (not isinstance(old, float) or repr(old) == repr(new))
