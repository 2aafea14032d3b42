"""Outcomes as JSON and back, for the journal: what happened can be judged and reported again, later and offline.

Keys are the fields' names; what stands at its default is left out. Unknown keys are ignored, so that an older program
reads a newer journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias

from msgspec import to_builtins

from harness.model import Json, Outcome, Output, Phrase, Problem, TaskState, Until

#: Turns a value of a document into a field; the second argument is its place, for the message.
_Reader: TypeAlias = Callable[[Json, str], Any]


def outcome_to_json(outcome: Outcome) -> dict[str, Json]:
    """The outcome as plain JSON.

    >>> outcome_to_json(Outcome(variant_id="v-1", http_status=400, attempts=1))
    {'variant_id': 'v-1', 'attempts': 1, 'http_status': 400}
    """
    document: dict[str, Json] = to_builtins(outcome, enc_hook=_english)
    if outcome.outputs:
        document["outputs"] = list(document["outputs"])
    return document


def _english(value: object) -> str:
    """A message, which knows other languages, as the English that data keeps."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def outcome_from_json(document: Json) -> Outcome:
    """The outcome of a document that `outcome_to_json` wrote. Raises ValueError that names the place that is wrong."""
    return Outcome(**_fields(document, _OUTCOME, "outcome", "variant_id"))


def _fields(document: Json, readers: Mapping[str, _Reader], where: str, *required: str) -> dict[str, Any]:
    if not isinstance(document, Mapping):
        raise ValueError(f"{where}: expected an object, found {_kind(document)}")  # noqa: TRY004 - one kind of error
    for name in required:
        if name not in document:
            raise ValueError(f"{where}: there is no {name}")
    return {name: read(document[name], f"{where}.{name}") for name, read in readers.items() if name in document}


def _kind(value: Json) -> str:
    return "null" if value is None else type(value).__name__


def _is(*kinds: type) -> _Reader:
    def read(value: Json, where: str) -> Any:
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
            return value
        raise ValueError(f"{where}: expected {' or '.join(kind.__name__ for kind in kinds)}, found {_kind(value)}")

    return read


def _word(kind: type[StrEnum]) -> _Reader:
    def read(value: Json, where: str) -> StrEnum:
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"{where}: {value!r:.40} is none of {', '.join(kind)}") from None

    return read


def _anything(value: Json, _where: str) -> Json:
    return value


def _texts(value: Json, where: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError(f"{where}: expected an object of texts, found {_kind(value)}")
    return dict(value)


def _outputs(value: Json, where: str) -> tuple[Output, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{where}: expected a list, found {_kind(value)}")  # noqa: TRY004 - one kind of error
    return tuple(Output(**_fields(item, _OUTPUT, f"{where}[{index}]", "url")) for index, item in enumerate(value))


def _problem(value: Json, where: str) -> Problem:
    return Problem(**_fields(value, _PROBLEM, where, "code", "text"))


def _phrase(value: Json, where: str) -> Phrase:
    return Phrase(**_fields(value, {"key": _TEXT, "params": _texts}, where, "key"))


_TEXT: Final = _is(str)
_WHOLE: Final = _is(int)
_NUMBER: Final = _is(int, float)
_PROBLEM: Final[Mapping[str, _Reader]] = {"code": _TEXT, "text": _TEXT, "maybe_created": _is(bool)}
_OUTPUT: Final[Mapping[str, _Reader]] = {
    **dict.fromkeys(("url", "file", "kind", "problem"), _TEXT),
    **dict.fromkeys(("size_bytes", "width", "height"), _WHOLE),
    "duration_s": _NUMBER,
    "expired": _is(bool),
}
_OUTCOME: Final[Mapping[str, _Reader]] = {
    **dict.fromkeys(("variant_id", "raw", "task_id", "task_word", "failure", "failure_code"), _TEXT),
    **dict.fromkeys(("attempts", "http_status", "polls"), _WHOLE),
    **dict.fromkeys(("estimated_credits", "charged_credits", "queued_s", "running_s", "total_s"), _NUMBER),
    "response": _anything,
    "task_state": _word(TaskState),
    "until": _word(Until),
    "outputs": _outputs,
    "problem": _problem,
    "skipped": _phrase,
}
