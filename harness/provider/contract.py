"""The contract: an OpenAPI 3.1 document read as a judge of bodies.

The document is data and holds everything that differs between versions. Beside standard OpenAPI it may say:

- on an operation: `x-creates-task: true` (without any such mark every POST counts), `x-poll` (the route that tells the
  task's state, with {id}), `x-output` (video, image or audio);
- on a union: `discriminator.propertyName` or `x-discriminator`, the field that tells its forms apart;
- on an object: `x-unknown-keys: ignored | unverified` (a key that the contract does not list is dropped, or nobody
  knows; a closed object says `additionalProperties: false`), `x-open: true` (its keys were never published);
- on a value: `deprecated: true`, `x-deprecated-values: {old: new}`, `x-media`, `x-source` (where a fact comes from),
  `x-file`, what the file behind a media URI must be (min_aspect, max_aspect: width / height; min_side, max_side:
  pixels; min_s, max_s: seconds), `x-saved: {status, code, text}`, the refusal where it names nothing that the account
  has saved;
- in `allOf`: a rule between fields, `{x-rule: id, x-path: [field to blame], x-text: sentence, if: …, then: …}`;
- in `info.x-string-lengths`: "UTF-16 code units" when lengths count as JavaScript's do;
- in `info.x-errors`, how the API words a refusal, for the mock:
    `style`: `zod4` (all issues at once; the texts are Zod's) or `flat-first` (the first mistake, one plain sentence);
    `unknown_model`: {status, text}, the answer to a model that does not exist, with {model};
    `texts`: a sentence for each issue kind, `default` for the rest, with {field} {allowed} {bound} {value}
    {expected} {keys}. `allowed` and `keys` are joined by ", ".
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from harness.model import EMPTY, Json, JsonObject, Path
from harness.provider.checking import Checker, discriminator_issue, type_issue, without_assets
from harness.provider.field_rules import field_rule
from harness.provider.records import ABSENT, Deprecation, Endpoint, FieldRule, Issue
from harness.provider.schemas import Schemas, follow, literals, named_fields, tag_field
from harness.words import told
from harness.yamlio import nearest

_METHODS: Final = ("post", "put", "patch")


class _Operation(NamedTuple):
    """An endpoint's schemas: `schema` is the whole body's, `models` the body's schema for each model it takes."""

    endpoint: Endpoint
    definition: JsonObject
    schema: JsonObject | None
    tag: str | None
    models: Mapping[str, JsonObject]


class Between(NamedTuple):
    """A rule between the fields of a body. `keeps` says whether a body keeps it."""

    fields: frozenset[str]
    keeps: Callable[[Json], bool]


class ContractError(ValueError):
    """A contract that cannot be used. `why` is a part of a sentence, without its full stop."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Contract:
    """What an API promises to accept. Reading is lazy: a schema is compiled when the first body meets it."""

    def __init__(self, document: JsonObject, *, version: str, file: str = "") -> None:
        """`document` is OpenAPI 3.1 (`openapi_schema`). ContractError when it has no operation that creates a task."""
        self.document = document
        self.version = version
        self.file = file
        info = document.get("info", EMPTY)
        self.errors: JsonObject = info.get("x-errors", EMPTY)
        self._schemas = Schemas(document)
        self._utf16 = "utf-16" in str(info.get("x-string-lengths", "")).lower()
        self._operations = {operation.endpoint.key: operation for operation in self._read_operations()}
        if not self._operations:
            raise ContractError(told("contract.no_create"))
        self.endpoints: Mapping[str, Endpoint] = {key: item.endpoint for key, item in self._operations.items()}
        self._checkers: dict[tuple[str, str | None], Checker] = {}
        self._rules: dict[tuple[str, str | None, str], FieldRule | None] = {}
        self._meant: dict[tuple[Json, ...], Path | None] = {}

    def validate(self, endpoint: Endpoint, body: Json) -> tuple[Issue, ...]:
        """Every mistake of a body at once, in the contract's order; empty when it is as the contract wants it.

        An endpoint that the contract does not know has no mistakes. A missing or unknown model is one issue of kind
        "discriminator", and nothing else is said: without a model there is no schema. Assets may be leaves.
        """
        operation = self._operations.get(endpoint.key)
        if operation is None or operation.schema is None:
            return ()
        model = None
        if operation.tag is not None:
            if not isinstance(body, Mapping):
                return (type_issue((), body, "object", operation.schema),)
            model = body.get(operation.tag, ABSENT)
            if not isinstance(model, str) or model not in operation.models:
                return (discriminator_issue((operation.tag,), model, tuple(operation.models), operation.schema),)
        return self._checker(operation, model).issues(body)

    def undocumented(self, endpoint: Endpoint, body: Json) -> tuple[Path, ...]:
        """The keys that the contract does not know, whether the API refuses or ignores them."""
        _, schema = self._chosen(endpoint, body)
        return () if schema is None else tuple(self._unknown(schema, body, ()))

    def meant(self, endpoint: Endpoint, body: Json, path: Path) -> Path | None:
        """The key that an unknown one, at `path`, is like and that is not there; None for a key of another model."""
        model, schema = self._chosen(endpoint, body)
        if schema is None or not path:
            return None
        if len(path) > 1:
            return self._nearest(schema, body, path)
        key = (endpoint.key, model, path, tuple(body))  # ten thousand rows have the same one
        if key not in self._meant:
            others = self._operations[endpoint.key].models.values()
            elsewhere = any(self._schemas.child(other, path[0]) is not None for other in others)
            self._meant[key] = None if elsewhere else self._nearest(schema, body, path)
        return self._meant[key]

    def deprecated(self, endpoint: Endpoint, body: Json) -> tuple[Deprecation, ...]:
        """The keys and values of a body that are on their way out."""
        _, schema = self._chosen(endpoint, body)
        return () if schema is None else tuple(self._old(schema, body, ()))

    def rule(self, endpoint: Endpoint, body: Json, field: str) -> FieldRule | None:
        """What one field may be (dotted: promptImage.0.position), for the model that the body names or the nearest one.

        None when the contract does not know the endpoint, the model or the field.
        """
        operation = self._operations.get(endpoint.key)
        if operation is None or operation.schema is None:
            return None
        if operation.tag == field:
            models = tuple(operation.models)
            return FieldRule(field=field, required=True, types=("string",), allowed=models, schema=operation.schema)
        model, schema = self._chosen(endpoint, body, nearest=True)
        if schema is None:
            return None
        if "." in field:  # the form of a union hangs on the body
            return field_rule(self._schemas, schema, field, body, model=model)
        key = (endpoint.key, model, field)
        if key not in self._rules:
            self._rules[key] = field_rule(self._schemas, schema, field, EMPTY, model=model)
        return self._rules[key]

    def fields(self, endpoint: Endpoint, model: str | None = None) -> tuple[str, ...]:
        """The names of a body's fields, as the contract lists them."""
        return tuple(self.schema(endpoint, model).get("properties", EMPTY))

    def schema(self, endpoint: Endpoint, model: str | None = None) -> JsonObject:
        """The schema of a body for one model; without a model, or with an unknown one, the whole endpoint's."""
        operation = self._operations.get(endpoint.key)
        if operation is None:
            return EMPTY
        return operation.models.get(model or "", operation.schema or EMPTY)

    def resolve(self, schema: Json) -> JsonObject:
        """A schema with its reference followed."""
        return self._schemas.resolve(schema)

    def response_schema(self, endpoint: Endpoint, status: int = 200) -> JsonObject:
        """What an answer of the create looks like; empty when the contract does not say."""
        operation = self._operations.get(endpoint.key)
        answers = operation.definition.get("responses", EMPTY) if operation else EMPTY
        return self._content(answers.get(str(status), EMPTY)) or EMPTY

    def tag(self, endpoint: Endpoint) -> str | None:
        """The field that chooses the schema of a body ("model"), None where there is one schema for all."""
        operation = self._operations.get(endpoint.key)
        return operation.tag if operation else None

    def plain(self, payload: Json) -> Json:
        """The payload as plain JSON: assets as the text that is sent."""
        return without_assets(payload)

    def between(self, endpoint: Endpoint, model: str | None = None) -> tuple[Between, ...]:
        """The rules between the fields of a body of one model: each judges by these fields alone."""
        parts = [self._schemas.resolve(part) for part in self.schema(endpoint, model).get("allOf", ())]
        return tuple(
            Between(frozenset(named_fields(part)), Checker(self._schemas, part, utf16=self._utf16).accepts)
            for part in parts
        )

    def compile_all(self) -> Iterator[tuple[str, str]]:
        """Compile every schema; yields what cannot be used: the schema, or the endpoint (and model), and why."""
        circles = list(self._schemas.circles())
        yield from ((name, told("contract.circle")) for name in circles)
        if circles:
            return
        for key, operation in self._operations.items():
            for model in operation.models or (None,):
                try:
                    self._checker(operation, model)
                except ValueError as error:
                    why = told("contract.said", text=str(error).partition("\n")[0])
                    yield f"{key} {model}" if model else key, why

    def _chosen(self, endpoint: Endpoint, body: Json, *, nearest: bool = False) -> tuple[str | None, JsonObject | None]:
        """The model that a body names, and its schema; with `nearest` a misspelt model counts as the one meant."""
        operation = self._operations.get(endpoint.key)
        if operation is None or operation.tag is None:
            return None, operation.schema if operation else None
        stated = body.get(operation.tag) if isinstance(body, Mapping) else None
        model = stated if isinstance(stated, str) else None
        if nearest and model not in operation.models:
            known = list(operation.models)
            near = difflib.get_close_matches(model[:100], known, n=1) if model else []
            model = near[0] if near else known[0] if len(known) == 1 else None
        return (model, operation.models[model]) if model is not None and model in operation.models else (None, None)

    def _checker(self, operation: _Operation, model: str | None) -> Checker:
        key = (operation.endpoint.key, model)
        if key not in self._checkers:
            schema = operation.models[model] if model is not None else operation.schema
            self._checkers[key] = Checker(self._schemas, schema or EMPTY, utf16=self._utf16)
        return self._checkers[key]

    def _nearest(self, schema: JsonObject, body: Json, path: Path) -> Path | None:
        found, holder = schema, body
        for step in path[:-1]:
            found, holder = self._schemas.child(found, step, holder) or EMPTY, follow(holder, step)
        known = self._schemas.keys(found, holder) if isinstance(holder, Mapping) else ()
        near = nearest(str(path[-1]), (key for key in known if key not in holder))
        return None if near is None else (*path[:-1], near)

    def _unknown(self, schema: JsonObject, value: Json, path: Path) -> Iterator[Path]:
        if isinstance(value, Mapping):
            open_to_all = schema.get("x-open") or not _speaks_of_keys(self._schemas, schema)
            for key, item in value.items():
                known = self._schemas.child(schema, key, value)
                if known is not None:
                    yield from self._unknown(known, item, (*path, key))
                elif not open_to_all:
                    yield (*path, key)
        elif isinstance(value, list | tuple):
            for index, item in enumerate(value):
                known = self._schemas.child(schema, index, value)
                if known is not None:
                    yield from self._unknown(known, item, (*path, index))

    def _old(self, schema: JsonObject, value: Json, path: Path) -> Iterator[Deprecation]:
        instead = schema.get("x-deprecated-values", EMPTY)
        if schema.get("deprecated"):
            yield Deprecation(path=path, value=value)
        elif isinstance(value, str) and value in instead:
            yield Deprecation(path=path, value=value, instead=instead[value])
        inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        for step, item in inner:
            known = self._schemas.child(schema, step, value)
            if known is not None:
                yield from self._old(known, item, (*path, step))

    def _read_operations(self) -> Iterator[_Operation]:
        paths = self.document.get("paths", EMPTY)
        found = [
            (path, method, operation)
            for path, item in paths.items()
            if isinstance(item, Mapping)
            for method in _METHODS
            if isinstance(operation := item.get(method), Mapping)
        ]
        marked = [item for item in found if item[2].get("x-creates-task")]
        for path, method, operation in marked or [item for item in found if item[1] == "post"]:
            yield self._operation(path, method, operation)

    def _operation(self, path: str, method: str, definition: JsonObject) -> _Operation:
        schema = self._content(definition.get("requestBody", EMPTY))
        tag = tag_field(schema) if schema else None
        models: dict[str, JsonObject] = {}
        if schema is not None and tag is not None:
            forms = self._schemas.forms(schema)
            models = {value: forms[index] for value, index in (self._schemas.tags(schema) or {}).items()}
        names = tuple(models) if tag == "model" else ()
        if schema is not None and not names:
            stated = self._schemas.resolve(schema.get("properties", EMPTY).get("model"))
            names = tuple(str(value) for value in literals(stated))
        endpoint = Endpoint(
            key=str(definition.get("operationId") or path.strip("/").replace("/", "_")),
            method=method.upper(),
            path=path,
            poll_path=str(definition.get("x-poll", "")),
            kind=definition.get("x-output"),
            models=names,
        )
        return _Operation(endpoint, definition, schema, tag if models else None, models)

    def _content(self, part: Json) -> JsonObject | None:
        content = self._schemas.resolve(part).get("content", EMPTY)
        schema = content.get("application/json", EMPTY).get("schema")
        return None if schema is None else self._schemas.resolve(schema)


def _speaks_of_keys(schemas: Schemas, schema: JsonObject) -> bool:
    """True when an object's schema lists keys at all: else any key is as good as another."""
    if schema.get("additionalProperties") is False or schema.get("properties"):
        return True
    return any(_speaks_of_keys(schemas, form) for form in schemas.forms(schema))
