"""Which field an error body means: names are looked up among the fields that were sent or that the contract knows.

Nothing is invented. A name counts when the request has it, when the contract knows it, or when the body itself points
at it as a path (a missing key cannot be in the request).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from harness.model import Json, JsonObject, Path
from harness.provider.records import ABSENT
from harness.refusal.records import dotted, parse_path, value_at
from harness.refusal.sentences import KEY_WORD, quoted

_MAX_NAMES: Final = 300
_MAX_DEPTH: Final = 4
_MAX_SENTENCE: Final = 2000
#: Where frameworks say that the field stands inside the request: `["body", "ratio"]`, `/data/attributes/ratio`.
_CONTAINERS: Final = frozenset(
    {"body", "query", "json", "data", "attributes", "request", "payload", "input", "root", "params", "parameters"}
)
_NAME: Final = re.compile(r"[A-Za-z_$][\w$-]{0,80}")


class Names:
    """The fields of one request and where they stand. `known` are further names, such as the contract's."""

    def __init__(self, payload: JsonObject, known: Iterable[str] = ()) -> None:
        self._payload = payload
        self._paths: dict[str, str] = {}
        self._values: dict[str, str | None] = {}
        for path, value in _leaves(payload):
            name = next((part for part in reversed(path) if isinstance(part, str)), "")
            self._paths.setdefault(name, dotted(path))
            said = _spoken(value)
            if said is not None:
                # None marks a value that two fields have: it names neither.
                self._values[said] = None if said in self._values else dotted(path)
        for name, _ in zip(known, range(_MAX_NAMES), strict=False):
            self._paths.setdefault(name, name)
        self._aliases = {_plain(name): path for name, path in reversed(self._paths.items()) if _plain(name)}

    def resolve(self, path: Path, *, explicit: bool = False) -> str | None:
        """The dotted field for a path of an error body, or None when nothing we know stands there.

        With `explicit` the body points at the path by its structure, so that a name we do not know is believed.
        The path is cut where the request has no deeper value (`["body", "promptImage", "str"]` is promptImage).
        """
        rest = path
        while rest:
            head = rest[0]
            if isinstance(head, str):
                found = self._paths.get(head) or self._aliases.get(_plain(head))
                if found is not None:
                    return dotted(self._cut(parse_path(found) if found not in self._payload else (found,), rest[1:]))
            if len(rest) == 1 or (isinstance(head, str) and head not in _CONTAINERS):
                break
            rest = rest[1:]
        if explicit and rest and isinstance(rest[0], str) and rest[0] not in _CONTAINERS and _NAME.fullmatch(rest[0]):
            return rest[0]
        return None

    def _cut(self, head: Path, tail: Path) -> Path:
        path, value = head, value_at(self._payload, head)
        for part in tail:
            inside = value_at(value, (part,)) if value is not ABSENT else ABSENT
            if inside is ABSENT:
                # A key that is missing in an object that was sent is named all the same.
                return (*path, part) if isinstance(value, Mapping) and isinstance(part, str) else path
            path, value = (*path, part), inside
        return path

    def in_sentence(self, text: str, allowed: Collection[Json] = ()) -> str | None:
        """The field that a sentence is about, or None. `allowed` are values that it lists: they name no field."""
        text = text[:_MAX_SENTENCE]
        return self._prefix(text) or self._quoted(text) or self._bare(text) or self._by_value(text, allowed)

    def missing_in_sentence(self, text: str) -> str | None:
        """The field that a sentence says is missing, also when nobody has heard of it."""
        for pattern in _MISSING_NAMED:
            match = _rx(pattern).search(text[:_MAX_SENTENCE])
            if match is not None:
                return self.resolve(parse_path(match.group(1)), explicit=True)
        return None

    def _prefix(self, text: str) -> str | None:
        match = _rx(r"^\s*(?:[-*•] )?[\"'`\[]?([A-Za-z_$][\w.\[\]$-]{0,100}?)[\"'`\]]?\s*(?::|=>| - )\s*\S").match(text)
        return self.resolve(parse_path(match.group(1))) if match else None

    def _quoted(self, text: str) -> str | None:
        for word in quoted(text):
            if word in self._paths:
                return self._paths[word]
            if re.search(r"[.\[/]", word):
                found = self.resolve(parse_path(word))
                if found is not None:
                    return found
        return None

    def _bare(self, text: str) -> str | None:
        """A name without quotes: one that is no English word anywhere, another only where a subject stands."""
        lowered = text.casefold()
        best: tuple[int, str] | None = None
        for name, path in self._paths.items():
            words = _human(name)
            if len(words) > 1:
                pattern = rf"(?<![\w.])(?:{re.escape(name)}|{'[ _-]'.join(map(re.escape, words))})(?![\w-])"
                match = re.search(pattern, lowered if name.casefold() not in text else text, re.IGNORECASE)
            elif words and words[0] in lowered:
                match = re.search(_SUBJECT.replace("NAME", re.escape(words[0])), lowered)
            else:
                match = None
            if match is not None and (best is None or match.start() < best[0]):
                best = (match.start(), path)
        return best[1] if best else None

    def _by_value(self, text: str, allowed: Collection[Json]) -> str | None:
        """The field whose sent value the text repeats: in quotes, or as a word that no prose has (`gen4-turbo`)."""
        words = [word for word in quoted(text) if len(word) > 1]
        words += [word for word in re.split(r"[\s,;()]+", text.strip(".")) if re.search(r"\w[-:_./\d]\w|\d\w", word)]
        for word in words:
            said = word.strip("\"'`.")
            found = self._values.get(said)
            if found is not None and not any(str(value) == said for value in allowed):
                return found
        return None


#: Where an English word such as `duration` is the name of a field: before a verb, at the start, after "parameter".
_SUBJECT: Final = (
    r"\bNAME (?:must|should|is|has to|cannot|can only|may|needs|field|value|parameter|property)\b"
    r"|(?:^|\b(?:parameter|field|property|argument|attribute|key|values? (?:for|of)"
    r"|(?:invalid|allowed|valid|supported) for|invalid|missing|unsupported|unknown|selected|specify|provide)[: ]+)"
    r"(?:an? |the |your |required )*[\"'`]?NAME(?![\w-])"
)
_ID: Final = r"([A-Za-z_][\w.\[\]-]{0,80})"
_MISSING_NAMED: Final = (
    rf"^[\"'`]?{_ID}[\"'`]?\s*(?::|=>)\s*(?:(?:this )?field |is )?(?:required|missing)\b",
    rf"[\"'`]{_ID}[\"'`] (?:(?:field|property|parameter) )?(?:is (?:a )?(?:required|missing)|must be (?:provided|set))",
    rf"(?:missing|required)(?: required)? {KEY_WORD}\s*[:=]?\s*[\"'`]{_ID}[\"'`]",
    rf"\bthe {_ID} (?:field|property|parameter) is required",
)


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


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


def _plain(name: str) -> str:
    """`promptText`, `prompt_text` and `PromptText` are one name."""
    return _folded(name[:120])


@lru_cache(maxsize=512)
def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _human(name: str) -> list[str]:
    """The words of a name, in lower case: `promptText` → prompt, text."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"[^A-Za-z0-9]+", " ", name[:120])).casefold().split()
