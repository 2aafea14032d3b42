"""What was sent and what came of it, as abstract rows: the evidence that the localiser reasons from.

Rows are tuples of level indexes, one for each factor; nothing here knows an API. A refusal carries what was said, issue
by issue; an answer that says nothing about the payload (429, 5xx, a timeout) is transient and never evidence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

#: One index of a level for each factor.
Row: TypeAlias = tuple[int, ...]
#: (factor, level) pairs in the order of the factors: a cause, or a part of a row.
Items: TypeAlias = tuple[tuple[int, int], ...]
Fate: TypeAlias = Literal["accepted", "refused", "transient"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One issue of a refusal. `signature` is what makes two issues alike: status, code, path, message without values.

    `fields` are the factors that the text names, `allowed` the levels that it says a factor may take. Both are hearsay.
    """

    signature: str
    fields: frozenset[int] = frozenset()
    allowed: Mapping[int, frozenset[int]] = dataclasses.field(default_factory=dict, hash=False)


#: A refusal without a word.
SILENCE: Final = Said(signature="")


class Evidence(Struct, frozen=True, kw_only=True):
    """One row that was sent and its answer. `credits` is what it cost, None when that is only known from the price."""

    row: Row
    fate: Fate
    said: tuple[Said, ...] = ()
    credits: float | None = None

    @property
    def signatures(self) -> frozenset[str]:
        """The signatures of all issues; one empty one for a refusal without a word."""
        return frozenset(said.signature for said in self.said) or frozenset({""})


class Space(Struct, frozen=True, kw_only=True):
    """The factors: how many there are, and which levels stand for a key left out or null (`odd`: factor → levels)."""

    factors: int
    odd: Mapping[int, frozenset[int]] = field(default_factory=dict)


class History:
    """Every answer so far. A row that was ever accepted counts as accepted: its refusals were spurious."""

    def __init__(self, space: Space, evidence: Iterable[Evidence] = ()) -> None:
        self.space = space
        #: Accepted rows in the order in which they were first accepted.
        self.accepted: dict[Row, None] = {}
        #: Rows that were only ever refused, with their refusals.
        self.refused: dict[Row, list[Evidence]] = {}
        #: How often a row was both accepted and refused.
        self.contradictions = 0
        self._sent: set[Row] = set()
        self._holders: list[dict[int, int]] = [{} for _ in range(space.factors)]
        self._refusers: list[dict[int, int]] = [{} for _ in range(space.factors)]
        self._refusals = 0
        for item in evidence:
            self.add(item)

    def add(self, item: Evidence) -> None:
        """Takes an answer in. A transient one only marks the row as sent."""
        row = item.row
        self._sent.add(row)
        if item.fate == "transient":
            return
        if item.fate == "refused":
            if row in self.accepted:
                self.contradictions += 1
            else:
                if row not in self.refused:
                    _mark(self._refusers, row, self._refusals)
                    self._refusals += 1
                self.refused.setdefault(row, []).append(item)
        elif row not in self.accepted:
            self.contradictions += len(self.refused.pop(row, ()))
            _mark(self._holders, row, len(self.accepted))
            self.accepted[row] = None

    def sent(self, row: Row) -> bool:
        """True when the row was sent before, whatever came of it."""
        return row in self._sent

    def counts(self) -> list[int]:
        """How many levels each factor was seen to have."""
        return [len({*held, *others}) for held, others in zip(self._holders, self._refusers, strict=True)]

    def holders(self, row: Row) -> list[int]:
        """For each item of the row the accepted rows that hold it, as bits."""
        return [held.get(level, 0) for held, level in zip(self._holders, row, strict=True)]

    def refusers(self, row: Row) -> list[int]:
        """For each item of the row the refused rows that hold it, as bits."""
        return [held.get(level, 0) for held, level in zip(self._refusers, row, strict=True)]


def _mark(holders: list[dict[int, int]], row: Row, place: int) -> None:
    for held, level in zip(holders, row, strict=True):
        held[level] = held.get(level, 0) | 1 << place


def agreement(one: Row, other: Row) -> int:
    """The factors on which two rows agree, as bits.

    >>> agreement((0, 1, 2), (0, 2, 2))
    5
    """
    return sum(1 << factor for factor, (a, b) in enumerate(zip(one, other, strict=True)) if a == b)


def items_of(row: Row, mask: int) -> Items:
    """The items of a row on the factors of a mask.

    >>> items_of((7, 8, 9), 0b101)
    ((0, 7), (2, 9))
    """
    return tuple((factor, level) for factor, level in enumerate(row) if mask >> factor & 1)


def holds(row: Row, items: Items) -> bool:
    """True when the row has all the items."""
    return all(row[factor] == level for factor, level in items)
