"""Contracts that are not Runway's: other forms of OpenAPI, and keywords that Runway's does not use."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model import Json, JsonObject
from harness.provider import Contract
from harness.provider.examples import full, smallest
from harness.provider.schemas import Schemas, steps


def contract_of(schema: JsonObject, **components: Json) -> Contract:
    body = {"content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.1.0",
        "paths": {"/v2/make": {"get": {"operationId": "list"}, "post": {"operationId": "make", "requestBody": body}}},
        "components": {"schemas": components},
    }
    return Contract(document, version="1")


KEYWORDS: list[tuple[JsonObject, Json, str]] = [
    ({"multipleOf": 2}, 3, "multiple_of"),
    ({"uniqueItems": True}, [1, 1], "unique"),
    ({"minProperties": 1}, {}, "min_keys"),
    ({"maxProperties": 0}, {"a": 1}, "max_keys"),
    ({"exclusiveMinimum": 1}, 1, "exclusive_minimum"),
    ({"exclusiveMaximum": 1}, 1, "exclusive_maximum"),
    ({"not": {"type": "string"}}, "x", "schema"),
    ({"contains": {"type": "string"}}, [1], "schema"),
    ({"const": 5}, 6, "enum"),
    ({"type": ["string", "null"]}, 5, "type"),
    ({"oneOf": [{"type": "string"}, {"minLength": 1}]}, "both", "union"),
    ({"unevaluatedProperties": False}, {"a": 1}, "unknown_keys"),
    ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, "schema"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "missing"),
    ({"patternProperties": {"^x": {"type": "string"}}}, {"xx": 1}, "type"),
    ({"items": False}, [1], "schema"),
]


@pytest.mark.parametrize(("schema", "value", "kind"), KEYWORDS, ids=[next(iter(case[0])) for case in KEYWORDS])
def test_every_keyword_becomes_an_issue(schema: JsonObject, value: Json, kind: str) -> None:
    contract = contract_of({"type": "object", "properties": {"field": schema}})
    (issue,) = contract.validate(contract.endpoints["make"], {"field": value})
    assert issue.kind == kind
    assert issue.path[0] == "field"


def test_references_through_the_whole_document_and_in_circles() -> None:
    contract = contract_of(
        {"$ref": "#/components/schemas/Tree", "description": "beside"},
        Tree={
            "type": "object",
            "properties": {
                "leaf": {"$ref": "#/components/schemas/Leaf"},
                "inner": {"$ref": "#/components/schemas/Tree"},
            },
            "additionalProperties": False,
        },
        Leaf={"$ref": "#/components/schemas/Text"},
        Text={"type": "string", "minLength": 2},
    )
    endpoint = contract.endpoints["make"]
    assert contract.validate(endpoint, {"inner": {"inner": {"leaf": "ok"}}}) == ()
    bad, unknown = contract.validate(endpoint, {"inner": {"inner": {"leaf": "x", "more": 1}}})
    assert (bad.kind, bad.path) == ("min_length", ("inner", "inner", "leaf"))
    assert (unknown.kind, unknown.path, unknown.keys) == ("unknown_keys", ("inner", "inner"), ("more",))
    rule = contract.rule(endpoint, {}, "inner.leaf")
    assert rule is not None
    assert rule.min_length == 2
    assert smallest(contract, endpoint) == {}
    assert full(contract, endpoint)["leaf"] == "A friendly wave at the camera"


def test_a_reference_that_leads_nowhere_or_to_itself_accepts_anything() -> None:
    schemas = Schemas({"components": {"schemas": {"Loop": {"$ref": "#/components/schemas/Loop"}}}})
    assert schemas.resolve({"$ref": "#/components/schemas/Loop"}) == {}
    assert schemas.resolve({"$ref": "#/nowhere"}) == {}
    assert schemas.resolve({"$ref": "#/nowhere", "type": "string"}) == {"type": "string"}
    assert schemas.resolve(True) == {}
    assert schemas.resolve(False) == {"not": {}}


def test_pointers_are_decoded() -> None:
    assert steps("#/paths/~1v1~1make/post/a~0b/c%20d") == ["paths", "/v1/make", "post", "a~b", "c d"]
    assert steps("#") == []


def test_operations_without_marks_ids_or_bodies() -> None:
    document: dict[str, Any] = {"paths": {"/v1/do-it": {"post": {}}, "/v1/ask": {"get": {}}}}
    contract = Contract(document, version="1")
    (endpoint,) = contract.endpoints.values()
    assert (endpoint.key, endpoint.method, endpoint.path, endpoint.models) == ("v1_do-it", "POST", "/v1/do-it", ())
    assert contract.validate(endpoint, {"anything": 1}) == ()
    assert contract.rule(endpoint, {}, "anything") is None


def test_a_mark_rules_out_the_other_operations() -> None:
    document = {"paths": {"/make": {"put": {"operationId": "make", "x-creates-task": True}}, "/other": {"post": {}}}}
    (endpoint,) = Contract(document, version="1").endpoints.values()
    assert (endpoint.key, endpoint.method) == ("make", "PUT")


def test_a_document_that_creates_nothing() -> None:
    with pytest.raises(ValueError, match=r"^it has no operation that creates a task \(a POST\)$"):
        Contract({"paths": {"/v1/ask": {"get": {}}}}, version="1")


def test_a_model_that_is_a_plain_field() -> None:
    contract = contract_of({"type": "object", "properties": {"model": {"enum": ["a", "b"]}}, "required": ["model"]})
    endpoint = contract.endpoints["make"]
    assert endpoint.models == ("a", "b")
    assert contract.tag(endpoint) is None
    (issue,) = contract.validate(endpoint, {"model": "c"})
    assert (issue.kind, issue.allowed) == ("enum", ("a", "b"))


@pytest.mark.parametrize(
    ("extra", "tags"),
    [
        ({}, ("A", "B")),
        ({"mapping": {"one": "#/components/schemas/A", "two": "#/components/schemas/B"}}, ("one", "two")),
    ],
    ids=["by the schemas' names", "by a mapping"],
)
def test_a_discriminator_whose_forms_do_not_state_their_tag(extra: JsonObject, tags: tuple[str, str]) -> None:
    form = {"type": "object", "properties": {"kind": {"type": "string"}, "a": {"type": "integer"}}, "required": ["a"]}
    contract = contract_of(
        {
            "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
            "discriminator": {"propertyName": "kind", **extra},
        },
        A=form,
        B={**form, "required": []},
    )
    endpoint = contract.endpoints["make"]
    assert contract.tag(endpoint) == "kind"
    assert [issue.kind for issue in contract.validate(endpoint, {"kind": tags[0]})] == ["missing"]
    assert contract.validate(endpoint, {"kind": tags[1]}) == ()
    (unknown,) = contract.validate(endpoint, {"kind": "other"})
    assert (unknown.kind, unknown.allowed) == ("discriminator", tags)


def test_a_schema_that_cannot_be_compiled_is_told() -> None:
    contract = contract_of({"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}})
    ((where, why),) = contract.compile_all()
    assert where == "make"
    assert "regex" in why


EXAMPLES = [
    ({"type": "string", "minLength": 40}, "A friendly wave at the camera" + "x" * 11),
    ({"type": "string", "maxLength": 10}, "A friendly"),
    ({"type": "string", "example": "given"}, "given"),
    ({"type": "string", "examples": ["one", "two"]}, "one"),
    ({"type": "string", "pattern": "^#[0-9a-f]{6}$"}, "#336699"),
    ({"type": "integer"}, 5),
    ({"type": "integer", "exclusiveMinimum": 7}, 8),
    ({"type": "number", "exclusiveMaximum": 1}, 0.5),
    ({"type": "integer", "minimum": 20, "maximum": 30}, 20),
    ({"type": "boolean"}, True),
    ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["A friendly wave at the camera"] * 2),
    ({"type": ["null", "string"]}, None),
    ({"oneOf": [{"const": 7}, {"type": "string"}]}, 7),
]


@pytest.mark.parametrize(("schema", "value"), EXAMPLES, ids=[str(case[0]) for case in EXAMPLES])
def test_examples_follow_the_schema(schema: JsonObject, value: Json) -> None:
    contract = contract_of({"type": "object", "properties": {"field": schema}, "required": ["field"]})
    body = smallest(contract, contract.endpoints["make"])
    assert body == {"field": value}
    assert contract.validate(contract.endpoints["make"], body) == ()
