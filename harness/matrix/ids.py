"""Ids of variants: the same on every machine, and when rows move."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import pairwise
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
        return _ordinal(digest, ordinal)

    def of_passing(self, text: str, copy: int) -> str:
        """The same for one of very many texts, each with its copies from 0 on, of which no other is the same text.

        It is not kept.
        """
        digest = sha256(text.encode()).hexdigest()
        return _ordinal(digest, self._counts.get(digest, 0) + 1 + copy)


def _ordinal(digest: str, ordinal: int) -> str:
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


def head_of(digest: str) -> int:
    """The first 16 hex digits of a digest, as `ids_of_heads` takes them: eight bytes in an array of type Q."""
    return int(digest[: 2 * _LENGTH], 16)


def ids_of_heads(heads: array[int]) -> Callable[[str], str]:
    """The ids of very many digests, of which only the heads are held: what `ids` gives, by the digest.

    (But for one chance in thousands at a million, when the second eight digits are not free either: then it is longer.)
    """
    heads = array("Q", sorted(heads))
    taken: set[str] = set()
    late: dict[int, str] = {}
    for before, head in pairwise(heads):
        if before >> 32 == head >> 32:
            part = f"{head & 0xFFFFFFFF:08x}"
            at = bisect_left(heads, int(part, 16) << 32)
            free = part not in taken and (at == len(heads) or heads[at] >> 32 != int(part, 16))
            late[head] = part if free else f"{head:016x}"
            taken.add(late[head])
    return lambda digest: f"v-{late.get(head_of(digest), digest[:_LENGTH])}"
