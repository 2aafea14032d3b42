from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from harness.provider import Contract, Endpoint, Provider, load


@pytest.fixture(scope="session")
def runway() -> Provider:
    return load("runway", base=pathlib.Path())


@pytest.fixture(scope="session")
def note() -> Provider:
    """Runway as the note of October 2025 has it."""
    return load("runway", base=pathlib.Path(), contract="2025-10")


@pytest.fixture(scope="session")
def contract(runway: Provider) -> Contract:
    assert runway.contract is not None
    return runway.contract


@pytest.fixture(scope="session")
def image_to_video(contract: Contract) -> Endpoint:
    return contract.endpoints["image_to_video"]


@pytest.fixture
def write(tmp_path: pathlib.Path) -> Callable[[str, str], pathlib.Path]:
    def _write(name: str, text: str) -> pathlib.Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return _write
