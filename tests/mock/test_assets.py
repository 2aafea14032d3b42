"""Media URIs that are refused without fetching anything, and uploads."""

import asyncio
from typing import Any

import httpx
import pytest

from harness.mock.assets import LIFETIME_S, MAX_UPLOADS, Uploads, form_fields

UNSUPPORTED = 'Unsupported asset type. Received "image/gif".'
URIS = [
    pytest.param("https://example.com/image.jpg", None, id="URL"),
    pytest.param("https://sub.example.com:8443/a?b=c#d", None, id="port and query"),
    pytest.param("https://127.0.0.1/image.jpg", "URLs must be hosted on a domain.", id="IPv4"),
    pytest.param("https://[::1]/image.jpg", "URLs must be hosted on a domain.", id="IPv6"),
    pytest.param("https://[/image.jpg", "URLs must be hosted on a domain.", id="half a bracket"),
    pytest.param("https://localhost/image.jpg", "URLs must be hosted on a domain.", id="no dot"),
    pytest.param("https://///////", "URLs must be hosted on a domain.", id="no host"),
    pytest.param("data:image/png;base64,iVBORw0KGgo=", None, id="PNG"),
    pytest.param("data:IMAGE/png;base64,iVBORw0KGgo=", "Unsupported asset type.", id="prefix in capitals"),
    pytest.param("data:image/jpeg;charset=utf-8;base64,AAAA", None, id="with a parameter"),
    pytest.param("data:image/gif;base64,AAAA", UNSUPPORTED, id="GIF"),
    pytest.param("data:image/png,AAAA", "Invalid data URI.", id="not base64"),
    pytest.param("data:image/", "Invalid", id="cut"),
    pytest.param("runway://11111111-1111-4111-8111-111111111111", "The Runway upload URI", id="no such upload"),
]


@pytest.mark.parametrize(("uri", "text"), URIS)
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a list"])
def test_uris(bench: Any, good: dict[str, Any], uri: str, text: str | None, inside: bool) -> None:  # noqa: FBT001
    image = [{"uri": uri, "position": "first"}] if inside else uri
    response = bench().create({**good, "promptImage": image})
    if text is None:
        assert response.status_code == 200
        return
    (issue,) = response.json()["issues"]
    assert response.status_code == 400
    assert issue["path"] == (["promptImage", 0, "uri"] if inside else ["promptImage"])
    assert issue["message"].startswith(text)


@pytest.mark.parametrize("prompt", ["https://127.0.0.1/", "data:x", "runway://nothing-at-all"])
def test_a_prompt_may_begin_like_a_uri(bench: Any, good: dict[str, Any], prompt: str) -> None:
    assert bench().create({**good, "promptText": prompt}).status_code == 200


def test_all_bad_uris_are_told_at_once(bench: Any) -> None:
    images = [{"uri": f"https://10.0.0.{number}/a.png"} for number in range(3)]
    body = {"model": "gen4_image", "promptText": "a cat", "ratio": "1280:720", "referenceImages": images}
    paths = [issue["path"] for issue in bench().create(body, "text_to_image").json()["issues"]]
    assert paths == [["referenceImages", number, "uri"] for number in range(3)]


async def announce(client: httpx.AsyncClient, filename: str = "selfie.jpg") -> dict[str, Any]:
    response = await client.post("/v1/uploads", json={"filename": filename, "type": "ephemeral"})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


async def send(client: httpx.AsyncClient, place: dict[str, Any], fields: dict[str, str] | None = None) -> int:
    files = {"file": ("selfie.jpg", b"\xff\xd8" * 50_000, "image/jpeg")}
    data = place["fields"] if fields is None else fields
    return (await client.post(place["uploadUrl"], data=data, files=files)).status_code


def test_an_upload_is_accepted_once_its_file_is_there_and_until_it_expires(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        place = await announce(client)
        body = {**good, "promptImage": place["runwayUri"]}
        found = [(await client.post("/v1/image_to_video", json=body)).status_code, await send(client, place)]
        for wait_s in (0, LIFETIME_S - 1, 2):
            await asyncio.sleep(wait_s)
            found.append((await client.post("/v1/image_to_video", json=body)).status_code)
        return found

    assert bench().play(story) == [400, 204, 200, 200, 400]


def test_the_store_wants_the_fields_back(bench: Any) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        place = await announce(client)
        other = {**place, "uploadUrl": place["uploadUrl"][:-1]}
        return [
            await send(client, place, {}),
            await send(client, place, {"key": "another"}),
            await send(client, other),
            (await client.post(place["uploadUrl"], content=b"x")).status_code,
            await send(client, {**place, "fields": {**place["fields"], "metadata": "mine"}}),
        ]

    assert bench().play(story) == [403, 403, 403, 403, 204]


def test_the_answer_to_an_upload(bench: Any) -> None:
    answer = bench().play(announce)
    name = answer["runwayUri"].removeprefix("runway://")
    assert answer == {
        "runwayUri": f"runway://{name}",
        "uploadUrl": f"http://mock.test/uploads/{name}",
        "fields": {"key": f"ephemeral/{name}"},
    }


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({"type": "ephemeral"}, ["filename"], "Invalid input: expected string, received undefined"),
        ({"filename": "a.png", "type": "kept"}, ["type"], 'Invalid input: expected "ephemeral"'),
        ({"filename": "ab", "type": "ephemeral"}, ["filename"], "Too small: expected string to have >=3 characters"),
        ({"filename": "notes.txt", "type": "ephemeral"}, ["filename"], "The file extension is not supported."),
        ({"filename": "nothing", "type": "ephemeral"}, ["filename"], "The file extension is not supported."),
    ],
)
def test_a_wrong_upload_is_refused(bench: Any, body: dict[str, Any], path: list[str], message: str) -> None:
    response = bench().ask("POST", "/v1/uploads", json=body)
    (issue,) = response.json()["issues"]
    assert (response.status_code, issue["path"], issue["message"]) == (400, path, message)


def test_uploads_are_bounded() -> None:
    uploads = Uploads(0)
    for number in range(MAX_UPLOADS + 5):
        uploads.announce(f"{number}.png", 0.0)
    assert len(uploads._by_id) == MAX_UPLOADS


BODY = b"\r\n".join(
    [
        b"--b",
        b'Content-Disposition: form-data; name="a"',
        b"",
        b"1",
        b"--b",
        b'Content-Disposition: form-data; name="file"; filename="x"',
        b"",
        b"",
    ]
)


@pytest.mark.parametrize(
    ("content_type", "body", "fields"),
    [
        ("multipart/form-data; boundary=b", BODY + b"12345\r\n--b--\r\n", {"a": (0, "1"), "file": (5, "")}),
        ('multipart/form-data; boundary="b"', BODY + b"\r\n--b--", {"a": (0, "1"), "file": (0, "")}),
        ("multipart/form-data; boundary=b", BODY + b"never ends", {"a": (0, "1")}),
        ("multipart/form-data; boundary=b", b"--b\r\nno name\r\n\r\nx\r\n--b--", {}),
        ("multipart/form-data", BODY, {}),
        ("text/plain; boundary=b", BODY, {}),
        ("multipart/form-data; boundary=b", b"", {}),
    ],
)
def test_multipart_bodies(content_type: str, body: bytes, fields: dict[str, Any]) -> None:
    assert form_fields(content_type, body) == fields
