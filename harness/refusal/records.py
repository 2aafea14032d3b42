"""What a refusal says, as records: the shapes that the readers fill and the judge and the proposals use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from harness.model import Json, JsonObject, Path
from harness.provider.records import ABSENT

IssueKind: TypeAlias = Literal[
    "missing",
    "type",
    "null",
    "enum",
    "minimum",
    "maximum",
    "too_long",
    "too_short",
    "unknown_key",
    "forbidden",
    "union",
    "other",
]


class RefusalIssue(Struct, frozen=True, kw_only=True):
    """One thing that an error body says about one field. Text is evidence, not truth.

    `field` is dotted (`promptImage.0.uri`) or None when the body names none. `allowed`, `minimum` and `maximum` are
    what the body itself states: bounds of the number, or of the length in characters or entries for too_long and
    too_short; `exclusive` says that the bound itself is outside. `expected` is a JSON type word, or several joined by
    " / "; `code` is the body's own code.
    """

    field: str | None
    kind: IssueKind
    text: str = ""
    allowed: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    expected: str | None = None
    code: str | None = None


class Refusal(Struct, frozen=True, kw_only=True):
    """An error answer, read. `text` is its main sentence, cleaned ("" without one); issues are in the body's order."""

    status: int
    text: str = ""
    issues: tuple[RefusalIssue, ...] = ()


def dotted(path: Sequence[str | int]) -> str:
    """The path as people write it: `promptImage.0.uri`."""
    return ".".join(str(part) for part in path)


_PARTS: Final = re.compile(r"[^.\[\]/]+")


def parse_path(text: str) -> Path:
    """The path in any usual spelling: `a.0.b`, `a[0].b`, `/a/0/b`, `#/a/0/b`, `$.a[0]["b"]`. Digits become indexes.

    >>> parse_path('$.promptImage[0]["uri"]')
    ('promptImage', 0, 'uri')
    """
    parts = [part.strip("\"'` ") for part in _PARTS.findall(text.strip().lstrip("#$"))]
    if "/" in text:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in parts]
    return tuple(int(part) if part.isdecimal() and len(part) < 7 else part for part in parts if part)


def value_at(payload: Json, path: Sequence[str | int]) -> Json:
    """The value at the path, or ABSENT. An index that is written as text finds its entry all the same."""
    value = payload
    for part in path:
        if isinstance(value, Mapping):
            if part not in value:
                return ABSENT
            value = value[part]
        elif isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
            index = int(part) if str(part).isdecimal() and len(str(part)) < 7 else -1
            if not 0 <= index < len(value):
                return ABSENT
            value = value[index]
        else:
            return ABSENT
    return value


def about(key: str, field: str) -> bool:
    """True when a refusal of `field` is one of `key`: the same, a part of it, or the whole that it is a part of.

    >>> about("promptImage.0.position", "promptImage"), about("seed", "ratio")
    (True, False)
    """
    return bool(field) and (key == field or key.startswith(f"{field}.") or field.startswith(f"{key}."))


def names(text: str, key: str) -> bool:
    """True when the text has the key as a word. A key of one or two letters is too often a word of the language."""
    return len(key) > 2 and re.search(rf"(?<![\w.]){re.escape(key)}(?![\w])", text) is not None


def field_value(payload: JsonObject, field: str) -> Json:
    """The value of a dotted field, or ABSENT. A key that itself has dots is found as it stands."""
    return payload[field] if field in payload else value_at(payload, parse_path(field))
