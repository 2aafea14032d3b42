from __future__ import annotations

import time

import jsonschema  # type: ignore[import-untyped]
import pytest

from harness import yamlio
from harness.model import Json

COLOURS = ["red", "green", "blue"]
SCHEMA: dict[str, Json] = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"title": "a name", "type": "string", "minLength": 1},
        "plain": {"type": "string", "minLength": 2, "maxLength": 3},
        "seconds": {"title": "a whole number of seconds", "type": "integer", "minimum": 2, "maximum": 10},
        "count": {"type": "integer", "minimum": 1},
        "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "even": {"type": "integer", "multipleOf": 2},
        "flag": {"type": "boolean"},
        "maybe": {"type": ["string", "null"]},
        "colour": {"enum": COLOURS},
        "fixed": {"const": True},
        "code": {"title": "a code such as AB", "type": "string", "pattern": "^[A-Z]+$"},
        "raw": {"type": "string", "pattern": "^[A-Z]+$"},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1, "maxItems": 2},
        "one": {"type": "object", "minProperties": 1, "maxProperties": 1},
        "keys": {"propertyNames": {"title": "a lower-case key", "pattern": "^[a-z]+$"}},
        "words": {"propertyNames": {"title": "a word", "enum": ["$image", "$file"]}},
        "advice": {"type": "object", "x-fix": "Ask somebody."},
        "advised": {"$ref": "#/$defs/thing", "title": "a thing of its own", "x-fix": "Write a thing."},
        "strength": {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]},
        "either": {
            "anyOf": [
                {"type": "string", "enum": COLOURS},
                {"$ref": "#/$defs/thing", "required": ["a"]},
            ]
        },
        "titled": {"title": "a colour or a list", "oneOf": [{"type": "string"}, {"type": "array"}]},
        "branch": {"title": "a short text", "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^a"}]},
        "both": {"oneOf": [{"type": "integer"}, {"minimum": 3}]},
        "never": False,
        "nothing": {"not": {"type": "null"}},
        "nested": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/thing"}]}},
    },
    "$defs": {
        "thing": {
            "type": "object",
            "properties": {"size": {"type": "integer"}, "a": {"type": "integer"}},
            "additionalProperties": False,
        },
    },
}  # fmt: skip


def check(text: str) -> list[str]:
    found = yamlio.check(yamlio.parse("name: x\n" + text, file="f"), SCHEMA)
    return [
        f"{mistake.source.line}:{mistake.source.column} {mistake.field}: {mistake.what} {mistake.fix}".strip()
        for mistake in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seconds: 10s", '2:10 seconds: expected a whole number of seconds, found the text "10s". Write 10.'),
        (
            "seconds: 11",
            "2:10 seconds: expected a whole number of seconds, found the number 11. Write at least 2 and at most 10.",
        ),
        ("count: 0", "2:8 count: expected at least 1, found the number 0."),
        ("count: 1.5", "2:8 count: expected a whole number, found the number 1.5."),
        ("count: many", '2:8 count: expected a whole number, found the text "many".'),
        ("share: 1", "2:8 share: expected more than 0 and less than 1, found the number 1."),
        ("even: 3", "2:7 even: the number 3 cannot stand here (multipleOf)."),
        ("flag: yes", '2:7 flag: expected true or false, found the text "yes".'),
        ("plain: 10", '2:8 plain: expected a text, found the number 10. Write "10" in quotes.'),
        ("plain: true", '2:8 plain: expected a text, found true. Write "true" in quotes.'),
        ("plain:", "2:7 plain: expected a text, found null. Write a value here."),
        ('plain: ""', "2:8 plain: expected a text, found an empty text."),
        ("plain: a", "2:8 plain: expected at least 2 characters, found 1."),
        ("plain: abcd", "2:8 plain: expected at most 3 characters, found 4."),
        ("maybe: 1", '2:8 maybe: expected a text or null, found the number 1. Write "1" in quotes.'),
        (
            "colour: gren",
            '2:9 colour: expected one of "red", "green", "blue", found the text "gren". Did you mean "green"?',
        ),
        ("colour: 7", '2:9 colour: expected one of "red", "green", "blue", found the number 7.'),
        ("fixed: 1", "2:8 fixed: expected true, found the number 1."),
        ("code: ab", '2:7 code: expected a code such as AB, found the text "ab".'),
        ("raw: ab", '2:6 raw: expected a text of the form ^[A-Z]+$, found the text "ab".'),
        ("tags: smoke", '2:7 tags: expected a list, found the text "smoke". Write [smoke].'),
        ("tags: a b", '2:7 tags: expected a list, found the text "a b". Write ["a b"].'),
        ("tags: []", "2:7 tags: expected at least 1 item, found an empty list."),
        ("tags: [a, b, c]", "2:7 tags: expected at most 2 items, found 3."),
        ("tags: [a, a]", '2:11 tags[1]: "a" stands in the list twice. Keep one of them.'),
        ("tags: [a, 1]", '2:11 tags[1]: expected a text, found the number 1. Write "1" in quotes.'),
        ("one: {}", "2:6 one: expected at least 1 key, found an empty mapping."),
        ("one: {a: 1, b: 2}", "2:6 one: expected at most 1 key, found 2."),
        ("keys: {A: 1}", "2:8 keys.A: expected a lower-case key."),
        ("words: {$imge: 1}", '2:9 words.$imge: expected a word. Did you mean "$image"?'),
        ("words: {x: 1}", '2:9 words.x: expected a word. Known: "$image", "$file".'),
        ("advice: 1", "2:9 advice: expected a mapping, found the number 1. Ask somebody."),
        ("advised: 1", "2:10 advised: expected a thing of its own, found the number 1. Write a thing."),
        ("nmae: 1", '2:1 nmae: this key is not known here. Did you mean "name"?'),
        ("strength: 0", "2:11 strength: expected at least 1, found the number 0."),
        ("strength: al", '2:11 strength: expected a whole number or "all", found the text "al". Did you mean "all"?'),
        ("strength: []", '2:11 strength: expected a whole number or "all", found an empty list.'),
        (
            "either: gren",
            '2:9 either: expected one of "red", "green", "blue", found the text "gren". Did you mean "green"?',
        ),
        ("either: {}", '2:9 either: the key "a" is missing. Add it.'),
        ("either: {a: x}", '2:13 either.a: expected a whole number, found the text "x".'),
        ("either: 5", '2:9 either: expected a text or a mapping, found the number 5. Write "5" in quotes.'),
        ("titled: 5", '2:9 titled: expected a colour or a list, found the number 5. Write "5" in quotes.'),
        ("branch: b", '2:9 branch: expected a short text, found the text "b".'),
        ("both: 4", "2:7 both: the number 4 fits more than one of the forms that are allowed here."),
        ("never: 1", "2:8 never: the number 1 cannot stand here (falseSchema)."),
        ("nothing:", "2:9 nothing: null cannot stand here (not)."),
        ("nested: [{siz: 1}]", '2:11 nested[0].siz: this key is not known here. Did you mean "size"?'),
        ("nested: [{size: x}]", '2:17 nested[0].size: expected a whole number, found the text "x".'),
    ],
)  # fmt: skip
def test_one_mistake_is_one_sentence(text: str, expected: str) -> None:
    assert check(text) == [expected]


def test_a_document_in_order() -> None:
    assert check("seconds: 5\nstrength: all\neither: {a: 1}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "expected a mapping, found nothing."), ("[]", "expected a mapping, found an empty list.")],
)
def test_the_whole_document(text: str, expected: str) -> None:
    assert [mistake.what for mistake in yamlio.check(yamlio.parse(text, file="f"), SCHEMA)] == [expected]


def test_mistakes_stand_in_the_order_of_the_file() -> None:
    found = check("zzz: 1\ncount: 0\nplain: 1\nyyy: 2\nseconds: x")
    assert [line.split(" ")[1] for line in found] == ["zzz:", "count:", "plain:", "yyy:", "seconds:"]


def test_a_missing_key_says_what_it_is() -> None:
    found = yamlio.check(yamlio.parse("count: 1", file="f"), SCHEMA)
    assert [str(mistake) for mistake in found] == [
        'f:1:1: the key "name" is missing.\n    count: 1\n    ^\n  Add it: a name.'
    ]


def test_many_mistakes_are_counted_not_told() -> None:
    found = check("nested:\n" + "\n".join("- 1" for _ in range(250)))
    assert len(found) == yamlio.MAX_MISTAKES + 1
    assert found[-1] == "0:0 : 150 more mistakes in this file."


def test_the_places_of_mistakes_are_known() -> None:
    doc = yamlio.parse("name: x\ncount: 0\nnested: [a, {size: x}]", file="f")
    assert yamlio.check_paths(doc, SCHEMA)[1] == {("count",), ("nested", 1, "size")}


def test_the_schema_of_this_test_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_checking_many_rows_is_quick() -> None:
    doc = yamlio.parse("name: x\nnested:\n" + "".join(f"- {{size: {n}}}\n" for n in range(10_000)), file="f")
    yamlio.check(doc, SCHEMA)
    start = time.process_time()
    assert yamlio.check(doc, SCHEMA) == []
    assert time.process_time() - start < 0.2
