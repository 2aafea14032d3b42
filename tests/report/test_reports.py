"""Whole reports against the files in tests/golden, and the table of reports."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from harness.report import REPORTS, Report, console, csvfile, ctrf, jsonfile, junit, markdown
from harness.report.save import save

#: File → (story, how it is made).
GOLDEN: Mapping[str, tuple[str, Callable[[Report], str]]] = {
    **{
        f"{story}.{suffix}": (story, render)
        for story in ("green", "red", "two_scenarios", "hostile")
        for suffix, render in {
            "json": lambda report: "".join(jsonfile.render(report)),
            "md": markdown.render,
            "txt": lambda report: console.render(report, width=100, folder="reports/20261122-101500-7f3a"),
        }.items()
    },
    **{
        f"{story}.{suffix}": (story, render)
        for story in ("green", "red", "hostile")
        for suffix, render in {
            "junit.xml": junit.render,
            "ctrf.json": lambda report: "".join(ctrf.render(report)),
            "csv": lambda report: "".join(csvfile.render(report)),
        }.items()
    },
    "green.ru.txt": ("green", lambda report: console.render(report, lang="ru", width=110, folder="reports/latest")),
    "red.ru.txt": ("red", lambda report: console.render(report, lang="ru", width=120)),
    "red.ru.md": ("red", lambda report: markdown.render(report, lang="ru")),
    "red.ascii.txt": ("red", lambda report: console.render(report, ascii=True, width=110)),
    "red.color.txt": ("red", lambda report: console.render(report, color=True, width=100)),
    "green.narrow.txt": ("green", lambda report: console.render(report, width=72)),
    "hostile.ascii.txt": ("hostile", lambda report: console.render(report, ascii=True, width=90)),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_whole_report_is_as_it_was_reviewed(
    name: str, golden: Callable[[str, str], None], stories: Mapping[str, Report]
) -> None:
    story, render = GOLDEN[name]
    golden(f"report/{name}", render(stories[story]))


def test_every_golden_file_has_a_test() -> None:
    folder = Path(__file__).parents[1] / "golden" / "report"
    assert {file.name for file in folder.iterdir()} == set(GOLDEN)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("story", ["green", "red", "two_scenarios", "hostile"])
def test_every_report_is_written_whole(name: str, story: str, stories: Mapping[str, Report], tmp_path: Path) -> None:
    kind = REPORTS[name]
    kind.write(stories[story], tmp_path / kind.file)
    assert [file.name for file in tmp_path.iterdir()] == [kind.file]
    text = (tmp_path / kind.file).read_text(encoding="utf-8")
    assert text.endswith("\n")
    ids = [row.task_id for row in stories[story].rows if row.task_id and "|" not in row.task_id]
    assert [task_id for task_id in ids if task_id not in text] == []


def test_report_files_have_different_names() -> None:
    assert len({kind.file for kind in REPORTS.values()}) == len(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_no_secret_is_in_any_report(name: str, stories: Mapping[str, Report], tmp_path: Path) -> None:
    REPORTS[name].write(stories["hostile"], tmp_path / "report")
    text = (tmp_path / "report").read_text(encoding="utf-8")
    assert "key_5ec2e7" not in text
    assert "redacted" in text
    assert "_jwt=" not in text


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_cannot_be_written_is_an_os_error(
    name: str, stories: Mapping[str, Report], tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        REPORTS[name].write(stories["green"], tmp_path / "missing" / "report")


def test_a_report_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    def chunks() -> Iterator[str]:
        yield "half"
        raise OSError("the disk is full")

    file = tmp_path / "report.json"
    file.write_text("old")
    with pytest.raises(OSError, match="the disk is full"):
        save(file, chunks())
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.json", "old")]


def test_a_pipe_is_written_to_directly(stories: Mapping[str, Report], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        REPORTS["markdown"].write(stories["green"], pipe)
        assert os.read(reader, 100_000).decode().startswith("## ✅")
    finally:
        os.close(reader)
    assert pipe.is_fifo()
