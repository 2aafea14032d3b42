"""Curl lines, run by a real shell with a stand-in for curl that tells what it was given."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.model import Asset, RunPlan
from harness.report import Report, save_assets

Make = Callable[..., Report]
Case = Callable[..., Any]

PICTURE = Asset(
    label="a.png",
    media_type="image/png",
    data_uri=b"data:image/png;base64,iVBORw0KGgo=",
    size_bytes=8,
    sha256="ab" * 32,
    declared="a",
)
#: Prints its arguments, one a line as JSON would be too clever for sh: NUL-separated, then the body if it is piped in.
CURL = """#!/bin/sh
for word in "$@"; do printf '%s\\000' "$word"; last=$word; done
if [ "$last" = "@-" ]; then cat; fi
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], list[str]]:
    """`run(line)`: the words that curl was called with, in the run's folder; the last one is the body if piped."""
    (tmp_path / "bin").mkdir()
    curl = tmp_path / "bin" / "curl"
    curl.write_text(CURL)
    curl.chmod(0o755)
    environment = {"PATH": f"{curl.parent}{os.pathsep}{os.environ['PATH']}", "RUNWAYML_API_SECRET": "key_$x'\"y z"}

    def run_line(line: str) -> list[str]:
        done = subprocess.run(
            ["/bin/sh", "-eu", "-c", line], cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=30
        )
        assert done.stderr == b""
        words = done.stdout.decode().split("\0")
        return words if words[-1] else words[:-1]

    return run_line


def test_a_line_sends_the_payload_and_the_key_of_the_environment(
    run: Callable[[str], list[str]], make_report: Make, make_case: Case
) -> None:
    payload = {"text": 'it\'s $HOME `id` "quoted" \\ кадр\n\u0000', "n": 1.5, "none": None, "deep": [{"a": True}]}
    line = make_report([make_case(1, "x", payload=payload)]).variants[0]["curl"]
    words = run(line)
    assert words[:-2] == [
        "-sS",
        "https://api.dev.runwayml.com/v1/image_to_video",
        "-H",
        "Authorization: Bearer key_$x'\"y z",
        "-H",
        "X-Runway-Version: 2024-11-06",
        "-H",
        "Content-Type: application/json",
    ]
    assert words[-2] == "--data-raw"
    assert json.loads(words[-1]) == payload


def test_the_line_holds_no_key(make_report: Make, make_case: Case) -> None:
    line = make_report([make_case(1, "x", payload={"a": 1})]).variants[0]["curl"]
    assert "-H 'Authorization: Bearer '\"$RUNWAYML_API_SECRET\"" in line


def test_assets_are_put_in_from_the_files_that_the_run_kept(
    run: Callable[[str], list[str]], make_report: Make, make_case: Case, tmp_path: Path
) -> None:
    payload = {"first": PICTURE, "list": [{"uri": PICTURE, "position": "last"}], "note": "it's"}
    cases = [make_case(1, "x", payload=payload), make_case(2, "y", payload={"a": PICTURE})]
    kept = save_assets(tmp_path, RunPlan(variants=[case.planned for case in cases], order=(0, 1)))
    assert kept == {PICTURE.sha256: "assets/abababababababab.uri"}
    words = run(make_report(cases, assets=kept).variants[0]["curl"])
    assert words[-3:-1] == ["--data-binary", "@-"]
    uri = PICTURE.data_uri.decode()
    assert json.loads(words[-1]) == {"first": uri, "list": [{"uri": uri, "position": "last"}], "note": "it's"}


def test_assets_of_variants_that_are_not_fired_are_not_kept(make_case: Case, tmp_path: Path) -> None:
    case = make_case(1, "x", payload={"a": PICTURE})
    assert save_assets(tmp_path, RunPlan(variants=[case.planned], order=())) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        pytest.param({"a": PICTURE}, {}, id="an asset that was not kept"),
        pytest.param({"a": PICTURE, "b": "\u0000"}, {PICTURE.sha256: "f"}, id="a text that looks like our marks"),
        pytest.param({"a": "key_0123456789abcdef0123"}, {}, id="a secret by its form"),
        pytest.param({"password": "x"}, {}, id="a secret by its name"),
        pytest.param({"nested": [{"password": "x"}]}, {}, id="a nested secret"),
        pytest.param({"key_0123456789abcdef0123": 1}, {}, id="a secret as a name"),
        pytest.param({"a": "x" * 40_000}, {}, id="a long body"),
    ],
)
def test_there_is_no_line_where_none_could_run(
    make_report: Make, make_case: Case, payload: Mapping[str, object], kept: Mapping[str, str]
) -> None:
    assert make_report([make_case(1, "x", payload=payload)], assets=kept).variants[0]["curl"] is None


def provider(**changes: object) -> SimpleNamespace:
    profile = {"base_url": "https://api.example/", "key_env": ("API_KEY",), "headers": {}, **changes}
    method, path = profile.pop("method", "POST"), profile.pop("path", "/v1/image_to_video")
    endpoint = SimpleNamespace(key="image_to_video", method=method, path=path)
    return SimpleNamespace(profile=SimpleNamespace(**profile), endpoints={"image_to_video": endpoint})


@pytest.mark.parametrize(
    ("changes", "path", "line"),
    [
        pytest.param(
            {"headers": {"X-Key": "{key};v=1", "content-type": "application/json; charset=utf-8"}},
            {},
            "curl -sS https://api.example/v1/image_to_video -H 'X-Key: '\"$API_KEY\"';v=1' "
            "-H 'content-type: application/json; charset=utf-8' --data-raw '{\"a\":1}'",
            id="another header",
        ),
        pytest.param(
            {"path": "/v1/workflows/{id}"},
            {"id": "a/b c"},
            "curl -sS https://api.example/v1/workflows/a%2Fb%20c -H 'Content-Type: application/json' "
            "--data-raw '{\"a\":1}'",
            id="a route with blanks",
        ),
        pytest.param(
            {"method": "GET", "headers": {"Authorization": "Bearer {key}"}},
            {},
            "curl -sS -X GET https://api.example/v1/image_to_video -H 'Authorization: Bearer '\"$API_KEY\"",
            id="without a body",
        ),
        pytest.param({"path": "/v1/workflows/{id}"}, {}, None, id="a blank that nothing fills"),
        pytest.param({"key_env": (), "headers": {"X-Key": "{key}"}}, {}, None, id="a key without a variable"),
        pytest.param({"headers": {"X-Token": "abc"}}, {}, None, id="a secret in a header"),
        pytest.param({"base_url": "https://me:pass@api.example"}, {}, None, id="a secret in the address"),
    ],
)
def test_lines_follow_the_profile(
    make_report: Make,
    make_case: Case,
    changes: Mapping[str, object],
    path: Mapping[str, str],
    line: str | None,
) -> None:
    case = make_case(1, "x", payload={"a": 1}, path=path)
    assert make_report([case], provider=provider(**changes)).variants[0]["curl"] == line


def test_after_a_run_against_a_target_the_line_goes_there(make_report: Make, make_case: Case) -> None:
    report = make_report([make_case(1, "x", payload={"a": 1})], target="http://127.0.0.1:8080")
    assert report.variants[0]["curl"].startswith("curl -sS http://127.0.0.1:8080/v1/image_to_video ")
