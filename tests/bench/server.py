"""A server for benchmarks: answers every create at once and every poll with an ended task. Prints its port.

As little as asyncio allows, so that what is measured is the client. It reads a request's length and nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from typing import Final

_SUCCEEDED: Final = b'{"id":"%s","status":"SUCCEEDED","output":["http://127.0.0.1/none"],"cost":{"credits":1}}'


class Answering(asyncio.Protocol):
    """One connection: requests in, answers out, in their order."""

    numbers = itertools.count(1)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._seen = b""

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(b"\r\n\r\n")) >= 0:
            head = self._seen[:end]
            length = 0
            at = head.lower().find(b"content-length:")
            if at >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self._seen) < end + 4 + length:
                return
            self._seen = self._seen[end + 4 + length :]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        method, path, _ = head.split(b" ", 2)
        if method == b"POST":
            body = b'{"id":"00000000-0000-4000-8000-%012d"}' % next(self.numbers)
        else:
            body = _SUCCEEDED % path.rsplit(b"/", 1)[-1]
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        )


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent closes our input


if __name__ == "__main__":
    asyncio.run(main())
