"""A provider's facts as frozen records: where to send, where answers keep what, what words mean. No I/O here.

`harness/provider/profile_file.py` reads them from a profile.yaml and explains its keys.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct, field

from harness.model import Json, TaskState
from harness.provider.expectations import MediaRule
from harness.provider.price import PriceRule
from harness.provider.records import Endpoint

#: A task's id, or an output's address, that is longer than this is none.
_ID_LIMIT: Final = 512
_URL_LIMIT: Final = 16_384
#: But a file may stand in the answer itself.
_DATA: Final = "data:"
#: Outputs are looked for no deeper than this, and no more of them are taken.
_DEPTH: Final = 8
_OUTPUTS: Final = 100
_ADDRESS: Final = re.compile(r"(https?://|data:)\S+", re.IGNORECASE)

#: Words that providers use for the states of a task. A profile may give a word another meaning, and add its own.
COMMON_STATES: Final[Mapping[str, TaskState]] = {
    word: state
    for state, words in {
        TaskState.PENDING: "pending queued queueing created submitted starting in_queue preparing waiting not_started",
        TaskState.THROTTLED: "throttled",
        TaskState.RUNNING: "running processing in_progress dreaming generating rendering",
        TaskState.SUCCEEDED: "succeeded success succeed completed complete done finished",
        TaskState.FAILED: "failed fail failure error errored",
        TaskState.CANCELLED: "cancelled canceled aborted",
    }.items()
    for word in words.split()
}


class Route(NamedTuple):
    """A request: `path` may hold {id}."""

    method: str
    path: str


class Account(NamedTuple):
    """The free request that tells balance and limits. All but the route are places in its answer; None: not told.

    `models_path` leads to an object model → limits (its keys are the models that the key may use), `used_path` to one
    model → usage; the other names are keys inside them.
    """

    path: str
    method: str = "GET"
    balance_path: str | None = None
    models_path: str | None = None
    concurrent_key: str | None = None
    daily_key: str | None = None
    used_path: str | None = None
    used_daily_key: str | None = None


class Create(NamedTuple):
    """Where the answer of a create keeps the task's id and the estimated credits.

    `declined`: statuses of answers after which surely nothing was accepted, so that the create may be sent again.
    """

    id_path: str = "id"
    estimated_path: str | None = None
    declined: frozenset[int] = frozenset()


class Poll(NamedTuple):
    """How a task is asked for, and where its answer keeps what. `path` is for endpoints without one of their own."""

    method: str = "GET"
    path: str = ""
    state_path: str = "status"
    progress_path: str | None = None
    output_path: str | None = None
    failure_path: str | None = None
    failure_code_path: str | None = None
    charged_path: str | None = None
    estimated_path: str | None = None


class Polling(NamedTuple):
    """Seconds between polls (spread evenly by ± `jitter_s`), until giving up, and the least that is allowed."""

    every_s: float = 5.0
    jitter_s: float = 0.0
    timeout_s: float = 600.0
    least_s: float = 0.0


class ErrorRule(NamedTuple):
    """Where a refusal keeps its text, its list of issues, and in an issue the field and the text."""

    message_path: str = "error"
    issues_path: str | None = None
    issue_field_path: str = "path"
    issue_text_path: str = "message"


class SystemicRule(NamedTuple):
    """A refusal that every further request would meet too. `text` is looked for without case; None fits anything."""

    code: str
    status: int | None = None
    text: str | None = None


class Profile(Struct, frozen=True, kw_only=True):
    """A provider. `headers` may hold {key}; `states` is complete, its words casefolded; `contracts`: version → file.

    `base_url_env` is the variable from which the provider's own clients take another address. `dollars_per_credit` is
    what a credit costs, None where nobody said.
    """

    name: str
    title: str
    file: str
    base_url: str
    base_url_env: str | None = None
    dollars_per_credit: float | None = None
    key_env: tuple[str, ...] = ()
    key_pattern: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    create: Create = field(default_factory=Create)
    poll: Poll = field(default_factory=Poll)
    cancel: Route | None = None
    account: Account | None = None
    states: Mapping[str, TaskState] = field(default_factory=lambda: COMMON_STATES)
    words: Mapping[TaskState, str] = field(default_factory=dict)
    polling: Polling = field(default_factory=Polling)
    errors: ErrorRule = field(default_factory=ErrorRule)
    systemic: tuple[SystemicRule, ...] = ()
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    media: tuple[MediaRule, ...] = ()
    prices: tuple[PriceRule, ...] = ()
    contracts: Mapping[str, str] = field(default_factory=dict)

    def task_id(self, body: Json) -> str | None:
        """The id that a create gave (a number becomes its text); None when there is none that could be one."""
        found = pick(body, self.create.id_path)
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        return found if isinstance(found, str) and found.isprintable() and 0 < len(found) <= _ID_LIMIT else None

    def state(self, body: Json) -> tuple[TaskState | None, str | None]:
        """What a poll's answer says of the task, and the provider's own word for it; None for what is not there.

        A word that the profile does not know gives (None, word). A task that "ended well" beside a failure has failed
        (fal and Google say done and put the error beside it).
        """
        found = pick(body, self.poll.state_path)
        if not isinstance(found, str | bool | int):
            return None, None
        word = str(found)[:_ID_LIMIT]
        state = self.states.get(word.casefold())
        if state is TaskState.SUCCEEDED and self.failure(body) is not None:
            return TaskState.FAILED, word
        return state, word

    def failure(self, body: Json) -> str | None:
        """What a poll's answer says went wrong; an object there counts by its `message`. None when nothing did."""
        found = pick(body, self.poll.failure_path)
        if found is None:  # nearly always; the check against Mapping takes its time
            return None
        if isinstance(found, Mapping):
            found = found.get("message") or found.get("detail") or (str(dict(found)) if found else None)
        return None if found is None or found in ("", False) else str(found)

    def outputs(self, body: Json) -> tuple[str, ...]:
        """The addresses of a finished task's files, in order, each once: from a text, a list, or deeper."""
        found = _addresses(pick(body, self.poll.output_path))
        return tuple(dict.fromkeys(found))[:_OUTPUTS]

    def misnamed(self, body: Json) -> tuple[str, ...]:
        """What stands in the place of the files' addresses and is none: the first text there, cut; () without one."""
        found = next(_texts(pick(body, self.poll.output_path), 0), None)
        return () if found is None else (found[:_ID_LIMIT],)

    def systemic_code(self, status: int, text: str) -> str | None:
        """The finding code of a refusal that every further request would meet too; None for any other."""
        folded = text.casefold()
        for rule in self.systemic:
            if rule.status in (None, status) and (rule.text is None or rule.text.casefold() in folded):
                return rule.code
        return None


def pick(body: Json, path: str | None) -> Json | None:
    """The value at a dotted path ("estimatedCost.credits", "a.0.b"); None where there is none.

    A `*` takes every item of a list or value of an object, and gives a list.

    >>> pick({"videos": [{"url": "a"}, {"url": "b"}]}, "videos.*.url")
    ['a', 'b']
    """
    if path is None:
        return None
    if type(body) is dict and path.isidentifier():  # one step, as most paths are
        return body.get(path)
    return _walk(body, _steps(path))


def number(body: Json, path: str | None) -> float | None:
    """The number at a dotted path, when it can be an amount: finite and not negative."""
    found = pick(body, path)
    if found is None or isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return found if found >= 0 and math.isfinite(found) else None


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _walk(node: Json, steps: tuple[str, ...]) -> Json | None:
    for index, step in enumerate(steps):
        if type(node) is dict and step != "*":  # nearly always; the check against Mapping takes ten times as long
            node = node.get(step)
        elif step == "*":
            items = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
            found = [_walk(item, steps[index + 1 :]) for item in items]
            return [item for item in found if item is not None]
        elif isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and len(step) < 10 and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def is_address(text: str) -> bool:
    """True for what can be fetched as an output: an http(s) address or a data URI.

    >>> is_address("https://files.example/a.mp4"), is_address("file:///etc/passwd")
    (True, False)
    """
    whole = len(text) <= _URL_LIMIT or text[: len(_DATA)].lower() == _DATA
    return whole and _ADDRESS.fullmatch(text) is not None


def _addresses(node: Json) -> Iterator[str]:
    return (address for text in _texts(node, 0) if is_address(address := text.strip()))


def _texts(node: Json, depth: int) -> Iterator[str]:
    if isinstance(node, str):
        if node.strip():
            yield node
    elif depth < _DEPTH and isinstance(node, list | Mapping):
        for item in node if isinstance(node, list) else node.values():
            yield from _texts(item, depth + 1)
