"""Texts of runs that cannot begin, go on or be read: budgets, accounts, surroundings, journals, files of runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BUDGET: Final[Mapping[str, tuple[str, str]]] = {
    "budget.prices": (
        "No price is known for {count} of {all} variants ({names}). Nothing was sent.",
        "Цена неизвестна у {count} из {all} вариантов ({names}). Ничего не отправлено.",
    ),
    "budget.prices.fix": (
        "Say what to count for each with --assume-credits N, or leave them out with -k.",
        "Укажите, сколько считать за каждый: --assume-credits N, или уберите их с -k.",
    ),
    "budget.ci": (
        "A live run under CI needs a ceiling, and there is none. Nothing was sent.",
        "Боевому запуску в CI нужен предел расходов, а он не задан. Ничего не отправлено.",
    ),
    "budget.ci.fix": ("Add --max-credits N.", "Добавьте --max-credits N."),
    "budget.run": (
        "The plan costs {cost} credits and the budget is {budget}. Nothing was sent.",
        "План стоит кредитов: {cost}, а бюджет: {budget}. Ничего не отправлено.",
    ),
    "budget.run.fix": (
        "Select fewer variants with -k, or raise --max-credits.",
        "Выберите меньше вариантов с -k или поднимите --max-credits.",
    ),
    "budget.scenario": (
        "The plan of the scenario {name} costs {cost} credits and its budget is {budget}. Nothing was sent.",
        "Сценарий {name}: план стоит кредитов: {cost}, а бюджет: {budget}. Ничего не отправлено.",
    ),
    "budget.scenario.fix": (
        "Select fewer variants with -k, or raise `{setting}` in {file}.",
        "Выберите меньше вариантов с -k или поднимите `{setting}` в {file}.",
    ),
    "budget.row": (
        "No price is known for {name}, so rows cannot be chosen by price. Nothing was sent.",
        "Цена неизвестна: {name}. Поэтому выбрать строки по цене нельзя. Ничего не отправлено.",
    ),
    "budget.row.fix": (
        "Say what to count for each such variant with --assume-credits N, or leave them out with -k.",
        "Укажите, сколько считать за каждый такой вариант: --assume-credits N, или уберите их с -k.",
    ),
}

#: What speaks against a live run before it begins.
_ACCOUNT: Final[Mapping[str, tuple[str, str]]] = {
    "account.forbids": (
        "The account does not allow this run. Nothing was created.",
        "Счёт не позволяет такой запуск. Ничего не создано.",
    ),
    "account.credits": (
        (
            "The account has {balance} credits and the plan costs {cost}.\n"
            "  Buy credits, or select fewer variants with -k."
        ),
        "Кредитов на счёте: {balance}, а план стоит: {cost}.\n  Купите кредиты или выберите меньше вариантов с -k.",
    ),
    "account.model": (
        (
            "The key may not use the model {model} ({count} {count|variant|variants}).\n"
            "  It may use: {models}. Ask the provider for it, or leave these variants out with -k."
        ),
        (
            "Ключу недоступна модель {model} ({count} {count|вариант|варианта|вариантов}).\n"
            "  Доступны: {models}. Попросите доступ у провайдера или уберите эти варианты с -k."
        ),
    ),
    "account.concurrent": (
        (
            "The account may run no task of {model} ({count} {count|variant|variants}): its limit is 0 at once.\n"
            "  Raise the account's tier, or leave these variants out with -k."
        ),
        (
            "Счёт не может выполнять задачи {model} ({count} {count|вариант|варианта|вариантов}): лимит "
            "одновременных 0.\n  Поднимите тарифный уровень счёта или уберите эти варианты с -k."
        ),
    ),
    "account.today.one": (
        (
            "The plan creates {count} task of {model}, and the account has {left} left for today.\n"
            "  Select fewer variants with -k, or wait: the provider counts the last 24 hours."
        ),
        (
            "План создаёт задач {model}: {count}, а на сегодня осталось: {left}.\n"
            "  Выберите меньше вариантов с -k или подождите: провайдер считает последние 24 часа."
        ),
    ),
    "account.today": (
        (
            "The plan creates {count} tasks of {model}, and the account has {left} left for today.\n"
            "  Select fewer variants with -k, or wait: the provider counts the last 24 hours."
        ),
        (
            "План создаёт задач {model}: {count}, а на сегодня осталось: {left}.\n"
            "  Выберите меньше вариантов с -k или подождите: провайдер считает последние 24 часа."
        ),
    ),
    "account.not_api": (
        "{url} is not {provider}'s API: {call} was answered with {status} ({said}). Nothing was created.",
        "{url} не API провайдера {provider}: ответ на {call}: {status} ({said}). Ничего не создано.",
    ),
    "account.not_api.fix": (
        "Check --base-url; its default is right for most.",
        "Проверьте --base-url; значение по умолчанию почти всегда верно.",
    ),
    "account.lost": ("{text} Nothing was created.", "{text} Ничего не создано."),
    "account.lost.fix": (
        "Check the network, and --base-url; then run it again.",
        "Проверьте сеть и --base-url, затем запустите снова.",
    ),
    "account.key": ("the key", "ключ"),
    "account.auth.fix": (
        "Check {key}: copied whole, not revoked, and of this provider.",
        "Проверьте {key}: скопировано целиком, ключ не отозван и от этого провайдера.",
    ),
    "account.host.fix": (
        "Check --base-url: each key belongs to one host.",
        "Проверьте --base-url: каждый ключ относится к одному хосту.",
    ),
    "account.credits.fix": ("Buy credits, then run it again.", "Купите кредиты и запустите снова."),
    "account.header.fix": ("Check the profile's headers.", "Проверьте заголовки в профиле."),
    "account.later": ("Try again later; nothing is lost.", "Попробуйте позже; ничего не потеряно."),
    "account.untold": (
        "The API does not tell of the account: {call} was refused.",
        "API не сообщает о счёте: {call} отклонён.",
    ),
    "account.refused": (
        "{what} Nothing was created. The API said: {status} {said}",
        "{what} Ничего не создано. Ответ API: {status} {said}",
    ),
}

_SURROUNDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "env.no_key": (
        (
            "There is no API key for {provider}: none of {names} is set, and no keys.env or .env here names one. "
            "Nothing was sent."
        ),
        "Нет ключа API для {provider}: не задано ни {names}, ни ключ в keys.env или .env здесь. Ничего не отправлено.",
    ),
    "env.no_key.fix": (
        "Set {name}, or name a file with --env-file; without --live the built-in mock needs no key.",
        "Задайте {name} или назовите файл: --env-file; без --live встроенному моку ключ не нужен.",
    ),
    "env.key_file": ("{file}: the file could not be read: {why}.", "{file}: файл не читается: {why}."),
    "env.key_file.fix": ("Save it as UTF-8 text.", "Сохраните его как текст в UTF-8."),
    "env.key": (
        "The API key has characters that no HTTP header can carry.",
        "В ключе API есть знаки, которые нельзя передать в заголовке HTTP.",
    ),
    "env.key.fix": (
        "Check that it was copied whole and alone.",
        "Проверьте, что скопирован весь ключ и ничего лишнего.",
    ),
    "env.folder": (
        "{folder}: the reports folder cannot be written: {why}. Nothing was sent.",
        "{folder}: в папку отчётов нельзя записать: {why}. Ничего не отправлено.",
    ),
    "env.folder.fix": ("Choose another one with --reports DIR.", "Выберите другую: --reports DIR."),
    "env.folder.taken": (
        "{folder}: {count} names for the run's folder were all taken. Nothing was sent.",
        "{folder}: все {count} имён для папки запуска заняты. Ничего не отправлено.",
    ),
    "env.folder.taken.fix": ("Try again.", "Попробуйте ещё раз."),
    "env.report": ("{file}: the report cannot be written: {why}.", "{file}: отчёт не записать: {why}."),
    "env.report.output": ("Choose another place with --output.", "Выберите другое место: --output."),
    "env.report.journal": ("What the run did is in {file}.", "Что сделал запуск, записано в {file}."),
    "env.report.read": ("{file}: the report cannot be read: {why}.", "{file}: отчёт не читается: {why}."),
    "env.reports": ("{folder}: the reports cannot be read: {why}.", "{folder}: отчёты не читаются: {why}."),
    "env.reports.fix": ("Name another folder with --reports.", "Назовите другую папку: --reports."),
    "env.reaped": ("What was reaped is in {file}.", "Что было завершено, записано в {file}."),
    "env.outputs": ("{folder}: outputs cannot be copied: {why}.", "{folder}: файлы не скопировать: {why}."),
    "env.plan": ("{file}: the plan cannot be written: {why}.", "{file}: план не записать: {why}."),
    "env.plan.fix": ("Choose another place with --out.", "Выберите другое место: --out."),
    "env.rows": ("{file}: the rows cannot be written: {why}.", "{file}: строки не записать: {why}."),
    "env.schema": ("{file}: the schema cannot be written: {why}.", "{file}: схему не записать: {why}."),
    "env.baseline": (
        "{file}: the baseline cannot be written: {why}.",
        "{file}: известные ошибки не записать: {why}.",
    ),
    "env.baseline.fix": ("Choose another place with --baseline FILE.", "Выберите другое место: --baseline FILE."),
    "env.baseline.read": (
        "--baseline {file}: the file cannot be read: {why}.",
        "--baseline {file}: файл не читается: {why}.",
    ),
    "payload.no_json": (
        "The payload cannot be written as JSON: {error}.",
        "Запрос нельзя записать как JSON: {error}.",
    ),
    "payload.no_json.fix": ("Change it in the scenario.", "Измените его в сценарии."),
    "payload.route": (
        "The route {path} needs a value for {missing}.",
        "Маршруту {path} не хватает значения: {missing}.",
    ),
    "payload.route.fix": (
        "Give it under `path:` in the scenario.",
        "Укажите его в сценарии под `path:`.",
    ),
}

_JOURNAL: Final[Mapping[str, tuple[str, str]]] = {
    "journal.write.fix": (
        "Without it task ids could be lost: nothing more is sent. Free the disk, or choose another --reports DIR.",
        (
            "Без него id задач могут потеряться: больше ничего не отправляется. Освободите диск или выберите другую "
            "папку: --reports DIR."
        ),
    ),
    "journal.taken": (
        "{folder}: this run is still going on: another process writes its journal. Nothing was sent.",
        "{folder}: запуск ещё идёт: его журнал пишет другой процесс. Ничего не отправлено.",
    ),
    "journal.taken.fix": (
        "Wait until it has ended, or end it first: Ctrl-C there.",
        "Дождитесь конца или сначала завершите его: Ctrl-C в его окне.",
    ),
    "journal.read": ("{file}: the journal cannot be read: {why}.", "{file}: журнал не читается: {why}."),
    "journal.line": (
        "this line of the journal is no event: {shown}.",
        "эта строка журнала не событие: {shown}.",
    ),
    "journal.line.empty": ("this line of the journal is empty.", "эта строка журнала пуста."),
    "journal.line.fix": (
        "Only its last line may be cut off. Put the file back as the run left it, or take the line out.",
        "Оборванной может быть только последняя строка. Верните файл, каким его оставил запуск, или уберите строку.",
    ),
    "journal.unasked": (
        "{folder}: the journal does not say what this run was asked for, so it cannot be gone on with.",
        "{folder}: в журнале не сказано, что было задано запуску, поэтому продолжить его нельзя.",
    ),
    "journal.unasked.fix": (
        "It is empty, or an older version wrote it. Start a new run.",
        "Он пуст или записан старой версией. Начните новый запуск.",
    ),
    "journal.start": (
        "{folder}: the first events of the journal cannot be read ({error}).",
        "{folder}: первые события журнала не читаются ({error}).",
    ),
    "journal.event": (
        "{folder}: the journal has an event that no run writes ({error}).",
        "{folder}: в журнале есть событие, какого запуск не пишет ({error}).",
    ),
    "journal.put_back": ("Put the file back as the run left it.", "Верните файл, каким его оставил запуск."),
    "journal.unsent": (
        "{folder}: this run broke off before anything was sent: there is nothing to go on with.",
        "{folder}: запуск прервался до первой отправки: продолжать нечего.",
    ),
    "journal.unsent.fix": ("Start a new run.", "Начните новый запуск."),
    "journal.providers": (
        "{folder}: the journal names {count} providers; a run against an API has one.",
        "{folder}: провайдеров в журнале {count}, а у запуска на API он один.",
    ),
}

_RESUME: Final[Mapping[str, tuple[str, str]]] = {
    "resume.open_ends": (
        "{folder}: {count} of the run's {all} variants were not fired, or not followed to the end.",
        "{folder}: не отправлено или не прослежено до конца вариантов: {count} из {all}.",
    ),
    "resume.open_ends.fix": (
        "`harness resume` goes on with them; `harness diagnose` without --probe ranks the causes of what was seen.",
        "`harness resume` продолжит их; `harness diagnose` без --probe упорядочит причины по тому, что было видно.",
    ),
    "resume.live": (
        "{folder}: this was a live run: to go on with it may cost money.",
        "{folder}: это боевой запуск: продолжение может стоить денег.",
    ),
    "resume.live.fix": (
        "Add --live if you mean it; `harness reap` cancels what it left behind, and fires nothing.",
        "Если так и задумано, добавьте --live; `harness reap` отменит оставшееся и ничего не отправит.",
    ),
    "resume.not_live": (
        "{folder}: this was no live run, and it goes on as it was begun.",
        "{folder}: это не боевой запуск, он продолжается так, как был начат.",
    ),
    "resume.not_live.fix": ("Leave --live out, or start a new run.", "Уберите --live или начните новый запуск."),
    "resume.changed": (
        "{file}: it has changed since the run began: {count} of its {all} variants are no longer the same ({names}).",
        "{file}: файл изменился с начала запуска: уже не те варианты: {count} из {all} ({names}).",
    ),
    "resume.changed.around": (
        (
            "{file}: a file that it sends, or what it takes from the environment, has changed since the run began: "
            "{count} of its {all} variants are no longer the same ({names})."
        ),
        (
            "{file}: с начала запуска изменился файл, который он отправляет, или то, что он берёт из окружения: "
            "уже не те варианты: {count} из {all} ({names})."
        ),
    ),
    "resume.unsent": ("Nothing was sent.", "Ничего не отправлено."),
    "resume.changed.fix": (
        "Put the files back as they were, or start a new run; `harness reap` cancels what still runs.",
        "Верните файлы, какими они были, или начните новый запуск; `harness reap` отменит то, что ещё идёт.",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_BUDGET, **_ACCOUNT, **_SURROUNDINGS, **_JOURNAL, **_RESUME}
