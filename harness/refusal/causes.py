"""What a refusal or a task's failure means: error answers and failure codes → finding codes.

A profile may state its provider's own texts (`systemic`); these tables are what holds for HTTP APIs at large. Texts and
statuses are those that media APIs are known to send; Runway's own are among them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from msgspec import Struct

from harness.refusal.records import IssueKind, Refusal, RefusalIssue

#: Statuses that say "not now" rather than "not so": they tell nothing about the payload.
TRANSIENT: Final = frozenset({408, 409, 423, 425, 429})

_CREDITS: Final = (
    r"\b(?:not|n't)(?: have)? enough (?:credits?|funds|balance|money)|insufficient (?:credits?|funds|balance|quota)"
    r"|\bout of credits|\bno credits|\bcredit balance|payment required"
)
_HEADER: Final = r"\bversion\b.{0,60}\bheader\b|\bX-[a-z]+-[a-z-]+\b"
#: (status, or None for any, text, code): the first that fits.
_CAUSES: Final[tuple[tuple[int | None, str, str], ...]] = (
    (401, r"host ?name|wrong host|\bhost\b", "AUTH.HOST"),
    (401, r"\bno (?:api )?key|\bnot provided|\bmissing|\brequired|unauthenticated", "AUTH.MISSING"),
    (401, "", "AUTH.REFUSED"),
    (402, "", "CREDIT.EMPTY"),
    (429, r"\bdaily\b|\bper day\b|\b24 ?h|\bquota\b|\btask limit\b", "QUOTA.DAILY"),
    (429, "", "QUOTA.RATE"),
)
#: The same for answers that name no field: with one it is the payload that is refused, whatever the status.
_NAMELESS: Final[tuple[tuple[int | None, str, str], ...]] = (
    (None, _CREDITS, "CREDIT.EMPTY"),
    (403, "", "AUTH.FORBIDDEN"),
    (404, "", "REQUEST.ROUTE"),
    (405, "", "REQUEST.ROUTE"),
    (413, "", "ASSET.SIZE"),
    (None, _HEADER, "REQUEST.HEADER"),
)

#: What is wrong with a file, by the text of an issue.
_ASSETS: Final[tuple[tuple[str, str], ...]] = (
    (r"fetch(?:ing)? (?:the )?asset|failed to (?:fetch|download)|could not be (?:fetched|downloaded)", "ASSET.FETCH"),
    (r"asset aspect ratio", "ASSET.ASPECT"),
    (r"asset size|(?:asset|file|image|video|audio) (?:is )?too (?:large|big)", "ASSET.SIZE"),
    (r"asset duration", "ASSET.DURATION"),
    (r"content-type response header|unsupported (?:asset|file|media|image|video|audio) type", "ASSET.TYPE"),
    (r"\bdata uri\b", "ASSET.DATA_URI"),
    (r"^invalid url|only https urls|urls must be hosted", "ASSET.URL"),
    (r"\basset\b.{0,40}\b(?:invalid|corrupt|decod|unreadable)", "ASSET.INVALID"),
)
_KIND_CODES: Final[dict[IssueKind, str]] = {
    "missing": "PARAM.MISSING",
    "type": "PARAM.TYPE",
    "null": "PARAM.NULL",
    "enum": "PARAM.VALUE",
    "minimum": "PARAM.RANGE",
    "maximum": "PARAM.RANGE",
    "too_long": "PARAM.LENGTH",
    "too_short": "PARAM.LENGTH",
    "unknown_key": "PARAM.UNKNOWN",
    "forbidden": "PARAM.COMBINATION",
    "union": "PARAM.VALUE",
    "other": "PARAM.VALUE",
}
_MODEL_FIELDS: Final = frozenset({"model", "modelid", "modelname", "engine"})


def cause_of(refusal: Refusal) -> str | None:
    """The finding code of an answer that refuses the request for something else than its payload; None otherwise.

    >>> cause_of(Refusal(status=400, text="You do not have enough credits to run this task."))
    'CREDIT.EMPTY'
    """
    if refusal.status >= 500:
        return "PROVIDER.5XX"
    if refusal.status in TRANSIENT and refusal.status != 429:
        return "PROVIDER.BUSY"
    named = any(issue.field is not None for issue in refusal.issues)
    for status, pattern, code in _CAUSES if named else (*_CAUSES, *_NAMELESS):
        if status in (None, refusal.status) and _rx(pattern).search(refusal.text):
            return code
    return None


def issue_code(issue: RefusalIssue, status: int) -> str:
    """The finding code of one issue of a refused payload."""
    asset = next((code for pattern, code in _ASSETS if _rx(pattern).search(issue.text)), None)
    if asset is not None:
        return asset
    if issue.field is None:
        return "PARAM.UNCLEAR"
    if is_model(issue.field) and (status == 403 or issue.kind == "forbidden"):
        return "MODEL.FORBIDDEN"
    if is_model(issue.field) and issue.kind in {"enum", "union", "other"}:
        return "MODEL.UNKNOWN"
    return _KIND_CODES[issue.kind]


def is_model(field: str) -> bool:
    """True for the field that names the model."""
    return field.casefold().replace("_", "") in _MODEL_FIELDS


class Failure(Struct, frozen=True, kw_only=True):
    """What a task's failure code means: the finding code, and whether the same payload may well work later."""

    code: str
    transient: bool = False


#: First words of failure codes of providers, beside those that finding codes have taken over (SAFETY, ASSET).
FAILURE_WORDS: Final = frozenset({"INPUT_PREPROCESSING", "INTERNAL", "THIRD_PARTY"})
_SAFE_CODE: Final = re.compile(r"[A-Z0-9_]{1,40}(?:\.[A-Z0-9_]{1,40}){0,5}")


def failure_of(code: str | None) -> Failure:
    """What a provider's failure code means. An unknown one, or none, is a failed task and nothing more.

    >>> failure_of("INPUT_PREPROCESSING.SAFETY.TEXT").code, failure_of("INTERNAL").transient
    ('SAFETY.INPUT.TEXT', True)
    """
    word = (code or "").strip().upper()
    if not _SAFE_CODE.fullmatch(word):
        return Failure(code="TASK.FAILED")
    head, _, rest = word.partition(".")
    if head == "SAFETY":
        return Failure(code=word)
    if head == "INPUT_PREPROCESSING" and rest.startswith("SAFETY"):
        hint = rest.removeprefix("SAFETY")
        return Failure(code=f"SAFETY.INPUT{hint}")
    if word == "ASSET.INVALID":
        return Failure(code="ASSET.INVALID")
    if word.startswith("INTERNAL.BAD_OUTPUT"):
        return Failure(code="TASK.BAD_OUTPUT")
    transient = word in {"INTERNAL", "INPUT_PREPROCESSING.INTERNAL"} or head == "THIRD_PARTY"
    return Failure(code="TASK.FAILED", transient=transient)


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
