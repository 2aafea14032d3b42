"""A request as a scenario: the same body comes out, and no secret with it."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness import media
from harness.errors import UsageError
from harness.model import Asset
from harness.scenario import LoadSettings, Scenario, load
from harness.starting.convert import Started, start_from
from harness.starting.curl import read_curl
from harness.starting.request import Request, parse_url
from tests.effort import examples

RUNWAY = "https://api.dev.runwayml.com/v1/image_to_video"
GOOD = {"model": "gen4_turbo", "promptImage": "https://example.com/a.jpg", "ratio": "720:1280", "duration": 5}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.sampled_from(
    ["9:16", "null", "~", "yes", "007", "1e3", "$image", "$$x", "a.b", "a: b", "- x", "", "\n", "\x85", "\u2028", "😀"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def request(body: Any, url: str = RUNWAY, **more: Any) -> Request:
    return Request(**{"method": "POST", "url": parse_url(url, ""), "headers": (), "body": body, **more})


def begin(folder: Path, asked: Request, **more: Any) -> Started:
    (folder / "pyproject.toml").touch()
    made = start_from(asked, folder=folder, env={}, **more)
    for file in made.files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.data)
    return made


def read(folder: Path, made: Started, **env: str) -> Scenario:
    (scenario,) = load([folder / made.scenario], LoadSettings(cwd=folder, env=env))
    return scenario


def plain(value: Any) -> Any:
    if isinstance(value, Asset):
        return value.data_uri.decode()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=examples(60))
@given(st.dictionaries(TEXTS, JSON, max_size=4), st.sampled_from([RUNWAY, "https://api.acme.example/v1/videos"]))
def test_the_baseline_is_the_body(body: dict[str, Any], url: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = begin(folder, request(body, url))
        assume("$env" not in (folder / made.scenario).read_text("utf-8"))
        scenario = read(folder, made)
    assert repr(plain(scenario.baseline)) == repr(body)
    assert scenario.variants[0].name == "as sent"
    assert repr(plain(scenario.variants[0].payload)) == repr(body)


HOSTS = [
    "a.example",
    "a.example:8080",
    "127.0.0.1:9",
    "[::1]:80",
    "localhost",
    "null.example",
    "007.example",
    "api.com",
]
STEPS = [
    "v1",
    "{id}",
    "{",
    "%20",
    "%zz",
    "ü",
    "..",
    "",
    "a:b",
    "0a1b2c3d4e5f60718293aB",
    "x" * 300,
    "{part_1}",
    "#",
    "null",
]
QUERIES = ["", "?a=1", "?{x}=1", "?key=abc", "?a=%26&b=ü", "?="]
HEADERS = [
    "X: b",
    "X: {key}",
    "Authorization: Basic abc",
    "api-key: {key}",
    "X-Null: null",
    "X: a: b # c",
    "X: ü",
    "X: 'a\"b",
]


@settings(max_examples=examples(40))
@given(
    st.sampled_from(HOSTS),
    st.lists(st.sampled_from(STEPS), max_size=4).map("/".join),
    st.sampled_from(QUERIES),
    st.lists(st.sampled_from(HEADERS), max_size=3),
    st.sampled_from(["en", "ru"]),
)
def test_whatever_the_address_the_files_are_in_order(
    host: str, path: str, query: str, headers: list[str], lang: str
) -> None:
    asked = [f"-H{header}" for header in headers]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            request = read_curl(["curl", f"https://{host}/{path}{query}", "-d", '{"a": 1}', *asked], folder=folder)
        except UsageError:
            return
        made = begin(folder, request, lang=lang)
        assert read(folder, made).baseline == {"a": 1}


def test_variants_that_the_contract_allows(tmp_path: Path) -> None:
    body = {**GOOD, "seed": 7, "promptText": "hi"}
    scenario = read(tmp_path, begin(tmp_path, request(body)))
    assert [(one.name, one.payload) for one in scenario.variants] == [
        ("as sent", body),
        ("no seed", {key: value for key, value in body.items() if key != "seed"}),
        ("no promptText", {key: value for key, value in body.items() if key != "promptText"}),
        ("ratio=1280:720", {**body, "ratio": "1280:720"}),
        ("duration=2", {**body, "duration": 2}),
        ("seed=0", {**body, "seed": 0}),
    ]
    contract = scenario.provider.contract
    assert contract is not None
    prices = [scenario.provider.price(scenario.endpoint, one.payload) for one in scenario.variants]
    assert all(contract.validate(scenario.endpoint, one.payload) == () for one in scenario.variants)
    assert max(price or 0 for price in prices) == prices[0]


def test_without_a_contract_each_field_is_left_out_once(tmp_path: Path) -> None:
    body = {
        "input": {"prompt": "hi", "$seed": 1},
        "one": {"a": 1},
        "$x": {"b": 1, "c": 2},
        "a.b": 1,
        "odd": {"a.b": 1, "c": 2},
    }
    scenario = read(tmp_path, begin(tmp_path, request(body, "https://acme.example/v1/make")))
    assert [(one.name, one.payload) for one in scenario.variants] == [
        ("as sent", body),
        ("no input.prompt", {**body, "input": {"$seed": 1}}),
        ("no input.$seed", {**body, "input": {"prompt": "hi"}}),
        ("no one", {key: value for key, value in body.items() if key != "one"}),
        ("no $x.b", {**body, "$x": {"c": 2}}),
        ("no $x.c", {**body, "$x": {"b": 1}}),
        ("no a.b", {key: value for key, value in body.items() if key != "a.b"}),
        ("no odd", {key: value for key, value in body.items() if key != "odd"}),
    ]


def test_a_body_that_the_contract_refuses(tmp_path: Path) -> None:
    made = begin(tmp_path, request({**GOOD, "ratio": "9:16", "seed": None}))
    assert made.refused
    assert [(note.key, dict(note.params)) for note in made.notes] == [
        ("start.note_refused", {"contract": "2026-11-22", "fields": "ratio, seed"})
    ]
    assert [one.name for one in read(tmp_path, made).variants][:2] == ["as sent", "no seed"]


def test_files_in_the_body_become_files_beside_the_scenario(tmp_path: Path) -> None:
    picture, sound = media.make_image(64, 64), bytes(300)

    def uri(kind: str, data: bytes) -> str:
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"

    odd = "data:text/plain;charset=utf-8," + "x" * 300
    body: Any = {
        "a": uri("image/jpeg", picture),
        "again": {"b": [uri("image/jpeg", picture), uri("audio/x-raw", sound)]},
        "odd": odd,
        "not canonical": uri("image/jpeg", picture)[:-2] + "==",
        "short": "data:,x",
        "long": "word " * 40_000,
    }
    made = begin(tmp_path, request(body, "https://api.acme.example/v1/videos"))
    assert {file.path: file.data for file in made.files if "/assets/" in file.path} == {
        "scenarios/acme/assets/videos-a.jpg": picture,
        "scenarios/acme/assets/videos-again-b-1.bin": sound,
        "scenarios/acme/assets/videos-odd.txt": odd.encode(),
        "scenarios/acme/assets/videos-not-canonical.txt": body["not canonical"].encode(),
        "scenarios/acme/assets/videos-long.txt": b"word " * 40_000,
    }
    assert plain(read(tmp_path, made).baseline) == body


CANARY = "CaNaRy4f9e8d7c6b5a"
HIDDEN = f"""curl 'https://u:{CANARY}0@api.acme.example/v1/{CANARY}1/videos?api_key={CANARY}2&version=7&x={CANARY}' \\
  -H 'Authorization: Token {CANARY}3' -H 'Cookie: sid={CANARY}4; x=y' -H 'X-Api-Key: {CANARY}5' \\
  -H 'X-Trace: {CANARY}6' -H 'X-Client: web' -b 'more={CANARY}7' -u 'me:{CANARY}8' \\
  -H 'X-Csrf-Token: short{CANARY}9' -H 'accept: */*' --data-raw '{{"prompt": "as {CANARY}3 said", "n": 1,
  "credentials": {{"user": "{CANARY}b", "list": ["{CANARY}c", 5]}}, "apiKey": "{CANARY}d", "password": 12345678,
  "image": "https://bucket.example/a.jpg?X-Amz-Signature={CANARY}e", "webhook_url": "https://hooks.example/{CANARY}f",
  "{CANARY}5": true, "deep": [{{"accessKey": "{CANARY}g"}}], "auth": "Bearer {CANARY}h",
  "key": "key_{CANARY}0123456789", "max_tokens": 5, "note": "{quote(CANARY + "3", safe="")}"}}'"""


@pytest.mark.parametrize("host", ["api.acme.example", "api.dev.runwayml.com"])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_secret_is_written_anywhere(tmp_path: Path, host: str, lang: str) -> None:
    command = HIDDEN.replace("api.acme.example", host)
    if host.endswith("runwayml.com"):
        command = command.replace(f"/v1/{CANARY}1/videos", "/v1/text_to_image")
    made = begin(tmp_path, read_curl(command, folder=tmp_path), lang=lang)
    for file in made.files:
        assert CANARY.lower() not in file.path.lower()
        assert CANARY.lower() not in file.data.decode().lower(), file.path
        assert "12345678" not in file.data.decode().replace("0123456789", "")
    assert CANARY not in repr(made)
    body = plain(read(tmp_path, made).baseline)
    assert (body["n"], body["max_tokens"], body["image"]) == (1, 5, "https://bucket.example/a.jpg")
    assert body["webhook_url"] == "https://example.com/callback"
    assert body["credentials"] == {"user": "not-set", "list": ["not-set", "not-set"]}
    filled = read(tmp_path, made, **{f"{Path(made.scenario).stem.upper()}_APIKEY": "mine"})
    assert plain(filled.baseline)["apiKey"] == "mine"


PROFILE = """\
# A provider as far as one request tells. FILL IN marks what was guessed; `harness validate` checks the file.
name: acme
title: api.acme.example
base_url: https://api.acme.example
key:
  env: [ACME_API_KEY]
headers: {Authorization: "Token {key}", X-Client: web}
# FILL IN: left out, because they may be secret: X-Api-Key, X-Trace, X-Csrf-Token. Only headers can carry the key.
create: {id: id}   # FILL IN: where the answer of the create has the task's id (data.task_id)
poll:
  path: "/v1/{part_1}/videos/{id}"   # FILL IN: the route of a task
  state: status   # FILL IN: where its answer has the state
  output: output   # FILL IN: where the addresses of the files are (data.videos.*.url)
  failure: error   # FILL IN: what went wrong
polling: {every_s: 5, timeout_s: 600}   # seconds; words for states: `states:`
endpoints:
  videos: {path: "/v1/{part_1}/videos?version=7"}
  # kind: video, image or audio beside the path says what comes out; `contract: openapi.json` explains refusals
"""


def test_the_profile_of_a_host_that_nobody_knows(tmp_path: Path) -> None:
    made = begin(tmp_path, read_curl(HIDDEN, folder=tmp_path))
    assert (tmp_path / "scenarios/acme/profile.yaml").read_text("utf-8") == PROFILE
    keys, _, others = (tmp_path / "keys.env.example").read_text("utf-8").partition("\n\n")
    assert keys.endswith("\nACME_API_KEY=")
    # What else the scenario reads stands there, too, and that it is read from elsewhere.
    said, *exports = others.splitlines()
    assert said == (
        "# The scenario reads these from the environment, not from this file; what is unset is sent as its default."
    )
    wanted = re.findall(r"\$env: (\w+)", (tmp_path / made.scenario).read_text("utf-8"))
    assert exports[0] == "#   export ACME_PART_1_SECRET="
    assert {f"#   export {name}=" for name in wanted} == set(exports)
    assert len(exports) > 2
    scenario = read(tmp_path, made)
    assert scenario.provider.profile.key_env == ("ACME_API_KEY",)
    assert scenario.variants[0].path == {"part_1": "not-set"}


@pytest.mark.parametrize(
    ("header", "written", "env"),
    [
        ("Authorization: Bearer $ACME_TOKEN", '{Authorization: "Bearer {key}"}', "ACME_TOKEN"),
        ("Authorization: Key ${FAL_KEY}", '{Authorization: "Key {key}"}', "FAL_KEY"),
        ("Authorization: abc123", '{Authorization: "{key}"}', "ACME_API_KEY"),
        ("x-goog-api-key: YOUR_KEY", '{x-goog-api-key: "{key}"}', "ACME_API_KEY"),
    ],
)
def test_where_the_key_goes(tmp_path: Path, header: str, written: str, env: str) -> None:
    command = ["curl", "https://acme.example/v1/make", "-H", header, "-d", '{"prompt": "hi"}']
    begin(tmp_path, read_curl(command, folder=tmp_path))
    text = (tmp_path / "scenarios/acme/profile.yaml").read_text("utf-8")
    assert f"\nheaders: {written}\n" in text
    assert f"\n  env: [{env}]\n" in text


def test_a_provider_of_ones_own_is_found_again(tmp_path: Path) -> None:
    url = "https://api.acme.example/v1/videos"
    begin(tmp_path, request({"a": 1}, url))
    made = begin(tmp_path, request({"a": 2}, url), name="Second one")
    assert [file.path for file in made.files] == ["scenarios/acme/second_one.yaml", ".gitignore"]
    assert read(tmp_path, made).baseline == {"a": 2}
    with pytest.raises(UsageError) as caught:
        begin(tmp_path, request({"a": 1}, "https://api.acme.example/v1/images"))
    assert str(caught.value) == (
        "api.acme.example is known, and no route of it that creates a task is this POST.\n"
        f"  Add the route to `endpoints` in {tmp_path}/scenarios/acme/profile.yaml, then run this again."
    )


def test_no_two_scenarios_of_a_run_have_one_name(tmp_path: Path) -> None:
    for host in ("one.example", "two.example"):
        begin(tmp_path, request({"a": 1}, f"https://{host}/v1/make"))
    made = begin(tmp_path, request({"a": 1}, "https://three.example/v1/make"), name="make")
    assert made.scenario == "scenarios/three/make_3.yaml"
    files = sorted((tmp_path / "scenarios").rglob("make*.yaml"))
    assert [one.name for one in load(files, LoadSettings(cwd=tmp_path))] == ["make", "make_3", "make_2"]


@pytest.mark.parametrize(
    ("field", "value", "hidden"),
    [
        ("model", "sk-abcDEF0123456789xyz", True),
        ("note", "use r8_Ab12Cd34Ef56Gh78Ij90 for it", True),
        ("voice", "EXAVITQu4vr4xnSDxMaL", False),
        ("promptText", "Task-oriented key-frame animation of a skateboard", False),
        ("passphrase", "open sesame", True),
        ("clientSecret", 5, True),
        ("session", "morning", False),
        ("session", "0a1b2c3d4e5f60718293", True),
        ("key", "C major", False),
        ("keyframes", [1, 2], False),
        ("notify_url", "https://mine.example/x", True),
        ("image", "https://mine.example/x.jpg?w=100", False),
        ("image", "https://mine.example/x.jpg?token=abc", True),
        ("seed", 4294967295, False),
        ("token", None, False),
        ("token", True, False),
    ],
)
def test_what_counts_as_a_secret_in_a_body(tmp_path: Path, field: str, value: Any, hidden: bool) -> None:  # noqa: FBT001
    made = begin(tmp_path, request({field: value}, "https://acme.example/v1/make"))
    assert ("$env" in (tmp_path / made.scenario).read_text("utf-8")) == hidden


def test_runways_routes(tmp_path: Path) -> None:
    made = begin(tmp_path, request({"nodeOutputs": {}}, "http://127.0.0.1:8765/v1/workflows/3f9c-7a"))
    scenario = read(tmp_path, made)
    assert (scenario.endpoint.key, scenario.variants[0].path) == ("workflows_id", {"id": "3f9c-7a"})
    with pytest.raises(UsageError) as caught:
        begin(tmp_path, request(GOOD, "https://api.dev.runwayml.com/v1/nothing"))
    assert str(caught.value).startswith(
        "Runway is known, and no route of it that creates a task is this POST.\n  Its routes: "
    )


@pytest.mark.parametrize("body", [{"a": "\ud800"}, {"a": 10**2000}, {"a": json.loads("[" * 150 + "]" * 150)}])
def test_what_no_yaml_file_can_hold(tmp_path: Path, body: Any) -> None:
    with pytest.raises(UsageError) as caught:
        begin(tmp_path, request(body))
    assert str(caught.value).startswith("The body cannot stand in a scenario: ")
