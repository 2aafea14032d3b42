"""`expect` in all its forms → Expectation. The schema has checked the shape; what it cannot say is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import WORKS, Expectation, Json, MediaExpectation
from harness.scenario.records import BadValue
from harness.scenario.schema import KINDS
from harness.words import told
from harness.yamlio import listed

_PLAIN: Final[Mapping[str, Expectation]] = {
    "works": WORKS,
    "accepted": Expectation(kind="accepted"),
    "rejected": Expectation(kind="rejected"),
    "failed": Expectation(kind="failed"),
}


def expectation(node: Json) -> Expectation:
    """What a variant is expected to do. BadValue for kinds that contradict each other."""
    if isinstance(node, str):
        return _PLAIN[node]
    kinds = [kind for kind in KINDS if kind in node]
    if len(kinds) > 1:
        raise BadValue(told("expect.kinds", kinds=listed(kinds)), told("fix.keep_one"))
    kind = kinds[0] if kinds else "works"
    facts = node.get(kind) or {}
    media = node.get("media")
    if media is not None and kind != "works":
        raise BadValue(told("expect.media", kind=kind), told("expect.media.fix"))
    if not facts and media is None:
        return _PLAIN[kind]
    return Expectation(
        kind=_PLAIN[kind].kind,
        status=None if facts.get("status") is None else int(facts["status"]),
        field=facts.get("field"),
        message=facts.get("message"),
        code=facts.get("code"),
        media=None if media is None else _media(media),
    )


def _media(node: Mapping[str, Json]) -> MediaExpectation:
    return MediaExpectation(
        width=None if node.get("width") is None else int(node["width"]),
        height=None if node.get("height") is None else int(node["height"]),
        duration_s=node.get("duration_s"),
        tolerance_s=node.get("tolerance_s"),
    )
