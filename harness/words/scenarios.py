"""Texts of mistakes in scenario files, and of what keeps them from being mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "files.absent": ("There is no file or folder {path}.", "Нет файла или папки {path}."),
    "files.no_scenario": ("{path} is no scenario file by its name.", "{path}: по имени это не файл сценария."),
    "files.no_scenario.fix": (
        "Scenario files end in .yaml, .yml or .json.",
        "Имя файла сценария заканчивается на .yaml, .yml или .json.",
    ),
    "files.folder": ("The folder {path} cannot be read: {why}.", "Папка {path} не читается: {why}."),
    "scenario.profile": (
        "this is the profile of a provider, not a scenario.",
        "это профиль провайдера, а не сценарий.",
    ),
    "scenario.profile.fix": (
        "Name it profile.yaml, or keep it outside of the folder that is fired.",
        "Назовите его profile.yaml или держите вне папки, которая отправляется.",
    ),
    "scenario.same_name": (
        "the name {name} is taken by the scenario at {place}.",
        "имя {name} уже занято сценарием: {place}.",
    ),
    "scenario.nothing": (
        "there are no variants and no matrix, so nothing would be sent.",
        "нет ни вариантов, ни матрицы, так что отправлять нечего.",
    ),
    "scenario.nothing.fix": (
        "Add `variants: [baseline]`, which sends the baseline under that name, or a matrix.",
        "Добавьте `variants: [baseline]` (под этим именем отправится базовый запрос) или матрицу.",
    ),
    "scenario.too_many": (
        "this makes {count} variants; a scenario has at most {most}.",
        "вариантов получается {count}; в сценарии их не больше {most}.",
    ),
    "scenario.too_many.fix": (
        "Take fewer levels, or split the file.",
        "Возьмите меньше уровней или разделите файл.",
    ),
}

# The provider, the endpoint, and the blanks of its route.
_ROUTES: Final[Mapping[str, tuple[str, str]]] = {
    "route.provider": ("the provider's own files have mistakes.", "в файлах самого провайдера есть ошибки."),
    "route.provider.fix": ("Correct them; they are listed, too.", "Исправьте их; они тоже перечислены."),
    "route.endpoint": ("{provider} has no endpoint {name}.", "{provider}: нет endpoint {name}."),
    "route.contract": ("the provider has no contract {name}.", "у провайдера нет контракта {name}."),
    "route.missing": (
        "the route {route} of {endpoint} has {names} to fill in, and nothing does.",
        "в пути {route} ({endpoint}) нечем заполнить подстановки: {names}.",
    ),
    "route.missing.fix": ("Add `path: {example}`.", "Добавьте `path: {example}`."),
    "route.extra": (
        "the route {route} of {endpoint} has no {names} to fill in.",
        "в пути {route} ({endpoint}) нет подстановок: {names}.",
    ),
    "route.part": (
        "expected one part of a route, found {found}.",
        "ожидалось: одна часть пути; найдено: {found}.",
    ),
    "route.part.fix": ("Write a text without slashes.", "Напишите текст без косой черты."),
    "route.unused": (
        "no route has a blank {name}; that of {endpoint} is {route}.",
        "подстановки {name} нет ни в одном пути; путь {endpoint}: {route}.",
    ),
}

# Variants, and what they change of the baseline.
_VARIANTS: Final[Mapping[str, tuple[str, str]]] = {
    "variant.same_name": (
        "the name {name} is taken by the variant on line {line}.",
        "имя {name} уже занято вариантом в строке {line}.",
    ),
    "variant.payload": (
        '"payload" is the whole payload, and {words} would change the baseline.',
        '"payload" задаёт запрос целиком, а рядом изменения базового: {words}.',
    ),
    "variant.payload.fix": ("Keep one or the other.", "Оставьте что-то одно."),
    "variant.keep": ("there is no key {key} to keep.", "нет ключа {key}, который можно оставить."),
    "variant.keep.whole": ("keep takes whole keys of the payload. ", "В keep стоят ключи запроса целиком. "),
    "variant.unset": ("{key} stands in {word}, too.", "{key} стоит и в {word}."),
    "expect.kinds": ("a variant cannot do all of {kinds}.", "вариант не может делать сразу всё это: {kinds}."),
    "expect.media": (
        '"media" says what the output must be, and a variant that is {kind} is not judged by its output.',
        '"media" говорит, каким должен быть результат, а вариант с ожиданием {kind} по результату не оценивается.',
    ),
    "expect.media.fix": ('Take "media" out.', 'Уберите "media".'),
    "key.empty_step": ("the key {key} has an empty step.", "в ключе {key} есть пустая часть."),
    "key.empty_step.fix": ("Write names with one dot between them.", "Пишите имена через одну точку."),
    "key.item": ("{key} is an item of a list.", "{key}: элемент списка."),
    "key.item.fix": ("Set the whole list without it.", "Задайте весь список без него."),
    "key.inside": (
        "nothing can be set inside of {key}: it is {found}.",
        "внутри {key} ничего нельзя задать: там {found}.",
    ),
    "key.inside.fix": ("Set the whole of it.", "Задайте значение целиком."),
    "key.file": ("a file", "файл"),
    "key.no_index": (
        "the list at {key} has {count} {count|item|items}, and {step} is no index.",
        "в списке {key} {count} {count|элемент|элемента|элементов}, а {step} не номер.",
    ),
    "key.no_index.fix": ("Write a number from 0.", "Напишите число от 0."),
    "key.beyond": (
        "the list at {key} has {count} {count|item|items}, and none with the index {step}.",
        "в списке {key} {count} {count|элемент|элемента|элементов}, и среди них нет номера {step}.",
    ),
    "key.beyond.fix": ("The last one has the index {last}.", "У последнего номер {last}."),
    "key.beyond.empty": ("Set the whole list.", "Задайте весь список."),
    "key.absent": ("there is no key {key} to take out.", "нет ключа {key}, который можно убрать."),
    "key.absent.inside": (
        "there is no key {key} in {outer} to take out.",
        "в {outer} нет ключа {key}, который можно убрать.",
    ),
}

# Values, and the words that stand for something.
_PAYLOADS: Final[Mapping[str, tuple[str, str]]] = {
    "payload.no_mapping": (
        "expected a mapping, the payload, found {found}.",
        "ожидалось: словарь, то есть запрос; найдено: {found}.",
    ),
    "payload.absent": ("a payload cannot be left out.", "запрос нельзя пропустить."),
    "payload.absent.fix": (
        "Write {empty} for a payload without keys.",
        "Напишите {empty}, если в запросе нет ключей.",
    ),
    "payload.item": ("an item of a list cannot be left out.", "элемент списка нельзя пропустить."),
    "payload.item.fix": ("Take it out of the list.", "Уберите его из списка."),
    "payload.units": (
        "{char} counts as two UTF-16 units, so no text of it has the length {length}.",
        "{char} считается за две единицы UTF-16, так что текста длиной {length} из него не составить.",
    ),
    "payload.units.fix": ("Write {length}, or take another char.", "Напишите {length} или возьмите другой char."),
    "payload.env": (
        "the environment variable {name} is not set.",
        "переменная окружения {name} не задана.",
    ),
    "payload.env.fix": (
        "Set it, or add `default: …` beside $env.",
        "Задайте её или добавьте `default: …` рядом с $env.",
    ),
    "payload.env.text": (
        "the environment variable {name} is no UTF-8 text.",
        "в переменной окружения {name} не текст в UTF-8.",
    ),
    "payload.env.text.fix": ("Set it to UTF-8 text.", "Задайте её текстом в UTF-8."),
    "payload.code": (
        "{target} is code of yours, and nothing allowed to run it.",
        "{target}: это ваш код, а запускать его не разрешено.",
    ),
    "payload.code.fix": (
        "Add --allow-code, or `allow_code = true` under [tool.harness] in pyproject.toml.",
        "Добавьте --allow-code или `allow_code = true` в раздел [tool.harness] файла pyproject.toml.",
    ),
    "code.no_module": (
        "there is no module {name} in {folder} or among what is installed.",
        "нет модуля {name} ни в папке {folder}, ни среди установленных.",
    ),
    "code.raised": ("{target} raised {error}.", "{target}: исключение {error}."),
    "code.raised.text": ("{target} raised {error}: {text}.", "{target}: исключение {error} «{text}»."),
    "code.raised.fix": ("Correct the function.", "Исправьте функцию."),
    "code.no_json": (
        "{target} must give back JSON, found {found} at {place}.",
        "{target}: функция должна вернуть JSON; найдено: {found}, в {place}.",
    ),
    "code.no_json.fix": (
        "Give back dict, list, str, int, float, bool and None only.",
        "Возвращайте только dict, list, str, int, float, bool и None.",
    ),
    "code.too_much": (
        "more than JSON that can be sent (too deep or too big)",
        "JSON, который нельзя отправить (слишком глубокий или большой)",
    ),
    "code.odd": ("a {kind} that JSON cannot carry", "{kind}, для которого в JSON нет записи"),
    "code.kind": ("a {kind}", "{kind}"),
    "code.key": ("a key that is a {kind}", "ключ типа {kind}"),
    "asset.no_text": ("the file {name} is no UTF-8 text ({byte}).", "файл {name}: не текст в UTF-8 ({byte})."),
    "asset.byte": ("byte {place} is 0x{byte}", "байт {place}: 0x{byte}"),
    "asset.no_text.fix": (
        "Save it as UTF-8, or send it with `as: data_uri`.",
        "Сохраните его в UTF-8 или отправляйте с `as: data_uri`.",
    ),
    "asset.outside": (
        "the file {name} lies outside of the project folder {folder}.",
        "файл {name} лежит вне папки проекта {folder}.",
    ),
    "asset.outside.fix": (
        "Move it into the project: what a scenario sends stays inside.",
        "Перенесите его в проект: сценарий отправляет только то, что внутри.",
    ),
    "asset.folder": ("{name} is a folder.", "{name}: это папка."),
    "asset.irregular": ("{name} is no regular file.", "{name}: это не обычный файл."),
    "asset.folder.fix": ("Name a file.", "Назовите файл."),
    "asset.too_big": (
        "the file {name} has {size} MB; at most {limit} MB are read.",
        "файл {name}: {size} МБ; читается не больше {limit} МБ.",
    ),
    "asset.too_big.fix": ("Use a smaller one.", "Возьмите файл поменьше."),
    "asset.unreadable": ("the file {name} cannot be read: {why}.", "файл {name} не читается: {why}."),
    "asset.permissions": ("Check its permissions.", "Проверьте права доступа к нему."),
    "asset.absent": ("there is no file {name}.", "нет файла {name}."),
    "asset.absent.fix": ("Its path is relative to this file.", "Путь к нему отсчитывается от этого файла."),
    "asset.no_name": ("the name cannot be a file's", "у файла не может быть такого имени"),
}

# `matrix:`.
_MATRIX: Final[Mapping[str, tuple[str, str]]] = {
    "factors.none": (
        "there are no factors, and nothing is invalid.",
        "нет ни факторов, ни недопустимых уровней.",
    ),
    "factors.none.fix": (
        "Add `factors:`, a mapping from keys to lists of levels, or `$contract: all`.",
        "Добавьте `factors:` (словарь: ключ → список уровней) или `$contract: all`.",
    ),
    "factors.model": ('"model" belongs to $contract.', '"model" относится к $contract.'),
    "factors.model.fix": (
        "Take it out, or write the models as the levels of a factor.",
        "Уберите его или задайте модели как уровни фактора.",
    ),
    "factors.no_model": ("the endpoint takes no model {name}.", "endpoint не принимает модель {name}."),
    "factors.no_contract": (
        "the provider has no contract that levels could be taken from.",
        "у провайдера нет контракта, из которого можно взять уровни.",
    ),
    "factors.write": ("Write the levels out.", "Выпишите уровни."),
    "factors.inside": (
        "the factor {inner} lies inside of the factor {outer}.",
        "фактор {inner} лежит внутри фактора {outer}.",
    ),
    "factors.inside.fix": (
        "Vary one of them: the levels of the outer one can hold both.",
        "Меняйте один из них: уровни внешнего могут задать оба.",
    ),
    "factors.no_levels": (
        "the contract states neither values nor bounds of {name} that could be levels.",
        "контракт не называет для {name} ни значений, ни границ, которые могли бы стать уровнями.",
    ),
    "factors.unlisted": ("the contract does not list {name}.", "в контракте нет {name}."),
    "factors.none_refused": (
        "the contract refuses no value of {name}.",
        "контракт не отклоняет ни одного значения {name}.",
    ),
    "level.twice": ("the level {level} stands twice.", "уровень {level} стоит дважды."),
    "level.valid_too": (
        "{level} is a level of the factor {name}, too.",
        "{level}: это и уровень фактора {name}.",
    ),
    "level.unknown": ("{level} is no level of the factor {name}.", "{level}: у фактора {name} нет такого уровня."),
    "level.unknown.fix": ("Its levels: {levels}.", "Его уровни: {levels}."),
    "level.empty": ("an empty list names no level.", "пустой список не называет ни одного уровня."),
    "level.empty.fix": ("Write a level, or a list of levels.", "Напишите уровень или список уровней."),
    "factor.unknown": ("there is no factor {name}.", "нет фактора {name}."),
    "include.breaks": ("this row breaks {rule}.", "эта строка нарушает {rule}."),
    "combinations.many": (
        "this stands for {count} combinations; at most {most} are read.",
        "сочетаний здесь {count}; читается не больше {most}.",
    ),
    "combinations.many.fix": (
        "Name fewer levels, or take a factor out.",
        "Назовите меньше уровней или уберите фактор.",
    ),
    "strength.matrix": (
        "the strength is {strength}, and there {count|is|are} {count} {count|factor|factors}.",
        "сила {strength}, а факторов только {count}.",
    ),
    "strength.group": (
        "the strength is {strength}, and the group has {count} {count|factor|factors}.",
        "сила {strength}, а факторов в группе только {count}.",
    ),
    "strength.fix": ("Write at most {count}.", "Напишите не больше {count}."),
    "strength.size": (
        "the strength {strength} makes {count} combinations to cover; at most {most} are.",
        "при силе {strength} нужно покрыть столько сочетаний: {count}; покрывается не больше {most}.",
    ),
    "strength.size.fix": (
        "Take a lower one, and `groups` for the factors that matter most.",
        "Возьмите силу меньше, а для самых важных факторов `groups`.",
    ),
    "group.all": (
        "the full product has every combination of these factors already.",
        "в полном произведении уже есть все сочетания этих факторов.",
    ),
    "group.all.fix": (
        "Leave the group out, or lower the matrix's strength.",
        "Уберите группу или уменьшите силу матрицы.",
    ),
    "rows.other": (
        "these rows are of the scenario {other}, and it is {name}.",
        "это строки сценария {other}, а сценарий называется {name}.",
    ),
    "rows.other.fix": (
        "Rename it here, too, or delete the file.",
        "Переименуйте его и здесь или удалите файл.",
    ),
}

# Why a file cannot be mended by itself. Each is a part of a sentence, without its full stop.
_MENDING: Final[Mapping[str, tuple[str, str]]] = {
    "mend.changed": ("the file has changed meanwhile", "файл за это время изменился"),
    "mend.other_baseline": ("its baseline is another one by now", "базовый запрос в нём теперь другой"),
    "mend.other_value": ("its {place} is another one by now", "{place} в нём теперь другое"),
    "mend.broken": (
        "the file would not load any more: {field}: {what}",
        "файл перестал бы читаться: {field}: {what}",
    ),
    "mend.doubt": (
        "its baseline is written in a way that cannot be changed without doubt",
        "базовый запрос в нём записан так, что наверняка изменить нельзя",
    ),
    "mend.no_utf8": ("it is not UTF-8", "он не в UTF-8"),
    "mend.word": ("{place} is made by {word}", "{place}: значение создаёт {word}"),
    "mend.file": (
        "{place} is a file, and its name is not known here",
        "{place}: это файл, и его имя здесь неизвестно",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_FILES,
    **_ROUTES,
    **_VARIANTS,
    **_PAYLOADS,
    **_MATRIX,
    **_MENDING,
}
