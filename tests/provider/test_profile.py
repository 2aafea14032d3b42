from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import yamlio
from harness.errors import MistakesError
from harness.model import Json, TaskState
from harness.provider import Provider, load, number, pick
from harness.provider.load import shipped
from harness.provider.profile_schema import SCHEMA

PROFILES = pathlib.Path(__file__).parent / "profiles"
URL = "https://files.example.com/a.mp4"


@pytest.mark.parametrize("name", shipped())
def test_shipped_profiles_pass_the_check_that_loading_spares_them(name: str) -> None:
    from harness.provider.profile_file import _mistakes

    file = pathlib.Path(load(name, base=pathlib.Path()).profile.file)
    assert _mistakes(yamlio.read(file)) == []


def test_runway_as_the_facts_have_it(runway: Provider) -> None:
    profile = runway.profile
    assert (profile.name, profile.title, profile.base_url) == ("runway", "Runway", "https://api.dev.runwayml.com")
    assert profile.base_url_env == "RUNWAYML_BASE_URL"
    assert profile.key_env == ("RUNWAYML_API_SECRET", "RUNWAY_API_KEY")
    assert profile.headers == {"Authorization": "Bearer {key}", "X-Runway-Version": "2024-11-06"}
    assert (profile.create.id_path, profile.create.estimated_path) == ("id", "estimatedCost.credits")
    assert (profile.poll.method, profile.poll.path) == ("GET", "/v1/tasks/{id}")
    assert profile.cancel is not None
    assert (profile.cancel.method, profile.cancel.path) == ("DELETE", "/v1/tasks/{id}")
    assert profile.account is not None
    assert (profile.account.method, profile.account.path) == ("GET", "/v1/organization")
    assert profile.account.balance_path == "creditBalance"
    assert profile.account.models_path == "tier.models"
    assert profile.account.concurrent_key == "maxConcurrentGenerations"
    assert tuple(profile.polling) == (6, 1.5, 600, 5)
    assert (profile.errors.message_path, profile.errors.issues_path) == ("error", "issues")
    assert len(runway.endpoints) == 26
    assert runway.endpoints["image_to_video"].poll_path == "/v1/tasks/{id}"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("PENDING", TaskState.PENDING),
        ("THROTTLED", TaskState.THROTTLED),
        ("RUNNING", TaskState.RUNNING),
        ("SUCCEEDED", TaskState.SUCCEEDED),
        ("FAILED", TaskState.FAILED),
        ("CANCELLED", TaskState.CANCELLED),
        ("processing", TaskState.RUNNING),
        ("succeeded", TaskState.SUCCEEDED),
        ("throttled", TaskState.THROTTLED),
        ("in_progress", TaskState.RUNNING),
        ("queued", TaskState.PENDING),
        ("Completed", TaskState.SUCCEEDED),
        ("canceled", TaskState.CANCELLED),
        ("ARCHIVED", None),
    ],
)
def test_words_for_states_are_matched_without_case(runway: Provider, word: str, state: TaskState | None) -> None:
    assert runway.profile.state({"status": word}) == (state, word)


def test_the_profiles_own_spelling_of_a_state(
    write: Callable[[str, str], pathlib.Path], tmp_path: pathlib.Path
) -> None:
    states = "{SUCCEEDED: COMPLETED, PENDING: [In Queue, waiting], FAILED: error}"
    write(
        "own.yaml",
        f"name: own\nbase_url: https://a.example\nstates: {states}\n"
        'poll: {path: "/t/{id}"}\nendpoints: {video: {path: /v}}\n',
    )
    profile = load("own.yaml", base=tmp_path).profile
    assert profile.words == {
        TaskState.SUCCEEDED: "COMPLETED",
        TaskState.PENDING: "In Queue",
        TaskState.FAILED: "error",
    }
    assert [profile.states[word] for word in ("completed", "in queue", "waiting", "error")] == [
        TaskState.SUCCEEDED,
        TaskState.PENDING,
        TaskState.PENDING,
        TaskState.FAILED,
    ]


def test_runway_needs_no_words_of_its_own(runway: Provider) -> None:
    assert runway.profile.words == {}


def test_the_files_of_an_invocation_stand_by_node(runway: Provider) -> None:
    other = "https://files.example.com/b.mp4"
    assert runway.profile.outputs({"output": {"node-1": [URL], "node-2": [other, URL]}}) == (URL, other)
    assert runway.profile.outputs({"output": {}}) == ()


@pytest.mark.parametrize("body", [{}, {"status": None}, {"status": []}, [], None, "text"])
def test_no_word_for_a_state(runway: Provider, body: Json) -> None:
    assert runway.profile.state(body) == (None, None)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"id": "d8b03508-a8a3-4590-ae09-788f16c4c6a3"}, "d8b03508-a8a3-4590-ae09-788f16c4c6a3"),
        ({"id": 17}, "17"),
        ({"id": True}, None),
        ({"id": ""}, None),
        ({"id": None}, None),
        ({"id": "a\nb"}, None),
        ({"id": "x" * 513}, None),
        ({"id": ["a"]}, None),
        ({}, None),
        ("id", None),
    ],
    ids=["uuid", "number", "boolean", "empty", "null", "control", "endless", "list", "missing", "no object"],
)
def test_the_id_of_a_task(runway: Provider, body: Json, found: str | None) -> None:
    assert runway.profile.task_id(body) == found


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (401, "No API key was provided. Send one in the Authorization header.", "AUTH.MISSING"),
        (401, "Incorrect hostname for API key", "AUTH.HOST"),
        (401, "The API key is invalid.", "AUTH.REFUSED"),
        (401, "", "AUTH.REFUSED"),
        (400, "You do not have enough credits to run this task.", "CREDIT.EMPTY"),
        (400, "Validation of body failed", None),
        (429, "Your daily task limit has been reached.", "QUOTA.DAILY"),
        (429, "Too many requests", None),
        (403, "Model variant gen4-turbo is not available", None),
        (500, "No API key was provided.", None),
    ],
)
def test_systemic_refusals(runway: Provider, status: int, text: str, code: str | None) -> None:
    assert runway.profile.systemic_code(status, text) == code


PICKS = [
    ({"a": {"b": 1}}, "a.b", 1),
    ({"a": [{"b": 1}, {"b": 2}]}, "a.1.b", 2),
    ({"a": [{"b": 1}, {}, {"b": 2}]}, "a.*.b", [1, 2]),
    ({"a": {"x": {"b": 1}, "y": {"b": 2}}}, "a.*.b", [1, 2]),
    ({"a": 5}, "a.*", []),
    ({"a": None}, "a.b", None),
    ({"a": [1]}, "a.1", None),
    ({"a": [1]}, "a.-1", None),
    ({"a": [1]}, "a." + "9" * 400, None),
    ({"a": "text"}, "a.0", None),
    ({}, None, None),
]


@pytest.mark.parametrize(("body", "path", "value"), PICKS, ids=[str(case[1])[:12] for case in PICKS])
def test_pick(body: Json, path: str | None, value: Json) -> None:
    assert pick(body, path) == value


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "0", "*"]), inner, max_size=3),
)


@given(_JSON, st.lists(st.sampled_from(["a", "0", "*", "b"]), min_size=1, max_size=5))
def test_pick_reads_anything_calmly(body: Json, steps: list[str]) -> None:
    pick(body, ".".join(steps))


@pytest.mark.parametrize(
    ("value", "found"),
    [(5, 5), (2.5, 2.5), (0, 0), (-1, None), (True, None), ("5", None), (float("nan"), None), (float("inf"), None)],
)
def test_amounts(value: Json, found: float | None) -> None:
    assert number({"cost": {"credits": value}}, "cost.credits") == found
    assert number({"cost": value}, None) is None


OUTPUTS = [
    (URL, (URL,)),
    ([URL, URL + "?2"], (URL, URL + "?2")),
    ([URL, URL], (URL,)),
    ({"video": URL, "size": 5, "note": "no address"}, (URL,)),
    ([{"url": URL, "mime": "video/mp4"}], (URL,)),
    ("data:image/png;base64,AAAA", ("data:image/png;base64,AAAA",)),
    ("file:///etc/passwd", ()),
    ("https://a b", ()),
    ("https://example.com/" + "x" * 20_000, ()),
    ([f"https://example.com/{index}" for index in range(500)], tuple(f"https://example.com/{i}" for i in range(100))),
    (None, ()),
    (5, ()),
]


@pytest.mark.parametrize(("value", "found"), OUTPUTS, ids=range(len(OUTPUTS)))
def test_outputs_are_addresses_wherever_they_stand(runway: Provider, value: Json, found: tuple[str, ...]) -> None:
    assert runway.profile.outputs({"output": value}) == found


def test_outputs_are_not_looked_for_without_end(runway: Provider) -> None:
    value: Json = URL
    for _ in range(500):
        value = [value]
    assert runway.profile.outputs({"output": value}) == ()


def other(name: str) -> Provider:
    return load(f"{name}.yaml", base=PROFILES)


def test_luma() -> None:
    luma = other("luma")
    profile = luma.profile
    assert (luma.contract, luma.contract_version) == (None, "none")
    endpoint = luma.endpoints["video"]
    assert (endpoint.method, endpoint.path, endpoint.poll_path) == ("POST", "/generations/video", "/generations/{id}")
    assert (endpoint.kind, endpoint.models) == ("video", ("ray-2", "ray-flash-2"))
    assert profile.key_env == ("LUMAAI_API_KEY",)
    assert profile.state({"state": "queued"}) == (TaskState.PENDING, "queued")
    assert profile.state({"state": "dreaming"}) == (TaskState.RUNNING, "dreaming")
    assert profile.state({"state": "completed", "failure_reason": None}) == (TaskState.SUCCEEDED, "completed")
    assert profile.state({"state": "failed", "failure_reason": "nope"}) == (TaskState.FAILED, "failed")
    assert profile.outputs({"assets": {"video": URL, "image": "https://example.com/poster.jpg"}}) == (URL,)
    assert profile.failure({"failure_reason": "nope"}) == "nope"
    assert luma.price(endpoint, {"model": "ray-2", "resolution": "540p"}) == 40
    assert luma.price(endpoint, {"model": "ray-2", "resolution": "4k"}) is None
    assert luma.media(endpoint, {"model": "ray-2", "duration": "5s"}) is None


def test_replicate() -> None:
    replicate = other("replicate")
    profile = replicate.profile
    assert profile.title == "replicate"
    assert replicate.endpoints["predictions"].poll_path == "/v1/predictions/{id}"
    assert profile.task_id({"id": "abc"}) == "abc"
    for word, state in [
        ("starting", TaskState.PENDING),
        ("processing", TaskState.RUNNING),
        ("canceled", TaskState.CANCELLED),
    ]:
        assert profile.state({"status": word, "error": None}) == (state, word)
    assert profile.state({"status": "succeeded", "output": URL, "error": None}) == (TaskState.SUCCEEDED, "succeeded")
    assert profile.outputs({"output": URL}) == (URL,)
    assert profile.outputs({"output": [URL, URL + "2"]}) == (URL, URL + "2")
    assert profile.polling.every_s == 5.0


def test_kling_keeps_everything_deeper() -> None:
    profile = other("kling").profile
    assert profile.task_id({"code": 0, "data": {"task_id": 831}}) == "831"
    body = {"data": {"task_status": "succeed", "task_result": {"videos": [{"id": "1", "url": URL, "duration": "5"}]}}}
    assert profile.state(body) == (TaskState.SUCCEEDED, "succeed")
    assert profile.outputs(body) == (URL,)
    assert profile.state({"data": {"task_status": "submitted"}}) == (TaskState.PENDING, "submitted")


def test_veo_says_done_or_not_and_puts_the_error_beside_it() -> None:
    profile = other("veo").profile
    assert profile.task_id({"name": "models/veo/operations/1"}) == "models/veo/operations/1"
    assert profile.state({"done": False}) == (TaskState.RUNNING, "False")
    assert profile.state({"done": True}) == (TaskState.SUCCEEDED, "True")
    failed = {"done": True, "error": {"code": 3, "message": "bad input"}}
    assert profile.state(failed) == (TaskState.FAILED, "True")
    assert profile.failure(failed) == "bad input"
    sample = {"done": True, "response": {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": URL}}]}}}
    assert profile.outputs(sample) == (URL,)


def _described(schema: Json, where: str) -> list[str]:
    """The keys of a schema that say neither what they are for nor what they must be."""
    found: list[str] = []
    for key, item in schema.get("properties", {}).items():
        place = f"{where}.{key}"
        if not item.get("description") and not item.get("title") and not {"enum", "properties"} & set(item):
            found += [place] if item.get("type") not in ("integer", "boolean") else []
        found += _described(item, place)
    return found


def test_the_schema_explains_its_keys() -> None:
    assert _described(SCHEMA, "") == []


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ("not a url", ("not a url",)),
        (["", "file:///etc/passwd", "b"], ("file:///etc/passwd",)),
        ({"a": [{"b": "x" * 9999}]}, ("x" * 512,)),
        (None, ()),
        ([1, None, " "], ()),
    ],
)
def test_what_stands_in_the_place_of_an_address(runway: Provider, found: Json, named: tuple[str, ...]) -> None:
    assert runway.profile.misnamed({"output": found}) == named


def test_a_file_in_the_answer_may_be_long_and_an_address_may_not(runway: Provider) -> None:
    inline, address = "data:video/mp4;base64," + "A" * 5_000_000, "https://files.example/" + "a" * 20_000

    assert runway.profile.outputs({"output": [inline, address]}) == (inline,)


WRONG = """
name: acme
base_url: https://api.acme.example
key: {env: ACME_KEY}
headers:
  Authorization: "Bearer {token}"
poll: {path: "/v1/tasks/{id}"}
polling: {timeout_s: 60}
endpoints: {video: {path: /v1/videos}}
"""


def test_an_unknown_blank_in_a_header(tmp_path: pathlib.Path) -> None:
    (tmp_path / "acme.yaml").write_text(WRONG, encoding="utf-8")

    with pytest.raises(MistakesError) as caught:
        load("acme.yaml", base=tmp_path)
    assert [(str(one.source.line), one.field, one.what, one.fix) for one in caught.value.mistakes] == [
        (
            "6",
            "headers.Authorization",
            "the blank {token} is not known; only {key} is.",
            "Write {key} where the key stands.",
        )
    ]


@pytest.mark.parametrize("seconds", ["0", "-1"])
def test_a_task_needs_some_time(tmp_path: pathlib.Path, seconds: str) -> None:
    wrong = WRONG.replace("{token}", "{key}").replace("timeout_s: 60", f"timeout_s: {seconds}")
    (tmp_path / "acme.yaml").write_text(wrong, encoding="utf-8")

    with pytest.raises(MistakesError, match=r"polling\.timeout_s: expected a number of seconds above 0, found "):
        load("acme.yaml", base=tmp_path)


def test_answers_that_decline_a_create(tmp_path: pathlib.Path, runway: Provider) -> None:
    assert runway.profile.create.declined == frozenset(), "Runway's 429 is the day's quota: better in hours only"
    text = (
        "name: acme\ntitle: Acme\nbase_url: https://api.acme.invalid\nendpoints: {make: {path: /v1/make}}\n"
        "poll: {path: '/v1/jobs/{id}'}\ncreate: {id: job, retry: %s}\n"
    )
    file = tmp_path / "profile.yaml"
    file.write_text(text % "[429, 503]", encoding="utf-8")
    create = load("profile.yaml", base=tmp_path).profile.create
    assert (create.id_path, create.declined) == ("job", frozenset({429, 503}))
    file.write_text(text % "[200]", encoding="utf-8")
    with pytest.raises(MistakesError, match=r"create\.retry\[0\]"):
        load("profile.yaml", base=tmp_path)
