"""Repeats of one payload that fare differently are flaky, and told apart."""

from __future__ import annotations

import pytest

from harness.model import Judgement, PlannedVariant, RunPlan, Source, Variant, Verdict
from harness.run.repeats import uneven

PAYLOAD = {"prompt": "hello"}


def variant(name: str, payload: dict[str, str]) -> Variant:
    source = Source(file="one.yaml", line=1)
    return Variant(id=f"v-{name}", scenario="waving", endpoint="make", name=name, source=source, payload=payload)


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ("pass fail pass", "one (2 / 3)"),
        ("pass pass pass", None),
        ("fail fail fail", None),
        ("pass inconclusive pass", None),
        ("fail error pass", "one (1 / 2)"),
    ],
)
def test_what_passed_and_failed_is_flaky(verdicts: str, told: str | None) -> None:
    names = ["one", "one (2)", "one (3)"]
    variants = [variant(name, PAYLOAD) for name in names]
    variants.append(variant("other", dict(PAYLOAD)))
    plan = RunPlan(variants=[PlannedVariant(variant=each, credits=1) for each in variants], order=(0, 1, 2, 3))
    judged = {
        f"v-{name}": Judgement(variant_id=f"v-{name}", verdict=Verdict(verdict))
        for name, verdict in zip(names, verdicts.split(), strict=True)
    }
    notes = uneven(plan, judged)
    assert [note.params["variants"] for note in notes] == ([] if told is None else [told])


def test_nothing_judged_is_nothing_told() -> None:
    assert uneven(RunPlan(variants=[], order=()), {}) == ()
