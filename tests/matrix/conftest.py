from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.scenario import LoadSettings, Scenario, load

HEAD = """\
name: test
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[..., Scenario]:
    """`scenario(text)`: the scenario of a text below a head, in a folder of its own."""

    def read(text: str, *, head: str = HEAD, contract: str | None = None) -> Scenario:
        file = tmp_path / "a.yaml"
        file.write_text(head + text, encoding="utf-8")
        (one,) = load([file], LoadSettings(cwd=tmp_path, contract=contract))
        return one

    return read
