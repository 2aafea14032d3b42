"""One part of a run in n: which variants it fires, and what a merge needs to put the parts together again.

The selection comes first, then it is cut: dear variants are dealt first, each to the part that costs least so far, so
that every machine cuts alike, and alike dear parts come of it. Repeats of one payload stay together: whether they made
the same is told by the run that has them. A part may be empty; it is then a run that fires nothing, not all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.model import JsonObject, Phrase, Variant
from harness.run.budget import price_of
from harness.run.settings import RunSettings, Shard
from harness.run.started import digest
from harness.scenario import Scenario
from harness.words import told

#: Why a variant of another part is no part of the plan.
REASON: Final = "other shard"


@dataclass(slots=True)
class _Part:
    credits: float = 0.0
    variants: int = 0


def cut(
    settings: RunSettings, scenarios: Mapping[str, Scenario], chosen: Sequence[Variant]
) -> tuple[Sequence[Variant], tuple[tuple[Variant, str], ...], Shard]:
    """The variants of this run's shard in their order, the others with the reason, and the shard."""
    index, count = numbers(settings.shard or "1/1")
    groups: dict[int, list[int]] = {}
    for position, variant in enumerate(chosen):
        groups.setdefault(id(variant.payload), []).append(position)  # repeats share one payload
    priced = []
    for several in groups.values():
        one = chosen[several[0]]
        price = price_of(scenarios[one.scenario].provider, one)
        price = (settings.assume_credits or 0.0) if price is None else price
        priced.append((-price * len(several), min(chosen[position].id for position in several), several))
    parts = [_Part() for _ in range(count)]
    mine: list[int] = []
    for cost, _, several in sorted(priced):
        number = min(range(count), key=lambda each: (parts[each].credits, parts[each].variants, each))
        parts[number].credits -= cost
        parts[number].variants += len(several)
        if number == index - 1:
            mine += several
    positions = tuple(sorted(mine))
    kept = set(positions)
    others = tuple((variant, REASON) for position, variant in enumerate(chosen) if position not in kept)
    shard = Shard(
        index=index,
        count=count,
        variants=len(chosen),
        hash=_hash(settings, scenarios, chosen),
        positions=positions,
        scenarios=tuple(dict.fromkeys(variant.scenario for variant in chosen)),
    )
    return [chosen[position] for position in positions], others, shard


def numbers(text: str) -> tuple[int, int]:
    """Index and count of `2/4`. Raises ValueError that says what was expected.

    >>> numbers("2/4")
    (2, 4)
    """
    parts = text.strip().split("/")
    if len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        index, count = map(int, parts)
        if 1 <= index <= count <= 1000:
            return index, count
    raise ValueError(told("expected.shard"))


def note(shard: Shard) -> Phrase:
    """What a shard's report says of it."""
    facts = {"index": shard.index, "count": shard.count, "variants": len(shard.positions), "all": shard.variants}
    return Phrase(key="note.shard", params={name: str(value) for name, value in facts.items()})


def _hash(settings: RunSettings, scenarios: Mapping[str, Scenario], chosen: Sequence[Variant]) -> str:
    """Of the whole selection and the files that it comes from: parts of different ones do not fit together."""
    files = {scenarios[variant.scenario].source.file for variant in chosen}
    what: JsonObject = {
        "variants": [variant.id for variant in chosen],
        "files": {file: digest(settings.cwd / file) for file in sorted(files)},
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
