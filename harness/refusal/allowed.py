"""Reads the list of allowed values that a sentence states."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from harness.model import Json

_MAX_VALUES: Final = 200
_MAX_VALUE: Final = 120

#: What a value of a list begins with: a word, a quote or a bracket.
_VALUE: Final = r"(?=[\w\"'`“\[({-])"
_BARE: Final = r"[\w:.-]{1,60}"
_ALLOWED: Final = r"(?:allowed|permitted|supported|valid|accepted|available|possible|legal|acceptable)"
_THINGS: Final = r"(?:(?:enum )?(?:values?|options?|choices?|members?)|\w+s)"
_IS_ALLOWED: Final = r"(?:is|are) (?:allowed|supported|accepted|valid)\b"
_TOLD_AFTER: Final = r",? (?:but )?(?:received|got)\b|; received\b"

#: Where a list of allowed values begins.
_LIST_STARTS: Final = (
    (
        r"(?<!only )(?<!exactly )(?<!at most )(?<!at least )"
        r"\b(?:one of|any of)(?: the)?(?: (?:following|allowed|permitted|supported|valid|enum|these))*"
        rf"(?: (?:values?|options?|choices?|models?|strings?|literals?))?(?: (?:are|is))?\s*[:=]?\s*{_VALUE}"
    ),
    (
        rf"\b{_ALLOWED}(?: {_THINGS})?(?: for [\w\"'`.-]{{1,60}})?"
        rf"(?:(?: (?:are|is|include))(?: one of)?:?|\s*[:=])\s*{_VALUE}"
    ),
    rf"\b(?:only (?:supports?|accepts?|allows?|takes?)|(?:supports?|accepts?|allows?|takes?) only):? {_VALUE}",
    r"\bpermitted:\s*",
    r"\bexpected (?:tags?|values?|options?|literals?)(?: are|:)\s*(?=[\w\"'`\[])",
    r"\b(?:must|should|has to|needs to|can only|may only) be (?:either |in |in list |equal to |among )?(?=[\"'`\[({])",
    rf"\b(?:must|should) be (?:either )?(?={_BARE}(?:, | or | ?\| ?)[\w:.-])",
    rf"\bexpected (?:either )?(?=\(?[\"'`]|{_BARE} ?\|)",
    rf"\bonly (?={_BARE}(?:, | and | or )[\w:., -]{{1,400}}\b{_IS_ALLOWED})",
    r"\b(?:choose|select|pick|use)(?: one)?(?: from| of| among| between)? ?:?\s*(?=[\"'`\[])",
    r"\b(?:options?|choices?|enum(?:eration)?)(?: (?:class|values?))?(?: set)?(?: are|:)\s*(?=[\w\"'`\[-])",
    r"\b(?:choose|select|pick|use|try)(?: one)?(?: from| of| among| between)? ?:?\s*(?=[^\s,]*\d[^\s,]*(?:, | or ))",
)
_ITEM_QUOTED: Final = r"\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|“([^”]*)”)"
_SEPARATOR: Final = r"\s*(?:,\s*(?:or|and)\b|,|;|\||/|\bor\b|\band\b)\s*"
#: Words of the sentence around a list, which are no values of it.
_NO_VALUE: Final = r"(?!(?:received|got|but|found|instead|less|fewer|lower|more|greater|higher)\b)"
_ITEM_BARE: Final = rf"\s*{_NO_VALUE}(?=\.?[^\s.])([^\s,;|\[\](){{}}\"'`]{{1,120}})"
_LIST_END: Final = rf"[\]}})]|{_IS_ALLOWED}|\.\s|\.$|\n|{_TOLD_AFTER}"


def read_allowed(text: str) -> tuple[Json, ...]:
    """The values of the first list of allowed values in the text; () when there is none."""
    for start in _LIST_STARTS:
        for match in _rx(start).finditer(text):
            values = _values(text, match.end())
            if values:
                return values
    return ()


def _values(text: str, at: int) -> tuple[Json, ...]:
    while at < len(text) and text[at] in "[({ ":
        at += 1
    spaced = _rx(r"\[([^\[\],;|\"'`]{1,400})\]").match(text, max(0, at - 1))
    if spaced is not None and len(words := spaced.group(1).split()) > 1 and at:
        return _unique([_scalar(word, last=False) for word in words])  # Go prints lists so
    in_quotes = at < len(text) and text[at] in "\"'`“"
    item = _rx(_ITEM_QUOTED if in_quotes else _ITEM_BARE)
    values: list[Json] = []
    end = at
    while len(values) < _MAX_VALUES and (match := item.match(text, at)) is not None:
        raw = next(group for group in match.groups() if group is not None)
        raw = (
            raw[1:-1]
            if in_quotes and len(raw) > 2 and raw[0] == raw[-1] and raw[0] in "\"'`" and raw[0] not in raw[1:-1]
            else raw
        )
        end = match.end()
        separator = _rx(_SEPARATOR).match(text, end)
        values.append(raw[:_MAX_VALUE] if in_quotes else _scalar(raw, last=separator is None))
        if separator is None:
            break
        at = separator.end()
    if in_quotes and len(values) == 1 and re.search(r"[,|]", str(values[0])):
        return read_list(str(values[0]))
    return _unique(values) if in_quotes or _plausible(values, text[end - 1 : end + 40]) else ()


def read_list(text: str) -> tuple[Json, ...]:
    """The values of a text that is a list and nothing else: `a, b`, `"a", "b"`, `a|b`; the text itself for another."""
    return _values(text, 0) or (text[:_MAX_VALUE],)


def _unique(values: list[Json]) -> tuple[Json, ...]:
    """Without repetitions; 1 and true are different values."""
    return tuple({(type(value), value): value for value in values}.values())


def _plausible(values: list[Json], rest: str) -> bool:
    """A bare list has two values at least (or one number) and ends where a list ends, not in running prose.

    `rest` is the text from the last character of the list on.
    """
    if len(values) < 2 and not (values and isinstance(values[0], (int, float))):
        return False
    after = rest[1:].lstrip(" ")
    return (
        not after
        or len(values) == _MAX_VALUES
        or rest[0] == "."
        or _rx(_LIST_END).match(rest[1:]) is not None
        or _rx(_LIST_END).match(after) is not None
    )


def _scalar(raw: str, *, last: bool) -> Json:
    word = raw.rstrip(".") if last else raw
    if word in {"true", "True"}:
        return True
    if word in {"false", "False"}:
        return False
    if word in {"null", "None"}:
        return None
    if _rx(r"-?\d{1,15}").fullmatch(word):
        return int(word)
    return float(word) if _rx(r"-?\d{1,15}\.\d{1,15}").fullmatch(word) else word


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
