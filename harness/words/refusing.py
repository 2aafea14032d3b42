"""Texts of refused payloads: what is wrong with a parameter, and what to send instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Type words of JSON and of validators, for `{expected:type}`.
_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "type.string": ("a text", "текст"),
    "type.number": ("a number", "число"),
    "type.integer": ("a whole number", "целое число"),
    "type.boolean": ("true or false", "true или false"),
    "type.array": ("a list", "список"),
    "type.object": ("an object", "объект"),
}

# What the API did with a parameter. `sent` is `field=value`, `status` the HTTP status.
_REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "param.value": ("{sent} is refused.", "{sent}: не принимается."),
    "param.value.allowed": ("{sent} is refused; allowed: {allowed}.", "{sent}: не принимается; допустимо: {allowed}."),
    "param.value.contract": (
        "{sent} is refused; the contract allows: {allowed}.",
        "{sent}: не принимается; контракт допускает: {allowed}.",
    ),
    "param.value.drift": (
        "{sent} is refused, although the contract {contract} allows it.",
        "{sent}: не принимается, хотя контракт {contract} это допускает.",
    ),
    "param.missing": ("{field} is missing.", "Не хватает {field}."),
    "param.missing.allowed": (
        "{field} is missing; allowed: {allowed}.",
        "Не хватает {field}; допустимо: {allowed}.",
    ),
    "param.missing.contract": (
        "{field} is missing; the contract allows: {allowed}.",
        "Не хватает {field}; контракт допускает: {allowed}.",
    ),
    "param.null": ("{field}=null is refused.", "{field}=null: не принимается."),
    "param.null.expected": (
        "{field}=null is refused; expected: {expected:type}.",
        "{field}=null: не принимается; ожидается: {expected:type}.",
    ),
    "param.type": ("{sent} has the wrong type.", "{sent}: неверный тип."),
    "param.type.expected": (
        "{sent} has the wrong type; expected: {expected:type}.",
        "{sent}: неверный тип; ожидается: {expected:type}.",
    ),
    "param.range": ("{sent} is out of range.", "{sent}: вне допустимых границ."),
    "param.range.minimum": (
        "{sent} is out of range: at least {minimum}.",
        "{sent}: вне допустимых границ: не меньше {minimum}.",
    ),
    "param.range.maximum": (
        "{sent} is out of range: at most {maximum}.",
        "{sent}: вне допустимых границ: не больше {maximum}.",
    ),
    "param.range.above": (
        "{sent} is out of range: more than {minimum}.",
        "{sent}: вне допустимых границ: больше {minimum}.",
    ),
    "param.range.below": (
        "{sent} is out of range: less than {maximum}.",
        "{sent}: вне допустимых границ: меньше {maximum}.",
    ),
    "param.range.both": (
        "{sent} is out of range: {minimum} to {maximum}.",
        "{sent}: вне допустимых границ: от {minimum} до {maximum}.",
    ),
    "param.too_long": (
        "{field} is too long: {length} {length|character|characters}.",
        "{field}: слишком длинно: {length} {length|знак|знака|знаков}.",
    ),
    "param.too_long.limit": (
        "{field} is too long: {length} {length|character|characters}, at most {limit}.",
        "{field}: слишком длинно: {length} {length|знак|знака|знаков}, не больше {limit}.",
    ),
    "param.too_short": (
        "{field} is too short: {length} {length|character|characters}.",
        "{field}: слишком коротко: {length} {length|знак|знака|знаков}.",
    ),
    "param.too_short.limit": (
        "{field} is too short: {length} {length|character|characters}, at least {limit}.",
        "{field}: слишком коротко: {length} {length|знак|знака|знаков}, не меньше {limit}.",
    ),
    "param.too_many": (
        "{field} has too many entries: {length}, at most {limit}.",
        "{field}: слишком много элементов: {length}, не больше {limit}.",
    ),
    "param.too_few": (
        "{field} has too few entries: {length}, at least {limit}.",
        "{field}: слишком мало элементов: {length}, не меньше {limit}.",
    ),
    "param.unknown": ("The API does not know {field}.", "API не знает поля {field}."),
    "param.combination": (
        "{sent} is refused in this combination.",
        "{sent}: не принимается в этом сочетании.",
    ),
    "param.unclear": (
        "The API refused the request (HTTP {status}) and named no field.",
        "API отклонил запрос (HTTP {status}) и не назвал поля.",
    ),
    "model.unknown.allowed": (
        "The API does not know the model {value}; allowed: {allowed}.",
        "API не знает модели {value}; допустимо: {allowed}.",
    ),
    "model.unknown.contract": (
        "The API does not know the model {value}; the contract allows: {allowed}.",
        "API не знает модели {value}; контракт допускает: {allowed}.",
    ),
    "model.unknown": ("The API does not know the model {value}.", "API не знает модели {value}."),
    "model.forbidden": (
        "The model {value} is not available to this account (HTTP {status}).",
        "Модель {value} недоступна этому аккаунту (HTTP {status}).",
    ),
    "model.unavailable": (
        "The model {value} is not available (HTTP {status}).",
        "Модель {value} недоступна (HTTP {status}).",
    ),
    "asset.fetch": ("The API could not fetch {field}.", "API не смог скачать {field}."),
    "asset.type": ("The file type of {field} is not supported.", "Тип файла в {field} не поддерживается."),
    "asset.aspect": ("The picture in {field} has the wrong shape.", "Неверные пропорции картинки в {field}."),
    "asset.size": ("{field} is too big.", "{field}: слишком большой файл."),
    "asset.duration": ("{field} has the wrong duration.", "{field}: неверная длительность."),
    "asset.url": ("The URL in {field} is not accepted.", "URL в {field} не принимается."),
    "asset.data_uri": ("{field} is no valid data URI.", "{field}: неверный data URI."),
    "asset.invalid": ("{field} cannot be used.", "{field}: файл не подходит."),
    "request.too_large": (
        "The request is too large (HTTP {status}).",
        "Запрос слишком велик (HTTP {status}).",
    ),
    "request.route": ("The API has no such route (HTTP {status}).", "У API нет такого пути (HTTP {status})."),
    "request.header": (
        "The API refused a header of the request (HTTP {status}).",
        "API не принял заголовок запроса (HTTP {status}).",
    ),
    "request.refused": ("The API refused the request (HTTP {status}).", "API отклонил запрос (HTTP {status})."),
}

# What to send instead, and why. `to` is `field=value`.
_PROPOSALS: Final[Mapping[str, tuple[str, str]]] = {
    "propose.same_shape": ("Send {to}: the same shape in pixels.", "Отправьте {to}: та же форма в пикселях."),
    "propose.same_ratio": ("Send {to}: the same shape.", "Отправьте {to}: та же форма."),
    "propose.nearest_shape": ("Send {to}: the nearest shape.", "Отправьте {to}: ближайшая форма."),
    "propose.spelling": ("Send {to}: the API's spelling.", "Отправьте {to}: так это пишется у API."),
    "propose.similar": ("Send {to}: the most similar value.", "Отправьте {to}: самое похожее значение."),
    "propose.nearest": ("Send {to}: the nearest allowed value.", "Отправьте {to}: ближайшее допустимое значение."),
    "propose.allowed": ("Send {to}: an allowed value.", "Отправьте {to}: допустимое значение."),
    "propose.smallest": ("Send {to}: the smallest allowed value.", "Отправьте {to}: наименьшее допустимое значение."),
    "propose.bound": ("Send {to}: the limit.", "Отправьте {to}: граница допустимого."),
    "propose.unquoted": ("Send {to}: without quotes.", "Отправьте {to}: без кавычек."),
    "propose.quoted": ("Send {to}: as a text.", "Отправьте {to}: текстом."),
    "propose.whole": ("Send {to}: a whole number.", "Отправьте {to}: целое число."),
    "propose.list": ("Send {field} as a list of one.", "Отправьте {field} списком из одного значения."),
    "propose.cut": (
        "Cut {field} to {limit} {limit|character|characters} (UTF-16 units).",
        "Сократите {field} до {limit} {limit|знака|знаков|знаков} (единиц UTF-16).",
    ),
    "propose.cut_list": (
        "Cut {field} to {limit} {limit|entry|entries}.",
        "Сократите {field} до {limit} {limit|элемента|элементов|элементов}.",
    ),
    "propose.leave_out_null": (
        "Leave {field} out: it is optional, and null is no value.",
        "Уберите {field}: поле необязательное, а null не значение.",
    ),
    "propose.successor": (
        "Send {to}: it replaces the deprecated value.",
        "Отправьте {to}: это замена устаревшего значения.",
    ),
    "propose.leave_out": ("Leave {field} out.", "Уберите {field}."),
    "propose.leave_out_meant": (
        "Leave {field} out. Or did you mean {meant}?",
        "Уберите {field}. Или вы имели в виду {meant}?",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_TYPES, **_REFUSALS, **_PROPOSALS}
