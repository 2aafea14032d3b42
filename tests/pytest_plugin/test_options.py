import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.run_options import RUN_OPTIONS
from harness.pytest_plugin.options import NEUTRAL, OPTIONS

ROOT = Path(__file__).parents[2]
BY_NAME = {option.name: option for option in RUN_OPTIONS}


def test_every_option_is_one_of_harness_run() -> None:
    assert [option.name for option in OPTIONS if option.name not in BY_NAME] == []
    assert [
        option.name
        for option in OPTIONS
        if (bool(option.metavar), option.repeat, option.metavar)
        != ((known := BY_NAME[option.name]).read is not None, known.repeat, known.metavar)
    ] == []


def test_what_chooses_variants_is_left_to_pytest() -> None:
    neutral = {name: () if BY_NAME[name].repeat else BY_NAME[name].default for name in NEUTRAL}

    assert {name: value or neutral[name] for name, value in NEUTRAL.items()} == neutral


def start(tmp_path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
    command = [sys.executable, "-m", "pytest", "-p", "no:schemathesis", *args]
    return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.thorough
def test_the_plugin_may_be_named_twice(tmp_path: Path) -> None:
    entry = tmp_path / "named-1.0.dist-info"
    entry.mkdir()
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: named\nVersion: 1.0\n", encoding="utf-8")
    (entry / "entry_points.txt").write_text("[pytest11]\nharness = harness.pytest_plugin\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["harness.pytest_plugin"]\n', encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")

    once = start(tmp_path, "-q", "--harness-jobs", "3")
    twice = start(tmp_path, "-q", "-p", "harness.pytest_plugin", "--harness-jobs", "3")

    assert [each.returncode for each in (once, twice)] == [pytest.ExitCode.NO_TESTS_COLLECTED] * 2, once.stderr


def test_suites_without_scenarios_import_nothing_of_the_harness(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n\ndef test_it():\n    print(sorted(name for name in sys.modules if name.startswith('harness')))\n",
        encoding="utf-8",
    )
    (tmp_path / "data.yaml").write_text("a: 1\n", encoding="utf-8")

    done = start(tmp_path, "-q", "-s", "-p", "harness.pytest_plugin")

    assert done.returncode == 0
    assert "['harness', 'harness.pytest_plugin', 'harness.pytest_plugin.options', 'harness.pytest_plugin.stashed']" in (
        done.stdout
    )
