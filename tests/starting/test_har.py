"""HAR files: which of their requests can become scenarios, and what their answers tell of an unknown API."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from harness.errors import UsageError
from harness.starting.har import Har
from harness.starting.learning import Learned, learn

ACME = "https://api.acme.example"
TASK = "5f1d2c3b4a596877"


def entry(method: str, url: str, body: Any = None, answer: Any = None, **post: Any) -> Any:
    made: Any = {"request": {"method": method, "url": url, "headers": [{"name": "Authorization", "value": "Bearer x"}]}}
    if body is not None:
        made["request"]["postData"] = {"mimeType": "application/json", "text": json.dumps(body), **post}
    if answer is not None:
        made["response"] = {"status": 200, "content": {"text": json.dumps(answer), "mimeType": "application/json"}}
    return made


def har(*entries: Any) -> Har:
    return Har(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode("utf-8-sig"), "a.har")


def test_creates_of_a_provider_that_is_known_come_first() -> None:
    found = har(
        entry("GET", "https://app.example/"),
        entry("POST", "https://t.example/collect", {"event": "click"}),
        entry("POST", "https://api.dev.runwayml.com/v1/image_to_video", {"model": "gen4_turbo", "promptImage": "x"}),
        entry("POST", "https://api.dev.runwayml.com/v1/nothing", {"model": "gen4_turbo"}),
    ).creates([])
    assert [str(one) for one in found] == ["     3  POST api.dev.runwayml.com/v1/image_to_video  model, promptImage"]


def test_without_one_every_json_object_that_is_sent() -> None:
    text = base64.b64encode(b'{"prompt": "hi"}').decode()
    file = har(
        "nonsense",
        {"request": None},
        entry("POST", f"{ACME}/v1/form", "a=b", mimeType="application/x-www-form-urlencoded", text="a=b"),
        entry("POST", f"{ACME}/v1/list", [1]),
        entry("POST", f"{ACME}/v1/broken", {}, text='{"a": '),
        entry("POST", "nowhere", {"a": 1}, mimeType="application/json"),
        entry("POST", f"{ACME}/v1/videos?token=secret1&page=2", {"a": 1, "b": 2}),
        entry("PUT", f"{ACME}/v1/{TASK}", {}, text=text, encoding="base64"),
        entry("POST", f"{ACME}/v1/bytes", {}, text="?", encoding="base64"),
    )
    assert [str(one) for one in file.creates([])] == [
        "     6  POST nowhere/  a",
        "     7  POST api.acme.example/v1/videos?page=2  a, b",
        "     8  PUT api.acme.example/v1/{part_1}  prompt",
    ]
    assert file.request(8).body == {"prompt": "hi"}
    assert file.request(7).headers == (("Authorization", "Bearer x"),)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"log": {"entries": {}}}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "no log", "a list", "no list", "no text", "deep"],
)
def test_what_is_no_har(data: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        Har(data, "a.har")
    assert str(caught.value) == (
        "a.har: this is no HAR file (JSON with log.entries).\n  In a browser: Network, Save all as HAR with content."
    )


NO_ENTRY = "a.har: there is no request 3; it holds 2.\n  Without --entry those that fit are listed."
GET = "a.har, 1: a GET request creates nothing, so there is nothing to vary.\n  Take the POST that creates the task."
NO_BODY = """\
a.har, 2: the request has no body.
  Save the file with the contents of requests; some browsers leave long ones out."""


@pytest.mark.parametrize(("number", "message"), [(3, NO_ENTRY), (1, GET), (2, NO_BODY)])
def test_a_request_that_cannot_become_a_scenario(number: int, message: str) -> None:
    file = har(entry("GET", ACME), entry("POST", ACME))
    with pytest.raises(UsageError) as caught:
        file.request(number)
    assert str(caught.value) == message


def learned(answer: Any, *polls: tuple[str, Any]) -> Learned:
    create = entry("POST", f"{ACME}/v1/videos", {"prompt": "hi", "image": "https://in.example/a.jpg"}, answer)
    return learn(har(create, *(entry("GET", url, answer=said) for url, said in polls)).request(1), {})


def test_what_the_polls_of_a_task_tell() -> None:
    queued = {"data": {"task": {"task_status": "Queued"}, "kind": "video"}}
    done = {"data": {"input": "https://in.example/a.jpg", "task": {"task_status": "done"},
                     "videos": [{"size": 7, "url": "https://out.example/a.mp4"}]}}  # fmt: skip
    assert learned(
        {"trace_id": "zzz", "data": {"task_id": TASK}},
        ("https://other.example/v1/tasks/" + TASK, {"state": "failed"}),
        (f"{ACME}/v1/tasks/{TASK}?x=1", queued),
        (f"{ACME}/v1/tasks/{TASK}?x=2", done),
    ) == Learned(
        id="data.task_id", poll_path="/v1/tasks/{id}", state="data.task.task_status", output="data.videos.*.url"
    )


@pytest.mark.parametrize(
    ("answer", "polls", "found"),
    [
        (None, [], Learned()),
        ({"id": 7, "user_id": 8}, [], Learned(id="id")),
        ({"request": {"uuid": "a"}}, [(f"{ACME}/other", {})], Learned(id="request.uuid")),
        ({"user_id": "u"}, [], Learned()),
        ({"id": TASK}, [(f"{ACME}/a/{TASK}", {"output": ["https://o.example/1"], "n": 1})],
         Learned(id="id", poll_path="/a/{id}", output="output")),
        ({"id": TASK}, [(f"{ACME}/aB3dE5fG7hI9jK1lM3/{TASK}", {})], Learned(id="id")),
        ([1, "x"], [], Learned()),
    ],
    ids=["nothing", "a number", "deeper", "somebody's id", "a list of addresses", "a secret in the route", "no object"],
)  # fmt: skip
def test_what_is_not_told_stays_open(answer: Any, polls: list[tuple[str, Any]], found: Learned) -> None:
    assert learned(answer, *polls) == found
