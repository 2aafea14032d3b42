"""The diagnosis of a run: from what was sent, and, where probes may be sent, from what is sent for it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from harness.diagnose.case import Case
from harness.diagnose.evidence import Evidence, Row
from harness.diagnose.found import DISHONOURED, Found, Seen
from harness.diagnose.purse import Purse, flat
from harness.diagnose.records import Probe
from harness.diagnose.whole import Diagnosis
from harness.model import Asset, Json, Outcome, Until, Variant, replace
from harness.report.same import whos
from harness.run.before import accepted_before
from harness.run.drifting import with_drift
from harness.run.firing import Firing
from harness.run.probing import Probed, Prober
from harness.scenario import Scenario
from harness.scenario.pictures import Drawn

if TYPE_CHECKING:
    from harness.run.index import Ran

#: So many rows are sent, when nothing is said of recovering, to look for causes that hide behind those found. Each is a
#: job if it is accepted. Of the causes that a pairwise matrix leaves hidden they find five in six.
_BEHIND: Final = 8


def worth_it(seen: Iterable[Seen]) -> bool:
    """True when there is something to find a cause of."""
    return any(
        one.refused
        or any(found.code in DISHONOURED or found.code == "UNDOCUMENTED" for found in one.judgement.findings)
        for one in seen
    )


def seen_of(firing: Firing) -> list[Seen]:
    """The plan's variants that have an outcome, in its order."""
    found = []
    for number, item in enumerate(firing.prepared.plan.variants, 1):
        name = item.variant.id
        if (outcome := firing.outcomes.get(name)) is not None and outcome.skipped is None:
            variant = _undrawn(item.variant, firing.prepared.scenarios[item.variant.scenario])
            found.append(Seen(variant=variant, outcome=outcome, judgement=firing.judgement(name), number=number))
    return found


def note_drift(firing: Firing, before: Callable[[], Sequence[Ran]]) -> None:
    """Adds a finding to every refusal of what was accepted in the last run. `before`: the runs before this one."""
    refused = [one.variant for one in seen_of(firing) if one.refused]
    if refused:
        for name, run in accepted_before(before(), whos(refused, firing.redactor)).items():
            firing.judged[name] = with_drift(firing.judged[name], run)


async def diagnose(
    firing: Firing, prober: Prober | None, *, recover: bool = False, known: Container[str] = ()
) -> tuple[Found, ...]:
    """The causes of what went wrong in a run, scenario by scenario. Without a prober nothing is sent.

    `known` are scenarios of which it is known why all of them was refused: nothing more is sent of these. The
    combinations that only refused rows of a matrix held are sent again without the causes: in a few rows those that
    hold most of them, with `recover` all.
    """
    found: list[Found] = []
    for case, scenario in _cases(firing, prober):
        if case.refused:
            sends = None if scenario.name in known else prober
            found += await _refusals(case, scenario, sends, recover=recover)
        found += case.noticed()
    return tuple(found)


def _cases(firing: Firing, prober: Prober | None) -> Iterator[tuple[Case, Scenario]]:
    """What there is to explain, endpoint by endpoint. Probes that were sent before are evidence, too."""
    groups: dict[tuple[object, ...], list[Seen]] = {}
    sent = [seen_probe(probed, firing) for probed in (prober.sent if prober is not None else ())]
    for one in (*seen_of(firing), *(one for one in sent if one.outcome.skipped is None)):
        variant = one.variant
        groups.setdefault((variant.scenario, variant.endpoint, *sorted(variant.path.items())), []).append(one)
    for (name, endpoint, *_), seen in groups.items():
        if worth_it(seen):
            scenario = firing.prepared.scenarios[str(name)]
            baseline = scenario.template if endpoint == scenario.endpoint.key else {}
            yield Case(scenario.name, baseline, seen), scenario


async def _refusals(case: Case, scenario: Scenario, prober: Prober | None, *, recover: bool) -> tuple[Found, ...]:
    if prober is None:
        diagnosis = case.explainer(Purse(max_probes=0)).step()
        assert isinstance(diagnosis, Diagnosis)
        return case.found(diagnosis)
    from harness.run.recovering import recovery_of  # lazily: few runs need it

    recovery = recovery_of(scenario, case, most=None if recover else _BEHIND)
    purse = _Held(prober=prober, probe=case.probe)
    explainer = case.explainer(purse, None if recovery is None else recovery.rows)
    tried: set[str] = set()
    while isinstance(step := explainer.step(), Probe):
        if step.purpose == "recover":  # what to send instead of what is known comes before what nobody has seen
            await _suggest(case, explainer.so_far(), scenario, prober, tried)
            if not purse.affords(step.row):
                purse.closed = True
                explainer.tell(Evidence(row=step.row, fate="transient"))
                continue
        row = None if recovery is None else recovery.matrix_row(step.row)
        explainer.tell(await _answer(case, step, scenario, prober, purse, row))
    await _suggest(case, step, scenario, prober, tried)
    return case.found(step)


async def _suggest(case: Case, diagnosis: Diagnosis, scenario: Scenario, prober: Prober, tried: set[str]) -> None:
    """Sends what could be sent instead, each payload once."""
    for variant in case.untried(diagnosis):
        if variant.id not in tried and prober.affords(_drawn(variant, scenario)):
            tried.add(variant.id)
            for probed in await prober.send([_drawn(variant, scenario)], "suggestion"):
                case.seen.append(_seen(probed, variant))


async def _answer(  # noqa: PLR0917  # what one probe needs
    case: Case, step: Probe, scenario: Scenario, prober: Prober, purse: _Held, row: Row | None
) -> Evidence:
    """What came of a probe. That it is accepted is all there is to know: nobody waits for its end, or pays for it.

    `row` is its place in the matrix, if it has one there: what it covers counts.
    """
    variant = replace(case.probe(step.row), row=row)
    probed = await prober.send([_drawn(variant, scenario)], step.purpose, until=Until.ACCEPTED)
    if not probed or probed[0].outcome.skipped is not None or not _sent(probed[0].outcome):
        purse.closed = True
        return Evidence(row=step.row, fate="transient")
    if _may_exist(probed[0].outcome):
        purse.doubtful.add(step.row)
    return case.answer(step.row, _seen(probed[0], variant))


def _sent(outcome: Outcome) -> bool:
    return outcome.task_id is not None or outcome.http_status is not None or outcome.problem is not None


def _may_exist(outcome: Outcome) -> bool:
    """True when a task may have been created although no id came back: such a payload is not sent again."""
    if outcome.task_id is not None:
        return False
    lost = outcome.problem is not None and outcome.problem.maybe_created
    return lost or (outcome.http_status is not None and outcome.http_status >= 500)


@dataclass(slots=True, kw_only=True)
class _Held(Purse):
    """The run's own bounds as the localiser asks for them: a probe may be sent while the prober may send it.

    `closed`: nothing more may be sent. `doubtful` rows may have been accepted without an answer.
    """

    prober: Prober
    probe: Callable[[Row], Variant]
    closed: bool = False
    doubtful: set[Row] = field(default_factory=set)
    _prices: dict[Row, float] = field(default_factory=dict)
    price: Callable[[Row], float] = field(default=flat)

    def __post_init__(self) -> None:
        self.price = lambda row: self._price(row) or 1.0

    def affords(self, row: Row) -> bool:
        if self.closed or row in self.doubtful:
            return False
        if self.prober.replays and self.prober.knows(self.probe(row)):
            return True
        if self.prober.left <= 0:
            return False
        room = self.prober.room(self.probe(row).scenario) if self.prober.held else None
        return room is None or self._price(row) <= room

    def _price(self, row: Row) -> float:
        if row not in self._prices:
            self._prices[row] = self.prober.price(self.probe(row))
        return self._prices[row]


def seen_probe(probed: Probed, firing: Firing) -> Seen:
    """A probe as it is compared with the variants, with stand-ins for drawn pictures."""
    variant = probed.planned.variant
    return _seen(probed, _undrawn(variant, firing.prepared.scenarios[variant.scenario]))


def _seen(probed: Probed, variant: Variant) -> Seen:
    """A probe as it is compared with the variants: with the stand-ins that they have."""
    return Seen(
        variant=replace(probed.planned.variant, payload=variant.payload),
        outcome=probed.outcome,
        judgement=probed.judgement,
    )


def _drawn(variant: Variant, scenario: Scenario) -> Variant:
    """The variant with pictures drawn where stand-ins are."""
    if scenario.pictures is None:
        return variant
    provider, endpoint = scenario.provider, scenario.provider.endpoints[variant.endpoint]
    fill = scenario.pictures.filler(variant.payload, lambda payload: provider.media(endpoint, payload))
    return replace(variant, payload=fill(variant.payload), levels=fill(variant.levels))


def _undrawn(variant: Variant, scenario: Scenario) -> Variant:
    """The variant with stand-ins for drawn pictures: they differ with the ratio, and nobody chose them."""
    if scenario.pictures is None:
        return variant
    return replace(variant, payload=_stand_ins(variant.payload, scenario.template))


def _stand_ins(value: Json, template: Json) -> Json:
    if isinstance(template, Drawn):
        return template if isinstance(value, Asset) and value.label.startswith("drawn-") else value
    if isinstance(value, dict) and isinstance(template, dict):
        return {key: _stand_ins(inner, template.get(key)) for key, inner in value.items()}
    if isinstance(value, list) and isinstance(template, list) and len(value) == len(template):
        return [_stand_ins(inner, place) for inner, place in zip(value, template, strict=True)]
    return value
