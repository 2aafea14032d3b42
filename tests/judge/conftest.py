"""A real provider, and makers of variants and outcomes, for the tests of the judge."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model import WORKS, Expectation, JsonObject, Outcome, Output, Source, TaskState, Variant
from harness.provider import Provider, load

TASK = "d8b03508-a8a3-4590-ae09-788f16c4c6a3"
GOOD: dict[str, Any] = {
    "model": "gen4_turbo",
    "promptImage": "https://files.example/cat.jpg",
    "promptText": "A friendly wave",
    "ratio": "720:1280",
    "duration": 5,
}


@pytest.fixture(scope="session")
def runway() -> Provider:
    return load("runway", base=Path())


@pytest.fixture(scope="session")
def runway_2025() -> Provider:
    return load("runway", base=Path(), contract="2025-10")


@pytest.fixture(scope="session")
def runway_alone() -> Provider:
    return load("runway", base=Path(), contract="none")


@pytest.fixture
def good() -> dict[str, Any]:
    return dict(GOOD)


@pytest.fixture
def variant() -> Callable[..., Variant]:
    def make(payload: JsonObject | None = None, expect: Expectation = WORKS, **more: Any) -> Variant:
        more.setdefault("endpoint", "image_to_video")
        return Variant(
            id="v-1",
            scenario="image_to_video",
            name="a variant",
            source=Source(file="a.yaml", line=1),
            payload=GOOD if payload is None else payload,
            expect=expect,
            **more,
        )

    return make


@pytest.fixture
def refused() -> Callable[..., Outcome]:
    def make(status: int, body: object = None, raw: str | None = None, **more: Any) -> Outcome:
        return Outcome(variant_id="v-1", attempts=1, http_status=status, response=body, raw=raw, **more)

    return make


@pytest.fixture
def video() -> Callable[..., Output]:
    def make(**more: Any) -> Output:
        facts: dict[str, Any] = {"file": "outputs/v-1.mp4", "kind": "video", "width": 720, "height": 1280}
        return Output(url="https://files.example/v-1.mp4", **{**facts, "duration_s": 5.0, **more})

    return make


@pytest.fixture
def ended(video: Callable[..., Output]) -> Callable[..., Outcome]:
    def make(state: TaskState | None = TaskState.SUCCEEDED, **more: Any) -> Outcome:
        if state is TaskState.SUCCEEDED:
            more.setdefault("outputs", (video(),))
        return Outcome(
            variant_id="v-1",
            attempts=1,
            http_status=200,
            response={"id": TASK},
            task_id=TASK,
            task_state=state,
            **more,
        )

    return make
