"""The part of OpenAPI 3.1 that a contract must get right to be read at all, as JSON Schema."""

from __future__ import annotations

from typing import Final

from harness.model import JsonObject

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_OURS: Final = "urn:param-harness:contract-schema"

#: A schema of a contract: JSON Schema, and the words that OpenAPI and this project add, wherever they stand.
_SCHEMA: Final[JsonObject] = {
    "$id": _OURS,
    "$dynamicAnchor": "meta",
    "allOf": [{"$ref": _DRAFT}],
    "properties": {
        "discriminator": {
            "type": "object",
            "properties": {
                "propertyName": {"type": "string"},
                "mapping": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["propertyName"],
        },
        "x-discriminator": {"type": "string"},
        "x-deprecated-values": {"type": "object", "additionalProperties": {"type": "string"}},
        "x-media": {"type": "string"},
        "x-file": {
            "type": "object",
            "properties": {
                name: {"type": "number", "minimum": 0}
                for name in ("min_aspect", "max_aspect", "min_side", "max_side", "min_s", "max_s")
            },
        },
        "x-saved": {
            "type": "object",
            "properties": {
                "status": {"type": "integer", "minimum": 400, "maximum": 499},
                "code": {"type": "string"},
                "text": {"type": "string"},
            },
            "required": ["status", "text"],
        },
        "x-rule": {"type": "string"},
        "x-path": {"type": "array", "items": {"type": ["string", "integer"]}},
        "x-text": {"type": "string"},
    },
}

#: A request body or an answer, or a reference to one.
_PART: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "content": {
            "type": "object",
            "additionalProperties": {"type": "object", "properties": {"schema": {"$ref": _OURS}}},
        }
    },
}

_OPERATION: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "operationId": {"type": "string", "minLength": 1},
        "x-poll": {"type": "string", "pattern": "^/"},
        "x-output": {"enum": ["video", "image", "audio"]},
        "requestBody": _PART,
        "responses": {"type": "object", "additionalProperties": _PART},
    },
}

OPENAPI: Final[JsonObject] = {
    "$schema": _DRAFT,
    "$defs": {"schema": _SCHEMA},
    "title": "an OpenAPI 3.1 document",
    "type": "object",
    "required": ["openapi", "paths"],
    "properties": {
        "openapi": {"type": "string", "pattern": r"^3\.1\.", "title": "the version of OpenAPI, 3.1.x"},
        "info": {"type": "object", "properties": {"x-errors": {"type": "object"}}},
        "paths": {
            "type": "object",
            "propertyNames": {"pattern": "^(/|x-)", "title": 'a path that starts with "/"'},
            "additionalProperties": {
                "type": "object",
                "properties": {"post": _OPERATION, "put": _OPERATION, "patch": _OPERATION},
            },
        },
        "components": {
            "type": "object",
            "properties": {
                "schemas": {"type": "object", "additionalProperties": {"$ref": _OURS}},
                "requestBodies": {"type": "object", "additionalProperties": _PART},
                "responses": {"type": "object", "additionalProperties": _PART},
            },
        },
    },
}
