"""The key is nowhere in what faulty runs leave behind: files, console, log lines; in none of the forms it may take.

The mock is made to give the key away: its answers quote the Authorization header of the request, in every place of an
answer that a run tells of, written in every way, at lengths that make a bounded quote end within it.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus

import pytest

from harness.mock.faults import FAULTS
from harness.mock.wire import Receive, Request, Response, json_response
from harness.model import replace

Run: TypeAlias = Callable[..., Any]
Serve: TypeAlias = Callable[..., Any]

RUNS = 50
#: So many of them in the fast suite.
FAST = 8
#: As a header can carry it; URLs, JSON, HTML and shells each write some of it in another way.
KEY = "sk/Zt7+Qm=\"w9&Lr4<Vx2>\\Nb8Hd5'Yc1%Gf6$Jk3~Pq0-Rs9_Tu8.Wv7!Xy6"
#: So much of a key is as good as the key.
TELLING = 24
SCENARIO = """\
name: clips
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5, promptText: hi}
matrix:
  strength: all
  factors: {promptText: [one, two, three], seed: [1, 2]}
variants:
  - {name: refused, set: {ratio: "1:1"}, expect: rejected}
"""


def ways(key: str) -> dict[str, str]:
    """The key as it may be written, by the name of the way. base64: behind no, one or two other bytes."""
    found = {
        "raw": key,
        "quoted": quote(key, safe=""),
        "path": quote(key),
        "form": quote_plus(key),
        "json": json.dumps(key)[1:-1],
        "json twice": json.dumps(json.dumps(key))[3:-3],
    }
    for offset in range(3):
        encoded = base64.b64encode(b"::"[:offset] + key.encode()).decode()
        found |= {f"base64+{offset}": encoded, f"urlsafe+{offset}": encoded.replace("+", "-").replace("/", "_")}
    return found


def leaks(text: str) -> list[str]:
    # The first characters in base64 hang on what stands before the key.
    return [name for name, form in ways(KEY).items() if form[4 * name.endswith(("+1", "+2")) :][:TELLING] in text]


def test_the_search_finds_what_it_looks_for() -> None:
    assert leaks(f"Bearer {KEY}") == ["raw"]
    for before in range(3):
        encoded = base64.b64encode(b"Bearer:"[:before] + KEY.encode()).decode()
        assert f"base64+{before}" in leaks(f"x {encoded}")
    assert leaks(json.dumps({"a": KEY}, ensure_ascii=True)) == ["json"]
    assert "quoted" in leaks(f"https://x/?k={quote(KEY, safe='')}")
    assert not leaks("a" * 500)


class Echo:
    """The mock's own answers, and some that quote the key. `told` counts those."""

    def __init__(self, app: Any, rng: random.Random) -> None:
        self._right: Callable[[Request, Receive], Awaitable[Response]] = app.answer
        self._rng = rng
        self.told = 0

    async def answer(self, request: Request, receive: Receive) -> Response:
        right = await self._right(request, receive)
        key = (request.header(b"authorization") or "").removeprefix("Bearer ")
        if not key or self._rng.random() < 0.4:  # downloads come without a key
            return right
        self.told += 1
        written = self._rng.choice([form for name, form in ways(key).items() if name != "json"])
        quoted = "x" * self._rng.choice([0, 30, 90, 170, 180, 270, 280, 470, 970, 1960]) + f" {written}"
        makers = self._creates() if request.method == "POST" else self._others(request)
        return self._rng.choice(makers)(quoted, right)

    def _creates(self) -> list[Callable[[str, Response], Response]]:
        issue = {"code": "custom", "path": ["promptText"]}
        return [
            lambda text, _: json_response({"error": f"Bad: {text}"}, 400),
            lambda text, _: json_response({"error": "no", "issues": [{**issue, "message": text}], "key": text}, 400),
            lambda text, _: json_response({"error": "no", "issues": [{**issue, "path": [text]}]}, 400),
            lambda text, _: Response(status=500, body=f"<html>{text}</html>".encode(), content_type="text/html"),
            lambda text, _: Response(status=200, body=text.encode(), content_type="text/plain"),
            lambda text, _: Response(status=200, body=b"x", content_type=f"text/{text.split()[-1]}"),
            lambda text, _: json_response({"id": text}),
            lambda text, _: json_response({"id": {"was": text}}),
            lambda text, _: json_response({"error": text, "id": text.split()[-1][:150]}, 502),
            lambda text, right: replace(right, trouble="cut", body=f'{{"a": "{text}", "b": 1}}'.encode()),
            lambda text, _: Response(status=302, headers=((b"location", f"http://x.invalid/{text}".encode()),)),
            lambda text, _: json_response({"error": f"Too many: {text}"}, 429),
        ]

    def _others(self, request: Request) -> list[Callable[[str, Response], Response]]:
        here = f"{request.base_url}/outputs"
        ended = {"status": "SUCCEEDED"}
        return [
            lambda text, _: json_response({"status": "FAILED", "failure": text, "failureCode": text.split()[-1]}),
            lambda text, _: json_response({"status": text}),
            lambda text, _: json_response({**ended, "output": [f"{here}/{quote(text)}?_jwt={quote(text)}"]}),
            lambda text, _: json_response({**ended, "output": [f"{here}/a?x={text.split()[-1]}"]}),
            lambda text, _: json_response({**ended, "output": [text]}),
            lambda text, _: json_response({**ended, "output": [], "note": text}),
            lambda text, _: json_response({"error": text}, 403),
            lambda text, _: json_response({"error": text}, 404),
            lambda text, _: Response(
                status=503, body=text.encode(), headers=((b"retry-after", text.split()[-1].encode()),)
            ),
            lambda text, _: Response(status=200, body=f"<p>{text}</p>".encode(), content_type="text/html"),
            lambda text, _: Response(status=302, headers=((b"location", f"{here}/{quote(text)}".encode()),)),
            lambda text, right: replace(right, trouble="cut", body=f'{{"a": "{text}", "b": 1}}'.encode()),
        ]


def left_behind(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and the text of every file of a run."""
    for file in folder.rglob("*"):
        if file.is_file():
            yield str(file.relative_to(folder)), file.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("number", [pytest.param(n, marks=[pytest.mark.slow] * (n >= FAST)) for n in range(RUNS)])
def test_no_run_gives_the_key_away(run: Run, serve: Serve, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
    monkeypatch.setattr("harness.fire.calls.TIMEOUT_S", 0.3)
    monkeypatch.setattr("harness.fire.retry.FIRST_PAUSE_S", 0.005)
    monkeypatch.setattr("harness.fire.retry.LONGEST_RETRY_AFTER_S", 0.01)
    rng = random.Random(f"leaks {number}")
    names = sorted(FAULTS)
    faults = ",".join(f"{names[(number + step * 17) % len(names)]}:0.3" for step in range(2))
    mock = serve(faults, seed=number)
    echo = Echo(mock.app, rng)
    mock.app.answer = echo.answer
    options = ("--poll-interval", "10ms", "--task-timeout", "200ms", "-j", "3")
    ran = run("scenario.yaml", "--base-url", mock.url, *options, "-v", "--report", "markdown", scenario=SCENARIO)

    assert echo.told > 0, "nothing was given away: this run shows nothing"
    seen = {"console": ran.out, "log": ran.err, **dict(left_behind(ran.folder / "reports"))}
    assert {"report.json", "report.md", "events.jsonl"} <= {Path(name).name for name in seen}
    assert {name: found for name, text in seen.items() if (found := leaks(text))} == {}
