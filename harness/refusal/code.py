"""What is known of one finding code."""

from __future__ import annotations

from msgspec import Struct

from harness.model import Move


class Code(Struct, frozen=True):
    """One finding code: whose move it is, what it means, how it is seen, what to do, and an example."""

    move: Move
    means: str
    seen: str
    do: str
    example: str
