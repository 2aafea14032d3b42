"""Which routes a mock has: read from the contract's document and the profile, nothing written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from harness.mock.wire import query_value
from harness.model import EMPTY, JsonObject
from harness.provider import Endpoint, Provider

Action = Literal["create", "poll", "cancel", "account", "document"]

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path. `headers` are those that the contract requires: lower-case name → the only value.

    `operation` is the contract's definition of it, empty where only the profile knows the route.
    """

    action: Action
    method: str
    path: str
    endpoint: Endpoint | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    operation: JsonObject = field(default_factory=dict, repr=False)


class Match(Struct, frozen=True, kw_only=True):
    """A route that was found, and what stood for its {names}."""

    route: Route
    names: Mapping[str, str]


class _Template(Struct, frozen=True):
    pattern: re.Pattern[str]
    query: tuple[tuple[str, str], ...]
    routes: dict[str, Route]


class Routes:
    """Finds the route of a request."""

    def __init__(self, provider: Provider) -> None:
        self._prefix = urlsplit(provider.profile.base_url).path.rstrip("/")
        self._plain: dict[str, dict[str, Route]] = {}
        self._templates: dict[str, _Template] = {}
        for route in _routes(provider):
            methods = self._methods(route.path)
            methods.setdefault(route.method, route)

    def find(self, method: str, path: str, query: str) -> Match | tuple[str, ...]:
        """The route with its names; or the methods that the path has, none for a path that does not exist."""
        found = self._find(method, path, query)
        if not found and self._prefix and path.startswith(f"{self._prefix}/"):
            found = self._find(method, path[len(self._prefix) :], query)
        return found

    def _find(self, method: str, path: str, query: str) -> Match | tuple[str, ...]:
        others: list[str] = []
        plain = self._plain.get(path)
        if plain is not None:
            if method in plain:
                return Match(route=plain[method], names=EMPTY)
            others += plain
        for template in self._templates.values():
            matched = template.pattern.fullmatch(path)
            names = None if matched is None else _names(matched, template, query)
            if names is not None:
                if method in template.routes:
                    return Match(route=template.routes[method], names=names)
                others += template.routes
        return tuple(dict.fromkeys(others))

    def _methods(self, path: str) -> dict[str, Route]:
        if "{" not in path:
            return self._plain.setdefault(path, {})
        if path not in self._templates:
            bare, _, query = path.partition("?")
            parts = [re.escape(part) if index % 2 == 0 else f"(?P<{part}>[^/]+)" for index, part in _split(bare)]
            wanted = tuple(
                (name, blank.group(1))
                for name, _, value in (pair.partition("=") for pair in query.split("&"))
                if (blank := _NAME.fullmatch(value))
            )
            self._templates[path] = _Template(re.compile("".join(parts)), wanted, {})
        return self._templates[path].routes


def _split(path: str) -> Iterator[tuple[int, str]]:
    return enumerate(_NAME.split(path))


def _names(matched: re.Match[str], template: _Template, query: str) -> Mapping[str, str] | None:
    names = matched.groupdict()
    for key, name in template.query:
        value = query_value(query, key)
        if value is None:
            return None
        names[name] = value
    return names


def _routes(provider: Provider) -> Iterator[Route]:
    contract, profile = provider.contract, provider.profile
    paths: JsonObject = contract.document.get("paths", EMPTY) if contract else EMPTY
    keys = {**profile.endpoints, **contract.endpoints} if contract else provider.endpoints
    endpoints = {key: provider.endpoints[key] for key in keys}
    cancel = profile.cancel
    account = profile.account
    for endpoint in endpoints.values():
        operation = paths.get(endpoint.path, EMPTY).get(endpoint.method.lower(), EMPTY)
        yield _route("create", endpoint.method, endpoint.path, operation, endpoint)
    polled = dict.fromkeys(endpoint.poll_path for endpoint in endpoints.values() if endpoint.poll_path)
    usual = paths.get(profile.poll.path, EMPTY)
    for path in polled:
        documented = paths.get(path)
        item = documented or usual
        yield _route("poll", profile.poll.method, path, item.get(profile.poll.method.lower(), EMPTY))
        own = documented is None or (cancel is not None and cancel.method.lower() in documented)
        if cancel is not None and cancel.path == profile.poll.path and own:
            yield _route("cancel", cancel.method, path, item.get(cancel.method.lower(), EMPTY))
    if cancel is not None:
        yield _route(
            "cancel", cancel.method, cancel.path, paths.get(cancel.path, EMPTY).get(cancel.method.lower(), EMPTY)
        )
    if account is not None:
        operation = paths.get(account.path, EMPTY).get(account.method.lower(), EMPTY)
        if operation or contract is None:
            yield _route("account", account.method, account.path, operation)
    for path, item in paths.items():
        for method in _METHODS:
            if isinstance(item, Mapping) and method in item:
                yield _route("document", method.upper(), path, item[method])


def _route(action: Action, method: str, path: str, operation: JsonObject, endpoint: Endpoint | None = None) -> Route:
    headers = {
        str(parameter["name"]).lower(): parameter.get("schema", EMPTY).get("const")
        for parameter in operation.get("parameters", ())
        if parameter.get("in") == "header" and parameter.get("required")
    }
    return Route(action=action, method=method, path=path, endpoint=endpoint, headers=headers, operation=operation)
