"""Plain JSON → YAML 1.2 in block style, as a person would write it; `parse` reads the same values again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.model import Json
from harness.yamlio.edit import written

#: A mapping or list that fits on one line of this length, and holds no other one, stands on it.
_SHORT: Final = 80
#: YAML finds a longer key only behind a question mark.
_LONG_KEY: Final = 1000
#: Deeper parts stand in brackets on one line, so that indents do not grow without bound.
_DEEP: Final = 20


def block(value: Json, *, indent: int = 0) -> str:
    """The lines of a mapping or a list, each indented by so many blanks and ended by a line break.

    Half a surrogate pair, and numbers of more than 1000 digits, which YAML files cannot hold, do not come back.

    >>> print(block({"ratio": "9:16", "seed": None, "refs": [{"uri": "a", "tags": ["007", 7]}]}), end="")
    ratio: 9:16
    seed: null
    refs:
      - uri: a
        tags: ["007", 7]
    """
    return "".join(f"{' ' * indent}{line}\n" for line in _lines(value, 0))


def _lines(value: Json, depth: int) -> Iterator[str]:
    if _on_one_line(value, depth):
        yield written(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner, depth)
    else:
        for inner in value:
            first, *rest = _lines(inner, depth + 1)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _entry(key: str, inner: Json, depth: int) -> Iterator[str]:
    name = written(key)
    head = f"{name}:"
    if len(name) > _LONG_KEY:
        yield f"? {name}"
        head = ":"
    if _on_one_line(inner, depth + 1):
        yield f"{head} {written(inner)}"
    else:
        yield head
        yield from (f"  {line}" for line in _lines(inner, depth + 1))


def _on_one_line(value: Json, depth: int) -> bool:
    if not isinstance(value, (dict, list)) or not value or depth >= _DEEP:
        return True
    inner = value.values() if isinstance(value, dict) else value
    flat = len(value) <= _SHORT and not any(isinstance(one, (dict, list)) and one for one in inner)
    return flat and depth > 0 and len(written(value)) <= _SHORT and not _is_long_key(value)


def _is_long_key(value: Json) -> bool:
    return isinstance(value, dict) and any(len(key) > _LONG_KEY for key in value)
