from __future__ import annotations

import pytest

from harness.errors import UsageError
from harness.model import Expectation, Phrase, Source, Variant
from harness.plan import Selection, build, select


def variant(number: int, name: str, *, tags: tuple[str, ...] = (), expect: str = "works", **more: object) -> Variant:
    return Variant(
        id=f"v-{number:08x}",
        scenario="image_to_video",
        endpoint="image_to_video",
        name=name,
        source=Source(file="a.yaml", line=number),
        payload={"duration": number},
        tags=tags,
        expect=Expectation(kind=expect),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


ROWS = (
    variant(1, "ratio='720:1280'", tags=("smoke",)),
    variant(2, "duration=10"),
    variant(3, "With seed", tags=("smoke", "seed")),
    variant(4, "With watermark"),
    variant(5, "null seed", expect="rejected"),
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("watermark", [4]),
        ("SEED", [3, 5]),
        ("not seed", [1, 2, 4]),
        ("seed and not null", [3]),
        ("with seed", [3]),
        ('"with seed"', [3]),
        ("'null seed' or duration", [2, 5]),
        ("(ratio or duration) and not smoke", [2]),
        ("not (with or null)", [1, 2]),
        ("not not watermark", [4]),
        ("v-00000002", [2]),
        ("image_to_video", [1, 2, 3, 4, 5]),
        ("nothing-like-it", []),
    ],
)
def test_expression(expression: str, expected: list[int]) -> None:
    assert [row.payload["duration"] for row in select(ROWS, Selection(expression=expression))] == expected


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("and seed", 'found "and" where a word should stand'),
        ("seed or", "it ends where a word should stand"),
        ("(seed", 'a "(" has no ")"'),
        ("seed)", 'found ")" where the expression should end'),
        (")", 'a ")" has no "("'),
        ("not", "it ends where a word should stand"),
    ],
)
def test_expression_that_cannot_be_read(expression: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(ROWS, Selection(expression=expression))
    assert str(caught.value) == (
        f"-k {expression!r}: {what}.\n  Write words joined by and, or, not and parentheses: -k 'ratio and not seed'."
    )


def test_expression_too_long() -> None:
    with pytest.raises(UsageError, match="1001 characters"):
        select(ROWS, Selection(expression="x" * 1001))


def test_tags_and_only() -> None:
    assert [row.name for row in select(ROWS, Selection(tags=("seed",)))] == ["With seed"]
    assert [row.name for row in select(ROWS, Selection(tags=("smoke",), expression="ratio"))] == ["ratio='720:1280'"]
    assert [row.name for row in select(ROWS, Selection(only=("v-00000002", "v-00000004")))] == [
        "duration=10",
        "With watermark",
    ]


def test_only_takes_a_beginning_that_names_one() -> None:
    rows = (variant(0xAB000001, "a"), variant(0xAB000002, "b"), variant(0xCD000000, "c"))
    assert [row.name for row in select(rows, Selection(only=("v-cd",)))] == ["c"]
    with pytest.raises(UsageError) as caught:
        select(rows, Selection(only=("v-ab",)))
    assert str(caught.value) == ("--only v-ab: 2 variants begin so: v-ab000001, v-ab000002.\n  Write more of the id.")
    with pytest.raises(UsageError, match="no variant has the id"):
        select(rows, Selection(only=("v-ff",)))


def test_unknown_tag_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        select(ROWS, Selection(tags=("slow",)))
    assert str(caught.value) == '--tag slow: no variant has the tag "slow".\n  Known tags: seed, smoke.'


def test_refusals_first_then_cheap_then_dear_then_unknown() -> None:
    prices = {1: 50.0, 2: 25.0, 3: None, 4: 25.0, 5: 0.0}
    plan = build(ROWS, price=lambda row: prices[row.payload["duration"]], contract=lambda _row: "2026-11-22")
    assert [plan.variants[index].variant.payload["duration"] for index in plan.order] == [5, 2, 4, 1, 3]
    assert [item.credits for item in plan.variants] == [50.0, 25.0, None, 25.0, 0.0]
    assert plan.credits == 100.0


def test_another_contract_is_not_fired_and_says_why() -> None:
    rows = (variant(1, "a", contracts=("2025-10",)), variant(2, "b"))
    plan = build(rows, price=lambda _row: 5.0, contract=lambda _row: "2026-11-22")
    assert plan.order == (1,)
    assert plan.variants[0].skip == Phrase(
        key="skip.contract", params={"contracts": "2025-10", "contract": "2026-11-22"}
    )
    assert plan.credits == 5.0
