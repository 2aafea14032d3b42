"""A command line as people copy it → its words: bash with its four quotes, and cmd.exe with its carets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from harness.errors import UsageError
from harness.words import told

#: What Chrome and Firefox copy "as cURL (cmd)": carets before quotes, or at the end of lines.
_CARET: Final = re.compile(r'\^(?:"|[ \t]*\r?\n)')
_PLAIN: Final = re.compile(r"[^\s'\"\\$#|;&<>()`^]+")
_IN_DOUBLE: Final = re.compile(r'[^"\\]+')
_IN_ANSI: Final = re.compile(r"[^'\\]+")
_CONTINUED: Final = re.compile(r"\\\r?\n")
#: PowerShell's sign at the end of a line, in documentation for it.
_TICKED: Final = re.compile(r"`[ \t]*\r?\n")
_COMMENT: Final = re.compile(r"#[^\n]*")
_ENDS: Final = frozenset("|;&<>()")
_ANSI: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_CODE: Final = re.compile(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})")


def words_of(command: str) -> tuple[str, ...]:
    r"""The words of the first command in a text. What follows a pipe, a redirection or its last line is not read.

    Raises UsageError where a quote has no end.

    >>> words_of("curl -H 'a: b' \\\n  -d $'{\\'x\\u0021}' https://a.example | jq .")
    ('curl', '-H', 'a: b', '-d', "{'x!}", 'https://a.example')
    >>> words_of('curl ^"https://a.example^" ^\n  --data-raw ^"^{^\\^"a^\\^":1^}^"')
    ('curl', 'https://a.example', '--data-raw', '{"a":1}')
    """
    caret, quote = _CARET.search(command), command.find("'")
    if caret is not None and (quote < 0 or caret.start() < quote):
        return tuple(_windows(_without_carets(command), doubled=caret[0] == '^"'))
    return tuple(_Posix(command).words())


class _Posix:
    """Reads words as bash does; nothing is expanded."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._word: list[str] | None = None

    def words(self) -> Iterator[str]:
        begun = False
        while self._at < len(self._text):
            found = _CONTINUED.match(self._text, self._at) or _TICKED.match(self._text, self._at)
            if found is not None:
                self._at = found.end()
                continue
            char = self._text[self._at]
            if char.isspace() or char in _ENDS:
                if char == "&" and self._within_a_word():
                    self._add("&")
                    continue
                if self._word is not None and not (char in "<>" and "".join(self._word).isdigit()):
                    begun = True
                    yield "".join(self._word)
                self._word = None
                if begun and (char == "\n" or char in _ENDS):
                    return
                self._at += 1
            else:
                self._part(char)
        if self._word is not None:
            yield "".join(self._word)

    def _within_a_word(self) -> bool:
        """An address without quotes: `&` between its parameters was meant as one."""
        after = self._text[self._at + 1 : self._at + 2]
        return self._word is not None and "?" in "".join(self._word) and after.isalnum()

    def _add(self, piece: str, length: int | None = None) -> None:
        self._word = self._word or []
        self._word.append(piece)
        self._at += len(piece) if length is None else length

    def _part(self, char: str) -> None:
        text, at = self._text, self._at
        if (found := _PLAIN.match(text, at)) is not None:
            self._add(found[0])
        elif char == "\\":
            self._add(text[at + 1 : at + 2], 2)
        elif char == "'":
            end = text.find("'", at + 1)
            if end < 0:
                raise _unclosed("'")
            self._add(text[at + 1 : end], end + 1 - at)
        elif char == '"' or text.startswith('$"', at):
            self._double(at + 1 + (char == "$"))
        elif text.startswith("$'", at):
            self._ansi(at + 2)
        elif char == "#" and self._word is None:
            found = _COMMENT.match(text, at)
            self._at = found.end() if found else at + 1
        else:
            self._add(char)

    def _double(self, start: int) -> None:
        text, at, pieces = self._text, start, []
        while True:
            if (found := _IN_DOUBLE.match(text, at)) is not None:
                pieces.append(found[0])
                at = found.end()
            if at >= len(text):
                raise _unclosed('"')
            if text[at] == '"':
                break
            after = text[at + 1 : at + 2]
            if (found := _CONTINUED.match(text, at)) is not None:
                at = found.end()
                continue
            pieces.append(after if after in '$`"\\' else "\\" + after)
            at += 2
        self._add("".join(pieces), at + 1 - self._at)

    def _ansi(self, start: int) -> None:
        text, at, pieces = self._text, start, []
        while True:
            if (found := _IN_ANSI.match(text, at)) is not None:
                pieces.append(found[0])
                at = found.end()
            if at >= len(text):
                raise _unclosed("'")
            if text[at] == "'":
                break
            at += 1
            if (found := _CODE.match(text, at)) is not None:
                pieces.append(_char(found))
                at = found.end()
            else:
                after = text[at : at + 1]
                pieces.append(_ANSI.get(after, "\\" + after))
                at += 1
        self._add(_joined("".join(pieces)), at + 1 - self._at)


def _char(found: re.Match[str]) -> str:
    """What a code stands for. A byte beyond ASCII is kept as half a character until its neighbours are there."""
    byte, unit, point, octal = found.groups()
    if byte is not None or octal is not None:
        value = int(byte, 16) if byte is not None else int(octal, 8) & 0xFF
        return chr(value) if value < 0x80 else chr(0xDC00 + value)
    value = int(unit or point, 16)
    return chr(value) if value <= 0x10FFFF else "\ufffd"


def _joined(text: str) -> str:
    """Surrogate pairs as the characters that they are, and bytes as the UTF-8 that they spell."""
    if text.isascii():
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


def _without_carets(command: str) -> str:
    """The text that cmd.exe hands on: a caret before a line's end joins the lines, before a sign it goes."""
    pieces: list[str] = []
    at, quoted = 0, False
    command = command.strip()
    while at < len(command):
        char = command[at]
        if char == '"':
            quoted = not quoted
        if char == "^" and not quoted:
            at += 1
            if (found := re.match(r"[ \t]*\r?\n", command[at:])) is not None:
                at += found.end()
                if command[at : at + 1] in ("\r", "\n"):  # a line break that is meant
                    pieces.append("\n")
                    at += 2 if command.startswith("\r\n", at) else 1
                continue
            char = command[at : at + 1]
        elif char == "\n" and not quoted:
            break
        pieces.append(char)
        at += 1
    return "".join(pieces)


_WINDOWS: Final = re.compile(
    r'(?P<slashes>\\+)(?P<quote>"?)|(?P<two>"")|(?P<one>")|(?P<blank>[ \t\r\n]+)|[^\\" \t\r\n]+'
)


def _windows(text: str, *, doubled: bool) -> Iterator[str]:
    """The words as a Windows program reads them: 2n backslashes and a quote are n and a quote's end.

    `doubled`: written by Chrome, which doubles every backslash. Those that no quote follows really arrive as two; what
    was meant, and what the browser sent, is one.
    """
    word: list[str] | None = None
    quoted = False
    for found in _WINDOWS.finditer(text):
        if found["blank"] and not quoted:
            if word is not None:
                yield "".join(word)
            word = None
            continue
        word = word or []
        if found["slashes"]:
            count = len(found["slashes"])
            word.append("\\" * (count // 2 if found["quote"] else -(-count // 2) if doubled else count))
            if found["quote"] and count % 2:
                word.append('"')
            elif found["quote"]:
                quoted = not quoted
        elif found["two"] and quoted:
            word.append('"')
        elif found["one"]:
            quoted = not quoted
        elif not found["two"]:
            word.append(found[0])
    if quoted:
        raise _unclosed('"')
    if word is not None:
        yield "".join(word)


def _unclosed(quote: str) -> UsageError:
    return UsageError(told("start.unclosed", quote=quote), told("start.whole_command"))
