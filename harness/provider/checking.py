"""One body against one schema: jsonschema-rs finds the errors, this module says them as neutral Issues.

A valid body costs under a microsecond in the validator; only a refused one is looked at further.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from harness.model import EMPTY, Asset, Json, JsonObject, Path
from harness.provider.records import ABSENT, Issue, IssueKind
from harness.provider.schemas import Schemas, follow, json_type, literals, tag_field

if TYPE_CHECKING:
    import jsonschema_rs

#: Deeper values are validated as empty: no contract looks there, and the validator refuses 255 levels.
_DEPTH: Final = 100
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_FILLER: Final = "\ufffd"
_LAST: Final = (math.inf,)

_KINDS: Final[Mapping[str, IssueKind]] = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_keys",
    "maxProperties": "max_keys",
    "uniqueItems": "unique",
    "pattern": "pattern",
    "format": "format",
}


class Checker:
    """One compiled schema. Compiling takes 0.3 to 0.7 ms for Runway's."""

    def __init__(self, schemas: Schemas, schema: JsonObject, *, utf16: bool) -> None:
        """`utf16`: lengths count UTF-16 units, as JavaScript does, and not code points.

        Raises ValueError when the schema cannot be compiled (a pattern that is none, a type that does not exist).
        """
        import jsonschema_rs  # lazily: 28 ms of start-up

        self._schemas = schemas
        self._root: dict[str, Json] = schemas.closure(schema)
        self._utf16 = utf16
        self._validator: jsonschema_rs.Validator = jsonschema_rs.Draft202012Validator(self._root)

    def accepts(self, body: Json) -> bool:
        """True when a body has no mistake: under a microsecond, and the time to copy it."""
        return self._validator.is_valid(plain_json(body, utf16=self._utf16))

    def issues(self, body: Json) -> tuple[Issue, ...]:
        """Every mistake of a body, as the schema lists the fields; keys it does not know after them, rules last."""
        plain = plain_json(body, utf16=self._utf16)
        if self._validator.is_valid(plain):
            return ()
        found = self._ordered(self._validator.iter_errors(plain), body, (), self._schemas.resolve(self._root))
        if any(not issue.of_measure for issue in found):  # a rule between fields needs fields of the right shape
            found = [issue for issue in found if issue.kind != "rule"]
        return tuple(found)

    def _read(self, errors: Iterable[jsonschema_rs.ValidationError], body: Json) -> list[Issue]:
        """Errors as issues: each once, and of two at one value the closed set tells more than the type."""
        found: list[Issue] = []
        alike: dict[tuple[IssueKind, Path], list[Issue]] = {}  # a body may hold thousands, few of them at one place
        for error in errors:
            for issue in self._issues_of(error, body):
                same = alike.setdefault((issue.kind, issue.path), [])
                if issue not in same:
                    same.append(issue)
                    found.append(issue)
        closed = {issue.path for issue in found if issue.kind in {"enum", "null", "union"}}
        return [issue for issue in found if issue.kind != "type" or issue.path not in closed]

    def _ordered(
        self, errors: Iterable[jsonschema_rs.ValidationError], body: Json, path: Path, schema: JsonObject
    ) -> list[Issue]:
        """The issues of the value at a path, in the order in which its schema names what is inside."""
        value = look(body, path)
        return sorted(self._read(errors, body), key=lambda issue: self._place(issue, schema, value, len(path)))

    def _issues_of(self, error: jsonschema_rs.ValidationError, body: Json) -> list[Issue]:
        path: Path = tuple(error.instance_path)
        holder, rule = self._holder(error.schema_path)
        value = look(body, path)
        if rule is not None:
            at = tuple(rule.get("x-path", path))
            return [Issue(kind="rule", path=at, value=look(body, at), text=str(rule.get("x-text", "")), schema=rule)]
        name, facts = error.kind.name, error.kind.as_dict()
        if name == "required" and isinstance(value, Mapping):
            field = facts["property"]
            schema = self._schemas.child(holder, field, value) or EMPTY
            return [self._blank("missing", schema, (*path, field), ABSENT)]
        if name in {"additionalProperties", "unevaluatedProperties"}:
            known = set(facts["unexpected"])
            keys = tuple(key for key in value if _shown(key) in known) if isinstance(value, Mapping) else ()
            return [Issue(kind="unknown_keys", path=path, value=value, keys=keys, schema=holder)]
        if value is None and name in {"type", "enum", "const", "anyOf", "oneOf"}:
            return [self._blank("null", holder, path, None)]
        if name in {"type", "enum", "const"}:
            return [self._wrong(holder, path, value)]
        if name in {"anyOf", "oneOf"}:
            return self._union(error, holder, path, value, body)
        kind = _KINDS.get(name, "schema")
        bound = facts.get("limit", facts.get("multiple_of"))
        return [Issue(kind=kind, path=path, value=value, bound=bound, expected=self._word(holder), schema=holder)]

    def _union(
        self, error: jsonschema_rs.ValidationError, holder: JsonObject, path: Path, value: Json, body: Json
    ) -> list[Issue]:
        """What a union found wrong: of the form that the value's tag means, or of the one form whose shape fits.

        Zod 4 does the same (handleUnionResults): when exactly one form did not give up on the value's shape, its
        issues stand alone; else every form's are listed.
        """
        context = list(getattr(error.kind, "context", None) or ())
        tags, tag = self._schemas.tags(holder), tag_field(holder)
        if tags is not None and tag is not None:
            if not isinstance(value, Mapping):
                return [Issue(kind="type", path=path, value=value, expected="object", schema=holder)]
            found = value.get(tag, ABSENT)
            if not isinstance(found, str) or found not in tags or tags[found] >= len(context):
                return [discriminator_issue((*path, tag), found, tuple(tags), holder)]
            return self._read(context[tags[found]], body)
        forms = (*self._schemas.forms(holder), *(holder for _ in context))
        branches = tuple(
            tuple(self._ordered(errors, body, path, form)) for errors, form in zip(context, forms, strict=False)
        )
        fitting = [branch for branch in branches if branch and all(issue.of_measure for issue in branch)]
        if len(fitting) == 1:
            return list(fitting[0])
        expected = self._word(holder)
        return [Issue(kind="union", path=path, value=value, expected=expected, branches=branches, schema=holder)]

    def _wrong(self, schema: JsonObject, path: Path, value: Json) -> Issue:
        allowed = literals(schema)
        kind: IssueKind = "enum" if allowed else "type"
        return Issue(kind=kind, path=path, value=value, expected=self._word(schema), allowed=allowed, schema=schema)

    def _blank(self, kind: IssueKind, schema: JsonObject, path: Path, value: Json) -> Issue:
        """A missing or null value: what stood to be there; a union lists it for each of its forms."""
        forms = self._schemas.forms(schema)
        return Issue(
            kind=kind,
            path=path,
            value=value,
            expected=self._word(schema),
            allowed=literals(schema),
            branches=tuple((self._blank(kind, form, path, value),) for form in forms),
            schema=schema,
        )

    def _word(self, schema: JsonObject) -> str:
        return "|".join(self._schemas.types(schema))

    def _holder(self, schema_path: list[str | int]) -> tuple[JsonObject, JsonObject | None]:
        """The schema that holds the broken keyword, and the rule between fields that it is part of, if any."""
        node: Json = self._root
        holder: JsonObject = self._root
        rule: JsonObject | None = None
        for step in schema_path:
            if isinstance(node, Mapping):
                holder = node
                rule = node if rule is None and "x-rule" in node else rule
            node = follow(node, step)
        return holder, rule

    def _place(self, issue: Issue, schema: JsonObject | None, value: Json, depth: int) -> tuple[tuple[float, ...], ...]:
        """A sort key: the order in which the schema names the fields; a whole object before its parts.

        `schema` and `value` are what stands `depth` steps down the issue's path.
        """
        if issue.kind == "rule":
            return (_LAST, _LAST)
        key: list[tuple[float, ...]] = []
        for step in issue.path[depth:]:
            if isinstance(step, int):
                key.append((step,))
            else:
                names = list(self._names(schema, value)) if schema is not None else []
                key.append((names.index(step),) if step in names else (len(names), 0))
            schema = self._schemas.child(schema, step, value) if schema is not None else None
            value = follow(value, step)
        if issue.kind == "unknown_keys":
            key.append(_LAST)
        return tuple(key)

    def _names(self, schema: JsonObject, value: Json) -> Iterable[str]:
        """The keys that a schema lists: of a union those of the form that the value means, else those of all."""
        yield from schema.get("properties", EMPTY)
        forms = self._schemas.forms(schema)
        chosen = self._schemas.form_of(schema, value) if forms else None
        for form in forms if chosen is None else (chosen,):
            yield from self._names(form, value)


def discriminator_issue(path: Path, value: Json, known: tuple[str, ...], schema: JsonObject) -> Issue:
    """The field that names the variant is missing, or names none of them."""
    return Issue(kind="discriminator", path=path, value=value, expected="string", allowed=known, schema=schema)


def look(body: Json, path: Path) -> Json:
    """The value at a path, ABSENT where there is none."""
    for step in path:
        body = follow(body, step)
    return body


def plain_json(value: Json, *, utf16: bool, depth: int = 0) -> Json:
    """A body as the validator takes it, in new containers.

    Assets become their text, lone surrogates (which no UTF-8 can hold) a filler, and with `utf16` each character
    outside the basic plane becomes two, so that lengths count as JavaScript's do.
    """
    if isinstance(value, str):
        return value if value.isascii() else _measured(value, utf16=utf16)
    if isinstance(value, Mapping):
        if depth == _DEPTH:
            return {}
        return {_shown(key): plain_json(item, utf16=utf16, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [] if depth == _DEPTH else [plain_json(item, utf16=utf16, depth=depth + 1) for item in value]
    return asset_text(value) if isinstance(value, Asset) else value


def without_assets(value: Json) -> Json:
    """A payload with each asset replaced by the text that it sends, in new containers; all else as it is."""
    if isinstance(value, Mapping):
        return {key: without_assets(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_assets(item) for item in value]
    return asset_text(value) if isinstance(value, Asset) else value


def _measured(text: str, *, utf16: bool) -> str:
    text = _SURROGATE.sub(_FILLER, text)
    return _ASTRAL.sub(_FILLER * 2, text) if utf16 else text


def _shown(key: Json) -> str:
    return key if isinstance(key, str) and key.isascii() else _SURROGATE.sub(_FILLER, str(key))


@lru_cache(maxsize=8)
def asset_text(asset: Asset) -> str:
    """What an asset sends, as text. The few last ones are kept: variants share them, and they are megabytes."""
    return asset.data_uri.decode("ascii")


def type_issue(path: Path, value: Json, expected: str, schema: JsonObject) -> Issue:
    """A value of another JSON type than `expected`; null is told apart."""
    kind: IssueKind = "null" if json_type(value) == "null" else "type"
    return Issue(kind=kind, path=path, value=value, expected=expected, schema=schema)
