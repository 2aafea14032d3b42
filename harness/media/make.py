"""Small pictures, clips and sounds that stand in for what a provider would make: quick, and the same every time."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

from harness.media.common import MediaError, has_av, quiet
from harness.words import told

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.stream import VideoStream

_MAX_SIDE: Final = 8192
_MAX_SECONDS: Final = 3600.0
_MAX_FPS: Final = 60
#: Ticks a second of a clip's clock. MPEG-4 allows no more than 65,535; 30,000 holds whole milliseconds.
_TICKS: Final = 30_000
_SOUND_RATE: Final = 8000

MISSING_AV: Final = told("make.install", command="pip install 'param-harness[media]'")


@lru_cache(maxsize=32)
def make_image(width: int, height: int, *, format: str = "JPEG", label: str = "") -> bytes:  # noqa: A002 - as in fit_image
    """A picture of this size, 1 to 8192 pixels a side: a gradient with a disc, in colours that follow from `label`.

    `format` is JPEG (or JPG), PNG or WEBP, in either case. `label` is also written into the picture. The bytes are
    the same for the same arguments and Pillow. Raises MediaError for another size or format.
    """
    kind = {"JPG": "JPEG"}.get(format.upper(), format.upper())
    if kind not in ("JPEG", "PNG", "WEBP"):
        raise MediaError(told("make.format", format=repr(format)), told("make.format.fix"))
    _check_size(width, height)
    with quiet():
        return _draw(width, height, kind, label)


def _draw(width: int, height: int, kind: str, label: str) -> bytes:
    from PIL import Image, ImageDraw

    ramp = Image.linear_gradient("L")
    size = (width, height)
    third = Image.new("L", size, zlib.crc32(label.encode()) % 200 + 28)
    across = ramp.transpose(Image.Transpose.ROTATE_90).resize(size)
    picture = Image.merge("RGB", (ramp.resize(size), across, third))
    draw = ImageDraw.Draw(picture)
    radius = min(width, height) / 4
    centre = (width / 2, height / 2)
    draw.ellipse((centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), fill="white")
    if label:
        draw.text((width * 0.05, height * 0.05), label[:80], fill="black")
    buffer = BytesIO()
    picture.save(buffer, kind, quality=80)
    return buffer.getvalue()


#: Encoding takes time by the pixel: a large clip has a picture every few seconds, and never fewer than two.
_PIXELS: Final = 10_000_000


@lru_cache(maxsize=64)
def make_video(width: int, height: int, duration_s: float, *, fps: int = 1) -> bytes:
    """An MP4 of exactly this size (1 to 8192 pixels a side) and length (to the millisecond, up to an hour).

    H.264 where av can encode it, else MPEG-4; a bar moves from picture to picture. `fps` is whole, 1 to 60, and the
    pictures are fewer where all of them together would have more than _PIXELS; at the usual 1 a clip of 10 s in
    720 × 1280 takes 30 ms and 20 KB. The last picture is shown for what is left of the duration. Raises MediaError
    for other arguments and without av.
    """
    _check_size(width, height)
    _check_seconds(duration_s)
    if not 1 <= fps <= _MAX_FPS:
        raise MediaError(told("make.fps", fps=fps), told("make.fps.fix", most=_MAX_FPS))
    if not has_av():
        raise MediaError(told("make.clip.no_av"), MISSING_AV)
    from fractions import Fraction

    import av

    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        codec = _video_codec(odd=bool(width % 2 or height % 2))
        stream = cast("VideoStream", container.add_stream(codec, rate=fps))
        stream.width, stream.height = width, height
        # Half-resolution colour cannot describe an odd side; MPEG-4 rounds up inside and says the true size.
        layout = "yuv444p" if codec == "libx264" and (width % 2 or height % 2) else "yuv420p"
        stream.pix_fmt = layout
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        stream.codec_context.thread_count = 1  # the same bytes on every machine
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "crf": "30", "bf": "0"}
        end = round(duration_s * _TICKS)
        count = math.ceil(end * fps / _TICKS - 1e-9)
        step = math.ceil(count / max(2, _PIXELS // (width * height)))
        starts = [round(index * _TICKS / fps) for index in range(0, count, step)]
        ends = dict(zip(starts, [*starts[1:], end], strict=True))
        for frame in (*_frames(width, height, layout, starts), None):
            for packet in stream.encode(frame):
                at = cast("int", packet.pts)
                packet.duration = ends[at] - at
                container.mux(packet)
    return buffer.getvalue()


@lru_cache(maxsize=2)
def _video_codec(*, odd: bool) -> str:
    """The encoder to use: not by the name "h264", which may choose one for hardware that is not there."""
    import av

    for name in ("libx264",) if odd else ("libx264", "libopenh264"):
        try:
            av.codec.Codec(name, "w")
        except ValueError:  # av.codec.codec.UnknownCodecError
            continue
        return name
    return "mpeg4"


def _frames(width: int, height: int, layout: str, starts: list[int]) -> Iterator[VideoFrame]:
    """Pictures with a grey ramp and a bright bar that moves on by a step of its own width from picture to picture."""
    from fractions import Fraction

    from av import VideoFrame

    bar = max(1, width // 8)
    ramp = bytes(16 + 180 * x // width for x in range(width))
    top, middle = height // 3, height - 2 * (height // 3)
    for index, start in enumerate(starts):
        frame = VideoFrame(width, height, layout)
        for number, plane in enumerate(frame.planes):
            padding = bytes(plane.line_size - plane.width)
            if number:
                plane.update((bytes([70 + 80 * number]) * plane.width + padding) * plane.height)
                continue
            left = index * bar % width
            bright = (ramp[:left] + b"\xeb" * bar + ramp[left + bar :])[:width] + padding
            plane.update((ramp + padding) * top + bright * middle + (ramp + padding) * top)
        frame.pts, frame.time_base = start, Fraction(1, _TICKS)
        yield frame


@lru_cache(maxsize=32)
def make_audio(duration_s: float, *, format: str = "wav") -> bytes:  # noqa: A002 - as in fit_image
    """A quiet tone of this length (up to an hour): "wav" by the standard library alone, "mp3" with av.

    16-bit mono, 8,000 samples a second: exact to 1/8000 s as WAV; as MP3 some versions of av
    count up to 0.2 s of the encoder's padding. Raises MediaError.
    """
    _check_seconds(duration_s)
    # 250 Hz: a period is 32 samples
    wave = [round(3000 * math.sin(math.tau * index / 32)) for index in range(32)]
    period = b"".join(value.to_bytes(2, "little", signed=True) for value in wave)
    count = max(1, round(duration_s * _SOUND_RATE))
    samples = (period * (count // 32 + 1))[: count * 2]
    if format == "wav":
        return _wav(samples)
    if format != "mp3":
        raise MediaError(told("make.sound", format=repr(format)), told("make.sound.fix"))
    if not has_av():
        raise MediaError(told("make.mp3.no_av"), MISSING_AV)
    return _mp3(samples)


def _wav(samples: bytes) -> bytes:
    import wave

    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SOUND_RATE)
        file.writeframes(samples)
    return buffer.getvalue()


def _mp3(samples: bytes) -> bytes:
    from fractions import Fraction

    import av

    buffer = BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=_SOUND_RATE, layout="mono", format="s16p")
        frame = av.AudioFrame(format="s16p", layout="mono", samples=len(samples) // 2)
        frame.planes[0].update(samples + bytes(frame.planes[0].buffer_size - len(samples)))
        frame.sample_rate, frame.pts, frame.time_base = _SOUND_RATE, 0, Fraction(1, _SOUND_RATE)
        fifo = av.AudioFifo()
        fifo.write(frame)
        for part in (*fifo.read_many(stream.codec_context.frame_size or 576, partial=True), None):
            container.mux(stream.encode(part))
    return buffer.getvalue()


def _check_size(width: int, height: int) -> None:
    if not (1 <= width <= _MAX_SIDE and 1 <= height <= _MAX_SIDE):
        raise MediaError(told("make.size", width=width, height=height), told("make.size.fix", most=_MAX_SIDE))


def _check_seconds(duration_s: float) -> None:
    if not 0.001 <= duration_s <= _MAX_SECONDS:  # NaN is in no range
        raise MediaError(told("make.seconds", seconds=duration_s), told("make.seconds.fix", most=f"{_MAX_SECONDS:.0f}"))
