"""Secrets out, and hostile text made harmless: everything the program prints or writes passes through here.

A `Redactor` knows the run's secrets by value and finds them raw, URL-encoded, in base64 at any offset and as JSON, HTML
and shells escape them; beyond those it knows what looks like a secret by its shape or its name. `clean` makes text that
came from outside fit for one line of a terminal.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import quote, quote_plus

from harness.jsonio import encode
from harness.model import Asset, Json

#: Shorter values are not taken for secrets: hiding every "test" would hide the report.
MIN_SECRET_CHARS: Final = 6
#: So much of the beginning of a secret is hidden without its end: quotes are cut, and answers break off.
_HEAD_CHARS: Final = 16
#: Bounds of `Redactor.json`: levels, values, characters of one text.
MAX_DEPTH: Final = 64
MAX_VALUES: Final = 20_000
MAX_TEXT_CHARS: Final = 100_000
#: Longer integers are told by their size: Python refuses to write very long ones.
MAX_INT_BITS: Final = 1024

_MASK: Final = "<redacted>"
_MASKS: Final = (_MASK, "<hidden>", "###")
_SIGNED: Final = "<signed>"
#: Data URIs up to this long stay as they are: they are what somebody wrote by hand to see what happens.
_SHORT_DATA_URI: Final = 80

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_DATA_URI: Final = re.compile(r"data:(?P<type>[\w.+/-]*)(?P<options>(?:;[\w.+=-]*)*),(?P<data>[\w.~+/=%!$&*:@;,-]*)")
# A token has a digit; without that condition "Bearer authentication failed" would lose its noun.
_BEARER: Final = re.compile(r"\b(Bearer)(\s+|%20|\+)(?=[^\s\"']{0,256}\d)[\w.~+/=%-]{6,}", re.IGNORECASE)
_KEY: Final = re.compile(r"\bkey_[0-9A-Za-z]{12,}")
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")
_USER_INFO: Final = re.compile(r"(?<=://)[^\s/?#@\"'<>]{1,512}@")
_QUERY: Final = re.compile(r"(?P<start>://[^\s\"'<>?]{1,2048}\?)(?P<query>[^\s\"'<>#]+)")
_SIGNED_QUERY: Final = re.compile(
    r"(?:^|[&;_-])(?:x-\w{1,16}-)?(?:sig|signature|token|jwt|auth|key|api_?key|secret|policy|credential|password|session|hmac"
    r"|signed|key-pair-id|access_?token|expires)[^=&]{0,16}=|=[^&=]{32,}",
    re.IGNORECASE,
)
_SENSITIVE_NAME: Final = re.compile(r"(?:authorization|apikey|token|secret|password|passwd|cookie|credentials?|jwt)$")
_NOT_LETTERS: Final = re.compile(r"[^a-z]")
#: What a line of JSON holds in lower case when one of the rules above might apply to it.
_SUSPICIOUS: Final = (
    *("data:", "bearer", "key_", "eyj"),
    *("authorization", "api", "token", "secret", "passw", "cookie", "credential", "jwt"),
)
_MAX_FAST_LINE: Final = 262_144
#: Shorter values of such variables (`KEY=yes`) are words that occur everywhere.
_LEAST_SECRET: Final = 8
_SECRET_NAME: Final = re.compile("KEY|TOKEN|SECRET|PASS|PWD$|CRED|AUTH$|PRIVATE")
#: The shell's words for where one is: a message may name that folder.
_PLACES: Final = frozenset({"PWD", "OLDPWD"})
_MAX_KNOWN_NAMES: Final = 4096


class Redactor:
    """Hides secrets in texts and in JSON. Built from the values to hide; those under 6 characters are not hidden.

    >>> redactor = Redactor(["key_0123456789abcdef"])
    >>> redactor.text("curl -H 'Authorization: Bearer key_0123456789abcdef' http://127.0.0.1/a.mp4?_jwt=abc.def")
    "curl -H 'Authorization: Bearer <redacted>' http://127.0.0.1/a.mp4?<signed>"
    >>> redactor.json({"apiKey": "x", "seed": None, "note": ["key_0123456789abcdef"]})
    {'apiKey': '<redacted>', 'seed': None, 'note': ['<redacted>']}
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_SECRET_CHARS for form in _forms(secret)}
        # The longest first: a secret that is the beginning of another one must not leave the other's end behind.
        self._forms = tuple(sorted(forms, key=lambda form: (-len(form), form)))
        heads: dict[str, list[str]] = {}
        for form in self._forms:
            heads.setdefault(form[:_HEAD_CHARS], []).append(form)
        #: Beginning → the forms that begin so. Shorter forms are their own beginnings.
        self._heads = {head: tuple(begun) for head, begun in heads.items()}
        self._line_heads = tuple({*heads, *(escaped for head in heads for escaped in _json_escaped(head))})
        self._mask = next((mask for mask in _MASKS if not any(form in mask for form in forms)), "")
        self._names: dict[str, tuple[str, bool]] = {}

    def text(self, s: str) -> str:
        """The text without secrets, with long data URIs shortened and signed query strings cut.

        What comes out can be written as UTF-8. The cost on a text without anything to hide is about a microsecond.
        """
        if len(s) < MIN_SECRET_CHARS and s.isascii():
            return s
        if "data:" in s:
            s = _DATA_URI.sub(_short_data_uri, s)
        for head in self._heads:
            if head in s:
                s = self._without(s)
                break
        if "key_" in s:
            s = _KEY.sub(self._mask, s)
        if "earer" in s or "EARER" in s:
            s = _BEARER.sub(rf"\1\2{self._mask}", s)
        if "eyJ" in s:
            s = _JWT.sub(self._mask, s)
        if "://" in s:
            if "@" in s:
                s = _USER_INFO.sub(self._mask + "@", s)
            if "?" in s:
                s = _QUERY.sub(_cut_query, s)
        return s if s.isascii() else _SURROGATE.sub("\ufffd", s)

    def _without(self, s: str) -> str:
        """The text without the secrets' forms, and without what is left of those that were cut short."""
        for form in self._forms:
            if form in s:
                s = s.replace(form, self._mask)
        for head, forms in self._heads.items():
            at = s.find(head)
            while at >= 0:
                end = at + max(_alike(s, at, form) for form in forms)
                s = s[:at] + self._mask + s[end:]
                at = s.find(head, at + len(self._mask))
        return s

    def json(self, value: Json) -> Json:
        """A copy of plain JSON (dicts, lists, texts, numbers): every text redacted, values under secret names hidden.

        An `Asset` becomes its label, NaN and infinities become texts, what is no JSON becomes its `str`. Depth, number
        of values and length of texts are bounded; what was left out says so.
        """
        return self._value(value, MAX_DEPTH, [MAX_VALUES])

    def line(self, value: Json) -> str:
        """`json(value)` as one line of compact JSON; much faster for values that hold nothing suspicious."""
        try:
            line = encode(value)
        except ValueError:
            return encode(self.json(value))
        return encode(self.json(value)) if _some_may_be_deep([line]) or self._suspicious(line) else line

    def lines(self, values: Iterable[Json]) -> str:
        """`line` of each value, each with its line break; for many values the rules are looked for once."""
        values = list(values)
        try:
            lines = list(map(encode, values))
        except ValueError:
            lines = []
        text = "\n".join(lines)
        if not lines or _some_may_be_deep(lines) or self._suspicious(text):
            text = "\n".join(map(self.line, values))
        return f"{text}\n" if text else ""

    def _suspicious(self, line: str) -> bool:
        """True when one of the rules might apply to lines of JSON. Plain loops: most lines go through all of them."""
        for head in self._line_heads:
            if head in line:
                return True
        lower = line.lower()
        for mark in _SUSPICIOUS:
            if mark in lower:
                return True
        if "://" in line and ("?" in line or "@" in line):
            return True
        return not line.isascii() and _SURROGATE.search(line) is not None

    def _value(self, value: Json, depth: int, left: list[int]) -> Json:
        if isinstance(value, str):
            return self._bounded(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value if value.bit_length() <= MAX_INT_BITS else f"<a number of {value.bit_length()} bits>"
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        left[0] -= 1
        if isinstance(value, Mapping):
            if depth == 0:
                return "<deeper levels left out>"
            return self._mapping(value, depth - 1, left)
        if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
            if depth == 0:
                return "<deeper levels left out>"
            return self._sequence(value, depth - 1, left)
        return self._bounded(str(value) if isinstance(value, Asset) else repr(value))

    def _mapping(self, value: Mapping[str, Json], depth: int, left: list[int]) -> Json:
        copy: dict[str, Json] = {}
        for key, item in value.items():
            left[0] -= 1
            if left[0] < 0:
                copy["<more>"] = "<more values left out>"
                break
            name, secret = self._name(str(key))
            hide = secret and item is not None and not isinstance(item, bool)
            copy[name] = self._mask if hide else self._value(item, depth, left)
        return copy

    def _sequence(self, value: Sequence[Json], depth: int, left: list[int]) -> Json:
        copy: list[Json] = []
        for item in value:
            left[0] -= 1
            if left[0] < 0:
                copy.append("<more values left out>")
                break
            copy.append(self._value(item, depth, left))
        return copy

    def _name(self, key: str) -> tuple[str, bool]:
        """The key as it may be shown, and whether its value is a secret by the key's name."""
        known = self._names.get(key)
        if known is None:
            letters = _NOT_LETTERS.sub("", key[-64:].lower())
            known = (self._bounded(key), _SENSITIVE_NAME.search(letters) is not None)
            if len(self._names) < _MAX_KNOWN_NAMES and len(key) <= 64:
                self._names[key] = known
        return known

    def _bounded(self, s: str) -> str:
        s = self.text(s)
        if len(s) <= MAX_TEXT_CHARS:
            return s
        return f"{s[:MAX_TEXT_CHARS]}… <{len(s) - MAX_TEXT_CHARS:,} more characters>"


def _some_may_be_deep(lines: Iterable[str]) -> bool:
    """True when a line of JSON is too long, or has so many brackets that it may be too deep."""
    return any(len(line) > _MAX_FAST_LINE or line.count("[") + line.count("{") > MAX_DEPTH for line in lines)


def _forms(secret: str) -> set[str]:
    """Every way the secret may be written down, as far as neighbours do not change it."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {secret, html.escape(secret), shlex.quote(secret), repr(secret)[1:-1], *_json_escaped(secret)}
    forms |= {twice for once in _json_escaped(secret) for twice in _json_escaped(once)}  # an answer within an answer
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw), "".join(f"%{byte:02X}" for byte in raw)):
        forms |= {quoted, re.sub("%..", lambda match: match[0].lower(), quoted)}
    for offset in range(3):
        # The secret's first character may share a base64 character with what stands before it, and its last one with
        # what follows: only those in between are certain.
        encoded = base64.b64encode(bytes(offset) + raw)
        sure = encoded[(0, 2, 3)[offset] : (offset + len(raw)) * 8 // 6].decode("ascii")
        forms |= {sure, sure.translate({ord("+"): "-", ord("/"): "_"})}
    return forms


def _alike(s: str, at: int, form: str) -> int:
    """How many characters of the form stand in the text from there on."""
    here = s[at : at + len(form)]
    return next((number for number, (a, b) in enumerate(zip(here, form, strict=False)) if a != b), len(here))


def _json_escaped(s: str) -> set[str]:
    return {json.dumps(s)[1:-1], json.dumps(s, ensure_ascii=False)[1:-1]}


def _short_data_uri(match: re.Match[str]) -> str:
    if match.end() - match.start() <= _SHORT_DATA_URI:
        return match[0]
    data = match["data"]
    decoded = data.encode("ascii", "replace")
    if "base64" in match["options"]:
        with suppress(ValueError):  # no base64 after all: its text is what is measured
            decoded = base64.b64decode(data)
    asset = Asset(
        label="",
        media_type=match["type"] or "text/plain",
        data_uri=b"",
        size_bytes=len(decoded),
        sha256=hashlib.sha256(decoded).hexdigest(),
        declared="",
    )
    return str(asset)


def _cut_query(match: re.Match[str]) -> str:
    return match["start"] + _SIGNED if _SIGNED_QUERY.search(match["query"]) else match[0]


# Sequences that move cursors and set colours go whole, so that their letters and digits do not stay behind.
_ANSI: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]{0,256}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,8}[0-~]?"
)
_BREAKS: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029][\s\x1c-\x1e]*")
# Controls, surrogates and format characters: bidirectional marks and overrides, zero-width spaces, tags. The joiners
# U+200C and U+200D stay: Indic scripts and emoji need them.
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    r"\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def secrets_of(env: Mapping[str, str]) -> list[str]:
    """The values of variables whose name says that they are secret: keys, tokens, passwords, credentials.

    >>> secrets_of({"MY_TOKEN": "abcdefgh", "PWD": "/home/me", "KEY": "x"})
    ['abcdefgh']
    """
    return [
        value
        for name, value in env.items()
        if len(value) >= _LEAST_SECRET and name not in _PLACES and _SECRET_NAME.search(name.upper())
    ]


def clean(text: str, limit: int = 500) -> str:
    r"""The text fit for one line of a terminal: at most `limit` characters (>= 1), cut with "…".

    Line breaks and tabs become a space; ANSI sequences, control characters and bidirectional overrides go.

    >>> clean("Ratio \x1b[31mrefused\x1b[0m\n  try \u202e720:1280")
    'Ratio refused try 720:1280'
    >>> clean("abcdef", limit=4)
    'abc…'
    """
    if text.isprintable() and len(text) <= limit:
        return text
    text = text[: 8 * limit + 64]  # the rest cannot be seen anyway, and the patterns need not walk through it
    text = _UNSEEN.sub("", _BREAKS.sub(" ", _ANSI.sub("", text))).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"
