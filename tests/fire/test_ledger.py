"""The bound on a run's money: what is reserved, when it is let go, and that the mock never charges more."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.clock import run, virtual_clock
from harness.errors import TransportError
from harness.fire import Body, Exchange, FireContext, Journal, Transport, fire, open_transport
from harness.fire.ledger import Bounds, Denied, Entry, Ledger, stopped_early
from harness.mock import create_app
from harness.mock.app import MockApp
from harness.model import (
    Expectation,
    Outcome,
    Phrase,
    PlannedVariant,
    Problem,
    RunPlan,
    Source,
    TaskState,
    Variant,
    replace,
)
from harness.plan import build
from harness.provider import Provider, load
from harness.redact import Redactor

BASE = "http://mock.invalid"
KEY = "key_" + "0" * 128


def item(name: str, price: float | None = 25, *, scenario: str = "s", expect: str = "works") -> PlannedVariant:
    variant = Variant(
        id=name,
        scenario=scenario,
        endpoint="image_to_video",
        name=name,
        source=Source(file="s"),
        payload={},
        expect=Expectation(kind=expect),  # type: ignore[arg-type]
    )
    return PlannedVariant(variant=variant, credits=price)


def admit(ledger: Ledger, *items: PlannedVariant, now_s: float = 0.0) -> list[Denied | None]:
    async def all_of_them() -> list[Denied | None]:
        return [await asyncio.wait_for(ledger.admit(each, lambda: now_s), 1) for each in items]

    return asyncio.run(all_of_them())


ENDED = Outcome(variant_id="a", task_id="t", task_state=TaskState.SUCCEEDED, charged_credits=20)


@pytest.mark.parametrize(
    ("outcome", "entry"),
    [
        pytest.param(ENDED, Entry(planned=25, charged=20), id="told what it cost"),
        pytest.param(
            replace(ENDED, task_state=TaskState.FAILED, charged_credits=0), Entry(planned=25, charged=0), id="refunded"
        ),
        pytest.param(replace(ENDED, charged_credits=None), Entry(planned=25, reserved=25), id="ended without a word"),
        pytest.param(
            Outcome(variant_id="a", task_id="t", problem=Problem(code="TASK.TIMEOUT", text="")),
            Entry(planned=25, reserved=25),
            id="its end was not seen",
        ),
        pytest.param(
            Outcome(variant_id="a", problem=Problem(code="NETWORK.RESET", text="", maybe_created=True)),
            Entry(planned=25, reserved=25),
            id="may have been created",
        ),
        pytest.param(
            Outcome(variant_id="a", problem=Problem(code="NETWORK.DNS", text="")), Entry(planned=25), id="never sent"
        ),
        pytest.param(Outcome(variant_id="a", http_status=400), Entry(planned=25), id="refused"),
        pytest.param(None, Entry(planned=25), id="interrupted before it was sent"),
    ],
)
def test_what_stays_of_a_reservation(outcome: Outcome | None, entry: Entry) -> None:
    ledger = Ledger(run=Bounds(credits=100))
    assert admit(ledger, item("a")) == [None]
    assert ledger.entry("a") == Entry(planned=25, reserved=25)
    ledger.settle("a", outcome)
    assert ledger.entry("a") == entry
    assert (ledger.charged, ledger.reserved) == (entry.charged or 0, entry.reserved)


def test_the_higher_of_price_and_estimate_is_reserved() -> None:
    ledger = Ledger(run=Bounds(credits=100))
    admit(ledger, item("a"), item("b"))
    ledger.estimated("a", 40)
    ledger.estimated("b", 10)
    assert ledger.reserved == 65
    assert ledger.entry("b") == Entry(planned=25, estimated=10, reserved=25)


def test_the_budget_may_be_used_up_and_not_passed() -> None:
    ledger = Ledger(run=Bounds(credits=0.3))
    for name in "abc":
        assert admit(ledger, item(name, 0.1)) == [None]
        ledger.settle(name, replace(ENDED, charged_credits=0.1))
    params = {"budget": "0.3", "charged": "0.3", "reserved": "0", "price": "0.1"}
    assert admit(ledger, item("d", 0.1)) == [Denied(reason=Phrase(key="stop.budget", params=params), ends_run=True)]


def test_a_scenario_has_a_budget_of_its_own() -> None:
    ledger = Ledger(scenarios={"small": Bounds(credits=30)})
    first, second, other = admit(ledger, item("a", scenario="small"), item("z"), item("b", scenario="small", price=31))
    assert (first, second) == (None, None)
    params = {"budget": "30", "charged": "0", "reserved": "25", "price": "31"}
    assert other == Denied(reason=Phrase(key="skip.budget", params=params), ends_run=False)


def test_time_counts_from_the_first_create() -> None:
    ledger = Ledger(run=Bounds(time_s=60), scenarios={"quick": Bounds(time_s=5)})
    assert admit(ledger, item("a"), now_s=100) == [None]
    assert admit(ledger, item("b", scenario="quick"), now_s=140) == [None]
    assert admit(ledger, item("c", scenario="quick"), now_s=145) == [
        Denied(reason=Phrase(key="skip.time", params={"time": "5"}), ends_run=False)
    ]
    assert admit(ledger, item("d"), now_s=159.9) == [None]
    assert admit(ledger, item("e"), now_s=160) == [
        Denied(reason=Phrase(key="stop.time", params={"time": "60"}), ends_run=True)
    ]


def test_an_unknown_price_counts_as_assumed() -> None:
    ledger = Ledger(run=Bounds(credits=100), assumed=60, price=lambda each: each.credits)
    first, second = admit(ledger, item("a", None), item("b", 40))
    assert (first, second, ledger.reserved) == (None, None, 100)


def test_an_expected_refusal_without_room_is_sent_when_the_contract_refuses_it_too() -> None:
    refusal = item("a", 0, expect="rejected")
    free = Ledger(run=Bounds(credits=0), price=lambda _: 25, refused=lambda _: True)
    assert (admit(free, refusal), free.reserved) == ([None], 0)
    dear = Ledger(run=Bounds(credits=0), price=lambda _: 25, refused=lambda _: False)
    (denied,) = admit(dear, refusal)
    assert denied is not None
    assert denied.ends_run


def test_it_waits_for_what_is_in_flight() -> None:
    """What has no room now may have some when a task in flight comes to nothing."""
    ledger = Ledger(run=Bounds(credits=50))

    async def story() -> list[str]:
        order = []
        await ledger.admit(item("a"), lambda: 0)
        await ledger.admit(item("b"), lambda: 0)
        waiting = asyncio.create_task(ledger.admit(item("c"), lambda: 0))
        await asyncio.sleep(0)
        order.append("waits" if not waiting.done() else "did not wait")
        ledger.settle("a", Outcome(variant_id="a", http_status=400))
        order.append("admitted" if await waiting is None else "denied")
        waiting = asyncio.create_task(ledger.admit(item("d"), lambda: 0))
        for name in "bc":
            await asyncio.sleep(0)
            ledger.settle(name, replace(ENDED, charged_credits=25))
        order.append("admitted" if await waiting is None else "denied")
        return order

    assert asyncio.run(story()) == ["waits", "admitted", "denied"]


# ---- the mock never charges more

FAULTS = (
    "bad-output:0.2,moderated-input:0.1,cancelled-by-provider:0.1,task-vanishes:0.1,stuck-running:0.05,no-id:0.1,"
    "duplicate-id:0.1,quota-reached:0.02,credits-run-out:0.02,created-but-connection-lost:0.1,"
    "truncated-json/create:0.05,not-json/create:0.05,empty:0.03,http-500:0.03,http-429-seconds/poll:0.05,timeout:0.01"
)
GOOD = {"model": "gen4_turbo", "promptImage": "https://example.com/a.jpg", "ratio": "720:1280"}


class Unsteady:
    """A transport that loses requests and answers by a seeded draw; what was lost on the way back has happened."""

    def __init__(self, under: Transport, rng: random.Random) -> None:
        self._under = under
        self._rng = rng

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
        draw = self._rng.random()
        if draw < 0.05:
            raise TransportError("NETWORK.REFUSED", "cannot be reached", sent=False)
        answer = await self._under.request(
            method, url, headers=headers, body=body, timeout_s=timeout_s, limit_bytes=limit_bytes
        )
        if draw < 0.12:
            raise TransportError("NETWORK.RESET", "closed the connection", sent=True)
        if draw < 0.18:
            return replace(answer, status=503, body=b"<html>busy")
        return answer

    async def download(self, url: str, file: Path, *, timeout_s: float, limit_bytes: int) -> int:
        return await self._under.download(url, file, timeout_s=timeout_s, limit_bytes=limit_bytes)


def some_variants(provider: Provider, rng: random.Random) -> RunPlan:
    def one(number: int) -> Variant:
        kind = rng.choice(["works", "works", "works", "rejected", "surprise"])
        payload = {**GOOD, "duration": rng.choice([2, 5, 10]), "model": rng.choice(["gen4_turbo", "gen4.5"])}
        if kind == "rejected":
            payload["seed"] = -1
        expect = Expectation(kind="works" if kind == "works" else "rejected")  # a surprise is accepted, and charged
        return Variant(
            id=f"v-{number}",
            scenario=rng.choice(["one", "two"]),
            endpoint="image_to_video",
            name=f"{number}",
            source=Source(file="s"),
            payload=payload,
            expect=expect,
        )

    price = {"image_to_video": provider.endpoints["image_to_video"]}
    return build(
        [one(number) for number in range(rng.randint(1, 30))],
        price=lambda variant: provider.price(price[variant.endpoint], variant.payload),
        contract=lambda _: provider.contract_version,
    )


@pytest.fixture(scope="module")
def runway() -> Provider:
    return load("runway", base=Path())


SEEDS = (*range(50), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(50, 1000)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mock_never_charges_more_than_the_budget(runway: Provider, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    plan = some_variants(runway, rng)
    budget = rng.choice([0, 10, 60, 150, 300, 1000])
    contract, endpoint = runway.contract, runway.endpoints["image_to_video"]
    assert contract is not None
    clock = virtual_clock()

    async def main() -> tuple[MockApp, Ledger, tuple[Outcome, ...]]:
        app = create_app(runway, clock=clock, seed=seed, media=False, faults=(FAULTS,))
        ledger = Ledger(
            run=Bounds(credits=budget),
            scenarios={"two": Bounds(credits=rng.choice([0, 60, 500]))},
            price=lambda each: runway.price(endpoint, each.variant.payload),
            refused=lambda each: bool(contract.validate(endpoint, each.variant.payload)),
        )
        async with open_transport(BASE, asgi=app) as transport:
            journal = Journal(tmp_path, clock, Redactor())
            ctx = FireContext(
                provider=runway,
                transport=Unsteady(transport, rng),
                clock=clock,
                rng=rng,
                journal=journal,
                redactor=Redactor(),
                base_url=BASE,
                key=KEY,
                download=False,
                folder=tmp_path,
                ledger=ledger,
            )
            outcomes = await fire(plan, ctx=ctx, jobs=rng.randint(1, 8), on_outcome=lambda _: None)
            await journal.close()
        return app, ledger, outcomes

    app, ledger, outcomes = run(main(), clock)
    assert len(outcomes) == len(plan.variants)
    assert not any(outcome.problem is not None and outcome.problem.code.startswith("OURS") for outcome in outcomes)
    assert app.ledger.spent <= budget
    # An id that came twice is counted twice, so the ledger may know of more than there is; never of less.
    assert app.ledger.spent <= ledger.charged + ledger.reserved
    if not any(stopped_early(outcome) for outcome in outcomes):
        assert all(outcome.attempts for outcome in outcomes)
