"""Texts of exchanges: why an answer cannot be used, how a task was left, and the lines of `-v`.

A `fact` is one sentence of an outcome. Journals and report.json keep it in English, so that a report that is rendered
later, in Russian, has only that: `harness.words.facts` finds its template again. Two must not begin and end alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_TRANSPORT: Final[Mapping[str, tuple[str, str]]] = {
    "fact.no_host": (
        "{host} cannot be found: there is no such host, or no name server{why}.",
        "{host}: адрес не найден: нет такого хоста или сервера имён{why}.",
    ),
    "fact.unreached": ("{host} cannot be reached{why}.", "{host}: нет соединения{why}."),
    "fact.proxy": ("{host} cannot be reached through the proxy{why}.", "{host}: нет соединения через прокси{why}."),
    "fact.no_trust": (
        "{host} offers no connection that can be trusted{why}.",
        "{host}: соединению нельзя доверять{why}.",
    ),
    "fact.no_connection": (
        "{host} cannot be reached: there was no connection in time{why}.",
        "{host}: соединение не установлено вовремя{why}.",
    ),
    "fact.bad_address": ("{host} cannot be asked: the address is wrong{why}.", "{host}: неверный адрес{why}."),
    "fact.silent": ("{host} did not answer in time{why}.", "{host}: нет ответа вовремя{why}."),
    "fact.closed": (
        "{host} closed the connection before its answer was complete{why}.",
        "{host}: соединение закрыто до конца ответа{why}.",
    ),
    "fact.unreadable": (
        "{host} sent an answer that cannot be read{why}.",
        "{host}: ответ не читается{why}.",
    ),
    "fact.why": (" ({why})", " ({why})"),
    "fact.unreadable.why": (
        "{host} sent an answer that cannot be read: {why}.",
        "{host}: ответ не читается: {why}.",
    ),
    "fact.too_slow": (
        "{host} did not answer in full within {seconds} s.",
        "{host}: нет полного ответа за {seconds} с.",
    ),
    "fact.unsendable": ("The request cannot be sent: {why}.", "Запрос нельзя отправить: {why}."),
    "fact.private": (
        "{host} leads to a {kind} address, and the API is not there: nothing was fetched.",
        "{host}: адрес внутренней сети ({kind}), а API не в ней: ничего не скачано.",
    ),
    "fact.host": ("the host", "хост"),
}

_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "fact.no_file": (
        "{host} answered {status} instead of the file.",
        "{host}: вместо файла пришёл ответ {status}.",
    ),
    "fact.redirects": (
        "{host} redirected the download more than {most} times.",
        "{host}: слишком много переадресаций при скачивании (больше {most}).",
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
        "Data URI файла не читается: {why}.",
    ),
    "fact.unwritable": ("{file} cannot be written: {why}.", "{file}: файл не записать: {why}."),
    # Laid around another fact, whose full stop they take away.
    "fact.times": ("{text}, {count} times.", "{text}, попыток: {count}."),
    "fact.expired": (
        "{text}, also after a fresh link was asked for.",
        "{text}, и по новой ссылке тоже.",
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
        "Ответ API: {status} с переадресацией: {to}. Запрос на создание дальше не пересылается: проверьте базовый URL.",
    ),
    "fact.nowhere": ("nowhere", "никуда"),
    "fact.no_answer": (
        "The API answered {status} with {kind}, so a task may exist without its id.",
        "Ответ API: {status}, {kind}: может существовать задача с неизвестным id.",
    ),
    "fact.empty": ("an empty body", "пустое тело"),
    "fact.long": ("more than {bytes} bytes", "больше {bytes} байт"),
    "fact.html": ("HTML instead of JSON", "HTML вместо JSON"),
    "fact.no_json": ("text that is no JSON ({kind})", "текст, но не JSON ({kind})"),
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
    "fact.began": ("It began: “{said}”.", "Начало ответа: «{said}»."),
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
    "fact.journal": ("{file}: the journal cannot be written: {why}.", "{file}: журнал не записать: {why}."),
}

_TASK: Final[Mapping[str, tuple[str, str]]] = {
    "fact.no_state": (
        "Task {task}: {polls} polls in a row told no state, the last one: {said}",
        "Задача {task}: подряд опросов без состояния: {polls}, последний ответ: {said}",
    ),
    "fact.unread": (
        "Task {task} could not be read any more: {text}",
        "Задачу {task} больше не удалось прочитать: {text}",
    ),
    "fact.unread.answer": (
        "Task {task} could not be read any more: poll {polls} was answered with {status} ({said}).",
        "Задачу {task} больше не удалось прочитать: ответ на опрос {polls}: {status} ({said}).",
    ),
    "fact.vanished": (
        "Task {task} was created, and poll {polls} was answered with {status} ({said}).",
        "Задача {task} была создана, а ответ на опрос {polls}: {status} ({said}).",
    ),
    "fact.timeout": (
        "Task {task} was still {word} after {age} s and {polls} {polls|poll|polls}.",
        "Задача {task} всё ещё {word} через {age} с, {polls} {polls|опрос|опроса|опросов}.",
    ),
    "fact.timeout.word": (
        (
            'Task {task} was still "{word}" after {age} s and {polls} {polls|poll|polls}; the profile does not know '
            "that word, so it counts as no end."
        ),
        (
            "Задача {task} всё ещё «{word}» через {age} с, {polls} {polls|опрос|опроса|опросов}; профиль не знает "
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
        "Задача {task} не началась ({word}), когда запуск прервали, и была отменена.",
    ),
    "fact.left": (
        "Task {task} was {word} when the run was interrupted; it may go on, and be billed.",
        "Задача {task} была в состоянии {word}, когда запуск прервали; она может продолжаться и быть оплачена.",
    ),
    "fact.unseen": ("not yet seen", "ещё не виденном"),
}

_LOG: Final[Mapping[str, tuple[str, str]]] = {
    "log.request": ("{call} ({bytes} bytes)", "{call} ({bytes} байт)"),
    "log.keys": ("request keys: {keys}", "ключи запроса: {keys}"),
    "log.lost": ("no answer: {text}", "нет ответа: {text}"),
    "log.answer": ("answer {status}: {said}", "ответ {status}: {said}"),
    "log.created": ("answer {status}, response keys: {keys}", "ответ {status}, ключи ответа: {keys}"),
    "log.task": ("task ID: {task}", "id задачи: {task}"),
    "log.no_body": ("no body", "без тела"),
    "log.poll": ("poll {number}: {said}{percent}", "опрос {number}: {said}{percent}"),
    "log.cancel": ("cancel: {said}", "отмена: {said}"),
    "log.no_time": ("no time left to cancel the task", "отменить задачу уже нет времени"),
    "log.no_file": ("no file: {why}", "файла нет: {why}"),
    "log.downloaded": ("downloaded {file}: {bytes} bytes", "скачано {file}: {bytes} байт"),
    "log.again": ("{call} failed ({why}), again in {wait} s", "{call}: неудача ({why}), ещё раз через {wait} с"),
    "log.slower": (
        "the API answered {status}: {limit} tasks in flight from now on",
        "ответ API: {status}; теперь задач одновременно: {limit}",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_TRANSPORT, **_FILES, **_CREATE, **_TASK, **_LOG}
