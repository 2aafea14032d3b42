"""The causes of a run: as report.json has them, and as one paragraph each for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from harness.matrix.differences import LEFT_OUT
from harness.model import Asset, Json, JsonObject
from harness.provider import ABSENT
from harness.report.document import Report
from harness.report.entries import worded
from harness.report.redacted import Redacted
from harness.report.since import Past
from harness.report.style import Style

if TYPE_CHECKING:
    from harness.diagnose.found import Found, Suggestion

#: Causes that are told at most; report.json has them all.
_MOST: Final = 20
_MOST_TEXT: Final = 1500
_MOST_QUOTE: Final = 300


def entry(found: Found, redacted: Redacted) -> JsonObject:
    """One cause as report.json has it."""
    from harness.diagnose.telling import sentences  # lazily: the reports of most runs have none

    made = found.suggestion
    return {
        "scenario": redacted.text(found.scenario),
        "kind": found.kind,
        "code": found.code,
        "minimal": [_values(cause, redacted) for cause in found.causes],
        "confidence": found.confidence,
        "status": found.status,
        "explains": list(found.explains),
        "numbers": list(found.numbers),
        "partly": list(found.partly),
        "suggestion": None if made is None else _values(made.changes, redacted),
        "suggestion_seen_to_work": None if made is None else made.works,
        "suggestion_seen_in": None if made is None else _seen_in(made, redacted),
        "patch": None if made is None else redacted.json(list(made.patch)),
        "probes": list(found.probes),
        "proof": {"refused": list(found.refused), "accepted": list(found.accepted)},
        "since": found.since,
        "said": None if found.said is None else redacted.text(found.said),
        "sentences": [worded(phrase, redacted) for phrase in sentences(found)],
    }


def _seen_in(made: Suggestion, redacted: Redacted) -> JsonObject | None:
    if made.sent is None:
        return None
    return {"id": made.sent, "task_id": None if made.task is None else redacted.once(made.task)}


def _values(cause: JsonObject, redacted: Redacted) -> JsonObject:
    return dict(
        redacted.object({key: LEFT_OUT if value is ABSENT else _plain(value) for key, value in cause.items()})[0]
    )


def _plain(value: Json) -> Json:
    """The value, with a text for what is no JSON: a picture that is drawn."""
    return value if value is None or isinstance(value, str | int | float | list | Mapping | Asset) else str(value)


def told(report: Report) -> list[JsonObject]:
    """The causes that are told in a paragraph of their own.

    A guess from a single row, without a probe, says no more than that row's own remark.
    """
    return [
        cause
        for cause in report.head.get("diagnoses") or ()
        if isinstance(cause, Mapping)
        and cause.get("sentences")
        and (cause.get("confidence") != "ranked" or len(cause.get("explains") or ()) > 1 or cause.get("probes"))
    ]


def explained(report: Report) -> frozenset[int]:
    """The numbers of the variants about which their causes say all: nothing is repeated of them."""
    return frozenset(
        number
        for cause in told(report)[:_MOST]
        for name, number in zip(cause.get("explains") or (), cause.get("numbers") or (), strict=False)
        if name not in (cause.get("partly") or ()) and cause.get("kind") == "refused"
    )


def paragraphs(report: Report, style: Style) -> Iterator[tuple[str, str, str]]:
    """(verdict, paragraph, code) of each cause; of a run of several scenarios with the scenario's name."""
    causes: Sequence[JsonObject] = told(report)
    several = len(report.head["scenarios"]) > 1
    past = Past(report.head, style)
    for cause in causes[:_MOST]:
        text = style.plain(" ".join(_said(cause, past, style)), _MOST_TEXT)
        if cause.get("said"):
            text += " " + style.text("report.said", said=style.plain(str(cause["said"]), _MOST_QUOTE))
        if several:
            text = f"{style.plain(str(cause.get('scenario')), 120)}: {text}"
        yield (
            "inconclusive" if cause.get("kind") == "undocumented" else "fail",
            text,
            style.plain(str(cause.get("code")), 60),
        )


def _said(cause: JsonObject, past: Past, style: Style) -> Iterator[str]:
    """The sentences of a cause; after the first one since when it is so."""
    broken = cause.get("kind") != "undocumented"
    since = past.since(map(str, cause.get("explains") or ()), one_cause=True) if broken else ""
    for number, one in enumerate(cause["sentences"]):
        said = one.get("words") or {}
        if not (since and said.get("key") == "cause.since"):  # it says less
            yield style.say(said, str(one.get("text", "")))
        if since and number == 0:
            yield since


def probes_line(report: Report, style: Style) -> str:
    """How many probes were sent and what they cost; without any, how causes that are only ranked can be proven."""
    probes = report.head.get("probes") or ()
    if not probes:
        guessed = any(cause.get("confidence") == "ranked" and cause.get("kind") == "refused" for cause in told(report))
        return style.text("diagnosis.hint") if guessed else ""
    money = [probe.get("credits") for probe in probes if isinstance(probe, Mapping)]
    charged = [one.get("charged") for one in money if isinstance(one, Mapping)]
    known = [amount for amount in charged if isinstance(amount, int | float)]
    return style.text("diagnosis.probes", probes=len(probes), credits=style.number(sum(known)))
