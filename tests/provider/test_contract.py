from __future__ import annotations

import json
import math
from typing import Any

import pytest

from harness.model import Asset, Json, JsonObject
from harness.provider import ABSENT, Contract, Deprecation, Endpoint, Issue, Provider

IMAGE = "https://example.com/image.jpg"
GOOD: JsonObject = {
    "model": "gen4_turbo",
    "promptImage": IMAGE,
    "promptText": "A friendly wave at the camera",
    "ratio": "720:1280",
    "duration": 5,
}
RATIOS = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")


def told(issues: tuple[Issue, ...]) -> list[tuple[Any, ...]]:
    """Kind, path, and whatever else an issue says."""
    rest = [(i.expected, i.allowed, i.bound, i.keys, i.text) for i in issues]
    said = [tuple(part for part in parts if part not in ("", None, ())) for parts in rest]
    return [(issue.kind, issue.path, *parts) for issue, parts in zip(issues, said, strict=True)]


CHANGES = [
    pytest.param({}, [], id="good"),
    pytest.param({"ratio": "9:16"}, [("enum", ("ratio",), "string", RATIOS)], id="ratio as an aspect"),
    pytest.param({"ratio": 7}, [("enum", ("ratio",), "string", RATIOS)], id="ratio as a number"),
    pytest.param({"ratio": None}, [("null", ("ratio",), "string", RATIOS)], id="ratio null"),
    pytest.param({"ratio": ABSENT}, [("missing", ("ratio",), "string", RATIOS)], id="ratio missing"),
    pytest.param({"seed": None}, [("null", ("seed",), "integer")], id="seed null"),
    pytest.param({"seed": -1}, [("minimum", ("seed",), "integer", 0)], id="seed too small"),
    pytest.param({"seed": 4294967296}, [("maximum", ("seed",), "integer", 4294967295)], id="seed too big"),
    pytest.param({"seed": "7"}, [("type", ("seed",), "integer")], id="seed as a text"),
    pytest.param({"seed": True}, [("type", ("seed",), "integer")], id="seed as a boolean"),
    pytest.param({"seed": 10**400}, [("maximum", ("seed",), "integer", 4294967295)], id="seed of 400 digits"),
    pytest.param({"seed": math.nan}, [("type", ("seed",), "integer")], id="seed not a number"),
    pytest.param({"duration": 11}, [("maximum", ("duration",), "integer", 10)], id="duration too long"),
    pytest.param({"duration": 5.5}, [("type", ("duration",), "integer")], id="duration in half seconds"),
    pytest.param({"duration": 5.0}, [], id="5.0 is a whole number, as in JavaScript"),
    pytest.param({"promptText": ""}, [("min_length", ("promptText",), "string", 1)], id="empty prompt"),
    pytest.param({"watermark": True}, [], id="an unknown key is ignored"),
    pytest.param(
        {"contentModeration": {"publicFigureThreshold": "high", "b": 1, "a": 2}},
        [
            ("enum", ("contentModeration", "publicFigureThreshold"), "string", ("auto", "low")),
            ("unknown_keys", ("contentModeration",), ("b", "a")),
        ],
        id="inside an object, unknown keys as they stand",
    ),
    pytest.param(
        {"promptImage": [{"uri": IMAGE, "position": "first"}] * 2},
        [("max_items", ("promptImage",), "array", 1)],
        id="the one form that fits but for a measure speaks alone",
    ),
    pytest.param(
        {"seed": None, "zz": 1, "duration": 11, "ratio": "9:16", "promptText": ""},
        [
            ("enum", ("ratio",), "string", RATIOS),
            ("maximum", ("duration",), "integer", 10),
            ("min_length", ("promptText",), "string", 1),
            ("null", ("seed",), "integer"),
        ],
        id="all at once, in the contract's order",
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_issues_of_gen4_turbo(
    contract: Contract, image_to_video: Endpoint, change: dict[str, Json], expected: list[Json]
) -> None:
    body = {key: value for key, value in {**GOOD, **change}.items() if value is not ABSENT}
    assert told(contract.validate(image_to_video, body)) == expected


def test_unknown_keys_of_a_closed_body_come_last(contract: Contract, image_to_video: Endpoint) -> None:
    body = {"zz": 1, "model": "seedance2", "promptImage": IMAGE, "duration": 20, "aa": 2}
    assert told(contract.validate(image_to_video, body)) == [
        ("maximum", ("duration",), "integer", 15),
        ("unknown_keys", (), ("zz", "aa")),
    ]


@pytest.mark.parametrize(
    ("body", "value"),
    [({}, ABSENT), ({"model": "gen4-turbo"}, "gen4-turbo"), ({"model": None, "x": 1}, None), ({"model": 5}, 5)],
    ids=["missing", "unknown", "null", "a number"],
)
def test_without_a_known_model_nothing_else_is_said(
    contract: Contract, image_to_video: Endpoint, body: JsonObject, value: Json
) -> None:
    (issue,) = contract.validate(image_to_video, body)
    assert (issue.kind, issue.path, issue.value, issue.expected) == ("discriminator", ("model",), value, "string")
    assert issue.allowed == image_to_video.models
    assert len(issue.allowed) == 25


@pytest.mark.parametrize("body", [[], "text", 5, True], ids=["list", "text", "number", "boolean"])
def test_a_body_that_is_no_object(contract: Contract, image_to_video: Endpoint, body: Json) -> None:
    (issue,) = contract.validate(image_to_video, body)
    assert (issue.kind, issue.path, issue.value, issue.expected) == ("type", (), body, "object")


def test_a_body_of_null_and_one_without_models(contract: Contract, image_to_video: Endpoint) -> None:
    assert told(contract.validate(image_to_video, None)) == [("null", (), "object")]
    recipe = contract.endpoints["recipes_product_ad"]
    assert told(contract.validate(recipe, [])) == [("type", (), "object")]
    assert told(contract.validate(recipe, None)) == [("null", (), "object")]


def test_a_union_says_what_each_form_found_wrong(contract: Contract, image_to_video: Endpoint) -> None:
    body = {**GOOD, "promptImage": [{"uri": IMAGE, "position": "last"}]}
    (issue,) = contract.validate(image_to_video, body)
    assert (issue.kind, issue.path, issue.expected, issue.value) == (
        "union",
        ("promptImage",),
        "string|array",
        body["promptImage"],
    )
    address, frames = issue.branches
    assert told(address) == [("union", ("promptImage",), "string")]
    assert [told(branch) for branch in address[0].branches] == [[("type", ("promptImage",), "string")]] * 3
    assert told(frames) == [("enum", ("promptImage", 0, "position"), "string", ("first",))]
    assert issue.nearest == frames


def test_a_bad_address_lists_the_three_kinds_of_address(contract: Contract, image_to_video: Endpoint) -> None:
    (issue,) = contract.validate(image_to_video, {**GOOD, "promptImage": "http://example.com/image.jpg"})
    address, frames = issue.branches
    assert told(frames) == [("type", ("promptImage",), "array")]
    assert [form["x-kind"] for branch in address[0].branches for form in [branch[0].schema]] == [
        "https-url",
        "runway-upload-uri",
        "data-uri",
    ]
    assert told(issue.nearest) == [("pattern", ("promptImage",), "string")]


def test_a_missing_union_lists_its_forms(contract: Contract, image_to_video: Endpoint) -> None:
    (issue,) = contract.validate(image_to_video, {key: GOOD[key] for key in GOOD if key != "promptImage"})
    assert told((issue,)) == [("missing", ("promptImage",), "string|array")]
    assert [told(branch) for branch in issue.branches] == [
        [("missing", ("promptImage",), "string")],
        [("missing", ("promptImage",), "array")],
    ]


def test_auto_beside_a_range(contract: Contract, image_to_video: Endpoint) -> None:
    body = {"model": "seedance2", "promptImage": IMAGE}
    assert contract.validate(image_to_video, {**body, "duration": "auto"}) == ()
    assert told(contract.validate(image_to_video, {**body, "duration": 3})) == [
        ("minimum", ("duration",), "integer", 4)
    ]
    (issue,) = contract.validate(image_to_video, {**body, "duration": "5"})
    assert [told(branch) for branch in issue.branches] == [
        [("type", ("duration",), "integer")],
        [("enum", ("duration",), "string", ("auto",))],
    ]


TAGGED = [
    pytest.param(
        {"type": "sound", "uri": IMAGE},
        [("discriminator", ("character", "type"), "string", ("image", "video"))],
        id="unknown",
    ),
    pytest.param(
        {"uri": IMAGE}, [("discriminator", ("character", "type"), "string", ("image", "video"))], id="missing"
    ),
    pytest.param({"type": "video"}, [("missing", ("character", "uri"), "string")], id="the form that is meant"),
    pytest.param("text", [("type", ("character",), "object")], id="no object"),
]


@pytest.mark.parametrize(("character", "expected"), TAGGED)
def test_a_tagged_union_speaks_of_the_form_that_is_meant(
    contract: Contract, character: Json, expected: list[Json]
) -> None:
    body = {"model": "act_two", "character": character, "reference": {"type": "video", "uri": IMAGE}}
    assert told(contract.validate(contract.endpoints["character_performance"], body)) == expected


FRAME, LAST = {"uri": IMAGE, "position": "first"}, {"uri": IMAGE, "position": "last"}
FRAMES = "Duplicate position values are not allowed. Each position (`first`, `last`) may only be used once."
RULES = [
    pytest.param({"promptImage": [FRAME, LAST]}, [], id="both frames"),
    pytest.param(
        {"promptImage": [LAST]},
        [("rule", ("promptImage",), "You must specify a frame in position `first`.")],
        id="last alone",
    ),
    pytest.param({"promptImage": [FRAME, FRAME]}, [("rule", ("promptImage",), FRAMES)], id="first twice"),
    pytest.param(
        {"promptImage": [FRAME, FRAME], "duration": 9},
        [("enum", ("duration",), "integer", (4, 6, 8))],
        id="not beside a wrong shape",
    ),
    pytest.param(
        {"promptImage": [FRAME, FRAME], "promptText": ""},
        [("min_length", ("promptText",), "string", 1), ("rule", ("promptImage",), FRAMES)],
        id="after a wrong measure",
    ),
]


@pytest.mark.parametrize(("change", "expected"), RULES)
def test_rules_between_fields(
    contract: Contract, image_to_video: Endpoint, change: JsonObject, expected: list[Json]
) -> None:
    body = {"model": "veo3.1", "ratio": "1280:720", **change}
    assert told(contract.validate(image_to_video, body)) == expected


def _rule_cases(contract: Contract) -> set[str]:
    schemas = contract.document["components"]["schemas"].values()
    return {rule["x-rule"] for schema in schemas for rule in schema.get("allOf", ())}


URI = {"uri": IMAGE}
KEYFRAME = {"at": 0, **URI}
SPAN = {"start_seconds": 0, "end_seconds": 2}
BROKEN = [
    ("image_to_video", "gen4.5", {"proresProfile": "422"}, "prores_profile_needs_format"),
    ("text_to_video", "gen4.5", {"proresProfile": "422 LT", "outputFormat": "hdr_prores"}, "hdr_prores_profiles"),
    ("video_to_video", "aleph2", {"proresProfile": "422", "outputFormat": "mp4"}, "aleph2_prores"),
    ("video_to_hdr", "ruby", {"proresProfile": "422"}, "ruby_prores"),
    ("video_to_video", "aleph2", {"keyframes": [KEYFRAME, {**KEYFRAME, "range": SPAN}]}, "aleph2_keyframe_ranges"),
    ("text_to_video", "seedance2_5", {"draft": True, "outputFormat": "mov"}, "seedance25_draft_mp4"),
    ("text_to_video", "seedance2_5", {"draftTaskId": "x", "seed": 1}, "seedance25_draft_task_alone"),
    ("image_to_video", "veo3.1", {"promptImage": [LAST]}, "last_needs_first"),
    ("image_to_video", "h3_max", {"promptImage": [FRAME, FRAME]}, "positions_once"),
    ("image_to_video", "seedance2", {"promptImage": [FRAME, URI]}, "no_mixed_modes"),
    ("image_to_video", "wan3", {"promptImage": [FRAME], "ratio": "1280:720"}, "wan_keyframes_need_auto_ratio"),
    ("text_to_video", "hailuo3", {"ratio": "adaptive"}, "hailuo_adaptive_needs_reference"),
    ("text_to_image", "bria_fibo_edit_1_5", {"ratio": "1024:1024", "referenceImages": [URI]}, "bria_edit_ratio"),
    ("text_to_image", "ideogram_4_5", {"quality": "very_low"}, "ideogram45_very_low"),
    ("text_to_image", "ideogram_4_5", {"maskUri": IMAGE, "ratio": "auto"}, "ideogram45_ratio_alone"),
    ("text_to_image", "ideogram_4_5", {"preciseEdit": True}, "ideogram45_precise_needs_reference"),
    ("text_to_image", "grok_imagine_image_2", {"edit": True}, "grok_edit_needs_reference"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "model", "change", "rule"), BROKEN, ids=[case[3] for case in BROKEN])
def test_every_rule_can_be_broken(contract: Contract, key: str, model: str, change: JsonObject, rule: str) -> None:
    from harness.provider.examples import smallest

    endpoint = contract.endpoints[key]
    body = {**smallest(contract, endpoint, model), **change}
    (issue,) = contract.validate(endpoint, body)
    assert (issue.kind, issue.schema["x-rule"]) == ("rule", rule)
    assert issue.path[0] in change
    assert issue.text


def test_the_table_of_rules_is_complete(contract: Contract) -> None:
    assert {case[3] for case in BROKEN} == _rule_cases(contract)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("x" * 1000, True), ("x" * 1001, False), ("😀" * 500, True), ("😀" * 501, False), ("é" * 1000, True)],
    ids=["1000 letters", "1001 letters", "500 emoji", "501 emoji", "1000 accents"],
)
def test_lengths_count_utf_16_units(contract: Contract, image_to_video: Endpoint, text: str, *, fits: bool) -> None:
    issues = contract.validate(image_to_video, {**GOOD, "promptText": text})
    assert told(issues) == ([] if fits else [("max_length", ("promptText",), "string", 1000)])
    assert fits or issues[0].value == text


def test_lengths_count_code_points_where_the_document_says_nothing() -> None:
    schema = {"type": "object", "properties": {"text": {"type": "string", "maxLength": 2}}}
    document = {"paths": {"/make": {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}}}
    contract = Contract(document, version="1")
    assert contract.validate(contract.endpoints["make"], {"text": "😀😀"}) == ()


def _nested(depth: int) -> Json:
    value: Json = 1
    for _ in range(depth):
        value = {"n": [value]}
    return value


HOSTILE = [
    pytest.param({**GOOD, "promptText": "a\ud800b"}, [], id="half a surrogate pair"),
    pytest.param({**GOOD, "\ud800": "\udfff"}, [], id="half a surrogate pair in a key"),
    pytest.param({**GOOD, "zz": _nested(400)}, [], id="800 levels of unknown things"),
    pytest.param({**GOOD, "ratio": "\x00"}, [("enum", ("ratio",), "string", RATIOS)], id="a NUL"),
    pytest.param({**GOOD, "seed": -math.inf}, [("type", ("seed",), "integer")], id="infinity"),
    pytest.param(dict([*GOOD.items(), (5, "x")]), [], id="a key that is a number"),
    pytest.param({**GOOD, "ratio": ("720:1280",)}, [("enum", ("ratio",), "string", RATIOS)], id="a tuple"),
]


@pytest.mark.parametrize(("body", "expected"), HOSTILE)
def test_hostile_bodies_are_read_calmly(
    contract: Contract, image_to_video: Endpoint, body: Json, expected: list[Json]
) -> None:
    assert told(contract.validate(image_to_video, body)) == expected


def test_a_closed_body_names_a_key_with_half_a_pair(contract: Contract, image_to_video: Endpoint) -> None:
    (issue,) = contract.validate(image_to_video, {"model": "seedance2", "promptImage": IMAGE, "\ud800": 1})
    assert (issue.kind, issue.keys) == ("unknown_keys", ("\ud800",))


def _asset(characters: int) -> Asset:
    head = b"data:image/jpeg;base64,"
    return Asset(
        label="a.jpg",
        media_type="image/jpeg",
        data_uri=head + b"A" * (characters - len(head)),
        size_bytes=characters,
        sha256="0" * 64,
        declared="0" * 64,
    )


def test_assets_are_judged_by_what_they_send(contract: Contract, image_to_video: Endpoint) -> None:
    assert contract.validate(image_to_video, {**GOOD, "promptImage": _asset(5_242_880)}) == ()
    (issue,) = contract.validate(image_to_video, {**GOOD, "promptImage": _asset(5_242_881)})
    assert issue.kind == "union"
    assert ("max_length", ("promptImage",), "string", 5_242_880) in told(issue.nearest)
    frames = [{"uri": _asset(100), "position": "first"}]
    assert contract.validate(image_to_video, {**GOOD, "promptImage": frames}) == ()
    plain = contract.plain({**GOOD, "promptImage": frames})
    assert plain["promptImage"][0]["uri"] == _asset(100).data_uri.decode()
    assert json.loads(json.dumps(plain)) == plain
    assert contract.plain({"text": "\ud800😀", "list": (1, None)}) == {"text": "\ud800😀", "list": [1, None]}


def test_undocumented_keys_at_any_depth(contract: Contract, image_to_video: Endpoint) -> None:
    body = {
        **GOOD,
        "watermark": True,
        "promptImage": [{"uri": IMAGE, "position": "first", "crop": 1}],
        "contentModeration": {"level": 1},
    }
    assert contract.undocumented(image_to_video, body) == (
        ("promptImage", 0, "crop"),
        ("watermark",),
        ("contentModeration", "level"),
    )
    assert contract.undocumented(image_to_video, {"model": "gen4-turbo", "x": 1}) == ()
    assert contract.undocumented(image_to_video, [1]) == ()


@pytest.mark.parametrize(
    ("more", "path", "meant"),
    [
        pytest.param({"sed": 5}, ("sed",), ("seed",), id="mistyped"),
        pytest.param({"content_moderation": {}}, ("content_moderation",), ("contentModeration",), id="in-snake-case"),
        pytest.param({"Seed": 5}, ("Seed",), ("seed",), id="in-capitals"),
        pytest.param({"sed": 5, "seed": 5}, ("sed",), None, id="there-already"),
        pytest.param({"watermark": False}, ("watermark",), None, id="like-none"),
        pytest.param({"model": "hailuo3", "ratio": "720:1280"}, ("ratio",), None, id="of-another-model"),
        pytest.param(
            {"promptImage": [{"uri": IMAGE, "positon": "first"}]},
            ("promptImage", 0, "positon"),
            ("promptImage", 0, "position"),
            id="inside-a-list",
        ),
        pytest.param(
            {"contentModeration": {"publicFigureTreshold": "low"}},
            ("contentModeration", "publicFigureTreshold"),
            ("contentModeration", "publicFigureThreshold"),
            id="inside-an-object",
        ),
        pytest.param({"model": "no-such-model", "sed": 5}, ("sed",), None, id="without-a-schema"),
        pytest.param({}, ("ratio", "width", 3), None, id="a-path-that-leads-nowhere"),
        pytest.param({}, (), None, id="no-path"),
    ],
)
def test_the_key_that_was_meant(
    contract: Contract, image_to_video: Endpoint, more: dict[str, Any], path: tuple[str | int, ...], meant: object
) -> None:
    assert contract.meant(image_to_video, {**GOOD, **more}, path) == meant


def test_keys_that_were_never_published_are_not_undocumented(contract: Contract, image_to_video: Endpoint) -> None:
    body = {"model": "wan3", "promptImage": [{"uri": IMAGE, "weight": 1}], "promptText": "x"}
    assert contract.undocumented(image_to_video, body) == ()
    workflow = {"nodeOutputs": {"any": {"name": {"type": "primitive", "value": 1, "more": 2}}}}
    assert contract.undocumented(contract.endpoints["workflows_id"], workflow) == (
        ("nodeOutputs", "any", "name", "more"),
    )


def test_deprecated_keys_and_values(contract: Contract, image_to_video: Endpoint) -> None:
    body = {"model": "hailuo3", "promptImage": IMAGE, "promptText": "x", "resolution": "2K"}
    assert contract.deprecated(image_to_video, body) == (Deprecation(path=("resolution",), value="2K", instead="2k"),)
    assert contract.deprecated(image_to_video, {**body, "resolution": "2k"}) == ()
    aleph = {"model": "aleph2", "videoUri": "https://example.com/a.mp4", "ratio": "1280:720"}
    assert contract.deprecated(contract.endpoints["video_to_video"], aleph) == (
        Deprecation(path=("ratio",), value="1280:720"),
    )


def test_rule_of_a_field(contract: Contract, image_to_video: Endpoint) -> None:
    ratio = contract.rule(image_to_video, GOOD, "ratio")
    assert ratio is not None
    assert (ratio.model, ratio.required, ratio.types, ratio.allowed) == ("gen4_turbo", True, ("string",), RATIOS)
    duration = contract.rule(image_to_video, GOOD, "duration")
    assert duration is not None
    assert (duration.required, duration.minimum, duration.maximum, duration.default) == (False, 2, 10, ABSENT)
    assert contract.rule(image_to_video, GOOD, "duration") is duration
    auto = contract.rule(image_to_video, {"model": "seedance2"}, "duration")
    assert auto is not None
    assert (auto.types, auto.allowed, auto.also) == (("integer", "string"), (), ("auto",))
    assert (auto.minimum, auto.maximum) == (4, 15)
    audio = contract.rule(image_to_video, {"model": "veo3.1"}, "audio")
    assert audio is not None
    assert audio.default is True
    old = contract.rule(image_to_video, {"model": "hailuo3"}, "resolution")
    assert old is not None
    assert old.replaced == {"768P": "768p", "2K": "2k"}


def test_rule_inside_a_list_of_a_union(contract: Contract, image_to_video: Endpoint) -> None:
    body = {**GOOD, "promptImage": [{"uri": IMAGE}]}
    position = contract.rule(image_to_video, body, "promptImage.0.position")
    assert position is not None
    assert (position.allowed, position.required) == (("first",), True)
    assert contract.rule(image_to_video, body, "promptImage.0.crop") is None
    uri = contract.rule(image_to_video, GOOD, "promptImage.0.uri")
    assert uri is not None
    assert uri.max_length == 5_242_880


@pytest.mark.parametrize(
    ("body", "model"),
    [
        ({"model": "gen4-turbo"}, "gen4_turbo"),
        ({"model": "veo3.1-fast"}, "veo3.1_fast"),
        ({"model": "???"}, None),
        ({}, None),
    ],
    ids=["a hyphen", "another hyphen", "nothing like it", "no model"],
)
def test_a_misspelt_model_counts_as_the_nearest(
    contract: Contract, image_to_video: Endpoint, body: JsonObject, model: str | None
) -> None:
    rule = contract.rule(image_to_video, body, "ratio")
    assert (rule.model if rule else None) == model


def test_the_rule_of_the_model_lists_the_models(contract: Contract, image_to_video: Endpoint) -> None:
    rule = contract.rule(image_to_video, {}, "model")
    assert rule is not None
    assert (rule.required, rule.allowed) == (True, image_to_video.models)
    assert contract.rule(image_to_video, GOOD, "nonsense") is None


def test_an_endpoint_that_the_contract_does_not_know(contract: Contract) -> None:
    endpoint = Endpoint(key="other", path="/other", poll_path="/other/{id}")
    assert contract.validate(endpoint, {"anything": 1}) == ()
    assert contract.undocumented(endpoint, {"anything": 1}) == ()
    assert contract.rule(endpoint, {}, "model") is None
    assert contract.schema(endpoint) == {}
    assert contract.response_schema(endpoint) == {}
    assert contract.tag(endpoint) is None


def test_what_else_a_contract_tells(contract: Contract, image_to_video: Endpoint) -> None:
    assert contract.errors == {"style": "zod4"}
    assert contract.version == "2026-11-22"
    assert contract.tag(image_to_video) == "model"
    assert contract.tag(contract.endpoints["recipes_multi_shot_video"]) == "mode"
    assert contract.tag(contract.endpoints["workflows_id"]) is None
    assert contract.fields(image_to_video, "gen4_turbo")[:3] == ("model", "promptImage", "ratio")
    assert contract.endpoints["workflows_id"].poll_path == "/v1/workflow_invocations/{id}"
    assert contract.endpoints["workflows_id"].kind is None
    assert contract.endpoints["text_to_image"].kind == "image"
    assert list(contract.compile_all()) == []


NOTE = [
    pytest.param({"duration": 4}, [("enum", ("duration",), "integer", (5, 10))], id="duration 4"),
    pytest.param({"ratio": "9:16"}, [("enum", ("ratio",), "string", RATIOS)], id="ratio"),
    pytest.param({"seed": None}, [("null", ("seed",), "integer")], id="seed null"),
    pytest.param({"watermark": "no"}, [("type", ("watermark",), "boolean")], id="watermark as a text"),
    pytest.param({"watermark": False, "seed": 1, "duration": 10}, [], id="all well"),
    pytest.param({"invented": 1}, [], id="open"),
]


@pytest.mark.parametrize(("change", "expected"), NOTE)
def test_the_note_of_2025_10(note: Provider, change: JsonObject, expected: list[Json]) -> None:
    assert note.contract is not None
    assert told(note.contract.validate(note.endpoints["image_to_video"], {**GOOD, **change})) == expected


def test_how_the_note_words_refusals(note: Provider) -> None:
    assert note.contract is not None
    errors = note.contract.errors
    assert errors["style"] == "flat-first"
    assert errors["unknown_model"] == {"status": 403, "text": "Model variant {model} is not available"}
    assert errors["texts"]["enum"] == "`{field}` must be one of: {allowed}"
    assert {"missing", "type", "null", "default"} <= set(errors["texts"])
    (issue,) = note.contract.validate(note.endpoints["image_to_video"], {**GOOD, "model": "gen4-turbo"})
    assert (issue.kind, issue.value, issue.allowed) == ("discriminator", "gen4-turbo", ("gen4_turbo",))
