"""Texts of `--help`: what the program and each command do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MAIN: Final[Mapping[str, tuple[str, str]]] = {
    "help.main": (
        """\
usage: harness [COMMAND] [PATH…] [OPTION…]

Fires payload variants at a paid, slow, asynchronous media API, or at a faithful mock of it,
and says which work, and what to change where one does not.

commands:
{commands}

`harness COMMAND --help` tells a command's options.

examples:
  python -m harness                                  everything under scenarios/, on the built-in mock: free, no key
  python -m harness -k watermark --lang ru           the variants whose name has "watermark", in Russian
  python -m harness scenarios/runway/image_to_video.yaml --contract 2025-10
  python -m harness validate my_scenarios/           every mistake of every file, with its line
  python -m harness mock                             a Runway of your own on http://127.0.0.1:8765
  RUNWAYML_API_SECRET=key_… python -m harness --live --max-credits 50 -k Minimal

exit codes:
  0 all as expected · 1 a variant failed · 2 usage or scenario mistake, nothing sent · 3 environment (key, network)
  4 stopped early or inconclusive · 5 nothing selected · 6 drift (--drift) · 130 interrupted
""",
        """\
использование: harness [КОМАНДА] [ПУТЬ…] [ФЛАГ…]

Отправляет варианты запросов платному, медленному, асинхронному медиа-API или его точному моку
и говорит, какие работают и что изменить там, где не работает.

команды:
{commands}

`harness КОМАНДА --help` показывает флаги команды.

примеры:
  python -m harness                                  всё из scenarios/ на встроенном моке: бесплатно и без ключа
  python -m harness -k watermark --lang ru           варианты, в имени которых есть «watermark», по-русски
  python -m harness scenarios/runway/image_to_video.yaml --contract 2025-10
  python -m harness validate my_scenarios/           все ошибки всех файлов, с номерами строк
  python -m harness mock                             свой Runway на http://127.0.0.1:8765
  RUNWAYML_API_SECRET=key_… python -m harness --live --max-credits 50 -k Minimal

коды выхода:
  0 всё как ожидалось · 1 вариант не прошёл · 2 ошибка в команде или сценарии, ничего не отправлено
  3 окружение (ключ, сеть) · 4 остановлено раньше или неясно · 5 ничего не выбрано · 6 ответы изменились (--drift)
  130 прервано
""",
    ),
    "help.usage": ("usage: ", "использование: "),
    "help.paths": ("positional arguments", "аргументы"),
    "help.options": ("options", "флаги"),
    "help.help": ("show this help message and exit", "показать эту справку и выйти"),
}

#: What a command does, in the list of all commands.
_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "command.run": (
        "fire the scenarios and judge every variant (the default command)",
        "отправить сценарии и вынести вердикт по каждому варианту (команда по умолчанию)",
    ),
    "command.resume": (
        "go on with a run that broke off: follow its tasks, fire what was not",
        "продолжить прерванный запуск: проследить его задачи, отправить неотправленное",
    ),
    "command.diagnose": (
        "find the causes of a run's refusals from its folder; --probe: with a few requests",
        "найти причины отказов запуска по его папке; --probe: с помощью нескольких запросов",
    ),
    "command.reap": (
        "cancel the tasks that a run left behind, and say what may still be billed",
        "отменить оставшиеся после запуска задачи и сказать, за что ещё могут взять плату",
    ),
    "command.plan": (
        "show what a run would fire, cost and take",
        "показать, что запуск отправит, сколько это стоит и займёт",
    ),
    "command.validate": ("check scenario files, offline", "проверить файлы сценариев, без сети"),
    "command.list": ("show the variants with their ids", "показать варианты с их id"),
    "command.matrix": (
        "show the rows of a matrix, what they cover and cost; import and export them",
        "показать строки матрицы, что они покрывают и сколько стоят; импорт и экспорт",
    ),
    "command.report": (
        "render the reports of a run again, from its folder alone",
        "построить отчёты запуска заново, только по его папке",
    ),
    "command.compare": (
        "say what changed from one run to another",
        "сказать, что изменилось от одного запуска к другому",
    ),
    "command.history": (
        "say how each variant fared over the runs under reports/",
        "сказать, как шёл каждый вариант во всех запусках из reports/",
    ),
    "command.merge": ("put the shards of a run together", "соединить части одного запуска"),
    "command.ledger": (
        "add up the credits of the runs under reports/",
        "сложить кредиты запусков из reports/",
    ),
    "command.init": (
        "write a first scenario with what belongs to it, or one from a curl line or a HAR file",
        "записать первый сценарий со всем нужным или сценарий из команды curl или файла HAR",
    ),
    "command.schema": (
        "write the JSON Schema of the scenario format",
        "вывести JSON Schema формата сценариев",
    ),
    "command.mock": (
        "serve the mock of a provider, for any client",
        "запустить мок провайдера для любого клиента",
    ),
    "command.explain": (
        "say what a finding code means and what to do",
        "объяснить код замечания и что делать",
    ),
}

#: What a command does, in its own help.
_SUMMARIES: Final[Mapping[str, tuple[str, str]]] = {
    "summary.run": (
        "Fires every variant of the scenarios, follows each task to its end, judges it, and says what to change.",
        (
            "Отправляет каждый вариант сценариев, прослеживает каждую задачу до конца, выносит вердикт и говорит, что "
            "изменить."
        ),
    ),
    "summary.resume": (
        (
            "Goes on with a run that broke off: follows the tasks that it created, fires what it had not, judges "
            "everything and writes the reports anew. Nothing is created twice. All else that was asked for is as it "
            "was."
        ),
        (
            "Продолжает прерванный запуск: прослеживает созданные им задачи, отправляет то, что не было отправлено, "
            "выносит вердикты по всему и пишет отчёты заново. Ничего не создаётся дважды. Всё остальное, что было "
            "задано, остаётся прежним."
        ),
    ),
    "summary.diagnose": (
        (
            "Finds the causes of a run's refusals from what it sent: offline, free, and only ranked where the rows "
            "prove nothing. Writes them into the run's reports. Exit code: 1 when a variant of the run failed, else 0. "
            "With --probe it goes on with the run, against the same target and within the same bounds: probes prove "
            "the causes and try what to send instead; the exit code is the run's."
        ),
        (
            "Находит причины отказов по тому, что запуск отправил: без сети, бесплатно; где строки ничего не "
            "доказывают, причины только упорядочены по вероятности. Записывает их в отчёты запуска. Код выхода: 1, "
            "если какой-то вариант не прошёл, иначе 0. С --probe продолжает запуск по тому же адресу и в тех же "
            "пределах: пробы доказывают причины и проверяют, что отправлять вместо; код выхода как у запуска."
        ),
    ),
    "summary.reap": (
        (
            "Ends what runs left behind: looks once at every task in the journal whose end nobody has seen, cancels "
            "those that still go on, and says what may still be billed. Creates nothing, so it needs no --live."
        ),
        (
            "Завершает то, что осталось после запусков: один раз смотрит на каждую задачу журнала, конца которой "
            "никто не видел, отменяет те, что ещё идут, и говорит, за что ещё могут взять плату. Ничего не создаёт, "
            "поэтому --live не нужен."
        ),
    ),
    "summary.plan": (
        "Shows what a run would fire, in its order, with credits, dollars and time. Sends nothing.",
        "Показывает, что и в каком порядке отправит запуск, с кредитами, долларами и временем. Ничего не отправляет.",
    ),
    "summary.validate": (
        "Checks scenario files without sending anything.",
        "Проверяет файлы сценариев, ничего не отправляя.",
    ),
    "summary.list": (
        "Shows the variants with their ids. Sends nothing.",
        "Показывает варианты с их id. Ничего не отправляет.",
    ),
    "summary.matrix": (
        "Shows the rows of a matrix, what they cover and what they cost. Sends nothing.",
        "Показывает строки матрицы, что они покрывают и сколько стоят. Ничего не отправляет.",
    ),
    "summary.report": (
        "Renders the reports of a run again, from its report.json. Sends nothing, fires nothing.",
        "Строит отчёты запуска заново по его report.json. Ничего не отправляет.",
    ),
    "summary.compare": (
        (
            "Says what changed from run A to run B (default: latest): new failures, fixed, still failing, drift. "
            "Ends with 1 when something fails newly. Sends nothing."
        ),
        (
            "Говорит, что изменилось от запуска A к запуску B (по умолчанию latest): новые ошибки, исправленное, "
            "по-прежнему не работающее, сдвиг. Код выхода 1, если есть новые ошибки. Ничего не отправляет."
        ),
    ),
    "summary.history": (
        (
            "Says of each variant how often it passed, whether it went to and fro, how long it took, and when it last "
            "changed, for each target apart. Sends nothing."
        ),
        (
            "Говорит о каждом варианте, как часто он проходил, стабилен ли он, сколько времени занимал и когда "
            "изменился; по каждому адресу отдельно. Ничего не отправляет."
        ),
    ),
    "summary.merge": (
        (
            "Puts the shards of one run together into a new run: one report, one certificate, and the exit code that "
            "the whole run would have had. Refuses missing, doubled and foreign shards. Sends nothing."
        ),
        (
            "Соединяет части одного запуска в новый запуск: один отчёт, одно свидетельство о покрытии и тот код "
            "выхода, который был бы у целого. Не принимает недостающие, повторённые и чужие части. Ничего не "
            "отправляет."
        ),
    ),
    "summary.ledger": (
        "Adds up the credits of the runs under reports/, for each target apart. Sends nothing.",
        "Складывает кредиты запусков из reports/, по каждому адресу отдельно. Ничего не отправляет.",
    ),
    "summary.schema": (
        "Writes the JSON Schema of the scenario format.",
        "Выводит JSON Schema формата сценариев.",
    ),
    "summary.mock": (
        "Serves the mock of a provider: point any client at it. Ctrl-C ends it.",
        "Запускает мок провайдера: к нему можно обращаться любым клиентом. Ctrl-C завершает.",
    ),
    "summary.explain": (
        "Says what a finding code means and what to do.",
        "Объясняет, что значит код замечания и что делать.",
    ),
}

#: What a command's paths are.
_PATHS: Final[Mapping[str, tuple[str, str]]] = {
    "paths.scenarios": (
        "scenario files or folders (default scenarios/)",
        "файлы или папки сценариев (по умолчанию scenarios/)",
    ),
    "paths.matrix": ("scenario files or folders", "файлы или папки сценариев"),
    "paths.run": (
        "the run: a name under the reports folder, or a path (default: the newest)",
        "запуск: имя в папке отчётов или путь (по умолчанию самый новый)",
    ),
    "paths.runs": (
        "the runs: names under the reports folder, or paths (default: the newest)",
        "запуски: имена в папке отчётов или пути (по умолчанию самый новый)",
    ),
    "paths.compare": (
        "run ids, folders, report.json files, or `latest`",
        "id запусков, папки, файлы report.json или `latest`",
    ),
    "paths.shards": (
        "folders of the shards, or folders that hold them",
        "папки частей или папки, в которых они лежат",
    ),
    "paths.schema": ("the file to write (default: stdout)", "файл для записи (по умолчанию stdout)"),
    "paths.explain": ("finding codes (default: list them)", "коды замечаний (по умолчанию показать все)"),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_MAIN, **_COMMANDS, **_SUMMARIES, **_PATHS}
