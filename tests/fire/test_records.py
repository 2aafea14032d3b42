"""Outcomes to JSON and back: nothing is lost, nothing is believed blindly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from harness.fire import outcome_from_json, outcome_to_json, records
from harness.model import Json, Outcome, Output, Phrase, Problem, TaskState, Until

_TEXT = st.text(max_size=12)
_MAYBE_TEXT = st.none() | _TEXT
_COUNT = st.integers(0, 10**6)
_AMOUNT = st.none() | st.integers(0, 10**6) | st.floats(0, 1e9)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_OUTPUTS = st.builds(
    Output, url=_TEXT, file=_MAYBE_TEXT, size_bytes=st.none() | _COUNT, kind=_MAYBE_TEXT, width=st.none() | _COUNT,
    height=st.none() | _COUNT, duration_s=_AMOUNT, problem=_MAYBE_TEXT,
)  # fmt: skip
_OUTCOMES = st.builds(
    Outcome, variant_id=_TEXT, attempts=_COUNT, http_status=st.none() | _COUNT, response=_JSON, raw=_MAYBE_TEXT,
    task_id=_MAYBE_TEXT, task_state=st.none() | st.sampled_from(TaskState), task_word=_MAYBE_TEXT, failure=_MAYBE_TEXT,
    failure_code=_MAYBE_TEXT, polls=_COUNT, estimated_credits=_AMOUNT, charged_credits=_AMOUNT, queued_s=_AMOUNT,
    running_s=_AMOUNT, total_s=_AMOUNT, outputs=st.lists(_OUTPUTS, max_size=2).map(tuple),
    problem=st.none() | st.builds(Problem, code=_TEXT, text=_TEXT, maybe_created=st.booleans()),
    skipped=st.none() | st.builds(Phrase, key=_TEXT, params=st.dictionaries(_TEXT, _TEXT, max_size=2)),
    until=st.sampled_from(Until),
)  # fmt: skip


@given(_OUTCOMES)
def test_an_outcome_comes_back_as_it_was(outcome: Outcome) -> None:
    document = json.loads(json.dumps(outcome_to_json(outcome), allow_nan=False))
    assert outcome_from_json(document) == outcome


def test_a_whole_outcome() -> None:
    outcome = Outcome(
        variant_id="v-1",
        attempts=1,
        http_status=200,
        response={"id": "t"},
        task_id="t",
        task_state=TaskState.SUCCEEDED,
        polls=5,
        charged_credits=25.0,
        outputs=(Output(url="https://a/b.mp4", file="outputs/v-1.mp4", width=720),),
        problem=Problem(code="TASK.TIMEOUT", text="Late."),
        until=Until.FINISHED,
    )
    assert outcome_to_json(outcome) == {
        "variant_id": "v-1",
        "attempts": 1,
        "http_status": 200,
        "response": {"id": "t"},
        "task_id": "t",
        "task_state": "SUCCEEDED",
        "polls": 5,
        "charged_credits": 25.0,
        "outputs": [{"url": "https://a/b.mp4", "file": "outputs/v-1.mp4", "width": 720}],
        "problem": {"code": "TASK.TIMEOUT", "text": "Late."},
        "until": "finished",
    }


@pytest.mark.parametrize(
    ("record", "readers"), [(Outcome, records._OUTCOME), (Output, records._OUTPUT), (Problem, records._PROBLEM)]
)
def test_every_field_has_a_reader(record: type[Struct], readers: dict[str, object]) -> None:
    assert set(record.__struct_fields__) == set(readers)


def test_keys_of_a_newer_program_are_ignored() -> None:
    assert outcome_from_json({"variant_id": "v-1", "later": 1}) == Outcome(variant_id="v-1")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "outcome: expected an object, found list"),
        ({}, "outcome: there is no variant_id"),
        ({"variant_id": None}, "outcome.variant_id: expected str, found null"),
        ({"variant_id": "v", "polls": True}, "outcome.polls: expected int, found bool"),
        ({"variant_id": "v", "total_s": "1"}, "outcome.total_s: expected int or float, found str"),
        (
            {"variant_id": "v", "task_state": "BAKING"},
            "outcome.task_state: 'BAKING' is none of PENDING, THROTTLED, RUNNING, SUCCEEDED, FAILED, CANCELLED",
        ),
        ({"variant_id": "v", "outputs": {}}, "outcome.outputs: expected a list, found dict"),
        ({"variant_id": "v", "outputs": [{"url": 1}]}, "outcome.outputs[0].url: expected str, found int"),
        ({"variant_id": "v", "problem": {"code": "X"}}, "outcome.problem: there is no text"),
        (
            {"variant_id": "v", "problem": {"code": "X", "text": "", "maybe_created": 1}},
            "outcome.problem.maybe_created: expected bool, found int",
        ),
        (
            {"variant_id": "v", "skipped": {"key": "k", "params": {"a": 1}}},
            "outcome.skipped.params: expected an object of texts, found dict",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(document: Json, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        outcome_from_json(document)
    assert str(error.value) == message
