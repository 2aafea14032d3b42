"""`harness report`: the reports again, from the run's folder alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.report import REPORTS

Run = Callable[..., Any]

ROOT = Path(__file__).resolve().parents[2]
STORY = str(ROOT / "scenarios" / "runway" / "image_to_video.yaml")


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A finished run, the only one."""
    asked = [word for name in REPORTS for word in ("--report", name)]
    assert run(STORY, "-k", "Minimal or hyphen", "-q", *asked).code == 0
    return (tmp_path / "reports" / "latest").resolve()


def test_every_run_leaves_what_people_read(run: Run, tmp_path: Path) -> None:
    assert run(STORY, "-k", "Minimal", "-q").code == 0
    left = {file.name for file in (tmp_path / "reports" / "latest").iterdir() if file.name.startswith("report.")}
    assert (
        left == {kind.file for kind in REPORTS.values() if kind.always} == {"report.json", "report.md", "report.html"}
    )


def test_all_reports_come_back_byte_for_byte(run: Run, folder: Path) -> None:
    first = {kind.file: (folder / kind.file).read_bytes() for kind in REPORTS.values()}
    for file in first:
        if file != "report.json":
            (folder / file).unlink()
    ran = run("report", "--format", ",".join(REPORTS))
    assert (ran.code, ran.err) == (0, "")
    assert sorted(ran.out.split()) == sorted(f"reports/{folder.name}/{file}" for file in first)
    assert {file: (folder / file).read_bytes() for file in first} == first


def test_the_page_is_what_comes_without_a_format(run: Run, folder: Path) -> None:
    (folder / "report.html").unlink()
    assert run("report", folder.name).out == f"reports/{folder.name}/report.html\n"
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_copied_folder_needs_nothing_but_its_report(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(folder / "report.json", tmp_path / "elsewhere" / "report.json")
    shutil.rmtree(tmp_path / "reports")
    assert run("report", "elsewhere", "-f", "markdown").out == "elsewhere/report.md\n"
    assert run("report", "elsewhere/report.json", "-f", "html", "-f", "markdown").out == (
        "elsewhere/report.html\nelsewhere/report.md\n"
    )


def test_another_language_and_another_place(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run("report", folder.name, "-f", "html", "-o", "seite.html", "--lang", "ru")
    assert (ran.code, ran.out) == (0, "seite.html\n")
    assert '<html lang="ru">' in (tmp_path / "seite.html").read_text("utf-8")
    (tmp_path / "out").mkdir()
    assert run("report", "-f", "markdown,json", "-o", "out", "--lang", "ru").out == "out/report.md\nout/report.json\n"
    assert "всё как ожидалось" in (tmp_path / "out" / "report.md").read_text("utf-8")


def test_a_run_in_russian_leaves_its_reports_in_russian(run: Run, tmp_path: Path) -> None:
    assert run(STORY, "-k", "Minimal", "-q", "--lang", "ru").code == 0
    latest = tmp_path / "reports" / "latest"
    assert '<html lang="ru">' in (latest / "report.html").read_text("utf-8")
    assert "Рабочий формат" in (latest / "report.md").read_text("utf-8")


def test_to_standard_output(folder: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "harness", "report", folder.name, "-f", "markdown", "-o", "-"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == (folder / "report.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("-f", "pdf"), '--format pdf: there is no report "pdf".\n  Known: csv, ctrf, html, json, junit, markdown.\n'),
        (("-f", "html,markdown", "-o", "x.html"), "--output x.html: 2 reports cannot go into one file."),
        (("one", "two"), "report takes one run, and 2 were named."),
        (("nobody",), "There is no run 'nobody', neither in reports nor as a path."),
    ],
    ids=["unknown", "one file", "two runs", "no run"],
)
@pytest.mark.usefixtures("folder")
def test_mistakes(argv: tuple[str, ...], said: str, run: Run) -> None:
    ran = run("report", *argv)
    assert ran.code == 2
    assert ran.err.startswith(said)


def test_a_run_that_broke_off_has_nothing_to_render(run: Run, folder: Path) -> None:
    (folder / "report.json").unlink()
    ran = run("report")
    assert ran.code == 2
    assert ran.err == (
        f"reports/{folder.name}: the run has no report.json: it did not come to its end.\n"
        "  `harness resume` goes on with it, and writes all reports.\n"
    )


@pytest.mark.usefixtures("folder")
def test_a_place_that_cannot_be_written(run: Run) -> None:
    ran = run("report", "-o", "missing/there/report.html")
    assert ran.code == 3
    assert ran.err == (
        "missing/there/report.html: the report cannot be written: No such file or directory.\n"
        "  Choose another place with --output.\n"
    )
