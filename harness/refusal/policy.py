"""How far the prose of an answer may name a field: less when it speaks of limits, accounts or content rules."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal

#: "all": any mention. "exact": a name in quotes, before a colon, as a path or as no word is written. "model": the same
#: without the colon, and the model, which an account may lack. "none": no prose names a field.
Prose = Literal["all", "exact", "model", "none"]

#: Statuses of refusals that are not about the payload: a word of their prose names a field only by chance.
_NOT_OF_THE_PAYLOAD: Final = frozenset(
    {401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 415, 423, 425, 429, 451}
)
_OF_THE_ACCOUNT: Final = frozenset({401, 402, 407, 408, 425, 429})
_OF_CONTENT: Final = (
    r"\bcontent (?:polic|moderation|filter|guideline|restriction)|\bmoderat(?:ion|ed)\b|\bsafety\b|\bflagged\b"
    r"|\b(?:usage|content|acceptable use) polic|\bviolat\w+ (?:our |the )?(?:\w+ ){0,3}(?:polic|guideline|terms|rules)"
    r"|\bcommunity guidelines\b|\bsensitive\b|\binappropriate\b|\bnsfw\b|\bharmful\b|\bcopyright|\bpublic figure"
    r"|\bprohibited (?:content|words?|terms?|material)\b|\bblocked\b|\bunsafe\b|\bexplicit content\b"
)
_OF_LIMITS: Final = (
    r"\brate[ -]?limit|\btoo many (?:requests|attempts|concurrent|tasks)|\bquota\b|\bthrottl"
    r"|\bconcurren(?:t|cy) (?:limit|tasks|requests)"
    r"|\b(?:insufficient|not enough|out of|no remaining|enough|more) (?:credits?|funds|balance|tokens)\b|\bbilling\b"
    r"|\bapi[ _-]?(?:key|token|secret)\b|\bunauthori[sz]ed\b|\bauthenticat|\bcredentials\b"
    r"|\bpermission|\bsubscription\b"
    r"|\binternal (?:server )?error\b|\bservice (?:is )?(?:temporarily )?unavailable\b"
    r"|\boverloaded\b|\bunder maintenance\b"
    r"|\btimed? ?out\b|\bupgrade your\b|\bplan\b.{0,40}\b(?:allow|limit|support|include)|\btry again (?:later|in)\b"
)
_OF_SYNTAX: Final = (
    r"\bnot valid json\b|\bin json at position\b|\bunexpected (?:token|end of)\b|\bjson decode error\b"
    r"|\bmalformed json\b|\bcould not parse the json\b"
)


def prose_of_status(status: int) -> Prose:
    """What the prose of an answer with this status may name at most."""
    if status >= 500 or status in _OF_THE_ACCOUNT:
        return "none"
    return "model" if status in _NOT_OF_THE_PAYLOAD else "all"


def believes(status: int) -> bool:
    """May an answer with this status point at a field that nobody sent? One about the account points at a header."""
    return prose_of_status(status) != "none"


def prose_of_whole(prose: Prose, text: str) -> Prose:
    """The same for a text of several sentences: one about content rules makes them all speak of those."""
    return "exact" if prose == "all" and _rx(_OF_CONTENT).search(text) else prose


def prose_of_text(prose: Prose, text: str) -> Prose:
    """The same for one sentence: content rules and limits speak of the request as a whole."""
    if _rx(_OF_SYNTAX).search(text):
        return "none"
    if prose == "all" and (_rx(_OF_CONTENT).search(text) or _rx(_OF_LIMITS).search(text)):
        return "exact"
    if prose == "model" and _rx(_OF_LIMITS).search(text) and not re.search(r"\bmodel\b", text, re.IGNORECASE):
        return "none"
    return prose


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
