"""Measure what came: what the file is, how large its pictures are, how long it lasts, and whether it decodes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from msgspec import Struct

from harness.media.anatomy import claimed_size, sniff
from harness.media.common import MAX_PIXELS, Undecodable, decoding, has_av, open_picture, orientation, quiet
from harness.words import told

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

#: How the problem of a file starts that nothing is known to be wrong with, only nobody could look.
NOT_INSPECTED: Final = "not inspected"

_PICTURES: Final = frozenset(("JPEG", "PNG", "WEBP", "GIF", "AVIF"))
#: What libav is told to read each content as. Naming the reader keeps those out that follow references to other
#: files and hosts (playlists, concat scripts), whatever a provider sends.
_READERS: Final = {
    "MP4": "mov", "M4A": "mov", "MATROSKA": "matroska", "AVI": "avi", "OGG": "ogg",
    "WAV": "wav", "MP3": "mp3", "FLAC": "flac", "AAC": "aac",
}  # fmt: skip
_SOUNDS: Final = frozenset(("M4A", "OGG", "WAV", "MP3", "FLAC", "AAC"))
#: Pictures decoded after the last key picture, at most: ten seconds of 30 a second. A longer rest is left alone.
_MAX_TAIL: Final = 300
_MAX_IMAGE_BYTES: Final = 512_000_000


class Measured(Struct, frozen=True, kw_only=True):
    """What a file is. Sizes are pixels as shown, upright. None: does not apply, or could not be measured.

    `kind` is image, video or audio; None when it is none of them. `problem` is a sentence without its full stop,
    None when all is well; it starts with `NOT_INSPECTED` when the file may well be sound.
    """

    kind: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    problem: str | None = None


def probe(file: Path) -> Measured:
    """Measure a downloaded file. Never raises: an absent, empty, damaged, cut off or wrong file is a `problem`.

    Goes by the content, never by the name. A picture is decoded whole (of an animation the first one); of a video
    the first picture and those from the last key picture to the end, whose time must agree with the length that the
    file claims; of a sound the start. Video, and sound that is not WAV, need av.
    """
    try:
        with file.open("rb") as stream:
            return _probe(stream)
    except OSError as error:
        return Measured(problem=told("measured.unreadable", why=error.strerror or type(error).__name__))


def probe_bytes(data: bytes) -> Measured:
    """Measure a file that is in memory, as `probe` does."""
    return _probe(BytesIO(data))


def _probe(stream: BinaryIO) -> Measured:
    head = stream.read(64)
    size = stream.seek(0, 2)
    stream.seek(0)
    content = sniff(head)
    if not head:
        return Measured(problem=told("measured.empty"))
    if content in _PICTURES:
        return _image(stream, content, size)
    if content == "HEIC":
        return Measured(kind="image", problem=told("measured.not.heic"))
    if content == "WAV":
        measured = _wav(stream, size)
        if measured is not None:
            return measured
        stream.seek(0)
    if content in _READERS:
        return _libav(stream, content, size)
    key = "measured.no_media" if content else "measured.no_media.unknown"
    return Measured(problem=told(key, content=content, size=f"{size:,}"))


def _image(stream: BinaryIO, content: str, size: int) -> Measured:
    if size > _MAX_IMAGE_BYTES:
        return Measured(kind="image", problem=told("measured.not.size", size=f"{size:,}"))
    try:
        with quiet():
            return _picture(stream.read(), content)
    except ImportError:
        return Measured(kind="image", problem=told("measured.not.pillow", content=content))
    except Undecodable:
        return _damaged("image", content, size)


def _picture(data: bytes, content: str) -> Measured:
    if content != "AVIF":  # whose decoder allocates nothing before it is asked to decode
        claimed = claimed_size(data, content)
        if claimed is None:
            raise Undecodable
        if claimed[0] * claimed[1] > MAX_PIXELS:
            return _too_large("image", *claimed)
    with open_picture(data, content) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:  # the decoder's own reading of the header, should it differ from ours
            return _too_large("image", width, height)
        with decoding():
            picture.load()
        if orientation(picture) >= 5:
            width, height = height, width
        return Measured(kind="image", width=width, height=height)


def _too_large(kind: str, width: int, height: int) -> Measured:
    return Measured(kind=kind, problem=told("measured.too_large", width=width, height=height))


def _damaged(kind: str, content: str, size: int) -> Measured:
    return Measured(kind=kind, problem=told("measured.damaged", content=content, size=f"{size:,}"))


def _wav(stream: BinaryIO, size: int) -> Measured | None:
    """The sound's length by the standard library; None when it is not plain PCM, which only av can read."""
    import wave

    try:
        with wave.open(stream, "rb") as sound:
            rate, count = sound.getframerate(), sound.getnframes()
            bytes_each = sound.getnchannels() * sound.getsampwidth()
    except (wave.Error, EOFError, OSError, ValueError, RuntimeError, ArithmeticError, struct.error):
        return None
    if not rate or not count:
        return Measured(kind="audio", problem=told("measured.empty.sound", count=count, rate=rate))
    if count * bytes_each > size:
        problem = told("measured.cut.sound", claimed=f"{count * bytes_each:,}", size=f"{size:,}")
        return Measured(kind="audio", problem=problem)
    return Measured(kind="audio", duration_s=count / rate)


def _libav(file: BinaryIO, content: str, size: int) -> Measured:
    kind = "audio" if content in _SOUNDS else "video"
    if not has_av():
        return Measured(kind=kind, problem=told("measured.not.av"))
    import av

    try:
        with av.open(file, "r", format=_READERS[content]) as container:
            # The cover picture of a song stands as a video stream in its file.
            videos = () if kind == "audio" and container.streams.audio else container.streams.video
            streams = [*videos, *container.streams.audio]
            # None, whatever the types say, where libav knows no decoder.
            if streams and cast("object", streams[0].codec_context) is None:
                return Measured(kind=kind, problem=told("measured.not.decoder"))
            if streams:
                return _video(container, videos[0]) if videos else _audio(container)
    except (av.FFmpegError, OSError, ValueError, ArithmeticError, MemoryError):
        return _damaged(kind, content, size)
    return Measured(kind=kind, problem=told("measured.no_streams", content=content, size=f"{size:,}"))


def _audio(container: InputContainer) -> Measured:
    stream = container.streams.audio[0]
    if next(container.decode(stream), None) is None:
        return Measured(kind="audio", problem=told("measured.no_sound"))
    if stream.duration and stream.time_base:
        return Measured(kind="audio", duration_s=float(stream.duration * stream.time_base))
    return Measured(kind="audio", duration_s=container.duration / 1e6 if container.duration else None)


def _video(container: InputContainer, stream: VideoStream) -> Measured:
    context = stream.codec_context
    if context.width * context.height > MAX_PIXELS:
        return _too_large("video", context.width, context.height)
    stream.thread_type = "AUTO"
    first = next(container.decode(stream), None)
    if first is None:
        return Measured(kind="video", problem=told("measured.no_picture"))
    width, height = first.width, first.height
    if first.rotation % 180:
        width, height = height, width
    duration_s = _duration(container, stream)
    problem: str | None = told("measured.damaged.first") if first.is_corrupt else None
    if problem is None and duration_s is not None:
        problem = _tail(container, stream, duration_s)
    return Measured(kind="video", width=width, height=height, duration_s=duration_s, problem=problem)


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def _tail(container: InputContainer, stream: VideoStream, duration_s: float) -> str | None:
    """What is wrong with the end of a video: pictures that do not decode, or that end long before they should."""
    if not stream.time_base:
        return None
    begin_s = float((stream.start_time or 0) * stream.time_base)
    container.seek(int((begin_s + duration_s) / stream.time_base), stream=stream, backward=True)
    stream.codec_context.skip_frame = "NONREF"  # pictures that no other needs: the end is known without them
    end_s, last = begin_s, None
    for count, (at_s, frame) in enumerate(_pictures(container, stream)):
        if count == _MAX_TAIL:
            return None
        end_s, last = max(end_s, at_s), frame or last
    if last is not None and last.is_corrupt:
        return told("measured.damaged.last")
    # Half a second, or a twentieth: clocks of streams differ a little, and some start late.
    if end_s - begin_s < duration_s - max(0.5, duration_s / 20):
        return told("measured.cut", end=f"{end_s - begin_s:.1f}", duration=f"{duration_s:.1f}")
    return None


def _pictures(container: InputContainer, stream: VideoStream) -> Iterator[tuple[float, VideoFrame | None]]:
    """(end of a packet in seconds, a picture that came out of it) from here to the end of the file."""
    assert stream.time_base is not None
    for packet in container.demux(stream):
        end = ((packet.pts or 0) + (packet.duration or 0)) * stream.time_base
        frames = packet.decode()
        yield float(end), frames[-1] if frames else None
