"""Which fields a sentence is about: a path, a name before a colon or in quotes, its subject, the value sent."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Final

from harness.model import Json
from harness.refusal.causes import is_model
from harness.refusal.fields import Names
from harness.refusal.missing import WHOLE, missing_choice, missing_in, missing_run, missing_stated
from harness.refusal.policy import Prose, prose_of_text
from harness.refusal.records import parse_path
from harness.refusal.sentences import quoted, read_sentence

_MAX_SENTENCE: Final = 2000
_MAX_CLAUSES: Final = 20

#: Where one statement ends and the next begins, in messages that tell several mistakes in one text.
_ENDS: Final = (
    r"\n\s*|;(?!\s*(?:(?:permitted|allowed|valid|accepted|possible|supported|available|one of)\b|[a-z_]{1,40}=))\s*"
    r"|(?<=[\w\])\"'`])\.\s+(?=[\"'`A-Za-z#/])"
    r"|(?<=[a-z])(?=#/)"
    r"|,\s+(?:and )?(?=[\"'`]?[\w./\[\]$-]{1,80}(?: [a-z]{1,20}){0,3}?[\"'`]?"
    r" (?:must|should|cannot|can't|can not|may not|does not|doesn't"
    r"|is (?:not|an?|too|required|missing|invalid|reserved|empty|unknown))\b)"
    r"|,\s+(?=[\"'`]?[\w./\[\]$-]{1,80}[\"'`]?: (?:must|should|is|size|length|expected|invalid)\b)"
    r"|\s+and\s+(?=(?-i:[A-Z])\w{1,40}(?: \w{1,30}){0,3}?"
    r" (?:must|should|can't|cannot|is (?:not|too|an?|invalid|missing))\b)"
)
#: `com.acme.Request["clip"]->com.acme.Clip["codec"]` (Jackson's reference chain).
_CHAIN: Final = r"(?:(?:->)?[\w.$]{0,200}\[(?:\"[\w$-]{1,80}\"|\d{1,6})\]){1,20}"
_PATH: Final = r"(?:#?/|\$\.)?[A-Za-z_$][\w$-]{0,80}(?:(?:[./][\w$-]{1,80}|\[[\w\"']{1,80}\]){1,20})?"


def clauses(text: str) -> list[str]:
    """The statements of a text, at most twenty. A line that is set in belongs to the one above it."""
    text = re.sub(r"\n[ \t]+(?=\S)", " : ", re.sub(r"(?<=\w) -> (?=\w)", ".", text))
    return [clause for clause in re.split(_ENDS, text) if clause.strip()][:_MAX_CLAUSES]


def fields_in(names: Names, text: str, *, prose: Prose) -> tuple[str, ...]:
    """The fields that a statement is about: one, several that do not go together or are missing, or none.

    `prose` is how far the status lets a sentence name a field; what the sentence speaks of may lessen it.
    """
    said = read_sentence(text)
    text = _rx(_ECHO).sub("", text[:_MAX_SENTENCE])
    prose = prose_of_text(prose, text)
    if prose == "none":
        return ()
    peers = () if said.allowed else _together(names, text)
    if not peers and prose == "all":
        peers = missing_choice(names, text) or (missing_run(names, text) if said.kind == "missing" else ())
    if peers:
        return peers
    sure = prose == "all" and said.kind in {"missing", "null"}
    stated = said.allowed or tuple(bound for bound in (said.minimum, said.maximum) if bound is not None)
    found = missing_stated(names, text) if said.kind == "missing" and sure else None
    found = found or _named(names, text, said.allowed, prose=prose)
    inner = _by_value(names, text, ()) if found is not None and names.holds(found) else None
    if found is not None and inner is not None and inner.startswith(f"{found}."):
        found = inner  # "Unknown voice 'anna'", which is voice.id
    if found is None and prose == "all" and stated:
        found = names.by_words(text, stated, _GENERIC)
    if sure and (found is None or (said.kind == "missing" and names.was_sent(found))):
        found = missing_in(names, text) or found
    return (found,) if found is not None else ()


def _named(names: Names, text: str, allowed: Collection[Json], *, prose: Prose) -> str | None:
    values = {str(value) for value in allowed}
    return (
        (None if prose == "model" else _prefix(names, text))
        or _chain(names, text)
        or _written_path(names, text, mark="[")
        or _quoted(names, text, values)
        or _written_path(names, text)
        or _bare(names, text, prose=prose)
        or (_by_value(names, text, values) or names.by_word_and_value(text, _GENERIC) if prose == "all" else None)
    )


def _prefix(names: Names, text: str) -> str | None:
    """`ratio: …`, also after what introduces it: `Malformed input request: #/ratio: …`."""
    for match in _rx(rf"(?:^|: |\* |- )[\"'`\[]?({_PATH})[\"'`\]]?\s*(?::|=>| - )\s*(?=\S)").finditer(text):
        word = match.group(1)
        if word.casefold() in _GENERIC and (names.named(word) is None or text[match.end() :][:1].isdigit()):
            continue  # "Key: 'Video.Ratio' …", "line: 1"
        path = parse_path(word)
        found = names.resolve(path) or (names.tail(path) if "." in word else None)
        if found is not None:
            return found
    return None


def _chain(names: Names, text: str) -> str | None:
    """The end of a reference chain."""
    chains = (tuple(re.findall(r"\[\"?([\w$-]+)", match.group())) for match in _rx(_CHAIN).finditer(text))
    return next((found for chain in chains if (found := names.resolve(chain)) is not None), None)


def _quoted(names: Names, text: str, values: Collection[str]) -> str | None:
    """A name in quotes. What was received, or may be sent, is quoted as well: that is no name."""
    words = [word for word in quoted(_rx(_VALUE_QUOTED).sub(" ", text)) if word not in values]
    for word in words:
        exact = names.named(word)
        if exact is not None:
            return _inmost(names, exact, words)
        if re.search(r"[.\[/]", word):
            path = parse_path(word)
            # To its end: "text/plain" is not about `text`. One word before it may be the name of a variable.
            found = names.resolve(path, whole=True) or (names.resolve(path[1:], whole=True) if len(path) > 1 else None)
            if found is not None:
                return found
    words = [word for word in words if word.strip("!").casefold() not in _GENERIC]
    return next((found for word in words if (found := names.resolve((word,))) is not None), None)


def _inmost(names: Names, field: str, words: Sequence[str]) -> str:
    """The field inside `field` that further quoted words lead to: `child "image" fails because [child "position" …`."""
    for word in words:
        field = names.child(field, word) or field
    return field


def _written_path(names: Names, text: str, *, mark: str = "") -> str | None:
    """A path that stands in the text as it is: `body/frames/1/uri must be string`, `… → at promptImage[0].uri`.

    `mark`: only one that has this sign.
    """
    for match in _rx(rf"(?<![\w./-]){_PATH}").finditer(text):
        if mark not in match.group():
            continue
        word = re.sub(r"\.(?:length|size)$", "", match.group())
        if re.search(r"[./\[]", match.group()) and (found := names.resolve(parse_path(word), whole=True)) is not None:
            return found
    if mark:
        return None
    last = _rx(rf"(?:→ at|-> at|→|\bat) [\"'`]?({_PATH})[\"'`]?\s*$").search(text)
    return names.resolve(parse_path(last.group(1))) if last is not None else None


def _bare(names: Names, text: str, *, prose: Prose) -> str | None:
    """A name without quotes: one that is no English word anywhere, another only where a subject stands.

    An account may lack a model, so that the model is a subject of refusals that are not about the payload as well.
    """
    lowered = text.casefold()
    best: tuple[int, str] | None = None
    for name, path in names.items():
        if prose == "model" and not is_model(name):
            continue
        words = _human(name)
        if prose == "exact" and (len(words) < 2 or name not in text):
            continue
        if len(words) > 1:
            pattern = rf"(?<![\w.])(?:{re.escape(name)}|{'[ _-]'.join(map(re.escape, words))})(?![\w-])"
            match = re.search(pattern, lowered if name.casefold() not in text else text, re.IGNORECASE)
        elif words and words[0] in lowered and words[0] not in WHOLE:
            pattern = _SUBJECT_FIRST if words[0] in _GENERIC else _SUBJECT
            match = re.search(pattern.replace("NAME", re.escape(words[0])), lowered)
        else:
            match = None
        if match is not None and (best is None or match.start() < best[0]):
            best = (match.start(), path)
    for phrase, path in names.phrases() if prose == "all" else ():
        at = lowered.find(phrase)
        if at >= 0 and (best is None or at <= best[0] or path.startswith(f"{best[1]}.")):
            best = (at, path)
    return best[1] if best else None


def _by_value(names: Names, text: str, values: Collection[str]) -> str | None:
    """The field whose sent value the text repeats: in quotes, or as a word that no prose has (`gen4-turbo`)."""
    words = [word for word in quoted(text) if len(word) > 1]
    words += [word for word in re.split(r"[\s,;()]+", text.strip(".")) if re.search(r"\w[-:_./\d]\w|\d\w", word)]
    for word in words:
        said = word.strip("\"'`.")
        found = names.of_value(said)
        if found is not None and said not in values:
            return found
    return None


def _together(names: Names, text: str) -> tuple[str, ...]:
    """The fields of a list of names in a sentence that says that they do not go together; () for fewer than two."""
    if not _rx(_TOGETHER).search(text):
        return ()
    for run in _runs(text):
        found: list[str] = []
        for word in (*run, ""):
            field = names.resolve(parse_path(word)) if word else None
            if field is not None:
                found.append(field)
            elif len(found) > 1:
                return tuple(dict.fromkeys(found))
            else:
                found = []
    pair = [field for word in quoted(text) if (field := names.resolve(parse_path(word), whole=True)) is not None]
    return tuple(dict.fromkeys(pair)) if len(set(pair)) > 1 else ()


def _runs(text: str) -> Iterator[list[str]]:
    """Lists of words: `a and b`, `[a, b]`, `"a", "b" or "c"`."""
    joint = r"\s*(?:,\s*(?:and|or)\b|,|/|&|\band\b|\bor\b|\bnor\b|\bwith\b)\s*"
    word = r"[\"'`]?[A-Za-z_][\w.$-]{0,80}[\"'`]?"
    for match in _rx(rf"{word}(?:{joint}{word}){{1,20}}").finditer(text):
        yield [part.strip("\"'`. ") for part in re.split(joint, match.group(), flags=re.IGNORECASE)]


_TOGETHER: Final = (
    r"\btogether\b|\bboth\b|\b(?:at least|only|exactly|at most) one of\b|\beither\b|\bexclusive\b"
    r"|\bconflict|\bcombin|\bat the same time\b|\bsimultaneously\b"
)
#: A value that the sentence repeats: what was received, and what follows the word "value".
_VALUE_QUOTED: Final = (
    r"\b(?:received|got|found|given|value|variant|instead was|you (?:entered|sent))[: ]+(?:\"[^\"]*\"|'[^']*'|`[^`]*`)"
    r"(?! (?:must|should|is required|is missing|cannot|may)\b)"
)
#: What pydantic appends to its sentences: the value that was sent, which may be anything.
_ECHO: Final = r"\[type=\w+, input_value=.{0,500}?, input_type=\w+\]"
#: Words that messages use of every field; a field that is called so must come first in its sentence.
_GENERIC: Final = frozenset(
    (
        *("value", "type", "string", "number", "integer", "boolean", "object", "array", "list", "line", "column"),
        *("error", "key", "property", "parameter", "option", "argument", "input", "data", "user", "position"),
    )
)
#: Where an English word such as `duration` is the name of a field: before a verb, at the start, after "parameter".
_SUBJECT: Final = (
    r"\bNAME (?:must|should|is|has to|cannot|can only|can not|may|needs|field|value|parameter|property)\b"
    r"|(?:^|\b(?:parameter|field|property|argument|attribute|key|values? (?:for|of)"
    r"|(?:invalid|allowed|valid|supported) for|invalid|missing|unsupported|unknown|selected|bad|wrong|illegal|incorrect"
    r"|specify|provide)[: ]+)"
    r"(?:an? |the |your |required )*[\"'`]?NAME(?![\w-])"
)
_SUBJECT_FIRST: Final = r"^\W*(?:the )?[\"'`]?NAME[\"'`]? (?:must|should|is|has to|cannot|can only|can not|may|needs)\b"


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _human(name: str) -> list[str]:
    """The words of a name, in lower case: `promptText` → prompt, text."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"[^A-Za-z0-9]+", " ", name[:120])).casefold().split()
