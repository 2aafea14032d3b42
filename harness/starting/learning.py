"""What the answers in a HAR file tell of an unknown API: the task's id, the route of its polls, what stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from harness.model import Json
from harness.provider import is_address
from harness.provider.profile import COMMON_STATES
from harness.starting.request import Request
from harness.starting.secrets import looks_random

_DEPTH: Final = 5
_MOST: Final = 2_000
#: Where ids usually stand, the likeliest first.
_IDS: Final = ("id", "task_id", "taskid", "job_id", "jobid", "request_id", "requestid", "uuid", "name")
_STATES: Final = ("status", "state", "phase")


class Learned(Struct, frozen=True, kw_only=True):
    """Dotted places and a route; empty where nothing was seen."""

    id: str = ""
    poll_path: str = ""
    state: str = ""
    output: str = ""


def learn(request: Request, blanks: Mapping[str, str]) -> Learned:
    """What the answer to a request, and what was read from the same host after it, show.

    `blanks` are parts of the create's route that are not told: name → part. A poll's route with another part that looks
    like a secret is not told either.
    """
    leaves = dict(_leaves(request.answer))
    ids = sorted((place for place in leaves if _is_id(place, leaves[place])), key=_rank)
    for place in ids:
        value = str(leaves[place])
        polls = [(steps, answer) for url, answer in request.polls if value in (steps := _steps(request, url))]
        if polls:
            return Learned(
                id=place,
                poll_path=_poll_path(polls[0][0], value, blanks),
                state=_state([answer for _, answer in polls]),
                output=_output(polls[-1][1], sent=set(map(str, dict(_leaves(request.body)).values()))),
            )
    named = [place for place in ids if place.rpartition(".")[2].lower() in _IDS]
    return Learned(id=named[0] if named else "")


def _steps(request: Request, url: str) -> list[str]:
    """The parts of an address on the same host; none of another one's."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    return parts.path.split("/") if parts.netloc.rpartition("@")[2] == request.url.netloc.rpartition("@")[2] else []


def _poll_path(steps: list[str], task: str, blanks: Mapping[str, str]) -> str:
    names = {part: f"{{{name}}}" for name, part in blanks.items()}
    found = ["{id}" if step == task else names.get(step, step) for step in steps]
    path = "/".join(found)
    told = all(not looks_random(step) and ("{" not in step or step in {"{id}", *names.values()}) for step in found)
    return path if told and path.isprintable() and path.startswith("/") else ""


def _leaves(value: Json, place: str = "", depth: int = 0) -> Iterator[tuple[str, Json]]:
    """Dotted places and the texts and numbers there; of a list only the first item."""
    if isinstance(value, Mapping) and depth < _DEPTH:
        for number, (key, inner) in enumerate(value.items()):
            if number < _MOST and key and "." not in key and key.isprintable() and key != "*":
                yield from _leaves(inner, f"{place}.{key}" if place else key, depth + 1)
    elif isinstance(value, list) and depth < _DEPTH:
        if value and place:
            yield from _leaves(value[0], f"{place}.0", depth + 1)
    elif place and isinstance(value, str | int) and not isinstance(value, bool):
        yield place, value


def _is_id(place: str, value: Json) -> bool:
    last = place.rpartition(".")[2].lower()
    return len(str(value)) <= 200 and str(value) != "" and (last in _IDS or last.endswith("id"))


def _rank(place: str) -> tuple[int, int]:
    last = place.rpartition(".")[2].lower()
    return (_IDS.index(last) if last in _IDS else len(_IDS)), place.count(".")


def _state(answers: list[Json]) -> str:
    """The place of a word that is a task's state."""
    for answer in answers:
        words = [
            place
            for place, value in _leaves(answer)
            if str(value).casefold() in COMMON_STATES and isinstance(value, str)
        ]
        named = [place for place in words if any(word in place.rpartition(".")[2].lower() for word in _STATES)]
        if named or words:
            return min(named or words, key=lambda place: place.count("."))
    return ""


def _output(answer: Json, *, sent: set[str]) -> str:
    """The place of the addresses of a finished task's files: not of those that were sent."""
    places = [
        place
        for place, value in _leaves(answer)
        if isinstance(value, str) and is_address(value.strip()) and value not in sent
    ]
    named = [place for place in places if any(word in place.lower() for word in ("output", "result", "video", "image"))]
    found = (named or places or [""])[0]
    # Of a list of addresses every item counts; below an item of a list "*" takes each.
    return found.removesuffix(".0").replace(".0.", ".*.")
