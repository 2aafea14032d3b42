"""A curl command → the request that it sends. Nothing is sent; files that it names are read."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from harness.errors import UsageError
from harness.errors import why as system_words
from harness.starting.curl_options import LONG, LONG_WITH_VALUE, SHORT, SHORT_WITH_VALUE
from harness.starting.request import MAX_BODY_BYTES, Request, check_creates, parse_body, parse_url
from harness.starting.shell import words_of
from harness.words import told

#: Text of a command, at most.
MAX_CHARS: Final = 96 * 1024 * 1024
_WHERE: Final = "curl"
_CURL: Final = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE)
_OPTION: Final = re.compile(r"--?[A-Za-z][\w.-]{0,40}|-[#0-9:]")
#: Short options that say the same as a long one that matters here.
_SAME: Final = {
    "X": "request", "H": "header", "d": "data", "F": "form", "G": "get", "I": "head", "T": "upload-file", "K": "config",
    "u": "user", "b": "cookie", ":": "next",
}  # fmt: skip
_DATA: Final = frozenset({"data", "data-ascii", "data-binary", "data-raw", "json"})
#: What cannot become a JSON payload → the key of the sentence that says so.
_REFUSED: Final = {
    "form": "start.curl_form",
    "form-string": "start.curl_form",
    "data-urlencode": "start.curl_form",
    "upload-file": "start.curl_form",
    "config": "start.curl_config",
    "variable": "start.curl_config",
    "get": "start.curl_get",
    "head": "start.curl_get",
}


def read_curl(command: str | Sequence[str], *, folder: Path) -> Request:
    """The request of a command: one text, or its words. Files (`-d @body.json`) are named relative to `folder`.

    Raises UsageError, which shows nothing of what the command holds but the names of its options.
    """
    if isinstance(command, str):
        if len(command) > MAX_CHARS:
            raise UsageError(told("start.body_too_big", where=_WHERE, most=MAX_CHARS >> 20), told("start.body_smaller"))
        command = words_of(command)
    start = next((index for index, word in enumerate(command) if _CURL.fullmatch(word)), None)
    if start is None:
        raise UsageError(told("start.no_curl"), told("start.copy_as_curl"))
    return _Reader(folder).read(command[start + 1 :])


class _Reader:
    """What the options of one command add up to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._headers: list[tuple[str, str]] = []
        self._data: list[bytes] = []
        self._json = False
        self._method = ""
        self._urls: list[str] = []
        self._secrets: list[str] = []

    def read(self, words: Sequence[str]) -> Request:
        for name, value in _options(words):
            if name == "next":
                break
            self._take(name, value)
        if not self._urls:
            raise UsageError(told("start.no_address", where=_WHERE), told("start.write_address"))
        if len(self._urls) > 1:
            raise UsageError(told("start.many_addresses", count=len(self._urls)), told("start.check_quotes"))
        method = self._method or ("POST" if self._data else "GET")
        check_creates(method, _WHERE)
        if not self._data:
            raise UsageError(told("start.no_body", where=_WHERE), told("start.write_body"))
        kind = next((value for name, value in self._headers if name.lower() == "content-type"), "")
        return Request(
            method=method,
            url=parse_url(self._urls[0], _WHERE),
            headers=tuple(self._headers),
            body=parse_body((b"" if self._json else b"&").join(self._data), kind, _WHERE),
            secrets=tuple(self._secrets),
        )

    def _take(self, name: str, value: str) -> None:
        if name in _REFUSED:
            raise UsageError(told(_REFUSED[name], option=name), told("start.json_only"))
        if name == "url":
            self._urls.append(value)
        elif name == "request":
            self._method = value.upper()
        elif name == "header":
            self._header(value)
        elif name in _DATA:
            self._json = self._json or name == "json"
            self._data.append(self._content(name, value))
        elif name == "user":
            self._secrets += [part for part in value.split(":", 1) if part]
            self._headers.append(("Authorization", f"Basic {base64.b64encode(value.encode()).decode()}"))
        elif name == "oauth2-bearer":
            self._headers.append(("Authorization", f"Bearer {value}"))
        elif name == "cookie":
            self._headers.append(("Cookie", value))

    def _header(self, value: str) -> None:
        if value.startswith("@"):
            raise UsageError(told("start.curl_config", option="header"), told("start.write_headers"))
        name, colon, text = value.partition(":")
        if colon and name.strip():
            self._headers.append((name.strip(), text.strip()))

    def _content(self, name: str, value: str) -> bytes:
        if name == "data-raw" or not value.startswith("@"):
            return value.encode("utf-8", "surrogateescape")
        if value == "@-":
            raise UsageError(told("start.curl_stdin"), told("start.write_body"))
        try:
            with (self._folder / value[1:]).open("rb") as file:
                data = file.read(MAX_BODY_BYTES + 1)
        except (OSError, ValueError) as error:
            why = system_words(error) if isinstance(error, OSError) else type(error).__name__
            raise UsageError(told("start.curl_file", why=why), told("start.curl_file_where")) from None
        return data.replace(b"\r", b"").replace(b"\n", b"") if name in {"data", "data-ascii"} else data


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Long names of options with their values; a word that is none is a `url`. Options that do not matter come, too."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            yield from (("url", one) for one in rest if one)
        elif word.startswith("--"):
            yield from _long(word, rest)
        elif word.startswith("-") and len(word) > 1:
            yield from _short(word, rest)
        elif word:
            yield "url", word


def _long(word: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    name = word[2:]
    if name in LONG_WITH_VALUE:
        yield name, _value(word, rest)
    elif name in LONG or name.removeprefix("no-") in LONG:
        yield name, ""
    else:
        raise _unknown(word)


def _short(word: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    """One or several letters: -sSL, -XPOST, -H 'a: b'."""
    for index, letter in enumerate(word[1:], 1):
        name = _SAME.get(letter, letter)
        if letter in SHORT_WITH_VALUE:
            yield name, word[index + 1 :] or _value(f"-{letter}", rest)
            return
        if letter not in SHORT:
            raise _unknown(word)
        yield name, ""


def _value(option: str, rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None:
        raise UsageError(told("start.no_value", option=option), told("start.check_quotes"))
    return value


def _unknown(word: str) -> UsageError:
    """A word like an option may be part of a secret whose quotes were lost: only what looks like one is shown."""
    name = word if _OPTION.fullmatch(word) and word.count("-") <= 4 and not re.search(r"\d{3}", word) else "-…"
    return UsageError(told("start.unknown_option", option=name), told("start.take_it_out"))
