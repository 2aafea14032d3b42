"""A HAR 1.2 file, as browsers and proxies save it → the requests of it that can become scenarios."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness.errors import UsageError
from harness.model import EMPTY, Json, JsonObject
from harness.redact import clean
from harness.starting.aims import aim_of
from harness.starting.profiles import route_of
from harness.starting.request import CREATES, Request, check_creates, is_json, pairs, parse_body, parse_url
from harness.starting.secrets import looks_random
from harness.words import told

MAX_BYTES: Final = 256 * 1024 * 1024
_MAX_ENTRIES: Final = 100_000
_MAX_CREATES: Final = 1_000
#: So many fields of a body are named in a list.
_SHOWN: Final = 6
#: So many of the requests that follow a create are looked at for its polls.
_MAX_POLLS: Final = 200
_MAX_ANSWER_CHARS: Final = 1_000_000


class Entry(Struct, frozen=True, kw_only=True):
    """One request of the file that sends JSON: its number from 1 on, and what may be shown of it."""

    number: int
    method: str
    address: str
    fields: tuple[str, ...]

    @staticmethod
    def of(number: int, request: Request) -> Entry:
        """What may be shown of a request."""
        host = request.url.hostname or ""
        fields = tuple(clean(key, 40) for key in list(request.body)[:_SHOWN] if not looks_random(key))
        address = clean(f"{host}{route_of(request.url)[0]}", 100)
        return Entry(number=number, method=clean(request.method, 10), address=address, fields=fields)

    def __str__(self) -> str:
        return f"{self.number:>6}  {self.method} {self.address}  {', '.join(self.fields)}"


class Har:
    """The requests of a file. Raises UsageError, which quotes nothing of it, for what is no HAR."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = clean(name, 100)
        where = self.name
        if len(data) > MAX_BYTES:
            raise UsageError(told("start.body_too_big", where=where, most=MAX_BYTES >> 20), told("start.har_smaller"))
        try:
            document = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            document = None
        log = document.get("log") if isinstance(document, Mapping) else None
        entries = log.get("entries") if isinstance(log, Mapping) else None
        if not isinstance(entries, list):
            raise UsageError(told("start.no_har", where=where), told("start.save_har"))
        self._entries: Sequence[Json] = entries[:_MAX_ENTRIES]

    def creates(self, profiles: Iterable[Path]) -> tuple[Entry, ...]:
        """The requests that could become a scenario: creates of a provider that is known (`profiles` are files of the
        user's own), else all that send a JSON object.
        """
        profiles = list(profiles)
        known: list[Entry] = []
        others: list[Entry] = []
        for number in range(1, len(self._entries) + 1):
            asked = self._asked(number)
            if str(asked.get("method", "")).upper() not in CREATES or not is_json(*reversed(_text(asked))):
                continue
            try:
                request = self.request(number)
                aim = aim_of(request, profiles)
            except UsageError:
                continue
            (others if aim is None else known).append(Entry.of(number, request))
            if len(known) + len(others) >= _MAX_CREATES:
                break
        return tuple(known or others)

    def request(self, number: int) -> Request:
        """One request. UsageError for a number that is not there, and for what cannot become a scenario."""
        if not 1 <= number <= len(self._entries):
            raise UsageError(
                told("start.no_entry", number=number, where=self.name, count=len(self._entries)),
                told("start.list_entries"),
            )
        asked = self._asked(number)
        where = f"{self.name}, {number}"
        method = str(asked.get("method", "")).upper()
        check_creates(method, where)
        text, kind = _text(asked)
        if not text:
            raise UsageError(told("start.no_body", where=where), told("start.har_body"))
        return Request(
            method=method,
            url=parse_url(str(asked.get("url", "")), where),
            headers=(*pairs(asked.get("headers")), *(("Cookie", value) for _, value in pairs(asked.get("cookies")))),
            body=parse_body(text.encode("utf-8", "surrogatepass"), kind, where),
            answer=_answer(self._entries[number - 1]),
            polls=tuple(self._polls(number)),
        )

    def _asked(self, number: int) -> JsonObject:
        entry = self._entries[number - 1]
        asked = entry.get("request") if isinstance(entry, Mapping) else None
        return asked if isinstance(asked, Mapping) else EMPTY

    def _polls(self, number: int) -> list[tuple[str, Json]]:
        """Addresses that were read after a create, with their answers."""
        found: list[tuple[str, Json]] = []
        for later in range(number + 1, len(self._entries) + 1):
            asked = self._asked(later)
            if str(asked.get("method", "")).upper() != "GET" or not isinstance(asked.get("url"), str):
                continue
            answer = _answer(self._entries[later - 1])
            if isinstance(answer, Mapping):
                found.append((asked["url"], answer))
            if len(found) >= _MAX_POLLS:
                break
        return found


def _text(asked: JsonObject) -> tuple[str, str]:
    """The text of a request's body, and its content type."""
    data = asked.get("postData")
    if not isinstance(data, Mapping):
        return "", ""
    text, kind = data.get("text"), data.get("mimeType")
    return _decoded(text, data.get("encoding")), kind if isinstance(kind, str) else ""


def _decoded(text: Json, encoding: Json) -> str:
    if not isinstance(text, str):
        return ""
    if encoding != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode("utf-8-sig")
    except (ValueError, binascii.Error):
        return ""


def _answer(entry: Json) -> Json:
    """The JSON of an entry's answer; None when there is none, or it is long."""
    answer = entry.get("response") if isinstance(entry, Mapping) else None
    content = answer.get("content") if isinstance(answer, Mapping) else None
    if not isinstance(content, Mapping):
        return None
    text = _decoded(content.get("text"), content.get("encoding"))
    if not text or len(text) > _MAX_ANSWER_CHARS:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
