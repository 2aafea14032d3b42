"""What a contract says to someone who looks for a payload that works: mistakes as a refusal would tell them."""

from __future__ import annotations

from typing import Final, Protocol

from harness.model import Json, JsonObject
from harness.provider import ABSENT, Endpoint, FieldRule, Issue, Provider
from harness.provider.examples import smallest
from harness.refusal.causes import is_model
from harness.refusal.records import IssueKind, RefusalIssue, dotted, field_value
from harness.scenario.pictures import Drawn

_KINDS: Final[dict[str, IssueKind]] = {
    "missing": "missing",
    "type": "type",
    "null": "null",
    "enum": "enum",
    "discriminator": "enum",
    "minimum": "minimum",
    "exclusive_minimum": "minimum",
    "maximum": "maximum",
    "exclusive_maximum": "maximum",
    "max_length": "too_long",
    "max_items": "too_long",
    "min_length": "too_short",
    "min_items": "too_short",
    "union": "union",
    "rule": "forbidden",
}


_PICTURE: Final = "data:image/jpeg;base64,/9j/4AAQSkZJRg=="


class Rules(Protocol):
    """What is known of an API besides what it answers."""

    def rule(self, payload: JsonObject, field: str) -> FieldRule | None:
        """What one field may be beside the rest of the payload; None when nothing is known."""

    def mistakes(self, payload: JsonObject) -> tuple[RefusalIssue, ...]:
        """What is wrong with a payload, all at once."""

    def example(self, payload: JsonObject, field: str) -> Json:
        """A value for a field that is missing, or ABSENT."""


class ContractRules:
    """The rules of one endpoint of a provider, which may have no contract: then little is known."""

    def __init__(self, provider: Provider, endpoint: Endpoint) -> None:
        self._contract = provider.contract
        self._endpoint = endpoint

    def rule(self, payload: JsonObject, field: str) -> FieldRule | None:
        """What the contract says of a field; of the model at least what the endpoint takes."""
        rule = self._contract.rule(self._endpoint, payload, field) if self._contract is not None else None
        if rule is None and is_model(field) and self._endpoint.models:
            return FieldRule(field=field, required=True, types=("string",), allowed=self._endpoint.models)
        return rule

    def mistakes(self, payload: JsonObject) -> tuple[RefusalIssue, ...]:
        """What the contract finds wrong; nothing without one."""
        if self._contract is None:
            return ()
        issues = self._contract.validate(self._endpoint, _with_pictures(payload))
        return tuple(told for issue in issues for leaf in issue.nearest for told in _told(leaf))

    def example(self, payload: JsonObject, field: str) -> Json:
        """A drawn picture where one is wanted, else the value that the smallest body of the contract has there."""
        if self._contract is None:
            return ABSENT
        rule = self._contract.rule(self._endpoint, payload, field)
        if rule is not None and any(schema.get("x-media") == "image" for schema in self._forms(rule.schema)):
            return Drawn()
        tag = self._contract.tag(self._endpoint)
        model = payload.get(tag) if tag is not None else None
        body = smallest(self._contract, self._endpoint, model if isinstance(model, str) else None)
        return field_value(body, field)

    def _forms(self, schema: JsonObject) -> list[JsonObject]:
        """A schema, or the forms of a union."""
        forms = schema.get("anyOf") or schema.get("oneOf") or ()
        assert self._contract is not None
        return [self._contract.resolve(form) for form in forms] or [schema]


def _with_pictures(value: Json) -> Json:
    """The payload with a small picture where one is still to be drawn."""
    if isinstance(value, dict):
        return {key: _with_pictures(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_pictures(inner) for inner in value]
    return _PICTURE if isinstance(value, Drawn) else value


def _told(issue: Issue) -> tuple[RefusalIssue, ...]:
    field = dotted(issue.path)
    if issue.kind == "unknown_keys":
        prefix = f"{field}." if field else ""
        return tuple(RefusalIssue(field=prefix + key, kind="unknown_key") for key in issue.keys)
    if not field:
        return ()
    kind = _KINDS.get(issue.kind, "other")
    if issue.kind == "discriminator" and issue.value is ABSENT:
        kind = "missing"
    told = RefusalIssue(
        field=field,
        kind=kind,
        text=issue.text,
        allowed=issue.allowed,
        minimum=issue.bound if kind in {"minimum", "too_short"} else None,
        maximum=issue.bound if kind in {"maximum", "too_long"} else None,
        exclusive=issue.kind.startswith("exclusive"),
        expected=issue.expected.replace("|", " / ") or None,
    )
    return (told,)
