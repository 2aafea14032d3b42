"""Neutral issues of the contract as Zod 4 writes them: code, path, message and the extra keys of each code.

`tests/mock/zod_4_1_13.json` records what Zod 4.1.13 itself says to the same schemas and bodies. Media URIs are the
exception: the provider checks them by hand, with texts of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from harness.model import Json, JsonObject, Path
from harness.provider import ABSENT, Issue

#: The field by which Runway tells models apart. Captured for `{}`: it is checked to be a string besides.
_MODEL: Final = "model"
_MAX_SAFE: Final = 2**53 - 1
_SAFE_NOTE: Final = "Integers must be within the safe integer range."


def zod_issues(issues: Sequence[Issue], base: Path = ()) -> list[JsonObject]:
    """The issues as Zod 4 writes them, paths relative to `base`."""
    aborted = {issue.path for issue in issues if issue.kind == "type"}  # a value of a wrong type is not measured
    told = [issue for issue in issues if issue.kind == "type" or issue.path not in aborted]
    return [one for issue in _as_zod_orders(told) for one in _zod(issue, issue.path[len(base) :])]


def _as_zod_orders(issues: Sequence[Issue]) -> list[Issue]:
    """A list's own length comes after what is wrong with its items."""
    ordered = list(issues)
    for issue in issues:
        if issue.kind in {"min_items", "max_items"}:
            inside = [other for other in ordered if other.path[: len(issue.path)] == issue.path and other is not issue]
            if inside:
                ordered.remove(issue)
                ordered.insert(ordered.index(inside[-1]) + 1, issue)
    return ordered


def _zod(issue: Issue, path: Path) -> list[JsonObject]:
    match issue.kind:
        case "discriminator":
            return _discriminator(issue, path)
        case "missing" | "null" | "type" | "enum":
            return [_shape(issue, path), *_length_all_the_same(issue, path)]
        case "union":
            return _of_union(issue, path)
        case "unknown_keys":
            names = ", ".join(_quote(key) for key in issue.keys)
            word = "key" if len(issue.keys) == 1 else "keys"
            return [_issue("unrecognized_keys", path, f"Unrecognized {word}: {names}", keys=list(issue.keys))]
        case "minimum" | "maximum" | "exclusive_minimum" | "exclusive_maximum":
            return _range(issue, path)
        case "min_length" | "max_length" | "min_items" | "max_items":
            origin, things = ("string", "characters") if issue.kind.endswith("length") else ("array", "items")
            return [_too("big" if issue.kind.startswith("max") else "small", origin, things, issue.bound, path)]
        case "multiple_of":
            message = f"Invalid number: must be a multiple of {plain_number(issue.bound)}"
            return [_issue("not_multiple_of", path, message, origin="number", divisor=plain_number(issue.bound))]
        case "pattern":
            return [_uri(issue, path) or _pattern(issue, path)]
        case _:
            return [_issue("custom", path, issue.text or "Invalid input")]


def _issue(code: str, path: Path, message: str, **more: Json) -> JsonObject:
    return {**more, "code": code, "path": list(path), "message": message}


def _discriminator(issue: Issue, path: Path) -> list[JsonObject]:
    name = str(issue.path[-1])
    unmatched = _issue(
        "invalid_union", path, "Invalid input", errors=[], note="No matching discriminator", discriminator=name
    )
    if name != _MODEL or len(issue.path) > 1:
        return [unmatched]
    if isinstance(issue.value, str):
        return [_invalid_value(issue.allowed, path)]
    return [_invalid_type("string", issue.value, path), unmatched]


def _shape(issue: Issue, path: Path) -> JsonObject:
    """A value that is missing, null, of another type, or none of a closed set."""
    if issue.allowed:
        return _invalid_value(issue.allowed, path)
    if issue.branches and not _tagged(issue.schema):
        return _union(issue, path)
    return _invalid_type(_zod_word(issue), issue.value, path)


def _length_all_the_same(issue: Issue, path: Path) -> list[JsonObject]:
    """Zod measures whatever has a length, even a list where a text was wanted."""
    value, schema = issue.value, issue.schema
    if issue.kind != "type" or not isinstance(value, str | list) or issue.expected not in {"string", "array"}:
        return []
    low, high = ("minLength", "maxLength") if issue.expected == "string" else ("minItems", "maxItems")
    origin, things = ("string", "characters") if isinstance(value, str) else ("array", "items")
    length = utf16_length(value) if isinstance(value, str) else len(value)
    found = []
    if length < schema.get(low, 0):
        found.append(_too("small", origin, things, schema[low], path))
    if length > schema.get(high, length):
        found.append(_too("big", origin, things, schema[high], path))
    return found


def _of_union(issue: Issue, path: Path) -> list[JsonObject]:
    """A media URI's own text; the issues of the one form that only such a URI spoils; else those of every form.

    Zod leaves the other forms out when one alone did not give up on the value's shape, and the provider's checks of
    URIs do not give up.
    """
    found = _uri(issue, path)
    if found is not None:
        return [found]
    fitting = [branch for branch in issue.branches if all(_measured(inner) for inner in branch)]
    if len(fitting) == 1:
        return zod_issues(fitting[0], issue.path[: len(issue.path) - len(path)])
    return [_union(issue, path)]


def _measured(issue: Issue) -> bool:
    return issue.of_measure or _uri(issue, ()) is not None


def _union(issue: Issue, path: Path) -> JsonObject:
    errors = [zod_issues(branch, issue.path) for branch in issue.branches]
    return _issue("invalid_union", path, "Invalid input", errors=errors)


def _tagged(schema: JsonObject) -> bool:
    return "x-discriminator" in schema or "discriminator" in schema


def _zod_word(issue: Issue) -> str:
    """Zod's word for the expected type: whole numbers are `number` unless a number came, open mappings `record`."""
    word = issue.expected.partition("|")[0]
    if word == "integer":
        return "int" if isinstance(issue.value, float) else "number"
    if word == "object" and not issue.schema.get("properties") and issue.schema.get("additionalProperties"):
        return "record"
    return word or "object"


def _invalid_type(expected: str, value: Json, path: Path) -> JsonObject:
    extra = {"format": "safeint"} if expected == "int" else {}
    message = f"Invalid input: expected {expected}, received {_received(value)}"
    return _issue("invalid_type", path, message, expected=expected, **extra)


def _received(value: Json) -> str:
    if value is ABSENT:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def _invalid_value(allowed: Sequence[Json], path: Path) -> JsonObject:
    words = "|".join(_quote(value) for value in allowed)
    message = f"Invalid option: expected one of {words}" if len(allowed) > 1 else f"Invalid input: expected {words}"
    return _issue("invalid_value", path, message, values=list(allowed))


def _quote(value: Json) -> str:
    """A value as JavaScript's template strings show it, texts in quotes that nothing inside escapes.

    >>> [_quote(value) for value in ("9:16", 4, True, None)]
    ['"9:16"', '4', 'true', 'null']
    """
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(plain_number(value))


def plain_number(value: float | None) -> float | int:
    """A number as JavaScript writes it: 10.0 is 10."""
    number = value or 0
    return int(number) if float(number).is_integer() else number


def _range(issue: Issue, path: Path) -> list[JsonObject]:
    bound = plain_number(issue.bound)
    upper = issue.kind.endswith("maximum")
    inclusive = not issue.kind.startswith("exclusive")
    sign = ("<" if upper else ">") + ("=" if inclusive else "")
    word, key, code = ("Too big", "maximum", "too_big") if upper else ("Too small", "minimum", "too_small")
    message = issue.text or f"{word}: expected number to be {sign}{bound}"
    found = [_issue(code, path, message, origin="number", inclusive=inclusive, **{key: bound})]
    if issue.schema.get("type") == "integer" and abs(issue.value) > _MAX_SAFE:
        limit = _MAX_SAFE if upper else -_MAX_SAFE
        unsafe = f"{word}: expected int to be {sign[0]}{limit}"
        found.insert(0, _issue(code, path, unsafe, origin="int", note=_SAFE_NOTE, **{key: limit}))
    return found


def _too(word: str, origin: str, things: str, bound: float | None, path: Path) -> JsonObject:
    """A text or a list that is too long or too short."""
    limit = plain_number(bound)
    key, sign = ("maximum", "<=") if word == "big" else ("minimum", ">=")
    message = f"Too {word}: expected {origin} to have {sign}{limit} {things}"
    return _issue(f"too_{word}", path, message, origin=origin, inclusive=True, **{key: limit})


def _pattern(issue: Issue, path: Path) -> JsonObject:
    pattern = "/" + str(issue.schema.get("pattern", "")).replace("/", r"\/") + "/"
    message = f"Invalid string: must match pattern {pattern}"
    return _issue("invalid_format", path, message, origin="string", format="regex", pattern=pattern)


def _uri(issue: Issue, path: Path) -> JsonObject | None:
    """What the API says of a text that is no usable media URI; None where the schema asks for something else."""
    media = _media_forms(issue)
    if media is None or not isinstance(issue.value, str):
        return None
    value = issue.value
    for form in media:
        prefix = str(form.get("pattern", "")).removeprefix("^")
        maximum = form.get("maxLength")
        if value.startswith(prefix) and isinstance(maximum, int) and utf16_length(value) > maximum:
            return _too("big", "string", "characters", maximum, path)
    if value.startswith("data:"):
        return _issue("custom", path, _data_uri_text(value, media))
    if re.match(r"[a-z][a-z0-9+.-]*://[^/\s]", value, re.IGNORECASE) and not value.lower().startswith("https://"):
        return _issue("custom", path, "Only HTTPS URLs are allowed.")
    return _issue("invalid_format", path, "Invalid URL", format="url")


def _data_uri_text(value: str, media: Sequence[JsonObject]) -> str:
    wanted = {str(form.get("pattern", "")).removeprefix("^") for form in media if form.get("x-kind") == "data-uri"}
    kind = re.match(r"data:([\w.+-]+/[\w.+-]+)?", value[:200])
    if kind is None or kind.group(1) is None or any(value.startswith(prefix) for prefix in wanted):
        return "Invalid data URI."
    return f'Unsupported asset type. Received "{kind.group(1)}".'


def _media_forms(issue: Issue) -> Sequence[JsonObject] | None:
    """The URI forms (https, upload, data) of a media schema: the issue's own, or those of a form of its union."""
    forms = issue.schema.get("anyOf")
    if "x-media" in issue.schema and isinstance(forms, Sequence):
        return list(forms)
    if "x-kind" in issue.schema:
        return [issue.schema]
    inside = (inner for branch in issue.branches for inner in branch if inner.path == issue.path)
    return next((found for inner in inside if (found := _media_forms(inner)) is not None), None)


def utf16_length(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
