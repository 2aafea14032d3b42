"""Texts of the judge: verdict words, findings (what happened), advice (what to do)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What was seen, in a word. `reporting` has the words for what was seen and should not have been.
_VERDICTS: Final[Mapping[str, tuple[str, str]]] = {
    "verdict.works": ("works", "РАБОТАЕТ"),
    "verdict.accepted": ("accepted", "ПРИНЯТ"),
    "verdict.refused": ("refused", "ОТКЛОНЁН"),
    "verdict.inconclusive": ("cannot tell", "НЕЯСНО"),
    "verdict.error": ("error of ours", "НАША ОШИБКА"),
    "verdict.skipped": ("skipped", "ПРОПУЩЕН"),
}

# What stands in the way of an answer: the account, the provider, the network, ourselves.
_CONDITIONS: Final[Mapping[str, tuple[str, str]]] = {
    "auth.missing": ("The API got no key (HTTP {status}).", "API не получил ключа (HTTP {status})."),
    "auth.refused": ("The API refused the key (HTTP {status}).", "API не принял ключ (HTTP {status})."),
    "auth.host": ("The key belongs to another host (HTTP {status}).", "Ключ от другого хоста (HTTP {status})."),
    "auth.forbidden": (
        "The account may not do this (HTTP {status}).",
        "Аккаунту это не разрешено (HTTP {status}).",
    ),
    "credit.empty": ("The account has not enough credits.", "На счёте не хватает кредитов."),
    "quota.daily": ("The daily quota is used up (HTTP {status}).", "Дневная квота исчерпана (HTTP {status})."),
    "quota.rate": (
        "The API asked for fewer requests (HTTP {status}).",
        "API просит слать запросы реже (HTTP {status}).",
    ),
    "provider.5xx": ("The API answered HTTP {status}.", "API ответил HTTP {status}."),
    "provider.5xx.maybe_created": (
        "The API answered HTTP {status}. The task may have been created, and paid for.",
        "API ответил HTTP {status}. Задача могла быть создана и оплачена.",
    ),
    "provider.5xx.named": (
        "The API answered HTTP {status}, and named the id {named}. The task may have been created, and paid for.",
        "API ответил HTTP {status} и назвал id {named}. Задача могла быть создана и оплачена.",
    ),
    "provider.busy": (
        "The API cannot take the request now (HTTP {status}).",
        "API сейчас не может принять запрос (HTTP {status}).",
    ),
    "provider.body": (
        "The API answered HTTP {status} without a task id. The task may have been created, and paid for.",
        "API ответил HTTP {status} без id задачи. Задача могла быть создана и оплачена.",
    ),
    "provider.no_outputs": (
        "Task {task} ended well, but named no output.",
        "Задача {task} закончилась успешно, но не назвала результата.",
    ),
    "provider.no_address": (
        "Task {task} ended well, but what it named as its output is no http(s) address: “{got}”.",
        "Задача {task} закончилась успешно, но вместо http(s)-адреса результата назвала «{got}».",
    ),
    "provider.silent": ("No answer was recorded.", "Ответа нет."),
    "problem": ("{text}", "{text:fact}"),
    "problem.maybe_created": (
        "{text} The task may have been created, and paid for.",
        "{text:fact} Задача могла быть создана и оплачена.",
    ),
    "ours.bug.maybe_created": (
        "The harness made a mistake: {text} The task may have been created, and paid for.",
        "Ошибка самого harness: {text} Задача могла быть создана и оплачена.",
    ),
    "ours.bug": ("The harness made a mistake: {text}", "Ошибка самого harness: {text}"),
}

_TASKS: Final[Mapping[str, tuple[str, str]]] = {
    "task.failed": (
        "Task {task} failed and gave no reason.",
        "Задача {task} завершилась ошибкой без объяснения.",
    ),
    "task.failed.said": ("Task {task} failed.", "Задача {task} завершилась ошибкой."),
    "task.failed.code": ("Task {task} failed: {code}.", "Задача {task} завершилась ошибкой: {code}."),
    "task.cancelled": (
        "Task {task} was cancelled, and not by this run.",
        "Задача {task} отменена, и не этим запуском.",
    ),
    "task.unfinished": (
        "Task {task} was still {state} when it was last seen.",
        "Задача {task} в последний раз была в состоянии {state}.",
    ),
    "task.stopped": (
        "Task {task} had not begun when the run was interrupted, and was cancelled. It may be billed all the same.",
        "Задача {task} ещё не началась, когда запуск прервали, и была отменена. За неё всё же могут взять плату.",
    ),
    "task.left": (
        "Task {task} was left when the run was interrupted (last seen: {state}). It may go on, and be billed.",
        "Задача {task} оставлена, когда запуск прервали ({state}). Она может продолжаться и быть оплачена.",
    ),
    "create.interrupted": (
        "The run was interrupted while the create was on its way. The task may have been created, and paid for.",
        "Запуск прервали, пока запрос на создание был в пути. Задача могла быть создана и оплачена.",
    ),
    "task.throttled": (
        "Task {task} waited in the queue to the end (THROTTLED) and never began.",
        "Задача {task} до конца стояла в очереди (THROTTLED) и не началась.",
    ),
    "safety.input": (
        "Task {task} was stopped by moderation of the input: {code}.",
        "Задачу {task} остановила модерация входных данных: {code}.",
    ),
    "safety.output": (
        "Task {task} was stopped by moderation of the output: {code}.",
        "Задачу {task} остановила модерация результата: {code}.",
    ),
    "output.size": (
        "{file} is {got} and should be {wanted}: another shape.",
        "{file}: {got} вместо {wanted}: другие пропорции.",
    ),
    "output.scale": (
        "{file} is {got} and should be {wanted}: the same shape in another size.",
        "{file}: {got} вместо {wanted}: те же пропорции, другой размер.",
    ),
    "output.aspect": (
        "{file} is {got} and should be {wanted}.",
        "{file}: {got} вместо {wanted}.",
    ),
    "output.kind": (
        "{file} is {got:made}, and this endpoint makes {wanted:makes}.",
        "{file}: {got:made}, а этот endpoint создаёт {wanted:makes}.",
    ),
    "made.video": ("a video", "видео"),
    "made.image": ("a picture", "картинка"),
    "made.audio": ("a sound", "звук"),
    "makes.video": ("videos", "видео"),
    "makes.image": ("pictures", "картинки"),
    "makes.audio": ("sounds", "звук"),
    "output.duration": (
        "{file} lasts {got} s and should last {wanted} s (± {tolerance} s).",
        "{file}: длится {got} с вместо {wanted} с (± {tolerance} с).",
    ),
    "output.unreadable": ("{file} cannot be read: {text}", "{file:fact} не читается: {text:fact}"),
    "output.missing": ("{file} was not downloaded: {text}", "{file:fact}: не скачан: {text:fact}"),
    "output.uninspected": (
        "{file} was downloaded, and nobody looked into it: {text}",
        "{file:fact} скачан, но не проверен: {text:fact}",
    ),
    "output.unmeasured": (
        "{file} was downloaded but could not be measured: {wanted} is not verified.",
        "{file} скачан, но измерить его не удалось: {wanted} не подтверждено.",
    ),
}

# Said when something else happened than the scenario expects.
_EXPECTATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "expect.accepted": (
        "A refusal was expected, but the API accepted it: task {task}, {credits} {credits|credit|credits} charged.",
        "Ожидался отказ, но API принял запрос: задача {task}, списано {credits} {credits|кредит|кредита|кредитов}.",
    ),
    "expect.accepted.estimated": (
        "A refusal was expected, but the API accepted it: task {task}, up to {credits} {credits|credit|credits}.",
        "Ожидался отказ, но API принял запрос: задача {task}, до {credits} {credits|кредита|кредитов|кредитов}.",
    ),
    "expect.accepted.unpriced": (
        "A refusal was expected, but the API accepted it: task {task}, which may cost credits.",
        "Ожидался отказ, но API принял запрос: задача {task}, за неё могут списать кредиты.",
    ),
    "expect.status": (
        "HTTP {wanted} was expected, and the API answered HTTP {got}.",
        "Ожидался HTTP {wanted}, а API ответил HTTP {got}.",
    ),
    "expect.field": (
        "A refusal of {wanted} was expected, and the API refused {got}.",
        "Ожидался отказ по полю {wanted}, а API отклонил {got}.",
    ),
    "expect.field.unnamed": (
        "A refusal of {wanted} was expected; the API refused and named no field.",
        "Ожидался отказ по полю {wanted}; API отклонил запрос, но поля не назвал.",
    ),
    "expect.field.own": (
        "The API refused {got}, which this variant does not change: whether it refuses {wanted} cannot be told.",
        "API отклонил {got}, но этот вариант меняет не это: отклоняет ли API {wanted}, сказать нельзя.",
    ),
    "expect.field.none": (
        "The refusal names no field: it may be about something else than {wanted}.",
        "Отказ не назвал поля: дело может быть и не в {wanted}.",
    ),
    "expect.message": (
        'A message with "{wanted}" was expected, and the API said: “{got}”.',
        "Ожидалось сообщение со словами «{wanted}», а API сказал: «{got}».",
    ),
    "expect.code": (
        "The code {wanted} was expected, and it was {got}.",
        "Ожидался код {wanted}, а пришёл {got}.",
    ),
    "expect.code.none": (
        "The code {wanted} was expected, and the API gave none.",
        "Ожидался код {wanted}, а API не дал никакого.",
    ),
    "expect.refused": (
        "The task was expected to fail, but the API refused to create it (HTTP {status}).",
        "Ожидалось, что задача завершится ошибкой, но API не создал её (HTTP {status}).",
    ),
    "expect.succeeded": (
        "Task {task} was expected to fail, but it succeeded.",
        "Ожидалось, что задача {task} завершится ошибкой, но она завершилась успешно.",
    ),
    "expect.unseen": (
        "Task {task} was expected to fail, but this run follows tasks only until they are accepted.",
        "Ожидалось, что задача {task} завершится ошибкой, но этот запуск следит только до приёма задачи.",
    ),
}

_WARNINGS: Final[Mapping[str, tuple[str, str]]] = {
    "undocumented": (
        "{field} was accepted, but the contract {contract} has no such key: the API may ignore it.",
        "Поле {field} принято, но в контракте {contract} его нет: API может его не учитывать.",
    ),
    "deprecated.value": (
        "{sent} is deprecated.",
        "{sent}: устаревшее значение.",
    ),
    "deprecated.field": ("{field} is deprecated.", "Поле {field} устарело."),
    "slow": (
        "Task {task} was slow: it ran {got} s of the {limit} s that a task is given.",
        "Задача {task} шла медленно: {got} с из {limit} с, отведённых на задачу.",
    ),
}

# What to do. Each is a whole sentence.
_ADVICE: Final[Mapping[str, tuple[str, str]]] = {
    "advice.add": ("Add {field}.", "Добавьте {field}."),
    "advice.add.expected": ("Add {field}: {expected:type}.", "Добавьте {field}: {expected:type}."),
    "advice.read": ("Read what the API said.", "Прочтите, что ответил API."),
    "advice.drift": (
        "Try it with the rest of the baseline: either the API has changed, or it dislikes the combination.",
        "Попробуйте с остальными значениями из baseline: или API изменился, или ему не подходит сочетание.",
    ),
    "advice.model": (
        "Ask for a model that the account may use, or have this one enabled.",
        "Возьмите модель, доступную аккаунту, или попросите открыть эту.",
    ),
    "advice.asset": (
        "Use another file, or prepare it differently.",
        "Возьмите другой файл или подготовьте его иначе.",
    ),
    "advice.value": ("Give {field} a value.", "Задайте значение для {field}."),
    "advice.url": (
        "Use an https URL with a host name, or a data URI.",
        "Используйте https-URL с именем хоста или data URI.",
    ),
    "advice.smaller": (
        "Send a smaller file: lower max_kb, or give a URL.",
        "Отправьте файл поменьше: уменьшите max_kb или дайте URL.",
    ),
    "advice.route": (
        "Check the endpoint, the base URL and the contract version.",
        "Проверьте endpoint, базовый URL и версию контракта.",
    ),
    "advice.header": ("Check the headers in the profile.", "Проверьте заголовки в профиле."),
    "advice.key": (
        "Set a valid key in the environment, in --env-file, or in keys.env.",
        "Задайте действующий ключ в окружении, через --env-file или в keys.env.",
    ),
    "advice.host": (
        "Use the host that the key was made for (--base-url).",
        "Обращайтесь к хосту, для которого выдан ключ (--base-url).",
    ),
    "advice.account": (
        "Check what the account is entitled to.",
        "Проверьте, что разрешено аккаунту.",
    ),
    "advice.credits": ("Buy credits, then run it again.", "Пополните счёт и запустите ещё раз."),
    "advice.tomorrow": (
        "Run it again when the quota is free.",
        "Запустите ещё раз, когда квота освободится.",
    ),
    "advice.slower": ("Run it again with a lower -j.", "Запустите ещё раз с меньшим -j."),
    "advice.later": ("Run it again later.", "Запустите ещё раз позже."),
    "advice.look": (
        "Look at your account before firing it again.",
        "Посмотрите в аккаунте, прежде чем отправлять ещё раз.",
    ),
    "advice.stopped": (
        "Run it again. What a cancelled task costs stands in your account.",
        "Запустите ещё раз. Сколько стоила отменённая задача, видно в аккаунте.",
    ),
    "advice.left": (
        "Look for its id in your account: the task may still end there.",
        "Найдите её по id в аккаунте: там задача ещё может завершиться.",
    ),
    "advice.resume": (
        "It may still end: `harness resume` looks again, `harness reap` cancels it. Or raise --task-timeout.",
        "Она ещё может завершиться: `harness resume` проверит, `harness reap` отменит. Или увеличьте --task-timeout.",
    ),
    "advice.follow": (
        "The task may go on, and be billed: its id is in events.jsonl. Look for it in your account.",
        "Задача может продолжаться, и за неё спишут кредиты: её id есть в events.jsonl. Найдите её в аккаунте.",
    ),
    "advice.poll": (
        "Check the poll's route and `poll.state` in the profile. The task may go on, and be billed.",
        "Проверьте в профиле путь опроса и `poll.state`. Задача может продолжаться, и за неё спишут кредиты.",
    ),
    "advice.states": (
        "Add the word “{word}” under `states` in the profile, beside the state that it stands for.",
        "Добавьте слово «{word}» в `states` профиля, к тому состоянию, которое оно значит.",
    ),
    "advice.output": (
        "Check `poll.output` in the profile.",
        "Проверьте `poll.output` в профиле.",
    ),
    "advice.longer": (
        "Give tasks longer with --task-timeout, before one runs out of time.",
        "Дайте задачам больше времени (--task-timeout), пока одна из них не оборвалась.",
    ),
    "advice.network": (
        "Check the network and the base URL, then run it again.",
        "Проверьте сеть и базовый URL и запустите ещё раз.",
    ),
    "advice.moderation": (
        "Change the prompt or the picture before firing it again: repeated moderated requests can suspend the account.",
        "Измените промпт или картинку, прежде чем отправлять ещё раз: за повторные нарушения аккаунт могут закрыть.",
    ),
    "advice.input": (
        "Change the input (text or logos in the picture are a frequent cause), or tell the provider.",
        "Измените входные данные (частая причина: надписи или логотипы на картинке) или сообщите провайдеру.",
    ),
    "advice.provider": (
        "Tell the provider, with the task id.",
        "Сообщите провайдеру и приложите id задачи.",
    ),
    "advice.honour": (
        "The API accepted the parameter but did not honour it: do not rely on it.",
        "API принял параметр, но не выполнил его: на него нельзя полагаться.",
    ),
    "advice.kind": (
        "Do not rely on this endpoint, or correct its `kind` in the profile.",
        "Не полагайтесь на этот endpoint или исправьте его `kind` в профиле.",
    ),
    "advice.download": (
        "Fetch it again before its link expires: a poll of the task gives a fresh one.",
        "Скачайте его снова, пока ссылка жива: опрос задачи даёт свежую.",
    ),
    "advice.expectation": (
        "Correct the scenario's expectation, or find out what changed.",
        "Исправьте ожидание в сценарии или выясните, что изменилось.",
    ),
    "advice.own_change": (
        "Mend {got} in the baseline. If this is the refusal that you mean, write `field: {first}` under `rejected`.",
        "Исправьте {got} в базовом запросе. Если ждёте именно этого отказа, уточните `rejected`: `field: {first}`.",
    ),
    "advice.hidden": (
        "Mend {got} in the baseline: one refusal may hide another.",
        "Исправьте {got} в базовом запросе: один отказ может скрывать другой.",
    ),
    "advice.words": (
        "If this is the refusal that you mean, write a part of its text under `rejected` (`message: …`).",
        "Если ждёте именно этого отказа, добавьте к `rejected` часть его текста (`message: …`).",
    ),
    "advice.until": ("Run it with --until finished.", "Запустите с --until finished."),
    "advice.drop": ("Leave {field} out, or do not rely on it.", "Уберите {field} или не полагайтесь на него."),
    "advice.drop.meant": (
        "Did you mean {meant}? If not, leave {field} out, or do not rely on it.",
        "Возможно, вы имели в виду {meant}? Если нет, уберите {field} или не полагайтесь на него.",
    ),
    "advice.disk": (
        "Make room, or choose another folder with --reports.",
        "Освободите место или выберите другую папку через --reports.",
    ),
    "advice.report": (
        "Report it with the run's events.jsonl; the other variants are not affected.",
        "Сообщите нам и приложите events.jsonl; на другие варианты это не влияет.",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_VERDICTS,
    **_CONDITIONS,
    **_TASKS,
    **_EXPECTATIONS,
    **_WARNINGS,
    **_ADVICE,
}
