"""JSON Schema errors → our sentences: what was expected in the schema's own words, what was found, what to do.

A schema's `title` is the noun phrase of what is expected ("a whole number of seconds"): it reads better than the type.
Its own keyword `x-fix` says what to do where the general words would not help.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from harness.errors import Mistake
from harness.model import Json, JsonObject, Path
from harness.yamlio.document import (
    Document,
    describe,
    did_you_mean,
    listed,
    mistake,
    nearest,
    quoted,
    quoted_json,
)
from harness.yamlio.reader import limited

_TYPES: Final[Mapping[str, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}
#: At the root of a branch of a union these say: the branch is meant for another kind of value.
_MISFIT: Final = frozenset({"type", "const", "enum"})
_LEADING_NUMBER: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)")
#: Compiled schemas by the schema's id; the schema stands beside, so that its id stays its own.
_compiled: Final[dict[int, tuple[JsonObject, Any]]] = {}


class _Told(NamedTuple):
    path: Path
    what: str
    fix: str = ""
    key: bool = False


def check(doc: Document, schema: JsonObject) -> list[Mistake]:
    """Every way in which the document does not fit the JSON Schema, in the order of the file; empty when it fits."""
    return limited(check_paths(doc, schema)[0])


def check_paths(doc: Document, schema: JsonObject) -> tuple[list[Mistake], frozenset[Path]]:
    """All mistakes, without the bound of `check`, and their places: what stands there is not to be trusted."""
    if id(schema) not in _compiled:
        import jsonschema_rs  # lazily: 28 ms of start-up

        _compiled[id(schema)] = (schema, jsonschema_rs.validator_for(dict(schema)))
    validator = _compiled[id(schema)][1]
    told = [told for error in validator.iter_errors(doc.data) for told in _tell(error, schema)]
    told = list(dict.fromkeys(told))
    places = [doc.where(item.path, key=item.key) for item in told]
    order = sorted(range(len(told)), key=lambda index: (places[index].line, places[index].column))
    found = [told[index] for index in order]
    mistakes = [mistake(doc, item.path, item.what, item.fix, key=item.key) for item in found]
    return mistakes, frozenset(item.path for item in told)


def _tell(error: Any, root: JsonObject, around: JsonObject | None = None) -> Iterator[_Told]:
    """What one error of the validator says, in our words; of a union only the branch that the value was meant for.

    `around` is the schema of the union whose branch this is; its title holds where the branch has none.
    """
    keyword, facts, path = error.kind.name, error.kind.as_dict(), tuple(error.instance_path)
    parent = _schema_at(root, error.evaluation_path[:-1])
    if around is not None and "title" in around:
        parent = {"title": around["title"], **parent}
    if keyword in ("anyOf", "oneOf"):
        yield from _union(error, facts["context"], parent, root)
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        known = list(parent.get("properties", ()))
        free = [name for name in known if name not in error.instance]
        for name in facts["unexpected"]:
            fix = did_you_mean(name, known if nearest(name, known) else free)
            yield _Told((*path, name), "this key is not known here.", fix, key=True)
    elif keyword == "required":
        name = facts["property"]
        meant = _schema_at(parent, ("properties", name)).get("title", "")
        yield _Told(path, f"the key {quoted(name)} is missing.", f"Add it: {meant}." if meant else "Add it.")
    elif keyword == "propertyNames":
        inner = facts["error"]
        expected = _schema_at(root, inner.evaluation_path[:-1]).get("title", "another key")
        options = [option for option in _options(inner) if isinstance(option, str)]
        yield _Told((*path, inner.instance), f"expected {expected}.", did_you_mean(inner.instance, options), key=True)
    elif keyword == "uniqueItems":
        yield _twice(path, error.instance)
    else:
        what, fix = _words(keyword, facts, parent, error.instance)
        if not path and error.instance is None:
            what, fix = f"expected {parent.get('title', 'a mapping')}, found nothing", ""
        yield _Told(path, what + ".", parent.get("x-fix", fix))


def _schema_at(root: Any, path: Iterable[str | int]) -> JsonObject:
    """The schema at an evaluation path. What stands beside a `$ref` is laid over what it leads to."""
    node = root
    for step in path:
        try:
            target = node[step]
            if step == "$ref" and isinstance(target, str):
                beside = {key: value for key, value in node.items() if key != "$ref"}
                target = {**_schema_at(root, target.split("/")[1:]), **beside}
            node = target
        except (KeyError, IndexError, TypeError):
            return {}
    return node if isinstance(node, dict) else {}


def _union(error: Any, branches: Sequence[Sequence[Any]], parent: JsonObject, root: JsonObject) -> Iterator[_Told]:
    path, value = list(error.instance_path), error.instance
    if not all(branches):
        yield _Told(tuple(path), f"{describe(value)} fits more than one of the forms that are allowed here.")
        return
    at_root = [[one for one in branch if one.instance_path == path and one.kind.name in _MISFIT] for branch in branches]
    fitting = [branch for branch, misfits in zip(branches, at_root, strict=True) if not misfits]
    if not fitting:  # a value of the right type that is only not among those that are allowed
        fitting = [
            branch
            for branch, misfits in zip(branches, at_root, strict=True)
            if all(
                one.kind.name == "enum" and any(type(option) is type(value) for option in _options(one))
                for one in misfits
            )
        ]
        fitting = fitting if len(fitting) == 1 else []
    if fitting:
        for one in min(fitting, key=len):
            yield from _tell(one, root, parent if one.instance_path == path else None)
        return
    wrong_types = [[one for one in branch if one.kind.name == "type"] for branch in at_root]
    misfits = [one for branch, types in zip(at_root, wrong_types, strict=True) for one in types or branch]
    expected = parent.get("title") or _either(misfits, root)
    options = [option for one in misfits for option in _options(one) if isinstance(option, str)]
    near = nearest(value, options) if isinstance(value, str) else None
    fix = (
        f"Did you mean {quoted(near)}?" if near is not None else parent.get("x-fix", _type_fix(_types(misfits), value))
    )
    yield _Told(tuple(path), f"expected {expected}, found {describe(value)}.", fix)


def _options(error: Any) -> list[Json]:
    facts = error.kind.as_dict()
    if error.kind.name == "const":
        return [facts["expected_value"]]
    if error.kind.name == "enum":
        return list(facts["options"])
    return [option for branch in facts.get("context", ()) for one in branch for option in _options(one)]


def _types(errors: Iterable[Any]) -> list[str]:
    return [name for error in errors if error.kind.name == "type" for name in error.kind.as_dict()["types"]]


def _either(errors: Iterable[Any], root: JsonObject) -> str:
    words: list[str] = []
    for error in errors:
        if error.kind.name == "type":
            title = _schema_at(root, error.evaluation_path[:-1]).get("title")
            words += [title] if title else _type_words(error.kind.as_dict()["types"])
        else:
            words += [quoted_json(option) for option in _options(error)]
    return _or(list(dict.fromkeys(words)))


def _type_words(types: Iterable[str]) -> list[str]:
    return [word for name, word in _TYPES.items() if name in types]


def _or(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _twice(path: Path, items: Sequence[Json]) -> _Told:
    shown = [quoted_json(item, 10_000) for item in items]
    index = next((index for index, item in enumerate(shown) if item in shown[:index]), 0)
    return _Told((*path, index), f"{quoted_json(items[index])} stands in the list twice.", "Keep one of them.")


def _words(keyword: str, facts: JsonObject, schema: JsonObject, value: Json) -> tuple[str, str]:
    """What and fix of an error that speaks of one value alone."""
    title, found = schema.get("title"), describe(value)
    if keyword == "type":
        return f"expected {title or _or(_type_words(facts['types']))}, found {found}", _type_fix(facts["types"], value)
    if keyword in ("enum", "const"):
        options = facts["options"] if keyword == "enum" else [facts["expected_value"]]
        near = (
            nearest(value, [option for option in options if isinstance(option, str)])
            if isinstance(value, str)
            else None
        )
        one_of = "one of " if len(options) > 1 else ""
        return (
            f"expected {one_of}{listed(options)}, found {found}",
            f"Did you mean {quoted(near)}?" if near is not None else "",
        )
    if keyword == "minLength" and not value:
        return f"expected {title or 'a text'}, found an empty text", ""
    if keyword in _LENGTHS:
        bound, things = _LENGTHS[keyword]
        plural = things if facts["limit"] != 1 else things.removesuffix("s")
        has = f"found {len(value)}" if value else f"found {found}"
        return f"expected {bound} {facts['limit']:,} {plural}, {has}", ""
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        return f"expected {title or _range(schema)}, found {found}", f"Write {_range(schema)}." if title else ""
    if keyword == "pattern":
        return f"expected {title or 'a text of the form ' + facts['pattern']}, found {found}", ""
    return f"expected {title}, found {found}" if title else f"{found} cannot stand here ({keyword})", ""


_LENGTHS: Final[Mapping[str, tuple[str, str]]] = {
    "minLength": ("at least", "characters"),
    "maxLength": ("at most", "characters"),
    "minItems": ("at least", "items"),
    "maxItems": ("at most", "items"),
    "minProperties": ("at least", "keys"),
    "maxProperties": ("at most", "keys"),
}


def _range(schema: JsonObject) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    above = "more than" if "exclusiveMinimum" in schema else "at least"
    below = "less than" if "exclusiveMaximum" in schema else "at most"
    if low is None:
        return f"{below} {high:,}"
    return f"{above} {low:,}" if high is None else f"{above} {low:,} and {below} {high:,}"


def _type_fix(types: Sequence[str], value: Json) -> str:
    if value is None:
        return "Write a value here."
    if isinstance(value, str) and ("integer" in types or "number" in types):
        number = _LEADING_NUMBER.match(value)
        return f"Write {number[1]}." if number else ""
    if "string" in types and isinstance(value, bool | int | float):
        return f'Write "{quoted_json(value)}" in quotes.'
    if "array" in types and isinstance(value, str | bool | int | float):
        return f"Write [{value if isinstance(value, str) and value.isalnum() else quoted_json(value)}]."
    return ""
