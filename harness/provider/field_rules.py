"""The rule of one field, read off a schema."""

from __future__ import annotations

from collections.abc import Iterable

from harness.model import EMPTY, Json, JsonObject
from harness.provider.checking import look
from harness.provider.records import ABSENT, FieldRule
from harness.provider.schemas import Schemas, literals

_NUMBERS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minItems",
    "max_items": "maxItems",
}
#: Of several forms the loosest bound counts: the lowest of these, the highest of the others.
_LOWEST = frozenset({"minimum", "exclusive_minimum", "min_length", "min_items"})


def field_rule(schemas: Schemas, schema: JsonObject, field: str, body: Json, *, model: str | None) -> FieldRule | None:
    """What the field at a dotted path may be; None when the schema does not know it.

    `body` chooses the form of a union on the way. A union itself gives the loosest of its forms' bounds: a duration
    of 4 to 15 or "auto" has minimum 4, maximum 15 and `also` ("auto",).
    """
    holder, found = schema, schema
    steps = [int(step) if step.isdecimal() and len(step) < 10 else step for step in field.split(".")]
    for depth, step in enumerate(steps):
        value = look(body, tuple(steps[:depth]))
        holder = schemas.form_of(found, value) or found
        child = schemas.child(found, step, value)
        if child is None:
            child = schemas.child(found, step)  # the body's form of a union has no such key: any other's
        if child is None:
            return None
        found = child
    forms = _leaves(schemas, found)
    closed = [literals(form) for form in forms]
    values = _once(value for group in closed for value in group)
    bounds = {
        name: _loosest(name, [form[word] for form in forms if isinstance(form.get(word), int | float)])
        for name, word in _NUMBERS.items()
    }
    replaced = found.get("x-deprecated-values", EMPTY)
    return FieldRule(
        field=field,
        model=model,
        required=steps[-1] in holder.get("required", ()),
        types=schemas.types(found),
        allowed=values if all(closed) else (),
        also=() if all(closed) else values,
        pattern=next((form["pattern"] for form in forms if len(forms) == 1 and "pattern" in form), None),
        default=next((form["default"] for form in (found, *forms) if "default" in form), ABSENT),
        deprecated=bool(found.get("deprecated")),
        replaced=replaced,
        schema=found,
        **bounds,
    )


def _leaves(schemas: Schemas, schema: JsonObject) -> list[JsonObject]:
    """The forms of a union, and theirs, down to schemas that are none; the schema itself when it is none."""
    forms = schemas.forms(schema)
    return [leaf for form in forms for leaf in _leaves(schemas, form)] if forms else [schema]


def _once(values: Iterable[Json]) -> tuple[Json, ...]:
    """Each value once; true is not 1, and a value may be a list."""
    found: list[Json] = []
    for value in values:
        if not any(type(value) is type(other) and value == other for other in found):
            found.append(value)
    return tuple(found)


def _loosest(name: str, values: list[Json]) -> Json:
    if not values:
        return None
    return min(values) if name in _LOWEST else max(values)
