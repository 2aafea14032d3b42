from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations, islice, product
from pathlib import Path

import pytest

from harness.matrix import expand
from harness.matrix.choosing import Chosen, choose
from harness.matrix.prices import pricer
from harness.matrix.rows import Row, excluded
from harness.matrix.space import MatrixSpace, space
from harness.scenario import LoadSettings, MatrixSpec, Scenario, load

Load = Callable[..., Scenario]
ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "scenarios" / "runway" / "image_to_video_matrix.yaml"


def parts(scenario: Scenario) -> tuple[MatrixSpec, MatrixSpace, Chosen]:
    spanned = space(scenario)
    assert spanned is not None
    assert scenario.matrix is not None
    return scenario.matrix, spanned, choose(scenario, scenario.matrix, spanned, polish=False)


def tuples(row: Row, strength: int) -> set[tuple[tuple[int, int], ...]]:
    return set(combinations(enumerate(row), strength))


def shipped(folder: Path, *, kept: str | None = None, ratio: str = "{$contract: all}") -> Scenario:
    """The shipped matrix, in a folder of its own."""
    text = SHIPPED.read_text(encoding="utf-8").replace("ratio: {$contract: all}", f"ratio: {ratio}")
    file = folder / SHIPPED.name
    file.write_text(text, encoding="utf-8")
    if kept is not None:
        file.with_name(f"{SHIPPED.stem}.rows.json").write_text(kept, encoding="utf-8")
    (one,) = load([file], LoadSettings(cwd=folder))
    return one


def test_every_pair_that_can_be_is_there(scenario: Load) -> None:
    text = (
        "matrix:\n  strength: 2\n  factors:\n    model: [gen4_turbo, veo3.1, gen4.5]\n"
        "    ratio: [720:1280, 960:960, 1080:1920]\n    duration: [5, 8]\n    seed: [{$absent: true}, 1]\n"
        "  groups: [{factors: [model, ratio, seed], strength: 3}]\n  exclude: [{seed: 1, duration: 5}]\n"
    )
    _, spanned, chosen = parts(scenario(text))
    rows = list(chosen.rows)
    possible = [row for row in product(*map(range, spanned.counts)) if not excluded(row, spanned.forbidden)]
    assert set(rows) <= set(possible)
    for strength, factors in ((2, range(4)), (3, (0, 1, 3))):
        wanted = {one for row in possible for one in tuples(row, strength) if {f for f, _ in one} <= set(factors)}
        assert wanted <= {one for row in rows for one in tuples(row, strength)}
    assert (chosen.product, chosen.kept, chosen.dropped) == (36, 0, 0)
    assert chosen.bound is not None
    assert chosen.bound <= len(rows) < len(possible)


def test_variants_carry_their_rows(scenario: Load) -> None:
    factors = "factors: {duration: [10, 5], seed: [{$absent: true}, 0, 3]}"
    text = f"variants: [a]\nmatrix:\n  {factors}\n  include: [{{seed: 9}}]\n"
    variants = expand(scenario(text))
    assert [variant.row is None for variant in variants] == [True, False, False, False, True]
    for variant in variants:
        if variant.row is not None:
            assert variant.payload["duration"] == (10, 5)[variant.row[0]]
            assert variant.payload.get("seed") == (None, 0, 3)[variant.row[1]]


def test_dear_levels_ride_together(scenario: Load) -> None:
    """gen4_turbo costs 5 credits a second, veo3.1 40: one row of each strength-1 matrix is dear, the others cheap."""
    text = "matrix:\n  factors:\n    model: [gen4_turbo, veo3.1]\n    seed: [1, 2, 3, 4, 5]\n    duration: [8]\n"
    read = scenario(text)
    matrix, _, chosen = parts(read)
    price = pricer(read, matrix)
    assert price is not None
    assert sorted(map(price, chosen.rows)) == [40, 40, 40, 40, 320]


def test_a_price_that_nobody_knows(scenario: Load) -> None:
    read = scenario("matrix: {factors: {model: [klingO3_4k, gen4_turbo], duration: [5, 10]}}\n")
    assert read.matrix is not None
    price = pricer(read, read.matrix)
    assert price is not None
    assert [price(row) for row in ((1, 0), (1, 1), (0, 0))] == [25, 50, 25]  # the dearest that is known beside it
    unknown = scenario("matrix: {factors: {model: [klingO3_4k]}}\n")
    assert unknown.matrix is not None
    assert pricer(unknown, unknown.matrix) is None


def test_a_level_of_the_contract_may_be_left_without_a_row(scenario: Load) -> None:
    """Who takes all levels from the contract may exclude one of them; who writes one out and excludes it is wrong."""
    text = "matrix:\n  factors: {duration: {$contract: boundary}, seed: [1, 2]}\n  exclude: [{duration: 10}]\n"
    assert [variant.levels.get("duration") for variant in expand(scenario(text))].count(10) == 0


def test_the_full_product_is_never_held(scenario: Load) -> None:
    digits = "".join(f"    d{place}: [0, 1, 2, 3, 4, 5, 6, 7]\n" for place in range(5))
    _, _, chosen = parts(scenario(f"matrix:\n  strength: all\n  factors:\n{digits}  exclude: [{{d0: 0, d4: 0}}]\n"))
    assert list(islice(chosen.rows, 2)) == [(0, 0, 0, 0, 1), (0, 0, 0, 0, 2)]
    assert list(islice(chosen.rows, 1)) == [(0, 0, 0, 0, 1)]


def rows_file(scenario: Scenario, rows: list[Row]) -> str:
    spanned = space(scenario)
    assert spanned is not None
    named = [
        {
            name: spanned.levels[place][level]
            for place, (name, level) in enumerate(zip(spanned.factors, row, strict=True))
        }
        for row in rows
    ]
    return json.dumps({"format_version": 1, "scenario": scenario.name, "strength": 2, "rows": named})


@pytest.mark.thorough
def test_one_ratio_more_in_the_shipped_matrix(tmp_path: Path) -> None:
    """Every old row keeps its id; the kept ones come first and unchanged, and only new pairs bring new rows."""
    first = shipped(tmp_path)
    _, spanned, chosen = parts(first)
    old = list(chosen.rows)
    ids = [variant.id for variant in expand(first, polish=False)]
    ratio = spanned.levels[spanned.factors.index("ratio")]
    added = '["' + '", "'.join((*(level for level in ratio if isinstance(level, str)), "1:2")) + '", {$absent: true}]'
    kept = rows_file(first, old)

    grown = shipped(tmp_path, kept=kept, ratio=added)
    matrix, spanned, chosen = parts(grown)
    variants = expand(grown, polish=False)
    assert [variant.id for variant in variants][: len(ids)] == ids
    assert (chosen.kept, chosen.dropped) == (len(old), 0)
    fresh = list(chosen.rows)[len(old) :]
    new = spanned.labels[spanned.factors.index("ratio")].index("ratio=1:2")
    assert fresh
    assert all(row[spanned.factors.index("ratio")] == new for row in fresh)
    others = [count for factor, count in zip(matrix.factors, spanned.counts, strict=True) if factor.name != "ratio"]
    assert len(fresh) <= max(others)
