"""PyYAML's syntax errors, reworded: where, what, what to do. Its own words are for people who know its grammar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yaml.error import YAMLError

_HEADER: Final = ("what follows | or > is wrong", "End the line after | or >, and begin the text on the next line.")
_INDENT: Final = "Check the indentation and the quotes, here and on the line before."
_QUOTES: Final = "Write \\\\ for a backslash, or put the text in single quotes."
#: A part of PyYAML's problem → (what, fix); {opened} is the line where the surrounding thing begins. The first that
#: fits holds. libyaml and the Python parser word some of them differently.
_KNOWN: Final[Sequence[tuple[str, tuple[str, str]]]] = (
    (
        "mapping values are not allowed",
        (
            "a colon that cannot be here",
            "Put the value in quotes if the colon belongs to it, or align the key with its neighbours.",
        ),
    ),
    ("entries are not allowed", ('a list item ("- ") cannot begin here', "Begin the list on a line of its own.")),
    ("mapping keys are not allowed", ('a "?" cannot begin a key here', "Put the text in quotes.")),
    (
        "expected ',' or ']'",
        ("a comma or the closing ] is missing, in the list that opens on line {opened}", "Add it."),
    ),
    (
        "expected ',' or '}'",
        ("a comma or the closing } is missing, in the mapping that opens on line {opened}", "Add it."),
    ),
    (
        "could not find expected ':'",
        (
            "this line is neither a key with a value nor a part of what stands above it",
            "Write `key: value`, or indent it.",
        ),
    ),
    ("unexpected end of stream", ("the quote that opens here is never closed", "Close it.")),
    ("unexpected document", ("the quote that opens here is not closed before the next document", "Close it.")),
    ("unknown escape", ("an escape that YAML does not know", _QUOTES)),
    ("hexadecimal", ("an escape whose digits are wrong", _QUOTES)),
    ("hexdecimal", ("an escape whose digits are wrong", _QUOTES)),
    (
        "Unicode character escape",
        ("an escape that is no character", "Write the character itself, or its right number."),
    ),
    ("tab character", ("a tab is used to indent", "Indent with spaces.")),
    ("comment or line break", _HEADER),
    ("indentation indicator", _HEADER),
    ("chomping or indentation", _HEADER),
    ("alphabetic or numeric", ("a text that begins with * or & is an alias or an anchor", "Put the text in quotes.")),
    ("node content", ("a value is missing here", "Write it, or take the extra sign out.")),
    (
        "'-' indicator",
        (
            "this does not belong to the list that begins on line {opened}",
            'Begin the line with "- ", or align it with its key.',
        ),
    ),
    ("expected key", ("this does not belong to the mapping that begins on line {opened}", _INDENT)),
    ("<block end>", ("this does not belong to what begins on line {opened}", _INDENT)),
    ("<document start>", ("this does not belong to the value that ends before it", _INDENT)),
    ("incompatible YAML document", ("this YAML version is not known", "Leave the %YAML line out.")),
    ("directive", ("a line that begins with % is a directive, and this one is not known", "Leave it out.")),
    ("tag", ("a tag that is written wrong", "Files are plain YAML without tags of their own. Leave it out.")),
)
_STARTS: Final = {
    "\t": ("a tab is used to indent", "Indent with spaces."),
    "@": ("a text cannot begin with @", "Put it in quotes."),
    "`": ("a text cannot begin with `", "Put it in quotes."),
    "%": ("a text cannot begin with %", "Put it in quotes."),
}
_OTHER: Final = ("this cannot be read as YAML", _INDENT)
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
        what, fix = _STARTS.get(char, _OTHER)
    else:
        what, fix = next((words for part, words in _KNOWN if part in problem), _OTHER)
    opened = context.line + 1 if context is not None else line + 1
    return line, column, what.replace("{opened}", str(opened)) + ".", fix
