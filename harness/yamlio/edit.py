"""Changes in the text of a YAML file: only what must change does, and all else stays byte for byte.

A value is replaced in its place, a key goes with its line (or out of its braces), a new one comes behind its last
neighbour. What cannot be done without doubt is refused: every result is read again, and holds exactly what was wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from harness.errors import MistakesError
from harness.model import Json, Path
from harness.words import told
from harness.yamlio.document import dotted
from harness.yamlio.nodes import Node, tree
from harness.yamlio.reader import parse
from harness.yamlio.scalars import ScalarError, plain

_PLAIN: Final = re.compile(r"[\w$]([\w .:/@+$-]*[\w.$])?")
_REST: Final = re.compile(r"[^\r\n]*")
_BLANK_OR_COMMENT: Final = re.compile(r"[ \t]*(#.*)?")
_COMMENT: Final = re.compile(r"(?:^|[ \t\r\n])#")
_HEADER: Final = re.compile(r"[|>][-+0-9]*")


class CannotEditError(Exception):
    """A change that cannot be made in the text without doubt. `why` is a part of a sentence, without its full stop."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Edit(Struct, frozen=True, kw_only=True):
    """One change of the data: `value` at `path`, there already or new in its mapping; or the key goes (`remove`)."""

    path: Path
    value: Json = None
    remove: bool = False


def edit(text: str, changes: Sequence[Edit]) -> str:
    """The text with the changes in it, one after the other. `text` has no byte order mark and parses.

    CannotEditError where one of them cannot be made without doubt: through an anchor or an alias, in a place that
    holds a comment, in an item of a list that is to go.
    """
    for change in changes:
        new = _changed(text, change)
        _check(text, new, change)
        text = new
    return text


def _check(before: str, after: str, change: Edit) -> None:
    """Reads the new text, and compares."""
    wanted = _with(parse(before, file="").data, change.path, change)
    try:
        found = parse(after, file="").data
    except MistakesError:
        found = None
    if _canonical(found) != _canonical(wanted):
        raise CannotEditError(told("edit.doubt", place=dotted(change.path)))


def _with(data: Json, path: Path, change: Edit) -> Json:
    step, rest = path[0], path[1:]
    if isinstance(data, list):
        index = int(step)
        return [*data[:index], change.value if not rest else _with(data[index], rest, change), *data[index + 1 :]]
    if rest:
        return {**data, step: _with(data[step], rest, change)}
    if change.remove:
        return {key: value for key, value in data.items() if key != step}
    return {**data, step: change.value}


def _canonical(data: Json) -> str:
    return json.dumps(data, sort_keys=True)


def _changed(text: str, change: Edit) -> str:
    root, path = tree(text), change.path
    if root is None or not path:
        raise CannotEditError(told("edit.nothing"))
    node = root
    for depth, step in enumerate(path[:-1], 1):
        _check_alone(node, path[: depth - 1])
        found = _find(node, step)
        if found is None:
            raise CannotEditError(told("edit.absent", place=dotted(path[:depth])))
        node = found
    _check_alone(node, path[:-1])
    value = _find(node, path[-1])
    if value is not None and value.named:
        raise CannotEditError(told("edit.anchor", place=dotted(path)))
    if value is None and change.remove:
        raise CannotEditError(told("edit.absent", place=dotted(path)))
    if change.remove:
        return _removed(text, node, path)
    if value is None:
        return _added(text, node, path, change.value)
    if value.kind == "alias":
        raise CannotEditError(told("edit.alias", place=dotted(path)))
    return _replaced(text, value, change.value, path)


def _check_alone(node: Node, path: Path) -> None:
    """Refuses a container that stands in more than one place."""
    if node.kind == "alias":
        raise CannotEditError(told("edit.alias", place=dotted(path)))
    if node.anchored:
        raise CannotEditError(told("edit.anchor", place=dotted(path)))


def _find(node: Node, step: str | int) -> Node | None:
    if node.kind == "mapping":
        return next((value for key, value in node.entries if key.kind == "scalar" and key.value == step), None)
    if node.kind == "sequence" and isinstance(step, int) and step < len(node.parts):
        return node.parts[step]
    return None


def _replaced(text: str, node: Node, value: Json, path: Path) -> str:
    """The value in the place of the old one; a quote stays a quote."""
    new = written(value, like=node.style)
    old = text[node.start : node.end]
    if not old:
        return f"{text[: node.start]} {new}{text[node.end :]}"
    if node.style in {"|", ">"}:
        header = _HEADER.match(old)
        rest = _REST.match(old, header.end() if header else 0)
        return text[: node.start] + new + (rest[0].rstrip() if rest else "") + text[node.end :]
    if node.kind == "scalar" or node.flow:
        if "\n" in old and _COMMENT.search(old):
            raise CannotEditError(told("edit.comment.inside", place=dotted(path)))
        return text[: node.start] + new + text[node.end :]
    colon = text.rfind(":", 0, node.start)
    if _COMMENT.search(text[colon + 1 : node.end]) or text[colon + 1 : node.start].strip():
        raise CannotEditError(told("edit.comment.inside", place=dotted(path)))
    return f"{text[: colon + 1]} {new}{text[node.end :]}"


def _removed(text: str, holder: Node, path: Path) -> str:
    if holder.kind != "mapping":
        raise CannotEditError(told("edit.item", place=dotted(path)))
    at = next(index for index, (key, _) in enumerate(holder.entries) if key.value == path[-1])
    key, value = holder.entries[at]
    if holder.flow:
        return _removed_from_braces(text, holder, at, path)
    if len(holder.parts) == 2:
        return text[: key.start] + "{}" + text[value.end :]
    begin = _line_start(text, key.start)
    if text[begin : key.start].strip():
        raise CannotEditError(told("edit.line", place=dotted(path)))
    return text[:begin] + text[_line_end(text, value.end) :]


def _removed_from_braces(text: str, holder: Node, at: int, path: Path) -> str:
    key, value = holder.entries[at]
    behind = value.end
    while behind < len(text) and text[behind] in " \t":
        behind += 1
    comma = text[behind : behind + 1] == ","
    if comma:
        behind += 1
    begin, end = _line_start(text, key.start), _line_end(text, value.end)
    if not text[begin : key.start].strip() and _BLANK_OR_COMMENT.fullmatch(text[behind:end].rstrip("\r\n")):
        return text[:begin] + text[end:]
    if at + 1 < len(holder.entries):
        behind += len(text[behind:]) - len(text[behind:].lstrip(" \t"))
        return text[: key.start] + text[behind:]
    before = holder.entries[at - 1][1].end if at else holder.start + 1
    if _COMMENT.search(text[before : key.start]):
        raise CannotEditError(told("edit.comment.before", place=dotted(path)))
    return text[:before] + text[behind if comma else value.end :]


def _added(text: str, holder: Node, path: Path, value: Json) -> str:
    if holder.kind != "mapping":
        raise CannotEditError(told("edit.no_mapping", place=dotted(path[:-1])))
    entry = f"{written(str(path[-1]))}: {written(value)}"
    if holder.flow:
        if not holder.parts:
            return text[: holder.start + 1] + entry + text[holder.start + 1 :]
        end = holder.parts[-1].end
        return f"{text[:end]}, {entry}{text[end:]}"
    first = holder.parts[0].start
    indent = " " * (first - _line_start(text, first))
    end = _line_end(text, holder.end)
    if text[:end].endswith(("\n", "\r")):
        newline = "\r\n" if text[:end].endswith("\r\n") else text[end - 1]
        return f"{text[:end]}{indent}{entry}{newline}{text[end:]}"
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{text[:end]}{newline}{indent}{entry}"


def written(value: Json, *, like: str = "") -> str:
    """A value on one line of YAML 1.2, as it may stand anywhere. `like` is the quote that a text had before."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(written, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    if like == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return value if like != '"' and _is_plain(value) else json.dumps(value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """True for a text that needs no quotes, not even in braces."""
    if not text.isprintable() or _PLAIN.fullmatch(text) is None or ": " in text:
        return False
    try:
        return plain(text) == text and isinstance(plain(text), str)
    except ScalarError:
        return False


def _line_start(text: str, index: int) -> int:
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def _line_end(text: str, index: int) -> int:
    """Behind the line's break."""
    rest = _REST.match(text, index)
    end = rest.end() if rest else len(text)
    return end + (2 if text.startswith("\r\n", end) else 1 if end < len(text) else 0)
