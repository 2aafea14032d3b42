"""Which files a run reads, and when they have changed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness.clock import run, virtual_clock
from harness.errors import UsageError
from harness.run.settings import RunSettings
from harness.run.watching import EVERY_S, MOST_S, QUIET_S, Stamps, Watched, differences, next_change

SCENARIO = """\
name: one
provider: ./acme/profile.yaml
endpoint: make
baseline: {image: {$image: assets/a.jpg}, drawn: {$image: generated}, made: {$call: "mine.body:make"}}
variants:
  - {name: other, set: {list: [{deep: {$file: ../b.txt, as: text}}]}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "scenarios" / "acme").mkdir(parents=True)
    (tmp_path / "scenarios" / "one.yaml").write_text(SCENARIO)
    (tmp_path / "scenarios" / "acme" / "profile.yaml").write_text("contract: openapi.json\ncontracts: {v1: v1.json}\n")
    return tmp_path


def watched(project: Path, *, code: bool = False) -> Watched:
    found = Watched(RunSettings(cwd=project, allow_code=code))
    found.learn()
    return found


def names(stamps: Stamps, project: Path) -> set[str]:
    return {os.path.relpath(file, project) for file in stamps}


READ = {
    "scenarios/one.yaml", "scenarios/one.rows.json", "scenarios/assets/a.jpg", "b.txt", "scenarios/acme/profile.yaml",
    "scenarios/acme/openapi.json", "scenarios/acme/v1.json",
}  # fmt: skip


def test_everything_that_a_scenario_names(project: Path) -> None:
    assert names(watched(project).stamps(), project) == READ
    assert names(watched(project, code=True).stamps(), project) == {*READ, "mine/body.py", "mine/body/__init__.py"}


def test_a_scenario_that_cannot_be_read_names_what_it_named(project: Path) -> None:
    files = watched(project)
    (project / "scenarios" / "one.yaml").write_text("name: [")
    files.learn()
    assert names(files.stamps(), project) == READ


def test_a_shipped_provider_is_no_file(project: Path) -> None:
    (project / "scenarios" / "one.yaml").write_text("provider: runway\n")
    assert names(watched(project).stamps(), project) == {"scenarios/one.yaml", "scenarios/one.rows.json"}


def test_a_path_that_is_not_there_is_no_watch(project: Path) -> None:
    with pytest.raises(UsageError):
        Watched(RunSettings(cwd=project, paths=(project / "scenario",))).check()


def write(file: Path, text: str = "new") -> Callable[[], None]:
    def save() -> None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    return save


def renamed(file: Path) -> Callable[[], None]:
    """As editors save: a new file of the same size and time takes the place of the old one."""

    def save() -> None:
        facts = file.stat()
        other = file.with_suffix(".part")
        other.write_bytes(file.read_bytes())
        os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        other.replace(file)

    return save


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(lambda top: write(top / "scenarios/one.yaml"), ["scenarios/one.yaml"], id="the scenario"),
        pytest.param(lambda top: renamed(top / "scenarios/one.yaml"), ["scenarios/one.yaml"], id="saved by renaming"),
        pytest.param(lambda top: (top / "scenarios/one.yaml").unlink, ["scenarios/one.yaml"], id="gone"),
        pytest.param(
            lambda top: write(top / "scenarios/assets/a.jpg"), ["scenarios/assets/a.jpg"], id="an asset comes"
        ),
        pytest.param(
            lambda top: write(top / "scenarios/acme/profile.yaml"), ["scenarios/acme/profile.yaml"], id="the profile"
        ),
        pytest.param(lambda top: write(top / "scenarios/one.rows.json"), ["scenarios/one.rows.json"], id="the rows"),
        pytest.param(
            lambda top: write(top / "scenarios/sub/two.yml"),
            ["scenarios/sub/two.rows.json", "scenarios/sub/two.yml"],
            id="a new scenario",
        ),
    ],
)
def test_a_change_is_seen(project: Path, change: Callable[[Path], Callable[[], None]], named: list[str]) -> None:
    files = watched(project)
    before = files.stamps()
    change(project)()
    found = [os.path.relpath(file, project) for file in differences(before, files.stamps())]
    assert found == [name for name in named if not name.endswith("two.rows.json")]


def test_what_is_no_part_of_a_run_changes_nothing(project: Path) -> None:
    files = watched(project)
    before = files.stamps()
    for name in ("notes.md", "scenarios/notes.md", "scenarios/assets/other.jpg", "scenarios/.one.yaml.swp"):
        write(project / name)()
    assert differences(before, files.stamps()) == ()


def seen(
    changes: Sequence[tuple[float, Stamps]], before: Stamps, most_s: float = 60.0
) -> tuple[float, tuple[str, ...]] | None:
    """When a change is told, and of which files; the stamps become others at these simulated times."""
    clock = virtual_clock()
    start_s = clock.now()

    def look() -> Stamps:
        return [stamps for at, stamps in ((0.0, before), *changes) if at <= clock.now() - start_s][-1]

    async def wait() -> tuple[float, tuple[str, ...]] | None:
        try:
            async with asyncio.timeout(most_s):
                found = await next_change(look, before, clock)
        except TimeoutError:
            return None
        return round(clock.now() - start_s, 3), tuple(map(str, found))

    return run(wait(), clock)


A, B = Path("a"), Path("b")


def test_a_change_is_told_when_nothing_moves_any_more() -> None:
    assert seen([(1.0, {A: (2, 1, 1)})], {A: (1, 1, 1)}) == (4 * EVERY_S + QUIET_S, ("a",))
    # Written in parts, 50 ms apart: one change.
    parts = [(1.0 + number / 20, {A: (2 + number, 1, 1)}) for number in range(20)]
    told = seen([*parts, (2.0, {A: (99, 1, 1), B: (1, 1, 1)})], {A: (1, 1, 1)})
    assert told is not None
    assert (2.0 < told[0] < 2.5, told[1]) == (True, ("a", "b"))


def test_what_never_rests_is_told_in_the_end() -> None:
    moving = [(number / 20, {A: (number, 1, 1)}) for number in range(1, 400)]
    told = seen(moving, {A: (0, 1, 1)})
    assert told is not None
    assert MOST_S <= told[0] <= MOST_S + 2 * EVERY_S


def test_what_is_as_it_was_again_is_no_change() -> None:
    same: Stamps = {A: (1, 1, 1)}
    assert seen([(0.9, {A: None}), (0.95, same)], same) is None
    assert seen([], same) is None


def test_code_of_the_user_is_read_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = watched(project, code=True)
    monkeypatch.syspath_prepend(str(project))
    (project / "watched_code.py").write_text("value = 1\n")
    module = __import__("watched_code")
    assert module.value == 1
    files.forget_code()
    assert "watched_code" not in sys.modules
    assert "harness.run.watching" in sys.modules
