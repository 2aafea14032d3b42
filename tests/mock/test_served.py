"""The same app behind a real server on a real socket, and the provider's official client against it."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from harness.clock import run, virtual_clock
from harness.mock import create_app
from harness.provider import Provider

uvicorn = pytest.importorskip("uvicorn")
SCALE = 200.0


class QuickClock:
    """Real time, many times faster."""

    virtual = False

    def __init__(self) -> None:
        self._start_s = time.monotonic()
        self._start = datetime.now(UTC)

    def now(self) -> float:
        return (time.monotonic() - self._start_s) * SCALE

    def utc(self) -> datetime:
        return self._start + timedelta(seconds=self.now())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SCALE)


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The base URL of a mock on 127.0.0.1."""
    import pathlib

    from harness.provider import load

    provider = load("runway", base=pathlib.Path())
    app = create_app(provider, clock=QuickClock())
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", ws="none", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()
    listening.close()


@pytest.fixture
def client(served: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer key_test", "X-Runway-Version": "2024-11-06"}
    with httpx.Client(base_url=served, headers=headers, trust_env=False) as opened:
        yield opened


def test_a_task_from_create_to_file(client: httpx.Client, good: dict[str, Any], served: str) -> None:
    task_id = client.post("/v1/image_to_video", json=good).json()["id"]
    for _ in range(200):
        answer = client.get(f"/v1/tasks/{task_id}").json()
        if answer["status"] == "SUCCEEDED":
            break
        time.sleep(0.01)
    (url,) = answer["output"]
    assert url.startswith(f"{served}/outputs/")
    whole = client.get(url, headers={"Authorization": ""})
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    part = client.get(url, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert client.head(url).headers["content-length"] == str(len(whole.content))


def test_a_chunked_body(client: httpx.Client, good: dict[str, Any]) -> None:
    text = json.dumps({**good, "promptImage": "data:image/png;base64," + "A" * 1_000_000}).encode()
    pieces = (text[start : start + 65_536] for start in range(0, len(text), 65_536))
    response = client.post("/v1/image_to_video", content=pieces, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_a_body_that_is_too_large_gets_its_answer_and_the_connection_lives(client: httpx.Client) -> None:
    response = client.post("/v1/image_to_video", content=b"x" * 20_000_000)
    assert (response.status_code, response.json()) == (413, {"error": "Request Entity Too Large"})
    assert client.get("/v1/organization").status_code == 200


def test_clients_that_hang_up_leave_no_trace(client: httpx.Client, served: str) -> None:
    host, port = served.removeprefix("http://").split(":")
    head = b"POST /v1/image_to_video HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    for sent in (b"", head, head + b"{", b"nonsense\r\n\r\n"):
        with contextlib.closing(socket.create_connection((host, int(port)))) as connection:
            connection.sendall(sent)
    assert client.get("/v1/organization").status_code == 200


def test_the_official_client_on_a_real_socket(served: str) -> None:
    runwayml = pytest.importorskip("runwayml")
    with runwayml.RunwayML(api_key="My API Key", base_url=served, http_client=httpx.Client(trust_env=False)) as client:
        task = client.text_to_image.create(model="gen4_image", prompt_text="a cat", ratio="1280:720")
        for _ in range(300):
            seen = client.tasks.retrieve(task.id)
            if seen.status == "SUCCEEDED":
                break
            time.sleep(0.01)
        assert seen.output[0].endswith(tuple("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"))
        assert seen.cost.credits == 5
        upload = client.uploads.create_ephemeral(file=("selfie.jpg", b"\xff\xd8\xff"))
        assert upload.uri.startswith("runway://")
        client.tasks.delete(task.id)
        with pytest.raises(runwayml.NotFoundError):
            client.tasks.retrieve(task.id)
        assert client.organization.retrieve().tier.models["gen4_turbo"].max_concurrent_generations is None


def test_the_official_client_on_simulated_time(provider: Provider, good: dict[str, Any]) -> None:
    runwayml = pytest.importorskip("runwayml")
    clock = virtual_clock()
    app = create_app(provider, clock=clock, credits=60)

    async def main() -> None:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        async with runwayml.AsyncRunwayML(api_key="k", base_url="http://mock.test", http_client=http) as client:
            asked = {"prompt_image": good["promptImage"], "ratio": "720:1280", "duration": 5}
            task = await client.image_to_video.create(model="gen4_turbo", **asked)
            assert task.estimated_cost.credits == 25
            ended = await task.wait_for_task_output()
            assert ended.status == "SUCCEEDED"
            with pytest.raises(runwayml.BadRequestError) as refused:
                await client.image_to_video.create(model="gen4_turbo", **{**asked, "ratio": "9:16"})
            assert refused.value.body["issues"][0]["path"] == ["ratio"]
            await client.image_to_video.create(model="gen4_turbo", **asked)
            with pytest.raises(runwayml.BadRequestError, match="You do not have enough credits"):
                await client.image_to_video.create(model="gen4_turbo", **asked)
            usage = await client.organization.retrieve_usage()
            assert [(spent.model, spent.amount) for spent in usage.results[0].used_credits] == [("gen4_turbo", 50)]
            flow = await client.workflows.run("my-flow")
            invocation = await client.workflow_invocations.retrieve(flow.id)
            assert (await invocation.wait_for_task_output()).status == "SUCCEEDED"

    run(main(), clock)
    assert clock.now() > 10
