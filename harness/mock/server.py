"""The mock on a real socket: uvicorn in front of the app, one log line a request, connections that break on purpose.

How a fault breaks a connection (`_Front`): an app that returns
- without having begun an answer: the client sees a reset (RST; nothing of an answer);
- with an answer begun and not completed: the client gets what was sent, then the end of the connection.
uvicorn would send its own 500 in the first case, so the transport of each connection is put into the ASGI scope
(`scope["state"]`), where `_Front` finds it, and the app sees that there is a wire.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import os
import signal
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from harness.clock import Clock, real_clock, wall_s
from harness.errors import EnvironmentProblem
from harness.mock.app import MockApp
from harness.mock.delivery import TRANSPORT
from harness.mock.lines import Exchange, Lines
from harness.mock.wire import Message, Receive, Scope, Send
from harness.words import known, text, together, told

Log: TypeAlias = Callable[[str], None]

#: Longer than clients wait between polls: a connection that is closed under a create costs the client a second task.
KEEP_ALIVE_S: Final = 75
#: Connections that wait to be taken: more than anybody opens at once.
BACKLOG: Final = 2048
_GRACE_S: Final = 1
_STARTING_S: Final = 10.0
#: SO_LINGER on, for 0 seconds: closing sends a reset.
_RESET: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a client is told instead
_ENDS: Final = (signal.SIGINT, signal.SIGTERM)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. EnvironmentProblem says why there is none."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            text, fix = told("env.port.taken", port=port, host=host), told("env.port.taken.fix")
        elif isinstance(error, OSError) and error.errno == errno.EACCES:
            text, fix = told("env.port.forbidden", port=port, host=host), told("env.port.forbidden.fix")
        else:
            text, fix = told("env.host", host=host, why=_why(error)), told("env.host.fix")
        raise EnvironmentProblem(text, fix) from None


def _why(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return told("env.host.name")
    if isinstance(error, socket.gaierror) or not error.errno:
        return error.strerror or str(error)
    return known("system", os.strerror(error.errno))


def base_url(listening: socket.socket) -> str:
    """What a client on this machine calls the socket."""
    host, port = listening.getsockname()[:2]
    host = _ANY.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(listening: socket.socket) -> bool:
    """True when only this machine reaches the socket."""
    return ipaddress.ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def serve(
    app: MockApp,
    listening: socket.socket,
    *,
    lines: Lines,
    log: Log | None,
    problem: Log,
) -> None:
    """Serves until SIGINT or SIGTERM. In the main thread.

    `log` gets a line for each request (None: nobody wants them), `problem` what went wrong in the server itself.
    """
    server = _Server(_Front(app, lines=lines, log=log, problem=problem), problem=problem)

    def end(*_: object) -> None:
        server.should_exit = True

    # uvicorn hands a signal on to whom it belonged before, once it has ended: a program would die of it then.
    before = {number: signal.signal(number, end) for number in _ENDS}
    try:
        server.run(sockets=[listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def serving(
    app: MockApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: Clock | None = None,
    log: Log | None = None,
    problem: Log | None = None,
) -> Iterator[str]:
    """The base URL of the app, served from a thread as long as the context is open: for tests.

    `clock` tells the times of the lines that go to `log`. Raises EnvironmentProblem when the address cannot be had
    and, unless somebody hears each `problem`, at the end for what went wrong in the server.
    """
    listening = listen(host, port)
    problems: list[str] = []
    problem = problem or problems.append
    started = threading.Event()
    lines = Lines(app.provider.profile, clock or real_clock())
    front = _Front(app, lines=lines, log=log, problem=problem)
    server = _Server(front, problem=problem, ready=started.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="mock", daemon=True)
    thread.start()
    try:
        if not started.wait(_STARTING_S):
            raise EnvironmentProblem(told("env.not_started", seconds=f"{_STARTING_S:g}"))
        yield base_url(listening)
    finally:
        server.should_exit = True
        thread.join(_STARTING_S)
        listening.close()
    if problems:
        raise EnvironmentProblem(together(problems))


class _Server(uvicorn.Server):
    """uvicorn, set up for the mock. Its own words go to `problem`, none of them while it ends."""

    def __init__(self, front: _Front, *, problem: Log, ready: Callable[[], None] = lambda: None) -> None:
        self._ready = ready
        handler = {"()": lambda: _Problems(lambda text: None if self.should_exit else problem(text))}
        super().__init__(
            uvicorn.Config(
                front,
                http=_Connection,
                loop="asyncio",
                ws="none",
                lifespan="off",
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
                log_config={
                    "version": 1,
                    "disable_existing_loggers": False,
                    "handlers": {"problems": handler},
                    "loggers": {"uvicorn": {"handlers": ["problems"], "level": "WARNING", "propagate": False}},
                },
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and says so."""
        await super().startup(sockets)
        self._ready()


class _Connection(H11Protocol):
    """uvicorn's connection; its transport stands in the scope of each of its requests."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        super().connection_made(transport)
        # asyncio does this only for sockets made with a protocol number. Without it head and body of an answer, two
        # writes, wait for each other: 40 ms a request.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class _Problems(logging.Handler):
    """What uvicorn logs, as lines."""

    def __init__(self, tell: Log) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """One record; an error of the app has been told already."""
        if record.exc_info is None:
            self._tell(record.getMessage().strip())


class _Front:
    """The app as the server sees it: logged, its errors told, and what it did not answer broken off."""

    def __init__(self, app: MockApp, *, lines: Lines, log: Log | None, problem: Log) -> None:
        self._app = app
        self._lines = lines
        self._log = log
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        exchange = Exchange(scope)
        started_s = wall_s()

        def tell(*, gone: bool = False) -> None:
            if self._log is not None:
                self._log(self._lines.line(exchange, wall_s() - started_s, gone=gone))

        async def watched(message: Message) -> None:
            exchange.saw(message)
            if exchange.complete:
                tell()  # the line stands there before the client has the whole answer
            await send(message)

        transport: asyncio.Transport | None = scope.get("state", {}).get(TRANSPORT)
        try:
            await self._app(scope, receive, watched)
        except asyncio.CancelledError:  # the server ends, and waits no longer for this one
            if transport is not None:
                _reset(transport)
            return
        except Exception:
            trace = self._lines.safe(traceback.format_exc())
            self._problem(text("served.bug", self._lines.lang, request=self._lines.name(scope), trace=trace))
            raise
        if exchange.complete:
            return
        gone = transport is not None and transport.is_closing()
        tell(gone=gone)
        if transport is not None and not gone:
            await _break_off(transport, receive, reset=not exchange.started)


async def _break_off(transport: asyncio.Transport, receive: Receive, *, reset: bool) -> None:
    """Ends a connection, and waits until it has: uvicorn answers in the app's stead as long as it is open."""
    if reset:
        _reset(transport)
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


def _reset(transport: asyncio.Transport) -> None:
    connection: Any = transport.get_extra_info("socket")
    if not transport.is_closing() and connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()
