"""`harness mock` as a process: what a person types, sees and stops."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from harness.cli import main
from harness.clock import real_clock

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {"Authorization": "Bearer anything", "X-Runway-Version": "2024-11-06"}
WAVING = {
    "model": "gen4_turbo",
    "promptImage": "https://example.com/image.jpg",
    "ratio": "720:1280",
    "duration": 5,
}


class Running:
    """A mock in a process of its own, started in a folder, with a client for it."""

    def __init__(self, process: subprocess.Popen[str], greeting: str, client: httpx.Client) -> None:
        self.process = process
        self.greeting = greeting
        self.client = client

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit code, and all that was logged."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=10)
        return self.process.returncode, err


def until(stream: IO[str], mark: str) -> str:
    """What a process prints up to a mark, within ten seconds."""
    seen = ""
    while mark not in seen:
        assert select.select([stream], [], [], 10)[0], seen
        piece = os.read(stream.fileno(), 65_536).decode()
        assert piece, f"it ended after {seen!r}"
        seen += piece
    return seen


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts `harness mock --port 0` with more options; stops it, if the test did not."""
    with contextlib.ExitStack() as started:

        def start(*options: str, env: dict[str, str] | None = None) -> Running:
            command = [sys.executable, "-m", "harness", "mock", "--port", "0", *options]
            process = started.enter_context(
                subprocess.Popen(
                    command,
                    cwd=tmp_path,
                    env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            started.callback(process.kill)
            assert process.stdout is not None
            greeting = until(process.stdout, "\n" if "-q" in options else "ends it.\n\n")
            url = re.findall(r"http://\S+:\d+", greeting)[0]
            client = httpx.Client(base_url=url, headers=HEADERS, trust_env=False, timeout=10)
            return Running(process, greeting, started.enter_context(client))

        yield start


def create(client: httpx.Client, **changes: Any) -> httpx.Response:
    return client.post("/v1/image_to_video", json={**WAVING, **changes})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "kill"])
def test_it_greets_logs_and_ends(mock: Callable[..., Running], number: signal.Signals) -> None:
    running = mock("--time-scale", "1000")
    url = str(running.client.base_url).rstrip("/")
    av = "Videos are placeholders: av is not installed (pip install 'param-harness[media]').\n"
    assert running.greeting.replace(av, "") == (
        "Runway mock · contract 2026-11-22 · 26 endpoints · seed 0 · time × 1000\n"
        f"Base URL: {url}\n\n"
        f"export RUNWAYML_BASE_URL={url}\n"
        "export RUNWAYML_API_SECRET=key_mock\n\n"
        f"The contract it answers from: {url}/openapi.json\n"
        "Ctrl-C ends it.\n\n"
    )
    task_id = create(running.client).json()["id"]
    create(running.client, ratio="9:16")
    while running.client.get(f"/v1/tasks/{task_id}").json()["status"] != "SUCCEEDED":
        time.sleep(0.01)
    code, logged = running.stop(number)
    ratios = '"1280:720"|"720:1280"|"1104:832"|"832:1104"|"960:960"|"1584:672"'
    # Real time, and that of the mock, which is another where its time goes faster.
    times = re.findall(r"^(\d\d:\d\d):\d\d \(mock \d\d:\d\d:\d\d\) ", logged, re.MULTILINE)
    assert len(times) == len(logged.splitlines())
    assert set(times) <= {f"{real_clock().utc() - timedelta(minutes=ago):%H:%M}" for ago in (0, 1)}
    lines = [re.sub(r"^\S+ \(mock \S+\) | · \d+ ms", "", line) for line in logged.splitlines()]
    assert code == 0
    assert lines[:2] == [
        f"200 POST /v1/image_to_video · task {task_id}",
        f"400 POST /v1/image_to_video · Validation of body failed; ratio: Invalid option: expected one of {ratios}",
    ]
    assert lines[-1] == f"200 GET /v1/tasks/{task_id} · SUCCEEDED"


def test_quiet_says_where_and_nothing_else(mock: Callable[..., Running]) -> None:
    running = mock("-q")
    assert create(running.client).status_code == 200
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+\n", running.greeting)
    assert running.stop() == (0, "")


def test_the_account_and_the_key(mock: Callable[..., Running]) -> None:
    running = mock("--credits", "30", "--tier", "1", "--key", "open$sesame", "--seed", "7")
    assert "export RUNWAYML_API_SECRET='open$sesame'\n" in running.greeting
    assert " · seed 7\n" in running.greeting
    assert create(running.client).status_code == 401
    running.client.headers["Authorization"] = "Bearer open$sesame"
    assert create(running.client).status_code == 200
    assert create(running.client).json()["error"] == "You do not have enough credits to run this task."
    organization = running.client.get("/v1/organization").json()
    assert organization["creditBalance"] == 5
    assert organization["tier"]["models"]["gen4_turbo"]["maxConcurrentGenerations"] == 1
    running.client.get("/v1/tasks/open$sesame")
    code, logged = running.stop()
    assert code == 0
    assert "404 GET /v1/tasks/<redacted> · " in logged
    assert "sesame" not in logged


def test_faults_and_strictness(mock: Callable[..., Running]) -> None:
    running = mock(
        *("--faults", "http-503/poll@1,no-id@2", "--faults", "credits-run-out@3"),
        *("--strict-keys", "--strict-routers", "--check-assets"),
    )
    assert create(running.client).status_code == 401
    running.client.headers["Authorization"] = "Bearer key_mock"
    asked = {"configId": "mine", "input": {"promptText": "hi", "aspectRatio": "9:16", "duration": 4}}
    assert running.client.post("/v1/generate/video", json=asked).status_code == 404
    not_an_image = create(running.client, promptImage="data:image/png;base64,AAAA")
    assert not_an_image.json()["issues"][0]["path"] == ["promptImage"]
    good, without_id, refused = (create(running.client) for _ in range(3))
    assert "id" in good.json()
    assert "id" not in without_id.json()
    assert refused.status_code == 400
    path = f"/v1/tasks/{good.json()['id']}"
    assert [running.client.get(path).status_code for _ in range(2)] == [503, 200]
    _, logged = running.stop()
    assert " · fault http-503 · Service Unavailable\n" in logged


def test_a_provider_of_ones_own(mock: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(
        "name: acme\ntitle: Acme Video\nbase_url: https://api.acme.invalid\nbase_url_env: ACME_URL\n"
        "key: {env: [ACME_KEY]}\nheaders: {X-Key: '{key}'}\npoll: {path: '/jobs/{id}'}\n"
        "endpoints:\n  make: {path: /videos, kind: video}\n",
        encoding="utf-8",
    )
    running = mock("--provider", "acme.yaml")
    url = str(running.client.base_url).rstrip("/")
    assert running.greeting.startswith("Acme Video mock · no contract: every body is taken · 1 endpoint · seed 0\n")
    assert f"export ACME_URL={url}\nexport ACME_KEY=key_mock\n" in running.greeting
    assert "openapi.json" not in running.greeting
    made = running.client.post("/videos", json={"anything": 1}, headers={"X-Key": "key_mock"})
    assert running.client.get(f"/jobs/{made.json()['id']}", headers={"X-Key": "key_mock"}).status_code == 200


def test_another_contract(mock: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ncontract = "2025-10"\nseed = 3\njobs = 2\n')
    running = mock(env={"HARNESS_SEED": "5"})
    assert running.greeting.startswith("Runway mock · contract 2025-10 · 1 endpoint · seed 5\n")


def test_the_network_is_a_warning(mock: Callable[..., Running]) -> None:
    running = mock("--host", "0.0.0.0", "-q")
    assert running.greeting.startswith("http://127.0.0.1:")
    assert running.client.get("/openapi.json").status_code == 200
    code, logged = running.stop()
    assert code == 0
    assert logged == (
        "WARNING: the mock listens at 0.0.0.0: whoever reaches this machine over the network can use it and fill its "
        "memory.\n  Leave --host out to serve this machine only.\n"
    )


def test_it_ends_under_an_open_request(mock: Callable[..., Running]) -> None:
    running = mock("-q", "--faults", "timeout")
    with pytest.raises(httpx.ReadTimeout):
        running.client.get("/v1/organization", timeout=0.2)
    address = (running.client.base_url.host, running.client.base_url.port)
    with contextlib.closing(socket.create_connection(address)) as waiting:
        waiting.sendall(b"GET /v1/organization HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)
        assert running.stop(signal.SIGINT) == (0, "")


def test_a_taken_port(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as first:
        port = first.getsockname()[1]
        assert main(["mock", "--port", str(port)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"Port {port} on 127.0.0.1 is taken: something else listens there.\n"
        "  Choose another with --port, or --port 0 for a free one.\n"
    )


MISTAKES = [
    pytest.param(
        ["--port", "65536", "--time-scale", "0", "--tier", "6", "--credits", "-1"],
        '--port: expected a whole number from 0 to 65535, found "65536".\n'
        '--time-scale: expected a number from 0.01 to 100000, found "0".\n'
        '--credits: expected a whole number of at least 0, found "-1".\n'
        '--tier: expected a whole number from 1 to 5, found "6".\n'
        "  See `harness mock --help`.\n",
        id="values",
    ),
    pytest.param(
        ["--provider", "none.yaml", "--key", "a b"],
        '--provider: expected a shipped provider or the path of a profile, found "none.yaml".\n'
        '--key: expected a key without spaces, in ASCII, found "a b".\n'
        "  See `harness mock --help`.\n",
        id="a file that is not there",
    ),
    pytest.param(["--prot", "1"], 'There is no option "--prot".\n  Did you mean --port?\n', id="an option"),
    pytest.param(
        ["scenarios"], 'There is no option "scenarios".\n  See `harness mock --help`.\n', id="a path: there is none"
    ),
    pytest.param(["--faults", "reste"], 'There is no fault "reste".\n  Did you mean "reset"?\n', id="a fault"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_mistakes(capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    assert main(["mock", *options]) == 2
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize("option", ["--provider", "--contract"])
def test_names_that_there_are_not(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert main(["mock", option, "runwya"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "runwya" in err


def test_the_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    from harness.mock.faults import FAULTS

    assert main(["mock", "--list-faults"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert all(f"\n  {name}\n" in out for name in FAULTS)


def test_help_imports_no_server() -> None:
    code = (
        "import sys\nfrom harness.cli import main\n"
        "try: main(['mock', '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('uvicorn', 'asyncio', 'harness.mock', 'harness.provider') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "--time-scale X" in done.stdout


def test_the_harness_fires_at_it(
    mock: Callable[..., Running], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Two processes of ours, one real socket."""
    running = mock("-q", "--time-scale", "1000")
    story = ROOT / "scenarios" / "runway" / "image_to_video.yaml"
    code = main(
        [
            *("run", str(story), "-k", "Minimal", "--base-url", str(running.client.base_url).rstrip("/")),
            *("--poll-interval", "10ms", "--reports", str(tmp_path / "reports"), "-q"),
        ]
    )
    out, err = capfd.readouterr()
    assert (code, err) == (0, "")
    report = json.loads((tmp_path / "reports" / "latest" / "report.json").read_text(encoding="utf-8"))
    assert [variant["verdict"] for variant in report["variants"]] == ["pass"]
    assert out
