"""Parser events → plain data with the place of every node, in one pass, bounded before anything is built.

PyYAML's composer is not used: it recurses (a deep file overflows the stack), knows YAML 1.1 only, and takes three times
as long. Here depth, the number of nodes and what aliases expand to are counted as the events come.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from harness.model import Json, Path
from harness.words import told
from harness.yamlio import scalars
from harness.yamlio.document import MAX_MISTAKES, SHIFT, describe, did_you_mean, quoted, show_number
from harness.yamlio.hidden import Hidden
from harness.yamlio.parsers import EventSource

MAX_DEPTH: Final = 100
MAX_NODES: Final = 1_000_000
#: A text counts as one more node for each so many characters: an alias must not multiply a long text without bound.
_TEXT_UNIT: Final = 256
#: Short plain scalars are kept, so that equal keys and words are one object: so many of so many characters.
_KEPT, _KEPT_LENGTH = 10_000, 40
_LINE: Final = 1 << SHIFT

# What stands in `_Frame.key` when it is no key: the frame is a list; a key is due; the key was refused.
_ITEM: Final = object()
_DUE: Final = object()
_REFUSED: Final = object()
#: Stands for an anchor whose node is not finished.
_OPEN: Final = object()
_UNKNOWN: Final = object()


class StopReading(Exception):
    """Nothing more can be learned from this file."""


class _Frame:
    """A mapping or list that is being filled."""

    __slots__ = ("anchor", "into", "key", "key_place", "marks", "place")

    def __init__(self, into: Any, place: int, anchor: str | None, key: object) -> None:
        self.into = into
        self.place = place
        self.anchor = anchor
        self.key: Any = key
        self.key_place = 0
        self.marks: list[int] = []


class Builder:
    """Fed with events, it holds the data, the places, and the mistakes as (packed place, path, what, fix)."""

    def __init__(self, hidden: Hidden) -> None:
        self.data: Json = None
        self.root = 0
        self.starts: dict[int, int] = {}
        self.marks = array("Q")
        self.mistakes: list[tuple[int, Path, str, str]] = []
        self._hidden = hidden
        self._frame: _Frame | None = None
        self._stack: list[_Frame | None] = []
        self._anchors: dict[str, Json] = {}
        self._measures: dict[int, tuple[int, int]] = {}
        self._expanded = 0
        self._documents = 0
        self._words: dict[str, Json] = {}
        self._dropped: list[Json] = []  # kept alive, so that no id is used twice

    def feed(self, parser: EventSource) -> None:
        """Read all events. Raises StopReading at a bound, and what the parser raises at a syntax error."""
        handlers: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._mapping,
            SequenceStartEvent: self._sequence,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }
        get, find = parser.get_event, handlers.get
        event: Any = None
        for _ in range(2 * MAX_NODES):  # a container has two events, and a mapping's entry is two nodes
            event = get()
            handle = find(event.__class__)
            if handle is not None:
                handle(event)
            elif event.__class__ is StreamEndEvent:
                return
        self._stop(_place(event), told("yaml.too_many", limit=f"{MAX_NODES:,}"), told("fix.split"))

    def _stop(self, place: int, what: str, fix: str) -> None:
        self._refuse(place, what, fix)
        raise StopReading

    def _too_deep(self, place: int) -> None:
        self._stop(place, told("yaml.too_deep", limit=MAX_DEPTH), told("yaml.too_deep.fix"))

    def _refuse(self, place: int, what: str, fix: str) -> None:
        self.mistakes.append((place, self._path(), what, fix))
        if len(self.mistakes) >= MAX_MISTAKES:
            raise StopReading

    def _path(self) -> Path:
        frames = [frame for frame in (*self._stack, self._frame) if frame is not None]
        steps = (len(frame.into) if frame.key is _ITEM else frame.key for frame in frames)
        return tuple(step for step in steps if isinstance(step, str | int))

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(_place(event), told("yaml.second"), told("yaml.second.fix"))

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        place = mark.line * _LINE + mark.column
        text = event.value
        if event.style or event.tag is not None or self._hidden.used:
            value = self._special(event, text, place)
        else:
            value = self._words.get(text, _UNKNOWN)
            if value is _UNKNOWN:
                value = self._plain(text, place)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        frame = self._frame
        if frame is not None and frame.key.__class__ is str:  # most scalars are the value of a key: no call for them
            frame.into[frame.key] = value
            frame.marks += (frame.key_place, place)
            frame.key = _DUE
        else:
            self._add(value, place)

    def _plain(self, text: str, place: int) -> Json:
        value: Json = text
        if not text or text[0] in scalars.STARTS:
            try:
                value = scalars.plain(text)
            except scalars.ScalarError as error:
                self._refuse(place, error.what, error.fix)
                return None
        if len(text) <= _KEPT_LENGTH and len(self._words) < _KEPT:
            self._words[text] = value
        return value

    def _special(self, event: ScalarEvent, text: str, place: int) -> Json:
        """A scalar that is quoted, tagged, or in a file with hidden characters."""
        text, odd = self._hidden.show(text, event.style)
        if odd is not None:
            self._refuse(place, told("yaml.not_sent", odd=odd), told("fix.take_out"))
            return None
        if event.tag is not None:
            try:
                return scalars.tagged(event.tag, text)
            except scalars.ScalarError as error:
                self._refuse(place, error.what, error.fix)
                return None
        return text if event.style else self._plain(text, place)

    def _add(self, value: Json, place: int) -> None:
        frame = self._frame
        if frame is None:
            self.data, self.root = value, place
            return
        key = frame.key
        if key is _DUE:
            self._key(frame, value, place)
        elif key is _ITEM:
            frame.into.append(value)
            frame.marks.append(place)
        elif key is _REFUSED:
            self._dropped.append(value)
            frame.key = _DUE
        else:
            frame.into[key] = value
            frame.marks += (frame.key_place, place)
            frame.key = _DUE

    def _key(self, frame: _Frame, key: Json, place: int) -> None:
        frame.key = _REFUSED
        if key.__class__ is not str:
            fix = told("yaml.key.text")
            if key is None or isinstance(key, bool | int | float):
                fix = told("yaml.key.quoted", value="null" if key is None else show_number(key))
            self._refuse(place, told("yaml.key", found=describe(key)), fix)
        elif key in frame.into:
            first = frame.marks[2 * list(frame.into).index(key)] // _LINE + 1
            self._refuse(place, told("yaml.twice", key=quoted(key), line=first), told("fix.keep_one"))
        else:
            frame.key, frame.key_place = key, place

    def _mapping(self, event: MappingStartEvent) -> None:
        self._open(event, {}, "map", _DUE)

    def _sequence(self, event: SequenceStartEvent) -> None:
        self._open(event, [], "seq", _ITEM)

    def _open(self, event: Any, into: Json, word: str, key: object) -> None:
        place = _place(event)
        if event.tag is not None and not scalars.collection_tag_fits(event.tag, word):
            error = scalars.unknown_tag(event.tag)
            self._refuse(place, error.what, error.fix)
        if len(self._stack) >= MAX_DEPTH:
            self._too_deep(place)
        if event.anchor is not None:
            self._anchors[event.anchor] = _OPEN
        self._stack.append(self._frame)
        self._frame = _Frame(into, place, event.anchor, key)

    def _end(self, _event: Event) -> None:
        frame = self._frame
        assert frame is not None
        self.starts[id(frame.into)] = len(self.marks)
        self.marks.extend(frame.marks)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = frame.into
        self._frame = self._stack.pop()
        self._add(frame.into, frame.place)

    def _alias(self, event: AliasEvent) -> None:
        place, name = _place(event), str(event.anchor)
        value = self._anchors.get(name, _UNKNOWN)
        if value is _OPEN:
            self._refuse(place, told("yaml.alias.inside", name=name), told("yaml.alias.inside.fix"))
        elif value is _UNKNOWN:
            fix = did_you_mean(name, self._anchors) or told("yaml.alias.unknown.fix", name=name)
            self._refuse(place, told("yaml.alias.unknown", name=name), fix)
        else:
            size, height = self._measure(value)
            self._expanded += size
            if self._expanded > MAX_NODES:
                self._stop(place, told("yaml.alias.many", limit=f"{MAX_NODES:,}"), told("yaml.alias.many.fix"))
            if len(self._stack) + height > MAX_DEPTH:
                self._too_deep(place)
            self._add(value, place)
            return
        self._add(None, place)

    def _measure(self, value: Json) -> tuple[int, int]:
        """How many nodes a value has with all its aliases written out, and how deep it is."""
        if isinstance(value, str):
            return 1 + len(value) // _TEXT_UNIT, 0
        if not isinstance(value, dict | list):
            return 1, 0
        if id(value) not in self._measures:
            parts = [self._measure(part) for part in (value.values() if isinstance(value, dict) else value)]
            size = 1 + sum(size for size, _ in parts)
            self._measures[id(value)] = (size, 1 + max((height for _, height in parts), default=0))
        return self._measures[id(value)]


def _place(event: Event) -> int:
    mark: Any = event.start_mark
    return int(mark.line * _LINE + mark.column)
