"""Bodies that a contract accepts, made from its schemas alone: the smallest and the fullest. Always the same ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from harness.model import EMPTY, Json, JsonObject, Path
from harness.provider.contract import Contract
from harness.provider.records import ABSENT, Absent, Endpoint, Issue
from harness.provider.schemas import literals

_MEDIA: Final = {
    "image": "https://example.com/image.jpg",
    "video": "https://example.com/video.mp4",
    "audio": "https://example.com/audio.mp3",
}
_TEXT: Final = "A friendly wave at the camera"
#: Tried in turn against a `pattern`: published shapes of ids, names, colours and addresses.
_SAMPLES: Final = (
    _TEXT,
    "example",
    "https://example.com/image.jpg",
    "11111111-1111-4111-8111-111111111111",
    "#336699",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "1",
)
#: A whole number where nothing is said: a duration of 5 or a seed of 5 is as good as any.
_NUMBER: Final = 5
#: More repairs than a body has rules between its fields: something cannot be repaired.
_REPAIRS: Final = 20
_DEPTH: Final = 12


def smallest(contract: Contract, endpoint: Endpoint, model: str | None = None) -> JsonObject:
    """A body with the required fields only."""
    return _repaired(contract, endpoint, _example(contract, contract.schema(endpoint, model), full=False, depth=0))


def full(contract: Contract, endpoint: Endpoint, model: str | None = None) -> JsonObject:
    """A body with every field that can stand beside the others: a rule between two of them leaves one out."""
    return _repaired(contract, endpoint, _example(contract, contract.schema(endpoint, model), full=True, depth=0))


def _repaired(contract: Contract, endpoint: Endpoint, body: Json) -> JsonObject:
    for _ in range(_REPAIRS):
        broken = next((issue for issue in contract.validate(endpoint, body) if issue.kind == "rule"), None)
        if broken is None:
            break
        body = _without(body, broken)
    return body if isinstance(body, Mapping) else EMPTY


def _without(body: Json, issue: Issue) -> Json:
    return {key: value for key, value in body.items() if (key,) != _top(issue.path)}


def _top(path: Path) -> Path:
    return path[:1]


def _example(contract: Contract, schema: JsonObject, *, full: bool, depth: int) -> Json:
    given = _given(schema)
    if given is not ABSENT or depth > _DEPTH:
        return None if given is ABSENT else given
    if "x-media" in schema:
        return _MEDIA.get(schema["x-media"], _MEDIA["image"])
    forms = schema.get("anyOf") or schema.get("oneOf")
    if forms:
        return _example(contract, contract.resolve(forms[0]), full=full, depth=depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "null")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return _object(contract, schema, full=full, depth=depth)
    if kind == "array":
        item = contract.resolve(schema.get("items", EMPTY))
        count = max(int(schema.get("minItems", 0)), int(full))
        return [_example(contract, item, full=full, depth=depth + 1) for _ in range(count)]
    if kind == "string":
        return _text(schema)
    if kind in {"integer", "number"}:
        return _number(schema, whole=kind == "integer")
    return True if kind == "boolean" else None


def _given(schema: JsonObject) -> Json | Absent:
    """A value that the schema itself names."""
    for word in ("const", "example", "default"):
        if word in schema:
            return schema[word]
    named = (*schema.get("examples", ()), *literals(schema))
    return named[0] if named else ABSENT


def _object(contract: Contract, schema: JsonObject, *, full: bool, depth: int) -> JsonObject:
    fields = schema.get("properties", EMPTY)
    wanted = fields if full else [name for name in fields if name in schema.get("required", ())]
    body = {name: _example(contract, contract.resolve(fields[name]), full=full, depth=depth + 1) for name in wanted}
    extra = schema.get("additionalProperties")
    if full and not fields and isinstance(extra, Mapping):
        body["example"] = _example(contract, contract.resolve(extra), full=full, depth=depth + 1)
    return body


def _text(schema: JsonObject) -> str:
    low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
    pattern = schema.get("pattern")
    samples = [sample for sample in _SAMPLES if pattern is None or re.search(pattern, sample)]
    for sample in samples:
        text = sample if len(sample) >= low else sample + "x" * (low - len(sample))
        if high is None or len(text) <= high:
            return text
        if pattern is None:
            return text[: int(high)]
    return samples[0] if samples else _TEXT


def _number(schema: JsonObject, *, whole: bool) -> float:
    low, high = schema.get("minimum"), schema.get("maximum")
    step = 1 if whole else 0.5
    if "exclusiveMinimum" in schema:
        low = max(schema["exclusiveMinimum"] + step, low if low is not None else schema["exclusiveMinimum"] + step)
    if "exclusiveMaximum" in schema:
        high = min(schema["exclusiveMaximum"] - step, high if high is not None else schema["exclusiveMaximum"] - step)
    value: float = _NUMBER
    if high is not None:
        value = min(value, high)
    return value if low is None else max(value, low)
