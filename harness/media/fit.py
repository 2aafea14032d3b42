"""Make a picture fit what an API takes: upright, opaque, RGB, without metadata, and not too many bytes."""

from __future__ import annotations

import math
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.media.anatomy import claimed_size, sniff, without_metadata
from harness.media.common import MAX_PIXELS, MediaError, Undecodable, decoding, open_picture, orientation, quiet
from harness.media.squeeze import scaled, squeeze
from harness.redact import clean
from harness.words import known, told

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

ACCEPTED: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ACCEPTED_WORDS: Final = told("fit.formats")

#: Files above this are not even read: ten times what Runway takes by any way but its upload.
MAX_FILE_BYTES: Final = 160_000_000
_ENCODER_SIDE: Final = {"JPEG": 65_500, "PNG": 2**31 - 1, "WEBP": 16_383}  # what the formats can say at all
_MAX_PROFILE_BYTES: Final = 16_384  # a camera's colour profile has 500 to 4,000; printers' have megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A picture ready to send. `encodes` counts encodings of the whole picture; 0: the pixels are the file's own."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    encodes: int


def fit_image(file: Path, *, max_kb: int = 800, max_side: int | None = None, format: str | None = None) -> Prepared:  # noqa: A002 - the word of the scenario format
    """The picture of `file`, at most `max_kb` × 1024 bytes (a data URI of it is 4/3 of that) and `max_side` pixels.

    JPEG, PNG and WebP are told by their content. A file that is already right (small enough, upright, opaque, RGB
    or grey) is sent as it is, pixel for pixel; anything else becomes `format` (JPEG, PNG or WEBP; JPEG when
    nothing is asked). First the quality is lowered, to 66 of 100; then the picture is scaled, to a longer side of
    64 pixels. EXIF, GPS, XMP, IPTC and comments never leave the machine, a selfie tells where it was taken; only the
    colour profile stays. Raises MediaError, for absent, empty, unreadable, cut off, too large, or other files.
    """
    name = clean(file.name, 120)
    limit = _limit(max_kb, max_side)
    wanted = _wanted(format)
    data = _read(file, name)
    kind = sniff(data[:64])
    _check_header(data, kind, name)
    with quiet():
        with _decodable(name, data, kind):
            picture = open_picture(data, kind)
        with picture:
            _check_pixels(picture.size, name)  # the decoder's own reading of the header, should it differ from ours
            return _fit(picture, data, kind, name, wanted=wanted, limit=limit, max_side=max_side)


def _limit(max_kb: int, max_side: int | None) -> int:
    for key, value in (("max_kb", max_kb), ("max_side", max_side)):
        if value is not None and value < 1:
            raise MediaError(told("fit.below_one", key=key, value=repr(value)), told("fit.below_one.fix", key=key))
    return max_kb * 1024


def _wanted(name: str | None) -> str | None:
    if name is None:
        return None
    kind = {"JPG": "JPEG"}.get(name.upper(), name.upper())
    if kind not in ACCEPTED:
        fix = told("fit.format.fix", formats=_ACCEPTED_WORDS)
        raise MediaError(told("fit.format", value=repr(clean(name, 40))), fix)
    return kind


def _read(file: Path, name: str) -> bytes:
    try:
        facts = file.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise MediaError(told("fit.folder", name=name), told("fit.name_file", formats=_ACCEPTED_WORDS))
        if not stat.S_ISREG(facts.st_mode):  # a pipe would wait for ever, a device would never end
            raise MediaError(told("fit.irregular", name=name), told("fit.name_file", formats=_ACCEPTED_WORDS))
        if facts.st_size == 0:
            raise MediaError(told("fit.empty", name=name), told("fit.empty.fix", formats=_ACCEPTED_WORDS))
        if facts.st_size > MAX_FILE_BYTES:
            what = told("fit.too_big", name=name, size=f"{facts.st_size:,}", limit=f"{MAX_FILE_BYTES:,}")
            raise MediaError(what, told("fit.too_big.fix"))
        return file.read_bytes()
    except FileNotFoundError:
        fix = told("fit.absent.fix", path=clean(str(file), 400))
        raise MediaError(told("fit.absent", name=name), fix) from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        why = known("system", getattr(error, "strerror", None) or str(error))
        raise MediaError(told("fit.unreadable", name=name, why=why), told("fit.unreadable.fix")) from error


def _check_header(data: bytes, kind: str, name: str) -> None:
    if kind not in ACCEPTED:
        key = "fit.no_image" if not kind else "fit.other.an" if kind[0] in "AHMS" else "fit.other"
        raise MediaError(told(key, name=name, kind=kind), told("fit.convert", formats=_ACCEPTED_WORDS))
    size = claimed_size(data, kind)
    if size is None:
        raise _damaged(name, data, kind)
    _check_pixels(size, name)


def _check_pixels(size: tuple[int, int], name: str) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        what = told("fit.pixels", name=name, width=size[0], height=size[1], limit=f"{MAX_PIXELS:,}")
        raise MediaError(what, told("fit.pixels.fix"))


@contextmanager
def _decodable(name: str, data: bytes, kind: str) -> Iterator[None]:
    try:
        yield
    except Undecodable as error:
        raise _damaged(name, data, kind) from error


def _damaged(name: str, data: bytes, kind: str) -> MediaError:
    return MediaError(told("fit.damaged", name=name, size=f"{len(data):,}", kind=kind), told("fit.damaged.fix"))


def _fit(
    picture: ImageFile, data: bytes, kind: str, name: str, *, wanted: str | None, limit: int, max_side: int | None
) -> Prepared:
    size = _bounded(picture.size, max_side)
    turn = orientation(picture)
    own = None
    if wanted in (None, kind) and size == picture.size and turn == 1 and picture.mode in ("RGB", "RGBA", "L", "P"):
        own = without_metadata(data, kind)
    if own is None or len(own) > limit:
        own = None
        _draft(picture, size, len(data) / limit)
    with _decodable(name, data, kind), decoding():
        picture.load()
    if own is not None and _opaque(picture):
        return Prepared(data=own, media_type=ACCEPTED[kind], width=size[0], height=size[1], encodes=0)

    target = wanted or "JPEG"
    profile = picture.info.get("icc_profile") if picture.mode in ("RGB", "RGBA", "P") else None
    extra = {"icc_profile": profile if profile and len(profile) <= _MAX_PROFILE_BYTES else None}
    flat = _upright(_rgb(picture), turn)
    # The size again: a draft is smaller by now, and an upright picture may lie the other way round.
    flat = scaled(flat, _bounded(flat.size, min(max_side or _ENCODER_SIDE[target], _ENCODER_SIDE[target])))
    encoded, size, encodes = squeeze(flat, limit, target, extra, name)
    return Prepared(data=encoded, media_type=ACCEPTED[target], width=size[0], height=size[1], encodes=encodes)


def _bounded(size: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    longer = max(size)
    if max_side is None or longer <= max_side:
        return size
    return max(1, round(size[0] * max_side / longer)), max(1, round(size[1] * max_side / longer))


def _draft(picture: ImageFile, size: tuple[int, int], excess: float) -> None:
    """Let the JPEG decoder halve a picture that is to get much smaller anyway: a quarter of the work, or less.

    A file of four times the limit has to lose more than half of its pixels to keep a good quality.
    """
    part = 1 << max(0, min(3, int(math.log(max(excess, 1), 4))))
    width, height = picture.size
    picture.draft(None, (max(1, min(size[0], width // part)), max(1, min(size[1], height // part))))


def _opaque(picture: Image) -> bool:
    if picture.mode in ("RGBA", "LA", "PA"):
        return picture.getchannel("A").getextrema() == (255, 255)
    return "transparency" not in picture.info


def _rgb(picture: Image) -> Image:
    """The picture as RGB; what is transparent shows white."""
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits a pixel: `convert` would clip them instead of scaling
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if not _opaque(picture):
        above = picture.convert("RGBA")
        picture = Image.new("RGB", above.size, "white")
        picture.paste(above, mask=above.getchannel("A"))
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _upright(picture: Image, turn: int) -> Image:
    from PIL.Image import Transpose

    moves = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }  # fmt: skip
    return picture.transpose(moves[turn]) if turn in moves else picture
