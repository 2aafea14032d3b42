"""How faults are named, counted and drawn."""

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from harness.errors import UsageError
from harness.mock import fault_rules
from harness.mock.fault_rules import Faults, Rule, fraction, read_rules

ENDPOINTS = ("image_to_video", "text_to_image")
API = {"create", "poll", "cancel", "account", "other"}


def rule(text: str) -> Rule:
    (found,) = read_rules(text, ENDPOINTS)
    return found


@pytest.mark.parametrize(
    ("text", "where", "probability", "positions"),
    [
        ("http-429", API, 1.0, (1, None)),
        ("http-500:0.1", API, 0.1, (1, None)),
        ("http-500:.25", API, 0.25, (1, None)),
        ("http-500:1", API, 1.0, (1, None)),
        ("http-500:0", API, 0.0, (1, None)),
        ("http-503@3", API, 1.0, (3, 3)),
        ("timeout@2-4", API, 1.0, (2, 4)),
        ("timeout@7-", API, 1.0, (7, None)),
        ("reset/poll", {"poll"}, 1.0, (1, None)),
        ("reset/output:0.5@1-9", {"output"}, 0.5, (1, 9)),
        ("http-503/text_to_image@1", {"text_to_image"}, 1.0, (1, 1)),
        ("moderated-input", {"create"}, 1.0, (1, None)),
        ("moderated-input/image_to_video@2", {"image_to_video"}, 1.0, (2, 2)),
    ],
)
def test_specs(text: str, where: set[str], probability: float, positions: tuple[int, int | None]) -> None:
    found = rule(text)
    assert (set(found.where), found.probability, (found.first, found.last)) == (where, probability, positions)
    assert found.text == text


@pytest.mark.parametrize(
    ("specs", "names"),
    [
        ("", []),
        (" , ", []),
        ([], []),
        ("timeout@2-4, http-503@3", ["timeout", "http-503"]),
        (["timeout@2-4", "http-503@3,empty"], ["timeout", "http-503", "empty"]),
    ],
)
def test_several_specs(specs: str | Sequence[str], names: list[str]) -> None:
    assert [found.name for found in read_rules(specs)] == names


POSITION = "Count from 1: @3 is the third alone, @2-4 the second to the fourth, @3- the third and all after it."
FORM = "Write NAME[/WHERE][:PROBABILITY][@FIRST[-LAST]], for example http-503/poll:0.1 or timeout@2-4."
CREATES = 'Known: "create", "image_to_video", "text_to_image".'
NUMBER = "Write a number from 0 to 1, as 0.1."


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("http-529", 'There is no fault "http-529".', 'Did you mean "http-502"?'),
        ("Moderated-Input", 'There is no fault "Moderated-Input".', 'Did you mean "moderated-input"?'),
        ("timeout@0", '"0" in "timeout@0" is no position.', POSITION),
        ("timeout@4-2", '"4-2" in "timeout@4-2" is no position.', POSITION),
        ("timeout@-2", '"-2" in "timeout@-2" is no position.', POSITION),
        ("timeout@1-2-3", '"1-2-3" in "timeout@1-2-3" is no position.', POSITION),
        ("timeout@9999999999", '"9999999999" in "timeout@9999999999" is no position.', POSITION),
        ("timeout:1.5", '"1.5" in "timeout:1.5" is no probability.', NUMBER),
        ("timeout:10%", '"10%" in "timeout:10%" is no probability.', NUMBER),
        ("timeout:nan", '"nan" in "timeout:nan" is no probability.', NUMBER),
        ("timeout@1:0.5", '"timeout@1:0.5" is no fault.', FORM),
        (":0.5", '":0.5" is no fault.', FORM),
        ("timeout/", '"timeout/" is no fault.', FORM),
        ("timeout/pol", 'The fault "timeout/pol" cannot be at "pol".', 'Did you mean "poll"?'),
        ("no-id/poll", 'The fault "no-id/poll" cannot be at "poll".', CREATES),
    ],
)  # fmt: skip
def test_what_is_no_spec_is_told(text: str, what: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_rules(text, ENDPOINTS)
    assert (caught.value.text, caught.value.fix) == (what, fix)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_rules("timeuot, empty, timeout@0")
    assert caught.value.text == (
        'There is no fault "timeuot". Did you mean "timeout"?\n'
        f'"0" in "timeout@0" is no position. {POSITION}'
    )  # fmt: skip


def test_specs_are_bounded() -> None:
    with pytest.raises(UsageError, match="101 faults are more than the 100"):
        read_rules("empty," * 101)


def test_a_fault_that_there_is_not_is_no_app(bench: Any) -> None:
    with pytest.raises(UsageError, match="There is no fault"):
        bench(faults="http-999")


def statuses(mock: Any, bodies: Sequence[dict[str, Any]], **headers: str) -> list[int]:
    """The statuses of creates, one after the other."""

    async def story(client: httpx.AsyncClient) -> list[int]:
        return [(await client.post("/v1/image_to_video", json=body)).status_code for body in bodies]

    found: list[int] = mock.play(story, **headers)
    return found


@pytest.mark.parametrize(
    ("spec", "hit"),
    [
        ("http-503@3", [3]),
        ("http-503@2-4", [2, 3, 4]),
        ("http-503@7-", [7, 8]),
        ("http-503", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("http-503@2,http-503@5-6", [2, 5, 6]),
        ("http-503@1,http-503/create@2", [1, 2]),
        ("http-503/poll", []),
        ("http-503/text_to_image", []),
        ("http-503/image_to_video@1", [1]),
        ("http-503:0", []),
    ],
)
def test_positions_are_exact(bench: Any, good: dict[str, Any], spec: str, hit: list[int]) -> None:
    found = statuses(bench(faults=spec), [good] * 8)
    assert [number for number, status in enumerate(found, 1) if status == 503] == hit
    assert set(found) <= {200, 503}


def test_only_requests_that_match_are_counted(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(faults="http-503/poll@2, http-500/account@1, http-502/cancel@1, http-504/other@1, empty@9")

    async def story(client: httpx.AsyncClient) -> list[int]:
        created = await client.post("/v1/image_to_video", json=good)
        path = f"/v1/tasks/{created.json()['id']}"
        asked = [created]
        for method, where in (("GET", path), ("GET", "/v1/organization"), ("GET", path), ("GET", path)):
            asked.append(await client.request(method, where))
        upload = {"filename": "a.png", "type": "ephemeral"}
        asked += [await client.post("/v1/uploads", json=upload), await client.get("/openapi.json")]
        asked += [await client.get("/v1/nothing"), await client.delete(path), await client.delete(path)]
        return [answer.status_code for answer in asked]

    assert mock.play(story) == [200, 200, 500, 503, 200, 504, 200, 404, 502, 204]


def test_files_and_uploads_are_faulty_only_when_asked(bench: Any, good: dict[str, Any]) -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        place = (await client.post("/v1/uploads", json={"filename": "a.png", "type": "ephemeral"})).json()
        created = await client.post("/v1/image_to_video", json=good)
        await asyncio.sleep(300)
        url = (await client.get(f"/v1/tasks/{created.json()['id']}")).json()["output"][0]
        files = {"file": ("a.png", b"x", "image/png")}
        sent = await client.post(place["uploadUrl"], data=place["fields"], files=files)
        return [sent.status_code, (await client.get(url)).status_code, (await client.head(url)).status_code]

    assert bench(faults="http-503@4-", media=False).play(story) == [204, 200, 200]
    assert bench(faults="http-503/upload,http-502/output", media=False).play(story) == [503, 502, 502]


def test_a_gateway_asks_for_no_key(bench: Any) -> None:
    mock = bench(faults="http-502")
    assert mock.ask("GET", "/v1/organization", {"Authorization": None}).status_code == 502


# Chances ------------------------------------------------------------------------------------------------------------


def chosen(seed: int, bodies: Sequence[dict[str, Any]], bench: Any, spec: str = "http-503:0.3") -> dict[str, int]:
    """Body → status."""
    return dict(zip(map(json.dumps, bodies), statuses(bench(faults=spec, seed=seed), bodies), strict=True))


def test_chances_hang_on_seed_and_body_and_not_on_order(bench: Any, good: dict[str, Any]) -> None:
    bodies = [{**good, "seed": seed} for seed in range(200)]
    mixed = random.Random(5).sample(bodies, len(bodies))
    first = chosen(0, bodies, bench)
    assert chosen(0, mixed, bench) == first
    assert chosen(1, bodies, bench) != first
    assert 35 < list(first.values()).count(503) < 90, "three in ten"


def test_chances_of_tasks_hang_on_the_task(bench: Any, good: dict[str, Any]) -> None:
    bodies = [{**good, "seed": seed} for seed in range(200)]
    mixed = random.Random(5).sample(bodies, len(bodies))
    first = chosen(0, bodies, bench, "quota-reached:0.3")
    assert chosen(0, mixed, bench, "quota-reached:0.3") == first
    assert 35 < list(first.values()).count(429) < 90


def test_the_same_request_again_is_another_draw(bench: Any, good: dict[str, Any]) -> None:
    found = statuses(bench(faults="http-503:0.5"), [good] * 100)
    assert 25 < found.count(503) < 75
    assert statuses(bench(faults="http-503:0.5"), [good] * 100) == found


def test_two_specs_draw_apart(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(faults="http-503:0.5, http-500/create:0.5")
    found = statuses(mock, [good] * 400)
    assert all(70 < found.count(status) < 230 for status in (200, 500, 503)), found


def test_a_chance_at_positions(bench: Any, good: dict[str, Any]) -> None:
    found = statuses(bench(faults="http-503:0.5@11-30"), [good] * 60)
    assert set(found[:10] + found[30:]) == {200}
    assert 3 < found.count(503) < 17


def test_a_draw_is_the_same_on_every_machine() -> None:
    assert fraction(0, "http-503:0.5", b"x") == 0.7239164575679854
    others = {fraction(1, "http-503:0.5", b"x"), fraction(0, "http-503:0.6", b"x"), fraction(0, "http-503:0.5", b"y")}
    assert len(others | {fraction(0, "http-503:0.5", b"x")}) == 4


def test_what_is_counted_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_rules, "MAX_KEYS", 10)
    faults = Faults(read_rules("http-503:0.5"), seed=0)
    for number in range(100):
        faults.at_request(("create",), str(number).encode)
    assert len(faults._ordinals) == 10


def test_a_key_is_only_made_when_it_is_drawn_by() -> None:
    faults = Faults(read_rules("http-503@5, http-500/poll:0.5"), seed=0)

    def key() -> bytes:
        raise AssertionError("nobody needs it")

    assert faults.at_request(("create", "image_to_video"), key) == ()


# The header ---------------------------------------------------------------------------------------------------------


def test_a_request_may_ask_for_its_fault(bench: Any, good: dict[str, Any]) -> None:
    mock = bench()
    asked = {"x-mock-fault": "http-429-seconds"}
    assert mock.ask("POST", "/v1/image_to_video", asked, json=good).headers["retry-after"] == "2"
    assert mock.create(good).status_code == 200


def test_a_create_may_ask_for_its_tasks_fault(bench: Any, good: dict[str, Any]) -> None:
    mock = bench()

    async def story(client: httpx.AsyncClient) -> list[str | None]:
        ids = []
        for headers in ({"x-mock-fault": "moderated-output"}, {}, {"x-mock-fault": "bad-output, http-500/poll"}):
            response = await client.post("/v1/image_to_video", json=good, headers=headers)
            ids.append(response.json()["id"])
        await asyncio.sleep(300)
        return [(await client.get(f"/v1/tasks/{task_id}")).json().get("failureCode") for task_id in ids]

    assert mock.play(story) == ["SAFETY.OUTPUT.VIDEO", None, "INTERNAL.BAD_OUTPUT.CODE01"]


def test_positions_count_the_requests_that_say_the_same(bench: Any, good: dict[str, Any]) -> None:
    mock = bench(faults="http-500@7")
    asked = {"x-mock-fault": "http-503@2"}
    assert statuses(mock, [good] * 3, **asked) == [200, 503, 200]
    assert statuses(mock, [good] * 3) == [200] * 3
    assert statuses(mock, [good] * 3, **{"x-mock-fault": "http-503@2 "}) == [500, 503, 200]


def test_a_header_that_is_no_spec_is_told(bench: Any, good: dict[str, Any]) -> None:
    mock = bench()
    response = mock.ask("POST", "/v1/image_to_video", {"x-mock-fault": "timeuot"}, json=good)
    text = 'x-mock-fault: There is no fault "timeuot". Did you mean "timeout"?'
    assert (response.status_code, response.json()) == (400, {"error": text})
    assert len(mock.app.tasks) == 0


@pytest.mark.parametrize(
    "value", ["", " ", ",,", "\xff\xfe", "x" * 10_000, "@", "empty" * 1000, "http-503:" + "9" * 500]
)
def test_any_header_is_answered(bench: Any, good: dict[str, Any], value: str) -> None:
    mock = bench()
    headers = {b"x-mock-fault": value.encode("latin-1"), b"content-type": b"application/json"}

    async def story(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/v1/image_to_video", content=json.dumps(good), headers=headers)

    response = mock.play(story)
    assert response.status_code == (200 if not value.strip(" ,") else 400)
    assert len(response.content) < 2_000


def test_headers_are_bounded(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.mock import app

    monkeypatch.setattr(app, "MAX_HEADERS", 5)
    mock = bench()
    for number in range(1, 20):
        mock.ask("GET", "/v1/organization", {"x-mock-fault": f"empty@{number}"})
    assert len(mock.app._asked) == 5


def test_a_mock_without_faults_asks_for_none(bench: Any, good: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    mock = bench()

    def never(*_: object) -> None:
        raise AssertionError("a right answer needs no rule")

    for name in ("at_request", "at_create"):
        monkeypatch.setattr(Faults, name, never)
    assert mock.create(good).status_code == 200
    assert "x-mock-fault" not in mock.create(good).headers
