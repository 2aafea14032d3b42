"""Texts of the search for a payload that works, and of the mended scenario file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "working.accepted": ("Send {to}: {row} was accepted with it.", "Отправьте {to}: с ним приняли {row}."),
    "working.other": ("Send {to}: it is allowed, too.", "Отправьте {to}: это тоже допустимо."),
    "working.varied": ("Send {to}: another variant sends it.", "Отправьте {to}: так в другом варианте."),
    "working.example": ("Send {to}: an example by the contract.", "Отправьте {to}: пример по контракту."),
    "working.guess": ("Send {to}: so it is usually written.", "Отправьте {to}: так это обычно пишется."),
    "working.shape": (
        "Send {to}: the same shape in pixels, a usual size.",
        "Отправьте {to}: та же форма в пикселях, обычный размер.",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_REASONS}
