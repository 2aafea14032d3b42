"""The project's own papers: they name no private place, say the same version, and their commands exist."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]

#: What a tree holds that is not the project: environments, caches, what runs and tools leave.
_NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", ".hypothesis", "node_modules"}

#: Written so that this file does not contain them.
_PRIVATE = ("/" + "work/", "../" + "shared", "PLAN" + ".md")

MAKE_TARGETS = ("setup", "check", "lint", "fix", "test", "crash", "bench", "demo", "help")


def project_files() -> list[Path]:
    def ours(file: Path) -> bool:
        parts = file.relative_to(ROOT).parts
        if parts[0] == "reports" and parts != ("reports", "README.md"):
            return False
        return not any(part in _NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in parts)

    return sorted(file for file in ROOT.rglob("*") if ours(file) and file.is_file())


def test_the_walk_sees_the_project() -> None:
    names = {str(file.relative_to(ROOT)) for file in project_files()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "harness/model.py", ".github/workflows/ci.yml"} <= names


def test_no_file_names_a_private_place() -> None:
    found = []
    for file in project_files():
        text = file.read_bytes().decode("utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{file.relative_to(ROOT)}:{number}: {place}" for place in _PRIVATE if place in line]
    assert found == []


def test_no_file_holds_a_key() -> None:
    key = re.compile(rb"key_[0-9a-f]{128}")
    found = [
        str(file.relative_to(ROOT))
        for file in project_files()
        for match in key.findall(file.read_bytes())
        if len(set(match[4:])) > 8  # examples repeat a few characters, keys do not
    ]
    assert found == []


def test_text_files_end_with_a_newline_and_hold_no_carriage_return() -> None:
    suffixes = {".py", ".md", ".yaml", ".yml", ".toml", ".json"}
    found = [
        str(file.relative_to(ROOT))
        for file in project_files()
        if file.suffix in suffixes
        and (file.suffix == ".py" or file.relative_to(ROOT).parts[0] != "tests")  # cases are broken on purpose
        and (data := file.read_bytes())
        and (not data.endswith(b"\n") or b"\r" in data)
    ]
    assert found == []


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    released = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert released[:1] == [version]


@pytest.mark.parametrize("target", MAKE_TARGETS)
def test_make_knows_its_targets(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_make_tells_all_its_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    told = [line.split()[1] for line in done.stdout.splitlines()]
    assert sorted(told) == sorted(MAKE_TARGETS)


@pytest.mark.parametrize("name", ["main", "test"])
def test_ci_finds_the_commands_of_the_readme(name: str) -> None:
    done = subprocess.run(["bash", ".ci/run", "--show", name], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {"main": "-m harness", "test": "-m pytest"}[name] in done.stdout
    assert done.stdout in (ROOT / "README.md").read_text("utf-8")


def test_ci_tells_a_readme_without_commands(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_bytes((ROOT / ".ci" / "run").read_bytes())
    readme = tmp_path / "README.md"
    run = ["bash", str(tmp_path / ".ci" / "run"), "--show", "main"]

    readme.write_text("# Nothing\n<!-- ci: test -->\n```\nother\n```\n", "utf-8")
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ".ci/run: README.md has no fenced block after <!-- ci: main -->\n"

    readme.write_text("<!-- ci: main -->\n\n```console\none &&\n  two\n```\n```\nthree\n```\n", "utf-8")
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout == "one &&\n  two\n"


def test_ci_names_no_package_registry() -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert not re.search(r"https?://|pypi|index-url", text)


@pytest.mark.parametrize(
    "file",
    [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), ROOT / ".pre-commit-config.yaml"],
    ids=lambda f: f.name,
)
def test_workflows_are_yaml(file: Path) -> None:
    data = yaml.safe_load(file.read_text("utf-8"))
    assert "repos" in data or data["jobs"]


def test_live_example_is_capped_and_only_by_the_clock() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "smoke-example.yml").read_text("utf-8"))["jobs"]
    live = [job for job in jobs.values() if any("--live" in step.get("run", "") for step in job["steps"])]
    assert len(live) == 1
    assert live[0]["if"] == "github.event_name == 'schedule'"
    assert all("--max-credits" in step["run"] for step in live[0]["steps"] if "--live" in step.get("run", ""))


def test_ci_tests_the_pythons_that_the_package_promises() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    assert workflow["jobs"]["check"]["strategy"]["matrix"]["python"] == promised
