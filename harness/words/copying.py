"""Texts of `harness init --from-curl` and `--from-har`: what is wrong with a request, what it became.

None of them shows what a request holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "option.from_curl": (
        "make the scenario from this curl command: one text, the command itself as the last words, or - for stdin",
        "сделать сценарий из команды curl: одной строкой, самой командой в конце, или - для stdin",
    ),
    "option.from_har": (
        "make the scenario from a request in this HAR file (browsers save it); - for stdin",
        "сделать сценарий из запроса в HAR-файле (его сохраняет браузер); - для stdin",
    ),
    "option.entry": (
        "which request of the HAR file, from 1 on; without it the only one that fits",
        "какой запрос из HAR-файла, с 1; без него — единственный подходящий",
    ),
    "option.name": (
        "the name of the scenario, and of its file",
        "имя сценария и его файла",
    ),
    # What is wrong with a request.
    "start.unclosed": ("curl: a quote ({quote}) has no end.", "curl: кавычка ({quote}) не закрыта."),
    "start.whole_command": (
        "Copy the whole command; `harness init --from-curl -` reads it from stdin, where no shell changes it.",
        "Скопируйте команду целиком; `harness init --from-curl -` читает её из stdin, где оболочка ничего не меняет.",
    ),
    "start.no_curl": ("This is no curl command.", "Это не команда curl."),
    "start.copy_as_curl": (
        "In a browser: Network, the request, Copy as cURL (bash or cmd; not PowerShell, not fetch).",
        "В браузере: Сеть, запрос, «Копировать как cURL» (bash или cmd; не PowerShell и не fetch).",
    ),
    "start.no_address": (
        "{where}: there is no address that starts with http:// or https://.",
        "{where}: нет адреса, который начинается с http:// или https://.",
    ),
    "start.write_address": ("Write the whole address of the request.", "Напишите адрес запроса целиком."),
    "start.many_addresses": (
        "curl: {count} words could be the address; a quote may be lost.",
        "curl: за адрес можно принять {count} {count|слово|слова|слов}; возможно, потерялась кавычка.",
    ),
    "start.check_quotes": (
        "Check the quotes; `harness init --from-curl -` reads the command from stdin, where no shell changes it.",
        "Проверьте кавычки; `harness init --from-curl -` читает команду из stdin, где оболочка ничего не меняет.",
    ),
    "start.unknown_option": (
        "curl: the option {option} is not known here.",
        "curl: параметр {option} здесь неизвестен.",
    ),
    "start.take_it_out": ("Take it out of the command.", "Уберите его из команды."),
    "start.no_value": ("curl: {option} has no value.", "curl: у {option} нет значения."),
    "start.curl_form": (
        "curl: --{option} sends a form, and a scenario sends JSON.",
        "curl: --{option} отправляет форму, а сценарий отправляет JSON.",
    ),
    "start.curl_config": (
        "curl: --{option} takes what it sends from a file or a variable of curl's own, which is not read.",
        "curl: --{option} берёт данные из файла или переменной самого curl; они не читаются.",
    ),
    "start.curl_get": (
        "curl: --{option} makes a request without a body, which creates nothing.",
        "curl: --{option} делает запрос без тела, он ничего не создаёт.",
    ),
    "start.write_headers": ("Write the headers in the command.", "Напишите заголовки в самой команде."),
    "start.json_only": (
        "Take a request whose body is a JSON object (--data, --json).",
        "Возьмите запрос, тело которого — объект JSON (--data, --json).",
    ),
    "start.curl_stdin": (
        "curl: the body comes from stdin (@-), which is not there.",
        "curl: тело запроса берётся из stdin (@-), а его тут нет.",
    ),
    "start.curl_file": (
        "curl: the file of the body (@…) cannot be read: {why}.",
        "curl: файл с телом запроса (@…) не читается: {why}.",
    ),
    "start.curl_file_where": (
        "Its path is relative to the folder that you are in.",
        "Его путь считается от текущей папки.",
    ),
    "start.no_body": ("{where}: the request has no body.", "{where}: у запроса нет тела."),
    "start.write_body": ("Write it into the command: --data JSON.", "Напишите его в команде: --data JSON."),
    "start.har_body": (
        "Save the file with the contents of requests; some browsers leave long ones out.",
        "Сохраните файл вместе с телами запросов; длинные некоторые браузеры пропускают.",
    ),
    "start.creates_nothing": (
        "{where}: a {method} request creates nothing, so there is nothing to vary.",
        "{where}: запрос {method} ничего не создаёт, варьировать нечего.",
    ),
    "start.take_post": ("Take the POST that creates the task.", "Возьмите POST, который создаёт задачу."),
    "start.body_too_big": (
        "{where}: it is bigger than {most} MB.",
        "{where}: больше {most} МБ.",
    ),
    "start.body_smaller": ("Put a smaller file into it.", "Вставьте в него файл поменьше."),
    "start.har_smaller": (
        "Save less: clear the list of requests before the one that counts.",
        "Сохраните меньше: очистите список запросов перед нужным.",
    ),
    "start.form": ("{where}: the body is a form.", "{where}: тело запроса — форма."),
    "start.place": ("line {line}, column {column}", "строка {line}, столбец {column}"),
    "start.no_json": (
        "{where}: the body is no JSON ({place} of it).",
        "{where}: тело запроса — не JSON ({place}).",
    ),
    "start.no_text": ("{where}: the body is no UTF-8 text.", "{where}: тело запроса — не текст UTF-8."),
    "start.odd_json": (
        "{where}: the body holds what JSON cannot say: NaN, an infinity, a number without end, too many levels.",
        "{where}: в теле есть то, чего нет в JSON: NaN, бесконечность, слишком длинное число, слишком много уровней.",
    ),
    "start.finite": ("Write finite numbers.", "Напишите конечные числа."),
    "start.no_object": (
        "{where}: the body is JSON, and no object.",
        "{where}: тело запроса — JSON, но не объект.",
    ),
    "start.needs_object": (
        "A payload is an object, with keys such as model.",
        "Тело запроса — объект, с ключами вроде model.",
    ),
    "start.no_har": (
        "{where}: this is no HAR file (JSON with log.entries).",
        "{where}: это не HAR-файл (JSON, в котором есть log.entries).",
    ),
    "start.save_har": (
        "In a browser: Network, Save all as HAR with content.",
        "В браузере: Сеть, «Сохранить всё как HAR с содержимым».",
    ),
    "start.no_file": ("{file} cannot be read: {why}.", "{file} не читается: {why}."),
    "start.name_file": ("Name a file, or - for stdin.", "Назовите файл, или - для stdin."),
    "start.no_entry": (
        "{where}: there is no request {number}; it holds {count}.",
        "{where}: нет запроса {number}; всего в файле {count}.",
    ),
    "start.list_entries": (
        "Without --entry those that fit are listed.",
        "Без --entry перечисляются подходящие.",
    ),
    "start.none_fits": (
        "{where}: none of its requests sends a JSON object.",
        "{where}: ни один запрос не отправляет объект JSON.",
    ),
    "start.several_fit": (
        "{where}: {count} requests could become a scenario:\n{entries}",
        "{where}: сценарием {count|может|могут|могут} стать {count} {count|запрос|запроса|запросов}:\n{entries}",
    ),
    "start.choose_entry": ("Choose one with --entry N.", "Выберите один: --entry N."),
    "start.one_source": (
        "--from-curl and --from-har exclude each other.",
        "--from-curl и --from-har исключают друг друга.",
    ),
    "start.take_one": ("Leave one of them out.", "Оставьте что-то одно."),
    "start.needs_source": (
        "{option}: there is no request to make a scenario from.",
        "{option}: нет запроса, из которого делать сценарий.",
    ),
    "start.give_source": ("Add --from-curl or --from-har.", "Добавьте --from-curl или --from-har."),
    "start.there_already": ("{file} is there already.", "{file} уже есть."),
    "start.other_name": (
        "Name the scenario with --name NAME, or write it anew with --force.",
        "Назовите сценарий по-другому (--name NAME) или запишите заново (--force).",
    ),
    "start.no_route": (
        "{title} is known, and no route of it that creates a task is this {method}.",
        "{title} — известный провайдер, но среди его путей, которые создают задачи, такого {method} нет.",
    ),
    "start.known_routes": ("Its routes: {routes}", "Его пути: {routes}"),
    "start.add_route": (
        "Add the route to `endpoints` in {file}, then run this again.",
        "Добавьте путь в `endpoints` в {file} и повторите.",
    ),
    "start.no_scenario": (
        "The body cannot stand in a scenario: it is too big or too deep, or holds half of a character.",
        "Такое тело не записать в сценарий: слишком большое или глубокое, или в нём половина символа.",
    ),
    "start.smaller": ("Take a smaller request.", "Возьмите запрос поменьше."),
    # What each file is for.
    "start.from_scenario": (
        "the request as a scenario, with a few variants",
        "запрос как сценарий, с несколькими вариантами",
    ),
    "start.profile": (
        "what is known of the provider; the comments say what to fill in",
        "что известно о провайдере; комментарии говорят, что дописать",
    ),
    "start.asset": ("a file that the request carried", "файл, который был внутри запроса"),
    # Comments in what is written.
    "start.made_from": (
        "Made by `harness init` from a request: {source}\nIts key, cookies and other headers were left out.",
        "Сделано командой `harness init` из запроса: {source}\nКлюч, cookies и прочие заголовки не взяты.",
    ),
    "start.in_variables": (
        "What looked like a secret is read from a variable; without it the default is sent.",
        "То, что похоже на секрет, берётся из переменной; без неё отправляется значение default.",
    ),
    "start.likely": (
        "Changes that the contract allows, none dearer than the request itself.",
        "Изменения, которые допускает контракт; ни одно не дороже самого запроса.",
    ),
    "start.unknown": (
        "Which fields are needed? Free on the mock. Live, what is accepted is paid for: `harness plan` counts.",
        "Какие поля нужны? На моке бесплатно. С --live каждый принятый вариант платный: `harness plan` посчитает.",
    ),
    "start.profile_head": (
        "A provider as far as one request tells. FILL IN marks what was guessed; `harness validate` checks the file.",
        "Провайдер, насколько он виден по одному запросу. FILL IN — угадано; файл проверяет `harness validate`.",
    ),
    "start.profile_no_key": (
        "No key was seen. With one: {of_key} and {headers}",
        "Ключа в запросе не было. С ключом: {of_key} и {headers}",
    ),
    "start.profile_left_out": (
        "FILL IN: left out, because they may be secret: {names}. Only headers can carry the key.",
        "FILL IN: не взято, потому что может быть секретом: {names}. Ключ передаётся только в заголовке.",
    ),
    "start.fill_id": (
        "FILL IN: where the answer of the create has the task's id (data.task_id)",
        "FILL IN: где в ответе на создание стоит id задачи (data.task_id)",
    ),
    "start.fill_path": ("FILL IN: the route of a task", "FILL IN: путь, по которому спрашивают о задаче"),
    "start.fill_state": ("FILL IN: where its answer has the state", "FILL IN: где в её ответе состояние"),
    "start.fill_output": (
        "FILL IN: where the addresses of the files are (data.videos.*.url)",
        "FILL IN: где адреса файлов (data.videos.*.url)",
    ),
    "start.fill_failure": ("FILL IN: what went wrong", "FILL IN: что пошло не так"),
    "start.fill_polling": ("seconds; words for states: `states:`", "секунды; слова состояний: `states:`"),
    "start.fill_kind": (
        "kind: video, image or audio beside the path says what comes out; `contract: openapi.json` explains refusals",
        "kind: video, image или audio рядом с path — что получается; `contract: openapi.json` объяснит отказы",
    ),
    # What to know about a scenario that was made.
    "start.note_variables": (
        "{count} {count|value|values} that looked secret {count|is|are} read from the environment: {names}",
        "Похоже на секрет и читается из окружения ({count}): {names}",
    ),
    "start.note_fill_in": (
        "The provider is not known: look for FILL IN in its profile.yaml before a live run.",
        "Провайдер неизвестен: перед запуском с --live найдите FILL IN в его profile.yaml.",
    ),
    "start.note_learned": (
        "The provider is not known; how its tasks are polled was read from the file. Check its profile.yaml.",
        "Провайдер неизвестен; как опрашивать его задачи, прочитано из файла. Проверьте profile.yaml.",
    ),
    "start.note_blanks": (
        "{count} {count|part|parts} of the route looked like a secret or an id: see `path:` in the scenario.",
        "Частей пути, похожих на секрет или id: {count}; см. `path:` в сценарии.",
    ),
    "start.note_refused": (
        "The contract {contract} would refuse this body: {fields}.",
        "Контракт {contract} не примет такое тело: {fields}.",
    ),
}
