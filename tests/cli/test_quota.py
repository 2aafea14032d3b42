"""A quota that is used up stops one model, and not the run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

SCENARIO = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {model: quick}
variants:
  - {name: q1, set: {n: 1}}
  - {name: s1, set: {model: slow, n: 2}}
  - {name: q2, set: {n: 3}}
  - {name: s2, set: {model: slow, n: 4}}
"""


class Limited(BaseHTTPRequestHandler):
    """A provider whose quick model has no quota left."""

    models: list[str]

    def do_POST(self) -> None:
        model = json.loads(self.rfile.read(int(self.headers["content-length"])))["model"]
        self.models.append(model)
        if model == "quick":
            self._answer(429, {"error": "Your daily task limit has been reached."})
        else:
            self._answer(200, {"id": f"job-{len(self.models)}"})

    def do_GET(self) -> None:
        self._answer(200, {"status": "succeeded", "result": {"videos": ["https://files.invalid/a.mp4"]}})

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def limited() -> Iterator[tuple[str, list[str]]]:
    class Fresh(Limited):
        models: list[str] = []  # noqa: RUF012 - a class of its own for each test

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Fresh.models
    server.shutdown()
    server.server_close()


def test_a_quota_stops_its_model_only(run: Callable[..., Any], limited: tuple[str, list[str]]) -> None:
    address, models = limited
    ran = run("scenario.yaml", "--base-url", address, "-j", "1", "--until", "finished", scenario=SCENARIO)
    assert ran.code == 4
    assert sorted(models) == ["quick", "slow", "slow"]
    verdicts = {variant["name"]: variant["verdict"] for variant in ran.report["variants"]}
    assert verdicts == {"q1": "inconclusive", "s1": "pass", "q2": "skipped", "s2": "pass"}
    assert "the daily quota of quick is used up" in " ".join(ran.out.split())
