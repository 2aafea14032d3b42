"""Reads the bounds that a sentence states: of a number, or of a length."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal

from msgspec import Struct

BoundKind = Literal["minimum", "maximum", "too_long", "too_short"]

_NUMBER: Final = (
    r"\s*(?P<n>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,18}(?:\.\d{1,18})?(?:e[+-]?\d{1,2})?)"
    r"(?![\w:]*:)\s*(?P<unit>[a-z]*)"
)
_MORE: Final = r"(?:greater|more|larger|higher|longer|bigger)"
_LESS: Final = r"(?:less|fewer|smaller|lower|shorter)"
_NOT: Final = r"(?:\bnot|n't|\bcannot)(?: be| have| contain)?"
#: Side, whether the bound itself is outside, and the words before the number. The first that fits a number has it.
_RELATIONS: Final = (
    # A violation told as a fact ("11 is greater than 10") states the opposite bound of a rule ("must be greater than").
    ("maximum", False, rf"(?:\bis|\bwas|\bare) {_MORE} than"),
    ("minimum", False, rf"(?:\bis|\bwas|\bare) {_LESS} than"),
    ("maximum", False, rf"<=|≤|\b(?:{_LESS} than or equal(?: to)?|at most|no {_MORE} than|up to)"),
    ("maximum", False, rf"{_NOT} {_MORE} than|\bexceeds?(?: the)?(?: (?:maximum|limit))?(?: of)?"),
    ("minimum", False, rf">=|≥|\b(?:{_MORE} than or equal(?: to)?|at least|no {_LESS} than)"),
    ("minimum", False, rf"{_NOT} {_LESS} than"),
    ("maximum", False, r"\bmax(?:imum|length|items)?(?:[ _](?!min)\w+){0,2}?(?: is| of|:| =)?"),
    ("minimum", False, r"\bmin(?:imum|length|items)?(?:[ _](?!max)\w+){0,2}?(?: is| of|:| =)?"),
    ("maximum", True, rf"<|\b(?:{_LESS} than|below|under)"),
    ("minimum", True, rf">|\b(?:{_MORE} than|above|over)"),
)
_BETWEEN: Final = (
    r"\b(?:between|from|in (?:the )?range(?: of)?|range ?[:=]|within(?: the range(?: of)?)?)"
    r"[ \[('\"]*(?P<a>-?\d[\d,]{0,17}(?:\.\d{1,18})?)"
    r"['\"]?(?: ?[a-z]{1,12}(?= (?:and|to)\b))?"
    r"(?:\s*(?:,|and|to|through|-|–|\.\.)\s*)['\"]?(?P<b>-?\d[\d,]{0,17}(?:\.\d{1,18})?)(?![\d:])\s*(?P<unit>[a-z]*)"
)
#: "10 or less": the one relation that stands behind its number.
_OR_LESS: Final = (
    r"(?<![\d.:])(?P<n>-?\d[\d,]{0,17}(?:\.\d{1,18})?)(?: \w{1,20})? or (?:(?P<less>less|fewer|lower|smaller|shorter)"
    r"|(?:more|greater|higher|larger|longer))\b"
)
_LENGTH_WORDS: Final = (
    r"\bcharacters?\b|\bchars?\b|\bstring\b(?! to be)|\blength\b|\bletters?\b|\btoo (?:long|short)\b"
    r"|\bm(?:ax|in)_?(?:length|items)\b|\bitems?\b|\belements?\b|\bentries\b|\barray\b|\blist\b"
)
_SIZE_UNITS: Final = frozenset({"mb", "kb", "gb", "mib", "kib", "gib", "bytes", "b"})


class Bounds(Struct, frozen=True, kw_only=True):
    """The bounds of a number, or of a length for too_long and too_short. `exclusive`: a bound itself is outside.

    With both bounds stated `kind` is that of the upper one; only what was sent tells which was passed.
    """

    kind: BoundKind
    minimum: float | None
    maximum: float | None
    exclusive: bool


def read_bounds(text: str) -> Bounds | None:
    """The bounds that the text states, None when it states none. A size in bytes is a file's.

    >>> read_bounds("must be between 2 and 10").maximum
    10.0
    """
    minimum, maximum, exclusive = _between(text) or _one_sided(text)
    if minimum is None and maximum is None:
        return None
    kind: BoundKind = "minimum" if maximum is None else "maximum"
    if _rx(_LENGTH_WORDS).search(text):
        kind = "too_short" if maximum is None else "too_long"
    return Bounds(kind=kind, minimum=minimum, maximum=maximum, exclusive=exclusive)


def _between(text: str) -> tuple[float | None, float | None, bool] | None:
    match = _rx(_BETWEEN).search(text)
    if match is None or match.group("unit").casefold() in _SIZE_UNITS:
        return None
    low, high = (float(match.group(name).replace(",", "")) for name in ("a", "b"))
    return min(low, high), max(low, high), False


def _one_sided(text: str) -> tuple[float | None, float | None, bool]:
    found: dict[str, float] = {}
    taken: set[int] = set()
    exclusive = False
    after = _rx(_OR_LESS).search(text)
    if after is not None:
        taken.add(after.start("n"))
        found["maximum" if after.group("less") else "minimum"] = float(after.group("n").replace(",", ""))
    for side, strict, words in _RELATIONS:
        match = _rx(f"(?:{words}){_NUMBER}").search(text) if side not in found else None
        if match is None or match.start("n") in taken or match.group("unit").casefold() in _SIZE_UNITS:
            continue
        taken.add(match.start("n"))
        found[side] = float(match.group("n").replace(",", ""))
        exclusive = exclusive or strict
    return found.get("minimum"), found.get("maximum"), exclusive


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
