from __future__ import annotations

import csv
import io
import json
from itertools import combinations
from pathlib import Path

import pytest

from harness.cli import main

VOLUME = """\
Type:          Single, Span, Stripe
Size:          10, 100, ~-1
File system:   FAT, FAT32, NTFS
Compression:   on | yes, off
IF [File system] = "FAT" THEN [Size] <> 100;
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.pict").write_text(VOLUME)
    return "m.pict"


def test_json_is_all_there_is_on_stdout(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "--import", model, "--strength", "2", "--export", "json"]) == 0
    out, err = capsys.readouterr()
    rows = json.loads(out)
    assert err == ""
    assert [list(row) for row in rows] == [["Type", "Size", "File system", "Compression"]] * len(rows)
    pairs = {pair for row in rows for pair in combinations(row.items(), 2)}
    assert (("Size", "100"), ("File system", "NTFS")) in pairs
    assert (("Size", "100"), ("File system", "FAT")) not in pairs
    assert (("Type", "Span"), ("Size", "~-1")) in pairs
    assert {row["Compression"] for row in rows} == {"on", "yes", "off"}


def test_csv_and_pict_come_back(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "--import", model, "--export", "csv"]) == 0
    table = capsys.readouterr().out
    header, *rows = csv.reader(io.StringIO(table))
    assert header == ["Type", "Size", "File system", "Compression"]
    Path("rows.csv").write_text(table)
    assert main(["matrix", "--import", "rows.csv", "-q", "--strength", "1"]) == 0
    assert capsys.readouterr().out.split("\n")[-2] == "  levels 12/12 covered"
    assert main(["matrix", "--import", model, "--export", "pict"]) == 0
    again = capsys.readouterr().out
    Path("again.pict").write_text(again)
    assert main(["matrix", "--import", "again.pict", "--export", "csv"]) == 0
    assert capsys.readouterr().out == table
    assert again.split("\n")[-2] == 'IF [Size] = 100 THEN [File system] <> "FAT";'
    assert len(rows) == 12


def test_the_summary(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "--import", model]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "   #  Type    Size  File system  Compression"
    assert lines[13:] == [
        "m.pict: strength 2",
        "  full product  48 rows",
        "  rows chosen   12 rows, which is the least there can be",
        "  pairs 44/44 covered, pairs that can be in no row: 1",
        "",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--import", "nowhere"], "nowhere: the file cannot be read: No such file or directory."),
        (
            ["--import", "m.pict", "--strength", "5"],
            "--strength 5: m.pict has 4 parameters, and at most 6 are combined.",
        ),
        (["--import", "m.pict", "--strength", "x"], '--strength: expected a whole number from 1 to 6, found "x".'),
        (["--import", "m.pict", "--export", "xls"], '--export: expected one of csv, json, pict, found "xls".'),
        (["--import", "bad.pict"], 'bad.pict:2:1: there is no parameter "B".'),
        (["--import", "short.csv"], "--strength 2: short.csv has 1 columns."),
    ],
)
def test_mistakes(model: str, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert Path(model).is_file()
    Path("bad.pict").write_text("A: 1, 2\n[B] = 1;\n")
    Path("short.csv").write_text("a\n1\n")
    assert main(["matrix", *words]) == 2
    out, err = capsys.readouterr()
    assert (out, err.split("\n")[0]) == ("", said)
