"""One line of a validator's English → what it says. The styles are those of public validators."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Json
from harness.refusal.sentences import Said, read_sentence

SIX = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")
SIX_ZOD = "|".join(f'"{value}"' for value in SIX)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (f"Invalid option: expected one of {SIX_ZOD}", SIX),
        ("Invalid enum value. Expected 'a' | 'b', received 'c'", ("a", "b")),
        ('Invalid input: expected "first"', ("first",)),
        ("Expected 5 | 10, received 7", (5, 10)),
        ("`ratio` must be one of: 1280:720, 720:1280", ("1280:720", "720:1280")),
        ("`ratio` must be one of: 1280:720, 720:1280.", ("1280:720", "720:1280")),
        ("ratio must be one of the following values: 1280:720, 720:1280", ("1280:720", "720:1280")),
        ('"ratio" must be one of [1280:720, 720:1280]', ("1280:720", "720:1280")),
        ("Input should be '1280:720' or '720:1280'", ("1280:720", "720:1280")),
        ("Input should be 4, 6 or 8", (4, 6, 8)),
        ("value is not a valid enumeration member; permitted: 'a', 'b'", ("a", "b")),
        ("Invalid value: '9:16'. Supported values are: '1:1', '2:3', and '3:2'.", ("1:1", "2:3", "3:2")),
        ("'9:16' is not one of ['1280:720', '720:1280']", ("1280:720", "720:1280")),
        ("duration should be either 5 or 10", (5, 10)),
        ("Only 5 and 10 are allowed", (5, 10)),
        ('Unknown model "x". Available models: gen4_turbo, gen4.5, veo3.1.', ("gen4_turbo", "gen4.5", "veo3.1")),
        ("Input tag 'x' found using 'model' does not match any of the expected tags: 'a', 'b'", ("a", "b")),
        ('instance value ("x") not found in enum (possible values: ["a","b"])', ("a", "b")),
        ("must be one of 0.5, 1.5 or 2", (0.5, 1.5, 2)),
        ("must be one of: true, false", (True, False)),
    ],
)
def test_allowed_values(text: str, allowed: tuple[Json, ...]) -> None:
    said = read_sentence(text)

    assert (said.kind, said.allowed) == ("enum", allowed)
    assert [type(value) for value in said.allowed] == [type(value) for value in allowed]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Too big: expected number to be <=4294967295", Said(kind="maximum", maximum=4294967295)),
        ("Too small: expected number to be >=0", Said(kind="minimum", minimum=0)),
        ("Too big: expected string to have <=1000 characters", Said(kind="too_long", maximum=1000)),
        ("Too small: expected string to have >=1 characters", Said(kind="too_short", minimum=1)),
        ("String must contain at most 2048 character(s)", Said(kind="too_long", maximum=2048)),
        ("Array must contain at least 1 element(s)", Said(kind="too_short", minimum=1)),
        ("Number must be less than or equal to 10", Said(kind="maximum", maximum=10)),
        ("Input should be less than or equal to 10", Said(kind="maximum", maximum=10)),
        ("Input should be greater than 0", Said(kind="minimum", minimum=0, exclusive=True)),
        ("must be less than 10", Said(kind="maximum", maximum=10, exclusive=True)),
        ("must be <= 10", Said(kind="maximum", maximum=10)),
        ("must NOT have more than 1000 characters", Said(kind="too_long", maximum=1000)),
        ("must not be greater than 1,000", Said(kind="maximum", maximum=1000)),
        ("must not exceed 10", Said(kind="maximum", maximum=10)),
        ("11 is greater than the maximum of 10", Said(kind="maximum", maximum=10)),
        ("11 is greater than 10", Said(kind="maximum", maximum=10)),
        ("is too long (maximum is 1000 characters)", Said(kind="too_long", maximum=1000)),
        ("Ensure this field has no more than 1000 characters.", Said(kind="too_long", maximum=1000)),
        ("duration must be between 2 and 10", Said(kind="maximum", minimum=2, maximum=10)),
        ("The value 11 is invalid. Allowed range: 2-10.", Said(kind="maximum", minimum=2, maximum=10)),
        ("This value should be 10 or less.", Said(kind="maximum", maximum=10)),
        ("must be 2 or more", Said(kind="minimum", minimum=2)),
        ("must have 3 characters or more", Said(kind="too_short", minimum=3)),
        ("must be greater than 1 and less than 5", Said(kind="maximum", minimum=1, maximum=5, exclusive=True)),
        ("must be at least 0.5. Got 0.462.", Said(kind="minimum", minimum=0.5)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bounds(text: str, said: Said) -> None:
    assert read_sentence(text) == said


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Invalid input: expected string, received undefined", "missing", "string"),
        ("Invalid input: expected number, received null", "null", "number"),
        ("Invalid input: expected int, received number", "type", "integer"),
        ("Expected array, received string", "type", "array"),
        ("Required", "missing", None),
        ("Field required", "missing", None),
        ("'ratio' is a required property", "missing", None),
        ("must have required property 'ratio'", "missing", None),
        ("Missing required parameter: 'ratio'.", "missing", None),
        ("This field may not be blank.", "missing", None),
        ("This field may not be null.", "null", None),
        ("none is not an allowed value", "null", None),
        ("must be integer", "type", "integer"),
        ("must be a string", "type", "string"),
        ("11 is not of type 'string'", "type", "string"),
        ("A valid integer is required.", "type", "integer"),
        ("Input should be a valid integer, got a number with a fractional part", "type", "integer"),
        ('"9:16" is not a valid choice.', "enum", None),
        ("Ratio is not included in the list", "enum", None),
        ("The selected ratio is invalid.", "enum", None),
        ("must be equal to one of the allowed values", "enum", None),
        ("The model `gpt-x` does not exist", "enum", None),
        ("Model variant gen4-turbo is not available", "forbidden", None),
        ("Prompt is too long", "too_long", None),
        ("Invalid parameter 'promptText'", "other", None),
        ("You do not have enough credits to run this task.", "other", None),
        ("Expected property name or '}' in JSON at position 1", "other", None),
        ("", "other", None),
    ],
)
def test_kinds(text: str, kind: str, expected: str | None) -> None:
    said = read_sentence(text)

    assert (said.kind, said.expected, said.allowed) == (kind, expected, ())


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('Unrecognized key: "watermark"', ("watermark",)),
        ('Unrecognized keys: "a", "b"', ("a", "b")),
        ("Unrecognized key(s) in object: 'watermark'", ("watermark",)),
        ("Additional properties are not allowed ('foo' was unexpected)", ("foo",)),
        ('"watermark" is not allowed', ("watermark",)),
        ("property watermark should not exist", ("watermark",)),
        ('Unknown name "watermark": Cannot find field.', ("watermark",)),
        ("Extra inputs are not permitted", ()),
    ],
)
def test_unknown_keys(text: str, keys: tuple[str, ...]) -> None:
    assert read_sentence(text) == Said(kind="unknown_key", keys=keys)


def test_a_size_of_a_file_is_no_bound_of_a_parameter() -> None:
    assert read_sentence("Asset size exceeds 16.0MB").maximum is None


def test_prose_is_no_list() -> None:
    assert read_sentence("must be one of our customers, and patient enough to wait for it").allowed == ()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert read_sentence(text).kind


@pytest.mark.parametrize(
    "text",
    [
        "one of " * 2000,
        "'" * 8000,
        "expected one of " + '"a"|' * 4000,
        "must be one of: " + "a, " * 4000,
        "max " * 3000,
        "not " * 3000,
        "between 1" * 1000,
        "key " * 3000,
        "9" * 8000,
        "valid " * 2000,
        "only a, " + "b, " * 3000,
    ],
    ids=lambda text: text[:16],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()

    read_sentence(text)

    assert time.process_time() - start < 0.5


def test_lists_are_bounded() -> None:
    said = read_sentence("must be one of: " + ", ".join(f"value{number}" for number in range(1000)))

    assert 0 < len(said.allowed) <= 200
