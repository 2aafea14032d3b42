"""Hand-built runs that the report tests share: the old six variants, a red run, two scenarios, hostile texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from harness.model import (
    WORKS,
    Asset,
    Expectation,
    Finding,
    JsonObject,
    Judgement,
    MediaExpectation,
    Move,
    Outcome,
    Output,
    Phrase,
    PlannedVariant,
    Problem,
    Proposal,
    RunPlan,
    Source,
    TaskState,
    Until,
    Variant,
    Verdict,
)
from harness.redact import Redactor
from harness.report import Report, RunFacts, build

KEY = "key_" + "5ec2e7" * 20
SELFIE = Asset(
    label="assets/selfie.jpg",
    media_type="image/jpeg",
    data_uri=b"data:image/jpeg;base64,/9j/4AAQ",
    size_bytes=251_187,
    sha256="9c1f" + "0a" * 30,
    declared="selfie",
)
BASELINE: JsonObject = {
    "model": "gen4_turbo",
    "promptImage": SELFIE,
    "promptText": "A friendly wave at the camera",
    "ratio": "720:1280",
    "duration": 5,
}


@dataclass(frozen=True)
class Endpoint:
    key: str
    method: str = "POST"
    path: str = "/v1/image_to_video"


@dataclass(frozen=True)
class Profile:
    base_url: str = "https://api.dev.runwayml.com"
    key_env: tuple[str, ...] = ("RUNWAYML_API_SECRET", "RUNWAY_API_KEY")
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Authorization": "Bearer {key}", "X-Runway-Version": "2024-11-06"}
    )


@dataclass(frozen=True)
class Provider:
    profile: Profile = field(default_factory=Profile)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    name: str
    source: Source
    endpoint: Endpoint
    provider: Provider
    baseline: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One variant with what happened to it."""

    planned: PlannedVariant
    outcome: Outcome
    judgement: Judgement


def task(number: int) -> str:
    """A task id that looks like the provider's."""
    return f"d8b03508-a8a3-4590-ae09-{number:012x}"


def case(
    number: int,
    name: str,
    *,
    scenario: str = "image_to_video",
    endpoint: str | None = None,
    levels: JsonObject | None = None,
    payload: JsonObject | None = None,
    expect: Expectation = WORKS,
    verdict: Verdict = Verdict.PASS,
    state: TaskState | None = TaskState.SUCCEEDED,
    task_id: str | None = "",
    findings: Sequence[Finding] = (),
    price: float | None = 25.0,
    total_s: float = 24.0,
    skip: Phrase | None = None,
    problem: Problem | None = None,
    path: Mapping[str, str] | None = None,
) -> Case:
    """A case; `state` None means that the create was refused (400), `task_id` "" that it has one of its own."""
    identity = f"v-{number:08x}"
    levels = levels or {}
    variant = Variant(
        id=identity,
        scenario=scenario,
        endpoint=endpoint or scenario,
        name=name,
        source=Source(file=f"scenarios/runway/{scenario}.yaml", line=10 + number),
        payload={**BASELINE, **levels} if payload is None else payload,
        levels=levels,
        expect=expect,
        path=path or {},
    )
    fired = skip is None
    created = fired and state is not None
    outcome = Outcome(
        variant_id=identity,
        attempts=1 if fired else 0,
        http_status=None if not fired else 200 if created else 400,
        task_id=(task_id or task(number)) if created else None,
        task_state=state if created else None,
        polls=5 if created else 0,
        estimated_credits=price if created else None,
        charged_credits=price if state is TaskState.SUCCEEDED and created else None,
        queued_s=2.0 if created else None,
        running_s=total_s - 2 if created else None,
        total_s=total_s if fired else None,
        outputs=(
            Output(
                url="https://cdn.example/clip.mp4?_jwt=secret",
                file=f"outputs/{identity}.mp4",
                size_bytes=1234,
                kind="video",
                width=720,
                height=1280,
                duration_s=10.0,
            ),
        )
        if created and state is TaskState.SUCCEEDED
        else (),
        problem=problem,
        skipped=skip,
    )
    planned = PlannedVariant(variant=variant, credits=0.0 if expect.kind == "rejected" else price, skip=skip)
    return Case(planned, outcome, Judgement(variant_id=identity, verdict=verdict, findings=tuple(findings)))


def make(
    cases: Sequence[Case],
    *,
    scenarios: Sequence[str] = ("image_to_video",),
    target: str = "mock",
    exit_code: int = 0,
    simulated_s: float | None = 252.0,
    notes: tuple[Phrase, ...] = (),
    secrets: Sequence[str] = (KEY,),
    assets: Mapping[str, str] | None = None,
    provider: Provider | None = None,
    contract: str = "2026-11-22",
) -> Report:
    """The report of a run of these cases."""
    endpoints = {name: Endpoint(key=name, path=f"/v1/{name}") for name in scenarios}
    provider = provider or Provider(endpoints=endpoints)
    facts = RunFacts(
        id="20261122-101500-7f3a",
        target=target,
        provider="runway",
        contract=contract,
        until=Until.VERIFIED,
        seed=0,
        started_at=datetime(2026, 11, 22, 10, 15, tzinfo=UTC),
        wall_s=0.4142,
        simulated_s=simulated_s,
        exit_code=exit_code,
        notes=notes,
    )
    known = {
        name: Scenario(
            name=name,
            source=Source(file=f"scenarios/runway/{name}.yaml", line=1),
            endpoint=provider.endpoints.get(name, Endpoint(key=name)),
            provider=provider,
        )
        for name in scenarios
    }
    return build(
        facts,
        known,
        RunPlan(variants=tuple(case.planned for case in cases), order=tuple(range(len(cases)))),
        [case.outcome for case in cases],
        [case.judgement for case in cases],
        Redactor(secrets),
        assets=assets,
    )


RATIO = Finding(
    code="PARAM.VALUE",
    field="ratio",
    message=Phrase(key="param.value.allowed", params={"sent": "ratio=9:16", "allowed": "1280:720, 720:1280, 960:960"}),
    proposal=Proposal(
        field="ratio",
        value="720:1280",
        reason=Phrase(key="propose.same_shape", params={"to": "ratio=720:1280"}),
    ),
    said='Invalid option: expected one of "1280:720"|"720:1280"|"960:960"',
)
UNDOCUMENTED = Finding(
    code="UNDOCUMENTED",
    field="watermark",
    message=Phrase(key="undocumented", params={"field": "watermark", "contract": "2026-11-22"}),
    advice=Phrase(key="advice.drop", params={"field": "watermark"}),
    warning=True,
)


def told(
    code: str, text: str, *, advice: str | None = None, said: str | None = None, move: Move = Move.YOURS
) -> Finding:
    """A finding whose message is this text."""
    return Finding(
        code=code,
        message=Phrase(key="problem", params={"text": text}),
        advice=Phrase(key=advice) if advice else None,
        said=said,
        move=move,
    )


def green() -> Report:
    return make(
        [
            case(1, "ratio='720:1280'"),
            case(2, "duration=10", levels={"duration": 10}, price=50.0, total_s=252.0),
            case(3, "ratio='1280:720'", levels={"ratio": "1280:720"}),
            case(4, "Minimal", payload={key: BASELINE[key] for key in ("model", "promptImage", "ratio")}, total_s=9.94),
            case(5, "With seed", levels={"seed": 12345}, expect=Expectation(media=MediaExpectation(width=720))),
            case(6, "With watermark", levels={"watermark": False}, findings=[UNDOCUMENTED]),
            case(
                7,
                "aspect ratio instead of pixels",
                levels={"ratio": "9:16"},
                expect=Expectation(kind="rejected", field="ratio"),
                state=None,
                findings=[RATIO],
            ),
        ]
    )


def red() -> Report:
    rejected = Expectation(kind="rejected")
    return make(
        [
            case(1, "ratio='720:1280'"),
            case(2, "aspect ratio", levels={"ratio": "9:16"}, state=None, verdict=Verdict.FAIL, findings=[RATIO]),
            case(3, "aspect ratio again", levels={"ratio": "9:16"}, state=None, verdict=Verdict.FAIL, findings=[RATIO]),
            case(
                4,
                "watermark refused?",
                levels={"watermark": False},
                expect=rejected,
                verdict=Verdict.FAIL,
                findings=[told("EXPECT.ACCEPTED", "A refusal was expected, but the API accepted it.")],
            ),
            case(
                5,
                "moderated",
                levels={"promptText": "…"},
                state=TaskState.FAILED,
                verdict=Verdict.FAIL,
                findings=[
                    told(
                        "SAFETY.INPUT.TEXT",
                        "The task was stopped by moderation of the input.",
                        advice="advice.moderation",
                        said="Input text failed moderation",
                    )
                ],
            ),
            case(
                6,
                "wrong shape",
                verdict=Verdict.FAIL,
                findings=[told("OUTPUT.RATIO", "outputs/v-00000006.mp4 is 1280x720 and should be 720x1280.")],
            ),
            case(
                7,
                "slow",
                state=TaskState.RUNNING,
                verdict=Verdict.INCONCLUSIVE,
                total_s=600.0,
                findings=[
                    told(
                        "TASK.TIMEOUT",
                        f"Task {task(7)} was still RUNNING after 600 s and 96 polls.",
                        advice="advice.resume",
                        move=Move.PROVIDERS,
                    )
                ],
            ),
            case(
                8,
                "our own fault",
                state=None,
                verdict=Verdict.ERROR,
                findings=[told("OURS.BUG", "KeyError: 'id'", move=Move.OURS)],
            ),
            case(
                9,
                "old contract",
                verdict=Verdict.SKIPPED,
                skip=Phrase(key="skip.contract", params={"contracts": "2025-10", "contract": "2026-11-22"}),
            ),
            case(10, "as expected", expect=rejected, state=None),
            case(
                11, "expected failure", expect=Expectation(kind="failed"), verdict=Verdict.PASS, state=TaskState.FAILED
            ),
            case(12, "no failure", expect=Expectation(kind="failed"), verdict=Verdict.FAIL),
        ],
        target="https://api.dev.runwayml.com",
        exit_code=1,
        simulated_s=None,
        notes=(Phrase(key="problem", params={"text": "The outputs were not measured."}),),
    )


def two_scenarios() -> Report:
    return make(
        [
            case(1, "Minimal"),
            case(2, "кадр по-русски 中文", levels={"ratio": "1280:720"}),
            case(3, "text alone", scenario="text_to_image", state=None, verdict=Verdict.FAIL, findings=[RATIO]),
            case(
                4,
                "another",
                scenario="text_to_image",
                verdict=Verdict.SKIPPED,
                skip=Phrase(key="skip.contract", params={"contracts": "2025-10", "contract": "2026-11-22"}),
            ),
            case(
                5,
                "only refusals",
                scenario="text_to_speech",
                expect=Expectation(kind="rejected"),
                state=None,
            ),
            case(
                6,
                "lost",
                scenario="video_to_video",
                state=None,
                verdict=Verdict.INCONCLUSIVE,
                findings=[told("NETWORK.LOST", "The answer was lost.")],
            ),
        ],
        scenarios=("image_to_video", "text_to_image", "text_to_speech", "video_to_video"),
        exit_code=1,
    )


HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \u202eevil\u202c | pipe `tick` ```fence <script>alert(1)</script> "
    "<img src=x onerror=alert(1)> @octocat #12 GH-7 a@b.example https://evil.example www.evil.example "
    "[click](https://evil.example) ![x](y) **bold** _it_ ~~no~~ $x$ :tada: \r\n# heading\n- item\x00\x85\u2028&amp; "
    "👨\u200d👩\u200d👧 ⚠️ \ud800 zero\u200bwidth"
)


def hostile() -> Report:
    finding = Finding(
        code="PARAM.VALUE",
        field="ratio",
        message=Phrase(key="problem", params={"text": HOSTILE}),
        said=f"{HOSTILE} {'A' * 10_000} tail",
    )
    return make(
        [
            case(
                1,
                HOSTILE,
                levels={"promptText": HOSTILE, "x" * 300: "```\n</script>"},
                state=None,
                verdict=Verdict.FAIL,
                findings=[finding],
            ),
            case(2, "long " * 60, verdict=Verdict.FAIL, findings=[told("PARAM.VALUE", "B" * 10_000)]),
            case(3, f"works with {KEY}", levels={"promptText": f"my key is {KEY} | ``` <b>"}),
            case(4, "an id with spaces and pipes", task_id="a|b `c` <d> @e"),
            case(
                5,
                "many findings",
                verdict=Verdict.FAIL,
                findings=[told(f"PARAM.X{index}", f"Finding {index}.") for index in range(30)],
            ),
        ],
        exit_code=1,
    )


STORIES: Mapping[str, Callable[[], Report]] = {
    "green": green,
    "red": red,
    "two_scenarios": two_scenarios,
    "hostile": hostile,
}


@pytest.fixture(scope="session")
def stories() -> Mapping[str, Report]:
    """The hand-built runs by name."""
    return {name: story() for name, story in STORIES.items()}


@pytest.fixture(scope="session")
def make_report() -> Callable[..., Report]:
    """`make_report(cases, …)`: the report of a run."""
    return make


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    """`make_case(number, name, …)`: a variant with what happened to it."""
    return case
