"""Error bodies in the styles of public validators → issues. The payload is what was really sent."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Asset, Json, JsonObject
from harness.refusal.messages import read
from harness.refusal.records import Refusal, RefusalIssue

GOOD: dict[str, Json] = {
    "model": "gen4_turbo",
    "promptImage": "https://files.example/cat.jpg",
    "promptText": "A friendly wave",
    "ratio": "720:1280",
    "duration": 5,
}
SENT: dict[str, Json] = {**GOOD, "ratio": "9:16", "duration": 11, "seed": None, "watermark": False}
SIX = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")
SIX_TEXT = "Invalid option: expected one of " + "|".join(f'"{value}"' for value in SIX)
DOC = "https://docs.dev.runwayml.com/api"


def zod(*issues: dict[str, Json]) -> JsonObject:
    return {"error": "Validation of body failed", "issues": list(issues), "docUrl": DOC}


def brief(refusal: Refusal) -> list[tuple[str | None, str]]:
    return [(issue.field, issue.kind) for issue in refusal.issues]


def one(body: Json, payload: JsonObject = SENT, known: tuple[str, ...] = ()) -> RefusalIssue:
    refusal = read(400, body, None, payload=payload, known=known)
    assert len(refusal.issues) == 1, refusal
    return refusal.issues[0]


def without(*names: str) -> dict[str, Json]:
    return {name: value for name, value in GOOD.items() if name not in names}


# ---- zod 4, as Runway answers today


def test_zod_4_reports_every_issue_of_a_body() -> None:
    body = zod(
        {"code": "invalid_value", "values": list(SIX), "path": ["ratio"], "message": SIX_TEXT},
        {
            "code": "too_big",
            "origin": "number",
            "maximum": 10,
            "inclusive": True,
            "path": ["duration"],
            "message": "Too big: expected number to be <=10",
        },
        {
            "code": "invalid_type",
            "expected": "number",
            "path": ["seed"],
            "message": "Invalid input: expected number, received null",
        },
        {"code": "unrecognized_keys", "keys": ["watermark"], "path": [], "message": 'Unrecognized key: "watermark"'},
    )

    assert read(400, body, None, payload=SENT) == Refusal(
        status=400,
        text="Validation of body failed",
        issues=(
            RefusalIssue(field="ratio", kind="enum", text=SIX_TEXT, allowed=SIX, code="invalid_value"),
            RefusalIssue(
                field="duration",
                kind="maximum",
                text="Too big: expected number to be <=10",
                maximum=10,
                code="too_big",
            ),
            RefusalIssue(
                field="seed",
                kind="null",
                text="Invalid input: expected number, received null",
                expected="number",
                code="invalid_type",
            ),
            RefusalIssue(
                field="watermark",
                kind="unknown_key",
                text='Unrecognized key: "watermark"',
                code="unrecognized_keys",
            ),
        ),
    )


def test_the_captured_answer_to_an_empty_body_is_one_missing_model() -> None:
    body = zod(
        {
            "expected": "string",
            "code": "invalid_type",
            "path": ["model"],
            "message": "Invalid input: expected string, received undefined",
        },
        {
            "code": "invalid_union",
            "errors": [],
            "note": "No matching discriminator",
            "discriminator": "model",
            "path": ["model"],
            "message": "Invalid input",
        },
    )

    assert brief(read(400, body, None, payload={})) == [("model", "missing")]


def test_an_unknown_model_is_a_wrong_value_of_the_discriminator() -> None:
    body = zod(
        {
            "code": "invalid_union",
            "errors": [],
            "note": "No matching discriminator",
            "discriminator": "model",
            "path": ["model"],
            "message": "Invalid input",
        }
    )

    assert brief(read(400, body, None, payload={**GOOD, "model": "gen4-turbo"})) == [("model", "enum")]


def test_a_missing_enum_has_the_text_of_a_wrong_one_and_is_still_missing() -> None:
    body = zod({"code": "invalid_value", "values": list(SIX), "path": ["ratio"], "message": SIX_TEXT})

    issue = one(body, without("ratio"))

    assert (issue.field, issue.kind, issue.allowed) == ("ratio", "missing", SIX)


UNION_MISSING = [
    [
        {
            "expected": "string",
            "code": "invalid_type",
            "path": [],
            "message": "Invalid input: expected string, received undefined",
        }
    ],
    [
        {
            "expected": "array",
            "code": "invalid_type",
            "path": [],
            "message": "Invalid input: expected array, received undefined",
        }
    ],
]


def test_a_union_whose_branches_agree_is_one_issue() -> None:
    body = zod({"code": "invalid_union", "errors": UNION_MISSING, "path": ["promptImage"], "message": "Invalid input"})

    issue = one(body, without("promptImage"))

    assert (issue.field, issue.kind, issue.expected) == ("promptImage", "missing", "string / array")


def test_a_union_of_literals_is_one_list() -> None:
    branches = [
        [{"code": "invalid_value", "values": [value], "path": [], "message": f"Invalid input: expected {value}"}]
        for value in (4, 6, 8)
    ]
    body = zod({"code": "invalid_union", "errors": branches, "path": ["duration"], "message": "Invalid input"})

    issue = one(body)

    assert (issue.field, issue.kind, issue.allowed) == ("duration", "enum", (4, 6, 8))


def test_a_union_is_told_by_the_branch_that_got_furthest() -> None:
    branches = [
        [{"code": "invalid_type", "expected": "string", "path": [], "message": "expected string, received array"}],
        [
            {
                "code": "invalid_value",
                "values": ["first"],
                "path": [0, "position"],
                "message": 'Invalid input: expected "first"',
            }
        ],
    ]
    body = zod({"code": "invalid_union", "errors": branches, "path": ["promptImage"], "message": "Invalid input"})
    sent = {**GOOD, "promptImage": [{"uri": "https://files.example/cat.jpg", "position": "last"}]}

    issue = one(body, sent)

    assert (issue.field, issue.kind, issue.allowed) == ("promptImage.0.position", "enum", ("first",))


def test_a_union_whose_branches_disagree_is_a_union() -> None:
    branches = [
        [{"code": "invalid_format", "path": [], "message": "Invalid URL"}],
        [{"code": "too_small", "minimum": 13, "origin": "string", "path": [], "message": "Too small"}],
    ]
    body = zod({"code": "invalid_union", "errors": branches, "path": ["promptImage"], "message": "Invalid input"})

    assert brief(read(400, body, None, payload=GOOD)) == [("promptImage", "union")]


def test_a_sentence_on_something_missing_inside_does_not_make_the_field_missing() -> None:
    text = "You must specify a frame in position `first`."
    sent = {**GOOD, "promptImage": [{"uri": "https://files.example/cat.jpg", "position": "last"}]}

    issue = one(zod({"code": "custom", "path": ["promptImage"], "message": text}), sent)

    assert (issue.field, issue.kind, issue.text) == ("promptImage", "other", text)


# ---- plain sentences, old and new


@pytest.mark.parametrize(
    ("text", "payload", "field", "kind", "more"),
    [
        (
            "promptImage: String must contain at most 2048 character(s)",
            SENT,
            "promptImage",
            "too_long",
            {"maximum": 2048.0},
        ),
        (
            "`ratio` must be one of: 1280:720, 720:1280",
            SENT,
            "ratio",
            "enum",
            {"allowed": ("1280:720", "720:1280")},
        ),
        ("Model variant gen4-turbo is not available", {**GOOD, "model": "gen4-turbo"}, "model", "forbidden", {}),
        ("Invalid parameter 'promptText'", SENT, "promptText", "other", {}),
        ("Prompt text is too long (maximum is 1000 characters)", SENT, "promptText", "too_long", {"maximum": 1000.0}),
        ("The duration field must not be greater than 10.", SENT, "duration", "maximum", {"maximum": 10.0}),
        ("Invalid value: '9:16'.", SENT, "ratio", "other", {}),
        ("promptImage: Required", without("promptImage"), "promptImage", "missing", {}),
        ("Missing required parameter: 'promptImage'.", without("promptImage"), "promptImage", "missing", {}),
        ("prompt_text is required", without("promptText"), "prompt_text", "missing", {}),
        ("Subscription is required", without("promptText"), None, None, {}),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_plain_sentences(
    text: str, payload: JsonObject, field: str | None, kind: str | None, more: dict[str, Any]
) -> None:
    for refusal in (
        read(400, {"error": text, "docUrl": DOC}, None, payload=payload),
        read(400, {"error": {"message": text, "type": "invalid_request_error", "param": None}}, None, payload=payload),
        read(400, None, text, payload=payload),
        read(400, text, None, payload=payload),
    ):
        assert refusal.text == text
        assert brief(refusal) == ([(field, kind)] if kind else [])
        for name, value in more.items():
            assert getattr(refusal.issues[0], name) == value


def test_what_the_contract_knows_names_a_field_that_was_not_sent() -> None:
    issue = one({"error": "prompt_text is required"}, without("promptText"), known=("promptText",))

    assert (issue.field, issue.kind) == ("promptText", "missing")


@pytest.mark.parametrize(
    "text",
    [
        "You do not have enough credits to run this task.",
        "The API version that was provided in the X-Runway-Version header is not valid.",
        "Your daily task limit has been reached.",
        "Invalid request: something is wrong",
        "Error: bad things happened",
        "`frobnicate` must be one of: a, b",
        "The field `nope` is not supported",
        'Unrecognized key: "nope"',
    ],
)
def test_no_field_is_invented(text: str) -> None:
    refusal = read(400, {"error": text}, None, payload={**GOOD, "task": "run", "image": "x", "version": "1"})

    assert [issue.field for issue in refusal.issues if issue.field is not None] == []


@pytest.mark.parametrize("route", ["/tasks", "/v1/image_to_video", "https://api.example/tasks"])
def test_the_route_of_the_request_is_no_field(route: str) -> None:
    body = {"timestamp": "2026-11-22T10:15:00Z", "status": 400, "error": "Bad Request", "path": route}

    assert read(400, body, None, payload=GOOD) == Refusal(status=400, text="Bad Request")


def test_a_value_that_the_message_allows_names_no_field() -> None:
    refusal = read(400, {"error": 'Invalid option: expected one of "low"|"auto"'}, None, payload={"moderation": "low"})

    assert [issue.field for issue in refusal.issues] == []


def test_a_list_that_has_what_was_sent_is_no_list_of_allowed_values() -> None:
    body = {"errors": [{"field": "ratio", "message": "Invalid value", "values": ["9:16"]}]}

    assert one(body).allowed == ()


# ---- other styles


def test_fastapi_and_pydantic() -> None:
    body = {
        "detail": [
            {"type": "missing", "loc": ["body", "ratio"], "msg": "Field required", "input": {}},
            {
                "type": "enum",
                "loc": ["body", "promptImage", "str"],
                "msg": "Input should be 'a' or 'b'",
                "input": "x",
                "ctx": {"expected": "'a' or 'b'"},
            },
            {
                "type": "less_than_equal",
                "loc": ["body", "duration"],
                "msg": "Input should be less than or equal to 10",
                "input": 11,
                "ctx": {"le": 10},
            },
            {"type": "extra_forbidden", "loc": ["body", "watermark"], "msg": "Extra inputs are not permitted"},
        ]
    }
    sent = {"promptImage": "https://files.example/cat.jpg", "duration": 11, "watermark": True}

    refusal = read(422, body, None, payload=sent)

    assert refusal.text == "Field required"
    assert brief(refusal) == [
        ("ratio", "missing"),
        ("promptImage", "enum"),
        ("duration", "maximum"),
        ("watermark", "unknown_key"),
    ]
    assert refusal.issues[1].allowed == ("a", "b")
    assert refusal.issues[2].maximum == 10


def test_problem_json() -> None:
    body = {
        "type": "https://example.com/probs/validation",
        "title": "Your request is not valid.",
        "status": 400,
        "detail": "2 errors",
        "instance": "/v1/image_to_video",
        "errors": [{"detail": "must be one of 1280:720, 720:1280", "pointer": "#/ratio"}],
        "invalid-params": [{"name": "duration", "reason": "must be <= 10"}],
    }

    refusal = read(400, body, None, payload=SENT)

    assert refusal.text == "2 errors"
    assert brief(refusal) == [("ratio", "enum"), ("duration", "maximum")]
    assert refusal.issues[0].allowed == ("1280:720", "720:1280")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"error": {"message": "Nope.", "type": "invalid_request_error", "param": "size", "code": "invalid_value"}},
            [("size", "missing")],
            id="openai: param and code; size was not sent",
        ),
        pytest.param(
            {"ratio": ['"9:16" is not a valid choice.'], "seed": ["This field may not be null."]},
            [("ratio", "enum"), ("seed", "null")],
            id="django rest framework",
        ),
        pytest.param(
            {"message": "The given data was invalid.", "errors": {"ratio": ["The selected ratio is invalid."]}},
            [("ratio", "enum")],
            id="laravel",
        ),
        pytest.param(
            [
                {
                    "instancePath": "/ratio",
                    "keyword": "enum",
                    "params": {"allowedValues": list(SIX)},
                    "message": "must be equal to one of the allowed values",
                },
                {
                    "instancePath": "",
                    "keyword": "required",
                    "params": {"missingProperty": "size"},
                    "message": "must have required property 'size'",
                },
            ],
            [("ratio", "enum"), ("size", "missing")],
            id="ajv",
        ),
        pytest.param(
            {"message": ["ratio must be one of the following values: a, b"], "error": "Bad Request"},
            [("ratio", "enum")],
            id="class-validator",
        ),
        pytest.param(
            {"errors": [{"source": {"pointer": "/data/attributes/ratio"}, "title": "Invalid", "detail": "Not so."}]},
            [("ratio", "other")],
            id="json:api",
        ),
        pytest.param(
            {
                "error": {
                    "code": 400,
                    "message": "Request contains an invalid argument.",
                    "details": [{"fieldViolations": [{"field": "duration", "description": "must be at most 10"}]}],
                }
            },
            [("duration", "maximum")],
            id="google fieldViolations",
        ),
        pytest.param(
            {
                "status": 400,
                "path": "/v1/image_to_video",
                "errors": [{"field": "duration", "defaultMessage": "must be less than or equal to 10", "code": "Max"}],
            },
            [("duration", "maximum")],
            id="spring",
        ),
        pytest.param(
            {"error": json.dumps([{"code": "too_big", "maximum": 10, "path": ["duration"], "message": "Too big"}])},
            [("duration", "maximum")],
            id="a zod error passed on as text",
        ),
        pytest.param(
            {"detail": "duration: This value should be 10 or less.", "violations": [{"propertyPath": "duration"}]},
            [("duration", "maximum")],
            id="symfony",
        ),
        pytest.param(
            {
                "detail": "- input.duration: Must be less than or equal to 10\n- input.ratio: must be one of: a, b\n",
                "invalid_fields": [{"field": "input.duration", "description": "Must be less than or equal to 10"}],
            },
            [("duration", "maximum"), ("ratio", "enum")],
            id="replicate: the text tells more than the list",
        ),
        pytest.param(
            {"base_resp": {"status_code": 2013, "status_msg": "invalid params, duration must be 6 or 10"}},
            [("duration", "enum")],
            id="minimax",
        ),
        pytest.param(
            {
                "issues": [
                    {"message": 'Invalid type: Expected ("a" | "b") but received "9:16"', "path": [{"key": "ratio"}]}
                ]
            },
            [("ratio", "enum")],
            id="valibot",
        ),
        pytest.param(
            {"message": "1 error: Value '11' at 'duration' failed: Member must have value less than or equal to 10"},
            [("duration", "maximum")],
            id="aws",
        ),
        pytest.param(
            {"error": "ratio: unknown variant `9:16`, expected one of `a`, `b` at line 1 column 30"},
            [("ratio", "enum")],
            id="serde",
        ),
        pytest.param(
            {"error": 'Validation error: expected number, received null at "seed"; Invalid option at "ratio"'},
            [("seed", "null"), ("ratio", "enum")],
            id="several clauses",
        ),
    ],
)
def test_other_styles(body: Json, expected: list[tuple[str, str]]) -> None:
    assert brief(read(400, body, None, payload=SENT)) == expected


def test_zod_3_issues() -> None:
    body = {
        "success": False,
        "error": {
            "name": "ZodError",
            "issues": [
                {
                    "code": "invalid_enum_value",
                    "options": ["a", "b"],
                    "received": "9:16",
                    "path": ["ratio"],
                    "message": "Invalid enum value. Expected 'a' | 'b', received '9:16'",
                },
                {
                    "code": "too_big",
                    "maximum": 1000,
                    "type": "string",
                    "path": ["promptText"],
                    "message": "String must contain at most 1000 character(s)",
                },
            ],
        },
    }

    refusal = read(400, body, None, payload=SENT)

    assert brief(refusal) == [("ratio", "enum"), ("promptText", "too_long")]
    assert refusal.issues[0].allowed == ("a", "b")


# ---- answers that say nothing


@pytest.mark.parametrize(
    ("body", "raw", "text"),
    [
        (
            None,
            "<html><head><title>413</title></head><body><h1>Request Too Large</h1></body></html>",
            "Request Too Large",
        ),
        (None, "<!DOCTYPE html>\n<html><body><pre>Cannot POST /v1/x</pre></body></html>", "Cannot POST /v1/x"),
        (None, "<html><body><p>A &amp; B</p></body></html>", "A & B"),
        (None, "", ""),
        (None, None, ""),
        ({}, None, ""),
        ([], None, ""),
        (17, None, ""),
        ({"ok": False}, None, ""),
        ("Not today", None, "Not today"),
        ({"error": {"reason": {"text": "deep down"}}}, None, "deep down"),
    ],
)
def test_what_says_nothing_is_no_issue(body: Json, raw: str | None, text: str) -> None:
    assert read(400, body, raw, payload=GOOD) == Refusal(status=400, text=text)


# ---- hostile bodies


def test_texts_are_clean_and_short() -> None:
    evil = "\x1b[31m`ratio`\x1b[0m is\nwrong \u202e" + "x" * 10_000

    refusal = read(400, {"error": evil}, None, payload=SENT)

    assert len(refusal.text) <= 500
    assert refusal.text.isprintable()
    assert all(issue.text.isprintable() and len(issue.text) <= 500 for issue in refusal.issues)


def deep(levels: int) -> Json:
    node: Json = {"message": "`ratio` is wrong"}
    for _ in range(levels):
        node = {"error": [node]}
    return node


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(deep(400), id="deep"),
        pytest.param({"errors": [{"message": "`ratio` is wrong", "n": n} for n in range(20_000)]}, id="wide"),
        pytest.param({f"key{n}": "must be one of: a, b" for n in range(20_000)}, id="many keys"),
        pytest.param({"message": "must be one of: " + "a, " * 100_000}, id="long"),
        pytest.param({"issues": [{"path": list(range(5000)), "message": "x y"}]}, id="long path"),
        pytest.param({"errors": [[{"errors": [[{"path": [], "message": "a b"}] * 50] * 50}] * 50] * 50}, id="unions"),
        pytest.param({"error": "[" * 15_000}, id="nested text"),
        pytest.param({"issues": [{"path": ["ratio"], "message": "a b", "maximum": 10**400}]}, id="huge number"),
        pytest.param({"issues": [{"path": [True, None, {}], "code": ["x"], "message": ["y"]}]}, id="odd types"),
    ],
)
def test_the_work_is_bounded(body: Json) -> None:
    start = time.process_time()

    refusal = read(400, body, None, payload=SENT)

    assert time.process_time() - start < 2
    assert len(refusal.issues) <= 100


WORDS = (
    "error errors issues message msg path loc field param code type values ratio keys maximum ctx params unionErrors"
    " detail expected discriminator source seed"
)
KEYS = st.sampled_from(WORDS.split()) | st.text(max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
#: Control characters as JSON writes them: fields are shown without.
CONTROL = r"\\(?:u00[01789][0-9a-f]|[bfnrt])"


@given(JSON, st.none() | st.text(max_size=100), st.dictionaries(KEYS, JSON, max_size=5))
def test_any_body_can_be_read_and_no_field_comes_from_nowhere(body: Json, raw: str | None, payload: JsonObject) -> None:
    refusal = read(400, body, raw, payload=payload)

    everything = json.dumps([body, payload], default=str) + (raw or "")
    for issue in refusal.issues:
        if issue.field is not None:
            last = issue.field.rsplit(".", 1)[-1]
            shown = json.dumps(last)[1:-1]
            assert last in everything or shown in everything or shown in re.sub(CONTROL, "", everything)


def test_an_asset_in_the_payload_is_a_value_like_any_other() -> None:
    asset = Asset(
        label="cat.jpg",
        media_type="image/jpeg",
        data_uri=b"data:image/jpeg;base64,AAAA",
        size_bytes=3,
        sha256="0" * 64,
        declared="0" * 64,
    )

    assert brief(read(400, {"error": "promptImage: Invalid data URI."}, None, payload={"promptImage": asset})) == [
        ("promptImage", "other")
    ]
