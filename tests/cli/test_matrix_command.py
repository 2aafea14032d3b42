from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.cli import main

if TYPE_CHECKING:
    from tests.cli.conftest import Ran

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
    *lines, took, end = capsys.readouterr().out.split("\n")
    assert (took[:11], end) == ("  found in ", "")
    assert lines[0] == "   #  Type    Size  File system  Compression"
    assert lines[13:] == [
        "m.pict: strength 2",
        "  full product  48 rows",
        "  rows chosen   12 rows, which is the least there can be",
        "  pairs 44/44 covered, pairs that can be in no row: 1",
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


SCENARIO = """\
name: clip
provider: runway
endpoint: image_to_video
baseline:
  model: gen4_turbo
  promptImage: {$image: generated}
  promptText: hello
  ratio: 720:1280
  duration: 5
matrix:
  strength: 2
  contract_rules: false
  factors:
    model: [gen4_turbo, gen4.5]
    ratio: [720:1280, 1280:720]
    duration: [5, 10, "5"]
    seed: [1, {$absent: true}]
  exclude: [{model: gen4.5, duration: 10}]
  invalid: {ratio: [9:16]}
"""


def test_a_matrix_of_a_scenario(run: Callable[..., Ran]) -> None:
    ran = run("matrix", "scenario.yaml", scenario=SCENARIO)
    lines = ran.out.split("\n")[:-2]
    assert lines[0] == "  #  model       ratio     duration  seed               Credits"
    assert lines[-4:-2] == ["clip: strength 2", "  full product  20 rows, 540 credits, 8 without a known price"]
    # What the rows cost is the generator's to find: the sum of the table's own column.
    prices = [line.split()[-1] for line in lines[1:7]]
    known = sum(int(price) for price in prices if price != "?")
    unknown = prices.count("?")
    assert lines[-2:] == [
        f"  rows chosen   6 rows, {known} credits, {unknown} without a known price, which is the least there can be",
        "  pairs 29/29 covered, pairs that can be in no row: 1",
    ]


@pytest.mark.thorough
def test_exports_of_a_scenario(run: Callable[..., Ran]) -> None:
    rows = json.loads(run("matrix", "scenario.yaml", "--export", "json", scenario=SCENARIO).out)
    assert {type(row["duration"]) for row in rows} == {int, str}
    assert {json.dumps(row["seed"]) for row in rows} == {"1", '{"$absent": true}'}
    assert {(row["model"], row["duration"]) for row in rows} == {
        (model, duration) for model in ("gen4_turbo", "gen4.5") for duration in (5, 10, "5")
    } - {("gen4.5", 10)}
    header, *lines = csv.reader(io.StringIO(run("matrix", "scenario.yaml", "--export", "csv").out))
    assert header == ["model", "ratio", "duration", "seed"]
    assert {line[2] for line in lines} == {"5", "10", '"5"'}
    assert run("matrix", "scenario.yaml", "--export", "pict").out.split("\n") == [
        "# clip, with /o:2",
        "model: gen4_turbo, gen4.5",
        "ratio: 720:1280, 1280:720, ~9:16",
        "duration: 5, 10, '5'",
        'seed: 1, {"$absent": true}',
        "",
        'IF [model] = "gen4.5" THEN [duration] <> "10";',
        "",
    ]


def test_kept_rows_stay_and_only_new_ones_are_added(run: Callable[..., Ran]) -> None:
    ran = run("matrix", "scenario.yaml", "--keep", "-q", scenario=SCENARIO)
    assert ran.err == "scenario.rows.json: 0 rows as they were, 6 new.\n"
    before = json.loads(Path("scenario.rows.json").read_text())
    assert {key: value for key, value in before.items() if key != "rows"} == {
        "format_version": 1,
        "scenario": "clip",
        "strength": 2,
    }
    ids = run("list", "scenario.yaml", "-q").out.split()
    more = SCENARIO.replace("[720:1280, 1280:720]", "[720:1280, 960:960, 1280:720]")
    ran = run("matrix", "scenario.yaml", "--keep", "-q", scenario=more)
    after = json.loads(Path("scenario.rows.json").read_text())
    assert after["rows"][:6] == before["rows"]
    assert all(row["ratio"] == "960:960" for row in after["rows"][6:])
    assert ran.err == f"scenario.rows.json: 6 rows as they were, {len(after['rows']) - 6} new.\n"
    assert set(ids) <= set(run("list", "scenario.yaml", "-q").out.split())
    assert ran.out.split("\n")[-2] == "  pairs 36/36 covered, pairs that can be in no row: 1"
    again = run("matrix", "scenario.yaml", "--keep", "-q")
    assert again.err == f"scenario.rows.json: {len(after['rows'])} rows as they were, 0 new.\n"


def test_rows_of_a_table_come_first_and_partial_ones_are_completed(run: Callable[..., Ran]) -> None:
    Path("rows.csv").write_text("seed,model,ratio,duration\n1,gen4.5,720:1280,5\n,gen4_turbo,,10\n")
    ran = run("matrix", "scenario.yaml", "--import", "rows.csv", "--export", "json", scenario=SCENARIO)
    rows = json.loads(ran.out)
    assert rows[0] == {"model": "gen4.5", "ratio": "720:1280", "duration": 5, "seed": 1}
    assert any(row["model"] == "gen4_turbo" and row["duration"] == 10 for row in rows)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("model,rato\n", ['rows.csv:1:7: there is no factor "rato".', '  Did you mean "ratio"?']),
        (
            "model,seed\ngen4.5,2\n",
            [
                'rows.csv:2:8: "2" is no level of the factor "seed".',
                '  Its levels: "{\\"$absent\\": true}", "1".',
            ],
        ),
    ],
)
def test_mistakes_of_a_table(table: str, said: list[str], run: Callable[..., Ran]) -> None:
    Path("rows.csv").write_text(table)
    ran = run("matrix", "scenario.yaml", "--import", "rows.csv", scenario=SCENARIO)
    assert (ran.code, ran.out, ran.err.split("\n")[:-1]) == (2, "", said)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--keep"], 5, "There is no folder scenarios/ in "),
        (["--import", "m.pict", "--keep"], 2, "--keep: there is no scenario beside which to keep the rows."),
        (["scenario.yaml", "--import", "m.pict"], 2, "--import m.pict: for a scenario only a table of rows"),
        (["scenario.yaml", "--strength", "5"], 2, "--strength 5: the matrix of clip has 4 factors."),
        (["scenario.yaml", "--max-credits", "50"], 2, "No price is known for "),
        (["--import", "m.pict", "--max-credits", "50"], 2, "--max-credits: an imported file has no prices."),
        (["plain.yaml"], 5, "None of the scenarios has a matrix."),
        (["scenario.yaml", "other.yaml", "--export", "json"], 2, "There are 2 scenarios with a matrix: clip, other."),
    ],
)
def test_what_cannot_be(words: list[str], code: int, said: str, run: Callable[..., Ran]) -> None:
    Path("m.pict").write_text("A: 1, 2\nB: 1, 2\n")
    Path("plain.yaml").write_text(SCENARIO[: SCENARIO.index("matrix:")] + "variants: [plain]\n")
    Path("other.yaml").write_text(SCENARIO.replace("clip", "other"))
    ran = run("matrix", *words, scenario=SCENARIO)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(said)


def test_rows_for_a_budget(run: Callable[..., Ran]) -> None:
    ran = run("matrix", "scenario.yaml", "-q", "--budget-rows", "3", scenario=SCENARIO)
    lines = ran.out.split("\n")
    assert lines[2].startswith("  rows chosen   3 rows, ")
    assert lines[3] == "  pairs 17/29 covered, 12 missing (budget: 12), pairs that can be in no row: 1"
    ran = run("matrix", "scenario.yaml", "--max-credits", "80", "--assume-credits", "60", "--export", "json")
    assert 1 <= len(json.loads(ran.out)) <= 3


def test_a_run_carries_its_certificate(run: Callable[..., Ran]) -> None:
    scenario = SCENARIO.replace(', "5"', "").replace("gen4.5]", "gen4.5, veo3.1]")
    ran = run("run", "scenario.yaml", scenario=scenario)
    coverage = ran.report["scenarios"][0]["coverage"]
    assert coverage["tuples"] == coverage["covered"] == coverage["accepted"] + coverage["masked"]
    assert coverage["masked"] > 0
    assert coverage["infeasible"] == 1
    line = f"pairs {coverage['covered']}/{coverage['tuples']} sent, {coverage['accepted']} seen accepted, "
    line += f"{coverage['masked']} masked by refusals"
    assert line in ran.out.split("\n")
    assert line in (Path("reports/latest/report.md")).read_text().split("\n")
    assert {lack["levels"].get("model") for lack in coverage["unproven"]} >= {"veo3.1"}
    part = run("run", "scenario.yaml", "-k", "gen4.5", "-q").report["scenarios"][0]["coverage"]
    assert list(part["reasons"]) == ["not selected"]
    assert part["missing_count"] == part["tuples"] - part["covered"] > 0


@pytest.mark.thorough
def test_a_run_fires_the_rows_that_fit(run: Callable[..., Ran]) -> None:
    scenario = SCENARIO.replace(', "5"', "").replace("  - as it is", "").replace("  invalid: {ratio: [9:16]}\n", "")
    ran = run("plan", "scenario.yaml", "--max-credits", "200", "--fit", scenario=scenario)
    assert ran.code == 0
    assert "missing (budget: " in ran.out
    ran = run("run", "scenario.yaml", "--max-credits", "200", "--fit")
    report = ran.report
    assert report["totals"]["credits"]["planned"] <= 200
    assert report["totals"]["skipped"] == 0
    assert list(report["scenarios"][0]["coverage"]["reasons"]) == ["budget"]
    assert any("left out to fit the budget" in note["text"] for note in report["run"]["notes"])
    ran = run("run", "scenario.yaml", "--budget-rows", "1", "-q")
    assert len(ran.report["variants"]) == 1
    ran = run("plan", "scenario.yaml", "--fit")
    assert (ran.code, ran.err.split("\n")[0]) == (2, "--fit: there is no budget that the rows could fit.")
    ran = run("plan", "scenario.yaml", "--max-credits", "9999", "--fit")
    assert "budget" not in ran.out


@pytest.mark.thorough
def test_the_failures_of_the_last_run_are_fired_first(run: Callable[..., Ran]) -> None:
    scenario = (
        SCENARIO.replace(', "5"', "").replace("gen4.5]", "gen4.5, veo3.1]").replace("  invalid: {ratio: [9:16]}\n", "")
    )
    variants = run("run", "scenario.yaml", scenario=scenario).report["variants"]
    failed = {entry["id"] for entry in variants if entry["verdict"] == "fail"}
    assert failed
    again = run("run", "scenario.yaml", "--budget-rows", str(len(failed)), "-q").report["variants"]
    assert {entry["id"] for entry in again} == failed


@pytest.mark.thorough
def test_a_full_product_is_gone_through_without_being_held(run: Callable[..., Ran]) -> None:
    head = SCENARIO[: SCENARIO.index("matrix:")] + "matrix:\n  strength: all\n  contract_rules: false\n  factors:\n"
    peaks = []
    for places in (3, 3, 4):  # the first one pays for what is imported
        factors = "".join(f"    digit{place}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" for place in range(places))
        tracemalloc.start()
        ran = run("matrix", "scenario.yaml", scenario=head + factors)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    lines = ran.out.split("\n")[:-2]
    assert lines[1] == "     1  0       0       0       0            25"
    assert lines[-3:] == ["  … 9000 rows", "clip: the full product", "  full product  10000 rows, 250000 credits"]
    assert peaks[2] - peaks[1] < 1e6
