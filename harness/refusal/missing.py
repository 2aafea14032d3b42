"""The name of the field that a sentence says is missing: the one name that need not have been sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from harness.refusal.fields import Names
from harness.refusal.records import parse_path
from harness.refusal.sentences import KEY_WORD

_MAX_SENTENCE: Final = 2000

#: Words for the request as a whole, which are its fields only in quotes.
WHOLE: Final = frozenset({"body", "payload", "request", "json", "field"})
#: Words that stand where a name could: "This field is required", "Value cannot be null".
_NO_NAMES: Final = WHOLE | frozenset(
    (
        *("value", "values", "field", "fields", "parameter", "param", "params", "property", "key"),
        *("object", "string", "array", "list", "it", "this", "that", "there", "which", "data", "input", "content"),
        *("authentication", "authorization", "login", "payment", "credentials", "token", "message", "error", "detail"),
        *("api_key", "apikey", "header", "headers", "permission", "subscription"),
    )
)
_ID: Final = r"([A-Za-z_][\w.\[\]-]{0,80})"
#: A subject without quotes: in lower case, since "Subscription is required" speaks of no field.
_LOWER_ID: Final = r"((?-i:[a-z_])[\w.\[\]-]{0,80})"
#: An identifier that no English word is: with an underscore, a capital inside or a digit.
_CODE_ID: Final = r"((?-i:[a-z]+(?:_[a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]*)+))"
_ABSENT_WORDS: Final = (
    r"(?:is (?:a )?(?:required|missing|mandatory)|(?:is|was|were|has|have) ?n(?:ot|'t) (?:been )?"
    r"(?:provided|set|present|supplied|specified|given)"
    r"|must be (?:provided|specified|set|present|supplied)|(?:can't|cannot|can not) be (?:blank|empty))"
)
_MISSING_NAMED: Final = (
    (
        rf"^\W{{0,3}}{_ID}[\"'`]?\s*(?::|=>| - )\s*"
        r"(?:(?:this )?field |is |\1 is )?(?:a )?"
        r"(?:required|missing\b|must be (?:specified|set|provided)|can't be blank)"
    ),
    rf"[\"'`]{_ID}[\"'`] (?:(?:field|property|parameter) )?{_ABSENT_WORDS}",
    rf"\bmissing (?:the )?(?:required )?[\"'`]{_ID}[\"'`]",
    rf"\bmissing(?: \d)?(?: required)?(?: positional| keyword-only)? {KEY_WORD}\s*[:=]?\s*[\"'`\[]{{1,2}}{_ID}[\"'`\]]",
    rf"(?:missing|required)(?: required)? {KEY_WORD}\s*[:=]?\s*[\"'`\[]{_ID}[\"'`\]]",
    rf"\bmissing (?:a )?(?:required )?{KEY_WORD}(?:\(s\))?\s*[:=]\s*{_ID}",
    rf"\bmissing (?:the )?(?:required |mandatory ){KEY_WORD} {_CODE_ID}",
    rf"\bmissing or the value is empty(?: or invalid)?: {_ID}",
    rf"\brequired {KEY_WORD}:? [\"'`]?{_ID}[\"'`]? (?:to be|is|was) (?:present|missing|not)",
    rf"\brequired (?:\w+ )?{KEY_WORD} [\"'`]{_ID}[\"'`]",
    rf"\bmust (?:provide|specify|include|supply|pass|set) (?:an? |the )?(?:{KEY_WORD} )?[\"'`]{_ID}[\"'`]",
    rf"\bmust (?:provide|specify|include|supply|pass|set) (?:an? |the )?{_ID} {KEY_WORD}\b",
    rf"\b{KEY_WORD} [\"'`]{_ID}[\"'`].{{0,80}}(?:was not provided|is required|is missing)",
    rf"(?:^|[:.] )(?:required )?{KEY_WORD} {_LOWER_ID} is (?:required|missing|mandatory)\b",
    rf"\bthe [\"'`]?{_ID}[\"'`]? (?:field|property|parameter) is (?:required|missing)",
    rf"\b(?:required|missing) (?:at|for|in) [\"'`]?{_ID}[\"'`]?",
    rf"(?:^|: )\s*(?:[-*•] )?{_LOWER_ID} {_ABSENT_WORDS}",
    rf"^\s*(?:[-*•] )?{_LOWER_ID} (?:can|may|must|should)(?: ?not|n't|'t) be (?:null|none|nil|empty|blank|undefined)\b",
    r"\b(?:missing|not provided)\b[^@\n]{0,40}@ ([\w$.\[\]\"']{1,120})",
    rf"\bmust contain \[?[\"'`]{_ID}[\"'`]\]? propert",
    rf"\b(?:received|got)[: ]+undefined[^\w\"'`]{{0,8}}(?:at )[\"'`]?{_ID}[\"'`]?\s*$",
    rf"^\W{{0,3}}{_ID} must be [^()]{{1,80}}\((?:was|received|got) (?:missing|undefined)\)",
    rf"\brequires (?:an? |the )?{_CODE_ID}",
    rf"\bno {_CODE_ID} (?:was |were )?(?:found|provided|given|specified|supplied|set)\b",
)
#: Names in words, as Laravel and Rails write them: "The prompt text field is required.", "Prompt text can't be blank".
_IN_WORDS: Final = (
    r"\bthe ((?-i:[a-z]+(?: [a-z0-9]+){1,4})) field (?:is required|must be present)",
    r"^(?-i:([A-Z][a-z]+(?: [a-z0-9]+){0,4})) can't be blank",
)
_ONE: Final = r"[\"'`\[]{0,2}[A-Za-z_][\w.\[\]-]{0,80}[\"'`\]]{0,2}"
_NAMES: Final = rf"({_ONE}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+){_ONE}){{1,20}})"
#: Lists of names: "Missing required fields: width, height", "width and height are required".
_RUNS: Final = (
    (
        r"\b(?:missing|required)(?: (?:the )?(?:following )?(?:required|mandatory))? (?:following )?"
        rf"{KEY_WORD}(?:\(s\))?(?: (?:is|are|were))?(?: missing)?\s*[:=]?\s*{_NAMES}"
    ),
    (
        rf"(?:^|: )(?:the )?(?:{KEY_WORD} )?{_NAMES} (?:{KEY_WORD} )?"
        r"(?:are (?:both )?(?:required|missing)|must be (?:provided|set))"
    ),
)
#: A choice of names: "either prompt or image_url must be provided", "must contain at least one of [prompt, image_url]".
_PEER: Final = r"[\"'`]?(?-i:[a-z_])[\w.]{1,60}[\"'`]?"
_PEERS: Final = rf"({_PEER}(?:\s*(?:,\s*(?:or\s+|and\s+)?|\bor\b|\band\b)\s*{_PEER}){{1,10}})"
_CHOICES: Final = (
    (
        r"\b(?:contain|have|provide|specify|include|supply|requires?|missing|need) (?:at least |exactly )?one of:? "
        rf"\[?{_PEERS}\]?\W*$"
    ),
    (
        rf"\b(?:either|at least one of|exactly one of|one of):? \[?{_PEERS}\]? "
        r"(?:(?:must|has to|needs? to|should) be (?:provided|set|specified|present|given|supplied)"
        r"|(?:is|are) required)\b"
    ),
)


def missing_choice(names: Names, text: str) -> tuple[str, ...]:
    """The fields of which a sentence says that one must be there; () for fewer than two, or for words of prose."""
    for pattern in _CHOICES:
        match = _rx(pattern).search(text[:_MAX_SENTENCE])
        words = re.split(r"\s*(?:,|\bor\b|\band\b)\s*", match.group(1)) if match is not None else []
        words = [bare for word in words if (bare := word.strip("\"'`. "))]
        if len(words) > 1 and not any(word.casefold() in _NO_NAMES for word in words):
            return _all_of(names, words)
    return ()


def missing_in(names: Names, text: str) -> str | None:
    """The field that a sentence says is missing, also when nobody has heard of it."""
    for pattern in _MISSING_NAMED:
        match = _rx(pattern).search(text[:_MAX_SENTENCE])
        if match is not None and match.group(1).casefold() not in _NO_NAMES:
            return names.resolve(parse_path(match.group(1).rstrip(".")), explicit=True, absent=True)
    for pattern in _IN_WORDS:
        match = _rx(pattern).search(text[:_MAX_SENTENCE])
        if match is not None and match.group(1).casefold() not in _NO_NAMES:
            name = names.joined(match.group(1).casefold().split())
            return names.resolve((name,), explicit=True, absent=True)
    return None


def missing_run(names: Names, text: str) -> tuple[str, ...]:
    """The fields of a list of names that a sentence says are missing; () for fewer than two."""
    for pattern in _RUNS:
        match = _rx(pattern).search(text[:_MAX_SENTENCE])
        words = re.findall(_ID, re.sub(r"\b(?:and|or)\b", ",", match.group(1))) if match is not None else []
        if len(words) > 1 and not any(word[:1].isupper() or word.casefold() in _NO_NAMES for word in words):
            return _all_of(names, [word.rstrip(".") for word in words])
    return ()


def _all_of(names: Names, words: Sequence[str]) -> tuple[str, ...]:
    """The fields that these words name, whether anybody has heard of them or not."""
    found = [names.resolve(parse_path(word), explicit=True, absent=True) for word in words]
    return tuple(dict.fromkeys(field for field in found if field is not None))


def missing_stated(names: Names, text: str) -> str | None:
    """The field of a statement that begins with a name and a colon: `prompt: is required`."""
    stated = _rx(_MISSING_NAMED[0]).search(text[:_MAX_SENTENCE])
    return missing_in(names, stated.group()) if stated is not None else None


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
