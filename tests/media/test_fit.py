import errno
import io
import os
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from harness.errors import EXIT_USAGE, HarnessError
from harness.media import MediaError, Prepared, fit_image, make_image
from harness.media.squeeze import MAX_ENCODES
from tests.effort import examples


def grains(width: int, height: int) -> Image.Image:
    return Image.frombytes("L", (width, height), random.Random(0).randbytes(width * height))


def noise(width: int, height: int) -> Image.Image:
    """A picture that no encoder can do much about."""
    plane = grains(width, height)
    return Image.merge("RGB", (plane, plane.rotate(180), ImageChops.invert(plane)))


def detailed(width: int, height: int) -> Image.Image:
    """Something like a photo: soft shapes with a little noise."""
    soft = grains(max(1, width // 30), max(1, height // 30)).resize((width, height))
    plane = Image.blend(soft, grains(width, height), 0.1)
    return Image.merge("RGB", (plane, plane.transpose(Image.Transpose.FLIP_LEFT_RIGHT), soft))


def write(picture: Image.Image, file: Path, kind: str, **options: object) -> Path:
    picture.save(file, kind, **options)
    return file


def opened(prepared: Prepared) -> Image.Image:
    picture = Image.open(io.BytesIO(prepared.data))
    picture.load()
    assert picture.size == (prepared.width, prepared.height)
    assert prepared.media_type == f"image/{(picture.format or '').lower()}"
    return picture


def close(picture: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    seen = picture.convert("RGB").getpixel(at)
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= 12 for a, b in zip(seen, colour, strict=True))


# What is sent as it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_right_file_is_sent_byte_for_byte(tmp_path: Path, kind: str) -> None:
    data = make_image(300, 200, format=kind)
    file = tmp_path / "selfie.txt"  # the name says nothing
    file.write_bytes(data)
    assert fit_image(file) == Prepared(data=data, media_type=f"image/{kind.lower()}", width=300, height=200, encodes=0)
    assert fit_image(file, format=kind.lower(), max_side=300).data == data


def test_an_opaque_alpha_channel_is_no_reason_to_encode(tmp_path: Path) -> None:
    file = write(detailed(60, 40).convert("RGBA"), tmp_path / "a.png", "PNG")
    assert fit_image(file).data == file.read_bytes()


def test_a_selfie_does_not_tell_where_it_was_taken(tmp_path: Path) -> None:
    data = Image.Exif()
    data[0x0112] = 1
    data[0x010F] = "PhoneMaker"
    data.get_ifd(0x8825)[2] = (59.0, 56.0, 4.0)
    file = write(detailed(300, 200), tmp_path / "selfie.jpg", "JPEG", exif=data, comment=b"at home", quality=90)
    prepared = fit_image(file)
    picture = opened(prepared)
    assert dict(picture.getexif()) == {}
    assert b"PhoneMaker" not in prepared.data
    assert b"at home" not in prepared.data
    assert prepared.encodes == 0  # the metadata is cut out, the picture is not encoded a second time
    with Image.open(file) as before:
        assert picture.tobytes() == before.tobytes()


def test_metadata_goes_when_the_picture_is_encoded_too(tmp_path: Path) -> None:
    data = Image.Exif()
    data[0x010F] = "PhoneMaker"
    file = write(detailed(300, 200), tmp_path / "selfie.jpg", "JPEG", exif=data, xmp=b"<xmp>home</xmp>")
    for kind in ("PNG", "WEBP"):
        prepared = fit_image(file, format=kind)
        assert prepared.encodes == 1
        assert dict(opened(prepared).getexif()) == {}
        assert b"PhoneMaker" not in prepared.data
        assert b"home" not in prepared.data


# Upright, opaque, RGB -------------------------------------------------------------------------------------------

_CORNERS = {1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB"}
_COLOURS = {"R": (255, 0, 0), "G": (0, 128, 0), "B": (0, 0, 255), "W": (255, 255, 255)}


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_turned_upright(tmp_path: Path, kind: str, turn: int) -> None:
    stored = Image.new("RGB", (64, 32), "white")  # as the sensor saw it: red, green over blue, white
    for box, colour in (((0, 0, 32, 16), "red"), ((32, 0, 64, 16), "green"), ((0, 16, 32, 32), "blue")):
        stored.paste(colour, box)
    data = Image.Exif()
    data[0x0112] = turn
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    prepared = fit_image(write(stored, tmp_path / "p", kind, exif=data, **options))
    width, height = prepared.width, prepared.height
    assert (width, height) == ((64, 32) if turn < 5 else (32, 64))
    picture = opened(prepared)
    corners = ((4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5))
    for at, name in zip(corners, _CORNERS[turn], strict=True):
        assert close(picture, at, _COLOURS[name]), (at, name)
    assert prepared.encodes == (0 if turn == 1 else 1)


def test_a_broken_orientation_is_none(tmp_path: Path) -> None:
    data = Image.Exif()
    data[0x0112] = 77
    assert fit_image(write(detailed(64, 32), tmp_path / "p.jpg", "JPEG", exif=data)).width == 64


def test_broken_exif_is_dropped_without_a_word(tmp_path: Path) -> None:
    file = write(detailed(64, 32), tmp_path / "p.jpg", "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f broken")
    assert fit_image(file).encodes == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(tmp_path: Path, mode: str) -> None:
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 20, 40))
    file = write(picture.convert(mode), tmp_path / "p.png", "PNG")
    prepared = fit_image(file)
    result = opened(prepared)
    assert (result.format, result.mode) == ("JPEG", "RGB")
    assert close(result, (5, 20), (0, 0, 0))
    assert close(result, (35, 20), (255, 255, 255))
    assert opened(fit_image(file, format="PNG")).mode == "RGB"


def test_half_transparent_mixes_with_white(tmp_path: Path) -> None:
    file = write(Image.new("RGBA", (40, 40), (255, 0, 0, 128)), tmp_path / "p.webp", "WEBP", lossless=True)
    assert close(opened(fit_image(file)), (20, 20), (255, 127, 127))


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("CMYK", "JPEG", (10, 200, 30)),
        ("1", "PNG", (255, 255, 255)),
        ("I;16", "PNG", (128, 128, 128)),
        ("LA", "PNG", (128, 128, 128)),
    ],
)
def test_other_modes_become_rgb(tmp_path: Path, mode: str, kind: str, expected: tuple[int, int, int]) -> None:
    if mode == "I;16":
        picture = Image.new("I;16", (32, 32), 128 * 257)
    elif mode == "CMYK":
        picture = Image.new("RGB", (32, 32), expected).convert("CMYK")
    else:
        picture = Image.new("L", (32, 32), expected[0]).convert(mode)
    prepared = fit_image(write(picture, tmp_path / "p", kind))
    result = opened(prepared)
    assert result.mode == "RGB" or prepared.encodes == 0
    assert close(result, (16, 16), expected)


def test_an_animation_becomes_its_first_picture(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = write(frames[0], tmp_path / "p.webp", "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    prepared = fit_image(file)
    assert prepared.media_type == "image/jpeg"
    assert close(opened(prepared), (10, 10), (255, 0, 0))


def test_colours_keep_their_profile_when_encoded(tmp_path: Path) -> None:
    file = write(detailed(64, 48), tmp_path / "p.png", "PNG", icc_profile=b"wide gamut")
    assert opened(fit_image(file, format="JPEG")).info["icc_profile"] == b"wide gamut"
    file = write(detailed(64, 48), tmp_path / "p.png", "PNG", icc_profile=bytes(20_000))
    assert "icc_profile" not in opened(fit_image(file, format="JPEG")).info


# Small enough ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("max_kb", [40, 200])
def test_a_large_picture_fits_in_few_encodes(tmp_path: Path, kind: str, max_kb: int) -> None:
    file = write(detailed(1800, 1200), tmp_path / "p.jpg", "JPEG", quality=97)
    assert file.stat().st_size > 200 * 1024
    prepared = fit_image(file, max_kb=max_kb, format=kind)
    opened(prepared)
    assert 0.5 * max_kb * 1024 < len(prepared.data) <= max_kb * 1024
    assert prepared.encodes <= 3
    assert abs(prepared.width / prepared.height - 1.5) < 0.02


def test_quality_goes_before_size(tmp_path: Path) -> None:
    file = write(detailed(900, 600), tmp_path / "p.jpg", "JPEG", quality=95)
    size = file.stat().st_size
    slightly = fit_image(file, max_kb=size * 8 // 10 // 1024)
    assert (slightly.width, slightly.height) == (900, 600)
    assert len(slightly.data) > 0.7 * size * 0.8
    assert slightly.encodes <= 2
    assert fit_image(file, max_kb=size // 8 // 1024).width < 900


@pytest.mark.parametrize("more", [0, 1])
def test_the_limit_itself_is_allowed(tmp_path: Path, more: int) -> None:
    data = make_image(200, 200, format="PNG")
    padding = (-len(data) - 12) % 1024 + more  # a chunk is 12 bytes longer than its body
    padded = _with_chunk(data, b"bKGD", bytes(padding))
    file = tmp_path / "p.png"
    file.write_bytes(padded)
    assert len(padded) % 1024 == more
    assert (fit_image(file, max_kb=len(padded) // 1024).data == padded) == (more == 0)


def _with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return png[:-12] + chunk + png[-12:]


def test_max_side_bounds_the_longer_side(tmp_path: Path) -> None:
    file = write(detailed(1200, 900), tmp_path / "p.jpg", "JPEG")
    assert (fit_image(file, max_side=400).width, fit_image(file, max_side=400).height) == (400, 300)
    assert fit_image(file, max_side=1200).encodes == 0
    sideways = Image.Exif()
    sideways[0x0112] = 6
    file = write(detailed(1200, 900), tmp_path / "p.jpg", "JPEG", exif=sideways)
    assert (fit_image(file, max_side=400).width, fit_image(file, max_side=400).height) == (300, 400)


def test_a_huge_jpeg_is_halved_by_its_decoder(tmp_path: Path) -> None:
    file = write(noise(3000, 2000), tmp_path / "p.jpg", "JPEG", quality=95)
    prepared = fit_image(file, max_kb=300)
    assert max(prepared.width, prepared.height) <= 1500
    assert prepared.encodes <= 2
    assert 150 * 1024 < len(prepared.data) <= 300 * 1024


def test_webp_knows_no_side_above_16383(tmp_path: Path) -> None:
    file = write(Image.new("RGB", (17_000, 10), "red"), tmp_path / "p.png", "PNG")
    assert fit_image(file, format="WEBP").width == 16_383
    assert fit_image(file).width == 17_000


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.tuples(st.integers(1, 1100), st.integers(1, 1100)),
    max_kb=st.integers(1, 300),
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    paint=st.sampled_from([noise, detailed]),
)
def test_any_picture_fits_or_says_what_is_possible(
    tmp_path: Path, size: tuple[int, int], max_kb: int, kind: str, paint: Callable[[int, int], Image.Image]
) -> None:
    file = write(paint(*size), tmp_path / "p.png", "PNG", compress_level=1)
    try:
        prepared = fit_image(file, max_kb=max_kb, format=kind)
    except MediaError as error:
        assert max_kb < 16, "64 × 64 pixels of noise are 12 KB"
        max_kb = int(error.fix.removeprefix("Write max_kb: ").split()[0])
        prepared = fit_image(file, max_kb=max_kb, format=kind)
    opened(prepared)
    assert len(prepared.data) <= max_kb * 1024
    assert prepared.encodes <= MAX_ENCODES


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    file = write(detailed(900, 600), tmp_path / "p.png", "PNG")
    assert fit_image(file, max_kb=60) == fit_image(file, max_kb=60)


# Mistakes -------------------------------------------------------------------------------------------------------


def refused(file: Path, **options: object) -> tuple[str, str]:
    with pytest.raises(MediaError) as caught:
        fit_image(file, **options)  # type: ignore[arg-type]
    assert isinstance(caught.value, HarnessError)
    assert caught.value.exit_code == EXIT_USAGE
    return caught.value.text, caught.value.fix


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )


@pytest.mark.parametrize(
    ("content", "text", "fix"),
    [
        (b"", "p.jpg is empty: 0 bytes.", "Put a JPEG, PNG or WebP image there."),
        (b"hello", "p.jpg is no image, by its content.", "Images are JPEG, PNG or WebP: convert it first."),
        (
            b"GIF89a" + bytes(20),
            "p.jpg is a GIF file, by its content.",
            "Images are JPEG, PNG or WebP: convert it first.",
        ),
        (
            b"PK\x03\x04" + bytes(20),
            "p.jpg is a ZIP file, by its content.",
            "Images are JPEG, PNG or WebP: convert it first.",
        ),
        (b"<html>404", "p.jpg is an HTML file, by its content.", "Images are JPEG, PNG or WebP: convert it first."),
        (
            b"\0\0\0\x20ftypheic",
            "p.jpg is an HEIC file, by its content.",
            "Images are JPEG, PNG or WebP: convert it first.",
        ),
        (
            png_header(100_000, 100_000),
            "p.jpg says that it is 100000 × 100000 pixels; pictures up to 100,000,000 pixels are decoded.",
            "Scale it down first.",
        ),
        (
            b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\0" * 2 + bytes(8),
            "p.jpg says that it is 16384 × 16384 pixels; pictures up to 100,000,000 pixels are decoded.",
            "Scale it down first.",
        ),
        (
            b"\xff\xd8\xff\xe0\0\x04",
            "p.jpg is damaged or cut off: its 6 bytes do not decode as JPEG.",
            "Save or download the image again.",
        ),
    ],
    ids=["empty", "text", "gif", "zip", "html", "heic", "png bomb", "webp bomb", "stump"],
)
def test_what_is_no_picture_is_told(tmp_path: Path, content: bytes, text: str, fix: str) -> None:
    file = tmp_path / "p.jpg"
    file.write_bytes(content)
    assert refused(file) == (text, fix)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_cut_off_picture_is_told(tmp_path: Path, kind: str, part: float) -> None:
    buffer = io.BytesIO()
    noise(200, 150).save(buffer, kind)
    file = tmp_path / "p.jpg"
    file.write_bytes(buffer.getvalue()[: int(len(buffer.getvalue()) * part)])
    size = file.stat().st_size
    assert refused(file)[0] == f"p.jpg is damaged or cut off: its {size:,} bytes do not decode as {kind}."
    assert "damaged or cut off" in refused(file, max_side=50)[0]


def test_a_png_that_claims_two_sizes_is_not_decoded(tmp_path: Path) -> None:
    file = tmp_path / "p.png"
    file.write_bytes(png_header(10, 10) + png_header(30_000, 30_000)[8:])
    assert "30000 × 30000" in refused(file)[0] or "damaged" in refused(file)[0]


def test_absent_files_folders_and_pipes_are_told(tmp_path: Path) -> None:
    file = tmp_path / "absent.jpg"
    assert refused(file) == ("The image absent.jpg does not exist.", f"Put it at {file}.")
    folder = tmp_path / "folder.jpg"
    folder.mkdir()
    assert refused(folder) == ("folder.jpg is a folder, not an image.", "Name a JPEG, PNG or WebP file.")
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    assert refused(pipe) == ("pipe.jpg is no regular file.", "Name a JPEG, PNG or WebP file.")
    assert refused(file / "below.jpg")[0] == "The image below.jpg does not exist."
    assert refused(tmp_path / "a\0b.jpg")[0].endswith("cannot be read: embedded null byte.")
    assert refused(tmp_path / ("x" * 300 + ".jpg"))[0].endswith(f"cannot be read: {os.strerror(errno.ENAMETOOLONG)}.")


def test_an_enormous_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "p.jpg"
    with file.open("wb") as stream:
        stream.truncate(200_000_000)
    assert refused(file) == (
        "p.jpg has 200,000,000 bytes; images up to 160,000,000 are read.",
        "Save it smaller first.",
    )


@pytest.mark.parametrize(
    ("options", "text", "fix"),
    [
        ({"max_kb": 0}, "max_kb is 0.", "Write a whole number from 1 for max_kb."),
        ({"max_side": -5}, "max_side is -5.", "Write a whole number from 1 for max_side."),
        ({"format": "GIF"}, "format is 'GIF'.", "Write JPEG, PNG or WebP for format."),
    ],
)
def test_options_that_cannot_be_are_told(tmp_path: Path, options: dict[str, object], text: str, fix: str) -> None:
    file = tmp_path / "p.jpg"
    file.write_bytes(make_image(20, 20))
    assert refused(file, **options) == (text, fix)


def test_what_cannot_get_small_enough_says_what_is_possible(tmp_path: Path) -> None:
    file = write(noise(400, 300), tmp_path / "p.png", "PNG")
    text, fix = refused(file, max_kb=1, format="PNG")
    words = re.fullmatch(
        r"p\.png does not get under max_kb: 1 as PNG: at 64 × 48 pixels it still has (\d),(\d{3}) bytes\.", text
    )
    assert words is not None, text
    possible = -(-int(words[1] + words[2]) // 1024) + 1  # how small exactly is up to zlib
    assert fix == f"Write max_kb: {possible} or more."
    assert len(fit_image(file, max_kb=possible, format="PNG").data) <= possible * 1024
    assert fit_image(file, max_kb=1, format="JPEG").width == 64


def test_a_name_cannot_paint_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in refused(tmp_path / "\x1b[31mred.jpg")[0]
