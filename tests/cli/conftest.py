from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main
from harness.clock import scaled_clock
from harness.mock import MockApp, create_app
from harness.mock.server import serving
from harness.mock.tasks import Task
from harness.provider import load

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello, seed: 1}
variants:
  - as it is
"""
PROFILE = """\
name: acme
title: Acme Video
base_url: https://api.acme.invalid
key: {env: [ACME_KEY]}
headers: {Authorization: "Bearer {key}"}
create: {id: id}
poll: {path: "/v1/jobs/{id}", state: status, output: result.videos, failure: error.message}
polling: {every_s: 0.01, jitter_s: 0, timeout_s: 1}
endpoints:
  make: {path: /v1/videos, kind: video}
"""


@dataclass
class Ran:
    """A finished command line: what a person saw, and what it left."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def report(self) -> Any:
        return json.loads((self.folder / "reports" / "latest" / "report.json").read_text(encoding="utf-8"))

    @property
    def events(self) -> list[Any]:
        text = (self.folder / "reports" / "latest" / "events.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command line in an empty folder with Acme's profile, and never with a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")

    def go(*argv: str, scenario: str | None = None) -> Ran:
        if scenario is not None:
            (tmp_path / "scenario.yaml").write_text(scenario, encoding="utf-8")
        code = main(argv)
        seen = capsys.readouterr()
        assert "Traceback" not in seen.out + seen.err
        return Ran(code=code, out=seen.out, err=seen.err, folder=tmp_path)

    return go


@dataclass
class Answers:
    """What a server answers: (status, content type, body) for creates and for polls, and what it was asked.

    The id job-1 in an answer to a create stands for job-N: each one gets its own. `judge` looks at a create's body and
    says how it is refused, or nothing: then `create` is the answer.
    """

    create: tuple[int, str, str] = (200, "application/json", '{"id": "job-1"}')
    poll: tuple[int, str, str] = (200, "application/json", '{"id": "job-1", "status": "succeeded", "result": {}}')
    polls: Callable[[], str] | None = None
    judge: Callable[[Any], tuple[int, str, str] | None] | None = None
    cancel: tuple[int, str, str] = (204, "text/plain", "")
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    made: int = 0


@pytest.fixture
def server() -> Iterator[Answers]:
    """A real server on this machine that says whatever a test wants."""
    answers, counting = Answers(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            answers.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            refused = answers.judge(json.loads(answers.bodies[-1])) if answers.judge is not None else None
            status, kind, text = refused or answers.create
            with counting:
                answers.made += '"job-1"' in text
                text = text.replace('"job-1"', f'"job-{answers.made}"')
            self.answer((status, kind, text))

        def do_GET(self) -> None:
            status, kind, text = answers.poll
            self.answer((status, kind, text if answers.polls is None else answers.polls()))

        def do_DELETE(self) -> None:
            self.answer(answers.cancel)

        def answer(self, what: tuple[int, str, str]) -> None:
            answers.asked.append(f"{self.command} {self.path}")
            answers.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, kind, text = what
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield answers
    listening.shutdown()
    listening.server_close()
    thread.join()


class Quick:
    """A clock whose time goes faster, and whose date does not: a Retry-After date stays one for the client's clock."""

    virtual = False

    def __init__(self, scale: float) -> None:
        self._fast = scaled_clock(scale)

    def now(self) -> float:
        return self._fast.now()

    def utc(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await self._fast.sleep(seconds)


@dataclass
class Mock:
    """The mock on a socket, and what it knows of itself: every task that it ever made, and its own ledger."""

    url: str
    app: MockApp
    tasks: list[Task]

    @property
    def spent(self) -> int:
        """The credits charged and not given back."""
        return self.app.ledger.spent

    def price(self, ids: set[str]) -> int:
        """What these tasks cost when they were made."""
        return sum(task.credits for task in self.tasks if task.id in ids)


@pytest.fixture
def serve() -> Iterator[Callable[..., Mock]]:
    """Serves Runway's mock on a socket of this machine: `serve("no-id@2", scale=4000)`."""
    with contextlib.ExitStack() as stack:

        def begin(faults: str = "", *, scale: float = 4000, contract: str | None = None, **options: Any) -> Mock:
            app = create_app(
                load("runway", base=Path(), contract=contract), clock=Quick(scale), faults=faults, **options
            )
            made: list[Task] = []
            add = app.tasks.add

            def recorded(task: Task, now_s: float) -> Task:
                made.append(added := add(task, now_s))
                return added

            app.tasks.add = recorded  # type: ignore[method-assign]
            return Mock(stack.enter_context(serving(app)), app, made)

        yield begin
