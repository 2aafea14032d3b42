"""Planted APIs on a real socket: their payloads, a scenario for each, and a server that refuses what the rules say."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from harness.diagnose.evidence import Evidence, Items, Row, Said
from tests.bench.locate.planted import Api

#: Names without digits: numbers in messages are no part of what makes two of them alike.
KEYS = (
    *("model", "ratio", "duration", "seed", "style", "quality", "motion"),
    *("prompt", "camera", "format", "loop", "voice", "pace", "light"),
)
PROFILE = """\
name: acme
title: Acme Video
base_url: https://api.acme.invalid
key: {env: [ACME_KEY]}
headers: {Authorization: "Bearer {key}"}
create: {id: id}
poll: {path: "/v1/jobs/{id}", state: status, output: result.videos}
polling: {every_s: 0.01, jitter_s: 0, timeout_s: 5}
endpoints:
  make: {path: /v1/videos, kind: video}
"""
ABSENT = {"$absent": True}


def written(api: Api, factor: int, level: int) -> Any:
    """A level as a scenario writes it. Of the odd ones the last is a key left out, the one before it null."""
    if level in api.odd.get(factor, ()):
        return ABSENT if level == api.counts[factor] - 1 else None
    return f"{KEYS[factor]}-{'abcdefghij'[level]}"


def payload(api: Api, row: Row) -> dict[str, Any]:
    levels = {KEYS[factor]: written(api, factor, level) for factor, level in enumerate(row)}
    return {key: value for key, value in levels.items() if value != ABSENT}


def row_of(api: Api, body: Mapping[str, Any]) -> Row:
    """The row of a payload. ValueError for one with a value that no factor has."""
    row = []
    for factor, levels in enumerate(api.counts):
        value = body.get(KEYS[factor], ABSENT)
        row.append([written(api, factor, level) for level in range(levels)].index(value))
    return tuple(row)


def cause(api: Api, items: Items) -> dict[str, Any]:
    """A cause as report.json has it."""
    return {KEYS[factor]: written(api, factor, level) for factor, level in items}


def scenario(api: Api, *, provider: str = "./profile.yaml", endpoint: str = "make") -> str:
    """A scenario file whose matrix has every pair of levels, the baseline first."""
    document = {
        "name": "planted",
        "provider": provider,
        "endpoint": endpoint,
        "baseline": payload(api, api.baseline),
        "variants": ["baseline"],
        "matrix": {
            "strength": 2,
            "factors": {
                KEYS[factor]: [written(api, factor, level) for level in range(levels)]
                for factor, levels in enumerate(api.counts)
            },
        },
    }
    return json.dumps(document)


def refusal(api: Api, said: Sequence[Said]) -> dict[str, Any]:
    """The error body: an issue for each broken rule that says something, else one sentence that says nothing."""
    issues = [_issue(api, one) for one in said if one.fields]
    return {"error": "Validation failed", "issues": issues} if issues else {"error": "The request is not valid."}


def _issue(api: Api, said: Said) -> dict[str, Any]:
    keys = [KEYS[factor] for factor in sorted(said.fields)]
    kind = said.signature.rsplit(" ", 1)[1]
    if said.allowed:
        [(factor, levels)] = said.allowed.items()
        allowed = [json.dumps(value) for level in sorted(levels) if (value := written(api, factor, level)) != ABSENT]
        text = f"`{keys[0]}` must be one of: {', '.join(allowed)}" if allowed else f"{keys[0]} is not valid"
    elif len(keys) > 1:
        text = f"{' and '.join(keys)} cannot be combined like this"
    else:
        text = f"{keys[0]} is not valid"
    return {"path": [keys[0]], "code": f"check_{kind}", "message": text}


@dataclass
class Asked:
    """What a server was asked, and how it answers. One in 1 / `spurious` creates is refused for nothing.

    `before` is called with the number of each create before it is answered; those of `broken` are answered with 500.
    """

    api: Api
    url: str = ""
    spurious: float = 0.0
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    bodies: list[dict[str, Any]] = field(default_factory=list)
    accepted: int = 0
    broken: frozenset[int] = frozenset()
    before: Callable[[int], object] = lambda _number: None


@contextmanager
def serving(api: Api, *, spurious: float = 0.0, seed: int = 0) -> Iterator[Asked]:
    """The API on a port of this machine."""
    asked = Asked(api, spurious=spurious, rng=random.Random(seed))
    numbers, lock = count(1), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                asked.bodies.append(body)
                asked.before(len(asked.bodies))
                try:
                    answer = asked.api.answer(row_of(api, body))
                except ValueError:  # a value that no rule speaks of
                    answer = Evidence(row=(), fate="refused")
                if len(asked.bodies) in asked.broken:
                    self.say(500, {"error": "Internal Server Error"})
                elif asked.rng.random() < asked.spurious:
                    self.say(400, refusal(api, ()))
                elif answer.fate == "refused":
                    self.say(400, refusal(api, answer.said))
                else:
                    asked.accepted += 1
                    self.say(200, {"id": f"00000000-0000-4000-8000-{next(numbers):012d}"})

        def do_GET(self) -> None:
            self.say(200, {"status": "SUCCEEDED", "result": {"videos": ["http://127.0.0.1/none"]}})

        def do_DELETE(self) -> None:
            self.say(204, None)

        def say(self, status: int, document: dict[str, Any] | None) -> None:
            data = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that closes its connections is no error of the server."""

    listening = Server(("127.0.0.1", 0), Handler)
    asked.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
