"""Very many rows: made one after the other, with the ids that they have when all are held."""

from __future__ import annotations

import tracemalloc
from array import array
from hashlib import sha256
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.matrix import expand_all, stream
from harness.matrix.ids import head_of, ids, ids_of_heads
from harness.plan import Selection, sample, select, selects
from harness.scenario import LoadSettings, Scenario, load

SMALL = """
name: some
provider: runway
endpoint: image_to_video
repeat: 2
baseline: {model: gen4_turbo, promptImage: https://example.com/cat.jpg, ratio: 1280:720, duration: 5}
variants: [as it is, {name: again, set: {}}, {name: long, set: {duration: 10}}]
matrix:
  strength: all
  factors: {ratio: [1280:720, 720:1280], duration: [5, 10], seed: [{$absent: true}, 0, 1]}
  exclude: [{ratio: 720:1280, seed: 1}]
  invalid: {seed: [null, "7"]}
"""
MILLION = """
name: many
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: https://example.com/cat.jpg, ratio: 1280:720, duration: 5}
matrix:
  strength: all
  contract_rules: false
  factors:
""" + "".join(f"    digit{place}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" for place in range(6))


def scenarios(folder: Path, text: str) -> tuple[Scenario, ...]:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return load([file], LoadSettings(cwd=folder))


def test_a_stream_gives_what_is_held_otherwise(tmp_path: Path) -> None:
    some = scenarios(tmp_path, SMALL)
    held = expand_all(some)
    assert [one.id for one in stream(some)] == [one.id for one in held]
    assert [(one.payload, one.levels, one.row, one.expect) for one in stream(some)] == [
        (one.payload, one.levels, one.row, one.expect) for one in held
    ]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12, unique=True))
def test_ids_of_heads_are_those_of_the_digests(parts: list[tuple[int, int]]) -> None:
    # Beginnings that are shared more often than chance would have it.
    digests = [
        f"{first:08x}{second + 8:08x}{sha256(bytes([first, second])).hexdigest()[16:]}" for first, second in parts
    ]
    id_of = ids_of_heads(array("Q", map(head_of, digests)))
    streamed = [id_of(digest) for digest in digests]
    assert len(set(streamed)) == len(digests)
    for ours, plain in zip(streamed, ids(digests), strict=True):
        assert ours == plain or len(ours) == len("v-") + 16, "only where the next eight digits are not free either"


@pytest.mark.thorough
def test_a_million_rows_are_gone_through_without_being_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = scenarios(tmp_path, MILLION)
    assert many[0].most_variants == 1_000_000
    monkeypatch.setattr("harness.matrix.choosing._Product.__iter__", _first_rows)
    tracemalloc.start()
    try:
        count = sum(1 for _ in stream(many))
        peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak_mb < 3, "eight bytes each, and some forty while they are sorted"


def _first_rows(self: Any) -> Any:
    return islice(product(*map(range, self._space.counts)), 20_000)


def test_a_sample_is_the_same_each_time_and_keeps_the_order(tmp_path: Path) -> None:
    variants = expand_all(scenarios(tmp_path, SMALL))
    drawn = sample(variants, 5, seed=1)
    assert drawn == sample(iter(variants), 5, seed=1)
    assert [variants.index(one) for one in drawn] == sorted(variants.index(one) for one in drawn)
    assert len(drawn) == 5
    assert drawn != sample(variants, 5, seed=2)
    assert sample(variants, 1000, seed=1) == variants


def test_one_by_one_the_same_are_selected(tmp_path: Path) -> None:
    variants = expand_all(scenarios(tmp_path, SMALL))
    for selection in (Selection(), Selection(expression="ratio and not seed"), Selection(only=[variants[3].id])):
        assert tuple(filter(selects(selection), variants)) == select(variants, selection)
