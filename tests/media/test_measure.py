import io
import struct
import subprocess
import sys
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.media import (
    NOT_INSPECTED,
    Measured,
    has_av,
    make_audio,
    make_image,
    make_video,
    probe,
    probe_bytes,
    sniff,
)
from harness.words import in_lang, pictures
from tests.effort import examples


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "output.bin"  # the name says nothing


def measured(file: Path, data: bytes) -> Measured:
    file.write_bytes(data)
    return probe(file)


def saved(kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(make_image(40, 30, format="PNG"))) as picture:
        picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (make_image(40, 30), "JPEG"),
        (make_video(64, 48, 2.0), "MP4"),
        (make_audio(0.5), "WAV"),
        (make_image(40, 30)[:50], "JPEG"),
        (b"", ""),
        (b"<html>", "HTML"),
    ],
    ids=["picture", "clip", "sound", "cut off", "nothing", "a page"],
)
def test_bytes_are_measured_as_their_file_is(file: Path, data: bytes, content: str) -> None:
    assert probe_bytes(data) == measured(file, data)
    assert sniff(data[:64]) == content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_pictures_are_measured(file: Path, kind: str) -> None:
    assert measured(file, saved(kind)) == Measured(kind="image", width=40, height=30)


def test_a_picture_is_measured_upright(file: Path) -> None:
    data = Image.Exif()
    data[0x0112] = 6
    assert measured(file, saved("JPEG", exif=data)) == Measured(kind="image", width=30, height=40)


def test_a_video_is_measured_upright(file: Path) -> None:
    clip = bytearray(make_video(64, 48, 2))
    at = clip.index(b"tkhd") + 44  # version 0: the matrix stands 40 bytes behind version and flags
    assert struct.unpack_from(">9i", clip, at) == (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    struct.pack_into(">9i", clip, at, 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    assert measured(file, bytes(clip)) == Measured(kind="video", width=48, height=64, duration_s=2.0)


def remuxed(clip: bytes, name: str, tmp_path: Path, **options: str) -> bytes:
    target = tmp_path / "remuxed"
    with av.open(io.BytesIO(clip), "r") as source, av.open(str(target), "w", format=name, options=options) as copy:
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    return target.read_bytes()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mp4", {"movflags": "+faststart"}),
        ("mp4", {"movflags": "frag_keyframe+empty_moov"}),
        ("matroska", {}),
        ("mov", {}),
    ],
    ids=["mp4", "fragmented", "matroska", "mov"],
)
def test_videos_of_other_containers_and_their_stumps(
    file: Path, tmp_path: Path, name: str, options: dict[str, str]
) -> None:
    whole = remuxed(make_video(128, 96, 10, fps=5), name, tmp_path, **options)
    assert measured(file, whole) == Measured(kind="video", width=128, height=96, duration_s=10.0)
    for part in (0.7, 0.5, 0.2, 0.1, 0.02):
        problem = measured(file, whole[: int(len(whole) * part)]).problem
        assert problem is not None
        assert problem.startswith(("cut off: its pictures end at ", "damaged or cut off: ", "no picture"))


def test_a_video_with_one_long_group_of_pictures_is_measured(file: Path) -> None:
    assert measured(file, make_video(64, 64, 20, fps=30)) == Measured(
        kind="video", width=64, height=64, duration_s=20.0
    )


def test_an_unknown_coding_is_not_called_damaged(file: Path) -> None:
    clip = make_video(64, 64, 1)
    assert clip.count(b"avc1") == 2  # as a brand, and as the coding of the stream
    at = clip.rindex(b"avc1")
    assert measured(file, clip[:at] + b"zzz1" + clip[at + 4 :]) == Measured(
        kind="video", problem="not inspected: av has no decoder for its coding"
    )


def test_a_song_with_a_cover_picture_is_a_sound(file: Path) -> None:
    song = make_audio(1, format="mp3")
    length = int.from_bytes(bytes(b & 0x7F for b in song[6:10]), "big")  # short enough to need no more than 7 bits
    assert song[:3] == b"ID3"
    body = b"\0image/png\0\x03\0" + make_image(20, 20, format="PNG")
    frame = b"APIC" + struct.pack(">IH", len(body), 0) + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    result = measured(file, b"ID3\x03\0\0" + size + frame + song[10 + length :])
    with av.open(str(file)) as container:
        assert container.streams.video, "the cover is there"
    assert (result.kind, result.width, result.problem) == ("audio", None, None)


@pytest.mark.parametrize(
    ("data", "kind", "problem"),
    [
        (b"", None, "empty: 0 bytes"),
        (b"<!doctype html><p>404", None, "no media file: HTML, 21 bytes"),
        (b'{"error":"gone"}', None, "no media file: JSON, 16 bytes"),
        (b"PK\x03\x04" + bytes(8), None, "no media file: ZIP, 12 bytes"),
        (b"#EXTM3U\nhttp://127.0.0.1/x", None, "no media file: unknown content, 26 bytes"),
        (b"\0\0\0\x20ftypheic", "image", "not inspected: HEIC pictures cannot be decoded here"),
        (b"\0\0\0\x20ftypisom" + bytes(20), "video", "damaged or cut off: 32 bytes that do not decode as MP4"),
        (b"\x1aE\xdf\xa3" + bytes(20), "video", "damaged or cut off: 24 bytes that do not decode as MATROSKA"),
        (b"ID3\x04" + bytes(20), "audio", "damaged or cut off: 24 bytes that do not decode as MP3"),
        (b"GIF89a", "image", "damaged or cut off: 6 bytes that do not decode as GIF"),
        (make_image(50, 50)[:400], "image", "damaged or cut off: 400 bytes that do not decode as JPEG"),
        (
            b"GIF89a\xff\xff\xff\xff" + bytes(20),
            "image",
            "too large to decode: it says that it is 65535 × 65535 pixels",
        ),
        (
            make_audio(1)[:8000],
            "audio",
            "cut off: it says that it has 16,000 bytes of sound, it has 8,000",
        ),
    ],
    ids=["empty", "html", "json", "zip", "playlist", "heic", "mp4", "mkv", "mp3", "gif", "jpeg", "gif bomb", "wav"],
)
def test_what_is_wrong_with_a_file_is_told(file: Path, data: bytes, kind: str | None, problem: str) -> None:
    assert measured(file, data) == Measured(kind=kind, problem=problem)


def test_absent_files_and_folders_are_told(tmp_path: Path) -> None:
    assert probe(tmp_path / "absent.mp4") == Measured(problem="unreadable: No such file or directory")
    assert probe(tmp_path) == Measured(problem="unreadable: Is a directory")


def test_without_av_videos_are_not_inspected_and_the_rest_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip, sound = make_video(64, 64, 1), make_audio(1, format="mp3")
    monkeypatch.setattr("harness.media.measure.has_av", lambda: False)
    problem = "not inspected: the media extra (av) is not installed"
    assert problem.startswith(NOT_INSPECTED)
    assert measured(file, clip) == Measured(kind="video", problem=problem)
    assert measured(file, sound) == Measured(kind="audio", problem=problem)
    assert measured(file, make_audio(1)) == Measured(kind="audio", duration_s=1.0)
    assert measured(file, make_image(20, 20)) == Measured(kind="image", width=20, height=20)


_SEEDS = (
    *(make_image(60, 40, format=kind, label="x") for kind in ("JPEG", "PNG", "WEBP")),
    saved("GIF"),
    saved("AVIF"),
    make_video(32, 32, 2),
    make_audio(0.2),
    make_audio(0.5, format="mp3"),
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(_SEEDS),
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), max_size=20),
    part=st.floats(0, 1),
)
def test_damage_of_any_kind_never_raises(
    tmp_path: Path, seed: bytes, changes: list[tuple[float, int]], part: float
) -> None:
    data = bytearray(seed)
    for at, value in changes:
        data[int(at * len(data))] = value
    result = measured(tmp_path / "f", bytes(data[: int(len(data) * part)]))
    assert result.problem is not None or result.kind is not None


def test_importing_media_imports_neither_library() -> None:
    code = (
        "import sys, harness.media as m; assert m.has_av() in (True, False); "
        "print([name for name in ('PIL', 'av', 'wave', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert has_av()


def test_a_problem_is_told_in_russian_and_kept_in_english() -> None:
    problem = probe_bytes(b"nothing that anybody knows").problem

    assert problem is not None
    assert problem == "no media file: unknown content, 26 bytes"
    assert in_lang(problem, "ru") == "это не картинка, не видео и не звук: неизвестное содержимое, 26 байт"


def test_what_nobody_could_look_into_begins_alike_in_data() -> None:
    texts = {key: english for key, (english, _) in pictures.TEXTS.items() if key.startswith("measured.")}

    begun = {key for key, english in texts.items() if english.startswith(NOT_INSPECTED)}

    assert begun == {key for key in texts if key.startswith("measured.not.")} != set()
