"""A request that somebody already has, whatever it was copied from. Nothing of it may be shown before it is cleaned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from urllib.parse import SplitResult, urlsplit

from harness.errors import UsageError
from harness.model import Json, JsonObject
from harness.redact import clean
from harness.words import told

#: Requests that create something carry a body.
CREATES: Final = frozenset({"POST", "PUT", "PATCH"})
#: More than any API takes in one request.
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
_JSON_TYPES: Final = ("application/json", "+json", "text/plain", "x-www-form-urlencoded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with a JSON object as its body."""

    method: str
    url: SplitResult = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: JsonObject = field(repr=False)
    #: Secrets that stand in none of the above, such as curl's `-u`.
    secrets: tuple[str, ...] = field(default=(), repr=False)
    #: What the API answered, and the requests that came after, where the source holds them.
    answer: Json = field(default=None, repr=False)
    polls: tuple[tuple[str, Json], ...] = field(default=(), repr=False)


def parse_url(text: str, where: str) -> SplitResult:
    """The parts of an address. UsageError, which does not show it, for what is none."""
    text = text.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    host = url.hostname or ""
    fine = all(char.isalnum() or char in ".-_:" for char in host) and url.path.isprintable() and " " not in url.path
    if url.scheme not in {"http", "https"} or not host or not fine or port == 0:
        raise UsageError(told("start.no_address", where=where), told("start.write_address"))
    return url


def parse_body(data: bytes, kind: str, where: str) -> JsonObject:
    """The JSON object that a body holds. `kind` is its content type. UsageError, which quotes nothing of it."""
    if len(data) > MAX_BODY_BYTES:
        raise UsageError(told("start.body_too_big", where=where, most=MAX_BODY_BYTES >> 20), told("start.body_smaller"))
    if "multipart/" in kind.lower():
        raise UsageError(told("start.form", where=where), told("start.json_only"))
    try:
        body = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_number)
    except json.JSONDecodeError as error:
        if "x-www-form-urlencoded" in kind.lower() and b"=" in data and data[:1] not in (b"{", b"["):
            raise UsageError(told("start.form", where=where), told("start.json_only")) from None
        place = told("start.place", line=error.lineno, column=error.colno)
        raise UsageError(told("start.no_json", where=where, place=place), told("start.check_quotes")) from None
    except UnicodeDecodeError:
        raise UsageError(told("start.no_text", where=where), told("start.json_only")) from None
    except (ValueError, RecursionError):
        raise UsageError(told("start.odd_json", where=where), told("start.finite")) from None
    if not isinstance(body, dict):
        raise UsageError(told("start.no_object", where=where), told("start.needs_object"))
    return body


def is_json(kind: str, text: str) -> bool:
    """True for a body that can be a JSON object."""
    return text.lstrip("\ufeff \t\r\n").startswith("{") and (
        not kind or any(word in kind.lower() for word in _JSON_TYPES)
    )


def check_creates(method: str, where: str) -> None:
    """UsageError for a method that sends no body."""
    if method not in CREATES:
        raise UsageError(told("start.creates_nothing", where=where, method=clean(method, 20)), told("start.take_post"))


def _no_number(_word: str) -> NoReturn:
    raise ValueError("no JSON number")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too big")
    return number


def pairs(headers: Json) -> tuple[tuple[str, str], ...]:
    """The headers of a HAR entry: [{name, value}]."""
    some = headers if isinstance(headers, list) else []
    return tuple(
        (one["name"], one["value"])
        for one in some
        if isinstance(one, Mapping) and isinstance(one.get("name"), str) and isinstance(one.get("value"), str)
    )
