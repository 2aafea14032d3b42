"""PyYAML's syntax errors, reworded: where, what, what to do. Its own words are for people who know its grammar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yaml.error import YAMLError

from harness.words import told

#: A part of PyYAML's problem → the text that tells it. The first that fits holds. libyaml and the Python parser word
#: some of them differently.
_KNOWN: Final[Sequence[tuple[str, str]]] = (
    ("mapping values are not allowed", "syntax.colon"),
    ("entries are not allowed", "syntax.item"),
    ("mapping keys are not allowed", "syntax.question"),
    ("expected ',' or ']'", "syntax.bracket"),
    ("expected ',' or '}'", "syntax.brace"),
    ("could not find expected ':'", "syntax.neither"),
    ("unexpected end of stream", "syntax.quote"),
    ("unexpected document", "syntax.quote.document"),
    ("unknown escape", "syntax.escape"),
    ("hexadecimal", "syntax.escape.digits"),
    ("hexdecimal", "syntax.escape.digits"),
    ("Unicode character escape", "syntax.escape.character"),
    ("tab character", "syntax.tab"),
    ("comment or line break", "syntax.header"),
    ("indentation indicator", "syntax.header"),
    ("chomping or indentation", "syntax.header"),
    ("alphabetic or numeric", "syntax.alias"),
    ("node content", "syntax.value"),
    ("'-' indicator", "syntax.list"),
    ("expected key", "syntax.mapping"),
    ("<block end>", "syntax.block"),
    ("<document start>", "syntax.behind"),
    ("incompatible YAML document", "syntax.version"),
    ("directive", "syntax.directive"),
    ("tag", "syntax.tag"),
)
_STARTS: Final = {"\t": "syntax.tab", **dict.fromkeys("@`%", "syntax.begins")}
_OTHER: Final = "syntax.other"
#: Problems that are seen at the end of the file, and are told where they begin.
_AT_CONTEXT: Final = ("unexpected end of stream", "unexpected document", "could not find expected ':'")


def reword(error: YAMLError, lines: Sequence[str]) -> tuple[int, int, str, str]:
    """Line and column (from 0), what and fix of a syntax error in a text of these lines."""
    problem = str(getattr(error, "problem", None) or "")
    context = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None)
    if context is not None and any(part in problem for part in _AT_CONTEXT):
        mark = context
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    if line >= len(lines) or (
        line == len(lines) - 1 and not lines[line]
    ):  # the end of the file: the last line that says something
        line = max((number for number, text in enumerate(lines) if text.strip()), default=0)
        column = len(lines[line])
    char = lines[line][column : column + 1]
    if "cannot start any token" in problem:
        key = _STARTS.get(char, _OTHER)
    else:
        key = next((key for part, key in _KNOWN if part in problem), _OTHER)
    opened = context.line + 1 if context is not None else line + 1
    return line, column, told(key, opened=opened, brace="}", sign=char), told(f"{key}.fix")
