"""A PICT model file → PictModel: parameters, sub-models, constraints. Every mistake of the file at once.

The format is PICT's own (github.com/microsoft/pict, doc/pict.md). One thing more is read: a value in double quotes may
hold commas, bars and parentheses.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from harness.errors import MistakesError
from harness.matrix.pict.conditions import TooLargeError, forbidden
from harness.matrix.pict.constraints import read_constraints
from harness.matrix.pict.records import Parameter, PictModel, Rule, Text, Value, number_of
from harness.model import Source
from harness.words import told
from harness.yamlio import limited
from harness.yamlio.document import did_you_mean, quoted
from harness.yamlio.reader import read_text

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_PARAMETERS: Final = 1_000
MOST_VALUES: Final = 10_000
MOST_RULES: Final = 50_000
_EXAMPLE: Final = "{ A, B, C } @ 3"

#: How PICT tells a constraint from a parameter, without the names that only begin so ("If-Modified: a, b").
_CONSTRAINT: Final = re.compile(
    r"""\s*(?: \[ | \( | IF\s*(?: $ | [\[(] | NOT\b | IS(?:NEGATIVE|POSITIVE)\b )
    | NOT\s*[\[(] | IS(?:NEGATIVE|POSITIVE)\s*\( )""",
    re.IGNORECASE | re.VERBOSE,
)
_VALUE: Final = re.compile(r'\s*(?P<prefix>~?)\s*"(?P<text>[^"]*)"\s*(?:\((?P<weight>[0-9]{1,9})\)\s*)?(?=,|\||$)')
_WEIGHT: Final = re.compile(r"\(\s*0*([1-9][0-9]{0,8})\s*\)$")
_ORDER: Final = re.compile(r"\s*@\s*0*([1-9][0-9]{0,3})\s*$")


def read(file: Path, *, shown: str | None = None) -> PictModel:
    """The model in a file. MistakesError with every mistake; `shown` is the name that they carry."""
    name = shown if shown is not None else str(file)
    return parse(read_text(file, shown=name, most_bytes=MOST_BYTES), file=name)


def parse(text: str, *, file: str) -> PictModel:
    """The model in a text. MistakesError with every mistake."""
    reader = _Reader(Text(file, text.removeprefix("\ufeff")))
    model = reader.model()
    if reader.text.mistakes:
        raise MistakesError(limited(reader.text.mistakes))
    return model


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._parameters: list[Parameter] = []
        self._groups: list[tuple[tuple[int, ...], int | None]] = []
        self._values = 0

    def model(self) -> PictModel:
        """The model; mistakes are in the text."""
        constraints = self._definitions()
        if not self._parameters and not self.text.mistakes:
            self.text.refuse_at(Source(file=self.text.file), told("pict.empty"), told("pict.empty.fix"))
        rules: list[Rule] = []
        # A parameter that could not be read would be told once more wherever a constraint names it.
        if constraints is not None and not self.text.mistakes:
            rules = self._rules(constraints)
        return PictModel(
            file=self.text.file, parameters=tuple(self._parameters), groups=tuple(self._groups), rules=tuple(rules)
        )

    def _definitions(self) -> int | None:
        """Reads parameters and sub-models; the offset where the constraints begin, or None."""
        for offset, line in self.text.lines():
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            if _CONSTRAINT.match(line):
                return offset
            if stripped.startswith("{"):
                self._group(offset, line)
            else:
                self._parameter(offset, line)
            if len(self._parameters) > MOST_PARAMETERS or self._values > MOST_VALUES:
                what = told("pict.too_big", parameters=f"{MOST_PARAMETERS:,}", values=f"{MOST_VALUES:,}")
                self.text.refuse(offset, what, told("pict.too_big.fix"))
                return None
        return None

    def _parameter(self, offset: int, line: str) -> None:
        begin = offset + len(line) - len(line.lstrip())
        colon = line.find(":") if ":" in line else line.find(",")
        name = line[:colon].strip()
        if colon < 0 or not line[colon + 1 :].strip():
            what = told("pict.no_values", found=quoted(line.strip()))
            self.text.refuse(begin, what, told("pict.no_values.fix"))
            return
        if not name:
            self.text.refuse(begin, told("pict.no_name"), told("pict.no_name.fix"))
            return
        if self._groups:
            self.text.refuse(begin, told("pict.late", name=quoted(name)), told("pict.late.fix"))
            return
        if _ORDER.search(name):
            what = told("pict.own_order", name=quoted(name))
            self.text.refuse(begin, what, told("pict.own_order.fix", example=_EXAMPLE))
            return
        twice = next((each for each in self._parameters if each.name.casefold() == name.casefold()), None)
        if twice is not None:
            what = told("pict.twice", name=quoted(name), line=twice.source.line)
            self.text.refuse(begin, what, told("fix.rename_one"))
            return
        values = self._values_of(line[colon + 1 :])
        self._values += len(values)
        keys = [number_of(value.name) for value in values]
        numbers = [key for key in keys if key is not None]
        self._parameters.append(
            Parameter(
                name=name,
                values=values,
                source=self.text.source(begin),
                numbers=tuple(numbers) if len(numbers) == len(keys) else None,
            )
        )

    def _values_of(self, text: str) -> tuple[Value, ...]:
        found: list[Value] = []
        at = 0
        while at <= len(text) and len(found) <= MOST_VALUES:
            quotes = _VALUE.match(text, at)
            if quotes is not None and text[quotes.end() : quotes.end() + 1] != "|":
                weight = int(quotes["weight"] or 1)
                found.append(Value(names=(quotes["text"],), invalid=bool(quotes["prefix"]), weight=max(weight, 1)))
                at = quotes.end() + 1
                continue
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            found += self._plain(text[at:end].strip())
            at = end + 1
        return tuple(found)

    def _plain(self, text: str) -> tuple[Value, ...]:
        """A value without quotes: `~name|other name (weight)`, or `<Parameter>` for all values of that one."""
        if text.startswith("<") and text.endswith(">"):
            name = text[1:-1].strip().casefold()
            for parameter in self._parameters:
                if parameter.name.casefold() == name:
                    return parameter.values
        weight = _WEIGHT.search(text)
        if weight is not None:
            text = text[: weight.start()].strip()
        names = [name.strip() for name in text.split("|")]
        invalid = names[0].startswith("~")
        if invalid:
            names[0] = names[0][1:].strip()
        return (Value(names=tuple(names), invalid=invalid, weight=int(weight[1]) if weight else 1),)

    def _group(self, offset: int, line: str) -> None:
        begin = offset + line.index("{")
        end = line.find("}")
        form = told("pict.group.fix", example=_EXAMPLE)
        if end < 0:
            self.text.refuse(begin, told("pict.open", brace='"}"'), form)
            return
        order = _ORDER.match(line, end + 1)
        if order is None and line[end + 1 :].strip():
            place = offset + end + 1 + len(line[end + 1 :]) - len(line[end + 1 :].lstrip())
            self.text.refuse(place, told("pict.order", found=quoted(line[end + 1 :].strip())), form)
            return
        known = {parameter.name.casefold(): number for number, parameter in enumerate(self._parameters)}
        members: dict[int, None] = {}
        whole = True
        at = begin + 1
        for part in self.text.text[begin + 1 : offset + end].split(","):
            name = part.strip()
            number = known.get(name.casefold())
            place = at + len(part) - len(part.lstrip())
            at += len(part) + 1
            if number is None:
                whole = False
                names = [parameter.name for parameter in self._parameters]
                what = told("pict.no_parameter", name=quoted(name)) if name else told("pict.missing")
                self.text.refuse(place, what, did_you_mean(name, names) if name else form)
                continue
            members[number] = None
        if whole and order is not None and int(order[1]) > len(members):
            what = told("pict.high_order", order=order[1], count=len(members))
            self.text.refuse(offset + order.start(1), what, told("pict.high_order.fix"))
        elif whole:
            self._groups.append((tuple(sorted(members)), int(order[1]) if order else None))

    def _rules(self, begin: int) -> list[Rule]:
        counts = [len(parameter.values) for parameter in self._parameters]
        rules: list[Rule] = []
        for constraint in read_constraints(self.text, begin, self._parameters):
            try:
                found = forbidden(constraint.condition, counts)
            except TooLargeError:
                found = [{}] * (MOST_RULES + 1)
            if len(rules) + len(found) > MOST_RULES:
                self.text.refuse(constraint.offset, told("pict.many_rules"), told("pict.many_rules.fix"))
            elif {} in found:
                self.text.refuse(constraint.offset, told("pict.leaves_nothing"), told("pict.leaves_nothing.fix"))
            else:
                source = self.text.source(constraint.offset)
                rules += [Rule(combination=each, source=source) for each in found]
        return rules
