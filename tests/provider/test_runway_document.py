"""What Runway's own document says beside the bodies of creates: statuses, invocations, bounds of files."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from harness.provider import Contract

INVOCATION = "/v1/workflow_invocations/{id}"
CREATED = {"id": "x", "createdAt": "2026-11-22T10:15:00.000Z"}


def operations(contract: Contract) -> list[tuple[str, str, Any]]:
    return [
        (method, path, operation)
        for path, item in contract.document["paths"].items()
        for method, operation in item.items()
    ]


def test_every_operation_documents_what_any_request_may_meet(contract: Contract) -> None:
    for method, path, operation in operations(contract):
        statuses = set(operation["responses"])
        wanted = {"400", "401", "405"} | ({"413"} if method == "post" else set())
        if "{" in path or "/generate/" in path:
            wanted.add("404")
        assert wanted <= statuses, (method, path)
        for status in wanted:
            answer = contract.resolve(operation["responses"][status])
            assert answer["description"], (method, path, status)
            assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_every_path_that_creates_name_is_documented(contract: Contract) -> None:
    polled = {endpoint.poll_path for endpoint in contract.endpoints.values()}
    assert polled == {"/v1/tasks/{id}", INVOCATION}
    assert polled <= contract.document["paths"].keys()


NODES = {"node-1": ["https://files.example.com/a.mp4"]}
GOOD: dict[str, dict[str, Any]] = {
    "pending": {"status": "PENDING"},
    "throttled": {"status": "THROTTLED"},
    "running": {"status": "RUNNING", "progress": 0.5, "output": {}},
    "succeeded": {"status": "SUCCEEDED", "output": NODES, "cost": {"credits": 5}},
    "succeeded, cost to come": {"status": "SUCCEEDED", "output": NODES},
    "failed": {"status": "FAILED", "failure": "no", "nodeErrors": {"node-1": {"message": "no"}}},
    "cancelled": {"status": "CANCELLED"},
}
BAD: dict[str, dict[str, Any]] = {
    "running without output": {"status": "RUNNING", "progress": 0.5},
    "progress beyond 1": {"status": "RUNNING", "progress": 2, "output": {}},
    "a list, as a task has it": {"status": "SUCCEEDED", "output": NODES["node-1"]},
    "failed without a reason": {"status": "FAILED"},
    "no state": {"status": "DONE"},
}


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_invocations(contract: Contract, name: str) -> None:
    schema = contract.document["paths"][INVOCATION]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": dict(contract.document["components"])})
    assert validator.is_valid({**CREATED, **(GOOD | BAD)[name]}) is (name in GOOD)


def test_the_official_client_reads_what_the_document_allows() -> None:
    models = pytest.importorskip("runwayml.types.workflow_invocation_retrieve_response")
    pydantic = pytest.importorskip("pydantic")
    adapter = pydantic.TypeAdapter(models.WorkflowInvocationRetrieveResponse)
    for body in GOOD.values():
        assert adapter.validate_python({**CREATED, **body}).status == body["status"]


def bounds(contract: Contract, endpoint: str, model: str, field: str, body: Any = None) -> dict[str, Any]:
    """What the contract says of the file behind a field."""
    rule = contract.rule(contract.endpoints[endpoint], {"model": model, **(body or {})}, field)
    assert rule is not None
    forms = [contract.resolve(form) for form in rule.schema.get("anyOf", ())]
    found = next(schema["x-file"] for schema in (rule.schema, *forms) if "x-file" in schema)
    return {name: value for name, value in found.items() if name != "source"}


@pytest.mark.parametrize(
    ("endpoint", "model", "field", "expected"),
    [
        ("image_to_video", "gen4_turbo", "promptImage", {"min_aspect": 0.5, "max_aspect": 2, "max_side": 8000}),
        ("image_to_video", "gen4.5", "promptImage.0.uri", {"min_aspect": 0.5, "max_aspect": 2, "max_side": 8000}),
        ("image_to_video", "grok_imagine_1_5", "promptImage", {"min_aspect": 0.4, "max_aspect": 2.5}),
        ("image_to_video", "h3_max", "promptImage", {"min_side": 256}),
        ("image_upscale", "magnific_precision_upscaler_v2", "imageUri", {"min_side": 300, "max_side": 8000}),
        ("character_performance", "act_two", "reference.uri", {"min_s": 3, "max_s": 30}),
        ("video_to_hdr", "ruby", "videoUri", {"max_s": 30}),
        ("video_to_video", "aleph2", "videoUri", {"max_s": 30}),
        ("recipes_product_ugc", "", "productImage.uri", {"min_aspect": 0.4, "max_aspect": 4}),
    ],
)
def test_bounds_of_files(contract: Contract, endpoint: str, model: str, field: str, expected: dict[str, Any]) -> None:
    assert bounds(contract, endpoint, model, field, {"promptImage": [{}]} if ".0." in field else None) == expected
