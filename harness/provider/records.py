"""What a provider's documents are read into: endpoints, the mistakes of a body, the rule of one field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from harness.model import EMPTY, Json, JsonObject, Path


class Absent(Enum):
    """The type of ABSENT: no value at all, which is not null."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT

IssueKind: TypeAlias = Literal[
    "missing",
    "type",
    "null",
    "enum",
    "minimum",
    "maximum",
    "exclusive_minimum",
    "exclusive_maximum",
    "multiple_of",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "min_keys",
    "max_keys",
    "unique",
    "pattern",
    "format",
    "unknown_keys",
    "union",
    "discriminator",
    "rule",
    "schema",
]

#: A value with only such a mistake has the right shape and the wrong measure.
_MEASURES: Final = frozenset(
    {
        "minimum",
        "maximum",
        "exclusive_minimum",
        "exclusive_maximum",
        "multiple_of",
        "min_length",
        "max_length",
        "min_items",
        "max_items",
        "min_keys",
        "max_keys",
        "unique",
        "pattern",
        "format",
        "rule",
    }
)


class Endpoint(Struct, frozen=True, kw_only=True):
    """A route that creates tasks. `kind` is what comes out (None: not known), `models` those that it takes.

    `path` and `poll_path` may hold {names}; in `poll_path` {id} is the task's.
    """

    key: str
    path: str
    poll_path: str
    method: str = "POST"
    kind: str | None = None
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One mistake of a body, said in no provider's words.

    `path` leads to the value (for "missing" to where it should stand, for "unknown_keys" to the object that holds
    them, for "discriminator" to the field that names the variant). `expected` is a JSON type word, several joined
    by "|". `allowed` is a closed set. `bound` is the limit that was passed. `branches` are what each form of a union
    found wrong, in the contract's order. `text` is the API's own sentence where the issue has one, as a "rule" between
    fields has. `schema` is the part of the contract that the value breaks.
    """

    kind: IssueKind
    path: Path
    value: Json = ABSENT
    expected: str = ""
    allowed: tuple[Json, ...] = ()
    bound: float | None = None
    keys: tuple[str, ...] = ()
    branches: tuple[tuple[Issue, ...], ...] = ()
    text: str = ""
    schema: JsonObject = field(default_factory=dict, repr=False, compare=False)

    @property
    def of_measure(self) -> bool:
        """True when the value has the right shape and breaks a bound, a pattern or a rule between fields."""
        return self.kind in _MEASURES

    @property
    def nearest(self) -> tuple[Issue, ...]:
        """The issue itself, or for a union those of the form that the value comes nearest to, down to the leaves."""
        if not any(self.branches):
            return (self,)
        best = min((branch for branch in self.branches if branch), key=_distance)
        return tuple(leaf for issue in best for leaf in issue.nearest)


def _distance(branch: tuple[Issue, ...]) -> tuple[int, int, int]:
    """How far a value is from a form: wrong shapes first, then how high up they are, then how many."""
    leaves = [leaf for issue in branch for leaf in issue.nearest]
    wrong = [leaf for leaf in leaves if not leaf.of_measure]
    return bool(wrong), -min((len(leaf.path) for leaf in wrong), default=0), len(leaves)


class FieldRule(NamedTuple):
    """What the contract allows one field of one model to be.

    `allowed` is a closed set of values, empty when the field is open. `also` are single values beside an open range,
    such as "auto" beside 4 to 15 seconds. `replaced` maps a deprecated value to its successor. Lengths count as the
    contract says (UTF-16 units for Runway). `default` is ABSENT when none is stated.
    """

    field: str
    model: str | None = None
    required: bool = False
    types: tuple[str, ...] = ()
    allowed: tuple[Json, ...] = ()
    also: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    default: Json = ABSENT
    deprecated: bool = False
    replaced: Mapping[str, str] = EMPTY
    schema: JsonObject = EMPTY


class Deprecation(NamedTuple):
    """A key or a value that is still accepted. `instead` is what the contract says to send, when it says."""

    path: Path
    value: Json
    instead: str | None = None
