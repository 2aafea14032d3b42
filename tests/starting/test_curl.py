"""Curl commands: what they send, and what cannot become a scenario."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.starting.curl import read_curl

BODY = {"model": "gen4_turbo", "seed": None}
TEXT = json.dumps(BODY)
URL = "https://api.acme.example/v1/videos"
SECRET = "sk-live-CANARY0123456789"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([URL, "-d", TEXT], id="-d"),
        pytest.param(["-d", TEXT, URL], id="the address behind"),
        pytest.param(["-XPOST", "--url", URL, "--data", TEXT], id="--url"),
        pytest.param(["-sSL", "-X", "POST", URL, f"-d{TEXT}"], id="letters together"),
        pytest.param([URL, "--data-raw", TEXT, "--compressed", "-k", "--http2"], id="as a browser copies it"),
        pytest.param([URL, "--data-binary", TEXT, "-o", "out.json", "-m", "30"], id="options with values"),
        pytest.param([URL, "--json", TEXT[:9], "--json", TEXT[9:]], id="--json in parts"),
        pytest.param([URL, "-d", "@body.json"], id="a file"),
        pytest.param([URL, "--data-binary", "@body.json", "--", ""], id="a binary file"),
        pytest.param(["--no-progress-meter", "--no-buffer", "-d", TEXT, "api.acme.example/v1/videos"], id="no scheme"),
        pytest.param([URL, "-d", TEXT, "--next", "https://other.example", "-d", "x"], id="the first of two"),
    ],
)
def test_what_is_sent(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "body.json").write_text(TEXT.replace(", ", ",\r\n"))
    request = read_curl(["curl", *words], folder=tmp_path)
    assert (request.method, request.url.geturl(), request.body) == ("POST", URL, BODY)


def test_headers_and_who_asks(tmp_path: Path) -> None:
    words = [
        "/usr/bin/curl",
        "-H",
        "X-A:  b:c ",
        "--header",
        "Empty;",
        "-u",
        f"me:{SECRET}",
        "-b",
        "a=b",
        "--oauth2-bearer",
    ]
    request = read_curl([*words, SECRET, "-X", "put", "-d", TEXT, URL], folder=tmp_path)
    assert request.method == "PUT"
    assert request.headers == (
        ("X-A", "b:c"),
        ("Authorization", "Basic bWU6c2stbGl2ZS1DQU5BUlkwMTIzNDU2Nzg5"),
        ("Cookie", "a=b"),
        ("Authorization", f"Bearer {SECRET}"),
    )
    assert request.secrets == ("me", SECRET)
    assert SECRET not in repr(request)
    assert "gen4_turbo" not in repr(request)


QUOTES = "Check the quotes; `harness init --from-curl -` reads the command from stdin, where no shell changes it."
ODD = """\
curl: the body holds what JSON cannot say: NaN, an infinity, a number without end, too many levels.
  Write finite numbers."""
JSON_ONLY = "Take a request whose body is a JSON object (--data, --json)."


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["wget", URL], "This is no curl command.\n  In a browser: Network, the request, Copy as cURL "
                     "(bash or cmd; not PowerShell, not fetch).", id="no curl"),
        pytest.param(["curl", "-d", TEXT], "curl: there is no address that starts with http:// or https://.\n"
                     "  Write the whole address of the request.", id="no address"),
        pytest.param(["curl", "ftp://a.example", "-d", TEXT], "curl: there is no address that starts with http:// or "
                     "https://.\n  Write the whole address of the request.", id="ftp"),
        pytest.param(["curl", "https://[bad", "-d", TEXT], "curl: there is no address that starts with http:// or "
                     "https://.\n  Write the whole address of the request.", id="a broken address"),
        pytest.param(["curl", "{{base}}/v1", "-d", TEXT], "curl: there is no address that starts with http:// or "
                     "https://.\n  Write the whole address of the request.", id="a variable of Postman"),
        pytest.param(["curl", URL, SECRET, "-d", TEXT], "curl: 2 words could be the address; a quote may be lost.\n"
                     f"  {QUOTES}", id="two addresses"),
        pytest.param(["curl", URL], "curl: a GET request creates nothing, so there is nothing to vary.\n"
                     "  Take the POST that creates the task.", id="GET"),
        pytest.param(["curl", "-X", "POST", URL], "curl: the request has no body.\n"
                     "  Write it into the command: --data JSON.", id="no body"),
        pytest.param(["curl", URL, "-F", f"a={SECRET}"], "curl: --form sends a form, and a scenario sends JSON.\n"
                     f"  {JSON_ONLY}", id="-F"),
        pytest.param(["curl", URL, "--data-urlencode", SECRET], "curl: --data-urlencode sends a form, and a scenario "
                     f"sends JSON.\n  {JSON_ONLY}", id="--data-urlencode"),
        pytest.param(["curl", URL, "-G", "-d", TEXT], "curl: --get makes a request without a body, which creates "
                     f"nothing.\n  {JSON_ONLY}", id="-G"),
        pytest.param(["curl", URL, "-K", SECRET], "curl: --config takes what it sends from a file or a variable of "
                     f"curl's own, which is not read.\n  {JSON_ONLY}", id="-K"),
        pytest.param(["curl", URL, "-d", f"key={SECRET}", "-H", "content-type: application/x-www-form-urlencoded"],
                     f"curl: the body is a form.\n  {JSON_ONLY}", id="a form"),
        pytest.param(["curl", URL, "-d", '{"a": \n' + SECRET], "curl: the body is no JSON (line 2, column 1 of it).\n"
                     f"  {QUOTES}", id="no JSON"),
        pytest.param(["curl", URL, "-d", f'["{SECRET}"]'], "curl: the body is JSON, and no object.\n"
                     "  A payload is an object, with keys such as model.", id="a list"),
        pytest.param(["curl", URL, "-d", '{"a": NaN}'], ODD, id="NaN"),
        pytest.param(["curl", URL, "-d", '{"a": 1e999}'], ODD, id="too big"),
        pytest.param(["curl", URL, "-d", '{"a":' * 100_000], ODD, id="too deep"),
        pytest.param(["curl", URL, "-d", "@missing.json"], "curl: the file of the body (@…) cannot be read: No such "
                     "file or directory.\n  Its path is relative to the folder that you are in.", id="no file"),
        pytest.param(["curl", URL, "-d", "@-"], "curl: the body comes from stdin (@-), which is not there.\n"
                     "  Write it into the command: --data JSON.", id="stdin"),
        pytest.param(["curl", URL, "--jsn", TEXT], "curl: the option --jsn is not known here.\n"
                     "  Take it out of the command.", id="a mistyped option"),
        pytest.param(["curl", URL, f"-?{SECRET}"], "curl: the option -… is not known here.\n"
                     "  Take it out of the command.", id="what may be a secret"),
        pytest.param(["curl", URL, "-d"], f"curl: -d has no value.\n  {QUOTES}", id="no value"),
        pytest.param(["curl", URL, "-H", "@headers"], "curl: --header takes what it sends from a file or a variable of "
                     "curl's own, which is not read.\n  Write the headers in the command.", id="headers from a file"),
    ],
)  # fmt: skip
def test_what_cannot_become_a_scenario(tmp_path: Path, words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_curl(words, folder=tmp_path)
    assert str(caught.value) == message
    assert caught.value.within("ru") != message
    assert "CANARY" not in str(caught.value) + caught.value.within("ru")
