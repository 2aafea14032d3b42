"""What to send instead, and why; whatever is proposed is allowed by everything that is known."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness import words
from harness.model import Json, JsonObject
from harness.provider import ABSENT, FieldRule
from harness.refusal.limits import Limits, limits_of
from harness.refusal.messages import read
from harness.refusal.patches import apply
from harness.refusal.proposals import propose
from harness.refusal.records import IssueKind, RefusalIssue
from harness.refusal.show import utf16_length

SIX = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")
MODELS = ("gen4.5", "gen4_turbo", "veo3.1", "veo3.1_fast")


def issue(kind: IssueKind = "enum", **more: object) -> RefusalIssue:
    return RefusalIssue(field="f", kind=kind, **more)  # type: ignore[arg-type]


def rule(**more: object) -> FieldRule:
    return FieldRule(field="f", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "said", "known", "value", "reason"),
    [
        pytest.param(
            "9:16", issue(allowed=SIX), None, "720:1280", "Send f=720:1280: the same shape in pixels.", id="9:16"
        ),
        pytest.param("720x1280", issue(allowed=SIX), None, "720:1280", "Send f=720:1280: the API's spelling.", id="x"),
        pytest.param(
            "1080:1920", issue(allowed=SIX), None, "720:1280", "Send f=720:1280: the same shape.", id="too big"
        ),
        pytest.param(
            "2:3", issue(allowed=SIX), None, "832:1104", "Send f=832:1104: the nearest shape.", id="nearest shape"
        ),
        pytest.param(
            "gen4-turbo", issue(), rule(allowed=MODELS), "gen4_turbo", "Send f=gen4_turbo: the API's spelling.", id="-"
        ),
        pytest.param(
            "Gen4_Turbo", issue(allowed=MODELS), None, "gen4_turbo", "Send f=gen4_turbo: the API's spelling.", id="case"
        ),
        pytest.param(
            "gen4_tubro",
            issue(allowed=MODELS),
            None,
            "gen4_turbo",
            "Send f=gen4_turbo: the most similar value.",
            id="~",
        ),
        pytest.param(
            "banana", issue(allowed=("auto", "low")), None, "auto", "Send f=auto: an allowed value.", id="nothing alike"
        ),
        pytest.param(5, issue(allowed=(4, 6, 8)), None, 4, "Send f=4: the nearest allowed value.", id="tie: smaller"),
        pytest.param(7.4, issue(allowed=(4, 6, 8)), None, 8, "Send f=8: the nearest allowed value.", id="nearest"),
        pytest.param("6", issue(allowed=(4, 6, 8)), None, 6, "Send f=6: without quotes.", id="enum in quotes"),
        pytest.param(5, issue(allowed=("5", "10")), None, "5", 'Send f="5": as a text.', id="enum wants text"),
        pytest.param("true", issue(allowed=(True,)), None, True, "Send f=true: without quotes.", id="boolean enum"),
        pytest.param(
            "5", issue("type", expected="number"), None, 5, "Send f=5: without quotes.", id="number in quotes"
        ),
        pytest.param(
            "50",
            issue("type", expected="number"),
            rule(types=("integer",), minimum=2, maximum=10),
            10,
            "Send f=10: the nearest allowed value.",
            id="in quotes and out of range",
        ),
        pytest.param(5.5, issue("type", expected="integer"), None, 6, "Send f=6: a whole number.", id="float"),
        pytest.param(
            9.9,
            issue("type", expected="integer"),
            rule(types=("integer",), maximum=9),
            9,
            "Send f=9: a whole number.",
            id="float at the bound",
        ),
        pytest.param(
            "false", issue("type", expected="boolean"), None, False, "Send f=false: without quotes.", id="bool"
        ),
        pytest.param(7, issue("type", expected="string"), None, "7", 'Send f="7": as a text.', id="text wanted"),
        pytest.param("a", issue("type", expected="array"), None, ["a"], "Send f as a list of one.", id="list wanted"),
        pytest.param(11, issue("maximum", maximum=10), None, 10, "Send f=10: the limit.", id="too big"),
        pytest.param(-1, issue("minimum", minimum=0), None, 0, "Send f=0: the limit.", id="too small"),
        pytest.param(11, issue("other"), rule(minimum=2, maximum=10), 10, "Send f=10: the limit.", id="by contract"),
        pytest.param(10, issue("maximum", maximum=10, exclusive=True), None, 9, "Send f=9: the limit.", id="exclusive"),
        pytest.param(
            ABSENT,
            issue("missing", allowed=SIX),
            None,
            "1104:832",
            "Send f=1104:832: the smallest allowed value.",
            id="m",
        ),
        pytest.param(
            ABSENT,
            issue("missing"),
            rule(types=("integer",), minimum=2, maximum=10),
            2,
            "Send f=2: the smallest allowed value.",
            id="missing number",
        ),
        pytest.param(
            None,
            issue("null"),
            rule(required=True, allowed=("low", "auto")),
            "low",
            "Send f=low: the smallest allowed value.",
            id="null and required",
        ),
        pytest.param(
            "abcdef", issue("too_long", maximum=4), None, "abcd", "Cut f to 4 characters (UTF-16 units).", id="too long"
        ),
        pytest.param(
            "abc😀", issue("too_long", maximum=4), None, "abc", "Cut f to 4 characters (UTF-16 units).", id="emoji"
        ),
        pytest.param([1, 2, 3], issue("too_long"), rule(max_items=1), [1], "Cut f to 1 entry.", id="too many entries"),
    ],
)
def test_what_to_send_instead(
    sent: Json, said: RefusalIssue, known: FieldRule | None, value: Json, reason: str
) -> None:
    payload: JsonObject = {} if sent is ABSENT else {"f": sent}

    proposal = propose(payload, "f", said, known)

    assert proposal is not None
    assert (proposal.field, proposal.remove, proposal.value) == ("f", False, value)
    assert type(proposal.value) is type(value)
    assert words.say(proposal.reason) == reason


@pytest.mark.parametrize(
    ("sent", "said", "known", "reason"),
    [
        (None, issue("null"), None, "Leave f out: it is optional, and null is no value."),
        (None, issue("null"), rule(required=False), "Leave f out: it is optional, and null is no value."),
        (False, issue("unknown_key"), None, "Leave f out."),
        ("", issue("too_short", minimum=1), rule(required=False, min_length=1), "Leave f out."),
    ],
    ids=["null", "optional null", "unknown key", "empty and optional"],
)
def test_what_to_leave_out(sent: Json, said: RefusalIssue, known: FieldRule | None, reason: str) -> None:
    proposal = propose({"f": sent}, "f", said, known)

    assert proposal is not None
    assert proposal.remove
    assert words.say(proposal.reason) == reason


@pytest.mark.parametrize(
    ("sent", "said", "known"),
    [
        ("720:1280", issue("other"), rule(allowed=SIX)),
        ("x", issue("other"), None),
        (ABSENT, issue("missing", expected="string"), None),
        (ABSENT, issue("unknown_key"), None),
        ("", issue("too_short", minimum=1), rule(required=True, min_length=1)),
        (5, issue("maximum", minimum=9, maximum=2), None),
        ("abc", issue("too_long", maximum=0), None),
        ({"a": 1}, issue("type", expected="string"), None),
        (float("inf"), issue("maximum", maximum=10), None),
        (True, issue("type", expected="number"), None),
    ],
    ids=[
        "already allowed",
        "nothing known",
        "missing text",
        "unknown key that was not sent",
        "empty and required",
        "contradictory bounds",
        "no length left",
        "no text in an object",
        "infinity",
        "a boolean is no number",
    ],
)
def test_when_nothing_better_is_known(sent: Json, said: RefusalIssue, known: FieldRule | None) -> None:
    assert propose({} if sent is ABSENT else {"f": sent}, "f", said, known) is None


@pytest.mark.parametrize(
    ("text", "field", "sent", "value"),
    [
        ("`ratio` must be one of: 1280:720, 720:1280", "ratio", "9:16", "720:1280"),
        ('ratio: Invalid option: expected one of "1280:720"|"720:1280"', "ratio", "16:9", "1280:720"),
        ("Invalid model. Supported models: gen4_turbo, gen4.5", "model", "gen4-turbo", "gen4_turbo"),
        ("duration: Invalid input: expected number, received string", "duration", "5", 5),
        ("duration must be a number conforming to the specified constraints", "duration", "5", 5),
        ("duration: Too big: expected number to be <=10", "duration", 11, 10),
        ("duration must be between 2 and 10", "duration", 1, 2),
        ("The duration field must be at least 2.", "duration", 1, 2),
        ("body/duration must be < 10", "duration", 12, 9),
        ("seed: Invalid input: expected number, received null", "seed", None, ABSENT),
        ('"seed" must be a number', "seed", None, ABSENT),
        ('Unrecognized key: "watermark"', "watermark", False, ABSENT),
        ("promptText: String must contain at most 4 character(s)", "promptText", "abc😀", "abc"),
        ("Prompt text is too long (maximum is 4 characters)", "promptText", "abcdef", "abcd"),
        ("Malformed input request: #/promptText: expected maxLength: 4, actual: 6", "promptText", "abcdef", "abcd"),
        ("9:16 is not supported, use 1280:720 or 720:1280", "ratio", "9:16", "720:1280"),
    ],
)
def test_without_a_contract_the_text_of_the_refusal_is_enough(text: str, field: str, sent: Json, value: Json) -> None:
    payload: JsonObject = {field: sent, "promptImage": "https://x.test/a.png"}
    issues = read(400, {"error": text}, None, payload=payload).issues
    assert [issue.field for issue in issues] == [field]

    proposal = propose(payload, field, issues[0])

    assert proposal is not None
    assert apply([proposal], payload).get(field, ABSENT) == value


def test_a_field_deep_inside() -> None:
    payload = {"promptImage": [{"uri": "x", "position": "last"}]}
    said = RefusalIssue(field="promptImage.0.position", kind="enum", allowed=("first",))

    proposal = propose(payload, "promptImage.0.position", said)

    assert proposal is not None
    assert (proposal.field, proposal.value) == ("promptImage.0.position", "first")


def test_the_refusal_s_own_list_wins_over_the_contract() -> None:
    proposal = propose({"f": "9:16"}, "f", issue(allowed=("480:854",)), rule(allowed=SIX))

    assert proposal is not None
    assert proposal.value == "480:854"


def test_reasons_are_said_in_russian_too() -> None:
    proposal = propose({"f": "9:16"}, "f", issue(allowed=SIX))

    assert proposal is not None
    assert words.say(proposal.reason, "ru") == "Отправьте f=720:1280: та же форма в пикселях."


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
RATIOS = st.builds("{}{}{}".format, st.integers(0, 3000), st.sampled_from([":", "x", "/"]), st.integers(0, 3000))
VALUES = SCALARS | RATIOS | st.lists(SCALARS, max_size=4) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)
KINDS = st.sampled_from(
    ["missing", "type", "null", "enum", "minimum", "maximum", "too_long", "too_short", "forbidden", "union", "other"]
)
BOUND = st.none() | st.integers(-50, 50) | st.floats(-1e6, 1e6) | st.sampled_from([1e300, -1e300])
TYPES = st.lists(
    st.sampled_from(["string", "number", "integer", "boolean", "array", "object"]), max_size=2, unique=True
).map(tuple)
ISSUES = st.builds(
    RefusalIssue,
    field=st.just("f"),
    kind=KINDS,
    allowed=st.lists(SCALARS | RATIOS, max_size=5).map(tuple),
    minimum=BOUND,
    maximum=BOUND,
    exclusive=st.booleans(),
    expected=st.none() | st.sampled_from(["string", "integer", "number", "string / array"]),
)
LENGTH = st.none() | st.integers(0, 10)
RULES = st.none() | st.builds(
    FieldRule,
    field=st.just("f"),
    required=st.booleans(),
    types=TYPES,
    allowed=st.lists(SCALARS | RATIOS, max_size=4).map(tuple),
    also=st.lists(SCALARS, max_size=2).map(tuple),
    minimum=BOUND,
    maximum=BOUND,
    exclusive_minimum=BOUND,
    exclusive_maximum=BOUND,
    min_length=LENGTH,
    max_length=LENGTH,
    min_items=LENGTH,
    max_items=LENGTH,
    default=st.just(ABSENT),
    replaced=st.just({}),
    schema=st.just({}),
)


@given(VALUES | st.just(ABSENT), ISSUES, RULES)
def test_a_proposal_satisfies_whatever_is_known(sent: Json, said: RefusalIssue, known: FieldRule | None) -> None:
    proposal = propose({} if sent is ABSENT else {"f": sent}, "f", said, known)

    assume(proposal is not None)
    assert proposal is not None
    if proposal.remove:
        assert sent is not ABSENT
        return
    limits = limits_of(said, known)
    assert proposal.value != sent or type(proposal.value) is not type(sent)
    assert satisfies(proposal.value, limits)


def satisfies(value: Json, limits: Limits) -> bool:
    """The test's own reading of limits, apart from the code's."""
    if any(type(value) is type(entry) and value == entry for entry in limits.also):
        return True
    if limits.allowed:
        return any(value == entry and isinstance(value, bool) == isinstance(entry, bool) for entry in limits.allowed)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return not (
            (limits.minimum is not None and value < limits.minimum)
            or (limits.maximum is not None and value > limits.maximum)
            or (limits.above is not None and value <= limits.above)
            or (limits.below is not None and value >= limits.below)
        )
    if isinstance(value, str):
        length = utf16_length(value)
        return not (limits.max_length is not None and length > limits.max_length)
    return True


@given(st.text(), st.integers(1, 20))
def test_a_cut_text_is_as_long_as_it_may_be_and_no_character_is_split(text: str, limit: int) -> None:
    assume(utf16_length(text) > limit)

    proposal = propose({"f": text}, "f", issue("too_long", maximum=limit))

    assert proposal is not None
    assert text.startswith(proposal.value)
    assert limit - 1 <= utf16_length(proposal.value) <= limit
