"""What is seen while a run goes on: lines under CI, a bar on a terminal, nothing with -q."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.terminal import SoFar, under_ci
from harness.model import Judgement, Outcome, Verdict
from harness.report.style import Style

SCENARIO = """\
name: short
provider: runway
endpoint: text_to_video
baseline: {model: gen4.5, promptText: A friendly wave, ratio: "1280:720", duration: 5}
variants:
  - {name: As it is}
  - {name: Ten seconds, set: {duration: 10}}
  - {name: A ratio of old, set: {ratio: "16:9"}}
"""


def counted(total: int, *verdicts: Verdict, forecast_s: float | None = None, charged: float | None = None) -> SoFar:
    so_far = SoFar(total, forecast_s)
    for verdict in verdicts:
        so_far.count(Outcome(variant_id="v", charged_credits=charged), Judgement(variant_id="v", verdict=verdict))
    return so_far


@pytest.mark.parametrize(
    ("so_far", "now_s", "left_s"),
    [
        (counted(4), 10, None),
        (counted(4, forecast_s=100), 0, 100),
        (counted(4, forecast_s=100), 30, 70),
        (counted(4, forecast_s=100), 130, 0),
        (counted(4, Verdict.PASS), 10, 30),
        (counted(4, Verdict.PASS, Verdict.FAIL), 10, 10),
        (counted(4, Verdict.PASS, forecast_s=100), 10, 0.25 * 30 + 0.75 * 90),
        (counted(2, Verdict.PASS, Verdict.PASS, forecast_s=100), 10, None),
        (counted(0), 10, None),
    ],
)
def test_the_time_left_is_the_plans_at_first_and_then_the_runs_own(
    so_far: SoFar, now_s: float, left_s: float | None
) -> None:
    assert so_far.left_s(now_s) == left_s


@pytest.mark.parametrize(
    ("style", "line"),
    [
        (Style(), "2/4  ✅ 1  ❌ 1  50 credits  1 probe  about 2 min left"),
        (Style(lang="ru"), "2/4  ✅ 1  ❌ 1  50 кредитов  1 проба  осталось около 2 мин"),
        (Style(ascii=True), "2/4  PASS 1  FAIL 1  50 credits  1 probe  about 2 min left"),
    ],
)
def test_the_bar_says_what_came_of_it_so_far(style: Style, line: str) -> None:
    so_far = counted(4, Verdict.PASS, Verdict.FAIL, charged=25)
    so_far.probes = 1

    assert so_far.line(style, 120) == line


def test_what_was_not_charged_yet_counts_as_estimated() -> None:
    so_far = counted(2)
    for charged, estimated in ((None, 25), (20, 25), (None, None)):
        so_far.count(
            Outcome(variant_id="v", charged_credits=charged, estimated_credits=estimated),
            Judgement(variant_id="v", verdict=Verdict.PASS),
        )

    assert so_far.credits == 45


@pytest.mark.parametrize(
    ("value", "is_one"), [("true", True), ("1", True), ("", False), ("false", False), ("0", False)]
)
def test_ci_servers_say_so(monkeypatch: pytest.MonkeyPatch, value: str, *, is_one: bool) -> None:
    monkeypatch.setenv("CI", value)

    assert under_ci() is is_one


def without_ids(text: str) -> str:
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "TASK", text)
    return re.sub(r"\d+ (s|с)\b", r"N \1", text)


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        (
            (),
            [
                "1/3 ❌ refused · short · A ratio of old · PARAM.VALUE",
                "2/3 ✅ works · short · As it is · TASK · N s · 60 credits",
                "3/3 ✅ works · short · Ten seconds · TASK · N s · 120 credits",
            ],
        ),
        (
            ("--lang", "ru"),
            [
                "1/3 ❌ НЕ РАБОТАЕТ · short · A ratio of old · PARAM.VALUE",
                "2/3 ✅ РАБОТАЕТ · short · As it is · TASK · N с · 60 кредитов",
                "3/3 ✅ РАБОТАЕТ · short · Ten seconds · TASK · N с · 120 кредитов",
            ],
        ),
        (
            ("--ascii",),
            [
                "1/3 FAIL refused | short | A ratio of old | PARAM.VALUE",
                "2/3 PASS works | short | As it is | TASK | N s | 60 credits",
                "3/3 PASS works | short | Ten seconds | TASK | N s | 120 credits",
            ],
        ),
        (("-q",), []),
    ],
    ids=["english", "russian", "ascii", "quiet"],
)
def test_under_ci_each_variant_has_a_line_when_it_has_ended(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], lines: list[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    ran = run("scenario.yaml", *more, scenario=SCENARIO)

    assert ran.code == 1
    assert without_ids(ran.err).splitlines() == lines


def test_without_ci_and_without_a_terminal_nothing_is_said_before_the_summary(run: Callable[..., Any]) -> None:
    assert run("scenario.yaml", scenario=SCENARIO).err == ""


def test_a_secret_in_a_name_is_in_no_line(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_" + "5" * 128)
    ran = run("scenario.yaml", scenario=SCENARIO.replace("A ratio of old", "with key_" + "5" * 128))

    assert "5555" not in ran.err
    assert "1/3 ❌ refused · short · with " in ran.err


def screen(command: list[str], folder: Path, **env: str) -> tuple[int, str]:
    """The exit code of a command on a terminal of its own, and all that it wrote there."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 110, 0, 0))
    process = subprocess.Popen(
        command, cwd=folder, stdin=there, stdout=there, stderr=there, env={**os.environ, "TERM": "xterm", **env}
    )
    os.close(there)
    seen = b""
    with contextlib.suppress(OSError):  # the terminal's end
        while more := os.read(here, 65_536):
            seen += more
    os.close(here)
    return process.wait(), seen.decode()


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ((), ["3/3  ✅ 2  ❌ 1  180 credits"]),
        (("--lang", "ru", "--ascii"), ["3/3  PASS 2  FAIL 1  180 кредитов"]),
    ],
    ids=["english", "russian-ascii"],
)
def test_a_terminal_shows_a_bar_and_clears_it_away(
    serve: Callable[..., Any], tmp_path: Path, more: tuple[str, ...], shown: list[str]
) -> None:
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    mock = serve(scale=60)
    command = [
        sys.executable,
        "-m",
        "harness",
        "scenario.yaml",
        "--base-url",
        mock.url,
        "--poll-interval",
        "50ms",
        *more,
    ]
    code, seen = screen(command, tmp_path)

    assert code == 1
    assert [text for text in shown if text not in seen] == []
    assert re.search(r"about \d+ s left|осталось около \d+ с", seen)
    assert seen.count("\x1b[?25l") == seen.count("\x1b[?25h") == 1, "the cursor is there again"
    _, _, summary = seen.rpartition("\x1b[?25h")
    assert "A ratio of old" in summary
    assert not re.search(r"about \d+ s left", summary)


def test_a_quiet_run_says_the_verdict_alone_on_a_terminal(serve: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    command = [sys.executable, "-m", "harness", "scenario.yaml", "--base-url", serve(scale=4000).url, "-q"]
    code, seen = screen([*command, "--poll-interval", "20ms", "--color", "never"], tmp_path)

    assert code == 1
    assert seen.count("\n") == 1
    assert seen.startswith("❌ 1 of 3 ")
