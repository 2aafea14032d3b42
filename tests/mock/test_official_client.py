"""The provider's official client against a served mock, set up as a newcomer would: two environment variables."""

import asyncio
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from harness.clock import run, scaled_clock, virtual_clock
from harness.mock import create_app
from harness.mock.server import serving
from harness.provider import Provider, load

runwayml = pytest.importorskip("runwayml")
polling = pytest.importorskip("runwayml.lib.polling")

ROOT = pathlib.Path(__file__).parents[2]
ASKED = {"prompt_image": "https://example.com/image.jpg", "ratio": "720:1280", "duration": 5}
#: Half a minute of rendering takes some 50 ms.
SCALE = 500.0


@dataclass(frozen=True)
class Mock:
    url: str
    lines: list[str]

    @property
    def statuses(self) -> list[str]:
        """What was answered to each request so far, and to which."""
        return [" ".join(line.split()[1:4]) for line in self.lines]


@pytest.fixture(scope="module")
def served() -> Iterator[Mock]:
    lines: list[str] = []
    clock = scaled_clock(SCALE)
    app = create_app(load("runway", base=pathlib.Path()), clock=clock)
    with serving(app, clock=clock, log=lines.append) as url:
        yield Mock(url, lines)


@pytest.fixture
def mock(served: Mock, monkeypatch: pytest.MonkeyPatch) -> Mock:
    served.lines.clear()
    monkeypatch.setenv("RUNWAYML_BASE_URL", served.url)
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_mock")
    # The client waits 6 s before each poll: shortened as much as the mock's time is.
    monkeypatch.setattr(polling, "POLL_TIME", 6 / SCALE)
    monkeypatch.setattr(polling, "POLL_JITTER", 3 / SCALE)
    return served


@pytest.fixture
def client(mock: Mock) -> Iterator[Any]:
    del mock
    with runwayml.RunwayML() as opened:
        yield opened


def with_faults(client: Any, faults: str, **options: Any) -> Any:
    """The client, asking for faults. The mock counts by this text: each test has its own."""
    return client.with_options(default_headers={"x-mock-fault": faults}, **options)


def test_a_video_from_create_to_file(mock: Mock, client: Any) -> None:
    task = client.image_to_video.create(model="gen4_turbo", **ASKED)
    assert task.estimated_cost.credits == 25
    ended = task.wait_for_task_output()
    assert (ended.status, ended.cost.credits, len(ended.output)) == ("SUCCEEDED", 25, 1)
    assert ended.output[0].startswith(f"{mock.url}/outputs/{task.id}-0.mp4?_jwt=")
    video = httpx.get(ended.output[0], trust_env=False)
    assert (video.status_code, video.headers["content-type"], video.content[4:8]) == (200, "video/mp4", b"ftyp")


def test_an_image(client: Any) -> None:
    task = client.text_to_image.create(model="gen4_image", prompt_text="a cat", ratio="1280:720")
    ended = task.wait_for_task_output()
    assert (ended.status, ended.cost.credits) == ("SUCCEEDED", 5)


def test_an_upload_and_a_task_made_of_it(client: Any) -> None:
    upload = client.uploads.create_ephemeral(file=("selfie.jpg", b"\xff\xd8\xff"))
    assert upload.uri.startswith("runway://")
    task = client.image_to_video.create(model="gen4_turbo", **{**ASKED, "prompt_image": upload.uri})
    assert task.wait_for_task_output().status == "SUCCEEDED"


def test_a_deleted_task_is_gone(client: Any) -> None:
    task = client.image_to_video.create(model="gen4_turbo", **ASKED)
    client.tasks.delete(task.id)
    with pytest.raises(runwayml.NotFoundError) as gone:
        client.tasks.retrieve(task.id)
    assert gone.value.body == {"error": "Could not find Task"}


def balance(client: Any) -> int:
    return int(client.organization.retrieve().credit_balance)


def usage(client: Any) -> dict[str, int]:
    """Model → credits used, today and the days before."""
    used = [used for day in client.organization.retrieve_usage().results for used in day.used_credits]
    return {model: sum(one.amount for one in used if one.model == model) for model in {one.model for one in used}}


def test_the_organization_and_its_usage(client: Any) -> None:
    had, used = balance(client), usage(client)
    client.image_to_video.create(model="gen4_turbo", **ASKED)
    client.text_to_image.create(model="gen4_image", prompt_text="a cat", ratio="1280:720")
    assert balance(client) == had - 25 - 5
    assert usage(client) == {
        **used,
        "gen4_turbo": used.get("gen4_turbo", 0) + 25,
        "gen4_image": used.get("gen4_image", 0) + 5,
    }
    assert client.organization.retrieve().tier.models["gen4_turbo"].max_concurrent_generations is None


def test_the_body_of_a_refusal_is_the_providers_own(client: Any) -> None:
    with pytest.raises(runwayml.BadRequestError) as refused:
        client.image_to_video.create(model="gen4_turbo", **{**ASKED, "ratio": "9:16", "seed": -1})
    assert refused.value.body == {
        "error": "Validation of body failed",
        "issues": [
            {
                "values": ["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"],
                "code": "invalid_value",
                "path": ["ratio"],
                "message": 'Invalid option: expected one of "1280:720"|"720:1280"|"1104:832"|"832:1104"|"960:960"'
                '|"1584:672"',
            },
            {
                "origin": "number",
                "code": "too_small",
                "minimum": 0,
                "inclusive": True,
                "path": ["seed"],
                "message": "Too small: expected number to be >=0",
            },
        ],
        "docUrl": "https://docs.dev.runwayml.com/api",
    }


def test_no_credits_are_a_bad_request(client: Any) -> None:
    poor = with_faults(client, "credits-run-out")
    with pytest.raises(runwayml.BadRequestError, match="You do not have enough credits to run this task"):
        poor.image_to_video.create(model="gen4_turbo", **ASKED)


def test_its_retries_see_429_and_503(mock: Mock, client: Any) -> None:
    busy = with_faults(client, "http-429@1,http-503@2")
    busy.organization.retrieve()
    path = "GET /v1/organization"
    assert mock.statuses == [f"429 {path}", f"503 {path}", f"200 {path}"]


def test_its_patience_ends(mock: Mock, client: Any) -> None:
    with pytest.raises(runwayml.RateLimitError) as refused:
        with_faults(client, "http-429", max_retries=1).organization.retrieve()
    assert refused.value.body == {"error": "Too Many Requests"}
    with pytest.raises(runwayml.InternalServerError) as refused:
        with_faults(client, "http-503-html", max_retries=0).organization.retrieve()
    assert "<h1>503 Service Unavailable</h1>" in refused.value.response.text
    assert [status[:3] for status in mock.statuses] == ["429", "429", "503"]


def test_a_lost_connection_makes_it_pay_twice(client: Any) -> None:
    """The client sends a create again that was accepted: the trap of FACTS, shown."""
    had = balance(client)
    losing = with_faults(client, "created-but-connection-lost@1")
    task = losing.image_to_video.create(model="gen4_turbo", **ASKED)
    assert client.tasks.retrieve(task.id).id == task.id
    assert balance(client) == had - 2 * 25
    with pytest.raises(runwayml.APIConnectionError):
        with_faults(client, "created-but-connection-lost", max_retries=0).image_to_video.create(
            model="gen4_turbo", **ASKED
        )
    assert balance(client) == had - 3 * 25


def test_it_gives_up_on_silence(client: Any) -> None:
    with pytest.raises(runwayml.APITimeoutError):
        with_faults(client, "timeout", max_retries=0, timeout=0.2).organization.retrieve()


def test_a_task_that_fails(client: Any) -> None:
    task = with_faults(client, "moderated-output").image_to_video.create(model="gen4_turbo", **ASKED)
    with pytest.raises(polling.TaskFailedError) as failed:
        task.wait_for_task_output()
    details = failed.value.task_details
    assert (details.status, details.failure_code, details.cost.credits) == ("FAILED", "SAFETY.OUTPUT.VIDEO", 25)


def test_the_async_client(mock: Mock) -> None:
    async def main() -> None:
        async with runwayml.AsyncRunwayML() as client:
            had = (await client.organization.retrieve()).credit_balance
            made = [
                client.image_to_video.create(model="gen4_turbo", **ASKED, seed=1),
                client.image_to_video.create(model="gen4_turbo", **ASKED, seed=2),
                client.text_to_image.create(model="gen4_image", prompt_text="a cat", ratio="1280:720"),
            ]
            tasks = await asyncio.gather(*made)
            ended = await asyncio.gather(*(task.wait_for_task_output() for task in tasks))
            assert [task.status for task in ended] == ["SUCCEEDED"] * 3
            upload = await client.uploads.create_ephemeral(file=("selfie.jpg", b"\xff\xd8\xff"))
            assert upload.uri.startswith("runway://")
            await client.tasks.delete(tasks[0].id)
            with pytest.raises(runwayml.NotFoundError):
                await client.tasks.retrieve(tasks[0].id)
            with pytest.raises(runwayml.BadRequestError) as refused:
                await client.image_to_video.create(model="gen4_turbo", **{**ASKED, "duration": 11})
            assert refused.value.body["issues"][0]["message"] == "Too big: expected number to be <=10"
            assert (await client.organization.retrieve()).credit_balance == had - 2 * 25 - 5
            days = (await client.organization.retrieve_usage()).results
            assert {used.model for day in days for used in day.used_credits} >= {"gen4_turbo", "gen4_image"}
            mock.lines.clear()
            busy = client.with_options(default_headers={"x-mock-fault": "http-503@1,http-429@2"})
            await busy.organization.retrieve()
            assert [status[:3] for status in mock.statuses] == ["503", "429", "200"]
            doomed = client.with_options(default_headers={"x-mock-fault": "cancelled-by-provider"})
            task = await doomed.image_to_video.create(model="gen4_turbo", **ASKED)
            with pytest.raises(polling.TaskFailedError) as failed:
                await task.wait_for_task_output()
            assert failed.value.task_details.status == "CANCELLED"

    asyncio.run(main())


def example(name: str) -> str:
    """A piece of Python in the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition(f"<!-- example: {name} -->\n```python\n")[2].partition("```")[0]


def test_the_example_of_the_readme(mock: Mock, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(example("sdk"), "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith(f"['{mock.url}/outputs/")


def test_the_readme_serves_it_from_python() -> None:
    names: dict[str, Any] = {}
    text = example("serving")
    assert text.endswith("    ...  # point a client at base_url\n")
    inner = "    import httpx; status = httpx.post(f'{base_url}/v1/image_to_video', trust_env=False).status_code\n"
    exec(compile(text.replace("    ...  # point a client at base_url\n", inner), "README.md", "exec"), names)
    assert names["status"] == 429


def test_on_simulated_time(provider: Provider) -> None:
    clock = virtual_clock()
    app = create_app(provider, clock=clock, credits=60)

    async def main() -> None:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        async with runwayml.AsyncRunwayML(api_key="k", base_url="http://mock.test", http_client=http) as client:
            task = await client.image_to_video.create(model="gen4_turbo", **ASKED)
            assert (await task.wait_for_task_output()).status == "SUCCEEDED"
            await client.image_to_video.create(model="gen4_turbo", **ASKED)
            with pytest.raises(runwayml.BadRequestError, match="You do not have enough credits"):
                await client.image_to_video.create(model="gen4_turbo", **ASKED)
            flow = await client.workflows.run("my-flow")
            invocation = await client.workflow_invocations.retrieve(flow.id)
            assert (await invocation.wait_for_task_output()).status == "SUCCEEDED"

    run(main(), clock)
    assert clock.now() > 10
