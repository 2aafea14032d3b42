"""Variants for a scenario made from one request: as it was sent, and single changes that the contract makes likely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.model import Json, JsonObject
from harness.provider import Contract, Endpoint, FieldRule, Provider
from harness.redact import clean
from harness.scenario.labels import setting

_MOST: Final = 12
AS_SENT: Final = "as sent"
_NAME_CHARS: Final = 60


def variants_of(
    provider: Provider | None, endpoint: Endpoint | None, body: JsonObject, shown: JsonObject
) -> list[Json]:
    """The `variants` of a scenario; the first is the body itself. `shown` is the body as it is written.

    With a contract: the smallest body, each optional field left out, another value of each field whose values are
    known, none dearer than the body as it was sent. Without one: each field left out, to see which are needed; of a
    mapping ({input: {…}}) each of its fields.
    """
    contract = None if provider is None or endpoint is None else provider.catalogue(endpoint)
    if provider is None or endpoint is None or contract is None:
        found = _each_left_out(body)
    else:
        found = _Changes(provider, contract, endpoint, body).variants()
    made: dict[str, Json] = {AS_SENT: AS_SENT}
    for name, change in found:
        if len(made) < _MOST and name not in made and _may_be_shown(change, shown):
            made[name] = {"name": name, **change}
    return list(made.values())


def broken(provider: Provider | None, endpoint: Endpoint | None, body: JsonObject) -> tuple[str, ...]:
    """The fields of a body that the contract refuses; empty when it accepts it, or there is none."""
    contract = None if provider is None or endpoint is None else provider.catalogue(endpoint)
    if contract is None or endpoint is None:
        return ()
    issues = contract.validate(endpoint, body)
    names = (str((*issue.path, *issue.keys[:1])[0]) for issue in issues if issue.path or issue.keys)
    return tuple(dict.fromkeys(names))


def _may_be_shown(change: JsonObject, shown: JsonObject) -> bool:
    """Names of fields that were hidden in the body are not told by a variant."""
    return all(_stands_in(shown, key) for key in (*change.get("keep", ()), *change.get("unset", ())))


def _stands_in(shown: JsonObject, key: str) -> bool:
    first, _, rest = key.partition(".")
    return key in shown or (isinstance(shown.get(first), dict) and rest in shown[first])


class _Changes:
    def __init__(self, provider: Provider, contract: Contract, endpoint: Endpoint, body: JsonObject) -> None:
        self._provider = provider
        self._contract = contract
        self._endpoint = endpoint
        self._body = body
        self._issues = self._issues_of(body)
        self._price = provider.price(endpoint, body)

    def variants(self) -> Iterator[tuple[str, JsonObject]]:
        rules = {key: self._contract.rule(self._endpoint, self._body, key) for key in self._body}
        needed = [key for key, rule in rules.items() if rule is not None and rule.required]
        optional = [key for key in self._body if key not in needed]
        if len(optional) > 1 and self._fits({key: self._body[key] for key in needed}):
            yield "minimal", {"keep": [_escaped(key) for key in needed]}
        for key in optional:
            if key and self._fits({name: value for name, value in self._body.items() if name != key}):
                yield _without(key)
        for key, rule in rules.items():
            if rule is not None and key != self._contract.tag(self._endpoint):
                for value in self._others(rule, self._body[key]):
                    yield clean(setting(key, value), _NAME_CHARS), {"set": {_escaped(key): value}}

    def _others(self, rule: FieldRule, value: Json) -> list[Json]:
        """Another value that the contract allows beside the rest, at most one."""
        if rule.allowed:
            some = [one for one in rule.allowed if one != value]
        else:
            whole = "integer" in rule.types or "number" in rule.types
            bounds = (rule.minimum, rule.maximum) if whole and isinstance(value, int | float) else ()
            some = [int(one) if float(one).is_integer() else one for one in bounds if one is not None and one != value]
        return [one for one in some if self._fits({**self._body, rule.field: one})][:1]

    def _fits(self, body: JsonObject) -> bool:
        """True for a body with no mistake that the one that was sent had not, and no dearer than it."""
        if not self._issues_of(body) <= self._issues:
            return False
        price = self._provider.price(self._endpoint, body)
        return self._price is None or (price is not None and price <= self._price)

    def _issues_of(self, body: JsonObject) -> frozenset[tuple[str, str]]:
        issues = self._contract.validate(self._endpoint, body)
        return frozenset((issue.kind, ".".join(map(str, issue.path))) for issue in issues)


def _each_left_out(body: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for key, value in body.items():
        inner = value if isinstance(value, dict) and not any("." in name or not name for name in value) else {}
        if len(inner) > 1 and key and "." not in key:
            yield from (_without(f"{key}.{name}", f"{_escaped(key)}.{_escaped(name)}") for name in inner)
        elif len(body) > 1 and key:
            yield _without(key)


def _without(key: str, written: str = "") -> tuple[str, JsonObject]:
    return f"no {clean(key, _NAME_CHARS)}", {"unset": [written or _escaped(key)]}


def _escaped(key: str) -> str:
    return f"${key}" if key.startswith("$") else key
