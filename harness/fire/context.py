"""What every variant of a run shares while it is fired."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from harness.clock import Clock
from harness.errors import UsageError
from harness.fire.concurrency import Gate
from harness.fire.journal import Journal
from harness.fire.ledger import Ledger
from harness.fire.schedule import Pace, Schedule
from harness.fire.surroundings import is_loopback
from harness.fire.wire import Transport
from harness.media import Measured, probe
from harness.model import Until
from harness.provider import Profile, Provider
from harness.redact import Redactor
from harness.words import told

_NAME: Final = re.compile(r"\{(\w+)\}")
#: What percent-encoding leaves alone; ids of tasks are such texts.
_AS_IT_IS: Final = re.compile(r"[A-Za-z0-9_.~-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FireContext:
    """Everything that firing needs besides the variants. Times are seconds; None means: as the profile says.

    `folder` is the run's folder: files go to `outputs/` in it. `log` gets the lines of `-v`, redacted; None: nobody
    looks. `measure` looks at a downloaded file; it may take its time and must not raise. `gate` bounds the tasks in
    flight and learns from answers (`fire` sets it); `schedule` learns how long tasks take.
    `ledger` holds creates to a budget; without one nothing does. `owners`: whose each task is that the run knows of, by
    the task's id; creates add theirs. `pace` is that of polls: the profile's, or the interval asked for, never quicker
    than the provider allows, unless that is the mock or another server here.
    Raises UsageError for a key that no header can carry.
    """

    provider: Provider
    transport: Transport
    clock: Clock
    rng: random.Random
    journal: Journal
    redactor: Redactor
    base_url: str
    key: str | None = field(default=None, repr=False)
    until: Until = Until.VERIFIED
    poll_every_s: float | None = None
    task_timeout_s: float | None = None
    download: bool = True
    folder: Path
    log: Callable[[str], None] | None = None
    mock: bool = False
    measure: Callable[[Path], Measured] = probe
    ledger: Ledger | None = None
    gate: Gate | None = field(default=None, repr=False)
    schedule: Schedule = field(default_factory=Schedule, repr=False)
    lang: str = "en"
    owners: dict[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(init=False, repr=False, default_factory=dict)
    pace: Pace = field(init=False, default=Pace(0.0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", request_headers(self.provider.profile, self.key))
        object.__setattr__(self, "pace", self._pace())

    def _pace(self) -> Pace:
        polling = self.provider.profile.polling
        if self.poll_every_s is None:
            return Pace(polling.every_s, polling.jitter_s, polling.least_s)
        here = self.mock or is_loopback(self.base_url)
        return Pace(self.poll_every_s, 0.0, 0.0 if here else polling.least_s)

    def url(self, path: str, names: Mapping[str, str]) -> str:
        """The address of a route, its {names} filled in and percent-encoded. Raises UsageError for one without a value.

        An encoded value is one segment, whatever it holds.
        """
        wanted = _names(path)
        if not names.keys() >= wanted:
            missing = ", ".join(sorted(wanted - names.keys()))
            raise UsageError(told("payload.route", path=path, missing=missing), told("payload.route.fix"))
        # An encoded value has no braces, so that none can pass for the next name.
        for name in wanted:
            value = names[name]
            path = path.replace(f"{{{name}}}", value if _AS_IT_IS.fullmatch(value) else quote(value, safe=""))
        return self.base_url.rstrip("/") + path


def request_headers(profile: Profile, key: str | None) -> Mapping[str, str]:
    """The headers of every request, the key in its place. Raises UsageError for a key that no header can carry."""
    key = key or ""
    if not (key.isascii() and (key.isprintable() or not key)):
        raise UsageError(told("env.key"), told("env.key.fix"))
    headers = {name.lower(): value.replace("{key}", key) for name, value in profile.headers.items()}
    return {"accept": "application/json", **headers}


@lru_cache(maxsize=256)
def _names(path: str) -> frozenset[str]:
    return frozenset(_NAME.findall(path))
