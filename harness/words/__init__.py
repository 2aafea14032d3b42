"""The texts that people read, in English and Russian: one key, two templates, blanks with names.

Data files (report.json, the journal) stay in English; the console and the written reports take `lang`. Each part of
the program keeps its own block, a module of this package that says what it is for. A new text is one entry,
`"key": ("English", "Russian")`, in one block; a test fails when a language or a blank is missing.

A template has four kinds of blanks:
- `{name}`: the parameter as it is;
- `{name|one|other}` (English) or `{name|one|few|many}` (Russian): the word that goes with the number in `name`;
- `{name:group}`: the text of the key `group.<name>` in the same language, or the parameter itself where there is none;
  several words joined by " / " are told with "or" between them.
- `{name:fact}`: the parameter, which may be a sentence of an exchange as data keeps it, in English (`facts`).

A message that goes through hands that know no language (errors, mistakes in files) is a `Told`: its English text,
which can say itself in any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Final, Self

from harness.model import Phrase

LANGS: Final = ("en", "ru")
#: The modules that keep texts.
BLOCKS: Final = tuple(
    import_module(f"harness.words.{name}")
    for name in (
        *("asking", "comparing", "copying", "diagnosing", "filing", "helping", "judging", "matrix", "mistaking"),
        *("page", "past", "pictures", "plugin", "profiles", "reading", "refusing", "reporting", "running"),
        *("scenarios", "schemas", "sending", "serving", "starting", "tables", "troubling", "watching", "working"),
    )
)

#: key → language → template.
TEXTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {key: {"en": english, "ru": russian} for block in BLOCKS for key, (english, russian) in block.TEXTS.items()}
)

_BLANK: Final = re.compile(r"\{(?P<name>[a-z_]+)(?:\|(?P<forms>[^{}]*)|:(?P<group>[a-z_.]+))?\}")
_DIGITS: Final = re.compile(r"-?\d{1,18}")
_OR: Final = {"en": " or ", "ru": " или "}


class Told(str):
    """A message: a str, its English text, that still knows how to say itself in another language.

    Made by `told`; `+` with other texts keeps what they know. What cuts or rewords it gives a plain str: English.
    """

    __slots__ = ("_pieces",)
    _pieces: tuple[str | Phrase, ...]

    def __new__(cls, *pieces: str | Phrase) -> Self:
        """The message that these pieces make: texts, and phrases whose parameters may be messages themselves."""
        made = super().__new__(cls, "".join([_piece(piece, "en") for piece in pieces]))
        made._pieces = pieces
        return made

    def __add__(self, text: str) -> Told:
        return Told(*self._pieces, text)

    def __radd__(self, text: str) -> Told:
        return Told(text, *self._pieces)

    def within(self, lang: str) -> str:
        """The message in this language."""
        return "".join([_piece(piece, lang) for piece in self._pieces])


def _piece(piece: str | Phrase, lang: str) -> str:
    return say(piece, lang) if isinstance(piece, Phrase) else in_lang(piece, lang)


def told(key: str, /, **params: object) -> Told:
    """The message of a key; numbers are written as `str` writes them.

    >>> wrong = told("verdict.works") + "!"
    >>> wrong, in_lang(wrong, "ru")
    ('works!', 'РАБОТАЕТ!')
    """
    return Told(Phrase(key=key, params={name: _param(value) for name, value in params.items()}))


def known(group: str, english: str) -> str:
    """The message of a text that stands as `group.<text>` in a block, say words of the system; else the text itself.

    >>> in_lang(known("system", "Is a directory"), "ru"), known("system", "No such thing")
    ('это папка', 'No such thing')
    """
    key = f"{group}.{english}"
    return told(key, open="{", close="}") if key in TEXTS else english


def joined(texts: Sequence[str], last: str = "words.or") -> str:
    """The texts one after the other, with commas, and the word of the key `last` before the last one.

    >>> joined(["a", "b", told("verdict.works")]), in_lang(joined(["a", "b"], "words.and"), "ru")
    ('a, b or works', 'a и b')
    """
    if len(texts) < 2:
        return texts[0] if texts else ""
    pieces = [piece for text in texts[:-1] for piece in (", ", text)][1:]
    return Told(*pieces, told(last), texts[-1])


def in_lang(text: str, lang: str) -> str:
    """The text in this language, when it is a message that knows how; else as it is."""
    return text.within(lang) if lang != "en" and isinstance(text, Told) else text


def together(texts: Iterable[str], separator: str = "\n") -> Told:
    """The texts as one, with what they know.

    >>> together([told("verdict.works"), "a"], ", ").within("ru")
    'РАБОТАЕТ, a'
    """
    pieces = [piece for each in texts for piece in (separator, each)]
    return Told(*pieces[1:])


def _param(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def say(phrase: Phrase, lang: str = "en") -> str:
    """The phrase in words. Raises KeyError for an unknown key or language and for a blank without a parameter.

    >>> say(Phrase(key="verdict.works", params={}), "ru")
    'РАБОТАЕТ'
    """
    return _fill(TEXTS[phrase.key][lang], phrase.params, lang)


def text(key: str, lang: str = "en", **params: object) -> str:
    """As `say`, from a key and its parameters; numbers are written as `str` writes them."""
    return _fill(TEXTS[key][lang], {name: _param(value) for name, value in params.items()}, lang)


def plural(number: int, forms: tuple[str, ...], lang: str) -> str:
    """The form that goes with the number: English (one, other), Russian (one, few, many).

    >>> [plural(n, ("вариант", "варианта", "вариантов"), "ru") for n in (1, 3, 11, 21)]
    ['вариант', 'варианта', 'вариантов', 'вариант']
    """
    number = abs(number)
    if lang == "ru":
        if number % 10 == 1 and number % 100 != 11:
            return forms[0]
        return forms[1] if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else forms[2]
    return forms[0] if number == 1 else forms[1]


@lru_cache(maxsize=1024)
def parts_of(template: str) -> tuple[tuple[str, str, str, str], ...]:
    """The template cut at its blanks: (text before, name, forms, group), the last one without a name."""
    parts: list[tuple[str, str, str, str]] = []
    start = 0
    for match in _BLANK.finditer(template):
        name, forms, group = match.group("name", "forms", "group")
        parts.append((template[start : match.start()], name, forms or "", group or ""))
        start = match.end()
    parts.append((template[start:], "", "", ""))
    return tuple(parts)


def _retold(text: str, lang: str) -> str:
    from harness.words.facts import retold  # not before somebody reads of an exchange in another language

    return in_lang(retold(text), lang)


def _fill(template: str, params: Mapping[str, str], lang: str) -> str:
    said: list[str] = []
    for before, name, forms, group in parts_of(template):
        said.append(before)
        if not name:
            continue
        value = in_lang(params[name], lang)
        if forms:
            # A number with a fraction ("2.5 credits"), or beyond counting, takes the form of many.
            whole = int(value) if _DIGITS.fullmatch(value) else 0
            said.append(plural(whole, tuple(forms.split("|")), lang))
        elif group == "fact":
            said.append(value if lang == "en" else _retold(value, lang))
        elif group:
            named = (TEXTS.get(f"{group}.{word}", {lang: word})[lang] for word in value.split(" / "))
            said.append(_OR[lang].join(named))
        else:
            said.append(value)
    return "".join(said)
