"""The mock as its clients see it, in process and on simulated time."""

import asyncio
import json
import random
import re
from collections.abc import Callable
from typing import Any

import httpx
import jsonschema_rs
import pytest

from harness.clock import Clock, run
from harness.mock import MockApp
from harness.provider import Endpoint, Provider
from harness.provider.examples import full, smallest

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ORDER = ["THROTTLED", "PENDING", "RUNNING", "SUCCEEDED"]


async def follow(client: httpx.AsyncClient, path: str, every_s: float = 2.0) -> list[dict[str, Any]]:
    """All that polls see until the task has ended."""
    seen = []
    while True:
        response = await client.get(path)
        assert response.status_code == 200, response.text
        seen.append(response.json())
        if seen[-1]["status"] not in {"PENDING", "THROTTLED", "RUNNING"}:
            return seen
        await asyncio.sleep(every_s)


def schema_of(provider: Provider, path: str, method: str) -> jsonschema_rs.Validator:
    """A validator of the contract's 200 on a route."""
    assert provider.contract is not None
    document = dict(provider.contract.document)
    answer = document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator({**answer, "components": document["components"]})


def endpoints(provider: Provider) -> list[Endpoint]:
    assert provider.contract is not None
    return list(provider.contract.endpoints.values())


def models(provider: Provider, endpoint: Endpoint) -> tuple[str | None, ...]:
    """The models of an endpoint, or what else chooses the schema of its bodies."""
    assert provider.contract is not None
    tag = provider.contract.tag(endpoint)
    rule = provider.contract.rule(endpoint, {}, tag) if tag else None
    return rule.allowed if rule else (None,)


@pytest.mark.thorough
@pytest.mark.parametrize("make", [smallest, full], ids=["smallest", "full"])
def test_every_endpoint_and_model_takes_its_bodies_and_ends_well(bench: Any, provider: Provider, make: Any) -> None:
    mock = bench()
    contract = provider.contract
    assert contract is not None
    pairs = [(endpoint, model) for endpoint in endpoints(provider) for model in models(provider, endpoint)]

    async def one(client: httpx.AsyncClient, endpoint: Endpoint, model: str | None) -> None:
        body = make(contract, endpoint, model)
        created = await client.post(endpoint.path.replace("{id}", "my-workflow"), json=body)
        assert created.status_code == 200, (endpoint.key, model, created.text)
        jsonschema_rs.validate(dict(contract.response_schema(endpoint)), created.json())
        answer = created.json()
        assert UUID.fullmatch(answer["id"])
        seen = await follow(client, endpoint.poll_path.replace("{id}", answer["id"]))
        task = schema_of(provider, endpoint.poll_path, "get")
        for poll in seen:
            task.validate(poll)
            assert poll["id"] == answer["id"]
        states = [poll["status"] for poll in seen]
        assert states == sorted(states, key=ORDER.index)
        assert states[0] == "PENDING"
        assert states[-1] == "SUCCEEDED"
        progress = [poll["progress"] for poll in seen if poll["status"] == "RUNNING"]
        assert progress
        assert progress == sorted(progress)
        price = provider.price(endpoint, body)
        assert seen[-1]["cost"]["credits"] >= (price or 0)
        if endpoint.key != "workflows_id":  # an invocation tells no estimate
            assert seen[-1]["cost"]["credits"] == seen[0]["estimatedCost"]["credits"]
        urls = provider.profile.outputs(seen[-1])
        assert urls
        assert all(url.startswith(f"http://mock.test/outputs/{answer['id']}-") for url in urls)

    async def story(client: httpx.AsyncClient) -> None:
        await asyncio.gather(*(one(client, endpoint, model) for endpoint, model in pairs))

    mock.play(story)
    assert len(pairs) == 111
    assert len(mock.app.tasks) == 111


def test_a_field_that_is_null_is_refused_by_name(bench: Any, provider: Provider) -> None:
    """Every field of every endpoint and model, one at a time."""
    mock = bench()
    contract = provider.contract
    assert contract is not None
    wrong = [
        (endpoint, full(contract, endpoint, model), field)
        for endpoint in endpoints(provider)
        for model in models(provider, endpoint)
        for field in full(contract, endpoint, model)
    ]

    async def story(client: httpx.AsyncClient) -> None:
        for endpoint, body, field in wrong:
            response = await client.post(endpoint.path.replace("{id}", "x"), json={**body, field: None})
            answer = response.json()
            assert response.status_code == 400, (endpoint.key, field)
            assert [issue["path"][0] for issue in answer["issues"]].count(field) >= 1, (endpoint.key, field, answer)
            assert all({"code", "path", "message"} <= set(issue) for issue in answer["issues"])

    mock.play(story)
    assert len(wrong) > 700
    assert len(mock.app.tasks) == 0


def test_the_create_of_a_router_says_what_it_chose(bench: Any) -> None:
    asked = {"configId": "best", "input": {"promptText": "hi", "aspectRatio": "9:16", "duration": 4}}
    answer = bench().create(asked, "generate/video").json()
    assert answer["routing"]["configId"] == "best"
    assert answer["routing"]["model"] == "gen4.5"
    assert answer["routing"]["resolvedInput"]["duration"] == 4
    assert set(answer) == {"id", "routing"}


def test_workflows_are_polled_at_their_own_route(bench: Any) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        task_id = (await client.post("/v1/workflows/some-flow", json={})).json()["id"]
        paths = [f"/v1/tasks/{task_id}", f"/v1/workflow_invocations/{task_id}"]
        statuses = [(await client.get(path)).status_code for path in paths]
        return [*statuses, (await client.delete(paths[1])).status_code, (await client.get(paths[1])).status_code]

    assert bench().play(story) == [404, 200, 405, 200], "the contract knows no DELETE of an invocation"


def test_an_invocation_tells_its_files_by_node_and_no_estimate(bench: Any, provider: Provider) -> None:
    async def story(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        task_id = (await client.post("/v1/workflows/some-flow", json={})).json()["id"]
        return await follow(client, f"/v1/workflow_invocations/{task_id}", every_s=0.5)

    seen = {poll["status"]: poll for poll in bench().play(story)}
    assert {state: sorted(set(poll) - {"id", "createdAt", "status"}) for state, poll in seen.items()} == {
        "PENDING": [],
        "RUNNING": ["output", "progress"],
        "SUCCEEDED": ["cost", "output"],
    }
    assert seen["RUNNING"]["output"] == {}
    ((node, urls),) = seen["SUCCEEDED"]["output"].items()
    assert UUID.fullmatch(node)
    assert list(provider.profile.outputs(seen["SUCCEEDED"])) == urls
    assert len(urls) == 1


def test_created_at_is_the_clocks_time(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> str:
        await asyncio.sleep(90.5)
        task_id = (await client.post("/v1/image_to_video", json=good)).json()["id"]
        await asyncio.sleep(5)
        created_at: str = (await client.get(f"/v1/tasks/{task_id}")).json()["createdAt"]
        return created_at

    assert bench().play(story) == "2026-11-22T10:16:30.500Z"


@pytest.mark.parametrize("wait_s", [0.0, 12.0, 500.0], ids=["pending", "running", "ended"])
def test_a_deleted_task_is_gone(bench: Any, good: dict[str, Any], wait_s: float) -> None:
    async def story(client: httpx.AsyncClient) -> list[tuple[int, bytes]]:
        path = f"/v1/tasks/{(await client.post('/v1/image_to_video', json=good)).json()['id']}"
        await asyncio.sleep(wait_s)
        answers = [await client.delete(path), await client.get(path), await client.delete(path)]
        return [(answer.status_code, answer.content) for answer in answers]

    gone = (404, b'{"error":"Could not find Task"}')
    assert bench().play(story) == [(204, b""), gone, gone]


def facts(bench: Any, bodies: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    """Body → id and the moments at which its task changed, all sent at once in this order."""

    async def one(client: httpx.AsyncClient, body: dict[str, Any]) -> tuple[str, Any]:
        task_id = (await client.post("/v1/image_to_video", json=body)).json()["id"]
        seen = await follow(client, f"/v1/tasks/{task_id}", every_s=0.5)
        states = [poll["status"] for poll in seen]
        return json.dumps(body), (task_id, states.count("PENDING"), states.count("RUNNING"))

    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        return dict([await task for task in [asyncio.ensure_future(one(client, body)) for body in bodies]])

    found: dict[str, Any] = bench(**options).play(story)
    return found


@pytest.mark.thorough
def test_ids_and_times_hang_on_seed_and_body_and_not_on_order(bench: Any, good: dict[str, Any]) -> None:
    bodies = [{**good, "seed": seed} for seed in range(20)]
    mixed = random.Random(5).sample(bodies, len(bodies))
    first = facts(bench, bodies)
    assert facts(bench, mixed) == first
    other = facts(bench, bodies, seed=1)
    assert not {task_id for task_id, _, _ in first.values()} & {task_id for task_id, _, _ in other.values()}
    assert other != first
    assert len({pending for _, pending, _ in first.values()}) > 3, "the queue is drawn, not fixed"


def test_the_same_body_again_is_another_task(bench: Any, good: dict[str, Any]) -> None:
    mock = bench()
    ids = {mock.create(good).json()["id"] for _ in range(5)}
    assert len(ids) == 5


def test_longer_clips_take_longer(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        counts = []
        for duration in (2, 10):
            body = {**good, "duration": duration}
            task_id = (await client.post("/v1/image_to_video", json=body)).json()["id"]
            counts.append(len(await follow(client, f"/v1/tasks/{task_id}", every_s=0.1)))
        return counts

    short, long = bench().play(story)
    assert long > short


HOSTILE = [
    pytest.param(b"[" * 100_000, 400, id="deep list"),
    pytest.param(b'{"a":' * 50_000, 400, id="deep object, cut"),
    pytest.param(b'{"model":"gen4_turbo","x":' + b"[" * 500 + b"]" * 500 + b"}", 400, id="500 deep"),
    pytest.param(b'{"seed": NaN}', 400, id="NaN"),
    pytest.param(b'{"model":"gen4_turbo","seed": 1e999,"duration":-1e999}', 400, id="infinite"),
    pytest.param(b'{"model":"gen4_turbo","seed": ' + b"9" * 10_000 + b"}", 400, id="10,000 digits"),
    pytest.param(b'{"model":"\\ud800","\\udfff":"\\ud83d"}', 400, id="lone surrogates"),
    pytest.param(b'{"model":"gen4_turbo","promptText":"\\ud800","ratio":"\\udc00","\\udc00":1}', 400, id="surrogates"),
    pytest.param(b'{"model":"seedance2","promptImage":"https://x.example/","\\ud800":1}', 400, id="a surrogate key"),
    pytest.param(b"\xff\xfe\x00{", 400, id="not UTF-8"),
    pytest.param(b'{"model":"\xff\xff"}', 400, id="broken UTF-8 in a text"),
    pytest.param('{"model":"gen4_turbo"}'.encode("utf-16"), 400, id="UTF-16"),
    pytest.param(b"{}" + b" " * 10_000_000, 400, id="10 MB of spaces"),
    pytest.param(b'{"model":"' + b"x" * 10_000_000 + b'"}', 400, id="10 MB model"),
    pytest.param(b'{"model":"gen4_turbo","promptText":"' + b"x" * 10_000_000 + b'"}', 400, id="10 MB prompt"),
    pytest.param(b"x" * 20_000_000, 413, id="20 MB"),
    pytest.param(b"[]", 400, id="list"),
    pytest.param(b"null", 400, id="null"),
    pytest.param(b'"x"', 400, id="text"),
    pytest.param(b"", 400, id="empty"),
    pytest.param(b'{"model":{"a":[]}}', 400, id="model is an object"),
    pytest.param(b'{"model":["gen4_turbo"]}', 400, id="model is a list"),
    pytest.param(b'{"model":"gen4_turbo","promptImage":[[[]]],"ratio":{},"seed":[],"duration":true}', 400, id="shapes"),
    pytest.param(b'{"model":"gen4_turbo","promptImage":[' + b"null," * 499 + b"null]}", 400, id="500 nulls"),
    pytest.param(b'{"__proto__":{},"model":"gen4_turbo","constructor":1}', 400, id="prototype"),
]


@pytest.mark.parametrize(("body", "status"), HOSTILE)
@pytest.mark.parametrize("contract", [None, "2025-10"], ids=["now", "2025-10"])
def test_hostile_bodies_are_refused_in_the_providers_shape(
    bench: Any, contract: str | None, body: bytes, status: int
) -> None:
    response = bench(contract).ask("POST", "/v1/image_to_video", {"Content-Type": "application/json"}, content=body)
    assert response.status_code in ({status} if contract is None else {400, 403, 413}), response.text[:300]
    assert isinstance(response.json()["error"], str)
    assert len(response.content) < 2_000_000


def test_a_list_body_says_what_was_received(bench: Any) -> None:
    (issue,) = bench().create([]).json()["issues"]
    assert issue["message"] == "Invalid input: expected object, received array"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_a_body_that_is_not_called_json_is_not_read(bench: Any, good: dict[str, Any], kind: str) -> None:
    response = bench().ask("POST", "/v1/image_to_video", {"Content-Type": kind}, content=json.dumps(good).encode())
    (issue,) = response.json()["issues"]
    assert (response.status_code, issue["message"]) == (400, "Invalid input: expected object, received undefined")


def test_json_by_another_name_is_read(bench: Any, good: dict[str, Any]) -> None:
    kind = {"Content-Type": "Application/Problem+JSON; charset=utf-8"}
    assert bench().ask("POST", "/v1/image_to_video", kind, content=json.dumps(good).encode()).status_code == 200


def test_a_missing_key_is_said_before_a_body_that_is_too_large(bench: Any) -> None:
    mock = bench()
    body = b"x" * (mock.app.body_limit_bytes + 1)
    answers = [
        mock.ask("POST", "/v1/image_to_video", {"Authorization": None}, content=body),
        mock.ask("POST", "/v1/image_to_video", content=body),
    ]
    assert [answer.status_code for answer in answers] == [401, 413]
    assert answers[1].json() == {"error": "Request Entity Too Large"}


def test_a_body_may_hold_the_largest_data_uri(bench: Any) -> None:
    assert bench().app.body_limit_bytes == 16_777_216 + 1024 * 1024


def test_chunked_bodies_are_read(bench: Any, good: dict[str, Any]) -> None:
    text = json.dumps(good).encode()

    async def story(client: httpx.AsyncClient) -> httpx.Response:
        async def pieces() -> Any:
            for start in range(0, len(text), 7):
                yield text[start : start + 7]

        headers = {"Content-Type": "application/json"}
        return await client.post("/v1/image_to_video", content=pieces(), headers=headers)

    assert bench().play(story).status_code == 200


def test_the_contract_is_served(bench: Any, provider: Provider) -> None:
    assert provider.contract is not None
    assert bench().ask("GET", "/openapi.json", {"Authorization": None}).json() == provider.contract.document


def talk(app: MockApp, clock: Clock, scope: dict[str, Any], messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the app sends on one ASGI connection."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    run(app(scope, receive, send), clock)
    return sent


def test_the_life_of_a_server(bench: Any) -> None:
    mock = bench()
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = talk(mock.app, mock.clock, {"type": "lifespan"}, messages)
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_client_that_goes_away_is_no_error(bench: Any) -> None:
    mock = bench()
    scope = {"type": "http", "method": "POST", "path": "/v1/image_to_video", "headers": [], "query_string": b""}
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": b"{", "more_body": True}]
    messages.append({"type": "http.disconnect"})
    assert talk(mock.app, mock.clock, scope, messages) == []
    assert len(mock.app.tasks) == 0


def test_a_websocket_is_closed(bench: Any) -> None:
    mock = bench()
    sent = talk(mock.app, mock.clock, {"type": "websocket"}, [{"type": "websocket.connect"}])
    assert sent[0]["type"] == "websocket.close"


def test_a_body_of_a_megabyte_is_not_multiplied(bench: Any, good: dict[str, Any]) -> None:
    """The bytes, their text, the URI inside it and the validator's own copy: no more than that."""
    import tracemalloc

    mock = bench()
    uri = "data:image/png;base64," + "A" * 4_000_000
    body = json.dumps({**good, "promptImage": uri}).encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/image_to_video",
        "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer x"),
            (b"x-runway-version", b"2024-11-06"),
            (b"content-type", b"application/json"),
        ],
    }
    tracemalloc.start()
    try:
        sent = talk(mock.app, mock.clock, scope, [{"type": "http.request", "body": body}])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent[0]["status"] == 200
    assert peak < 3 * len(body)


def test_many_tasks_at_once(bench: Any, good: dict[str, Any], call_cost: Callable[[], float]) -> None:
    """1,000 creates and as many polls; the mock's own share stays far below a millisecond each."""
    mock = bench()
    assert mock.create(good).status_code == 200
    body = json.dumps(good).encode()
    headers = [(b"authorization", b"Bearer x"), (b"x-runway-version", b"2024-11-06")]
    headers.append((b"content-type", b"application/json"))
    base = {"type": "http", "query_string": b"", "headers": headers}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])

    async def story() -> float:
        start = call_cost()
        for _ in range(1000):
            await mock.app({**base, "method": "POST", "path": "/v1/image_to_video"}, receive, send)
        for answer in sent[:1000]:
            await mock.app({**base, "method": "GET", "path": f"/v1/tasks/{json.loads(answer)['id']}"}, receive, send)
        return (call_cost() - start) / 2000

    cost_s = run(story(), mock.clock)
    assert len(mock.app.tasks) == 1001
    assert cost_s < 0.001, f"{cost_s * 1000:.3f} ms"


@pytest.fixture
def call_cost() -> Callable[[], float]:
    """CPU seconds of this process: what other processes do to the machine does not count."""
    import time

    return time.process_time
