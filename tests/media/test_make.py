import io
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.media import Measured, MediaError, make_audio, make_image, make_video, probe
from tests.effort import examples

_QUICK = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_has_its_size_format_and_more_than_one_colour(kind: str) -> None:
    with Image.open(io.BytesIO(make_image(720, 1280, format=kind, label="selfie"))) as picture:
        assert (picture.format, picture.size, picture.mode) == (kind, (720, 1280), "RGB")
        assert picture.convert("RGB").getcolors(50) is None


def test_formats_may_be_written_as_suffixes() -> None:
    assert make_image(30, 20, format="jpg") == make_image(30, 20)


def test_pictures_are_small_the_same_every_time_and_differ_by_label() -> None:
    first = make_image(1280, 720)
    make_image.cache_clear()
    assert make_image(1280, 720) == first
    assert len(first) < 60_000
    assert make_image(1280, 720, label="a") != make_image(1280, 720, label="b")


@_QUICK
@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 12_000))
def test_a_clip_has_exactly_its_size_and_length(tmp_path: Path, width: int, height: int, milliseconds: int) -> None:
    file = tmp_path / "clip"
    file.write_bytes(make_video(width, height, milliseconds / 1000))
    measured = probe(file)
    assert (measured.kind, measured.width, measured.height, measured.problem) == ("video", width, height, None)
    assert measured.duration_s == pytest.approx(milliseconds / 1000, abs=1e-4)


@pytest.mark.parametrize("fps", [1, 7, 24, 30])
def test_a_clip_has_its_pictures_a_second(fps: int) -> None:
    import av

    with av.open(io.BytesIO(make_video(64, 48, 2.5, fps=fps)), "r") as container:
        stream = container.streams.video[0]
        assert stream.frames == -(-fps * 5 // 2)
        assert stream.codec_context.name == "h264"
        pictures = [bytes(frame.planes[0]) for frame in container.decode(stream)]
    assert len(set(pictures[:8])) == min(8, len(pictures)), "the bar moves"


def test_clips_are_the_same_every_time_and_made_once() -> None:
    first = make_video(128, 72, 2)
    assert make_video(128, 72, 2) is first
    make_video.cache_clear()
    assert make_video(128, 72, 2) == first
    assert make_video.cache_parameters()["maxsize"] == 64


def test_the_usual_clip_is_small() -> None:
    assert len(make_video(720, 1280, 10)) < 40_000


@pytest.mark.parametrize("duration_s", [0.001, 1, 2.5, 10])
def test_a_wav_has_its_length(duration_s: float, tmp_path: Path) -> None:
    data = make_audio(duration_s)
    with wave.open(io.BytesIO(data)) as sound:
        assert sound.getnframes() == round(duration_s * 8000)
        samples = sound.readframes(sound.getnframes())
    assert duration_s == 0.001 or len(set(samples)) > 10, "it is a tone, not silence"
    file = tmp_path / "sound"
    file.write_bytes(data)
    assert probe(file) == Measured(kind="audio", duration_s=round(duration_s * 8000) / 8000)


def test_an_mp3_has_about_its_length(tmp_path: Path) -> None:
    file = tmp_path / "sound"
    file.write_bytes(make_audio(3, format="mp3"))
    measured = probe(file)
    assert (measured.kind, measured.problem) == ("audio", None)
    assert measured.duration_s == pytest.approx(3, abs=0.25)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: make_image(0, 5), "No picture is made of 0 × 5 pixels."),
        (lambda: make_image(5, 100_000), "No picture is made of 5 × 100000 pixels."),
        (lambda: make_image(5, 5, format="GIF"), "No picture is made as 'GIF'."),
        (lambda: make_video(-1, 5, 1), "No picture is made of -1 × 5 pixels."),
        (lambda: make_video(5, 5, 0), "Nothing is made of 0 s."),
        (lambda: make_video(5, 5, float("nan")), "Nothing is made of nan s."),
        (lambda: make_video(5, 5, 1e9), "Nothing is made of 1000000000.0 s."),
        (lambda: make_video(5, 5, 1, fps=0), "No clip is made with 0 pictures a second."),
        (lambda: make_audio(float("inf")), "Nothing is made of inf s."),
        (lambda: make_audio(1, format="ogg"), "No sound is made as 'ogg'."),
    ],
    ids=range(10),
)
def test_what_cannot_be_made_is_told(made: Callable[[], bytes], text: str) -> None:
    with pytest.raises(MediaError) as caught:
        made()
    assert caught.value.text == text
    assert caught.value.fix


def test_without_av_clips_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.media.make.has_av", lambda: False)
    make_audio.cache_clear()
    with pytest.raises(MediaError) as caught:
        make_video(62, 62, 1)
    assert caught.value.text == "Clips are made with av, which is not installed."
    with pytest.raises(MediaError) as sound:
        make_audio(1.5, format="mp3")
    assert sound.value.text == "MP3 is made with av, which is not installed."
    assert caught.value.fix == sound.value.fix == "Install it: pip install 'param-harness[media]'."
    assert make_audio(1)
