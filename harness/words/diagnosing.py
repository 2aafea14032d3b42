"""Texts of the diagnosis: one paragraph a cause, and what it was found with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "cause.refused": (
        "{cause} is refused ({rows} {rows|row|rows}).",
        "{cause}: отказ ({rows} {rows|строка|строки|строк}).",
    ),
    "cause.ranked": (
        "{cause} is the likeliest cause of {rows} {rows|refusal|refusals} (not proven).",
        "{cause}: самая вероятная причина {rows} {rows|отказа|отказов|отказов} (не доказано).",
    ),
    "cause.hidden": (
        "{cause} is refused too; no variant showed it, other refusals hid it.",
        "{cause}: тоже отказ; ни один вариант этого не показал, его скрывали другие отказы.",
    ),
    "cause.hidden.ranked": (
        "{cause} is the likeliest cause of refusals that probes met (not proven); no variant showed it.",
        "{cause}: самая вероятная причина отказов, на которые попали пробы (не доказано); в вариантах её не видно.",
    ),
    "cause.not_honoured": (
        "{cause} is accepted and not honoured ({rows} {rows|row|rows}): the likeliest cause, not proven.",
        "{cause}: принято, но не выполнено ({rows} {rows|строка|строки|строк}): вероятная причина, не доказано.",
    ),
    "cause.undocumented": (
        "{cause} is accepted but not documented ({rows} {rows|row|rows}): it may be ignored.",
        "{cause}: принято, но не описано в контракте ({rows} {rows|строка|строки|строк}): может игнорироваться.",
    ),
    "cause.meant": ("Did you mean {meant}?", "Возможно, вы имели в виду {meant}?"),
    "cause.since": ("It was accepted in the run {run}.", "В запуске {run} это принималось."),
    "cause.pixels": (
        "It wants pixels: {value} is the same shape.",
        "Нужны пиксели: {value} — та же форма.",
    ),
    "cause.pixels.works": (
        "It wants pixels: {value} is the same shape and was accepted (task {task}).",
        "Нужны пиксели: {value} — та же форма, и она принята (задача {task}).",
    ),
    "cause.instead": (
        "Send {to}: the rest was accepted with it.",
        "Отправьте {to}: остальное с этим принималось.",
    ),
    "cause.instead.without": (
        "Leave {field} out: the rest was accepted without it.",
        "Уберите {field}: остальное без этого принималось.",
    ),
    "cause.seen.works": ("That was sent, and works (task {task}).", "Так отправлено, и это работает (задача {task})."),
    "cause.seen.accepted": (
        "That was sent and accepted (task {task}); its end was not seen.",
        "Так отправлено и принято (задача {task}); чем кончилось, не видно.",
    ),
    "cause.seen.refused": ("Sent so, it is refused too.", "Так тоже отказ."),
    "cause.seen.failed": (
        "Sent so, it is accepted and does not end well (task {task}).",
        "Так принимается, но заканчивается неудачей (задача {task}).",
    ),
    "cause.explains": ("Explains {ids}.", "Объясняет {ids}."),
    "cause.explains.more": ("Explains {ids} and {more} more.", "Объясняет {ids} и ещё {more}."),
    "markdown.causes": ("Causes", "Причины"),
    # How the causes were found.
    "diagnosis.probes": (
        "Diagnosis: {probes} {probes|probe|probes} sent beyond the variants, {credits} credits.",
        "Диагностика: пробы сверх вариантов: {probes}, кредитов: {credits}.",
    ),
    "diagnosis.hint": (
        "Causes are ranked from what was sent; `harness diagnose --probe` proves them with a few requests.",
        "Причины найдены по уже отправленному; `harness diagnose --probe` докажет их несколькими запросами.",
    ),
    "drift": (
        "It was accepted in the run {run} and is refused now.",
        "В запуске {run} это принималось, а теперь отказ.",
    ),
    "advice.drifted": (
        "The scenario is the same, so the API has changed: see its changelog, or ask its support.",
        "Сценарий тот же, значит, изменился API: посмотрите его журнал изменений или спросите поддержку.",
    ),
}
