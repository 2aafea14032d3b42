"""`harness init --from-curl` and `--from-har`: from what somebody has to a scenario that runs."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]

RUNWAY = "https://api.dev.runwayml.com/v1/image_to_video"
BODY = {
    "model": "gen4_turbo",
    "promptImage": "https://example.com/a.jpg",
    "ratio": "720:1280",
    "duration": 5,
    "seed": 7,
}
KEY = "key_CANARY0123456789"
CURL = f"""curl '{RUNWAY}' \\
  -H 'authorization: Bearer {KEY}' \\
  -H 'cookie: sid={KEY}' \\
  --data-raw '{json.dumps(BODY)}' \\
  --compressed
"""

WROTE = """\
Wrote:
  scenarios/image_to_video.yaml  the request as a scenario, with a few variants
  keys.env.example               where the key goes, for live runs
  .gitignore                     keeps keys and reports out of the repository
Next:
  harness scenarios/image_to_video.yaml          fire it at the built-in mock: free, no key
  harness scenarios/image_to_video.yaml --watch  fire it again at every save, and show what is wrong
  harness plan scenarios/image_to_video.yaml     what a live run would send and cost
"""
SCENARIO = """\
# Made by `harness init` from a request: POST https://api.dev.runwayml.com/v1/image_to_video
# Its key, cookies and other headers were left out.
name: image_to_video
provider: runway
endpoint: image_to_video
baseline:
  model: gen4_turbo
  promptImage: https://example.com/a.jpg
  ratio: 720:1280
  duration: 5
  seed: 7
variants:
  - as sent
  # Changes that the contract allows, none dearer than the request itself.
  - {name: no seed, unset: [seed]}
  - {name: "ratio=1280:720", set: {ratio: 1280:720}}
  - {name: "duration=2", set: {duration: 2}}
  - {name: "seed=0", set: {seed: 0}}
"""
FILE = "scenarios/acme_video/image_to_video.yaml"
REFUSED = """\
The contract 2026-11-22 would refuse this body: ratio.
Next:
  harness scenarios/image_to_video.yaml --diagnose  fire it at the mock, and look for the nearest payload that works
  harness scenarios/image_to_video.yaml --watch     fire it again at every save, and show what is wrong
  harness plan scenarios/image_to_video.yaml        what a live run would send and cost
"""


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def say(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))

    return say


def unquoted(body: Any) -> list[str]:
    return ["--from-curl", "curl", RUNWAY, "-H", f"authorization: Bearer {KEY}", "-d", json.dumps(body), "--lang"]


def entry(url: str, body: Any) -> Any:
    return {"request": {"method": "POST", "url": url, "headers": [], "postData": {"text": json.dumps(body)}}}


def everything(folder: Path) -> str:
    return "".join(file.read_bytes().decode("utf-8", "replace") for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("way", ["one text", "stdin", "words", "windows"])
def test_from_a_command_to_a_green_run(run: Run, stdin: Callable[[str], None], way: str) -> None:
    words = {
        "one text": ["--from-curl", CURL],
        "stdin": ["--from-curl", "-"],
        "words": unquoted(BODY)[:-1],
        "windows": [f'--from-curl=curl "{RUNWAY}" ^\r\n -d "{json.dumps(BODY).replace(chr(34), chr(92) + chr(34))}"'],
    }[way]
    stdin(CURL)
    ran = run("init", *words)
    assert (ran.code, ran.err, ran.out) == (0, "", WROTE)
    assert (ran.folder / "scenarios" / "image_to_video.yaml").read_text("utf-8") == SCENARIO

    ran = run()
    assert (ran.code, ran.report["totals"]["pass"]) == (0, 5)
    assert ran.report["variants"][0]["payload"] == BODY
    assert "CANARY" not in everything(ran.folder) + ran.out + ran.err


def test_a_refused_body_is_mended_by_the_command_that_is_named(run: Run) -> None:
    ran = run("init", *unquoted({**BODY, "ratio": "9:16"})[:-1])
    assert ran.code == 0
    assert ran.out.endswith(REFUSED)
    ran = run("scenarios/image_to_video.yaml", "--diagnose")
    assert ran.code == 1
    assert "ratio: 9:16 → 720:1280" in ran.out


def test_a_provider_that_nobody_knows_runs_on_the_mock_at_once(run: Run) -> None:
    ran = run("init", "--from-curl", CURL.replace("api.dev.runwayml.com", "api.acme-video.example"), "--lang", "ru")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Записано:\n"
        "  scenarios/acme_video/image_to_video.yaml  запрос как сценарий, с несколькими вариантами\n"
        "  scenarios/acme_video/profile.yaml         что известно о провайдере; комментарии говорят, что дописать\n"
        "  keys.env.example                          куда вписать ключ для запусков с --live\n"
        "  .gitignore                                не пускает ключи и отчёты в репозиторий\n"
        "Провайдер неизвестен: перед запуском с --live найдите FILL IN в его profile.yaml.\n"
        "Дальше:\n"
        f"  harness {FILE}          отправить во встроенный мок: бесплатно, без ключа\n"
        f"  harness {FILE} --watch  отправлять при каждом сохранении и показывать ошибки\n"
        f"  harness plan {FILE}     что отправит запуск с --live и сколько это стоит\n"
    )
    assert run("validate").out == "1 scenario file with 6 variants: in order.\n"
    ran = run()
    assert (ran.code, ran.report["totals"]["pass"]) == (0, 6)
    assert "CANARY" not in everything(ran.folder)


def test_what_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    run("init", "--from-curl", CURL)
    file = tmp_path / "scenarios" / "image_to_video.yaml"
    file.write_text("mine")
    ran = run("init", "--from-curl", CURL)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "scenarios/image_to_video.yaml is there already.\n"
        "  Name the scenario with --name NAME, or write it anew with --force.\n"
    )
    assert file.read_text() == "mine"
    assert run("init", "--name", "Other one!", "--from-curl", CURL).code == 0
    assert (tmp_path / "scenarios" / "other_one.yaml").is_file()
    assert run("init", "--force", "--from-curl", CURL).code == 0
    assert file.read_text("utf-8") == SCENARIO


def test_one_request_of_a_har_file(run: Run, tmp_path: Path, stdin: Callable[[str], None]) -> None:
    noise = entry("https://t.example/collect?token=CANARY", {"event": "click"})
    two = {"log": {"entries": [noise, entry(RUNWAY, BODY), entry(f"{RUNWAY}?x=CANARYCANARY1234", {**BODY, "seed": 1})]}}
    (tmp_path / "two.har").write_text(json.dumps(two))
    ran = run("init", "--from-har", "two.har")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "two.har: 2 requests could become a scenario:\n"
        "     2  POST api.dev.runwayml.com/v1/image_to_video  model, promptImage, ratio, duration, seed\n"
        "     3  POST api.dev.runwayml.com/v1/image_to_video  model, promptImage, ratio, duration, seed\n"
        "  Choose one with --entry N.\n"
    )
    stdin(json.dumps(two))
    ran = run("init", "--from-har", "-", "--entry", "2")
    assert (ran.code, ran.out) == (0, WROTE)
    assert (tmp_path / "scenarios" / "image_to_video.yaml").read_text("utf-8") == SCENARIO


def test_what_a_har_file_tells_of_a_provider(run: Run, tmp_path: Path) -> None:
    def said(made: Any, answer: Any) -> Any:
        return {**made, "response": {"content": {"text": json.dumps(answer)}}}

    def poll(answer: Any) -> Any:
        return said({"request": {"method": "GET", "url": "https://api.acme.example/v2/jobs/job-17"}}, answer)

    create = said(entry("https://api.acme.example/v2/videos", {"prompt": "hi"}), {"data": {"job_id": "job-17"}})
    entries = [
        create,
        poll({"job": {"state": "running"}}),
        poll({"job": {"state": "done", "urls": ["https://o.example/a"]}}),
    ]
    (tmp_path / "acme.har").write_text(json.dumps({"log": {"entries": entries}}))
    ran = run("init", "--from-har", "acme.har")
    assert (ran.code, ran.err) == (0, "")
    assert (
        "The provider is not known; how its tasks are polled was read from the file. Check its profile.yaml.\n"
        in ran.out
    )
    profile = (tmp_path / "scenarios" / "acme" / "profile.yaml").read_text("utf-8")
    assert (
        "\ncreate: {id: data.job_id}\npoll:\n  path: /v2/jobs/{id}\n  state: job.state\n  output: job.urls\n"
        in profile.replace('"', "")
    )
    ran = run()
    assert (ran.code, ran.report["totals"]["pass"]) == (0, 1)


NO_SOURCE = "there is no request to make a scenario from.\n  Add --from-curl or --from-har.\n"
LOST_QUOTE = """\
curl: a quote (') has no end.
  Copy the whole command; `harness init --from-curl -` reads it from stdin, where no shell changes it.
"""
TWO = "--from-curl and --from-har exclude each other.\n  Leave one of them out.\n"
NO_FILE = "no.har cannot be read: No such file or directory.\n  Name a file, or - for stdin.\n"
NONE_FITS = "HAR: none of its requests sends a JSON object.\n  Take the POST that creates the task.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--from-curl", "-", "--from-har", "a.har"], TWO, id="two sources"),
        pytest.param(["--entry", "1"], f"--entry: {NO_SOURCE}", id="an entry of nothing"),
        pytest.param(["--name", "a"], f"--name: {NO_SOURCE}", id="a name of nothing"),
        pytest.param(["--from-har", "no.har"], NO_FILE, id="no file"),
        pytest.param(["--from-har", "-"], NONE_FITS, id="nothing fits"),
        pytest.param(["--from-curl", f"curl {RUNWAY} -H '{KEY}"], LOST_QUOTE, id="a lost quote"),
    ],
)
def test_what_cannot_be(run: Run, stdin: Callable[[str], None], words: list[str], message: str) -> None:
    stdin('{"log": {"entries": []}}')
    ran = run("init", *words)
    assert (ran.code, ran.out, ran.err) == (2, "", message)
    assert not (ran.folder / "scenarios").exists()
