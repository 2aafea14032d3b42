"""Output files: real ones of the asked size and length, behind addresses that expire."""

import asyncio
import importlib.util
import io
import wave
from typing import Any

import httpx
import pytest
from PIL import Image

from harness import media
from harness.mock.files import LIFETIME_S, placeholder_video, shapes
from harness.mock.tasks import Shape
from harness.model import MediaExpectation

HAS_AV = importlib.util.find_spec("av") is not None


async def finished(client: httpx.AsyncClient, payload: dict[str, Any], endpoint: str = "image_to_video") -> list[str]:
    """The addresses of a task's outputs, once it has ended."""
    task_id = (await client.post(f"/v1/{endpoint}", json=payload)).json()["id"]
    await asyncio.sleep(120)
    urls: list[str] = (await client.get(f"/v1/tasks/{task_id}")).json()["output"]
    return urls


def download(bench: Any, payload: dict[str, Any], endpoint: str = "image_to_video", **headers: str) -> httpx.Response:
    async def story(client: httpx.AsyncClient) -> httpx.Response:
        (url,) = await finished(client, payload, endpoint)
        return await client.get(url, headers=headers)

    response: httpx.Response = bench.play(story)
    return response


@pytest.mark.skipif(not HAS_AV, reason="needs av")
def test_a_video_has_the_size_and_the_length_that_were_asked_for(bench: Any, good: dict[str, Any]) -> None:
    import av

    response = download(bench(), {**good, "ratio": "832:1104", "duration": 7})
    assert (response.status_code, response.headers["content-type"]) == (200, "video/mp4")
    assert "x-mock-placeholder" not in response.headers
    with av.open(io.BytesIO(response.content), "r") as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height) == (832, 1104)
        assert video.duration is not None
        assert video.duration / 1_000_000 == pytest.approx(7, abs=0.05)


def test_without_media_a_video_is_a_placeholder_that_says_so(bench: Any, good: dict[str, Any]) -> None:
    response = download(bench(media=False), good)
    assert response.headers["x-mock-placeholder"] == "1"
    assert response.content == placeholder_video()
    assert response.content[4:12] == b"ftypisom"


def test_an_image_has_the_size_and_the_format_that_were_asked_for(bench: Any) -> None:
    payload = {
        "model": "seedream5_pro",
        "promptText": "a cat",
        "ratio": "2048:2048",
        "outputFormat": "jpeg",
        "outputCount": 3,
    }

    async def story(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(url) for url in await finished(client, payload, "text_to_image")]

    answers = bench().play(story)
    assert len(answers) == 3
    assert answers[0].headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answers[0].content)) as image:
        assert (image.size, image.format) == ((2048, 2048), "JPEG")


def test_a_sound_can_be_played(bench: Any) -> None:
    payload = {"model": "eleven_text_to_sound_v2", "promptText": "rain", "duration": 4}
    response = download(bench(), payload, "sound_effect")
    assert response.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(response.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(4, abs=0.01)


def test_head_and_ranges(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[httpx.Response]:
        (url,) = await finished(client, good)
        whole = await client.get(url)
        return [
            whole,
            await client.head(url),
            await client.get(url, headers={"Range": "bytes=4-11"}),
            await client.get(url, headers={"Range": f"bytes={len(whole.content)}-"}),
        ]

    whole, head, part, beyond = bench(media=False).play(story)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert (part.status_code, part.content) == (206, b"ftypisom")
    assert part.headers["content-range"] == f"bytes 4-11/{len(whole.content)}"
    assert beyond.status_code == 416


def test_an_output_needs_no_key(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(media=False)
    urls = mock.play(lambda client: finished(client, good))
    assert mock.ask("GET", urls[0], {"Authorization": None, "X-Runway-Version": None}).status_code == 200


def test_an_address_expires_and_a_fresh_poll_renews_it(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        task_id = (await client.post("/v1/image_to_video", json=good)).json()["id"]
        await asyncio.sleep(120)
        (old,) = (await client.get(f"/v1/tasks/{task_id}")).json()["output"]
        await asyncio.sleep(LIFETIME_S - 1)
        before = (await client.get(old)).status_code
        await asyncio.sleep(2)
        after = (await client.get(old)).status_code
        (new,) = (await client.get(f"/v1/tasks/{task_id}")).json()["output"]
        return [before, after, (await client.get(new)).status_code]

    assert bench(media=False).play(story) == [200, 403, 200]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda url: url.partition("?")[0], id="no signature"),
        pytest.param(lambda url: url[:-3] + "xxx", id="another signature"),
        pytest.param(lambda url: url.replace("-0.mp4", "-1.mp4"), id="another output"),
        pytest.param(lambda url: url.replace("/outputs/", "/outputs/a"), id="another task"),
        pytest.param(lambda url: url.replace(".mp4", ".png"), id="another type"),
        pytest.param(lambda url: url.partition("=")[0] + "=%F0%9F%98%80..é", id="nonsense"),
        pytest.param(lambda _: "/outputs/", id="no name"),
        pytest.param(lambda _: "/outputs/../v1/tasks", id="a path"),
    ],
)
def test_only_the_address_that_was_given_works(bench: Any, good: dict[str, Any], spoil: Any) -> None:
    mock = bench(media=False)
    url = mock.play(lambda client: finished(client, good))[0]
    response = mock.ask("GET", spoil(url))
    assert response.status_code in {403, 404}
    assert b"ftyp" not in response.content


def test_a_deleted_task_takes_its_outputs_with_it(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> tuple[int, str]:
        (url,) = await finished(client, good)
        task_id = url.rpartition("/")[2].partition("-0.")[0]
        await client.delete(f"/v1/tasks/{task_id}")
        response = await client.get(url)
        return response.status_code, response.headers["content-type"]

    assert bench(media=False).play(story) == (403, "application/xml")


def test_another_seed_does_not_sign_for_this_one(bench: Any, good: dict[str, Any]) -> None:
    url = bench(media=False, seed=1).play(lambda client: finished(client, good))[0]
    assert bench(media=False, seed=2).ask("GET", url).status_code == 403


def test_addresses_begin_with_the_base_url(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(media=False, base_url="http://127.0.0.1:9/")
    assert mock.play(lambda client: finished(client, good))[0].startswith("http://127.0.0.1:9/outputs/")


SHAPES = [
    pytest.param(
        "video", {}, None, Shape(kind="video", extension="mp4", width=1280, height=720, duration_s=5.0), id="none"
    ),
    pytest.param(
        "video",
        {"outputFormat": "prores"},
        MediaExpectation(width=99_999, height=2, duration_s=99_999.0),
        Shape(kind="video", extension="mp4", width=8192, height=2, duration_s=600.0),
        id="bounds",
    ),
    pytest.param(
        "image",
        {"outputFormat": "webp", "outputCount": 1},
        MediaExpectation(width=64, height=32),
        Shape(kind="image", extension="webp", width=64, height=32, duration_s=0.0),
        id="image",
    ),
    pytest.param(
        "audio",
        {"format": "flac"},
        MediaExpectation(duration_s=2.5),
        Shape(kind="audio", extension="wav", width=1280, height=720, duration_s=2.5),
        id="sound",
    ),
]


def test_sound_is_mp3_only_where_it_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for has_av, extension in ((True, "mp3"), (False, "wav")):
        monkeypatch.setattr(media, "has_av", lambda answer=has_av: answer)
        assert shapes("audio", {"outputFormat": "mp3"}, None)[0].extension == extension


@pytest.mark.parametrize(("kind", "payload", "expected", "shape"), SHAPES)
def test_shapes(kind: Any, payload: dict[str, Any], expected: MediaExpectation | None, shape: Shape) -> None:
    assert shapes(kind, payload, expected) == (shape,)


@pytest.mark.parametrize(("asked", "count"), [(4, 4), (0, 1), (-3, 1), (999, 10), ("4", 1), (None, 1), (2.5, 1)])
def test_the_number_of_images_is_bounded(asked: Any, count: int) -> None:
    assert len(shapes("image", {"outputCount": asked}, None)) == count
