"""The part of the scenario format that tells matrices."""

from __future__ import annotations

from typing import Final

from harness.scenario.schema_parts import names, record

_LATER: Final = " This version of harness does not expand it yet."
_LEVELS: Final = {
    "title": "a list of levels",
    "description": "The values that this factor takes. {$absent: true} is the level of a key left out.",
    "anyOf": [
        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/value"}, "title": "a list of levels"},
        {
            "type": "object",
            "title": "{$contract: …}",
            "required": ["$contract"],
            "properties": {
                "$contract": {
                    "enum": ["all", "boundary"],
                    "description": "Every value that the contract allows, or those at its bounds." + _LATER,
                }
            },
            "additionalProperties": False,
        },
    ],
}
_ROW: Final = {"$ref": "#/$defs/values", "minProperties": 1, "title": "a mapping from factors to levels"}
MATRIX: Final = record(
    "a mapping with factors",
    "Variants made from factors: each row takes one level of each factor, the rest is the baseline.",
    {
        "strength": {
            "title": 'a whole number, or "all"',
            "description": "1: every level at least once, in as few rows as the longest factor has levels. all: the "
            "full product. 2 and more: every combination of so many factors' levels at least once." + _LATER,
            "default": 1,
            "anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}],
        },
        "factors": {
            "title": "a mapping from factors to lists of levels",
            "description": "What is varied: keys of the payload (dotted ones reach inside) and their levels.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 100,
            "propertyNames": {"$ref": "#/$defs/key"},
            "additionalProperties": _LEVELS,
            "examples": [{"ratio": ["1280:720", "720:1280"], "duration": [5, 10]}],
        },
        "exclude": {
            "title": "a list of combinations",
            "description": "Combinations that no row may hold.",
            "type": "array",
            "items": _ROW,
        },
        "include": {
            "title": "a list of rows",
            "description": "Rows that come after the others. They are laid over the baseline, as `set` is.",
            "type": "array",
            "items": _ROW,
        },
        "groups": {
            "description": "Factors that are covered with a strength of their own." + _LATER,
            "type": "array",
            "items": record(
                "a mapping with factors and strength",
                "Some factors and their strength.",
                {"factors": names("a list of factors", "Their names."), "strength": {"type": "integer", "minimum": 1}},
                "factors",
                "strength",
            ),
        },
        "invalid": {
            "description": "Levels that are expected to be refused, one in a row: a first refusal would hide the "
            "second." + _LATER,
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/key"},
            "additionalProperties": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/value"}},
        },
        "rules": {
            "description": "When a row has these levels, then it must have those." + _LATER,
            "type": "array",
            "items": record("a mapping with when and then", "A rule.", {"when": _ROW, "then": _ROW}, "when", "then"),
        },
    },
    "factors",
)
