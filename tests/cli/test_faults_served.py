"""Every fault of the mock on a real socket: what a run says of it, in every place where it is said.

Two clips, one after the other. The mock commits its fault at the second create (or task), so that each run also shows
that the first clip is none the worse for it; faults of requests are committed once more at a poll, which must come to
nothing. The rows are those of the mock's own table: a fault without an expectation here fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import pytest

from harness.mock.faults import FAULTS

Run: TypeAlias = Callable[..., Any]
Serve: TypeAlias = Callable[..., Any]

PRICE = 25
SCENARIO = """\
name: two clips
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5, promptText: hi}
variants:
  - {name: first, set: {promptText: one}}
  - {name: second, set: {promptText: two}}
"""
MAYBE = "may have been created"


class Told(NamedTuple):
    """What is told of the second clip.

    `code` None: no finding. `created`: the mock made its task. `known`: the run knows that task's id (it was not lost
    on purpose). `charged` and `reserved`: the credits that its ledger has for it.
    """

    exit_code: int
    verdict: str
    code: str | None
    created: bool = True
    known: bool = True
    charged: int = PRICE
    reserved: int = 0
    needs_av: bool = False


_FINE = Told(0, "pass", None)
_BUSY = Told(4, "inconclusive", "QUOTA.RATE", created=False, known=False, charged=0)
#: Nothing was done, but a client cannot know that.
_BROKEN = Told(4, "inconclusive", "PROVIDER.5XX", created=False, known=False, charged=0, reserved=PRICE)
_LOST = Told(4, "inconclusive", "NETWORK.RESET", known=False, charged=0, reserved=PRICE)
_NO_ID = _LOST._replace(code="PROVIDER.BODY")
_BAD_FILE = Told(1, "fail", "OUTPUT.RATIO", needs_av=True)

EXPECTED = {
    "http-429": _BUSY,
    "http-429-seconds": _BUSY,
    "http-429-date": _BUSY,
    "http-500": _BROKEN,
    "http-500-html": _BROKEN,
    "http-502": _BROKEN,
    "http-502-html": _BROKEN,
    "http-503": _BROKEN,
    "http-503-html": _BROKEN,
    "http-504": _BROKEN,
    "http-504-html": _BROKEN,
    "timeout": _BROKEN._replace(code="NETWORK.TIMEOUT"),
    "reset": _BROKEN._replace(code="NETWORK.RESET"),
    "slow-body": _FINE,
    "truncated-json": _LOST,
    "not-json": _NO_ID,
    "empty": _NO_ID,
    "duplicate-id": _BROKEN._replace(code="TASK.SHARED"),
    "no-id": _NO_ID,
    "created-but-connection-lost": _LOST,
    "quota-reached": _BUSY._replace(code="QUOTA.DAILY"),
    "credits-run-out": Told(3, "fail", "CREDIT.EMPTY", created=False, known=False, charged=0),
    "moderated-input": Told(1, "fail", "SAFETY.INPUT.TEXT"),
    "moderated-output": Told(1, "fail", "SAFETY.OUTPUT.VIDEO"),
    "bad-output": Told(1, "fail", "TASK.BAD_OUTPUT", charged=0),
    "cancelled-by-provider": Told(4, "inconclusive", "TASK.CANCELLED"),
    "task-vanishes": Told(4, "inconclusive", "TASK.VANISHED", charged=0, reserved=PRICE),
    "stuck-running": Told(4, "inconclusive", "TASK.TIMEOUT", charged=0, reserved=PRICE),
    "progress-backwards": _FINE,
    "expired-output": _FINE,
    "wrong-size": _BAD_FILE,
    "wrong-duration": _BAD_FILE._replace(code="OUTPUT.DURATION"),
    "corrupt-file": _BAD_FILE._replace(code="OUTPUT.UNREADABLE"),
    "ignored-parameter": _BAD_FILE,
}
OF_REQUESTS = tuple(name for name, fault in FAULTS.items() if not fault.on_create)


@pytest.fixture(autouse=True)
def shorter_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute without an answer and half a second between attempts are for the tests of those."""
    monkeypatch.setattr("harness.fire.calls.TIMEOUT_S", 0.5)
    monkeypatch.setattr("harness.fire.retry.FIRST_PAUSE_S", 0.005)


def fire(run: Run, url: str) -> Any:
    """The run of the two clips. Its budget is plenty: it is there for the ledger to be told at the end."""
    options = ("-j", "1", "--poll-interval", "20ms", "--task-timeout", "300ms", "--max-credits", "1000")
    return run("scenario.yaml", "--base-url", url, *options, scenario=SCENARIO)


def codes(variant: Any) -> list[str]:
    return [found["code"] for found in variant["findings"]]


def check_money(ran: Any, mock: Any, unknown: int) -> None:
    """The report's credits and the ledger's are the mock's own, but for what nobody could tell."""
    charged = ran.report["totals"]["credits"]["charged"]
    assert charged + unknown == mock.spent
    ended = ran.events[-1]
    assert ended["event"] == "run.ended"
    assert ended["charged"] == charged
    assert ended["charged"] + ended["reserved"] >= mock.spent, "what may be billed is never told too low"


@pytest.mark.thorough
@pytest.mark.parametrize("name", FAULTS)
def test_at_a_create(run: Run, serve: Serve, name: str) -> None:
    told = EXPECTED[name]
    if told.needs_av:
        pytest.importorskip("av")
    mock = serve(f"{name}@2" if FAULTS[name].on_create else f"{name}/create@2")
    ran = fire(run, mock.url)
    first, second = ran.report["variants"]

    assert (first["verdict"], codes(first)) == ("pass", [])
    assert (second["verdict"], codes(second)) == (told.verdict, [told.code] if told.code else []), second["findings"]
    assert (ran.code, ran.report["run"]["exit_code"]) == (told.exit_code, told.exit_code)
    if told.code is not None:
        assert told.code in ran.out, "the console names it"

    ids = [task.id for task in mock.tasks]
    assert len(ids) == 1 + told.created
    journaled = [event["task"] for event in ran.events if event["event"] == "task.created"]
    assert journaled == ids[: 1 + told.known]
    assert [first["task_id"], second["task_id"]] == [ids[0], ids[1] if told.known else None]
    may_exist = any(MAYBE in found["message"] for found in second["findings"])
    assert may_exist == (not told.known and told.reserved > 0)
    if told.created and not told.known:
        assert may_exist, "a task whose id was lost must be told of"

    amounts = ran.report["totals"]["credits"]
    assert amounts == {"planned": 2 * PRICE, "estimated": PRICE * (1 + told.known), "charged": PRICE + told.charged}
    assert (ran.events[-1]["charged"], ran.events[-1]["reserved"]) == (PRICE + told.charged, told.reserved)
    check_money(ran, mock, unknown=told.reserved if told.created else 0)


@pytest.mark.thorough
@pytest.mark.parametrize("name", OF_REQUESTS)
def test_at_a_poll_it_comes_to_nothing(run: Run, serve: Serve, name: str) -> None:
    mock = serve(f"{name}/poll@1")
    ran = fire(run, mock.url)
    assert (ran.code, [(each["verdict"], codes(each)) for each in ran.report["variants"]]) == (0, [("pass", [])] * 2)
    journaled = [event["task"] for event in ran.events if event["event"] == "task.created"]
    assert journaled == [task.id for task in mock.tasks]
    check_money(ran, mock, unknown=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OF_REQUESTS if EXPECTED[name] is not _FINE])
def test_at_every_poll_the_task_is_told_as_unseen(
    run: Run, serve: Serve, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.fire.calls.TIMEOUT_S", 0.1)
    monkeypatch.setattr("harness.fire.retry.LONGEST_RETRY_AFTER_S", 0.01)
    mock = serve(f"{name}/poll")
    ran = fire(run, mock.url)
    assert ran.code == 4
    for variant, task in zip(ran.report["variants"], mock.tasks, strict=True):
        assert (variant["verdict"], variant["task_id"]) == ("inconclusive", task.id)
        assert variant["findings"][0]["code"].startswith(("PROVIDER.", "NETWORK."))
    assert (ran.events[-1]["charged"], ran.events[-1]["reserved"]) == (0, mock.spent)


def test_every_fault_has_its_row() -> None:
    assert list(EXPECTED) == list(FAULTS)
