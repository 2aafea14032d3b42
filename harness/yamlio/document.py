"""A read file with the place of every node in it, and the words that mistakes are made of."""

from __future__ import annotations

import difflib
import json
import re
from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Final

from harness.errors import Mistake
from harness.model import Json, Path, Source
from harness.words import known, told

#: A packed place: line << SHIFT | column, both from 0. A column is smaller than the largest file read.
SHIFT: Final = 32
_COLUMN: Final = (1 << SHIFT) - 1
#: So many mistakes of one file are told; the rest is only counted.
MAX_MISTAKES: Final = 100
#: A longer line, or a caret further right, is not shown: it would fill the screen (a whole JSON file can be one line).
_LINE_LIMIT: Final = 160
#: What ends a line in YAML 1.2.
BREAK: Final = re.compile(r"\r\n|\n|\r")
#: A deeper path is cut.
_STEPS: Final = 20
_SIMPLE_KEY: Final = re.compile(r"[^\s.\[\]\"']+")


class Document:
    """The data of one file, and where each of its nodes stands.

    `data` is plain JSON data (dict, list, str, int, float, bool, None) and must not be changed. `file` is the name
    to show.
    """

    def __init__(
        self, file: str, text: str, data: Json, *, root: int, starts: Mapping[int, int], marks: array[int]
    ) -> None:
        """`marks` holds packed places: a key and a value for each entry of a mapping, one for each item of a list;
        `starts` says where those of a container begin, by the container's `id`; `root` is the place of `data`.
        """
        self.file = file
        self.text = text
        self.data = data
        self._root = root
        self._starts = starts
        self._marks = marks

    def __repr__(self) -> str:
        return f"Document({self.file!r}, {len(self.text)} characters)"

    @cached_property
    def _lines(self) -> list[str]:
        return BREAK.split(self.text)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the end."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def where(self, path: Path, *, key: bool = False) -> Source:
        """The place of the node at `path`, or of its key. A path that leads nowhere gives the last node on the way."""
        node, place = self.data, self._root
        for depth, step in enumerate(path, 1):
            found = self._step(node, step, key=key and depth == len(path))
            if found is None:
                break
            node, place = found
        return self.source(place)

    def source(self, place: int) -> Source:
        """A packed place as a Source."""
        return Source(file=self.file, line=(place >> SHIFT) + 1, column=(place & _COLUMN) + 1)

    def items(self, node: list[Json]) -> list[int]:
        """The packed places of the items of a list of this document: quicker than one `where` for each."""
        start = self._starts[id(node)]
        return self._marks[start : start + len(node)].tolist()

    def _step(self, node: Json, step: str | int, *, key: bool) -> tuple[Json, int] | None:
        if isinstance(node, dict) and step in node:
            at = self._starts[id(node)] + 2 * list(node).index(str(step))
            return node[step], self._marks[at if key else at + 1]
        if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
            return node[step], self._marks[self._starts[id(node)] + step]
        return None


def mistake(doc: Document, path: Path, what: str, fix: str = "", *, key: bool = False) -> Mistake:
    """A mistake at a node of a document (or at its key), with the line for the caret."""
    return mistake_at(doc.where(path, key=key), doc.line, what, fix, field=dotted(path))


def mistake_at(source: Source, line: Callable[[int], str], what: str, fix: str = "", *, field: str = "") -> Mistake:
    """A mistake at a place; `line` gives the text of a line."""
    text = printable(line(source.line)[:_LINE_LIMIT]) if 0 < source.column <= _LINE_LIMIT else ""
    return Mistake(source=source, what=what, fix=fix, field=field, line_text=text if text.strip() else None)


def dotted(path: Path) -> str:
    """A path as people write it: matrix.factors.duration[2]; a key that is no simple word stands in quotes."""
    text = ""
    for step in path[:_STEPS]:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _SIMPLE_KEY.fullmatch(step):
            text += f".{printable(step)}" if text else printable(step)
        else:
            text += f"[{quoted(step)}]"
    return text + ("…" if len(path) > _STEPS else "")


def system_words(error: Exception, otherwise: str = "") -> str:
    """Why the operating system refused; `otherwise` when it is not said."""
    why = getattr(error, "strerror", None)
    return known("system", why) if isinstance(why, str) and why else otherwise


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'Did you mean "x"?', or the words that are known, or nothing when none is."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return told("fix.did_you_mean", near=quoted(near))
    return told("fix.known", names=listed(names)) if names else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, without regard to case; None when none is like it."""
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.casefold(), name)
    near = difflib.get_close_matches(word[:200].casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def listed(words: Iterable[Json], limit: int = 20) -> str:
    """Values side by side as JSON, texts in quotes, the rest of a long row as "…"."""
    shown = [quoted(word) if isinstance(word, str) else quoted_json(word) for word in islice(words, limit + 1)]
    return ", ".join(shown[:limit]) + (", …" if len(shown) > limit else "")


def quoted_json(value: Json, limit: int = 60) -> str:
    """A value as JSON on one line, cut with "…"."""
    if isinstance(value, str):
        return quoted(value, limit)
    text = json.dumps(value, ensure_ascii=False)
    return printable(text if len(text) <= limit else text[:limit] + "…")


def quoted(text: str, limit: int = 60) -> str:
    """A text in double quotes, on one line, without control characters, cut with "…"."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return printable(json.dumps(cut, ensure_ascii=False))


def printable(text: str) -> str:
    """The text with each character that a terminal could act on replaced by one that it shows: lengths stay."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char == "\t" else "·" for char in text)


def describe(value: Json) -> str:
    """A value in words: the text "10s", the number 3, null, a list of 2, a mapping."""
    if isinstance(value, str):
        return told("value.text", value=quoted(value)) if value else told("value.empty_text")
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return told("value.number", value=show_number(value))
    if isinstance(value, list | tuple):
        return told("value.list", count=len(value)) if value else told("value.empty_list")
    return told("value.mapping") if value else told("value.empty_mapping")


def show_number(value: float) -> str:
    """A number as JSON writes it; a very long one only by its length."""
    if isinstance(value, int) and value.bit_length() > 200:
        return told("value.digits", digits=value.bit_length() * 3 // 10)
    return json.dumps(value)
