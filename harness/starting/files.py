"""A file that is to be written, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file: its path below the folder that is set up (with "/"), its bytes, and the key of what it is for.

    `kept`: one that is there is the user's and never written anew; `lines` are what it should hold then.
    """

    path: str
    data: bytes = field(repr=False)
    what: str
    kept: bool = False
    lines: tuple[str, ...] = ()


def template(name: str, lang: str = "en") -> str:
    """The text of a template that comes with the package, in this language where there is one."""
    stem, dot, suffix = name.rpartition(".")
    own = _TEMPLATES / f"{stem}.{lang}{dot}{suffix}"
    return (own if own.is_file() else _TEMPLATES / name).read_text(encoding="utf-8")
