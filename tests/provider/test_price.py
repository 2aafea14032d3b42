from __future__ import annotations

import pathlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Json, JsonObject
from harness.provider import NONE, Endpoint, Provider, load
from harness.provider.conditions import Condition, Scope
from harness.provider.examples import full
from harness.provider.price import PerChars, PerItem, PriceRule, price

I2V, T2V, V2V, IMG = "image_to_video", "text_to_video", "video_to_video", "text_to_image"
URI = {"uri": "https://example.com/image.jpg"}
FRAME = {**URI, "position": "first"}

#: Section 8 of the facts, row by row: endpoint, payload, credits.
FACTS: list[tuple[str, JsonObject, float | None]] = [
    (I2V, {"model": "gen4_turbo", "duration": 2}, 10),
    (I2V, {"model": "gen4_turbo", "duration": 5}, 25),
    (I2V, {"model": "gen4_turbo", "duration": 10}, 50),
    (I2V, {"model": "gen4.5", "duration": 5}, 60),
    (T2V, {"model": "gen4.5", "duration": 5, "outputFormat": "mp4"}, 60),
    (I2V, {"model": "gen4.5", "duration": 5, "outputFormat": "prores"}, 85),
    (I2V, {"model": "gen4.5", "duration": 5, "outputFormat": "hdr10"}, 160),
    (I2V, {"model": "veo3.1", "duration": 8, "audio": True}, 320),
    (I2V, {"model": "veo3.1", "duration": 8}, 320),
    (I2V, {"model": "veo3.1", "duration": 8, "audio": False}, 160),
    (T2V, {"model": "veo3.1_fast", "duration": 4, "audio": True}, 60),
    (T2V, {"model": "veo3.1_fast", "duration": 4, "audio": False}, 40),
    (I2V, {"model": "seedance2", "duration": 5, "ratio": "1280:720"}, 180),
    (I2V, {"model": "seedance2", "duration": 5, "ratio": "1920:1080"}, 200),
    (I2V, {"model": "seedance2", "duration": 5, "ratio": "3840:2160"}, 750),
    (I2V, {"model": "seedance2_fast", "duration": 5}, 145),
    (I2V, {"model": "seedance2_mini", "duration": 5}, 80),
    (I2V, {"model": "seedance2_mini", "duration": 4}, 64),
    (I2V, {"model": "seedance2_5", "duration": 5, "ratio": "854:480"}, 100),
    (I2V, {"model": "seedance2_5", "duration": 4, "ratio": "854:480"}, 80),
    (I2V, {"model": "seedance2_5", "duration": 5, "ratio": "1280:720"}, 150),
    (I2V, {"model": "seedance2_5", "duration": 5, "ratio": "1920:1080"}, 340),
    (I2V, {"model": "hailuo3", "duration": 5, "resolution": "768p"}, 50),
    (I2V, {"model": "hailuo3", "duration": 5, "resolution": "2k"}, 75),
    (T2V, {"model": "hailuo3", "duration": 5, "resolution": "768p", "references": [URI, URI]}, 54),
    (I2V, {"model": "hailuo3", "duration": 5, "resolution": "768p", "promptImage": [URI, FRAME]}, 52),
    (T2V, {"model": "gemini_omni_flash", "duration": 10}, 100),
    (I2V, {"model": "grok_imagine_1_5", "duration": 5, "resolution": "480p"}, 55),
    (I2V, {"model": "grok_imagine_1_5", "duration": 5, "resolution": "720p"}, 80),
    (I2V, {"model": "kling3.0_standard", "duration": 5, "audio": True}, 65),
    ("character_performance", {"model": "act_two"}, 150),
    (V2V, {"model": "aleph2"}, 840),
    ("video_to_hdr", {"model": "ruby"}, 1200),
    (IMG, {"model": "gen4_image_turbo", "ratio": "1920:1080"}, 2),
    (IMG, {"model": "gen4_image", "ratio": "1280:720"}, 5),
    (IMG, {"model": "gen4_image", "ratio": "1920:1080"}, 8),
    (IMG, {"model": "gemini_2.5_flash"}, 5),
    (IMG, {"model": "muse_image", "outputCount": 3}, 3),
    (IMG, {"model": "bria_fibo_1_5", "ratio": "1024:1024"}, 5),
    (IMG, {"model": "bria_fibo_1_5", "ratio": "2048:2048"}, 10),
    (IMG, {"model": "ideogram_4_5", "quality": "very_low", "outputCount": 1}, 1),
    (IMG, {"model": "ideogram_4_5", "quality": "high", "outputCount": 2}, 50),
    ("text_to_speech", {"model": "eleven_multilingual_v2", "promptText": "x" * 50}, 1),
    ("text_to_speech", {"model": "eleven_multilingual_v2", "promptText": "x" * 51}, 2),
    ("sound_effect", {"model": "eleven_text_to_sound_v2"}, 2),
]  # fmt: skip

#: What the payload leaves open, at its dearest.
OPEN: list[tuple[str, JsonObject, float | None]] = [
    (I2V, {"model": "gen4_turbo"}, 50),
    (I2V, {"model": "veo3.1"}, 320),
    (I2V, {"model": "seedance2_fast", "duration": "auto"}, 435),
    (I2V, {"model": "seedance2_fast"}, 435),
    (I2V, {"model": "seedance2", "duration": 5}, 750),
    (T2V, {"model": "seedance2_5"}, 150),
    (I2V, {"model": "hailuo3", "duration": 5}, 75),
    (IMG, {"model": "ideogram_4_5", "outputCount": 1}, 25),
]

UNKNOWN: list[tuple[str, JsonObject]] = [
    (I2V, {"model": "kling3.0_standard", "duration": 5}),
    (I2V, {"model": "kling3.0_pro", "duration": 5}),
    (I2V, {"model": "grok_imagine_1_5", "duration": 5, "resolution": "1080p"}),
    (I2V, {"model": "grok_imagine_1_5", "duration": 5}),
    (I2V, {"model": "seedance2_5", "duration": 5, "ratio": "1280:720", "draft": True}),
    (I2V, {"model": "seedance2_5", "duration": 5, "ratio": "1280:720", "outputFormat": "mov"}),
    (T2V, {"model": "seedance2_5", "duration": 5, "ratio": "1280:720", "referenceVideos": [URI]}),
    (V2V, {"model": "seedance2_5", "duration": 5, "ratio": "1280:720"}),
    (V2V, {"model": "gemini_omni_flash"}),
    (IMG, {"model": "muse_image"}),
    (IMG, {"model": "grok_imagine_image_2", "outputCount": 1}),
    ("voice_isolation", {"model": "eleven_voice_isolation"}),
    ("workflows_id", {}),
    (I2V, {"model": "gen4-turbo", "duration": 5}),
    (I2V, {"model": None, "duration": 5}),
    (I2V, {"model": ["gen4_turbo"], "duration": 5}),
    (I2V, {"model": "gen4_turbo", "duration": "5"}),
    (I2V, {"model": "gen4_turbo", "duration": None}),
    (I2V, {"model": "gen4_turbo", "duration": True}),
    (I2V, {"model": "gen4_turbo", "duration": -5}),
    (I2V, {"model": "gen4_turbo", "duration": 0}),
    (I2V, {"model": "gen4_turbo", "duration": float("nan")}),
    (I2V, {"model": "gen4_turbo", "duration": float("inf")}),
    (I2V, {"model": "gen4_turbo", "duration": 10**400}),
]


def _id(case: Any) -> str:
    return ",".join(f"{name}={str(value)[:20]}" for name, value in case[1].items()) or case[0]


@pytest.mark.parametrize(("key", "payload", "expected"), FACTS, ids=map(_id, FACTS))
def test_the_table_of_the_facts(runway: Provider, key: str, payload: JsonObject, expected: float) -> None:
    assert runway.price(runway.endpoints[key], payload) == expected


@pytest.mark.parametrize(("key", "payload", "expected"), OPEN, ids=map(_id, OPEN))
def test_what_is_left_open_counts_at_its_dearest(
    runway: Provider, key: str, payload: JsonObject, expected: float
) -> None:
    assert runway.price(runway.endpoints[key], payload) == expected


@pytest.mark.parametrize(("key", "payload"), UNKNOWN, ids=map(_id, UNKNOWN))
def test_what_the_facts_do_not_tell_has_no_price(runway: Provider, key: str, payload: JsonObject) -> None:
    assert runway.price(runway.endpoints[key], payload) is None


def test_how_many_pairs_have_a_price(runway: Provider) -> None:
    contract = runway.contract
    assert contract is not None
    priced = {
        (endpoint.key, model)
        for endpoint in contract.endpoints.values()
        for model in endpoint.models
        if runway.price(endpoint, full(contract, endpoint, model)) is not None
    }
    assert len(priced) == 38


def test_every_price_rule_is_for_models_that_exist(runway: Provider) -> None:
    models = {model for endpoint in runway.endpoints.values() for model in endpoint.models}
    for rule in runway.profile.prices:
        assert rule.scope.models
        assert set(rule.scope.models) <= models
        assert set(rule.scope.endpoints) <= set(runway.endpoints)


def test_every_condition_of_a_price_names_values_that_the_contract_allows(runway: Provider) -> None:
    contract = runway.contract
    assert contract is not None
    for rule in runway.profile.prices:
        for endpoint in runway.endpoints.values():
            for model in set(rule.scope.models) & set(endpoint.models):
                for condition in rule.scope.when:
                    field = contract.rule(endpoint, {"model": model}, condition.field)
                    if (
                        field is not None
                        and field.allowed
                        and endpoint.key in (rule.scope.endpoints or (endpoint.key,))
                    ):
                        assert set(condition.values) & set(field.allowed), (endpoint.key, model, condition)


def test_the_note_of_2025_10_states_a_default(note: Provider) -> None:
    endpoint = note.endpoints[I2V]
    assert note.price(endpoint, {"model": "gen4_turbo"}) == 50
    assert note.price(endpoint, {"model": "gen4_turbo", "duration": 5}) == 25


def test_without_a_contract_only_what_is_stated_has_a_price() -> None:
    provider = load("runway", base=pathlib.Path(), contract=NONE)
    endpoint = provider.endpoints[I2V]
    assert provider.price(endpoint, {"model": "gen4_turbo", "duration": 5}) == 25
    assert provider.price(endpoint, {"model": "gen4_turbo"}) is None
    assert provider.price(endpoint, {"model": "veo3.1", "duration": 4}) == 160


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["auto", "", "1280:720", "mp4", "2k", "high"]),
    st.lists(st.just(URI), max_size=3),
)
_FIELDS = [
    "duration",
    "ratio",
    "audio",
    "outputFormat",
    "outputCount",
    "resolution",
    "quality",
    "references",
    "promptText",
]
_ENDPOINTS = sorted(load("runway", base=pathlib.Path()).endpoints.values(), key=lambda endpoint: endpoint.key)


@given(st.sampled_from(_ENDPOINTS), st.data(), st.dictionaries(st.sampled_from(_FIELDS), _VALUES))
def test_a_price_is_never_negative_and_always_finite(
    endpoint: Endpoint, data: st.DataObject, fields: dict[str, Json]
) -> None:
    provider = load("runway", base=pathlib.Path())
    model = data.draw(st.sampled_from(endpoint.models or ("none",)))
    found = provider.price(endpoint, {"model": model, **fields})
    assert found is None or 0 <= found < 1e12


RULES = [
    (PriceRule(scope=Scope(), flat=3), {}, 3),
    (PriceRule(scope=Scope(), flat=3, minimum=5), {}, 5),
    (PriceRule(scope=Scope()), {}, None),
    (PriceRule(scope=Scope(), flat=1, per_second=2), {"duration": 2.5}, 6),
    (PriceRule(scope=Scope(), per_second=2, seconds="seconds"), {"seconds": 4}, 8),
    (PriceRule(scope=Scope(unstated={"duration": 4}), per_second=2), {}, 8),
    (PriceRule(scope=Scope(), per_output=2, outputs="n"), {"n": 3}, 6),
    (PriceRule(scope=Scope(), per_output=2, outputs="n"), {}, None),
    (PriceRule(scope=Scope(), per_chars=PerChars(field="text", every=10, credits=2)), {"text": "x" * 11}, 4),
    (PriceRule(scope=Scope(), per_chars=PerChars(field="text", every=10, credits=2)), {}, None),
    (PriceRule(scope=Scope(), flat=1, per_item=(PerItem(field="refs", credits=2),)), {"refs": [1, 2]}, 5),
    (PriceRule(scope=Scope(), flat=1, per_item=(PerItem(field="refs", credits=2),)), {"refs": "one"}, 1),
    (PriceRule(scope=Scope(endpoints=("other",)), flat=1), {}, None),
    (PriceRule(scope=Scope(when=(Condition(field="hd", present=True),)), flat=1), {"hd": 1}, 1),
    (PriceRule(scope=Scope(when=(Condition(field="hd", present=True),)), flat=1), {"hd": None}, None),
    (PriceRule(scope=Scope(when=(Condition(field="hd", values=(True,)),)), flat=1), {"hd": 1}, None),
    (PriceRule(scope=Scope(when=(Condition(field="hd", values=(1, 2)),)), flat=1), {"hd": 2}, 1),
    (PriceRule(scope=Scope(when=(Condition(field="hd", values=(1, 2)),)), flat=1), {}, None),
]


@pytest.mark.parametrize(("rule", "payload", "expected"), RULES, ids=range(len(RULES)))
def test_each_kind_of_amount(rule: PriceRule, payload: JsonObject, expected: float | None) -> None:
    assert price([rule], "make", payload, lambda _field: None) == expected
