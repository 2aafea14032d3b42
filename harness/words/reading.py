"""Texts of files that are read: what a YAML text cannot be, what a schema wanted and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Words for values and types, and what is put together from them.
_VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "value.text": ("the text {value}", "текст {value}"),
    "value.empty_text": ("an empty text", "пустой текст"),
    "value.number": ("the number {value}", "число {value}"),
    "value.digits": ("of about {digits} digits", "примерно из {digits} {digits|цифры|цифр|цифр}"),
    "value.list": ("a list of {count}", "список из {count} {count|элемента|элементов|элементов}"),
    "value.empty_list": ("an empty list", "пустой список"),
    "value.mapping": ("a mapping", "словарь"),
    "value.empty_mapping": ("an empty mapping", "пустой словарь"),
    "shape.string": ("a text", "текст"),
    "shape.integer": ("a whole number", "целое число"),
    "shape.number": ("a number", "число"),
    "shape.boolean": ("true or false", "true или false"),
    "shape.object": ("a mapping", "словарь"),
    "shape.array": ("a list", "список"),
    "shape.null": ("null", "null (пусто)"),
    "shape.other_key": ("another key", "другой ключ"),
    "shape.pattern": ("a text of the form {pattern}", "текст вида {pattern}"),
    "range.minimum": ("at least {low}", "не меньше {low}"),
    "range.above": ("more than {low}", "больше {low}"),
    "range.maximum": ("at most {high}", "не больше {high}"),
    "range.below": ("less than {high}", "меньше {high}"),
    "words.and": (" and ", " и "),
    "words.or": (" or ", " или "),
}

# What to do, where many mistakes advise the same.
_FIXES: Final[Mapping[str, tuple[str, str]]] = {
    "fix.did_you_mean": ("Did you mean {near}?", "Возможно, вы имели в виду {near}?"),
    "fix.known": ("Known: {names}.", "Есть: {names}."),
    "fix.add": ("Add it.", "Добавьте его."),
    "fix.add.meant": ("Add it: {meant}.", "Добавьте его: {meant}."),
    "fix.take_out": ("Take it out.", "Уберите это."),
    "fix.take_them_out": ("Take them out.", "Уберите их."),
    "fix.take_one_out": ("Take one of them out.", "Уберите что-то одно."),
    "fix.keep_one": ("Keep one of them.", "Оставьте что-то одно."),
    "fix.rename_one": ("Give one of them another name.", "Дайте одному из них другое имя."),
    "fix.split": ("Split it.", "Разделите его."),
    "fix.write": ("Write {value}.", "Напишите {value}."),
    "fix.write.range": ("Write {range}.", "Напишите число {range}."),
    "fix.write.quoted": ('Write "{value}" in quotes.', 'Напишите в кавычках: "{value}".'),
    "fix.write.value": ("Write a value here.", "Напишите здесь значение."),
    "fix.permissions": ("Check its name and its permissions.", "Проверьте его имя и права доступа."),
}

# What a schema finds.
_CHECKS: Final[Mapping[str, tuple[str, str]]] = {
    "check.unknown_key": ("this key is not known here.", "здесь нет такого ключа."),
    "check.missing": ("the key {key} is missing.", "нет ключа {key}."),
    "check.wanted": ("expected {expected}.", "ожидалось: {expected}."),
    "check.expected": ("expected {expected}, found {found}.", "ожидалось: {expected}; найдено: {found}."),
    "check.expected.one_of": (
        "expected one of {expected}, found {found}.",
        "ожидалось одно из: {expected}; найдено: {found}.",
    ),
    "check.expected.nothing": (
        "expected {expected}, found nothing.",
        "ожидалось: {expected}; не найдено ничего.",
    ),
    "check.minLength": (
        "expected at least {limit} {limit|character|characters}, found {found}.",
        "ожидалось: знаков не меньше {limit}; найдено: {found}.",
    ),
    "check.maxLength": (
        "expected at most {limit} {limit|character|characters}, found {found}.",
        "ожидалось: знаков не больше {limit}; найдено: {found}.",
    ),
    "check.minItems": (
        "expected at least {limit} {limit|item|items}, found {found}.",
        "ожидалось: элементов не меньше {limit}; найдено: {found}.",
    ),
    "check.maxItems": (
        "expected at most {limit} {limit|item|items}, found {found}.",
        "ожидалось: элементов не больше {limit}; найдено: {found}.",
    ),
    "check.minProperties": (
        "expected at least {limit} {limit|key|keys}, found {found}.",
        "ожидалось: ключей не меньше {limit}; найдено: {found}.",
    ),
    "check.maxProperties": (
        "expected at most {limit} {limit|key|keys}, found {found}.",
        "ожидалось: ключей не больше {limit}; найдено: {found}.",
    ),
    "check.many_forms": (
        "{found} fits more than one of the forms that are allowed here.",
        "{found}: подходит сразу под несколько форм, которые здесь допустимы.",
    ),
    "check.twice": ("{value} stands in the list twice.", "{value}: стоит в списке дважды."),
    "check.other": ("{found} cannot stand here ({keyword}).", "{found}: здесь этого быть не может ({keyword})."),
}

# What keeps a file from being read at all.
_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "read.failed": ("the file cannot be read: {why}.", "файл не читается: {why}."),
    "read.no_name": ("the name cannot be a file", "у файла не может быть такого имени"),
    "read.too_big": ("the file is bigger than {limit} MB.", "файл больше {limit} МБ."),
    "read.tag_lines": (
        "the file has more than {limit} lines that begin with %TAG.",
        "в файле слишком много строк, которые начинаются с %TAG (больше {limit}).",
    ),
    "read.more_mistakes": (
        "{rest} more {count|mistake|mistakes} in this file.",
        "в этом файле ещё {rest} {count|ошибка|ошибки|ошибок}.",
    ),
    "read.zero_bytes": (
        "the file has zero bytes, as UTF-16 without a byte order mark has.",
        "в файле есть нулевые байты, как в UTF-16 без метки порядка байтов.",
    ),
    "read.as_utf8": ("Save it as UTF-8.", "Сохраните его в UTF-8."),
    "read.bad_byte": ("the byte 0x{byte} is not {encoding}.", "байт 0x{byte}: это не {encoding}."),
    "read.bad_byte.fix": ("Save the file as UTF-8.", "Сохраните файл в UTF-8."),
    "read.half": ("half of a character, U+{code} cannot stand here.", "половина знака, U+{code}: здесь нельзя."),
    "read.control": ("the control character U+{code} cannot stand here.", "управляющий знак U+{code}: здесь нельзя."),
    "read.control.fix": (
        'Take it out, or write "{escape}" in double quotes.',
        'Уберите его или напишите "{escape}" в двойных кавычках.',
    ),
}

# What a YAML text says and a document cannot hold.
_DOCUMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "yaml.too_many": ("the file has more than {limit} values.", "в файле слишком много значений (больше {limit})."),
    "yaml.second": ("a second document begins here.", "здесь начинается второй документ."),
    "yaml.second.fix": (
        "One file holds one document: move this part to another file.",
        "В одном файле один документ: перенесите эту часть в другой файл.",
    ),
    "yaml.not_sent": ("{odd}, which cannot be sent.", "{odd}: такое отправить нельзя."),
    "yaml.half": ('half of a character, "{escape}"', 'половина знака, "{escape}"'),
    "yaml.bare": ("the character U+{code} outside of quotes", "знак U+{code} вне кавычек"),
    "yaml.key": ("a key must be a text, found {found}.", "ключ должен быть текстом; найдено: {found}."),
    "yaml.key.quoted": (
        'Write "{value}" in quotes if it is a name.',
        'Напишите "{value}" в кавычках, если это имя.',
    ),
    "yaml.key.text": ("Write a text before the colon.", "Напишите перед двоеточием текст."),
    "yaml.twice": (
        "the key {key} stands twice: here and on line {line}.",
        "ключ {key} стоит дважды: здесь и в строке {line}.",
    ),
    "yaml.too_deep": ("nested deeper than {limit} levels.", "вложено слишком глубоко (больше {limit} раз)."),
    "yaml.too_deep.fix": ("Write it flatter.", "Уменьшите вложенность."),
    "yaml.alias.inside": (
        "the alias *{name} stands inside of what it names.",
        "псевдоним *{name} стоит внутри того, что он называет.",
    ),
    "yaml.alias.inside.fix": ("Write the value out.", "Напишите значение целиком."),
    "yaml.alias.unknown": (
        "the alias *{name} names nothing that stands before it.",
        "псевдоним *{name} не называет ничего из того, что стоит до него.",
    ),
    "yaml.alias.unknown.fix": (
        'Write &{name} at the value that is meant, or put "*{name}" in quotes.',
        'Напишите &{name} у нужного значения или возьмите "*{name}" в кавычки.',
    ),
    "yaml.alias.many": (
        "the aliases of this file multiply to more than {limit} values.",
        "псевдонимы этого файла разворачиваются слишком сильно (больше {limit} значений).",
    ),
    "yaml.alias.many.fix": ("Write fewer of them.", "Используйте их реже."),
    "yaml.not_finite": ("{value} is no number that JSON can carry.", "{value}: такого числа в JSON нет."),
    "yaml.not_finite.fix": (
        'Write a finite number, or "{value}" in quotes for the text.',
        'Напишите конечное число или "{value}" в кавычках, если это текст.',
    ),
    "yaml.long_number": (
        "a number of {length} characters is too long.",
        "слишком длинное число: {length} {length|знак|знака|знаков}.",
    ),
    "yaml.long_number.fix": ("Write it in quotes if it is a text.", "Возьмите его в кавычки, если это текст."),
    "yaml.big_number": ("the number {value} is too big.", "число {value} слишком велико."),
    "yaml.big_number.fix": (
        "Write a smaller number, or put it in quotes for the text.",
        "Напишите число поменьше или возьмите его в кавычки, если это текст.",
    ),
    "yaml.tag.misfit": ("the tag !!{word} does not fit this value.", "тег !!{word} не подходит к этому значению."),
    "yaml.tag.misfit.fix": ("Leave the tag out.", "Уберите тег."),
    "yaml.tag.unknown": ("the tag {tag} is not allowed here.", "тег {tag} здесь недопустим."),
    "yaml.tag.unknown.fix": (
        "Files are plain YAML without tags of their own. Leave it out, or quote the text.",
        "Файлы пишутся на обычном YAML, без своих тегов. Уберите его или возьмите текст в кавычки.",
    ),
}

_CHECK_INDENT: Final = (
    "Check the indentation and the quotes, here and on the line before.",
    "Проверьте отступы и кавычки, здесь и в строке выше.",
)
_ESCAPE_FIX: Final = (
    "Write \\\\ for a backslash, or put the text in single quotes.",
    "Напишите \\\\ вместо обратной черты или возьмите текст в одинарные кавычки.",
)
# What the YAML parser cannot read. {opened} is the line where the surrounding thing begins.
_SYNTAX: Final[Mapping[str, tuple[str, str]]] = {
    "syntax.colon": ("a colon that cannot be here.", "двоеточия здесь быть не может."),
    "syntax.colon.fix": (
        "Put the value in quotes if the colon belongs to it, or align the key with its neighbours.",
        "Возьмите значение в кавычки, если двоеточие относится к нему, или выровняйте ключ с соседними.",
    ),
    "syntax.item": ('a list item ("- ") cannot begin here.', 'элемент списка ("- ") не может начинаться здесь.'),
    "syntax.item.fix": ("Begin the list on a line of its own.", "Начните список с отдельной строки."),
    "syntax.question": ('a "?" cannot begin a key here.', 'ключ не может начинаться здесь с "?".'),
    "syntax.question.fix": ("Put the text in quotes.", "Возьмите текст в кавычки."),
    "syntax.bracket": (
        "a comma or the closing ] is missing, in the list that opens on line {opened}.",
        "не хватает запятой или закрывающей ] в списке, который начинается в строке {opened}.",
    ),
    "syntax.bracket.fix": ("Add it.", "Добавьте её."),
    "syntax.brace": (
        "a comma or the closing {brace} is missing, in the mapping that opens on line {opened}.",
        "не хватает запятой или закрывающей {brace} в словаре, который начинается в строке {opened}.",
    ),
    "syntax.brace.fix": ("Add it.", "Добавьте её."),
    "syntax.neither": (
        "this line is neither a key with a value nor a part of what stands above it.",
        "эта строка не ключ со значением и не продолжение того, что выше.",
    ),
    "syntax.neither.fix": (
        "Write `key: value`, or indent it.",
        "Напишите `ключ: значение` или сделайте отступ.",
    ),
    "syntax.quote": ("the quote that opens here is never closed.", "кавычка, которая открывается здесь, не закрыта."),
    "syntax.quote.fix": ("Close it.", "Закройте её."),
    "syntax.quote.document": (
        "the quote that opens here is not closed before the next document.",
        "кавычка, которая открывается здесь, не закрыта до следующего документа.",
    ),
    "syntax.quote.document.fix": ("Close it.", "Закройте её."),
    "syntax.escape": ("an escape that YAML does not know.", "в YAML нет такой последовательности с обратной чертой."),
    "syntax.escape.fix": _ESCAPE_FIX,
    "syntax.escape.digits": (
        "an escape whose digits are wrong.",
        "неверные цифры в последовательности с обратной чертой.",
    ),
    "syntax.escape.digits.fix": _ESCAPE_FIX,
    "syntax.escape.character": (
        "an escape that is no character.",
        "последовательность с обратной чертой не означает никакого знака.",
    ),
    "syntax.escape.character.fix": (
        "Write the character itself, or its right number.",
        "Напишите сам знак или его верный номер.",
    ),
    "syntax.tab": ("a tab is used to indent.", "отступ сделан табуляцией."),
    "syntax.tab.fix": ("Indent with spaces.", "Делайте отступы пробелами."),
    "syntax.header": ("what follows | or > is wrong.", "неверно то, что стоит после | или >."),
    "syntax.header.fix": (
        "End the line after | or >, and begin the text on the next line.",
        "Закончите строку после | или > и начните текст со следующей строки.",
    ),
    "syntax.alias": (
        "a text that begins with * or & is an alias or an anchor.",
        "текст, который начинается с * или &, означает псевдоним или якорь.",
    ),
    "syntax.alias.fix": ("Put the text in quotes.", "Возьмите текст в кавычки."),
    "syntax.value": ("a value is missing here.", "здесь не хватает значения."),
    "syntax.value.fix": ("Write it, or take the extra sign out.", "Напишите его или уберите лишний знак."),
    "syntax.list": (
        "this does not belong to the list that begins on line {opened}.",
        "это не относится к списку, который начинается в строке {opened}.",
    ),
    "syntax.list.fix": (
        'Begin the line with "- ", or align it with its key.',
        'Начните строку с "- " или выровняйте её с её ключом.',
    ),
    "syntax.mapping": (
        "this does not belong to the mapping that begins on line {opened}.",
        "это не относится к словарю, который начинается в строке {opened}.",
    ),
    "syntax.mapping.fix": _CHECK_INDENT,
    "syntax.block": (
        "this does not belong to what begins on line {opened}.",
        "это не относится к тому, что начинается в строке {opened}.",
    ),
    "syntax.block.fix": _CHECK_INDENT,
    "syntax.behind": (
        "this does not belong to the value that ends before it.",
        "это не относится к значению, которое закончилось выше.",
    ),
    "syntax.behind.fix": _CHECK_INDENT,
    "syntax.version": ("this YAML version is not known.", "такая версия YAML неизвестна."),
    "syntax.version.fix": ("Leave the %YAML line out.", "Уберите строку %YAML."),
    "syntax.directive": (
        "a line that begins with % is a directive, and this one is not known.",
        "строка, которая начинается с %, означает директиву, и такая неизвестна.",
    ),
    "syntax.directive.fix": ("Leave it out.", "Уберите её."),
    "syntax.tag": ("a tag that is written wrong.", "тег написан неверно."),
    "syntax.tag.fix": (
        "Files are plain YAML without tags of their own. Leave it out.",
        "Файлы пишутся на обычном YAML, без своих тегов. Уберите его.",
    ),
    "syntax.begins": ("a text cannot begin with {sign}.", "текст не может начинаться с {sign}."),
    "syntax.begins.fix": ("Put it in quotes.", "Возьмите его в кавычки."),
    "syntax.other": ("this cannot be read as YAML.", "это не читается как YAML."),
    "syntax.other.fix": _CHECK_INDENT,
}

# Why a file's text cannot be changed by itself. Each is a part of a sentence, without its full stop.
_EDITS: Final[Mapping[str, tuple[str, str]]] = {
    "edit.doubt": (
        "{place} is written in a way that cannot be changed without doubt",
        "{place}: написано так, что наверняка изменить нельзя",
    ),
    "edit.nothing": ("there is nothing in it to change", "в нём нечего менять"),
    "edit.absent": ("there is no {place}", "нет {place}"),
    "edit.anchor": (
        "{place} has an anchor (&…), so that other places mean it, too",
        "{place}: здесь якорь (&…), так что это значение стоит и в других местах",
    ),
    "edit.alias": ("{place} is an alias (*…) of another value", "{place}: псевдоним (*…) другого значения"),
    "edit.comment.inside": ("{place} has a comment inside", "{place}: внутри есть комментарий"),
    "edit.comment.before": ("{place} has a comment before it", "{place}: перед ним есть комментарий"),
    "edit.item": ("{place} is an item of a list", "{place}: элемент списка"),
    "edit.line": ("{place} does not begin its line", "{place}: стоит не в начале строки"),
    "edit.no_mapping": ("{place} is no mapping", "{place}: не словарь"),
}

# Why the operating system would not have it: its own words, by their English text.
_SYSTEM: Final[Mapping[str, str]] = {
    "No such file or directory": "нет такого файла или папки",
    "Permission denied": "нет прав доступа",
    "Operation not permitted": "действие запрещено",
    "Is a directory": "это папка",
    "Not a directory": "это не папка",
    "File exists": "такой файл уже есть",
    "File name too long": "слишком длинное имя файла",
    "Too many levels of symbolic links": "ссылки ведут по кругу",
    "Too many open files": "открыто слишком много файлов",
    "Input/output error": "ошибка ввода-вывода",
    "No space left on device": "на диске нет места",
    "Disk quota exceeded": "исчерпана дисковая квота",
    "Read-only file system": "файловая система только для чтения",
    "Device or resource busy": "устройство занято",
    "Connection timed out": "время ожидания вышло",
    "Stale file handle": "файл на сетевом диске пропал",
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_VALUES,
    **_FIXES,
    **_CHECKS,
    **_FILES,
    **_DOCUMENTS,
    **_SYNTAX,
    **_EDITS,
    **{f"system.{english}": (english, russian) for english, russian in _SYSTEM.items()},
}
