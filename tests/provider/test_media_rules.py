from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from harness.model import JsonObject, MediaExpectation
from harness.provider import Provider, load

I2V, T2V, V2V, IMG = "image_to_video", "text_to_video", "video_to_video", "text_to_image"


def media(width: int | None = None, height: int | None = None, duration_s: float | None = None) -> MediaExpectation:
    tolerance_s = None if duration_s is None else 0.5
    return MediaExpectation(width=width, height=height, duration_s=duration_s, tolerance_s=tolerance_s)


CASES: list[tuple[str, JsonObject, MediaExpectation | None]] = [
    (I2V, {"model": "gen4_turbo", "ratio": "720:1280", "duration": 5}, media(720, 1280, 5)),
    (I2V, {"model": "gen4_turbo", "ratio": "720:1280"}, media(720, 1280)),
    (I2V, {"model": "gen4_turbo", "duration": 10}, media(duration_s=10)),
    (I2V, {"model": "gen4_turbo"}, None),
    (I2V, {"model": "gen4_turbo", "ratio": "9:16", "duration": "auto"}, None),
    (I2V, {"model": "gen4_turbo", "ratio": "720x1280", "duration": "5"}, media(720, 1280, 5)),
    (I2V, {"model": "gen4_turbo", "ratio": "0:0", "duration": 0}, None),
    (I2V, {"model": "gen4_turbo", "ratio": None, "duration": True}, None),
    (I2V, {"model": "gen4_turbo", "ratio": "1280:720 ", "duration": -5}, None),
    (I2V, {"model": "hailuo3", "ratio": "16:9", "duration": 6}, media(duration_s=6)),
    (I2V, {"model": "hailuo3", "ratio": "adaptive"}, None),
    (I2V, {"model": "kling_4", "ratio": "auto_720p"}, None),
    (I2V, {"model": "seedance2", "ratio": "992:432", "duration": "auto"}, media(992, 432)),
    (I2V, {"model": "gen4.5", "ratio": "1280:720", "duration": 5, "outputFormat": "prores"}, media(1280, 720, 5)),
    (T2V, {"model": "gen4.5", "ratio": "1280:720", "duration": 5, "outputFormat": "png_sequence"}, None),
    (I2V, {"model": "seedance2_5", "ratio": "1280:720", "duration": 5, "draft": True}, media(duration_s=5)),
    (I2V, {"model": "seedance2_5", "ratio": "1280:720", "duration": 5}, media(1280, 720, 5)),
    (V2V, {"model": "seedance2_5", "ratio": "1280:720", "duration": 5, "mode": "extend"}, media(1280, 720)),
    (V2V, {"model": "seedance2_5", "ratio": "1280:720", "draft": True}, None),
    (V2V, {"model": "aleph2", "ratio": "1280:720"}, None),
    (V2V, {"model": "aleph2", "targetAspectRatio": "16:9"}, None),
    ("character_performance", {"model": "act_two", "ratio": "1280:720"}, media(1280, 720)),
    (IMG, {"model": "gen4_image", "ratio": "1920:1080"}, media(1920, 1080)),
    (IMG, {"model": "seedream5_pro", "ratio": "auto_2k"}, None),
    ("sound_effect", {"model": "eleven_text_to_sound_v2", "duration": 2.5}, media(duration_s=2.5)),
    ("recipes_product_swap", {"duration": 4, "resolution": "720p"}, media(duration_s=4)),
    ("text_to_speech", {"model": "eleven_v3", "promptText": "x"}, None),
    ("generate_video", {"configId": "a", "input": {"duration": 5}}, None),
]


@pytest.mark.parametrize(
    ("key", "payload", "expected"), CASES, ids=[f"{case[0]}-{list(case[1].values())}" for case in CASES]
)
def test_only_what_the_payload_states(
    runway: Provider, key: str, payload: JsonObject, expected: MediaExpectation | None
) -> None:
    assert runway.media(runway.endpoints[key], payload) == expected


def test_every_media_rule_is_for_endpoints_and_models_that_exist(runway: Provider) -> None:
    for rule in runway.profile.media:
        assert rule.scope.endpoints
        assert set(rule.scope.endpoints) <= set(runway.endpoints)
        models = {model for key in rule.scope.endpoints for model in runway.endpoints[key].models}
        assert set(rule.scope.models) <= models


def test_the_note_and_no_contract_promise_the_same(note: Provider) -> None:
    payload = {"model": "gen4_turbo", "ratio": "720:1280", "duration": 5}
    assert note.media(note.endpoints[I2V], payload) == media(720, 1280, 5)


BARE = """
name: acme
base_url: https://api.acme.example
poll: {path: "/v1/tasks/{id}"}
endpoints:
  video: {path: /v1/videos, kind: video}
"""


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"ratio": "720:1280", "duration": 5}, media(720, 1280, 5)),
        ({"ratio": "720x1280", "duration": "10"}, media(720, 1280, 10)),
        ({"ratio": "64:64"}, media(64, 64)),
        ({"ratio": "16:9"}, MediaExpectation(aspect=16 / 9)),
        ({"ratio": "64:27", "duration": 2.5}, MediaExpectation(aspect=64 / 27, duration_s=2.5, tolerance_s=0.5)),
        ({"ratio": "auto", "duration": "5s"}, None),
        ({"ratio": "16:0", "duration": "0"}, None),
        ({"ratio": 1.5, "duration": None}, None),
        ({"size": "720:1280"}, None),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_profile_without_media_rules_goes_by_ratio_and_duration(
    payload: JsonObject, expected: MediaExpectation | None, write: Callable[[str, str], pathlib.Path]
) -> None:
    provider = load(str(write("acme.yaml", BARE)), base=pathlib.Path())

    assert provider.media(provider.endpoints["video"], payload) == expected


def test_a_profile_may_say_that_nothing_is_promised_or_which_field_is_the_shape(
    write: Callable[[str, str], pathlib.Path],
) -> None:
    silent = load(str(write("silent.yaml", BARE + "media: []\n")), base=pathlib.Path())
    shape = load(str(write("shape.yaml", BARE + "media: [{aspect: aspect_ratio}]\n")), base=pathlib.Path())
    payload = {"ratio": "720:1280", "duration": 5, "aspect_ratio": "9:16"}

    assert silent.media(silent.endpoints["video"], payload) is None
    assert shape.media(shape.endpoints["video"], payload) == MediaExpectation(aspect=9 / 16)
