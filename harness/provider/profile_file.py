"""A profile.yaml → a Profile. Every mistake of the file at once; what its keys mean stands in `profile_schema`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from harness.errors import Mistake, MistakesError
from harness.model import EMPTY, Json, JsonObject, TaskState
from harness.provider.conditions import Condition, Scope
from harness.provider.expectations import USUAL, MediaRule
from harness.provider.price import PerChars, PerItem, PriceRule
from harness.provider.profile import (
    COMMON_STATES,
    Account,
    Create,
    ErrorRule,
    Poll,
    Polling,
    Profile,
    Route,
    SystemicRule,
)
from harness.provider.records import Endpoint
from harness.words import told
from harness.yamlio import Document, check, mistake, quoted

_ID: Final = "{id}"
_KEY: Final = "{key}"
_BLANK: Final = re.compile(r"\{\w*\}")


def parse_profile(doc: Document, *, checked: bool = False) -> Profile:
    """The profile in a document. MistakesError with all mistakes; `checked`: there are none (shipped files)."""
    if not checked and (mistakes := _mistakes(doc)):
        raise MistakesError(mistakes)
    data = doc.data
    key = data.get("key", EMPTY)
    poll = data.get("poll", EMPTY)
    return Profile(
        name=data["name"],
        title=data.get("title", data["name"]),
        file=doc.file,
        base_url=data["base_url"].rstrip("/"),
        base_url_env=data.get("base_url_env"),
        dollars_per_credit=data.get("dollars_per_credit"),
        key_env=_some(key.get("env")),
        key_pattern=key.get("pattern"),
        headers=data.get("headers", EMPTY),
        create=_create(data.get("create", EMPTY)),
        poll=Poll(**_routed(poll)),
        cancel=Route(**data["cancel"]) if "cancel" in data else None,
        account=_account(data["account"]) if "account" in data else None,
        states=_states(data.get("states", EMPTY)),
        words={TaskState(state): _some(words)[0] for state, words in data.get("states", EMPTY).items()},
        polling=Polling(**data.get("polling", EMPTY)),
        errors=ErrorRule(**_places(data.get("errors", EMPTY))),
        systemic=tuple(SystemicRule(**rule) for rule in data.get("systemic", ())),
        endpoints={name: _endpoint(name, facts, poll) for name, facts in data.get("endpoints", EMPTY).items()},
        media=tuple(_media(rule) for rule in data["media"]) if "media" in data else USUAL,
        prices=tuple(_price(rule) for rule in data.get("prices", ())),
        contracts={**({"": data["contract"]} if "contract" in data else {}), **data.get("contracts", EMPTY)},
    )


def _create(data: JsonObject) -> Create:
    places = {name: place for name, place in data.items() if name != "retry"}
    return Create(**_places(places), declined=frozenset(data.get("retry", ())))


def _mistakes(doc: Document) -> list[Mistake]:
    from harness.provider.profile_schema import SCHEMA  # only a user's own profile is checked at start

    return check(doc, SCHEMA) or sorted(_contradictions(doc), key=lambda one: (one.source.line, one.source.column))


def _contradictions(doc: Document) -> Iterator[Mistake]:
    """What a schema cannot say: routes, patterns and words that fit together."""
    data = doc.data
    if not any(data.get(name) for name in ("endpoints", "contracts", "contract")):
        fix = told("profile.no_create.fix", example="{NAME: {path: /…}}")
        yield mistake(doc, (), told("profile.no_create"), fix)
    poll_path = data.get("poll", EMPTY).get("path")
    for name, facts in data.get("endpoints", EMPTY).items():
        if "poll_path" not in facts and poll_path is None:
            fix = told("profile.no_poll.fix", id=_ID)
            yield mistake(doc, ("endpoints", name), told("profile.no_poll"), fix)
    for path in _routes_of_a_task(data):
        if _ID not in str(_at(data, path)):
            yield mistake(doc, path, told("profile.no_id", id=_ID), told("profile.no_id.fix", id=_ID))
    pattern = data.get("key", EMPTY).get("pattern")
    if pattern is not None and (why := _bad_pattern(pattern)):
        what = told("profile.pattern", pattern=quoted(pattern), why=why)
        yield mistake(doc, ("key", "pattern"), what, told("profile.pattern.fix"))
    if any(_KEY in text for text in data.get("headers", EMPTY).values()) and "env" not in data.get("key", EMPTY):
        fix = told("profile.no_key.fix", example="{env: [NAME]}")
        yield mistake(doc, ("headers",), told("profile.no_key"), fix)
    for name, text in data.get("headers", EMPTY).items():
        for blank in _BLANK.findall(text):
            if blank != _KEY:
                what = told("profile.blank", blank=blank, key=_KEY)
                yield mistake(doc, ("headers", name), what, told("profile.blank.fix", key=_KEY))
    yield from _doubled_words(doc)


def _routes_of_a_task(data: JsonObject) -> Iterator[tuple[str, ...]]:
    for place in (("poll", "path"), ("cancel", "path")):
        if place[1] in data.get(place[0], EMPTY):
            yield place
    for name, facts in data.get("endpoints", EMPTY).items():
        if "poll_path" in facts:
            yield ("endpoints", name, "poll_path")


def _doubled_words(doc: Document) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for state, words in doc.data.get("states", EMPTY).items():
        for index, word in enumerate(_some(words)):
            place = ("states", state, index) if isinstance(words, list) else ("states", state)
            before = seen.setdefault(word.casefold(), state)
            if before != state:
                what = told("profile.word", word=word, state=before)
                yield mistake(doc, place, what, told("profile.word.fix"))


def _bad_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return ""


def _at(node: Json, path: tuple[str, ...]) -> Json:
    for step in path:
        node = node[step]
    return node


def _some(value: Json) -> tuple[str, ...]:
    """One text or a list of them, as a tuple."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _places(facts: JsonObject) -> dict[str, Json]:
    """The keys of a group of places as its record names them."""
    return {f"{name}_path": place for name, place in facts.items()}


def _routed(facts: JsonObject) -> dict[str, Json]:
    route = {name: facts[name] for name in ("method", "path") if name in facts}
    return {**route, **_places({name: place for name, place in facts.items() if name not in route})}


def _account(facts: JsonObject) -> Account:
    keys = {"concurrent": "concurrent_key", "daily": "daily_key", "used_daily": "used_daily_key"}
    named = {keys.get(name, f"{name}_path"): value for name, value in facts.items() if name not in ("method", "path")}
    return Account(path=facts["path"], method=facts.get("method", "GET"), **named)


def _states(stated: JsonObject) -> Mapping[str, TaskState]:
    own = {word.casefold(): TaskState(state) for state, words in stated.items() for word in _some(words)}
    return {**COMMON_STATES, **own}


def _endpoint(name: str, facts: JsonObject, poll: JsonObject) -> Endpoint:
    stated = {**facts, "models": tuple(facts.get("models", ()))}
    return Endpoint(key=name, **{"poll_path": poll.get("path", ""), **stated})


def _scope(rule: JsonObject) -> Scope:
    return Scope(
        endpoints=_some(rule.get("endpoint")),
        models=_some(rule.get("model")),
        when=tuple(_condition(name, value) for name, value in rule.get("when", EMPTY).items()),
        unstated=rule.get("unstated", EMPTY),
    )


def _condition(name: str, value: Json) -> Condition:
    if isinstance(value, Mapping):
        return Condition(field=name, present=value["present"])
    return Condition(field=name, values=tuple(value) if isinstance(value, list) else (value,))


_SCOPED: Final = frozenset({"endpoint", "model", "when", "unstated"})


def _media(rule: JsonObject) -> MediaRule:
    return MediaRule(scope=_scope(rule), **{name: value for name, value in rule.items() if name not in _SCOPED})


def _price(rule: JsonObject) -> PriceRule:
    amounts = {name: value for name, value in rule.items() if name not in _SCOPED}
    if "per_chars" in amounts:
        amounts["per_chars"] = PerChars(**amounts["per_chars"])
    if "per_item" in amounts:
        amounts["per_item"] = tuple(PerItem(**item) for item in amounts["per_item"])
    return PriceRule(scope=_scope(rule), **amounts)
