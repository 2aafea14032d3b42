"""Texts of mistakes in providers' own files: the profile, and the contracts that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Said as sentences of their own, and as mistakes of the file that names the provider (`….inside`, in small letters).
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "provider.absent": ("There is no provider {name}.", "Нет провайдера {name}."),
    "provider.no_profile": ("There is no profile {name}.", "Нет профиля {name}."),
    "provider.no_contract": (
        "The provider {provider} has no contract {name}.",
        "У провайдера {provider} нет контракта {name}.",
    ),
}

_PROFILES: Final[Mapping[str, tuple[str, str]]] = {
    "provider.no_profile.fix": (
        "Its path is relative to the scenario file.",
        "Путь к нему отсчитывается от файла сценария.",
    ),
    "profile.no_create": (
        "there is no route that creates tasks.",
        "нет ни одного пути, по которому создаются задачи.",
    ),
    "profile.no_create.fix": (
        "Add `endpoints: {example}`, or `contract:` with an OpenAPI document.",
        "Добавьте `endpoints: {example}` или `contract:` с документом OpenAPI.",
    ),
    "profile.no_poll": (
        "there is no route to ask for the task's state.",
        "нет пути, по которому спрашивается состояние задачи.",
    ),
    "profile.no_poll.fix": (
        "Add `poll_path: /…/{id}` here, or `path` under `poll`.",
        "Добавьте здесь `poll_path: /…/{id}` или `path` в `poll`.",
    ),
    "profile.no_id": ("the path has no {id} for the task's id.", "в пути нет {id}, места для id задачи."),
    "profile.no_id.fix": ("Write {id} where the id stands.", "Напишите {id} там, где стоит id."),
    "profile.pattern": (
        "expected a regular expression, found the text {pattern}: {why}.",
        "ожидалось: регулярное выражение; найдено: текст {pattern} («{why}»).",
    ),
    "profile.pattern.fix": (
        "Escape signs that stand for themselves with a backslash.",
        "Поставьте обратную черту перед знаками, которые значат самих себя.",
    ),
    "profile.no_key": (
        "a header needs the key, and nothing says where it comes from.",
        "заголовку нужен ключ, а откуда его взять, не сказано.",
    ),
    "profile.no_key.fix": ("Add `key: {example}`.", "Добавьте `key: {example}`."),
    "profile.blank": (
        "the blank {blank} is not known; only {key} is.",
        "подстановка {blank} неизвестна; есть только {key}.",
    ),
    "profile.blank.fix": ("Write {key} where the key stands.", "Напишите {key} там, где стоит ключ."),
    "profile.word": ('the word "{word}" already means {state}.', 'слово "{word}" уже значит {state}.'),
    "profile.word.fix": ("Keep one of the two.", "Оставьте что-то одно."),
    "contract.absent": (
        "the profile {profile} names this contract, and there is no such file.",
        "этот контракт назван в профиле {profile}, а файла нет.",
    ),
    "contract.absent.fix": ("Write its path relative to the profile.", "Напишите путь к нему от файла профиля."),
    "contract.unusable": ("this contract cannot be used: {why}.", "этот контракт не годится: {why}."),
    "contract.schema": ("the schema cannot be used: {why}.", "эта схема не годится: {why}."),
    "contract.no_create": (
        "it has no operation that creates a task (a POST)",
        "в нём нет операции, которая создаёт задачу (POST)",
    ),
    "contract.circle": ("it is a form of itself", "она задана через саму себя"),
    "contract.said": ("{text}", "«{text}»"),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_NAMES,
    **{
        f"{key}.inside": (english[0].lower() + english[1:], russian[0].lower() + russian[1:])
        for key, (english, russian) in _NAMES.items()
    },
    **_PROFILES,
}
