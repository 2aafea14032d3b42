"""One variant's way, on simulated time: what is sent when, what is learnt, what is written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from harness.clock import run
from harness.errors import TransportError, UsageError
from harness.fire import DownloadRefused, Exchange, follow, read
from harness.media import Measured
from harness.model import Asset, Json, Outcome, Output, PlannedVariant, Problem, TaskState, Until
from harness.provider.profile import Create, Poll, Polling, SystemicRule

Make = Callable[..., Any]
FILE = "https://files.example/a/b.mp4?_jwt=aaa.bbb"
CREATED = {"id": "t-1", "estimatedCost": {"credits": 25}}


def script(*answers: Any) -> Callable[[Any], Any]:
    """Answers in order; JSON stands for a 200."""
    items: Iterator[Any] = iter(answers)

    def answer(_: Any) -> Any:
        item = next(items)
        if isinstance(item, Exchange | Exception):
            return item
        return Exchange(status=200, headers={"content-type": "application/json"}, body=json.dumps(item).encode())

    return answer


def status(code: int, body: Json = None, **headers: str) -> Exchange:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(status=code, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=data)


def state(word: str, **more: Json) -> dict[str, Json]:
    return {"id": "t-1", "status": word, **more}


def lost(*, sent: bool) -> TransportError:
    return TransportError("NETWORK.RESET" if sent else "NETWORK.REFUSED", "api.invalid went away.", sent=sent)


@pytest.fixture
def fired(stage: Any, make_variant: Make) -> Callable[..., Outcome]:
    """Fires one variant against the answers given and returns its outcome; the stage keeps what else happened."""

    def fire(*answers: Any, call: PlannedVariant | None = None, **facts: Any) -> Outcome:
        async def main() -> Outcome:
            ctx = stage.context(script(*answers), **facts)
            outcome = await follow(call or make_variant(), ctx=ctx)
            await ctx.journal.close()
            return outcome

        outcome: Outcome = run(main(), stage.clock)
        return outcome

    return fire


def events(folder: Path) -> list[str]:
    return [event["event"] for event in read(folder)]


# ---- the good way


def test_create_poll_fetch(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(
        CREATED,
        state("PENDING", estimatedCost={"credits": 24}),
        state("RUNNING", progress=0.25),
        state("RUNNING", progress=0.75),
        state("SUCCEEDED", output=[FILE], cost={"credits": 23}),
        files={FILE: b"clip"},
        takes_s=0.5,
    )
    file = Output(url=FILE, file="outputs/v-1.mp4", size_bytes=4, kind="video", width=720, height=1280, duration_s=5.0)
    assert outcome == Outcome(
        variant_id="v-1",
        attempts=1,
        http_status=200,
        response=CREATED,
        task_id="t-1",
        task_state=TaskState.SUCCEEDED,
        task_word="SUCCEEDED",
        polls=4,
        estimated_credits=24,
        charged_credits=23,
        queued_s=11.0,
        running_s=11.0,
        total_s=22.5,
        outputs=(file,),
    )
    assert (stage.folder / "outputs/v-1.mp4").read_bytes() == b"clip"
    assert stage.transport.sent() == ["POST /v1/make", *["GET /v1/tasks/t-1"] * 4]
    create, poll = stage.transport.requests[:2]
    assert create.body == b'{"n":1}'
    key = create.headers["authorization"]
    assert key.startswith("Bearer key_0123")
    assert create.headers == {
        "accept": "application/json", "authorization": key, "x-version": "1", "content-type": "application/json"
    }  # fmt: skip
    assert poll.headers == {"accept": "application/json", "authorization": key, "x-version": "1"}


def test_the_journal_tells_the_whole_story(stage: Any, fired: Callable[..., Outcome]) -> None:
    fired(CREATED, state("RUNNING"), state("SUCCEEDED", output=[FILE], cost={"credits": 25}), files={FILE: b"clip"})
    told = [{key: event[key] for key in event if key != "at"} for event in read(stage.folder)]
    assert told == [
        {"event": "create.intent", "variant": "v-1", "endpoint": "make"},
        {
            "event": "task.created", "variant": "v-1", "status": 200, "attempt": 1, "elapsed_s": 0.0, "task": "t-1",
            "estimated": 25,
        },
        {"event": "poll", "variant": "v-1", "task": "t-1", "n": 1, "state": "RUNNING"},
        {"event": "task.ended", "variant": "v-1", "task": "t-1", "n": 2, "state": "SUCCEEDED", "charged": 25},
        {"event": "output.saved", "variant": "v-1", "file": "outputs/v-1.mp4", "bytes": 4},
    ]  # fmt: skip


def test_the_intent_is_on_the_disk_before_the_create_and_the_id_before_anything_else(
    stage: Any, fired: Callable[..., Outcome]
) -> None:
    on_disk: list[list[str]] = []
    answers = script(CREATED, state("SUCCEEDED", output=[]))

    def answer(request: Any) -> Any:
        on_disk.append(events(stage.folder))
        return answers(request)

    async def main(ctx: Any, call: PlannedVariant) -> None:
        await follow(call, ctx=ctx)
        await ctx.journal.close()

    fired(CREATED, state("FAILED"))  # makes the folder's journal; the story below is a second variant
    ctx = stage.context(answer)
    run(main(ctx, PlannedVariant(variant=fired_variant(), credits=1)), stage.clock)
    assert on_disk[0][-1] == "create.intent"
    assert on_disk[1][-2:] == ["create.intent", "task.created"]


def fired_variant() -> Any:
    from harness.model import Source, Variant

    return Variant(id="v-2", scenario="s", endpoint="make", name="n", source=Source(file="s.yaml"), payload={})


def test_what_v_shows(stage: Any, fired: Callable[..., Outcome], make_variant: Make) -> None:
    image = Asset(
        label="a.jpg", media_type="image/jpeg", data_uri=b"data:image/jpeg;base64," + b"A" * 4000, size_bytes=3000,
        sha256="9c1f0000" + "0" * 56, declared="0",
    )  # fmt: skip
    payload = {"promptImage": image, "ratio": "720:1280", "seed": None}
    fired(
        CREATED,
        state("RUNNING", progress=0.5),
        state("SUCCEEDED", output=[FILE]),
        files={FILE: b"x" * 123_456},
        call=make_variant(payload=payload),
    )
    assert stage.lines == [
        "v-1 n1: POST http://api.invalid/v1/make (4,072 bytes)",
        'v-1 n1: request keys: promptImage=<image/jpeg 2.9 KB sha256:9c1f0000…>, ratio="720:1280", seed=null',
        "v-1 n1: answer 200, response keys: id, estimatedCost",
        "v-1 n1: task ID: t-1",
        "v-1 n1: poll 1/12: RUNNING 50%",
        "v-1 n1: poll 2/12: SUCCEEDED",
        "v-1 n1: downloaded outputs/v-1.mp4: 123,456 bytes",
    ]


def test_nobody_looks_nobody_words(fired: Callable[..., Outcome], stage: Any) -> None:
    fired(status(400, {"error": "no"}), log=None)
    assert stage.lines == []


def test_the_key_shows_nowhere(stage: Any, fired: Callable[..., Outcome], make_variant: Make) -> None:
    from urllib.parse import quote

    key = "key_" + "0123456789abcdef" * 8
    fired(
        status(400, {"error": f"The key {key} is odd.", "token": "abc", "again": quote(f"Bearer {key}")}),
        call=make_variant(payload={"key": key, "text": f"Bearer {key}"}),
    )
    written = "".join(path.read_text() for path in stage.folder.iterdir()) + "".join(stage.lines)
    assert key not in written
    assert '"token":"<redacted>"' in stage.lines[-1]


# ---- refusals and strange answers


def test_a_refusal_is_sent_once_and_costs_nothing_more(stage: Any, fired: Callable[..., Outcome]) -> None:
    body = {"error": "Validation of body failed", "issues": [{"path": ["ratio"]}]}
    outcome = fired(status(400, body), takes_s=0.25)
    assert outcome == Outcome(variant_id="v-1", attempts=1, http_status=400, response=body, total_s=0.25)
    assert events(stage.folder) == ["create.intent", "create.answer"]
    assert stage.lines[-1] == f"v-1 n1: answer 400: {json.dumps(body, separators=(',', ':'))}"


@pytest.mark.parametrize("answer", [status(500), status(503), status(429), status(408), lost(sent=True)], ids=str)
def test_a_create_that_may_have_been_taken_is_never_sent_again(
    stage: Any, fired: Callable[..., Outcome], answer: Any
) -> None:
    outcome = fired(answer)
    assert stage.transport.sent() == ["POST /v1/make"]
    assert (outcome.attempts, outcome.task_id) == (1, None)
    maybe = outcome.problem is not None and outcome.problem.maybe_created
    assert maybe is (not isinstance(answer, Exchange) or answer.status >= 500)


def test_a_create_that_was_declined_is_sent_again_where_the_profile_says_so(
    stage: Any, fired: Callable[..., Outcome], make_provider: Make
) -> None:
    provider = make_provider(create=Create(declined=frozenset({429, 503})))
    answers = (status(429, retry_after="7"), status(503), CREATED, state("SUCCEEDED", output=[]))
    outcome = fired(*answers, until=Until.FINISHED, provider=provider)
    assert (outcome.attempts, outcome.task_id, outcome.problem) == (3, "t-1", None)
    assert events(stage.folder)[:4] == ["create.intent", "retry", "retry", "task.created"]
    assert 7.75 <= stage.clock.now() - 5 <= 8.7


def test_a_create_that_is_declined_for_good_may_not_have_been_taken(
    fired: Callable[..., Outcome], make_provider: Make
) -> None:
    provider = make_provider(create=Create(declined=frozenset({503})))
    outcome = fired(*[status(503)] * 6, provider=provider)
    assert (outcome.attempts, outcome.http_status) == (6, 503)
    assert outcome.problem == Problem(code="PROVIDER.5XX", text="The API answered 503.", maybe_created=False)
    assert fired(status(500), provider=provider).attempts == 1


def test_a_day_s_quota_is_no_better_in_a_moment(fired: Callable[..., Outcome], make_provider: Make) -> None:
    quota = SystemicRule(code="QUOTA.DAILY", status=429, text="daily task limit")
    provider = make_provider(create=Create(declined=frozenset({429})), systemic=(quota,))
    assert fired(status(429, {"error": "Your daily task limit has been reached."}), provider=provider).attempts == 1


def test_a_create_that_never_left_is_sent_again_with_pauses(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(lost(sent=False), lost(sent=False), CREATED, state("SUCCEEDED", output=[]), until=Until.FINISHED)
    assert (outcome.attempts, outcome.task_id, outcome.problem) == (3, "t-1", None)
    assert events(stage.folder)[:4] == ["create.intent", "retry", "retry", "task.created"]
    assert 1.125 <= stage.clock.now() - 5 <= 1.5


def test_a_create_that_never_leaves_is_given_up(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(*[lost(sent=False)] * 3)
    assert outcome.attempts == 3
    assert outcome.problem == Problem(code="NETWORK.REFUSED", text="api.invalid went away.", maybe_created=False)
    answer = read(stage.folder)[-1]
    assert (answer["event"], answer["error"], answer["sent"]) == ("create.answer", "NETWORK.REFUSED", False)


def test_a_200_without_an_id_is_not_polled(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired({"status": "ok"})
    assert outcome.problem == Problem(
        code="PROVIDER.BODY", text="The API answered 200 without a task id (looked for at `id`).", maybe_created=True
    )
    assert stage.transport.sent() == ["POST /v1/make"]


def test_an_id_with_slashes_stays_one_segment(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired({"id": "../a b/?#%2F"}, state("FAILED"))
    assert outcome.task_id == "../a b/?#%2F"
    assert stage.transport.sent()[1] == "GET /v1/tasks/..%2Fa%20b%2F%3F%23%252F"


def test_a_route_with_a_name(stage: Any, fired: Callable[..., Outcome], make_variant: Make) -> None:
    call = make_variant(endpoint="flow", path={"name": "a/b"})
    fired(CREATED, state("FAILED"), call=call)
    assert stage.transport.sent() == ["POST /v1/flows/a%2Fb", "GET /v1/flows/a%2Fb/t-1"]


def test_a_route_without_its_name(fired: Callable[..., Outcome], make_variant: Make) -> None:
    with pytest.raises(UsageError, match=r"^The route /v1/flows/\{name\} needs a value for name\."):
        fired(CREATED, call=make_variant(endpoint="flow"))


def test_a_key_that_no_header_can_carry(fired: Callable[..., Outcome]) -> None:
    with pytest.raises(UsageError, match=r"^The API key has characters that no HTTP header can carry\."):
        fired(CREATED, key="key\nSet-Cookie: x")


# ---- polling


def test_the_first_poll_comes_one_interval_after_the_create(stage: Any) -> None:
    times: list[float] = []
    answers = script(CREATED, state("RUNNING"), state("SUCCEEDED", output=[]))

    def answer(request: Any) -> Any:
        times.append(stage.clock.now())
        return answers(request)

    ctx = stage.context(answer, poll_every_s=7.0, until=Until.FINISHED)
    run(follow(PlannedVariant(variant=fired_variant(), credits=None), ctx=ctx), stage.clock)
    assert times == [0, 7, 14]


def test_later_tasks_wait_for_the_usual_time_first(stage: Any, make_variant: Make) -> None:
    times: dict[str, list[float]] = {"t-1": [], "t-2": [], "t-3": []}
    made: dict[str, float] = {}

    def answer(request: Any) -> Exchange:
        now_s = stage.clock.now()
        if request.method == "POST":
            task = f"t-{json.loads(request.body)['n']}"
            made[task] = now_s
            return status(200, {"id": task})
        task = request.url.rpartition("/")[2]
        times[task].append(now_s - made[task])
        done = now_s - made[task] >= 33
        return status(200, state("SUCCEEDED", output=[]) if done else state("RUNNING"))

    async def main() -> None:
        ctx = stage.context(answer, until=Until.FINISHED)
        for number in (1, 2, 3):
            await follow(make_variant(number), ctx=ctx)
        await ctx.journal.close()

    run(main(), stage.clock)
    assert times == {"t-1": [5, 10, 15, 20, 25, 30, 35], "t-2": [32.5, 37.5], "t-3": [32.5, 37.5]}


@pytest.mark.parametrize(
    ("asked_s", "address", "pace"),
    [
        (None, "https://api.example", (6.0, 1.5, 5.0)),
        (0.25, "https://api.example", (0.25, 0.0, 5.0)),
        (20.0, "https://api.example", (20.0, 0.0, 5.0)),
        (0.25, "http://127.0.0.1:8080", (0.25, 0.0, 0.0)),
        (None, "http://127.0.0.1:8080", (6.0, 1.5, 5.0)),
    ],
    ids=["the profile's", "too quick", "slower", "quick on this machine", "the profile's on this machine"],
)
def test_the_provider_is_never_asked_more_often_than_it_allows(
    stage: Any, make_provider: Make, asked_s: float | None, address: str, pace: tuple[float, float, float]
) -> None:
    async def main() -> Any:
        provider = make_provider(polling=Polling(every_s=6.0, jitter_s=1.5, timeout_s=600.0, least_s=5.0))
        ctx = stage.context(script(), provider=provider, poll_every_s=asked_s, base_url=address)
        await ctx.journal.close()
        return ctx.pace

    assert run(main(), stage.clock) == pace


def test_jitter_spreads_the_profiles_interval(stage: Any, make_provider: Make) -> None:
    times: list[float] = []

    def answer(request: Any) -> Exchange:
        times.append(stage.clock.now())
        return status(200, CREATED if request.method == "POST" else state("RUNNING"))

    provider = make_provider(polling=Polling(every_s=5.0, jitter_s=1.5, timeout_s=500.0))
    ctx = stage.context(answer, provider=provider, log=None)
    run(follow(PlannedVariant(variant=fired_variant(), credits=None), ctx=ctx), stage.clock)
    gaps = [later - earlier for earlier, later in pairwise(times[:-1])]
    assert all(3.5 <= gap <= 6.5 for gap in gaps)
    assert max(gaps) - min(gaps) > 2
    assert times[-1] == pytest.approx(500.0)  # a last look when the time is up


def test_no_pause_between_polls_still_lets_simulated_time_pass(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, *[state("RUNNING")] * 20, state("SUCCEEDED", output=[]), poll_every_s=0, until="finished")
    assert (outcome.polls, stage.clock.now()) == (21, 21 * 0.25)
    assert stage.lines[-1] == "v-1 n1: poll 21: SUCCEEDED"


def test_a_poll_that_never_ends(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, *[state("RUNNING")] * 12)
    text = "Task t-1 was still RUNNING after 60 s and 12 polls."
    assert outcome.problem == Problem(code="TASK.TIMEOUT", text=text)
    assert (outcome.task_state, outcome.polls, outcome.total_s) == (TaskState.RUNNING, 12, 60)
    assert (outcome.queued_s, outcome.running_s) == (5, None)
    assert stage.clock.now() == 60


@pytest.mark.parametrize(
    ("base_url", "mock", "seconds"),
    [("http://api.invalid", False, 5.0), ("http://127.0.0.1:9", False, 1.0), ("http://api.invalid", True, 1.0)],
    ids=["another host", "this machine", "a mock"],
)
def test_polls_are_no_closer_than_the_provider_allows(
    stage: Any,
    fired: Callable[..., Outcome],
    make_provider: Make,
    base_url: str,
    mock: bool,  # noqa: FBT001
    seconds: float,
) -> None:
    provider = make_provider(polling=Polling(every_s=6, timeout_s=60, least_s=5))
    answers = (CREATED, state("CANCELLED"))
    fired(*answers, provider=provider, poll_every_s=1, base_url=base_url, mock=mock)
    assert stage.clock.now() == seconds


@pytest.mark.parametrize("output", ["not a url", ["file:///etc/passwd"], {"video": {"url": " ftp://x/y"}}])
def test_an_output_that_is_no_address_is_kept_and_not_fetched(
    stage: Any, fired: Callable[..., Outcome], output: Json
) -> None:
    outcome = fired(CREATED, state("SUCCEEDED", output=output))
    (found,) = outcome.outputs
    assert found.url.strip() in json.dumps(output)
    assert (found.file, found.problem) == (None, "It is no http(s) address.")
    assert not (stage.folder / "outputs").exists()
    assert outcome.raw is not None


def test_the_runs_own_limit(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("PENDING"), task_timeout_s=1.5)
    text = "Task t-1 was still PENDING after 1.5 s and 1 poll."
    assert outcome.problem == Problem(code="TASK.TIMEOUT", text=text)


def test_time_in_the_queue_is_not_the_tasks_own(stage: Any, fired: Callable[..., Outcome]) -> None:
    waits = [state("THROTTLED")] * 30
    outcome = fired(CREATED, *waits, *[state("RUNNING")] * 11, state("SUCCEEDED", output=[]), until=Until.FINISHED)
    assert (outcome.task_state, outcome.problem, outcome.polls) == (TaskState.SUCCEEDED, None, 42)
    assert stage.clock.now() == 42 * 5


def test_the_tasks_own_time_runs_from_when_it_left_the_queue(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, *[state("THROTTLED")] * 4, *[state("RUNNING")] * 12)
    text = "Task t-1 was still RUNNING after 80 s and 16 polls."
    assert outcome.problem == Problem(code="TASK.TIMEOUT", text=text)


def test_a_queue_without_end_is_given_up(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, *[state("THROTTLED")] * 120)
    text = "Task t-1 was still THROTTLED after 600 s and 120 polls."
    assert outcome.problem == Problem(code="TASK.TIMEOUT", text=text)
    assert stage.clock.now() == 600  # ten times the limit


def test_a_word_that_nobody_knows_is_waited_out(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("PENDING"), *[state("Baking")] * 11)
    known = "the profile does not know that word, so it counts as no end."
    text = f'Task t-1 was still "Baking" after 60 s and 12 polls; {known}'
    assert outcome.problem == Problem(code="TASK.TIMEOUT", text=text)
    assert (outcome.task_word, outcome.task_state) == ("Baking", TaskState.PENDING)


def test_a_word_that_nobody_knows_may_pass(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("Baking"), state("succeeded", output=[]), until=Until.FINISHED)
    assert (outcome.task_word, outcome.task_state, outcome.problem) == ("succeeded", TaskState.SUCCEEDED, None)


@pytest.mark.parametrize("code", [404, 410])
def test_a_task_that_vanished(stage: Any, fired: Callable[..., Outcome], code: int) -> None:
    outcome = fired(CREATED, state("RUNNING"), status(code, {"error": "Could not find Task"}))
    text = f'Task t-1 was created, and poll 2 was answered with {code} ({{"error": "Could not find Task"}}).'
    assert outcome.problem == Problem(code="TASK.VANISHED", text=text)
    assert (outcome.task_id, outcome.task_state, outcome.polls) == ("t-1", TaskState.RUNNING, 2)
    assert len(stage.transport.requests) == 3


@pytest.mark.parametrize(
    "trouble", [status(503), status(429), status(500), status(408), lost(sent=True), lost(sent=False)], ids=str
)
def test_a_read_is_tried_again(stage: Any, fired: Callable[..., Outcome], trouble: Any) -> None:
    outcome = fired(CREATED, *[trouble] * 5, state("SUCCEEDED", output=[]), until=Until.FINISHED)
    assert (outcome.task_state, outcome.problem, outcome.polls) == (TaskState.SUCCEEDED, None, 1)
    assert events(stage.folder).count("retry") == 5
    assert 5 + 11.6 <= stage.clock.now() <= 5 + 15.5


@pytest.mark.parametrize(
    ("trouble", "code", "text"),
    [
        (status(503, b"<b>busy"), "PROVIDER.5XX", "poll 1 was answered with 503 (<b>busy)."),
        (status(429, b""), "PROVIDER.BUSY", "poll 1 was answered with 429 (an empty body)."),
        (lost(sent=True), "NETWORK.RESET", "api.invalid went away."),
    ],
    ids=["503", "429", "lost"],
)
def test_a_read_is_given_up_after_six_tries(
    stage: Any, fired: Callable[..., Outcome], trouble: Any, code: str, text: str
) -> None:
    outcome = fired(CREATED, *[trouble] * 6)
    assert outcome.problem == Problem(code=code, text=f"Task t-1 could not be read any more: {text}")
    assert (outcome.task_id, len(stage.transport.requests)) == ("t-1", 7)


@pytest.mark.parametrize("code", [400, 401, 403, 301])
def test_a_poll_that_is_refused(fired: Callable[..., Outcome], code: int) -> None:
    outcome = fired(CREATED, status(code, {"error": "no"}))
    assert outcome.problem is not None
    assert (outcome.problem.code, outcome.problem.maybe_created) == ("TASK.UNFINISHED", False)


def test_retry_after_is_obeyed(stage: Any, fired: Callable[..., Outcome]) -> None:
    until = "Sun, 22 Nov 2026 10:15:45 GMT"  # the story begins at 10:15:00, and the poll is at 10:15:05
    fired(CREATED, status(429, retry_after="20"), status(503, retry_after=until), state("FAILED"))
    assert 45 <= stage.clock.now() <= 45 + 4  # and a tenth of either pause at most


def test_polls_that_tell_nothing_are_given_up_after_three(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("RUNNING"), {}, status(200, b"<html>"), {"status": 1.5})
    text = 'Task t-1: 3 polls in a row told no state, the last one: {"status": 1.5}'
    assert outcome.problem == Problem(code="PROVIDER.BODY", text=text)
    assert outcome.polls == 4


def test_polls_that_tell_nothing_now_and_then_are_passed_over(fired: Callable[..., Outcome]) -> None:
    outcome = fired(
        CREATED,
        {},
        status(200, b"<html>"),
        state("RUNNING"),
        {},
        {},
        state("SUCCEEDED", output=[]),
        until=Until.FINISHED,
    )
    assert (outcome.task_state, outcome.problem, outcome.polls) == (TaskState.SUCCEEDED, None, 6)


def test_a_task_that_failed(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(
        CREATED,
        state("RUNNING"),
        state("FAILED", failure="Moderated.", failureCode="SAFETY.INPUT.TEXT", cost={"credits": 25}),
    )
    assert (outcome.task_state, outcome.failure, outcome.failure_code) == (
        TaskState.FAILED,
        "Moderated.",
        "SAFETY.INPUT.TEXT",
    )
    assert (outcome.charged_credits, outcome.outputs, outcome.problem) == (25, (), None)
    assert events(stage.folder)[-1] == "task.ended"


def test_a_task_that_was_never_seen_running_has_no_running_time(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("PENDING"), state("SUCCEEDED", output=[]), until=Until.FINISHED)
    assert (outcome.queued_s, outcome.running_s, outcome.total_s) == (None, None, 10)


def test_another_providers_shape(stage: Any, make_provider: Make, make_variant: Make) -> None:
    provider = make_provider(
        poll=Poll(path="/jobs?id={id}", state_path="data.state", output_path="data.videos", charged_path=None),
        headers={},
    )
    answers = script({"id": 77}, {"data": {"state": "succeed", "videos": [{"url": FILE}]}})
    ctx = stage.context(answers, provider=provider, until=Until.FINISHED)
    outcome = run(follow(make_variant(), ctx=ctx), stage.clock)
    assert (outcome.task_id, outcome.task_state, outcome.charged_credits) == ("77", TaskState.SUCCEEDED, None)
    assert outcome.outputs == (Output(url=FILE, kind="video"),)


# ---- until accepted


def test_an_accepted_task_that_has_not_begun_is_cancelled(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("PENDING"), status(204), until=Until.ACCEPTED)
    assert stage.transport.sent() == ["POST /v1/make", "GET /v1/tasks/t-1", "DELETE /v1/tasks/t-1"]
    assert (outcome.task_id, outcome.task_state, outcome.problem) == ("t-1", TaskState.CANCELLED, None)
    assert stage.clock.now() == 0
    assert read(stage.folder)[-1]["status"] == 204


@pytest.mark.parametrize("word", ["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"])
def test_an_accepted_task_that_has_begun_is_left(stage: Any, fired: Callable[..., Outcome], word: str) -> None:
    outcome = fired(CREATED, state(word, output=[FILE]), until=Until.ACCEPTED)
    assert stage.transport.sent() == ["POST /v1/make", "GET /v1/tasks/t-1"]
    assert (outcome.task_state, outcome.outputs, outcome.problem) == (TaskState(word), (), None)


def test_an_accepted_task_that_cannot_be_read_is_cancelled(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, status(404), status(404), until=Until.ACCEPTED)
    assert stage.transport.sent()[-1] == "DELETE /v1/tasks/t-1"
    assert (outcome.task_state, outcome.problem) == (None, None)


def test_a_cancel_is_tried_again_and_given_up(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("PENDING"), status(503), lost(sent=True), lost(sent=False), until=Until.ACCEPTED)
    assert (outcome.task_state, outcome.problem) == (TaskState.PENDING, None)
    event = read(stage.folder)[-1]
    assert (event["event"], event["status"], event["error"]) == ("cancel", None, "NETWORK.REFUSED")


def test_without_a_way_to_cancel_an_accepted_task_is_left(
    stage: Any, fired: Callable[..., Outcome], make_provider: Make
) -> None:
    fired(CREATED, until=Until.ACCEPTED, provider=make_provider(cancel=None))
    assert stage.transport.sent() == ["POST /v1/make"]


# ---- outputs


def test_until_finished_nothing_is_downloaded(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("SUCCEEDED", output=[FILE]), until=Until.FINISHED)
    assert outcome.outputs == (Output(url=FILE, kind="video"),)
    assert not (stage.folder / "outputs").exists()


def test_a_run_that_does_not_download_says_how_far_it_went(fired: Callable[..., Outcome]) -> None:
    outcome = fired(CREATED, state("SUCCEEDED", output=[FILE]), download=False)
    assert (outcome.until, outcome.outputs) == (Until.FINISHED, (Output(url=FILE, kind="video"),))


def test_several_outputs_have_names_of_their_own(stage: Any, fired: Callable[..., Outcome]) -> None:
    other, inline = "https://files.example/b.PNG", "data:image/webp;base64,AAAA"
    outcome = fired(CREATED, state("SUCCEEDED", output=[FILE, other, inline]), files={FILE: b"clip", other: b"picture"})
    assert [output.file for output in outcome.outputs] == ["outputs/v-1.mp4", "outputs/v-1-2.png", "outputs/v-1-3.webp"]
    assert [output.size_bytes for output in outcome.outputs] == [4, 7, 3]
    assert sorted(path.name for path in (stage.folder / "outputs").iterdir()) == ["v-1-2.png", "v-1-3.webp", "v-1.mp4"]


def test_megabytes_in_an_answer_reach_the_disk_and_do_not_stay_in_memory(
    stage: Any, fired: Callable[..., Outcome]
) -> None:
    inline = "data:video/mp4;base64," + "AAAA" * 1_000_000
    outcome = fired(CREATED, state("SUCCEEDED", output=inline))
    assert [(output.size_bytes, output.url) for output in outcome.outputs] == [(3_000_000, "data:video/mp4;base64,…")]
    assert (stage.folder / "outputs" / "v-1.mp4").stat().st_size == 3_000_000


def test_an_id_behind_an_echo_of_the_pictures_is_found(fired: Callable[..., Outcome]) -> None:
    created = status(200, {"echo": "data:image/jpeg;base64," + "A" * 5_000_000, "id": "t-1"})
    outcome = fired(created, state("CANCELLED"))
    assert (outcome.task_id, outcome.response, len(outcome.raw or "")) == ("t-1", None, 2000)


def test_an_id_in_a_torn_answer_is_on_disk(stage: Any, fired: Callable[..., Outcome]) -> None:
    torn = TransportError("NETWORK.RESET", "api.invalid went away.", sent=True, received=b'{"id": "t-1", "x')
    outcome = fired(torn)
    text = "api.invalid went away. It named the id t-1."
    assert outcome.problem == Problem(code="NETWORK.RESET", text=text, maybe_created=True)
    assert outcome.task_id is None
    assert read(stage.folder)[-1]["text"] == text


def test_an_id_in_a_refusal_of_the_server_s_is_on_disk(stage: Any, fired: Callable[..., Outcome]) -> None:
    outcome = fired(status(500, {"error": "oops", "id": "t-1"}))
    assert outcome.problem is not None
    assert outcome.problem.text == read(stage.folder)[-1]["text"] == "The API answered 500, and named the id t-1."


def test_no_more_than_sixteen_outputs_are_taken(fired: Callable[..., Outcome]) -> None:
    addresses = [f"https://files.example/{number}.mp4" for number in range(50)]
    outcome = fired(CREATED, state("SUCCEEDED", output=addresses), until=Until.FINISHED)
    assert len(outcome.outputs) == 16


def test_a_download_that_fails_is_no_end_of_the_variant(stage: Any, fired: Callable[..., Outcome]) -> None:
    refused = DownloadRefused("files.example answered 403 instead of the file.", status=403, headers={})
    other = "https://files.example/b.mp4"
    ended = state("SUCCEEDED", output=[FILE, other])
    outcome = fired(CREATED, ended, ended, files={FILE: refused, other: b"clip"})
    assert [(output.file, output.problem) for output in outcome.outputs] == [
        (None, "files.example answered 403 instead of the file, also after a fresh link was asked for."),
        ("outputs/v-1-2.mp4", None),
    ]
    assert outcome.problem is None
    assert "v-1 n1: no file: files.example answered 403 instead of the file." in stage.lines


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_links_that_have_expired_are_asked_for_once_more(stage: Any, fired: Callable[..., Outcome], code: int) -> None:
    gone = DownloadRefused(f"files.example answered {code} instead of the file.", status=code, headers={})
    old, new = [f"{FILE}&old={n}" for n in (1, 2)], [f"{FILE}&new={n}" for n in (1, 2)]
    outcome = fired(
        *(CREATED, state("SUCCEEDED", output=old, cost={"credits": 25}), state("SUCCEEDED", output=new)),
        files={old[0]: gone, old[1]: gone, new[0]: b"one", new[1]: b"two!"},
    )
    assert [(output.file, output.size_bytes, output.problem) for output in outcome.outputs] == [
        ("outputs/v-1.mp4", 3, None),
        ("outputs/v-1-2.mp4", 4, None),
    ]
    assert [output.url for output in outcome.outputs] == new
    assert (outcome.problem, outcome.polls, outcome.charged_credits) == (None, 2, 25)
    assert len(stage.transport.requests) == 3


@pytest.mark.parametrize("again", [status(404, {"error": "gone"}), {}, state("RUNNING")], ids=str)
def test_a_fresh_link_that_is_not_to_be_had_changes_nothing(fired: Callable[..., Outcome], again: Any) -> None:
    gone = DownloadRefused("files.example answered 403 instead of the file.", status=403, headers={})
    outcome = fired(CREATED, state("SUCCEEDED", output=[FILE]), again, files={FILE: gone})
    problem = "files.example answered 403 instead of the file, also after a fresh link was asked for."
    assert [(output.file, output.problem, output.expired) for output in outcome.outputs] == [(None, problem, True)]
    assert (outcome.task_state, outcome.problem) == (TaskState.SUCCEEDED, None)


def test_a_download_is_tried_again(stage: Any, fired: Callable[..., Outcome]) -> None:
    refused = DownloadRefused(
        "files.example answered 503 instead of the file.", status=503, headers={"retry-after": "3"}
    )
    outcome = fired(CREATED, state("SUCCEEDED", output=[FILE]), files={FILE: refused})
    assert outcome.outputs[0].problem == "files.example answered 503 instead of the file, 6 times."
    assert 5 + 5 * 3 <= stage.clock.now() <= 5 + 5 * 3.3


def test_a_file_that_cannot_be_measured_keeps_its_problem(fired: Callable[..., Outcome]) -> None:
    outcome = fired(
        CREATED,
        state("SUCCEEDED", output=[FILE]),
        files={FILE: b"junk"},
        measure=lambda _: Measured(problem="no media file: 4 bytes"),
    )
    assert outcome.outputs == (
        Output(url=FILE, file="outputs/v-1.mp4", size_bytes=4, kind="video", problem="no media file: 4 bytes"),
    )
