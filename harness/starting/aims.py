"""Where a request goes: to a provider that is known, or to one that is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from harness.errors import HarnessError, UsageError
from harness.provider import Endpoint, Provider, load, shipped
from harness.redact import clean
from harness.starting.request import Request
from harness.words import told

_BLANK: Final = re.compile(r"\\\{(\w+)\\\}")
_MOST_PROFILES: Final = 100
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - recognised, not listened on


class Aim(Struct, frozen=True, kw_only=True):
    """A create of a known provider. `name` is what a scenario calls the provider: a shipped name.

    `profile` is the file of a provider of the user's own. `path` fills the blanks of the endpoint's route.
    """

    name: str
    provider: Provider
    endpoint: Endpoint
    path: Mapping[str, str]
    profile: Path | None = None


def aim_of(request: Request, profiles: Iterable[Path]) -> Aim | None:
    """The provider and endpoint that a request goes to; None for a host that nobody knows.

    `profiles` are files of the user's own. An address on this machine may be a mock's: its path decides. UsageError for
    a known host without such a route.
    """
    own = ((file, provider) for file in profiles if (provider := _loaded(str(file))) is not None)
    known = [*((None, load(name, base=Path())) for name in shipped()), *own]
    for file, provider in known:
        found = _endpoint(request, provider) if _is_host(request, provider) else None
        if found is not None:
            name = provider.profile.name
            return Aim(name=name, provider=provider, endpoint=found[0], path=found[1], profile=file)
    for file, provider in known:
        if _host(provider) == request.url.hostname:
            raise _no_route(request, provider, file)
    return None


def own_profiles(folder: Path) -> list[Path]:
    """The profiles of the user's own in a project."""
    try:
        return sorted((folder / "scenarios").glob("*/profile.yaml"))[:_MOST_PROFILES]
    except OSError:
        return []


def _loaded(file: str) -> Provider | None:
    try:
        return load(file, base=Path())
    except HarnessError:  # its own mistakes are told by `harness validate`
        return None


def _host(provider: Provider) -> str | None:
    return urlsplit(provider.profile.base_url).hostname


def _is_host(request: Request, provider: Provider) -> bool:
    return request.url.hostname == _host(provider) or request.url.hostname in _LOOPBACK


def _endpoint(request: Request, provider: Provider) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint of a request, a route without blanks first, and what fills its blanks."""
    above = urlsplit(provider.profile.base_url).path.rstrip("/")
    path = request.url.path.removeprefix(above).rstrip("/")
    for endpoint in sorted(provider.endpoints.values(), key=lambda one: one.path.count("{")):
        pattern = _BLANK.sub(r"(?P<\1>[^/]+)", re.escape(urlsplit(endpoint.path).path.rstrip("/")))
        found = re.fullmatch(pattern, path) if endpoint.method == request.method else None
        if found is not None:
            return endpoint, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


def _no_route(request: Request, provider: Provider, file: Path | None) -> UsageError:
    what = told("start.no_route", title=provider.profile.title, method=clean(request.method, 10))
    if file is None:
        return UsageError(what, told("start.known_routes", routes=_some(provider)))
    return UsageError(what, told("start.add_route", file=str(file)))


def _some(provider: Provider) -> str:
    paths = [f"{endpoint.method} {endpoint.path}" for endpoint in provider.endpoints.values()]
    return ", ".join(paths[:8]) + (", …" if len(paths) > 8 else "")
