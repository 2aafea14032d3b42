"""The part of the scenario format that tells matrices."""

from __future__ import annotations

from typing import Any, Final

from harness.scenario.schema_parts import names, record

#: Higher strengths have no use: no known fault needs more than six parameters at once.
MAX_STRENGTH: Final = 6
_STRENGTH: Final = {
    "title": f'a whole number from 1 to {MAX_STRENGTH}, or "all"',
    "anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_STRENGTH}, {"const": "all"}],
}


def _derived(words: list[str], description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": "{$contract: …}",
        "required": ["$contract"],
        "properties": {"$contract": {"enum": words, "description": description}},
        "additionalProperties": False,
    }


_FROM_CONTRACT: Final = (
    "all: every value that the contract allows (of a wide range its bounds). boundary: of a range its bounds, of a "
    "text its shortest and its longest, and every value of a closed set. Both leave the key out, too, where it may be. "
)
_LEVELS: Final = {
    "title": "a list of levels",
    "description": "The values that this factor takes. {$absent: true} is the level of a key left out.",
    "anyOf": [
        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/value"}, "title": "a list of levels"},
        _derived(
            ["all", "boundary", "invalid"],
            _FROM_CONTRACT + "invalid: what stands just outside, as under `invalid`.",
        ),
    ],
}
_INVALID: Final = {
    "title": "a list of levels",
    "description": "Values of this key that should be refused.",
    "anyOf": [
        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/value"}, "title": "a list of levels"},
        _derived(
            ["invalid"],
            "What the contract refuses: just outside of a range or a length, an unknown value of a closed set, the "
            "wrong type, null, a required key left out.",
        ),
    ],
}
_ROW: Final = {"$ref": "#/$defs/values", "minProperties": 1, "title": "a mapping from factors to levels"}
MATRIX: Final = record(
    "a mapping with factors",
    "Variants made from factors: each row takes one level of each factor, the rest is the baseline.",
    {
        "strength": {
            **_STRENGTH,
            "description": "1: every level at least once. 2 to 6: every combination of so many factors' levels at "
            "least once, in as few credits as can be. all: the full product.",
            "default": 1,
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
        "$contract": {
            "title": "all, boundary or invalid",
            "description": "Every plain value that the contract of the endpoint lists is a factor: those with "
            "`factors` of their own apart. " + _FROM_CONTRACT + "invalid: no factors, and every key once with "
            "each thing that the contract refuses. Files and lists stay as they are in the baseline.",
            "enum": ["all", "boundary", "invalid"],
        },
        "model": {
            "title": "a model, or a list of models",
            "description": "With $contract: only these of the endpoint's models.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                names("a list of models", "Their names.", minItems=1),
            ],
        },
        "contract_rules": {
            "title": "true or false",
            "description": "Leave out the combinations that the contract refuses although each of their levels is "
            "accepted elsewhere: a ratio that belongs to another model.",
            "type": "boolean",
            "default": True,
        },
        "exclude": {
            "title": "a list of combinations",
            "description": "Combinations that no row may hold. A list of levels stands for each of them.",
            "type": "array",
            "items": _ROW,
        },
        "include": {
            "title": "a list of rows",
            "description": "Rows that are there in any case. One of levels is a row of the matrix: the levels of the "
            "factors that it does not name are chosen so that they cover most. One that sets anything else is laid "
            "over the baseline, as `set` is, and comes after the others.",
            "type": "array",
            "items": _ROW,
        },
        "groups": {
            "title": "a list of groups",
            "description": "Factors that are covered with a strength of their own.",
            "type": "array",
            "items": record(
                "a mapping with factors and strength",
                "Some factors and their strength.",
                {
                    "factors": names("a list of factors", "Their names.", minItems=1),
                    "strength": {
                        "title": f"a whole number from 1 to {MAX_STRENGTH}",
                        "type": "integer",
                        "minimum": 1,
                        "maximum": MAX_STRENGTH,
                    },
                },
                "factors",
                "strength",
            ),
        },
        "invalid": {
            "title": "a mapping from keys to lists of levels",
            "description": "Levels that are expected to be refused, one in a row: a first refusal would hide the "
            "second. The rest of the row is the baseline, or a row of the matrix where the contract refuses the level "
            "only there.",
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"$ref": "#/$defs/key"},
            "additionalProperties": _INVALID,
            "examples": [{"seed": [None, -1, "7"]}],
        },
        "rules": {
            "title": "a list of rules",
            "description": "When a row has these levels, then it must have one of those. A list of levels stands for "
            "each of them.",
            "type": "array",
            "items": record("a mapping with when and then", "A rule.", {"when": _ROW, "then": _ROW}, "when", "then"),
        },
    },
)
