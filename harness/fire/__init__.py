"""Firing: what sends variants, follows their tasks and records what happened. The only part with effects on the world.

The HTTP client is imported with `open_transport`, not before: who only reads a journal does not pay for it.
"""

from typing import TYPE_CHECKING, Any

from harness.fire.context import FireContext
from harness.fire.journal import TORN, Journal, read
from harness.fire.lifecycle import follow
from harness.fire.records import outcome_from_json, outcome_to_json
from harness.fire.runner import fire
from harness.fire.stopping import INTERRUPTED, Stop
from harness.fire.wire import Body, DownloadRefused, Exchange, Transport, encode

if TYPE_CHECKING:
    from harness.fire.transport import open_transport

__all__ = [
    "INTERRUPTED",
    "TORN",
    "Body",
    "DownloadRefused",
    "Exchange",
    "FireContext",
    "Journal",
    "Stop",
    "Transport",
    "encode",
    "fire",
    "follow",
    "open_transport",
    "outcome_from_json",
    "outcome_to_json",
    "read",
]


def __getattr__(name: str) -> Any:
    if name == "open_transport":
        from harness.fire.transport import open_transport

        return open_transport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
