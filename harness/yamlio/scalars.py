"""YAML 1.2 core schema: what a plain scalar means (https://yaml.org/spec/1.2.2/#103-core-schema)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from harness.model import Json
from harness.words import told

#: What a plain scalar that is no text begins with.
STARTS: Final = frozenset("+-.0123456789~nNtTfF")
_WORDS: Final[Mapping[str, Json]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER: Final = re.compile(
    r"(?P<int>[-+]?[0-9]+)|(?P<oct>0o[0-7]+)|(?P<hex>0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<odd>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))",
)
#: Python refuses to turn longer texts into numbers (sys.set_int_max_str_digits), and no API takes them.
_DIGITS: Final = 1000
_PREFIX: Final = "tag:yaml.org,2002:"


class ScalarError(ValueError):
    """A scalar that cannot be a JSON value; the text says what is wrong with it, `fix` what to do."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


def plain(value: str) -> Json:
    """The value of a plain scalar. ScalarError for infinities, NaN and numbers out of all bounds.

    >>> plain("9:16"), plain("010"), plain("0o17"), plain("1_000"), plain("yes"), plain("~")
    ('9:16', 10, 15, '1_000', 'yes', None)
    """
    if value in _WORDS:
        return _WORDS[value]
    found = _NUMBER.fullmatch(value)
    if found is None:
        return value
    if found.lastgroup == "odd":
        raise ScalarError(told("yaml.not_finite", value=value), told("yaml.not_finite.fix", value=value))
    if len(value) > _DIGITS:
        raise ScalarError(told("yaml.long_number", length=len(value)), told("yaml.long_number.fix"))
    if found.lastgroup == "float":
        number = float(value)
        if number in (float("inf"), float("-inf")):
            raise ScalarError(told("yaml.big_number", value=value[:40]), told("yaml.big_number.fix"))
        return number
    return int(value, {"oct": 8, "hex": 16}.get(found.lastgroup or "", 10))


def _only(kind: type | tuple[type, ...], word: str) -> Callable[[str], Json]:
    def read(value: str) -> Json:
        got: Json = plain(value)
        fits = isinstance(got, kind) and (kind is bool or not isinstance(got, bool))
        if not fits:
            raise ScalarError(told("yaml.tag.misfit", word=word), told("yaml.tag.misfit.fix"))
        return float(got) if word == "float" else got

    return read


_TAGGED: Final[Mapping[str, Callable[[str], Json]]] = {
    "!": str,
    _PREFIX + "str": str,
    _PREFIX + "int": _only(int, "int"),
    _PREFIX + "float": _only((int, float), "float"),
    _PREFIX + "bool": _only(bool, "bool"),
    _PREFIX + "null": _only(type(None), "null"),
}


def tagged(tag: str, value: str) -> Json:
    """The value of a scalar with an explicit tag. ScalarError for a tag that YAML's core schema does not have."""
    if tag not in _TAGGED:
        raise unknown_tag(tag)
    return _TAGGED[tag](value)


def collection_tag_fits(tag: str, word: str) -> bool:
    """True when a tag may stand at a mapping (`word` is "map") or a list ("seq")."""
    return tag in ("!", _PREFIX + word)


def unknown_tag(tag: str) -> ScalarError:
    """The mistake of a tag that this reader does not know."""
    shown = "!!" + tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else tag
    shown = "".join(char if char.isprintable() else "·" for char in shown[:60])
    return ScalarError(told("yaml.tag.unknown", tag=shown), told("yaml.tag.unknown.fix"))
