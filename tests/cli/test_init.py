"""`harness init`: what it writes runs at once, and what was there stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from harness.cli import init
from harness.scenario import LoadSettings, load

Run: TypeAlias = Callable[..., Any]
ROOT = Path(__file__).parents[2]

WROTE = """\
Wrote:
  scenarios/example.yaml          a scenario: one payload, what is varied, what is expected
  scenarios/assets/example.jpg    a picture to send; put yours in its place
  scenarios/scenario.schema.json  completes and checks scenarios in your editor
  keys.env.example                where the key goes, for live runs
  .github/workflows/payloads.yml  every push fires the payloads at the mock
  .gitignore                      keeps keys and reports out of the repository
FILL IN where pip gets the harness from (.github/workflows/payloads.yml, PARAM_HARNESS): no job can reach what it was \
installed from.
Next:
  harness          fire it at the built-in mock: free, no key
  harness --watch  fire it again at every save, and show what is wrong
  harness plan     what a live run would send and cost
"""
NEXT_IN_SUB = """\
Next:
  cd 'a b' && harness  fire it at the built-in mock: free, no key
  harness --watch      fire it again at every save, and show what is wrong
  harness plan         what a live run would send and cost
"""


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "profile.yaml" and "reports" not in file.parts
    }


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_what_was_written_runs_green_at_once(run: Run, lang: str) -> None:
    ran = run("init", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    if lang == "en":
        assert ran.out == WROTE

    ran = run()
    assert (ran.code, ran.err) == (0, "")
    assert ran.report["totals"]["pass"] == 7
    assert run("validate").out == "1 scenario file with 7 variants: in order.\n"


def test_nothing_that_is_there_is_touched(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "example.yaml").write_text("mine")
    (tmp_path / ".gitignore").write_text("/reports\nkeys.env\n")
    (tmp_path / "keys.env.example").symlink_to("nowhere")
    ran = run("init")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Wrote:\n"
        "  scenarios/assets/example.jpg    a picture to send; put yours in its place\n"
        "  scenarios/scenario.schema.json  completes and checks scenarios in your editor\n"
        "  .github/workflows/payloads.yml  every push fires the payloads at the mock\n"
        "Left alone, because it is there already (--force writes it anew):\n"
        "  scenarios/example.yaml          a scenario: one payload, what is varied, what is expected\n"
        "keys.env.example is yours and was not changed. Add to it: RUNWAYML_API_SECRET=\n"
        ".gitignore is yours and was not changed. Add to it: .env\n" + WROTE[WROTE.index("FILL IN") :]
    )
    assert (tmp_path / "scenarios" / "example.yaml").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


def test_force_writes_anew_but_for_what_is_the_users(run: Run, tmp_path: Path) -> None:
    run("init")
    fresh = files(tmp_path)
    (tmp_path / "scenarios" / "example.yaml").write_text("mine")
    (tmp_path / ".gitignore").write_text("keys.env\n.env\nreports/\nmine\n")
    (tmp_path / "keys.env.example").write_text("RUNWAYML_API_SECRET=key_…\n")
    kept = {name: (tmp_path / name).read_bytes() for name in (".gitignore", "keys.env.example")}

    ran = run("init")
    assert ran.out.startswith("Everything is there already: nothing was written.\n")
    ran = run("init", "--force")
    assert (ran.code, ran.err) == (0, "")
    assert (
        "Left alone, because it is yours (--force does not touch it either), with all that belongs in it:\n"
        "  keys.env.example                where the key goes, for live runs\n"
        "  .gitignore                      keeps keys and reports out of the repository\n"
    ) in ran.out
    assert files(tmp_path) == {**fresh, **kept}


def test_another_folder_and_quiet(run: Run, tmp_path: Path) -> None:
    ran = run("init", "a b")
    assert ran.out.endswith(NEXT_IN_SUB)
    assert (tmp_path / "a b" / "scenarios" / "example.yaml").is_file()
    assert run("init", "other", "-q").out == ""
    assert files(tmp_path / "other") == files(tmp_path / "a b")


def test_a_workflow_below_the_top_of_a_repository_would_never_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ran = run("init", "sub")
    assert not (tmp_path / "sub" / ".github").exists()
    assert "GitHub looks for workflows there only.\n" in ran.out
    assert run("init").code == 0
    assert (tmp_path / ".github" / "workflows" / "payloads.yml").is_file()


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc").exists(), reason="root writes everywhere")
def test_where_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("init", "file")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "file/scenarios/example.yaml cannot be written: Not a directory.\n"
        "  Name a folder that you may write to: `harness init DIR`.\n"
    )
    ran = run("init", "a", "b")
    assert (ran.code, ran.err) == (2, "init sets up one folder, and 2 were named.\n  Write `harness init DIR`.\n")


def test_the_languages_write_the_same_data(run: Run, tmp_path: Path) -> None:
    run("init", "en", "-q")
    run("init", "ru", "-q", "--lang", "ru")
    read = [
        yaml.safe_load((tmp_path / lang / "scenarios" / "example.yaml").read_text("utf-8")) for lang in ("en", "ru")
    ]
    assert read[0] == read[1]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_matrix_in_comments_is_one(run: Run, tmp_path: Path, lang: str) -> None:
    run("init", "--lang", lang)
    file = tmp_path / "scenarios" / "example.yaml"
    head, _, matrix = file.read_text("utf-8").partition("\n\n# ")
    lines = matrix.splitlines()[1:]
    assert lines[0] == "# matrix:"
    file.write_text("\n".join([head, *(line.removeprefix("# ") for line in lines)]), encoding="utf-8")
    (scenario,) = load([file], LoadSettings(cwd=tmp_path))
    assert scenario.matrix is not None
    assert len(scenario.matrix.factors) == 3


def test_the_workflow_is_the_example_of_the_readme(run: Run, tmp_path: Path) -> None:
    run("init")
    written = (tmp_path / ".github" / "workflows" / "payloads.yml").read_text("utf-8")
    example = yaml.safe_load((ROOT / ".github" / "workflows" / "smoke-example.yml").read_text("utf-8"))["jobs"]
    assert yaml.safe_load(written)["jobs"] == {"smoke": example["smoke"]}
    live = [line.removeprefix("  # ") for line in written.partition("  # live:")[2].splitlines()[1:]]
    steps = yaml.safe_load("live:\n" + "\n".join(live))["live"]["steps"]
    names = {step["name"]: step["run"] for step in steps if "name" in step}
    assert names == {step["name"]: step["run"] for step in example["live"]["steps"] if "name" in step}


@pytest.mark.parametrize(
    ("known", "said", "line"),
    [
        (
            "param-harness[media]==1.2.3",
            "The jobs of .github/workflows/payloads.yml install param-harness[media]==1.2.3.\n",
            "param-harness[media]==1.2.3",
        ),
        (None, WROTE[WROTE.index("FILL IN") : WROTE.index("Next:")], "FILL IN where pip gets param-harness from"),
    ],
    ids=["known", "not known"],
)
def test_the_workflow_installs_what_runs_here_or_says_that_it_cannot(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str | None, said: str, line: str
) -> None:
    monkeypatch.setattr(init, "requirement", lambda _: known)
    assert said in run("init").out
    written = (tmp_path / ".github" / "workflows" / "payloads.yml").read_text("utf-8")
    workflow = yaml.safe_load(written)
    assert workflow["env"] == {"PARAM_HARNESS": line}
    assert {"run": 'pip install "$PARAM_HARNESS"'} in workflow["jobs"]["smoke"]["steps"]
    assert "# INSTALL" not in written
    assert ("FILL IN" in written) is (known is None)
    assert said not in run("init").out  # what was left alone lacks nothing new


def test_no_key_is_in_the_example_of_a_key_file(run: Run, tmp_path: Path) -> None:
    run("init")
    lines = (tmp_path / "keys.env.example").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["RUNWAYML_API_SECRET="]
