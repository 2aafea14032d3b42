"""Synthetic APIs with planted rules: what a locator is judged against.

k = 6-14 factors of 2-10 levels, some of them a key left out or null; 1-4 rules (an excluded value, null, a missing key,
"a needs b", two- and three-way combinations), validators that stop at the first issue or list one stage at a time, and
texts that name the culprit, one of several, or nobody.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.diagnose.evidence import Evidence, Items, Row, Said, Space, holds
from harness.model import replace

KINDS = ("enum", "null", "required", "requires", "pair", "triple")
SHARES = (25, 10, 10, 15, 30, 10)
SIZES = (2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A combination that the API refuses, and what it says then."""

    items: Items
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One planted API. `staged`: lists all issues of its first failing stage; else the first issue only."""

    counts: tuple[int, ...]
    odd: dict[int, frozenset[int]]
    baseline: Row
    rules: tuple[Rule, ...]
    staged: bool

    @property
    def space(self) -> Space:
        return Space(factors=len(self.counts), odd=self.odd)

    def broken(self, row: Row) -> list[Rule]:
        return [rule for rule in self.rules if holds(row, rule.items)]

    def truth(self, row: Row) -> frozenset[Items]:
        """The smallest refused combinations that the row holds."""
        found = {frozenset(rule.items) for rule in self.broken(row)}
        return frozenset(tuple(sorted(one)) for one in found if not any(other < one for other in found))

    def causes(self) -> frozenset[Items]:
        """All the smallest refused combinations."""
        found = {frozenset(rule.items) for rule in self.rules}
        return frozenset(tuple(sorted(one)) for one in found if not any(other < one for other in found))

    def answer(self, row: Row) -> Evidence:
        broken = self.broken(row)
        if not broken:
            return Evidence(row=row, fate="accepted")
        if not self.staged:
            return Evidence(row=row, fate="refused", said=(broken[0].said,))
        first = [rule for rule in broken if len(rule.items) == 1] or broken
        return Evidence(row=row, fate="refused", said=tuple(dict.fromkeys(rule.said for rule in first)))

    def opaque(self) -> Api:
        """The same rules; every refusal says the same."""
        said = Said(signature="400 invalid")
        return replace(self, rules=tuple(replace(rule, said=said) for rule in self.rules))


class Sender:
    """Answers rows; one in `1 / spurious` requests is refused without a reason, in the words of any rule or none."""

    def __init__(self, api: Api, *, spurious: float = 0.0, rng: random.Random | None = None) -> None:
        self.api, self.spurious, self.rng = api, spurious, rng or random.Random(0)
        self.sent: list[Evidence] = []

    def __call__(self, row: Row) -> Evidence:
        answer = self.api.answer(row)
        if self.spurious and self.rng.random() < self.spurious:
            words = [rule.said for rule in self.api.rules]
            said = self.rng.choice([*words, *[Said(signature="400 invalid")] * max(1, len(words))])
            answer = Evidence(row=row, fate="refused", said=(said,))
        self.sent.append(answer)
        return answer


def plant(seed: int, *, rules: int | None = None, kinds: Sequence[str] = (), factors: int | None = None) -> Api:
    """A planted API: the same seed gives the same one on every machine."""
    rng = random.Random(f"planted {seed}")
    while True:
        api = _try(rng, rules, kinds, factors)
        if api is not None:
            return api


def _try(rng: random.Random, number: int | None, kinds: Sequence[str], factors: int | None) -> Api | None:
    k = factors or rng.randint(6, 14)
    counts = tuple(rng.choice(SIZES) for _ in range(k))
    absent = {f: counts[f] - 1 for f in range(k) if rng.random() < 0.5}
    null = {f: counts[f] - 2 for f in range(k) if counts[f] > 2 and rng.random() < 0.3}
    odd = {f: frozenset({*([absent[f]] if f in absent else []), *([null[f]] if f in null else [])}) for f in range(k)}
    baseline = tuple(absent[f] if f in absent and rng.random() < 0.25 else 0 for f in range(k))
    wanted = list(kinds) or rng.choices(KINDS, SHARES, k=number or rng.randint(1, 4))
    found: list[Items] = []
    for kind in wanted:
        items = _combination(rng, kind, counts, baseline, absent, null)
        if items is None or holds(baseline, items) or any(set(items) <= set(o) or set(o) <= set(items) for o in found):
            return None
        found.append(items)
    staged = rng.random() < 0.5
    said = [_said(rng, number, items, counts) for number, items in enumerate(found)]
    api = Api(
        counts=counts,
        odd={f: levels for f, levels in odd.items() if levels},
        baseline=baseline,
        rules=tuple(Rule(items=items, said=one) for items, one in zip(found, said, strict=True)),
        staged=staged,
    )
    return api if all(_can_be(api, part) for items in found for part in combinations(items, len(items) - 1)) else None


def _combination(
    rng: random.Random, kind: str, counts: Sequence[int], baseline: Row, absent: dict[int, int], null: dict[int, int]
) -> Items | None:
    k = len(counts)
    special = {"null": null, "required": absent, "requires": absent}.get(kind)
    if special is not None and not special:
        return None
    if kind == "enum":
        factor = rng.randrange(k)
        level = rng.randrange(counts[factor])
        plain = level not in {absent.get(factor), null.get(factor), baseline[factor]}
        return ((factor, level),) if plain else None
    if kind in {"null", "required"}:
        assert special is not None
        factor = rng.choice(sorted(special))
        return ((factor, special[factor]),)
    if kind == "requires":
        needed = rng.choice(sorted(absent))
        factor = rng.choice([f for f in range(k) if f != needed])
        level = rng.randrange(counts[factor])
        return tuple(sorted([(factor, level), (needed, absent[needed])])) if level != absent.get(factor) else None
    size = {"pair": 2, "triple": 3, "four": 4, "five": 5}[kind]
    return tuple((factor, rng.randrange(counts[factor])) for factor in sorted(rng.sample(range(k), size)))


def _said(rng: random.Random, number: int, items: Items, counts: Sequence[int]) -> Said:
    style = rng.choices(("all", "one", "nobody"), (40, 30, 30))[0]
    if style == "nobody":
        return Said(signature="400 invalid")
    factors = [factor for factor, _ in items]
    named = factors if style == "all" else [rng.choice(factors)]
    signature = f"400 {named} {'rule' if rng.random() < 0.5 else number}"
    if len(items) == 1 and rng.random() < 0.4:
        factor, level = items[0]
        stated = frozenset(range(counts[factor])) - {level}
        return Said(signature=signature, fields=frozenset(named), allowed={factor: stated})
    return Said(signature=signature, fields=frozenset(named))


def _can_be(api: Api, part: Iterable[tuple[int, int]]) -> bool:
    """True when some accepted row holds the part (looked for in random completions of it, then of the baseline)."""
    rng = random.Random(1)
    for _ in range(300):
        row = [level if rng.random() < 0.6 else rng.randrange(api.counts[f]) for f, level in enumerate(api.baseline)]
        for factor, level in part:
            row[factor] = level
        if not api.broken(tuple(row)):
            return True
    return False


def pairwise(
    counts: Sequence[int],
    *,
    rng: random.Random,
    first: Iterable[Row] = (),
    forbidden: Sequence[Items] = (),
    done: Iterable[Row] = (),
) -> list[Row]:
    """Rows that hold every pair of levels that is not in `done`: greedy, no polish. `first` stand at the start."""
    k = len(counts)
    missing = {
        ((a, x), (b, y)) for a, b in combinations(range(k), 2) for x in range(counts[a]) for y in range(counts[b])
    }
    rows = list(first)
    for row in [*rows, *done]:
        missing.difference_update(combinations(enumerate(row), 2))
    order = sorted(missing)
    rng.shuffle(order)
    for pair in order:
        if pair not in missing:
            continue
        best: tuple[int, Row] | None = None
        for _ in range(12):
            made = _complete(counts, dict(pair), missing, rng, forbidden)
            if made is not None:
                gain = sum(one in missing for one in combinations(enumerate(made), 2))
                best = max(best or (0, made), (gain, made))
        missing.discard(pair)
        if best is not None:
            rows.append(best[1])
            missing.difference_update(combinations(enumerate(best[1]), 2))
    return rows


def _complete(
    counts: Sequence[int],
    row: dict[int, int],
    missing: set[tuple[tuple[int, int], tuple[int, int]]],
    rng: random.Random,
    forbidden: Sequence[Items],
) -> Row | None:
    if any(all(row.get(f) == level for f, level in items) for items in forbidden):
        return None
    rest = [f for f in range(len(counts)) if f not in row]
    rng.shuffle(rest)
    for factor in rest:
        gains: list[tuple[int, float, int]] = []
        for level in range(counts[factor]):
            row[factor] = level
            if not any(all(row.get(f) == held for f, held in items) for items in forbidden):
                gain = sum(
                    tuple(sorted(((factor, level), item))) in missing for item in row.items() if item[0] != factor
                )
                gains.append((gain, rng.random(), level))
        if not gains:
            return None
        row[factor] = max(gains)[2]
    return tuple(row[f] for f in range(len(counts)))
