from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main

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
    """What a server answers: (status, content type, body) for creates and for polls, and what it was asked."""

    create: tuple[int, str, str] = (200, "application/json", '{"id": "job-1"}')
    poll: tuple[int, str, str] = (200, "application/json", '{"id": "job-1", "status": "succeeded", "result": {}}')
    cancel: tuple[int, str, str] = (204, "text/plain", "")
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def server() -> Iterator[Answers]:
    """A real server on this machine that says whatever a test wants."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            answers.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.answer(answers.create)

        def do_GET(self) -> None:
            self.answer(answers.poll)

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
