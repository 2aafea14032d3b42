"""Values as ids and names see them: the canonical text that is hashed and compared, the short one for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from harness.model import Asset, Json, JsonObject
from harness.provider import ABSENT
from harness.scenario.pictures import Drawn
from harness.yamlio.document import printable
from harness.yamlio.scalars import ScalarError, plain

_VALUE_LIMIT: Final = 40
_NAME_LIMIT: Final = 200


def canonical(value: Json) -> str:
    """JSON with sorted keys and no spaces, in ASCII; a file is its declaration. Equal texts are equal payloads.

    >>> canonical({"b": 1.0, "a": [True, None]})
    '{"a":[true,null],"b":1.0}'
    """
    return _encode(value)


def _declared(value: Any) -> JsonObject:
    if isinstance(value, Asset):
        return {"$asset": value.declared}
    if isinstance(value, Drawn):
        return value.declared()
    assert value is ABSENT
    return {"$absent": True}


_encode: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, default=_declared).encode


def label(value: Json) -> str:
    """A value as people write it in a name: 720:1280, "7" for the text, 7 for the number, null; long ones are cut.

    >>> label("x" * 1001)
    'x × 1,001'
    """
    if isinstance(value, str) and len(value) > _VALUE_LIMIT and not value.strip(value[0]):
        text = f"{value[0]} × {len(value):,}"
    elif isinstance(value, str):
        text = value if _reads_as_itself(value) else json.dumps(value, ensure_ascii=False)
    else:
        text = _short(value) if isinstance(value, Asset | Drawn) else _words(value)
    return printable(text if len(text) <= _VALUE_LIMIT else text[: _VALUE_LIMIT - 1] + "…")


def _short(value: Any) -> str:
    """A file's name, not its bytes' hash: encoders differ between machines, names must not."""
    return value.label if isinstance(value, Asset) else str(value)


_words: Final = json.JSONEncoder(ensure_ascii=False, default=_short).encode


def _reads_as_itself(value: str) -> bool:
    try:
        return plain(value[:_VALUE_LIMIT]) == value[:_VALUE_LIMIT] and value.isprintable() and value == value.strip()
    except ScalarError:
        return False


def setting(name: str, value: Json) -> str:
    """One part of a row's name: ratio=1280:720, or "no seed" for a key left out."""
    return f"no {printable(name)}" if value is ABSENT else f"{printable(name)}={label(value)}"


def row_name(settings: Iterable[str]) -> str:
    """The name of a row: its settings, cut with "…"."""
    text = ", ".join(settings)
    return text if len(text) <= _NAME_LIMIT else text[: _NAME_LIMIT - 1] + "…"
