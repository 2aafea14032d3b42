"""Bodies beside the corpus, one mistake a rule of the reader, and each once more with fields that have common names."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.refusal.messages import read

TEXT = (Path(__file__).parent / "corpus" / "more.yaml").read_text(encoding="utf-8")
#: Read whenever tests are collected: by libyaml, where it is to be had.
BODIES = yaml.load(TEXT, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["bodies"]
#: Words that messages use of everything. A request with fields of these names must not have them blamed.
COMMON = (
    *("title", "status", "detail", "value", "name", "reason", "code", "message", "line", "error", "text", "resource"),
    *("target", "description", "location", "source", "user", "object", "key", "param", "msg", "context", "limit"),
    *("version", "host", "task", "system", "request", "number", "string", "integer", "option", "property", "parameter"),
    *("column", "position", "validation", "type"),
)


def _reading(body: dict[str, Any], request: dict[str, Any]) -> dict[str, list[Any]]:
    answer = body["answer"]
    raw = answer if isinstance(answer, str) else json.dumps(answer)
    found: dict[str, list[Any]] = {}
    issues = read(body["status"], None if isinstance(answer, str) else answer, raw, payload=request).issues
    for issue in issues:
        if issue.field is not None:
            found.setdefault(issue.field, []).extend(issue.allowed)
    return found


@pytest.mark.parametrize("body", BODIES, ids=lambda body: json.dumps(body["answer"])[:60])
@pytest.mark.parametrize("common", [False, True], ids=["", "common names"])
def test_a_body_is_read_as_it_says(body: dict[str, Any], common: bool) -> None:  # noqa: FBT001  (a parameter of pytest)
    request, expected = body["request"], {field: values or [] for field, values in body["expect"].items()}
    if common:
        meant = {part for field in expected for part in field.split(".")}
        request = {**request, **{word: f"q{at}zz" for at, word in enumerate(COMMON) if word not in {*request, *meant}}}

    assert _reading(body, request) == expected
