"""What counts as the same file."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.media import fingerprint, make_image


def of(tmp_path: Path, data: bytes) -> str | None:
    file = tmp_path / "file"
    file.write_bytes(data)
    return fingerprint(file)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_what_it_looks_like(tmp_path: Path, kind: str) -> None:
    picture = make_image(64, 48, format=kind, label="a")
    assert of(tmp_path, picture) == of(tmp_path, picture + b"\n")
    assert of(tmp_path, picture) != of(tmp_path, make_image(64, 48, format=kind, label="b"))
    assert of(tmp_path, picture) != of(tmp_path, make_image(48, 64, format=kind, label="a"))


def test_anything_else_is_its_bytes(tmp_path: Path) -> None:
    assert of(tmp_path, b"clip") == of(tmp_path, b"clip")
    assert of(tmp_path, b"clip") != of(tmp_path, b"clip\n")
    broken = make_image(64, 48, format="PNG")[:60]
    assert of(tmp_path, broken) == of(tmp_path, broken) != of(tmp_path, broken + b"x")
    assert fingerprint(tmp_path / "none") is None
