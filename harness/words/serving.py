"""Texts of the served mock: what it says of itself, of each request, and of the faults that it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MOCK: Final[Mapping[str, tuple[str, str]]] = {
    "mock.open": (
        (
            "WARNING: the mock listens at {host}: whoever reaches this machine over the network can use it and fill "
            "its memory.\n  Leave --host out to serve this machine only."
        ),
        (
            "ВНИМАНИЕ: мок слушает на {host}: им может пользоваться и заполнить его память любой, кто достанет до этой "
            "машины по сети.\n  Уберите --host, чтобы обслуживать только эту машину."
        ),
    ),
    "mock.title": ("{provider} mock", "мок {provider}"),
    "mock.contract": ("contract {version}", "контракт {version}"),
    "mock.no_contract": ("no contract: every body is taken", "без контракта: принимается любое тело"),
    "mock.endpoints": (
        "{count} {count|endpoint|endpoints}",
        "{count} {count|эндпоинт|эндпоинта|эндпоинтов}",
    ),
    "mock.time_scale": ("time × {factor}", "время × {factor}"),
    "mock.url": ("Base URL: {url}", "Базовый URL: {url}"),
    "mock.document": ("The contract it answers from: {url}", "Контракт, по которому он отвечает: {url}"),
    "mock.no_av": (
        "Videos are placeholders: av is not installed (pip install 'param-harness[media]').",
        "Вместо видео заглушки: av не установлен (`pip install 'param-harness[media]'`).",
    ),
    "mock.end": ("Ctrl-C ends it.", "Ctrl-C завершает."),
    "mock.no_tier": ("There is no tier {tier}.", "Нет уровня {tier}."),
    "mock.tiers": ("Tiers are {tiers}.", "Есть уровни {tiers}."),
}

_SERVED: Final[Mapping[str, tuple[str, str]]] = {
    "served.own_time": ("mock {time}", "мок {time}"),
    "served.fault": ("fault {fault}", "сбой {fault}"),
    "served.gone": ("the client went away", "клиент ушёл"),
    "served.broken_off": ("broken off by the mock", "оборвано моком"),
    "served.reset": ("reset by the mock", "сброшено моком"),
    "served.no_json": ("not JSON", "не JSON"),
    "served.body": ("body", "тело"),
    "served.more": ("and {count} more", "и ещё {count}"),
    "served.task": ("task {task}", "задача {task}"),
    "served.bug": (
        "A bug of ours in answering {request}:\n{trace}",
        "Наша ошибка в ответе на {request}:\n{trace}",
    ),
    "env.port.taken": (
        "Port {port} on {host} is taken: something else listens there.",
        "Порт {port} на {host} занят: там слушает что-то другое.",
    ),
    "env.port.taken.fix": (
        "Choose another with --port, or --port 0 for a free one.",
        "Выберите другой: --port, или --port 0 для любого свободного.",
    ),
    "env.port.forbidden": ("Port {port} on {host} is not allowed to you.", "Порт {port} на {host} вам не разрешён."),
    "env.port.forbidden.fix": ("Choose a --port of 1024 or above.", "Выберите --port от 1024."),
    "env.host": ('"{host}" is no address of this machine: {why}.', "«{host}» не адрес этой машины: {why}."),
    "env.host.fix": ("Leave --host out for 127.0.0.1.", "Уберите --host: будет 127.0.0.1."),
    "env.host.name": (
        "a part of the name is empty or too long",
        "какая-то часть имени пуста или слишком длинна",
    ),
    "env.not_started": (
        "The mock did not start within {seconds} s.",
        "Мок не запустился за {seconds} с.",
    ),
}

_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "faults.many": (
        "{count} faults are more than the {most} that are taken at once.",
        "Сбоев задано {count}, а сразу принимается не больше {most}.",
    ),
    "faults.none": ("{text} is no fault.", "{text} не сбой."),
    "faults.form": (
        "Write NAME[/WHERE][:PROBABILITY][@FIRST[-LAST]], for example http-503/poll:0.1 or timeout@2-4.",
        "Пишите `NAME[/WHERE][:PROBABILITY][@FIRST[-LAST]]`, например http-503/poll:0.1 или timeout@2-4.",
    ),
    "faults.unknown": ("There is no fault {name}.", "Нет сбоя {name}."),
    "faults.where": ("The fault {text} cannot be at {where}.", "Сбоя {text} не бывает в месте {where}."),
    "faults.probability": ("{stated} in {text} is no probability.", "{stated} в {text} не вероятность."),
    "faults.probability.fix": ("Write a number from 0 to 1, as 0.1.", "Напишите число от 0 до 1, например 0.1."),
    "faults.position": ("{stated} in {text} is no position.", "{stated} в {text} не позиция."),
    "faults.position.fix": (
        "Count from 1: @3 is the third alone, @2-4 the second to the fourth, @3- the third and all after it.",
        "Считайте с 1: @3 только третий, @2-4 со второго по четвёртый, @3- третий и все следующие.",
    ),
    "faults.head": (
        (
            "NAME[/WHERE][:PROBABILITY][@FIRST[-LAST]], several separated by commas; as a flag, in a scenario's\n"
            "mock: {form}, or in the header x-mock-fault of a request."
        ),
        (
            "`NAME[/WHERE][:PROBABILITY][@FIRST[-LAST]]`, несколько через запятую; флагом, в сценарии\n"
            "`mock: {form}` или в заголовке запроса `x-mock-fault`."
        ),
    ),
    "faults.of_requests": (
        (
            "Of requests (WHERE: create, poll, cancel, account, other, upload, output or the key of an endpoint; "
            "without it\nanywhere in the API but at uploads and outputs):"
        ),
        (
            "У запросов (WHERE: `create`, `poll`, `cancel`, `account`, `other`, `upload`, `output` или ключ эндпоинта; "
            "без него\nгде угодно в API, кроме загрузки и выдачи файлов):"
        ),
    ),
    "faults.of_creates": (
        "Of creates that are valid, and of the tasks that they make (WHERE: the key of an endpoint):",
        "У верных запросов на создание и их задач (WHERE: ключ эндпоинта):",
    ),
    "faults.client": ("client: {seen}", "клиент: {seen}"),
    "faults.in_process": ("in process: {seen}", "внутри процесса: {seen}"),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_MOCK, **_SERVED, **_FAULTS}
