"""What scenario files are read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from harness.model import EMPTY, WORKS, Expectation, Json, JsonObject, Source

if TYPE_CHECKING:
    from harness.provider import Endpoint, Provider
    from harness.scenario.pictures import Pictures


class BadValue(Exception):
    """A value of a scenario file cannot be sent. `what` and `fix` are the sentences of the mistake."""

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSettings:
    """How scenario files are read.

    `allow_code` lets `$call` run functions of the user. `env` is where `$env` looks. `contract` is a version of the
    provider's contract, "none", or None for the default. Names of files are shown relative to `cwd`.
    """

    allow_code: bool = False
    env: Mapping[str, str] = field(default_factory=lambda: EMPTY, repr=False)
    contract: str | None = None
    cwd: Path


class Declared(Struct, frozen=True, kw_only=True):
    """A variant as it is declared, before it has an id. `payload` may hold `Drawn` pictures."""

    name: str
    source: Source
    endpoint: str
    payload: JsonObject
    expect: Expectation = WORKS
    tags: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    path: Mapping[str, str] = EMPTY
    repeat: int = 1


class Factor(Struct, frozen=True, kw_only=True):
    """What a matrix varies: a key of the payload (dotted where it reaches inside) and the levels it takes.

    `steps` are the keys and indexes on the way. A level is JSON, an Asset, a `Drawn` picture or ABSENT. `written` are
    the levels as the file writes them ({"$absent": true}), `sources` their places. `derived`: the contract named the
    levels, so that one that can be in no row is no mistake of the file.
    """

    name: str
    steps: tuple[str, ...]
    levels: tuple[Json, ...]
    written: tuple[Json, ...]
    sources: tuple[Source, ...]
    derived: bool = False


class Combination(Struct, frozen=True, kw_only=True):
    """Levels of some factors: factor name → index. `field` and `source` say where the file asks for it.

    One that is forbidden, or one that some row must hold.
    """

    levels: Mapping[str, int]
    source: Source
    field: str


class Group(Struct, frozen=True, kw_only=True):
    """Factors that are covered with a strength of their own."""

    factors: tuple[str, ...]
    strength: int


class InvalidLevel(Struct, frozen=True, kw_only=True):
    """A value of one key that should be refused. `name` and `steps` as of a factor.

    `models` are those for which the contract says so, where it was the contract that named the value: it is fired only
    where the contract refuses it. None: the file names it, and the API judges.
    """

    name: str
    steps: tuple[str, ...]
    level: Json
    source: Source
    models: tuple[str, ...] | None = None


class KeptRows(Struct, frozen=True, kw_only=True):
    """Rows that were paid for already, from NAME.rows.json: for each the index of its level of each factor.

    `dropped` is how many were left out since one of their levels, or a factor of theirs, is gone.
    """

    file: str
    rows: tuple[tuple[int, ...], ...]
    dropped: int = 0


class MatrixSpec(Struct, frozen=True, kw_only=True):
    """The matrix as it is declared.

    `forbidden` is what `exclude` and `rules` say, `must` the rows of `include` that are made of levels. `include` are
    the other ones, laid over the baseline: their name, place and payload are ready. `contract_rules`: combinations
    that the contract refuses are left out. There may be no factors where there are `invalid` levels.
    """

    source: Source
    strength: int | Literal["all"]
    factors: tuple[Factor, ...]
    groups: tuple[Group, ...] = ()
    forbidden: tuple[Combination, ...] = ()
    must: tuple[Combination, ...] = ()
    include: tuple[Declared, ...] = ()
    invalid: tuple[InvalidLevel, ...] = ()
    contract_rules: bool = True
    kept: KeptRows | None = None


class Budget(Struct, frozen=True, kw_only=True):
    """What a scenario may use at most. None: no bound."""

    credits: float | None = None
    time_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario file, read and checked.

    `baseline` is the payload known to be good, ready to send. `template` is the same where `Drawn` stands for a
    picture that is drawn for the payload it goes into; `pictures` draws it (None: there is none). `path` fills
    the blanks of `endpoint`'s route. `most_variants`: it makes no more of them, but for the rows that constraints of a
    covering matrix need.
    """

    name: str
    source: Source
    provider: Provider
    endpoint: Endpoint
    tags: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    baseline: JsonObject
    template: JsonObject
    variants: tuple[Declared, ...] = ()
    matrix: MatrixSpec | None = None
    path: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    repeat: int = 1
    budget: Budget = field(default_factory=Budget)
    mock_faults: tuple[str, ...] = ()
    pictures: Pictures | None = field(default=None, repr=False, compare=False)
    most_variants: int = 0
