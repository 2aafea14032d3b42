"""What the schemas of files call their values is told in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness.model import Json
from harness.provider.openapi_schema import OPENAPI
from harness.provider.profile_schema import SCHEMA as PROFILE
from harness.scenario.rows_file import SCHEMA as ROWS
from harness.scenario.schema import SCHEMA as SCENARIO
from harness.words import TEXTS, in_lang, known, schemas

SCHEMAS = {"scenario": SCENARIO, "rows": ROWS, "profile": PROFILE, "contract": OPENAPI}
#: Nothing in it is English: {$contract: …}.
WORD = re.compile(r"\{\$\w+: …\}")


def said(schema: Json) -> Iterator[str]:
    """Each `title` and `x-fix` of a schema; a property may have one of these names, too."""
    if isinstance(schema, dict):
        yield from (text for text in (schema.get("title"), schema.get("x-fix")) if isinstance(text, str))
        schema = list(schema.values())
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from said(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_title_and_every_advice_has_its_russian(name: str) -> None:
    lacking = [text for text in said(SCHEMAS[name]) if f"schema.{text}" not in TEXTS and not WORD.fullmatch(text)]

    assert lacking == []


def test_no_russian_is_left_of_a_title_that_is_gone() -> None:
    used = {f"schema.{text}" for schema in SCHEMAS.values() for text in said(schema)}

    assert [key for key in schemas.TEXTS if key not in used] == []


def test_the_english_of_a_title_is_the_schema_s_own() -> None:
    texts = {text for schema in SCHEMAS.values() for text in said(schema)}

    assert [text for text in texts if known("schema", text) != text] == []


def test_a_title_with_braces_is_told_in_russian() -> None:
    assert in_lang(known("schema", "Write set: {key: value}."), "ru") == "Напишите set: {ключ: значение}."
