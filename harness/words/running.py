"""Texts of plan, run and the commands: why a variant is skipped, why a run stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # Why a variant was not fired (`PlannedVariant.skip`, `Outcome.skipped`).
    "skip.contract": (
        "only for contract {contracts}; this run uses {contract}",
        "только для контракта {contracts}; этот запуск идёт по {contract}",
    ),
    "skip.quota": (
        "the daily quota of {group} is used up",
        "суточная квота исчерпана: {group:fact}",
    ),
    # Why a run stops before its end (`judge.systemic`): the same would happen to every variant that is left.
    "stop.auth": (
        "The API refused the key (HTTP {status}): no variant can pass before that is put right.",
        "API не принял ключ (HTTP {status}): пока это не исправлено, не пройдёт ни один вариант.",
    ),
    "stop.host": (
        "The key belongs to another host (HTTP {status}): no variant can pass before the base URL is put right.",
        "Ключ от другого хоста (HTTP {status}): пока не исправлен базовый URL, не пройдёт ни один вариант.",
    ),
    "stop.credits": (
        "The account has no credits left (HTTP {status}): nothing more can be fired.",
        "На счёте не осталось кредитов (HTTP {status}): больше ничего отправить нельзя.",
    ),
    "stop.header": (
        "The API refused a header of the request (HTTP {status}): every request would be refused alike.",
        "API не принял заголовок запроса (HTTP {status}): так же будет отклонён любой запрос.",
    ),
    "stop.network": (
        "The host cannot be reached: {text}",
        "Хост недоступен: {text:fact}",
    ),
    "stop.failures": (
        "stopped after {failures} {failures|failure|failures}",
        "остановлено после {failures} {failures|неудачи|неудач|неудач}",
    ),
    # Why a budget keeps a variant from being fired (`fire.ledger`): the run's own, or its scenario's.
    "stop.budget": (
        "the budget of {budget} credits has no room for {price} more: {charged} charged, {reserved} may yet be",
        "в бюджет ({budget}) не помещается ещё {price}: списано {charged}, ещё может быть списано {reserved}",
    ),
    "stop.time": (
        "the time of {time} s (--max-time) is over",
        "время вышло: {time} с (--max-time)",
    ),
    "skip.budget": (
        "the scenario's budget of {budget} has no room for {price} more: {charged} charged, {reserved} may yet be",
        "в бюджет сценария ({budget}) не помещается ещё {price}: списано {charged}, ещё может быть списано {reserved}",
    ),
    "skip.time": (
        "the scenario's time of {time} s is over",
        "время сценария вышло: {time} с",
    ),
    "stop.journal": (
        "Nothing more is sent without a journal. {text}",
        "Без журнала больше ничего не отправляется. {text:fact}",
    ),
    "stop.interrupted": ("interrupted", "прервано"),
    # Things to know about a whole run.
    "note.interrupted.cancelled": (
        "Interrupted: {count} {count|task|tasks} not yet begun cancelled, and may be billed all the same: {tasks}.",
        "Прервано. Отменены задачи, которые ещё не начались ({count}); за них всё же могут взять плату: {tasks}.",
    ),
    "note.interrupted.left": (
        "Interrupted: {count} {count|task|tasks} may go on and may still be billed: {tasks}.",
        "Прервано. Могут продолжаться и могут быть оплачены задачи ({count}): {tasks}.",
    ),
    "note.interrupted.unknown": (
        "Interrupted: {count} {count|create|creates} on the way; tasks may have been created, and billed: {variants}.",
        "Прервано. Были в пути запросы на создание ({count}); задачи могли быть созданы и оплачены: {variants}.",
    ),
    "note.no_av": (
        "Outputs were not measured: the media extra (av) is not installed. Tasks were followed to their end only.",
        "Файлы не измерялись: не установлено дополнение media (av). Задачи прослежены только до их конца.",
    ),
    "note.mock_alone": (
        "{provider}: the mock had no contract and takes any payload; a pass does not mean that the API would take it.",
        "{provider}: у мока не было контракта, он принимает любой запрос; успех не значит, что его принял бы API.",
    ),
    "note.no_download": (
        "Outputs were not downloaded (--no-download), so nothing was measured.",
        "Файлы не скачивались (--no-download), поэтому ничего не измерено.",
    ),
    "note.resumed": (
        "The run broke off and was resumed: tasks that were followed across the break have no times.",
        "Запуск прерывался и был продолжен: у задач, за которыми следили через перерыв, времени нет.",
    ),
    "note.repeat.same": (
        "The same seed made the same: {variants}.",
        "С тем же seed получилось то же самое: {variants}.",
    ),
    "note.repeat.different": (
        "The same seed did not make the same: {variants}.",
        "С тем же seed получилось разное: {variants}.",
    ),
    # `harness resume`.
    "resume.whole": (
        "{run} ended whole, with exit code {code}: there is nothing to do.",
        "{run} завершён полностью, код выхода {code}: делать нечего.",
    ),
    "resume.anew": (
        "{run} was simulated inside its process, and nothing of it is left: it starts anew.",
        "{run} шёл на моке внутри процесса, от него ничего не осталось: начинается заново.",
    ),
    "resume.goes_on": (
        "{run} goes on: {kept} ended, {followed} {followed|task|tasks} to follow, {left} to fire.",
        "{run} продолжается: завершено {kept}, дослеживается задач: {followed}, осталось отправить: {left}.",
    ),
    # `harness reap`.
    "reap.mock": (
        "{run} was simulated inside its process: there is nothing to cancel.",
        "{run} шёл на моке внутри процесса: отменять нечего.",
    ),
    "reap.none": (
        "{run}: every task that it created has ended.",
        "{run}: все созданные задачи завершены.",
    ),
    "reap.head": (
        "{run}: {tasks} {tasks|task|tasks} without an end.",
        "{run}: задач без конца: {tasks}.",
    ),
    "reap.cancelled": (
        "cancelled before it began ({word})",
        "отменена до начала ({word})",
    ),
    "reap.stopped": (
        "cancelled while it was {word}: it may still be billed",
        "отменена в состоянии {word}: за неё всё же могут взять плату",
    ),
    "reap.ended": (
        "had ended: {word}, charged credits: {credits}",
        "уже завершилась: {word}, списано кредитов: {credits}",
    ),
    "reap.gone": (
        "the API knows it no more",
        "API её больше не знает",
    ),
    "reap.left": (
        "goes on ({word}) and may be billed: it could not be cancelled{said}",
        "продолжается ({word}) и может быть оплачена: отменить не удалось{said}",
    ),
    "reap.unseen": (
        "may go on and be billed: {said}",
        "может продолжаться и быть оплачена: {said:fact}",
    ),
    "reap.unknown": (
        "Without an answer ({count}), so that tasks whose ids nobody knows may exist and be billed: {variants}",
        "Без ответа ({count}), так что могут существовать и быть оплачены задачи с неизвестными id: {variants}",
    ),
    "note.no_account": (
        "{provider} did not tell of the account (HTTP {status}): models, balance and limits were not checked before.",
        "{provider} не сообщил о счёте (HTTP {status}): модели, баланс и лимиты заранее не проверены.",
    ),
    # `harness plan`, and the same in short before a live run.
    "plan.title": (
        "PLAN   {provider} · {target} · contract {contract}",
        "ПЛАН   {provider} · {target} · контракт {contract}",
    ),
    "plan.variants": ("{count} {count|variant|variants}", "{count} {count|вариант|варианта|вариантов}"),
    "plan.credits": (
        "{credits} {credits|credit|credits}",
        "{credits} {credits|кредит|кредита|кредитов}",
    ),
    "plan.dollars": (
        "{credits} {credits|credit|credits} (${dollars})",
        "{credits} {credits|кредит|кредита|кредитов} (${dollars})",
    ),
    "plan.unknown": (
        "{count} without a known price",
        "без известной цены: {count}",
    ),
    "plan.free": (
        "{count} {count|variant is|variants are} expected to be refused: free.",
        "Ожидаемых отказов: {count}, бесплатно.",
    ),
    "plan.gratis": ("free", "даром"),
    "plan.time": (
        "about {time}, {jobs} at once",
        "около {time}, одновременно: {jobs}",
    ),
    # `harness ledger`: what a line is of, and the amounts.
    "ledger.mock": ("mock: simulated, nothing was paid", "mock: симуляция, ничего не оплачено"),
    "ledger.run": ("Run", "Запуск"),
    "ledger.month": ("Month", "Месяц"),
    "ledger.variant": ("Variant", "Вариант"),
    "ledger.sum": ("Sum", "Итого"),
    "ledger.planned": ("Planned", "По плану"),
    "ledger.estimated": ("Estimated", "Оценка"),
    "ledger.charged": ("Charged", "Списано"),
    "ledger.refunded": ("Refunded", "Возвращено"),
    "ledger.unsettled": ("Unsettled", "Неизвестно"),
    "column.id": ("Id", "Ид"),
    "column.endpoint": ("Endpoint × model", "Эндпоинт × модель"),
    "progress.probes": ("{probes} {probes|probe|probes}", "{probes} {probes|проба|пробы|проб}"),
    "progress.left": ("about {time} left", "осталось около {time}"),
    "live.account": ("The account has {balance} credits.", "Кредитов на счёте: {balance}."),
    "live.probes": (
        "For the diagnosis at most {probes} {probes|probe|probes} more.",
        "Для диагностики ещё не более {probes} {probes|пробы|проб|проб}.",
    ),
    "live.concurrent": ("It runs at once: {models}.", "Одновременно выполняет: {models}."),
    "live.plan": ("Live at {target}: {plan}.", "Боевой запуск, {target}: {plan}."),
    "note.faults": (
        "{count} {count|scenario asks|scenarios ask} for faults; only the built-in mock commits them.",
        "Сбои заданы в {count} {count|сценарии|сценариях|сценариях}; их создаёт только встроенный мок.",
    ),
}
