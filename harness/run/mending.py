"""A payload that works, where a scenario's baseline does not: looked for with probes, or proposed without any."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from harness.diagnose.found import Seen
from harness.diagnose.rules import ContractRules
from harness.diagnose.working import Fate, Search, Tried, Working
from harness.matrix.differences import LEFT_OUT, differences
from harness.model import JsonObject, Until, Variant, Verdict, replace
from harness.provider import ABSENT
from harness.refusal.messages import read
from harness.refusal.records import Refusal
from harness.run.diagnosing import seen_of, seen_probe
from harness.run.firing import Firing
from harness.run.probing import Probed, Prober, probe_of
from harness.scenario import Scenario
from harness.scenario.assets import Assets
from harness.scenario.labels import canonical, row_name, setting
from harness.scenario.pictures import Pictures

#: Requests for one scenario at most, whatever else is allowed: a payload that needs more is nobody's baseline.
MOST: Final = 20
#: Answers that are read for it: those of a thousand refused rows say the same.
_MOST_READ: Final = 300


class Made(Struct, frozen=True, kw_only=True):
    """What was found, and its payload as it was sent (or would be): with the pictures themselves.

    `explains`: nothing of the scenario was ever accepted, and the broken baseline is why.
    """

    working: Working
    payload: JsonObject
    explains: bool = False


class _Broken(Struct, frozen=True, kw_only=True):
    """A scenario whose baseline does not work, with what was sent of it to its own endpoint: as it is, and changed."""

    scenario: Scenario
    baseline: Sequence[Seen]
    others: Sequence[Seen]
    like: Variant


async def mend(
    firing: Firing, prober: Prober | None, *, some_taken: bool, but: Container[str] = ()
) -> Mapping[str, Made]:
    """Scenario → the payload nearest to its baseline that works; only scenarios whose baseline does not.

    Those of which nothing was accepted, or those of which something was (`some_taken`), `but` for some. Without a
    prober nothing is sent: what comes back was sent already, or is a proposal that nobody has tried.
    """
    found: dict[str, Made] = {}
    for broken in _broken(firing, () if prober is None else prober.sent, some_taken=some_taken):
        if broken.scenario.name in but or (some_taken and prober and await _by_chance(broken, firing, prober)):
            continue
        made = await _search(broken, firing, prober)
        if made is not None:
            sent = firing.variants.get(made.proof.id) if made.proof is not None else None
            payload = sent.payload if sent is not None else _drawn(broken.scenario, made.payload, firing)
            explains = made.works and bool(made.changes) and not some_taken
            found[broken.scenario.name] = Made(working=made, payload=payload, explains=explains)
    return found


def _broken(firing: Firing, probes: Sequence[Probed], *, some_taken: bool) -> Iterator[_Broken]:
    """Scenarios of which something was refused against expectation: the baseline, or all that was sent.

    A baseline that was accepted when it was sent again is not broken.
    """
    groups: dict[str, list[Seen]] = {}
    sent = [seen_probe(probed, firing) for probed in probes if probed.outcome.skipped is None]
    for one in (*seen_of(firing), *sent):
        scenario = firing.prepared.scenarios[one.variant.scenario]
        if one.variant.endpoint == scenario.endpoint.key and one.variant.path == scenario.path:
            groups.setdefault(scenario.name, []).append(one)
    for name, seen in groups.items():
        scenario = firing.prepared.scenarios[name]
        wrong = [one for one in seen if one.refused]
        if not wrong or some_taken is not any(one.outcome.task_id is not None for one in seen):
            continue
        template = canonical(scenario.template)
        as_it_is = [one for one in seen if canonical(one.variant.payload) == template]
        refused = any(one.refused for one in as_it_is) and all(one.outcome.task_id is None for one in as_it_is)
        if refused or not some_taken:
            # What was said of the baseline itself is read, however much else was.
            others = [one for one in seen if canonical(one.variant.payload) != template]
            yield _Broken(scenario=scenario, baseline=as_it_is, others=others, like=wrong[0].variant)


async def _by_chance(broken: _Broken, firing: Firing, prober: Prober) -> bool:
    """True when the baseline is accepted as it is: sent once more, where it was sent just once."""
    if len(broken.baseline) != 1:
        return False
    variant = _probe(broken, broken.scenario.template, firing)
    probed = await prober.send([variant], "repeat", until=Until.ACCEPTED) if prober.affords(variant) else ()
    return any(one.outcome.task_id is not None for one in probed)


async def _search(broken: _Broken, firing: Firing, prober: Prober | None) -> Working | None:
    scenario, until = broken.scenario, firing.prepared.until
    rules = ContractRules(scenario.provider, scenario.endpoint)
    tried = [
        _tried(one, firing.variants[one.variant.id].payload, scenario, until, reads=number < _MOST_READ)
        for number, one in enumerate((*broken.baseline, *broken.others))
    ]
    search = Search(scenario.template, rules, tried, most=MOST if prober is not None else 1)
    if prober is not None and search.proposal() is None and await _by_chance(broken, firing, prober):
        return None  # nobody said what was wrong, and nothing is
    untried = None
    while (payload := search.next()) is not None:
        variant = _probe(broken, payload, firing)
        probed = await prober.send([variant], "format") if prober is not None and prober.affords(variant) else ()
        if not probed or probed[0].outcome.skipped is not None:
            untried = search.proposal()
            break
        search.learn(_tried(_seen(probed[0], payload), variant.payload, scenario, until))
    if search.found is not None and search.found.works:
        return search.found
    # What means the same as the baseline comes before what works and means something else: another shape, say.
    return untried or search.nearest() or search.found


def _probe(broken: _Broken, payload: JsonObject, firing: Firing) -> Variant:
    """The payload as a probe, with its pictures drawn."""
    levels = differences(broken.scenario.template, payload)
    shown = (setting(key, ABSENT if value == LEFT_OUT else value) for key, value in levels.items())
    return probe_of(broken.like, _drawn(broken.scenario, payload, firing), row_name(shown) or "baseline", dict(levels))


def _drawn(scenario: Scenario, payload: JsonObject, firing: Firing) -> JsonObject:
    pictures = scenario.pictures or Pictures(Assets(firing.prepared.settings.cwd))
    fill = pictures.filler(payload, lambda body: scenario.provider.media(scenario.endpoint, body))
    filled: JsonObject = fill(payload)
    return filled


def _seen(probed: Probed, payload: JsonObject) -> Seen:
    variant = replace(probed.planned.variant, payload=payload)
    return Seen(variant=variant, outcome=probed.outcome, judgement=probed.judgement)


def _tried(one: Seen, sent: JsonObject, scenario: Scenario, until: Until, *, reads: bool = True) -> Tried:
    """What was sent, as the search takes it. `sent` has the pictures themselves, the payload of `one` stand-ins."""
    fate = _fate(one, until)
    refusal = _refusal(one, sent, scenario) if reads and fate == "refused" else None
    variant, outcome = one.variant, one.outcome
    return Tried(id=variant.id, payload=variant.payload, fate=fate, refusal=refusal, task_id=outcome.task_id)


def _fate(one: Seen, until: Until) -> Fate:
    outcome = one.outcome
    if outcome.task_id is not None:
        as_far_as_asked = until is Until.ACCEPTED and one.judgement.verdict is Verdict.PASS
        return "worked" if one.works or as_far_as_asked else "accepted"
    status = outcome.http_status
    about_the_payload = status is not None and 400 <= status < 500 and not one.elsewhere
    return "refused" if about_the_payload and outcome.problem is None else "unclear"


def _refusal(one: Seen, sent: JsonObject, scenario: Scenario) -> Refusal:
    contract, model = scenario.provider.contract, sent.get("model")
    known = contract.fields(scenario.endpoint, model if isinstance(model, str) else None) if contract else ()
    outcome = one.outcome
    return read(outcome.http_status or 0, outcome.response, outcome.raw, payload=sent, known=known)
