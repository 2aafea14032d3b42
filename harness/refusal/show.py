"""Values as people read them in a message: short, on one line, a text in quotes only where it could be mistaken."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

from harness.model import Asset, Json
from harness.redact import clean

_LIMIT: Final = 60
_MOST: Final = 12
#: A text that cannot be mistaken for anything else stands without quotes.
_PLAIN: Final = re.compile(r"[\w#/@(][^\s\"',;=<>{}\[\]]*")
_OTHER: Final = re.compile(r"[\d._]+(?:e[-+]?\d+)?|null|true|false|nan|inf(?:inity)?", re.IGNORECASE)


def show(value: Json) -> str:
    """The value in a few characters: `9:16`, `"5"`, `5`, `null`, `[3 entries]`.

    >>> show("9:16"), show("5"), show(None), show(["a"])
    ('9:16', '"5"', 'null', '[1 entry]')
    """
    if isinstance(value, Asset):
        return str(value)
    if isinstance(value, str):
        text = clean(value, _LIMIT)
        plain = _PLAIN.fullmatch(text) and not _OTHER.fullmatch(text)
        return text if plain else json.dumps(text, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{{len(value)} {'key' if len(value) == 1 else 'keys'}}}"
    if isinstance(value, (list, tuple)):
        return f"[{len(value)} {'entry' if len(value) == 1 else 'entries'}]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return show_number(value)


def show_number(value: Json) -> str:
    """A number without needless decimals, cut when it has very many digits."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, int) and abs(value) >= 10**30:
        return f"{'-' if value < 0 else ''}a number of about {value.bit_length() * 3 // 10} digits"
    return clean(str(value), _LIMIT)


def assign(field: str, value: Json) -> str:
    """`ratio=9:16`."""
    return f"{field}={show(value)}"


def listed(values: Iterable[Json]) -> str:
    """Values in a row, at most twelve, then how many more there are: `a, b, +13`."""
    shown = [show(value) for value in values]
    return ", ".join(shown[:_MOST] + ([f"+{len(shown) - _MOST}"] if len(shown) > _MOST else []))


def utf16_length(text: str) -> int:
    """The length of a text as JavaScript counts it: characters outside the basic plane are two."""
    return len(text) + sum(1 for character in text if character > "\uffff")
