"""What the mock accepts and answers is what its /openapi.json says, and nothing else.

Two judges that are not ours: schemathesis, a public fuzzer of OpenAPI, against a served mock; and plain JSON Schema,
on wrong values for each field of each endpoint and model.
"""

import asyncio
import importlib.util
import json
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import jsonschema_rs
import pytest

from harness.clock import scaled_clock, virtual_clock
from harness.mock import MockApp, create_app
from harness.mock.server import serving
from harness.model import JsonObject
from harness.provider import Contract, Endpoint, load
from harness.provider.examples import full

PROVIDER = load("runway", base=pathlib.Path())
assert PROVIDER.contract is not None
CONTRACT: Contract = PROVIDER.contract
KEY: Final = "key_" + "0" * 128
#: Everything but `positive_data_acceptance`: what the schema calls valid may be refused, because lengths count UTF-16
#: units and a media address must name a host.
CHECKS: Final = ("--checks", "all", "--exclude-checks", "positive_data_acceptance")
#: Hundreds of forms each: left to the slow run.
LARGE: Final = "_to_(video|image|speech)"
#: What the fuzzer says where it cannot make the opposite of a body: an optional one with media addresses (workflows).
CANNOT_MAKE: Final = "does not support a `not` whose complement is not spelled out"


def conformance(folder: pathlib.Path, *options: str) -> Any:
    """The report of a schemathesis run in a process of its own. It is the same each time."""
    if importlib.util.find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed")
    problems: list[str] = []
    clock = scaled_clock(1000)
    report = folder / "report.json"
    with serving(create_app(PROVIDER, clock=clock, key=KEY), clock=clock, problem=problems.append) as url:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--url", url, "--no-color"),
            *("--generation-deterministic", "--continue-on-failure", "--max-failures", "1000", *CHECKS),
            *("--header", f"Authorization: Bearer {KEY}", "--header", "X-Runway-Version: 2024-11-06"),
            *("--report", "json", "--report-json-path", str(report), *options),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    figures = f"{found['operations']['tested']} operations, {found['test_cases']['generated']} cases"
    print(f"schemathesis {' '.join(options)}: {figures}, {found['running_time']:.1f} s")
    assert (found["failures"], found["complete"]) == ([], True), done.stdout
    told = sum(error["count"] for error in found["errors"])
    assert told == done.stdout.count(CANNOT_MAKE) <= 1, done.stdout
    assert done.returncode == min(told, 1), done.stdout
    assert set(problems) <= {"Invalid HTTP request received."}  # it asks for that
    return found


def operations() -> int:
    return sum(
        len([method for method in item if method != "parameters"]) for item in CONTRACT.document["paths"].values()
    )


@pytest.mark.thorough
def test_the_fuzzer_finds_nothing_in_all_operations(tmp_path: pathlib.Path) -> None:
    found = conformance(tmp_path, "--phases", "fuzzing,stateful", "--max-examples", "8")
    assert found["operations"]["tested"] == operations() >= 32
    assert found["test_cases"]["generated"] >= 300


@pytest.mark.slow
def test_the_fuzzer_finds_nothing_at_the_bounds_of_the_smaller_operations(tmp_path: pathlib.Path) -> None:
    found = conformance(tmp_path, "--phases", "coverage", "--exclude-operation-id-regex", LARGE)
    assert found["operations"]["tested"] >= 24
    assert found["test_cases"]["generated"] >= 2_500
    accepted = [name for name, rates in found["valid_rates"].items() if rates["coverage"]["accepted"]]
    assert len(accepted) >= 8, "a mock that refuses everything would pass too"


@pytest.mark.slow
def test_the_fuzzer_finds_nothing_at_all(tmp_path: pathlib.Path) -> None:
    found = conformance(tmp_path, "--phases", "coverage,fuzzing,stateful", "--max-examples", "25")
    assert found["operations"]["tested"] == operations()
    assert found["test_cases"]["generated"] >= 14_000


#: Tried for each field; what its schema allows is left out.
VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    0,
    7.25,
    10**12,
    "",
    "none of them",
    "x" * 10_000,
    [],
    [{}],
    {},
    {"a": 1},
)


def pairs() -> Iterator[tuple[Endpoint, str | None]]:
    for endpoint in CONTRACT.endpoints.values():
        tags = CONTRACT.rule(endpoint, {}, CONTRACT.tag(endpoint) or "")
        yield from ((endpoint, str(tag)) for tag in tags.allowed) if tags else [(endpoint, None)]


async def post(app: MockApp, path: str, body: Any) -> tuple[int, Any]:
    """Status and body of one exchange in process."""
    sent: list[Any] = []
    headers = {"authorization": "Bearer x", "x-runway-version": "2024-11-06", "content-type": "application/json"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode()}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


def judge(endpoint: Endpoint, model: str | None, good: JsonObject) -> Callable[[str, Any], bool]:
    """Says whether plain JSON Schema finds a value in a field wrong, the rest of the body being good.

    Without the rules that join fields: those may name the other one.
    """
    schema = dict(CONTRACT.schema(endpoint, model))
    schema["allOf"] = [part for part in schema.get("allOf", ()) if "x-rule" not in part] or [{}]
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": CONTRACT.document["components"]})
    return lambda field, value: any(
        error.instance_path[:1] == [field] for error in validator.iter_errors({**good, field: value})
    )


@pytest.mark.thorough
def test_a_wrong_value_in_any_field_is_refused_and_named() -> None:
    app = create_app(PROVIDER, clock=virtual_clock(), media=False)
    asked = {"pairs": 0, "fields": 0, "bodies": 0}

    async def main() -> None:
        for endpoint, model in pairs():
            asked["pairs"] += 1
            good = full(CONTRACT, endpoint, model)
            is_wrong = judge(endpoint, model, good)
            for field in CONTRACT.fields(endpoint, model):
                wrong = [value for value in VALUES if is_wrong(field, value)]
                assert wrong, (endpoint.key, model, field)
                asked["fields"] += 1
                asked["bodies"] += len(wrong)
                for value in wrong:
                    status, answer = await post(app, endpoint.path.replace("{id}", "x"), {**good, field: value})
                    case = (endpoint.key, model, field, str(value)[:20], answer)
                    assert status == 400, case
                    assert field in {issue["path"][0] for issue in answer["issues"] if issue["path"]}, case

    asyncio.run(main())
    print(asked)
    assert asked["pairs"] == 111
    assert asked["fields"] > 700
    assert len(app.tasks) == 0


def test_every_create_says_where_its_task_is_polled() -> None:
    """The links of OpenAPI, by which the fuzzer comes from a create to its task."""
    paths = CONTRACT.document["paths"]
    for endpoint in CONTRACT.endpoints.values():
        link = paths[endpoint.path]["post"]["responses"]["200"]["links"]["task"]
        poll = paths[endpoint.poll_path or PROVIDER.profile.poll.path]["get"]
        assert link == {"operationId": poll["operationId"], "parameters": {"id": "$response.body#/id"}}
