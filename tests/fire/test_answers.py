"""Answers read as facts: strange ones are named, hostile ones are bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import TransportError
from harness.fire import Exchange
from harness.fire.answers import KEPT_BYTES, RAW_CHARS, lost_create, read_create, read_poll
from harness.model import Json, Problem, TaskState
from harness.provider import Provider

Make = Callable[..., Exchange]
HTML = b"<!doctype html>\n<title>Sign in</title>"


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize(
    ("found", "task_id"),
    [
        ("d8b03508-a8a3-4590-ae09-788f16c4c6a3", None),
        (42, "42"),
        ("a/b?c", None),
        ("операция", None),
        ("x" * 200, None),
    ],
    ids=["uuid", "number", "slashes", "letters", "longest"],
)
def test_a_create_that_was_accepted(
    make_exchange: Make, make_provider: Callable[[], Provider], status: int, found: Json, task_id: str | None
) -> None:
    created = read_create(make_exchange({"id": found, "n": 1}, status), make_provider().profile)
    assert created.task_id == (task_id or found)
    assert (created.status, created.response, created.raw, created.problem) == (
        status,
        {"id": found, "n": 1},
        None,
        None,
    )


MAYBE = "so a task may exist without its id."
STRANGE: Mapping[str, tuple[Json, int, Mapping[str, str], str, str, bool]] = {
    "HTML": (HTML, 200, {}, "PROVIDER.BODY", f"The API answered 200 with HTML instead of JSON, {MAYBE}", True),
    "plain text": (
        *(b"ok", 200, {"content-type": "text/plain; charset=utf-8"}, "PROVIDER.BODY"),
        *(f"The API answered 200 with text that is no JSON (text/plain), {MAYBE}", True),
    ),
    "no body": (
        b"",
        204,
        {},
        "PROVIDER.BODY",
        f"The API answered 204 with an empty body, {MAYBE}",
        True,
    ),
    "torn": (
        *(b'{"id": "a', 200, {}, "PROVIDER.BODY"),
        *(
            f"The API answered 200 with text that is no JSON (application/json), {MAYBE} It began: “" + '{"id": "a”.',
            True,
        ),
    ),
    "torn behind the id": (
        *(b'{"id": "a-1", "echo": "data:', 200, {}, "PROVIDER.BODY"),
        *(f"The API answered 200 with text that is no JSON (application/json), {MAYBE} It named the id a-1.", True),
    ),
    "torn behind a number": (
        *(b'{"n": [{"id":42 , ', 200, {}, "PROVIDER.BODY"),
        *(f"The API answered 200 with text that is no JSON (application/json), {MAYBE} It named the id 42.", True),
    ),
    "torn in a number": (
        *(b'{"id": 42', 200, {}, "PROVIDER.BODY"),
        *(
            f"The API answered 200 with text that is no JSON (application/json), {MAYBE} It began: “" + '{"id": 42”.',
            True,
        ),
    ),
    "no id": (
        *({"status": "ok"}, 200, {}, "PROVIDER.BODY"),
        *("The API answered 200 without a task id (looked for at `id`).", True),
    ),
    "a list": ([], 200, {}, "PROVIDER.BODY", "The API answered 200 without a task id (looked for at `id`).", True),
    "null": (None, 200, {}, "PROVIDER.BODY", "The API answered 200 without a task id (looked for at `id`).", True),
    "redirect": (
        *(b"", 301, {"location": "https://api.example/v1/make?key=x"}, "PROVIDER.BODY"),
        "The API answered 301 and points to https://api.example/v1/make. A create is not sent on: check the base URL.",
        False,
    ),
    "see other": (
        *({}, 303, {}, "PROVIDER.BODY"),
        *("The API answered 303 and points to nowhere. A create is not sent on: check the base URL.", True),
    ),
    "500": ({"error": "x"}, 500, {}, "PROVIDER.5XX", "The API answered 500.", True),
    "500 with an id": (
        *({"error": "x", "id": "a-1"}, 500, {}, "PROVIDER.5XX"),
        *("The API answered 500, and named the id a-1.", True),
    ),
    "503": (HTML, 503, {}, "PROVIDER.5XX", "The API answered 503.", True),
}


@pytest.mark.parametrize("case", STRANGE.values(), ids=STRANGE.keys())
def test_a_create_that_came_to_nothing(
    make_exchange: Make,
    make_provider: Callable[[], Provider],
    case: tuple[Json, int, Mapping[str, str], str, str, bool],
) -> None:
    body, status, headers, code, text, maybe_created = case
    created = read_create(make_exchange(body, status, headers), make_provider().profile)
    assert created.problem == Problem(code=code, text=text, maybe_created=maybe_created)
    assert (created.task_id, created.status) == (None, status)
    if isinstance(body, bytes):
        assert (created.response, created.raw) == (None, body.decode().replace("\n", " "))
    else:
        assert (created.response, created.raw) == (body, "null" if body is None else None)


@pytest.mark.parametrize(
    ("received", "more"),
    [
        (b"", ""),
        (b"<html>", ""),
        (b'{"id": "a-1", "x', " It named the id a-1."),
        (b'{"id": "a\x1b[31m-1", "x', " It named the id a-1."),
        (b'{"id": "' + b"a" * 500, " It began: “" + '{"id": "' + "a" * 111 + "…”."),
        (b'{"status": "ok"}', ' It began: “{"status": "ok"}”.'),
    ],
    ids=["nothing", "a page", "an id", "escapes", "half an id", "no id"],
)
def test_what_came_of_a_lost_answer_is_told(make_provider: Callable[[], Provider], received: bytes, more: str) -> None:
    error = TransportError("NETWORK.RESET", "api.invalid went away.", sent=True, received=received)

    assert lost_create(error, make_provider().profile) == Problem(
        code="NETWORK.RESET", text="api.invalid went away." + more, maybe_created=True
    )


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("", '""'),
        ("x" * 201, '"' + "x" * 78 + "…"),
        (["a"], '["a"]'),
        ({"a": 1}, '{"a": 1}'),
        (True, "true"),
        (1.5, "1.5"),
        ("..", '".."'),
        ("a\x1b[31m\nb", '"a\\u001b[31m\\nb"'),
        ("a\u202eb", '"ab"'),
    ],
)
def test_an_id_that_cannot_be_one(
    make_exchange: Make, make_provider: Callable[[], Provider], found: Json, shown: str
) -> None:
    created = read_create(make_exchange({"id": found}), make_provider().profile)
    text = f"The API answered 200 with a task id that cannot be one: {shown} (looked for at `id`)."
    assert created.problem == Problem(code="PROVIDER.BODY", text=text, maybe_created=True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 413, 422, 429])
def test_a_refusal_is_no_problem(make_exchange: Make, make_provider: Callable[[], Provider], status: int) -> None:
    profile = make_provider().profile
    created = read_create(make_exchange({"error": "no"}, status), profile)
    assert (created.response, created.raw, created.problem, created.task_id) == ({"error": "no"}, None, None, None)
    page = read_create(make_exchange(b"<h1>Request\nEntity Too Large</h1>", status), profile)
    assert (page.response, page.raw, page.problem) == (None, "<h1>Request Entity Too Large</h1>", None)


def test_a_large_answer_gives_its_id_and_is_not_kept(
    make_exchange: Make, make_provider: Callable[[], Provider]
) -> None:
    created = read_create(make_exchange({"echo": "x" * KEPT_BYTES, "id": "t"}), make_provider().profile)
    assert (created.task_id, created.response) == ("t", None)
    assert created.raw is not None
    assert len(created.raw) == RAW_CHARS


def test_an_answer_without_end_has_no_id(make_provider: Callable[[], Provider]) -> None:
    endless = Exchange(status=200, headers={}, body=b'{"id": "t", "x": "' + b"y" * 100_000, truncated=True)
    created = read_create(endless, make_provider().profile)
    assert created.problem is not None
    assert created.problem.text.startswith("The API answered 200 with more than 100,018 bytes, so a task")
    assert created.problem.maybe_created
    assert len(created.raw or "") == RAW_CHARS


@pytest.mark.parametrize("depth", [500, 5000])
def test_an_answer_without_a_bottom_is_not_kept(
    make_exchange: Make, make_provider: Callable[[], Provider], depth: int
) -> None:
    body = b'{"id":' + b"[" * depth + b"]" * depth + b"}"
    created = read_create(make_exchange(body, 400), make_provider().profile)
    assert created.response is None
    assert created.raw is not None


@pytest.mark.parametrize(
    ("amount", "credits"), [(25, 25), (12.5, 12.5), (-1, None), ("25", None), (True, None), (None, None)]
)
def test_amounts_are_numbers_or_nothing(
    make_exchange: Make,
    make_provider: Callable[[], Provider],
    amount: Json,
    credits: float | None,  # noqa: A002
) -> None:
    seen = read_poll(
        make_exchange({"status": "RUNNING", "estimatedCost": {"credits": amount}}), make_provider().profile
    )
    assert seen.estimated_credits == credits


@pytest.mark.parametrize("word", ["SUCCEEDED", "succeeded", "Succeeded"])
def test_a_task_that_succeeded(make_exchange: Make, make_provider: Callable[[], Provider], word: str) -> None:
    body = {"status": word, "output": ["https://a.example/1.mp4", "https://a.example/2.mp4"], "cost": {"credits": 25}}
    seen = read_poll(make_exchange(body), make_provider().profile)
    assert (seen.state, seen.word, seen.charged_credits) == (TaskState.SUCCEEDED, word, 25)
    assert seen.outputs == ("https://a.example/1.mp4", "https://a.example/2.mp4")
    assert (seen.failure, seen.failure_code, seen.raw) == (None, None, None)


def test_a_task_that_succeeded_with_nothing(make_exchange: Make, make_provider: Callable[[], Provider]) -> None:
    seen = read_poll(make_exchange({"status": "SUCCEEDED", "output": []}), make_provider().profile)
    assert (seen.outputs, seen.raw) == ((), '{"status": "SUCCEEDED", "output": []}')


def test_a_task_that_failed(make_exchange: Make, make_provider: Callable[[], Provider]) -> None:
    body = {"status": "FAILED", "failure": "Moderated\x1b[0m.\n", "failureCode": "SAFETY.INPUT.TEXT"}
    seen = read_poll(make_exchange(body), make_provider().profile)
    assert (seen.state, seen.failure, seen.failure_code) == (TaskState.FAILED, "Moderated.", "SAFETY.INPUT.TEXT")
    bare = read_poll(make_exchange({"status": "FAILED"}), make_provider().profile)
    assert (bare.state, bare.failure, bare.failure_code) == (TaskState.FAILED, None, None)


@pytest.mark.parametrize("body", [HTML, b"", {}, [], {"status": None}, {"status": ["RUNNING"]}], ids=str)
def test_a_poll_that_tells_nothing(make_exchange: Make, make_provider: Callable[[], Provider], body: Json) -> None:
    seen = read_poll(make_exchange(body), make_provider().profile)
    assert (seen.state, seen.word) == (None, None)
    assert seen.raw is not None


def test_an_unknown_word_is_kept_short_and_clean(make_exchange: Make, make_provider: Callable[[], Provider]) -> None:
    seen = read_poll(make_exchange({"status": "\x1b[31mbaking" + "!" * 100}), make_provider().profile)
    assert (seen.state, seen.word) == (None, "baking" + "!" * 53 + "…")


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["id", "status", "output", "failure", "cost"]), inner)
        ),
    ),
    status=st.integers(100, 599),
)
def test_nothing_that_an_api_says_breaks_the_readers(body: Json, status: int) -> None:
    from harness.provider import Profile

    profile = Profile(name="p", title="P", file="p", base_url="http://p")
    exchange = Exchange(status=status, headers={}, body=json.dumps(body).encode())
    created = read_create(exchange, profile)
    assert (created.task_id is not None) + (created.problem is not None) + (400 <= status < 500) >= 1
    read_poll(exchange, profile)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    from harness.provider import Profile

    profile = Profile(name="p", title="P", file="p", base_url="http://p")
    created = read_create(Exchange(status=200, headers={}, body=data), profile)
    assert created.problem is not None or created.task_id is not None
    read_poll(Exchange(status=200, headers={}, body=data), profile)
