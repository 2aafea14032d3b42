"""Answers in the shape of contract and profile, also where no shipped contract goes yet."""

import copy
from typing import Any

import pytest

from harness.mock.bodies import Bodies, put
from harness.mock.tasks import Ending, Phase, Shape, Task
from harness.model import TaskState, replace
from harness.provider import Contract, Provider

INVOCATIONS = "/v1/workflow_invocations/{id}"
URLS = ["http://mock.test/outputs/a.mp4", "http://mock.test/outputs/b.mp4"]


def task(**changes: Any) -> Task:
    base = Task(
        id="t",
        route="/v1/tasks/{id}",
        group="gen4_turbo",
        created_s=0.0,
        created_at="2026-11-22T10:15:00.000Z",
        queue_s=1.0,
        render_s=1.0,
        credits=25,
        shapes=(Shape(kind="video", extension="mp4", width=720, height=1280, duration_s=5.0),),
        admitted_s=0.0,
    )
    return replace(base, **changes)


def polled(provider: Provider, state: TaskState, **changes: Any) -> Any:
    urls = URLS if state is TaskState.SUCCEEDED else []
    return Bodies(provider).polled(task(**changes), Phase(state=state), urls)


def with_route(provider: Provider, path: str, answer: dict[str, Any], method: str = "get") -> Provider:
    """The provider with one more route in its contract."""
    assert provider.contract is not None
    document = copy.deepcopy(dict(provider.contract.document))
    content = {"application/json": {"schema": answer}}
    document["paths"][path] = {method: {"operationId": "more", "responses": {"200": {"content": content}}}}
    return replace(provider, contract=Contract(document, version="more"))


@pytest.mark.parametrize(
    ("failure_code", "refunded"),
    [("SAFETY.INPUT.TEXT", False), ("INTERNAL.BAD_OUTPUT.CODE01", True), (None, False)],
)
def test_a_failed_task(provider: Provider, failure_code: str | None, refunded: bool) -> None:  # noqa: FBT001
    ending = Ending(state=TaskState.FAILED, failure="It failed.", failure_code=failure_code, refunded=refunded)
    body = {
        "id": "t",
        "cost": {"credits": 0 if refunded else 25},
        "createdAt": "2026-11-22T10:15:00.000Z",
        "failure": "It failed.",
        "status": "FAILED",
    }
    expected = {**body, "failureCode": failure_code} if failure_code else body
    assert polled(provider, TaskState.FAILED, ending=ending) == expected


def test_a_cancelled_task(provider: Provider) -> None:
    assert polled(provider, TaskState.CANCELLED) == {
        "id": "t",
        "cost": {"credits": 25},
        "createdAt": "2026-11-22T10:15:00.000Z",
        "status": "CANCELLED",
    }


def test_outputs_by_node_where_the_contract_wants_them_so(provider: Provider) -> None:
    """The official client types the answer to a workflow's poll like this."""
    texts = {"id": {"type": "string"}, "createdAt": {"type": "string"}}
    lists = {"type": "array", "items": {"type": "string"}}
    forms: list[dict[str, Any]] = [
        {"required": ["id"], "properties": {**texts, "status": {"const": "PENDING"}}},
        {
            "required": ["id", "output"],
            "properties": {
                **texts,
                "status": {"const": "SUCCEEDED"},
                "output": {"type": "object", "additionalProperties": lists},
            },
        },
    ]
    own = with_route(provider, INVOCATIONS, {"oneOf": forms})
    assert polled(own, TaskState.PENDING, route=INVOCATIONS) == {"id": "t", "status": "PENDING"}
    answer = polled(own, TaskState.SUCCEEDED, route=INVOCATIONS)
    assert list(answer["output"].values()) == [URLS]
    assert set(answer) == {"id", "status", "output"}


def test_one_schema_for_all_states(provider: Provider) -> None:
    form = {
        "type": "object",
        "required": ["id", "status", "queue", "flags", "more", "level"],
        "properties": {
            "id": {"type": "string"},
            "status": {"type": "string", "enum": ["PENDING", "SUCCEEDED"]},
            "output": {"type": "string"},
            "queue": {"type": "integer", "minimum": 3},
            "flags": {"type": "boolean"},
            "more": {"type": ["null", "array"]},
            "level": {"enum": ["low", "high"]},
        },
    }
    own = with_route(provider, "/v1/tasks/{id}", form)
    answer = polled(own, TaskState.SUCCEEDED)
    made_up = {"queue": 3, "flags": False, "more": [], "level": "low"}
    assert answer == {"id": "t", "status": "SUCCEEDED", "output": URLS[0], **made_up}


def test_a_new_route_of_the_contract_is_answered(provider: Provider, bench_of: Any) -> None:
    answer = {"type": "object", "required": ["name", "size"], "properties": {"name": {"const": "x"}, "size": {}}}
    mock = bench_of(with_route(provider, "/v1/more", answer, method="post"))
    response = mock.ask("POST", "/v1/more", json={"anything": 1})
    assert (response.status_code, response.json()) == (200, {"name": "x", "size": "auto"})


@pytest.mark.parametrize(
    ("path", "value", "body"),
    [
        ("a", 1, {"a": 1}),
        ("a.b.c", 1, {"a": {"b": {"c": 1}}}),
        ("a.0.b", 1, {"a": [{"b": 1}]}),
        ("a.0", 1, {"a": [1]}),
        ("a.*", [1, 2], {"a": [1, 2]}),
        ("a.*.b", [1, 2], {"a": [{"b": 1}, {"b": 2}]}),
        ("a.*.b", 1, {"a": [{"b": 1}]}),
    ],
)
def test_put(path: str, value: Any, body: Any) -> None:
    assert put({}, path, value) == body
