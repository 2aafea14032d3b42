"""Each fault by name: what a client in the same process sees, and what it costs, to the credit."""

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest

from harness import media
from harness.media import Measured
from harness.mock.delivery import SILENCE_S, ConnectionLost
from harness.mock.faults import FAULTS, list_faults

#: Every name of the issue that asked for them.
ISSUE = """
http-429 http-429-seconds http-429-date http-500 http-500-html http-502 http-502-html http-503 http-503-html http-504
http-504-html timeout slow-body reset truncated-json not-json empty duplicate-id no-id moderated-input moderated-output
bad-output task-vanishes stuck-running progress-backwards cancelled-by-provider expired-output wrong-size wrong-duration
corrupt-file ignored-parameter quota-reached credits-run-out created-but-connection-lost
"""
PRICE = 25
START = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)

#: What a test has to say of a fault: the bench, and the good body.
Story = Callable[[Any, dict[str, Any]], None]
STORIES: dict[str, Story] = {}


def story_of(*names: str) -> Callable[[Story], Story]:
    def keep(story: Story) -> Story:
        for name in names:
            assert name not in STORIES
            STORIES[name] = story
        return story

    return keep


@pytest.mark.parametrize("name", FAULTS)
def test_what_a_client_sees(bench: Any, good: dict[str, Any], name: str) -> None:
    STORIES[name](lambda **options: bench(faults=name, **options), good)


def test_every_fault_is_there_and_told_and_has_its_test() -> None:
    assert sorted(FAULTS) == sorted(ISSUE.split()) == sorted(STORIES)
    listed = list_faults()
    for name, fault in FAULTS.items():
        assert f"\n  {name}\n      {fault.does}\n      client: {fault.seen}\n" in listed
        assert [fault.instead, fault.spoil, fault.change].count(None) == 2
    assert max(map(len, listed.splitlines())) <= 120


WIRE = {"timeout", "slow-body", "reset", "truncated-json", "created-but-connection-lost"}


def test_the_faults_that_need_a_wire_say_what_happens_without_one() -> None:
    assert {name for name, fault in FAULTS.items() if fault.in_process} == WIRE


# Requests that are answered with something else: nothing is done ----------------------------------------------------

STATUSES = {
    "http-429": (429, "Too Many Requests"),
    "http-500": (500, "Internal Server Error"),
    "http-502": (502, "Bad Gateway"),
    "http-503": (503, "Service Unavailable"),
    "http-504": (504, "Gateway Timeout"),
}


@pytest.mark.parametrize("name", STATUSES)
def test_a_status_says_so_in_json_and_nothing_is_done(bench: Any, good: dict[str, Any], name: str) -> None:
    mock = bench(faults=name)
    for response in (mock.create(good), mock.ask("GET", "/v1/organization"), mock.ask("DELETE", "/v1/tasks/x")):
        assert (response.status_code, response.json()) == (STATUSES[name][0], {"error": STATUSES[name][1]})
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert "retry-after" not in response.headers
        assert response.headers["x-mock-fault"] == name
    assert untouched(mock)


def untouched(mock: Any) -> bool:
    """No task, no charge."""
    return (len(mock.app.tasks), mock.app.ledger.spent) == (0, 0)


def one_task(mock: Any) -> bool:
    """One task, charged."""
    return (len(mock.app.tasks), mock.app.ledger.spent) == (1, PRICE)


@story_of(*STATUSES)
def _status(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    assert mock.create(good).status_code in {status for status, _ in STATUSES.values()}
    assert untouched(mock)


@story_of("http-500-html", "http-502-html", "http-503-html", "http-504-html")
def _html(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    status, reason = STATUSES[response.headers["x-mock-fault"].removesuffix("-html")]
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html")
    assert response.text.startswith(f"<html>\r\n<head><title>{status} {reason}</title></head>")
    assert untouched(mock)


@story_of("http-429-seconds")
def _seconds(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    assert (response.status_code, response.headers["retry-after"]) == (429, "2")
    assert untouched(mock)


@story_of("http-429-date")
def _date(make: Any, good: dict[str, Any]) -> None:
    mock = make()

    async def story(client: httpx.AsyncClient) -> httpx.Response:
        await asyncio.sleep(0.5)
        return await client.post("/v1/image_to_video", json=good)

    response = mock.play(story)
    assert response.status_code == 429
    assert response.headers["retry-after"] == "Sun, 22 Nov 2026 10:15:03 GMT"
    asked = parsedate_to_datetime(response.headers["retry-after"])
    assert asked - (START + timedelta(seconds=0.5)) == timedelta(seconds=2.5)
    assert untouched(mock)


@story_of("timeout")
def _timeout(make: Any, good: dict[str, Any]) -> None:
    mock = make()

    async def impatient(client: httpx.AsyncClient) -> None:
        async with asyncio.timeout(60):
            await client.post("/v1/image_to_video", json=good)

    with pytest.raises(TimeoutError):
        mock.play(impatient)
    assert mock.clock.now() == 60
    with pytest.raises(ConnectionLost):
        mock.create(good)
    assert mock.clock.now() == 60 + SILENCE_S
    assert untouched(mock)


@story_of("reset")
def _reset(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    with pytest.raises(ConnectionResetError, match="closed the connection"):
        mock.create(good)
    assert untouched(mock)


@story_of("quota-reached")
def _quota(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    refused = mock.create(good)
    assert refused.status_code == 429
    assert refused.json() == {
        "error": "Your daily task limit has been reached.",
        "docUrl": "https://docs.dev.runwayml.com/api",
    }
    assert mock.create({**good, "seed": None}).status_code == 400, "what is wrong with a body comes first"
    assert untouched(mock)


@story_of("credits-run-out")
def _credits(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    refused = mock.create(good)
    assert refused.status_code == 400
    assert refused.json() == {
        "error": "You do not have enough credits to run this task.",
        "docUrl": "https://docs.dev.runwayml.com/api",
    }
    assert untouched(mock)


@story_of("duplicate-id")
def _duplicate(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    bodies = [good, {**good, "seed": 1}, {**good, "seed": 2}]
    answers = [mock.create(body) for body in bodies]
    assert [answer.json() for answer in answers] == [answers[0].json()] * 3
    other = mock.create({"model": "gen4_image", "promptText": "a cat", "ratio": "1280:720"}, "text_to_image")
    assert other.json()["id"] != answers[0].json()["id"], "another endpoint has an earlier answer of its own"
    assert len(mock.app.tasks) == 2
    assert mock.app.ledger.spent == PRICE + other.json()["estimatedCost"]["credits"]


# Answers that are spoilt: what was asked for is done ----------------------------------------------------------------


@story_of("slow-body")
def _slow(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    assert (response.status_code, mock.clock.now()) == (200, 20.0)
    assert set(response.json()) == {"id", "estimatedCost"}
    assert mock.ask("DELETE", f"/v1/tasks/{response.json()['id']}").status_code == 204, "no body, and slow all the same"
    assert mock.clock.now() == 40.0


@story_of("truncated-json")
def _truncated(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    assert response.status_code == 200
    assert len(response.content) == int(response.headers["content-length"]) // 2 > 10
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert one_task(mock)
    (task_id,) = mock.app.tasks._tasks
    assert mock.ask("DELETE", f"/v1/tasks/{task_id}").status_code == 204, "there is nothing to cut"


@story_of("not-json")
def _not_json(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.text.startswith("<!DOCTYPE html>")
    assert one_task(mock)


@story_of("empty")
def _empty(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    assert (response.status_code, response.content, response.headers["content-length"]) == (200, b"", "0")
    assert one_task(mock)


@story_of("no-id")
def _no_id(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    response = mock.create(good)
    assert (response.status_code, response.json()) == (200, {"estimatedCost": {"credits": PRICE}})
    assert one_task(mock)
    assert set(mock.ask("GET", "/v1/organization").json()) >= {"creditBalance"}, "creates alone"


@story_of("created-but-connection-lost")
def _connection_lost(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    with pytest.raises(ConnectionResetError):
        mock.create(good)
    assert one_task(mock)
    (task_id,) = mock.app.tasks._tasks
    assert mock.ask("GET", f"/v1/tasks/{task_id}").json()["status"] == "PENDING"


# Tasks that go another way ------------------------------------------------------------------------------------------


async def life(client: httpx.AsyncClient, body: dict[str, Any], endpoint: str = "image_to_video") -> list[Any]:
    """The answers to a poll a second, until one is final or there is no task any more; at most 200."""
    task_id = (await client.post(f"/v1/{endpoint}", json=body)).json()["id"]
    seen: list[Any] = []
    while len(seen) < 200:
        answer = await client.get(f"/v1/tasks/{task_id}")
        seen.append(answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()))
        if answer.status_code != 200 or seen[-1]["status"] in {"SUCCEEDED", "FAILED", "CANCELLED"}:
            break
        await asyncio.sleep(1)
    return seen


def states(seen: list[Any]) -> list[str]:
    return list(dict.fromkeys(poll["status"] for poll in seen if isinstance(poll, dict)))


def ended(make: Any, body: dict[str, Any], endpoint: str = "image_to_video") -> tuple[Any, list[str], Any]:
    """The last poll of a task's life, the states on the way, the mock."""
    mock = make()
    seen = mock.play(lambda client: life(client, body, endpoint))
    return seen[-1], states(seen), mock


FAILED = ["PENDING", "RUNNING", "FAILED"]


@story_of("moderated-input")
def _moderated_input(make: Any, good: dict[str, Any]) -> None:
    last, on_the_way, mock = ended(make, good)
    assert on_the_way[-1] == "FAILED"
    assert (last["failureCode"], last["cost"]) == ("SAFETY.INPUT.TEXT", {"credits": PRICE})
    assert last["failure"] == "The input was flagged by content moderation."
    assert mock.app.ledger.spent == PRICE


IMAGE = {"model": "gen4_image", "promptText": "a cat", "ratio": "1920:1080"}
SPEECH = {
    "model": "eleven_multilingual_v2",
    "promptText": "Good morning",
    "voice": {"type": "runway-preset", "presetId": "Maya"},
}


@story_of("moderated-output")
def _moderated_output(make: Any, good: dict[str, Any]) -> None:
    cases = [("image_to_video", good, "VIDEO"), ("text_to_image", IMAGE, "IMAGE"), ("text_to_speech", SPEECH, "AUDIO")]
    for endpoint, body, kind in cases:
        last, on_the_way, mock = ended(make, body, endpoint)
        assert on_the_way == FAILED
        assert last["failureCode"] == f"SAFETY.OUTPUT.{kind}"
        assert last["cost"]["credits"] == mock.app.ledger.spent > 0


@story_of("bad-output")
def _bad_output(make: Any, good: dict[str, Any]) -> None:
    last, on_the_way, mock = ended(make, good)
    assert on_the_way == FAILED
    assert (last["failureCode"], last["failure"]) == ("INTERNAL.BAD_OUTPUT.CODE01", "An unexpected error occurred.")
    assert (last["cost"]["credits"], mock.app.ledger.spent) == (0, 0)


@story_of("cancelled-by-provider")
def _cancelled(make: Any, good: dict[str, Any]) -> None:
    last, on_the_way, mock = ended(make, good)
    assert on_the_way == ["PENDING", "RUNNING", "CANCELLED"]
    assert (set(last), last["cost"]["credits"]) == ({"id", "status", "createdAt", "cost"}, PRICE)
    assert mock.app.ledger.spent == PRICE


@story_of("task-vanishes")
def _vanishes(make: Any, good: dict[str, Any]) -> None:
    last, on_the_way, mock = ended(make, good)
    assert on_the_way == ["PENDING", "RUNNING"]
    assert last == (404, {"error": "Could not find Task"})
    assert (len(mock.app.tasks), mock.app.ledger.spent) == (0, PRICE)
    assert not mock.app.tasks._groups, "its place is free again"


@story_of("stuck-running")
def _stuck(make: Any, good: dict[str, Any]) -> None:
    mock = make(tier=1)

    async def story(client: httpx.AsyncClient) -> list[Any]:
        seen = await life(client, good)
        waiting = (await client.post("/v1/image_to_video", json=good)).json()["id"]
        await asyncio.sleep(86_400)
        polls = [(await client.get(f"/v1/tasks/{task_id}")).json() for task_id in (seen[-1]["id"], waiting)]
        deleted = await client.delete(f"/v1/tasks/{seen[-1]['id']}")
        freed = (await client.get(f"/v1/tasks/{waiting}")).json()["status"]
        return [states(seen), *[(poll["status"], poll.get("progress")) for poll in polls], deleted.status_code, freed]

    stuck, throttled = ("RUNNING", 0), ("THROTTLED", None)
    assert mock.play(story) == [["PENDING", "RUNNING"], stuck, throttled, 204, "PENDING"]
    assert mock.app.ledger.spent == 2 * PRICE
    assert not mock.app.tasks._ends, "a task without an end is no date to keep"


@story_of("progress-backwards")
def _backwards(make: Any, good: dict[str, Any]) -> None:
    mock = make()
    seen = mock.play(lambda client: life(client, good))
    progress = [poll["progress"] for poll in seen if poll["status"] == "RUNNING"]
    assert len(progress) > 5
    assert all(later < earlier for earlier, later in pairwise(progress))
    assert 0 <= progress[-1] < progress[0] <= 0.99
    assert seen[-1]["status"] == "SUCCEEDED"


@story_of("expired-output")
def _expired(make: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[Any]:
        first = (await life(client, good))[-1]
        again = (await client.get(f"/v1/tasks/{first['id']}")).json()
        return [(await client.get(answer["output"][0])).status_code for answer in (first, again, first)]

    assert make(media=False).play(story) == [403, 200, 403]


def measured(make: Any, body: Mapping[str, Any], endpoint: str) -> Measured:
    """What the first file of a task is."""

    async def story(client: httpx.AsyncClient) -> bytes:
        last = (await life(client, dict(body), endpoint))[-1]
        response = await client.get(last["output"][0])
        assert response.status_code == 200
        return response.content

    return media.probe_bytes(make().play(story))


def size(found: Measured) -> tuple[int | None, int | None, float | None]:
    assert found.problem is None, found
    return found.width, found.height, None if found.duration_s is None else round(found.duration_s, 1)


SOUND = {"model": "eleven_text_to_sound_v2", "promptText": "rain", "duration": 4}


@story_of("wrong-size")
def _wrong_size(make: Any, good: dict[str, Any]) -> None:
    pytest.importorskip("av")
    assert size(measured(make, good, "image_to_video")) == (720, 960, 5.0)
    assert size(measured(make, IMAGE, "text_to_image")) == (1920, 810, None)
    assert size(measured(make, SOUND, "sound_effect")) == (None, None, 4.0)


@story_of("wrong-duration")
def _wrong_duration(make: Any, good: dict[str, Any]) -> None:
    pytest.importorskip("av")
    assert size(measured(make, good, "image_to_video")) == (720, 1280, 2.5)
    assert size(measured(make, IMAGE, "text_to_image")) == (1920, 1080, None)
    assert size(measured(make, SOUND, "sound_effect")) == (None, None, 2.0)


@story_of("ignored-parameter")
def _ignored(make: Any, good: dict[str, Any]) -> None:
    pytest.importorskip("av")
    usual = {**good, "ratio": "1280:720"}
    assert size(measured(make, {**good, "duration": 8}, "image_to_video")) == (1280, 720, 5.0)
    assert size(measured(make, usual, "image_to_video")) == (720, 1280, 5.0)
    assert size(measured(make, IMAGE, "text_to_image")) == (1280, 720, None)
    assert size(measured(make, SOUND, "sound_effect")) == (None, None, 3.0)
    assert size(measured(make, {**SOUND, "duration": 3}, "sound_effect")) == (None, None, 6.0)


@story_of("corrupt-file")
def _corrupt(make: Any, good: dict[str, Any]) -> None:
    pytest.importorskip("av")
    cases = [("image_to_video", good, "video"), ("text_to_image", IMAGE, "image"), ("sound_effect", SOUND, "audio")]
    for endpoint, body, kind in cases:
        found = measured(make, body, endpoint)
        assert found.kind == kind, "it is still recognised"
        assert found.problem is not None
        assert ("damaged" in found.problem) or ("cut off" in found.problem), found


# More than one ------------------------------------------------------------------------------------------------------


def test_faults_add_up(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(faults="http-503/create@1, moderated-output, progress-backwards, not-json/account")
    assert mock.create(good).status_code == 503
    seen = mock.play(lambda client: life(client, good))
    progress = [poll["progress"] for poll in seen if poll["status"] == "RUNNING"]
    assert progress == sorted(progress, reverse=True)
    assert seen[-1]["failureCode"] == "SAFETY.OUTPUT.VIDEO"
    assert mock.ask("GET", "/v1/organization").headers["content-type"].startswith("text/html")


def test_a_refused_body_is_no_valid_create(bench: Any, good: dict[str, Any]) -> None:
    """A fault of creates leaves refusals as they are, and does not count them."""
    mock = bench(faults=["no-id@2", "quota-reached@3"], credits=60)
    statuses = []
    for body in (good, {**good, "seed": "x"}, good, {}, good, {**good, "duration": 5.5}, good):
        response = mock.create(body)
        statuses.append((response.status_code, "id" in response.json()))
    yes, without, no, quota = (200, True), (200, False), (400, False), (429, False)
    assert statuses == [yes, no, without, no, quota, no, no], "the last has credits for no more"
    assert mock.app.ledger.balance == 10


@pytest.mark.parametrize("name", ["moderated-input", "bad-output", "task-vanishes", "cancelled-by-provider"])
def test_the_account_agrees_with_what_happened(bench: Any, good: dict[str, Any], name: str) -> None:
    mock = bench(faults=f"{name}:0.5", credits=100_000)

    async def story(client: httpx.AsyncClient) -> tuple[list[Any], Any]:
        ends = [(await life(client, {**good, "seed": seed}))[-1] for seed in range(30)]
        return ends, (await client.get("/v1/organization")).json()["creditBalance"]

    ends, balance = mock.play(story)
    told = sum(PRICE if isinstance(end, tuple) else end["cost"]["credits"] for end in ends)
    assert 5 < sum(1 for end in ends if isinstance(end, tuple) or end["status"] != "SUCCEEDED") < 25
    assert 100_000 - balance == mock.app.ledger.spent == told
    assert told == (30 * PRICE if name != "bad-output" else told)
    assert (told < 30 * PRICE) is (name == "bad-output")


def test_workflows_have_faults_too(bench: Any) -> None:
    mock = bench(faults="moderated-output, no-id@2")

    async def story(client: httpx.AsyncClient) -> list[Any]:
        task_id = (await client.post("/v1/workflows/my-flow", json={})).json()["id"]
        without = (await client.post("/v1/workflows/my-flow", json={})).json()
        await asyncio.sleep(300)
        return [without, (await client.get(f"/v1/workflow_invocations/{task_id}")).json()]

    without, last = mock.play(story)
    assert without == {}
    assert (last["status"], last["failureCode"]) == ("FAILED", "SAFETY.OUTPUT.VIDEO")


def test_the_ids_place_is_the_profiles(own: Any, bench_of: Any) -> None:
    provider = own(
        "name: x\nbase_url: https://api.example.com\ncreate: {id: data.task.id, estimated: data.cost}\n"
        'poll: {path: "/v1/tasks/{id}"}\nendpoints: {video: {path: /v1/videos}}\n'
    )
    response = bench_of(provider, faults="no-id").ask("POST", "/v1/videos", json={})
    assert response.json() == {"data": {"task": {}, "cost": 0}}


def test_stuck_for_ever_is_a_number_that_survives() -> None:
    assert math.isinf(FAULTS["stuck-running"].change(_task()).ends_s)  # type: ignore[misc]


def _task() -> Any:
    from harness.mock.tasks import Task

    return Task(id="t", route="", group="m", created_s=0, created_at="", queue_s=1, render_s=1, credits=1, admitted_s=0)
