"""Every mistake a newcomer makes, and every odd answer of an API: one sentence, the right exit code, nothing lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]
Server: TypeAlias = Any

SCENARIO = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello, seed: 1}
variants:
  - as it is
"""


def test_no_scenarios_folder(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == (
        f"There is no folder scenarios/ in {ran.folder} and no path was given.\n"
        "  Write a first one with `harness init`, or name a file or folder: `harness run PATH…`.\n"
    )


def test_a_path_that_is_not_there(run: Run) -> None:
    ran = run("nowhere.yaml")
    assert ran.code == 2
    assert "nowhere.yaml" in ran.err


def test_a_folder_without_scenarios(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run("empty")
    assert ran.code == 5
    assert ran.err.startswith("There are no scenario files (*.yaml, *.yml) under empty.\n")


def test_a_mistyped_command(run: Run) -> None:
    ran = run("valdate")
    assert (ran.code, ran.err) == (
        2,
        'There is no command and no file "valdate".\n  Did you mean `harness validate`?\n',
    )


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        pytest.param("", "scenario.yaml", id="empty file"),
        pytest.param("just words", "scenario.yaml:1", id="not a mapping"),
        pytest.param("name: [a", "scenario.yaml:", id="not YAML"),
        pytest.param(SCENARIO.replace("name: waving", "name: 3"), "scenario.yaml:1:7: name: ", id="wrong type"),
        pytest.param(SCENARIO.replace("./profile.yaml", "runwy"), "Did you mean", id="unknown provider"),
        pytest.param(SCENARIO.replace("endpoint: make", "endpoint: mak"), "Did you mean", id="unknown endpoint"),
        pytest.param(SCENARIO.replace("variants", "varaints"), "Did you mean", id="unknown key"),
    ],
)
def test_mistakes_send_nothing(run: Run, scenario: str, said: str) -> None:
    ran = run("scenario.yaml", scenario=scenario)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""
    assert not (ran.folder / "reports").exists()


def test_all_mistakes_of_all_files_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\nprovider: runwy\n")
    ran = run("a.yaml", "scenario.yaml", scenario=SCENARIO.replace("variants", "varaints"))
    assert "a.yaml:" in ran.err
    assert "scenario.yaml:" in ran.err


def test_nothing_selected(run: Run) -> None:
    ran = run("scenario.yaml", "-k", "watermark", scenario=SCENARIO)
    assert (ran.code, ran.err) == (
        5,
        "None of the 1 variants was selected.\n  `harness list` shows them; loosen -k, --tag or --only.\n",
    )


def test_live_without_a_key(run: Run) -> None:
    ran = run("scenario.yaml", "--live", "--assume-credits", "1", scenario=SCENARIO)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "There is no API key for Acme Video: none of ACME_KEY is set, and no keys.env or .env here names one. "
        "Nothing was sent.\n"
        "  Set ACME_KEY, or name a file with --env-file; without --live the built-in mock needs no key.\n"
    )


def test_another_host_needs_live(run: Run) -> None:
    ran = run("scenario.yaml", "--base-url", "https://api.example.com", scenario=SCENARIO)
    assert (ran.code, ran.err) == (
        2,
        (
            "--base-url https://api.example.com: this address is not on this machine, so a run may cost money.\n"
            "  Add --live if you mean it; without --base-url the built-in mock answers.\n"
        ),
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:80", "expected an address such as http://127.0.0.1:8080"),
        ("ftp://127.0.0.1", "expected an address such as http://127.0.0.1:8080"),
        ("http://me:secret@127.0.0.1", "the address holds a user name or a password"),
    ],
)
def test_addresses_that_cannot_be(run: Run, url: str, said: str) -> None:
    ran = run("scenario.yaml", "--base-url", url, scenario=SCENARIO)
    assert ran.code == 2
    assert said in ran.err


def test_a_key_is_never_sent_unencrypted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "acme-0123456789")
    ran = run("scenario.yaml", "--live", "--base-url", "http://api.acme.invalid", scenario=SCENARIO)
    assert ran.code == 2
    assert "the key would travel unencrypted" in ran.err


def test_live_needs_a_price_and_under_ci_a_ceiling(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "acme-0123456789")
    ran = run("scenario.yaml", "--live", scenario=SCENARIO)
    assert (ran.code, ran.err) == (
        2,
        (
            "No price is known for 1 of 1 variants (as it is). Nothing was sent.\n"
            "  Say what to count for each with --assume-credits N, or leave them out with -k.\n"
        ),
    )
    monkeypatch.setenv("CI", "true")
    ran = run("scenario.yaml", "--live", "--assume-credits", "7", scenario=SCENARIO)
    assert (ran.code, ran.err) == (
        2,
        "A live run under CI needs a ceiling, and there is none. Nothing was sent.\n  Add --max-credits N.\n",
    )
    ran = run("scenario.yaml", "--live", "--assume-credits", "7", "--max-credits", "5", scenario=SCENARIO)
    assert (ran.code, ran.err) == (
        2,
        (
            "The plan costs 7 credits and the budget is 5. Nothing was sent.\n"
            "  Select fewer variants with -k, or raise --max-credits.\n"
        ),
    )


def test_an_unwritable_reports_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    ran = run("scenario.yaml", scenario=SCENARIO)
    assert ran.code == 3
    assert ran.err == (
        "reports: the reports folder cannot be written: File exists. Nothing was sent.\n"
        "  Choose another one with --reports DIR.\n"
    )


def test_a_refused_port(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    ran = run("scenario.yaml", "--base-url", url, scenario=SCENARIO + "  - {name: again, set: {seed: 2}}\n")
    assert ran.code == 3
    assert "NETWORK.REFUSED" in ran.out
    verdicts = [variant["verdict"] for variant in ran.report["variants"]]
    assert "pass" not in verdicts


@pytest.mark.parametrize(
    ("create", "code", "finding", "verdict"),
    [
        pytest.param((200, "text/html", "<html>Welcome</html>"), 4, "PROVIDER.BODY", "inconclusive", id="HTML, 200"),
        pytest.param((200, "application/json", "{}"), 4, "PROVIDER.BODY", "inconclusive", id="200 without id"),
        pytest.param((200, "application/json", '{"id": {"a": 1}}'), 4, "PROVIDER.BODY", "inconclusive", id="odd id"),
        pytest.param((200, "application/json", '{"id": null}'), 4, "PROVIDER.BODY", "inconclusive", id="null id"),
        pytest.param(
            (200, "application/json", '{"id": "' + "x" * 5000 + '"}'), 4, "PROVIDER.BODY", "inconclusive", id="vast id"
        ),
        pytest.param((200, "application/json", "[" * 5000), 4, "PROVIDER.BODY", "inconclusive", id="deep JSON"),
        pytest.param((500, "text/html", "<h1>Oops</h1>"), 4, "PROVIDER.5XX", "inconclusive", id="500"),
        pytest.param((503, "application/json", "{}"), 4, "PROVIDER.5XX", "inconclusive", id="503"),
        pytest.param((401, "application/json", '{"error": "bad key"}'), 3, "AUTH.REFUSED", "fail", id="401"),
    ],
)
def test_odd_answers_to_a_create(
    run: Run, server: Server, create: tuple[int, str, str], code: int, finding: str, verdict: str
) -> None:
    server.create = create
    ran = run("scenario.yaml", "--base-url", server.url, scenario=SCENARIO)
    (variant,) = ran.report["variants"]
    assert (ran.code, variant["verdict"]) == (code, verdict), ran.out
    assert finding in {found["code"] for found in variant["findings"]}
    assert variant["task_id"] is None
    assert server.asked == ["POST /v1/videos"], "a create is never sent again by itself"


def test_a_number_is_an_id_too(run: Run, server: Server) -> None:
    server.create = (200, "application/json", '{"id": 17}')
    server.poll = (200, "application/json", '{"status": "succeeded", "result": {"videos": ["http://127.0.0.1:1/x"]}}')
    ran = run("scenario.yaml", "--base-url", server.url, "--no-download", scenario=SCENARIO)
    assert (ran.code, ran.report["variants"][0]["task_id"]) == (0, "17"), ran.out
    assert server.asked == ["POST /v1/videos", "GET /v1/jobs/17"]


def test_an_id_with_slashes_stays_one_segment(run: Run, server: Server) -> None:
    server.create = (200, "application/json", '{"id": "../admin?x=1"}')
    ran = run("scenario.yaml", "--base-url", server.url, "--no-download", scenario=SCENARIO)
    assert all(path.startswith("GET /v1/jobs/..%2Fadmin%3Fx%3D1") for path in server.asked[1:]), server.asked
    assert ran.report["variants"][0]["task_id"] == "../admin?x=1"


def test_a_poll_that_never_ends(run: Run, server: Server) -> None:
    server.poll = (200, "application/json", '{"status": "running"}')
    ran = run("scenario.yaml", "--base-url", server.url, "--task-timeout", "200ms", "--no-download", scenario=SCENARIO)
    (variant,) = ran.report["variants"]
    assert (ran.code, variant["verdict"], variant["task_id"]) == (4, "inconclusive", "job-1")
    assert [found["code"] for found in variant["findings"]] == ["TASK.TIMEOUT"]
    assert "job-1" in ran.out


def test_a_task_that_vanishes(run: Run, server: Server) -> None:
    server.poll = (404, "application/json", '{"error": "Could not find Task"}')
    ran = run("scenario.yaml", "--base-url", server.url, "--no-download", scenario=SCENARIO)
    (variant,) = ran.report["variants"]
    assert (ran.code, variant["verdict"], variant["task_id"]) == (4, "inconclusive", "job-1")
    assert [found["code"] for found in variant["findings"]] == ["TASK.VANISHED"]


def test_the_id_is_in_the_journal_before_the_first_poll(run: Run, server: Server) -> None:
    ran = run("scenario.yaml", "--base-url", server.url, "--no-download", scenario=SCENARIO)
    kinds = [event["event"] for event in ran.events]
    created = next(index for index, event in enumerate(ran.events) if event.get("task") == "job-1")
    assert kinds[created] == "task.created"
    assert kinds.index("create.intent") < created < kinds.index("task.ended")


def test_hostile_words_stay_words(run: Run, server: Server) -> None:
    server.create = (400, "application/json", '{"error": "\\u001b[2J\\u202eprompt is <script>alert(1)</script> bad"}')
    ran = run("scenario.yaml", "--base-url", server.url, scenario=SCENARIO)
    assert ran.code == 1
    assert "\x1b[2J" not in ran.out
    assert "\u202e" not in ran.out


def test_the_key_is_in_no_file_and_on_no_stream(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "acme-5ecret-0123456789"
    monkeypatch.setenv("ACME_KEY", key)
    server.create = (400, "application/json", f'{{"error": "the key {key} may not use prompt"}}')
    ran = run("scenario.yaml", "--base-url", server.url, "-v", scenario=SCENARIO)
    assert server.headers[0]["authorization"] == f"Bearer {key}"
    assert key not in ran.out + ran.err
    files = [file for file in (ran.folder / "reports").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if key.encode() in file.read_bytes()]
