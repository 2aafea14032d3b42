from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.errors import BudgetError, UsageError
from harness.run.prepare import prepare
from harness.run.settings import Prepared, RunSettings

SCENARIO = """\
name: clip
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, ratio: 720:1280, duration: 5}
variants: [plain]
matrix:
  strength: 1
  factors: {seed: [1, 2], duration: [5, 10]}
"""

Prepare = Callable[..., Prepared]


@pytest.fixture
def prepared(tmp_path: Path) -> Prepare:
    def go(scenario: str = SCENARIO, **settings: object) -> Prepared:
        (tmp_path / "clip.yaml").write_text(scenario)
        values: Mapping[str, object] = {
            "paths": (tmp_path / "clip.yaml",),
            "cwd": tmp_path,
            "reports": tmp_path / "reports",
            **settings,
        }
        return prepare(RunSettings(**values))  # type: ignore[arg-type]  # the tests' own values

    return go


def planned(ready: Prepared) -> list[float | None]:
    return [item.credits for item in ready.plan.variants]


def test_without_a_budget_everything_is_fired(prepared: Prepare) -> None:
    assert planned(prepared()) == planned(prepared(budget_rows=2)) == planned(prepared(fit=True, max_credits=100))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"budget_rows": 1}, [25, 25]),
        ({"budget_rows": 0}, [25]),
        ({"fit": True, "max_credits": 99.0}, [25, 25]),
        ({"fit": True, "max_credits": 75.0}, [25, 25]),
        ({"fit": True, "max_credits": 49.0}, [25]),
        ({"fit": True, "max_credits": 10.0}, [25]),  # what stands by itself is fired, or refused where it is too dear
        ({"max_credits": 10.0}, [25, 25, 50]),  # without --fit nothing is chosen: on a live target this is refused
    ],
)
def test_what_fits(settings: Mapping[str, object], expected: list[float], prepared: Prepare) -> None:
    ready = prepared(**settings)
    assert sorted(price or 0 for price in planned(ready)) == expected
    assert {reason for _, reason in ready.left_out} <= {"budget"}
    assert len(ready.left_out) == 3 - len(expected)
    assert [note.params for note in ready.notes if note.key == "note.left_out"] == (
        [{"count": str(3 - len(expected))}] if len(expected) < 3 else []
    )


def test_the_budget_of_the_scenario_counts_too(prepared: Prepare) -> None:
    assert planned(prepared(SCENARIO + "budget: {credits: 60}\n", fit=True)) == [25, 25]


def test_mistakes(prepared: Prepare) -> None:
    with pytest.raises(UsageError, match="--fit: there is no budget that the rows could fit"):
        prepared(fit=True)
    unknown = SCENARIO.replace("[5, 10]", '["5", 10]').replace("strength: 1", "strength: 1\n  contract_rules: false")
    with pytest.raises(BudgetError, match="No price is known for "):
        prepared(unknown, fit=True, max_credits=30.0)
    assert len(prepared(unknown, fit=True, max_credits=30.0, assume_credits=5.0).plan.variants) == 2


@pytest.mark.parametrize("latest", ["", "{", '{"format_version": 1}'])
def test_a_last_run_that_cannot_be_read_changes_nothing(latest: str, prepared: Prepare, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "latest"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(latest)
    assert planned(prepared(budget_rows=1)) == [25, 25]
