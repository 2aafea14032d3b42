"""Texts about the runs before: since when something is broken, what goes to and fro."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "since.now": (
        "Broken since this run; last as expected {passed_at} (run {passed}).",
        "Сломано с этого запуска; последний раз как ожидалось {passed_at} (запуск {passed}).",
    ),
    "since.run": (
        "Broken since {at} (run {run}); last as expected {passed_at} (run {passed}).",
        "Сломано с {at} (запуск {run}); последний раз как ожидалось {passed_at} (запуск {passed}).",
    ),
    "since.always": (
        "Broken in each of the {count} earlier runs that judged it, the first {at} (run {run}).",
        "Сломано во всех прежних запусках, где это проверялось ({count}), первый {at} (запуск {run}).",
    ),
    "since.once": (
        "Broken in the only earlier run that judged it, {at} (run {run}).",
        "Сломано и в единственном прежнем запуске, где это проверялось: {at} (запуск {run}).",
    ),
    "since.otherwise": (
        "Something else was expected of it until {at} (run {run}): what was seen then does not compare.",
        "До {at} (запуск {run}) ожидалось другое: с тем, что было тогда, не сравнить.",
    ),
    "since.left_out": (
        "{count} earlier {count|run|runs} expected something else of it and {count|is|are} left out.",
        "Не учтено прежних запусков, где ожидалось другое: {count}.",
    ),
    "since.new": (
        "First fired in this run: no earlier run tells of it.",
        "Отправлено впервые: прежние запуски об этом не говорят.",
    ),
    "since.flaky": (
        "It goes to and fro: as expected in {passes} of {count} {count|run|runs} before.",
        "То успешно, то нет: как ожидалось в {passes} из {count} прежних запусков.",
    ),
    "history.odd": (
        "{file}: expected a report whose texts can be kept.",
        "{file}: ожидался отчёт, тексты которого можно сохранить.",
    ),
    "history.odd.fix": (
        "The file was changed or cut off: fire the scenarios again.",
        "Файл изменён или обрезан: запустите сценарии снова.",
    ),
}
