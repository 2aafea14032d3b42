"""Rows and CPU time of the covering arrays, beside covertable's from the same run, the bounds and the literature's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path

import pytest

from harness.matrix.covering import Model, cover

MODELS = Path(__file__).parent / "models"
SEEDS = (0, 1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A model with what is to be reached: rows, the literature's best, whether covertable ends in some minutes."""

    name: str
    counts: tuple[int, ...]
    strength: int = 2
    forbidden: tuple[Mapping[int, int], ...] = ()
    goal: int
    literature: str
    covertable: bool = True
    model: Model = field(init=False)

    def __post_init__(self) -> None:
        model = Model(counts=self.counts, strength=self.strength, forbidden=self.forbidden)
        object.__setattr__(self, "model", model)


def stored(name: str, *, goal: int, literature: str, strength: int = 2, covertable: bool = True) -> Case:
    """A model that lies in models/, which says where it comes from."""
    document = json.loads((MODELS / f"{name}.json").read_text(encoding="utf-8"))
    return Case(
        name=name if strength == 2 else f"{name}, t = {strength}",
        counts=tuple(document["counts"]),
        strength=strength,
        forbidden=tuple({int(factor): level for factor, level in rule.items()} for rule in document["forbidden"]),
        goal=goal,
        literature=literature,
        covertable=covertable,
    )


CASES = (
    Case(name="3^4", counts=(3,) * 4, goal=9, literature="9 (optimal)"),
    Case(name="3^13", counts=(3,) * 13, goal=15, literature="15"),
    Case(name="4^15 3^17 2^29", counts=(4,) * 15 + (3,) * 17 + (2,) * 29, goal=34, literature="28"),
    Case(name="4 3^39 2^35", counts=(4,) + (3,) * 39 + (2,) * 35, goal=24, literature="20"),
    Case(name="2^100", counts=(2,) * 100, goal=14, literature="10 (optimal)"),
    Case(name="10^20", counts=(10,) * 20, goal=197, literature="180"),
    Case(name="3^6, t = 3", counts=(3,) * 6, strength=3, goal=40, literature="33"),
    Case(name="4^6, t = 3", counts=(4,) * 6, strength=3, goal=64, literature="64 (optimal)"),
    Case(name="5^6, t = 3", counts=(5,) * 6, strength=3, goal=198, literature="125 (optimal)"),
    # What parameters of media APIs look like: a model, ratios, lengths, …; rules such as "this model has no sound".
    Case(
        name="t2v-9",
        counts=(4, 6, 4, 3, 3, 3, 2, 2, 3),
        forbidden=({0: 0, 6: 1}, {0: 1, 3: 2}, {2: 3, 3: 2}, {0: 3, 8: 2}, {5: 2, 7: 1}, {0: 2, 4: 2, 7: 0}),
        goal=24,
        literature="24 (bound 6 × 4)",
    ),
    Case(
        name="img-10",
        counts=(5, 10, 4, 4, 3, 3, 3, 2, 3, 2),
        forbidden=({0: 0, 1: 9}, {0: 1, 1: 8}, {0: 4, 2: 3}, {3: 3, 7: 1}, {4: 2, 5: 2}, {0: 2, 6: 2, 9: 1}),
        goal=48,
        literature="48 (bound 5 × 10 - 2)",
    ),
    Case(
        name="tts-6",
        counts=(3, 5, 4, 3, 2, 2),
        forbidden=({0: 2, 3: 2}, {0: 0, 4: 1, 5: 1}),
        goal=20,
        literature="20 (bound 5 × 4)",
    ),
    stored("spin-s", goal=19, literature="19"),
    stored("spin-v", goal=32, literature="31"),
    stored("bugzilla", goal=16, literature="16"),
    stored("gcc", goal=19, literature="16", covertable=False),
    stored("apache", goal=32, literature="30", covertable=False),
    stored("spin-s", strength=3, goal=85, literature="80"),
)


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    """The lines of the table; printed when all are there."""
    lines: list[str] = []
    yield lines
    print("\n| model | goal | rows (seeds 0, 1, 2) | bound | covertable | literature | CPU s | covertable CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(lines))


def feasible(case: Case) -> Callable[[Mapping[int, int]], bool]:
    """Whether a row can hold a combination: by trying, one rule after another. Shares nothing with the generator."""

    def possible(row: dict[int, int]) -> bool:
        broken = []
        for rule in case.forbidden:
            if any(row.get(factor, level) != level for factor, level in rule.items()):
                continue
            broken.append(rule)
            if rule.items() <= row.items():
                return False
        if not broken:
            return True
        factor = next(factor for factor in broken[0] if factor not in row)
        return any(possible({**row, factor: level}) for level in range(case.counts[factor]))

    return lambda combination: possible(dict(combination))


def check(case: Case, rows: tuple[tuple[int, ...], ...]) -> None:
    """Every combination that is possible is there; no row holds a forbidden one."""
    for row in rows:
        for rule in case.forbidden:
            assert any(row[factor] != level for factor, level in rule.items())
    can_be = feasible(case)
    ruled = {factor for rule in case.forbidden for factor in rule}
    for factors in combinations(range(len(case.counts)), case.strength):
        seen = {tuple(row[factor] for factor in factors) for row in rows}
        for levels in product(*(range(case.counts[factor]) for factor in factors)):
            if levels not in seen:
                assert ruled.intersection(factors)
                assert not can_be(dict(zip(factors, levels, strict=True)))


def covertable_rows(case: Case) -> int:
    """How many rows covertable's default construction has."""
    import covertable  # type: ignore[import-untyped]

    factors = {f"f{number}": list(range(count)) for number, count in enumerate(case.counts)}
    constraints = [
        {
            "operator": "or",
            "conditions": [{"operator": "ne", "left": f"f{factor}", "value": level} for factor, level in rule.items()],
        }
        for rule in case.forbidden
    ]
    return len(covertable.make(factors, strength=case.strength, constraints=constraints))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_and_time(case: Case, table: list[str]) -> None:
    results, seconds = [], []
    for seed in SEEDS:
        started_s = time.process_time()
        results.append(cover(case.model, seed=seed))
        seconds.append(time.process_time() - started_s)
        check(case, results[-1].rows)
    theirs, their_s = "> 200 s", ""
    counts = [len(result.rows) for result in results]
    if case.covertable:
        started_s = time.process_time()
        theirs = str(covertable_rows(case))
        their_s = f"{time.process_time() - started_s:.1f}"
        assert max(counts) <= int(theirs)
    rows = ", ".join(map(str, counts))
    line = f"{case.name} | {case.goal} | {rows} | {results[0].bound} | {theirs} | {case.literature}"
    table.append(f"| {line} | {max(seconds):.2f} | {their_s} |")
    print(table[-1])
    assert max(counts) <= case.goal
    assert max(seconds) <= (1 if len(case.counts) <= 12 else 100)
