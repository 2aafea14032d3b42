"""Writes a text file in one step, so that a reader never finds half of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def save(file: Path, chunks: Iterable[str]) -> None:
    """Writes the chunks to `file` as UTF-8. Raises OSError; the file is then as it was before.

    Half a surrogate pair, which hostile JSON can hold, is written as its escape: in JSON that says the same.
    Something that is there and no plain file (`/dev/stdout`, a pipe) is written to directly.
    """
    if file.exists() and not file.is_file():
        _write(file, chunks)
        return
    part = file.with_name(f".{file.name}.part")
    try:
        _write(part, chunks)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write(file: Path, chunks: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
        out.writelines(chunks)
