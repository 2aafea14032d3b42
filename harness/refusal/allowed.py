"""Reads the list of allowed values that a sentence states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from harness.model import Json

_MAX_VALUES: Final = 200
_MAX_VALUE: Final = 120
_MAX_STARTS: Final = 50

#: What a value of a list begins with: a word, a quote or a bracket.
_VALUE: Final = r"(?<!\w)(?=[\w\"'`“\[({-]|[*•] )"
_BARE: Final = r"[\w:.-]{1,60}"
_ALLOWED: Final = r"(?:allowed|permitted|supported|valid|accepted|available|possible|legal|acceptable|allowable)"
_THINGS: Final = r"(?:(?:enum )?(?:values?|options?|choices?|members?|set|list)|(?:\w+ ){0,2}\w+s)"
_IS_ALLOWED: Final = r"(?:is|are) (?:currently )?(?:allowed|supported|accepted|valid|permitted|available)\b"
_TOLD_AFTER: Final = r",? (?:but )?(?:received|got|found|given)\b|; received\b|,? not\b| ?was expected"
#: Words that go on behind a list: what it is for, and where.
_GOES_ON: Final = r"\(|(?:for|when|if|in|with|while|depending|on|using|at|as|instead|to|only)\b|[-–—] "
#: Units behind the last number of a list: "5 or 10 seconds".
_UNIT: Final = r"(?:seconds?|secs?|s|ms|fps|frames?|px|pixels?|hz|minutes?)\b\.?"

#: Where a list of allowed values begins.
_LIST_STARTS: Final = (
    (
        r"(?<!only )(?<!exactly )(?<!at most )(?<!at least )"
        r"\b(?:one of|any of)(?: the)?"
        r"(?: (?:following|allowed|permitted|supported|valid|enum|these|available|accepted))*"
        rf"(?: (?:values?|options?|choices?|models?|strings?|literals?|\w+s(?=:)))?(?: (?:are|is))?\s*[:=]?\s*"
        rf"(?:(?:dict_(?:keys|values)|(?:frozen)?set|tuple|list)\(\s*)?{_VALUE}"
    ),
    (
        rf"\b{_ALLOWED}(?: {_THINGS})?(?: (?:for|of) (?:[\w\"'` -]|\.(?! )){{1,60}}?)?"
        rf"(?:(?: (?:are|is|include)| can be)(?: one of)?(?: the following)?:?|\s*[:=])\s*{_VALUE}"
    ),
    (
        r"\b(?:only (?:supports?|accepts?|allows?|takes?)|(?:supports?|accepts?|allows?|takes?) only):? "
        rf"(?:(?:the )?(?:following )?(?:[a-z]+ ){{0,2}}[a-z]+s(?: of|:)? )?{_VALUE}"
    ),
    r"\b(?:supports?|accepts?|allows?|permitted|expected|among|limited to|restricted to):\s*(?=[\w\"'`\[])",
    r"\b(?:limited|restricted) to (?=[\w\"'`\[])",
    rf"\bin (?:the )?(?:list|set|enum)(?: of (?:{_ALLOWED} )?values)?:?\s*(?=[\[({{\"'`])",
    r"\b(?:must|should) be: ?(?=[\w\"'`\[])",
    r"\b(?:must|should|has to|needs to) (?:be|equal) (?=(?:true|false|-?\d{1,9}(?:\.\d{1,9})?)[.;]?\s*$)",
    r"\bexpected (?=(?:true|false|-?\d{1,9}(?:\.\d{1,9})?)[.;]?\s*$)",
    r"\bexpected (?:tags?|values?|options?|literals?)(?: are|:)\s*(?=[\w\"'`\[])",
    (
        r"\b(?:must|should|has to|needs to|can only|may only|can|expected to) (?:be |equal )"
        r"(?:set to |exactly |either |in |in list |equal to |among |a (?:value|member) (?:from|of):? )?"
        r"(?:(?:the )?(?:value|literal|constant|string) )?(?=[\"'`“\[({])"
    ),
    rf"\b(?:must|should|can only|may only|has to|can) be (?:either |equal to )?(?={_BARE}(?:, | or | ?\| ?)[\w:.-])",
    (
        r"\bmust (?:be|equal) (?:equal to |exactly |set to )?"
        r"(?=[\w:.-]*\d[\w:.-]*[.;]?\s*(?:$|[.;] |\(|for\b|when\b|if\b))"
    ),
    rf"\bmust be (?=-?\d{{1,6}} {_UNIT}(?:$|[\s,;]))",
    rf"\bexpected (?:either |the literal )?(?=\(?[\"'`“]|{_BARE}(?: ?\||, | or )|\[)",
    rf"\b(?:supports?|accepts?|allows?) (?={_BARE}(?:, | and | or )[\w:., -]{{1,200}}\bonly\b)",
    r"∈\s*(?=[\[({])",
    r"\bonly the default (?:value )?(?=\()",
    rf"\bset [\w.\"'`\[\]-]{{1,80}} to (?:either )?(?=[\"'`]|{_BARE}(?:, | or ))",
    r"(?:^|: )(?=(?:\"[^\"]{1,120}\"|'[^']{1,120}'|-?\d{1,9}(?:\.\d{1,9})?) was expected)",
    (
        r"\bonly (?:the )?(?:(?:following )?(?:[a-z]+ )?[a-z]+s )?"
        rf"(?={_BARE}(?:, | and | or )[\w:., -]{{1,400}}\b{_IS_ALLOWED})"
    ),
    rf"\bonly (?=[\"'`][^\n]{{1,400}}{_IS_ALLOWED})",
    rf"\bonly (?=[\w:.-]*\d[\w:.-]* (?:{_UNIT} )?{_IS_ALLOWED})",
    r"\b(?:choose|select|pick|use)(?: one)?(?: from| of| among| between)? ?:?\s*(?=[\"'`\[])",
    (
        r"\b(?:options?|choices?|enum(?:eration)?|values)(?: (?:class|values?|set|(?:instance )?names))*"
        r"(?: are:?|: ?|=)\s*(?=[\w\"'`\[-])"
    ),
    r"\b(?:instance names:|enumeration)\s*(?=\[)",
    r"\bnot in (?:list |enum |the list |allowed values )?:?\s*(?=[\[({])",
    r"\b(?:choose|select|pick|use|try)(?: one)?(?: from| of| among| between)? ?:?\s*(?=[^\s,]*\d[^\s,]*(?:, | or ))",
)
#: "not allowed: …" and "invalid: …".
_NOT_ALLOWED: Final = rf"(?<=\bnot ){_ALLOWED}\b|(?<=\bnot currently ){_ALLOWED}\b"
#: What stands before a list of values that are not allowed, or of parts that a value must have.
_OF_ANOTHER_KIND: Final = (
    r"\b(?:must|should|can|may|could)(?: ?not|n't|'t)"
    r" (?:be|contain|equal|include|start with|end with)(?: (?:in|set to))?\s*$"
    r"|\b(?:(?:start|end|begin)s? with|contain|include|provide|specify|have)(?: (?:at least|only))?\s*$"
)
_ITEM_QUOTED: Final = r"\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|“([^”]*)”)"
_SEPARATOR: Final = r"\s*(?:,\s*(?:or|and)\b|,|;|\||/|\bor\b|\band\b)\s*"
#: Words of the sentence around a list, which are no values of it.
_NO_VALUE: Final = (
    r"(?!(?:received|got|but|found|instead|less|fewer|lower|more|greater|higher|larger|smaller|longer|above|below|not)"
    r"\b)"
)
_ITEM_BARE: Final = rf"\s*{_NO_VALUE}(?=\.?[^\s.])([^\s,;|\[\](){{}}\"'`]{{1,120}})"
_LIST_END: Final = rf"[\]}})]|{_IS_ALLOWED}|\.\s|\.$|[!;]|\n|{_TOLD_AFTER}|{_GOES_ON}"
#: `720p/1080p`, but neither `image/png` nor `16/9`.
_SLASHED: Final = r"(?=[^/]*[a-z])(?:[a-z]*\d[\w.]*/){1,10}[a-z]*\d[\w.]*"
#: Names of types: a list of nothing else is what kind of value is wanted, not which.
_TYPES: Final = frozenset(
    (
        *("string", "number", "integer", "boolean", "object", "array", "null", "none", "undefined", "int", "float"),
        *(
            "bool",
            "bytes",
            "list",
            "dict",
            "date",
            "function",
            "symbol",
            "binary",
            "any",
            "str",
            "double",
            "map",
            "url",
            "uri",
        ),
    )
)
#: Words that say what a value must be like.
_QUALITIES: Final = frozenset(
    (
        *("positive", "negative", "zero", "empty", "blank", "valid", "invalid", "unique", "odd", "even", "absolute"),
        *("a", "an", "the", "at", "in", "of", "between", "provided", "present", "specified", "omitted", "set", "equal"),
        *("lowercase", "uppercase", "alphanumeric", "finite", "whole", "this", "that", "these", "it", "them", "your"),
        *("letters", "numbers", "digits", "characters", "strings", "spaces", "hyphens", "dashes", "images", "videos"),
        *("alphanumerics", "underscores", "one", "missing", "null"),
        *("different", "greater", "smaller", "required", "optional", "used", "supplied", "given", "removed", "unset"),
    )
)


def read_allowed(text: str) -> tuple[Json, ...]:
    """The values of the first list of allowed values in the text; () when there is none."""
    for start in _LIST_STARTS:
        for match in _matches(start, text):
            other = _rx(_OF_ANOTHER_KIND).search(text[max(0, match.start() - 60) : match.start()])
            if other is not None or _rx(_NOT_ALLOWED).match(text, match.start()):
                continue
            words = match.group().casefold()
            sure = words.rstrip().endswith((":", "=", "only", " is")) or words.startswith("must")
            values = _values(text, match.end(), one=sure)
            if words.startswith("only") and any(str(value).casefold() in _QUALITIES for value in values):
                continue
            alone = len(values) == 1 and words.startswith(("use", "select", "choose", "pick"))
            if (
                values
                and not alone
                and ("one of" in words or ":" in words or set(map(str, values)) != {"True", "False"})
            ):
                return values
    return ()


def _matches(pattern: str, text: str) -> Iterator[re.Match[str]]:
    """Every place where a list may begin, also inside another such place."""
    at = 0
    for _ in range(_MAX_STARTS):
        match = _rx(pattern).search(text, at)
        if match is None:
            return
        yield match
        at = match.start() + 1


def _values(text: str, at: int, *, one: bool = False) -> tuple[Json, ...]:
    """The values of the list that begins at `at`. `one`: a list of a single bare word is one as well."""
    lines = _bullets(text, at)
    if lines:
        return lines
    while at < len(text) and text[at] in "({ ":
        at += 1
    if at < len(text) and text[at] == "[":
        within = _bracketed(text, at)
        if within is not None:
            return within
        at += 1
    in_quotes = at < len(text) and text[at] in "\"'`“"
    values, end = _items(text, at, in_quotes=in_quotes)
    if in_quotes and len(values) == 1 and re.search(r"[,|]", str(values[0])):
        return read_list(str(values[0]))
    if not (in_quotes or _plausible(values, text[end - 1 : end + 40], one=one)):
        return ()
    return _unless_types(_unique(values))


def _items(text: str, at: int, *, in_quotes: bool) -> tuple[list[Json], int]:
    """The values from `at` on and where the last one ends."""
    item = _rx(_ITEM_QUOTED if in_quotes else _ITEM_BARE)
    values: list[Json] = []
    end = at
    while len(values) < _MAX_VALUES and (match := item.match(text, at)) is not None:
        raw = next(group for group in match.groups() if group is not None)
        if in_quotes and len(raw) > 2 and raw[0] == raw[-1] and raw[0] in "\"'`" and raw[0] not in raw[1:-1]:
            raw = raw[1:-1]
        end = match.end()
        unit = None if in_quotes or not raw.isdecimal() else _rx(rf" {_UNIT}(?={_SEPARATOR})").match(text, end)
        separator = _rx(_SEPARATOR).match(text, end if unit is None else unit.end())
        parts = raw.split("/") if not in_quotes and _rx(_SLASHED).fullmatch(raw) else [raw]
        values += [raw[:_MAX_VALUE]] if in_quotes else [_scalar(part, last=separator is None) for part in parts]
        if separator is None:
            break
        at = separator.end()
    return values, end


def _bullets(text: str, at: int) -> tuple[Json, ...]:
    """The values of a list that has a line for each."""
    found = _rx(r"\s*(?:\n\s*[-*•]\s+[^\n]{1,80}){1,60}").match(text, max(0, at - 12))
    if found is None:
        start = text.rfind("\n", max(0, at - 12), at)
        found = _rx(r"(?:\n\s*[-*•]\s+[^\n]{1,80}){1,60}").match(text, start) if start >= 0 else None
    if found is None:
        return ()
    lines = [re.sub(r"^[-*•]\s+", "", line.strip()) for line in found.group().split("\n") if line.strip()]
    return _unique([_scalar(line.strip("\"'`"), last=True) for line in lines])


def _bracketed(text: str, at: int) -> tuple[Json, ...] | None:
    """The values between a bracket and its end, which may have spaces; None for a bracket that never ends."""
    end = text.find("]", at, at + 4000)
    if end < 0 or "[" in text[at + 1 : end]:
        return None
    inside = text[at + 1 : end].strip()
    if re.search(r"[\"'`“]", inside):
        values, _ = _items(inside, 0, in_quotes=inside[:1] in "\"'`“")
        return _unless_types(_unique(values))
    parts = [part.strip() for part in re.split(r"[,;|]", inside)]
    if len(parts) == 1:
        parts = inside.split()  # Go prints lists so
    fit = [part for part in parts[:_MAX_VALUES] if 0 < len(part) <= _MAX_VALUE]
    return _unless_types(_unique([_scalar(part, last=False) for part in fit]))


def read_list(text: str) -> tuple[Json, ...]:
    """The values of a text that is a list and nothing else: `a, b`, `"a", "b"`, `a|b`; the text itself for another."""
    return _values(text, 0) or (text[:_MAX_VALUE],)


def _unique(values: list[Json]) -> tuple[Json, ...]:
    """Without repetitions; 1 and true are different values."""
    return tuple({(type(value), value): value for value in values}.values())


def _unless_types(values: tuple[Json, ...]) -> tuple[Json, ...]:
    """() for a list of names of types: `[number, null]`, `"string"`."""
    types = all(value is None or str(value).casefold() in _TYPES for value in values)
    signs = any(isinstance(value, str) and not re.search(r"\w", value) for value in values)
    return () if types or signs else values


def _plausible(values: list[Json], rest: str, *, one: bool) -> bool:
    """A bare list has two values at least (or one number) and ends where a list ends, not in running prose.

    `rest` is the text from the last character of the list on.
    """
    said = [value for value in values if isinstance(value, str)]
    if (not one or len(values) == 1) and any(value.casefold() in _QUALITIES for value in said):
        return False
    if len(values) < 2 and not one and not (values and isinstance(values[0], (int, float))):
        return False
    after = rest[1:].lstrip(" ")
    ended = _rx(_LIST_END).match(rest[1:]) is not None or _rx(_LIST_END).match(after) is not None
    with_unit = bool(values) and isinstance(values[-1], (int, float)) and _rx(_UNIT).match(after) is not None
    return bool(values) and (not after or len(values) == _MAX_VALUES or rest[0] == "." or ended or with_unit)


def _scalar(raw: str, *, last: bool) -> Json:
    word = raw.rstrip(".!?") if last else raw
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
