"""What the mock draws for a task before anything happens: its id, and how long it waits and renders.

Draws hang on (seed, route, body, ordinal of that body), never on the order in which different bodies arrive. How long a
render takes is invented (captures: a few seconds for an image, about 30 s for a clip of 5 s): it is a seeded draw from
`PACES`, growing with the seconds of output.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

Kind = Literal["video", "image", "audio"]


class Pace(Struct, frozen=True, kw_only=True):
    """Bounds of the seeded draw, in seconds: waiting, work before the first frame, work per second of output."""

    queue_s: tuple[float, float]
    base_s: tuple[float, float]
    per_second_s: tuple[float, float]


PACES: Final[Mapping[Kind, Pace]] = {
    "video": Pace(queue_s=(1.0, 6.0), base_s=(6.0, 14.0), per_second_s=(1.5, 4.0)),
    "image": Pace(queue_s=(0.5, 3.0), base_s=(4.0, 16.0), per_second_s=(0.0, 0.0)),
    "audio": Pace(queue_s=(0.5, 2.0), base_s=(1.5, 5.0), per_second_s=(0.1, 0.4)),
}


class Identity(Struct, frozen=True, kw_only=True):
    """What is drawn for a body before anything happens: its id and three fractions (0 to 1)."""

    id: str
    queue: float
    base: float
    speed: float


def draw(seed: int, route: str, digest: bytes, ordinal: int) -> Identity:
    """What is drawn for the `ordinal`-th body of that digest: the same arguments, the same draw, on every machine."""
    key = f"{seed}\n{route}\n{ordinal}\n".encode() + digest
    bits = hashlib.blake2b(key, digest_size=40).digest()
    fractions = [int.from_bytes(bits[start : start + 8], "big") / 2**64 for start in (16, 24, 32)]
    return Identity(id=_uuid4(bits[:16].hex()), queue=fractions[0], base=fractions[1], speed=fractions[2])


def _uuid4(digits: str) -> str:
    """32 hexadecimal digits as a random UUID writes them; the `uuid` module would cost 3 ms of start-up.

    >>> _uuid4("0123456789abcdef0123456789abcdef")
    '01234567-89ab-4def-8123-456789abcdef'
    """
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def times(identity: Identity, kind: Kind, output_s: float) -> tuple[float, float]:
    """Seconds in the queue and seconds of rendering for `output_s` seconds of output."""
    pace = PACES[kind]
    queue_s = _between(pace.queue_s, identity.queue)
    render_s = _between(pace.base_s, identity.base) + output_s * _between(pace.per_second_s, identity.speed)
    return queue_s, render_s


def _between(bounds: tuple[float, float], fraction: float) -> float:
    low, high = bounds
    return low + (high - low) * fraction
