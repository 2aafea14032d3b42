"""How issues are collected: in the schema's order also within a form of a union, and in linear time."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model import JsonObject, Path
from harness.provider import Contract, Endpoint, Issue
from harness.provider.checking import Checker
from harness.provider.schemas import Schemas

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
FORM_A: JsonObject = {"type": "object", "required": ["first"], "properties": {"first": TEXT, "second": TEXT}}
FORM_B: JsonObject = {
    "type": "object",
    "properties": {"second": NUMBER, "inner": {"properties": {"z": NUMBER, "a": NUMBER}}, "first": NUMBER},
}


def checker(schema: JsonObject) -> Checker:
    return Checker(Schemas({}), schema, utf16=True)


def paths(issues: tuple[Issue, ...]) -> list[Path]:
    return [issue.path for issue in issues]


def test_each_form_of_a_union_has_its_own_order() -> None:
    body = {"field": {"first": True, "inner": {"a": "x", "z": "y"}, "second": True}}
    (union,) = checker({"properties": {"field": {"anyOf": [TEXT, FORM_A, FORM_B]}}}).issues(body)
    text, form_a, form_b = union.branches
    assert paths(text) == [("field",)]
    assert paths(form_a) == [("field", "first"), ("field", "second")]
    assert paths(form_b) == [
        ("field", "second"),
        ("field", "inner", "z"),
        ("field", "inner", "a"),
        ("field", "first"),
    ]


def test_a_union_within_a_form_has_its_order_too() -> None:
    inner: JsonObject = {"anyOf": [FORM_A, FORM_B]}
    body = {"field": {"deep": {"first": True, "second": True}}}
    schema: JsonObject = {"properties": {"field": {"anyOf": [TEXT, {"type": "object", "properties": {"deep": inner}}]}}}
    (outer,) = checker(schema).issues(body)
    (deep,) = outer.branches[1]
    assert [paths(branch) for branch in deep.branches] == [
        [("field", "deep", "first"), ("field", "deep", "second")],
        [("field", "deep", "second"), ("field", "deep", "first")],
    ]


def test_the_form_that_a_tag_means_has_its_own_order() -> None:
    def tagged(tag: str, *fields: str) -> JsonObject:
        return {"type": "object", "properties": {"type": {"const": tag}, **dict.fromkeys(fields, NUMBER)}}

    item = {"x-discriminator": "type", "oneOf": [tagged("a", "one", "two"), tagged("b", "two", "one")]}
    found = checker({"properties": {"list": {"type": "array", "items": item}}}).issues(
        {"list": [{"type": "b", "one": "x", "two": "x"}, {"type": "a", "two": "x", "one": "x"}]}
    )
    assert paths(found) == [("list", 0, "two"), ("list", 0, "one"), ("list", 1, "one"), ("list", 1, "two")]


def test_missing_keys_stand_where_the_form_lists_them() -> None:
    (union,) = checker({"properties": {"field": {"anyOf": [TEXT, FORM_A]}}}).issues({"field": {"second": 5}})
    assert [(issue.kind, issue.path[-1]) for issue in union.branches[1]] == [("missing", "first"), ("type", "second")]


def bodies(count: int) -> list[tuple[str, JsonObject]]:
    """Endpoint and body, with so many mistakes."""
    video = {"model": "gen4_turbo", "ratio": "1280:720"}
    image = {"model": "gen4_image", "promptText": "x", "ratio": "1280:720"}
    return [
        ("image_to_video", {**video, "promptImage": [{"uri": 5, "position": "x"}] * count}),
        ("text_to_image", {**image, "referenceImages": [{"uri": "x://"}] * count}),
        ("workflows_id", {"nodeOutputs": {str(number): {"a": {"type": "image"}} for number in range(count)}}),
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(3), ids=["in a form of a union", "in a list", "in a mapping"])
def test_thousands_of_mistakes_are_not_compared_with_each_other(
    contract: Contract, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    own = Issue.__eq__

    def counted(self: Issue, other: object) -> bool:
        nonlocal compared
        compared += 1
        return own(self, other)

    monkeypatch.setattr(Issue, "__eq__", counted)
    key, body = bodies(1_000)[number]
    found = contract.validate(contract.endpoints[key], body)
    told = len(found) + sum(len(branch) for issue in found for branch in issue.branches)
    assert told >= 1_000
    assert compared < told, "a few at one place at most"


def test_the_same_mistake_is_told_once(contract: Contract, image_to_video: Endpoint) -> None:
    schema: JsonObject = {"allOf": [{"properties": {"a": TEXT}}, {"properties": {"a": TEXT, "b": NUMBER}}]}
    found: Any = [(issue.kind, issue.path) for issue in checker(schema).issues({"a": 5, "b": "x"})]
    assert found == [("type", ("a",)), ("type", ("b",))]
    assert contract.validate(image_to_video, {"model": "gen4_turbo"}) != ()
