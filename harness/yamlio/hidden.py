"""What YAML 1.2 and JSON allow and libyaml, a YAML 1.1 reader, does not: hidden from it, and put back afterwards.

- JSON writes a character beyond U+FFFF as two escapes (a surrogate pair); libyaml refuses each of them alone.
- NEL, LS and PS end a line in YAML 1.1 and are ordinary characters in 1.2.
- DEL, C1 controls, U+FFFE, U+FFFF may stand in quotes; libyaml refuses them everywhere.

Each such character (for an escape: its backslash) gives its place to one character of a private area that the text
does not use, not even as an escape, so that lines and columns stay what they are.
"""

from __future__ import annotations

import re
import sys
from typing import Final

from harness.words import told

_ODD: Final = "\x7f" + "".join(map(chr, range(0x80, 0xA0))) + "\u2028\u2029\ufeff\ufffe\uffff"
#: May stand unquoted, too.
_BREAKS: Final = "\x85\u2028\u2029"
_SUSPECT: Final = re.compile(f"[{_ODD}]|\\\\u[dD][89a-fA-F]")
_ESCAPE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?=u[dD][89a-fA-F][0-9a-fA-F]{2})")
_PAIR: Final = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_LONG: Final = re.compile(r"\\U([0-9a-fA-F]{8})")
_BLOCK: Final = 64
_PRIVATE: Final = range(0xF0000, 0x10FF80, _BLOCK)


class Hidden:
    """A text as the parser may see it, and the way back for each scalar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.used = False
        if _SUSPECT.search(text) is None:
            return
        used = {ord(char) // _BLOCK for char in {*text, *_escaped(text)}}
        base = next((block for block in _PRIVATE if block // _BLOCK not in used), None)
        if base is None:  # a text that uses every private block is nobody's scenario: the parser will refuse it
            return
        there = {ord(char): chr(base + 1 + index) for index, char in enumerate(_ODD)}
        self._slash = chr(base)
        self._back = {ord(to): chr(char) for char, to in there.items()}
        self._pair = re.compile(
            f"{self._slash}u(d[89ab][0-9a-f]{{2}}){self._slash}u(d[c-f][0-9a-f]{{2}})", re.IGNORECASE
        )
        self._any = re.compile(f"[{self._slash}-{chr(base + _BLOCK - 1)}]")
        self.used = True
        self.text = _ESCAPE.sub(lambda found: found[0][:-1] + self._slash, text.translate(there))

    def show(self, value: str, style: str | None) -> tuple[str, str | None]:
        """A scalar as its author wrote it, and what is wrong with it: a lone surrogate, or a bare control character.

        `style` is the quote or block sign, empty for a plain scalar.
        """
        if not self.used or self._any.search(value) is None:
            return value, None
        if style == '"':
            value = self._pair.sub(_join, value)
            lone = re.search(f"{self._slash}u(....)", value)
            if lone:
                whole = value.replace(self._slash, "\\").translate(self._back)
                return whole, told("yaml.half", escape=f"\\u{lone[1]}")
        value = value.replace(self._slash, "\\").translate(self._back)
        if style not in ('"', "'"):
            bare = next((char for char in value if char in _ODD and char not in _BREAKS), None)
            if bare is not None:
                return value, told("yaml.bare", code=f"{ord(bare):04X}")
        return value, None


def _escaped(text: str) -> set[str]:
    """The characters beyond U+FFFF that escapes of the text may stand for."""
    long = {int(code, 16) for code in _LONG.findall(text)}
    return {_join(pair) for pair in _PAIR.finditer(text)} | {chr(code) for code in long if code <= sys.maxunicode}


def _join(pair: re.Match[str]) -> str:
    return chr(0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + int(pair[2], 16) - 0xDC00)
