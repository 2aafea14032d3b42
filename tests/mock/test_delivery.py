"""Answers in trouble: what a server that can break connections is told, and what our own client makes of it."""

import asyncio
import json
import pathlib
from typing import Any

import pytest

from harness.clock import run, virtual_clock
from harness.errors import TransportError
from harness.fire.transport import open_transport
from harness.fire.wire import Exchange, encode
from harness.mock.delivery import PAUSE_S, SILENCE_S, TRANSPORT, deliver
from harness.mock.wire import Response, Trouble

BODY = b'{"id":"0123456789","more":[1,2,3]}'


def sent(trouble: Trouble, *, wired: bool, hangs_up_after_s: float | None = None, body: bytes | None = None) -> Any:
    """The messages that a server gets, each with its time, and the time at the end."""
    clock = virtual_clock()
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        if hangs_up_after_s is None:
            await asyncio.get_running_loop().create_future()
        else:
            await asyncio.sleep(hangs_up_after_s)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        messages.append((clock.now(), message))

    scope: dict[str, Any] = {"type": "http", "state": {TRANSPORT: object()} if wired else {}}
    response = Response(body=BODY if body is None else body, trouble=trouble)
    run(deliver(response, scope, receive, send, clock), clock)
    return messages, clock.now()


def test_a_reset_is_left_to_a_server_that_can() -> None:
    assert sent("reset", wired=True) == ([], 0.0)


def test_a_cut_answer_begins_and_does_not_end() -> None:
    messages, _ = sent("cut", wired=True)
    (_, start), (_, body) = messages
    length = len(BODY)
    assert (b"content-length", b"%d" % length) in start["headers"]
    assert body == {"type": "http.response.body", "body": BODY[: length // 2], "more_body": True}


def test_a_silent_answer_waits_until_the_client_hangs_up() -> None:
    assert sent("silent", wired=True, hangs_up_after_s=30.0) == ([], 30.0)
    assert sent("silent", wired=False, hangs_up_after_s=30.0) == ([], 30.0)


def test_a_silent_answer_ends_some_time() -> None:
    assert sent("silent", wired=True) == ([], SILENCE_S)


@pytest.mark.parametrize("body", [BODY, b"x", b"", b"x" * 100_003], ids=["short", "1", "empty", "long"])
def test_a_slow_answer_is_the_right_one_in_pieces(body: bytes) -> None:
    messages, ended_s = sent("slow", wired=True, body=body)
    assert [at_s for at_s, _ in messages] == [0.0, *(PAUSE_S * number for number in range(1, 11))]
    assert ended_s == 20.0
    pieces = [message for _, message in messages[1:]]
    assert b"".join(piece["body"] for piece in pieces) == body
    assert [piece["more_body"] for piece in pieces] == [True] * 9 + [False]


def exchange(bench: Any, body: dict[str, Any], fault: str, method: str = "POST") -> Exchange | TransportError:
    """What the client of ours makes of one exchange in process."""
    mock = bench(faults=fault)
    headers = {"authorization": "Bearer key_x", "x-runway-version": "2024-11-06", "content-type": "application/json"}

    async def main() -> Exchange:
        async with open_transport("http://mock.test", asgi=mock.app) as transport:
            url = "http://mock.test/v1/image_to_video"
            return await transport.request(
                method, url, headers=headers, body=encode(body), timeout_s=60.0, limit_bytes=100_000
            )

    try:
        return run(main(), mock.clock)
    except TransportError as error:
        assert mock.clock.now() == (60.0 if fault == "timeout" else 0.0)
        return error


@pytest.mark.parametrize(
    ("fault", "code", "text"),
    [
        ("reset", "NETWORK.RESET", "The mock closed the connection before its answer was complete."),
        (
            "created-but-connection-lost",
            "NETWORK.RESET",
            "The mock closed the connection before its answer was complete.",
        ),
        ("timeout", "NETWORK.TIMEOUT", "mock.test did not answer in full within 60 s."),
    ],
)
def test_the_harness_takes_a_lost_answer_as_lost(
    bench: Any, good: dict[str, Any], fault: str, code: str, text: str
) -> None:
    error = exchange(bench, good, fault)
    assert isinstance(error, TransportError)
    assert (error.code, error.text, error.sent) == (code, text, True)


def test_the_harness_reads_what_comes(bench: Any, good: dict[str, Any]) -> None:
    slow = exchange(bench, good, "slow-body")
    assert isinstance(slow, Exchange)
    assert (slow.status, slow.elapsed_s, set(json.loads(slow.body))) == (200, 20.0, {"id", "estimatedCost"})
    cut = exchange(bench, good, "truncated-json")
    assert isinstance(cut, Exchange)
    assert len(cut.body) == int(cut.headers["content-length"]) // 2


def test_a_download_that_is_lost(bench: Any, tmp_path: pathlib.Path) -> None:
    mock = bench(faults="reset/output")

    async def main() -> None:
        async with open_transport("http://mock.test", asgi=mock.app) as transport:
            await transport.download(
                "http://mock.test/outputs/x.mp4", tmp_path / "x.mp4", timeout_s=60.0, limit_bytes=1000
            )

    with pytest.raises(TransportError) as caught:
        run(main(), mock.clock)
    assert caught.value.code == "NETWORK.RESET"
    assert list(tmp_path.iterdir()) == []


def test_many_silent_answers_leave_nothing_behind(bench: Any, good: dict[str, Any]) -> None:
    import httpx

    async def story(client: httpx.AsyncClient) -> int:
        async def one(seed: int) -> None:
            async with asyncio.timeout(10):
                await client.post("/v1/image_to_video", json={**good, "seed": seed})

        found = await asyncio.gather(*(one(seed) for seed in range(100)), return_exceptions=True)
        assert {type(error) for error in found} == {TimeoutError}
        return len(asyncio.all_tasks())

    assert bench(faults="timeout").play(story) == 1
