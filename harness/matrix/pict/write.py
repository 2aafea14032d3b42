"""A matrix as a PICT model file: parameters, sub-models, constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.matrix.pict.records import Value, number_of

#: What a value may not hold as it is: it would be read as two values, as aliases, a weight, a reference, or marked.
_SPECIAL: Final = re.compile(r'[,|]|^[~<"\s]|\s$|\([0-9]+\)$')
_BREAKS: Final = re.compile(r"[\r\n\t\x00-\x1f]+")


def write(
    parameters: Sequence[tuple[str, Sequence[Value]]],
    *,
    groups: Sequence[tuple[Sequence[int], int | None]] = (),
    forbidden: Sequence[Mapping[int, int]] = (),
    comments: Sequence[str] = (),
) -> Iterator[str]:
    """The lines of a model file, which `read` takes for the same model.

    A value that holds a comma or a bar stands in double quotes: PICT itself would read it as several.
    """
    for comment in comments:
        yield f"# {_BREAKS.sub(' ', comment)}\n"
    told = [_unique(values) for _, values in parameters]
    names = [_BREAKS.sub(" ", name).replace(":", ";") for name, _ in parameters]
    if any(_SPECIAL.search(text) for texts in told for text in texts):
        yield "# Values in double quotes hold signs that set values apart: PICT itself does not read them so.\n"
    for name, (_, of), texts in zip(names, parameters, told, strict=True):
        yield f"{name}: {', '.join(map(_definition, of, texts))}\n"
    if groups:
        yield "\n"
    for members, order in groups:
        yield f"{{ {', '.join(names[member] for member in members)} }}{'' if order is None else f' @ {order}'}\n"
    if forbidden:
        yield "\n"
    numeric = [all(number_of(text) is not None for text in texts) for texts in told]

    def text(factor: int, level: int) -> str:
        value = told[factor][level]
        return value if numeric[factor] else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    for when, factor, levels in _joined(forbidden):
        name = _name(names[factor])
        told_levels = ", ".join(text(factor, level) for level in levels)
        then = f"{name} <> {told_levels}" if len(levels) == 1 else f"NOT {name} IN {{{told_levels}}}"
        terms = " AND ".join(f"{_name(names[one])} = {text(one, level)}" for one, level in when)
        yield f"IF {terms} THEN {then};\n" if terms else f"{then};\n"


def _joined(forbidden: Sequence[Mapping[int, int]]) -> Iterator[tuple[tuple[tuple[int, int], ...], int, list[int]]]:
    """The combinations, those together that differ in the level of their last factor only."""
    found: dict[tuple[tuple[tuple[int, int], ...], int], list[int]] = {}
    for combination in forbidden:
        *when, (factor, level) = sorted(combination.items())
        found.setdefault((tuple(when), factor), []).append(level)
    for (first, factor), levels in found.items():
        yield first, factor, sorted(set(levels))


def _unique(values: Sequence[Value]) -> list[str]:
    """The first names, without line breaks, all different without regard to case: constraints compare so."""
    texts: list[str] = []
    seen: set[str] = set()
    for value in values:
        text = _BREAKS.sub(" ", value.name)
        if _SPECIAL.search(text):
            text = text.replace('"', "'")
        plain, number = text, 1
        while text.casefold() in seen:
            number += 1
            text = f"{plain} #{number}"
        seen.add(text.casefold())
        texts.append(text)
    return texts


def _quoted(text: str) -> str:
    return f'"{text}"' if _SPECIAL.search(text) else text


def _definition(value: Value, text: str) -> str:
    names = "|".join([_quoted(text), *(_BREAKS.sub(" ", name) for name in value.names[1:])])
    weight = f" ({value.weight})" if value.weight != 1 else ""
    return f"{'~' if value.invalid else ''}{names}{weight}"


def _name(name: str) -> str:
    return "[" + name.replace("\\", "\\\\").replace("]", "\\]") + "]"
