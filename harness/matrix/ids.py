"""Ids of variants: the same on every machine, and when rows move."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

_LENGTH: Final = 8


class Digests:
    """Digests of canonical texts. The second of two equal texts hashes its ordinal, too."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def of(self, text: str) -> str:
        """The digest of a text, different from all that were given before."""
        digest = sha256(text.encode()).hexdigest()
        ordinal = self._counts[digest] = self._counts.get(digest, 0) + 1
        return digest if ordinal == 1 else sha256(f"{digest} {ordinal}".encode()).hexdigest()


def ids(digests: Sequence[str]) -> list[str]:
    """`v-` and 8 hex digits of each digest, all different; the digests are.

    Where two digests begin with the same 8 digits (one chance in a hundred among 10,000), the smaller one has them, and
    the other has the next 8 of its own that are free. That hangs on the digests alone, not on their order.
    """
    short = [digest[:_LENGTH] for digest in digests]
    if len(set(short)) < len(short):
        owners: dict[str, str] = {}
        late = [digest for digest in sorted(digests) if owners.setdefault(digest[:_LENGTH], digest) != digest]
        named = {digest: part for part, digest in owners.items()}
        for digest in late:
            parts = (digest[start : start + _LENGTH] for start in range(_LENGTH, len(digest), _LENGTH))
            named[digest] = next((part for part in parts if part not in owners), digest)
            owners[named[digest]] = digest
        short = [named[digest] for digest in digests]
    return [f"v-{part}" for part in short]
