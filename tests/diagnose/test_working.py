"""The search for a payload that works: stories against little APIs, without any input or output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.diagnose.rules import ContractRules, Rules
from harness.diagnose.working import Change, Search, Tried
from harness.model import Asset, JsonObject
from harness.provider import ABSENT, FieldRule, load
from harness.refusal.messages import read
from harness.refusal.records import RefusalIssue
from harness.scenario.pictures import Drawn
from harness.words import say

#: What an API answers: None accepts, else status and body.
Api = Callable[[JsonObject], tuple[int, Any] | None]

BASE = {
    "model": "gen4-turbo",
    "promptImage": "https://example.com/a.jpg",
    "promptText": "A wave",
    "ratio": "9:16",
    "seed": None,
    "duration": 5,
}
IMAGE = Asset(label="a.jpg", media_type="image/jpeg", data_uri=b"data:", size_bytes=1, sha256="0" * 64, declared="a")


class NoRules:
    """Nothing is known of the API."""

    def rule(self, payload: JsonObject, field: str) -> FieldRule | None:
        del payload, field
        return None

    def mistakes(self, payload: JsonObject) -> tuple[RefusalIssue, ...]:
        del payload
        return ()

    def example(self, payload: JsonObject, field: str) -> Any:
        del payload, field
        return ABSENT


def rules_of(contract: str | None) -> ContractRules:
    provider = load("runway", base=Path(), contract=contract)
    return ContractRules(provider, provider.endpoints["image_to_video"])


def tried(payload: JsonObject, name: str, api: Api, rules: Rules) -> Tried:
    answer = api(payload)
    if answer is None:
        return Tried(id=name, payload=payload, fate="worked", task_id=f"task of {name}")
    status, body = answer
    raw = body if isinstance(body, str) else None
    known = ("model", "ratio", "seed", "duration", "promptText", "promptImage") if rules.mistakes({}) else ()
    refusal = read(status, None if raw is not None else body, raw, payload=payload, known=known)
    return Tried(id=name, payload=payload, fate="refused", refusal=refusal)


def search(
    base: JsonObject, api: Api, rules: Rules, others: Iterable[JsonObject] = (), most: int = 20
) -> tuple[Search, list[JsonObject]]:
    """The search when it is over, and what it sent."""
    steps = Search(base, rules, [tried(one, f"v-{n}", api, rules) for n, one in enumerate(others, 1)], most=most)
    sent: list[JsonObject] = []
    while (payload := steps.next()) is not None:
        sent.append(payload)
        steps.learn(tried(payload, f"p-{len(sent)}", api, rules))
    return steps, sent


def brief(changes: Iterable[Change]) -> dict[str, Any]:
    return {change.field: change.after for change in changes}


def first_mistake(payload: JsonObject) -> tuple[int, Any] | None:
    """The old API: one mistake at a time, in plain words."""
    if payload.get("model") != "gen4_turbo":
        return 403, {"error": f"Model variant {payload.get('model')} is not available."}
    if payload.get("ratio") not in {"1280:720", "720:1280"}:
        return 400, {"error": "`ratio` must be one of: 1280:720, 720:1280."}
    if "seed" in payload and not isinstance(payload["seed"], int):
        return 400, {"error": "`seed` must be a number."}
    return None


STORY = {"model": "gen4_turbo", "ratio": "720:1280", "seed": ABSENT}


@pytest.mark.parametrize(
    ("contract", "requests"), [("2025-10", 1), (None, 1), ("none", 4)], ids=["2025-10", "today", "none"]
)
def test_the_story_of_the_old_note(contract: str | None, requests: int) -> None:
    steps, sent = search(BASE, first_mistake, rules_of(contract))
    assert steps.found is not None
    assert steps.found.proof is not None
    assert (brief(steps.found.changes), len(sent)) == (STORY, requests)
    assert steps.found.patch == [
        {"op": "replace", "path": "/model", "value": "gen4_turbo"},
        {"op": "replace", "path": "/ratio", "value": "720:1280"},
        {"op": "remove", "path": "/seed"},
    ]
    assert [say(change.reason) for change in steps.found.changes] == [
        "Send model=gen4_turbo: the API's spelling.",
        "Send ratio=720:1280: the same shape in pixels.",
        "Leave seed out: it is optional, and null is no value.",
    ]
    proof = f"p-{requests}"
    assert (steps.found.proof.id, steps.found.proof.task_id) == (proof, f"task of {proof}")


def test_what_refused_variants_were_told_counts_for_the_baseline() -> None:
    others = [BASE, {**BASE, "model": "gen4_turbo"}, {**BASE, "model": "gen4_turbo", "ratio": "720:1280"}]
    steps, sent = search(BASE, first_mistake, NoRules(), others)
    assert sent == [
        {key: value for key, value in BASE.items() if key != "seed"} | {"model": "gen4_turbo", "ratio": "720:1280"}
    ]
    assert steps.found is not None
    assert {change.field: change.evidence for change in steps.found.changes} == {
        "model": ("v-1",),
        "ratio": ("v-2",),
        "seed": ("v-3",),
    }


def allowing(**allowed: tuple[Any, ...]) -> Api:
    """An API that states what each field may be, one mistake at a time; None among the values: may be left out."""

    def answer(payload: JsonObject) -> tuple[int, Any] | None:
        for field, values in allowed.items():
            if payload.get(field) not in values or (field in payload and payload[field] is None):
                shown = ", ".join(str(value) for value in values if value is not None)
                return 422, {"errors": [{"field": field, "message": f"{field} must be one of: {shown}"}]}
        return None

    return answer


def silent(api: Api) -> Api:
    return lambda payload: None if api(payload) is None else (400, {})


def long_prompt(payload: JsonObject) -> tuple[int, Any] | None:
    if len(payload.get("promptText", "")) <= 1000:
        return None
    return 400, {"error": {"message": "promptText: must be at most 1000 characters long"}}


def plain_number(payload: JsonObject) -> tuple[int, Any] | None:
    if isinstance(payload.get("duration", 0), int):
        return None
    detail = [{"loc": ["body", "duration"], "msg": "Input should be a valid integer", "type": "int_type"}]
    return 422, {"detail": detail}


def in_range(payload: JsonObject) -> tuple[int, Any] | None:
    if 2 <= payload.get("duration", 2) <= 10:
        return None
    return 400, {"error": "`duration` must be between 2 and 10."}


def needs_image(payload: JsonObject) -> tuple[int, Any] | None:
    if payload.get("promptImage"):
        return None
    return 400, {"error": "Validation failed", "issues": [{"path": ["promptImage"], "message": "Required"}]}


def no_such_key(payload: JsonObject) -> tuple[int, Any] | None:
    wrong = sorted(set(payload) - {"prompt", "size"})
    return (400, {"error": f"Unrecognized key: `{wrong[0]}`"}) if wrong else None


def never(payload: JsonObject) -> tuple[int, Any] | None:
    del payload
    return 400, {"error": "no"}


OTHER = {"model": "gen4_turbo", "promptImage": "https://example.com/a.jpg", "ratio": "720:1280"}
SEEN = {**OTHER, "duration": 10}


@pytest.mark.parametrize(
    ("base", "api", "contract", "others", "changes", "requests"),
    [
        pytest.param(
            {**OTHER, "promptText": "x" * 1001}, long_prompt, None, (), {"promptText": "x" * 1000}, 1, id="too long"
        ),
        pytest.param(
            {**OTHER, "promptText": "x" * 1001}, long_prompt, "none", (), {"promptText": "x" * 1000}, 2, id="by words"
        ),
        pytest.param({**OTHER, "duration": "5"}, plain_number, None, (), {"duration": 5}, 1, id="number in quotes"),
        pytest.param({**OTHER, "duration": "5"}, plain_number, "none", (), {"duration": 5}, 2, id="so said"),
        pytest.param({**OTHER, "duration": 99}, in_range, None, (), {"duration": 10}, 1, id="out of range"),
        pytest.param({**OTHER, "duration": 99}, in_range, "none", (), {"duration": 10}, 2, id="the range is said"),
        pytest.param(
            {key: value for key, value in OTHER.items() if key != "promptImage"},
            needs_image,
            None,
            (),
            {"promptImage": Drawn()},
            1,
            id="missing image",
        ),
        pytest.param(
            {key: value for key, value in OTHER.items() if key != "promptImage"},
            needs_image,
            "none",
            ({"model": "gen4.5", "promptImage": IMAGE},),
            {"promptImage": IMAGE},
            2,
            id="an image that another variant sent",
        ),
        pytest.param(
            {"style": "noir", "size": "9:16", "fps": 25},
            allowing(style=("film-noir", "anime"), size=("768x1344", "1344x768"), fps=(24, 30, None)),
            "none",
            (),
            {"style": "film-noir", "size": "768x1344", "fps": 24},
            4,
            id="allowed values are said",
        ),
        pytest.param(
            {"prompt": "a", "length": 3, "size": "s"}, no_such_key, "none", (), {"length": ABSENT}, 2, id="unknown key"
        ),
        pytest.param(
            {**OTHER, "duration": 11},
            allowing(duration=(5, 10)),
            "none",
            (SEEN,),
            {"duration": 10},
            1,
            id="what a variant sent is not sent again",
        ),
        pytest.param(
            {**OTHER, "duration": 11, "promptText": "z"},
            allowing(promptText=("a", "b"), duration=(5, 8, 10)),
            "none",
            ({**SEEN, "promptText": "b"},),
            {"duration": 10, "promptText": "b"},
            2,
            id="seen to be accepted",
        ),
        pytest.param(
            {**OTHER, "ratio": "9:16"},
            allowing(ratio=("1280:720", "720:1280", "1080:1920")),
            "none",
            ({**OTHER, "ratio": "1280:720"},),
            {"ratio": "720:1280"},
            2,
            id="another shape that was seen makes no landscape of a portrait",
        ),
        pytest.param(
            {**OTHER, "ratio": "9:16"},
            allowing(ratio=("1280:720", "720:1280", "1080:1920")),
            "none",
            ({**OTHER, "ratio": "1280:720"}, {**OTHER, "ratio": "1080:1920"}),
            {"ratio": "1080:1920"},
            1,
            id="of the same shape the one that was seen",
        ),
        pytest.param(
            {**OTHER, "ratio": "704x1280"},
            allowing(ratio=("1280:720", "720:1280", "1080:1920")),
            "none",
            ({**OTHER, "ratio": "1080:1920"},),
            {"ratio": "720:1280"},
            2,
            id="a size is not another size",
        ),
        pytest.param(
            {**OTHER, "ratio": "9:21"},
            allowing(ratio=("1280:720", "720:1280")),
            "none",
            ({**OTHER, "ratio": "1280:720"},),
            {"ratio": "720:1280"},
            2,
            id="the nearest shape where there is none of the same",
        ),
        pytest.param(
            {**OTHER, "duration": 7},
            allowing(duration=(5, 10)),
            "none",
            ({**OTHER, "duration": 10},),
            {"duration": 5},
            2,
            id="the nearest number before one that was seen",
        ),
        pytest.param(
            {**OTHER, "model": "gen4_turbo_x"},
            allowing(model=("gen4.5", "gen4_turbo")),
            "none",
            ({**OTHER, "model": "gen4.5"},),
            {"model": "gen4_turbo"},
            2,
            id="the most similar name before one that was seen",
        ),
        pytest.param(
            BASE,
            silent(first_mistake),
            "none",
            (),
            STORY,
            3,
            id="without a word: as it is usually written, all at once",
        ),
        pytest.param(
            {"prompt": "a", "loop": True, "size": "s"},
            silent(no_such_key),
            "none",
            (),
            {"loop": ABSENT},
            3,
            id="without a word: one field less",
        ),
        pytest.param(
            {"prompt": "a", "size": "s"},
            silent(allowing(size=("m",))),
            "none",
            ({"prompt": "a", "size": "l"}, {"prompt": "", "size": "m"}),
            None,
            0,
            id="a variant that works is there already",
        ),
    ],
)
def test_stories(
    base: JsonObject,
    api: Api,
    contract: str | None,
    others: tuple[JsonObject, ...],
    changes: Mapping[str, Any] | None,
    requests: int,
) -> None:
    rules: Rules = NoRules() if contract == "none" else rules_of(contract)
    steps, sent = search(base, api, rules, others)
    if changes is None:
        near = steps.nearest()
        assert near is not None
        return
    assert steps.found is not None
    assert (brief(steps.found.changes), len(sent)) == (changes, requests)


@given(
    st.dictionaries(st.sampled_from(list(BASE)), st.sampled_from([None, 1, "1", "a-b", "9:16", True]), min_size=1),
    st.dictionaries(
        st.sampled_from(list(BASE)),
        st.lists(st.sampled_from([1, "1", "a_b", "720:1280", True, "x"]), min_size=1, max_size=3).map(tuple),
    ),
    st.sampled_from([silent, lambda api: api]),
    st.sampled_from([None, "none"]),
    st.integers(1, 12),
)
def test_nothing_is_sent_twice_and_the_changes_make_the_payload(
    base: JsonObject, allowed: Any, speech: Callable[[Api], Api], contract: str | None, most: int
) -> None:
    api = allowing(**allowed)
    steps, sent = search(base, speech(api), NoRules() if contract else rules_of(None), most=most)
    assert len(sent) <= most
    keys = [repr(sorted(payload.items(), key=repr)) for payload in sent]
    assert len(set(keys)) == len(keys)
    if steps.found is not None:
        assert api(steps.found.payload) is None
        made = {**base, **brief(steps.found.changes)}
        assert {key: value for key, value in made.items() if value is not ABSENT} == steps.found.payload


def test_an_api_that_refuses_everything_ends_the_search_at_its_bound() -> None:
    steps, sent = search(BASE, never, rules_of(None), most=3)
    assert (steps.found, len(sent)) == (None, 3)


@pytest.mark.parametrize("fate", ["accepted", "unclear"])
def test_an_answer_that_proves_nothing_ends_the_search(fate: Any) -> None:
    steps = Search(BASE, rules_of(None))
    payload = steps.next()
    assert payload is not None
    steps.learn(Tried(id="p-1", payload=payload, fate=fate))
    assert steps.next() is None
    assert (steps.found is not None, steps.found is not None and steps.found.works) == (fate == "accepted", False)


def test_a_proposal_is_made_without_sending_anything() -> None:
    steps = Search(BASE, rules_of("2025-10"), [tried(BASE, "v-1", first_mistake, rules_of("2025-10"))])
    proposal = steps.proposal()
    assert proposal is not None
    assert (brief(proposal.changes), proposal.proof) == (STORY, None)
    assert {change.field: change.evidence for change in proposal.changes} == {
        "model": ("v-1",),
        "ratio": ("contract",),
        "seed": ("contract",),
    }


def test_nothing_is_proposed_where_nothing_is_known() -> None:
    assert Search(BASE, NoRules(), [tried(BASE, "v-1", never, NoRules())]).proposal() is None


def test_the_api_is_believed_before_the_contract() -> None:
    base = {**OTHER, "ratio": "720:1280"}
    steps, sent = search(base, allowing(ratio=("1104:832", "1584:672")), rules_of(None), [base])
    assert steps.found is not None
    assert (brief(steps.found.changes), len(sent)) == ({"ratio": "1104:832"}, 1)


def test_of_a_combination_one_part_is_changed() -> None:
    def api(payload: JsonObject) -> tuple[int, Any] | None:
        if payload.get("duration") == 8 and payload.get("size") == "4k":
            return 400, {"error": "`size` cannot be combined with `duration` 8."}
        return None

    steps, sent = search({"size": "4k", "duration": 8}, api, NoRules(), [{"size": "4k", "duration": 8}])
    assert steps.found is not None
    assert (len(steps.found.changes), len(sent)) == (1, 1)
