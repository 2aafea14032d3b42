"""What Zod 4.1.13 itself said (`zod_4_1_13.json`: JSON Schema, body, issues) against what the mock says."""

import json
import pathlib
from typing import Any

import pytest

from harness.mock.zod import zod_issues
from harness.provider import Contract

ROWS: list[dict[str, Any]] = json.loads((pathlib.Path(__file__).parent / "zod_4_1_13.json").read_text())


def contract(schema: dict[str, Any]) -> Contract:
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "x", "requestBody": {"content": content}, "responses": {}}
    info = {"x-string-lengths": "UTF-16 code units"}
    return Contract({"info": info, "paths": {"/x": {"post": operation}}}, version="1")


def issues(schema: dict[str, Any], body: Any) -> list[Any]:
    read = contract(schema)
    return [dict(issue) for issue in zod_issues(read.validate(read.endpoints["x"], body))]


def canonical(found: list[Any]) -> list[Any]:
    """The issues with those inside a union's branch in one order: there the contract names no order of fields."""
    return [
        {**issue, "errors": [sorted(canonical(branch), key=json.dumps) for branch in issue["errors"]]}
        if "errors" in issue
        else dict(sorted(issue.items()))
        for issue in found
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_mock_says_what_zod_says(row: dict[str, Any]) -> None:
    assert canonical(issues(row["schema"], row["body"])) == canonical(row["issues"])
