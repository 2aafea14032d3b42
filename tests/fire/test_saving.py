"""Files appear whole or not at all."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.clock import run, virtual_clock
from harness.fire.saving import extension, save, save_data_uri
from harness.fire.wire import DownloadRefused


async def pieces(*data: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for piece in data:
        yield piece
    if then is not None:
        raise then


def saved(file: Path, data: AsyncIterator[bytes], limit_bytes: int = 100) -> int:
    return run(save(data, file, limit_bytes), virtual_clock())


def test_a_file_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "outputs" / "a.mp4"
    assert saved(file, pieces(b"ab", b"", b"cd")) == 4
    assert file.read_bytes() == b"abcd"
    assert [path.name for path in file.parent.iterdir()] == ["a.mp4"]


def test_a_broken_download_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        saved(file, pieces(b"ab", then=RuntimeError()))
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DownloadRefused, match=r"^The file is larger than 100 bytes, the most that is downloaded\.$"):
        saved(tmp_path / "a.mp4", pieces(b"x" * 60, b"x" * 60))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file")
    with pytest.raises(DownloadRefused, match=r"^a\.mp4 cannot be written: "):
        saved(tmp_path / "outputs" / "a.mp4", pieces(b"ab"))
    with pytest.raises(DownloadRefused, match=r"^a\.mp4 cannot be written: "):
        save_data_uri("data:image/png;base64,AAAA", tmp_path / "outputs" / "a.mp4", 100)


@pytest.mark.parametrize("quoting", [str, quote], ids=["plain", "percent-encoded"])
def test_a_data_uri(tmp_path: Path, quoting: Callable[[str], str]) -> None:
    uri = "data:image/png;base64," + quoting(base64.b64encode(b"picture").decode())
    assert save_data_uri(uri, tmp_path / "outputs" / "a.png", 100) == 7
    assert (tmp_path / "outputs" / "a.png").read_bytes() == b"picture"


@pytest.mark.parametrize("uri", ["data:image/png;base64,***", "data:text/plain,abc", "data:;base64," + "A" * 101])
def test_a_data_uri_that_is_no_file(tmp_path: Path, uri: str) -> None:
    with pytest.raises(DownloadRefused, match=r"^The output's data URI cannot be read: "):
        save_data_uri(uri, tmp_path / "a.png", 100)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("https://a.example/b/c.mp4?_jwt=d.png", "image", "mp4"),
        ("https://a.example/b/c.MOV", "video", "mov"),
        ("https://a.example/b/c", "video", "mp4"),
        ("https://a.example/b/c.exe", "audio", "mp3"),
        ("https://a.example/..%2Fetc", None, "bin"),
        ("https://a.example/a.mp4/", "image", "png"),
        ("data:image/webp;base64,AAAA", "image", "webp"),
        ("data:image/jpeg;base64,AAAA", None, "jpeg"),
        ("https://[oops", "video", "mp4"),
    ],
)
def test_extensions(address: str, kind: str | None, name: str) -> None:
    assert extension(address, kind) == name
