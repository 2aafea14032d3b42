"""`check_assets`: what is inside data URIs is looked at, and held to the bounds that the contract has."""

import base64
import io
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import pytest
from PIL import Image

from harness import media
from harness.clock import Clock, real_clock, run, virtual_clock
from harness.mock import create_app, inspection
from harness.provider import Provider


def uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@cache
def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, kind)
    return buffer.getvalue()


def png(width: int, height: int) -> str:
    return uri(picture(width, height), "image/png")


def clip(seconds: float) -> str:
    pytest.importorskip("av")
    return uri(media.make_video(64, 64, seconds), "video/mp4")


def issues(response: httpx.Response) -> list[Any]:
    """The issues of a refusal, none of a good answer."""
    assert response.status_code in {200, 400}
    found: list[Any] = response.json()["issues"] if response.status_code == 400 else []
    return found


def custom(message: str, path: list[Any] | None = None) -> list[Any]:
    return [{"code": "custom", "path": path or ["promptImage"], "message": message}]


LEAST = "Invalid asset aspect ratio. width / height ratio must be at least 0.5. Got {}."
MOST = "Invalid asset aspect ratio. width / height ratio must be at most 2. Got {}."
SIDE = "Invalid asset dimensions. Width and height must be at most 8000 pixels. Got {}."
UNSUPPORTED = 'Unsupported asset type. Received "{}".'
PICTURES = [
    pytest.param(lambda: png(100, 200), None, id="as tall as may be"),
    pytest.param(lambda: png(200, 100), None, id="as wide as may be"),
    pytest.param(lambda: png(99, 200), LEAST.format("0.495"), id="too tall"),
    pytest.param(lambda: png(6, 13), LEAST.format("0.462"), id="the text that was seen"),
    pytest.param(lambda: png(201, 100), MOST.format("2.010"), id="too wide"),
    pytest.param(lambda: png(8000, 4000), None, id="as large as may be", marks=pytest.mark.thorough),
    pytest.param(lambda: png(8001, 4100), SIDE.format("8001x4100"), id="too large", marks=pytest.mark.thorough),
    pytest.param(lambda: uri(picture(64, 64, "JPEG"), "image/jpeg"), None, id="JPEG"),
    pytest.param(lambda: uri(picture(64, 64, "WEBP"), "image/webp"), None, id="WebP"),
    pytest.param(lambda: uri(picture(64, 64, "JPEG"), "image/png"), None, id="JPEG called PNG"),
    pytest.param(
        lambda: uri(picture(64, 64, "GIF"), "image/png"), UNSUPPORTED.format("image/gif"), id="GIF called PNG"
    ),
    pytest.param(lambda: uri(b"%PDF-1.7 ....", "image/png"), UNSUPPORTED.format("application/pdf"), id="PDF"),
    pytest.param(lambda: uri(b"hello", "image/png"), UNSUPPORTED.format("application/octet-stream"), id="anything"),
    pytest.param(lambda: uri(picture(64, 64)[:60], "image/png"), "The asset could not be decoded.", id="cut off"),
    pytest.param(lambda: "data:image/png;base64,@@@@", "Invalid data URI.", id="not base64"),
    pytest.param(lambda: "data:image/png;base64,", "Invalid data URI.", id="nothing"),
    pytest.param(lambda: png(64, 64).rstrip("="), None, id="without padding"),
    pytest.param(lambda: "https://example.com/never-fetched.jpg", None, id="URL"),
]


@pytest.mark.parametrize(("image", "message"), PICTURES)
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a list"])
def test_pictures(
    bench: Any,
    good: dict[str, Any],
    image: Callable[[], str],
    message: str | None,
    inside: bool,  # noqa: FBT001
) -> None:
    sent = [{"uri": image(), "position": "first"}] if inside else image()
    path = ["promptImage", 0, "uri"] if inside else ["promptImage"]
    mock = bench(check_assets=True)
    found = issues(mock.create({**good, "promptImage": sent}))
    assert found == ([] if message is None else custom(message, path))
    assert len(mock.app.tasks) == (message is None)


def test_nothing_is_looked_at_unless_asked(bench: Any, good: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("nobody asked")

    monkeypatch.setattr(inspection, "_look", never)
    assert bench().create({**good, "promptImage": uri(b"no picture", "image/png")}).status_code == 200


def test_bounds_are_those_of_the_model(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(check_assets=True)
    grok = {"model": "grok_imagine_1_5", "promptText": "x"}
    assert issues(mock.create({**grok, "promptImage": png(250, 100)})) == []
    (issue,) = issues(mock.create({**grok, "promptImage": png(251, 100)}))
    assert issue["message"].endswith("must be at most 2.5. Got 2.510.")
    image = {"model": "gen4_image", "promptText": "a cat", "ratio": "1280:720"}
    assert issues(mock.create({**image, "referenceImages": [{"uri": png(400, 10)}]}, "text_to_image")) == []
    upscale = {"model": "magnific_precision_upscaler_v2", "imageUri": png(299, 400)}
    (issue,) = issues(mock.create(upscale, "image_upscale"))
    text = "Invalid asset dimensions. Width and height must be at least 300 pixels. Got 299x400."
    assert (issue["path"], issue["message"]) == (["imageUri"], text)
    assert issues(mock.create({**good, "promptImage": png(64, 64)})) == []


def test_all_files_are_told_at_once_in_the_bodys_order(bench: Any) -> None:
    images = [{"uri": uri(data, "image/png")} for data in (picture(9, 9, "GIF"), picture(9, 9), b"x" * 50)]
    body = {"model": "gen4_image", "promptText": "a cat", "ratio": "1280:720", "referenceImages": images}
    found = issues(bench(check_assets=True).create(body, "text_to_image"))
    assert [issue["path"] for issue in found] == [["referenceImages", 0, "uri"], ["referenceImages", 2, "uri"]]


def test_what_else_is_wrong_comes_first(bench: Any, good: dict[str, Any]) -> None:
    found = issues(bench(check_assets=True).create({**good, "promptImage": uri(b"x", "image/png"), "seed": None}))
    assert [issue["path"] for issue in found] == [["seed"]]


def acting(seconds: float) -> dict[str, Any]:
    character = {"type": "image", "uri": "https://example.com/a.png"}
    return {"model": "act_two", "character": character, "reference": {"type": "video", "uri": clip(seconds)}}


@pytest.mark.parametrize(
    ("seconds", "code", "message"),
    [
        (3.0, None, None),
        (30.0, None, None),
        (2.0, "too_small", "Asset duration must be at least 3 seconds"),
        (31.0, "too_big", "Asset duration must be at most 30 seconds"),
    ],
)
def test_videos(bench: Any, seconds: float, code: str | None, message: str | None) -> None:
    found = issues(bench(check_assets=True).create(acting(seconds), "character_performance"))
    if code is None:
        assert found == []
        return
    bound = {"maximum": 30} if code == "too_big" else {"minimum": 3}
    common = {"origin": "number", "inclusive": True, "path": ["reference", "uri"]}
    assert found == [{**common, **bound, "code": code, "message": message}]


def test_the_older_contract_says_one_plain_sentence(bench: Any, good: dict[str, Any]) -> None:
    response = bench("2025-10", check_assets=True).create({**good, "promptImage": uri(b"hello", "image/png")})
    assert response.status_code == 400
    assert response.json()["error"] == UNSUPPORTED.format("application/octet-stream")


def test_videos_that_nobody_can_decode_here_are_taken(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = acting(31.0)
    monkeypatch.setattr("harness.media.measure.has_av", lambda: False)
    assert issues(bench(check_assets=True).create(body, "character_performance")) == []


def test_sound_is_looked_at_too(bench: Any) -> None:
    body = {"model": "eleven_voice_isolation", "audioUri": uri(media.make_audio(1.0), "audio/wav")}
    mock = bench(check_assets=True)
    assert issues(mock.create(body, "voice_isolation")) == []
    (issue,) = issues(mock.create({**body, "audioUri": uri(picture(9, 9), "audio/wav")}, "voice_isolation"))
    assert issue["message"] == UNSUPPORTED.format("image/png")


def test_a_prompt_may_look_like_a_file(bench: Any, good: dict[str, Any]) -> None:
    assert issues(bench(check_assets=True).create({**good, "promptText": "data:image/png;base64,@"})) == []


def test_files_are_looked_at_up_to_a_bound(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "MAX_FILES", 2)
    images = [{"uri": uri(b"x" * 50, "image/png")}] * 3
    body = {"model": "gen4_image", "promptText": "a cat", "ratio": "1280:720", "referenceImages": images}
    assert len(issues(bench(check_assets=True).create(body, "text_to_image"))) == 2


@pytest.mark.parametrize("clock", [real_clock(), virtual_clock()], ids=["real", "virtual"])
def test_decoding_holds_up_nobody_else(
    provider: Provider, good: dict[str, Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the real clock it is done in a thread; simulated time would run on while one works."""
    threads = []

    def look(*_: object) -> list[Any]:
        threads.append(threading.current_thread())
        return []

    monkeypatch.setattr(inspection, "_look", look)
    app = create_app(provider, clock=clock, check_assets=True)
    headers = {"Authorization": "Bearer x", "X-Runway-Version": "2024-11-06"}

    async def main() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test", headers=headers) as client:
            body = {**good, "promptImage": png(9, 9)}
            return (await client.post("/v1/image_to_video", json=body)).status_code

    assert run(main(), clock) == 200
    assert [thread is threading.main_thread() for thread in threads] == [clock.virtual]


def test_a_provider_without_a_contract_has_nothing_to_check(bench: Any) -> None:
    assert bench("none", check_assets=True).create({"promptImage": uri(b"x", "image/png")}).status_code == 200
