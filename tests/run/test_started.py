"""What a run was asked for survives the journal, and what must be said anew is not in it."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.model import PlannedVariant, RunPlan, Until, replace
from harness.plan import Selection
from harness.redact import Redactor
from harness.run.prepare import prepare
from harness.run.settings import Prepared, RunSettings
from harness.run.started import CHUNK, LEFT_OUT, read_asked, start_events

SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, ratio: 720:1280, duration: 5}
variants: [as it is, {name: long, set: {duration: 10}}]
"""
KEY = "key_" + "0123456789abcdef" * 8


@pytest.fixture
def settings(tmp_path: Path) -> RunSettings:
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    return RunSettings(
        paths=(tmp_path / "one.yaml",),
        cwd=tmp_path,
        env={"RUNWAYML_API_SECRET": KEY},
        selection=Selection(expression="long or as", tags=(), only=()),
        base_url="http://127.0.0.1:1",
        env_file=None,
        max_credits=80.5,
        until=Until.FINISHED,
        jobs=7,
        max_failures=3,
        poll_every_s=0.25,
        download=False,
        seed=9,
        reports=tmp_path / "reports",
        report_names=("json=-",),
    )


def written(prepared: Prepared) -> list[dict[str, Any]]:
    lines = [Redactor([KEY]).line(event) for event in start_events(prepared, "r")]
    return [json.loads(line) for line in lines]


@pytest.fixture
def prepared(settings: RunSettings) -> Prepared:
    return prepare(replace(settings, report_names=()))


def test_round_trip(settings: RunSettings, prepared: Prepared, tmp_path: Path) -> None:
    asked = read_asked(written(replace(prepared, settings=settings)), tmp_path)
    kept = {item.name: getattr(settings, item.name) for item in fields(RunSettings) if item.name not in LEFT_OUT}
    assert {name: getattr(asked.settings, name) for name in kept} == kept
    assert (asked.live, asked.mock, dict(asked.targets)) == (False, False, {"runway": "http://127.0.0.1:1"})
    assert asked.variants == {"one.yaml": [item.variant.id for item in prepared.plan.variants]}


def test_a_shard_knows_its_place_again(settings: RunSettings, tmp_path: Path) -> None:
    settings = replace(settings, report_names=(), shard="2/2")
    prepared = prepare(settings)
    assert prepared.shard is not None
    assert prepared.shard.positions in {(0,), (1,)}
    assert read_asked(written(prepared), tmp_path).shard == prepared.shard
    assert read_asked(written(prepare(replace(settings, shard=None))), tmp_path).shard is None


def test_never_the_key_nor_consent(prepared: Prepared) -> None:
    told = json.dumps(written(prepared))
    assert KEY not in told
    assert written(prepared)[0]["settings"].keys().isdisjoint({"env", "allow_code", "live"})


def test_ten_thousand_ids_survive_the_redactor(prepared: Prepared, tmp_path: Path) -> None:
    one = prepared.plan.variants[0]
    many = tuple(
        PlannedVariant(variant=replace(one.variant, id=f"v-{number:08x}"), credits=1.0) for number in range(10_000)
    )
    events = written(replace(prepared, plan=RunPlan(variants=many, order=range(10_000))))
    assert [len(event["ids"]) for event in events[1:]] == [CHUNK, CHUNK, 10_000 - 2 * CHUNK]
    assert read_asked(events, tmp_path).variants["one.yaml"] == [item.variant.id for item in many]


def test_a_run_that_broke_off_before_all_was_written(prepared: Prepared) -> None:
    with pytest.raises(UsageError) as error:
        read_asked(written(prepared)[:1], Path("r"))
    assert error.value.text == "r: this run broke off before anything was sent: there is nothing to go on with."


@pytest.mark.parametrize(
    ("name", "value"),
    [("jobs", "many"), ("jobs", True), ("paths", "a"), ("until", "never"), ("selection", {}), ("cwd", None)],
)
def test_a_journal_that_was_changed(prepared: Prepared, name: str, value: Any) -> None:
    events = written(prepared)
    events[0]["settings"][name] = value
    with pytest.raises(UsageError, match=r"^r: the first events of the journal cannot be read \("):
        read_asked(events, Path("r"))


@pytest.mark.parametrize("events", [[], [{"event": "run.started"}], [{"event": "poll"}]], ids=["none", "old", "other"])
def test_a_journal_that_does_not_say(events: list[dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match="does not say what this run was asked for"):
        read_asked(events, Path("r"))
