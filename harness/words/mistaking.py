"""Texts of the command line: what was mistaken in a command, and what it should have been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What a value should have been: stands behind "expected".
_EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "expected.time": ("a time such as 500ms, 20s, 5m or 1.5", "время, например 500ms, 20s, 5m или 1.5"),
    "expected.whole": ("a whole number from {least} to {most}", "целое число от {least} до {most}"),
    "expected.whole.least": ("a whole number of at least {least}", "целое число не меньше {least}"),
    "expected.credits": ("a number of credits, 0 or more", "число кредитов, 0 или больше"),
    "expected.one_of": ("one of {words}", "одно из {words}"),
    "expected.truth": ("true or false", "true или false"),
    "expected.scale": ("a number from 0.01 to 100000", "число от 0.01 до 100000"),
    "expected.key": ("a key without spaces, in ASCII", "ключ без пробелов, в ASCII"),
    "expected.provider": (
        "a shipped provider or the path of a profile",
        "встроенный провайдер или путь к профилю",
    ),
    "expected.shard": (
        "a shard such as 1/4: its number from 1 on, and how many there are (at most 1000)",
        "часть, например 1/4: её номер, начиная с 1, и сколько их всего (не больше 1000)",
    ),
}

_OPTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "usage.expected": (
        '{where}: expected {expected}, found "{found}".',
        "{where}: ожидалось: {expected}; найдено: «{found}».",
    ),
    "usage.see": ("See `harness {command} --help`.", "Смотрите `harness {command} --help`."),
    "usage.did_you_mean": ("Did you mean {word}?", "Возможно, вы имели в виду {word}?"),
    "usage.known": ("Known: {words}.", "Есть: {words}."),
    "usage.none": ("none", "нет"),
    "usage.no_setting": (
        '{file}: tool.harness: there is no setting "{key}". {hint}',
        "{file}: tool.harness: нет настройки «{key}». {hint}",
    ),
    "usage.toml": ("{file}: not readable as TOML: {error}.", "{file}: файл не читается как TOML: {error}."),
    "usage.toml.fix": ("Mend the file, or run elsewhere.", "Исправьте файл или запустите в другом месте."),
    "usage.toml.table": (
        "{file}: tool.harness: expected a table, found {found}.",
        "{file}: tool.harness: ожидалось: таблица; найдено: {found}.",
    ),
    "usage.toml.table.fix": ("Write [tool.harness].", "Напишите [tool.harness]."),
    "usage.no_option": ('There is no option "{word}".', "Нет флага «{word}»."),
    "usage.no_value": ("{flag}: a value is missing.", "{flag}: не хватает значения."),
    "usage.needless_value": ("{flag}: takes no value, found {found}.", "{flag}: значение не нужно, найдено: {found}."),
    "usage.no_command": (
        'There is no command and no file "{word}".',
        "Нет ни команды, ни файла «{word}».",
    ),
    "usage.command.near": ("Did you mean `harness {command}`?", "Возможно, вы имели в виду `harness {command}`?"),
    "usage.commands": ("Commands: {commands}.", "Команды: {commands}."),
    "usage.no_file": ("{where}: there is no such file.", "{where}: такого файла нет."),
}

_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "usage.one_run": (
        "{command} takes one run, and {count} were named.",
        "{command}: нужен один запуск, а названо {count}.",
    ),
    "usage.one_run.diagnose": ("Take them one by one.", "Возьмите их по одному."),
    "usage.one_run.report": ("Render them one by one.", "Стройте отчёты по одному."),
    "usage.one_run.resume": ("Resume them one by one.", "Продолжайте их по одному."),
    "usage.variable": (
        "{name} is no setting and counts for nothing. Did you mean {near}?",
        "{name} — не настройка и ни на что не влияет. Имелось в виду {near}?",
    ),
    "usage.variable.flag": (
        "{name} counts for nothing: {flag} can only be said on the command line.",
        "{name} ни на что не влияет: {flag} можно задать только в командной строке.",
    ),
    "usage.two_runs": (
        "compare takes one run or two, and {count} were named.",
        "compare: нужны один или два запуска, а названо {count}.",
    ),
    "usage.same_run": (
        "compare was given the same run twice: {run}.",
        "compare: дважды назван один и тот же запуск: {run}.",
    ),
    "usage.two_runs.none": (
        "compare takes one run or two, and none were named.",
        "compare: нужны один или два запуска, а не назван ни один.",
    ),
    "usage.two_runs.fix": (
        "Write `harness compare A`, to compare A with the latest run, or `harness compare A B`.",
        "Напишите `harness compare A`, чтобы сравнить A с последним запуском, или `harness compare A B`.",
    ),
    "usage.no_shards": (
        "merge takes the folders of shards, and none were named.",
        "merge: нужны папки частей, а не названа ни одна.",
    ),
    "usage.no_shards.fix": ("Write `harness merge DIR…`.", "Напишите `harness merge DIR…`."),
    "usage.no_probe": ("{flag}: without --probe nothing is sent.", "{flag}: без --probe ничего не отправляется."),
    "usage.no_probe.fix": ("Add --probe.", "Добавьте --probe."),
    "usage.write": (
        "--write: only a payload that was seen to work is written.",
        "--write: записывается только запрос, который уже сработал.",
    ),
    "usage.write.fix": ("Add --diagnose to look for one.", "Добавьте --diagnose, чтобы найти такой."),
    "usage.recover": (
        "--recover: without --diagnose nothing is sent again.",
        "--recover: без --diagnose повторно ничего не отправляется.",
    ),
    "usage.recover.fix": ("Add --diagnose.", "Добавьте --diagnose."),
    "usage.fit": (
        "--fit: there is no budget that the rows could fit.",
        "--fit: нет бюджета, под который подбирать строки.",
    ),
    "usage.fit.fix": ("Add --max-credits N.", "Добавьте --max-credits N."),
    "usage.faults": (
        "--faults: only the built-in mock commits them.",
        "--faults: сбои создаёт только встроенный мок.",
    ),
    "usage.faults.fix": ("Leave out --base-url and --live.", "Уберите --base-url и --live."),
    "usage.shard_baseline": (
        "{flag} --shard {shard}: each shard would write the file, and knows its own variants only.",
        "{flag} --shard {shard}: файл писала бы каждая часть, а она знает только свои варианты.",
    ),
    "usage.shard_baseline.fix": (
        "Write the baseline with a run without --shard.",
        "Запишите известные ошибки запуском без --shard.",
    ),
    "usage.no_baseline": (
        "{flag}: there is no baseline to write.",
        "{flag}: не назван файл известных ошибок для записи.",
    ),
    "usage.no_baseline.fix": ("Name its file with --baseline FILE.", "Назовите файл: --baseline FILE."),
    "usage.too_many": (
        "More than {most} variants are selected; a run holds no more.",
        "Выбрано больше {most} вариантов; в один запуск столько не входит.",
    ),
    "usage.too_many.fix": (
        "Draw some with --sample N, or choose with -k or --only.",
        "Возьмите часть с --sample N или выберите с -k или --only.",
    ),
    "usage.one_provider": (
        "A run outside the mock takes one provider, and the selected scenarios have {count}: {names}.",
        "Запуску вне мока нужен один провайдер, а в выбранных сценариях их {count}: {names}.",
    ),
    "usage.one_provider.fix": ("Name the paths of one provider.", "Назовите пути одного провайдера."),
    "usage.base_url": (
        '--base-url: expected an address such as http://127.0.0.1:8080, found "{url}".',
        "--base-url: ожидалось: адрес, например http://127.0.0.1:8080; найдено: «{url}».",
    ),
    "usage.base_url.user": (
        "--base-url: the address holds a user name or a password.",
        "--base-url: в адресе есть имя пользователя или пароль.",
    ),
    "usage.base_url.user.fix": ("Leave them out: the key is enough.", "Уберите их: достаточно ключа."),
    "usage.base_url.live": (
        "--base-url {url}: this address is not on this machine, so a run may cost money.",
        "--base-url {url}: адрес не на этой машине, запуск может стоить денег.",
    ),
    "usage.base_url.live.fix": (
        "Add --live if you mean it; without --base-url the built-in mock answers.",
        "Если так и задумано, добавьте --live; без --base-url отвечает встроенный мок.",
    ),
    "usage.base_url.http": (
        "--base-url {url}: the key would travel unencrypted.",
        "--base-url {url}: ключ передавался бы незашифрованным.",
    ),
    "usage.base_url.http.fix": ("Use https.", "Используйте https."),
}

_MATRIX: Final[Mapping[str, tuple[str, str]]] = {
    "usage.keep": (
        "--keep: there is no scenario beside which to keep the rows.",
        "--keep: нет сценария, рядом с которым хранить строки.",
    ),
    "usage.keep.fix": ("Name one.", "Назовите сценарий."),
    "usage.import": (
        "--import {file}: for a scenario only a table of rows can be imported (*.csv, *.tsv).",
        "--import {file}: для сценария можно импортировать только таблицу строк (*.csv, *.tsv).",
    ),
    "usage.import.fix": (
        "Leave the scenario out: a PICT model is a matrix of its own.",
        "Уберите сценарий: модель PICT сама по себе матрица.",
    ),
    "usage.matrices": (
        "There are {count} scenarios with a matrix: {names}.",
        "Сценариев с матрицей {count}: {names}.",
    ),
    "usage.matrices.fix": ("Name the file of one.", "Назовите файл одного из них."),
    "usage.no_prices": (
        "--max-credits: an imported file has no prices.",
        "--max-credits: у импортированного файла нет цен.",
    ),
    "usage.no_prices.fix": ("Use --budget-rows N.", "Используйте --budget-rows N."),
    "usage.row_prices": (
        "No price is known for {count} of {all} rows, so they cannot be chosen by price.",
        "Цена неизвестна у {count} из {all} строк, поэтому выбрать по цене нельзя.",
    ),
    "usage.row_prices.fix": (
        "Say what to count for each with --assume-credits N.",
        "Укажите, сколько считать за каждую: --assume-credits N.",
    ),
    "usage.strength": (
        "--strength {strength}: {file} has {count} columns.",
        "--strength {strength}: столбцов {count}: {file}.",
    ),
    "usage.strength.fix": ("Write a strength of at most that.", "Укажите силу не больше этого."),
    "usage.strength.factors": (
        "--strength {strength}: the matrix of {scenario} has {count} factors.",
        "--strength {strength}: факторов в матрице {count}: {scenario}.",
    ),
    "usage.strength.factors.fix": ("Write a strength from 1 to {most}.", "Укажите силу от 1 до {most}."),
}

_RUNS: Final[Mapping[str, tuple[str, str]]] = {
    "usage.no_run": (
        "There is no run {name}, neither in {folder} nor as a path.",
        "Нет запуска {name}: ни в {folder}, ни по такому пути.",
    ),
    "usage.runs": ("Runs there: {runs}.", "Там есть запуски: {runs}."),
    "usage.no_runs": ("There is no run in {folder}.", "Нет ни одного запуска в {folder}."),
    "usage.no_runs.fix": (
        "Name one, or its place with --reports DIR.",
        "Назовите запуск или место с помощью --reports DIR.",
    ),
    "usage.no_report_there": (
        "{folder}: there is no {file} in this folder.",
        "{folder}: в этой папке нет {file}.",
    ),
    "usage.no_report_there.fix": (
        "A run that broke off has none: go on with it with `harness resume`.",
        "У прерванного запуска его нет: продолжите запуск командой `harness resume`.",
    ),
    "usage.no_journal_there.fix": (
        "Without it a run cannot be taken up: name another one.",
        "Без него за запуск не взяться: назовите другой.",
    ),
    "usage.no_report": ('{flag}: there is no report "{name}".', "{flag}: нет отчёта «{name}»."),
    "usage.report_file": ("--report {name}: expected the name of a file.", "--report {name}: ожидалось: имя файла."),
    "usage.report_file.fix": (
        "Write `--report json=out/report.json`.",
        "Напишите `--report json=out/report.json`.",
    ),
    "usage.report_place": (
        "--report {name}: {place} cannot be written to.",
        "--report {name}: записать нельзя: {place}.",
    ),
    "usage.report_place.fix": ("Choose another place.", "Выберите другое место."),
    "usage.unended": (
        "{folder}: the run has no {file}: it did not come to its end.",
        "{folder}: нет {file}: запуск не дошёл до конца.",
    ),
    "usage.unended.fix": (
        "`harness resume` goes on with it, and writes all reports.",
        "`harness resume` продолжит его и запишет все отчёты.",
    ),
    "usage.one_file": (
        "--output {output}: {count} reports cannot go into one file.",
        "--output {output}: отчётов {count}, в один файл они не войдут.",
    ),
    "usage.one_file.fix": ("Name a folder that is there.", "Назовите существующую папку."),
}

#: What was left to do nothing with.
_NOTHING: Final[Mapping[str, tuple[str, str]]] = {
    "nothing.folder": (
        "There is no folder scenarios/ in {folder} and no path was given.",
        "Нет папки scenarios/ в {folder}, и путь не указан.",
    ),
    "nothing.files": (
        "There are no scenario files (*.yaml, *.yml) under {paths}.",
        "Нет файлов сценариев (*.yaml, *.yml) в {paths}.",
    ),
    "nothing.files.fix": (
        "Write a first one with `harness init`, or name a file or folder: `harness run PATH…`.",
        "Запишите первый сценарий командой `harness init` или назовите файл или папку: `harness run PATH…`.",
    ),
    "nothing.selected": ("None of the {count} variants was selected.", "Не выбран ни один вариант из {count}."),
    "nothing.selected.fix": (
        "`harness list` shows them; loosen -k, --tag or --only.",
        "`harness list` покажет их; ослабьте -k, --tag или --only.",
    ),
    "nothing.loosen": ("Loosen -k, --tag or --only.", "Ослабьте -k, --tag или --only."),
    "nothing.contract": (
        "The {count} selected variants belong to other contracts; nothing was left to fire.",
        "Все выбранные варианты ({count}) для других контрактов; отправлять нечего.",
    ),
    "nothing.contract.fix": (
        "Choose another one with --contract, or loosen the selection.",
        "Выберите другой контракт с --contract или ослабьте выбор.",
    ),
    "nothing.matrix": ("None of the scenarios has a matrix.", "Ни в одном из сценариев нет матрицы."),
    "nothing.matrix.fix": (
        "Name one that has, or import a model: --import.",
        "Назовите сценарий с матрицей или импортируйте модель: --import.",
    ),
    "nothing.no_report": ("There is no report under {folder}.", "Нет ни одного отчёта в {folder}."),
    "nothing.no_report.fix": (
        "Fire something first, or name another folder with --reports DIR.",
        "Сначала запустите что-нибудь или назовите другую папку: --reports DIR.",
    ),
}

#: `-k`, `--tag`, `--only`.
_SELECT: Final[Mapping[str, tuple[str, str]]] = {
    "select.tag": (
        '--tag {tag}: no variant has the tag "{tag}".',
        "--tag {tag}: ни у одного варианта нет тега «{tag}».",
    ),
    "select.tags": ("Known tags: {tags}.", "Есть теги: {tags}."),
    "select.only": (
        '--only {word}: no variant has the id "{word}".',
        "--only {word}: ни у одного варианта нет id «{word}».",
    ),
    "select.only.fix": ("`harness list` shows the ids.", "`harness list` покажет id."),
    "select.several": (
        "--only {word}: {count} variants begin so: {ids}.",
        "--only {word}: так начинаются id нескольких вариантов ({count}): {ids}.",
    ),
    "select.several.fix": ("Write more of the id.", "Напишите id подробнее."),
    "select.long": (
        "-k: the expression has {count} characters and at most {most} are read.",
        "-k: знаков в выражении {count}, а читается не больше {most}.",
    ),
    "select.wrong": ("-k {text}: {what}.", "-k {text}: {what}."),
    "select.wrong.fix": (
        "Write words joined by and, or, not and parentheses: -k 'ratio and not seed'.",
        "Соедините слова с помощью `and`, `or`, `not` и скобок: -k 'ratio and not seed'.",
    ),
    "select.end": (
        'found "{word}" where the expression should end',
        "найдено «{word}» там, где выражение должно закончиться",
    ),
    "select.ends": ("it ends where a word should stand", "выражение кончается там, где должно стоять слово"),
    "select.word": ('found "{word}" where a word should stand', "найдено «{word}» там, где должно стоять слово"),
    "select.open": ('a "(" has no ")"', "у «(» нет «)»"),
    "select.close": ('a ")" has no "("', "у «)» нет «(»"),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_EXPECTED,
    **_OPTIONS,
    **_COMMANDS,
    **_MATRIX,
    **_RUNS,
    **_NOTHING,
    **_SELECT,
}
