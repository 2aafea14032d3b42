"""What is known of one finding code."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model import Move


@dataclass(frozen=True, slots=True)
class Code:
    """One finding code: whose move it is, what it means, how it is seen, what to do, and an example."""

    move: Move
    means: str
    seen: str
    do: str
    example: str
