"""Answers that do not arrive as they should: cut off, slow, never, or with the connection reset under them.

Behind a server that speaks over an asyncio transport (uvicorn) they happen on the wire itself. The transport is looked
for in two places: in `scope["extensions"][TRANSPORT]`, where a server or a wrapper around the app may put it, else in
`send.__self__.transport`, where uvicorn has it (so whoever wraps `send` must pass the transport on in the scope).
Elsewhere (httpx.ASGITransport) the nearest thing happens:

| trouble | on a socket | in process |
|---|---|---|
| reset | RST, and not a byte of the answer | `ConnectionLost` is raised into the client |
| cut | the stated length, half of the bytes, then the connection is closed | half of the bytes, and no error |
| silent | nothing, until the client hangs up or an hour has passed; then as reset | the same, on the mock's clock |
| slow | the bytes in ten pieces, two seconds before each | the same wait, and the bytes at once |

Seconds are those of the mock's clock. A silent answer holds its request for as long as the client waits: a server that
shuts down must not wait for it (uvicorn: `timeout_graceful_shutdown`).
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import Any, Final, Protocol

from harness.clock import Clock
from harness.errors import TransportError
from harness.mock.wire import Message, Receive, Response, Scope, Send, start_of

#: The name under which a server hands its asyncio transport to the app, in `scope["extensions"]`.
TRANSPORT: Final = "harness.transport"
SILENCE_S: Final = 3600.0
PIECES: Final = 10
PAUSE_S: Final = 2.0
#: SO_LINGER on and 0 seconds: closing sends RST instead of FIN. Windows has two 16-bit fields there.
_NO_LINGER: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class ConnectionLost(TransportError, ConnectionResetError):
    """What a client in the same process gets for a connection that breaks: no answer, whatever became of the request.

    It is the harness's own error of an exchange, and for everybody else a ConnectionResetError.
    """


class Connection(Protocol):
    """The part of an asyncio transport that is needed here."""

    def abort(self) -> None:
        """Closes at once; what is not sent yet is lost."""

    def close(self) -> None:
        """Closes once everything is sent."""

    def get_extra_info(self, name: str) -> Any:
        """The socket, for "socket"."""


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send, clock: Clock) -> None:
    """Sends an answer that has a trouble. Raises ConnectionLost in process, where the client is to hear nothing."""
    connection = _connection(scope, send)
    if response.trouble == "slow":
        await _slowly(response, send, clock)
    elif response.trouble == "cut":
        await _cut(response, receive, send, connection)
    elif response.trouble == "reset" or not await _hung_up(receive, clock):
        await _reset(receive, connection)


def _connection(scope: Scope, send: Send) -> Connection | None:
    extensions = scope.get("extensions") or {}
    found: Connection | None = extensions.get(TRANSPORT) or getattr(getattr(send, "__self__", None), "transport", None)
    return found


async def _reset(receive: Receive, connection: Connection | None) -> None:
    if connection is None:
        text = "The mock closed the connection before its answer was complete."
        raise ConnectionLost("NETWORK.RESET", text, sent=True)
    under: socket.socket | None = connection.get_extra_info("socket")
    if under is not None:
        under.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    connection.abort()
    await _gone(receive)


async def _cut(response: Response, receive: Receive, send: Send, connection: Connection | None) -> None:
    half = response.body[: len(response.body) // 2]
    await send(start_of(response))
    await send({"type": "http.response.body", "body": half, "more_body": connection is not None})
    if connection is not None:
        connection.close()
        await _gone(receive)


async def _slowly(response: Response, send: Send, clock: Clock) -> None:
    body = response.body
    step = max(-(-len(body) // PIECES), 1)
    await send(start_of(response))
    for start in range(0, PIECES * step, step):
        await clock.sleep(PAUSE_S)
        more = start + step < PIECES * step
        message: Message = {"type": "http.response.body", "body": body[start : start + step], "more_body": more}
        await send(message)


async def _hung_up(receive: Receive, clock: Clock) -> bool:
    """Waits until the client hangs up: True; or until it has waited long enough."""
    gone = asyncio.ensure_future(_gone(receive))
    nap = asyncio.ensure_future(clock.sleep(SILENCE_S))
    try:
        done, _ = await asyncio.wait({gone, nap}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiting in (gone, nap):
            waiting.cancel()
        await asyncio.gather(gone, nap, return_exceptions=True)
    return gone in done


async def _gone(receive: Receive) -> None:
    """Returns when the connection is closed: a server that is told nothing would answer for the app."""
    while (await receive())["type"] != "http.disconnect":
        pass
