"""Which field an error body means: names are looked up among the fields that were sent or that the contract knows.

Nothing is invented. A name counts when the request has it, when the contract knows it, or when the body itself points
at it as a path (a missing key cannot be in the request).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from harness.model import Json, JsonObject, Path
from harness.provider.records import ABSENT
from harness.refusal.records import dotted, field_value, parse_path, value_at

_MAX_NAMES: Final = 300
_MAX_DEPTH: Final = 4
#: Where frameworks say that the field stands inside the request: `["body", "ratio"]`, `/data/attributes/ratio`.
_CONTAINERS: Final = frozenset(
    {"body", "query", "json", "data", "attributes", "request", "payload", "input", "root", "params", "parameters"}
)
#: Of these the ones that an API may also call a field of its own.
_MAY_BE_FIELDS: Final = frozenset({"data", "input", "params", "parameters"})
_LOCATIONS: Final = frozenset({"body", "query", "path", "header", "headers", "cookie", "json", "form"})
_NAME: Final = re.compile(r"[A-Za-z_$][\w$-]{0,80}")
#: The name of a class before its fields: `VideoRequest.Duration`, `GenerateContentRequest.generation_config`.
_WRAPPER: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,80}")


class Names:
    """The fields of one request and where they stand. `known` are further names, such as the contract's.

    Without `believe` no name counts but these, wherever the body has it.
    """

    def __init__(self, payload: JsonObject, known: Iterable[str] = (), *, believe: bool = True) -> None:
        self._believe = believe
        self._payload = payload
        self._paths: dict[str, str] = {}
        self._values: dict[str, str | None] = {}
        self._spoken: list[tuple[str, str, str]] = []
        for path, value in _leaves(payload):
            name = next((part for part in reversed(path) if isinstance(part, str)), "")
            self._paths.setdefault(name, dotted(path))
            if isinstance(value, (str, int, float)) and not isinstance(value, bool) and len(str(value)) <= 40:
                self._spoken.append((name, dotted(path), str(value).casefold()))
            said = _spoken(value)
            if said is not None:
                # None marks a value that two fields have: it names neither.
                self._values[said] = None if said in self._values else dotted(path)
        for name, _ in zip(known, range(_MAX_NAMES), strict=False):
            self._paths.setdefault(name, name)
        self._aliases = {_plain(name): path for name, path in reversed(self._paths.items()) if _plain(name)}

    def resolve(self, path: Path, *, explicit: bool = False, whole: bool = False, absent: bool = False) -> str | None:
        """The dotted field for a path of an error body, or None when nothing we know stands there.

        With `explicit` the body points at the path by its structure, so that a name we do not know is believed.
        With `whole` it must be there to its end, with `absent` a deeper field that was sent is another one of the same
        name. Else the path is cut where the request has no deeper value (`["body", "promptImage", "str"]` is
        promptImage).
        """
        rest, partial = path, None
        while rest:
            head = rest[0]
            found = self._known(head)
            if found is not None and not (absent and len(found) > 1 and self._has(found)):
                place, complete = self._cut(found, rest[1:])
                if complete:
                    return dotted(place)
                partial = partial or (None if whole else dotted(place))
            if len(rest) == 1 or (isinstance(head, str) and not _is_wrapper(head)):
                break
            rest = rest[1:]
        if partial is not None:
            return partial
        last = rest[0] if rest else 0
        named = last not in _CONTAINERS or (path == rest and last in _MAY_BE_FIELDS)
        if explicit and self._believe and named and isinstance(last, str) and _NAME.fullmatch(last):
            return self.believed(last)
        return None

    def _has(self, path: Path) -> bool:
        """Was a value sent there, neither null nor an empty text?"""
        return value_at(self._payload, path) not in (ABSENT, None, "")

    def tail(self, path: Path) -> str | None:
        """The field at the end of a path whose beginning is a function's name: `create.request.duration`."""
        if len(path) < 2 or any(self._known(part) is not None for part in path[:-1]):
            return None
        return self.resolve(path[-1:], whole=True) if isinstance(path[-1], str) else None

    def was_sent(self, field: str) -> bool:
        """Was a value sent there, and no object? Then it is hardly the field that is missing."""
        return not self.holds(field) and self._has((field,) if field in self._payload else parse_path(field))

    def joined(self, words: Sequence[str]) -> str:
        """The words as one name, in the spelling of the names that were sent: promptText or prompt_text."""
        if any(re.search(r"[a-z][A-Z]", key) for key in self._payload):
            return "".join([words[0], *(word.capitalize() for word in words[1:])])
        return "_".join(words)

    def _known(self, head: str | int) -> Path | None:
        if not isinstance(head, str):
            return None
        found = self._paths.get(head) or self._aliases.get(_plain(head))
        if found is None:
            return None
        return (found,) if found in self._payload else parse_path(found)

    def _cut(self, head: Path, tail: Path) -> tuple[Path, bool]:
        """As much of the path as the request has, and whether that is all of it.

        A part that the request does not have may be the tag of an alternative: then the next part that it has goes on.
        """
        path, value = head, value_at(self._payload, head)
        rest = list(tail)
        while rest:
            step = next((at for at, part in enumerate(rest) if _key_in(value, part) is not None), None)
            if step is None:
                # A key that is missing in an object that was sent is named all the same.
                missing = isinstance(value, Mapping) and isinstance(rest[0], str) and len(rest) == 1
                return ((*path, rest[0]), True) if missing else (path, False)
            key = _key_in(value, rest[step])
            assert key is not None
            path, value = (*path, key), value_at(value, (key,))
            del rest[: step + 1]
        return path, True

    def child(self, about: str, key: str, *, explicit: bool = False) -> str | None:
        """The field `key` inside `about`: one that was sent, or with `explicit` a key missing in an object."""
        value = field_value(self._payload, about)
        found = _key_in(value, key)
        if found is not None:
            return f"{about}.{found}"
        return f"{about}.{key}" if explicit and isinstance(value, Mapping) and _NAME.fullmatch(key) else None

    def holds(self, field: str) -> bool:
        """Was an object sent there, whose keys may be fields?"""
        return isinstance(field_value(self._payload, field), Mapping)

    def entry(self, about: str, index: int) -> str | None:
        """The entry of a list that was sent as `about`, or None."""
        value = field_value(self._payload, about)
        return f"{about}.{index}" if isinstance(value, (list, tuple)) and index < len(value) else None

    def items(self) -> Iterable[tuple[str, str]]:
        """Every name and the dotted field that it stands for."""
        return self._paths.items()

    def phrases(self) -> Iterable[tuple[str, str]]:
        """The words of every field inside another one, with those of the one around it: "camera motion"."""
        paths = [(path, [part for part in parse_path(path) if isinstance(part, str)]) for path in self._paths.values()]
        return [(" ".join(_words(" ".join(parts[-2:]))), path) for path, parts in paths if len(parts) > 1]

    def named(self, word: str) -> str | None:
        """The field that is called exactly so, or None."""
        return self._paths.get(word)

    def by_word_and_value(self, text: str, without: Collection[str]) -> str | None:
        """The one field of whose name a word stands beside its sent value: "duration 7", "7 seconds".

        `without` are words that stand beside values of all kinds.
        """
        words = [word.strip(".,;()\"'`") for word in text.casefold()[:2000].split()]
        pairs = {frozenset(words[at : at + 3]) for at in range(len(words))}
        named = {
            path
            for name, path, said in self._spoken
            if said in words and any(said in near and _has_word_of(name, near - {said}, without) for near in pairs)
        }
        return next(iter(named)) if len(named) == 1 else None

    def by_words(self, text: str, stated: Sequence[Json], without: Collection[str]) -> str | None:
        """The one field all of whose name is said in the text, and whose value is of the kind that the text states."""
        plain = re.sub(r"\[[^\[\]]{0,500}(?:\]|$)|\([^()]{0,500}(?:\)|$)", " ", text[:2000])
        words = set(re.findall(r"[a-z0-9]+", plain.casefold()))
        numbers = all(isinstance(value, (int, float)) for value in stated)
        found = set()
        for name, path, said in self._spoken:
            parts = [part for part in _words(name) if part not in without]
            if parts and numbers == _is_number(said) and all(_said_in(part, words) for part in parts):
                found.add(path)
        return next(iter(found)) if len(found) == 1 else None

    def of_value(self, said: str) -> str | None:
        """The one field whose sent value is written so, or None."""
        return self._values.get(said)

    def believed(self, name: str) -> str:
        """An unknown name in the spelling of the names that were sent: `PromptText` is promptText beside `seed`."""
        sent = [key for key in self._payload if key[:1].isalpha()]
        if not name[:1].isupper() or not sent or any(key[:1].isupper() for key in sent):
            return name
        return name[:1].lower() + name[1:]


def is_location(word: str) -> bool:
    """Is it the part of the request in which a field stands, as frameworks call it: body, query, json …?"""
    return word in _LOCATIONS


def _is_wrapper(word: str) -> bool:
    """Is the first part of a path no field but what wraps them all: `body`, or the name of a class?"""
    return word in _CONTAINERS or _WRAPPER.fullmatch(word) is not None


def _key_in(value: Json, part: str | int) -> str | int | None:
    """The key of the value that a part of a path means, in whatever spelling; None when it has none."""
    if isinstance(value, Mapping):
        if part in value:
            return part
        plain = _plain(str(part))
        return next((key for key in list(value)[:_MAX_NAMES] if plain and _plain(str(key)) == plain), None)
    return part if value_at(value, (part,)) is not ABSENT else None


def _leaves(payload: JsonObject) -> Iterator[tuple[Path, Json]]:
    """Every place of the payload breadth first, so that a top-level name wins over a deeper one of the same name."""
    level: list[tuple[Path, Json]] = [((), payload)]
    given = 0
    for _ in range(_MAX_DEPTH):
        deeper: list[tuple[Path, Json]] = []
        for path, node in level:
            entries: Iterable[tuple[str | int, Json]]
            if isinstance(node, Mapping):
                entries = node.items()
            elif isinstance(node, Sequence) and not isinstance(node, (str, bytes, bytearray)):
                entries = enumerate(node)
            else:
                continue
            for key, value in entries:
                if given >= _MAX_NAMES:
                    return
                given += 1
                yield (*path, key), value
                deeper.append(((*path, key), value))
        level = deeper


def _spoken(value: Json) -> str | None:
    """The value as an error message would repeat it; None for what no message names a field by."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    said = str(value)
    return said if 1 < len(said) <= 120 else None


def _has_word_of(name: str, words: Collection[str], without: Collection[str]) -> bool:
    """Is a word of the name (four letters at least) among the words: `duration` or `durations` of durationSeconds?"""
    return any(_said_in(part, words) for part in _words(name) if len(part) > 3 and part not in without)


def _said_in(part: str, words: Collection[str]) -> bool:
    """Is the word there, be it in the plural or not?"""
    return part in words or f"{part}s" in words or (len(part) > 4 and part.removesuffix("s") in words)


def _words(name: str) -> list[str]:
    """The words of a name, in lower case: `promptText` → prompt, text."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"[^A-Za-z0-9]+", " ", name[:120])).casefold().split()


def _is_number(said: str) -> bool:
    return re.fullmatch(r"-?\d{1,18}(?:\.\d{1,18})?", said) is not None


def _plain(name: str) -> str:
    """`promptText`, `prompt_text` and `PromptText` are one name."""
    return _folded(name[:120])


@lru_cache(maxsize=512)
def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
