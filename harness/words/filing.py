"""Texts of the files that runs write and read again: plans, known failures, reports, shards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PLAN: Final[Mapping[str, tuple[str, str]]] = {
    "plan.other": (
        "This run is not the one planned in {file}. Nothing was sent.",
        "Это не тот запуск, который записан в плане {file}. Ничего не отправлено.",
    ),
    "plan.other.fix": (
        "Give `run` the paths and options that `plan` had, or look at a new plan: `harness plan --out FILE`.",
        "Дайте `run` те же пути и флаги, что были у `plan`, или посмотрите новый план: `harness plan --out FILE`.",
    ),
    "plan.more": ("(and {count} more)", "(и ещё {count})"),
    "plan.differs": ("- {what}: planned {planned}, now {now}", "- {what}: в плане {planned}, теперь {now}"),
    "plan.gone": ("- {variant}: planned, and not in this run", "- {variant}: есть в плане, нет в этом запуске"),
    "plan.added": ("- {variant}: in this run, and not planned", "- {variant}: есть в этом запуске, нет в плане"),
    "plan.order": ("- the order of fire is another", "- порядок отправки другой"),
    "plan.unreadable": ("--plan {file}: the file cannot be read: {why}.", "--plan {file}: файл не читается: {why}."),
    "plan.unreadable.fix": (
        "Write one with `harness plan --out FILE`.",
        "Запишите план командой `harness plan --out FILE`.",
    ),
    "plan.none": (
        "--plan {file}: expected a plan of format_version {version}, found something else.",
        "--plan {file}: ожидалось: план с format_version {version}, а это что-то другое.",
    ),
    "plan.changed": (
        "--plan {file}: the plan was changed after it was written: its hash is another. Nothing was sent.",
        "--plan {file}: план изменили после записи: хеш другой. Ничего не отправлено.",
    ),
    "plan.changed.fix": (
        "Write it anew with `harness plan --out FILE`.",
        "Запишите его заново командой `harness plan --out FILE`.",
    ),
}

_BASELINE: Final[Mapping[str, tuple[str, str]]] = {
    "baseline.broken.fix": (
        "Put the file back as it was, or write it anew with --baseline-update.",
        "Верните файл, каким он был, или запишите заново с --baseline-update.",
    ),
    "baseline.missing.fix": (
        "Write it with --baseline-update, then commit it.",
        "Запишите его с --baseline-update и добавьте в репозиторий.",
    ),
    "baseline.json": ("--baseline {file}: expected JSON: {error}.", "--baseline {file}: ожидалось: JSON: {error}."),
    "baseline.version": (
        "--baseline {file}: expected a baseline of format_version {version}.",
        "--baseline {file}: ожидалось: файл известных ошибок с format_version {version}.",
    ),
    "baseline.entry": (
        (
            "--baseline {file}: failures.{name}: expected an object with the texts scenario and name, and findings, a "
            "list of texts; found {found}."
        ),
        (
            "--baseline {file}: failures.{name}: ожидалось: объект с текстами `scenario` и `name` и списком текстов "
            "`findings`; найдено: {found}."
        ),
    ),
    "baseline.verdict": (
        '--baseline {file}: failures.{name}.verdict: expected "fail", found {found}.',
        "--baseline {file}: failures.{name}.verdict: ожидалось: «fail»; найдено: {found}.",
    ),
    "baseline.verdict.fix": (
        "Only failures can be known; take the entry out.",
        "Известными бывают только ошибки; уберите эту запись.",
    ),
}

_REPORT: Final[Mapping[str, tuple[str, str]]] = {
    "report.no_file.fix": (
        "Name the folder of a run, such as reports/latest.",
        "Назовите папку запуска, например reports/latest.",
    ),
    "report.json": ("{file}: expected a report in JSON: {error}.", "{file}: ожидалось: отчёт в JSON: {error}."),
    "report.version": (
        "{file}: expected a report of format_version {version}, found {found}.",
        "{file}: ожидалось: отчёт с format_version {version}; найдено: {found}.",
    ),
    "report.version.fix": (
        "Read it with the version of the harness that wrote it, or fire the scenarios again.",
        "Читайте его той версией harness, которая его записала, или запустите сценарии снова.",
    ),
    "report.shape": ("{path}: expected {expected}, found {found}.", "{path}: ожидалось: {expected}; найдено: {found}."),
    "report.or": (" or ", " или "),
    "report.nothing": ("nothing", "ничего"),
    "report.broken.fix": (
        "The file was changed or cut off: read another run, or fire the scenarios again.",
        "Файл изменён или оборван: возьмите другой запуск или запустите сценарии снова.",
    ),
    "report.no_baseline": (
        "{folder}: its report has no baseline of the scenario {scenario}: an older version wrote it.",
        "{folder}: в отчёте нет базового запроса сценария {scenario}: отчёт записан старой версией.",
    ),
    "report.no_baseline.fix": ("Fire the scenario again.", "Запустите сценарий снова."),
}

_MERGE: Final[Mapping[str, tuple[str, str]]] = {
    "merge.broken": (
        "The shards' reports cannot be put together ({error}).",
        "Отчёты частей соединить не удалось ({error}).",
    ),
    "merge.broken.fix": (
        "Its report.json was changed or cut off: fetch it again.",
        "Файл report.json изменён или оборван: возьмите его заново.",
    ),
    "merge.no_folder": ("{place}: there is no such folder.", "{place}: такой папки нет."),
    "merge.no_report": ("{place}: there is no {file} in it.", "{place}: в ней нет {file}."),
    "merge.no_folder.fix": (
        "Name the folders of the shards, or one that holds them, such as shards/.",
        "Назовите папки частей или папку, где они лежат, например shards/.",
    ),
    "merge.no_shard": (
        "{folder}: this run is no shard of another.",
        "{folder}: этот запуск не часть другого.",
    ),
    "merge.no_shard.fix": (
        "Merge runs that were fired with --shard 1/N to N/N.",
        "Соединяйте запуски, сделанные с --shard от 1/N до N/N.",
    ),
    "merge.unreadable": (
        "{folder}: {place} in its report cannot be read.",
        "{folder}: в отчёте не читается {place}.",
    ),
    "merge.and": (" and ", " и "),
    "merge.counts": (
        "They are shards of {counts}: of different runs.",
        "Всего частей указано {counts}: это разные запуски.",
    ),
    "merge.files": (
        "The scenario files, or what was selected from them, differ:",
        "Файлы сценариев или то, что из них выбрано, различаются:",
    ),
    "merge.hash": ("  shard {index} ({folder}): {hash}", "  часть {index} ({folder}): {hash}"),
    "merge.differ.target": ("Their targets differ: {seen}.", "Разные адреса: {seen}."),
    "merge.differ.provider": ("Their providers differ: {seen}.", "Разные провайдеры: {seen}."),
    "merge.differ.contract": ("Their contracts differ: {seen}.", "Разные контракты: {seen}."),
    "merge.differ.until": ("Their ends (--until) differ: {seen}.", "Разные концы (--until): {seen}."),
    "merge.differ.seed": ("Their seeds differ: {seen}.", "Разные seed: {seen}."),
    "merge.not_once": (
        "Together they do not hold each variant once.",
        "Вместе в них не каждый вариант ровно один раз.",
    ),
    "merge.missing": ("Missing: {names} of {count}.", "Не хватает: {names} из {count}."),
    "merge.doubled": (
        "Shard {index} is there {count} times: {folders}.",
        "Часть {index} повторяется ({count}): {folders}.",
    ),
    "merge.wrong": (
        "These are not the {count} shards of one run. Nothing was written.",
        "Это не части одного запуска (всего {count}). Ничего не записано.",
    ),
    "merge.wrong.fix": (
        "Fire what is missing again with --shard, from the same files and with the same options.",
        "Запустите недостающее снова с --shard, из тех же файлов и с теми же флагами.",
    ),
}

#: What commands say on the side, and at a bad end.
_LINES: Final[Mapping[str, tuple[str, str]]] = {
    "validate.fine": (
        "{files} scenario {files|file|files} with {variants} {variants|variant|variants}: in order.",
        "В порядке. Файлов сценариев: {files}, вариантов: {variants}.",
    ),
    "validate.most": (
        "{files} scenario {files|file|files} with at most {variants} {variants|variant|variants}: in order.",
        "В порядке. Файлов сценариев: {files}, вариантов не больше: {variants}.",
    ),
    "matrix.wrote": (
        "{file}: {kept} rows as they were, {new} new.",
        "{file}: строк как были: {kept}, новых: {new}.",
    ),
    "system.Connection refused": ("Connection refused", "соединение отклонено"),
    "system.Connection reset by peer": ("Connection reset by peer", "соединение сброшено той стороной"),
    "system.Name or service not known": ("Name or service not known", "имя неизвестно"),
    "system.Network is unreachable": ("Network is unreachable", "сеть недоступна"),
    "system.No route to host": ("No route to host", "нет пути к хосту"),
    "system.Address already in use": ("Address already in use", "адрес уже занят"),
    "system.Cannot assign requested address": ("Cannot assign requested address", "такого адреса здесь нет"),
    "github.summary": (
        "{file}: the step's summary cannot be written: {why}.",
        "{file}: сводку шага не записать: {why}.",
    ),
    "explain.means": ("means", "значит"),
    "explain.seen": ("seen", "видно"),
    "explain.do": ("do", "сделать"),
    "explain.move": ("move", "чей ход"),
    "explain.example": ("example", "пример"),
    "explain.yours": ("yours", "ваш"),
    "explain.provider": ("the provider's", "провайдера"),
    "explain.ours": ("ours", "наш"),
    "explain.told_as": (
        "{asked}, a failure code that is told as {name}",
        "{asked}: код отказа провайдера, о нём сообщается как {name}",
    ),
    "explain.kind_of": ("{asked}, a kind of {name}", "{asked}: разновидность {name}"),
    "explain.unknown": ('There is no finding code "{code}".', "Нет кода замечания «{code}»."),
    "explain.all": ("`harness explain` lists all codes.", "`harness explain` покажет все коды."),
    "end.interrupted": ("Interrupted.", "Прервано."),
    "end.no_space": (
        "What there was to say could not be written: there is no space left on the device.",
        "Вывод записать не удалось: на устройстве нет места.",
    ),
    "end.bug": (
        (
            "A bug of ours ended the program: {last}\n"
            "  The whole trace is in {file}. Please report it; what the run did so far is in its reports folder."
        ),
        (
            "Программу завершила наша ошибка: {last}\n"
            "  Весь след в {file}. Пожалуйста, сообщите о ней; что запуск успел, лежит в его папке отчётов."
        ),
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_PLAN, **_BASELINE, **_REPORT, **_MERGE, **_LINES}
