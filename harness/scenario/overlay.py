"""Keys of a payload, set and taken out. A dotted key reaches inside: promptImage.0.position.

The payload that is changed is a shallow copy of the baseline; what lies on the way is copied, all else is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model import Asset, Json, JsonObject
from harness.provider import ABSENT
from harness.scenario.pictures import Drawn
from harness.scenario.records import BadValue
from harness.scenario.values import UNKNOWN, unescaped
from harness.words import told
from harness.yamlio import describe, did_you_mean, quoted


def steps_of(key: str, payload: JsonObject) -> tuple[str, ...]:
    """The keys and indexes that a written key leads through. One that the payload has as a whole is that key.

    BadValue for an empty step.
    """
    whole = unescaped(key)
    if "." not in key or whole in payload:
        return (whole,)
    steps = tuple(unescaped(step) for step in key.split("."))
    if "" in steps:
        raise BadValue(told("key.empty_step", key=quoted(key)), told("key.empty_step.fix"))
    return steps


def put(payload: dict[str, Json], steps: tuple[str, ...], value: Json) -> None:
    """Set what the steps lead to; ABSENT takes it out. Objects on the way that are not there are made.

    BadValue where the way is barred: by a text, by an index that a list does not have.
    """
    if value is ABSENT:
        take(payload, steps, missing_ok=True)
        return
    if len(steps) == 1:
        payload[steps[0]] = value
        return
    node: Any = payload
    for depth, step in enumerate(steps[:-1], 1):
        node = _enter(node, step, steps[:depth])
    node[_spot(node, steps[-1], steps)] = value


def take(payload: dict[str, Json], steps: tuple[str, ...], *, missing_ok: bool = False) -> None:
    """Take out the key that the steps lead to. BadValue when it is not there (unless that is fine), or no key."""
    node: Any = payload
    for depth, step in enumerate(steps[:-1], 1):
        if isinstance(node, Mapping) and step not in node:
            if missing_ok:
                return
            raise _not_there(node, step, steps[:depth])
        node = _enter(node, step, steps[:depth])
    last = steps[-1]
    if isinstance(node, list):
        raise BadValue(told("key.item", key=quoted(".".join(steps))), told("key.item.fix"))
    if last in node:
        del node[last]
    elif not missing_ok:
        raise _not_there(node, last, steps)


def _enter(node: Any, step: str, way: tuple[str, ...]) -> Any:
    """The container under a step, copied, and made where an object has no such key."""
    spot = _spot(node, step, way)
    child = node.get(spot, ABSENT) if isinstance(node, dict) else node[spot]
    if child is ABSENT:
        child = {}
    elif isinstance(child, dict | list):
        child = child.copy()
    elif child is UNKNOWN:
        raise BadValue("")
    else:
        found = told("key.file") if isinstance(child, Asset | Drawn) else describe(child)
        raise BadValue(told("key.inside", key=quoted(".".join(way)), found=found), told("key.inside.fix"))
    node[spot] = child
    return child


def _spot(node: Any, step: str, way: tuple[str, ...]) -> str | int:
    if not isinstance(node, list):
        return step
    if not (step.isascii() and step.isdigit()):
        raise BadValue(told("key.no_index", step=quoted(step), **_list(node, way)), told("key.no_index.fix"))
    if len(step) > 6 or int(step) >= len(node):
        fix = told("key.beyond.fix", last=len(node) - 1) if node else told("key.beyond.empty")
        raise BadValue(told("key.beyond", step=step[:20], **_list(node, way)), fix)
    return int(step)


def _list(node: list[Json], way: tuple[str, ...]) -> dict[str, object]:
    """What a mistake says of the list that the way leads into."""
    return {"key": quoted(".".join(way[:-1])), "count": len(node)}


def _not_there(node: JsonObject, step: str, way: tuple[str, ...]) -> BadValue:
    key = "key.absent.inside" if len(way) > 1 else "key.absent"
    what = told(key, key=quoted(step), outer=quoted(".".join(way[:-1])))
    return BadValue(what, did_you_mean(step, node))
