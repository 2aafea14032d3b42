"""How things look in text: signs, colours, numbers, times, and widths as a terminal counts them.

Terminals do not agree on two kinds of signs, so neither gets into a column: signs that only a variation selector turns
into pictures (⚠ and ⏭ are drawn one cell wide by tmux and xterm with or without it; here they stand without, and a
space fills the second cell), and pictures joined by U+200D (told apart into their parts).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from harness import words
from harness.model import Json, JsonObject, Phrase
from harness.redact import clean
from harness.report.entries import Row

NONE: Final = "–"
_NO_LIMIT: Final = 1_000_000
#: What takes no cell, changes the direction of text, or cannot be written: nothing of it may reach a table.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ASCII: Final[Mapping[int, str]] = str.maketrans(
    {
        "–": "-", "—": "-", "−": "-", "…": "...", "·": "|", "→": "->", "±": "+/-", "≥": ">=", "≤": "<=", "×": "x",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip
_NOT_ASCII: Final = {"en": re.compile(r"[^\x00-\x7f]"), "ru": re.compile(r"[^\x00-\x7fЀ-ӿ]")}

#: Each is two cells wide.
_EMOJI: Final = {"pass": "✅", "fail": "❌", "inconclusive": "⚠ ", "error": "💥", "skipped": "⏭ "}
_ASCII_MARKS: Final = {
    "pass": "PASS",
    "fail": "FAIL",
    "inconclusive": "CANNOT TELL",
    "error": "ERROR",
    "skipped": "SKIPPED",
}
_COLORS: Final = {"pass": "32", "fail": "31", "inconclusive": "33", "error": "35", "skipped": "2", "bold": "1"}

#: What was seen (`Row.result`) → key of its word.
RESULTS: Final = {
    "works": "verdict.works",
    "accepted": "verdict.accepted",
    "refused": "verdict.refused",
    "failed": "result.failed",
    "output": "result.output",
    "unclear": "verdict.inconclusive",
    "error": "verdict.error",
    "skipped": "verdict.skipped",
}
#: The same, of a variant that was expected to work.
_UNWANTED: Final = {"refused": "result.refused.unwanted", "failed": "result.failed.unwanted"}


class Style(Struct, frozen=True, kw_only=True):
    """How a text is to look. `ascii` leaves no sign outside ASCII but for Russian letters; `width` is in cells."""

    lang: str = "en"
    ascii: bool = False
    color: bool = False
    width: int = 100

    def text(self, key: str, **params: object) -> str:
        """A text of the table in this style's language."""
        return self.plain(words.text(key, self.lang, **params))

    def say(self, said: JsonObject, english: str) -> str:
        """What a report worded in `english`, in this style's language; English where its key is not known any more.

        `said` is the `words` object of report.json: a key and its parameters.
        """
        if self.lang != "en":
            try:
                return words.say(Phrase(key=said["key"], params=said["params"]), self.lang)
            except (KeyError, TypeError):
                return english
        return english

    def plain(self, text: str, limit: int = _NO_LIMIT) -> str:
        """The text as one line without anything that a terminal would not show, at most `limit` characters."""
        if not (text.isascii() and text.isprintable() and len(text) <= limit):
            text = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", clean(text, limit)))
        if not self.ascii or text.isascii():
            return text
        text = text.translate(_ASCII)
        return _NOT_ASCII[self.lang].sub(lambda sign: sign[0].encode("ascii", "backslashreplace").decode(), text)

    def mark(self, verdict: str) -> str:
        """The sign of a verdict, two cells wide, or its name in ASCII."""
        return (_ASCII_MARKS if self.ascii else _EMOJI).get(verdict, "??")

    def result(self, row: Row) -> str:
        """The sign and the word for what was seen, such as `✅ works` or `❌ refused`."""
        word = self.plain(words.text(result_key(row), self.lang))
        if self.ascii and row.verdict not in {"pass", "fail"}:
            return word.upper()
        if row.warned:
            word += " (!)" if self.ascii else " ⚠"
        return f"{self.mark(row.verdict)} {word}"

    def paint(self, text: str, color: str) -> str:
        """The text in the colour of a verdict, or "bold"; as it is when there are no colours."""
        return f"\x1b[{_COLORS.get(color, '0')}m{text}\x1b[0m" if self.color else text

    def time(self, seconds: float | None) -> str:
        """A length of time, such as `0.4 s`, `24 s`, `4 min 12 s`, `1 h 2 min`; a dash for None."""
        if seconds is None:
            return self.plain(NONE)
        if seconds < 9.95:
            tenths = f"{seconds:.1f}".removesuffix(".0")
            return _seconds(self, tenths if tenths != "0" or seconds <= 0 else "<0.1")
        whole = round(seconds)
        hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
        if hours:
            return self.text("time.h", h=hours) + (f" {self.text('time.min', min=minutes)}" if minutes else "")
        if minutes:
            return self.text("time.min", min=minutes) + (f" {self.text('time.s', s=rest)}" if rest else "")
        return self.text("time.s", s=rest)

    def number(self, value: float | None) -> str:
        """A number without needless decimals; a dash for None."""
        if value is None:
            return self.plain(NONE)
        return str(int(value)) if value == int(value) else f"{value:.2f}".rstrip("0").rstrip(".")

    def shorten(self, text: str, cells: int) -> str:
        """The text cut to so many cells, with an ellipsis where something is missing."""
        if width(text) <= cells:
            return text
        dots = "..." if self.ascii else "…"
        return _take(text, max(cells - len(dots), 0)) + dots

    def wrap(self, text: str, indent: int = 3) -> str:
        """The text in lines of at most `width` cells, cut between words; lines after the first are indented."""
        lines, line, used = [], "", 0
        for word in text.split(" "):
            for piece in _pieces(word, self.width - indent):
                cells = width(piece)
                if line and used + 1 + cells > self.width:
                    lines.append(line)
                    line, used = " " * indent + piece, indent + cells
                else:
                    line, used = (f"{line} {piece}", used + 1 + cells) if line else (piece, cells)
        return "\n".join([*lines, line])

    def compact(self, value: Json, limit: int = 200) -> str:
        """A JSON value in one line, with texts above `limit` characters cut and unseen signs escaped."""
        return self._json(value, limit, indent=None)

    def block(self, value: Json, limit: int = 2000) -> str:
        """A JSON value over several lines, with texts above `limit` characters cut and unseen signs escaped."""
        return self._json(value, limit, indent=2)

    def _json(self, value: Json, limit: int, indent: int | None) -> str:
        dots = "..." if self.ascii else "…"
        lines = json.dumps(_cut(value, limit, dots), ensure_ascii=False, indent=indent).split("\n")
        text = "\n".join(map(_escaped, lines))
        return text if not self.ascii or text.isascii() else _NOT_ASCII[self.lang].sub(_escape, text)


@lru_cache(maxsize=1024)
def _seconds(style: Style, seconds: str) -> str:
    return style.text("time.s", s=seconds)


def result_key(row: Row) -> str:
    """The key of the word for what was seen."""
    if row.verdict == "fail" and row.wanted and row.result in _UNWANTED:
        return _UNWANTED[row.result]
    if row.result == "works" and row.verdict == "fail":
        return "result.succeeded"
    return RESULTS.get(row.result, "verdict.error")


def width(text: str) -> int:
    """The cells that a terminal gives a text which is already plain."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    cells = wcswidth(text)
    return cells if cells >= 0 else len(text)


def _take(text: str, cells: int) -> str:
    """As much of the beginning as fits into so many cells."""
    taken = text[:cells]
    while width(taken) > cells:
        taken = taken[:-1]
    return taken


def _pieces(word: str, cells: int) -> list[str]:
    """The word, cut into pieces where it is wider than a whole line."""
    pieces = []
    while len(word) > cells // 2 and width(word) > cells:
        piece = _take(word, cells) or word[0]
        pieces.append(piece)
        word = word[len(piece) :]
    return [*pieces, word]


def _escaped(text: str) -> str:
    """JSON text with the signs that nobody sees as escapes: it still says the same."""
    return _SURROGATES.sub(_escape, _UNSEEN.sub(_escape, text))


def _escape(sign: re.Match[str]) -> str:
    return json.dumps(sign[0])[1:-1]


#: What stands for a file, whose dots are ours and no part of the payload: <image/jpeg 245.3 KB sha256:9c1f0a2b…>.
_STAND_IN: Final = re.compile(r"(<[^<>]{1,80} sha256:[0-9a-f]{8})…>")


def _cut(value: Json, limit: int, dots: str) -> Json:
    if isinstance(value, str):
        value = _STAND_IN.sub(rf"\1{dots}>", value)
        return value if len(value) <= limit else value[: limit - len(dots)] + dots
    if isinstance(value, Mapping):
        return {key: _cut(item, limit, dots) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cut(item, limit, dots) for item in value]
    return value
