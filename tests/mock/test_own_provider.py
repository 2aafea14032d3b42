"""A provider that somebody described in a profile of their own, with no contract: any object is accepted."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from harness.model import TaskState
from harness.provider import Provider

KLING = """
name: kling
base_url: https://api.example.com/kling
key: {env: KLING_KEY}
headers: {X-Key: "Token {key}"}
create: {id: data.task_id}
poll:
  path: /v1/videos/{id}
  state: data.task_status
  output: data.task_result.videos.*.url
  failure: data.task_status_msg
  progress: data.percent
  charged: data.units
  estimated: data.estimate
cancel: {method: POST, path: "/v1/videos/{id}/cancel"}
errors: {message: message}
states: {PENDING: submitted-now, RUNNING: in-the-works, SUCCEEDED: All Done}
endpoints:
  video: {path: /v1/videos, kind: video, models: [k1, k2]}
  image: {path: "/v1/{project}/images", kind: image, poll_path: "/v1/query?task_id={id}"}
prices:
  - {model: k1, flat: 2.5}
"""
GOOGLE = """
name: operations
base_url: https://api.example.com
create: {id: name}
poll: {path: "/v1/operations/{id}", state: done, output: response.video_url, failure: error}
states: {RUNNING: "false", SUCCEEDED: "true"}
endpoints: {video: {path: /v1/videos}}
"""


async def states(client: httpx.AsyncClient, path: str, provider: Provider) -> list[Any]:
    """The answers of a task's polls until it has ended, one a second, each once."""
    seen: list[Any] = []
    state = None
    while state is None or not state.final:
        answer = (await client.get(path)).json()
        state, _ = provider.profile.state(answer)
        assert state is not None, answer
        if not seen or provider.profile.state(seen[-1])[0] is not state:
            seen.append(answer)
        await asyncio.sleep(1)
    return seen


def test_answers_come_in_the_profiles_shape(own: Callable[[str], Provider], bench_of: Any) -> None:
    provider = own(KLING)

    async def story(client: httpx.AsyncClient) -> list[Any]:
        created = await client.post("/v1/videos", json={"model": "k1", "anything": [1, None]})
        assert created.status_code == 200
        answer = created.json()
        return [answer, *await states(client, f"/v1/videos/{answer['data']['task_id']}", provider)]

    created, pending, running, done = bench_of(provider).play(story, **{"X-Key": "Token abc"})
    task_id = created["data"]["task_id"]
    assert created == {"data": {"task_id": task_id}}
    assert pending == {"data": {"task_id": task_id, "task_status": "submitted-now", "estimate": 3}}
    assert running["data"]["task_status"] == "in-the-works"
    assert 0 <= running["data"]["percent"] < 1
    (video,) = done["data"]["task_result"]["videos"]
    assert done["data"]["units"] == 3
    assert provider.profile.outputs(done) == (video["url"],)
    assert [provider.profile.state(answer)[0] for answer in (pending, running, done)] == [
        TaskState.PENDING,
        TaskState.RUNNING,
        TaskState.SUCCEEDED,
    ]


def test_a_state_may_be_a_boolean(own: Callable[[str], Provider], bench_of: Any) -> None:
    provider = own(GOOGLE)

    async def story(client: httpx.AsyncClient) -> list[Any]:
        name = (await client.post("/v1/videos", json={})).json()["name"]
        return await states(client, f"/v1/operations/{name}", provider)

    running, done = bench_of(provider).play(story)
    assert (running["done"], done["done"]) == (False, True)
    assert isinstance(done["response"]["video_url"], str)


def test_routes_may_hold_names_and_ask_in_the_query(own: Callable[[str], Provider], bench_of: Any) -> None:
    async def story(client: httpx.AsyncClient) -> list[Any]:
        answer = (await client.post("/v1/my-project/images", json={})).json()
        polled = await client.get("/v1/query", params={"x": "y", "task_id": answer["data"]["task_id"]})
        return [polled.json()["data"]["task_status"], (await client.get("/v1/query")).status_code]

    assert bench_of(own(KLING)).play(story, **{"X-Key": "Token abc"}) == ["submitted-now", 404]


def test_the_base_urls_own_path_may_be_there_or_not(own: Callable[[str], Provider], bench_of: Any) -> None:
    mock = bench_of(own(KLING))
    for path in ("/v1/videos", "/kling/v1/videos"):
        assert mock.ask("POST", path, {"X-Key": "Token abc"}, json={}).status_code == 200
    assert mock.ask("POST", "/klingon/v1/videos", {"X-Key": "Token abc"}, json={}).status_code == 404


def test_cancel_is_the_profiles(own: Callable[[str], Provider], bench_of: Any) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        path = f"/v1/videos/{(await client.post('/v1/videos', json={})).json()['data']['task_id']}"
        cancelled = await client.post(f"{path}/cancel")
        return [cancelled.status_code, (await client.get(path)).status_code]

    assert bench_of(own(KLING)).play(story, **{"X-Key": "Token abc"}) == [204, 404]


@pytest.mark.parametrize("key", [None, "abc", "Token", "Token "])
def test_the_key_is_where_the_profile_says(own: Callable[[str], Provider], bench_of: Any, key: str | None) -> None:
    response = bench_of(own(KLING)).ask("POST", "/v1/videos", {"X-Key": key}, json={})
    assert (response.status_code, response.json()) == (401, {"message": "No API key was provided."})


@pytest.mark.parametrize("body", [b"[]", b"{", b"5"])
def test_what_is_no_object_is_refused(own: Callable[[str], Provider], bench_of: Any, body: bytes) -> None:
    headers = {"X-Key": "Token abc", "Content-Type": "application/json"}
    response = bench_of(own(KLING)).ask("POST", "/v1/videos", headers, content=body)
    assert (response.status_code, response.json()) == (400, {"message": "The request body is not valid JSON."})


def test_runway_without_a_contract_takes_any_object(bench: Any) -> None:
    async def story(client: httpx.AsyncClient) -> list[Any]:
        answer = (await client.post("/v1/image_to_video", json={"ratio": 5})).json()
        await asyncio.sleep(120)
        ended = (await client.get(f"/v1/tasks/{answer['id']}")).json()
        return [sorted(answer), sorted(ended), ended["status"]]

    assert bench("none").play(story) == [["estimatedCost", "id"], ["cost", "id", "output", "status"], "SUCCEEDED"]


WORDS = """
name: words
base_url: https://api.example.com
poll: {path: "/v1/tasks/{id}"}
states: {SUCCEEDED: COMPLETED, RUNNING: [Dreaming, processing], PENDING: queued}
endpoints: {video: {path: /v1/videos}}
"""


def test_states_are_spelt_as_the_profile_spells_them(own: Callable[[str], Provider], bench_of: Any) -> None:
    """Also where the word is a common one."""
    provider = own(WORDS)

    async def story(client: httpx.AsyncClient) -> list[Any]:
        task_id = (await client.post("/v1/videos", json={})).json()["id"]
        return await states(client, f"/v1/tasks/{task_id}", provider)

    assert [answer["status"] for answer in bench_of(provider).play(story)] == ["queued", "Dreaming", "COMPLETED"]


def test_states_without_a_spelling_are_our_own_words(own: Callable[[str], Provider], bench_of: Any) -> None:
    """CANCELLED is taken for another state here: then any word for the state is better."""
    text = WORDS.replace(WORDS.splitlines()[4], "states: {FAILED: cancelled}")
    mock = bench_of(own(text), faults="cancelled-by-provider")

    async def story(client: httpx.AsyncClient) -> list[str]:
        task_id = (await client.post("/v1/videos", json={})).json()["id"]
        seen = [(await client.get(f"/v1/tasks/{task_id}")).json()["status"]]
        await asyncio.sleep(300)
        return [*seen, (await client.get(f"/v1/tasks/{task_id}")).json()["status"]]

    assert mock.play(story) == ["PENDING", "canceled"]
