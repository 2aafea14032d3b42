"""NAME.rows.json beside a scenario: the rows of its matrix that were paid for already, committed by the user.

They come back first and unchanged, and the generator adds only what they leave uncovered. A row maps factors to levels,
as the scenario writes these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness import yamlio
from harness.errors import Mistake, MistakesError
from harness.model import Json, JsonObject
from harness.provider import ABSENT
from harness.scenario.labels import canonical
from harness.scenario.records import Factor, KeptRows
from harness.scenario.schema_parts import record, text
from harness.words import told

FORMAT_VERSION: Final = 1
SCHEMA: Final[dict[str, Any]] = {
    **record(
        "a mapping with format_version, scenario and rows",
        "Rows of a scenario's matrix that are kept.",
        {
            "format_version": {"title": f"the number {FORMAT_VERSION}", "const": FORMAT_VERSION},
            "scenario": text("the name of the scenario"),
            "strength": {
                "title": 'a whole number, or "all"',
                "anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}],
            },
            "rows": {
                "title": "a list of rows",
                "type": "array",
                "items": {"title": "a mapping from factors to levels", "type": "object", "minProperties": 1},
            },
        },
        "format_version",
        "scenario",
        "rows",
    ),
    "x-fix": "`harness matrix --keep` writes such files.",
}


def rows_file(scenario: Path) -> Path:
    """Where the rows of a scenario file are kept."""
    return scenario.with_name(f"{scenario.stem}.rows.json")


def read_rows(
    file: Path, shown: str, name: str, factors: Sequence[Factor], base: JsonObject
) -> tuple[KeptRows | None, list[Mistake]]:
    """The kept rows of the scenario `name`, or the mistakes of the file; (None, []) when there is no file.

    A row that does not name a factor has its level that is the baseline's value: the payload is then as it was.
    """
    if not file.is_file():
        return None, []
    try:
        doc = yamlio.read(file, shown=shown)
    except MistakesError as error:
        return None, list(error.mistakes)
    mistakes = yamlio.check(doc, SCHEMA)
    if mistakes:
        return None, mistakes
    if doc.data["scenario"] != name:
        what = told("rows.other", other=yamlio.quoted(doc.data["scenario"]), name=yamlio.quoted(name))
        return None, [yamlio.mistake(doc, ("scenario",), what, told("rows.other.fix"))]
    known = {factor.name: _indexes(factor, base) for factor in factors}
    found = [_row(row, known) for row in doc.data["rows"]]
    rows = tuple(dict.fromkeys(row for row in found if row is not None))
    return KeptRows(file=shown, rows=rows, dropped=found.count(None)), []


def _indexes(factor: Factor, base: JsonObject) -> Mapping[str, int]:
    """Written level → index; under "" the level that is the baseline's own value."""
    found = {canonical(written): index for index, written in enumerate(factor.written)}
    now = canonical(_value(base, factor.steps))
    own = [index for index, level in enumerate(factor.levels) if canonical(level) == now]
    return {**found, "": own[0]} if own else found


def _row(row: Mapping[str, Json], known: Mapping[str, Mapping[str, int]]) -> tuple[int, ...] | None:
    if not row.keys() <= known.keys():
        return None
    levels = [indexes.get(canonical(row[name]) if name in row else "") for name, indexes in known.items()]
    return None if None in levels else tuple(level for level in levels if level is not None)


def _value(base: JsonObject, steps: Sequence[str]) -> Json:
    node: Json = base
    for step in steps:
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return ABSENT
    return node
