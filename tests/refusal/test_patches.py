import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Json, JsonObject, Phrase, Proposal
from harness.refusal.patches import Operation, apply, as_patch
from harness.refusal.proposals import propose
from harness.refusal.records import RefusalIssue

PAYLOAD: JsonObject = {
    "model": "gen4-turbo",
    "ratio": "9:16",
    "seed": None,
    "promptImage": [{"uri": "https://x.test/a.png", "position": "last"}, {"uri": "b"}],
    "a.b": 1,
    "strange/~key": 2,
}


def send(field: str, value: Json) -> Proposal:
    return Proposal(field=field, value=value, reason=Phrase(key="propose.allowed"))


def leave_out(field: str) -> Proposal:
    return Proposal(field=field, remove=True, reason=Phrase(key="propose.leave_out"))


@pytest.mark.parametrize(
    ("proposal", "patch"),
    [
        (send("ratio", "720:1280"), [{"op": "replace", "path": "/ratio", "value": "720:1280"}]),
        (leave_out("seed"), [{"op": "remove", "path": "/seed"}]),
        (send("duration", 5), [{"op": "add", "path": "/duration", "value": 5}]),
        (
            send("promptImage.0.position", "first"),
            [{"op": "replace", "path": "/promptImage/0/position", "value": "first"}],
        ),
        (
            send("promptImage[1].position", "first"),
            [{"op": "add", "path": "/promptImage/1/position", "value": "first"}],
        ),
        (leave_out("promptImage.1"), [{"op": "remove", "path": "/promptImage/1"}]),
        (send("camera.zoom", 3), [{"op": "add", "path": "/camera", "value": {"zoom": 3}}]),
        (send("a.b", 2), [{"op": "replace", "path": "/a.b", "value": 2}]),
        (send("strange/~key", 3), [{"op": "replace", "path": "/strange~1~0key", "value": 3}]),
        (leave_out("watermark"), []),
        (send("promptImage.7.uri", "x"), []),
        (send("frames.0.uri", "x"), []),
        (send("ratio.width", 3), []),
    ],
    ids=lambda value: value.field if isinstance(value, Proposal) else "",
)
def test_a_proposal_as_a_json_patch(proposal: Proposal, patch: list[Operation]) -> None:
    assert as_patch(proposal, PAYLOAD) == patch


def test_all_proposals_in_the_whole_payload_and_the_old_one_stays() -> None:
    before = copy.deepcopy(PAYLOAD)

    after = apply(
        [
            send("model", "gen4_turbo"),
            leave_out("seed"),
            send("ratio", "720:1280"),
            send("ratio", "1280:720"),
            send("promptImage.1.position", "first"),
            leave_out("promptImage.0"),
            send("camera.zoom", 3),
        ],
        PAYLOAD,
    )

    assert after == {
        "model": "gen4_turbo",
        "ratio": "720:1280",
        "promptImage": [{"uri": "b", "position": "first"}],
        "a.b": 1,
        "strange/~key": 2,
        "camera": {"zoom": 3},
    }
    assert before == PAYLOAD


def test_entries_of_a_list_are_left_out_from_the_end() -> None:
    assert apply([leave_out("f.0"), leave_out("f.2")], {"f": ["a", "b", "c"]}) == {"f": ["b"]}


def test_what_cannot_be_reached_changes_nothing() -> None:
    assert apply([leave_out("watermark"), send("ratio.width", 3)], PAYLOAD) == PAYLOAD


def test_a_proposal_that_was_made_for_a_payload_fits_it() -> None:
    made = propose(PAYLOAD, "promptImage.0.position", RefusalIssue(field=None, kind="enum", allowed=("first",)))

    assert made is not None
    assert apply([made], PAYLOAD)["promptImage"][0]["position"] == "first"


def by_the_rfc(document: Json, operation: Operation) -> Json:
    """The test's own reading of RFC 6902, apart from the code's."""
    document = copy.deepcopy(document)
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in str(operation["path"]).split("/")[1:]]
    target = document
    for part in way:
        target = target[int(part)] if isinstance(target, list) else target[part]
    key: Json = int(last) if isinstance(target, list) else last
    if operation["op"] == "remove":
        del target[key]
    else:
        assert operation["op"] == "add" or (key in target if isinstance(target, dict) else key < len(target))
        target[key] = operation["value"]
    return document


FIELDS = st.sampled_from(["model", "seed", "new", "promptImage.0.position", "promptImage.1", "camera.zoom", "a.b"])


@given(st.one_of(st.builds(send, FIELDS, st.integers() | st.text(max_size=5)), st.builds(leave_out, FIELDS)))
def test_the_patch_and_the_whole_payload_say_the_same(proposal: Proposal) -> None:
    patched: Json = PAYLOAD
    for operation in as_patch(proposal, PAYLOAD):
        patched = by_the_rfc(patched, operation)

    assert patched == apply([proposal], PAYLOAD)
