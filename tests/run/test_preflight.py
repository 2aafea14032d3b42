"""The look at the account before a live run: what is made of an answer, and that a no creates nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.clock import real_clock, run, scaled_clock, virtual_clock
from harness.errors import EnvironmentProblem, TransportError
from harness.fire import Body, Exchange
from harness.mock import create_app
from harness.mock.server import serving
from harness.model import Expectation, Json, PlannedVariant, RunPlan, Source, Until, Variant, replace
from harness.provider import Provider, load
from harness.run.execute import execute
from harness.run.preflight import at_once, judge_account, preflight, read_account
from harness.run.prepare import prepare
from harness.run.settings import AccountFacts, Prepared, RunSettings, Target
from harness.run.targets import DUMMY_KEY

KEY = "key_" + "5e" * 64
SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: ten seconds, set: {duration: 10}}
  - {name: unknown model, set: {model: gen4-turbo}, expect: rejected}
"""


@pytest.fixture(scope="module")
def runway() -> Provider:
    return load("runway", base=Path())


def plan(*models: str, price: float | None = 25, expect: str = "works") -> RunPlan:
    items = tuple(
        PlannedVariant(
            variant=Variant(
                id=f"v-{number}",
                scenario="s",
                endpoint="image_to_video",
                name=f"variant {number}",
                source=Source(file="s.yaml"),
                payload={"model": model},
                expect=Expectation(kind=expect),  # type: ignore[arg-type]
            ),
            credits=price,
        )
        for number, model in enumerate(models)
    )
    return RunPlan(variants=items, order=tuple(range(len(items))))


def organization(*, balance: Json = 1000, used: Json = 0, **models: tuple[Json, Json]) -> Json:
    table = {
        name: {"maxConcurrentGenerations": many, "maxDailyGenerations": day} for name, (many, day) in models.items()
    }
    usage = {name: {"dailyGenerations": used} for name in models}
    return {"creditBalance": balance, "tier": {"models": table}, "usage": {"models": usage}}


TOO_DEAR = "The account has 49 credits and the plan costs 50.\n  Buy credits, or select fewer variants with -k."
TWO = plan("gen4_turbo", "gen4_turbo")


@pytest.mark.parametrize(
    ("body", "wanted", "said"),
    [
        pytest.param(organization(gen4_turbo=(2, 50)), TWO, [], id="all is well"),
        pytest.param(organization(balance=50, gen4_turbo=(2, 50)), TWO, [], id="just enough credits"),
        pytest.param(organization(balance=49, gen4_turbo=(2, 50)), TWO, [TOO_DEAR], id="a credit too few"),
        pytest.param({"creditBalance": 49}, TWO, [TOO_DEAR], id="no tables: only the balance is known"),
        pytest.param({}, TWO, [], id="nothing is told"),
        pytest.param({"creditBalance": "none", "tier": {"models": []}, "usage": 3}, TWO, [], id="other shapes"),
        pytest.param(organization(gen4_turbo=(None, None)), TWO, [], id="unlimited"),
        pytest.param(organization(gen4_turbo=(1, 50)), TWO, [], id="fewer at once than wanted: they queue"),
        pytest.param(organization(used=48, gen4_turbo=(2, 50)), TWO, [], id="just enough of today left"),
        pytest.param(
            organization(used=49, gen4_turbo=(2, 50)),
            TWO,
            [
                (
                    "The plan creates 2 tasks of gen4_turbo, and the account has 1 left for today.\n"
                    "  Select fewer variants with -k, or wait: the provider counts the last 24 hours."
                )
            ],
            id="the day is used up",
        ),
        pytest.param(
            organization(gen4_turbo=(0, 50)),
            TWO,
            [
                (
                    "The account may run no task of gen4_turbo (2 variants): its limit is 0 at once.\n"
                    "  Raise the account's tier, or leave these variants out with -k."
                )
            ],
            id="none at once",
        ),
        pytest.param(
            organization(veo3=(1, 1), aleph2=(1, 1)),
            TWO,
            [
                (
                    "The key may not use the model gen4_turbo (2 variants).\n"
                    "  It may use: aleph2, veo3. Ask the provider for it, or leave these variants out with -k."
                )
            ],
            id="not entitled",
        ),
        pytest.param(
            organization(**{f"m{number:02}": (1, 1) for number in range(14)}),
            plan("gen4_turbo"),
            [
                (
                    "The key may not use the model gen4_turbo (1 variant).\n"
                    "  It may use: m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, +2. "
                    "Ask the provider for it, or leave these variants out with -k."
                )
            ],
            id="many models",
        ),
        pytest.param(
            organization(balance=0),
            plan("gen4-turbo", price=0, expect="rejected"),
            [],
            id="expected refusals need neither model nor credits",
        ),
        pytest.param(
            organization(balance=1, gen4_turbo=(1, 1)), plan("gen4_turbo", price=None), [], id="a price nobody knows"
        ),
    ],
)
def test_the_account_against_the_plan(runway: Provider, body: Json, wanted: RunPlan, said: list[str]) -> None:
    assert judge_account(read_account(body, runway.profile), wanted) == tuple(said)


def test_all_that_is_wrong_is_said_at_once(runway: Provider) -> None:
    facts = read_account(organization(balance=1, used=9, gen4_turbo=(1, 9)), runway.profile)
    assert len(judge_account(facts, plan("gen4_turbo", "veo3.1"))) == 3


def test_a_variant_without_a_price_counts_as_assumed() -> None:
    facts = AccountFacts(balance=99)
    assert judge_account(facts, plan("m", "m", price=None), assumed=50) == (
        "The account has 99 credits and the plan costs 100.\n  Buy credits, or select fewer variants with -k.",
    )


@pytest.mark.parametrize(
    ("limits", "wanted", "allowed"),
    [
        pytest.param({"a": 2, "b": 3, "c": 9}, plan("a", "b", "a"), 5, id="the models of the plan together"),
        pytest.param({"a": 2}, plan("a", "b"), None, id="a model without a limit"),
        pytest.param({}, plan("a"), None, id="nothing is told"),
        pytest.param({"a": 2}, plan("a", expect="rejected"), None, id="expected refusals run nothing"),
    ],
)
def test_how_many_run_at_once(limits: dict[str, int], wanted: RunPlan, allowed: int | None) -> None:
    assert at_once(AccountFacts(concurrent=limits), wanted) == allowed


class Wire:
    """A transport that answers the account's request with a list of (status, body) or errors, the last one again."""

    def __init__(self, *answers: tuple[int, str] | TransportError) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: Body | None = None,
        timeout_s: float,
        limit_bytes: int,
    ) -> Exchange:
        assert body is None
        assert timeout_s > 0 < limit_bytes
        self.asked.append((method, url, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, TransportError):
            raise answer
        return Exchange(status=answer[0], headers={}, body=answer[1].encode(), truncated=False, elapsed_s=0.1)

    async def download(self, url: str, file: Path, *, timeout_s: float, limit_bytes: int) -> int:
        raise NotImplementedError


def asked(wire: Wire, provider: Provider) -> AccountFacts:
    clock = virtual_clock()
    target = Target(label="x", base_url="https://api.example", key=KEY, live=True)
    return run(preflight(provider, target, TWO, transport=wire, clock=clock), clock)


GOOD = json.dumps(organization(gen4_turbo=(2, None)))
LOST = TransportError("NETWORK.RESET", "api.example closed the connection.", sent=True)


def test_one_question_with_the_headers_of_every_request(runway: Provider) -> None:
    wire = Wire((200, GOOD))
    facts = asked(wire, runway)
    ((method, url, headers),) = wire.asked
    assert (method, url) == ("GET", "https://api.example/v1/organization")
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["x-runway-version"] == "2024-11-06"
    assert facts == AccountFacts(balance=1000, models=frozenset({"gen4_turbo"}), concurrent={"gen4_turbo": 2})


@pytest.mark.parametrize(
    ("answers", "times"),
    [
        pytest.param([(503, "busy"), (200, GOOD)], 2, id="a gateway that was busy"),
        pytest.param([LOST, LOST, (200, GOOD)], 3, id="a lost answer: asking changes nothing"),
    ],
)
def test_what_was_lost_is_asked_again(runway: Provider, answers: list[Any], times: int) -> None:
    wire = Wire(*answers)
    assert asked(wire, runway).balance == 1000
    assert len(wire.asked) == times


@pytest.mark.parametrize("status", [403, 404, 405, 410, 501])
def test_where_nothing_is_told_nothing_is_known(runway: Provider, status: int) -> None:
    assert asked(Wire((status, "")), runway) == AccountFacts(unseen=status)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(
            (401, json.dumps({"error": f"{KEY} is disabled."})),
            "The API refused the key (HTTP 401): no variant can pass before that is put right. Nothing was created. "
            'The API said: 401 {"error": "<redacted> is disabled."}\n'
            "  Check RUNWAYML_API_SECRET: copied whole, not revoked, and of this provider.",
            id="key",
        ),
        pytest.param(
            (401, '{"error":"Incorrect hostname for API key"}'),
            "The key belongs to another host (HTTP 401): no variant can pass before the base URL is put right. "
            'Nothing was created. The API said: 401 {"error":"Incorrect hostname for API key"}\n'
            "  Check --base-url: each key belongs to one host.",
            id="host of the key",
        ),
        pytest.param(
            (503, "<html>busy"),
            "The API does not tell of the account: GET /v1/organization was refused. Nothing was created. "
            "The API said: 503 <html>busy\n  Try again later; nothing is lost.",
            id="busy to the end",
        ),
        pytest.param(
            (200, "<html>Welcome"),
            "https://api.example is not Runway's API: GET /v1/organization was answered with 200 (<html>Welcome). "
            "Nothing was created.\n  Check --base-url; its default is right for most.",
            id="another host",
        ),
        pytest.param(
            LOST,
            "api.example closed the connection. Nothing was created.\n"
            "  Check the network, and --base-url; then run it again.",
            id="no answer",
        ),
        pytest.param(
            (200, '{"creditBalance": 49}'),
            f"The account does not allow this run. Nothing was created.\n{TOO_DEAR}",
            id="credits",
        ),
    ],
)
def test_a_no_is_said_with_what_to_do(runway: Provider, answer: tuple[int, str] | TransportError, said: str) -> None:
    with pytest.raises(EnvironmentProblem) as no:
        asked(Wire(answer), runway)
    assert str(no.value) == said


def test_a_profile_without_such_a_request_is_asked_nothing(runway: Provider) -> None:
    wire = Wire((500, ""))
    silent = replace(runway.profile, account=None)
    provider = replace(runway, profile=silent)
    assert asked(wire, provider) == AccountFacts()
    assert wire.asked == []


def live(tmp_path: Path, url: str) -> Prepared:
    """The run as if the served mock were the real API: only then is its account looked at."""
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    settings = RunSettings(
        paths=(tmp_path / "scenario.yaml",),
        cwd=tmp_path,
        reports=tmp_path / "reports",
        base_url=url,
        until=Until.ACCEPTED,
    )
    prepared = prepare(settings)
    return replace(prepared, targets={name: replace(each, live=True) for name, each in prepared.targets.items()})


@pytest.mark.parametrize(
    ("account", "said"),
    [
        pytest.param({"credits": 74}, "The account has 74 credits and the plan costs 75.", id="balance"),
        pytest.param({"tier": 1, "credits": 3}, "The account has 3 credits and the plan costs 75.", id="a tier too"),
    ],
)
def test_nothing_is_created_where_the_account_says_no(
    runway: Provider, tmp_path: Path, account: dict[str, int], said: str
) -> None:
    app = create_app(runway, clock=real_clock(), media=False, credits=account["credits"], tier=account.get("tier"))
    with serving(app) as url, pytest.raises(EnvironmentProblem) as no:
        execute(live(tmp_path, url))
    assert said in str(no.value)
    assert no.value.exit_code == 3
    assert (len(app.tasks), app.ledger.spent) == (0, 0)
    assert not (tmp_path / "reports").exists()


def test_a_run_that_the_account_allows(runway: Provider, tmp_path: Path) -> None:
    app = create_app(runway, clock=real_clock(), media=False, tier=1, credits=75)
    with serving(app) as url:
        result = execute(live(tmp_path, url))
    assert result.exit_code == 0
    assert len({entry["task_id"] for entry in result.report.variants} - {None}) == 2


def test_this_machine_is_not_asked_for_an_account(runway: Provider, tmp_path: Path) -> None:
    lines: list[str] = []
    app = create_app(runway, clock=real_clock(), media=False)
    with serving(app, log=lines.append) as url:
        prepared = live(tmp_path, url)
        here = {name: replace(each, live=False) for name, each in prepared.targets.items()}
        execute(replace(prepared, targets=here))
    assert prepared.targets["runway"].key == DUMMY_KEY
    assert lines
    assert not any("/v1/organization" in line for line in lines)


def without(folder: Path, variant_id: str) -> None:
    """The journal of a run that broke off before it came to this variant."""
    journal = folder / "events.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if variant_id not in line or '"run.variants"' in line]
    journal.write_text("".join(line for line in kept if '"run.ended"' not in line), encoding="utf-8")


def test_a_run_that_goes_on_needs_credits_for_the_rest_only(runway: Provider, tmp_path: Path) -> None:
    """100 credits: 75 for the first time, and 25 are left. That is enough for the cheap variant, and for no other."""
    app = create_app(runway, clock=scaled_clock(4000), media=False, credits=100)
    with serving(app) as url:
        prepared = live(tmp_path, url)
        settings = replace(prepared.settings, poll_every_s=0.02)
        prepared = replace(prepared, settings=settings, until=Until.FINISHED)
        first = execute(prepared)
        cheap, dear, _ = (item.variant.id for item in prepared.plan.variants)
        whole = (first.folder / "events.jsonl").read_bytes()
        without(first.folder, dear)
        with pytest.raises(EnvironmentProblem, match=r"The account has 25 credits and the plan costs 50\."):
            execute(prepared, folder=first.folder)
        (first.folder / "events.jsonl").write_bytes(whole)
        without(first.folder, cheap)
        assert execute(prepared, folder=first.folder).exit_code == 0
    assert app.ledger.spent == 100
