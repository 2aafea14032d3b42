"""What was really sent corrects what a refusal says: the same sentence stands for a wrong and for a missing value."""

from __future__ import annotations

from harness.model import Json, JsonObject, replace
from harness.provider.records import ABSENT
from harness.refusal.records import IssueKind, RefusalIssue, field_value


def corrected(issue: RefusalIssue, payload: JsonObject | None) -> RefusalIssue:
    """The issue as what was really sent tells it: an enum's text is the same for a wrong and for a missing value."""
    if issue.field is None or payload is None:
        return issue
    value = field_value(payload, issue.field)
    kind: IssueKind = issue.kind
    if value is ABSENT and kind in {"enum", "type", "union", "null"}:
        kind = "missing"
    elif value is None and kind in {"enum", "type", "union", "missing", "other"}:
        kind = "null"
    elif kind == "missing" and value == "":
        kind = "too_short"
    elif kind == "missing" and value is not ABSENT:
        # It was sent: something about it is missing ("You must specify a frame in position `first`").
        kind = "enum" if issue.allowed else "other"
    elif issue.minimum is not None and kind in {"maximum", "too_long"} and _below(value, issue.minimum):
        kind = "minimum" if kind == "maximum" else "too_short"
    # A list that has the very value that was sent is no list of allowed values.
    lists_sent = any(type(entry) is type(value) and entry == value for entry in issue.allowed)
    return replace(issue, kind=kind, allowed=() if lists_sent else issue.allowed)


def _below(value: Json, minimum: float) -> bool:
    if isinstance(value, (str, list)):
        return len(value) < minimum
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value < minimum
