"""Texts of the pytest plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "plugin.live_flag": (
        "--live was not given with the command itself: nothing else may start a paid run. Nothing was sent.",
        "--live указан не в самой команде, а больше ничто не может начать платный запуск. Ничего не отправлено.",
    ),
    "plugin.live_flag.fix": (
        "Write it on the command line: addopts and PYTEST_ADDOPTS do not count.",
        "Укажите его в командной строке: addopts и PYTEST_ADDOPTS не считаются.",
    ),
    "plugin.too_many": (
        "{file}: {count} variants are more than pytest can hold.",
        "{file}: вариантов ({count}) больше, чем может вместить pytest.",
    ),
    "plugin.too_many.fix": (
        "Fire them with `harness run --sample N`.",
        "Запустите их через `harness run --sample N`.",
    ),
    "plugin.same_ids": (
        "Two variants of different files have the same id: pytest cannot tell them apart.",
        "У двух вариантов из разных файлов одинаковый id: pytest не может их различить.",
    ),
    "plugin.same_ids.fix": (
        "Give one of the scenarios another name, or fire them with `harness run`.",
        "Дайте одному из сценариев другое имя или запустите их через `harness run`.",
    ),
    "plugin.not_fired": ("it was not fired", "не отправлялся"),
    "plugin.no_run": ("the run could not be started", "запуск не удалось начать"),
    "plugin.bug": ("A bug of ours ended the run: {error}", "Запуск прервала наша ошибка: {error}"),
    "plugin.nothing": (
        "none of the selected variants is to be fired",
        "ни один из выбранных вариантов не будет отправлен",
    ),
    "plugin.plan.mock": (
        "{count} {count|variant|variants} at the built-in mock, {credits} credits (simulated)",
        "{count} {count|вариант|варианта|вариантов} на встроенном моке, кредитов: {credits} (условных)",
    ),
    "plugin.plan": (
        "{count} {count|variant|variants} at {target}, {credits} credits planned",
        "{count} {count|вариант|варианта|вариантов}, адрес {target}, кредитов по плану: {credits}",
    ),
    "plugin.task": ("Task: {task}", "Задача: {task}"),
    "plugin.credits": ("Credits: {credits}", "Кредиты: {credits}"),
    "plugin.levels": ("Differs from the baseline: {levels}", "Отличия от базового: {levels}"),
    "plugin.curl": ("By hand:", "Вручную:"),
    "plugin.curl.shard": ("By hand, in the folder of the merged run:", "Вручную, в папке общего запуска:"),
    "plugin.curl.folder": ("By hand, in {folder}:", "Вручную, в {folder}:"),
    "plugin.no_place": (
        "{folder}: the folder for the shards of the workers cannot be made: {error}. Nothing was sent.",
        "{folder}: не удалось создать папку для частей запуска: {error}. Ничего не отправлено.",
    ),
    "plugin.no_place.fix": ("Choose another one with --reports DIR.", "Укажите другую: --reports DIR."),
    "plugin.kept": ("The shards of the workers are in {folder}.", "Части запуска лежат в {folder}."),
    "plugin.shards": (
        "Each worker's own run is under {folder}: `harness resume` and `harness reap` take such a folder.",
        "Запуски отдельных процессов лежат в {folder}: такую папку принимают `harness resume` и `harness reap`.",
    ),
    "plugin.waiting": (
        "what is in flight is followed to its end, nothing more is fired (Ctrl-C lets go of it)",
        "отправленное отслеживается до конца, больше ничего не отправляется (Ctrl-C прерывает)",
    ),
    "plugin.each": (
        "--dist each: every worker would fire every variant, and pay for it. Nothing was sent.",
        "--dist each: каждый процесс отправил бы каждый вариант за деньги. Ничего не отправлено.",
    ),
    "plugin.each.fix": (
        "Take another --dist, or deselect the scenarios.",
        "Выберите другой --dist или уберите сценарии.",
    ),
    "plugin.other_files": (
        "The workers have variants that are not in the files here: {ids}. Nothing was sent.",
        "У процессов есть варианты, которых нет в файлах здесь: {ids}. Ничего не отправлено.",
    ),
    "plugin.other_files.fix": (
        "Give the workers the same files, and the same environment where scenarios use $env.",
        "Дайте процессам те же файлы и то же окружение, если сценарии берут $env.",
    ),
    "plugin.packed": (
        "What a worker sent home cannot be unpacked: {error}",
        "Не удалось распаковать присланное процессом: {error}",
    ),
    "plugin.stopped": (
        "{count} {count|variant was|variants were} not fired: {reason}",
        "{count} {count|вариант не отправлен|варианта не отправлено|вариантов не отправлено}: {reason}",
    ),
    "skip.mark": ("a mark of pytest skips it", "пропущен по метке pytest"),
    "skip.no_worker": ("no worker of pytest-xdist came to fire it", "ни один процесс pytest-xdist до него не дошёл"),
    "skip.lost_worker": (
        "its worker of pytest-xdist died elsewhere and may have fired it: the journal is there, under {folder}",
        "его процесс pytest-xdist погиб на другой машине и мог успеть его отправить: журнал там, в {folder}",
    ),
    "skip.dead_worker": (
        "its worker of pytest-xdist died; what it did is in {folder}",
        "его процесс pytest-xdist погиб; что он успел, лежит в {folder}",
    ),
    "plugin.differ": (
        "{one} and {other} collected different items: {items}",
        "{one} и {other} собрали разное: {items}",
    ),
    "plugin.order": ("their order", "порядок"),
    "stop.pytest": ("pytest stopped before it was fired", "pytest остановился раньше, чем он был отправлен"),
}
