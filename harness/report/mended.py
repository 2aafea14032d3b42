"""The payload nearest to a baseline that works: as report.json has it, and as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from harness.matrix.differences import LEFT_OUT
from harness.model import Asset, Json, JsonObject
from harness.provider import ABSENT
from harness.refusal.show import show
from harness.report.entries import worded
from harness.report.redacted import Redacted
from harness.report.style import Style

if TYPE_CHECKING:
    from harness.diagnose.working import Change, Working

_MOST: Final = 20
_MOST_REASON: Final = 300


def entry(working: Working, payload: JsonObject, redacted: Redacted) -> JsonObject:
    """What report.json says of it. `payload` is what was sent (or would be), with the pictures themselves."""
    proof = working.proof
    return {
        "seen_to_work": working.works,
        "id": None if proof is None else proof.id,
        "task_id": None if proof is None or proof.task_id is None else redacted.once(proof.task_id),
        "payload": _plain(redacted.object(payload)[0]),
        "changes": [_change(change, redacted) for change in working.changes],
        "patch": redacted.json(_plain(working.patch)),
    }


def _change(change: Change, redacted: Redacted) -> JsonObject:
    return {
        "field": redacted.text(change.field),
        "from": _value(change.field, change.before, redacted),
        "to": _value(change.field, change.after, redacted),
        "reason": worded(change.reason, redacted),
        "evidence": list(change.evidence),
    }


def _value(field: str, value: Json, redacted: Redacted) -> Json:
    """The value under the name that it is sent with: a name may say that it is a secret."""
    name = field.rsplit(".", 1)[-1]
    return LEFT_OUT if value is ABSENT else _plain(redacted.json({name: _plain(value)})[name])


def _plain(value: Json) -> Json:
    """The value as JSON, with a text for files and for pictures that are drawn."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | Asset) else str(value)


def told(scenario: JsonObject) -> JsonObject | None:
    """The mended baseline of a scenario in report.json, where it differs from the baseline."""
    made = scenario.get("mended")
    return made if isinstance(made, Mapping) and made.get("changes") else None


def proof(made: JsonObject, style: Style) -> str:
    """What speaks for it, and that its changes follow."""
    if made.get("id") is None:
        return style.text("mended.untried")
    key = "mended.proof" if made.get("seen_to_work") else "mended.accepted"
    return style.text(key, task=style.plain(str(made.get("task_id") or made.get("id")), 120))


def payload_key(scenario: JsonObject, made: JsonObject) -> str | None:
    """The text that its payload stands in; None where it is the working format that is named already."""
    if made.get("seen_to_work"):
        return None if made.get("payload") == scenario.get("working_format") else "mended.payload.works"
    return "mended.payload" if made.get("id") is None else "mended.payload.accepted"


def payload(scenario: JsonObject, made: JsonObject, style: Style) -> str:
    """The payload, where it is not the working format that is named already; whole, to be copied."""
    key = payload_key(scenario, made)
    return "" if key is None else style.text(key, payload=style.compact(made.get("payload")))


def changes(made: JsonObject, style: Style) -> Iterator[str]:
    """What differs from the baseline, one line each."""
    for change in made["changes"][:_MOST]:
        reason = change.get("reason") or {}
        before, after = (_shown(change.get(side), style) for side in ("from", "to"))
        said = style.plain(style.say(reason.get("words") or {}, str(reason.get("text", ""))), _MOST_REASON)
        yield style.plain(f"{change.get('field')}: {before} → {after}. {said}")
    if (more := len(made["changes"]) - _MOST) > 0:
        yield style.text("mended.more", count=more)


def _shown(value: Json, style: Style) -> str:
    return style.text("mended.left_out") if value == LEFT_OUT else show(value)
