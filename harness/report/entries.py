"""One variant as `report.json` tells it: the whole entry, built when it is looked at, and the row for tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol, overload

from harness import words
from harness.model import (
    WORKS,
    Expectation,
    Finding,
    Json,
    JsonObject,
    Judgement,
    Outcome,
    Output,
    Phrase,
    PlannedVariant,
    Proposal,
    Source,
    TaskState,
    Variant,
    Verdict,
)
from harness.report.curl import Curl, CurlEndpoint
from harness.report.redacted import Redacted

#: Beyond this a number is no amount of credits.
_MOST_CREDITS: Final = 1e15
#: The finding of a key that the contract does not know.
UNDOCUMENTED: Final = "UNDOCUMENTED"


class ProfileFacts(Protocol):
    """What a report needs of a provider's profile."""

    @property
    def base_url(self) -> str: ...  # noqa: D102
    @property
    def key_env(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def headers(self) -> Mapping[str, str]: ...  # noqa: D102


class ProviderFacts(Protocol):
    """What a report needs of a provider."""

    @property
    def profile(self) -> ProfileFacts: ...  # noqa: D102
    @property
    def endpoints(self) -> Mapping[str, CurlEndpoint]: ...  # noqa: D102


class ScenarioFacts(Protocol):
    """What a report needs of a scenario."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> Source: ...  # noqa: D102
    @property
    def endpoint(self) -> CurlEndpoint: ...  # noqa: D102
    @property
    def baseline(self) -> JsonObject: ...  # noqa: D102
    @property
    def provider(self) -> ProviderFacts: ...  # noqa: D102


class Row(NamedTuple):
    """The little of a variant that tables and totals need (a tuple: ten thousand are made twice in a run).

    `result` is what was seen: works, accepted, refused, failed, output (not what was asked for), unclear, error,
    skipped. `wanted` says that it was expected to work or to be accepted, `works` that it is a working format,
    `warned` that its pass carries a warning, `known` that its failure is nothing new (`--baseline`). `credits` is what
    it cost, None when that is not known. `undocumented` says that it sends a key that the contract does not know.
    """

    number: int
    scenario: str
    name: str
    verdict: str
    result: str
    wanted: bool
    warned: bool
    task_id: str | None
    total_s: float | None
    credits: float | None
    known: bool = False
    undocumented: bool = False

    @property
    def works(self) -> bool:
        """True when the payload is a working format: it was accepted, and was seen to end well."""
        return self.verdict == "pass" and self.result == "works"


class Facts(NamedTuple):
    """What the run knows of one variant."""

    planned: PlannedVariant
    outcome: Outcome
    judgement: Judgement
    known: bool = False


class Entries(Sequence[JsonObject]):
    """The entries of `variants`, each built anew whenever it is looked at."""

    def __init__(self, facts: Sequence[Facts], rows: Sequence[Row], redacted: Redacted, curl: Curl) -> None:
        self._facts = facts
        self._rows = rows
        self._redacted = redacted
        self._curl = curl

    def __len__(self) -> int:
        return len(self._facts)

    @overload
    def __getitem__(self, index: int) -> JsonObject: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[JsonObject]: ...
    def __getitem__(self, index: int | slice) -> JsonObject | Sequence[JsonObject]:
        if isinstance(index, slice):
            return Entries(self._facts[index], self._rows[index], self._redacted, self._curl)
        return _entry(self._facts[index], self._rows[index], self._redacted, self._curl)


def probe_entry(number: int, fact: Facts, redacted: Redacted, curl: Curl) -> JsonObject:
    """A probe as report.json tells it: as a variant."""
    return _entry(fact, row_of(number, fact, redacted), redacted, curl)


def row_of(number: int, fact: Facts, redacted: Redacted) -> Row:
    """The row of a variant, from what the run knows. `number` counts from 1, over all scenarios."""
    variant, outcome, judgement = fact.planned.variant, fact.outcome, fact.judgement
    result = _result(variant, outcome, judgement.verdict)
    return Row(
        number=number,
        scenario=redacted.text(variant.scenario),
        name=redacted.once(variant.name),
        verdict=str(judgement.verdict),
        result=result,
        wanted=variant.expect.kind in {"works", "accepted"},
        warned=judgement.verdict is Verdict.PASS and any(finding.warning for finding in judgement.findings),
        task_id=None if outcome.task_id is None else redacted.once(outcome.task_id),
        total_s=outcome.total_s if outcome.task_id is not None else None,
        credits=0 if result == "refused" and outcome.charged_credits is None else whole(outcome.charged_credits),
        known=fact.known,
        undocumented=any(finding.code == UNDOCUMENTED for finding in judgement.findings),
    )


def row_of_entry(number: int, entry: JsonObject) -> Row:
    """The row of a variant, from its entry in a report.json. Keys that are not there are taken as not known."""
    expect, result = entry.get("expect", "works"), str(entry.get("result", ""))
    verdict = str(entry.get("verdict", "error"))
    task_id = entry.get("task_id")
    charged = (entry.get("credits") or {}).get("charged")
    return Row(
        number=number,
        scenario=str(entry.get("scenario", "")),
        name=str(entry.get("name", "")),
        verdict=verdict,
        result=result,
        wanted=not any(kind in expect for kind in ("rejected", "failed")),
        warned=verdict == "pass" and any(finding.get("warning") for finding in entry.get("findings") or ()),
        task_id=task_id,
        total_s=(entry.get("timing") or {}).get("total_s") if task_id is not None else None,
        credits=0 if result == "refused" and charged is None else charged,
        known=verdict == "fail" and entry.get("known") is True,
        undocumented=any(finding.get("code") == UNDOCUMENTED for finding in entry.get("findings") or ()),
    )


def worded(phrase: Phrase, redacted: Redacted) -> dict[str, Json]:
    """A phrase as data: in English, and what it takes to say it in another language."""
    clean = _clean(phrase, redacted)
    return {"text": words.say(clean), "words": _key(clean)}


def _result(variant: Variant, outcome: Outcome, verdict: Verdict) -> str:
    # Compared by identity: hashing an enum takes a call into Python, for each of ten thousand variants.
    if verdict is Verdict.SKIPPED:
        return "skipped"
    if verdict is Verdict.ERROR:
        return "error"
    if verdict is Verdict.INCONCLUSIVE:
        return "unclear"
    if outcome.task_id is None:
        return "refused"
    state, kind = outcome.task_state, variant.expect.kind
    if state is TaskState.FAILED or state is TaskState.CANCELLED:
        return "failed" if kind != "rejected" else "accepted"
    if kind == "rejected" or state is not TaskState.SUCCEEDED:
        return "accepted"
    return "output" if verdict is Verdict.FAIL and kind != "failed" else "works"


def _entry(fact: Facts, row: Row, redacted: Redacted, curl: Curl) -> JsonObject:
    planned, outcome, variant = fact.planned, fact.outcome, fact.planned.variant
    payload, intact = redacted.object(variant.payload)
    skipped = outcome.skipped or planned.skip
    return {
        "id": variant.id,
        **({} if variant.payload_id is None else {"payload_id": variant.payload_id}),
        "scenario": row.scenario,
        "endpoint": variant.endpoint,
        "source": str(variant.source),
        "name": row.name,
        "tags": [redacted.text(tag) for tag in variant.tags],
        "levels": redacted.object(variant.levels)[0],
        "payload": payload,
        "expect": expectation(variant.expect, redacted),
        "verdict": row.verdict,
        **({"known": True} if row.known else {}),
        "result": row.result,
        "http_status": outcome.http_status,
        "task_id": row.task_id,
        "task_state": None if outcome.task_state is None else str(outcome.task_state),
        "polls": outcome.polls,
        "attempts": outcome.attempts,
        "credits": {
            "planned": whole(planned.credits),
            "estimated": whole(outcome.estimated_credits),
            "charged": whole(outcome.charged_credits),
        },
        "timing": {
            "queued_s": _seconds(outcome.queued_s),
            "running_s": _seconds(outcome.running_s),
            "total_s": _seconds(outcome.total_s),
        },
        "outputs": [_output(output, redacted) for output in outcome.outputs],
        "findings": [_finding(finding, redacted) for finding in fact.judgement.findings],
        "skipped": None if skipped is None else worded(skipped, redacted),
        "curl": curl.line(variant, intact=intact),
    }


def whole(value: float | None) -> float | None:
    """Credits as they are written: without a needless fraction. None for what is no amount (a provider's NaN)."""
    if value is None or not -_MOST_CREDITS < value < _MOST_CREDITS:
        return None
    exact = int(value)
    return exact if exact == value else round(value, 4)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _output(output: Output, redacted: Redacted) -> JsonObject:
    return {
        "file": output.file,
        "kind": output.kind,
        "size_bytes": output.size_bytes,
        "width": output.width,
        "height": output.height,
        "duration_s": _seconds(output.duration_s),
        "problem": None if output.problem is None else redacted.text(output.problem),
    }


def _finding(finding: Finding, redacted: Redacted) -> JsonObject:
    message = _clean(finding.message, redacted)
    advice = None if finding.advice is None else _clean(finding.advice, redacted)
    proposal = None if finding.proposal is None else _proposal(finding.proposal, redacted)
    return {
        "code": redacted.text(finding.code),
        "field": None if finding.field is None else redacted.text(finding.field),
        "message": words.say(message),
        "suggestion": words.say(advice) if advice is not None else proposal and proposal["text"],
        "move": str(finding.move),
        "warning": finding.warning,
        "proposal": proposal,
        "said": None if finding.said is None else redacted.text(finding.said),
        "words": {"message": _key(message), "suggestion": None if advice is None else _key(advice)},
    }


def _proposal(proposal: Proposal, redacted: Redacted) -> dict[str, Json]:
    reason = _clean(proposal.reason, redacted)
    what: dict[str, Json] = {"remove": True} if proposal.remove else {"value": redacted.json(proposal.value)}
    return {"field": redacted.text(proposal.field), **what, "text": words.say(reason), "words": _key(reason)}


def _clean(phrase: Phrase, redacted: Redacted) -> Phrase:
    return Phrase(key=phrase.key, params={name: redacted.text(value) for name, value in phrase.params.items()})


def _key(phrase: Phrase) -> JsonObject:
    return {"key": phrase.key, "params": phrase.params}


def expectation(expect: Expectation, redacted: Redacted) -> Json:
    """The expectation as a scenario file writes it: a word, or an object when something narrows it."""
    if expect is WORKS:
        return "works"
    narrow = {
        name: value for name in ("status", "field", "message", "code") if (value := getattr(expect, name)) is not None
    }
    media = {
        name: value
        for name in ("width", "height", "duration_s", "tolerance_s")
        if expect.media is not None and (value := getattr(expect.media, name)) is not None
    }
    if media:
        return {expect.kind: redacted.object(narrow)[0], "media": media}
    return {expect.kind: redacted.object(narrow)[0]} if narrow else expect.kind
