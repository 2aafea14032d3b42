"""A Redactor that remembers: the variants of one scenario repeat nearly all of their texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from harness.model import Asset, Json, JsonObject
from harness.redact import Redactor

_MAX_MEMO: Final = 20_000
_MAX_MEMO_TEXT: Final = 2_000
#: Beyond this (and for NaN, which is below nothing) the Redactor has its own ways to write a number.
_BIG: Final = 1e15
_LEAVES: Final = frozenset({str, bool, type(None), Asset})


class Redacted:
    """What a report may show of a text or a value. Holds at most some thousand short texts and leaves."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._texts: dict[str, str] = {}
        self._names: dict[str, bool] = {}
        self._leaves: dict[tuple[str, type, Json], tuple[str, Json, bool]] = {}

    def text(self, text: str) -> str:
        """The text without secrets."""
        found = self._texts.get(text)
        if found is None:
            found = self._redactor.text(text)
            if len(text) <= _MAX_MEMO_TEXT and len(self._texts) < _MAX_MEMO:
                self._texts[text] = found
        return found

    def once(self, text: str) -> str:
        """As `text`, for texts that are all different."""
        return self._redactor.text(text)

    def object(self, value: JsonObject) -> tuple[dict[str, Any], bool]:
        """The object without secrets, its assets as a short text; and whether nothing else of it was hidden."""
        shown: dict[str, Any] = {}
        intact = True
        for key, item in value.items():
            kind = type(item)
            if (kind is int or kind is float) and abs(item) < _BIG and self._open(key):
                # A number holds no secret, but its name may say that it is one. Seeds differ: names are remembered.
                shown[key] = item
                continue
            if kind in _LEAVES:
                # The type belongs to the key: a text and an asset's digest must not stand for one another.
                memo = (key, kind, item.sha256 if kind is Asset else item)
                found = self._leaves.get(memo) or self._leaf(memo, item)
            else:
                found = self._redact(key, item)
            name, kept, same = found
            shown[name] = kept
            intact = intact and same
        return shown, intact

    def json(self, value: Json) -> Json:
        """Any JSON value without secrets."""
        return self._redactor.json(value)

    def _leaf(self, memo: tuple[str, type, Json], value: Json) -> tuple[str, Json, bool]:
        found = self._redact(memo[0], value)
        if len(self._leaves) < _MAX_MEMO and (not isinstance(value, str) or len(value) <= _MAX_MEMO_TEXT):
            self._leaves[memo] = found
        return found

    def _open(self, key: str) -> bool:
        """True when this name and numbers under it are no secret."""
        found = self._names.get(key)
        if found is None:
            found = self._redact(key, 0)[2]
            if len(self._names) < _MAX_MEMO:
                self._names[key] = found
        return found

    def _redact(self, key: str, value: Json) -> tuple[str, Json, bool]:
        name = self.text(key)
        shown = next(iter(self._redactor.json({key: value}).values()))
        return name, shown, name == key and shown == _plain(value)


def _plain(value: Json) -> Json:
    """The value with each asset as the text that reports show for it."""
    if isinstance(value, Asset):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
