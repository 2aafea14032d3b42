"""Ids of variants: the same on every machine, and when rows move.

An id hashes the payload. Variants that share a payload are told apart by name: another one above or below changes
nothing about them. What a scenario lists keeps its id whatever rows its matrix has.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple

_LENGTH: Final = 8


class Digest(NamedTuple):
    """What an id is made of. `payload` is the digest of the payload alone: the same for all that share it."""

    own: str
    payload: str


class Digests:
    """Digests of canonical texts, each of a variant of that name and its copies."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def of(self, text: str, name: str, copies: int = 1, *, alone: bool = True) -> list[Digest]:
        """One for each of the copies; no two with the same text and name.

        The text is all that counts where the variant is alone with it: not so is who comes after another of that text.
        """
        payload = sha256(text.encode()).hexdigest()
        own = payload if alone and payload not in self._given else _named(payload, name)
        self._given.add(payload)
        return [Digest(_copy(own, copy), _copy(payload, copy)) for copy in range(1, copies + 1)]

    def of_passing(self, text: str, name: str, copies: int = 1) -> list[Digest]:
        """The same for one of very many texts, all different. It is not kept."""
        payload = sha256(text.encode()).hexdigest()
        own = payload if payload not in self._given else _named(payload, name)
        return [Digest(_copy(own, copy), _copy(payload, copy)) for copy in range(1, copies + 1)]


def _named(digest: str, name: str) -> str:
    return sha256(f"{digest} {json.dumps(name)}".encode()).hexdigest()


def _copy(digest: str, number: int) -> str:
    return digest if number == 1 else sha256(f"{digest} {number}".encode()).hexdigest()


def id_of(digest: str) -> str:
    """The id of a digest, where no other one begins alike."""
    return f"v-{digest[:_LENGTH]}"


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
