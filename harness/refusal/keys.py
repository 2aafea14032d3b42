"""What the keys of an error body are: names of fields, or the envelope around what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from harness.model import Json

#: Keys whose object maps fields to what is wrong with them, so that its keys are fields.
MAP_KEY: Final = re.compile(
    r"\w{0,30}(?:errors|violations|messages|invalidfields|fields|properties|failures|nested)", re.ASCII
)
#: Keys of a map of fields that stand for the whole request (folded): Rails, Django, zod.
NO_FIELD: Final = frozenset({"base", "nonfielderrors", "all", "schema", "general", "global", "formerrors", "errors"})
#: What a key that is a field looks like.
NAME: Final = re.compile(r"[a-z][A-Za-z0-9_]{0,60}")
#: Keys around errors, whatever the request calls its fields.
ENVELOPE_KEYS: Final = frozenset({"error", "errors", "issues", "detail", "details", "data", "body", "validation"})


def has_sentences(value: Json) -> bool:
    """May a list or an object tell a mistake: has it anything but single words?"""
    if not isinstance(value, list):
        return True
    return any(isinstance(entry, (Mapping, list)) or (isinstance(entry, str) and " " in entry) for entry in value)
