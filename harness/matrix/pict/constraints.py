"""The constraints of a PICT model: text → conditions.

The grammar is that of PICT's documentation, with what its program also reads: `NOT IN`, `NOT LIKE`, `IsNegative`,
`IsPositive`, and a backslash before `"`, `]` and itself. Words are read in any case; NOT binds tighter than AND, and
AND tighter than OR.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, NoReturn

from harness.matrix.pict.conditions import Among, Compare, Condition, Join, Not, like
from harness.matrix.pict.records import Parameter, Text, number_of
from harness.words import joined, told
from harness.yamlio.document import did_you_mean, quoted

_TOKEN: Final = re.compile(
    r"""(?P<comment>^[ \t]*\#[^\r\n]*) | (?P<space>\s+)
    | (?P<name>\[(?:[^\]\\\r\n]|\\.)*\]) | (?P<text>"(?:[^"\\\r\n]|\\.)*") | (?P<open>["\[])
    | (?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[^\W\d]\w*) | (?P<sign><>|<=|>=|[=<>(){},;]) | (?P<odd>.)""",
    re.VERBOSE | re.MULTILINE,
)
_ESCAPED: Final = re.compile(r"\\(.)")
_RELATIONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
#: Deeper parentheses are refused: nobody writes them, and each takes a step of the stack.
_DEEPEST: Final = 50
#: So many pairs of values are looked at for one comparison of two parameters.
_MOST_PAIRS: Final = 250_000
_IN_EXAMPLE: Final = '[Parameter] IN {"a", "b"}'


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int

    @property
    def upper(self) -> str:
        """A word in capitals; a sign as it is; nothing for the rest."""
        return self.text.upper() if self.kind in {"word", "sign"} else ""


class _Wrong(Exception):
    """A constraint cannot be read on."""


class Constraint(NamedTuple):
    """What must be true, and the offset where it stands."""

    condition: Condition
    offset: int


def read_constraints(text: Text, begin: int, parameters: Sequence[Parameter]) -> list[Constraint]:
    """The constraints from an offset of the text to its end. Mistakes go to `text`, one for each constraint."""
    reader = _Reader(text, list(_tokens(text.text, begin)), parameters)
    return list(reader.constraints())


def _tokens(text: str, begin: int) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text, begin):
        kind = found.lastgroup or ""
        if kind not in {"space", "comment"}:
            yield _Token(kind, found[0], found.start())
    yield _Token("end", "", len(text.rstrip()))


class _Reader:
    def __init__(self, text: Text, tokens: Sequence[_Token], parameters: Sequence[Parameter]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._parameters = parameters
        self._numbers = {parameter.name.casefold(): number for number, parameter in enumerate(parameters)}

    def constraints(self) -> Iterator[Constraint]:
        """Each constraint; after a mistake the next one, behind the semicolon."""
        while self._next.kind != "end":
            begin = self._next
            if begin.upper == ";":
                self._at += 1
                continue
            try:
                condition = self._constraint()
                yield Constraint(condition, begin.offset)
            except _Wrong:
                while self._next.kind != "end" and self._next.upper != ";":
                    self._at += 1

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *words: str) -> bool:
        """Goes past the next token if it is one of these."""
        if self._next.upper in words:
            self._at += 1
            return True
        return False

    def _constraint(self) -> Condition:
        if self._take("IF"):
            when = self._either()
            if not self._take("THEN"):
                self._wrong("THEN", told("pict.then.fix"))
            then = self._either()
            condition: Condition = Join("or", (Not(when), then))
            if self._take("ELSE"):
                condition = Join("and", (condition, Join("or", (when, self._either()))))
        else:
            condition = self._either()
        if not self._take(";"):
            self._wrong(told("pict.want.end"), told("pict.end.fix"))
        return condition

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Join("or", tuple(parts))

    def _both(self) -> Condition:
        parts = [self._clause()]
        while self._take("AND"):
            parts.append(self._clause())
        return parts[0] if len(parts) == 1 else Join("and", tuple(parts))

    def _clause(self) -> Condition:
        begin = self._next
        if begin.upper not in {"NOT", "("}:
            return self._term()
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(begin, told("pict.deep", limit=_DEEPEST), told("pict.deep.fix"))
        self._at += 1
        if begin.upper == "NOT":
            found: Condition = Not(self._clause())
        else:
            found = self._either()
            if not self._take(")"):
                self._wrong('")"', told("pict.parenthesis.fix"))
        self._depth -= 1
        return found

    def _term(self) -> Condition:
        if self._next.upper in {"ISNEGATIVE", "ISPOSITIVE"}:
            return self._function()
        factor = self._parameter()
        negated = self._take("NOT")
        token = self._next
        if self._take("IN"):
            found: Condition = self._in(factor)
        elif self._take("LIKE"):
            found = self._like(factor, token)
        elif not negated and token.upper in _RELATIONS:
            self._at += 1
            found = self._relation(factor, _RELATIONS[token.upper])
        else:
            words = told("pict.want.one_of", words="=, <>, <, <=, >, >=, IN, LIKE")
            examples = ['[Parameter] = "value"', "[Parameter] IN {1, 2}", "[A] <> [B]"]
            self._wrong(joined(["IN", "LIKE"]) if negated else words, told("fix.write", value=joined(examples)))
        return Not(found) if negated else found

    def _function(self) -> Condition:
        negative = self._next.upper == "ISNEGATIVE"
        self._at += 1
        fix = told("pict.function.fix")
        if not self._take("("):
            self._wrong('"("', fix)
        begin = self._next
        words = []
        while self._next.upper != ")":
            if self._next.kind == "end" or self._next.upper == ";":
                self._wrong('")"', fix)
            words.append(self._next)
            self._at += 1
        self._at += 1
        factors: Sequence[int] = range(len(self._parameters))
        if words:
            last = words[-1]
            name = self._text.text[begin.offset : last.offset + len(last.text)]
            factors = [self._known(name[1:-1] if begin.kind == "name" and len(words) == 1 else name, begin)]
        parts = tuple(
            Among(factor, frozenset(self._where(factor, lambda value: bool(value.invalid)))) for factor in factors
        )
        return Join("or", parts) if negative else Not(Join("or", parts))

    def _where(self, factor: int, fits: Callable[[Any], bool]) -> Iterator[int]:
        return (index for index, value in enumerate(self._parameters[factor].values) if fits(value))

    def _parameter(self) -> int:
        token = self._next
        if token.kind != "name":
            self._wrong(told("pict.want.parameter"), told("pict.name.fix"))
        self._at += 1
        return self._known(_ESCAPED.sub(r"\1", token.text[1:-1]), token)

    def _known(self, name: str, token: _Token) -> int:
        found = self._numbers.get(name.casefold())
        if found is None:
            names = [parameter.name for parameter in self._parameters]
            self._refuse(token, told("pict.no_parameter", name=quoted(name)), did_you_mean(name, names))
        return found

    def _in(self, factor: int) -> Condition:
        if not self._take("{"):
            self._wrong('"{"', told("fix.write", value=_IN_EXAMPLE))
        values: set[int] = set()
        while True:
            values |= self._equal(factor, self._value(factor), operator.eq)
            if self._take("}"):
                return Among(factor, frozenset(values))
            if not self._take(","):
                self._wrong(joined(['","', '"}"']), told("fix.write", value=_IN_EXAMPLE))

    def _like(self, factor: int, begin: _Token) -> Condition:
        token = self._next
        if self._parameters[factor].numbers is not None:
            name = quoted(self._parameters[factor].name)
            self._refuse(begin, told("pict.like.numbers", name=name), told("pict.like.numbers.fix"))
        if token.kind != "text":
            self._wrong(told("pict.want.pattern"), told("pict.pattern.fix"))
        self._at += 1
        fits = like(_ESCAPED.sub(r"\1", token.text[1:-1]))
        return Among(factor, frozenset(self._where(factor, lambda value: fits(value.name))))

    def _relation(self, factor: int, relation: Callable[[Any, Any], bool]) -> Condition:
        token = self._next
        if token.kind != "name":
            return Among(factor, frozenset(self._equal(factor, self._value(factor), relation)))
        other = self._parameter()
        left, right = self._parameters[factor], self._parameters[other]
        if (left.numbers is None) is not (right.numbers is None):
            first, second = (left, right) if left.numbers is not None else (right, left)
            what = told("pict.two_kinds", first=quoted(first.name), second=quoted(second.name))
            self._refuse(token, what, told("pict.two_kinds.fix"))
        mine, others = _keys(left), _keys(right)
        if len(mine) * len(others) > _MOST_PAIRS:
            what = told("pict.many_values", first=quoted(left.name), second=quoted(right.name))
            self._refuse(token, what, told("pict.many_values.fix"))
        pairs = ((a, b) for a, one in enumerate(mine) for b, two in enumerate(others) if relation(one, two))
        return Compare(factor, other, frozenset(pairs))

    def _value(self, factor: int) -> Any:
        """The key of the value that stands next: a number, or a text without case."""
        token, parameter = self._next, self._parameters[factor]
        if token.kind not in {"text", "number"}:
            self._wrong(told("pict.want.value"), told("pict.value.fix"))
        text = _ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind == "text" else token.text
        if (token.kind == "number") is not (parameter.numbers is not None):
            if parameter.numbers is None:
                what = told("pict.text_number", name=quoted(parameter.name), value=token.text)
                self._refuse(token, what, told("pict.text_number.fix", value=token.text))
            what = told("pict.number_text", name=quoted(parameter.name), value=quoted(text))
            self._refuse(token, what, told("pict.number_text.fix"))
        self._at += 1
        return number_of(text) if token.kind == "number" else text.casefold()

    def _equal(self, factor: int, wanted: Any, relation: Callable[[Any, Any], bool]) -> set[int]:
        return {index for index, key in enumerate(_keys(self._parameters[factor])) if relation(key, wanted)}

    def _wrong(self, expected: str, fix: str) -> NoReturn:
        """Refuses the next token."""
        token = self._next
        if token.kind == "open":
            what = told("pict.text.open") if token.text == '"' else told("pict.name.open")
        elif token.kind == "end":
            what = told("pict.expected.end", expected=expected)
        else:
            what = told("check.expected", expected=expected, found=quoted(token.text))
        self._refuse(token, what, fix)

    def _refuse(self, token: _Token, what: str, fix: str) -> NoReturn:
        self._depth = 0
        self._text.refuse(token.offset, what, fix)
        raise _Wrong


def _keys(parameter: Parameter) -> Sequence[Any]:
    """The values as constraints compare them: numbers, or texts without case."""
    return parameter.numbers or [value.name.casefold() for value in parameter.values]
