"""README is true: its output is what the command prints, its examples load, its tables are complete."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import errors, provider
from harness.cli import COMMANDS, main
from harness.scenario import LoadSettings, load

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: What differs from run to run: the run's folder and how long it took.
VARYING = re.compile(r"(?<=Reports: )\S+|<?[\d.]+ s (?=\()")


def block(after: str, language: str = "") -> str:
    """The fenced block that follows a mark."""
    found = re.search(rf"{re.escape(after)}.*?```{language}\n(.*?)```", README, re.DOTALL)
    assert found, after
    return found[1]


def test_the_output_is_what_the_first_command_prints(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("av")
    words = block("<!-- ci: main -->", "sh").split("-m harness ")[1].split()
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "120")
    assert main([*words, "--reports", str(tmp_path)]) == 0
    assert VARYING.sub("…", capsys.readouterr().out) == VARYING.sub("…", block("<!-- output -->"))


def test_the_scenario_loads(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "assets").mkdir()
    from harness import media

    (tmp_path / "assets" / "selfie.jpg").write_bytes(media.make_image(720, 1280))
    file = tmp_path / "scenario.yaml"
    file.write_text(block("## Scenarios", "yaml"), encoding="utf-8")
    (scenario,) = load([file], LoadSettings(cwd=tmp_path))
    assert len(scenario.variants) == 5
    assert scenario.matrix is not None


def test_the_profile_loads(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(block("## Your own provider", "yaml"), encoding="utf-8")
    assert provider.load("./acme.yaml", base=tmp_path).endpoints["make"].path == "/v1/videos"


def test_every_command_and_exit_code_is_told() -> None:
    assert {name for name in COMMANDS if name != "run" and f"`harness {name}" not in README} == set()
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert told == codes


@pytest.mark.parametrize("word", ["session", "helper"])
def test_nothing_private_is_told(word: str) -> None:
    assert word not in README


def test_the_help_of_every_command(run_help: Callable[[str], str]) -> None:
    for name in COMMANDS:
        assert run_help(name).startswith(f"usage: harness {name} ")


@pytest.fixture
def run_help(capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    def ask(command: str) -> str:
        with pytest.raises(SystemExit) as left:
            main([command, "--help"])
        assert left.value.code == 0
        return capsys.readouterr().out

    return ask
