"""How locators are judged on planted APIs: exactness, probes, acceptances."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from harness.diagnose.evidence import Evidence, History, Items, Row
from harness.diagnose.localise import Localiser
from harness.diagnose.purse import Purse
from harness.diagnose.records import Probe, Verdict
from harness.diagnose.whole import Cover, Diagnosis, Explainer
from harness.model import replace
from tests.bench.locate.planted import Api, Sender, pairwise, plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One refused row of one API, with the answers to its matrix."""

    api: Api
    matrix: tuple[Evidence, ...]
    row: Row
    truth: frozenset[Items]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One API with the rows of its pairwise matrix, the baseline first."""

    seed: int
    api: Api
    rows: tuple[Row, ...]


def planted(seeds: Iterable[int], *, rules: int | None = None, kinds: Sequence[str] = ()) -> list[Planted]:
    """One planted API for each seed, with its matrix."""
    found: list[Planted] = []
    for seed in seeds:
        api = plant(seed, rules=rules, kinds=kinds)
        rows = pairwise(api.counts, rng=random.Random(f"matrix {seed}"), first=[api.baseline])
        found.append(Planted(seed=seed, api=api, rows=tuple(rows)))
    return found


def fired(one: Planted, *, spurious: float = 0.0) -> tuple[Evidence, ...]:
    """The answers to its matrix; the baseline is accepted."""
    sender = Sender(one.api, spurious=spurious, rng=random.Random(f"run {one.seed}"))
    return (Evidence(row=one.rows[0], fate="accepted"), *(sender(row) for row in one.rows[1:]))


def opaque(apis: Iterable[Planted]) -> list[Planted]:
    """The same APIs, and every refusal says the same."""
    return [replace(one, api=one.api.opaque()) for one in apis]


def cases(apis: Iterable[Planted], *, spurious: float = 0.0, rows: int = 3) -> list[Case]:
    """Up to so many refused rows of each API's matrix."""
    found: list[Case] = []
    for one in apis:
        matrix = fired(one, spurious=spurious)
        refused = [item.row for item in matrix if item.fate == "refused"]
        chosen = random.Random(f"rows {one.seed}").sample(refused, min(rows, len(refused)))
        found += [Case(api=one.api, matrix=matrix, row=row, truth=one.api.truth(row), seed=one.seed) for row in chosen]
    return found


def ours(case: Case, sender: Sender) -> frozenset[Items]:
    """Our causes, from the answers to the whole matrix."""
    return _causes(case, case.matrix, sender)


def ours_alone(case: Case, sender: Sender) -> frozenset[Items]:
    """Our causes, from the baseline and the refused row only."""
    return _causes(case, [item for item in case.matrix if item.row in {case.api.baseline, case.row}], sender)


def _causes(case: Case, evidence: Sequence[Evidence], sender: Sender) -> frozenset[Items]:
    verdict = drive(Localiser(History(case.api.space, evidence), case.row), sender)
    return frozenset(cause.items for cause in verdict.causes)


def drive(localiser: Localiser, sender: Callable[[Row], Evidence]) -> Verdict:
    """Answers probes until there is a verdict."""
    while isinstance(step := localiser.step(), Probe):
        localiser.tell(sender(step.row))
    return step


def explain_all(
    one: Planted,
    sender: Callable[[Row], Evidence],
    *,
    spurious: float = 0.0,
    cover: Cover | None = None,
    purse: Purse | None = None,
) -> Diagnosis:
    """The diagnosis of a whole matrix."""
    history = History(one.api.space, fired(one, spurious=spurious))
    explainer = Explainer(history, purse=purse or Purse(max_probes=1000), cover=cover)
    while isinstance(step := explainer.step(), Probe):
        explainer.tell(sender(step.row))
    return step


def greedy_cover(one: Planted) -> Cover:
    """Rows for the pairs that no accepted row holds."""
    rng = random.Random(f"cover {one.seed}")
    return lambda forbidden, accepted: pairwise(one.api.counts, rng=rng, forbidden=forbidden, done=accepted)


def right(one: Planted, diagnosis: Diagnosis) -> bool:
    """True when it has every planted cause of one or two parts, and nothing that was not planted."""
    causes = one.api.causes()
    found = {explained.cause.items for explained in diagnosis.causes}
    return {cause for cause in causes if len(cause) <= 2} <= found <= causes


#: Takes a case and sends rows; the causes that it holds responsible.
Locator: TypeAlias = Callable[[Case, Sender], frozenset[Items]]


@dataclass(slots=True)
class Score:
    """What came of many cases; `line` is a row of the table."""

    rows: int = 0
    exact: int = 0
    several: int = 0
    several_exact: int = 0
    probes: list[int] = field(default_factory=list)
    billed: int = 0
    cpu_s: float = 0.0
    wrong: list[tuple[int, Row]] = field(default_factory=list)

    @property
    def exactly(self) -> float:
        return self.exact / self.rows

    @property
    def exactly_of_several(self) -> float:
        return self.several_exact / self.several if self.several else 1.0

    @property
    def mean_probes(self) -> float:
        return sum(self.probes) / self.rows

    @property
    def mean_billed(self) -> float:
        return self.billed / self.rows

    @property
    def ms_a_decision(self) -> float:
        """CPU milliseconds for each probe or verdict."""
        return 1000 * self.cpu_s / (sum(self.probes) + self.rows)

    def line(self) -> str:
        """exact | of rows with several causes | probes, mean and 95th percentile | accepted probes."""
        several = f"{self.several_exact / self.several:.2f}" if self.several else "–"
        worst = sorted(self.probes)[int(len(self.probes) * 0.95)] if self.probes else 0
        return (
            f"{self.exactly:.3f} | {several} ({self.several}) | {self.mean_probes:.2f} ({worst}) | "
            f"{self.mean_billed:.2f}"
        )


def judge(cases: Iterable[Case], locator: Locator, *, spurious: float = 0.0) -> Score:
    """Lets a locator explain every case. The same case answers the same whatever was asked before."""
    score = Score()
    for case in cases:
        sender = Sender(case.api, spurious=spurious, rng=random.Random(f"probes {case.seed} {case.row}"))
        begun = time.process_time()
        found = locator(case, sender)
        score.cpu_s += time.process_time() - begun
        score.rows += 1
        exact = found == case.truth
        score.exact += exact
        if len(case.truth) > 1:
            score.several += 1
            score.several_exact += exact
        if not exact:
            score.wrong.append((case.seed, case.row))
        score.probes.append(len(sender.sent))
        score.billed += sum(item.fate == "accepted" for item in sender.sent)
    return score
