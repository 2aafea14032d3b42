"""As strict as the mock is asked to be: keys, and what an account must have saved."""

from typing import Any

import pytest

KEY = "key_" + "0123456789abcdef" * 8
DOC = "https://docs.dev.runwayml.com/api"
NO_KEY = "No API key was provided."
FORM = 'The API key is not valid. It must start with "key_".'
WRONG = "The API key is not valid."


@pytest.mark.parametrize(
    ("options", "sent", "text"),
    [
        ({}, "Bearer My API Key", None),
        ({}, "bearer x", None),
        ({}, "Bearer ", NO_KEY),
        ({}, "Basic x", NO_KEY),
        ({}, None, NO_KEY),
        ({"strict_keys": True}, f"Bearer {KEY}", None),
        ({"strict_keys": True}, "Bearer key_test", None),
        ({"strict_keys": True}, "Bearer My API Key", FORM),
        ({"strict_keys": True}, "Bearer KEY_x", FORM),
        ({"strict_keys": True}, None, NO_KEY),
        ({"key": "s3cret"}, "Bearer s3cret", None),
        ({"key": "s3cret"}, "Bearer s3cre", WRONG),
        ({"key": "s3cret"}, "Bearer s3cret2", WRONG),
        ({"key": "s3cret"}, "Bearer \xff", WRONG),
        ({"key": "s3cret"}, None, NO_KEY),
        ({"key": KEY, "strict_keys": True}, f"Bearer {KEY}", None),
        ({"key": KEY, "strict_keys": True}, "Bearer key_other", WRONG),
        ({"key": KEY, "strict_keys": True}, "Bearer other", FORM),
    ],
)
def test_keys(bench: Any, options: dict[str, Any], sent: str | None, text: str | None) -> None:
    headers = {"Authorization": None if sent is None else sent.encode("latin-1")}
    response = bench(**options).ask("GET", "/v1/organization", headers)
    if text is None:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()) == (401, {"error": text, "docUrl": DOC})


OWN = """
name: own
base_url: https://api.example.com
key: {env: OWN_KEY, pattern: PATTERN}
headers: {X-Key: "{key}"}
poll: {path: "/v1/tasks/{id}"}
endpoints: {video: {path: /v1/videos}}
"""


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [("^sk-[a-z]+$", "sk-"), ("^sk?-", "s"), ("^s(k|p)-", None), ("^ab|^cd", None), ("^[a-z]+", None), ("sk-", None)],
)
def test_what_keys_begin_with_is_the_profiles(own: Any, bench_of: Any, pattern: str, refused: str | None) -> None:
    mock = bench_of(own(OWN.replace("PATTERN", f"'{pattern}'")), strict_keys=True)
    response = mock.ask("POST", "/v1/videos", {"X-Key": "other"}, json={})
    if refused is None:
        assert response.status_code == 200
    else:
        text = f'The API key is not valid. It must start with "{refused}".'
        assert (response.status_code, response.json()) == (401, {"error": text})


def test_a_provider_without_keys_wants_none(own: Any, bench_of: Any) -> None:
    text = OWN.replace("{key}", "none").replace("PATTERN", "^sk-")
    mock = bench_of(own(text), strict_keys=True, key="x")
    assert mock.ask("POST", "/v1/videos", {"X-Key": None}, json={}).status_code == 200


BODY = {"configId": "best", "input": {"promptText": "hi", "aspectRatio": "9:16", "duration": 4}}
NOT_FOUND = {"error": "Router config not found.", "code": "router_config_not_found"}


@pytest.mark.parametrize(
    ("saved", "config", "status"),
    [
        (False, "best", 200),
        (True, "best", 404),
        (["best", "cheap"], "best", 200),
        (("cheap",), "best", 404),
        (["best"], "Best!", 400),
    ],
)
def test_router_configs(bench: Any, saved: Any, config: str, status: int) -> None:
    mock = bench(strict_routers=saved)
    response = mock.create({**BODY, "configId": config}, "generate/video")
    assert response.status_code == status
    if status == 404:
        assert response.json() == NOT_FOUND
        assert len(mock.app.tasks) == 0


def test_every_router_is_strict_and_nothing_else(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(strict_routers=True)
    image = {"configId": "best", "input": {"promptText": "hi", "aspectRatio": "9:16"}}
    assert mock.create(image, "generate/image").json() == NOT_FOUND
    speech = {"configId": "best", "input": {"type": "speech", "promptText": "hi"}}
    assert mock.create(speech, "generate/audio").json() == NOT_FOUND
    assert mock.create(good).status_code == 200
    assert mock.ask("POST", "/v1/workflows/any", json={}).status_code == 200


def test_a_saved_config_says_nothing_of_its_kind(bench: Any) -> None:
    mock = bench(strict_routers=["best"])
    image = {"configId": "best", "input": {"promptText": "hi", "aspectRatio": "9:16"}}
    for path, body in (("generate/video", BODY), ("generate/image", image)):
        assert mock.create(body, path).status_code == 200


def test_a_config_that_is_no_text(bench: Any) -> None:
    mock = bench(strict_routers=["best"])
    for value in (None, 5, ["best"], {"best": 1}):
        assert mock.create({**BODY, "configId": value}, "generate/video").status_code == 400
