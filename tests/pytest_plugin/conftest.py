"""Sessions of pytest inside a test: the plugin is named with `-p`, entry points are switched off."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import harness.cli.common
import harness.mock
import harness.pytest_plugin.gathering  # a session inside a test would forget what it is the first to import

ROOT = Path(__file__).parents[2]

RED = """\
name: red
provider: runway
endpoint: text_to_image
tags: [smoke, "two words"]
baseline: {model: gen4_image, promptText: A lighthouse, ratio: 1280:720}
variants:
  - good
  - {name: "bad ratio", set: {ratio: "9:16"}}
  - {name: null seed, set: {seed: null}, expect: rejected, tags: [free]}
  - {name: wrongly expected, set: {seed: 1}, expect: rejected}
  - {name: old, set: {seed: 2}, contracts: ["2025-10"]}
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def red() -> str:
    """A scenario with a variant of each fate: two pass, two fail, one is for another contract."""
    return RED


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project with the scenario `red`."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    pytester.makeini("[pytest]\n")
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "red.yaml").write_text(RED, encoding="utf-8")
    return pytester


@pytest.fixture
def run(project: pytest.Pytester) -> Run:
    """`run("-k", "good")`: a session in this process."""
    return lambda *args: project.runpytest_inprocess(*args, plugins=[harness.pytest_plugin])


@pytest.fixture
def run_xdist(project: pytest.Pytester) -> Run:
    """The same in processes of its own, with pytest-xdist."""
    return lambda *args: project.runpytest_subprocess("-p", "harness.pytest_plugin", "-p", "xdist", *args)


@pytest.fixture
def steady() -> Callable[[pytest.RunResult], str]:
    """What a session printed, without what differs from one to the next."""

    def cut(result: pytest.RunResult) -> str:
        text = result.stdout.str()
        text = re.sub(r"\d{8}-\d{6}-[0-9a-f]{4}", "RUN", text)
        text = re.sub(r"[<0-9.]+ ([sс]) \(", r"T \1 (", text)
        text = re.sub(r"=+ (.+) in [0-9.]+s =+$", r"== \1 in T ==\n", text)
        return text[text.index("collected ") :] if "collected " in text else text

    return cut


@pytest.fixture
def reports(project: pytest.Pytester) -> Callable[[], list[Path]]:
    """The run folders that there are."""

    def folders() -> list[Path]:
        place = project.path / "reports"
        return sorted(each for each in place.iterdir() if not each.is_symlink()) if place.is_dir() else []

    return folders
