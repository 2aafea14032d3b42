import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from harness.media import make_image
from harness.media.anatomy import claimed_size, sniff, without_metadata

KINDS = ("JPEG", "PNG", "WEBP")


def saved(kind: str, *, mode: str = "RGB", **options: Any) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(make_image(40, 30, format="PNG"))) as picture:
        picture.convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def exif(*, orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = "SECRET description"
    data.get_ifd(0x8825)[1] = "N"
    return data


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "WEBP"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "WAV"),
        (b"RIFF\x10\0\0\0CDXA", ""),
        (b"GIF89a", "GIF"),
        (b"\0\0\0\x20ftypisom", "MP4"),
        (b"\0\0\0\x20ftypM4A ", "M4A"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"\0\0\0\x20ftypheic", "HEIC"),
        (b"\x1aE\xdf\xa3\x01", "MATROSKA"),
        (b"ID3\x04", "MP3"),
        (b"\xff\xfb\x90\x64", "MP3"),
        (b"\xff\xf1\x50\x80", "AAC"),
        (b"PK\x03\x04", "ZIP"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><html>", "HTML"),
        (b"<svg xmlns=", "SVG"),
        (b'{"error": 1}', "JSON"),
        (b"hello", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_content_is_named_by_its_first_bytes(head: bytes, name: str) -> None:
    assert sniff(head) == name


@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from(KINDS))
def test_the_claimed_size_is_the_size_of_any_picture(width: int, height: int, kind: str) -> None:
    data = make_image(width, height, format=kind)
    assert sniff(data[:64]) == kind
    assert claimed_size(data, kind) == (width, height)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"}),
        ("GIF", {}),
    ],
    ids=["progressive", "lossless", "extended", "gif"],
)
def test_the_claimed_size_in_every_dress(kind: str, options: dict[str, Any]) -> None:
    assert claimed_size(saved(kind, **options), kind) == (40, 30)


@pytest.mark.parametrize("kind", [*KINDS, "GIF"])
def test_no_size_is_claimed_by_a_file_without_a_whole_header(kind: str) -> None:
    data = saved(kind)
    assert claimed_size(data[:9], kind) is None


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_goes_and_pixels_stay(kind: str) -> None:
    profile = b"a colour profile"
    extra: dict[str, Any] = {"JPEG": {"comment": b"SECRET"}}.get(kind, {})
    dirty = saved(kind, exif=exif(), xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>", icc_profile=profile, **extra)
    assert b"SECRET" in dirty

    stripped = without_metadata(dirty + b"SECRET trailer", kind)

    assert stripped is not None
    assert b"SECRET" not in stripped
    assert b"xmp" not in stripped
    with Image.open(io.BytesIO(dirty)) as before, Image.open(io.BytesIO(stripped)) as after:
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif()) == {}
        assert after.info.get("icc_profile") == profile


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_metadata_is_left_alone(kind: str) -> None:
    data = saved(kind)
    assert without_metadata(data, kind) == data


def test_a_png_keeps_its_palette_and_transparency_and_loses_text() -> None:
    data = saved("PNG", mode="P", transparency=3)
    text = b"Location\0SECRET"
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    assert without_metadata(data[:33] + chunk + data[33:], "PNG") == data


@pytest.mark.parametrize("kind", KINDS)
@given(part=st.floats(0, 0.99))
def test_a_cut_file_is_not_sent_as_it_is(kind: str, part: float) -> None:
    data = saved(kind)
    assert without_metadata(data[: int(len(data) * part)], kind) is None


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_not_sent_as_it_is(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    assert without_metadata(buffer.getvalue(), kind) is None


@given(st.sampled_from(KINDS), st.binary(max_size=200))
def test_noise_behind_a_signature_never_raises(kind: str, noise: bytes) -> None:
    data = saved(kind)[:16] + noise
    claimed_size(data, kind)
    without_metadata(data, kind)
