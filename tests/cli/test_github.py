"""The command line under GitHub Actions."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.github import Guarded, guarded
from harness.report.github import neutral

STORY = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "1920:1080"}
variants:
  - as it is
  - {name: aspect, set: {ratio: "16:9"}}
"""


@pytest.fixture
def actions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of a step; the file of its summary."""
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def test_a_failure_is_annotated_and_summed_up(run: Callable[..., Any], actions: Path, tmp_path: Path) -> None:
    ran = run("scenario.yaml", scenario=STORY)
    assert ran.code == 1
    [line] = [line for line in ran.out.splitlines() if line.startswith("::")]
    assert line.startswith(
        f"::error file={tmp_path.name}/scenario.yaml,line=7,title=PARAM.VALUE ratio::aspect: ratio=16:9 "
    )
    assert "%0ASend ratio=" in line
    assert actions.read_text() == (tmp_path / "reports/latest/report.md").read_text()
    run("scenario.yaml")
    assert actions.read_text().count("## ❌ ") == 2


def test_quiet_means_the_verdict_alone(run: Callable[..., Any], actions: Path) -> None:
    ran = run("scenario.yaml", "-q", scenario=STORY)
    assert len(ran.out.splitlines()) == 1
    assert actions.exists()


def test_elsewhere_nothing_is_told(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert "::error" not in run("scenario.yaml", scenario=STORY).out
    assert not (tmp_path / "summary.md").exists()


def test_a_full_summary_is_left_alone(run: Callable[..., Any], actions: Path) -> None:
    actions.write_text("x" * 1_048_570)
    assert run("scenario.yaml", scenario=STORY).code == 1
    assert actions.stat().st_size == 1_048_570


def test_a_summary_that_cannot_be_written_changes_no_verdict(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    ran = run("scenario.yaml", scenario=STORY)
    assert (ran.code, ran.err) == (1, f"{tmp_path}: the step's summary cannot be written: Is a directory.\n")


@pytest.mark.usefixtures("actions")
def test_mistakes_are_annotated_where_they_stand(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("scenario.yaml", scenario=STORY.replace("set: {ratio", "sett: {ratio"))
    assert ran.code == 2
    assert ran.out.startswith(f"::error file={tmp_path.name}/scenario.yaml,line=7,col=")


@pytest.mark.usefixtures("actions")
def test_an_answer_starts_no_command(run: Callable[..., Any], server: Any) -> None:
    server.create = (400, "application/json", '{"error": "a\\n::add-path::/tmp/evil ##[group]x"}')
    scenario = STORY.replace("as it is", "'::warning::me'").replace("hello", "'::add-mask::x'")
    scenario = scenario.replace("runway", "./profile.yaml").replace("text_to_image", "make")
    ran = run("scenario.yaml", "--base-url", server.url, "-v", scenario=scenario)
    told = [line for line in (ran.out + ran.err).splitlines() if line.lstrip().startswith("::") or "##[" in line]
    # Ours alone; inside its data nothing is a command.
    assert [line.split(" ")[0] for line in told] == ["::error"]


class Sink(io.StringIO):
    pass


@given(st.lists(st.text(":#[] \nax", max_size=6) | st.none(), max_size=12))
def test_pieces_make_no_command_either(pieces: list[str | None]) -> None:
    sink = Sink()
    stream = Guarded(sink)
    for piece in pieces:
        if piece is None:
            stream.flush()
        else:
            assert stream.write(piece) == len(piece)
    stream.end()
    told = sink.getvalue()
    assert neutral(told) == told
    assert told.replace(" ", "") == "".join(filter(None, pieces)).replace(" ", "")


def test_streams_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    before = sys.stdout, sys.stderr
    with guarded():
        assert isinstance(sys.stdout, Guarded)
        inner = sys.stdout
        with guarded():
            assert sys.stdout is inner
    assert (sys.stdout, sys.stderr) == before


def test_a_command_of_ours_begins_a_line() -> None:
    sink = Sink()
    stream = Guarded(sink)
    stream.write("half")
    stream.raw("::notice::x")
    assert sink.getvalue() == "half\n::notice::x\n"
