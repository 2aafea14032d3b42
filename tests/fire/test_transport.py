"""The transport against real sockets: what arrives, what comes back, and what every way to fail is called."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from harness.clock import real_clock, run, virtual_clock
from harness.errors import TransportError
from harness.fire import Body, DownloadRefused, Exchange, Transport, encode
from harness.fire.transport import open_transport
from harness.model import Asset, Json

ROOT = Path(__file__).parents[2]
Serve = Callable[[Any], AbstractAsyncContextManager[str]]
GetRequest = Callable[[asyncio.StreamReader], Coroutine[Any, Any, tuple[str, dict[str, str], bytes]]]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


async def post(transport: Transport, url: str, payload: Json = None, **options: Any) -> Exchange:
    return await transport.request(
        "POST",
        url,
        **{
            "headers": {},
            "body": encode({} if payload is None else payload),
            "timeout_s": 5,
            "limit_bytes": 1000,
            **options,
        },
    )


async def failed(attempt: Coroutine[Any, Any, object]) -> TransportError:
    with pytest.raises(TransportError) as error:
        await attempt
    return error.value


def told(error: TransportError) -> tuple[str, bool]:
    return error.code, error.sent


def go(main: Coroutine[Any, Any, None]) -> None:
    run(main, real_clock())


# ---- what goes out and comes back


def test_a_request_arrives_as_it_was_meant_and_the_answer_too(serve: Serve, get_request: GetRequest) -> None:
    seen: list[tuple[str, dict[str, str], bytes]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await get_request(reader))
        writer.write(b"HTTP/1.1 418 Teapot\r\nX-Odd: A\r\nx-odd: B\r\nContent-Length: 4\r\n\r\nwhy?")

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            headers = {"authorization": "Bearer k", "content-type": "application/json"}
            answer = await post(transport, f"{url}/v1/make", {"ratio": "9:16"}, headers=headers)
        assert (answer.status, answer.body, answer.truncated) == (418, b"why?", False)
        assert answer.headers == {"x-odd": "A, B", "content-length": "4"}
        assert 0 < answer.elapsed_s < 5
        first, received, body = seen[0]
        assert (first, body) == ("POST /v1/make HTTP/1.1", b'{"ratio":"9:16"}')
        assert received == {
            "host": url.removeprefix("http://"),
            "accept": "*/*",
            "accept-encoding": "identity",
            "connection": "keep-alive",
            "user-agent": "param-harness",
            "authorization": "Bearer k",
            "content-type": "application/json",
            "content-length": "16",
        }

    go(main())


def test_an_image_is_sent_whole_with_its_length(serve: Serve, get_request: GetRequest) -> None:
    uri = b"data:image/jpeg;base64," + b"A" * 1_400_000
    image = Asset(label="a", media_type="image/jpeg", data_uri=uri, size_bytes=1, sha256="0", declared="0")
    payload = {"promptImage": image, "ratio": "720:1280"}
    seen: list[tuple[str, dict[str, str], bytes]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await get_request(reader))
        writer.write(OK)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            await post(transport, url, payload)
        _, headers, body = seen[0]
        assert body == b"".join(encode(payload))
        assert headers["content-length"] == str(len(body))
        assert "transfer-encoding" not in headers

    go(main())


def test_an_encoded_slash_stays_encoded(serve: Serve, get_request: GetRequest) -> None:
    seen: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await get_request(reader))[0])
        writer.write(OK)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            await transport.request("GET", f"{url}/t/a%2Fb%3F%20%C3%A9?x=%2F", headers={}, timeout_s=5, limit_bytes=9)
        assert seen == ["GET /t/a%2Fb%3F%20%C3%A9?x=%2F HTTP/1.1"]

    go(main())


def test_connections_are_kept(serve: Serve, get_request: GetRequest) -> None:
    connections: list[int] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(0)
        while True:
            await get_request(reader)
            connections[-1] += 1
            writer.write(OK)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            for _ in range(5):
                await post(transport, url)
        assert connections == [5]

    go(main())


def test_no_cookie_is_kept(serve: Serve, get_request: GetRequest) -> None:
    seen: list[str | None] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append((await get_request(reader))[1].get("cookie"))
            writer.write(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n\r\n"))

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            for _ in range(2):
                assert (await post(transport, url)).headers["set-cookie"] == "a=b; Path=/"
        assert seen == [None, None]

    go(main())


def test_as_many_exchanges_as_asked_for_are_in_flight_at_once(serve: Serve, get_request: GetRequest) -> None:
    wanted = 300
    waiting = asyncio.Semaphore(0)
    arrived = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal arrived
        await get_request(reader)
        arrived += 1
        if arrived == wanted:
            for _ in range(wanted):
                waiting.release()
        await waiting.acquire()  # nobody is answered before all have asked
        writer.write(OK)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url, connections=wanted) as transport:
            await asyncio.gather(*(post(transport, url, timeout_s=20) for _ in range(wanted)))

    go(main())


def test_a_redirect_of_a_request_is_not_followed(serve: Serve, get_request: GetRequest) -> None:
    requests: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await get_request(reader))[0])
        writer.write(b"HTTP/1.1 307 Temporary\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            answer = await post(transport, url)
        assert (answer.status, answer.headers["location"]) == (307, "/elsewhere")
        assert requests == ["POST / HTTP/1.1"]

    go(main())


@pytest.mark.parametrize("location", ["http://[::1]oops", "http:///nowhere", "data:x", "http://a:99999/"])
def test_a_redirect_to_nowhere_is_an_answer_and_surely_was_sent(
    serve: Serve, get_request: GetRequest, location: str
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        writer.write(moved(location))

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            (result,) = await asyncio.gather(post(transport, url), return_exceptions=True)
        if isinstance(result, TransportError):
            assert told(result) == ("NETWORK.PROTOCOL", True)
        else:
            assert isinstance(result, Exchange)
            assert result.status == 302

    go(main())


# ---- bounds


def test_a_hundred_megabytes_are_not_read(serve: Serve, get_request: GetRequest) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x" * 100_000)
            await writer.drain()

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            answer = await post(transport, url, limit_bytes=1000)
        assert (len(answer.body), answer.truncated) == (1000, True)

    go(main())


@pytest.mark.parametrize(("size", "truncated"), [(999, False), (1000, False), (1001, True)])
def test_the_bound_is_exact(serve: Serve, get_request: GetRequest, size: int, truncated: bool) -> None:  # noqa: FBT001
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * size)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            answer = await post(transport, url, limit_bytes=1000)
        assert (len(answer.body), answer.truncated) == (min(size, 1000), truncated)

    go(main())


def test_a_compressed_answer_is_read_and_a_bomb_is_bounded(serve: Serve, get_request: GetRequest) -> None:
    packed = iter([gzip.compress(b'{"id":"t"}'), gzip.compress(b"0" * 100_000_000)])

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await get_request(reader)
            data = next(packed)
            head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(data)}\r\n\r\n"
            writer.write(head.encode() + data)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            assert (await post(transport, url)).body == b'{"id":"t"}'
            before = time.process_time()
            bomb = await post(transport, url)
            assert time.process_time() - before < 0.3  # the whole of it takes longer
        assert (bomb.body, bomb.truncated) == (b"0" * 1000, True)

    go(main())


@pytest.mark.parametrize("drip", [b"H", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nx"], ids=["head", "body"])
def test_a_server_that_drips_is_bounded_in_time(serve: Serve, get_request: GetRequest, drip: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        while True:
            writer.write(drip)
            drip_again = b"x" if drip[-1:] == b"x" else b""
            await asyncio.sleep(0.02)
            writer.write(drip_again)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            before = time.monotonic()
            error = await failed(post(transport, url, timeout_s=0.2, limit_bytes=10**6))
            assert time.monotonic() - before < 2
            assert told(error) in {("NETWORK.TIMEOUT", True), ("NETWORK.PROTOCOL", True)}
            if drip != b"H":
                assert str(error) == f"{url[7:]} did not answer in full within 0.2 s."

    go(main())


# ---- ways to fail


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def main() -> None:
        url = f"http://127.0.0.1:{port}"
        async with open_transport(url) as transport:
            error = await failed(post(transport, url))
        assert told(error) == ("NETWORK.REFUSED", False)
        assert str(error) == f"127.0.0.1:{port} cannot be reached (Connection refused)."

    go(main())


def test_a_host_that_does_not_exist() -> None:
    async def main() -> None:
        async with open_transport("http://api.invalid") as transport:
            error = await failed(post(transport, "http://api.invalid/v1"))
        assert told(error) == ("NETWORK.DNS", False)
        assert str(error) == (
            "api.invalid cannot be found: there is no such host, or no name server (Name or service not known)."
        )

    go(main())


def test_a_host_that_does_not_take_the_connection() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:  # the queue of those who wait to be accepted is full
            one.setblocking(False)
            one.connect_ex(address)

        async def main() -> None:
            url = f"http://127.0.0.1:{address[1]}"
            async with open_transport(url, connect_timeout_s=0.3) as transport:
                error = await failed(post(transport, url))
            assert told(error) == ("NETWORK.TIMEOUT", False)

        go(main())
        for one in crowd:
            one.close()


ENDINGS = {
    "closed without a word": b"",
    "closed in the head": b"HTTP/1.1 200 OK\r\nContent-",
    "closed in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "closed in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{",
}


@pytest.mark.parametrize("answer", ENDINGS.values(), ids=ENDINGS.keys())
def test_a_lost_answer_counts_as_sent_and_is_never_sent_again(
    serve: Serve, get_request: GetRequest, answer: bytes
) -> None:
    requests: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await get_request(reader))[0])
        writer.write(answer)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            error = await failed(post(transport, url))
        assert told(error) == ("NETWORK.RESET", True)
        assert str(error).startswith(f"{url[7:]} closed the connection before its answer was complete")
        assert requests == ["POST / HTTP/1.1"]

    go(main())


@pytest.mark.parametrize("then", ["close", "silence"])
def test_what_came_of_a_torn_answer_is_kept(serve: Serve, get_request: GetRequest, then: str) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id": "abc", ')
        await writer.drain()
        await asyncio.sleep(0 if then == "close" else 30)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            error = await failed(transport.request("POST", url, headers={}, timeout_s=0.3, limit_bytes=99))
        assert error.code == ("NETWORK.RESET" if then == "close" else "NETWORK.TIMEOUT")
        assert (error.sent, error.received) == (True, b'{"id": "abc", ')

    go(main())


def test_a_reset_connection_counts_as_sent(serve: Serve, get_request: GetRequest) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            assert told(await failed(post(transport, url))) == ("NETWORK.RESET", True)

    go(main())


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_create_on_a_kept_connection_that_was_closed_is_not_repeated(
    serve: Serve, get_request: GetRequest, method: str
) -> None:
    requests: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await get_request(reader))[0].split()[0])
        writer.write(OK)
        await writer.drain()
        requests.append((await get_request(reader))[0].split()[0])  # and closes without an answer

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            await post(transport, url)
            if method == "POST":
                assert told(await failed(post(transport, url))) == ("NETWORK.RESET", True)
                assert requests == ["POST", "POST"]
            else:  # reading twice is harmless, and aiohttp does it by itself
                answer = await transport.request("GET", url, headers={}, timeout_s=5, limit_bytes=9)
                assert answer.status == 200
                assert requests == ["POST", "GET", "GET"]

    go(main())


def test_what_is_no_http(serve: Serve, get_request: GetRequest) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        writer.write(b"220 smtp.example \x1b[31mready\r\n\r\n")

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            error = await failed(post(transport, url))
        assert told(error) == ("NETWORK.PROTOCOL", True)
        assert "\x1b" not in str(error)

    go(main())


def test_tls_where_there_is_none(serve: Serve) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def main() -> None:
        async with serve(handle) as url:
            secure = url.replace("http:", "https:")
            async with open_transport(secure) as transport:
                assert told(await failed(post(transport, secure))) == ("NETWORK.TLS", False)

    go(main())


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")),
        ],
        check=False,
        capture_output=True,
    )
    if made.returncode != 0:
        pytest.skip("no openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    async def main() -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        async with server, open_transport(url) as transport:
            error = await failed(post(transport, url))
        assert told(error) == ("NETWORK.TLS", False)
        assert str(error).endswith("offers no connection that can be trusted (self-signed certificate).")
        assert "self-signed certificate" in str(error) or "self signed certificate" in str(error)

    go(main())


@pytest.mark.parametrize("url", ["http://[::1]oops", "http://127.0.0.1:99999/", "http:///v1", "http://127.0.0.1/\x00"])
def test_an_address_that_is_none(url: str) -> None:
    async def main() -> None:
        async with open_transport("http://127.0.0.1") as transport:
            assert told(await failed(post(transport, url))) == ("NETWORK.PROTOCOL", False)

    go(main())


# ---- downloads


def files(get_request: GetRequest, answers: dict[str, bytes]) -> Any:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, headers, _ = await get_request(reader)
        assert "authorization" not in headers
        writer.write(answers[first.split()[1]])

    return handle


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


def sized(data: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)


def downloaded(
    serve: Serve, handle: Any, path: str, file: Path, *, limit_bytes: int = 10**7
) -> int | DownloadRefused | TransportError:
    results: list[int | DownloadRefused | TransportError] = []

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            try:
                results.append(await transport.download(url + path, file, timeout_s=5, limit_bytes=limit_bytes))
            except (DownloadRefused, TransportError) as error:
                results.append(error)

    go(main())
    return results[0]


@pytest.mark.parametrize("hops", range(4))
def test_a_file_comes_whole_over_up_to_three_redirects(
    serve: Serve, get_request: GetRequest, tmp_path: Path, hops: int
) -> None:
    data = os.urandom(1_000_000)
    answers = {f"/{hop}": moved(f"/{hop - 1}") for hop in range(1, hops + 1)} | {"/0": sized(data)}
    file = tmp_path / "outputs" / "a.mp4"
    assert downloaded(serve, files(get_request, answers), f"/{hops}", file) == len(data)
    assert file.read_bytes() == data


NO_HTTP = "The address of the file is no http(s) address."
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
REFUSED = {
    "four redirects": (
        {f"/{n}": moved(f"/{n + 1}") for n in range(5)},
        302,
        "redirected the download more than 3 times.",
    ),
    "to a file": ({"/0": moved("file:///etc/passwd")}, 0, NO_HTTP),
    "to a data URI": ({"/0": moved("data:text/plain,x")}, 0, NO_HTTP),
    "to nothing": ({"/0": moved("http://[oops")}, 0, NO_HTTP),
    "expired": ({"/0": FORBIDDEN}, 403, "answered 403 instead of the file."),
    "too large": ({"/0": sized(b"x" * 101)}, 0, "The file is larger than 100 bytes, the most that is downloaded."),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_download_that_is_refused_leaves_nothing(
    serve: Serve, get_request: GetRequest, tmp_path: Path, case: tuple[dict[str, bytes], int, str]
) -> None:
    answers, status, text = case
    error = downloaded(serve, files(get_request, answers), "/0", tmp_path / "a.mp4", limit_bytes=100)
    assert isinstance(error, DownloadRefused)
    assert (error.status, str(error).endswith(text)) == (status, True), str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("http://[::ffff:169.254.169.254]/", "link-local"),
        ("http://192.168.0.1/", "private"),
        ("http://10.1.2.3:8080/a.mp4", "private"),
    ],
)
def test_a_redirect_into_another_network_is_not_followed(
    serve: Serve, get_request: GetRequest, tmp_path: Path, to: str, kind: str
) -> None:
    error = downloaded(serve, files(get_request, {"/0": moved(to)}), "/0", tmp_path / "a.mp4")
    assert isinstance(error, DownloadRefused)
    assert str(error).endswith(f" leads to a {kind} address, and the API is not there: nothing was fetched.")
    assert error.status == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moves", [False, True], ids=["at once", "redirected"])
def test_a_name_is_judged_by_what_it_resolves_to(
    serve: Serve, get_request: GetRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, moves: bool
) -> None:
    """The API seems to be at a public address, and the file's name leads to this machine, where a server listens."""
    told: list[str] = []

    async def named(_: Any, host: str, port: int = 0, **_options: Any) -> list[Any]:
        told.append(host)
        at = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [{**at, "host": "127.0.0.1"}]

    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", named)
    results: list[object] = []

    async def main() -> None:
        async with serve(files(get_request, {"/0": sized(b"secret")})) as here:
            port = here.rpartition(":")[2]
            private = f"http://files.example:{port}/0"

            async def redirecting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await get_request(reader)
                writer.write(moved(private))

            async with serve(redirecting) as api, open_transport("http://8.8.8.8") as public:
                async with open_transport(api) as local:
                    # What the API itself is may be reached: here it is this machine.
                    results.append(await local.download(private, tmp_path / "a", timeout_s=5, limit_bytes=100))
                    if moves:
                        results.append(await local.download(f"{api}/x", tmp_path / "b", timeout_s=5, limit_bytes=100))
                for url in (private, f"{api}/x"):
                    with pytest.raises(DownloadRefused) as error:
                        await public.download(url, tmp_path / "c", timeout_s=5, limit_bytes=100)
                    results.append(str(error.value))

    go(main())
    text = "{} leads to a loopback address, and the API is not there: nothing was fetched."
    assert results[-2:] == [text.format("files.example"), text.format("127.0.0.1")]
    assert results[:-2] == [6] * (1 + moves)
    assert not (tmp_path / "c").exists()
    assert set(told) == {"files.example"}


def zipped(coding: str, data: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: {coding}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def test_a_compressed_file_is_unpacked_up_to_the_limit(serve: Serve, get_request: GetRequest, tmp_path: Path) -> None:
    good = files(get_request, {"/0": zipped("gzip", gzip.compress(b"clip"))})
    assert downloaded(serve, good, "/0", tmp_path / "a.mp4") == 4
    bomb = files(get_request, {"/0": zipped("gzip", gzip.compress(b"0" * 50_000_000))})
    error = downloaded(serve, bomb, "/0", tmp_path / "b.mp4", limit_bytes=10**6)
    assert str(error) == "The file is larger than 1,000,000 bytes, the most that is downloaded."
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A hundred megabytes in some hundred bytes."""
    return gzip.compress(gzip.compress(b"0" * 100_000_000))


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "Odd"])
def test_codings_that_cannot_be_bounded_are_not_undone(
    serve: Serve, get_request: GetRequest, tmp_path: Path, bomb: bytes, coding: str
) -> None:
    answer = zipped(coding, bomb)
    error = downloaded(serve, files(get_request, {"/0": answer}), "/0", tmp_path / "a.mp4")
    assert str(error) == f"The file came in a coding that nobody asked for ({coding.lower()})."
    assert list(tmp_path.iterdir()) == []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await get_request(reader)
        writer.write(answer)

    async def main() -> None:
        async with serve(handle) as url, open_transport(url) as transport:
            found = await post(transport, url, limit_bytes=10**6)
            assert (found.body, found.truncated) == (bomb, False)

    go(main())


def test_a_download_that_breaks_off_leaves_nothing(serve: Serve, get_request: GetRequest, tmp_path: Path) -> None:
    answers = {"/0": sized(b"x" * 1000)[:-500]}
    error = downloaded(serve, files(get_request, answers), "/0", tmp_path / "a.mp4")
    assert isinstance(error, TransportError)
    assert told(error) == ("NETWORK.RESET", True)
    assert list(tmp_path.iterdir()) == []


# ---- in process


async def echo(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            break
    await asyncio.sleep(float(dict(scope["headers"]).get(b"x-wait", b"0")))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Path", scope["raw_path"])]})
    await send({"type": "http.response.body", "body": body})


def test_an_app_in_the_same_process_gets_every_request(tmp_path: Path) -> None:
    clock = virtual_clock()

    async def main() -> None:
        async with open_transport("http://mock.invalid", asgi=echo) as transport:
            chunks = (b"a" * 100_000, b"b")
            body = Body(chunks=chunks, length=100_001)
            answer = await transport.request(
                "POST",
                "http://mock.invalid/t/a%2Fb",
                headers={"x-wait": "30"},
                body=body,
                timeout_s=60,
                limit_bytes=10**6,
            )
            assert (answer.status, answer.headers) == (200, {"x-path": "/t/a%2Fb"})
            assert (answer.body, answer.elapsed_s) == (b"".join(chunks), 30)
            error = await failed(post(transport, "http://mock.invalid/", headers={"x-wait": "100"}, timeout_s=60))
            assert told(error) == ("NETWORK.TIMEOUT", True)
            assert clock.now() == 90
            assert await transport.download("https://files.invalid/a", tmp_path / "a", timeout_s=9, limit_bytes=9) == 0

    run(main(), clock)


# ---- what is imported, and the surroundings


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    script = """
import sys
def heavy(): return sorted({"httpx", "aiohttp", "rich", "click", "PIL", "av"} & set(sys.modules))
import harness.fire; print(heavy())
from harness.fire import open_transport; print(heavy(), "httpx._main" in sys.modules)
import asyncio
async def main():
    async with open_transport("http://mock.invalid", asgi=lambda *_: None): print(heavy())
    async with open_transport("http://127.0.0.1"): print(heavy())
asyncio.run(main())
import httpx; httpx.main
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines() == ["[]", "['httpx'] False", "['httpx']", "['aiohttp', 'httpx']"]


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    serve: Serve, get_request: GetRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, headers, _ = await get_request(reader)
        seen.append((first, headers.get("proxy-authorization", "")))
        writer.write(OK)

    async def main() -> None:
        async with serve(handle) as proxy, serve(handle) as here:
            monkeypatch.setenv("http_proxy", proxy.replace("//", "//user:word@"))
            async with open_transport("http://api.invalid") as transport:
                await post(transport, "http://api.invalid/v1/make")
            async with open_transport(here) as transport:
                await post(transport, f"{here}/v1/make")

    go(main())
    assert seen == [("POST http://api.invalid/v1/make HTTP/1.1", "Basic dXNlcjp3b3Jk"), ("POST /v1/make HTTP/1.1", "")]
