"""What of a request is a secret: by its name, by its shape, and by its value once it was seen in a header.

In doubt something counts as secret: a variable to fill in costs a minute, a key in a repository more.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote

from harness.redact import Redactor, secrets_of
from harness.starting.request import Request

#: Header and parameter names, letters only, whose values are secret.
_NAME: Final = re.compile(
    r"auth|key$|token|secret|passw|cookie|credential|session|jwt|csrf|xsrf|signature|^sig$|^sign$|^code$|bearer|hmac"
)
#: Names of fields whose values are secret whatever they look like; `Redactor` knows the commonest by itself.
_SURE: Final = re.compile(r"passw|passphrase|passcode|secret|privatekey|accesskey|apikey|credential|sessionid|hmac")
#: What keys of well-known services begin with.
_PREFIXED: Final = re.compile(
    r"\b(?:(?:sk|pk|rk|r8|hf|gh[opsu]|glpat|xox[abprs]|whsec|key|pat)[-_]|AIza|AKIA|ya29\.)[A-Za-z0-9_-]{14,}"
)
#: Names of addresses that are called back: of production, and often with a secret in their path.
_CALLED_BACK: Final = re.compile(r"webhook|callback|notify|notificationurl|hookurl")
_LETTERS: Final = re.compile(r"[^a-z]")
_LEAST: Final = 6
#: A run of letters and digits as chance makes it, and an id of the form 8-4-4-4-12.
_RUN: Final = re.compile(r"[A-Za-z0-9]{16,}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: What is in a header beside its secret.
_SCHEME: Final = re.compile(r"[A-Za-z][\w-]{0,30}[ =]+")
_VARIABLE: Final = re.compile(r"\$\{?\w+\}?|\{\{.*\}\}|<[^<>]*>")
_BOUND_CHARS: Final = 100_000


def letters(name: str) -> str:
    """A name as it is compared: X-Api_Key → xapikey."""
    return _LETTERS.sub("", name.lower())


def is_secret_name(name: str) -> bool:
    """True for the name of a header, parameter or field whose value is a secret.

    >>> [is_secret_name(name) for name in ("X-Api-Key", "Cookie", "anthropic-version", "max_tokens", "promptText")]
    [True, True, False, False, False]
    """
    plain = letters(name)
    return _NAME.search(plain) is not None and plain not in {"maxtokens", "tokens", "author", "keywords"}


def looks_random(text: str) -> bool:
    """True for what chance makes: an id, a token.

    >>> [looks_random(text) for text in ("a8F3kd92LmQ04xYz", "stable-diffusion-xl-1024-v1-0", "2024-11-06")]
    [True, False, False]
    """
    if _UUID.search(text):
        return True
    return any(_mixed(run) for run in _RUN.findall(text[:2048]))


def _mixed(run: str) -> bool:
    digits = sum(char.isdigit() for char in run)
    cases = any(char.isupper() for char in run) and any(char.islower() for char in run)
    return (digits >= 3 and digits < len(run)) or (cases and digits >= 1) or (cases and len(run) >= 32)


class Secrets:
    """What must not be shown of one request, wherever it stands."""

    def __init__(self, request: Request, env: Mapping[str, str]) -> None:
        values = {value for value in _values(request) if len(value) >= _LEAST}
        self._redactor = Redactor([*values, *secrets_of(env)])

    def in_text(self, text: str) -> bool:
        """True when a text holds a secret."""
        return self._redactor.text(text) != text or any(_mixed(found[0]) for found in _PREFIXED.finditer(text))

    def in_field(self, name: str, value: object) -> bool:
        """True when the value of a field is a secret, by its name or for what it is. A number may be one, too."""
        if value is None or isinstance(value, bool):
            return False
        if isinstance(value, str) and (self.in_text(value) or _CALLED_BACK.search(letters(name))):
            return True
        if self._redactor.json({name: "x"}) != {name: "x"} or _SURE.search(letters(name)):
            return True
        return isinstance(value, str) and is_secret_name(name) and looks_random(value)

    def harmless(self, text: str) -> str:
        """What may stand in the place of a secret: an address without its parameters, else a word that says nothing."""
        start, mark, _ = text.partition("?")
        if mark and "://" in start and not self.in_text(start) and not looks_random(start):
            return start[:_BOUND_CHARS]
        return "https://example.com/callback" if "://" in text else "not-set"


def _values(request: Request) -> Iterator[str]:
    yield from request.secrets
    for name, value in request.headers:
        if letters(name) == "cookie":
            yield from (part.partition("=")[2].strip() for part in value.split(";") if len(part.partition("=")[2]) > 12)
        elif is_secret_name(name) or looks_random(value):
            yield from _parts(value)
    for part in (request.url.username, request.url.password):
        yield from [] if part is None else [part, unquote(part)]
    yield from (value for name, value in parse_qsl(request.url.query) if is_secret_name(name) or looks_random(value))
    yield from (part for part in request.url.path.split("/") if looks_random(part))


def _parts(value: str) -> Iterator[str]:
    """A header's value, its secret without the scheme, and what a Basic one holds."""
    if _VARIABLE.fullmatch(_SCHEME.sub("", value, count=1).strip()):
        return
    scheme = _SCHEME.match(value)
    secret = value[scheme.end() :].strip() if scheme else value
    yield secret
    if scheme and scheme[0].strip().lower() == "basic":
        try:
            yield from _each(base64.b64decode(secret, validate=True).decode("utf-8").split(":", 1))
        except (ValueError, binascii.Error):
            return


def _each(values: Iterable[str]) -> Iterator[str]:
    return (value for value in values if value)
