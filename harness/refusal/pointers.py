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
    "fieldname", "propertyname", "attribute", "argument", "missingproperty", "attr", "inputname", "paramname",
    "parametername", "attributename", "fieldpath", "jsonpath", "jsonpointer", "invalidfield", "errorfield",
)  # fmt: skip
#: Keys that may point at a field: believed only for a name that was sent or that the contract knows.
_HINT_KEYS: Final = (
    *("name", "key", "location", "target", "source", "argumentname", "label", "context", "params", "ctx", "extrainfo"),
    *("meta", "metadata", "extra", "extensions"),
)
#: Keys of an answer as a whole, whose `path` is the route.
_ANSWER_KEYS: Final = frozenset({"status", "statuscode", "timestamp", "error", "method", "requestid"})
#: A name in lower case that stands for a field where the field is missing.
_FIELD_NAME: Final = re.compile(r"[a-z_][\w.\[\]-]{0,80}")
#: Names of errors: `bad_request`, `validation_error`.
_ERROR_NAME: Final = re.compile(r"error|invalid|bad|request|exception|missing|required|fail|body|schema", re.IGNORECASE)


def pointed(
    names: Names, node: Mapping[str, Json], folded: Mapping[str, str], facts: Facts, about: str | None, *, missing: bool
) -> str | None:
    """The field that an object points at with one of its keys: inside `about` where that has it.

    `missing`: the object says that the field is missing. Then it is none that was sent, though it may be called so.
    """
    found = _inside(names, node, folded, about) if about is not None else None
    found = found or sure_pointer(names, node, folded, missing=missing)
    if facts.missing is not None:
        parent = f"{found}." if found and found.rsplit(".", 1)[-1] != facts.missing else ""
        return parent + (names.resolve((facts.missing,), explicit=True, absent=True) or facts.missing)
    found = found or _pointer(names, node, folded, _HINT_KEYS, explicit=False)
    if found is None and missing:
        found = _named_missing(names, node, folded)
    return _discriminator(names, node, found) or found


def sure_pointer(
    names: Names, node: Mapping[str, Json], folded: Mapping[str, str], *, missing: bool = False
) -> str | None:
    """The field at which a key points whose meaning leaves no doubt."""
    return _pointer(names, node, folded, POINTER_KEYS, explicit=True, missing=missing)


def field_of_pair(names: Names, node: list[Json]) -> str | None:
    """The field of a list that is its name and a sentence about it: `["ratio", "must be one of …"]`."""
    if len(node) != 2 or not isinstance(node[0], str) or not isinstance(node[1], str):
        return None
    return names.resolve(parse_path(node[0]), whole=True) if " " in node[1] and " " not in node[0] else None


def _named_missing(names: Names, node: Mapping[str, Json], folded: Mapping[str, str]) -> str | None:
    """`{"name": "prompt", "reason": "missing required argument"}`: what is missing has a name that nobody sent."""
    values = (node[folded[key]] for key in ("name", "key", "target") if key in folded)
    words = (value for value in values if isinstance(value, str) and _FIELD_NAME.fullmatch(value))
    return next((names.believed(word) for word in words if not _ERROR_NAME.search(word)), None)


def _discriminator(names: Names, node: Mapping[str, Json], field: str | None) -> str | None:
    """The key inside a field that chose among alternatives and was wrong (pydantic, OpenAPI)."""
    ctx = node.get("ctx")
    key = ctx.get("discriminator") if field is not None and isinstance(ctx, Mapping) else None
    return names.child(field, key.strip("'")) if field is not None and isinstance(key, str) else None


def _inside(names: Names, node: Mapping[str, Json], folded: Mapping[str, str], about: str) -> str | None:
    values = (node[folded[name]] for name in POINTER_KEYS if name in folded)
    return next((found for value in values if isinstance(value, str) and (found := names.child(about, value))), None)


def _pointer(
    names: Names,
    node: Mapping[str, Json],
    folded: Mapping[str, str],
    keys: tuple[str, ...],
    *,
    explicit: bool,
    missing: bool = False,
) -> str | None:
    for name in keys:
        value = node.get(folded[name]) if name in folded else None
        if isinstance(value, Mapping):
            inner = {fold(key): key for key in list(value)[:50]}
            found = _pointer(names, value, inner, (*POINTER_KEYS, "key", "label"), explicit=explicit, missing=missing)
        else:
            answer = not _ANSWER_KEYS.isdisjoint(folded)
            found = _of_path(names, name, value, explicit=explicit, missing=missing, of_answer=answer)
        if found is not None:
            return found
    return None


def _of_path(names: Names, name: str, value: Json, *, explicit: bool, missing: bool, of_answer: bool) -> str | None:
    """The field that the value of one key writes as a path. `of_answer`: the object is the answer, no error in it."""
    path = _as_path(value)
    located = name in {"loc", "location"} and bool(path) and is_location(str(path[0]))
    if located:
        if path[0] in {"header", "headers", "cookie"}:
            return None
        path = path[1:]  # the part of the request, and only then the field
    # In an error body "/v1/tasks" or a `path` of "/tasks" is the request's route: that must be known.
    route = name == "path" and isinstance(value, str) and value.startswith("/")
    route = route and (of_answer or not missing or len(path) > 1)
    plain = isinstance(value, list) or len(path) == 1 or is_location(str((*path, "")[0]))
    found = names.resolve(path, explicit=explicit and not route and plain, absent=missing and len(path) == 1)
    return found or (None if route else names.tail(path))


def _as_path(value: Json) -> Path:
    """A pointer's value as a path; () for what is none."""
    if isinstance(value, str):
        value = re.sub(r" (?:->|→|>) ", ".", value[:301])
        return parse_path(value) if 0 < len(value) <= 300 and not re.search(r"\s", value) else ()
    if isinstance(value, list) and 0 < len(value) <= 50:
        keys = [part.get("key") if isinstance(part, Mapping) else part for part in value]  # valibot: objects with a key
        parts = tuple(part for part in keys if isinstance(part, (str, int)) and not isinstance(part, bool))
        return parts if len(parts) == len(value) else ()
    return ()
