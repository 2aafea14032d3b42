"""What may be sent instead of a value that is refused, the likeliest first: the ways out of one mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from harness.diagnose.rules import Rules
from harness.model import Asset, Json, JsonObject, Phrase
from harness.provider import ABSENT, FieldRule
from harness.refusal.causes import is_model
from harness.refusal.limits import as_number, limits_of, same
from harness.refusal.proposals import propose
from harness.refusal.records import RefusalIssue, field_value
from harness.refusal.shapes import nearest_shape, shape_of
from harness.refusal.show import assign
from harness.scenario.pictures import Drawn

#: Proposals that send what was meant in other words: none of them changes what comes out.
_SAME_MEANING: Final = frozenset(
    {
        "propose.unquoted",
        "propose.quoted",
        "propose.spelling",
        "propose.same_shape",
        "propose.same_ratio",
        "propose.whole",
        "propose.list",
        "propose.cut",
        "propose.leave_out_null",
    }
)
#: Proposals that are as near to what was sent as can be, among all that is allowed.
_NEAREST: Final = frozenset({"propose.nearest_shape", "propose.nearest", "propose.bound", "propose.similar"})
_WORD: Final = re.compile(r"[\w.]+(?:-[\w.]+)+")
#: The side of the pictures that media APIs make everywhere.
_SIDE: Final = 720
_MOST: Final = 40


class Way(NamedTuple):
    """A value to send (ABSENT: none), why, and the id of the variant or probe that speaks for it (None: none does)."""

    value: Json
    reason: Phrase
    seen: str | None = None


class Known(Struct, frozen=True):
    """Values of one field that were sent, with the id of a variant or probe that sent each: `accepted`, or not yet."""

    accepted: Sequence[tuple[Json, str]] = ()
    varied: Sequence[tuple[Json, str]] = ()


def ways(payload: JsonObject, field: str, issue: RefusalIssue, rules: Rules, known: Known) -> Iterator[Way]:
    """What to send for `field` instead, the likeliest first; values may come twice, and may be refused as well.

    What was meant in the spelling that the API wants comes before all, then what is nearest to it; then what was seen
    to be accepted elsewhere, what the refusal and the contract allow, what other variants send, and at last nothing. To
    be seen is an advantage among values that are equally near: it makes no landscape of a portrait.
    """
    value = field_value(payload, field)
    rule = rules.rule(payload, field)
    a_file = isinstance(value, Asset | Drawn)
    proposal = None if a_file else propose(payload, field, issue, rule)
    proposed = () if proposal is None else (Way(ABSENT if proposal.remove else proposal.value, proposal.reason),)
    if proposal is not None and (proposal.reason.key in _SAME_MEANING | _NEAREST or issue.kind == "unknown_key"):
        if proposal.reason.key == "propose.same_shape":  # a ratio says nothing of the size: any will do
            yield from _of_this_shape(value, _fitting(field, issue, rule, known.accepted, "working.accepted"))
        yield from proposed
    yield from _accepted(payload, field, issue, rule, known)
    yield from proposed
    yield from _allowed(payload, field, issue, rule)
    if value is ABSENT or value is None or a_file:
        yield from _fitting(field, issue, rule, known.varied, "working.varied")
        example = rules.example(payload, field)
        if example is not ABSENT and value is ABSENT:
            yield Way(example, _reason("working.example", field, example))
    yield from guesses(field, value)
    yield from _fitting(field, issue, rule, known.varied, "working.varied")
    if value is not ABSENT and not (rule is not None and rule.required):
        yield leave_out(field)


def leave_out(field: str) -> Way:
    """The field is not sent."""
    return Way(ABSENT, Phrase(key="propose.leave_out", params={"field": field}))


def guesses(field: str, value: Json) -> Iterator[Way]:
    """How the same value is usually written, when nobody says what is allowed."""
    if value is None:
        yield leave_out(field)
    elif isinstance(value, str):
        number = as_number(value)
        if number is not None:
            plain = int(number) if number.is_integer() else number
            yield Way(plain, _reason("propose.unquoted", field, plain))
        elif value.strip().casefold() in {"true", "false"}:
            truth = value.strip().casefold() == "true"
            yield Way(truth, _reason("propose.unquoted", field, truth))
        if is_model(field) and _WORD.fullmatch(value):
            word = value.replace("-", "_")
            yield Way(word, _reason("working.guess", field, word))
        shape = shape_of(value)
        if shape is not None and not shape.in_pixels:
            scale = _SIDE / min(shape.width, shape.height)
            size = f"{round(shape.width * scale)}:{round(shape.height * scale)}"
            yield Way(size, _reason("working.shape", field, size))


def _accepted(
    payload: JsonObject, field: str, issue: RefusalIssue, rule: FieldRule | None, known: Known
) -> Iterator[Way]:
    """Values that were accepted elsewhere, the nearest first."""
    fitting = list(_fitting(field, issue, rule, known.accepted, "working.accepted"))
    if field_value(payload, field) is not ABSENT and len(fitting) > 1:
        sent = field_value(payload, field)
        allowed = tuple(way.value for way in fitting if way.value is not ABSENT and not same(way.value, sent))
        nearest = propose(payload, field, RefusalIssue(field=field, kind="enum", allowed=allowed))
        if nearest is not None:
            yield from (way for way in fitting if way.value is not ABSENT and way.value == nearest.value)
    yield from fitting


def _of_this_shape(value: str, seen: Iterable[Way]) -> Iterator[Way]:
    """The smallest value among those seen that is of the shape of `value`."""
    ways = {way.value: way for way in seen if shape_of(way.value) is not None}
    nearest = nearest_shape(value, list(ways))
    if nearest is not None and nearest[1]:
        yield ways[nearest[0]]


def _fitting(
    field: str, issue: RefusalIssue, rule: FieldRule | None, values: Iterable[tuple[Json, str]], key: str
) -> Iterator[Way]:
    """Those of the values that nothing known speaks against."""
    limits = limits_of(issue, rule)
    for value, row in values:
        if value is ABSENT:
            if issue.kind != "missing" and not limits.required:
                yield leave_out(field)._replace(seen=row)
        elif isinstance(value, Asset | Drawn | Mapping) or limits.allow(value):
            yield Way(value, _reason(key, field, value, row=row), row)


def _allowed(payload: JsonObject, field: str, issue: RefusalIssue, rule: FieldRule | None) -> Iterator[Way]:
    """Further values that the refusal or the contract lists: the nearest first, one after the other."""
    sent = field_value(payload, field)
    left = tuple(value for value in limits_of(issue, rule).allowed[:_MOST] if not same(value, sent))
    while left:
        nearest = propose(payload, field, RefusalIssue(field=field, kind="enum", allowed=left))
        if nearest is None or nearest.remove:
            return
        yield Way(nearest.value, _reason("working.other", field, nearest.value))
        left = tuple(value for value in left if value != nearest.value)


def _reason(key: str, field: str, value: Json, row: str = "") -> Phrase:
    return Phrase(key=key, params={"to": assign(field, value), "field": field, "row": row})
