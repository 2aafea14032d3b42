"""What a run is asked to do, and who looks on: records that the command line and the pytest plugin build."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from harness.errors import EnvironmentProblem
from harness.fire.stopping import Stop
from harness.model import Judgement, Outcome, Phrase, RunPlan, Until, Variant
from harness.plan import Selection
from harness.provider import Provider
from harness.report import Report
from harness.run.baseline import Baseline
from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.diagnose.working import Working


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Everything that a run depends on. Times are seconds, money is credits; None means: the profile's own."""

    paths: tuple[Path, ...] = ()
    cwd: Path = dataclasses.field(default_factory=Path.cwd)
    env: Mapping[str, str] = dataclasses.field(default_factory=dict)
    selection: Selection = dataclasses.field(default_factory=Selection)
    contract: str | None = None
    allow_code: bool = False
    live: bool = False
    base_url: str | None = None
    env_file: Path | None = None
    max_credits: float | None = None
    max_time_s: float | None = None
    sample: int | None = None
    budget_rows: int | None = None
    fit: bool = False
    plan_file: Path | None = None
    assume_credits: float | None = None
    until: Until = Until.VERIFIED
    jobs: int = 4
    max_failures: int | None = None
    diagnose: bool = False
    max_probes: int = 60
    recover: bool = False
    poll_every_s: float | None = None
    task_timeout_s: float | None = None
    download: bool = True
    seed: int = 0
    faults: tuple[str, ...] = ()
    reports: Path = Path("reports")
    report_names: tuple[str, ...] = ()
    lang: str = "en"
    last_failed: bool = False
    shard: str | None = None
    drift: bool = False
    baseline: Path | None = None
    baseline_update: bool = False
    baseline_prune: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the variants of one provider go. `label` is what reports say: `mock`, or the address."""

    label: str
    base_url: str
    key: str = dataclasses.field(repr=False)
    mock: bool = False
    live: bool = False


class AccountFacts(Struct, frozen=True, kw_only=True):
    """What an account told: credits left, and of each model how many tasks at once and how many more today.

    None, or a model that is missing in `concurrent` or `left_today`: not told, or without a limit. `models` None: not
    told which may be used. `unseen` is the HTTP status that came instead of an answer.
    """

    balance: float | None = None
    models: frozenset[str] | None = None
    concurrent: Mapping[str, int] = field(default_factory=dict)
    left_today: Mapping[str, int] = field(default_factory=dict)
    unseen: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One part of a run: the `index`-th of `count`, from 1 on. `positions` are those of its variants among all that
    were selected (`variants` of them, from `scenarios`); `hash` is of the whole selection.
    """

    index: int
    count: int
    variants: int
    hash: str
    positions: tuple[int, ...]
    scenarios: tuple[str, ...]


class Prepared(Struct, frozen=True, kw_only=True):
    """A run that is ready: nothing has been sent and nothing written.

    `scenarios` by name, `targets` by the provider's name. `until` is how far the run can really follow a task.
    `shard` says which part of a run this is; `baseline` holds the failures that are known, `before` the answers of the
    run to look for drift in.
    `accounts`, by the provider's name, are what the pre-flight of a live run found; there are none before it.
    `left_out` are variants of these scenarios that are no part of the plan, each with a word that says why.
    """

    settings: RunSettings
    scenarios: Mapping[str, Scenario]
    plan: RunPlan
    targets: Mapping[str, Target]
    until: Until
    notes: tuple[Phrase, ...] = ()
    baseline: Baseline | None = None
    shard: Shard | None = None
    before: tuple[str, Mapping[str, bool]] | None = None
    accounts: Mapping[str, AccountFacts] = field(default_factory=dict)
    left_out: tuple[tuple[Variant, str], ...] = ()

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The providers of the scenarios, by name."""
        return {scenario.provider.profile.name: scenario.provider for scenario in self.scenarios.values()}

    @property
    def credits(self) -> float:
        """What the plan is counted at: known prices, and `--assume-credits` for each variant without one."""
        assumed = self.settings.assume_credits or 0
        prices = (self.plan.variants[index].credits for index in self.plan.order)
        return sum(assumed if price is None else price for price in prices)


def part_of(prepared: Prepared, provider: str) -> RunPlan:
    """The plan's variants of one provider, in the same order of fire."""
    plan, scenarios = prepared.plan, prepared.scenarios
    kept = [
        index
        for index, item in enumerate(plan.variants)
        if scenarios[item.variant.scenario].provider.profile.name == provider
    ]
    place = {index: number for number, index in enumerate(kept)}
    return RunPlan(
        variants=tuple(plan.variants[index] for index in kept),
        order=tuple(place[index] for index in plan.order if index in place),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run: its report, the folder it left, its exit code, and what of it could not be written.

    `mended`: scenario → the payload nearest to its broken baseline that works, or may.
    """

    report: Report = dataclasses.field(repr=False)
    folder: Path
    exit_code: int
    problems: tuple[EnvironmentProblem, ...] = ()
    mended: Mapping[str, Working] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True, kw_only=True)
class Grip:
    """A hand on a run that somebody else's thread waits for: what stops it, and the folder once there is one.

    `stop` is to be used in the run's own event loop.
    """

    stop: Stop = dataclasses.field(default_factory=Stop)
    folder: Path | None = None


class Watcher(Protocol):
    """Who looks on while a run happens."""

    @property
    def wants_log(self) -> bool:
        """True when `log` is to be called at all."""

    def planned(self, prepared: Prepared) -> None:
        """Called once, before anything is sent."""

    def finished(self, variant: Variant, outcome: Outcome, judgement: Judgement) -> None:
        """Called as each variant ends."""

    def probed(self) -> None:
        """Called as each probe ends."""

    def log(self, line: str) -> None:
        """One line of what is being done, for `-v`; already redacted."""


class Silent:
    """A watcher that looks away."""

    wants_log = False

    def planned(self, prepared: Prepared) -> None:
        """Nothing."""

    def finished(self, variant: Variant, outcome: Outcome, judgement: Judgement) -> None:
        """Nothing."""

    def probed(self) -> None:
        """Nothing."""

    def log(self, line: str) -> None:
        """Nothing."""
