"""Which partial rows can be completed without a forbidden combination. Exact; written for the certificate alone.

The generator has a search of its own: what one of them gets wrong, the other must be able to see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

#: So many known rows vouch for what is possible; more would only cost memory.
_MOST_WITNESSES: Final = 2_000
#: So many choices of levels are gone through to count whole rows.
_MOST_COUNTED: Final = 200_000

#: A level of a factor.
_Level = tuple[int, int]


class Possible:
    """What rows can hold, given the numbers of levels and the combinations that no row may hold.

    Factors that no combination joins, not even over others, do not meet: each such part is searched by itself.
    """

    def __init__(self, counts: Sequence[int], forbidden: Iterable[Mapping[int, int]]) -> None:
        self._counts = tuple(counts)
        rules = _rules(self._counts, forbidden)
        self._parts = [_Part(self._counts, members, own) for members, own in _apart(rules)]
        self._part_of = {factor: number for number, part in enumerate(self._parts) for factor in part.factors}
        self._impossible = frozenset() in rules or not all(part.holds({}) for part in self._parts)
        self._numbers: dict[tuple[int, tuple[int, ...]], int] = {}

    @property
    def anything(self) -> bool:
        """False when no row is left at all."""
        return not self._impossible

    def vouch(self, rows: Iterable[tuple[int, ...]]) -> None:
        """Takes whole rows that hold nothing forbidden as proof that their parts are possible: saves searches."""
        for row in rows:
            for part in self._parts:
                part.remember(row)

    def breaks(self, row: Sequence[int]) -> bool:
        """True when the row holds a forbidden combination. A number below 0 is no level."""
        return self._impossible or any(part.breaks(row) for part in self._parts)

    def count(self, columns: tuple[int, ...]) -> int:
        """How many combinations of these factors' levels some row can hold."""
        if self._impossible:
            return 0
        found = 1
        for number, columns_in in self._split(columns).items():
            if number < 0:
                for factor in columns_in:
                    found *= self._counts[factor]
                continue
            key = (number, columns_in)
            if key not in self._numbers:
                self._numbers[key] = sum(1 for _ in self._parts[number].combinations(columns_in))
            found *= self._numbers[key]
        return found

    def combinations(self, columns: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """The combinations of these factors' levels that some row can hold, the last factor changing fastest."""
        split = {number: inside for number, inside in self._split(columns).items() if number >= 0}
        for levels in product(*(range(self._counts[factor]) for factor in columns)) if self.anything else ():
            chosen = dict(zip(columns, levels, strict=True))
            if all(
                self._parts[number].holds({factor: chosen[factor] for factor in inside})
                for number, inside in split.items()
            ):
                yield levels

    def projections(self, columns: tuple[int, ...]) -> Mapping[tuple[int, ...], int] | None:
        """Levels of these factors → how many whole rows hold them. None where that would take too long to count."""
        if self._impossible:
            return {}
        found: Counter[tuple[tuple[int, int], ...]] = Counter({(): 1})
        for part in self._parts:
            if prod(self._counts[factor] for factor in part.factors) > _MOST_COUNTED:
                return None
            found = _times(found, part.tally(columns))
        for factor, count in enumerate(self._counts):
            if factor not in self._part_of:
                wanted = factor in columns
                own: dict[tuple[tuple[int, int], ...], int] = {
                    ((factor, level),): 1 for level in range(count) if wanted
                }
                found = _times(found, own or {(): count})
            if len(found) > _MOST_COUNTED:
                return None
        return {tuple(dict(levels)[factor] for factor in columns): number for levels, number in found.items()}

    def _split(self, columns: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
        """The factors by the part that they belong to; under -1 those that no combination names."""
        found: dict[int, tuple[int, ...]] = {}
        for factor in columns:
            number = self._part_of.get(factor, -1)
            found[number] = (*found.get(number, ()), factor)
        return found


class _Part:
    """Factors that forbidden combinations join, and these combinations."""

    def __init__(self, counts: Sequence[int], factors: Sequence[int], rules: Sequence[frozenset[_Level]]) -> None:
        self.factors = tuple(factors)
        self._counts = counts
        self._rules = rules
        self._holders: dict[_Level, int] = {}
        self._witnesses = 0
        self._refuted: set[frozenset[_Level]] = set()

    def breaks(self, row: Sequence[int]) -> bool:
        return any(all(row[factor] == level for factor, level in rule) for rule in self._rules)

    def remember(self, row: Sequence[int]) -> None:
        if self._witnesses >= _MOST_WITNESSES:
            return
        bit = 1 << self._witnesses
        self._witnesses += 1
        for factor in self.factors:
            self._holders[factor, row[factor]] = self._holders.get((factor, row[factor]), 0) | bit

    def holds(self, chosen: Mapping[int, int]) -> bool:
        """True when a row can hold these levels."""
        seen = (1 << self._witnesses) - 1
        for level in chosen.items():
            seen &= self._holders.get(level, 0)
        if seen:
            return True
        key = frozenset(chosen.items())
        if key in self._refuted:
            return False
        domains = {
            factor: {chosen[factor]} if factor in chosen else set(range(self._counts[factor]))
            for factor in self.factors
        }
        found = _search(domains, self._rules)
        if found is None:
            self._refuted.add(key)
            return False
        row = [-1] * len(self._counts)
        for factor, levels in found.items():
            row[factor] = min(levels)
        self.remember(row)
        return True

    def tally(self, columns: Collection[int]) -> Counter[tuple[tuple[int, int], ...]]:
        """Levels of those of the factors that are in the part → how many choices of all of its levels hold them."""
        wanted = [(place, factor) for place, factor in enumerate(self.factors) if factor in columns]
        return Counter(
            tuple((factor, levels[place]) for place, factor in wanted) for levels in self.combinations(self.factors)
        )

    def combinations(self, columns: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Those of these factors' levels that a row can hold; a beginning that cannot be is not gone on with."""
        pending: list[tuple[int, ...]] = [()]
        while pending:
            levels = pending.pop()
            if levels and not self.holds(dict(zip(columns, levels, strict=False))):
                continue
            if len(levels) == len(columns):
                yield levels
            else:
                pending += [(*levels, level) for level in reversed(range(self._counts[columns[len(levels)]]))]


def _times(
    one: Mapping[tuple[tuple[int, int], ...], int], other: Mapping[tuple[tuple[int, int], ...], int]
) -> Counter[tuple[tuple[int, int], ...]]:
    return Counter({(*a, *b): first * second for a, first in one.items() for b, second in other.items()})


def _search(domains: Mapping[int, set[int]], rules: Sequence[frozenset[_Level]]) -> Mapping[int, set[int]] | None:
    """Domains of which every choice holds no rule, or None when there are none. Depth-first, without recursion."""
    pending = [(domains, rules)]
    while pending:
        before, left = pending.pop()
        current = {factor: set(levels) for factor, levels in before.items()}
        open_rules = _narrow(current, left)
        if open_rules is None:
            continue
        if not open_rules:
            return current
        # Every choice breaks or frees the shortest rule first: that is where a wrong turn shows soonest.
        factor, level = min(level for level in min(open_rules, key=len) if len(current[level[0]]) > 1)
        pending.append(({**current, factor: {level}}, open_rules))
        pending.append(({**current, factor: current[factor] - {level}}, open_rules))
    return None


def _narrow(domains: dict[int, set[int]], rules: Sequence[frozenset[_Level]]) -> list[frozenset[_Level]] | None:
    """Takes out of the domains what the rules leave no choice about; the rules still open, or None for a dead end."""
    changed = True
    while changed:
        changed = False
        still: list[frozenset[_Level]] = []
        for rule in rules:
            if any(level not in domains[factor] for factor, level in rule):
                continue
            undecided = [(factor, level) for factor, level in rule if len(domains[factor]) > 1]
            if not undecided:
                return None
            if len(undecided) == 1:
                factor, level = undecided[0]
                domains[factor].discard(level)
                changed = True
            else:
                still.append(rule)
        rules = still
    return list(rules)


def _rules(counts: Sequence[int], forbidden: Iterable[Mapping[int, int]]) -> list[frozenset[_Level]]:
    """The forbidden combinations, each once, without those that hold a level that there is not."""
    found = dict.fromkeys(frozenset(rule.items()) for rule in forbidden)
    return [rule for rule in found if all(0 <= level < counts[factor] for factor, level in rule)]


def _apart(rules: Iterable[frozenset[_Level]]) -> list[tuple[list[int], list[frozenset[_Level]]]]:
    """The factors of the rules in groups that no rule joins, each group with its rules."""
    group: dict[int, set[int]] = {}
    rules = [rule for rule in rules if rule]
    for rule in rules:
        joined: set[int] = set()
        for factor, _ in rule:
            joined |= group.get(factor, {factor})
        for factor in joined:
            group[factor] = joined
    parts: dict[int, tuple[list[int], list[frozenset[_Level]]]] = {}
    for rule in rules:
        members = group[next(iter(rule))[0]]
        parts.setdefault(min(members), (sorted(members), []))[1].append(rule)
    return [parts[first] for first in sorted(parts)]
