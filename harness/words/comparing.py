"""Texts of comparisons: `compare`, the baseline of known failures, `--last-failed`, drift, `history`, shards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_COMPARE: Final[Mapping[str, tuple[str, str]]] = {
    "compare.head": ("{before} → {after}", "{before} → {after}"),
    "compare.other.target": (
        "The targets differ ({before}, {after}): times are not compared.",
        "Адреса разные ({before}, {after}): время не сравнивается.",
    ),
    "compare.other.contract": (
        "The contracts differ: {before}, {after}.",
        "Контракты разные: {before}, {after}.",
    ),
    "compare.new": ("New failures: {count}", "Новые ошибки: {count}"),
    "compare.changed": ("Changed in kind: {count}", "Теперь иначе: {count}"),
    "compare.unclear": ("Cannot be judged any more: {count}", "Теперь неясно: {count}"),
    "compare.still": ("Still failing: {count}", "По-прежнему не работает: {count}"),
    "compare.otherwise": ("Something else is expected now: {count}", "Теперь ожидается другое: {count}"),
    "compare.expect": ("expected before: {before}, now: {after}", "ожидалось: {before}, теперь: {after}"),
    "compare.fixed": ("Fixed: {count}", "Исправлено: {count}"),
    "compare.gone": ("Not there, or not fired, any more: {count}", "Больше нет или не отправлено: {count}"),
    "compare.added": ("Added: {count}", "Добавлено: {count}"),
    "compare.alike": (
        "{count} {count|variant|variants} as before.",
        "Без изменений: {count} {count|вариант|варианта|вариантов}.",
    ),
    "compare.more": ("and {count} more: see --json", "и ещё {count}: см. --json"),
    "compare.drift": ("Drift", "Сдвиг"),
    "compare.drift.credits": ("{before} → {after} credits", "{before} → {after} кредитов"),
    "compare.drift.queued_s": (
        "in the queue {before} → {after} (medians of {count} {count|variant|variants})",
        "в очереди {before} → {after} (медианы, {count} {count|вариант|варианта|вариантов})",
    ),
    "compare.drift.running_s": (
        "running {before} → {after} (medians of {count} {count|variant|variants})",
        "выполнение {before} → {after} (медианы, {count} {count|вариант|варианта|вариантов})",
    ),
}

_BEFORE: Final[Mapping[str, tuple[str, str]]] = {
    "note.baseline": (
        "Failures that are known ({file}): {known}; new: {new}.",
        "Известные ошибки ({file}): {known}; новые: {new}.",
    ),
    "note.baseline.otherwise": (
        "New although they stand in {file}, because something else is expected now: {names}.",
        "Новые, хотя есть в {file}: теперь ожидается другое: {names}.",
    ),
    "note.baseline.updated": (
        "Known failures from now on ({file}): {count}.",
        "Теперь известных ошибок ({file}): {count}.",
    ),
    "note.baseline.stale": (
        "Stale in {file}, take them out with --baseline-prune: {names}.",
        "Устарело в {file}, убрать: --baseline-prune: {names}.",
    ),
    "note.baseline.pruned": (
        "Taken out of {file}: {names}.",
        "Убрано из {file}: {names}.",
    ),
    "note.last_failed": (
        "Only what did not pass in run {run}: {count} of {all} {all|variant|variants}.",
        "Только то, что не прошло в запуске {run}: {count} из {all}.",
    ),
    "note.last_failed.none": (
        "Nothing of this failed in run {run}: all variants were taken.",
        "В запуске {run} ничего из этого не упало: взяты все варианты.",
    ),
    "note.last_failed.no_run": (
        "There is no earlier run of these scenarios: all variants were taken.",
        "Прежних запусков этих сценариев нет: взяты все варианты.",
    ),
    "note.drift.accepted": (
        "Contract drift: refused in run {run}, accepted now: {names}.",
        "Сдвиг контракта: в запуске {run} отклонялось, теперь принимается: {names}.",
    ),
    "note.drift.refused": (
        "Contract drift: accepted in run {run}, refused now: {names}.",
        "Сдвиг контракта: в запуске {run} принималось, теперь отклоняется: {names}.",
    ),
    "note.drift.no_run": (
        "There is no earlier run at this target to look for drift in.",
        "Нет прежнего запуска по этому адресу, с которым можно сравнить.",
    ),
}

_REPEATS: Final[Mapping[str, tuple[str, str]]] = {
    "note.repeat.flaky": (
        "Flaky, the same payload passed and failed (passes / repeats): {variants}.",
        "Нестабильно, одни и те же данные то проходят, то нет (успехи / повторы): {variants}.",
    ),
}

_SHARDS: Final[Mapping[str, tuple[str, str]]] = {
    "note.shard": (
        "Shard {index} of {count}: {variants} of {all} {all|variant|variants}.",
        "Часть {index} из {count}: вариантов {variants} из {all}.",
    ),
}

_HISTORY: Final[Mapping[str, tuple[str, str]]] = {
    "history.variant": ("Variant", "Вариант"),
    "history.runs": ("Runs", "Запуски"),
    "history.passed": ("Passed", "Успешно"),
    "history.queued": ("Queued p50 / p95", "В очереди p50 / p95"),
    "history.running": ("Running p50 / p95", "Выполнение p50 / p95"),
    "history.changed": ("Last change", "Изменилось"),
    "history.last": ("Last runs, newest right", "Последние, новейший справа"),
    "history.to_and_fro": ("flaky", "нестабильно"),
    "history.flaky": (
        "{count} {count|variant|variants} went to and fro between pass and fail.",
        "То успешно, то нет: {count} {count|вариант|варианта|вариантов}.",
    ),
    "history.otherwise": (
        "Of {count} {count|variant|variants} something else was expected before: those runs are left out.",
        "Прежде ожидалось другое: {count} {count|вариант|варианта|вариантов}; те запуски не учтены.",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_COMPARE, **_BEFORE, **_REPEATS, **_SHARDS, **_HISTORY}
