"""The format of scenario files: a JSON Schema (draft 2020-12), and the one truth of it.

The loader validates with it, `harness schema` writes it for editors, which show `title` (the noun phrase of what is
expected; the loader's mistakes use it, too) and `description`. `x-fix` is what a mistake advises to do. What a schema
cannot say (a key that is kept but not there, two variants of one name, …) is checked in `reading.py`.
"""

from __future__ import annotations

from typing import Any, Final

from harness.scenario.schema_matrix import MATRIX
from harness.scenario.schema_parts import names, record, text
from harness.scenario.schema_values import VALUE_DEFS

MAX_REPEAT: Final = 1000
KINDS: Final = ("works", "accepted", "rejected", "failed")

#: Names go to consoles, reports and file lists: no line breaks, no control characters.
_ONE_LINE: Final = {"pattern": r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"}
_REPEAT: Final = {
    "title": f"a whole number from 1 to {MAX_REPEAT:,}",
    "description": "Send it so many times: each time is a variant of its own, the second is named NAME (2).",
    "type": "integer",
    "minimum": 1,
    "maximum": MAX_REPEAT,
}
_TAGS: Final = names(
    "a list of tags",
    "Words to choose variants by: `harness run --tag smoke`. A variant has its scenario's tags and its own.",
    examples=[["smoke"]],
)
_CONTRACTS: Final = names(
    "a list of contract versions",
    "Only these versions of the provider's contract know this; a run under another one skips it and says so. "
    "A variant's own list replaces its scenario's.",
    minItems=1,
)
_PATH: Final = {
    "title": "a mapping from the blanks of the endpoint's route to texts",
    "description": "Fills the blanks of a route such as /v1/workflows/{id}: `path: {id: 3f9c…}`. A value is a text "
    "without slashes, or {$env: NAME}.",
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "title": "a text",
        "anyOf": [
            {"type": "string", "minLength": 1, "maxLength": 500},
            {"type": "object", "required": ["$env"], "$ref": "#/$defs/value"},
        ],
    },
}
_ENDPOINT: Final = text(
    "an endpoint of the provider",
    "The operationId in the provider's OpenAPI document, or a key of the profile's `endpoints`.",
    examples=["image_to_video"],
)
_STATUS: Final = {"title": "an HTTP status from 400 to 599", "type": "integer", "minimum": 400, "maximum": 599}
_MESSAGE: Final = text("a part of the message", "A part of what the API says, compared without regard to case.")
_POSITIVE: Final = {"type": "number", "exclusiveMinimum": 0}
#: Words of others for what a variant may be expected to do.
_MEANT: Final = {
    "works": "work working ok okay pass passes passed success successful succeed succeeds succeeded valid green",
    "accepted": "accept accepts created queued",
    "rejected": "reject rejects refuse refuses refused refusal deny denied decline declined invalid error",
    "failed": "fail fails failing failure",
}
_EXPECT: Final = {
    "title": "works, accepted, rejected, failed, or a mapping that says more",
    "description": "What the variant is expected to do. works: accepted, and it ends well (the default). accepted: an "
    "id came back. rejected: refused at once. failed: accepted, and the task fails.",
    "default": "works",
    "anyOf": [
        {"type": "string", "enum": list(KINDS), "x-meant": _MEANT},
        {
            "x-meant": _MEANT,
            **record(
                "a mapping that says more",
                "One of works, accepted, rejected, failed with what narrows it, and `media`.",
                {
                    "works": {"title": "nothing more", "type": ["null", "object"], "maxProperties": 0},
                    "accepted": {"title": "nothing more", "type": ["null", "object"], "maxProperties": 0},
                    "rejected": {
                        **record(
                            "a mapping that narrows the refusal",
                            "Refused, and all that is given here holds.",
                            {
                                "status": _STATUS,
                                "field": text("a field of the payload", "The field that the API complains of."),
                                "message": _MESSAGE,
                                "code": text("a finding code", "A finding code or a pattern: PARAM.*"),
                            },
                        ),
                        "type": ["null", "object"],
                    },
                    "failed": {
                        **record(
                            "a mapping that narrows the failure",
                            "The task fails, and all that is given here holds.",
                            {
                                "message": _MESSAGE,
                                "code": text("a failure code", "The provider's failure code or a pattern: SAFETY.*"),
                            },
                        ),
                        "type": ["null", "object"],
                    },
                    "media": {
                        **record(
                            "a mapping of what the output must be",
                            "What the output must be. Without it that follows from the payload, where it states it.",
                            {
                                "width": {"title": "a whole number of pixels", "type": "integer", "minimum": 1},
                                "height": {"title": "a whole number of pixels", "type": "integer", "minimum": 1},
                                "duration_s": {"title": "a number of seconds", **_POSITIVE},
                                "tolerance_s": {"title": "a number of seconds", "type": "number", "minimum": 0},
                            },
                        ),
                        "minProperties": 1,
                    },
                },
            ),
            "minProperties": 1,
        },
    ],
}
_SET: Final = {
    "title": "a mapping from keys of the payload to values",
    "description": "Lays values over the baseline. A dotted key reaches inside: promptImage.0.position. null is sent "
    "as null; {$absent: true} leaves the key out.",
    "$ref": "#/$defs/values",
    "x-fix": "Write set: {key: value}.",
}
_VARIANT: Final = record(
    "a mapping with a name",
    "One payload that is sent once.",
    {
        "name": text(
            "a name on one line", "The variant's name: no other of this scenario has it.", maxLength=300, **_ONE_LINE
        ),
        "set": _SET,
        "unset": names(
            "a list of keys", "Takes keys out of the baseline. A dotted key reaches inside.", examples=[["promptText"]]
        ),
        "keep": names("a list of keys", "Keeps only these keys of the baseline.", examples=[["model", "ratio"]]),
        "payload": {
            "title": "a mapping, the whole payload",
            "description": "The whole payload, in place of the baseline with set, unset and keep.",
            "$ref": "#/$defs/payload",
        },
        "endpoint": _ENDPOINT | {"description": "Another endpoint of the same provider, for this variant."},
        "path": _PATH,
        "expect": _EXPECT,
        "tags": _TAGS,
        "contracts": _CONTRACTS,
        "repeat": _REPEAT,
    },
    "name",
)
_DURATION: Final = {
    "title": 'a time such as 90, "500ms", "20s" or "5m"',
    "anyOf": [_POSITIVE, {"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*(ms|s|m|h)?\s*$"}],
}

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "a mapping with name, provider, endpoint and baseline",
    "x-fix": "Write `name: …` and so on; README has a whole one.",
    "description": "A scenario of harness: one endpoint, a payload known to be good, and what is varied.",
    "type": "object",
    "properties": {
        "name": text(
            "a name on one line", "The scenario's name: no other scenario of a run has it.", maxLength=200, **_ONE_LINE
        ),
        "provider": text(
            "a provider's name, or the path of a profile.yaml",
            "A provider that comes with harness, or the path of your own profile.yaml, relative to this file.",
            examples=["runway"],
        ),
        "endpoint": _ENDPOINT,
        "tags": _TAGS,
        "contracts": _CONTRACTS,
        "path": _PATH,
        "baseline": {
            "title": "a mapping, the payload known to be good",
            "description": "The payload known to be good: variants and rows differ from it on purpose. It is only "
            "sent where a variant says so: a bare name in `variants`.",
            "$ref": "#/$defs/payload",
        },
        "variants": {
            "title": "a list of variants",
            "description": "Payloads that differ from the baseline. A bare text is the baseline under that name.",
            "type": "array",
            "items": {
                "title": "a name, or a mapping with a name",
                "anyOf": [text("a name on one line", maxLength=300, **_ONE_LINE), _VARIANT],
            },
        },
        "matrix": MATRIX,
        "repeat": _REPEAT | {"description": "Send each variant and row so many times."},
        "budget": {
            **record(
                "a mapping with credits or time",
                "What this scenario may use at most.",
                {"credits": {"title": "a number of credits", "type": "number", "minimum": 0}, "time": _DURATION},
            ),
            "minProperties": 1,
        },
        "mock": record(
            "a mapping with faults",
            "How the built-in mock behaves for this scenario.",
            {"faults": names("a list of faults", "What the mock does wrong on purpose.")},
        ),
    },
    "required": ["name", "provider", "endpoint", "baseline"],
    "additionalProperties": False,
    "$defs": VALUE_DEFS,
}
