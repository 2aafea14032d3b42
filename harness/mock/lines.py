"""What a served mock logs of a request: one line without secrets, with what a developer looks for in the answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from harness.clock import Clock
from harness.mock.fault_rules import HEADER
from harness.mock.wire import Message, Scope
from harness.model import Json
from harness.provider import Profile, pick
from harness.redact import Redactor, clean
from harness.words import text

#: Answers up to this size are looked into.
READ_BYTES: Final = 64 * 1024
#: Issues of a refusal that are told; the rest is counted.
ISSUES: Final = 3
_NOTE_CHARS: Final = 300
_HOST: Final = "http://mock"
#: What the redactor leaves of a signed query, with what may be left behind it.
_SIGNED: Final = "?<signed>"


class Lines:
    """Makes the lines. Times are in UTC: the real one, and behind it, where `own` is another clock, that of the mock,
    which `createdAt` tells.
    """

    def __init__(
        self, profile: Profile, real: Clock, secrets: Iterable[str] = (), *, lang: str = "en", own: Clock | None = None
    ) -> None:
        self.lang = lang
        self._profile = profile
        self._real = real
        self._own = own
        self._redactor = Redactor(secrets)

    def name(self, scope: Scope) -> str:
        """Method and path, a signed query cut."""
        query = scope.get("query_string", b"").decode("latin-1")
        address = f"{_HOST}{scope['path']}" + (f"?{query}" if query else "")
        shown, cut, _ = self._redactor.text(address).removeprefix(_HOST).partition(_SIGNED)
        return clean(f"{scope['method']} {shown}{cut}")

    def safe(self, said: str) -> str:
        """A text without secrets."""
        return self._redactor.text(said)

    def line(self, exchange: Exchange, elapsed_s: float, *, gone: bool) -> str:
        """The line of an exchange. `gone`: the client went away before its end."""
        status = str(exchange.status) if exchange.started else "---"
        own = (
            "" if self._own is None else f" ({text('served.own_time', self.lang, time=f'{self._own.utc():%H:%M:%S}')})"
        )
        parts = [f"{self._real.utc():%H:%M:%S}{own} {status} {self.name(exchange.scope)}"]
        parts += [
            f"{elapsed_s * 1000:.0f} ms",
            exchange.fault and text("served.fault", self.lang, fault=exchange.fault),
        ]
        parts.append(self._note(exchange, gone=gone))
        return " · ".join(filter(None, parts))

    def _note(self, exchange: Exchange, *, gone: bool) -> str:
        if gone:
            return text("served.gone", self.lang)
        if not exchange.complete:
            return text("served.broken_off" if exchange.started else "served.reset", self.lang)
        if not exchange.body:
            return ""
        try:
            body = json.loads(exchange.body)
        except ValueError:
            return text("served.no_json", self.lang)
        told = _refusal if exchange.status >= 400 else _news
        return clean(self._redactor.text("; ".join(told(self._profile, body, self.lang))), _NOTE_CHARS)


class Exchange:
    """One request and what was answered, as far as it went. `body` is that of a short JSON answer.

    `fault` is the fault that the answer names as its own, empty for none.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.started = False
        self.complete = False
        self.status = 0
        self.fault = ""
        self.body = b""
        self._wanted = False

    def saw(self, message: Message) -> None:
        """Takes note of one message of the app."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = dict(message.get("headers", ()))
            self.fault = headers.get(HEADER, b"").decode("latin-1")
            self._wanted = headers.get(b"content-type", b"").startswith(b"application/json")
        elif message["type"] == "http.response.body":
            piece = message.get("body", b"")
            self._wanted = self._wanted and len(self.body) + len(piece) <= READ_BYTES
            self.body = self.body + piece if self._wanted else b""
            self.complete = not message.get("more_body", False)


def _refusal(profile: Profile, body: Json, lang: str) -> Iterator[str]:
    """The text of a refusal, and of its first issues."""
    rule = profile.errors
    said = pick(body, rule.message_path)
    if isinstance(said, str):
        yield said
    issues = pick(body, rule.issues_path) if rule.issues_path else None
    if isinstance(issues, list):
        for issue in issues[:ISSUES]:
            place = pick(issue, rule.issue_field_path)
            field = ".".join(map(str, place)) if isinstance(place, list) else place
            yield f"{field or text('served.body', lang)}: {pick(issue, rule.issue_text_path)}"
        if len(issues) > ISSUES:
            yield text("served.more", lang, count=len(issues) - ISSUES)


def _news(profile: Profile, body: Json, lang: str) -> Iterator[str]:
    """The state of a task, or the id of a new one."""
    if not isinstance(body, Mapping):
        return
    _, word = profile.state(body)
    task_id = profile.task_id(body)
    if word is not None:
        failure = profile.failure(body)
        yield f"{word}: {failure}" if failure else word
    elif task_id is not None:
        yield text("served.task", lang, task=task_id)
