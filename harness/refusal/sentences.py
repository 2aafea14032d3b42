"""Reads one sentence of an error message: what kind of refusal, which values or bounds it states.

The rules are the grammar of validators' English (zod 3 and 4, pydantic, ajv, joi, Rails, Django, Laravel, Spring, plain
prose), not a list of envelopes. Every pattern runs on at most `MAX_TEXT` characters and none nests repetitions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from msgspec import Struct

from harness.model import Json
from harness.refusal.allowed import read_allowed
from harness.refusal.bounds import read_bounds
from harness.refusal.records import IssueKind

MAX_TEXT: Final = 4000
_MAX_QUOTED: Final = 200

#: Type words of validators → JSON type words.
TYPE_WORDS: Final[Mapping[str, str]] = {
    word: name
    for name, words in {
        "string": "string str text char",
        "number": "number float double decimal numeric",
        "integer": "integer int int32 int64 long bigint",
        "boolean": "boolean bool",
        "array": "array list tuple sequence set",
        "object": "object dict dictionary map record mapping struct",
    }.items()
    for word in words.split()
}


class Said(Struct, frozen=True, kw_only=True):
    """What a sentence says. `kind` is "other" when no rule fits; `keys` are unknown keys that it quotes."""

    kind: IssueKind = "other"
    allowed: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    expected: str | None = None
    keys: tuple[str, ...] = ()


def read_sentence(text: str) -> Said:
    """The kind of refusal, the allowed values and the bounds that a sentence states. Never raises."""
    return _read(text[:MAX_TEXT])


@lru_cache(maxsize=256)  # an API says the same sentence to every variant that makes the same mistake
def _read(text: str) -> Said:
    allowed = read_allowed(text)
    for rule in (_received, _unknown_key, _typed_first):
        said = rule(text)
        if said is not None:
            return Said(kind=said.kind, allowed=allowed, expected=said.expected, keys=said.keys)
    bounds = read_bounds(text) if _rx(_REQUIRED_WHEN).search(text) is None else None
    if bounds is not None:
        return Said(kind=bounds.kind, minimum=bounds.minimum, maximum=bounds.maximum, exclusive=bounds.exclusive)
    if allowed:
        return Said(kind="enum", allowed=allowed)
    for kind, patterns in _KINDS:
        if any(_rx(pattern).search(text) for pattern in patterns):
            return Said(kind=kind)
    typed = _rx(_TYPE_NAMED).search(text)
    if typed is not None:
        return Said(kind="type", expected=TYPE_WORDS.get((typed.group(1) or "").casefold()))
    return Said(kind="forbidden") if _rx(_FORBIDDEN).search(text) else Said()


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    """Compiled at first use: a run without refusals pays for none of them."""
    return re.compile(pattern, re.IGNORECASE)


# ---- "expected string, received undefined" (zod 3 and 4, io-ts, superstruct)

_RECEIVED: Final = (
    r"\bexpected (?:type:? )?(?:an? |a valid )?[\"'`]?([a-z0-9]+)[\"'`]?[^,;]{0,80}[,;]? "
    r"(?:but )?(?:received|got|found):? [\"'`]?(\w+)"
)


def _received(text: str) -> Said | None:
    match = _rx(_RECEIVED).search(text)
    if match is None:
        return None
    expected, received = match.group(1).casefold(), match.group(2).casefold()
    word = TYPE_WORDS.get(expected)
    if received in {"undefined", "nothing", "missing"}:
        return Said(kind="missing", expected=word)
    if received in {"null", "none", "nil"}:
        return Said(kind="null", expected=word)
    return Said(kind="type", expected=word) if word else None


# ---- keys that the API does not know

#: What people call a field.
KEY_WORD: Final = r"(?:keys?|fields?|param(?:eter)?s?|propert(?:y|ies)|arguments?|attributes?|inputs?|names?)"
_UNKNOWN: Final = "|".join(
    (
        (
            r"\b(?:unrecogni[sz]ed|unknown|unexpected|unsupported|extra(?:neous)?|additional) (?:request )?(?:\w+ )?"
            rf"{KEY_WORD}\b"
        ),
        rf"\b{KEY_WORD}\b.{{0,80}} (?:was unexpected|should not exist)",
        rf"\bis not a (?:recogni[sz]ed|known|valid) {KEY_WORD}\b",
        rf"\bcannot find field\b|\bno such {KEY_WORD}\b",
        rf"\bunpermitted {KEY_WORD}\b",
        rf"\b{KEY_WORD} (?:is |are )?not (?:supported|allowed|permitted|known)\b[^:\"'`]{{0,60}}(?=: )",
        r"^[\"'`][\w.-]{1,80}[\"'`] is not allowed\.?$",
    )
)
_QUOTED: Final = r"\"([^\"]{1,120})\"|'([^']{1,120})'|`([^`]{1,120})`|“([^”]{1,120})”"
#: The keys right behind "unrecognized keys": what is quoted later are the known ones, or where the keys stand.
_KEY_RUN: Final = rf"[^\"'`“]{{0,40}}(?:{_QUOTED})(?:\s*(?:,|and|or)\s*(?:{_QUOTED}))*"
_IN_BRACKETS: Final = rf"\b{KEY_WORD} \[([\w.-]{{1,80}})\]"
_AFTER_COLON: Final = r"(?:[:=]|\bproperty|\bkey|\bfield|\bparameter|\bargument) ([\w.-]{1,80})"
#: The key right behind, which is none of the words that go on with the sentence.
_RIGHT_AFTER: Final = (
    r"\s*[:=]?\s*(?!(?:is|are|was|were|in|on|at|for|not|found|provided|given|names?|and|or|the|to|of|with)\b)"
    r"([\w.-]{1,80})"
)


def quoted(text: str) -> tuple[str, ...]:
    """Everything that stands in quotes of any kind, in order, at most 200 entries."""
    return tuple(
        next(group for group in match.groups() if group is not None)
        for match, _ in zip(_rx(_QUOTED).finditer(text), range(_MAX_QUOTED), strict=False)
    )


def _unknown_key(text: str) -> Said | None:
    match = _rx(_UNKNOWN).search(text)
    if match is None:
        return None
    run = _rx(_KEY_RUN).match(text, match.end())
    keys = quoted(run.group() if run else text) or tuple(found.group(1) for found in _rx(_IN_BRACKETS).finditer(text))
    if not keys:
        named = _rx(_RIGHT_AFTER).match(text, match.end()) or _rx(_AFTER_COLON).search(text, match.start())
        keys = (named.group(1).rstrip("."),) if named else ()
    return Said(kind="unknown_key", keys=keys)


# ---- "A valid integer is required." and "Input should be a valid integer": the type word comes before "required"

_TYPED_FIRST: Final = (
    r"\b(?:a |an )?valid (string|number|integer|int|float|boolean|bool|list|array|dictionary|object)\b"
    r"|\bnot of type [\"'`]?(\w+)"
)


def _typed_first(text: str) -> Said | None:
    match = _rx(_TYPED_FIRST).search(text)
    if match is None:
        return None
    word = TYPE_WORDS.get((match.group(1) or match.group(2)).casefold())
    return Said(kind="type", expected=word) if word else None


# ---- the rest, in this order

#: "is required when cfg > 1": the bound is of another field.
_REQUIRED_WHEN: Final = r"\b(?:is|are) (?:required|missing) (?:when|if|unless|for|with)\b"
_NOT_BE: Final = r"\b(?:may|must|should|can|could)(?: ?not|n't|'t) be"
_KINDS: Final[tuple[tuple[IssueKind, tuple[str, ...]], ...]] = (
    (
        "null",
        (
            rf"{_NOT_BE} (?:null|none|nil)\b",
            r"\b(?:null|none) (?:is|values? (?:is|are)) not|\bnot accept null\b|\bgot null\b|\bnot nullable\b",
            r"\bnon-?null\b",
        ),
    ),
    (
        "missing",
        (
            r"\b(?:is (?:a )?|are (?:both )?)required\b|(?:^|: ?)(?:field )?required\b|\bmissing\b",
            r"\brequires (?:an? |the )?(?:[\"'`]|(?-i:[a-z]+(?:_[a-z0-9]+)+|[a-z]+[A-Z]))",
            rf"\brequired (?:\w+ )?{KEY_WORD}\b|\bis not present\b|\bno file was submitted\b",
            r"\bmust be (?:provided|specified|present|set|supplied|given|defined)\b",
            r"\bmust (?:specify|provide|include)\b|\bmust contain (?:a |the )?\[?[\"'`]",
            r"\bno [\"'`]?[a-z]\w*[\"'`]? (?:was |were )?(?:found|provided|given|specified|supplied|set)\b",
            r"\b(?:was|were|is|are)(?: not|n't) (?:provided|specified|set|supplied|given)\b",
            r"\b(?:contain|have|needs?) (?:at least |exactly )?one of:? \[",
            rf"{_NOT_BE} (?:blank|empty|undefined)\b|\bis (?:undefined|blank|empty)\b",
        ),
    ),
    ("too_long", (r"\btoo (?:long|many)\b",)),
    ("too_short", (r"\btoo (?:short|few)\b",)),
    ("maximum", (r"\btoo (?:big|large|high|great)\b",)),
    ("minimum", (r"\btoo (?:small|low)\b|\bmust be positive\b",)),
    (
        "enum",
        (
            r"\bnot an? valid (?:choice|option|value|enum|member|enumeration)",
            r"\binvalid (?:option|enum|choice|discriminator|literal)",
            r"\bnot (?:included )?in the (?:list|allowed|enum)|\bnot (?:one of|among) the\b",
            r"\bequal to one of the allowed\b|\bdoes not exist\b|\bnot found\b",
            r"\b(?:unknown|unsupported) (?:model|value|variant|option|ratio|resolution|duration)",
            r"\b(?:selected|chosen) .{1,60} is invalid\b",
        ),
    ),
)
_TYPE_NAMED: Final = (
    r"\b(?:must|should|has to|needs to|expected)(?: to)? be (?:of type |a |an |the type )*[\"'`]?"
    r"(string|text|number|integer|int|float|numeric|boolean|bool|array|list|object|dict|dictionary|map)\b"
    r"|\bnot an? (?:valid )?(?:string|number|integer|boolean|array|list|object)\b"
    r"|\b(?:cannot|could not be|can't be) (?:deserialize|unmarshal|convert|parse|cast)(?:e?d)?\b"
    r"|\b(?:wrong|invalid) type\b"
)
_FORBIDDEN: Final = (
    r"\bnot (?:currently |yet )?(?:available|supported|permitted|allowed|enabled|entitled|authori[sz]ed)\b"
    r"|\bnot have (?:access|permission)|\bno (?:access|permission)\b|\bcannot be (?:used|combined)\b"
    r"|\bforbidden\b|\bno longer\b|\bdisabled\b|\bdeprecated\b|\bretired\b"
)
