"""A refused payload, told field by field: what is wrong, what is allowed, what to send instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.judge.findings import finding
from harness.model import EMPTY, Finding, Json, Phrase, Proposal, Variant, replace
from harness.provider import ABSENT, FieldRule, Provider
from harness.redact import clean
from harness.refusal.causes import is_model, issue_code
from harness.refusal.limits import Limits, limits_of, same
from harness.refusal.proposals import propose
from harness.refusal.records import Refusal, RefusalIssue, dotted, field_value, parse_path
from harness.refusal.show import assign, listed, show, show_number, utf16_length

_MOST: Final = 20
#: What to do where there is nothing to propose.
_ADVICE: Final[Mapping[str, str]] = {
    "PARAM.MISSING": "advice.add",
    "PARAM.NULL": "advice.value",
    "MODEL.UNKNOWN": "advice.model",
    "MODEL.FORBIDDEN": "advice.model",
    "ASSET.SIZE": "advice.smaller",
    "ASSET.URL": "advice.url",
    "ASSET.DATA_URI": "advice.url",
}
#: Codes whose message has the same key, and needs no more than the field and the value.
_PLAIN: Final[Mapping[str, str]] = {
    "MODEL.FORBIDDEN": "model.forbidden",
    "PARAM.UNKNOWN": "param.unknown",
    "PARAM.COMBINATION": "param.combination",
}
_LISTING: Final[Mapping[str, str]] = {"PARAM.MISSING": "param.missing", "MODEL.UNKNOWN": "model.unknown"}
_TYPED: Final[Mapping[str, str]] = {"PARAM.NULL": "param.null", "PARAM.TYPE": "param.type"}
_Text = tuple[str, Mapping[str, Json]]


def of_refusal(variant: Variant, refusal: Refusal, provider: Provider) -> tuple[Finding, ...]:
    """One finding for each issue of a refused payload, at most twenty; one that names no field when there is none."""
    issues = refusal.issues[:_MOST] or (RefusalIssue(field=None, kind="other", text=refusal.text),)
    return tuple(_of_issue(variant, issue, refusal, provider) for issue in issues)


def _of_issue(variant: Variant, issue: RefusalIssue, refusal: Refusal, provider: Provider) -> Finding:
    code, field = issue_code(issue, refusal.status), issue.field
    said = issue.text or refusal.text
    if field is None:
        return finding(code, "param.unclear", {"status": refusal.status}, advice="advice.read", said=said)
    rule = _rule(provider, variant, field)
    value = field_value(variant.payload, field)
    known = rule is not None and any(same(value, allowed) for allowed in rule.allowed)
    message: str
    more: Mapping[str, Json]
    if code == "MODEL.FORBIDDEN" and rule is not None and rule.allowed and not known:
        # Runway says of a model that does not exist what it says of one that the account may not use.
        code = "MODEL.UNKNOWN"
        message, more = "model.unavailable", EMPTY
    elif code == "PARAM.VALUE" and known and not issue.allowed:
        message, more = "param.value.drift", {"contract": provider.contract_version}
    else:
        message, more = _message(code, issue, rule, value)
    params: dict[str, Json] = {"field": clean(field, 120), "status": refusal.status, "value": "–", **more}
    params["sent"] = params["field"]
    if value is not ABSENT:
        params |= {"sent": clean(assign(field, value), 200), "value": show(value)}
    return finding(
        code,
        message,
        params,
        advice=_advice(code, message, more),
        field=field,
        proposal=None if code.startswith("ASSET") else _proposal(variant, issue, rule, provider),
        said=said,
    )


def _proposal(variant: Variant, issue: RefusalIssue, rule: FieldRule | None, provider: Provider) -> Proposal | None:
    """What to send instead; of a key that is unknown also which one may have been meant."""
    field, endpoint = issue.field or "", provider.endpoints.get(variant.endpoint)
    made = propose(variant.payload, field, issue, rule)
    if made is None or issue.kind != "unknown_key" or provider.contract is None or endpoint is None:
        return made
    path = (field,) if field in variant.payload else parse_path(field)
    meant = provider.contract.meant(endpoint, variant.payload, path)
    if meant is None:
        return made
    params = {"field": field, "meant": clean(dotted(meant), 120)}
    return replace(made, reason=Phrase(key="propose.leave_out_meant", params=params))


def _rule(provider: Provider, variant: Variant, field: str) -> FieldRule | None:
    """What the contract says of a field; of the model at least what the endpoint takes."""
    endpoint = provider.endpoints.get(variant.endpoint)
    if endpoint is None:
        return None
    rule = provider.contract.rule(endpoint, variant.payload, field) if provider.contract is not None else None
    if rule is None and is_model(field) and endpoint.models:
        return FieldRule(field=field, required=True, types=("string",), allowed=endpoint.models)
    return rule


def _advice(code: str, message: str, params: Mapping[str, Json]) -> str:
    if message == "param.value.drift":
        return "advice.drift"
    if code == "PARAM.MISSING" and "expected" in params:
        return "advice.add.expected"
    return _ADVICE.get(code, "advice.asset" if code.startswith("ASSET") else "advice.read")


def _message(code: str, issue: RefusalIssue, rule: FieldRule | None, value: Json) -> _Text:
    """The key of the message, and what fills its blanks beside the field and the value."""
    if code.startswith("ASSET"):
        return code.lower(), {}
    if code in _PLAIN:
        return _PLAIN[code], {}
    limits = limits_of(issue, rule)
    if code == "PARAM.RANGE":
        return _range(limits)
    if code == "PARAM.LENGTH":
        return _length(issue, limits, value)
    expected = issue.expected or next(iter(limits.types), None)
    if code in _TYPED:
        base = _TYPED[code]
        return (f"{base}.expected", {"expected": expected}) if expected else (base, {})
    base = _LISTING.get(code, "param.value")
    if limits.allowed:
        return f"{base}.{'allowed' if issue.allowed else 'contract'}", {"allowed": listed(limits.allowed)}
    return base, {"expected": expected} if expected else {}


def _range(limits: Limits) -> _Text:
    if limits.minimum is not None and limits.maximum is not None:
        return "param.range.both", {"minimum": show_number(limits.minimum), "maximum": show_number(limits.maximum)}
    bounds = {
        "minimum": limits.minimum,
        "maximum": limits.maximum,
        "above": limits.above,
        "below": limits.below,
    }
    for side, bound in bounds.items():
        if bound is not None:
            name = "minimum" if side in {"minimum", "above"} else "maximum"
            return f"param.range.{side}", {name: show_number(bound)}
    return "param.range", {}


def _length(issue: RefusalIssue, limits: Limits, value: Json) -> _Text:
    long = issue.kind == "too_long"
    limit = limits.max_length if long else limits.min_length
    if not isinstance(value, (str, list)) or (isinstance(value, list) and limit is None):
        return "param.value", {}
    entries = isinstance(value, list)
    params: dict[str, Json] = {"length": len(value) if entries else utf16_length(str(value))}
    if limit is not None:
        params["limit"] = show_number(limit)
    if entries:
        return "param.too_many" if long else "param.too_few", params
    base = "param.too_long" if long else "param.too_short"
    return base if limit is None else f"{base}.limit", params
