"""The classic locators, from one accepted row (the baseline): what ours is compared with.

Each takes "is the row with only these of its differing items refused?" and gives the items it holds responsible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from harness.diagnose.evidence import Items
from tests.bench.locate.judging import Case
from tests.bench.locate.planted import Sender

#: True when the baseline with these factors of the refused row is refused.
Test: TypeAlias = Callable[[frozenset[int]], bool]


def ofot(items: list[int], refused: Test) -> list[frozenset[int]]:
    """One factor at a time: those whose reset lets the row pass are the cause."""
    cause = frozenset(one for one in items if not refused(frozenset(items) - {one}))
    return [cause] if cause else []


def ddmin(items: list[int], refused: Test) -> list[frozenset[int]]:
    """Delta debugging (Zeller and Hildebrandt): halves, quarters and their complements."""
    kept, parts = items, 2
    while len(kept) > 1:
        size = -(-len(kept) // parts)
        chunks = [kept[start : start + size] for start in range(0, len(kept), size)]
        smaller = next((chunk for chunk in chunks if refused(frozenset(chunk))), None)
        if smaller is not None:
            kept, parts = smaller, 2
            continue
        rests = [[one for one in kept if one not in chunk] for chunk in chunks] if len(chunks) > 2 else []
        smaller = next((rest for rest in rests if refused(frozenset(rest))), None)
        if smaller is not None:
            kept, parts = smaller, max(parts - 1, 2)
        elif parts >= len(kept):
            break
        else:
            parts = min(len(kept), parts * 2)
    return [frozenset(kept)]


def fic_bs(items: list[int], refused: Test) -> list[frozenset[int]]:
    """FIC_BS (Zhang and Zhang): binary search for each member; then again without the causes found."""
    found: list[frozenset[int]] = []
    left = list(items)
    while left and refused(frozenset(left)):
        cause: frozenset[int] = frozenset()
        rest = list(left)
        while rest and not (cause and refused(cause)):
            low, high = 0, len(rest)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if refused(cause | set(rest[middle:])) else (low, middle)
            cause |= {rest[high - 1]}
            rest = rest[high:]
        found.append(cause)
        left = [one for one in left if one not in cause]
    return found


def quickxplain(items: list[int], refused: Test) -> list[frozenset[int]]:
    """QuickXplain (Junker 2004): divide and conquer for one minimal conflict."""

    def explain(background: frozenset[int], changed: bool, rest: list[int]) -> frozenset[int]:  # noqa: FBT001
        if changed and background and refused(background):
            return frozenset()
        if len(rest) == 1:
            return frozenset(rest)
        middle = len(rest) // 2
        first, second = rest[:middle], rest[middle:]
        late = explain(background | set(first), True, second)
        return late | explain(background | late, bool(late), first)

    return [explain(frozenset(), False, items)] if items else []


def from_baseline(
    method: Callable[[list[int], Test], list[frozenset[int]]],
) -> Callable[[Case, Sender], frozenset[Items]]:
    """The method as a locator. A row that was asked about before is not sent again."""

    def locate(case: Case, sender: Sender) -> frozenset[Items]:
        base, row = case.api.baseline, case.row
        items = [f for f, (own, usual) in enumerate(zip(row, base, strict=True)) if own != usual]
        known = {frozenset(items): True, frozenset[int](): False}

        def refused(kept: frozenset[int]) -> bool:
            if kept not in known:
                probe = tuple(row[f] if f in kept else level for f, level in enumerate(base))
                known[kept] = sender(probe).fate == "refused"
            return known[kept]

        return frozenset(tuple((f, row[f]) for f in sorted(cause)) for cause in method(items, refused))

    return locate


CLASSICS = {"OFOT": ofot, "ddmin": ddmin, "FIC_BS": fic_bs, "QuickXplain": quickxplain}
