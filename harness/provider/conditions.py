"""Does a payload meet a rule's `when`? Shared by the price and the media rules.

The small records of this package are NamedTuples: each frozen dataclass costs a millisecond of start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from harness.model import EMPTY, Json, JsonObject
from harness.provider.records import ABSENT, Absent, FieldRule

#: What the contract says of a field; None when there is no contract, or it does not know the field.
FieldRules: TypeAlias = Callable[[str], FieldRule | None]


class Condition(NamedTuple):
    """What one field must be: one of `values`, or with `present` only there (True) or not there (False)."""

    field: str
    values: tuple[Json, ...] = ()
    present: bool | None = None


class Scope(NamedTuple):
    """Which payloads a rule is for. Empty tuples fit anything; `unstated` is what a missing field counts as."""

    endpoints: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    unstated: JsonObject = EMPTY

    def covers(self, endpoint: str, payload: Mapping[str, Json]) -> bool:
        """True when the rule is for this endpoint and the payload's model."""
        return (not self.endpoints or endpoint in self.endpoints) and (
            not self.models or payload.get("model") in self.models
        )

    def holds(self, payload: Mapping[str, Json], rules: FieldRules) -> bool | None:
        """Whether the payload meets every condition; None when a field that decides is neither stated nor defaulted."""
        answer: bool | None = True
        for condition in self.when:
            met = self._meets(condition, payload, rules)
            if met is False:
                return False
            answer = None if met is None else answer
        return answer

    def _meets(self, condition: Condition, payload: Mapping[str, Json], rules: FieldRules) -> bool | None:
        name = condition.field
        if condition.present is not None:
            return (payload.get(name) is not None) == condition.present
        value = stated(name, payload, rules, self.unstated)
        if value is ABSENT:
            rule = rules(name)
            possible = rule is None or not rule.allowed or any(item in condition.values for item in rule.allowed)
            return None if possible else False
        return any(value == item and isinstance(value, bool) == isinstance(item, bool) for item in condition.values)


def stated(name: str, payload: Mapping[str, Json], rules: FieldRules, unstated: JsonObject) -> Json | Absent:
    """A field's value: the payload's, else the contract's default, else what it counts as, else ABSENT."""
    if name in payload:
        return payload[name]
    rule = rules(name)
    if rule is not None and rule.default is not ABSENT:
        return rule.default
    return unstated.get(name, ABSENT)
