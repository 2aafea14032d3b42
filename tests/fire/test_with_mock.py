"""Firing at the real mock, in the same process and on simulated time."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.clock import run, virtual_clock, wall_s
from harness.fire import FireContext, Journal, fire, open_transport, outcome_from_json, read
from harness.media import Measured
from harness.mock import create_app
from harness.model import Json, Outcome, PlannedVariant, RunPlan, Source, TaskState, Until, Variant
from harness.provider import load
from harness.redact import Redactor

BASE = "http://mock.invalid"
KEY = "key_" + "0" * 128
GOOD = {"model": "gen4_turbo", "promptImage": "https://example.com/a.jpg", "ratio": "720:1280", "duration": 5}
VARIANTS: dict[str, Json] = {
    "good": GOOD,
    "longer": {**GOOD, "duration": 10},
    "watermark": {**GOOD, "watermark": False},
    "aspect ratio": {**GOOD, "ratio": "9:16"},
    "null seed": {**GOOD, "seed": None},
    "hyphen": {**GOOD, "model": "gen4-turbo"},
}


def fired(folder: Path, *, until: Until = Until.FINISHED, seed: int = 0) -> tuple[dict[str, Outcome], float]:
    """The outcomes by name, and the simulated seconds."""
    clock = virtual_clock(datetime(2026, 11, 22, 10, 15, tzinfo=UTC))  # links say in whole seconds when they expire
    provider = load("runway", base=Path())
    folder.mkdir()
    fixed: Json = {"scenario": "s", "endpoint": "image_to_video", "source": Source(file="s")}
    items = tuple(
        PlannedVariant(variant=Variant(id=f"v-{number}", name=name, payload=body, **fixed), credits=25)
        for number, (name, body) in enumerate(VARIANTS.items())
    )

    async def main() -> tuple[Outcome, ...]:
        app = create_app(provider, clock=clock, seed=seed, media=False)
        async with open_transport(BASE, asgi=app) as transport:
            journal = Journal(folder, clock, Redactor([KEY]))
            ctx = FireContext(
                provider=provider,
                transport=transport,
                clock=clock,
                rng=random.Random(seed),
                journal=journal,
                redactor=Redactor([KEY]),
                base_url=BASE,
                key=KEY,
                until=until,
                folder=folder,
                measure=lambda _: Measured(kind="video"),
            )
            outcomes = await fire(RunPlan(variants=items, order=range(6)), ctx=ctx, jobs=3, on_outcome=lambda _: None)
            await journal.close()
        return outcomes

    outcomes = run(main(), clock)
    return {item.variant.name: outcome for item, outcome in zip(items, outcomes, strict=True)}, clock.now()


def test_the_main_job(tmp_path: Path) -> None:
    before = wall_s()
    outcomes, simulated_s = fired(tmp_path / "run", until=Until.VERIFIED)
    assert {name: outcome.task_state for name, outcome in outcomes.items()} == {
        **dict.fromkeys(["good", "longer", "watermark"], TaskState.SUCCEEDED),
        **dict.fromkeys(["aspect ratio", "null seed", "hyphen"]),
    }
    assert [outcomes[name].http_status for name in ("aspect ratio", "null seed", "hyphen")] == [400, 400, 400]
    assert [outcomes[name].charged_credits for name in ("good", "longer")] == [25, 50]
    for name in ("good", "longer", "watermark"):
        outcome = outcomes[name]
        (output,) = outcome.outputs
        assert (tmp_path / "run" / (output.file or "")).stat().st_size == output.size_bytes
        assert outcome.problem is None
        assert outcome.polls >= 2
        assert outcome.total_s == pytest.approx((outcome.queued_s or 0) + (outcome.running_s or 0))
    assert 20 < simulated_s < 300
    assert wall_s() - before < 5


def test_a_run_can_be_told_again_from_its_journal(tmp_path: Path) -> None:
    outcomes, _ = fired(tmp_path / "run")
    told = [outcome_from_json(event["outcome"]) for event in read(tmp_path / "run") if event["event"] == "outcome"]
    by_id = {outcome.variant_id: outcome for outcome in outcomes.values()}
    assert len(told) == 6
    for outcome in told:
        known = by_id[outcome.variant_id]
        assert outcome.task_id == known.task_id
        assert outcome.response == known.response
        # Signed addresses are cut in what is written.
        assert [output.url.partition("?")[0] for output in outcome.outputs] == [
            output.url.partition("?")[0] for output in known.outputs
        ]


def test_the_same_seed_makes_the_same_run(tmp_path: Path) -> None:
    first, simulated_s = fired(tmp_path / "one", seed=3)
    assert fired(tmp_path / "two", seed=3) == (first, simulated_s)
    assert fired(tmp_path / "three", seed=4)[1] != simulated_s


def test_until_accepted_cancels_what_has_not_begun(tmp_path: Path) -> None:
    outcomes, simulated_s = fired(tmp_path / "run", until=Until.ACCEPTED)
    assert simulated_s == 0
    assert outcomes["good"].task_state is TaskState.CANCELLED
    assert outcomes["good"].task_id is not None
    statuses = [event["status"] for event in read(tmp_path / "run") if event["event"] == "cancel"]
    assert statuses == [204, 204, 204]
