"""JSON Schema errors → our sentences: what was expected in the schema's own words, what was found, what to do.

A schema's `title` is the noun phrase of what is expected ("a whole number of seconds"): it reads better than the type.
Its own keyword `x-fix` says what to do where the general words would not help, `x-meant` by which other words,
in small letters, each of those that are allowed may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from harness.errors import Mistake
from harness.model import Json, JsonObject, Path
from harness.words import joined, known, told
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

#: In the order in which several are told (`shape.…`).
_TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")
#: At the root of a branch of a union these say: the branch is meant for another kind of value.
_MISFIT: Final = frozenset({"type", "const", "enum"})
_LEADING_NUMBER: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)")
#: Compiled schemas by the schema's id; the schema stands beside, so that its id stays its own.
_compiled: Final[dict[int, tuple[JsonObject, Any]]] = {}


class _Found(NamedTuple):
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
    found = list(dict.fromkeys(one for error in validator.iter_errors(doc.data) for one in _tell(error, schema)))
    places = [doc.where(item.path, key=item.key) for item in found]
    order = sorted(range(len(found)), key=lambda index: (places[index].line, places[index].column))
    ordered = [found[index] for index in order]
    mistakes = [mistake(doc, item.path, item.what, item.fix, key=item.key) for item in ordered]
    return mistakes, frozenset(item.path for item in found)


def _tell(error: Any, root: JsonObject, around: JsonObject | None = None) -> Iterator[_Found]:
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
        there = list(parent.get("properties", ()))
        free = [name for name in there if name not in error.instance]
        for name in facts["unexpected"]:
            fix = _meant(parent, name) or did_you_mean(name, there if nearest(name, there) else free)
            yield _Found((*path, name), told("check.unknown_key"), fix, key=True)
    elif keyword == "required":
        name = facts["property"]
        meant = _title(_schema_at(parent, ("properties", name)))
        fix = told("fix.add.meant", meant=meant) if meant else told("fix.add")
        yield _Found(path, told("check.missing", key=quoted(name)), fix)
    elif keyword == "propertyNames":
        inner = facts["error"]
        expected = _title(_schema_at(root, inner.evaluation_path[:-1])) or told("shape.other_key")
        options = [option for option in _options(inner) if isinstance(option, str)]
        wanted = told("check.wanted", expected=expected)
        yield _Found((*path, inner.instance), wanted, did_you_mean(inner.instance, options), key=True)
    elif keyword == "uniqueItems":
        yield _twice(path, error.instance)
    else:
        what, fix = _words(keyword, facts, parent, error.instance)
        if not path and error.instance is None:
            what, fix = told("check.expected.nothing", expected=_title(parent) or told("shape.object")), ""
        yield _Found(path, what, _own_fix(parent) or fix)


def _title(schema: JsonObject) -> str:
    """What a schema calls the value that it wants; nothing where it has no word for it."""
    return known("schema", schema.get("title", ""))


def _own_fix(schema: JsonObject) -> str:
    return known("schema", schema.get("x-fix", ""))


def _meant(schema: JsonObject, word: Json) -> str:
    """What is meant by a word that is none of those that are allowed, where the schema knows it."""
    known = schema.get("x-meant", {}).items() if isinstance(word, str) else ()
    meant = next((name for name, words in known if word.lower() in words.split()), None)
    return "" if meant is None else told("fix.did_you_mean", near=quoted(meant))


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


def _union(error: Any, branches: Sequence[Sequence[Any]], parent: JsonObject, root: JsonObject) -> Iterator[_Found]:
    path, value = list(error.instance_path), error.instance
    if not all(branches):
        yield _Found(tuple(path), told("check.many_forms", found=describe(value)))
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
    expected = _title(parent) or _either(misfits, root)
    options = [option for one in misfits for option in _options(one) if isinstance(option, str)]
    near = nearest(value, options) if isinstance(value, str) else None
    fix = told("fix.did_you_mean", near=quoted(near)) if near is not None else _own_fix(parent)
    fix = fix or _type_fix(_types(misfits), value)
    yield _Found(tuple(path), told("check.expected", expected=expected, found=describe(value)), fix)


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
            title = _title(_schema_at(root, error.evaluation_path[:-1]))
            words += [title] if title else _type_words(error.kind.as_dict()["types"])
        else:
            words += [quoted_json(option) for option in _options(error)]
    return joined(list(dict.fromkeys(words)))


def _type_words(types: Iterable[str]) -> list[str]:
    return [told(f"shape.{name}") for name in _TYPES if name in types]


def _twice(path: Path, items: Sequence[Json]) -> _Found:
    shown = [quoted_json(item, 10_000) for item in items]
    index = next((index for index, item in enumerate(shown) if item in shown[:index]), 0)
    return _Found((*path, index), told("check.twice", value=quoted_json(items[index])), told("fix.keep_one"))


def _words(keyword: str, facts: JsonObject, schema: JsonObject, value: Json) -> tuple[str, str]:
    """What and fix of an error that speaks of one value alone."""
    title, found = _title(schema), describe(value)
    if keyword == "type":
        expected = title or joined(_type_words(facts["types"]))
        return told("check.expected", expected=expected, found=found), _type_fix(facts["types"], value)
    if keyword in ("enum", "const"):
        what, fix = _closed(facts["options"] if keyword == "enum" else [facts["expected_value"]], value)
        return what, _meant(schema, value) or fix
    if keyword == "minLength" and not value:
        return told("check.expected", expected=title or told("shape.string"), found=found), ""
    if keyword in _LENGTHS:
        return told(f"check.{keyword}", limit=f"{facts['limit']:,}", found=len(value) if value else found), ""
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        within = _range(schema)
        fix = told("fix.write.range", range=within) if title else ""
        return told("check.expected", expected=title or within, found=found), fix
    if keyword == "pattern":
        expected = title or told("shape.pattern", pattern=facts["pattern"])
        return told("check.expected", expected=expected, found=found), ""
    if title:
        return told("check.expected", expected=title, found=found), ""
    return told("check.other", found=found, keyword=keyword), ""


_LENGTHS: Final = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"})


def _closed(options: Sequence[Json], value: Json) -> tuple[str, str]:
    """What and fix of a value that is not one of these."""
    texts = [option for option in options if isinstance(option, str)]
    near = nearest(value, texts) if isinstance(value, str) else None
    what = told(
        "check.expected.one_of" if len(options) > 1 else "check.expected",
        expected=listed(options),
        found=describe(value),
    )
    return what, told("fix.did_you_mean", near=quoted(near)) if near is not None else ""


def _range(schema: JsonObject) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    above = "range.above" if "exclusiveMinimum" in schema else "range.minimum"
    below = "range.below" if "exclusiveMaximum" in schema else "range.maximum"
    bounds = [told(above, low=f"{low:,}")] if low is not None else []
    bounds += [told(below, high=f"{high:,}")] if high is not None else []
    return joined(bounds, "words.and")


def _type_fix(types: Sequence[str], value: Json) -> str:
    if value is None:
        return told("fix.write.value")
    if isinstance(value, str) and ("integer" in types or "number" in types):
        number = _LEADING_NUMBER.match(value)
        return told("fix.write", value=number[1]) if number else ""
    if "string" in types and isinstance(value, bool | int | float):
        return told("fix.write.quoted", value=quoted_json(value))
    if "array" in types and isinstance(value, str | bool | int | float):
        item = value if isinstance(value, str) and value.isalnum() else quoted_json(value)
        return told("fix.write", value=f"[{item}]")
    return ""
