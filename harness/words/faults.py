"""The table of the mock's faults in Russian; its English stands with the faults. Read by that table alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_HTTP: Final = {
    "429": ("API просит прийти позже", "Too Many Requests"),
    "500": ("API ломается", "Internal Server Error"),
    "502": ("API ломается", "Bad Gateway"),
    "503": ("API ломается", "Service Unavailable"),
    "504": ("API ломается", "Gateway Timeout"),
}
#: How the answer says it: the end of the fault's name → what a client sees.
_FORMS: Final = {
    "": '{status} с JSON, "{reason}"',
    "-html": '{status} со страницей HTML, "{reason}"',
    "-seconds": '{status} с JSON, "{reason}", и `Retry-After: 2` (секунды)',
    "-date": '{status} с JSON, "{reason}", и `Retry-After`: дата',
}
_SAME_WAIT: Final = "такое же ожидание по часам мока"
_RAISED: Final = "у клиента возникает `ConnectionLost` (это ConnectionResetError)"

#: fault → (what it does, what a client sees, what differs in the same process)
RUSSIAN: Final[Mapping[str, tuple[str, str, str]]] = {
    **{
        f"http-{status}{form}": (f"{does}; ничего не делается", seen.format(status=status, reason=reason), "")
        for status, (does, reason) in _HTTP.items()
        for form, seen in _FORMS.items()
        if not form or (status == "429") is (form != "-html")
    },
    "timeout": (
        "запрос теряется в API; ничего не делается",
        "ответа нет, пока клиент не сдастся; через час соединение сбрасывается",
        _SAME_WAIT,
    ),
    "reset": (
        "соединение сбрасывается до того, как что-то сделано",
        "соединение сброшено той стороной, без единого байта ответа",
        _RAISED,
    ),
    "slow-body": (
        "верный ответ приходит десятью кусками, по куску в две секунды",
        "заголовки сразу, тело в течение 20 с",
        _SAME_WAIT,
    ),
    "truncated-json": (
        "соединение закрывается на середине ответа; то, о чём просили, сделано",
        "половина обещанной длины, затем конец соединения; при создании: задача без id",
        "половина обещанной длины, без ошибки",
    ),
    "not-json": (
        "вместо ответа страница HTML с тем же статусом; то, о чём просили, сделано",
        "200 с text/html; при создании: задача без id",
        "",
    ),
    "empty": (
        "ответ без тела с тем же статусом; то, о чём просили, сделано",
        "200 и 0 байт; при создании: задача без id",
        "",
    ),
    "duplicate-id": (
        "ещё раз приходит ответ на прошлый запрос на создание в том же эндпоинте; ни задачи, ни платы",
        "200 с id, который уже был; первый запрос на создание там получает обычный ответ",
        "",
    ),
    "no-id": ("задача создана и оплачена, а её id в ответе нет", "200 без id", ""),
    "created-but-connection-lost": (
        "задача создана и оплачена, а соединение сбрасывается до ответа",
        "соединение сброшено той стороной, без единого байта ответа",
        _RAISED,
    ),
    "quota-reached": (
        "суточная квота считается исчерпанной; по счёту этого не видно",
        '429 "Your daily task limit has been reached."',
        "",
    ),
    "credits-run-out": (
        "кредиты считаются потраченными; по счёту этого не видно",
        '400 "You do not have enough credits to run this task."',
        "",
    ),
    "moderated-input": (
        "вход отклоняет модерация вскоре после начала задачи; оплачено",
        "FAILED, `SAFETY.INPUT.TEXT`",
        "",
    ),
    "moderated-output": (
        "готовый результат отклоняет модерация; оплачено",
        "FAILED, `SAFETY.OUTPUT.VIDEO` (`.IMAGE`, `.AUDIO`)",
        "",
    ),
    "bad-output": (
        "результат недостаточно хорош для провайдера; кредиты возвращаются, когда задача завершается",
        "FAILED, `INTERNAL.BAD_OUTPUT.CODE01`, цена 0",
        "",
    ),
    "cancelled-by-provider": ("провайдер бросает задачу на полпути; оплачено", "CANCELLED", ""),
    "task-vanishes": (
        "задача забыта на полпути; оплачено",
        'RUNNING, затем 404 "Could not find Task"',
        "",
    ),
    "stuck-running": (
        "задача не кончается и занимает место среди одновременных, пока её не удалят; оплачено",
        "RUNNING, прогресс 0, без конца",
        "",
    ),
    "progress-backwards": (
        "прогресс падает с 0.99 до 0; задача завершается хорошо",
        "каждый раз RUNNING с меньшим прогрессом, чем прежде",
        "",
    ),
    "expired-output": (
        "ссылки из первого опроса, заставшего конец задачи, просрочены; из следующего годятся",
        "SUCCEEDED; 403 при скачивании, пока задачу не спросят ещё раз",
        "",
    ),
    "wrong-size": (
        "картинки приходят с тремя четвертями заданной высоты; звук какой должен быть",
        "SUCCEEDED; файл другого размера и формы",
        "",
    ),
    "wrong-duration": (
        "видео и звук вдвое короче заданного; картинки какие должны быть",
        "SUCCEEDED; файл вдвое короче",
        "",
    ),
    "corrupt-file": (
        "файлы вдвое меньше, чем должны быть, и пусты после первых байтов",
        "SUCCEEDED; 200 при скачивании и файл, который не декодируется",
        "",
    ),
    "ignored-parameter": (
        "заданное принято, оплачено и не выполнено: у результата обычные размер и длина",
        "SUCCEEDED; 1280 × 720 и 5 с (звук: 3 с); если задано именно это, то на боку (вдвое длиннее)",
        "",
    ),
}
