"""Which keys the mock takes: any, or as strict as it is asked to be."""

from __future__ import annotations

import hmac
import re
from typing import Final

from harness.mock.answers import BAD_KEY, BAD_KEY_FORM, NO_KEY
from harness.mock.wire import Request
from harness.provider import Provider

#: What a pattern for keys begins with, as far as it stands for itself.
_LITERAL: Final = re.compile(r"\^([A-Za-z0-9_-]+)(?![*+?{|])")


class Keys:
    """Looks at the key of a request.

    Any key is good, unless `strict` (it must begin as the profile's pattern for keys does; a profile without a pattern
    has nothing to be strict about) or `only` (this one alone) says otherwise. A provider without a key wants none.
    """

    def __init__(self, provider: Provider, *, strict: bool = False, only: str | None = None) -> None:
        self._header, self._before = _place(provider)
        self._prefix = _prefix(provider.profile.key_pattern or "") if strict else ""
        self._only = only

    def refusal(self, request: Request) -> str | None:
        """Why a request is refused; None when its key is good."""
        if self._header is None:
            return None
        sent = request.header(self._header) or ""
        key = sent[len(self._before) :].strip()
        if not key or not sent.lower().startswith(self._before):
            return NO_KEY
        if not key.startswith(self._prefix):
            return BAD_KEY_FORM.format(prefix=self._prefix)
        if self._only is not None and not hmac.compare_digest(key.encode(), self._only.encode()):
            return BAD_KEY
        return None


def _prefix(pattern: str) -> str:
    r"""What every key of a pattern begins with, as far as that can be read off.

    >>> _prefix(r"^key_[0-9a-f]{128}$"), _prefix(r"^sk?-\w+"), _prefix(r"^a-\w+|b-\w+")
    ('key_', 's', '')
    """
    literal = None if "|" in pattern else _LITERAL.match(pattern)
    return literal.group(1) if literal else ""


def _place(provider: Provider) -> tuple[bytes | None, str]:
    """The header that carries the key, and what stands before the key in it; None where no key is wanted."""
    for name, value in provider.profile.headers.items():
        if "{key}" in value:
            return name.lower().encode("latin-1"), value.partition("{key}")[0].lower()
    return None, ""
