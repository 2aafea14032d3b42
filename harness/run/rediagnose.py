"""The diagnosis again, of a run that has ended: from its folder alone, without sending anything.

The payloads come from its report, the answers from its journal. What a report hides (files, secrets) is compared as the
report shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from harness.diagnose.case import Case
from harness.diagnose.found import Found, Seen
from harness.diagnose.purse import Purse
from harness.diagnose.whole import Diagnosis
from harness.errors import EXIT_FAIL, EXIT_OK, UsageError
from harness.fire.journal import check_free, read
from harness.model import (
    WORKS,
    Expectation,
    Finding,
    JsonObject,
    Judgement,
    Move,
    Outcome,
    Phrase,
    Proposal,
    Source,
    Variant,
    Verdict,
)
from harness.redact import Redactor
from harness.report import Report, jsonfile
from harness.report.causes import entry as cause_entry
from harness.report.redacted import Redacted
from harness.run.diagnosing import worth_it
from harness.run.earlier import earlier_of
from harness.run.folder import write_reports
from harness.words import told


class Rediagnosed(Struct, frozen=True, kw_only=True):
    """The report with the causes in it, and the exit code: 1 when a payload was refused or failed, else 0."""

    report: Report
    exit_code: int


def rediagnose(folder: Path, lang: str = "en") -> Rediagnosed:
    """Ranks the causes of the run in `folder` anew, and writes its reports with them, in this language.

    Probes that the run sent are evidence like its variants. Raises UsageError for a folder
    without a report, or with one that cannot be used, EnvironmentProblem while the run is still going on.
    """
    check_free(folder)
    report = jsonfile.read(folder)
    failed = any(row.verdict == Verdict.FAIL for row in report.rows)
    causes = [cause for case in _cases(report, folder) for cause in _causes_of(case)]
    redacted = Redacted(Redactor())
    head = {**report.head, "diagnoses": [cause_entry(found, redacted) for found in causes]}
    made = Report(head, report.variants, report.rows)
    write_reports(made, folder, (), lang)
    return Rediagnosed(report=made, exit_code=EXIT_FAIL if failed else EXIT_OK)


def _causes_of(case: Case) -> list[Found]:
    found: list[Found] = []
    if case.refused:
        diagnosis = case.explainer(Purse(max_probes=0)).step()
        assert isinstance(diagnosis, Diagnosis)
        found += case.found(diagnosis)
    return [*found, *case.noticed()]


def _cases(report: Report, folder: Path) -> list[Case]:
    outcomes = _outcomes(folder)
    baselines: dict[str, JsonObject] = {}
    for scenario in report.head["scenarios"]:
        if not isinstance(scenario.get("baseline"), Mapping):
            raise UsageError(
                told("report.no_baseline", folder=folder, scenario=scenario["name"]),
                told("report.no_baseline.fix"),
            )
        baselines[scenario["name"]] = scenario["baseline"]
    endpoints = {scenario["name"]: scenario["endpoint"] for scenario in report.head["scenarios"]}
    groups: dict[tuple[str, str], list[Seen]] = {}
    numbered = [*enumerate(report.variants, 1), *((0, probe) for probe in report.head.get("probes") or ())]
    for number, one in numbered:
        outcome = outcomes.get(one["id"])
        if outcome is not None and outcome.skipped is None:
            groups.setdefault((one["scenario"], one["endpoint"]), []).append(_seen(one, outcome, number))
    return [
        Case(name, baselines[name] if endpoint == endpoints[name] else {}, seen)
        for (name, endpoint), seen in groups.items()
        if name in baselines and worth_it(seen)
    ]


def _outcomes(folder: Path) -> Mapping[str, Outcome]:
    earlier = earlier_of(read(folder), lambda _: None, folder)
    return {**earlier.ended, **earlier.begun}


def _seen(one: JsonObject, outcome: Outcome, number: int) -> Seen:
    variant = Variant(
        id=one["id"],
        scenario=one["scenario"],
        endpoint=one["endpoint"],
        name=one["name"],
        source=Source(file=str(one.get("source", ""))),
        payload=one["payload"],
        levels=one.get("levels") or {},
        expect=_expectation(one),
    )
    judgement = Judgement(
        variant_id=variant.id,
        verdict=Verdict(one["verdict"]),
        findings=tuple(map(_finding, one["findings"])),
    )
    return Seen(variant=variant, outcome=outcome, judgement=judgement, number=number)


def _expectation(one: JsonObject) -> Expectation:
    said = one.get("expect", "works")
    return Expectation(kind="rejected") if said == "rejected" or "rejected" in said else WORKS


def _finding(said: JsonObject) -> Finding:
    proposal = said.get("proposal")
    return Finding(
        code=said["code"],
        message=_phrase(said["words"]["message"]),
        field=said.get("field"),
        move=Move(said.get("move") or Move.YOURS),
        proposal=None if proposal is None else _proposal(proposal),
        said=said.get("said"),
        warning=bool(said.get("warning")),
    )


def _proposal(said: JsonObject) -> Proposal:
    return Proposal(
        field=said["field"],
        value=said.get("value"),
        remove=bool(said.get("remove")),
        reason=_phrase(said["words"]),
    )


def _phrase(said: JsonObject) -> Phrase:
    return Phrase(key=str(said.get("key")), params=dict(said.get("params") or {}))
