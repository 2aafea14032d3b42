"""Texts of the matrix: what its rows cover, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # What is counted, by how many levels are combined.
    "tuples.1": ("levels", "уровни"),
    "tuples.2": ("pairs", "пары"),
    "tuples.3": ("triples", "тройки"),
    "tuples.t": ("t-tuples", "сочетания"),
    # What a run's rows cover. `what` is one of the words above.
    "coverage.sent": ("{what} {sent}/{tuples} sent", "{what}: отправлено {sent}/{tuples}"),
    "coverage.accepted": ("{accepted} seen accepted", "принято {accepted}"),
    "coverage.masked": ("{masked} masked by refusals", "скрыто отказами {masked}"),
    "coverage.failed": ("{failed} only in tasks that failed", "только в упавших задачах {failed}"),
    "coverage.unclear": ("{unclear} could not be judged", "неясно {unclear}"),
    "coverage.missing": ("{missing} missing ({reasons})", "не отправлено {missing} ({reasons})"),
    "coverage.reason": ("{reason:missing}: {count}", "{reason:missing}: {count}"),
    "coverage.scenario": ("{scenario}: {text}", "{scenario}: {text}"),
    # Why a combination was not sent.
    "missing.no row": ("no row holds them", "нет такой строки"),
    "missing.not selected": ("not selected", "не выбраны"),
    "missing.other shard": ("other shard", "в другой части"),
    "missing.budget": ("budget", "бюджет"),
    "missing.shard": ("another shard", "другая часть"),
    "missing.contract": ("another contract", "другой контракт"),
    "missing.quota": ("daily quota", "суточная квота"),
    "missing.stopped": ("the run stopped", "запуск остановлен"),
    # `harness matrix` and `harness plan`.
    "matrix.title": ("{name}: strength {strength}", "{name}: сила {strength}"),
    "matrix.title.all": ("{name}: the full product", "{name}: полное произведение"),
    "matrix.product": ("full product", "полное произведение"),
    "matrix.chosen": ("rows chosen", "выбрано строк"),
    "matrix.rows": ("{rows} {rows|row|rows}", "{rows} {rows|строка|строки|строк}"),
    "matrix.bound": ("fewer than {bound} cannot do", "меньше {bound} недостаточно"),
    "matrix.least": ("which is the least there can be", "меньше быть не может"),
    "matrix.kept": ("{kept} of them kept", "из них сохранённых {kept}"),
    "matrix.forbidden": (
        "{what} that can be in no row: {infeasible}",
        "{what}, которых не может быть ни в одной строке: {infeasible}",
    ),
    "matrix.covered": ("{what} {sent}/{tuples} covered", "{what}: покрыто {sent}/{tuples}"),
    "matrix.breaking": (
        "{rows} {rows|row breaks|rows break} a constraint and {rows|counts|count} for nothing",
        "нарушают ограничения и не учтены: {rows} {rows|строка|строки|строк}",
    ),
    "matrix.found": ("found in {time}", "найдено за {time}"),
    "note.left_out": (
        "{count} {count|row|rows} of the matrix left out to fit the budget.",
        "Не поместились в бюджет и не отправлены строки матрицы: {count}.",
    ),
}
