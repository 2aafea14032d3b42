"""Name or path → Provider: the profile, and the contract that was asked for."""

from __future__ import annotations

import json
import os.path
import pathlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from harness import yamlio
from harness.errors import Mistake, MistakesError, UsageError
from harness.model import Json, JsonObject, MediaExpectation, Source, replace
from harness.provider.conditions import FieldRules
from harness.provider.contract import Contract, ContractError
from harness.provider.expectations import expect
from harness.provider.openapi_schema import OPENAPI
from harness.provider.price import price
from harness.provider.profile import Profile
from harness.provider.profile_file import parse_profile
from harness.provider.records import Endpoint, FieldRule
from harness.words import together, told

#: The word for a run without a contract.
NONE: Final = "none"
_SHIPPED: Final = pathlib.Path(__file__).parent
_PROFILE: Final = "profile.yaml"
_YAML: Final = frozenset({".yaml", ".yml"})


class NoProviderError(UsageError):
    """There is no such provider, or no such contract of it. `what` says it within a file's mistake."""

    def __init__(self, key: str, fix: str, **names: str) -> None:
        super().__init__(told(key, **names), fix)
        self.what = told(f"{key}.inside", **names)


class Provider(Struct, frozen=True, kw_only=True):
    """A profile with one of its contracts. Without a contract (`contract_version` "none") nothing is validated.

    `default` is the profile's default contract, whichever was chosen (None: it has none). `endpoints` are those of the
    chosen contract, of the default one and of the profile itself: a scenario for an endpoint that only another contract
    knows can still be read, and skipped.
    """

    profile: Profile
    contract: Contract | None
    contract_version: str
    endpoints: Mapping[str, Endpoint]
    default: Contract | None = None

    def catalogue(self, endpoint: Endpoint) -> Contract | None:
        """The contract that tells which values there are to try: the chosen one if it knows the endpoint, else the
        default one. A run without a contract fires the same variants, and judges them by nothing.
        """
        known = (one for one in (self.contract, self.default) if one is not None and endpoint.key in one.endpoints)
        return next(known, None)

    def price(self, endpoint: Endpoint, payload: JsonObject) -> float | None:
        """The credits that a payload costs at most, never negative; None when no price is known."""
        return price(self.profile.prices, endpoint.key, payload, self._rules(endpoint, payload))

    def media(self, endpoint: Endpoint, payload: JsonObject) -> MediaExpectation | None:
        """What the payload promises of its output (pixels or shape, seconds); None when it promises nothing."""
        return expect(self.profile.media, endpoint.key, payload, self._rules(endpoint, payload))

    def _rules(self, endpoint: Endpoint, payload: JsonObject) -> FieldRules:
        contract = self.contract
        return _no_rule if contract is None else lambda field: contract.rule(endpoint, payload, field)


def _no_rule(_field: str) -> FieldRule | None:
    return None


def shipped() -> tuple[str, ...]:
    """The names of the providers that come with the harness."""
    return tuple(sorted(folder.name for folder in _SHIPPED.iterdir() if (folder / _PROFILE).is_file()))


def load(name: str, *, base: pathlib.Path, contract: str | None = None, cwd: pathlib.Path | None = None) -> Provider:
    """The provider of a name, or of a profile.yaml at a path relative to `base`. Mistakes name it as seen from `cwd`.

    `contract` is a version, "none", or None for the profile's default. NoProviderError for a name or a version that
    does not exist; MistakesError for a profile or a contract that is wrong.
    """
    file = _SHIPPED / name / _PROFILE if name in shipped() else _find(name, base)
    profile = _profile(file, file.stat().st_mtime_ns, _shown(file, cwd or pathlib.Path.cwd()))
    files = _contract_files(profile, file.parent)
    default = next(iter(files), NONE)
    chosen = default if contract is None else contract
    if chosen != NONE and chosen not in files:
        fix = told("fix.known", names=yamlio.listed([*files, NONE]))
        if (near := yamlio.nearest(chosen, files)) is not None:
            fix = together([told("fix.did_you_mean", near=yamlio.quoted(near)), fix], " ")
        raise NoProviderError("provider.no_contract", fix, provider=profile.title, name=yamlio.quoted(chosen))
    read = {
        version: _contract(files[version], files[version].stat().st_mtime_ns, version)
        for version in dict.fromkeys((default, chosen))
        if version != NONE
    }
    known = [one.endpoints for one in read.values()] + [profile.endpoints]
    return Provider(
        profile=profile,
        contract=read.get(chosen),
        contract_version=chosen,
        default=read.get(default),
        endpoints={key: _with_poll(endpoint, profile) for one in known for key, endpoint in one.items()},
    )


def _find(name: str, base: pathlib.Path) -> pathlib.Path:
    file = base / name
    if file.is_file():
        plain = pathlib.Path(os.path.normpath(file))  # without "..", but not where a link is in the way
        return plain if plain.is_file() and plain.samefile(file) else file
    if file.suffix in _YAML or "/" in name:
        fix = told("provider.no_profile.fix")
        raise NoProviderError("provider.no_profile", fix, name=yamlio.quoted(name, 200))
    raise NoProviderError("provider.absent", yamlio.did_you_mean(name, shipped()), name=yamlio.quoted(name))


def _shown(file: pathlib.Path, cwd: pathlib.Path) -> str:
    """How people find the file from where they stand."""
    absolute = file if file.is_absolute() else pathlib.Path.cwd() / file
    below = absolute.is_relative_to(cwd) and ".." not in absolute.parts
    return absolute.relative_to(cwd).as_posix() if below else absolute.as_posix()


def _with_poll(endpoint: Endpoint, profile: Profile) -> Endpoint:
    return endpoint if endpoint.poll_path else replace(endpoint, poll_path=profile.poll.path)


@lru_cache(maxsize=16)
def _profile(file: pathlib.Path, _changed: int, shown: str) -> Profile:
    """A profile, read once as long as its file stays as it is. Shipped ones are checked by the tests."""
    own = _own(file)
    return parse_profile(yamlio.read(file, shown=None if own else shown), checked=own)


def _contract_files(profile: Profile, folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Version → file; the single contract of `contract:` (its version is "") is named by its own info.version."""
    found: dict[str, pathlib.Path] = {}
    for version, relative in profile.contracts.items():
        file = folder / relative
        if not file.is_file():
            raise _broken(file, told("contract.absent", profile=profile.name), told("contract.absent.fix"))
        found[version or _stated_version(file)] = file
    return found


def _stated_version(file: pathlib.Path) -> str:
    return str(_document(file, file.stat().st_mtime_ns).get("info", {}).get("version", "1"))


@lru_cache(maxsize=16)
def _contract(file: pathlib.Path, changed: int, version: str) -> Contract:
    """A contract, read once as long as its file stays as it is. Shipped ones are compiled when a body meets them."""
    try:
        contract = Contract(_document(file, changed), version=version, file=str(file))
    except ValueError as error:
        why = error.why if isinstance(error, ContractError) else told("contract.said", text=str(error))
        raise _broken(file, told("contract.unusable", why=why)) from None
    wrong = [] if _own(file) else list(contract.compile_all())
    if wrong:
        raise MistakesError(
            Mistake(source=Source(file=str(file)), field=where, what=told("contract.schema", why=why))
            for where, why in wrong
        )
    return contract


@lru_cache(maxsize=4)
def _document(file: pathlib.Path, _changed: int) -> JsonObject:
    """An OpenAPI document. JSON's own reader is a hundred times as quick as YAML's, which is needed to say where."""
    if file.suffix not in _YAML:
        try:
            document: dict[str, Json] | None = json.loads(file.read_bytes())
        except (ValueError, RecursionError):
            document = None
        if document is not None and (_own(file) or _is_openapi(document)):
            return document
    found = yamlio.read(file)
    if mistakes := yamlio.check(found, OPENAPI):
        raise MistakesError(mistakes)
    data: JsonObject = found.data
    return data


def _own(file: pathlib.Path) -> bool:
    """True for a file that comes with the harness: trusted, because the tests check it."""
    return _SHIPPED in file.parents


def _is_openapi(document: dict[str, Json]) -> bool:
    import jsonschema_rs  # lazily: 28 ms of start-up

    return jsonschema_rs.is_valid(dict(OPENAPI), document)


def _broken(file: pathlib.Path, what: str, fix: str = "") -> MistakesError:
    return MistakesError([Mistake(source=Source(file=str(file)), what=what, fix=fix)])
