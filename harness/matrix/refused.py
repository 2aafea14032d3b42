"""Rows with one level that should be refused: what stands beside it is known to be good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

from harness.matrix.prices import pricer
from harness.matrix.rows import Row
from harness.model import Json, JsonObject
from harness.provider import Issue
from harness.scenario import InvalidLevel, MatrixSpec, Scenario
from harness.scenario.contract_levels import UNKNOWN_KEY, concerns, without_files
from harness.scenario.labels import row_name, setting
from harness.scenario.overlay import put

#: So many rows are looked at for one in which the contract refuses a level.
_HOSTS: Final = 2000


class Refused(NamedTuple):
    """A row with one level that should be refused."""

    invalid: InvalidLevel
    name: str
    payload: JsonObject


class _Host(NamedTuple):
    """What an invalid level is put into, and how its other levels are named: key and setting."""

    payload: JsonObject
    beside: tuple[tuple[str | None, str], ...]


def refused_rows(scenario: Scenario, matrix: MatrixSpec, rows: Iterable[Row]) -> Iterator[Refused]:
    """A row for each invalid level, in the order of the file.

    The rest is the baseline, if the contract accepts that and refuses the level there. Else it is the cheapest row of
    the matrix of which both holds: such a row is fired, too, so its other levels are seen to work or not. Else it is
    the baseline with another model. Where the contract refuses the level in none of these, a level of the file is put
    into the baseline, and the API judges; one that came from the contract is left out: it would be paid for.
    """
    hosts = _Hosts(scenario, matrix, rows) if matrix.invalid else None
    for invalid in matrix.invalid:
        host = hosts.for_level(invalid) if hosts is not None else None
        if host is not None:
            payload = dict(host.payload)
            put(payload, invalid.steps, invalid.level)
            beside = [part for key, part in host.beside if key != invalid.name]
            name = row_name([f"invalid: {setting(invalid.name, invalid.level)}", *beside])
            yield Refused(invalid, name, payload)


class _Hosts:
    def __init__(self, scenario: Scenario, matrix: MatrixSpec, rows: Iterable[Row]) -> None:
        self._endpoint = scenario.endpoint
        self._contract = scenario.provider.catalogue(scenario.endpoint)
        self._tag = self._contract.tag(scenario.endpoint) if self._contract is not None else None
        self._scenario = scenario
        self._matrix = matrix
        self._baseline = _Host(scenario.template, ())
        self._rows = rows

    def for_level(self, invalid: InvalidLevel) -> _Host | None:
        """What the level is put into; None when nothing refuses a level that came from the contract."""
        if self._contract is None:
            return self._baseline
        unknown = invalid.name == UNKNOWN_KEY
        for host in self._good:
            if self._refuses(host, invalid, unknown=unknown):
                return host
        if invalid.models is not None:
            return next((host for host in self._others(invalid) if self._refuses(host, invalid, unknown=unknown)), None)
        known = (host for host in self._good if self._refuses(host, invalid, unknown=True))
        return next(known, self._good[0] if self._good else self._baseline)

    @cached_property
    def _good(self) -> Sequence[_Host]:
        """The baseline and the rows of the matrix, cheap ones first: those that the contract accepts."""
        rows = list(islice(self._rows, _HOSTS))
        price = pricer(self._scenario, self._matrix)
        rows = rows if price is None else sorted(rows, key=price)
        hosts = [self._baseline, *(self._host(row) for row in rows)]
        return [host for host in hosts if self._accepts(host)]

    def _others(self, invalid: InvalidLevel) -> Iterator[_Host]:
        """The baseline with other models."""
        for model in invalid.models or ():
            host = _Host({**self._scenario.template, str(self._tag): model}, ((self._tag, f"{self._tag}={model}"),))
            if self._accepts(host):
                yield host

    def _host(self, row: Row) -> _Host:
        payload: dict[str, Json] = dict(self._scenario.template)
        beside = []
        for factor, index in zip(self._matrix.factors, row, strict=True):
            put(payload, factor.steps, factor.levels[index])
            beside.append((factor.name, setting(factor.name, factor.levels[index])))
        return _Host(payload, tuple(beside))

    def _accepts(self, host: _Host) -> bool:
        return not self._issues(without_files(host.payload))

    def _refuses(self, host: _Host, invalid: InvalidLevel, *, unknown: bool) -> bool:
        payload = dict(without_files(host.payload))
        put(payload, invalid.steps, without_files(invalid.level))
        return concerns(self._issues(payload), invalid.steps, unknown=unknown)

    def _issues(self, payload: JsonObject) -> Sequence[Issue]:
        return self._contract.validate(self._endpoint, payload) if self._contract is not None else ()
