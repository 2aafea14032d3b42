"""What is inside the data URIs of a body: is it a file of a type that the API takes, and does it keep to the contract?

Only on request (`check_assets`): decoding costs far more than all else that the mock does. Nothing is fetched, and what
stands behind an upload URI is not looked at. How long a data URI may be is the schema's business.

The contract's `x-file` bounds what a field takes. Texts seen at the live API: the type's, the aspect's, the duration's
upper bound. Taken here in their style: the duration's lower bound, sides, and what does not decode.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from typing import Final

from harness import media
from harness.clock import Clock
from harness.mock.assets import BAD_DATA_URI, UNSUPPORTED, media_form, texts
from harness.model import JsonObject, Path
from harness.provider import Contract, Endpoint, Issue

#: Files that are looked at in one body: more than any field takes.
MAX_FILES: Final = 50
UNDECODABLE: Final = "The asset could not be decoded."
ASPECT: Final = "Invalid asset aspect ratio. width / height ratio must be at {word} {bound:g}. Got {aspect:.3f}."
SIDES: Final = "Invalid asset dimensions. Width and height must be at {word} {bound:g} pixels. Got {width}x{height}."
DURATION: Final = "Asset duration must be at {word} {bound:g} seconds"

#: Contents of files, as `media.sniff` names them, that each kind of field takes; and media types for the others.
_TAKEN: Final[Mapping[str, frozenset[str]]] = {
    "image": frozenset({"JPEG", "PNG", "WEBP"}),
    "video": frozenset({"MP4", "MATROSKA", "OGG", "AVI"}),
    "audio": frozenset({"MP3", "AAC", "FLAC", "WAV", "M4A", "MP4", "OGG"}),
}
_TYPES: Final[Mapping[str, str]] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIC": "image/heic",
    "SVG": "image/svg+xml",
    "MP4": "video/mp4",
    "MATROSKA": "video/webm",
    "AVI": "video/x-msvideo",
    "OGG": "application/ogg",
    "M4A": "audio/mp4",
    "MP3": "audio/mpeg",
    "AAC": "audio/aac",
    "FLAC": "audio/flac",
    "WAV": "audio/wav",
    "PDF": "application/pdf",
    "ZIP": "application/zip",
    "HTML": "text/html",
    "JSON": "application/json",
}
_UNKNOWN: Final = "application/octet-stream"


async def file_issues(contract: Contract, endpoint: Endpoint, payload: JsonObject, clock: Clock) -> tuple[Issue, ...]:
    """What is wrong with the files in a body that is as the contract's schema wants it, in the order of the body."""
    found: list[Issue] = []
    looked_at = 0
    for path, value in texts(payload):
        form = media_form(contract, endpoint, payload, path) if value.startswith("data:") else None
        if form is None or looked_at == MAX_FILES:
            continue
        looked_at += 1
        # Simulated time must stand still while a file is decoded: no thread there.
        look = (path, value, form)
        found += _look(*look) if clock.virtual else await asyncio.to_thread(_look, *look)
    return tuple(found)


def _look(path: Path, value: str, form: JsonObject) -> list[Issue]:
    try:
        text = value[value.index(",") + 1 :]
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        data = b""
    if not data:
        return [_issue(path, BAD_DATA_URI)]
    content = media.sniff(data[:64])
    if content not in _TAKEN.get(value[5:].partition("/")[0].lower(), frozenset()):
        return [_issue(path, UNSUPPORTED.format(kind=_TYPES.get(content, _UNKNOWN)))]
    measured = media.probe_bytes(data)
    if measured.problem is not None:
        return [] if measured.problem.startswith(media.NOT_INSPECTED) else [_issue(path, UNDECODABLE)]
    return list(_measures(path, measured, form.get("x-file", {})))


def _measures(path: Path, measured: media.Measured, bounds: Mapping[str, float]) -> Iterator[Issue]:
    width, height, duration_s = measured.width, measured.height, measured.duration_s
    if width and height:
        aspect = width / height
        sides = {"width": width, "height": height}
        if aspect < bounds.get("min_aspect", aspect):
            yield _issue(path, ASPECT.format(word="least", bound=bounds["min_aspect"], aspect=aspect))
        if aspect > bounds.get("max_aspect", aspect):
            yield _issue(path, ASPECT.format(word="most", bound=bounds["max_aspect"], aspect=aspect))
        if min(width, height) < bounds.get("min_side", 0):
            yield _issue(path, SIDES.format(word="least", bound=bounds["min_side"], **sides))
        if max(width, height) > bounds.get("max_side", max(width, height)):
            yield _issue(path, SIDES.format(word="most", bound=bounds["max_side"], **sides))
    if duration_s is not None:
        for kind, name, word in (("minimum", "min_s", "least"), ("maximum", "max_s", "most")):
            bound = bounds.get(name)
            if bound is not None and (duration_s < bound if kind == "minimum" else duration_s > bound):
                text = DURATION.format(word=word, bound=bound)
                yield Issue(
                    kind="minimum" if kind == "minimum" else "maximum",
                    path=path,
                    value=duration_s,
                    bound=bound,
                    text=text,
                )


def _issue(path: Path, text: str) -> Issue:
    return Issue(kind="rule", path=path, text=text)
