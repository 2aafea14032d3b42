"""All endpoint × model pairs of the contract of today: what the examples, the issues and the schema say must agree."""

from __future__ import annotations

import inspect
import pathlib
from collections.abc import Callable, Iterator, Mapping
from functools import wraps

import pytest

from harness.model import Json, JsonObject
from harness.provider import ABSENT, Contract, Endpoint, FieldRule, load
from harness.provider.examples import full, smallest

PROVIDER = load("runway", base=pathlib.Path())
assert PROVIDER.contract is not None
CONTRACT: Contract = PROVIDER.contract


def _pairs() -> Iterator[tuple[Endpoint, str | None]]:
    for endpoint in CONTRACT.endpoints.values():
        tags = CONTRACT.rule(endpoint, {}, CONTRACT.tag(endpoint) or "")
        if tags is None:
            yield endpoint, None
        else:
            yield from ((endpoint, str(tag)) for tag in tags.allowed)


PAIRS = list(_pairs())
IDS = [f"{endpoint.key}-{model}" for endpoint, model in PAIRS]


def each_pair(test: Callable[..., None]) -> Callable[..., None]:
    """The test for every pair, as one: it fails with all pairs for which it fails. (A test a pair is 1,443 tests.)"""
    signature = inspect.signature(test)
    more = [given for name, given in signature.parameters.items() if name not in {"endpoint", "model"}]

    @wraps(test)
    def whole(**given: object) -> None:
        broken = []
        for (endpoint, model), name in zip(PAIRS, IDS, strict=True):
            try:
                test(endpoint=endpoint, model=model, **given)
            except Exception as error:  # noqa: BLE001 - told below, with the others
                broken.append(f"{name}: {type(error).__name__}: {error}")
        assert not broken, "\n\n".join(broken)

    whole.__signature__ = signature.replace(parameters=more)  # type: ignore[attr-defined]
    return whole


#: Fields that the fullest body leaves out, because a rule joins them to another field.
LEFT_OUT = {
    ("gen4.5", "proresProfile"),
    ("aleph2", "proresProfile"),
    ("ruby", "proresProfile"),
    ("seedance2_5", "draftTaskId"),
    ("ideogram_4_5", "ratio"),
    ("ideogram_4_5", "quality"),
    ("bria_fibo_edit_1_5", "ratio"),
}


def test_the_pairs_are_those_of_the_facts() -> None:
    assert len(PAIRS) == 111
    assert len(CONTRACT.endpoints) == 26
    assert len({model for endpoint in CONTRACT.endpoints.values() for model in endpoint.models}) == 62


@each_pair
def test_the_smallest_body_is_valid_and_holds_what_is_required(endpoint: Endpoint, model: str | None) -> None:
    body = smallest(CONTRACT, endpoint, model)
    assert CONTRACT.validate(endpoint, body) == ()
    assert set(body) == set(CONTRACT.schema(endpoint, model).get("required", ()))


@each_pair
def test_the_fullest_body_is_valid_and_holds_every_field(endpoint: Endpoint, model: str | None) -> None:
    body = full(CONTRACT, endpoint, model)
    assert CONTRACT.validate(endpoint, body) == ()
    left_out = {(str(model), name) for name in CONTRACT.fields(endpoint, model) if name not in body}
    assert left_out <= LEFT_OUT
    assert CONTRACT.undocumented(endpoint, body) == ()


def _rule(endpoint: Endpoint, body: JsonObject, name: str) -> FieldRule:
    rule = CONTRACT.rule(endpoint, body, name)
    assert rule is not None
    return rule


@each_pair
def test_a_wrong_value_is_named_by_its_path(endpoint: Endpoint, model: str | None) -> None:
    good = full(CONTRACT, endpoint, model)
    tag = CONTRACT.tag(endpoint)
    for name in CONTRACT.fields(endpoint, model):
        rule = _rule(endpoint, good, name)
        wrong: Json = 7.25 if "object" in rule.types else {}
        issues = CONTRACT.validate(endpoint, {**good, name: wrong})
        assert [issue.path[:1] for issue in issues] == [(name,)], name
        assert issues[0].value == wrong
        assert issues[0].kind == ("discriminator" if name == tag else issues[0].kind)
        (null,) = CONTRACT.validate(endpoint, {**good, name: None})
        assert (null.kind, null.path) == ("discriminator" if name == tag else "null", (name,))


@each_pair
def test_a_missing_field_is_named_by_its_path(endpoint: Endpoint, model: str | None) -> None:
    good = smallest(CONTRACT, endpoint, model)
    for name in good:
        (issue,) = CONTRACT.validate(endpoint, {key: value for key, value in good.items() if key != name})
        assert issue.path == (name,)
        assert issue.kind == ("discriminator" if name == CONTRACT.tag(endpoint) else "missing")
        assert issue.value is ABSENT


@each_pair
def test_an_unknown_key_is_refused_where_the_object_is_closed_and_always_undocumented(
    endpoint: Endpoint, model: str | None
) -> None:
    body = {**smallest(CONTRACT, endpoint, model), "invented": 1, "watermark": True}
    issues = CONTRACT.validate(endpoint, body)
    if CONTRACT.schema(endpoint, model).get("additionalProperties") is False:
        assert [(issue.kind, issue.path, issue.keys) for issue in issues] == [
            ("unknown_keys", (), ("invented", "watermark"))
        ]
    else:
        assert issues == ()
    assert CONTRACT.undocumented(endpoint, body) == (("invented",), ("watermark",))


BOUNDS = [
    ("minimum", -1, "minimum"),
    ("maximum", 1, "maximum"),
    ("min_length", -1, "min_length"),
    ("max_length", 1, "max_length"),
    ("min_items", -1, "min_items"),
    ("max_items", 1, "max_items"),
]


def _sized(rule: FieldRule, name: str, amount: float, like: Json) -> Json:
    """A value at a bound: a number, a text of a length, a list of a size."""
    if name.endswith("items"):
        item = like[0] if isinstance(like, list) else {"uri": "https://example.com/image.jpg", "position": "first"}
        return [item] * int(amount)
    if name.endswith("length"):
        return "x" * int(amount)
    return amount if "number" in rule.types else int(amount)


@pytest.mark.parametrize(("bound", "step", "kind"), BOUNDS, ids=[item[0] for item in BOUNDS])
@each_pair
def test_bounds_are_accepted_and_one_beyond_is_refused(
    endpoint: Endpoint, model: str | None, bound: str, step: int, kind: str
) -> None:
    good = full(CONTRACT, endpoint, model)
    for name in CONTRACT.fields(endpoint, model):
        rule = _rule(endpoint, good, name)
        limit = getattr(rule, bound)
        if limit is None or rule.pattern or name == CONTRACT.tag(endpoint) or "x-media" in rule.schema:
            continue
        if bound.endswith("length") and "array" in rule.types:
            continue  # the texts are media addresses
        at = CONTRACT.validate(endpoint, {**good, name: _sized(rule, bound, limit, good.get(name))})
        assert [issue for issue in at if issue.kind != "rule"] == [], name
        if limit + step < 0 and not bound.endswith("imum"):
            continue
        found = CONTRACT.validate(endpoint, {**good, name: _sized(rule, bound, limit + step, good.get(name))})
        (beyond,) = [issue for issue in found if issue.kind != "rule"]
        assert (beyond.kind, beyond.path, beyond.bound) == (kind, (name,), limit)


@each_pair
def test_every_allowed_value_is_accepted_and_another_is_refused(endpoint: Endpoint, model: str | None) -> None:
    good = full(CONTRACT, endpoint, model)
    for name in CONTRACT.fields(endpoint, model):
        rule = _rule(endpoint, good, name)
        if not rule.allowed or name == CONTRACT.tag(endpoint):
            continue
        for value in rule.allowed:
            issues = CONTRACT.validate(endpoint, {**good, name: value})
            assert [issue for issue in issues if issue.kind != "rule"] == [], (name, value)
        (issue,) = CONTRACT.validate(endpoint, {**good, name: "none of them"})
        assert (issue.kind, issue.path, issue.allowed) == ("enum", (name,), rule.allowed)


@each_pair
def test_the_answer_of_a_create_holds_an_id(endpoint: Endpoint, model: str | None) -> None:
    del model
    assert "id" in CONTRACT.response_schema(endpoint)["required"]
    assert CONTRACT.response_schema(endpoint, 400).get("required", ["error"]) == ["error"]


def test_examples_are_always_the_same_and_name_their_model() -> None:
    for endpoint, model in PAIRS:
        body = full(CONTRACT, endpoint, model)
        assert body == full(CONTRACT, endpoint, model)
        tag = CONTRACT.tag(endpoint)
        assert tag is None or body[tag] == model


def test_media_examples_are_addresses_of_the_right_kind() -> None:
    endpoint = CONTRACT.endpoints["character_performance"]
    assert full(CONTRACT, endpoint, "act_two")["reference"] == {"type": "video", "uri": "https://example.com/video.mp4"}
    sound = full(CONTRACT, CONTRACT.endpoints["voice_isolation"], "eleven_voice_isolation")
    assert sound["audioUri"] == "https://example.com/audio.mp3"


def test_the_contract_has_prices_in_no_second_place() -> None:
    assert not any("credits" in str(key).lower() for key in _keys(CONTRACT.document["components"]) if "x-" in str(key))


def _keys(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)
