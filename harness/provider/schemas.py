"""Reading JSON Schema (draft 2020-12) as data: references, properties, the forms of a union. No validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from harness.model import EMPTY, Asset, Json, JsonObject
from harness.provider.records import ABSENT, Absent

#: A chain of references longer than this is a circle.
_HOPS: Final = 32
_NEVER: Final[JsonObject] = {"not": {}}


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document

    def at(self, reference: str) -> JsonObject:
        """What a local reference (#/components/schemas/Name) points at; empty where it leads nowhere."""
        node: Json = self.document
        for step in steps(reference):
            node = follow(node, step)
        return node if isinstance(node, Mapping) else EMPTY

    def resolve(self, schema: Json) -> JsonObject:
        """The schema with its reference followed; words beside the reference win. `true` is {}."""
        for _ in range(_HOPS):
            if not isinstance(schema, Mapping):
                return _NEVER if schema is False else EMPTY
            if not isinstance(reference := schema.get("$ref"), str):
                return schema
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self.at(reference), **beside} if beside else self.at(reference)
        return EMPTY

    def forms(self, schema: JsonObject) -> tuple[JsonObject, ...]:
        """The resolved forms of a union; empty when it is none."""
        listed = schema.get("anyOf") or schema.get("oneOf") or ()
        return tuple(self.resolve(form) for form in listed)

    def tags(self, schema: JsonObject) -> Mapping[str, int] | None:
        """Of a union whose forms are told apart by one field: the field's values, and the form that each means."""
        name = tag_field(schema)
        if name is None:
            return None
        listed = schema.get("anyOf") or schema.get("oneOf") or ()
        places = {
            form["$ref"]: index for index, form in enumerate(listed) if isinstance(form, Mapping) and "$ref" in form
        }
        mapping = schema.get("discriminator", EMPTY).get("mapping", EMPTY)
        found = {value: places[target] for value, target in mapping.items() if target in places}
        for index, form in enumerate(() if found else self.forms(schema)):
            for value in literals(self.resolve(form.get("properties", EMPTY).get(name))):
                found.setdefault(str(value), index)
        return found or {str(target).rpartition("/")[2]: index for target, index in places.items()}

    def form_of(self, schema: JsonObject, value: Json) -> JsonObject | None:
        """The form of a union that a value means: by its tag, else the first of its JSON type. Not a union: itself."""
        forms = self.forms(schema)
        if not forms:
            return schema
        tags = self.tags(schema)
        if tags is not None:
            tag = value.get(tag_field(schema)) if isinstance(value, Mapping) else None
            return forms[tags[tag]] if isinstance(tag, str) and tag in tags else None
        for form in forms:
            chosen = self.form_of(form, value)
            if chosen is not None and fits(value, self.types(chosen)):
                return chosen
        return None

    def child(self, schema: JsonObject, step: str | int, value: Json = ABSENT) -> JsonObject | None:
        """The resolved schema of a key or an item, through unions; None where the schema says nothing of it.

        `value` is the object or list that holds it, when there is one: it chooses the form of a union.
        """
        schema = self.resolve(schema)
        forms = self.forms(schema)
        if forms:
            chosen = self.form_of(schema, value)
            for form in (chosen,) if chosen is not None else forms:
                if (found := self.child(form, step, value)) is not None:
                    return found
        found = schema.get("properties", EMPTY).get(step) if isinstance(step, str) else _item(schema, step)
        if found is None and isinstance(step, str):
            found = schema.get("additionalProperties")
            found = found if isinstance(found, Mapping) else None
        return None if found is None else self.resolve(found)

    def keys(self, schema: JsonObject, value: Json) -> Iterator[str]:
        """The keys that an object may have, by this schema and the form of it that the object means (else by all)."""
        yield from schema.get("properties", EMPTY)
        forms = self.forms(schema)
        chosen = self.form_of(schema, value) if forms else None
        for form in (chosen,) if chosen is not None else forms:
            yield from self.keys(form, value)

    def types(self, schema: JsonObject) -> tuple[str, ...]:
        """The JSON types that a schema takes, in its order; empty when it does not say."""
        stated = schema.get("type")
        if isinstance(stated, str):
            return (stated,)
        if isinstance(stated, Sequence):
            return tuple(stated)
        values = literals(schema)
        words = [json_type(value) for value in values] if values else []
        words += [word for form in self.forms(schema) for word in self.types(form)]
        return tuple(dict.fromkeys(words))

    def circles(self) -> Iterator[str]:
        """The named schemas that have themselves among their forms, directly or not: reading them never ends."""
        for name, schema in self.document.get("components", EMPTY).get("schemas", EMPTY).items():
            try:
                self.types(self.resolve(schema))
            except RecursionError:
                yield name

    def closure(self, schema: JsonObject) -> dict[str, Json]:
        """The schema as a document of its own: with everything that it refers to, at the same places, and no more.

        Compiling it costs a tenth of compiling against the whole document.
        """
        root: dict[str, Json] = dict(schema)
        seen: set[str] = set()
        todo = list(references(schema))
        while todo:
            reference = todo.pop()
            if reference in seen:
                continue
            seen.add(reference)
            target = self.at(reference)
            todo += references(target)
            _put(root, steps(reference), target)
        return root


def _item(schema: JsonObject, index: int) -> Json:
    first = schema.get("prefixItems", ())
    return first[index] if index < len(first) else schema.get("items")


def _put(root: dict[str, Json], where: list[str], target: JsonObject) -> None:
    node = root
    for step in where[:-1]:
        inner = node.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        node = inner
    if where:
        node.setdefault(where[-1], target)


def references(schema: Json) -> Iterator[str]:
    """Every local reference inside a schema."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str) and value.startswith("#"):
                yield value
            else:
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def steps(reference: str) -> list[str]:
    """The keys of a JSON pointer.

    >>> steps("#/paths/~1v1~1tasks/get")
    ['paths', '/v1/tasks', 'get']
    """
    parts = unquote(reference).lstrip("#").split("/")[1:]
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def follow(node: Json, step: str | int) -> Json:
    """One step down; ABSENT where there is nothing. A number in a text counts as an index."""
    if isinstance(node, Mapping):
        return node.get(step, ABSENT)
    if isinstance(node, list | tuple) and str(step).isdecimal() and int(step) < len(node):
        return node[int(step)]
    return ABSENT


def tag_field(schema: JsonObject) -> str | None:
    """The field that tells the forms of a union apart (OpenAPI's `discriminator`, or `x-discriminator`)."""
    stated = schema.get("x-discriminator") or schema.get("discriminator")
    name = stated.get("propertyName") if isinstance(stated, Mapping) else stated
    return name if isinstance(name, str) else None


def literals(schema: JsonObject) -> tuple[Json, ...]:
    """The values of an `enum` or a `const`; empty when the schema is open."""
    return (schema["const"],) if "const" in schema else tuple(schema.get("enum", ()))


def named_fields(schema: Json) -> Iterator[str]:
    """The keys of an object that a schema speaks of, in `if` and `then` and all other forms.

    >>> sorted(named_fields({"if": {"required": ["a"]}, "then": {"properties": {"b": {"enum": [1]}}}}))
    ['a', 'b']
    """
    if not isinstance(schema, Mapping):
        return
    yield from schema.get("properties", ())
    yield from schema.get("required", ())
    for word in ("if", "then", "else", "not"):
        yield from named_fields(schema.get(word))
    for word in ("allOf", "anyOf", "oneOf"):
        for form in schema.get(word, ()):
            yield from named_fields(form)


def json_type(value: Json) -> str:
    """The JSON type of a value: "integer" for a whole number, "string" for an asset too."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str | Asset):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def fits(value: Json, types: tuple[str, ...]) -> bool:
    """True when a value is of one of the types; no types means any."""
    if not types or isinstance(value, Absent):
        return not types
    found = json_type(value)
    return found in types or (found == "integer" and "number" in types)
