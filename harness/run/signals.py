"""Signals of a run: the first SIGINT or SIGTERM ends it in order, the second one ends the program at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from harness.fire.stopping import Stop

_ENDS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts(stop: Stop) -> Iterator[None]:
    """Within it the first signal interrupts `stop`; the second one, of either sort, is a KeyboardInterrupt.

    So the program says a word and ends with the exit code of an interrupt, 130, whoever wanted it to end.
    """
    loop = asyncio.get_running_loop()

    def first() -> None:
        for number in _ENDS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.default_int_handler)
        stop.interrupt()

    with ExitStack() as undo:
        for number in _ENDS:
            before = signal.getsignal(number)
            try:
                loop.add_signal_handler(number, first)
            except (NotImplementedError, RuntimeError, ValueError):  # Windows; a thread that is not the main one
                continue
            undo.callback(signal.signal, number, before)
            undo.callback(loop.remove_signal_handler, number)
        yield
