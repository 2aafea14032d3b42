"""The oracle: what was expected and what happened → verdict and findings. Pure and total.

A pass needs evidence: the id that came back, the end state that was seen, the file that was measured, each as far as
the run followed the task. What cannot be told is inconclusive, never a pass and never held against the payload.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from harness.judge import honour
from harness.judge.expected import TELLING, refusal_mismatches, refused_for_another, wrong_code
from harness.judge.findings import as_warning, finding, of_cause, of_failure, of_problem
from harness.judge.remarks import warnings
from harness.model import (
    Expectation,
    Finding,
    Judgement,
    Outcome,
    Phrase,
    TaskState,
    Until,
    Variant,
    Verdict,
)
from harness.provider import Provider, is_address
from harness.redact import clean
from harness.refusal.causes import TRANSIENT, cause_of, failure_of
from harness.refusal.records import Refusal
from harness.refusal.show import show_number

#: Causes for which nobody can tell whether the payload is good.
_CANNOT_TELL: Final = ("QUOTA.", "PROVIDER.")
_STOPS: Final = {
    "AUTH.MISSING": "stop.auth",
    "AUTH.REFUSED": "stop.auth",
    "AUTH.HOST": "stop.host",
    "CREDIT.EMPTY": "stop.credits",
    "REQUEST.HEADER": "stop.header",
}
#: The host is not there at all: no other variant will reach it.
_UNREACHABLE: Final = frozenset({"NETWORK.DNS", "NETWORK.REFUSED", "NETWORK.TLS"})
_ORDER: Final = (Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS)


def judge(variant: Variant, outcome: Outcome, provider: Provider, *, alone: bool = False) -> Judgement:
    """The verdict on one outcome. Never raises, whatever the API answered.

    pass: as expected, and seen · fail: seen to be otherwise · inconclusive: cannot tell · error: the harness broke ·
    skipped: not fired. Findings explain; those with `warning` do not change a pass. A refusal that was expected keeps
    its explanation (PARAM.…) beside the pass. `alone`: the payload is the variant's own, what it leaves out included;
    no baseline has a part in it.
    """
    if outcome.skipped is not None:
        return Judgement(variant_id=variant.id, verdict=Verdict.SKIPPED)
    if outcome.problem is not None and outcome.problem.code.startswith("OURS"):
        return Judgement(variant_id=variant.id, verdict=Verdict.ERROR, findings=(of_problem(outcome, provider),))
    if outcome.task_id is not None:
        verdict, found = _accepted(variant, outcome, provider)
    else:
        verdict, found = _not_created(variant, outcome, provider, () if alone else variant.levels)
    return Judgement(variant_id=variant.id, verdict=verdict, findings=tuple(found))


def systemic(outcome: Outcome, provider: Provider | None = None) -> Phrase | None:
    """Why the run must stop: key, credits, host or a header would fail every other variant too. None: go on."""
    problem = outcome.problem
    if outcome.task_id is not None or outcome.skipped is not None:
        return None
    if problem is not None and problem.code in _UNREACHABLE and not problem.maybe_created:
        return Phrase(key="stop.network", params={"text": clean(problem.text, 300)})
    status = outcome.http_status
    if status is None or not 400 <= status < 500:
        return None
    from harness.refusal.bodies import main_text
    from harness.refusal.messages import read

    # Most refusals are not systemic, and their main sentence is enough to see that.
    text, _ = main_text(outcome.response, outcome.raw)
    if _cause(Refusal(status=status, text=clean(text)), provider) not in _STOPS:
        return None
    code = _cause(read(status, outcome.response, outcome.raw), provider)
    return Phrase(key=_STOPS[code], params={"status": str(status)}) if code in _STOPS else None


def _cause(refusal: Refusal, provider: Provider | None) -> str | None:
    """Why a request was refused when it was not for its payload: the profile's own texts first, then what is usual."""
    own = provider.profile.systemic_code(refusal.status, refusal.text) if provider is not None else None
    return own or cause_of(refusal)


_Verdict = tuple[Verdict, Sequence[Finding]]


# ---- no task came to be


def _not_created(variant: Variant, outcome: Outcome, provider: Provider, changed: Collection[str]) -> _Verdict:
    status, problem = outcome.http_status, outcome.problem
    refused = status is not None and 400 <= status < 500 and status not in TRANSIENT - {429}
    if problem is not None and (problem.maybe_created or not refused) and not (status is not None and status >= 500):
        return Verdict.INCONCLUSIVE, [of_problem(outcome, provider)]
    if status is None:
        return Verdict.INCONCLUSIVE, [finding("PROVIDER.BODY", "provider.silent", advice="advice.later")]
    if status < 400:
        # The API may well have begun a task whose id it did not tell.
        said = outcome.raw or ""
        return Verdict.INCONCLUSIVE, [
            finding("PROVIDER.BODY", "provider.body", {"status": status}, advice="advice.look", said=said)
        ]
    from harness.judge.refused import of_refusal
    from harness.refusal.messages import read

    refusal = read(
        status, outcome.response, outcome.raw, payload=variant.payload, known=_known_fields(variant, provider)
    )
    cause = _cause(refusal, provider)
    if cause is not None and cause != "ASSET.SIZE":
        maybe = problem.maybe_created if problem is not None else True
        # An answer that failed and still names an id: the only trace of a task that somebody may have to pay for.
        named = provider.profile.task_id(outcome.response) if status >= 500 else None
        found_cause = of_cause(cause, status, refusal.text, maybe_created=maybe, named=named)
        return _other_cause(variant.expect, found_cause, refusal)
    found = [of_cause(cause, status, refusal.text)] if cause is not None else of_refusal(variant, refusal, provider)
    return _refused(variant.expect, refusal, found, changed)


def _known_fields(variant: Variant, provider: Provider) -> tuple[str, ...]:
    endpoint = provider.endpoints.get(variant.endpoint)
    if provider.contract is None or endpoint is None:
        return ()
    model = variant.payload.get("model")
    return provider.contract.fields(endpoint, model if isinstance(model, str) else None)


def _other_cause(expect: Expectation, cause: Finding, refusal: Refusal) -> _Verdict:
    """Refused for something else than the payload: that proves nothing about the payload."""
    if expect.kind == "rejected" and _named(expect, cause, refusal):
        return Verdict.PASS, [cause]
    if cause.code.startswith(_CANNOT_TELL):
        return Verdict.INCONCLUSIVE, [cause]
    if expect.kind in {"works", "accepted"}:
        return Verdict.FAIL, [cause]
    return Verdict.INCONCLUSIVE, [cause]


def _named(expect: Expectation, cause: Finding, refusal: Refusal) -> bool:
    """Did the scenario ask for this very refusal, by its telling status or by its code? A 5xx is never one."""
    if cause.code.startswith("PROVIDER."):
        return False
    by_code = expect.code is not None and fnmatchcase(cause.code, expect.code.upper())
    by_status = expect.status == refusal.status and refusal.status in TELLING
    return (by_code or by_status) and expect.field is None and not refusal_mismatches(expect, refusal, [cause])


def _refused(expect: Expectation, refusal: Refusal, found: Sequence[Finding], changed: Collection[str]) -> _Verdict:
    if expect.kind == "rejected":
        wrong = refusal_mismatches(expect, refusal, found, changed)
        if (doubt := refused_for_another(expect, refusal, changed)) is not None:
            wrong.append(doubt)
        return _worst((Verdict.PASS, *(verdict for verdict, _ in wrong))), [*(item for _, item in wrong), *found]
    if expect.kind == "failed":
        said = finding("EXPECT.REFUSED", "expect.refused", {"status": refusal.status}, advice="advice.expectation")
        return Verdict.FAIL, [said, *found]
    return Verdict.FAIL, found


# ---- a task came to be


def _accepted(variant: Variant, outcome: Outcome, provider: Provider) -> _Verdict:
    kind = variant.expect.kind
    notes = warnings(variant, outcome, provider)
    if kind == "rejected":
        return Verdict.FAIL, [_accepted_anyway(outcome), *notes]
    if kind == "accepted":
        return Verdict.PASS, [*(as_warning(item) for item in _sad_end(outcome, provider)), *notes]
    if outcome.task_state is TaskState.FAILED:
        verdict, found = _failed(variant.expect, outcome)
        return verdict, [*found, *notes]
    if outcome.until is Until.ACCEPTED and outcome.problem is None:
        if kind == "works":
            return Verdict.PASS, notes
        params = {"task": outcome.task_id}
        return Verdict.INCONCLUSIVE, [finding("EXPECT.UNSEEN", "expect.unseen", params, advice="advice.until"), *notes]
    if outcome.task_state is not TaskState.SUCCEEDED or (outcome.problem is not None and kind == "works"):
        return Verdict.INCONCLUSIVE, [*_sad_end(outcome, provider), *notes]
    if kind == "failed":
        params = {"task": outcome.task_id}
        said = finding("EXPECT.SUCCEEDED", "expect.succeeded", params, advice="advice.expectation")
        return Verdict.FAIL, [said, *notes]
    verdict, found = _outputs(variant, outcome, provider)
    return verdict, [*found, *notes]


def _accepted_anyway(outcome: Outcome) -> Finding:
    params = {"task": outcome.task_id}
    if outcome.charged_credits is not None:
        params["credits"] = show_number(outcome.charged_credits)
        message = "expect.accepted"
    elif outcome.estimated_credits is not None:
        params["credits"] = show_number(outcome.estimated_credits)
        message = "expect.accepted.estimated"
    else:
        message = "expect.accepted.unpriced"
    return finding("EXPECT.ACCEPTED", message, params, advice="advice.expectation")


def _sad_end(outcome: Outcome, provider: Provider) -> list[Finding]:
    """Why an accepted task did not end well, as far as it was followed; nothing when it did or was left alone."""
    params = {"task": outcome.task_id, "state": outcome.task_state or outcome.task_word or "unknown"}
    if outcome.task_state is TaskState.FAILED:
        return [of_failure(outcome)]
    if outcome.problem is not None:
        return [of_problem(outcome, provider)]
    if outcome.until is Until.ACCEPTED or outcome.task_state is TaskState.SUCCEEDED:
        return []
    if outcome.task_state is TaskState.CANCELLED:
        return [finding("TASK.CANCELLED", "task.cancelled", params, advice="advice.later")]
    if outcome.task_state is TaskState.THROTTLED:
        return [finding("THROTTLED", "task.throttled", params, advice="advice.resume")]
    return [finding("TASK.UNFINISHED", "task.unfinished", params, advice="advice.follow")]


def _failed(expect: Expectation, outcome: Outcome) -> _Verdict:
    """The task ended FAILED. A passing fault of the provider says nothing about the payload."""
    meaning = failure_of(outcome.failure_code)
    found = of_failure(outcome)
    if expect.kind == "works":
        return Verdict.INCONCLUSIVE if meaning.transient else Verdict.FAIL, [found]
    wrong: list[tuple[Verdict, Finding]] = []
    if expect.code is not None:
        wrong += wrong_code(expect.code, [code for code in (outcome.failure_code, meaning.code) if code])
    if expect.message is not None and expect.message.casefold() not in (outcome.failure or "").casefold():
        params = {"wanted": clean(expect.message, 200), "got": clean(outcome.failure or "–", 200)}
        wrong.append((Verdict.FAIL, finding("EXPECT.MESSAGE", "expect.message", params, advice="advice.expectation")))
    if wrong and meaning.transient:
        return Verdict.INCONCLUSIVE, [*(item for _, item in wrong), found]
    return _worst((Verdict.PASS, *(verdict for verdict, _ in wrong))), [*(item for _, item in wrong), found]


def _outputs(variant: Variant, outcome: Outcome, provider: Provider) -> _Verdict:
    """SUCCEEDED: are the outputs there, and are they what was asked for?"""
    if not outcome.outputs:
        params = {"task": outcome.task_id}
        return Verdict.FAIL, [
            finding("PROVIDER.BODY", "provider.no_outputs", params, advice="advice.provider", said=outcome.raw)
        ]
    strange = [output for output in outcome.outputs if not is_address(output.url)]
    if strange:
        params = {"task": outcome.task_id, "got": clean(strange[0].url, 120)}
        return Verdict.FAIL, [finding("PROVIDER.BODY", "provider.no_address", params, advice="advice.output")]
    if outcome.until is not Until.VERIFIED:
        return Verdict.PASS, []
    endpoint = provider.endpoints.get(variant.endpoint)
    derived = provider.media(endpoint, variant.payload) if endpoint is not None else None
    stated = variant.expect.media
    found = honour.check(
        honour.combine(stated, derived),
        outcome.outputs,
        kind=endpoint.kind if endpoint is not None else None,
        exact=stated is not None and (stated.width is not None or stated.height is not None),
    )
    verdicts = [_OUTPUT_VERDICTS.get(item.code, Verdict.FAIL) for item in found if not item.warning]
    return _worst((Verdict.PASS, *verdicts)), found


#: A file that could not be had tells nothing about the payload; any other finding on an output was measured.
_OUTPUT_VERDICTS: Final = {"OUTPUT.MISSING": Verdict.INCONCLUSIVE, "OUTPUT.EXPIRED": Verdict.INCONCLUSIVE}


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=_ORDER.index)
