"""`$words` → what they stand for. Everything else in a payload is sent as it is written.

A container without any word is given back as the object it is, so that payloads share it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from typing import Any, Final, TypeVar

from harness.errors import Mistake
from harness.model import Asset, Json, JsonObject, Path
from harness.provider import ABSENT
from harness.scenario.assets import Assets
from harness.scenario.code import call
from harness.scenario.pictures import Drawn
from harness.scenario.records import BadValue, LoadSettings
from harness.scenario.schema_values import GENERATED
from harness.words import told
from harness.yamlio import Document, describe, mistake, quoted

_T = TypeVar("_T")
#: Stands for a value that has a mistake, so that what hangs on it is not told, too.
UNKNOWN: Final = object()


def unescaped(key: str) -> str:
    """A key as it is sent: one that starts with $ is written $$."""
    return key[1:] if key.startswith("$$") else key


def is_word(key: str) -> bool:
    """True for a key that stands for something: one that starts with a single $."""
    return key.startswith("$") and not key.startswith("$$")


class Values:
    """Resolves the values of one scenario file. Mistakes are gathered in `mistakes`.

    `distrusted` are the places that the schema found wrong: a word that holds one is not resolved, since what is wrong
    with it is told already.
    """

    def __init__(
        self, doc: Document, folder: FilePath, settings: LoadSettings, assets: Assets, distrusted: frozenset[Path]
    ) -> None:
        self.mistakes: list[Mistake] = []
        self.drawn = False
        self._unknown = 0
        self._doc = doc
        self._folder = folder
        self._settings = settings
        self._assets = assets
        self._distrusted = {place[:length] for place in distrusted for length in range(len(place) + 1)}
        self._texts: dict[tuple[int, str], str] = {}
        self._readers: Mapping[str, Callable[[Mapping[str, Any], Path], Json]] = {
            "$image": self._image,
            "$file": self._file,
            "$text": self._text,
            "$env": self._env,
            "$call": self._call,
        }

    def refuse(self, path: Path, what: str, fix: str = "", *, key: bool = False) -> None:
        """Note a mistake at a place of the file."""
        self.mistakes.append(mistake(self._doc, path, what, fix, key=key))

    def attempt(self, path: Path, read: Callable[..., _T], *args: Any) -> _T | None:
        """What a function gives for its arguments; None, and a mistake at `path`, when it raises BadValue.

        A BadValue without words only says that another mistake, told already, is in the way.
        """
        try:
            return read(*args)
        except BadValue as error:
            if error.what:
                self.refuse(path, error.what, error.fix)
            return None

    def trusted(self, path: Path) -> bool:
        """True when the schema found nothing wrong at or below this place."""
        # The validator leaves empty keys out of the places that it tells.
        return (path if "" not in path else tuple(step for step in path if step != "")) not in self._distrusted

    def payload(self, node: Json, path: Path) -> JsonObject | None:
        """A whole payload; None (and a mistake) when it cannot be one."""
        if not isinstance(node, dict):
            return None
        found = self.value(node, path)
        if isinstance(found, dict):
            return found
        if found is ABSENT:
            self.refuse(path, told("payload.absent"), told("payload.absent.fix", empty="{}"))
        elif found is not UNKNOWN:
            shown = told("key.file") if isinstance(found, Asset | Drawn) else describe(found)
            self.refuse(path, told("payload.no_mapping", found=shown))
        return None

    def whole(self, node: Json, path: Path) -> Json:
        """What is sent for a value; UNKNOWN when any part of it has a mistake."""
        before = self._unknown
        found = self.value(node, path)
        return found if self._unknown == before else UNKNOWN

    def value(self, node: Json, path: Path) -> Json:
        """What is sent for a value. ABSENT for a key that is left out; UNKNOWN after a mistake."""
        if node.__class__ is dict:
            return self._mapping(node, path)
        if node.__class__ is list:
            return self._list(node, path)
        return node

    def _mapping(self, node: dict[str, Json], path: Path) -> Json:
        word = next((key for key in node if is_word(key)), None)
        if word is not None:
            return self._word(word, node, path)
        found = {}
        same = True
        for key, value in node.items():
            name, new = unescaped(key), self.value(value, (*path, key))
            same = same and name is key and new is value
            if new is not ABSENT:
                found[name] = new
        return node if same else found

    def _list(self, node: list[Json], path: Path) -> list[Json]:
        found = [self.value(value, (*path, index)) for index, value in enumerate(node)]
        for index, new in enumerate(found):
            if new is ABSENT:
                self._unknown += 1
                self.refuse((*path, index), told("payload.item"), told("payload.item.fix"))
        return node if all(new is old for new, old in zip(found, node, strict=True)) else found

    def _word(self, word: str, node: Mapping[str, Any], path: Path) -> Json:
        if not self.trusted(path):
            self._unknown += 1
            return UNKNOWN
        if word == "$absent":
            return ABSENT
        before = len(self.mistakes)
        found = self.attempt(path, self._readers[word], node, path)
        if len(self.mistakes) > before:
            self._unknown += 1
            return UNKNOWN
        return found

    def _image(self, node: Mapping[str, Any], _path: Path) -> Json:
        name, side = node["$image"], node.get("max_side")
        side = None if side is None else int(side)
        if name == GENERATED:
            self.drawn = True
            return Drawn(max_side=side, format=node.get("format", "jpeg"))
        kind = node.get("format")
        kind = None if kind is None else kind.upper()
        return self._assets.image(name, self._folder, max_kb=int(node.get("max_kb", 800)), max_side=side, format=kind)

    def _file(self, node: Mapping[str, Any], _path: Path) -> Json:
        if node.get("as") == "text":
            return self._assets.text(node["$file"], self._folder)
        return self._assets.file(node["$file"], self._folder, media_type=node.get("type"))

    def _text(self, node: Mapping[str, Any], _path: Path) -> str:
        length, char = int(node["$text"]["length"]), node["$text"].get("char", "x")
        if (length, char) not in self._texts:
            units = 2 if ord(char) > 0xFFFF else 1
            if length % units:
                what = told("payload.units", char=quoted(char), length=length)
                raise BadValue(what, told("payload.units.fix", length=length + 1))
            self._texts[length, char] = char * (length // units)
        return self._texts[length, char]

    def _env(self, node: Mapping[str, Any], path: Path) -> Json:
        name = node["$env"]
        text = self._settings.env.get(name)
        if text is None and "default" in node:
            return self.value(node["default"], (*path, "default"))
        if text is None:
            raise BadValue(told("payload.env", name=name), told("payload.env.fix"))
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise BadValue(told("payload.env.text", name=name), told("payload.env.text.fix"))
        return text

    def _call(self, node: Mapping[str, Any], _path: Path) -> Json:
        target = node["$call"]
        if not self._settings.allow_code:
            raise BadValue(told("payload.code", target=target), told("payload.code.fix"))
        return call(target, self._assets.root(self._folder))
