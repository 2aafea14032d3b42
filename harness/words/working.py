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

_REPORT: Final[Mapping[str, tuple[str, str]]] = {
    "mended.proof": (
        "Seen to work: task {task}. Changes of the baseline:",
        "Проверено: задача {task}. Отличия от базового запроса:",
    ),
    "mended.payload": ("Not tried: {payload}", "Не проверено: {payload}"),
    "mended.payload.works": ("The baseline, mended: {payload}", "Базовый запрос с исправлениями: {payload}"),
    "mended.payload.accepted": ("Accepted, no more: {payload}", "Только принято: {payload}"),
    "mended.accepted": (
        "It was taken (task {task}), but not seen to end well. Changes of the baseline:",
        "Запрос приняли (задача {task}), но удачного конца не было. Отличия от базового запроса:",
    ),
    "mended.untried": (
        "Nothing that is known speaks against it; --diagnose tries it. Changes of the baseline:",
        "Ничего против этого не известно; --diagnose проверит. Отличия от базового запроса:",
    ),
    "mended.left_out": ("not sent", "не отправляется"),
    "mended.more": (
        "And {count} more {count|change|changes}: see report.json.",
        "И ещё {count} {count|отличие|отличия|отличий}: см. report.json.",
    ),
    "mended.patch": (
        "{file}, mended (--diagnose --write puts it there):",
        "{file} с исправлениями (--diagnose --write запишет их):",
    ),
    "mended.written": ("{file} was mended:", "{file} исправлен:"),
    "mended.hidden": (
        "its report does not show all of what was sent.",
        "в отчёте видно не всё, что было отправлено.",
    ),
    "mended.refused": (
        "{file} cannot be mended by itself: {why} The changes of its baseline as a JSON patch:",
        "{file} нельзя исправить автоматически: {why} Изменения базового запроса как JSON patch:",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_REASONS, **_REPORT}
