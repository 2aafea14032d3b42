"""Texts of the reports: headings, columns, summary lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What was seen, where the words of the verdicts do not say it. `unwanted`: the variant was expected to work.
_RESULTS: Final[Mapping[str, tuple[str, str]]] = {
    "result.refused.unwanted": ("refused", "НЕ РАБОТАЕТ"),
    "result.failed.unwanted": ("failed", "НЕ РАБОТАЕТ"),
    "result.failed": ("failed", "УПАЛ"),
    "result.succeeded": ("succeeded", "ВЫПОЛНЕН"),
    "result.output": ("wrong output", "НЕ ТО"),
}

_COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "column.variant": ("Variant", "Вариант"),
    "column.scenario": ("Scenario", "Сценарий"),
    "column.result": ("Result", "Итог"),
    "column.task_id": ("Task ID", "ID задачи"),
    "column.time": ("Time", "Время"),
    "column.credits": ("Credits", "Кредиты"),
}

_TIMES: Final[Mapping[str, tuple[str, str]]] = {
    "time.s": ("{s} s", "{s} с"),
    "time.min": ("{min} min", "{min} мин"),
    "time.h": ("{h} h", "{h} ч"),
}

_SUMMARY: Final[Mapping[str, tuple[str, str]]] = {
    "report.summary": ("SUMMARY", "ИТОГИ"),
    "report.contract": ("contract {contract}", "контракт {contract}"),
    "report.no_contract": ("no contract", "без контракта"),
    "report.scenarios": (
        "{count} {count|scenario|scenarios}",
        "{count} {count|сценарий|сценария|сценариев}",
    ),
    "report.credits": ("credits: {charged} (planned: {planned})", "кредиты: {charged} (по плану: {planned})"),
    "report.credits.mock": (
        "credits: {charged}, simulated (planned: {planned})",
        "кредиты: {charged}, условные (по плану: {planned})",
    ),
    "report.simulated": ("{wall} ({simulated} simulated)", "{wall} (симуляция: {simulated})"),
    "report.folder": ("Reports: {folder}", "Отчёты: {folder}"),
    "report.warning": ("WARNING", "ВНИМАНИЕ"),
    "report.said": ("The API said: “{said}”", "Ответ API: «{said}»"),
    "report.and_more": ("{shown} and {count} more", "{shown} и ещё {count}"),
    "report.no_reason": ("no reason was recorded.", "причина не записана."),
    "report.more_findings": (
        "And {count} more {count|finding|findings}.",
        "И ещё {count} {count|замечание|замечания|замечаний}.",
    ),
    "report.more_remarks": (
        "{count} more {count|variant|variants} with findings: see report.json.",
        "Ещё {count} {count|вариант|варианта|вариантов} с замечаниями: см. report.json.",
    ),
    "report.hidden_passes": (
        "{passes} {passes|pass is|passes are} not shown here: {where}",
        "Здесь не показаны успешные варианты: {passes}. Все: {where}",
    ),
    "report.hidden": (
        "{passes} {passes|pass|passes} and {others} others are not shown here: {where}",
        "Здесь не показаны варианты: успешные ({passes}) и другие ({others}). Все: {where}",
    ),
}

_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "format.found": ("Working format found: {payload}", "Найден рабочий формат! {payload}"),
    "format.found.scenario": (
        "Working format found ({scenario}): {payload}",
        "Найден рабочий формат ({scenario})! {payload}",
    ),
    "format.undocumented": (
        "Not in the contract: {keys}. The API may ignore {count|it|them}.",
        "Нет в контракте: {keys}. API может {count|его|их|их} не учитывать.",
    ),
    "format.none": ("No working format found.", "Рабочий формат не найден."),
    "format.none.scenario": ("No working format found ({scenario}).", "Рабочий формат не найден ({scenario})."),
    "format.unclear": (
        "No working format found yet: some variants could not be judged.",
        "Рабочий формат пока не найден: о части вариантов судить нельзя.",
    ),
    "format.unclear.scenario": (
        "No working format found yet ({scenario}): some variants could not be judged.",
        "Рабочий формат пока не найден ({scenario}): о части вариантов судить нельзя.",
    ),
    "format.more": (
        "And {count} more {count|scenario|scenarios}: see report.json.",
        "И ещё {count} {count|сценарий|сценария|сценариев}: см. report.json.",
    ),
}

# What came of a run, in one line. `fired` are all variants but the skipped ones.
_HEADLINES: Final[Mapping[str, tuple[str, str]]] = {
    "headline.pass": (
        "{count} {count|variant|variants}, all as expected",
        "{count} {count|вариант|варианта|вариантов}, всё как ожидалось",
    ),
    "headline.pass.skipped": (
        "{count} {count|variant|variants} as expected, {skipped} skipped",
        "как ожидалось: {count} {count|вариант|варианта|вариантов}, пропущено: {skipped}",
    ),
    "headline.fail": (
        "{count} of {fired} {fired|variant|variants} not as expected",
        "не как ожидалось: {count} из {fired}",
    ),
    "headline.known": (
        "nothing new: {count} of {fired} {fired|variant|variants} fail as known",
        "ничего нового: известных ошибок {count} из {fired}",
    ),
    "headline.inconclusive": (
        "{count} of {fired} {fired|variant|variants} could not be judged",
        "неясно: {count} из {fired}",
    ),
    "headline.error": (
        "{count} of {fired} {fired|variant|variants} ended in an error of the harness",
        "ошибка самого harness: {count} из {fired}",
    ),
    "headline.skipped": ("nothing was fired", "ничего не отправлено"),
}

_MARKDOWN: Final[Mapping[str, tuple[str, str]]] = {
    "markdown.change": ("What to change", "Что изменить"),
    "markdown.notes": ("Good to know", "К сведению"),
    "markdown.variants": ("Variants", "Варианты"),
    "markdown.format": ("Working format: {scenario}", "Рабочий формат: {scenario}"),
    "markdown.said": ("The API said: {said}", "Ответ API: {said}"),
}

_GITHUB: Final[Mapping[str, tuple[str, str]]] = {
    "github.more": (
        "{count} more {count|cause|causes}: see the summary of this step.",
        "Ещё {count} {count|причина|причины|причин}: см. сводку этого шага.",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_RESULTS,
    **_COLUMNS,
    **_TIMES,
    **_SUMMARY,
    **_FORMATS,
    **_HEADLINES,
    **_MARKDOWN,
    **_GITHUB,
}
