"""Findings: what a refusal, a failure or a problem is called, and what a person is told to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from harness.model import Finding, Json, Outcome, Phrase, Proposal, TaskState, Variant
from harness.provider import Endpoint, FieldRule, Provider
from harness.provider.records import ABSENT
from harness.redact import clean
from harness.refusal.causes import failure_of, is_model, issue_code
from harness.refusal.codes import move_of
from harness.refusal.limits import Limits, limits_of
from harness.refusal.proposals import propose
from harness.refusal.records import Refusal, RefusalIssue, field_value
from harness.refusal.show import assign, listed, show, show_number, utf16_length

_SAID: Final = 300
_MOST: Final = 20

#: Finding code of a cause that is not the payload → what happened, what to do.
_CAUSES: Final[Mapping[str, tuple[str, str]]] = {
    "AUTH.MISSING": ("auth.missing", "advice.key"),
    "AUTH.REFUSED": ("auth.refused", "advice.key"),
    "AUTH.HOST": ("auth.host", "advice.host"),
    "AUTH.FORBIDDEN": ("auth.forbidden", "advice.account"),
    "CREDIT.EMPTY": ("credit.empty", "advice.credits"),
    "QUOTA.DAILY": ("quota.daily", "advice.tomorrow"),
    "QUOTA.RATE": ("quota.rate", "advice.slower"),
    "PROVIDER.5XX": ("provider.5xx.maybe_created", "advice.look"),
    "PROVIDER.BUSY": ("provider.busy", "advice.later"),
    "REQUEST.ROUTE": ("request.route", "advice.route"),
    "REQUEST.HEADER": ("request.header", "advice.header"),
    "ASSET.SIZE": ("request.too_large", "advice.smaller"),
}
#: Beginning of a problem's code → what to do.
_PROBLEMS: Final = (
    ("NETWORK", "advice.network"),
    ("TASK.VANISHED", "advice.look"),
    ("OUTPUT", "advice.download"),
    ("OURS.BUG", "advice.report"),
    ("OURS.JOURNAL", "advice.disk"),
    ("PROVIDER.BODY", "advice.look"),
)
#: The task exists and is paid for: what is left to do is to read it.
_TO_RESUME: Final = ("NETWORK.", "PROVIDER.", "TASK.TIMEOUT", "TASK.UNFINISHED")


def finding(
    code: str,
    message: str,
    params: Mapping[str, Json] | None = None,
    *,
    advice: str | None = None,
    field: str | None = None,
    proposal: Proposal | None = None,
    said: str | None = None,
    warning: bool = False,
) -> Finding:
    """A finding from the keys of its texts; the same parameters fill message and advice."""
    texts = {name: str(value) for name, value in (params or {}).items()}
    return Finding(
        code=code,
        message=Phrase(key=message, params=texts),
        # A proposal says what to do: nothing more general beside it.
        advice=Phrase(key=advice, params=texts) if advice is not None and proposal is None else None,
        field=field,
        move=move_of(code),
        proposal=proposal,
        said=clean(said, _SAID) if said else None,
        warning=warning,
    )


def of_cause(code: str, status: int, said: str, *, maybe_created: bool = True) -> Finding:
    """A refusal that is not about the payload: the key, the account, the provider."""
    message, advice = _CAUSES.get(code, ("request.refused", "advice.read"))
    if code == "PROVIDER.5XX" and not maybe_created:
        message, advice = "provider.5xx", "advice.later"
    return finding(code, message, {"status": status}, advice=advice, said=said)


def of_problem(outcome: Outcome) -> Finding:
    """No usable answer came (`outcome.problem` is set): which, and what to do."""
    problem = outcome.problem
    assert problem is not None
    text = clean(problem.text, 500)
    if outcome.task_state is TaskState.THROTTLED and problem.code == "TASK.TIMEOUT":
        return finding("THROTTLED", "task.throttled", {"task": outcome.task_id}, advice="advice.resume", said=text)
    advice = next((key for start, key in _PROBLEMS if problem.code.startswith(start)), "advice.later")
    if problem.code == "OURS.BUG":
        message = "ours.bug.maybe_created" if problem.maybe_created else "ours.bug"
        return finding(problem.code, message, {"text": text}, advice=advice)
    if outcome.task_id is not None and problem.code.startswith(_TO_RESUME):
        return finding(problem.code, "problem", {"text": text}, advice="advice.resume")
    if problem.maybe_created:
        return finding(problem.code, "problem.maybe_created", {"text": text}, advice="advice.look")
    return finding(problem.code, "problem", {"text": text}, advice=advice)


def of_failure(outcome: Outcome) -> Finding:
    """A task that ended FAILED: by moderation, by its file, or otherwise."""
    failure = failure_of(outcome.failure_code)
    word = clean(outcome.failure_code or "", 80)
    params = {"task": outcome.task_id, "code": word, "field": word}
    said = outcome.failure or ""
    if failure.code.startswith("SAFETY"):
        side = "safety.output" if failure.code.startswith("SAFETY.OUTPUT") else "safety.input"
        return finding(failure.code, side, params, advice="advice.moderation", said=said)
    if failure.code == "ASSET.INVALID":
        return finding(failure.code, "task.failed.code", params, advice="advice.asset", said=said)
    advice = "advice.later" if failure.transient else "advice.input" if word else "advice.provider"
    return finding(failure.code, "task.failed.code" if word else "task.failed", params, advice=advice, said=said)


def of_refusal(variant: Variant, refusal: Refusal, provider: Provider) -> tuple[Finding, ...]:
    """One finding for each issue of a refused payload, at most twenty; one that names no field when there is none."""
    endpoint = provider.endpoints.get(variant.endpoint)
    found = [
        _of_issue(variant, issue, refusal, _rule(provider, endpoint, variant, issue.field)) for issue in refusal.issues
    ]
    if not found:
        issue = RefusalIssue(field=None, kind="other", text=refusal.text)
        found = [_of_issue(variant, issue, refusal, None)]
    return tuple(found[:_MOST])


def _rule(provider: Provider, endpoint: Endpoint | None, variant: Variant, field: str | None) -> FieldRule | None:
    """What the contract says of a field; of the model at least what the endpoint takes."""
    if endpoint is None or field is None:
        return None
    rule = provider.contract.rule(endpoint, variant.payload, field) if provider.contract is not None else None
    if rule is None and is_model(field) and endpoint.models:
        return FieldRule(field=field, required=True, types=("string",), allowed=endpoint.models)
    return rule


def _of_issue(variant: Variant, issue: RefusalIssue, refusal: Refusal, rule: FieldRule | None) -> Finding:
    code = issue_code(issue, refusal.status)
    field = issue.field
    said = issue.text or refusal.text
    if field is None:
        return finding(code, "param.unclear", {"status": refusal.status}, advice="advice.read", said=said)
    value = field_value(variant.payload, field)
    params: dict[str, Json] = {"field": clean(field, 120), "status": refusal.status}
    if value is not ABSENT:
        params |= {"sent": clean(assign(field, value), 200), "value": show(value)}
    elif code not in {"PARAM.MISSING", "PARAM.UNKNOWN"} and not code.startswith("ASSET"):
        params |= {"sent": params["field"], "value": "–"}
    proposal = None if code.startswith("ASSET") else propose(variant.payload, field, issue, rule)
    if code == "MODEL.FORBIDDEN" and rule is not None and rule.allowed and value not in rule.allowed:
        return finding("MODEL.UNKNOWN", "model.unavailable", params, field=field, proposal=proposal, said=said)
    message, more, advice = _worded(code, issue, rule, value)
    return finding(code, message, {**params, **more}, advice=advice, field=field, proposal=proposal, said=said)


def _worded(
    code: str, issue: RefusalIssue, rule: FieldRule | None, value: Json
) -> tuple[str, dict[str, Json], str | None]:
    """The key of the message, what fills its blanks, and the key of the advice."""
    if code.startswith("ASSET"):
        return code.lower(), {}, "advice.smaller" if code == "ASSET.SIZE" else "advice.asset"
    if code == "MODEL.FORBIDDEN":
        return "model.forbidden", {}, "advice.model"
    if code == "PARAM.UNKNOWN":
        return "param.unknown", {}, None
    if code == "PARAM.COMBINATION":
        return "param.combination", {}, "advice.read"
    limits = limits_of(issue, rule)
    if code == "PARAM.RANGE":
        return *_range(limits), None
    if code == "PARAM.LENGTH":
        return *_length(issue, limits, value), None
    expected = issue.expected or (limits.types[0] if limits.types else None)
    if code in {"PARAM.NULL", "PARAM.TYPE"}:
        base = "param.null" if code == "PARAM.NULL" else "param.type"
        return (f"{base}.expected", {"expected": expected}, None) if expected else (base, {}, None)
    base = {"PARAM.MISSING": "param.missing", "MODEL.UNKNOWN": "model.unknown"}.get(code, "param.value")
    advice = {"param.missing": "advice.add", "model.unknown": "advice.model"}.get(base, "advice.read")
    if limits.allowed:
        source = "allowed" if issue.allowed else "contract"
        return f"{base}.{source}", {"allowed": listed(limits.allowed)}, advice if base != "param.value" else None
    if base == "param.missing" and expected:
        return base, {"expected": expected}, "advice.add.expected"
    return base, {}, advice


def _range(limits: Limits) -> tuple[str, dict[str, Json]]:
    if limits.minimum is not None and limits.maximum is not None:
        return "param.range.both", {"minimum": show_number(limits.minimum), "maximum": show_number(limits.maximum)}
    for side, name in (("minimum", "minimum"), ("maximum", "maximum"), ("above", "minimum"), ("below", "maximum")):
        bound = getattr(limits, side)
        if bound is not None:
            return f"param.range.{side}", {name: show_number(bound)}
    return "param.range", {}


def _length(issue: RefusalIssue, limits: Limits, value: Json) -> tuple[str, dict[str, Json]]:
    long = issue.kind == "too_long"
    limit = limits.max_length if long else limits.min_length
    if isinstance(value, list):
        if limit is None:
            return "param.value", {}
        return "param.too_many" if long else "param.too_few", {"length": len(value), "limit": show_number(limit)}
    length = utf16_length(value) if isinstance(value, str) else 0
    base = "param.too_long" if long else "param.too_short"
    return (
        (base, {"length": length})
        if limit is None
        else (f"{base}.limit", {"length": length, "limit": show_number(limit)})
    )


def as_warning(found: Finding) -> Finding:
    """The same finding as something to know beside a pass."""
    return replace(found, warning=True)
