"""The sentence that a whole body says, be it JSON, an error page or plain text."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Mapping
from typing import Final

from harness.model import Json
from harness.refusal.facts import fold
from harness.refusal.sentences import read_sentence

_MAX_RAW: Final = 20_000
_MAX_DEPTH: Final = 4
_MAX_CHILDREN: Final = 50

#: Keys under which a sentence stands, the first one first.
SENTENCE_KEYS: Final = (
    "message", "msg", "detail", "errormessage", "error", "description", "errordescription", "defaultmessage", "reason",
    "statusmsg", "longmessage", "explanation", "text", "errormsg", "errmsg", "statusmessage", "retmsg",
    "failurereason", "failure", "problem", "title",
)  # fmt: skip


#: Keys under which a second sentence may stand.
_MORE_KEYS: Final = ("details", "hint", "help", "suggestion", "summary", "additionalinfo")
#: A sentence about the field that it stands under, whatever that is called.
_MISSING_HERE: Final = re.compile(
    r"(?:this (?:field|value) |field |is |it )?(?:is )?(?:(?:a )?required\b|missing\b"
    r"|(?:can't|cannot|may not|must not) be (?:blank|empty|null))"
    r"|this value should not be (?:blank|null)|missing data for required field|no file was submitted"
    r"|invalid (?:input|key|type): expected [^,]{1,120},? (?:but )?received undefined"
    r"|expected [^,]{1,80}, received undefined",
    re.IGNORECASE,
)


def first_sentence(node: Mapping[str, Json], folded: Mapping[str, str]) -> str | None:
    """The sentence that an object says itself, under the first of the usual keys; None without one."""
    for name in SENTENCE_KEYS:
        value = node.get(folded[name]) if name in folded else None
        if isinstance(value, str) and value.strip():
            return unescaped(value)
    return None


def unescaped(text: str) -> str:
    """The text without the entities of HTML, which hapi and others put into their sentences."""
    return html.unescape(text) if "&" in text[:_MAX_RAW] else text


def telling_sentence(node: Mapping[str, Json], folded: Mapping[str, str]) -> str | None:
    """The sentence that an object says itself; one beside it that has the allowed values when the first has none."""
    said = first_sentence(node, folded)
    if said is None or embedded_json(said) is not None or _tells_values(said):
        return said
    values = [node[folded[name]] for name in (*SENTENCE_KEYS, *_MORE_KEYS) if name in folded]
    others = [value for value in values if isinstance(value, str) and " " in value and value != said]
    return next((other for other in others if _tells_values(other)), said)


def says_missing(value: Json) -> bool:
    """Is it a sentence, or a list of them, that says of what it stands under that it is missing?"""
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(text, str) and _MISSING_HERE.match(text) is not None for text in texts[:20])


def _tells_values(text: str) -> bool:
    said = read_sentence(text)
    return bool(said.allowed) or said.minimum is not None or said.maximum is not None


def main_text(body: Json, raw: str | None) -> tuple[str, bool]:
    """The sentence that an answer as a whole says, and whether it is prose to be read for more ("" when it says none).

    `raw` is the start of an answer that was no JSON (`body` is None).
    """
    return plain_text(raw or "") if body is None else (main_sentence(body, 0), False)


def main_sentence(body: Json, depth: int) -> str:
    """The sentence that stands nearest to the root of a body; "" when there is none."""
    if isinstance(body, str):
        return body
    if depth > _MAX_DEPTH or not isinstance(body, (Mapping, list)):
        return ""
    if isinstance(body, list):
        return next((text for entry in body[:_MAX_CHILDREN] if (text := main_sentence(entry, depth + 1))), "")
    said = first_sentence(body, {fold(key): key for key in list(body)[:200]})
    if said is not None:
        return said
    nested = [child for child in list(body.values())[:_MAX_CHILDREN] if isinstance(child, (Mapping, list))]
    return next((text for child in nested if (text := main_sentence(child, depth + 1))), "")


def embedded_json(text: str) -> Json:
    """The JSON that a text is (zod's errors are often passed on so), else None."""
    start = text.lstrip()[:1]
    if start not in {"{", "["} or len(text) > _MAX_RAW:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _printed(text.strip()) if text.lstrip()[:3] in {"[{'", "{'e", "{'l", "{'m", "{'t", "{'d"} else None
    return found if isinstance(found, (dict, list)) else None


def _printed(text: str) -> Json:
    """What Python printed: pydantic's errors put into a sentence with `str`; None for anything else."""
    try:
        return json.loads(json.dumps(ast.literal_eval(text), default=str))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def plain_text(raw: str) -> tuple[str, bool]:
    """What a person would read in an answer that is no JSON, and whether it is prose (an error page is none)."""
    raw = raw[:_MAX_RAW].strip()
    if raw[:1] in {"{", "["}:
        return raw, False  # the beginning of JSON that was too much to keep: what it quotes is not what it says
    if not re.match(r"<|\S{0,80}<(?:!doctype|html)", raw, re.IGNORECASE):
        return raw, True
    if not re.search(r"<(?:!doctype )?html\b", raw, re.IGNORECASE):
        # XML for machines: what stands in its message is the message.
        told = re.search(r"<(message|detail|description)\b[^>]{0,200}>([^<]{1,2000})</", raw, re.IGNORECASE)
        if told is not None:
            return html.unescape(told.group(2)).strip(), True
    for tag in ("pre", "h1", "title", "body"):
        match = re.search(rf"<{tag}\b[^>]{{0,200}}>(.{{1,2000}}?)</{tag}>", raw, re.IGNORECASE | re.DOTALL)
        if match is not None:
            return html.unescape(re.sub(r"<[^<>]{0,500}>", " ", match.group(1))).strip(), False
    return html.unescape(re.sub(r"<[^<>]{0,500}>", " ", raw[:2000])).strip(), False
