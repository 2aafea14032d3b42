"""A server for benchmarks: answers every create at once; a task ends so many seconds later. Prints its port.

usage: server.py [SECONDS]      (default 0: every poll finds an ended task)

As little as asyncio allows, so that what is measured is the client. It reads a request's length and nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from typing import Final

_RUNNING: Final = b'{"id":"%s","status":"RUNNING"}'
_SUCCEEDED: Final = b'{"id":"%s","status":"SUCCEEDED","output":["http://127.0.0.1/none"],"cost":{"credits":1}}'


class Answering(asyncio.Protocol):
    """One connection: requests in, answers out, in their order."""

    numbers = itertools.count(1)
    takes_s = 0.0
    ends_s: dict[bytes, float] = {}  # noqa: RUF012 - one server, one process

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
            task = b"00000000-0000-4000-8000-%012d" % next(self.numbers)
            body = b'{"id":"%s"}' % task
            if self.takes_s:
                self.ends_s[task] = time.monotonic() + self.takes_s
        else:
            task = path.rsplit(b"/", 1)[-1]
            running = self.takes_s and time.monotonic() < self.ends_s.get(task, 0.0)
            body = (_RUNNING if running else _SUCCEEDED) % task
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        )


async def main() -> None:
    Answering.takes_s = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent closes our input


if __name__ == "__main__":
    asyncio.run(main())
