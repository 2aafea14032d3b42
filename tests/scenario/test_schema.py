"""The schema is the one truth of the format: it is a schema, describes what it has, and judges as the loader does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from harness import yamlio
from harness.errors import MistakesError
from harness.scenario.schema import SCHEMA
from harness.scenario.schema_values import WORDS
from harness.scenario.values import is_word

EXAMPLES = Path(__file__).parents[1] / "examples"


def schemas(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from schemas(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from schemas(value, (*path, index))


def test_it_is_a_schema_of_the_draft() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA, allow_nan=False)


def test_every_key_that_can_be_written_is_described() -> None:
    bare = [
        (*path, name)
        for path, node in schemas(SCHEMA)
        if isinstance(node.get("properties"), dict)
        for name, value in node["properties"].items()
        if isinstance(value, dict) and not ({"description", "title", "const", "enum", "$ref"} & value.keys())
    ]
    assert bare == []


@pytest.mark.parametrize("file", sorted((EXAMPLES / "valid").glob("*.yaml")), ids=lambda file: file.stem)
def test_another_validator_accepts_what_the_loader_accepts(file: Path) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(yamlio.read(file).data)


@pytest.mark.parametrize("file", sorted((EXAMPLES / "invalid").glob("*.yaml")), ids=lambda file: file.stem)
def test_another_validator_finds_mistakes_in_the_same_files(file: Path) -> None:
    try:
        doc = yamlio.read(file)
    except MistakesError:
        return
    ours = yamlio.check(doc, SCHEMA)
    theirs = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(doc.data))
    assert bool(ours) == bool(theirs)


def test_the_words() -> None:
    assert WORDS == ("$image", "$file", "$text", "$env", "$absent", "$call")
    assert all(is_word(word) for word in WORDS)


def test_what_is_not_expanded_yet_is_valid_to_the_schema() -> None:
    data = {
        "name": "x",
        "provider": "runway",
        "endpoint": "image_to_video",
        "baseline": {},
        "matrix": {
            "strength": 2,
            "factors": {"model": ["a", "b"], "ratio": {"$contract": "all"}, "duration": {"$contract": "boundary"}},
            "groups": [{"factors": ["model", "ratio"], "strength": 2}],
            "invalid": {"ratio": ["0:0", None]},
            "rules": [{"when": {"model": "a"}, "then": {"duration": [5, 10]}}],
        },
    }
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
