"""The part of the scenario format that tells values: JSON as it is sent, and the `$words` that stand for something."""

from __future__ import annotations

from typing import Any, Final

MAX_TEXT: Final = 10_000_000
#: What `{$image: …}` names when no file is meant.
GENERATED: Final = "generated"
FORMATS: Final = ("jpeg", "png", "webp")


def _word(
    word: str, description: str, meaning: dict[str, Any], options: dict[str, Any] | None = None, *required: str
) -> dict[str, Any]:
    return {
        "title": f"{{{word}: …}}",
        "description": description,
        "properties": {word: meaning, **(options or {})},
        "required": list(required),
        "additionalProperties": False,
    }


_FILE: Final = {"title": "the name of a file", "type": "string", "minLength": 1}
_WORDS: Final[dict[str, dict[str, Any]]] = {
    "$image": _word(
        "$image",
        "A picture as a data URI, made to fit. The file is named relative to the scenario file and lies inside the "
        f'project. The name "{GENERATED}" (for a file of that name write ./{GENERATED}) stands for a plain picture '
        "that is drawn in the shape that the payload asks for, between 1:2 and 2:1.",
        _FILE | {"examples": ["assets/selfie.jpg", GENERATED]},
        {
            "max_kb": {
                "title": "a whole number of kilobytes",
                "description": "The picture's size in KB (1024 bytes) at most; a data URI of it is a third longer.",
                "type": "integer",
                "minimum": 1,
                "maximum": 102_400,
                "default": 800,
            },
            "max_side": {
                "title": "a whole number of pixels",
                "description": "The longer side at most, in pixels.",
                "type": "integer",
                "minimum": 1,
                "maximum": 8192,
            },
            "format": {"description": "The format to send.", "enum": list(FORMATS)},
        },
    ),
    "$file": _word(
        "$file",
        "A file as it is, as a data URI or as text. It is named relative to the scenario file and lies inside the "
        "project.",
        _FILE,
        {
            "as": {"enum": ["data_uri", "text"], "default": "data_uri"},
            "type": {
                "title": "a media type such as video/mp4",
                "description": "The media type of the data URI; without it, it follows from the file's name.",
                "type": "string",
                "pattern": "^[a-z]+/[a-zA-Z0-9.+-]+$",
            },
        },
    ),
    "$text": _word(
        "$text",
        "A text of a length, to test bounds.",
        {
            "title": "a mapping with length and char",
            "type": "object",
            "properties": {
                "length": {
                    "title": "a whole number of characters",
                    "description": "The length in UTF-16 units, as most APIs count: most characters are one unit, "
                    "emoji two.",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": MAX_TEXT,
                },
                "char": {
                    "title": "one character",
                    "description": "What the text is made of.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 1,
                    "default": "x",
                },
            },
            "required": ["length"],
            "additionalProperties": False,
        },
    ),
    "$env": _word(
        "$env",
        "The text of an environment variable. Without `default` it must be set.",
        {
            "title": "the name of an environment variable",
            "type": "string",
            "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
        },
        {"default": {"description": "What is sent when it is not set.", "$ref": "#/$defs/value"}},
    ),
    "$absent": _word(
        "$absent",
        "No value: the key is left out.",
        {"const": True},
    ),
    "$call": _word(
        "$call",
        "What a function of your own gives back, called without arguments. Needs --allow-code.",
        {
            "title": 'a function such as "package.module:function"',
            "type": "string",
            "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
        },
    ),
}
WORDS: Final = tuple(_WORDS)
_KEYS: Final = {
    "title": "a key of the payload (one that starts with $ is written $$)",
    "type": "string",
    "minLength": 1,
    "pattern": r"^([^$]|\$\$)",
}

VALUE_DEFS: Final[dict[str, Any]] = {
    "value": {
        "description": "Any JSON value. A mapping with a key that starts with $ stands for something: "
        f"{', '.join(WORDS)}. A key that really starts with $ is written $$.",
        "propertyNames": {
            "title": "a key, or a word with $ (a key that starts with $ is written $$)",
            "anyOf": [{"pattern": r"^([^$]|\$\$|$)"}, {"enum": list(WORDS)}],
        },
        "dependentSchemas": _WORDS,
        "additionalProperties": {"$ref": "#/$defs/value"},
        "items": {"$ref": "#/$defs/value"},
    },
    "key": _KEYS,
    "values": {
        "type": "object",
        "propertyNames": _KEYS,
        "additionalProperties": {"$ref": "#/$defs/value"},
    },
    "payload": {"type": "object", "$ref": "#/$defs/value"},
}
