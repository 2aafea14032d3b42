"""`variants:` → Declared records, with what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from harness.model import EMPTY, WORKS, Expectation, Json, JsonObject, Path, Source
from harness.provider import Endpoint, Provider
from harness.scenario import overlay
from harness.scenario.expecting import expectation
from harness.scenario.records import Declared
from harness.scenario.routes import blanks, check_blank, check_blanks, endpoint_of, known_versions
from harness.scenario.values import UNKNOWN, Values, is_word, unescaped
from harness.words import told
from harness.yamlio import Document, did_you_mean, listed, quoted

#: What differs from the baseline cannot stand beside the whole payload.
_CHANGES: Final = ("set", "unset", "keep")
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})


class Facts(Struct, frozen=True, kw_only=True):
    """What a variant takes over from its scenario. None where the file has a mistake."""

    provider: Provider | None
    endpoint: Endpoint | None
    base: JsonObject | None
    path: Mapping[str, str]
    tags: tuple[str, ...]
    contracts: tuple[str, ...]
    repeat: int

    def route(self, endpoint: Endpoint | None) -> Mapping[str, str]:
        """The scenario's values for the blanks of an endpoint's route."""
        if not self.path or endpoint is None:
            return EMPTY
        wanted = blanks(endpoint)
        return {name: value for name, value in self.path.items() if name in wanted}


class Variants:
    """Reads the variants of one scenario. Mistakes go to `values`."""

    def __init__(self, doc: Document, values: Values, facts: Facts) -> None:
        self.endpoints: dict[str, Endpoint] = {}
        self.plain_route = False
        self._doc = doc
        self._values = values
        self._facts = facts
        self._route = facts.route(facts.endpoint)
        self._names: dict[str, Source] = {}
        self._kept: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self, nodes: Json) -> list[Declared]:
        """Every variant of the list, those with mistakes left out."""
        if not isinstance(nodes, list):
            return []
        found = []
        for index, (node, place) in enumerate(zip(nodes, self._doc.items(nodes), strict=True)):
            path, source = ("variants", index), self._doc.source(place)
            one = self._one({"name": node} if isinstance(node, str) else node, path, source)
            if one is not None:
                found.append(one)
        return found

    def _one(self, node: Json, path: Path, source: Source) -> Declared | None:
        if not isinstance(node, dict):
            return None
        facts, name = self._facts, node.get("name")
        endpoint = facts.endpoint
        if "endpoint" in node and facts.provider is not None and isinstance(node["endpoint"], str):
            endpoint = self._values.attempt((*path, "endpoint"), endpoint_of, node["endpoint"], facts.provider)
        payload = self._payload(node, path)
        route = self._route_of(node, path, endpoint)
        expect = self._expect(node, path)
        contracts = (
            versions(node.get("contracts"), (*path, "contracts"), facts.provider, self._values) or facts.contracts
        )
        repeat = count(node.get("repeat"), facts.repeat)
        if not isinstance(name, str):
            return None
        self._take_names(name, repeat, path if "name" not in node or len(node) == 1 else (*path, "name"), source)
        if payload is None or endpoint is None:
            return None
        self.endpoints[endpoint.key] = endpoint
        return Declared(
            name=name,
            source=source,
            endpoint=endpoint.key,
            payload=payload,
            expect=expect,
            tags=self._tags(node.get("tags")),
            contracts=contracts,
            path=route,
            repeat=repeat,
        )

    def _payload(self, node: Mapping[str, Any], path: Path) -> JsonObject | None:
        base = self._facts.base
        if "payload" in node:
            beside = [key for key in _CHANGES if key in node]
            if beside:
                what = told("variant.payload", words=listed(beside))
                self._values.refuse((*path, "payload"), what, told("variant.payload.fix"), key=True)
            return self._values.payload(node["payload"], (*path, "payload"))
        if base is None:
            self._set({}, node.get("set"), (*path, "set"), known=False)
            return None
        payload = dict(base)
        if "keep" in node:
            payload = self._keep(payload, node, path)
        for index, key in enumerate(texts(node.get("unset"))):
            self._values.attempt((*path, "unset", index), _take, payload, key)
        self._set(payload, node.get("set"), (*path, "set"), known=True)
        self._contradictions(node, path)
        return payload

    def _keep(self, payload: dict[str, Json], node: Mapping[str, Any], path: Path) -> dict[str, Json]:
        kept, before = {}, len(self._values.mistakes)
        for index, written in enumerate(texts(node["keep"])):
            key = unescaped(written)
            if key in payload:
                kept[key] = True
            else:
                dot = told("variant.keep.whole") if key.partition(".")[0] in payload else ""
                what = told("variant.keep", key=quoted(key))
                self._values.refuse((*path, "keep", index), what, dot + did_you_mean(key, payload))
        if len(self._values.mistakes) > before:
            return payload
        return {key: value for key, value in payload.items() if key in kept}

    def _set(self, payload: dict[str, Json], node: Json, path: Path, *, known: bool) -> None:
        if not isinstance(node, dict):
            return
        for key, written in node.items():
            value = written if written.__class__ in _SCALARS else self._values.value(written, (*path, key))
            if not known or is_word(key):  # the schema tells that a word is no key
                continue
            if "." not in key and value.__class__ in _SCALARS:
                payload[unescaped(key)] = value
            else:
                self._values.attempt((*path, key), put_key, payload, key, value)

    def _contradictions(self, node: Mapping[str, Any], path: Path) -> None:
        beside = {word: node[word] for word in ("set", "keep") if isinstance(node.get(word), dict | list)}
        for index, key in enumerate(texts(node.get("unset"))):
            for word, keys in beside.items():
                if key in keys:
                    what = told("variant.unset", key=quoted(key), word=word)
                    self._values.refuse((*path, "unset", index), what, told("fix.take_one_out"))

    def _route_of(self, node: Mapping[str, Any], path: Path, endpoint: Endpoint | None) -> Mapping[str, str]:
        if endpoint is None:
            return EMPTY
        if "path" not in node and endpoint is self._facts.endpoint:
            self.plain_route = True
            return self._route
        own = fill(node.get("path"), (*path, "path"), self._values)
        merged = {**self._facts.route(endpoint), **own}
        self._values.attempt((*path, "path") if own else path, check_blanks, endpoint, merged, own)
        return merged

    def _expect(self, node: Mapping[str, Any], path: Path) -> Expectation:
        if "expect" not in node or not self._values.trusted((*path, "expect")):
            return WORKS
        return self._values.attempt((*path, "expect"), expectation, node["expect"]) or WORKS

    def _tags(self, node: Json) -> tuple[str, ...]:
        """The scenario's tags and the variant's own; equal ones are one tuple."""
        if not node:
            return self._facts.tags
        tags = tuple(dict.fromkeys((*self._facts.tags, *texts(node))))
        return self._kept.setdefault(tags, tags)

    def _take_names(self, name: str, repeat: int, path: Path, source: Source) -> None:
        for each in repeated(name, repeat):
            first = self._names.setdefault(each, source)
            if first is not source:
                what = told("variant.same_name", name=quoted(each), line=first.line)
                self._values.refuse(path, what, told("fix.rename_one"))
                return


def repeated(name: str, repeat: int) -> list[str]:
    """The names of a variant that is sent so many times.

    >>> repeated("seed", 3)
    ['seed', 'seed (2)', 'seed (3)']
    """
    return [name] if repeat == 1 else [name, *(f"{name} ({number})" for number in range(2, repeat + 1))]


def texts(node: Json) -> tuple[str, ...]:
    """The texts of a list; nothing for what is no list of texts."""
    return tuple(item for item in node if isinstance(item, str)) if isinstance(node, list) else ()


def count(node: Json, default: int) -> int:
    """A whole number from 1, else the default."""
    whole = isinstance(node, int | float) and not isinstance(node, bool) and node >= 1
    return int(node) if whole else default


def fill(node: Json, path: Path, values: Values) -> Mapping[str, str]:
    """The values for the blanks of a route, as `path:` gives them."""
    if not isinstance(node, dict) or not values.trusted(path):
        return EMPTY
    found = {}
    for name, written in node.items():
        value = values.whole(written, (*path, name))
        part = None if value is UNKNOWN else values.attempt((*path, name), check_blank, value)
        if part is not None:
            found[name] = part
    return found


def versions(node: Json, path: Path, provider: Provider | None, values: Values) -> tuple[str, ...]:
    """The contract versions of a list, each checked to be one that the provider has."""
    named = texts(node)
    known = known_versions(provider) if named and provider is not None else ()
    for index, name in enumerate(named):
        if known and name not in known:
            values.refuse((*path, index), told("route.contract", name=quoted(name)), did_you_mean(name, known))
    return named


def _take(payload: dict[str, Json], key: str) -> None:
    overlay.take(payload, overlay.steps_of(key, payload))


def put_key(payload: dict[str, Json], key: str, value: Json) -> None:
    """Set what a written key leads to. BadValue where it leads nowhere."""
    overlay.put(payload, overlay.steps_of(key, payload), value)
