"""Texts of `run --watch`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "option.watch": (
        "run again whenever a scenario, or a file that it names, changes; never with --live; Ctrl-C ends it",
        "запускать заново, когда меняется сценарий или файл, который в нём назван; не с --live; конец — Ctrl-C",
    ),
    "watch.live": (
        "--watch --live: every save of a file would spend credits that nobody asked for. Nothing was sent.",
        "--watch --live: каждое сохранение файла тратило бы кредиты, о которых никто не просил. Ничего не отправлено.",
    ),
    "watch.mock": (
        "Watch on the mock without --live; fire live once, without --watch.",
        "Следите за файлами на моке, без --live; а с --live запускайте один раз, без --watch.",
    ),
    "watch.waiting": (
        "Watching {count} {count|file|files}; Ctrl-C ends.",
        "Слежу за файлами ({count}); конец — Ctrl-C.",
    ),
    "watch.changed": ("Changed: {files}", "Изменилось: {files}"),
}
