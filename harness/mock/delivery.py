"""Answers that do not arrive as they should: cut off, slow, never, or with the connection reset under them.

On a real socket they happen on the wire. A server says that it can do that by putting the connection's asyncio
transport into `scope["state"][TRANSPORT]`, as `harness.mock.server` does. It promises that an app that returns
- without having begun its answer, gets the connection reset (RST, not a byte of an answer);
- with an answer begun and not completed, gets it closed after what was sent.
Without that promise there is no wire (httpx.ASGITransport), and the nearest thing happens:

| trouble | on a socket | in process |
|---|---|---|
| reset | the connection is reset | `ConnectionLost` is raised into the client |
| cut | the stated length, half of the bytes, the connection is closed | half of the bytes, and no error |
| silent | nothing, until the client hangs up or an hour has passed; then as reset | the same, on the mock's clock |
| slow | the bytes in ten pieces, two seconds before each | the same wait, and the bytes at once |

Seconds are those of the mock's clock. A silent answer holds its request for as long as the client waits: a server that
shuts down must cancel it.
"""

from __future__ import annotations

import asyncio
from typing import Final

from harness.clock import Clock
from harness.errors import TransportError
from harness.mock.wire import Receive, Response, Scope, Send, start_of

#: The name under which a server keeps the connection's transport, in `scope["state"]`.
TRANSPORT: Final = "harness.transport"
SILENCE_S: Final = 3600.0
PIECES: Final = 10
PAUSE_S: Final = 2.0


class ConnectionLost(TransportError, ConnectionResetError):
    """What a client in the same process gets for a connection that breaks: no answer, whatever became of the request.

    It is the harness's own error of an exchange, and for everybody else a ConnectionResetError.
    """


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send, clock: Clock) -> None:
    """Sends an answer that has a trouble. Raises ConnectionLost in process, where the client is to hear nothing."""
    wired = TRANSPORT in (scope.get("state") or {})
    if response.trouble == "slow":
        await _slowly(response, send, clock)
    elif response.trouble == "cut":
        half = response.body[: len(response.body) // 2]
        await send(start_of(response))
        await send({"type": "http.response.body", "body": half, "more_body": wired})
    elif (response.trouble == "reset" or not await _hung_up(receive, clock)) and not wired:
        text = "The mock closed the connection before its answer was complete."
        raise ConnectionLost("NETWORK.RESET", text, sent=True)


async def _slowly(response: Response, send: Send, clock: Clock) -> None:
    body = response.body
    step = max(-(-len(body) // PIECES), 1)
    await send(start_of(response))
    for start in range(0, PIECES * step, step):
        await clock.sleep(PAUSE_S)
        more = start + step < PIECES * step
        await send({"type": "http.response.body", "body": body[start : start + step], "more_body": more})


async def _hung_up(receive: Receive, clock: Clock) -> bool:
    """Waits until the client hangs up: True; or until it has waited long enough."""
    gone = asyncio.ensure_future(_gone(receive))
    nap = asyncio.ensure_future(clock.sleep(SILENCE_S))
    try:
        done, _ = await asyncio.wait({gone, nap}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        nap.cancel()
        await asyncio.gather(gone, nap, return_exceptions=True)
    return gone in done


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
