"""The sentence that a whole body says, be it JSON, an error page or plain text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Final

from harness.model import Json
from harness.refusal.facts import fold

_MAX_RAW: Final = 20_000
_MAX_DEPTH: Final = 4
_MAX_CHILDREN: Final = 50

#: Keys under which a sentence stands, the first one first.
SENTENCE_KEYS: Final = (
    "message", "msg", "detail", "errormessage", "error", "description", "errordescription", "defaultmessage", "reason",
    "statusmsg", "longmessage", "explanation", "text", "title",
)  # fmt: skip


def first_sentence(node: Mapping[str, Json], folded: Mapping[str, str]) -> str | None:
    """The sentence that an object says itself, under the first of the usual keys; None without one."""
    for name in SENTENCE_KEYS:
        value = node.get(folded[name]) if name in folded else None
        if isinstance(value, str) and value.strip():
            return value
    return None


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
        return None
    return found if isinstance(found, (dict, list)) else None


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
