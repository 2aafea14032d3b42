"""What the schemas of scenarios, profiles and contracts call the values that they want, and what they advise.

The schemas hold their `title` and `x-fix` in English, since editors show them; here they stand with their Russian.
A test fails when one is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SCENARIO: Final[Mapping[str, str]] = {
    "a mapping with name, provider, endpoint and baseline": "словарь с ключами name, provider, endpoint и baseline",
    "Write `name: …` and so on; README has a whole one.": "Напишите `name: …` и так далее; целый пример есть в README.",
    "a name on one line": "имя в одну строку",
    "a provider's name, or the path of a profile.yaml": "имя провайдера или путь к файлу profile.yaml",
    "an endpoint of the provider": "endpoint провайдера",
    "a list of tags": "список тегов",
    "a list of contract versions": "список версий контракта",
    "a mapping from the blanks of the endpoint's route to texts": "словарь: подстановка в пути endpoint → текст",
    "a text": "текст",
    "a mapping, the payload known to be good": "словарь, базовый запрос",
    "a list of variants": "список вариантов",
    "a name, or a mapping with a name": "имя или словарь с ключом name",
    "a mapping with a name": "словарь с ключом name",
    "a mapping from keys of the payload to values": "словарь: ключ запроса → значение",
    "Write set: {key: value}.": "Напишите set: {ключ: значение}.",
    "a list of keys": "список ключей",
    "a mapping, the whole payload": "словарь, запрос целиком",
    "works, accepted, rejected, failed, or a mapping that says more": (
        "works, accepted, rejected, failed или словарь с подробностями"
    ),
    "a mapping that says more": "словарь с подробностями",
    "nothing more": "ничего больше",
    "a mapping that narrows the refusal": "словарь, уточняющий отказ",
    "an HTTP status from 400 to 599": "статус HTTP от 400 до 599",
    "a field of the payload": "поле запроса",
    "a part of the message": "часть сообщения",
    "a finding code": "код замечания",
    "a mapping that narrows the failure": "словарь, уточняющий ошибку задачи",
    "a failure code": "код ошибки задачи",
    "a mapping of what the output must be": "словарь с требованиями к результату",
    "a whole number of pixels": "целое число пикселей",
    "a number of seconds": "число секунд",
    "a whole number from 1 to 1,000": "целое число от 1 до 1,000",
    "a mapping with credits or time": "словарь с ключом credits или time",
    "a number of credits": "число кредитов",
    'a time such as 90, "500ms", "20s" or "5m"': 'время, например 90, "500ms", "20s" или "5m"',
    "a mapping with faults": "словарь с ключом faults",
    "a list of faults": "список сбоев",
}

_MATRIX: Final[Mapping[str, str]] = {
    "a mapping with factors": "словарь с ключом factors",
    'a whole number from 1 to 6, or "all"': 'целое число от 1 до 6 или "all"',
    "a mapping from factors to lists of levels": "словарь: фактор → список уровней",
    "a list of levels": "список уровней",
    "all, boundary or invalid": "all, boundary или invalid",
    "a model, or a list of models": "модель или список моделей",
    "a list of models": "список моделей",
    "true or false": "true или false",
    "a list of combinations": "список сочетаний",
    "a mapping from factors to levels": "словарь: фактор → уровень",
    "a list of rows": "список строк",
    "a list of groups": "список групп",
    "a mapping with factors and strength": "словарь с ключами factors и strength",
    "a list of factors": "список факторов",
    "a whole number from 1 to 6": "целое число от 1 до 6",
    "a mapping from keys to lists of levels": "словарь: ключ → список уровней",
    "a list of rules": "список правил",
    "a mapping with when and then": "словарь с ключами when и then",
    "a mapping with format_version, scenario and rows": "словарь с ключами format_version, scenario и rows",
    "`harness matrix --keep` writes such files.": "Такие файлы пишет `harness matrix --keep`.",
    "the number 1": "число 1",
    "the name of the scenario": "имя сценария",
    'a whole number, or "all"': 'целое число или "all"',
}

_PAYLOADS: Final[Mapping[str, str]] = {
    "a key, or a word with $ (a key that starts with $ is written $$)": (
        "ключ или слово с $ (ключ, который начинается с $, пишется с $$)"
    ),
    "a key of the payload (one that starts with $ is written $$)": (
        "ключ запроса (если он начинается с $, пишется с $$)"
    ),
    "the name of a file": "имя файла",
    "a whole number of kilobytes": "целое число килобайт",
    "a media type such as video/mp4": "тип файла, например video/mp4",
    "a mapping with length and char": "словарь с ключами length и char",
    "a whole number of characters": "целое число знаков",
    "one character": "один знак",
    "the name of an environment variable": "имя переменной окружения",
    'a function such as "package.module:function"': 'функция, например "package.module:function"',
}

_PROFILE: Final[Mapping[str, str]] = {
    "a provider's profile": "профиль провайдера",
    "a short name": "короткое имя",
    "a name to show": "имя для показа",
    "an address that starts with http:// or https://": "адрес, который начинается с http:// или https://",
    "an environment variable or a list of them": "переменная окружения или список таких",
    "an environment variable": "переменная окружения",
    "a regular expression": "регулярное выражение",
    "a dotted place such as data.task_id": "место через точки, например data.task_id",
    "a list of statuses such as [429]": "список статусов, например [429]",
    "a status such as 429": "статус, например 429",
    'a path that starts with "/"': 'путь, который начинается с "/"',
    "a key": "ключ",
    "a state of a task": "состояние задачи",
    "a word or a list of them": "слово или список слов",
    "a word": "слово",
    "a number of seconds above 0": "число секунд больше 0",
    "a finding code such as AUTH.REFUSED": "код замечания, например AUTH.REFUSED",
    "a part of the refusal's text": "часть текста отказа",
    "a model": "модель",
    "a file": "файл",
    "the key of an endpoint or a list of them": "ключ endpoint или список таких",
    "the key of an endpoint": "ключ endpoint",
    "a model or a list of them": "модель или список моделей",
    "a value, a list of values, or {present: true}": "значение, список значений или {present: true}",
    "a field": "поле",
    "an OpenAPI 3.1 document": "документ OpenAPI 3.1",
    "the version of OpenAPI, 3.1.x": "версия OpenAPI, 3.1.x",
}


def _template(text: str) -> str:
    """A text as a template: its braces are no blanks."""
    return text.replace("{", "\0").replace("}", "{close}").replace("\0", "{open}")


#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    f"schema.{english}": (_template(english), _template(russian))
    for english, russian in {**_SCENARIO, **_MATRIX, **_PAYLOADS, **_PROFILE}.items()
}
