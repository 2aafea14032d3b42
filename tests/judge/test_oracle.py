"""Expectation × outcome → verdict: the whole table, then each expectation by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import words
from harness.judge import judge, systemic
from harness.model import (
    Expectation,
    Judgement,
    MediaExpectation,
    Outcome,
    Output,
    Phrase,
    Problem,
    Source,
    TaskState,
    Until,
    Variant,
    Verdict,
    replace,
)
from harness.provider import Provider

MakeVariant = Callable[..., Variant]
TASK = "d8b03508-a8a3-4590-ae09-788f16c4c6a3"
RATIO = {
    "error": "Validation of body failed",
    "issues": [
        {
            "code": "invalid_value",
            "values": ["1280:720", "720:1280"],
            "path": ["ratio"],
            "message": 'Invalid option: expected one of "1280:720"|"720:1280"',
        }
    ],
}
VIDEO = Output(
    url="https://files.example/v-1.mp4",
    file="outputs/v-1.mp4",
    kind="video",
    width=720,
    height=1280,
    duration_s=5.0,
)


def answer(status: int, body: object = None, raw: str | None = None, **more: Any) -> Outcome:
    return Outcome(variant_id="v-1", attempts=1, http_status=status, response=body, raw=raw, **more)


def problem(code: str, *, maybe_created: bool = False, **more: Any) -> Outcome:
    more.setdefault("attempts", 1)
    return Outcome(
        variant_id="v-1", problem=Problem(code=code, text="It went wrong.", maybe_created=maybe_created), **more
    )


def task(state: TaskState | None, **more: Any) -> Outcome:
    return answer(200, {"id": TASK}, task_id=TASK, task_state=state, **more)


def lost(code: str, **more: Any) -> Outcome:
    return replace(
        task(more.pop("state", TaskState.RUNNING)), problem=Problem(code=code, text="It went wrong."), **more
    )


OUTCOMES: dict[str, Outcome] = {
    # refused
    "ratio refused": answer(400, RATIO),
    "refused without a field": answer(400, {"error": "Nope."}),
    "refused by a page": answer(400, raw="<html><h1>Bad Request</h1></html>"),
    "body too large": answer(413, raw="<html><h1>Request Entity Too Large</h1></html>"),
    "no key": answer(401, {"error": "No API key was provided."}),
    "wrong host": answer(401, {"error": "Incorrect hostname for API key"}),
    "no credits": answer(400, {"error": "You do not have enough credits to run this task."}),
    "bad header": answer(400, {"error": "The API version in the X-Runway-Version header is not valid."}),
    "no such route": answer(404, raw="<pre>Cannot POST /v1/x</pre>"),
    "daily quota": answer(429, {"error": "Your daily task limit has been reached."}),
    "too many requests": answer(429, {"error": "Slow down."}),
    "conflict": answer(409, {"error": "Conflict"}),
    "overloaded": problem("PROVIDER.5XX", maybe_created=True, http_status=503),
    "overloaded, bare": answer(503, raw="<html>"),
    # no answer, or none that can be used
    "lost answer": problem("NETWORK.TIMEOUT", maybe_created=True),
    "no connection": problem("NETWORK.REFUSED"),
    "no id": problem("PROVIDER.BODY", maybe_created=True, http_status=200),
    "no id, bare": answer(200, {"ok": True}),
    "redirect": problem("PROVIDER.BODY", http_status=301),
    "nothing at all": Outcome(variant_id="v-1"),
    # accepted
    "verified": task(TaskState.SUCCEEDED, outputs=(VIDEO,)),
    "finished": task(TaskState.SUCCEEDED, outputs=(replace(VIDEO, file=None),), until=Until.FINISHED),
    "accepted only": task(TaskState.CANCELLED, until=Until.ACCEPTED),
    "no outputs": task(TaskState.SUCCEEDED),
    "no outputs, finished": task(TaskState.SUCCEEDED, until=Until.FINISHED),
    "wrong shape": task(TaskState.SUCCEEDED, outputs=(replace(VIDEO, width=1280, height=720),)),
    "corrupt file": task(TaskState.SUCCEEDED, outputs=(replace(VIDEO, width=None, problem="no moov atom"),)),
    "not downloaded": task(TaskState.SUCCEEDED, outputs=(replace(VIDEO, file=None, problem="HTTP 500"),)),
    "moderated": task(TaskState.FAILED, failure_code="SAFETY.INPUT.TEXT", failure="Not allowed"),
    "bad output": task(TaskState.FAILED, failure_code="INTERNAL.BAD_OUTPUT.CODE01"),
    "passing fault": task(TaskState.FAILED, failure_code="INTERNAL"),
    "failed without a code": task(TaskState.FAILED),
    "failed, though accepted only": task(TaskState.FAILED, failure_code="SAFETY.INPUT.TEXT", until=Until.ACCEPTED),
    "cancelled": task(TaskState.CANCELLED),
    "timeout": lost("TASK.TIMEOUT"),
    "throttled to the end": lost("TASK.TIMEOUT", state=TaskState.THROTTLED),
    "vanished": lost("TASK.VANISHED"),
    "polls lost": lost("NETWORK.TIMEOUT"),
    "interrupted at its files": lost("TASK.UNFINISHED", state=TaskState.SUCCEEDED),
    "state unknown": task(None),
    # ours
    "bug": problem("OURS.BUG", attempts=0),
    "bug after the create": lost("OURS.BUG"),
    "journal": problem("OURS.JOURNAL"),
    "skipped": Outcome(variant_id="v-1", skipped=Phrase(key="stop.auth", params={"status": "401"})),
}

P, F, U, E, S = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.SKIPPED
KINDS = ("works", "accepted", "rejected", "failed")
#: outcome → for each kind of expectation the verdict, and the codes of its findings.
TABLE: dict[str, tuple[tuple[Verdict, str], tuple[Verdict, str], tuple[Verdict, str], tuple[Verdict, str]]] = {
    "ratio refused": (
        (F, "PARAM.VALUE"),
        (F, "PARAM.VALUE"),
        (P, "PARAM.VALUE"),
        (F, "EXPECT.REFUSED PARAM.VALUE"),
    ),
    "refused without a field": (
        (F, "PARAM.UNCLEAR"),
        (F, "PARAM.UNCLEAR"),
        (P, "PARAM.UNCLEAR"),
        (F, "EXPECT.REFUSED PARAM.UNCLEAR"),
    ),
    "refused by a page": (
        (F, "PARAM.UNCLEAR"),
        (F, "PARAM.UNCLEAR"),
        (P, "PARAM.UNCLEAR"),
        (F, "EXPECT.REFUSED PARAM.UNCLEAR"),
    ),
    "body too large": (
        (F, "ASSET.SIZE"),
        (F, "ASSET.SIZE"),
        (P, "ASSET.SIZE"),
        (F, "EXPECT.REFUSED ASSET.SIZE"),
    ),
    "no key": ((F, "AUTH.MISSING"), (F, "AUTH.MISSING"), (U, "AUTH.MISSING"), (U, "AUTH.MISSING")),
    "wrong host": ((F, "AUTH.HOST"), (F, "AUTH.HOST"), (U, "AUTH.HOST"), (U, "AUTH.HOST")),
    "no credits": ((F, "CREDIT.EMPTY"), (F, "CREDIT.EMPTY"), (U, "CREDIT.EMPTY"), (U, "CREDIT.EMPTY")),
    "bad header": ((F, "REQUEST.HEADER"), (F, "REQUEST.HEADER"), (U, "REQUEST.HEADER"), (U, "REQUEST.HEADER")),
    "no such route": ((F, "REQUEST.ROUTE"), (F, "REQUEST.ROUTE"), (U, "REQUEST.ROUTE"), (U, "REQUEST.ROUTE")),
    "daily quota": ((U, "QUOTA.DAILY"),) * 4,
    "too many requests": ((U, "QUOTA.RATE"),) * 4,
    "conflict": ((U, "PROVIDER.BUSY"),) * 4,
    "overloaded": ((U, "PROVIDER.5XX"),) * 4,
    "overloaded, bare": ((U, "PROVIDER.5XX"),) * 4,
    "lost answer": ((U, "NETWORK.TIMEOUT"),) * 4,
    "no connection": ((U, "NETWORK.REFUSED"),) * 4,
    "no id": ((U, "PROVIDER.BODY"),) * 4,
    "no id, bare": ((U, "PROVIDER.BODY"),) * 4,
    "redirect": ((U, "PROVIDER.BODY"),) * 4,
    "nothing at all": ((U, "PROVIDER.BODY"),) * 4,
    "verified": ((P, ""), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "finished": ((P, ""), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "accepted only": ((P, ""), (P, ""), (F, "EXPECT.ACCEPTED"), (U, "EXPECT.UNSEEN")),
    "no outputs": ((F, "PROVIDER.BODY"), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "no outputs, finished": ((F, "PROVIDER.BODY"), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "wrong shape": ((F, "OUTPUT.RATIO"), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "corrupt file": ((F, "OUTPUT.UNREADABLE"), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "not downloaded": ((U, "OUTPUT.MISSING"), (P, ""), (F, "EXPECT.ACCEPTED"), (F, "EXPECT.SUCCEEDED")),
    "moderated": (
        (F, "SAFETY.INPUT.TEXT"),
        (P, "SAFETY.INPUT.TEXT"),
        (F, "EXPECT.ACCEPTED"),
        (P, "SAFETY.INPUT.TEXT"),
    ),
    "bad output": ((F, "TASK.BAD_OUTPUT"), (P, "TASK.BAD_OUTPUT"), (F, "EXPECT.ACCEPTED"), (P, "TASK.BAD_OUTPUT")),
    "passing fault": ((U, "TASK.FAILED"), (P, "TASK.FAILED"), (F, "EXPECT.ACCEPTED"), (P, "TASK.FAILED")),
    "failed without a code": ((F, "TASK.FAILED"), (P, "TASK.FAILED"), (F, "EXPECT.ACCEPTED"), (P, "TASK.FAILED")),
    "failed, though accepted only": (
        (F, "SAFETY.INPUT.TEXT"),
        (P, "SAFETY.INPUT.TEXT"),
        (F, "EXPECT.ACCEPTED"),
        (P, "SAFETY.INPUT.TEXT"),
    ),
    "cancelled": ((U, "TASK.CANCELLED"), (P, "TASK.CANCELLED"), (F, "EXPECT.ACCEPTED"), (U, "TASK.CANCELLED")),
    "timeout": ((U, "TASK.TIMEOUT"), (P, "TASK.TIMEOUT"), (F, "EXPECT.ACCEPTED"), (U, "TASK.TIMEOUT")),
    "throttled to the end": ((U, "THROTTLED"), (P, "THROTTLED"), (F, "EXPECT.ACCEPTED"), (U, "THROTTLED")),
    "vanished": ((U, "TASK.VANISHED"), (P, "TASK.VANISHED"), (F, "EXPECT.ACCEPTED"), (U, "TASK.VANISHED")),
    "polls lost": ((U, "NETWORK.TIMEOUT"), (P, "NETWORK.TIMEOUT"), (F, "EXPECT.ACCEPTED"), (U, "NETWORK.TIMEOUT")),
    "interrupted at its files": (
        (U, "TASK.UNFINISHED"),
        (P, "TASK.UNFINISHED"),
        (F, "EXPECT.ACCEPTED"),
        (F, "EXPECT.SUCCEEDED"),
    ),
    "state unknown": (
        (U, "TASK.UNFINISHED"),
        (P, "TASK.UNFINISHED"),
        (F, "EXPECT.ACCEPTED"),
        (U, "TASK.UNFINISHED"),
    ),
    "bug": ((E, "OURS.BUG"),) * 4,
    "bug after the create": ((E, "OURS.BUG"),) * 4,
    "journal": ((E, "OURS.JOURNAL"),) * 4,
    "skipped": ((S, ""),) * 4,
}


def codes(judgement: Judgement) -> str:
    return " ".join(finding.code for finding in judgement.findings)


def test_the_table_is_whole() -> None:
    assert list(TABLE) == list(OUTCOMES)


@pytest.mark.parametrize("kind", range(4), ids=KINDS)
@pytest.mark.parametrize("name", OUTCOMES)
def test_expectation_and_outcome(name: str, kind: int, runway: Provider, variant: MakeVariant) -> None:
    expect = Expectation(kind=KINDS[kind])  # type: ignore[arg-type]

    judgement = judge(variant(expect=expect), OUTCOMES[name], runway)

    assert (judgement.verdict, codes(judgement)) == TABLE[name][kind]


@pytest.mark.parametrize("name", OUTCOMES)
def test_nothing_passes_that_was_not_seen(name: str, runway: Provider, variant: MakeVariant) -> None:
    outcome = OUTCOMES[name]

    judgement = judge(variant(), outcome, runway)

    if judgement.verdict is Verdict.PASS:
        assert outcome.task_id is not None
        assert outcome.until is Until.ACCEPTED or outcome.task_state is TaskState.SUCCEEDED
        assert outcome.until is not Until.VERIFIED or all(output.file for output in outcome.outputs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OUTCOMES)
def test_every_finding_can_be_said(name: str, kind: str, runway: Provider, variant: MakeVariant) -> None:
    judgement = judge(variant(expect=Expectation(kind=kind)), OUTCOMES[name], runway)  # type: ignore[arg-type]

    for finding in judgement.findings:
        for lang in words.LANGS:
            assert words.say(finding.message, lang)
            assert finding.advice is None or words.say(finding.advice, lang)
        assert finding.advice is not None or finding.proposal is not None


# ---- rejected, narrowed


def rejected(**more: Any) -> Expectation:
    return Expectation(kind="rejected", **more)


@pytest.mark.parametrize(
    ("expect", "name", "verdict", "found"),
    [
        (rejected(field="ratio"), "ratio refused", P, "PARAM.VALUE"),
        (rejected(field="duration"), "ratio refused", F, "EXPECT.FIELD PARAM.VALUE"),
        (rejected(field="ratio"), "refused without a field", U, "EXPECT.FIELD PARAM.UNCLEAR"),
        (rejected(status=400), "ratio refused", P, "PARAM.VALUE"),
        (rejected(status=403), "ratio refused", F, "EXPECT.STATUS PARAM.VALUE"),
        (rejected(message="EXPECTED ONE OF"), "ratio refused", P, "PARAM.VALUE"),
        (rejected(message="validation of body"), "ratio refused", P, "PARAM.VALUE"),
        (rejected(message="no such words"), "ratio refused", F, "EXPECT.MESSAGE PARAM.VALUE"),
        (rejected(code="PARAM.*"), "ratio refused", P, "PARAM.VALUE"),
        (rejected(code="invalid_*"), "ratio refused", P, "PARAM.VALUE"),
        (rejected(code="MODEL.*"), "ratio refused", F, "EXPECT.CODE PARAM.VALUE"),
        (
            rejected(status=403, field="seed", message="nowhere", code="Y"),
            "ratio refused",
            F,
            "EXPECT.STATUS EXPECT.FIELD EXPECT.MESSAGE EXPECT.CODE PARAM.VALUE",
        ),
        # The status alone does not tell a wrong payload from an empty account.
        (rejected(status=400), "no credits", U, "CREDIT.EMPTY"),
        (rejected(status=400), "bad header", U, "REQUEST.HEADER"),
        (rejected(field="ratio"), "no key", U, "AUTH.MISSING"),
        (rejected(field="ratio", status=401), "no key", U, "AUTH.MISSING"),
        (rejected(message="no api key"), "no key", U, "AUTH.MISSING"),
        # Who names the cause has seen it.
        (rejected(status=401), "no key", P, "AUTH.MISSING"),
        (rejected(code="AUTH.*"), "no key", P, "AUTH.MISSING"),
        (rejected(code="CREDIT.EMPTY"), "no credits", P, "CREDIT.EMPTY"),
        (rejected(status=404), "no such route", P, "REQUEST.ROUTE"),
        (rejected(status=401, message="something else"), "no key", U, "AUTH.MISSING"),
        (rejected(status=413), "body too large", P, "ASSET.SIZE"),
        # A 5xx or a conflict proves nothing, however it is named.
        (rejected(status=503), "overloaded", U, "PROVIDER.5XX"),
        (rejected(code="PROVIDER.*"), "overloaded", U, "PROVIDER.5XX"),
        (rejected(status=409), "conflict", U, "PROVIDER.BUSY"),
    ],
)
def test_narrowed_refusals(
    expect: Expectation, name: str, verdict: Verdict, found: str, *, runway: Provider, variant: MakeVariant
) -> None:
    judgement = judge(variant({**variant().payload, "ratio": "9:16"}, expect), OUTCOMES[name], runway)

    assert (judgement.verdict, codes(judgement)) == (verdict, found)


def test_a_refusal_of_a_part_is_one_of_the_whole(runway: Provider, variant: MakeVariant) -> None:
    body = {"issues": [{"code": "invalid_value", "path": ["promptImage", 0, "position"], "message": "Invalid input"}]}
    payload = {**variant().payload, "promptImage": [{"uri": "https://files.example/a.jpg", "position": "last"}]}

    whole = judge(variant(payload, rejected(field="promptImage")), answer(400, body), runway)
    part = judge(variant(payload, rejected(field="promptImage.0.position")), answer(400, body), runway)
    other = judge(variant(payload, rejected(field="prompt")), answer(400, body), runway)

    bracketed = judge(variant(payload, rejected(field="promptImage[0].position")), answer(400, body), runway)

    assert (whole.verdict, part.verdict, bracketed.verdict, other.verdict) == (P, P, P, F)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (
            replace(OUTCOMES["verified"], charged_credits=25),
            f"A refusal was expected, but the API accepted it: task {TASK}, 25 credits charged.",
        ),
        (
            replace(OUTCOMES["accepted only"], estimated_credits=1),
            f"A refusal was expected, but the API accepted it: task {TASK}, up to 1 credit.",
        ),
        (
            OUTCOMES["accepted only"],
            f"A refusal was expected, but the API accepted it: task {TASK}, which may cost credits.",
        ),
    ],
    ids=["charged", "estimated", "unknown"],
)
def test_an_acceptance_that_was_not_expected_tells_what_it_cost(
    outcome: Outcome, message: str, runway: Provider, variant: MakeVariant
) -> None:
    judgement = judge(variant(expect=rejected()), outcome, runway)

    assert words.say(judgement.findings[0].message) == message


# ---- failed, narrowed


@pytest.mark.parametrize(
    ("expect", "name", "verdict", "found"),
    [
        (Expectation(kind="failed", code="SAFETY.*"), "moderated", P, "SAFETY.INPUT.TEXT"),
        (Expectation(kind="failed", code="safety.input.*"), "moderated", P, "SAFETY.INPUT.TEXT"),
        (Expectation(kind="failed", code="SAFETY.*"), "bad output", F, "EXPECT.CODE TASK.BAD_OUTPUT"),
        (Expectation(kind="failed", code="INTERNAL.BAD_OUTPUT.*"), "bad output", P, "TASK.BAD_OUTPUT"),
        (Expectation(kind="failed", code="SAFETY.*"), "failed without a code", F, "EXPECT.CODE TASK.FAILED"),
        (Expectation(kind="failed", code="SAFETY.*"), "passing fault", U, "EXPECT.CODE TASK.FAILED"),
        (Expectation(kind="failed", message="NOT allowed"), "moderated", P, "SAFETY.INPUT.TEXT"),
        (Expectation(kind="failed", message="other"), "moderated", F, "EXPECT.MESSAGE SAFETY.INPUT.TEXT"),
    ],
)
def test_narrowed_failures(
    expect: Expectation, name: str, verdict: Verdict, found: str, *, runway: Provider, variant: MakeVariant
) -> None:
    judgement = judge(variant(expect=expect), OUTCOMES[name], runway)

    assert (judgement.verdict, codes(judgement)) == (verdict, found)


# ---- what is said of money


@pytest.mark.parametrize("name", ["lost answer", "no id", "no id, bare", "overloaded", "overloaded, bare"])
def test_what_may_have_been_created_says_so(name: str, runway: Provider, variant: MakeVariant) -> None:
    finding = judge(variant(), OUTCOMES[name], runway).findings[0]

    assert "The task may have been created, and paid for." in words.say(finding.message)
    assert "Задача могла быть создана и оплачена." in words.say(finding.message, "ru")
    assert finding.advice is not None
    assert words.say(finding.advice) == "Look at your account before firing it again."


def test_what_was_surely_not_created_does_not(runway: Provider, variant: MakeVariant) -> None:
    finding = judge(variant(), OUTCOMES["no connection"], runway).findings[0]

    assert words.say(finding.message) == "It went wrong."


# ---- media


def test_the_scenario_s_own_media_expectation_holds(runway: Provider, variant: MakeVariant) -> None:
    expect = Expectation(media=MediaExpectation(width=640, height=360))

    judgement = judge(variant(expect=expect), OUTCOMES["verified"], runway)

    assert (judgement.verdict, codes(judgement)) == (F, "OUTPUT.RATIO")


def test_nothing_is_measured_below_verified(runway: Provider, variant: MakeVariant) -> None:
    outcome = replace(OUTCOMES["wrong shape"], until=Until.FINISHED)

    assert judge(variant(), outcome, runway) == Judgement(variant_id="v-1", verdict=P)


def test_a_file_that_nobody_could_measure_is_no_silent_pass(runway: Provider, variant: MakeVariant) -> None:
    unmeasured = replace(VIDEO, width=None, height=None, duration_s=None)

    judgement = judge(variant(), task(TaskState.SUCCEEDED, outputs=(unmeasured,)), runway)

    assert (judgement.verdict, codes(judgement)) == (P, "OUTPUT.UNMEASURED")
    assert judgement.findings[0].warning


def test_an_unknown_endpoint_is_judged_all_the_same(runway: Provider, variant: MakeVariant) -> None:
    nowhere = variant(endpoint="nowhere")

    assert judge(nowhere, OUTCOMES["verified"], runway).verdict is P
    assert judge(nowhere, OUTCOMES["ratio refused"], runway).verdict is F


def test_a_provider_without_a_contract(runway_alone: Provider, variant: MakeVariant) -> None:
    assert judge(variant(), OUTCOMES["verified"], runway_alone) == Judgement(variant_id="v-1", verdict=P)
    assert codes(judge(variant(), OUTCOMES["ratio refused"], runway_alone)) == "PARAM.VALUE"


# ---- what stops a run


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("no key", "stop.auth"),
        ("wrong host", "stop.host"),
        ("no credits", "stop.credits"),
        ("bad header", "stop.header"),
        ("no connection", "stop.network"),
        ("ratio refused", None),
        ("refused without a field", None),
        ("daily quota", None),
        ("overloaded", None),
        ("lost answer", None),
        ("verified", None),
        ("timeout", None),
        ("polls lost", None),
        ("skipped", None),
        ("nothing at all", None),
        ("bug", None),
    ],
)
def test_what_would_meet_every_variant_stops_the_run(name: str, key: str | None, runway: Provider) -> None:
    for provider in (runway, None):
        reason = systemic(OUTCOMES[name], provider)

        assert (reason.key if reason else None) == key
        assert reason is None or all(words.say(reason, lang) for lang in words.LANGS)


def test_the_reason_for_a_stop_is_a_whole_sentence() -> None:
    reason = systemic(OUTCOMES["no key"])

    assert reason is not None
    assert words.say(reason) == "The API refused the key (HTTP 401): no variant can pass before that is put right."


# ---- the working format


# ---- any outcome at all

TEXTS = st.none() | st.text(max_size=30) | st.sampled_from(["SAFETY.INPUT.TEXT", "INTERNAL", "ratio: Required"])
NUMBERS = st.none() | st.floats(0, 1e9) | st.integers(0, 1000)
BODIES = st.none() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "issues", "path", "message", "code", "values", "ratio", "errors", "keys"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
OUTPUTS = st.builds(
    Output,
    url=st.just("https://files.example/x"),
    file=TEXTS,
    kind=st.none() | st.sampled_from(["video", "image", "audio", "?"]),
    width=st.none() | st.integers(-1, 10_000),
    height=st.none() | st.integers(-1, 10_000),
    duration_s=st.none() | st.floats(),
    problem=TEXTS,
)
ANY = st.builds(
    Outcome,
    variant_id=st.just("v-1"),
    http_status=st.none() | st.integers(-1, 700),
    response=BODIES,
    raw=TEXTS,
    task_id=TEXTS,
    task_state=st.none() | st.sampled_from(TaskState),
    task_word=TEXTS,
    failure=TEXTS,
    failure_code=TEXTS,
    polls=st.integers(0, 9),
    estimated_credits=NUMBERS,
    charged_credits=NUMBERS,
    running_s=NUMBERS,
    total_s=NUMBERS,
    outputs=st.lists(OUTPUTS, max_size=3).map(tuple),
    problem=st.none()
    | st.builds(
        Problem,
        code=st.sampled_from(["NETWORK.TIMEOUT", "OURS.BUG", "TASK.TIMEOUT", "PROVIDER.5XX", "", "X"]),
        text=st.text(max_size=20),
        maybe_created=st.booleans(),
    ),
    skipped=st.none() | st.just(Phrase(key="stop.auth", params={"status": "1"})),
    until=st.sampled_from(Until),
)
EXPECTS = st.builds(
    Expectation,
    kind=st.sampled_from(KINDS),
    status=st.none() | st.integers(100, 599),
    field=TEXTS,
    message=TEXTS,
    code=TEXTS | st.sampled_from(["[", "*", "PARAM.*"]),
    media=st.none()
    | st.builds(
        MediaExpectation,
        width=st.none() | st.integers(0, 5000),
        height=st.none() | st.integers(0, 5000),
        duration_s=st.none() | st.floats(0, 60),
        tolerance_s=st.none() | st.floats(0, 5),
    ),
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5000)
    | st.floats(allow_nan=False)
    | st.text(max_size=10)
    | st.sampled_from(["9:16", "gen4-turbo", "720:1280", "gen4_turbo"])
)
PAYLOADS = st.dictionaries(
    st.sampled_from(["model", "ratio", "duration", "seed", "promptImage", "promptText", "watermark"]),
    VALUES | st.lists(VALUES, max_size=2) | st.dictionaries(st.text(max_size=5), VALUES, max_size=2),
    max_size=7,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(outcome=ANY, expect=EXPECTS, payload=PAYLOADS)
def test_every_outcome_has_a_verdict_that_can_be_said(
    outcome: Outcome, expect: Expectation, payload: dict[str, Any], runway: Provider, runway_alone: Provider
) -> None:
    item = Variant(
        id="v-1",
        scenario="s",
        endpoint="image_to_video",
        name="n",
        source=Source(file="a.yaml"),
        payload=payload,
        expect=expect,
    )
    for provider in (runway, runway_alone):
        judgement = judge(item, outcome, provider)

        assert judgement.verdict in Verdict
        assert len(judgement.findings) <= 60
        for finding in judgement.findings:
            for lang in words.LANGS:
                words.say(finding.message, lang)
                if finding.advice is not None:
                    words.say(finding.advice, lang)
                if finding.proposal is not None:
                    words.say(finding.proposal.reason, lang)
        if judgement.verdict is Verdict.PASS and expect.kind != "rejected":
            assert outcome.task_id is not None
        systemic(outcome, provider)


def test_an_id_that_a_failing_api_names_is_told(variant: MakeVariant, runway: Provider) -> None:
    outcome = problem("PROVIDER.5XX", maybe_created=True, http_status=500, response={"error": "oops", "id": TASK})
    (found,) = judge(variant(), outcome, runway).findings

    assert words.say(found.message) == (
        f"The API answered HTTP 500, and named the id {TASK}. The task may have been created, and paid for."
    )
    assert (found.advice, found.said) == (Phrase(key="advice.look", params=found.message.params), "oops")


def advised(judgement: Judgement) -> list[str]:
    return [words.say(item.advice) for item in judgement.findings if item.advice is not None]


FOLLOW = "The task may go on, and be billed: its id is in events.jsonl. Look for it in your account."
POLL = "Check the poll's route and `poll.state` in the profile. The task may go on, and be billed."


@pytest.mark.parametrize(
    ("outcome", "advice"),
    [
        (
            lost("TASK.TIMEOUT", task_word="RUNNING"),
            "It may still end: `harness resume` looks again, `harness reap` cancels it. Or raise --task-timeout.",
        ),
        (
            lost("TASK.TIMEOUT", task_word="Baking"),
            "Add the word “Baking” under `states` in the profile, beside the state that it stands for.",
        ),
        (lost("TASK.TIMEOUT", state=None), POLL),
        (lost("PROVIDER.BODY", state=None), POLL),
        (lost("TASK.UNFINISHED", task_word="RUNNING"), FOLLOW),
        (lost("NETWORK.RESET", task_word="RUNNING"), FOLLOW),
        (lost("PROVIDER.5XX", task_word="RUNNING"), FOLLOW),
    ],
    ids=["too slow", "unknown word", "no word", "no state", "interrupted", "network", "5xx"],
)
def test_what_is_to_be_done_about_a_task_whose_end_was_not_seen(
    variant: MakeVariant, runway: Provider, outcome: Outcome, advice: str
) -> None:
    assert advised(judge(variant(), outcome, runway)) == [advice]


def test_a_failure_without_a_code_and_with_words_does_not_say_that_it_gave_none(
    variant: MakeVariant, runway: Provider
) -> None:
    (found,) = judge(variant(), task(TaskState.FAILED, failure="SAFETY: no"), runway).findings

    assert words.say(found.message) == f"Task {TASK} failed."
    assert found.said == "SAFETY: no"


@pytest.mark.parametrize("until", [Until.FINISHED, Until.VERIFIED])
@pytest.mark.parametrize("url", ["not a url", "file:///etc/passwd"])
def test_an_output_that_is_no_address(variant: MakeVariant, runway: Provider, until: Until, url: str) -> None:
    output = Output(url=url, kind="video", problem="It is no http(s) address.")
    judgement = judge(variant(), task(TaskState.SUCCEEDED, outputs=(output,), until=until), runway)

    assert judgement.verdict is Verdict.FAIL
    assert [(item.code, words.say(item.message)) for item in judgement.findings] == [
        (
            "PROVIDER.BODY",
            f"Task {TASK} ended well, but what it named as its output is no http(s) address: “{url}”.",
        )
    ]
    assert advised(judgement) == ["Check `poll.output` in the profile."]


def test_sentences_end_before_the_next_begins(variant: MakeVariant, runway: Provider) -> None:
    expect = Expectation(kind="rejected", message="must be one of")
    refusal = judge(variant(expect=expect), answer(400, {"error": "nope"}), runway)
    torn = judge(variant(), replace(problem("NETWORK.RESET"), problem=Problem(code="X", text="It broke off")), runway)

    assert words.say(refusal.findings[0].message) == (
        'A message with "must be one of" was expected, and the API said: “nope”.'
    )
    assert words.say(torn.findings[0].message) == "It broke off."


# ---- rejected, and nothing said about the field: what the variant changes should be what is refused


def said(*paths: list[str | int], text: str = "Invalid input") -> Outcome:
    issues = [{"code": "invalid_value", "path": path, "message": text} for path in paths]
    return answer(400, {"error": "Validation of body failed", "issues": issues})


@pytest.mark.parametrize(
    ("changed", "expect", "outcome", "verdict", "found"),
    [
        pytest.param(["ratio"], rejected(), said(["ratio"]), P, "", id="what-it-changes"),
        pytest.param(["seed"], rejected(), said(["ratio"]), U, "EXPECT.FIELD", id="the-baseline-s-own-fault"),
        pytest.param(["seed"], rejected(), said(["ratio"], ["seed"]), P, "", id="both"),
        pytest.param(["seed", "ratio"], rejected(), said(["ratio"]), P, "", id="one-of-two-changes"),
        pytest.param([], rejected(), said(["ratio"]), P, "", id="the-baseline-itself"),
        pytest.param(["image.type"], rejected(), said(["image"]), P, "", id="the-whole-of-the-part"),
        pytest.param(["image"], rejected(), said(["image", 0, "uri"]), P, "", id="a-part-of-the-whole"),
        pytest.param(["image"], rejected(), said(["imageUri"]), U, "EXPECT.FIELD", id="another-that-begins-alike"),
        pytest.param(["seed"], rejected(), said(["model"], text="takes no seed"), P, "", id="named-in-the-text"),
        pytest.param(["seed"], rejected(), said(["model"], text="no seeds"), U, "EXPECT.FIELD", id="no-whole-word"),
        # The scenario says itself by what the refusal is known.
        pytest.param(["seed"], rejected(field="ratio"), said(["ratio"]), P, "", id="field"),
        pytest.param(["seed"], rejected(message="invalid input"), said(["ratio"]), P, "", id="message"),
        pytest.param(["seed"], rejected(status=400), said(["ratio"]), U, "EXPECT.FIELD", id="status"),
        pytest.param(["seed"], rejected(code="PARAM.*"), said(["ratio"]), U, "EXPECT.FIELD", id="code"),
        pytest.param(["seed"], rejected(status=403), said(["ratio"]), F, "EXPECT.STATUS", id="another-telling-status"),
        pytest.param(
            ["seed"], rejected(code="MODEL.*"), said(["ratio"]), F, "EXPECT.CODE EXPECT.FIELD", id="another-code"
        ),
        # Nothing is named: that it was refused is seen, for what is not.
        pytest.param(["seed"], rejected(), answer(400, {"error": "Nope."}), P, "EXPECT.FIELD (warning)", id="silent"),
        pytest.param(
            ["seed"], rejected(status=400), answer(400, {"error": "Nope."}), P, "EXPECT.FIELD (warning)", id="a-status"
        ),
        pytest.param(["seed"], rejected(message="nope"), answer(400, {"error": "Nope."}), P, "", id="by-its-words"),
        pytest.param(["seed"], rejected(code="PARAM.*"), answer(400, {"error": "Nope."}), P, "", id="by-its-code"),
        pytest.param(["image"], rejected(status=413), OUTCOMES["body too large"], P, "", id="by-a-telling-status"),
        pytest.param([], rejected(), answer(400, {"error": "Nope."}), P, "", id="the-baseline-in-silence"),
    ],
)
def test_what_is_refused_is_what_the_variant_changes(
    changed: list[str],
    expect: Expectation,
    outcome: Outcome,
    verdict: Verdict,
    *,
    found: str,
    runway_alone: Provider,
    variant: MakeVariant,
) -> None:
    payload = {"model": "m", "ratio": "9:16", "seed": -1, "image": {"type": "drawing"}}

    judgement = judge(variant(payload, expect, levels=dict.fromkeys(changed, 1)), outcome, runway_alone)

    doubts = [item for item in judgement.findings if item.code.startswith("EXPECT")]
    told = " ".join(f"{item.code} (warning)" if item.warning else item.code for item in doubts)
    assert (judgement.verdict, told) == (verdict, found)


@pytest.mark.parametrize(
    ("outcome", "english", "russian"),
    [
        pytest.param(
            said(["ratio"], ["promptImage"]),
            "The API refused ratio, promptImage, which this variant does not change: whether it refuses seed cannot be "
            "told. Mend ratio, promptImage in the baseline. If this is the refusal that you mean, write `field: ratio` "
            "under `rejected`.",
            "API отклонил ratio, promptImage, но этот вариант меняет не это: отклоняет ли API seed, сказать нельзя. "
            "Исправьте ratio, promptImage в базовом запросе. Если ждёте именно этого отказа, уточните `rejected`: "
            "`field: ratio`.",
            id="another-field",
        ),
        pytest.param(
            answer(400, {"error": "Nope."}),
            "The refusal names no field: it may be about something else than seed. If this is the refusal that you "
            "mean, write a part of its text under `rejected` (`message: …`).",
            "Отказ не назвал поля: дело может быть и не в seed. Если ждёте именно этого отказа, добавьте к `rejected` "
            "часть его текста (`message: …`).",
            id="no-field",
        ),
    ],
)
def test_what_is_said_of_a_refusal_that_may_be_another(
    outcome: Outcome, english: str, russian: str, *, runway: Provider, variant: MakeVariant
) -> None:
    judgement = judge(variant({**variant().payload, "seed": -1}, rejected(), levels={"seed": -1}), outcome, runway)

    doubt = next(item for item in judgement.findings if item.code == "EXPECT.FIELD")
    assert doubt.advice is not None
    for lang, wanted in (("en", english), ("ru", russian)):
        assert f"{words.say(doubt.message, lang)} {words.say(doubt.advice, lang)}" == wanted


@pytest.mark.parametrize(
    ("changed", "english", "russian"),
    [
        pytest.param(
            "seed",
            "Mend ratio in the baseline: one refusal may hide another.",
            "Исправьте ratio в базовом запросе: один отказ может скрывать другой.",
            id="of-the-baseline",
        ),
        pytest.param(
            "ratio",
            "Correct the scenario's expectation, or find out what changed.",
            "Исправьте ожидание в сценарии или выясните, что изменилось.",
            id="of-the-variant",
        ),
    ],
)
def test_what_to_do_where_another_field_was_refused(
    changed: str, english: str, russian: str, *, runway: Provider, variant: MakeVariant
) -> None:
    judged = judge(variant(expect=rejected(field="seed"), levels={changed: 1}), said(["ratio"]), runway)
    assert (judged.verdict, codes(judged)) == (F, "EXPECT.FIELD PARAM.VALUE")
    advice = judged.findings[0].advice
    assert advice is not None
    assert [words.say(advice, lang) for lang in ("en", "ru")] == [english, russian]
