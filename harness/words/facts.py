"""Facts said again: the message that an English sentence of the journal or of report.json once was.

Data is English, and a report may be rendered long after its run, by another process, in another language. So the
templates of these groups are looked for in the text. What none of them made stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from harness.words import TEXTS, Told, parts_of, told

#: What may stand in a blank; in any other, anything.
_NUMBER: Final = r"[\d,.]+?"
_BLANKS: Final = {
    **dict.fromkeys(("age", "bytes", "count", "most", "polls", "seconds", "status"), _NUMBER),
    "because": r"(?: \(.+\))?",
    "task": r"\S+",
}
#: The keys of sentences that data keeps.
_GROUPS: Final = ("fact.", "measured.")
#: Longer texts hold more than one sentence of ours.
_MOST: Final = 2000


def retold(text: str) -> str:
    """The message that the text was, one sentence of ours or two side by side; the text itself where it was none.

    >>> from harness.words import in_lang
    >>> in_lang(retold("x.example cannot be reached (Connection refused), 3 times."), "ru")
    'x.example: нет соединения (соединение отклонено). Попыток: 3.'
    """
    if len(text) > _MOST:
        return text
    if (found := _whole(text) or _whole(f"{text}.")) is not None:
        return found
    if (found := _whole(text.removesuffix("."))) is not None:
        return found + "."
    for space in re.finditer(r"(?<=\.) ", text):
        head, tail = _whole(text[: space.start()]), _whole(text[space.end() :])
        if head is not None and tail is not None:
            return head + " " + tail
    return text


def _whole(text: str) -> Told | None:
    if f"system.{text}" in TEXTS:
        return told(f"system.{text}", open="{", close="}")
    for key, pattern in _patterns():
        match = pattern.fullmatch(text)
        if match is not None:
            return told(key, **match.groupdict())
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Key and pattern of each fact: those that lie around others first, then those with the most text of their own."""
    made = []
    for key, texts in TEXTS.items():
        if key.startswith(_GROUPS):
            english = texts["en"]
            parts = parts_of(english)
            own = sum(len(before) for before, *_ in parts)
            made.append(
                (not english.startswith("{text}"), -own, key, re.compile("".join(map(_piece, parts)), re.DOTALL))
            )
    return tuple((key, pattern) for *_, key, pattern in sorted(made, key=lambda one: one[:3]))


def _piece(part: tuple[str, str, str, str]) -> str:
    before, name, forms, _ = part
    if forms:
        return f"{re.escape(before)}(?:{'|'.join(map(re.escape, forms.split('|')))})"
    blank = f"(?P<{name}>{_BLANKS.get(name, '.+?')})" if name else ""
    return re.escape(before) + blank
