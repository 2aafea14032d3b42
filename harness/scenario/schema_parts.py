"""The small schemas that the format of scenario files is made of."""

from __future__ import annotations

from typing import Any


def text(title: str, description: str = "", **more: Any) -> dict[str, Any]:
    """A text that is not empty."""
    return {"title": title, "type": "string", "minLength": 1, "description": description or title, **more}


def names(title: str, description: str, **more: Any) -> dict[str, Any]:
    """A list of different texts."""
    return {
        "title": title,
        "description": description,
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "uniqueItems": True,
        **more,
    }


def record(title: str, description: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """A mapping with these keys and no others."""
    return {
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": list(required),
    }
