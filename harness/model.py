"""The frozen records that every stage shares: what goes in and out of load, plan, fire, judge and report.

The way of the data: scenario YAML → Scenario → Variant… → RunPlan → Outcome… → Judgement… → reports.
Records are immutable structs (msgspec: a class is made in 20 µs and an object in 0.3 µs, a twentieth of what frozen
dataclasses take); a change is `replace`. Times are seconds (`_s`), sizes are bytes (`_bytes`),
money is the provider's credits. Nothing here does I/O or knows a provider.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias, TypeVar

from msgspec import Struct, field, structs

#: A JSON value; in a payload a leaf may also be an `Asset`.
Json: TypeAlias = Any
JsonObject: TypeAlias = Mapping[str, Any]
#: A place inside a JSON document: keys and indexes from the root.
Path: TypeAlias = tuple[str | int, ...]

#: What the program is allowed to change in memory is nothing: an empty mapping to share as a default.
EMPTY: Final[Mapping[str, Any]] = {}


_Record = TypeVar("_Record")


def replace(record: _Record, **changes: Any) -> _Record:
    """The record with other values in these fields."""
    return structs.replace(record, **changes) if isinstance(record, Struct) else dataclasses.replace(record, **changes)  # type: ignore[type-var]


class Word(StrEnum):
    """A text out of a closed list. It hashes as the text that it equals: Enum's own hash is a call into Python."""

    __hash__ = str.__hash__


class Verdict(Word):
    """What the oracle says of a variant. Precedence: error > fail > inconclusive > pass."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    SKIPPED = "skipped"


class TaskState(Word):
    """The state of a provider's job, as the profile maps the provider's own word."""

    PENDING = "PENDING"
    THROTTLED = "THROTTLED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def final(self) -> bool:
        """True when the task will not change any more."""
        return self in _FINAL


_FINAL: Final = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED})


class Until(Word):
    """How far a variant is followed: an id came back, the end state, the outputs downloaded and measured."""

    ACCEPTED = "accepted"
    FINISHED = "finished"
    VERIFIED = "verified"


class Move(Word):
    """Whose move a finding is."""

    YOURS = "yours"
    PROVIDERS = "provider"
    OURS = "ours"


class Source(Struct, frozen=True, kw_only=True):
    """Where something stands in a file. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file prepared once and shared by every variant that sends it.

    `data_uri` is the ASCII text that goes on the wire, `size_bytes` and `sha256` are of the decoded bytes sent,
    `declared` is a digest of the source file and its options: variant ids hash it, so that another encoder
    version changes no id.
    """

    label: str
    media_type: str
    data_uri: bytes = dataclasses.field(repr=False)
    size_bytes: int
    sha256: str
    declared: str

    def __str__(self) -> str:
        size = f"{self.size_bytes / 1024:.1f} KB" if self.size_bytes >= 1024 else f"{self.size_bytes} bytes"
        return f"<{self.media_type} {size} sha256:{self.sha256[:8]}…>"


class MediaExpectation(Struct, frozen=True, kw_only=True):
    """What an output file must be. None means: nothing was stated, nothing is judged. Sizes are pixels.

    `aspect` is width / height, where the shape is stated and not the size.
    """

    width: int | None = None
    height: int | None = None
    aspect: float | None = None
    duration_s: float | None = None
    tolerance_s: float | None = None


class Expectation(Struct, frozen=True, kw_only=True):
    """What a variant is expected to do. The fields after `kind` narrow it; None accepts anything.

    works: accepted, and it ends well · accepted: an id came back · rejected: the create was refused ·
    failed: accepted, and the task ends FAILED. `message` is a substring without case, `code` a glob.
    """

    kind: Literal["works", "accepted", "rejected", "failed"] = "works"
    status: int | None = None
    field: str | None = None
    message: str | None = None
    code: str | None = None
    media: MediaExpectation | None = None


WORKS: Final = Expectation()


class Variant(Struct, frozen=True, kw_only=True):
    """One full choice of levels: one payload that will be sent once.

    `payload` is a JSON object whose leaves may be `Asset`s. `levels` is what differs from the baseline, a JSON
    object ({"$absent": true} for a key left out). `path` fills `{name}` in the endpoint's route. `row` is set for a row
    of the matrix: the index of its level of each factor, in the order of the file. `payload_id` is set where other
    variants of the scenario send the same payload: what the id would be without them, the same for all of them.
    """

    id: str
    scenario: str
    endpoint: str
    name: str
    source: Source
    payload: JsonObject
    levels: JsonObject = field(default_factory=dict)
    expect: Expectation = WORKS
    tags: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    path: Mapping[str, str] = field(default_factory=dict)
    row: tuple[int, ...] | None = None
    payload_id: str | None = None


class Phrase(Struct, frozen=True, kw_only=True):
    """A message before it is worded: a key of the text table and what fills its blanks.

    Values are text already cleaned of control characters. `words.say` turns it into English or Russian.
    """

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


class Proposal(Struct, frozen=True, kw_only=True):
    """What to send instead. `remove` means: leave the field out; else send `value`. `reason` says why."""

    field: str
    value: Json = None
    remove: bool = False
    reason: Phrase


class Finding(Struct, frozen=True, kw_only=True):
    """One thing to know about a variant, with a stable code (`harness explain CODE`).

    `message` says what happened, `advice` what to do, `said` quotes the API (cleaned, bounded). A warning does not
    change a pass.
    """

    code: str
    message: Phrase
    advice: Phrase | None = None
    field: str | None = None
    move: Move = Move.YOURS
    proposal: Proposal | None = None
    said: str | None = None
    warning: bool = False


class Output(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of a finished task. None in a measure means it was not measured (`problem` says why, if known).

    `expired`: there is no file because its link was refused, and so was a fresh one.
    """

    url: str
    file: str | None = None
    size_bytes: int | None = None
    kind: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    problem: str | None = None
    expired: bool = False

    def __repr__(self) -> str:
        # Without the URL: it may be signed.
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "url")
        return f"Output({', '.join(shown)})"


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why no usable answer came: a finding code (NETWORK.*, PROVIDER.BODY, TASK.*) and the facts in one sentence.

    `maybe_created` is True when the create may have been accepted although no id came back.
    """

    code: str
    text: str
    maybe_created: bool = False


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to a variant: facts, timings and evidence; no opinion.

    `response` is the decoded body of the create (bounded; None when it was not JSON), `raw` the start of the text
    when it was not. Credits are None when the provider did not say. `task_word` is the provider's own state word.
    """

    variant_id: str
    attempts: int = 0
    http_status: int | None = None
    response: Json = None
    raw: str | None = None
    task_id: str | None = None
    task_state: TaskState | None = None
    task_word: str | None = None
    failure: str | None = None
    failure_code: str | None = None
    polls: int = 0
    estimated_credits: float | None = None
    charged_credits: float | None = None
    queued_s: float | None = None
    running_s: float | None = None
    total_s: float | None = None
    outputs: tuple[Output, ...] = ()
    problem: Problem | None = None
    skipped: Phrase | None = None
    until: Until = Until.VERIFIED


class Judgement(Struct, frozen=True, kw_only=True):
    """The oracle's verdict on one outcome, and what it found."""

    variant_id: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class PlannedVariant(Struct, frozen=True, kw_only=True):
    """A variant with its price. `credits` is None when no price is known; 0 for an expected refusal.

    `skip` says why it will not be fired (another contract's variant, a budget).
    """

    variant: Variant
    credits: float | None
    skip: Phrase | None = None


class RunPlan(Struct, frozen=True, kw_only=True):
    """What a run will do. `variants` stand as the scenarios list them, `order` indexes them as they are fired."""

    variants: Sequence[PlannedVariant]
    order: Sequence[int]

    @property
    def credits(self) -> float:
        """The planned price of what will be fired; variants without a known price count as 0."""
        return sum(item.credits or 0 for item in self.variants if item.skip is None)
