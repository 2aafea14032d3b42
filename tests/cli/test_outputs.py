"""What a server calls a video, looked into: the verdict goes by the file and not by its name."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import media
from harness.model import JsonObject

Run = Callable[..., Any]
SCENARIO = "name: w\nprovider: ./profile.yaml\nendpoint: make\nbaseline: %s\nvariants: [as it is]\n"

needs_av = pytest.mark.skipif(not media.has_av(), reason="measures videos")


@pytest.fixture
def outcome(run: Run, server: Any) -> Callable[..., Any]:
    """The only variant of a run whose task ends with this file, and the run's exit code."""

    def go(data: bytes, media_type: str = "video/mp4", payload: JsonObject | None = None) -> tuple[Any, int]:
        uri = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
        server.poll = (200, "application/json", json.dumps({"status": "succeeded", "result": {"videos": [uri]}}))
        scenario = SCENARIO % json.dumps(payload or {"prompt": "hello"})
        ran = run("scenario.yaml", "--base-url", server.url, scenario=scenario)
        return ran.report["variants"][0], ran.code

    return go


def said(entry: Any) -> list[tuple[str, str]]:
    return [(finding["code"], finding["message"].partition(" ")[2]) for finding in entry["findings"]]


@needs_av
def test_a_jpeg_is_no_video(outcome: Callable[..., Any]) -> None:
    entry, code = outcome(media.make_image(64, 64))

    assert (entry["verdict"], code) == ("fail", 1)
    assert said(entry) == [("OUTPUT.KIND", "is a picture, and this endpoint makes videos.")]


@needs_av
def test_a_page_is_no_video(outcome: Callable[..., Any]) -> None:
    entry, code = outcome(b"<!DOCTYPE html><html><body>Sign in</body></html>")

    assert (entry["verdict"], code) == ("fail", 1)
    assert [finding["code"] for finding in entry["findings"]] == ["OUTPUT.UNREADABLE"]


@needs_av
@pytest.mark.parametrize(
    ("payload", "findings"),
    [
        ({"ratio": "320:180", "duration": "1"}, []),
        ({"ratio": "16:9"}, []),
        ({"ratio": "180x320"}, [("OUTPUT.RATIO", "is 320x180 and should be 180x320: another shape.")]),
        ({"ratio": "9:16"}, [("OUTPUT.RATIO", "is 320x180 (16:9) and should be 9:16.")]),
        ({"duration": 5}, [("OUTPUT.DURATION", "lasts 1 s and should last 5 s (± 0.5 s).")]),
    ],
    ids=str,
)
def test_what_the_payload_states_is_measured_without_any_media_rules(
    outcome: Callable[..., Any], payload: JsonObject, findings: list[tuple[str, str]]
) -> None:
    entry, _ = outcome(media.make_video(320, 180, 1), payload=payload)

    assert said(entry) == findings
    assert entry["verdict"] == ("fail" if findings else "pass")


@needs_av
def test_links_that_are_never_good(run: Run, serve: Callable[..., Any]) -> None:
    mock = serve()
    outputs = mock.app.service.outputs
    outputs.denied = lambda _: outputs.refuse()
    scenario = (SCENARIO % json.dumps({"model": "gen4_image", "promptText": "hi", "ratio": "1280:720"})).replace(
        "./profile.yaml\nendpoint: make", "runway\nendpoint: text_to_image"
    )
    ran = run("scenario.yaml", "--base-url", mock.url, "--poll-interval", "20ms", scenario=scenario)
    (variant,) = ran.report["variants"]

    assert (ran.code, variant["verdict"], variant["task_state"]) == (4, "inconclusive", "SUCCEEDED")
    assert variant["credits"]["charged"] == mock.spent
    (finding,) = variant["findings"]
    assert finding["code"] == "OUTPUT.EXPIRED"
    assert finding["message"] == (
        f"output 1 was not downloaded: {mock.url.removeprefix('http://')} answered 403 instead of the file, "
        "also after a fresh link was asked for."
    )


REPEATED = """\
name: twice
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello}
variants:
  - {name: seeded, set: {seed: 1}, repeat: 2}
  - {name: without, repeat: 2}
"""


@needs_av
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("same", [True, False], ids=["same", "different"])
def test_the_same_seed_twice(run: Run, server: Any, *, same: bool, lang: str) -> None:
    """The same picture in other bytes is the same picture."""
    pictures = [media.make_image(64, 48, format="PNG", label=label) for label in ("a", "a" if same else "b")]
    pictures[1] += b"\n"
    uris = iter([f"data:image/png;base64,{base64.b64encode(picture).decode()}" for picture in pictures] * 2)
    server.polls = lambda: json.dumps({"status": "succeeded", "result": {"videos": [next(uris)]}})
    options = ("--base-url", server.url, "-j", "1", "--lang", lang, "--report", "markdown")
    ran = run("scenario.yaml", *options, scenario=REPEATED)
    said = {
        ("en", True): "The same seed made the same: seeded × 2.",
        ("en", False): "The same seed did not make the same: seeded × 2.",
        ("ru", True): "С тем же seed получилось то же самое: seeded × 2.",
        ("ru", False): "С тем же seed получилось разное: seeded × 2.",
    }
    assert said[lang, same] in ran.out
    assert [note["text"] for note in ran.report["run"]["notes"]] == [said["en", same]]
    markdown = (ran.folder / "reports" / "latest" / "report.md").read_text("utf-8")
    assert said[lang, same] in markdown


@needs_av
def test_what_is_wrong_with_a_file_is_said_in_russian_from_the_folder_alone(
    outcome: Callable[..., Any], run: Run
) -> None:
    outcome(b"<!DOCTYPE html><html><body>Sign in</body></html>")

    file = run("report", "latest", "--format", "markdown", "--lang", "ru").out.strip()

    said = Path(file).read_text(encoding="utf-8")
    assert "не читается: это не картинка, не видео и не звук: HTML, 48 байт." in said
