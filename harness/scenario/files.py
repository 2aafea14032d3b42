"""Which files are scenarios, and how they are named to the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from harness.errors import UsageError
from harness.words import told
from harness.yamlio import nearest, quoted, system_words
from harness.yamlio.document import printable

_SUFFIXES: Final = frozenset({".yaml", ".yml"})
#: JSON is YAML too, for who names such a file.
_NAMED: Final = _SUFFIXES | {".json"}
#: Folders with what scenarios send, and a user's own provider, lie beside scenarios and are none.
_ASSETS: Final = "assets"
_PROFILES: Final = frozenset({"profile.yaml", "profile.yml"})


def find(paths: Sequence[Path]) -> list[Path]:
    """The scenario files under these files and folders, each once: files as they are, folders sorted.

    In folders: *.yaml and *.yml, but nothing in `assets/` or in a folder with a leading dot, and no profile.yaml.
    UsageError for a path that does not exist, and for a file whose name is no scenario's.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            files = _sorted(path)
        elif not path.exists():
            raise UsageError(told("files.absent", path=quoted(str(path), 200)), _near(path))
        elif path.suffix.lower() not in _NAMED:
            # What is in another file is nobody's business: a message must not quote a line of a key file.
            raise UsageError(told("files.no_scenario", path=quoted(str(path), 200)), told("files.no_scenario.fix"))
        else:
            files = [path]
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(_under(folder))
    except OSError as error:
        what = told("files.folder", path=quoted(str(folder), 200), why=system_words(error))
        raise UsageError(what) from None


def shown(file: Path, cwd: Path) -> str:
    """A file's name for people: relative to `cwd` where it lies below it."""
    absolute = file if file.is_absolute() else cwd / file
    with suppress(ValueError):
        absolute = absolute.relative_to(cwd)
    return printable(absolute.as_posix())


def _under(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if entry.name != _ASSETS and not entry.is_symlink():
                yield from _under(entry)
        elif entry.suffix in _SUFFIXES and entry.name not in _PROFILES:
            yield entry


def _near(path: Path) -> str:
    try:
        there = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    near = nearest(path.name, there)
    return told("fix.did_you_mean", near=quoted(str(path.parent / near), 200)) if near is not None else ""
