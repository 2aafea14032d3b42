"""The record that every report renders from: `report.json`, version 1.

`build` turns a finished run into a `Report`: a head (run, totals, scenarios) and one entry for each variant, in plan
order. Entries are built when they are looked at, so that a run of ten thousand variants never holds as many dicts;
`rows` hold of each variant the little that tables and totals need. Everything passes the Redactor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from harness.model import (
    JsonObject,
    Judgement,
    Outcome,
    Phrase,
    RunPlan,
    Until,
    Verdict,
)
from harness.redact import Redactor
from harness.report import formats
from harness.report.curl import Curl, CurlProvider
from harness.report.entries import Entries, Facts, Row, ScenarioFacts, probe_entry, row_of, row_of_entry, whole, worded
from harness.report.redacted import Redacted

if TYPE_CHECKING:
    from harness.diagnose.found import Found
    from harness.diagnose.working import Working

#: Raised by one when a key changes its meaning; new keys may come at any time.
FORMAT_VERSION: Final = 1


class RunFacts(Struct, frozen=True, kw_only=True):
    """What is to be said about a run as a whole, in no language.

    `target` is "mock" or the base URL. `started_at` is aware. `simulated_s` is None where time was real. `notes` are
    things to know about the whole run, such as why the outputs were not measured. `shard` is what a merge needs to know
    of a part of a run.
    """

    id: str
    target: str
    provider: str
    contract: str
    until: Until
    seed: int
    started_at: datetime
    wall_s: float
    simulated_s: float | None = None
    exit_code: int
    notes: tuple[Phrase, ...] = ()
    shard: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `head` is everything of report.json but `variants`, which are its entries in plan order.

    `rows` stand for the same variants, in the same order; left out, they are read off the entries.
    """

    head: JsonObject
    variants: Sequence[JsonObject]
    rows: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.variants):
            rows = tuple(row_of_entry(number, entry) for number, entry in enumerate(self.variants, 1))
            object.__setattr__(self, "rows", rows)


def build(  # noqa: PLR0917  # the way of the data, in its order
    run: RunFacts,
    scenarios: Mapping[str, ScenarioFacts],
    plan: RunPlan,
    outcomes: Sequence[Outcome],
    judgements: Sequence[Judgement],
    redactor: Redactor,
    *,
    assets: Mapping[str, str] | None = None,
    coverage: Mapping[str, JsonObject] | None = None,
    causes: Sequence[Found] = (),
    probes: Sequence[tuple[Facts, str]] = (),
    mended: Mapping[str, tuple[Working, JsonObject]] | None = None,
    known: Collection[str] = (),
    history: JsonObject | None = None,
    flaky: Collection[str] = (),
) -> Report:
    """The report of a run. `scenarios` by name; outcomes and judgements in any order, found by variant id.

    A planned variant without an outcome or a judgement is reported as skipped. `assets` says in which file, seen from
    the run's folder, the data URI of an asset (by its sha256) was kept by `curl.save_assets`: variants that send one
    have a curl line only then. `coverage` is, by scenario, what the rows of its matrix cover. `causes` are what was
    found of refusals, `probes` what was sent to find it, each with its purpose. `mended` is, by scenario, the payload
    nearest to its baseline that works, and what of it goes over the wire.
    `known` are ids of variants whose failures are nothing new. `history` is how the variants fared in the runs before,
    None where there were none; `flaky` are ids of variants whose payload passed and failed (see `since`).
    """
    redacted = Redacted(redactor)
    by_id = {outcome.variant_id: outcome for outcome in outcomes}
    judged = {judgement.variant_id: judgement for judgement in judgements}
    facts = [
        Facts(
            planned=planned,
            outcome=by_id.get(planned.variant.id) or Outcome(variant_id=planned.variant.id),
            judgement=judged.get(planned.variant.id)
            or Judgement(variant_id=planned.variant.id, verdict=Verdict.SKIPPED),
            known=planned.variant.id in known,
        )
        for planned in plan.variants
    ]
    rows = tuple(row_of(number, fact, redacted) for number, fact in enumerate(facts, 1))
    curl = Curl(_providers(run, scenarios), redacted, assets or {})
    entries = Entries(facts, rows, redacted, curl)
    sent = [
        {**probe_entry(number, fact, redacted, curl), "purpose": purpose}
        for number, (fact, purpose) in enumerate(probes, 1)
    ]
    head: JsonObject = {
        "format_version": FORMAT_VERSION,
        "run": _run(run, redacted),
        "totals": _totals(rows, plan, facts, [fact for fact, _ in probes]),
        "scenarios": _with_mended(
            _scenarios(scenarios, rows, entries, redacted, coverage or {}),
            mended or {},
            lambda: chain(sent, entries),
            redacted,
        ),
        "diagnoses": _causes(causes, redacted),
        "probes": sent,
        **({} if history is None else {"history": history}),
        **({"flaky": list(flaky)} if flaky else {}),
    }
    return Report(head, entries, rows)


def _run(run: RunFacts, redacted: Redacted) -> JsonObject:
    return {
        "id": run.id,
        "target": redacted.text(run.target),
        "provider": run.provider,
        "contract": run.contract,
        "until": str(run.until),
        "seed": run.seed,
        "started_at": run.started_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "wall_s": round(run.wall_s, 3),
        "simulated_s": None if run.simulated_s is None else round(run.simulated_s, 3),
        "exit_code": run.exit_code,
        "notes": [worded(note, redacted) for note in run.notes],
        **({} if run.shard is None else {"shard": _shard(run.shard, redacted)}),
    }


def _with_mended(
    scenarios: list[JsonObject],
    mended: Mapping[str, tuple[Working, JsonObject]],
    entries: Callable[[], Iterable[JsonObject]],
    redacted: Redacted,
) -> list[JsonObject]:
    """The scenarios, those with a broken baseline with the payload nearest to it that works.

    `entries` gives what was sent: the variants and probes that may prove it.
    """
    if not mended:
        return scenarios
    from harness.report.mended import entry  # lazily: most runs have none

    made = {redacted.text(name): entry(*one, redacted) for name, one in mended.items()}
    wanted = {one["id"] for one in made.values()}
    proofs = {one["id"]: one for one in entries() if one["id"] in wanted}
    return [
        formats.with_mended(scenario, made[name], proofs.get(made[name]["id"])) if name in made else scenario
        for scenario in scenarios
        for name in [scenario["name"]]
    ]


def _shard(shard: JsonObject, redacted: Redacted) -> JsonObject:
    """Numbers tell no secret, but for the levels of matrices."""
    matrices = {
        redacted.text(name): {**told, "levels": [redacted.json(levels) for levels in told["levels"]]}
        for name, told in shard["matrices"].items()
    }
    return {**shard, "matrices": matrices}


def _causes(causes: Sequence[Found], redacted: Redacted) -> list[JsonObject]:
    if not causes:
        return []
    from harness.report.causes import entry  # lazily: most runs have none

    return [entry(found, redacted) for found in causes]


def _totals(rows: Iterable[Row], plan: RunPlan, facts: Iterable[Facts], probes: Sequence[Facts]) -> JsonObject:
    """Verdicts of the variants; credits of all that was sent, of probes once more by themselves."""
    counts = Counter(row.verdict for row in rows)
    sent = [*facts, *probes]
    estimated = [fact.outcome.estimated_credits for fact in sent]
    charged = [fact.outcome.charged_credits for fact in sent]
    spent = [fact.outcome.charged_credits for fact in probes]
    extra = {"probes": {"sent": len(probes), "credits": _sum(spent)}} if probes else {}
    return {
        **{str(verdict): counts[str(verdict)] for verdict in Verdict},
        "credits": {
            "planned": _sum([item.credits for item in plan.variants if item.skip is None]),
            "estimated": _sum(estimated),
            "charged": _sum(charged),
        },
        **extra,
    }


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum of what is known, or None when nothing is."""
    known = [amount for value in values if (amount := whole(value)) is not None]
    return whole(sum(known)) if known else None


def _scenarios(
    scenarios: Mapping[str, ScenarioFacts],
    rows: Iterable[Row],
    entries: Entries,
    redacted: Redacted,
    coverage: Mapping[str, JsonObject],
) -> list[JsonObject]:
    working = {name: entries[row.number - 1] for name, row in formats.chosen(rows).items()}
    return [
        {
            "name": redacted.text(scenario.name),
            "source": scenario.source.file,
            "endpoint": scenario.endpoint.key,
            "baseline": redacted.object(scenario.baseline)[0],
            **({"coverage": redacted.json(coverage[name])} if name in coverage else {}),
            **formats.entry(working.get(name)),
        }
        for name, scenario in scenarios.items()
    ]


def _providers(run: RunFacts, scenarios: Mapping[str, ScenarioFacts]) -> Mapping[str, CurlProvider]:
    """Scenario → where its curl lines go: the run's target, or the provider itself after a run against the mock."""
    base = run.target if run.target.startswith(("http://", "https://")) else None
    return {
        name: CurlProvider(
            base_url=base or scenario.provider.profile.base_url,
            key_env=scenario.provider.profile.key_env,
            headers=scenario.provider.profile.headers,
            endpoints=scenario.provider.endpoints,
        )
        for name, scenario in scenarios.items()
    }
