"""Texts of exchanges: why an answer cannot be used, how a task was left, and the lines of `-v`.

A `fact` is one sentence of an outcome. Journals and report.json keep it in English, so that a report that is rendered
later, in Russian, has only that: `harness.words.facts` finds its template again. A fact inside a fact is `{name:fact}`
in Russian.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_TRANSPORT: Final[Mapping[str, tuple[str, str]]] = {
    "fact.no_host": (
        "{host} cannot be found: there is no such host, or no name server{because}.",
        "{host:fact}: адрес не найден: нет такого хоста или сервера имён{because:fact}.",
    ),
    "fact.unreached": ("{host} cannot be reached{because}.", "{host:fact}: нет соединения{because:fact}."),
    "fact.proxy": (
        "{host} cannot be reached through the proxy{because}.",
        "{host:fact}: нет соединения через прокси{because:fact}.",
    ),
    "fact.no_trust": (
        "{host} offers no connection that can be trusted{because}.",
        "{host:fact}: соединению нельзя доверять{because:fact}.",
    ),
    "fact.no_connection": (
        "{host} cannot be reached: there was no connection in time{because}.",
        "{host:fact}: соединение не установлено вовремя{because:fact}.",
    ),
    "fact.bad_address": (
        "{host} cannot be asked: the address is wrong{because}.",
        "{host:fact}: неверный адрес{because:fact}.",
    ),
    "fact.silent": ("{host} did not answer in time{because}.", "{host:fact}: нет ответа вовремя{because:fact}."),
    "fact.closed": (
        "{host} closed the connection before its answer was complete{because}.",
        "{host:fact}: соединение закрыто до конца ответа{because:fact}.",
    ),
    "fact.unreadable": (
        "{host} sent an answer that cannot be read{because}.",
        "{host:fact}: ответ не читается{because:fact}.",
    ),
    "fact.why": (" ({why})", " ({why:fact})"),
    "fact.unreadable.why": (
        "{host} sent an answer that cannot be read: {why}.",
        "{host:fact}: ответ не читается: {why:fact}.",
    ),
    "fact.too_slow": (
        "{host} did not answer in full within {seconds} s.",
        "{host:fact}: нет полного ответа за {seconds} с.",
    ),
    "fact.unsendable": ("The request cannot be sent: {why}.", "Запрос нельзя отправить: {why:fact}."),
    "fact.private": (
        "{host} leads to a {kind} address, and the API is not there: nothing was fetched.",
        "{host:fact}: адрес внутренней сети ({kind:fact}), а API не в ней: ничего не скачано.",
    ),
    "fact.host": ("the host", "хост"),
    "fact.no_reason": ("no reason was recorded", "причина не записана"),
    "fact.endpoint": ("endpoint {endpoint}", "эндпоинт {endpoint}"),
    "fact.output": ("output {number}", "файл {number}"),
}

_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "fact.no_file": (
        "{host} answered {status} instead of the file.",
        "{host:fact}: вместо файла пришёл ответ {status}.",
    ),
    "fact.redirects": (
        "{host} redirected the download more than {most} times.",
        "{host:fact}: слишком много переадресаций при скачивании (больше {most}).",
    ),
    "fact.no_http": (
        "The address of the file is no http(s) address.",
        "Адрес файла не http(s).",
    ),
    "fact.no_address": ("It is no http(s) address.", "Это не адрес http(s)."),
    "fact.too_large": (
        "The file is larger than {most} bytes, the most that is downloaded.",
        "Файл больше {most} байт: столько не скачивается.",
    ),
    "fact.coding": (
        "The file came in a coding that nobody asked for ({coding}).",
        "Файл пришёл в кодировке, которую никто не просил ({coding}).",
    ),
    "fact.data_uri": (
        "The output's data URI cannot be read: {why}.",
        "Data URI файла не читается: {why:fact}.",
    ),
    "fact.unwritable": ("{file} cannot be written: {why}.", "{file}: файл не записать: {why:fact}."),
    # Laid around another fact, whose full stop they take away.
    "fact.times": ("{text}, {count} times.", "{text:fact} Попыток: {count}."),
    "fact.expired": (
        "{text}, also after a fresh link was asked for.",
        "{text:fact} По новой ссылке тоже.",
    ),
}

_CREATE: Final[Mapping[str, tuple[str, str]]] = {
    "fact.answered": ("The API answered {status}.", "Ответ API: {status}."),
    "fact.answered.named": (
        "The API answered {status}, and named the id {named}.",
        "Ответ API: {status}, в нём назван id {named}.",
    ),
    "fact.points": (
        "The API answered {status} and points to {to}. A create is not sent on: check the base URL.",
        "Ответ API: {status} с переадресацией: {to:fact}. Создание дальше не пересылается: проверьте базовый URL.",
    ),
    "fact.nowhere": ("nowhere", "никуда"),
    "fact.no_answer": (
        "The API answered {status} with {kind}, so a task may exist without its id.",
        "Ответ API: {status}, {kind:fact}: может существовать задача с неизвестным id.",
    ),
    "fact.empty": ("an empty body", "пустое тело"),
    "fact.long": ("more than {bytes} bytes", "больше {bytes} байт"),
    "fact.html": ("HTML instead of JSON", "HTML вместо JSON"),
    "fact.no_json": ("text that is no JSON ({kind})", "текст, но не JSON ({kind:fact})"),
    "fact.no_type": ("no content type", "тип не указан"),
    "fact.no_id": (
        "The API answered {status} without a task id (looked for at `{place}`).",
        "Ответ API: {status} без id задачи (он ожидался в `{place}`).",
    ),
    "fact.bad_id": (
        "The API answered {status} with a task id that cannot be one: {found} (looked for at `{place}`).",
        "Ответ API: {status} с id задачи, который им быть не может: {found} (он ожидался в `{place}`).",
    ),
    "fact.named": ("It named the id {named}.", "В ответе назван id {named}."),
    "fact.began": ("It began: “{said}”.", "Начало ответа: «{said:fact}»."),
    "fact.shared": (
        "The API answered with the id {task}, which is the task of variant {variant}.",
        "API вернул id {task}, а это задача варианта {variant}.",
    ),
    "fact.interrupted": (
        "The run was interrupted while the create was on its way: a task may have been created.",
        "Запуск прерван, когда запрос на создание был в пути: задача могла быть создана.",
    ),
    "fact.broke_off": (
        "The run broke off while the create was on its way: a task may have been created.",
        "Запуск оборвался, когда запрос на создание был в пути: задача могла быть создана.",
    ),
    "fact.journal": ("{file}: the journal cannot be written: {why}.", "{file}: журнал не записать: {why:fact}."),
}

_TASK: Final[Mapping[str, tuple[str, str]]] = {
    "fact.no_state": (
        "Task {task}: {polls} polls in a row told no state, the last one: {said}",
        "Задача {task}: подряд опросов без состояния: {polls}, последний ответ: {said:fact}",
    ),
    "fact.unread": (
        "Task {task} could not be read any more: {text}",
        "Задачу {task} больше не удалось прочитать: {text:fact}",
    ),
    "fact.unread.answer": (
        "Task {task} could not be read any more: poll {polls} was answered with {status} ({said}).",
        "Задачу {task} больше не удалось прочитать: ответ на опрос {polls}: {status} ({said:fact}).",
    ),
    "fact.vanished": (
        "Task {task} was created, and poll {polls} was answered with {status} ({said}).",
        "Задача {task} была создана, а ответ на опрос {polls}: {status} ({said:fact}).",
    ),
    "fact.timeout": (
        "Task {task} was still {word} after {age} s and {polls} {polls|poll|polls}.",
        "Задача {task} всё ещё {word:fact} через {age} с, {polls} {polls|опрос|опроса|опросов}.",
    ),
    "fact.timeout.word": (
        (
            'Task {task} was still "{word}" after {age} s and {polls} {polls|poll|polls}; the profile does not know '
            "that word, so it counts as no end."
        ),
        (
            "Задача {task} всё ещё «{word:fact}» через {age} с, {polls} {polls|опрос|опроса|опросов}; профиль не знает "
            "этого слова, поэтому концом оно не считается."
        ),
    ),
    "fact.timeout.unread": (
        "Task {task} had no readable state after {age} s and {polls} {polls|poll|polls}.",
        "Задача {task}: состояние не прочитать через {age} с, {polls} {polls|опрос|опроса|опросов}.",
    ),
    "fact.no_files": (
        "Task {task} SUCCEEDED, and the run was interrupted at its files.",
        "Задача {task} завершилась (SUCCEEDED), запуск прерван на её файлах.",
    ),
    "fact.cancelled": (
        "Task {task} had not begun ({word}) when the run was interrupted, and was cancelled.",
        "Задача {task} не началась ({word:fact}), когда запуск прервали, и была отменена.",
    ),
    "fact.left": (
        "Task {task} was {word} when the run was interrupted; it may go on, and be billed.",
        "Задача {task} была в состоянии {word:fact}, когда запуск прервали; она может продолжаться и быть оплачена.",
    ),
    "fact.unseen": ("not yet seen", "ещё не виденном"),
}

_LOG: Final[Mapping[str, tuple[str, str]]] = {
    "log.request": ("{call} ({bytes} bytes)", "{call} ({bytes} байт)"),
    "log.keys": ("request keys: {keys}", "ключи запроса: {keys}"),
    "log.lost": ("no answer: {text}", "нет ответа: {text:fact}"),
    "log.answer": ("answer {status}: {said}", "ответ {status}: {said:fact}"),
    "log.created": ("answer {status}, response keys: {keys}", "ответ {status}, ключи ответа: {keys}"),
    "log.task": ("task ID: {task}", "id задачи: {task}"),
    "log.no_body": ("no body", "без тела"),
    "log.poll": ("poll {number}: {said}{percent}", "опрос {number}: {said:fact}{percent}"),
    "log.cancel": ("cancel: {said}", "отмена: {said}"),
    "log.no_time": ("no time left to cancel the task", "отменить задачу уже нет времени"),
    "log.no_file": ("no file: {why}", "файла нет: {why:fact}"),
    "log.downloaded": ("downloaded {file}: {bytes} bytes", "скачано {file}: {bytes} байт"),
    "log.again": ("{call} failed ({why}), again in {wait} s", "{call}: неудача ({why:fact}), ещё раз через {wait} с"),
    "log.slower": (
        "the API answered {status}: {limit} tasks in flight from now on",
        "ответ API: {status}; теперь задач одновременно: {limit}",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_TRANSPORT, **_FILES, **_CREATE, **_TASK, **_LOG}
