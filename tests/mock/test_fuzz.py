"""Whatever a client sends, the mock answers, and never with an error of its own."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.clock import virtual_clock
from harness.mock import MockApp, create_app
from harness.mock.wire import Message
from harness.provider.examples import full
from tests.effort import examples

SURROGATES = st.characters(codec=None)
TEXT = st.text(SURROGATES, max_size=20) | st.sampled_from(
    ["https://1.2.3.4/x.png", "https://[", "runway://abcdefgh", "data:image/png;base64,", "data:,", "auto", "9:16"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
HEADERS = [
    (b"host", b"mock.test"),
    (b"authorization", b"Bearer x"),
    (b"x-runway-version", b"2024-11-06"),
    (b"content-type", b"application/json"),
]


@pytest.fixture(scope="module")
def app() -> MockApp:
    import pathlib

    from harness.provider import load

    return create_app(load("runway", base=pathlib.Path()), clock=virtual_clock(), media=False)


def exchange(app: MockApp, method: str, path: str, body: bytes, **more: Any) -> Any:
    """Status and decoded body (None for none)."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": HEADERS, "query_string": b""}
    asyncio.run(app({**scope, **more}, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    content_type = dict(sent[0]["headers"]).get(b"content-type", b"")
    is_json = content_type.startswith(b"application/json") and method != "HEAD"
    return sent[0]["status"], json.loads(sent[1]["body"]) if is_json else None


@settings(deadline=None)
@given(body=st.binary(max_size=60))
def test_any_bytes(app: MockApp, body: bytes) -> None:
    status, answer = exchange(app, "POST", "/v1/image_to_video", body)
    assert status == 400
    assert isinstance(answer["error"], str)


@settings(max_examples=examples(300), deadline=None)
@given(data=st.data())
def test_any_value_anywhere_in_a_good_body(app: MockApp, data: st.DataObject) -> None:
    contract = app.provider.contract
    assert contract is not None
    endpoint = data.draw(st.sampled_from(list(contract.endpoints.values())))
    tag = contract.tag(endpoint)
    rule = contract.rule(endpoint, {}, tag) if tag else None
    body = dict(full(contract, endpoint, data.draw(st.sampled_from(rule.allowed)) if rule else None))
    for field in data.draw(st.lists(st.sampled_from([*body, "unknown"]), max_size=3)):
        body[field] = data.draw(JSON)
    text = json.dumps(body).encode()
    status, answer = exchange(app, "POST", endpoint.path.replace("{id}", "x"), text)
    assert status in {200, 400}
    if status == 400:
        assert answer["issues"] if "issues" in answer else answer["error"]
        for issue in answer.get("issues", ()):
            assert isinstance(issue["message"], str)
            assert isinstance(issue["path"], list)


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]),
    path=st.builds("/".join, st.lists(st.sampled_from(["", "v1", "tasks", "outputs", "uploads", "é", "{id}", ".."]))),
    query=st.binary(max_size=20),
    headers=st.lists(st.tuples(st.binary(max_size=12), st.binary(max_size=12)), max_size=4),
)
def test_any_request(app: MockApp, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    status, _ = exchange(app, method, f"/{path}", b"", headers=headers, query_string=query)
    assert status in {200, 400, 401, 403, 404, 405, 413}


@settings(deadline=None)
@given(body=JSON)
def test_any_body_on_the_other_routes(app: MockApp, body: Any) -> None:
    text = json.dumps(body).encode()
    for path in ("/v1/organization/usage", "/v1/uploads", "/uploads/x"):
        assert exchange(app, "POST", path, text)[0] in {200, 400, 403}
