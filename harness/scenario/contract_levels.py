"""`{$contract: …}` → levels: what the contract allows a key to be, and what stands just outside of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from harness.model import Asset, Json, JsonObject
from harness.provider import ABSENT, Contract, Endpoint, FieldRule, Issue
from harness.scenario.labels import canonical
from harness.scenario.overlay import put
from harness.scenario.pictures import Drawn
from harness.scenario.records import BadValue

#: A range of so many whole numbers is written out by `all`; of a wider one the bounds stand for it.
_WIDEST: Final = 64
#: Longer texts are no bound that anybody means to test (a data URI may have five million characters).
_LONGEST: Final = 100_000
#: A key and a value that no closed set holds.
UNKNOWN_KEY: Final = "not_in_the_contract"
_NO_SUCH: Final = "no such value"
#: A whole number that is as good as any: as a text, or with a half more, it is of the wrong type.
_NUMBER: Final = 5
#: What stands for a file where only the contract looks at it.
_FILE: Final = "data:image/jpeg;base64,AAAAAAAA"
_ABSENT: Final = {"$absent": True}


class Level(NamedTuple):
    """A level and how a scenario file would write it."""

    value: Json
    written: Json


class Catalogue:
    """What the contract says of one endpoint's keys, for the models at hand. `base` is the scenario's baseline."""

    def __init__(self, contract: Contract, endpoint: Endpoint, base: JsonObject, models: Sequence[Json] = ()) -> None:
        """`models` are those that the rows take; empty: the baseline's own."""
        self._contract = contract
        self._endpoint = endpoint
        self._tag = contract.tag(endpoint)
        plain = without_files(base)
        own = plain.get(self._tag) if self._tag else None
        known = [model for model in models if isinstance(model, str) and model in endpoint.models]
        known.sort(key=lambda model: model != own)  # the baseline's model first: a level is tried there if it can be
        self._bodies: list[JsonObject] = [{**plain, self._tag: model} for model in known] if self._tag else []
        self._bodies = self._bodies or [plain]

    def models(self) -> tuple[str, ...]:
        """The models of the endpoint, where one field chooses the form of a body; else none."""
        return self._endpoint.models if self._tag is not None else ()

    @property
    def tag(self) -> str | None:
        """The key that chooses the form of a body."""
        return self._tag

    def plain_keys(self) -> tuple[str, ...]:
        """The dotted keys of plain values (texts, numbers, true and false) that the models know: no files, no lists."""
        found: dict[str, None] = {}
        for body in self._bodies:
            model = body.get(self._tag) if self._tag else None
            schema = self._contract.schema(self._endpoint, model if isinstance(model, str) else None)
            found.update(dict.fromkeys(self._keys_of(schema, "")))
        return tuple(key for key in found if key != self._tag)

    def keys(self) -> tuple[str, ...]:
        """The keys of a body that the models know, files and lists among them."""
        models = [body.get(self._tag) for body in self._bodies] if self._tag else [None]
        return tuple(dict.fromkeys(key for model in models for key in self._contract.fields(self._endpoint, model)))

    def valid(self, key: str, word: str) -> tuple[Level, ...]:
        """The levels of `all` or `boundary`, each once. Empty when the contract states neither values nor bounds."""
        if key == self._tag:
            return tuple(Level(model, model) for model in self._endpoint.models)
        found: list[Level] = []
        rules = self._rules(key)
        for rule in rules:
            found += () if self._holds_files(rule.schema) else _allowed(rule, word)
        # A model that does not know the key takes a body without it.
        optional = len(rules) < len(self._bodies) or not all(rule.required for rule in rules)
        return _once([*found, Level(ABSENT, _ABSENT)] if found and optional else found)

    def invalid(self, key: str, steps: tuple[str, ...]) -> tuple[Level, ...]:
        """The levels of `invalid`: only what the contract refuses for one of the models that know the key."""
        ruled = [(body, rule) for body in self._bodies if (rule := self._rule(body, key)) is not None]
        candidates = _once(
            level
            for _, rule in ruled
            for level in _outside(rule, files=key != self._tag and self._holds_files(rule.schema))
        )
        return tuple(level for level in candidates if any(self._refuses(body, steps, level) for body, _ in ruled))

    def refuses_unknown_keys(self) -> bool:
        """True when the contract refuses a key that it does not list, for one of the models."""
        level = Level("x", "x")
        return any(self._refuses(body, (UNKNOWN_KEY,), level) for body in self._bodies)

    def _rules(self, key: str) -> list[FieldRule]:
        return [rule for body in self._bodies if (rule := self._rule(body, key)) is not None]

    def _rule(self, body: JsonObject, key: str) -> FieldRule | None:
        return self._contract.rule(self._endpoint, body, key)

    def _refuses(self, body: JsonObject, steps: tuple[str, ...], level: Level) -> bool:
        changed = dict(body)
        try:
            put(changed, steps, level.value)
        except BadValue:
            return False
        return concerns(self._contract.validate(self._endpoint, changed), steps)

    def _keys_of(self, schema: JsonObject, prefix: str) -> Iterator[str]:
        for name, part in schema.get("properties", {}).items():
            if "." in name:  # a dotted key would reach inside of another
                continue
            found = self._contract.resolve(part)
            if found.get("type") == "object":
                yield from self._keys_of(found, f"{prefix}{name}.") if not prefix else ()
            elif not self._holds_files(found):
                yield prefix + name

    def _holds_files(self, schema: JsonObject) -> bool:
        """True for what is no plain value: a file, a list, an object."""
        if "x-media" in schema or schema.get("type") in {"array", "object"}:
            return True
        forms = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
        return any(self._holds_files(self._contract.resolve(form)) for form in forms)


def concerns(issues: Iterable[Issue], steps: tuple[str, ...], *, unknown: bool = True) -> bool:
    """True when one of the issues is about the key at these steps or what is inside of it.

    With `unknown` also when the contract does not know the key, or one on the way to it.
    """
    return any(
        any(_meet((*issue.path, key), steps) for key in issue.keys)
        if issue.kind == "unknown_keys" and unknown
        else tuple(map(str, issue.path))[: len(steps)] == steps
        for issue in issues
        if issue.kind != "rule"
    )


def _meet(path: Sequence[str | int], steps: tuple[str, ...]) -> bool:
    words = tuple(map(str, path))
    return words[: len(steps)] == steps[: len(words)]


def without_files(payload: Json) -> Json:
    """The payload with a short stand-in for each file: the contract is asked about the rest."""
    if isinstance(payload, Asset | Drawn):
        return _FILE
    if isinstance(payload, Mapping):
        return {key: without_files(value) for key, value in payload.items()}
    return [without_files(value) for value in payload] if isinstance(payload, list) else payload


def _allowed(rule: FieldRule, word: str) -> list[Level]:
    if rule.allowed:
        return [Level(value, value) for value in rule.allowed]
    found: list[Json] = []
    if "integer" in rule.types or "number" in rule.types:
        low, high = _bounds(rule)
        if word == "all" and "number" not in rule.types and low is not None and high is not None:
            found += range(int(low), int(high) + 1) if high - low < _WIDEST else (low, high)
        else:
            found += [bound for bound in (low, high) if bound is not None]
    if "boolean" in rule.types:
        found += [True, False]
    found += rule.also
    if "null" in rule.types:
        found.append(None)
    levels = [Level(value, value) for value in found]
    if "string" in rule.types and rule.pattern is None:
        levels += [_text(length) for length in (rule.min_length, rule.max_length) if _sensible(length)]
    return levels


def _bounds(rule: FieldRule) -> tuple[float | None, float | None]:
    """The smallest and the largest number that is allowed."""
    step = _step(rule)
    low, high = rule.minimum, rule.maximum
    if rule.exclusive_minimum is not None:
        low = max(rule.exclusive_minimum + step, rule.exclusive_minimum + step if low is None else low)
    if rule.exclusive_maximum is not None:
        high = min(rule.exclusive_maximum - step, rule.exclusive_maximum - step if high is None else high)
    return _whole(low), _whole(high)


def _step(rule: FieldRule) -> float:
    return 0.01 if "number" in rule.types else 1


def _whole(number: float | None) -> float | None:
    """1 for 1.0: a payload says 1."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _outside(rule: FieldRule, *, files: bool) -> list[Level]:
    """What may be refused: the contract decides."""
    found: list[Level] = []
    numbers = [value for value in rule.allowed if isinstance(value, int | float) and not isinstance(value, bool)]
    low, high = (min(numbers), max(numbers)) if numbers else _bounds(rule)
    number = "integer" in rule.types or "number" in rule.types
    if number and not files:
        step = _step(rule)
        found += [_plain(_whole(round(low - step, 6)))] if low is not None else []
        found += [_plain(_whole(round(high + step, 6)))] if high is not None else []
        found += [_plain(_NUMBER + 0.5)] if "number" not in rule.types else []
        found.append(_plain(str(_NUMBER)))
    elif "string" in rule.types and not files:
        lengths = (rule.min_length - 1 if rule.min_length else None, rule.max_length and rule.max_length + 1)
        found += [_text(length) for length in lengths if _sensible(length)]
        found += [_plain(_NO_SUCH)] if rule.allowed else []
        found.append(_plain(7))
    elif "boolean" in rule.types:
        found.append(_plain("yes"))
    else:
        found.append(_plain(7))
    found.append(_plain(None))
    return [*found, Level(ABSENT, _ABSENT)] if rule.required else found


def _sensible(length: int | None) -> bool:
    return length is not None and length <= _LONGEST


def _plain(value: Json) -> Level:
    return Level(value, value)


def _text(length: int | None) -> Level:
    count = int(length or 0)
    return Level("x" * count, {"$text": {"length": count}} if count else "")


def _once(levels: Iterable[Level]) -> tuple[Level, ...]:
    found: dict[str, Level] = {}
    for level in levels:
        found.setdefault(canonical(level.value), level)
    return tuple(found.values())
