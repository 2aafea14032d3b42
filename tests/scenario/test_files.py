from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.scenario import find
from harness.scenario.files import shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        *(
            "b.yaml",
            "a.yml",
            "sub/c.yaml",
            "sub/deep/d.yaml",
            "assets/no.yaml",
            "sub/assets/no.yaml",
            ".hidden/no.yaml",
        ),
        *(
            ".no.yaml",
            "rows.rows.json",
            "scenario.schema.json",
            "README.md",
            "profile.yaml",
            "own/profile.yml",
            "x.YAML",
        ),
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "link").symlink_to(tmp_path / "sub", target_is_directory=True)
    (tmp_path / "z.yaml").symlink_to(tmp_path / "b.yaml")
    return tmp_path


def names(files: list[Path], folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in files]


def test_a_folder_is_looked_through(folder: Path) -> None:
    assert names(find([folder]), folder) == ["a.yml", "b.yaml", "sub/c.yaml", "sub/deep/d.yaml"]


def test_paths_keep_their_order_and_come_once(folder: Path) -> None:
    paths = [folder / "sub", folder / "profile.yaml", folder / "sub" / "c.yaml", folder / "sub" / ".." / "b.yaml"]
    assert [file.name for file in find(paths)] == ["c.yaml", "d.yaml", "profile.yaml", "b.yaml"]


def test_nothing_is_found_in_an_empty_folder(tmp_path: Path) -> None:
    assert find([tmp_path]) == []
    assert find([]) == []


def test_a_path_that_does_not_exist(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find([folder / "bb.yaml"])
    assert str(caught.value) == (
        f'There is no file or folder "{folder / "bb.yaml"}".\n  Did you mean "{folder / "b.yaml"}"?'
    )
    with pytest.raises(UsageError, match="no file or folder"):
        find([folder / "none" / "nowhere"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read(folder: Path) -> None:
    (folder / "sub").chmod(0)
    try:
        with pytest.raises(UsageError, match="cannot be read"):
            find([folder])
    finally:
        (folder / "sub").chmod(0o755)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/project/scenarios/a.yaml", "scenarios/a.yaml"),
        ("scenarios/a.yaml", "scenarios/a.yaml"),
        ("/elsewhere/a.yaml", "/elsewhere/a.yaml"),
        ("/project/a\x1b[31m.yaml", "a·[31m.yaml"),
    ],
)
def test_names_for_people(file: str, expected: str) -> None:
    assert shown(Path(file), Path("/project")) == expected
