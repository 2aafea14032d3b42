"""What a served mock logs of a request: one line without secrets, with what a developer would look for in the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from harness.mock.app import MockApp
from harness.mock.wire import Message, Scope
from harness.model import Json
from harness.provider import Profile, pick
from harness.redact import Redactor, clean

#: Answers up to this size are looked into.
_READ_BYTES: Final = 64 * 1024
_NOTE_CHARS: Final = 300
_ISSUES: Final = 3
_HOST: Final = "http://mock"
_REDACTOR: Final = Redactor()


class Exchange:
    """One request and what was answered, as far as it went."""

    def __init__(self, scope: Scope, app: MockApp) -> None:
        query = scope.get("query_string", b"").decode("latin-1")
        address = f"{_HOST}{scope.get('path', '')}" + (f"?{query}" if query else "")
        self.name = clean(f"{scope.get('method', '?')} {_REDACTOR.text(address).removeprefix(_HOST)}")
        self.started = False
        self.complete = False
        self._app = app
        self._status = 0
        self._json = False
        self._body = b""

    def saw(self, message: Message) -> None:
        """Takes note of one message of the app."""
        if message["type"] == "http.response.start":
            self.started = True
            self._status = message["status"]
            kind = dict(message.get("headers", ())).get(b"content-type", b"")
            self._json = kind.startswith(b"application/json")
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            if self._json and len(self._body) + len(body) <= _READ_BYTES:
                self._body += body
            self.complete = not message.get("more_body", False)

    def line(self, elapsed_s: float, *, gone: bool) -> str:
        """The line. `gone`: the client went away before the end."""
        time = f"{self._app.clock.utc():%H:%M:%S}"
        status = str(self._status) if self.started else "–"
        note = self._note(gone=gone)
        return f"{time} {status} {self.name} · {elapsed_s * 1000:.0f} ms" + (f" · {note}" if note else "")

    def _note(self, *, gone: bool) -> str:
        if gone:
            return "the client went away"
        if not self.complete:
            return "broken off by the mock" if self.started else "reset by the mock"
        try:
            body = json.loads(self._body) if self._json else None
        except ValueError:
            return "not JSON"
        parts = _refusal(self._app.provider.profile, body) if self._status >= 400 else _news(self._app, body)
        return clean(_REDACTOR.text("; ".join(parts)), _NOTE_CHARS)
