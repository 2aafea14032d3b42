"""Pictures as bytes: what a file is, how large its picture claims to be, and the same picture without metadata.

All pure and without Pillow, so that a hostile file is refused before any decoder sees it, and a picture that needs
no work leaves without a second generation of JPEG loss.
Sources: JPEG: ITU-T T.81 annex B; PNG: W3C PNG 3rd edition, 5 and 11; WebP: RFC 9649, 2.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

#: Starts of files, the longest match of which names the content. The offset is 0 but for RIFF and ISO media.
_STARTS: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x1aE\xdf\xa3", "MATROSKA"),
    (b"OggS", "OGG"),
    (b"fLaC", "FLAC"),
    (b"ID3", "MP3"),
)
#: Pictures that a browser or a phone writes into the ISO container, by the brand in their `ftyp` box.
_ISO_PICTURES: Final = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}


def sniff(head: bytes) -> str:
    """The content's name by its first bytes (64 are enough): JPEG, PNG, WEBP, MP4, WAV, HTML, …; "" when unknown."""
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF":
        return {b"WEBP": "WEBP", b"WAVE": "WAV", b"AVI ": "AVI"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _ISO_PICTURES.get(head[8:12], "M4A" if head[8:12] == b"M4A " else "MP4")
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6):  # an MPEG audio frame, layer 1-3
        return "MP3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "AAC"
    return _sniff_text(head)


def _sniff_text(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<svg"):
        return "SVG"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "HTML"
    if start.startswith(b"<?xml"):
        return "XML"
    return "JSON" if start[:1] in (b"{", b"[") else ""


def claimed_size(data: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height as the header of a JPEG, PNG, WebP or GIF claims them; None when the header is broken."""
    try:
        if kind == "JPEG":
            frame = next(start for marker, start, _ in _jpeg(data) if marker in _JPEG_FRAMES)
            height, width = struct.unpack_from(">HH", data, frame + 5)
        elif kind == "PNG":
            width, height = struct.unpack_from(">II", data, 16)
        elif kind == "GIF":
            width, height = struct.unpack_from("<HH", data, 6)
        else:
            width, height = _webp_size(data)
    except (struct.error, LookupError, ValueError, StopIteration):
        return None
    return (width, height) if width and height else None


def without_metadata(data: bytes, kind: str) -> bytes | None:
    """The same compressed picture without EXIF, GPS, XMP, IPTC, comments, thumbnails and bytes after its end.

    Only chunks that change how the picture looks are kept (colour profile included), so that what nobody thought
    of is dropped as well. None when the file is animated or not cleanly built: then it has to be encoded anew.
    """
    try:
        return {"JPEG": _strip_jpeg, "PNG": _strip_png, "WEBP": _strip_webp}[kind](data)
    except (struct.error, LookupError, ValueError):
        return None


# JPEG: markers and their segments -------------------------------------------------------------------------------

_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_END: Final = 0xD9
_JPEG_SCAN: Final = 0xDA
#: In a scan, 0xFF is followed by 0 (an escaped byte), a restart marker, another 0xFF (fill), or it ends the scan.
_JPEG_SCAN_END: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment; a scan's segment holds its coded data. ValueError when it is broken."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker where one must stand")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == _JPEG_END:
            yield marker, at, at + 2
            return
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == _JPEG_SCAN:
            match = _JPEG_SCAN_END.search(data, end)
            if match is None:
                raise ValueError("the scan does not end")
            end = match.start()
        yield marker, at, end
        at = end


def _strip_jpeg(data: bytes) -> bytes:
    def kept(marker: int, start: int) -> bool:
        if 0xE0 <= marker <= 0xEF:  # APP0 is JFIF, APP14 Adobe's colour transform
            body = data[start + 4 : start + 18]
            return body.startswith((b"JFIF\0", b"Adobe")) or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        return marker != 0xFE  # a comment

    return data[:2] + b"".join(data[start:end] for marker, start, end in _jpeg(data) if kept(marker, start))


# PNG: length, name, body, checksum ------------------------------------------------------------------------------

_PNG_KEPT: Final = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT pHYs bKGD".split())


def _strip_png(data: bytes) -> bytes:
    at, parts, name = 8, [data[:8]], b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + length + 12
        if end > len(data) or name == b"acTL":
            raise ValueError("cut off, or animated")
        if name in _PNG_KEPT:
            parts.append(data[at:end])
        at = end
    return b"".join(parts)


# WebP: RIFF chunks ----------------------------------------------------------------------------------------------

_WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"))


def _webp(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of each chunk. ValueError when one is cut off."""
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    at = 12
    while at < end:
        name, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise ValueError("cut off")
        yield name, body
        at += 8 + length + length % 2


def _webp_size(data: bytes) -> tuple[int, int]:
    name, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise ValueError("cut off")
    if name == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if name == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _strip_webp(data: bytes) -> bytes:
    parts = []
    for name, body in _webp(data):
        if name in (b"ANIM", b"ANMF"):
            raise ValueError("animated")
        if name in _WEBP_KEPT:
            # VP8X says which chunks follow: EXIF (0x08) and XMP (0x04) do not any more.
            kept = bytes([body[0] & ~0x0C]) + body[1:] if name == b"VP8X" else body
            parts.append(name + struct.pack("<I", len(kept)) + kept + b"\0" * (len(kept) % 2))
    content = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(content)) + content
