"""The mock behind its server on a real socket: what only a wire shows."""

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from harness.clock import real_clock, scaled_clock
from harness.errors import EnvironmentProblem
from harness.mock import MockApp, create_app
from harness.mock.server import base_url, is_loopback, listen, serving
from harness.mock.wire import Receive, Scope, Send
from harness.provider import Provider, load

SCALE = 200.0
HEADERS = {"Authorization": "Bearer key_test", "X-Runway-Version": "2024-11-06"}


class Served:
    """A served mock: its address, the lines that it logged, and raw connections to it."""

    def __init__(self, url: str, lines: list[str]) -> None:
        self.url = url
        self.lines = lines

    @contextlib.contextmanager
    def connection(self) -> Iterator[socket.socket]:
        host, port = self.url.removeprefix("http://").split(":")
        with contextlib.closing(socket.create_connection((host, int(port)), timeout=10)) as opened:
            yield opened

    def last(self) -> str:
        """The last line, without its time and how long it took."""
        return re.sub(r" · \d+ ms", "", self.lines[-1][9:]) if self.lines else ""

    def logs(self, line: str) -> None:
        """Waits for the line: one without a body is written when the client has it all."""
        for _ in range(200):
            if self.last() == line:
                return
            time.sleep(0.01)
        assert self.last() == line


def runway() -> Provider:
    import pathlib

    return load("runway", base=pathlib.Path())


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    lines: list[str] = []
    clock = scaled_clock(SCALE)
    with serving(create_app(runway(), clock=clock), clock=clock, log=lines.append) as url:
        yield Served(url, lines)


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, headers=HEADERS, trust_env=False, timeout=10) as opened:
        yield opened


def asking(path: str, faults: str = "", body: dict[str, Any] | None = None) -> bytes:
    """A request as bytes."""
    content = b"" if body is None else json.dumps(body).encode()
    head = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: mock.test"]
    head += [f"{name}: {value}" for name, value in HEADERS.items()]
    head += [f"X-Mock-Fault: {faults}"] * bool(faults)
    head += ["Content-Type: application/json", f"Content-Length: {len(content)}"] * bool(content)
    return "\r\n".join([*head, "", ""]).encode() + content


def received(connection: socket.socket) -> tuple[bytes, bool]:
    """All that comes until the connection ends, and whether it was reset."""
    pieces: list[bytes] = []
    while True:
        try:
            piece = connection.recv(65_536)
        except ConnectionResetError:
            return b"".join(pieces), True
        if not piece:
            return b"".join(pieces), False
        pieces.append(piece)


def test_a_task_from_create_to_file(client: httpx.Client, good: dict[str, Any], served: Served) -> None:
    task_id = client.post("/v1/image_to_video", json=good).json()["id"]
    for _ in range(200):
        answer = client.get(f"/v1/tasks/{task_id}").json()
        if answer["status"] == "SUCCEEDED":
            break
        time.sleep(0.01)
    (url,) = answer["output"]
    assert url.startswith(f"{served.url}/outputs/")
    whole = client.get(url, headers={"Authorization": ""})
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    part = client.get(url, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert client.head(url).headers["content-length"] == str(len(whole.content))


def test_a_chunked_body(client: httpx.Client, good: dict[str, Any]) -> None:
    text = json.dumps({**good, "promptImage": "data:image/png;base64," + "A" * 1_000_000}).encode()
    pieces = (text[start : start + 65_536] for start in range(0, len(text), 65_536))
    response = client.post("/v1/image_to_video", content=pieces, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_a_body_that_is_too_large_gets_its_answer_and_the_connection_lives(client: httpx.Client) -> None:
    response = client.post("/v1/image_to_video", content=b"x" * 20_000_000)
    assert (response.status_code, response.json()) == (413, {"error": "Request Entity Too Large"})
    assert client.get("/v1/organization").status_code == 200


def test_clients_that_hang_up_leave_no_trace(client: httpx.Client, served: Served) -> None:
    head = b"POST /v1/image_to_video HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    for sent in (b"", head, head + b"{", b"GET / HTTP/1.1\r\nHo"):
        with served.connection() as connection:
            connection.sendall(sent)
    assert client.get("/v1/organization").status_code == 200


def test_a_kept_connection_does_not_wait_for_acknowledgements(served: Served) -> None:
    """Head and body of an answer are two writes. With Nagle's algorithm each answer would take 40 ms more."""
    with served.connection() as connection:
        started_s = time.perf_counter()
        for _ in range(25):
            connection.sendall(asking("/v1/tasks/none"))
            answer = b""
            while not answer.endswith(b'{"error":"Could not find Task"}'):
                answer += connection.recv(65_536)
        assert time.perf_counter() - started_s < 25 * 0.04


def test_a_reset_is_a_reset(served: Served) -> None:
    with served.connection() as connection:
        connection.sendall(asking("/v1/organization", "reset"))
        assert received(connection) == (b"", True)
    served.logs("--- GET /v1/organization · reset by the mock")


def test_a_task_that_the_client_never_heard_of(served: Served, client: httpx.Client, good: dict[str, Any]) -> None:
    before = client.get("/v1/organization").json()["creditBalance"]
    with served.connection() as connection:
        connection.sendall(asking("/v1/image_to_video", "created-but-connection-lost", good))
        assert received(connection) == (b"", True)
    assert client.get("/v1/organization").json()["creditBalance"] == before - 25


def test_half_of_an_answer_is_half_of_its_stated_length(served: Served) -> None:
    with served.connection() as connection:
        connection.sendall(asking("/v1/tasks/none", "truncated-json"))
        answer, was_reset = received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (b"content-length: 31" in head, body, was_reset) == (True, b'{"error":"Could', False)
    served.logs("404 GET /v1/tasks/none · fault truncated-json · broken off by the mock")


def test_silence_lasts_until_the_client_gives_up(served: Served) -> None:
    with served.connection() as connection:
        connection.sendall(asking("/v1/organization", "timeout"))
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    served.logs("--- GET /v1/organization · the client went away")


def test_a_slow_body_comes_in_pieces(served: Served) -> None:
    with served.connection() as connection:
        connection.sendall(asking("/v1/tasks/none", "slow-body"))
        arrived: list[bytes] = []
        while not b"".join(arrived).endswith(b"}"):
            arrived.append(connection.recv(65_536))
    assert b"".join(arrived).partition(b"\r\n\r\n")[2] == b'{"error":"Could not find Task"}'
    assert len(arrived) > 5


def test_html_in_place_of_json(client: httpx.Client, served: Served) -> None:
    response = client.get("/v1/organization", headers={"X-Mock-Fault": "http-502-html"})
    assert (response.status_code, response.headers["content-type"]) == (502, "text/html")
    served.logs("502 GET /v1/organization · fault http-502-html")


KEY = "key_" + "0123456789abcdef" * 8
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.aaaaaaaaaaaa.bbb"
GOOD = {"model": "gen4_turbo", "promptImage": "https://example.com/i.jpg", "ratio": "720:1280"}
REFUSED = "400 POST /v1/image_to_video · Validation of body failed; "
LINES = [
    pytest.param("/v1/tasks/none", None, "404 GET /v1/tasks/none · Could not find Task", id="plain"),
    pytest.param(
        "/v1/image_to_video",
        {**GOOD, "duration": 11},
        f"{REFUSED}duration: Too big: expected number to be <=10",
        id="one issue",
    ),
    pytest.param(
        "/v1/image_to_video",
        {**GOOD, "promptText": "", "duration": "5", "ratio": "9:16", "seed": None, "contentModeration": 1},
        f'{REFUSED}ratio: Invalid option: expected one of "1280:720"|"720:1280"|"1104:832"|"832:1104"|"960:960"|'
        '"1584:672"; contentModeration: Invalid input: expected object, received number; duration: Invalid input: '
        "expected number, received string; and 2 more",
        id="many issues",
    ),
    pytest.param("/nowhere?a=1", None, "404 GET /nowhere?a=1", id="no JSON"),
    pytest.param(f"/outputs/x.mp4?_jwt={JWT}", None, "403 GET /outputs/x.mp4?<signed>", id="signed URL"),
    pytest.param(f"/v1/tasks/{KEY}", None, "404 GET /v1/tasks/<redacted> · Could not find Task", id="key in the path"),
    pytest.param("/v1/tasks/%1b[31mred%0a", None, "404 GET /v1/tasks/red · Could not find Task", id="control signs"),
]


@pytest.mark.parametrize(("path", "body", "line"), LINES)
def test_lines(client: httpx.Client, served: Served, path: str, body: Any, line: str) -> None:
    client.request("POST" if body else "GET", path, json=body)
    served.logs(line)
    assert re.match(r"\d\d:\d\d:\d\d ", served.lines[-1])


def test_the_lines_of_a_task(client: httpx.Client, served: Served, good: dict[str, Any]) -> None:
    doomed = {"X-Mock-Fault": "moderated-output"}
    task_id = client.post("/v1/image_to_video", json=good, headers=doomed).json()["id"]
    served.logs(f"200 POST /v1/image_to_video · task {task_id}")
    while client.get(f"/v1/tasks/{task_id}").json()["status"] != "FAILED":
        time.sleep(0.01)
    served.logs(f"200 GET /v1/tasks/{task_id} · FAILED: The generated output was flagged by content moderation.")
    client.delete(f"/v1/tasks/{task_id}")
    served.logs(f"204 DELETE /v1/tasks/{task_id}")


def test_no_line_holds_a_key(client: httpx.Client, served: Served, good: dict[str, Any]) -> None:
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"Authorization": KEY}):
        client.post(f"/v1/image_to_video?key={KEY}", json={**good, "model": KEY, KEY: KEY}, headers=headers)
    assert len(served.lines) >= 2
    assert not [line for line in served.lines if "0123456789" in line]


def test_who_only_wants_the_mock_gets_no_lines() -> None:
    with serving(create_app(runway(), clock=real_clock())) as url:
        assert httpx.get(f"{url}/openapi.json", trust_env=False).json()["openapi"] == "3.1.0"


class Broken(MockApp):
    """A mock with a bug: before its answer, or within it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        if scope["path"] == "/within":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        raise ZeroDivisionError("a bug")


@pytest.mark.parametrize(("path", "status"), [("/before", b"HTTP/1.1 500"), ("/within", b"HTTP/1.1 200")])
def test_a_bug_of_ours_is_told_and_ends_nothing(path: str, status: bytes) -> None:
    app = create_app(runway(), clock=real_clock())
    app.__class__ = Broken
    problems: list[str] = []
    with serving(app, problem=problems.append) as url:
        for _ in range(2):
            with Served(url, []).connection() as connection:
                connection.sendall(asking(path))
                answer, _ = received(connection)
                assert answer.startswith(status)
    assert len(problems) == 2
    assert problems[0].startswith(f"A bug of ours in answering GET {path}:\nTraceback")
    assert problems[0].endswith("ZeroDivisionError: a bug\n")


def test_a_bug_that_nobody_hears_is_raised() -> None:
    app = create_app(runway(), clock=real_clock())
    app.__class__ = Broken

    def use() -> None:
        with serving(app) as url:
            assert httpx.get(url, trust_env=False).status_code == 500

    with pytest.raises(EnvironmentProblem, match="ZeroDivisionError: a bug"):
        use()


def test_a_server_that_ends_does_not_wait_for_silence() -> None:
    threads = threading.active_count()
    with contextlib.ExitStack() as left:
        started_s = time.perf_counter()
        with serving(create_app(runway(), clock=real_clock(), faults="timeout")) as url:
            connection = left.enter_context(Served(url, []).connection())
            connection.sendall(asking("/v1/organization"))
            time.sleep(0.3)
        assert time.perf_counter() - started_s < 5
        assert received(connection) == (b"", True)
    assert threading.active_count() == threads


def test_nonsense_is_told_and_refused() -> None:
    problems: list[str] = []
    with (
        serving(create_app(runway(), clock=real_clock()), problem=problems.append) as url,
        Served(url, []).connection() as connection,
    ):
        connection.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert received(connection)[0].startswith(b"HTTP/1.1 400")
    assert problems == ["Invalid HTTP request received."]


def test_a_port_that_is_taken() -> None:
    with contextlib.closing(listen("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(EnvironmentProblem) as taken:
            listen("127.0.0.1", port)
    assert str(taken.value) == (
        f"Port {port} on 127.0.0.1 is taken: something else listens there.\n"
        "  Choose another with --port, or --port 0 for a free one."
    )


@pytest.mark.parametrize("host", ["mock.invalid", "a..b.invalid"])
def test_a_host_that_is_not_ours(host: str) -> None:
    with pytest.raises(EnvironmentProblem) as wrong:
        listen(host, 0)
    assert str(wrong.value).startswith(f'"{host}" is no address of this machine: ')
    assert str(wrong.value).endswith(".\n  Leave --host out for 127.0.0.1.")


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("127.0.0.2", True), ("0.0.0.0", False)], ids=["usual", "other", "any"]
)
def test_what_a_client_calls_the_socket(host: str, loopback: bool) -> None:  # noqa: FBT001
    with contextlib.closing(listen(host, 0)) as listening:
        told = "127.0.0.1" if host == "0.0.0.0" else host
        assert base_url(listening) == f"http://{told}:{listening.getsockname()[1]}"
        assert is_loopback(listening) is loopback


def test_version_6_of_the_protocol() -> None:
    try:
        listening = listen("::1", 0)
    except EnvironmentProblem as error:
        pytest.skip(error.text)
    listening.close()
    with serving(create_app(runway(), clock=real_clock()), host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert httpx.get(f"{url}/openapi.json", trust_env=False).status_code == 200


def test_clients_that_reset_are_no_problem() -> None:
    with serving(create_app(runway(), clock=real_clock(), faults="slow-body")) as url:
        with Served(url, []).connection() as connection:
            connection.sendall(asking("/v1/organization"))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert httpx.get(f"{url}/openapi.json", trust_env=False).status_code == 200
