"""Files that payloads name → Assets and texts: each distinct file prepared once for one load, and shared."""

from __future__ import annotations

import base64
import hashlib
import stat
from pathlib import Path
from typing import Final

from harness.model import Asset
from harness.redact import clean
from harness.scenario.records import BadValue
from harness.words import told
from harness.yamlio import nearest, quoted, system_words

#: No API takes more in a request; reading it would only fill the memory.
MAX_FILE_BYTES: Final = 64 * 1024 * 1024
#: A picture is made smaller before it is sent.
MAX_IMAGE_BYTES: Final = 160_000_000
_MARKERS: Final = ("pyproject.toml", ".git")
#: By name, not by the machine's own table: a payload is the same everywhere.
_TYPES: Final = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif",
    ".avif": "image/avif", ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm",
    ".mkv": "video/x-matroska", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac", ".aac": "audio/aac",
    ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".pdf": "application/pdf", ".json": "application/json",
    ".txt": "text/plain",
}  # fmt: skip
_OTHER_TYPE: Final = "application/octet-stream"


def project_root(folder: Path, cwd: Path) -> Path:
    """The folder that the files of a scenario stay in: the nearest parent with pyproject.toml or .git, else `cwd`."""
    folder = folder.resolve()
    marked = (parent for parent in (folder, *folder.parents) if any((parent / name).exists() for name in _MARKERS))
    return next(marked, cwd.resolve())


class Assets:
    """The files of one load. What was prepared once is given again, for the same content and options."""

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd
        self._roots: dict[Path, Path] = {}
        self._digests: dict[Path, str] = {}
        self._made: dict[tuple[object, ...], Asset] = {}
        self._texts: dict[str, str] = {}

    def root(self, folder: Path) -> Path:
        """The folder that the files of a scenario in `folder` stay in."""
        if folder not in self._roots:
            self._roots[folder] = project_root(folder, self._cwd)
        return self._roots[folder]

    def image(self, name: str, folder: Path, *, max_kb: int, max_side: int | None, format: str | None) -> Asset:  # noqa: A002 - the word of the scenario format
        """A picture made to fit, as a data URI. BadValue for what cannot be one."""
        file = self._file(name, folder, MAX_IMAGE_BYTES)
        from harness import media  # lazily: it costs start-up, and many files have no pictures

        key = ("image", self._digest(file), max_kb, max_side, format)
        if key not in self._made:
            try:
                fitted = media.fit_image(file, max_kb=max_kb, max_side=max_side, format=format)
            except media.MediaError as error:
                raise BadValue(error.text, error.fix) from None
            self._made[key] = _asset(file.name, fitted.media_type, fitted.data, key)
        return self._made[key]

    def file(self, name: str, folder: Path, *, media_type: str | None) -> Asset:
        """A file as it is, as a data URI. BadValue for what cannot be read."""
        file = self._file(name, folder, MAX_FILE_BYTES)
        media_type = media_type or _TYPES.get(file.suffix.lower(), _OTHER_TYPE)
        key = ("file", self._digest(file), media_type)
        if key not in self._made:
            self._made[key] = _asset(file.name, media_type, self._read(file), key)
        return self._made[key]

    def text(self, name: str, folder: Path) -> str:
        """The text of a UTF-8 file. BadValue for what is none."""
        file = self._file(name, folder, MAX_FILE_BYTES)
        digest = self._digest(file)
        if digest not in self._texts:
            try:
                self._texts[digest] = self._read(file).decode("utf-8-sig")
            except UnicodeDecodeError as error:
                byte = told("asset.byte", place=error.start, byte=f"{error.object[error.start]:02x}")
                what = told("asset.no_text", name=quoted(name), byte=byte)
                raise BadValue(what, told("asset.no_text.fix")) from None
        return self._texts[digest]

    def drawn(self, width: int, height: int, *, format: str) -> Asset:  # noqa: A002 - the word of the scenario format
        """A plain picture of this size, as a data URI."""
        key = ("drawn", width, height, format)
        if key not in self._made:
            from harness import media

            data = media.make_image(width, height, format=format.upper())
            self._made[key] = _asset(f"drawn-{width}x{height}.{format}", f"image/{format}", data, key)
        return self._made[key]

    def _file(self, name: str, folder: Path, limit: int) -> Path:
        """The real path of a file that may be used."""
        root = self.root(folder)
        try:
            file = (folder / name).resolve()
            if not file.is_relative_to(root):
                what = told("asset.outside", name=quoted(name), folder=clean(str(root), 200))
                raise BadValue(what, told("asset.outside.fix"))
            facts = file.stat()
        except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name; links that lead in a circle
            raise _unreadable(name, folder, error) from None
        if not stat.S_ISREG(facts.st_mode):
            key = "asset.folder" if stat.S_ISDIR(facts.st_mode) else "asset.irregular"
            raise BadValue(told(key, name=quoted(name)), told("asset.folder.fix"))
        if facts.st_size > limit:
            size, most = f"{facts.st_size / 1e6:,.0f}", f"{limit / 1e6:,.0f}"
            what = told("asset.too_big", name=quoted(name), size=size, limit=most)
            raise BadValue(what, told("asset.too_big.fix"))
        return file

    def _digest(self, file: Path) -> str:
        if file not in self._digests:
            self._digests[file] = hashlib.sha256(self._read(file)).hexdigest()
        return self._digests[file]

    @staticmethod
    def _read(file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            what = told("asset.unreadable", name=quoted(file.name), why=system_words(error))
            raise BadValue(what, told("asset.permissions")) from None


def _unreadable(name: str, folder: Path, error: Exception) -> BadValue:
    if isinstance(error, FileNotFoundError):
        try:
            there = [entry.name for entry in (folder / name).parent.iterdir()]
        except (OSError, ValueError):
            there = []
        near = nearest(Path(name).name, there)
        if near:
            fix = told("fix.did_you_mean", near=quoted((Path(name).parent / near).as_posix()))
        else:
            fix = told("asset.absent.fix")
        return BadValue(told("asset.absent", name=quoted(name)), fix)
    why = system_words(error, told("asset.no_name"))
    return BadValue(told("asset.unreadable", name=quoted(name), why=why), told("fix.permissions"))


def _asset(label: str, media_type: str, data: bytes, key: tuple[object, ...]) -> Asset:
    declared = hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()
    return Asset(
        label=clean(label, 120),
        media_type=media_type,
        data_uri=b"data:" + media_type.encode() + b";base64," + base64.b64encode(data),
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        declared=declared,
    )


def media_type_of(suffix: str) -> str:
    """The media type that `{$file: …}` takes from a suffix such as ".jpg"."""
    return _TYPES.get(suffix, _OTHER_TYPE)


def suffix_of(media_type: str) -> str:
    """The suffix of a file of this media type, with its dot; ".bin" for an unknown one."""
    return next((suffix for suffix, known in _TYPES.items() if known == media_type), ".bin")
