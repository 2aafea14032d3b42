"""Providers, endpoints, and the blanks of their routes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from harness import provider
from harness.errors import Mistake, MistakesError, UsageError
from harness.model import Json
from harness.provider import NONE, Endpoint, NoProviderError, Provider
from harness.scenario.records import BadValue, LoadSettings
from harness.words import told
from harness.yamlio import describe, did_you_mean, listed, quoted

_BLANK: Final = re.compile(r"\{([^{}]+)\}")


class Providers:
    """The providers of one load: each is read once."""

    def __init__(self, settings: LoadSettings) -> None:
        self._contract = settings.contract
        self._cwd = settings.cwd
        self._known: dict[tuple[str, Path], Provider | BadValue] = {}
        self.mistakes: list[Mistake] = []

    def load(self, name: str, folder: Path) -> Provider:
        """The provider of a name or path. BadValue when there is none.

        UsageError when the contract that was asked for on the command line does not exist. The mistakes of a
        profile's own file go to `mistakes`, once.
        """
        key = (name, folder)
        if key not in self._known:
            self._known[key] = self._load(name, folder)
        found = self._known[key]
        if isinstance(found, BadValue):
            raise found
        return found

    def _load(self, name: str, folder: Path) -> Provider | BadValue:
        try:
            return provider.load(name, base=folder, contract=self._contract, cwd=self._cwd)
        except MistakesError as error:
            new = [mistake for mistake in error.mistakes if mistake not in self.mistakes]
            self.mistakes += new
            return BadValue(told("route.provider"), told("route.provider.fix"))
        except NoProviderError as error:
            if self._contract is not None and self._exists(name, folder):
                raise
            return BadValue(error.what, error.fix)

    @staticmethod
    def _exists(name: str, folder: Path) -> bool:
        try:
            provider.load(name, base=folder)
        except (MistakesError, UsageError):
            return False
        return True


def endpoint_of(name: str, found: Provider) -> Endpoint:
    """The endpoint of a name. BadValue when the provider has none such."""
    endpoint = found.endpoints.get(name)
    if endpoint is None:
        what = told("route.endpoint", provider=found.profile.title, name=quoted(name))
        raise BadValue(what, did_you_mean(name, sorted(found.endpoints)))
    return endpoint


def known_versions(found: Provider) -> tuple[str, ...]:
    """The versions of a provider's contracts, and "none"; empty when it has no contract to choose."""
    versions = [version or found.contract_version for version in found.profile.contracts]
    return (*dict.fromkeys(versions), NONE) if versions else ()


def blanks(endpoint: Endpoint) -> frozenset[str]:
    """The names of the blanks in an endpoint's route: {"id"} for /v1/workflows/{id}."""
    return frozenset(_BLANK.findall(endpoint.path))


def check_blanks(endpoint: Endpoint, path: Mapping[str, str], own: Mapping[str, str]) -> None:
    """BadValue when a blank of the route is not filled by `path`, or `own` fills one that is not there."""
    wanted = blanks(endpoint)
    missing = sorted(wanted - path.keys())
    if missing:
        example = ", ".join(f"{name}: …" for name in missing)
        what = told("route.missing", route=endpoint.path, endpoint=endpoint.key, names=listed(missing))
        raise BadValue(what, told("route.missing.fix", example=f"{{{example}}}"))
    extra = sorted(own.keys() - wanted)
    if extra:
        fix = did_you_mean(extra[0], sorted(wanted)) if wanted else told("fix.take_out")
        what = told("route.extra", route=endpoint.path, endpoint=endpoint.key, names=listed(extra))
        raise BadValue(what, fix)


def check_blank(value: Json) -> str:
    """A value for a blank of a route. BadValue when it cannot be one part of a URL's path."""
    if not isinstance(value, str):
        raise BadValue(told("check.expected", expected=told("shape.string"), found=describe(value)))
    if not value or "/" in value or "\\" in value or value in (".", "..") or not value.isprintable():
        raise BadValue(told("route.part", found=describe(value)), told("route.part.fix"))
    return value
