"""Variants and outcomes as rows of levels, and probe rows as variants."""

from __future__ import annotations

import pytest

from harness.diagnose import Evidence, History, Probe
from harness.diagnose.adapt import Levels, diagnoses
from harness.diagnose.evidence import Row
from harness.diagnose.whole import Explainer
from harness.model import Expectation, JsonObject, Outcome, Phrase, Problem, Source, Variant
from harness.provider import ABSENT

BASE: JsonObject = {
    "model": "gen4_turbo",
    "ratio": "720:1280",
    "duration": 5,
    "image": {"uri": "a", "position": "first"},
}


def variant(levels: JsonObject, payload: JsonObject) -> Variant:
    return Variant(
        id="v-1",
        scenario="s",
        endpoint="e",
        name="n",
        source=Source(file="s.yaml", line=3),
        payload=payload,
        levels=levels,
        expect=Expectation(kind="rejected"),
    )


RATIO = variant({"ratio": "9:16"}, {**BASE, "ratio": "9:16"})
NULL = variant({"seed": None, "duration": 10}, {**BASE, "seed": None, "duration": 10})
GONE = variant({"duration": {"$absent": True}}, {k: v for k, v in BASE.items() if k != "duration"})
DEEP = variant({"image.position": "last"}, {**BASE, "image": {"uri": "a", "position": "last"}})
LEVELS = (RATIO, NULL, GONE, DEEP)


def test_factors_are_what_differs_and_level_zero_is_the_baseline() -> None:
    levels = Levels(BASE, LEVELS)
    assert levels.factors == ("ratio", "seed", "duration", "image.position")
    assert levels.row(BASE) == (0, 0, 0, 0)
    assert [levels.row(one.payload) for one in LEVELS] == [(1, 0, 0, 0), (0, 1, 1, 0), (0, 0, 2, 0), (0, 0, 0, 1)]
    assert levels.counts() == (2, 2, 3, 2)
    assert levels.value(1, 0) is ABSENT
    assert levels.space().odd == {1: frozenset({0, 1}), 2: frozenset({2})}


def test_a_row_is_a_payload_again() -> None:
    levels = Levels(BASE, LEVELS)
    for payload in (BASE, *(one.payload for one in LEVELS)):
        assert levels.payload(levels.row(payload)) == payload
    assert levels.payload((1, 1, 2, 1)) == {
        "model": "gen4_turbo",
        "ratio": "9:16",
        "seed": None,
        "image": {"uri": "a", "position": "last"},
    }
    assert BASE["image"] == {"uri": "a", "position": "first"}


def test_a_key_inside_another_factor_is_part_of_it() -> None:
    whole = variant({"image": "b"}, {**BASE, "image": "b"})
    levels = Levels(BASE, (whole, DEEP))
    assert levels.factors == ("image",)
    assert levels.counts() == (3,)


def test_values_that_python_holds_equal_are_levels_of_their_own() -> None:
    one, true = variant({"seed": 1}, {**BASE, "seed": 1}), variant({"seed": True}, {**BASE, "seed": True})
    text = variant({"seed": "1"}, {**BASE, "seed": "1"})
    assert Levels(BASE, (one, true, text)).counts() == (4,)


def test_a_probe_is_a_variant_with_an_id_of_its_own() -> None:
    levels = Levels(BASE, LEVELS)
    probe = levels.variant((1, 0, 2, 0), RATIO)
    assert probe.id.startswith("p-")
    assert probe.name == "ratio=9:16, no duration"
    assert probe.levels == {"ratio": "9:16", "duration": {"$absent": True}}
    assert probe.expect == Expectation()
    assert levels.variant((1, 0, 2, 0), NULL).id == probe.id != levels.variant((1, 0, 1, 0), RATIO).id


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        pytest.param(Outcome(variant_id="v", http_status=200, task_id="t"), "accepted", id="an id came back"),
        pytest.param(Outcome(variant_id="v", http_status=400), "refused", id="refused"),
        pytest.param(Outcome(variant_id="v", http_status=422), "refused", id="unprocessable"),
        pytest.param(Outcome(variant_id="v", http_status=403), "refused", id="a model that the account may not use"),
        *(
            pytest.param(Outcome(variant_id="v", http_status=status), "transient", id=str(status))
            for status in (401, 402, 408, 409, 425, 429, 500, 503)
        ),
        pytest.param(
            Outcome(variant_id="v", problem=Problem(code="NETWORK.TIMEOUT", text="no answer", maybe_created=True)),
            "transient",
            id="no answer",
        ),
        pytest.param(Outcome(variant_id="v", skipped=Phrase(key="skipped.budget")), None, id="not sent"),
    ],
)
def test_what_an_outcome_says(outcome: Outcome, fate: str | None) -> None:
    evidence = Levels(BASE, LEVELS).evidence(RATIO, outcome)
    assert (evidence and evidence.fate) == fate


def refused(text: str, field: str | None = None) -> Outcome:
    issue = {"message": text, **({"path": [field]} if field else {})}
    return Outcome(variant_id="v", http_status=400, response={"error": "Validation of body failed", "issues": [issue]})


def test_a_text_becomes_a_claim_and_a_signature_without_values() -> None:
    other = variant({"ratio": "1:1"}, {**BASE, "ratio": "1:1"})
    levels = Levels(BASE, (*LEVELS, other))
    first = levels.evidence(RATIO, refused("`ratio` must be one of: 720:1280, 1:1", "ratio"))
    second = levels.evidence(other, refused("`ratio` must be one of: 720:1280, 2:1", "ratio"))
    assert first is not None
    assert second is not None
    assert first.said[0].fields == frozenset({0})
    assert first.said[0].allowed == {0: frozenset({0, 2})}
    assert first.signatures == second.signatures


def test_a_text_about_two_factors_names_both() -> None:
    evidence = Levels(BASE, LEVELS).evidence(NULL, refused("duration 10 cannot be used together with seed"))
    assert evidence is not None
    assert evidence.said[0].fields == frozenset({1, 2})


def test_causes_as_the_report_has_them() -> None:
    rows = (NULL, variant({"seed": 7}, {**BASE, "seed": 7}), RATIO, DEEP)
    levels = Levels(BASE, rows)
    ids: dict[Row, list[str]] = {levels.row(one.payload): [f"v-{number}"] for number, one in enumerate(rows)}

    def send(row: Row) -> Evidence:
        bad = levels.payload(row).get("seed", 0) is None
        return Evidence(row=row, fate="refused" if bad else "accepted")

    history = History(levels.space(), [send(levels.row(payload)) for payload in (BASE, *(one.payload for one in rows))])
    explainer = Explainer(history)
    while isinstance(step := explainer.step(), Probe):
        ids.setdefault(step.row, []).append(levels.variant(step.row, RATIO).id)
        explainer.tell(send(step.row))
    (told,) = diagnoses(step, levels, ids)
    assert told["minimal"] == [{"seed": None}]
    assert told["confidence"] == "minimal"
    assert told["explains"] == ["v-0"]
    assert told["probes"]
    assert all(one.startswith("p-") for one in told["probes"])
