"""Which field an object of an error body points at: `path`, `loc`, `field`, `param`, `pointer` and their kin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from harness.model import Json, Path
from harness.refusal.facts import Facts, fold
from harness.refusal.fields import Names, is_location
from harness.refusal.records import parse_path

#: Keys that point at a field by their meaning, so that a name nobody has heard of is believed.
POINTER_KEYS: Final = (
    "path", "loc", "field", "param", "parameter", "property", "pointer", "instancepath", "datapath", "propertypath",
    "fieldname", "propertyname", "attribute", "argument", "missingproperty",
)  # fmt: skip
#: Keys that may point at a field: believed only for a name that was sent or that the contract knows.
_HINT_KEYS: Final = ("name", "key", "location", "target", "source", "argumentname", "label", "context", "params", "ctx")


def pointed(
    names: Names, node: Mapping[str, Json], folded: Mapping[str, str], facts: Facts, about: str | None
) -> str | None:
    """The field that an object points at with one of its keys: inside `about` where that has it."""
    found = _inside(names, node, folded, about) if about is not None else None
    found = found or sure_pointer(names, node, folded)
    if facts.missing is not None:
        parent = f"{found}." if found and found.rsplit(".", 1)[-1] != facts.missing else ""
        return parent + (names.resolve((facts.missing,), explicit=True) or facts.missing)
    return found or _pointer(names, node, folded, _HINT_KEYS, explicit=False)


def sure_pointer(names: Names, node: Mapping[str, Json], folded: Mapping[str, str]) -> str | None:
    """The field at which a key points whose meaning leaves no doubt."""
    return _pointer(names, node, folded, POINTER_KEYS, explicit=True)


def _inside(names: Names, node: Mapping[str, Json], folded: Mapping[str, str], about: str) -> str | None:
    values = (node[folded[name]] for name in POINTER_KEYS if name in folded)
    return next((found for value in values if isinstance(value, str) and (found := names.child(about, value))), None)


def _pointer(
    names: Names, node: Mapping[str, Json], folded: Mapping[str, str], keys: tuple[str, ...], *, explicit: bool
) -> str | None:
    for name in keys:
        value = node.get(folded[name]) if name in folded else None
        if isinstance(value, Mapping):
            inner = {fold(key): key for key in list(value)[:50]}
            found = _pointer(names, value, inner, (*POINTER_KEYS, "key", "label"), explicit=explicit)
        else:
            path = _as_path(value)
            if name in {"loc", "location"} and path and is_location(str(path[0])):
                path = path[1:]  # the part of the request, and only then the field
            # In an error body "/v1/tasks" or a `path` of "/tasks" is the request's route: that must be known.
            route = name == "path" and isinstance(value, str) and value.startswith("/")
            plain = isinstance(value, list) or len(path) == 1 or is_location(str((*path, "")[0]))
            sure = explicit and not route and plain
            found = names.resolve(path, explicit=sure)
        if found is not None:
            return found
    return None


def _as_path(value: Json) -> Path:
    """A pointer's value as a path; () for what is none."""
    if isinstance(value, str):
        return parse_path(value) if 0 < len(value) <= 300 and not re.search(r"\s", value) else ()
    if isinstance(value, list) and 0 < len(value) <= 50:
        keys = [part.get("key") if isinstance(part, Mapping) else part for part in value]  # valibot: objects with a key
        parts = tuple(part for part in keys if isinstance(part, (str, int)) and not isinstance(part, bool))
        return parts if len(parts) == len(value) else ()
    return ()
