"""A cause in sentences: what is refused, what to send instead and whether that was seen to work, what it explains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.diagnose.found import Found, Suggestion
from harness.model import Phrase
from harness.redact import clean
from harness.scenario.labels import label, setting

#: Ids in one sentence.
_MOST: Final = 10


def sentences(found: Found) -> tuple[Phrase, ...]:
    """The paragraph of one cause, sentence by sentence."""
    return tuple(_sentences(found))


def _sentences(found: Found) -> Iterator[Phrase]:
    rows = str(len(found.explains))
    if found.kind == "undocumented":
        yield Phrase(key="cause.undocumented", params={"cause": ", ".join(found.causes[0]), "rows": rows})
        if found.meant is not None:
            yield Phrase(key="cause.meant", params={"meant": found.meant})
    else:
        key: str = found.kind
        if key == "refused" and found.confidence == "ranked":
            key = "ranked" if found.explains else "hidden.ranked"
        elif key == "refused" and not found.explains:
            key = "hidden"
        yield Phrase(key=f"cause.{key}", params={"cause": cause_text(found), "rows": rows})
    if found.since is not None:
        yield Phrase(key="cause.since", params={"run": clean(found.since, 80)})
    if found.suggestion is not None:
        yield from _suggested(found.suggestion)
    if found.explains:
        ids = ", ".join(found.explains[:_MOST])
        more = len(found.explains) - _MOST
        yield (
            Phrase(key="cause.explains", params={"ids": ids})
            if more <= 0
            else Phrase(key="cause.explains.more", params={"ids": ids, "more": str(more)})
        )


def cause_text(found: Found) -> str:
    """The cause in one text: `ratio=9:16`, `model=gen4.5 + no seed`."""
    return clean(" + ".join(setting(key, value) for key, value in found.parts()), 300)


def _suggested(made: Suggestion) -> Iterator[Phrase]:
    task = clean(made.task or "–", 200)
    if made.reason.key == "propose.same_shape" and len(made.changes) == 1:
        value = clean(label(next(iter(made.changes.values()))), 80)
        if made.works:
            yield Phrase(key="cause.pixels.works", params={"value": value, "task": task})
            return
        yield Phrase(key="cause.pixels", params={"value": value})
    else:
        yield made.reason
    if made.works:
        yield Phrase(key="cause.seen.works", params={"task": task})
    elif made.works is False:
        yield Phrase(key="cause.seen.failed" if made.accepted else "cause.seen.refused", params={"task": task})
    elif made.accepted:
        yield Phrase(key="cause.seen.accepted", params={"task": task})
