"""The budget of a session is dealt with its variants: what all workers together may spend is what one might."""

import io
import tarfile
from pathlib import Path

import pytest

from harness.errors import BudgetError, EnvironmentProblem
from harness.matrix import expand_all
from harness.model import Variant, replace
from harness.pytest_plugin.gathering import unpack
from harness.pytest_plugin.sharing import pack, share
from harness.run.settings import Prepared, RunSettings
from harness.scenario import LoadSettings, Scenario, load

KEY = {"RUNWAYML_API_SECRET": "key_" + "1" * 128}

TWO = """\
name: {name}
provider: runway
endpoint: text_to_image
budget: {{credits: {credits}}}
baseline: {{model: gen4_image, promptText: A lighthouse, ratio: 1280:720}}
variants:
  - {{name: a, set: {{seed: 1}}}}
  - {{name: b, set: {{seed: 2}}}}
  - {{name: c, set: {{seed: 3}}}}
  - {{name: d, set: {{seed: null}}, expect: rejected}}
"""


def loaded(tmp_path: Path, credits_: int) -> tuple[tuple[Scenario, ...], tuple[Variant, ...]]:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(TWO.format(name=name, credits=credits_), encoding="utf-8")
    scenarios = load([tmp_path / "one.yaml", tmp_path / "two.yaml"], LoadSettings(cwd=tmp_path))
    return scenarios, expand_all(scenarios)


def dealt(
    tmp_path: Path, count: int, max_credits: float, *, of_scenario: int = 1000, live: bool = True
) -> list[Prepared]:
    scenarios, variants = loaded(tmp_path, of_scenario)
    settings = RunSettings(cwd=tmp_path, env=KEY, live=live, max_credits=max_credits)
    return [share(settings, scenarios, variants, variants, index=index, count=count) for index in range(1, count + 1)]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("max_credits", [48.0, 48.1, 100.0])
def test_each_variant_is_in_one_share_and_the_shares_are_the_budget(
    tmp_path: Path, count: int, max_credits: float
) -> None:
    parts = dealt(tmp_path, count, max_credits)

    ids = [item.variant.id for part in parts for item in part.plan.variants]
    assert len(ids) == len(set(ids)) == 8
    budgets = [part.settings.max_credits or 0.0 for part in parts]
    assert sum(budgets) == pytest.approx(max_credits)
    assert all(part.credits <= budget for part, budget in zip(parts, budgets, strict=True))


def test_a_budget_that_is_too_small_is_shared_all_the_same(tmp_path: Path) -> None:
    parts = dealt(tmp_path, 2, 10.0, live=False)

    assert sum(part.settings.max_credits or 0.0 for part in parts) == pytest.approx(10.0)
    with pytest.raises(BudgetError):
        dealt(tmp_path, 2, 10.0)


def test_the_budget_of_a_scenario_is_shared_too(tmp_path: Path) -> None:
    parts = dealt(tmp_path, 3, 100.0, of_scenario=30)

    for name in ("one", "two"):
        budgets = [part.scenarios[name].budget.credits for part in parts]
        assert sum(each or 0.0 for each in budgets) == pytest.approx(30.0)


def test_shares_do_not_write_the_reports_of_the_whole(tmp_path: Path) -> None:
    scenarios, variants = loaded(tmp_path, 1000)
    settings = RunSettings(cwd=tmp_path, report_names=("junit=out.xml",))

    prepared = share(settings, scenarios, variants, variants, index=1, count=2)

    assert prepared.settings.report_names == ()
    assert replace(prepared.settings, shard=None, report_names=settings.report_names) == settings


def test_a_shard_comes_home_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "20261122-200000-abcd"
    (folder / "outputs").mkdir(parents=True)
    for name in ("events.jsonl", "report.json", "outputs/v-1.png"):
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "link").symlink_to("/etc/passwd")

    unpack(pack(folder), tmp_path / "home")

    found = {
        str(file.relative_to(tmp_path / "home")): file.read_text()
        for file in (tmp_path / "home").rglob("*.*")
        if file.is_file()
    }
    assert found == {f"{folder.name}/{name}": name for name in ("events.jsonl", "report.json", "outputs/v-1.png")}


@pytest.mark.parametrize("evil", ["../escaped", "/tmp/escaped-by-tar"], ids=["up", "absolute"])
def test_what_a_worker_sends_stays_in_its_place(tmp_path: Path, evil: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(evil), io.BytesIO())
    (tmp_path / "home").mkdir()

    with pytest.raises(EnvironmentProblem):
        unpack(b"no archive", tmp_path / "home")
    try:
        unpack(packed.getvalue(), tmp_path / "home")
    except EnvironmentProblem:
        assert evil == "../escaped"

    assert not (tmp_path / "escaped").exists()
    assert not Path("/tmp/escaped-by-tar").exists()
