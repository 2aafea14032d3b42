"""Texts of options: what `--help` says of each, and under which title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    "options.what to fire": ("what to fire", "что отправлять"),
    "options.where to": ("where to", "куда"),
    "options.how far": ("how far", "докуда"),
    "options.what to show": ("what to show", "что показывать"),
    "options.what counts": ("what counts", "что считается ошибкой"),
    "options.what to write": ("what to write", "что записать"),
    "options.from what": ("from what", "из чего"),
    "options.which rows": ("which rows", "какие строки"),
    "options.where": ("where", "где"),
    "options.what": ("what", "что"),
    "options.how strict": ("how strict", "насколько строго"),
    "options.what goes wrong": ("what goes wrong", "какие сбои"),
}

_FIRE: Final[Mapping[str, tuple[str, str]]] = {
    "option.select": (
        "only variants whose id, name, scenario or tags match: 'ratio and not seed'",
        "только варианты, у которых подходят id, имя, сценарий или теги: 'ratio and not seed'",
    ),
    "option.tag": ("only variants with this tag (repeatable)", "только варианты с этим тегом (можно повторять)"),
    "option.only": ("only the variant with this id (repeatable)", "только вариант с этим id (можно повторять)"),
    "option.sample": (
        "N of the selected variants, drawn by chance (by --seed)",
        "N из выбранных вариантов, взятых случайно (по --seed)",
    ),
    "option.last_failed": (
        "only variants that did not pass in the last run of these scenarios; all of them when everything did",
        "только варианты, не прошедшие в последнем запуске этих сценариев; все, если прошло всё",
    ),
    "option.shard": (
        "only the I-th of N parts of what is selected, alike dear; `harness merge` puts them together",
        "только I-я из N равных по цене частей выбранного; `harness merge` соединит их",
    ),
    "option.contract": (
        "the dated contract to judge by and to mock, or `none`",
        "датированный контракт, по которому судить и имитировать, или `none`",
    ),
    "option.allow_code": (
        "let scenarios run their own `$call` code",
        "разрешить сценариям выполнять свой код `$call`",
    ),
    "option.live": (
        "fire at the real provider: this spends credits",
        "отправлять настоящему провайдеру: это тратит кредиты",
    ),
    "option.base_url": (
        "another address; one that is not on this machine needs --live",
        "другой адрес; если он не на этой машине, нужен --live",
    ),
    "option.env_file": (
        "read the API key from this file (else from the environment, keys.env or .env)",
        "взять ключ API из этого файла (иначе из окружения, keys.env или .env)",
    ),
    "option.max_credits": (
        "spend at most N credits: refuse a dearer live plan, and fire nothing more once N could be passed",
        "потратить не больше N кредитов: не начинать боевой запуск дороже и остановиться, когда N может быть превышено",
    ),
    "option.fit": (
        "do not refuse a plan dearer than --max-credits: fire the rows of its matrices that show most for it",
        "если план дороже --max-credits, не отказываться, а отправить самые показательные строки матриц",
    ),
    "option.budget_rows": (
        "fire at most N rows of the matrices: last failures, then those that show most for their price",
        "отправить не больше N строк матриц: сначала недавние неудачи, потом самые показательные за свою цену",
    ),
    "option.plan": (
        "fire exactly what `harness plan --out FILE` wrote, or nothing",
        "отправить ровно то, что записал `harness plan --out FILE`, или ничего",
    ),
    "option.max_time": (
        "fire nothing more after this time; what is in flight is followed to its end",
        "после этого времени ничего не отправлять; начатое прослеживается до конца",
    ),
    "option.assume_credits": (
        "count N credits for a variant without a known price",
        "считать N кредитов за вариант без известной цены",
    ),
    "option.until": (
        "accepted: an id came back · finished: the task ended · verified: outputs measured (default)",
        "accepted: вернулся id · finished: задача завершилась · verified: файлы измерены (по умолчанию)",
    ),
    "option.jobs": ("tasks in flight at once (default 4)", "сколько задач одновременно (по умолчанию 4)"),
    "option.exitfirst": ("stop at the first failure", "остановиться на первой неудаче"),
    "option.max_failures": ("stop after N failures", "остановиться после N неудач"),
    "option.diagnose": (
        "after refusals, send probes that no scenario lists, to find the cause and to try what to send instead",
        "после отказов отправить пробы, которых нет в сценариях: найти причину и проверить, что отправлять вместо",
    ),
    "option.max_probes": (
        "send at most N probes (default 60), within --max-credits",
        "отправить не больше N проб (по умолчанию 60), в пределах --max-credits",
    ),
    "option.recover": (
        "with --diagnose: send again all that only refused rows of a matrix held, not just eight rows of it",
        "с --diagnose: отправить ещё раз всё, что было только в отклонённых строках матрицы, а не восемь строк",
    ),
    "option.poll_interval": (
        "seconds between polls of a task (default: the profile's)",
        "секунд между опросами задачи (по умолчанию как в профиле)",
    ),
    "option.task_timeout": (
        "give up on a task after this time (default: the profile's)",
        "сколько ждать задачу (по умолчанию как в профиле)",
    ),
    "option.no_download": ("do not fetch the outputs", "не скачивать файлы"),
    "option.faults": (
        "defects that the built-in mock commits on purpose (`harness mock --list-faults`)",
        "сбои, которые встроенный мок создаёт нарочно (`harness mock --list-faults`)",
    ),
    "option.seed": (
        "seed of the mock and of the jitter (default 0)",
        "seed мока и случайных задержек (по умолчанию 0)",
    ),
    "option.write": (
        "with --diagnose: mend the baseline in the scenario file where a payload was seen to work",
        "с --diagnose: исправить базовый запрос в файле сценария, если увиденный вариант работает",
    ),
    "option.probe": (
        "send probes (a live run: with --live again)",
        "отправить пробы (для боевого запуска снова нужен --live)",
    ),
    "option.diagnose.write": (
        "mend the baseline in the scenario file where the run saw a payload that works",
        "исправить базовый запрос в файле сценария, если в запуске нашёлся работающий",
    ),
}

_SHOW: Final[Mapping[str, tuple[str, str]]] = {
    "option.reports": (
        "where runs leave their folders (default reports/)",
        "куда запуски кладут свои папки (по умолчанию reports/)",
    ),
    "option.report": (
        "write this report too, or to another place (html, json, markdown, junit, ctrf, csv)",
        "записать и этот отчёт, или в другое место (html, json, markdown, junit, ctrf, csv)",
    ),
    "option.baseline": (
        "failures that stand in this file are known: only what is new fails",
        "ошибки из этого файла известны: неудачей считается только новое",
    ),
    "option.baseline_update": (
        "take what fails now for known, and write the file",
        "считать нынешние ошибки известными и записать файл",
    ),
    "option.baseline_prune": (
        "take out of the file what passes now, or is no longer in the scenarios",
        "убрать из файла то, что теперь проходит или чего больше нет в сценариях",
    ),
    "option.drift": (
        "compare with the last run at this target: refused then and accepted now, or the other way, ends with 6",
        "сравнить с прошлым запуском по этому адресу: тогда отказ, теперь принято, или наоборот: код выхода 6",
    ),
    "option.lang": (
        "language of all that is said, and of the written reports",
        "язык всех сообщений и отчётов",
    ),
    "option.color": ("auto (default), always or never", "auto (по умолчанию), always или never"),
    "option.ascii": (
        "no emoji and no signs beyond ASCII in the frame",
        "без эмодзи и знаков вне ASCII в оформлении",
    ),
    "option.quiet": ("only the verdict", "только итог"),
    "option.verbose": ("log every request, poll and download", "показывать каждый запрос, опрос и скачивание"),
    "option.json": ("the same as JSON, in English", "то же в JSON, на английском"),
    "option.history.json": (
        "the same as JSON, one line for each variant",
        "то же в JSON, по строке на вариант",
    ),
    "option.last": ("only the last N runs of each target", "только последние N запусков по каждому адресу"),
    "option.by": ("month, run (default) or variant", "month, run (по умолчанию) или variant"),
    "option.format": (
        "which reports: csv, ctrf, html, json, junit, markdown (default html)",
        "какие отчёты: csv, ctrf, html, json, junit, markdown (по умолчанию html)",
    ),
    "option.output": (
        "a file, a folder, or - for standard output (default: the run's folder)",
        "файл, папка или - для стандартного вывода (по умолчанию папка запуска)",
    ),
    "option.out": (
        "write the plan, with a hash, for `harness run --plan FILE`",
        "записать план с хешем для `harness run --plan FILE`",
    ),
    "option.strength": (
        "combine T factors at a time, 1 to 6 (default: the scenario's; 2 for an imported file)",
        "сочетать по T факторов, от 1 до 6 (по умолчанию как в сценарии; 2 для импортированного файла)",
    ),
    "option.moves": (
        "look for fewer rows with at most N moves (default: by the size of the matrix; 0: take the first found)",
        "искать меньше строк не более чем за N шагов (по умолчанию по размеру матрицы; 0: взять первые найденные)",
    ),
    "option.import": (
        "take a PICT model, or rows from a table (*.csv, *.tsv), instead of a scenario's matrix",
        "взять модель PICT или строки из таблицы (*.csv, *.tsv) вместо матрицы сценария",
    ),
    "option.keep": (
        "write the rows beside the scenario (NAME.rows.json): later runs send them again, and add only new ones",
        "записать строки рядом со сценарием (NAME.rows.json): дальше отправляются они же, добавляются только новые",
    ),
    "option.export": (
        "write the rows (csv, json) or the model (pict) to stdout, and nothing else there",
        "вывести в stdout строки (csv, json) или модель (pict), и больше ничего",
    ),
}

_MOCK: Final[Mapping[str, tuple[str, str]]] = {
    "option.host": (
        "the address to listen at (default 127.0.0.1: this machine only)",
        "адрес, на котором слушать (по умолчанию 127.0.0.1: только эта машина)",
    ),
    "option.port": (
        "the port (default 8765); 0: any free one",
        "порт (по умолчанию 8765); 0: любой свободный",
    ),
    "option.provider": (
        "a shipped provider (default runway), or a profile.yaml",
        "встроенный провайдер (по умолчанию runway) или файл profile.yaml",
    ),
    "option.mock.contract": ("the dated contract, or `none`", "датированный контракт или `none`"),
    "option.mock.seed": (
        "seed of ids, times and faults (default 0)",
        "seed для id, времени и сбоев (по умолчанию 0)",
    ),
    "option.time_scale": (
        "100: queues, renders and expiry go 100 times faster (default 1)",
        "100: очереди, рендеринг и срок ссылок идут в 100 раз быстрее (по умолчанию 1)",
    ),
    "option.credits": ("the balance to begin with (default: plenty)", "начальный баланс (по умолчанию с запасом)"),
    "option.tier": (
        "the limits of this usage tier, 1 to 5 (default: none)",
        "лимиты этого тарифного уровня, от 1 до 5 (по умолчанию без лимитов)",
    ),
    "option.key": ("the only key that is taken (default: any)", "принимать только этот ключ (по умолчанию любой)"),
    "option.strict_keys": (
        "refuse keys that do not begin as the provider's do",
        "отклонять ключи, которые начинаются не так, как у провайдера",
    ),
    "option.strict_routers": (
        "refuse router configs that nobody saved: all of them",
        "отклонять настройки роутера, которых никто не сохранял: то есть все",
    ),
    "option.check_assets": (
        "decode files in data URIs, and refuse those beyond the provider's bounds",
        "декодировать файлы в data URI и отклонять те, что вне пределов провайдера",
    ),
    "option.mock.faults": (
        "faults to commit, such as http-503/poll:0.1,timeout@3 (repeatable)",
        "какие сбои создавать, например http-503/poll:0.1,timeout@3 (можно повторять)",
    ),
    "option.list_faults": ("explain all faults, and serve nothing", "объяснить все сбои и ничего не запускать"),
    "option.mock.quiet": (
        "only the base URL: no line a request",
        "только базовый URL, без строки на каждый запрос",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_GROUPS, **_FIRE, **_SHOW, **_MOCK}
