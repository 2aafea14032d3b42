"""The only module that talks HTTP: one exchange at a time over httpx, every way it can fail told as a TransportError.

httpx is the API; under it lies `httpx.ASGITransport` for a mock in the same process, or our own thin layer over one
aiohttp session for real sockets. httpx's own pool scans every connection on every request, which makes a thousand tasks
fifteen times dearer; and the ready-made bridge to aiohttp calls a connection that broke after the request had left a
"connect timeout", which would make a task that may have been created, and billed, look like one that surely was not.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

from harness.errors import TransportError
from harness.fire.addresses import PrivateAddress, Reach, reach_of
from harness.fire.failures import bad_address, failure, host
from harness.fire.saving import save
from harness.fire.surroundings import allowed_connections, environment_proxy, is_loopback, tls_context
from harness.fire.wire import CODINGS, Body, DownloadRefused, Exchange, Transport, check_coding, coding, pieces, plain
from harness.words import told

# httpx imports its own command line, and with it rich and click, when these are installed: 50 to 90 ms. An entry of
# None makes that one import fail, which httpx expects; it is taken away again, so that nobody else meets it.
_MODULES: Final[MutableMapping[str, ModuleType | None]] = sys.modules  # type: ignore[assignment]  # None is allowed
_MODULES.setdefault("httpx._main", None)
import httpx  # noqa: E402

if _MODULES["httpx._main"] is None:
    del _MODULES["httpx._main"]

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T")
AsgiApp: TypeAlias = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]

#: Reaching a host takes a second or two at worst; after this it is down, and the request surely was not sent.
CONNECT_TIMEOUT_S: Final = 10.0
#: Idle connections are closed before the other side does it (Node and uvicorn: 5 s). A create on a connection that the
#: server is just closing would be lost without a trace, and could not be sent again.
KEEP_ALIVE_S: Final = 4.0
_ENCODED_PIECE_BYTES: Final = 1024
MAX_REDIRECTS: Final = 3
_NO_HTTP: Final = told("fact.no_http")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: `identity`: bodies are bounded as they arrive, and a compressed one could grow a thousand times behind the bound.
_HEADERS: Final = {"user-agent": "param-harness", "accept-encoding": "identity"}


@asynccontextmanager
async def open_transport(
    target: str, *, asgi: AsgiApp | None = None, connections: int = 128, connect_timeout_s: float = CONNECT_TIMEOUT_S
) -> AsyncIterator[Transport]:
    """A transport for requests to `target` (a base URL) and downloads from anywhere, closed at the end of the block.

    With `asgi` every request goes to that app, whatever its host, and no socket is opened. `connections` is how many
    exchanges may be in flight without waiting for each other. Proxies of the environment (HTTPS_PROXY, NO_PROXY, …) are
    used unless the target is this machine.
    """
    under: httpx.AsyncBaseTransport
    reach: Reach | None = None
    if asgi is not None:
        under = httpx.ASGITransport(app=asgi)
    else:
        reach = reach_of(target)
        under = _Sockets(
            reach,
            tls=urlsplit(target).scheme == "https",
            proxies=not is_loopback(target),
            connections=allowed_connections(connections),
            connect_timeout_s=connect_timeout_s,
        )
    # No timeout of httpx's own: _bounded bounds every exchange as a whole.
    async with _Client(transport=under, headers=_HEADERS, timeout=None, trust_env=False) as client:
        del client.headers["accept"]  # each request says its own, and to replace httpx's takes its time
        yield _HttpTransport(client, reach)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Keeps none: what one variant is answered must not depend on those before it. Saves a tenth of an exchange."""


class _Client(httpx.AsyncClient):
    cookies = _NoCookies()  # type: ignore[override]  # a property there


class _HttpTransport:
    """`Transport` over a httpx client, whatever lies under it."""

    def __init__(self, client: httpx.AsyncClient, reach: Reach | None) -> None:
        self._client = client
        self._reach = reach

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: Body | None = None,
        timeout_s: float,
        limit_bytes: int,
    ) -> Exchange:
        seen: list[bytes] = []
        answer = self._exchange(self._send(method, url, headers, body), limit_bytes, seen)
        try:
            return await _bounded(answer, url, timeout_s)
        except TransportError as error:
            error.received = b"".join(seen)[:limit_bytes]
            raise

    async def _exchange(self, sent: Awaitable[httpx.Response], limit_bytes: int, seen: list[bytes]) -> Exchange:
        now = asyncio.get_running_loop().time
        started_s = now()
        response = await sent
        try:
            received = plain(response.headers.raw)
            answer, truncated = await _read(response, limit_bytes, seen, encoded=coding(received) in CODINGS)
        finally:
            await response.aclose()
        return Exchange(
            status=response.status_code, headers=received, body=answer, truncated=truncated, elapsed_s=now() - started_s
        )

    async def download(self, url: str, file: Path, *, timeout_s: float, limit_bytes: int) -> int:
        return await _bounded(self._download(url, file, limit_bytes), url, timeout_s)

    async def _download(self, url: str, file: Path, limit_bytes: int) -> int:
        response = await self._get_file(url)
        try:
            check_coding(plain(response.headers.raw))
            return await save(response.aiter_bytes(), file, limit_bytes)
        finally:
            await response.aclose()

    async def _get_file(self, url: str) -> httpx.Response:
        """The answer that is the file, redirects followed. Raises DownloadRefused for any other."""
        for _ in range(MAX_REDIRECTS + 1):
            if url.partition("://")[0].lower() not in {"http", "https"}:
                raise DownloadRefused(_NO_HTTP, status=0, headers={})
            try:
                if self._reach is not None:
                    self._reach.check_url(url)
                response = await self._send("GET", url, {"accept": "*/*"}, None)
            except PrivateAddress as error:
                raise DownloadRefused(error.args[0], status=0, headers={}) from None
            except (httpx.InvalidURL, httpx.RemoteProtocolError):  # httpx looks at the Location of a redirect
                raise DownloadRefused(_NO_HTTP, status=0, headers={}) from None
            if response.status_code == httpx.codes.OK:
                return response
            await response.aclose()
            headers = plain(response.headers.raw)
            if response.status_code not in _REDIRECTS or "location" not in headers:
                text = told("fact.no_file", host=host(url), status=response.status_code)
                raise DownloadRefused(text, status=response.status_code, headers=headers)
            try:
                url = urljoin(url, headers["location"])
            except ValueError:
                url = ""
        text = told("fact.redirects", host=host(url), most=MAX_REDIRECTS)
        raise DownloadRefused(text, status=response.status_code, headers={})

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: Body | None) -> httpx.Response:
        content: bytes | AsyncIterator[bytes] | None = None
        if body is not None:
            if len(body.chunks) == 1:
                content = body.chunks[0]
            else:
                # A stated length keeps httpx and the server from chunked transfer, which not every gateway takes.
                content, headers = pieces(body), {**headers, "content-length": str(body.length)}
        try:
            request = self._client.build_request(method, url, headers=headers, content=content)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise bad_address(error) from error
        return await self._client.send(request, stream=True, follow_redirects=False)


async def _read(response: httpx.Response, limit_bytes: int, seen: list[bytes], *, encoded: bool) -> tuple[bytes, bool]:
    """The body, and whether it was longer than `limit_bytes` and is only its start. What has come is in `seen`."""
    length = 0
    # The stream itself where nothing is to be decoded: httpx's own iterators cost as much as all the rest of it.
    stream = response.aiter_bytes() if encoded else response.stream
    assert isinstance(stream, AsyncIterable)
    async for piece in stream:
        seen.append(piece)
        length += len(piece)
        if length > limit_bytes:
            return b"".join(seen)[:limit_bytes], True
    return b"".join(seen), False


async def _bounded(work: Awaitable[T], url: str, timeout_s: float) -> T:
    """What `work` returns, bounded in time; what httpx itself may raise becomes a TransportError.

    A timeout counts as sent: whether the request had left is not known here, and the layer under httpx has a shorter
    timeout of its own for the connection.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await work
    except TimeoutError:
        text = told("fact.too_slow", host=host(url), seconds=f"{timeout_s:g}")
        raise TransportError("NETWORK.TIMEOUT", text, sent=True) from None
    except PrivateAddress as error:
        raise TransportError("NETWORK.PROTOCOL", error.args[0], sent=False) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        text = told("fact.unreadable.why", host=host(url), why=error)
        raise TransportError("NETWORK.PROTOCOL", text, sent=True) from error


class _Sockets(httpx.AsyncBaseTransport):
    """Real sockets: one aiohttp session under httpx's API. Imports aiohttp, which costs more than httpx itself."""

    def __init__(self, reach: Reach, *, tls: bool, proxies: bool, connections: int, connect_timeout_s: float) -> None:
        import aiohttp

        class Names(aiohttp.ThreadedResolver):
            async def resolve(self, host: str, *args: Any, **options: Any) -> Any:
                found = await super().resolve(host, *args, **options)
                for one in found:
                    reach.check(host, one["host"])
                return found

        tls_or_not = tls_context() if tls else True
        connector = aiohttp.TCPConnector(
            limit=connections, keepalive_timeout=KEEP_ALIVE_S, ssl=tls_or_not, resolver=Names()
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, connect=connect_timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        self._proxy_of = environment_proxy() if proxies else None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        from yarl import URL

        data: bytes | httpx.AsyncByteStream | httpx.SyncByteStream | None = None
        if "content-length" in request.headers:
            data = request.content if isinstance(request.stream, httpx.ByteStream) else request.stream
        try:
            address = URL(str(request.url), encoded=True)  # as it is: an encoded slash in an id must stay encoded
            if not 0 < (address.port or 0) < 65_536:
                raise ValueError("a port is a number below 65536")  # noqa: TRY301 - yarl leaves this one out
        except ValueError as error:
            raise bad_address(error) from error
        try:
            # Never retried for a POST: aiohttp does it for idempotent methods only, on a connection that was closed.
            response = await self._session.request(
                request.method,
                address,
                headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
                data=data,
                allow_redirects=False,
                proxy=self._proxy_of(request.url.scheme, request.url.host) if self._proxy_of else None,
            )
        except Exception as error:
            if isinstance(error.__cause__, PrivateAddress):
                raise error.__cause__ from None
            raise failure(error, str(request.url)) from error
        return httpx.Response(response.status, headers=response.raw_headers, stream=_AnswerStream(response))

    async def aclose(self) -> None:
        await self._session.close()


class _AnswerStream(httpx.AsyncByteStream):
    """The body of an answer as it arrives. Closed before its end, it closes the connection."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            if "Content-Encoding" not in self._response.headers:
                async for piece in self._response.content.iter_any():
                    yield piece
                return
            # Sent compressed although not asked for: a piece may grow a thousand times before anybody can bound it.
            async for piece in self._response.content.iter_chunked(_ENCODED_PIECE_BYTES):
                yield piece
        except Exception as error:
            raise failure(error, str(self._response.url)) from error

    async def aclose(self) -> None:
        self._response.close()
