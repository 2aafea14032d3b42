"""Variants → RunPlan: which are fired, in which order, at what price. Pure: no clock, no I/O, no provider code."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import sha256
from heapq import nsmallest
from operator import itemgetter
from typing import Final

from msgspec import Struct

from harness.errors import UsageError
from harness.model import Phrase, PlannedVariant, RunPlan, Variant, replace
from harness.words import told

_TOKEN: Final = re.compile(r"""\s*(?:(?P<paren>[()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()]+))""")
_OPERATORS: Final = frozenset({"and", "or", "not"})
_MAX_EXPRESSION: Final = 1000


class Selection(Struct, frozen=True, kw_only=True):
    """What `-k`, `--tag` and `--only` ask for. Empty means: everything."""

    expression: str = ""
    tags: Collection[str] = ()
    only: Collection[str] = ()


def select(variants: Sequence[Variant], selection: Selection) -> tuple[Variant, ...]:
    """The variants that the selection names, in their order.

    `expression` joins words with `and`, `or`, `not` and parentheses; a word is true for a variant when it occurs,
    without case, in its id, name, scenario or tags; quotes keep spaces. Words side by side mean `and`. A tag matches
    whole; `only` matches an id, or a beginning of one that names a single variant.

    Raises UsageError for an expression that cannot be read, and for an `--only` or a `--tag` that names nothing.
    """
    if selection.only:
        wanted = {_one(variants, word) for word in selection.only}
        selection = replace(selection, only=wanted)
    if selection.tags:
        known = {tag for variant in variants for tag in variant.tags}
        for tag in selection.tags:
            if tag not in known:
                raise UsageError(
                    told("select.tag", tag=tag),
                    told("select.tags", tags=", ".join(sorted(known)) or told("usage.none")),
                )
    return tuple(filter(selects(selection), variants))


def selects(selection: Selection) -> Callable[[Variant], bool]:
    """The same for one variant after the other; a beginning of an id selects every variant that has it.

    Raises UsageError for an expression that cannot be read.
    """
    only, tags = tuple(selection.only), frozenset(selection.tags)
    matches = _Expression(selection.expression).parse() if selection.expression.strip() else None

    def chosen(variant: Variant) -> bool:
        if only and not variant.id.startswith(only):
            return False
        if tags and tags.isdisjoint(variant.tags):
            return False
        return matches is None or matches(_haystack(variant))

    return chosen


def sample(variants: Iterable[Variant], count: int, seed: int) -> tuple[Variant, ...]:
    """So many variants drawn by chance, in their order; all of them where there are no more.

    The same seed draws the same ones, and a variant is drawn or not whatever else there is to draw from but for its
    number: another level changes few of them. Holds `count` variants.
    """

    def lot(numbered: tuple[int, Variant]) -> bytes:
        return sha256(f"{seed} {numbered[1].id}".encode()).digest()

    return tuple(variant for _, variant in sorted(nsmallest(count, enumerate(variants), key=lot), key=itemgetter(0)))


def build(
    variants: Sequence[Variant],
    *,
    price: Callable[[Variant], float | None],
    contract: Callable[[Variant], str],
) -> RunPlan:
    """The plan for these variants. `price` gives credits or None, `contract` the version a variant is judged by.

    Expected refusals go first, then the cheap ones, then the dear ones, those without a known price last. A variant
    of another contract stays in the plan with the reason why it is not fired.
    """
    planned = tuple(
        PlannedVariant(
            variant=variant,
            credits=price(variant),
            skip=_other_contract(variant, contract(variant)),
        )
        for variant in variants
    )
    fired = [index for index, item in enumerate(planned) if item.skip is None]
    return RunPlan(variants=planned, order=tuple(sorted(fired, key=lambda index: _dearness(planned[index]))))


def _dearness(item: PlannedVariant) -> tuple[int, float]:
    if item.variant.expect.kind == "rejected":
        return (0, 0.0)
    return (2, 0.0) if item.credits is None else (1, item.credits)


def _other_contract(variant: Variant, version: str) -> Phrase | None:
    if not variant.contracts or version in variant.contracts:
        return None
    return Phrase(key="skip.contract", params={"contracts": ", ".join(variant.contracts), "contract": version})


def _one(variants: Sequence[Variant], word: str) -> str:
    found = sorted({variant.id for variant in variants if variant.id == word or variant.id.startswith(word)})
    if word in found:
        return word
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(told("select.only", word=word), told("select.only.fix"))
    raise UsageError(
        told("select.several", word=word, count=len(found), ids=", ".join(found[:5])), told("select.several.fix")
    )


def _haystack(variant: Variant) -> str:
    return "\n".join((variant.id, variant.name, variant.scenario, *variant.tags)).casefold()


class _Expression:
    """A reader of `-k` expressions: or-terms of and-terms of not-terms of words."""

    def __init__(self, text: str) -> None:
        if len(text) > _MAX_EXPRESSION:
            raise UsageError(told("select.long", count=len(text), most=_MAX_EXPRESSION))
        self._text = text
        self._tokens = [
            (match.lastgroup or "", match.group(match.lastgroup or 0)) for match in _TOKEN.finditer(text.strip())
        ]
        self._at = 0

    def parse(self) -> Callable[[str], bool]:
        found = self._either()
        if self._at < len(self._tokens):
            raise self._wrong(told("select.end", word=self._tokens[self._at][1]))
        return found

    def _either(self) -> Callable[[str], bool]:
        terms = [self._both()]
        while self._operator() == "or":
            self._at += 1
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else lambda text: any(term(text) for term in terms)

    def _both(self) -> Callable[[str], bool]:
        terms = [self._single()]
        while self._at < len(self._tokens) and self._operator() != "or" and self._tokens[self._at] != ("paren", ")"):
            if self._operator() == "and":
                self._at += 1
            terms.append(self._single())
        return terms[0] if len(terms) == 1 else lambda text: all(term(text) for term in terms)

    def _single(self) -> Callable[[str], bool]:
        if self._at >= len(self._tokens):
            raise self._wrong(told("select.ends"))
        kind, word = self._tokens[self._at]
        operator = self._operator()
        self._at += 1
        if operator == "not":
            inner = self._single()
            return lambda text: not inner(text)
        if operator:
            raise self._wrong(told("select.word", word=word))
        if (kind, word) == ("paren", "("):
            inner = self._either()
            if self._at >= len(self._tokens) or self._tokens[self._at] != ("paren", ")"):
                raise self._wrong(told("select.open"))
            self._at += 1
            return inner
        if kind == "paren":
            raise self._wrong(told("select.close"))
        needle = word.casefold()
        return lambda text: needle in text

    def _operator(self) -> str:
        if self._at >= len(self._tokens):
            return ""
        kind, word = self._tokens[self._at]
        return word.lower() if kind == "word" and word.lower() in _OPERATORS else ""

    def _wrong(self, what: str) -> UsageError:
        return UsageError(
            told("select.wrong", text=repr(self._text), what=what),
            told("select.wrong.fix"),
        )
