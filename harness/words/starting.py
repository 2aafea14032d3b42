"""Texts of `harness init`: what was written, what was left alone, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "summary.init": (
        "Writes a first scenario that runs at once, with all that belongs to it. Asks nothing, overwrites nothing.",
        "Записывает первый сценарий и всё, что к нему нужно. Ничего не спрашивает, ничего не перезаписывает.",
    ),
    "paths.init": (
        "the folder to set up (default: this one)",
        "папка, в которой всё создать (по умолчанию эта)",
    ),
    "option.force": (
        "write files anew that are there already (never .gitignore)",
        "записать заново файлы, которые уже есть (кроме .gitignore)",
    ),
    # What went wrong.
    "start.many_folders": (
        "init sets up one folder, and {count} were named.",
        "init работает с одной папкой, а названо {count}.",
    ),
    "start.one_folder": ("Write `harness init DIR`.", "Напишите `harness init DIR`."),
    "start.unwritable": ("{file} cannot be written: {why}.", "{file} не удаётся записать: {why}."),
    "start.other_folder": (
        "Name a folder that you may write to: `harness init DIR`.",
        "Назовите папку, в которую можно писать: `harness init DIR`.",
    ),
    "start.wrote": ("Wrote:", "Записано:"),
    "start.left": (
        "Left alone, because it is there already (--force writes it anew):",
        "Не тронуто, потому что уже есть (--force запишет заново):",
    ),
    "start.kept": (
        "Left alone, because it is yours (--force does not touch it either), with all that belongs in it:",
        "Не тронуто, потому что это ваше (--force тоже не тронет), и всё нужное там есть:",
    ),
    "start.nothing": ("Everything is there already: nothing was written.", "Всё уже есть: ничего не записано."),
    "start.add_lines": (
        "{file} is yours and was not changed. Add to it: {lines}",
        "{file} — ваш файл, он не изменён. Добавьте в него: {lines}",
    ),
    "start.elsewhere": (
        "No CI workflow was written: the repository is {folder}, and GitHub looks for workflows there only.",
        "Рабочий процесс CI не записан: корень репозитория — {folder}, и GitHub ищет их только там.",
    ),
    "start.installs": ("The jobs of {file} install {what}.", "Задания в {file} устанавливают {what}."),
    "start.fill_in": (
        "FILL IN where pip gets the harness from ({file}, PARAM_HARNESS): no job can reach what it was installed from.",
        "Впишите, откуда pip возьмёт harness ({file}, PARAM_HARNESS): то, откуда он установлен, заданию недоступно.",
    ),
    "start.env_others": (
        "The scenario reads these from the environment, not from this file; what is unset is sent as its default.",
        "Это сценарий берёт из окружения, а не из этого файла; что там не задано, берётся из `default` сценария.",
    ),
    "start.next": ("Next:", "Дальше:"),
    # What each file is for.
    "start.scenario": (
        "a scenario: one payload, what is varied, what is expected",
        "сценарий: тело запроса, что меняется, что ожидается",
    ),
    "start.picture": ("a picture to send; put yours in its place", "картинка для отправки; замените её своей"),
    "start.schema": ("completes and checks scenarios in your editor", "подсказки и проверка сценариев в редакторе"),
    "start.keys": ("where the key goes, for live runs", "куда вписать ключ для запусков с --live"),
    "start.workflow": ("every push fires the payloads at the mock", "каждый push отправляет всё в мок"),
    "start.ignore": ("keeps keys and reports out of the repository", "не пускает ключи и отчёты в репозиторий"),
    # What the next commands do.
    "start.do_run": ("fire it at the built-in mock: free, no key", "отправить во встроенный мок: бесплатно, без ключа"),
    "start.do_mend": (
        "fire it at the mock, and look for the nearest payload that works",
        "отправить в мок и найти ближайшее рабочее тело запроса",
    ),
    "start.do_watch": (
        "fire it again at every save, and show what is wrong",
        "отправлять при каждом сохранении и показывать ошибки",
    ),
    "start.do_plan": ("what a live run would send and cost", "что отправит запуск с --live и сколько это стоит"),
}
