"""Texts of rows and where they come from: tables, PICT models, constraints that leave nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What constraints and the contract leave of a matrix.
_ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "rows.nothing": (
        "no row is left: {rules} {count|forbids|forbid} all.",
        "не остаётся ни одной строки: {rules} {count|запрещает|запрещают|запрещают} всё.",
    ),
    "rows.no_level": (
        "no row can hold {level}: {rules} {count|forbids|forbid} it.",
        "ни в одной строке не может быть {level}: {rules} {count|запрещает|запрещают|запрещают} это.",
    ),
    "rows.no_include": (
        "no row of the matrix can hold these levels: {rules} {count|forbids|forbid} it.",
        "ни в одной строке матрицы не может быть этих уровней: {rules} {count|запрещает|запрещают|запрещают} их.",
    ),
    "rows.contract": ("the contract", "контракт"),
    "rows.more": ("{count} more", "ещё {count}"),
    "rows.less": ("Exclude less", "Исключайте меньше"),
    "rows.level_out": ("Take the level out, or exclude less", "Уберите уровень или исключайте меньше"),
    "rows.row_out": ("Take the row out, or exclude less", "Уберите строку или исключайте меньше"),
    "rows.fix": ("{what}.", "{what}."),
    "rows.fix.contract": (
        "{what}; `contract_rules: false` sends what the contract refuses, too.",
        "{what}; с `contract_rules: false` отправится и то, что отклоняет контракт.",
    ),
    "keys.baseline": ("{file}: baseline", "{file}: ключ baseline"),
    "keys.mistyped": (
        "{where}: the contract {contract} has no key {key}. Did you mean {meant}?",
        "{where}: в контракте {contract} нет ключа {key}. Возможно, вы имели в виду {meant}?",
    ),
    "rows.left_out": (
        (
            "{scenario}: the matrix leaves out {shown} {count|combination|combinations} that the contract refuses; "
            "`contract_rules: false` sends them, too."
        ),
        (
            "{scenario}: матрица пропускает то, что отклоняет контракт: {shown} {count|сочетание|сочетания|сочетаний}; "
            "с `contract_rules: false` отправится и это."
        ),
    ),
    "rows.not_kept": (
        "{file}: {shown} {count|row|rows} cannot be kept: a level is gone, or a rule forbids it now.",
        "{file}: нельзя сохранить {shown} {count|строку|строки|строк}: уровня больше нет или его запрещает правило.",
    ),
}

_TABLES: Final[Mapping[str, tuple[str, str]]] = {
    "table.empty": ("the file has no row.", "в файле нет ни одной строки таблицы."),
    "table.empty.fix": (
        "Write the names of the factors in the first line, and one row a line below.",
        "Напишите в первой строке имена факторов, а ниже по одной строке таблицы.",
    ),
    "table.twice": ("the column {name} stands twice.", "столбец {name} стоит дважды."),
    "table.no_name": ("a column has no name.", "у столбца нет имени."),
    "table.names.fix": (
        "The first line names each factor once.",
        "В первой строке каждый фактор назван один раз.",
    ),
    "table.cells": (
        "the row has {cells} cells, and there are {columns} columns.",
        "ячеек в строке {cells}, а столбцов {columns}.",
    ),
    "table.cells.fix": (
        "Put a cell that holds a separator in double quotes.",
        "Возьмите ячейку, в которой есть разделитель, в двойные кавычки.",
    ),
    "table.too_big": (
        "the file has more than {rows} rows or {columns} columns.",
        "в файле слишком много строк (больше {rows}) или столбцов (больше {columns}).",
    ),
    "table.open": (
        "the cell that begins here has no closing double quote.",
        "у ячейки, которая начинается здесь, нет закрывающей двойной кавычки.",
    ),
    "table.behind": (
        "the cell that begins here goes on behind its closing quote: {text}.",
        "ячейка, которая начинается здесь, продолжается за закрывающей кавычкой: {text}.",
    ),
    "table.quotes.fix": (
        'End it with a double quote; one inside is written twice: "say ""hi""".',
        'Закончите её двойной кавычкой; кавычка внутри пишется дважды: "say ""hi""".',
    ),
}

_MODELS: Final[Mapping[str, tuple[str, str]]] = {
    "pict.empty": ("the file has no parameter.", "в файле нет ни одного параметра."),
    "pict.empty.fix": (
        "Write one parameter a line: `Size: 10, 100, 500`.",
        "Пишите по одному параметру в строке: `Size: 10, 100, 500`.",
    ),
    "pict.too_big": (
        "the file has more than {parameters} parameters and {values} values.",
        "в файле слишком много параметров (больше {parameters}) или значений (больше {values}).",
    ),
    "pict.too_big.fix": ("Split the model.", "Разделите модель."),
    "pict.no_values": (
        "expected a parameter with its values, found {found}.",
        "ожидалось: параметр со значениями; найдено: {found}.",
    ),
    "pict.no_values.fix": (
        "Write a name, a colon, and values between commas: `Size: 10, 100, 500`.",
        "Напишите имя, двоеточие и значения через запятую: `Size: 10, 100, 500`.",
    ),
    "pict.no_name": ("the parameter has no name.", "у параметра нет имени."),
    "pict.no_name.fix": ("Write it before the colon.", "Напишите его перед двоеточием."),
    "pict.late": (
        "the parameter {name} stands after a sub-model.",
        "параметр {name} стоит после подмодели.",
    ),
    "pict.late.fix": (
        "Parameters come first, then sub-models, then constraints.",
        "Сначала идут параметры, потом подмодели, потом ограничения.",
    ),
    "pict.own_order": (
        "an order of one parameter, {name}, is not known.",
        "порядок одного параметра, {name}, задать нельзя.",
    ),
    "pict.own_order.fix": (
        "Give the order to a sub-model: `{example}`.",
        "Задайте порядок подмодели: `{example}`.",
    ),
    "pict.twice": (
        "the parameter {name} stands in line {line} already (case does not count).",
        "параметр {name} уже есть в строке {line} (регистр букв не важен).",
    ),
    "pict.open": ("the sub-model has no {brace}.", "у подмодели нет {brace}."),
    "pict.group.fix": ("Write `{example}`, in one line.", "Напишите `{example}` в одну строку."),
    "pict.order": (
        'expected "@" and an order of at least 1, found {found}.',
        'ожидалось: "@" и порядок не меньше 1; найдено: {found}.',
    ),
    "pict.no_parameter": ("there is no parameter {name}.", "нет параметра {name}."),
    "pict.missing": ("a name is missing.", "не хватает имени."),
    "pict.high_order": (
        "the order is {order}, and the sub-model has {count} parameters.",
        "порядок {order}, а параметров в подмодели только {count}.",
    ),
    "pict.high_order.fix": ("Write an order of at most that.", "Напишите порядок не больше этого."),
    "pict.many_rules": (
        "the constraints forbid too many combinations to be listed.",
        "ограничения запрещают слишком много сочетаний, чтобы их перечислить.",
    ),
    "pict.many_rules.fix": ("Split this one, or leave it out.", "Разделите это ограничение или уберите его."),
    "pict.leaves_nothing": (
        "this constraint leaves no row at all.",
        "это ограничение не оставляет ни одной строки матрицы.",
    ),
    "pict.leaves_nothing.fix": ("Loosen it.", "Ослабьте его."),
    "pict.strength": (
        "--strength {strength}: {file} has {count} parameters, and at most {most} are combined.",
        "--strength {strength}: в {file} параметров {count}, а сочетается их не больше {most}.",
    ),
    "pict.strength.fix": ("Write a strength from 1 to {most}.", "Укажите силу от 1 до {most}."),
    "pict.group_order": (
        "{file}: a sub-model has the order {order}, and at most {most} are combined.",
        "{file}: у подмодели порядок {order}, а сочетается не больше {most} параметров.",
    ),
    "pict.no_row": (
        "the constraints in {lines} leave no row.",
        "ограничения ({lines}) не оставляют ни одной строки матрицы.",
    ),
    "pict.no_row.fix": ("Loosen them.", "Ослабьте их."),
    "pict.all_invalid": (
        "no row is left: every one has two invalid values.",
        "не остаётся ни одной строки матрицы: в каждой по два недопустимых значения.",
    ),
    "pict.all_invalid.fix": (
        "Give a parameter a valid value.",
        "Дайте какому-нибудь параметру допустимое значение.",
    ),
    "pict.impossible": (
        "{place}: no row can hold {value} of {name}.",
        "{place}: значения {value} параметра {name} не может быть ни в одной строке матрицы.",
    ),
    "pict.impossible.lines": (
        "{place}: no row can hold {value} of {name}: the constraints in {lines}.",
        "{place}: значения {value} параметра {name} не может быть ни в одной строке матрицы: ограничения ({lines}).",
    ),
    "pict.line": ("line {number}", "строка {number} файла"),
    "pict.more": ("more", "другие"),
}

_CONSTRAINTS: Final[Mapping[str, tuple[str, str]]] = {
    "pict.expected.end": ("expected {expected}, and the file ends.", "ожидалось: {expected}; файл закончился."),
    "pict.text.open": (
        "the text has no closing double quote.",
        "у текста нет закрывающей двойной кавычки.",
    ),
    "pict.name.open": ('the name has no closing "]".', 'у имени нет закрывающей "]".'),
    "pict.want.end": ("the end of the constraint", "конец ограничения"),
    "pict.want.one_of": ("one of {words}", "одно из {words}"),
    "pict.want.parameter": ("a parameter", "параметр"),
    "pict.want.pattern": ("a pattern", "шаблон"),
    "pict.want.value": ("a value", "значение"),
    "pict.then.fix": (
        "Write IF … THEN …; with AND, OR, NOT and parentheses between the terms.",
        "Напишите IF … THEN …; между условиями AND, OR, NOT и скобки.",
    ),
    "pict.end.fix": (
        "End it with a semicolon: IF [A] = 1 THEN [B] <> 2;",
        "Закончите его точкой с запятой: IF [A] = 1 THEN [B] <> 2;",
    ),
    "pict.deep": (
        "more than {limit} parentheses and NOTs stand inside one another.",
        "слишком много вложенных скобок и NOT (больше {limit}).",
    ),
    "pict.deep.fix": ("Split the constraint.", "Разделите ограничение."),
    "pict.parenthesis.fix": (
        "Each parenthesis that opens has to close.",
        "Каждая открытая скобка должна быть закрыта.",
    ),
    "pict.function.fix": (
        "Write IsNegative(Parameter), or IsNegative() for any.",
        "Напишите IsNegative(Parameter) или IsNegative() для любого.",
    ),
    "pict.name.fix": (
        "Names of parameters stand in square brackets: [File system].",
        "Имена параметров стоят в квадратных скобках: [File system].",
    ),
    "pict.like.numbers": (
        "LIKE is for texts, and all values of {name} are numbers.",
        "LIKE сравнивает тексты, а у {name} все значения числа.",
    ),
    "pict.like.numbers.fix": ("Compare with < or >.", "Сравнивайте через < или >."),
    "pict.pattern.fix": (
        'Write [Parameter] LIKE "FAT*": * is any text, ? any character.',
        'Напишите [Parameter] LIKE "FAT*": * любой текст, ? любой знак.',
    ),
    "pict.two_kinds": (
        "{first} is a number and {second} a text: they do not compare.",
        "{first} это число, а {second} текст: сравнить их нельзя.",
    ),
    "pict.two_kinds.fix": (
        "A parameter is a number when all of its values are.",
        "Параметр считается числом, когда числа все его значения.",
    ),
    "pict.many_values": (
        "{first} and {second} have too many values to be compared.",
        "у {first} и {second} слишком много значений, чтобы их сравнить.",
    ),
    "pict.many_values.fix": (
        "Compare parameters with fewer values.",
        "Сравнивайте параметры, у которых значений меньше.",
    ),
    "pict.value.fix": (
        'Write a number as it is, and a text in double quotes: "FAT".',
        'Число пишите как есть, а текст в двойных кавычках: "FAT".',
    ),
    "pict.text_number": ("{name} is a text, and {value} a number.", "{name} это текст, а {value} число."),
    "pict.text_number.fix": (
        'Write "{value}": a parameter is a number when all of its values are.',
        'Напишите "{value}": параметр считается числом, когда числа все его значения.',
    ),
    "pict.number_text": (
        "all values of {name} are numbers, and {value} is a text.",
        "у {name} все значения числа, а {value} это текст.",
    ),
    "pict.number_text.fix": ("Write a number without quotes.", "Напишите число без кавычек."),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_ROWS, **_TABLES, **_MODELS, **_CONSTRAINTS}
