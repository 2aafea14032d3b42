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

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_COMPARE}
