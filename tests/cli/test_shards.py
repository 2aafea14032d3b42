"""Runs in shards, put together again: the same as one run, or refused."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main

ROOT = Path(__file__).resolve().parents[2]
STORY = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "1920:1080"}
variants:
  - as it is
  - {name: aspect, set: {ratio: "16:9"}}
  - {name: no such model, set: {model: gen9}, expect: rejected}
matrix:
  strength: 2
  factors:
    model: [gen4_image, gen4_image_turbo, gen9]
    ratio: ["1920:1080", "1080:1080", "1280:720"]
    seed: [{$absent: true}, 0, 7]
"""
#: What differs between two runs of the same: ids of tasks and runs, places of files, and times. Causes are those that
#: the shards could see.
VARYING = {"id", "task_id", "started_at", "wall_s", "simulated_s", "merged", "timing", "polls", "diagnoses"} | {
    "history"
}


def compared(document: Any) -> Any:
    """A report without what differs from run to run."""
    if isinstance(document, dict):
        kept = {key: value for key, value in document.items() if key not in VARYING or str(value).startswith("v-")}
        return {key: compared(value) for key, value in kept.items()}
    if isinstance(document, list):
        return [compared(item) for item in document]
    if isinstance(document, str):
        return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<task>", document)
    return document


def shards(run: Callable[..., Any], *argv: str, count: int = 4) -> list[int]:
    """Fires the shards into s1, s2, …; their exit codes."""
    return [
        run("scenario.yaml", "--shard", f"{index}/{count}", "--reports", f"s/{index}", *argv).code
        for index in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the four shards of the story, fired once: nobody writes there."""
    folder = tmp_path_factory.mktemp("four")
    (folder / "scenario.yaml").write_text(STORY)
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        codes = [main(["scenario.yaml", "--shard", f"{index}/4", "--reports", f"s/{index}"]) for index in range(1, 5)]
    assert sorted(set(codes)) == [0, 1]
    return folder


@pytest.fixture
def fired(four: Path, tmp_path: Path) -> Path:
    """The folder of the four shards of the story, to change as one likes."""
    shutil.copytree(four, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "s"


@pytest.mark.thorough
def test_four_shards_are_one_run(run: Callable[..., Any], fired: Path) -> None:
    whole = run("scenario.yaml")
    expected = whole.report
    merged = run("merge", str(fired))
    assert (merged.code, merged.err) == (whole.code, "") == (1, "")
    assert compared(merged.report) == compared(expected)
    assert merged.report["scenarios"][0]["coverage"]["tuples"] == 27
    assert len(merged.report["run"]["merged"]) == 4
    assert merged.report["run"]["id"] == (merged.folder / "reports" / "latest").resolve().name


def test_a_merged_run_is_rendered_again(run: Callable[..., Any], fired: Path, tmp_path: Path) -> None:
    merged = run("merge", str(fired))
    by_name = run("report", merged.report["run"]["id"], "--format", "csv")
    newest = run("report", "--format", "csv")

    assert (by_name.code, newest.code, by_name.err, newest.err) == (0, 0, "", "")
    assert (tmp_path / "reports" / "latest" / "variants.csv").is_file()


def test_causes_name_the_variants_of_the_whole_run(run: Callable[..., Any], fired: Path) -> None:
    files = [place / "latest" / "report.json" for place in sorted(fired.iterdir())]
    parts = [json.loads(file.read_text())["diagnoses"] for file in files]
    assert sum(map(len, parts)) > 1
    report = run("merge", str(fired)).report
    causes = report["diagnoses"]
    keys = [(cause["code"], json.dumps(cause["minimal"])) for cause in causes]
    assert sorted(keys) == sorted({(cause["code"], json.dumps(cause["minimal"])) for part in parts for cause in part})
    for cause in causes:
        named = [report["variants"][number - 1]["id"] for number in cause["numbers"]]
        assert named == cause["explains"]
        counted = [one["words"]["params"]["rows"] for one in cause["sentences"] if "rows" in one["words"]["params"]]
        assert counted == [str(len(named))]
        listed = [one["words"]["params"]["ids"] for one in cause["sentences"] if "ids" in one["words"]["params"]]
        assert listed == [", ".join(named)]


@pytest.mark.slow
def test_the_shipped_scenarios_in_shards_are_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("av")

    def fire(*argv: str) -> Any:
        code = main([*argv, "--reports", str(tmp_path / "reports")])
        capsys.readouterr()
        return code, json.loads((tmp_path / "reports" / "latest" / "report.json").read_text())

    scenarios = str(ROOT / "scenarios")
    code, whole = fire("run", scenarios)
    places = []
    for index in range(1, 5):
        assert fire("run", scenarios, "--shard", f"{index}/4")[0] == 0
        places.append(str((tmp_path / "reports" / "latest").resolve()))
    merged_code, merged = fire("merge", *places)
    assert merged_code == code == 0
    assert compared(merged) == compared(whole)
    latest = (tmp_path / "reports" / "latest").resolve()
    outputs = [output["file"] for entry in merged["variants"] for output in entry["outputs"] if output["file"]]
    assert outputs
    assert [file for file in outputs if not (latest / file).is_file()] == []


def test_shards_are_alike_dear_and_hold_everything_once(run: Callable[..., Any], fired: Path) -> None:
    whole = [entry["id"] for entry in run("scenario.yaml").report["variants"]]
    documents = [json.loads((place / "latest" / "report.json").read_text()) for place in sorted(fired.iterdir())]
    ids = [[entry["id"] for entry in document["variants"]] for document in documents]
    assert sorted(name for several in ids for name in several) == sorted(whole)
    assert all(several == sorted(several, key=whole.index) for several in ids)
    prices = [document["totals"]["credits"]["planned"] for document in documents]
    assert max(prices) - min(prices) <= 8
    assert documents[0]["run"]["notes"][-1]["text"].startswith("Shard 1 of 4: ")


@pytest.mark.thorough
def test_known_failures_are_known_to_the_whole(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(STORY)
    assert run("scenario.yaml", "--baseline", "known.json", "--baseline-update").code == 0
    whole = run("scenario.yaml", "--baseline", "known.json").report
    assert set(shards(run, "--baseline", "known.json", count=2)) == {0}
    merged = run("merge", "s")
    assert merged.code == 0
    assert compared(merged.report) == compared(whole)
    assert any("new: 0." in note["text"] for note in merged.report["run"]["notes"])


@pytest.mark.thorough
def test_a_baseline_that_a_shard_mended_is_the_working_format(run: Callable[..., Any]) -> None:
    broken = STORY[: STORY.index("variants:")].replace("1920:1080", "16:9")
    story = broken + "variants: [as it is, {name: seed, set: {seed: 7}}]\n"
    for index in (1, 2):
        run("scenario.yaml", "--diagnose", "--shard", f"{index}/2", "--reports", f"shard-{index}", scenario=story)
    merged = run("merge", "shard-1", "shard-2", scenario=story)
    (scenario,) = merged.report["scenarios"]
    assert scenario["mended"]["seen_to_work"]
    assert scenario["working_format"] == scenario["mended"]["payload"]
    assert "✅ Working format found: " in merged.out
    assert "No working format" not in merged.out


def test_the_selection_comes_first(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(STORY)
    names = []
    for index in (1, 2):
        ran = run("scenario.yaml", "--shard", f"{index}/2", "-k", "aspect or model")
        names += [entry["name"] for entry in ran.report["variants"]]
    assert {"aspect", "no such model"} <= set(names)
    assert "as it is" not in names


@pytest.mark.thorough
def test_an_empty_shard_is_a_run_that_fires_nothing(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(STORY)
    assert shards(run, "-k", "'as it is'", count=3) == [0, 0, 0]
    sizes = [
        len(json.loads((tmp_path / f"s/{index}/latest/report.json").read_text())["variants"]) for index in (1, 2, 3)
    ]
    assert sizes == [1, 0, 0]
    assert run("merge", "s").code == 0
    ran = run("scenario.yaml", "-k", "nothing_of_the_kind", "--shard", "1/3")
    assert ran.code == 5


@pytest.mark.thorough
def test_a_ledger_counts_merged_shards_once(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(STORY)
    for index in (1, 2):
        run("scenario.yaml", "--shard", f"{index}/2")
    places = [str(place) for place in (tmp_path / "reports").iterdir() if place.is_dir() and not place.is_symlink()]
    merged = run("merge", *places).report["run"]["id"]
    out = run("ledger").out
    assert merged in out
    assert [place for place in places if Path(place).name in out] == []


def test_a_link_among_the_outputs_is_left_where_it_is(run: Callable[..., Any], fired: Path) -> None:
    outputs = fired / "1" / "latest" / "outputs"
    outputs.mkdir(exist_ok=True)
    (fired / "secret").write_text("secret")
    (outputs / "link.mp4").symlink_to(fired / "secret")
    (outputs / "real.mp4").write_text("film")
    merged = run("merge", "s").folder / "reports" / "latest" / "outputs"
    assert (merged / "real.mp4").read_text() == "film"
    assert not (merged / "link.mp4").exists()


def test_a_shard_that_is_missing_is_refused(run: Callable[..., Any], fired: Path) -> None:
    shutil.rmtree(fired / "3")
    ran = run("merge", "s")
    assert (ran.code, ran.err) == (
        2,
        (
            "These are not the 4 shards of one run. Nothing was written.\nMissing: 3 of 4.\n"
            "  Fire what is missing again with --shard, from the same files and with the same options.\n"
        ),
    )
    assert not (fired.parent / "reports").exists()


def test_a_shard_that_is_there_twice_is_refused(run: Callable[..., Any], fired: Path) -> None:
    run("scenario.yaml", "--shard", "2/4", "--reports", "s/again")
    ran = run("merge", "s")
    assert ran.code == 2
    assert re.search(r"Shard 2 is there 2 times: s/\S+, s/\S+\.\n", ran.err)
    # The same run twice, as an artifact holds it that took `latest` for a folder, is the same run.
    shutil.rmtree(fired / "again")
    place = (fired / "2" / "latest").resolve()
    (fired / "2" / "latest").unlink()
    shutil.copytree(place, fired / "2" / "latest")
    assert run("merge", "s").code == 1


def test_shards_of_other_files_are_refused(run: Callable[..., Any], fired: Path) -> None:
    (fired.parent / "scenario.yaml").write_text(STORY.replace("hello", "bye"))
    shutil.rmtree(fired / "2")
    run("scenario.yaml", "--shard", "2/4", "--reports", "s/2")
    ran = run("merge", "s")
    assert ran.code == 2
    assert "The scenario files, or what was selected from them, differ:\n  shard 1 (s/1/" in ran.err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--seed", "5"), "Their seeds differ: 0, 5."),
        (("--until", "accepted"), "Their ends (--until) differ: accepted, "),
    ],
)
def test_shards_of_other_options_are_refused(
    run: Callable[..., Any], fired: Path, argv: tuple[str, ...], message: str
) -> None:
    shutil.rmtree(fired / "2")
    run("scenario.yaml", "--shard", "2/4", "--reports", "s/2", *argv)
    ran = run("merge", "s")
    assert ran.code == 2
    assert message in ran.err


@pytest.mark.usefixtures("fired")
def test_shards_of_two_ways_to_cut_are_refused(run: Callable[..., Any]) -> None:
    run("scenario.yaml", "--shard", "1/3", "--reports", "s/other")
    ran = run("merge", "s")
    assert ran.code == 2
    assert "They are shards of 3 and 4: of different runs." in ran.err


def change(place: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    file = place / "latest" / "report.json"
    document = json.loads(file.read_text())
    edit(document)
    file.write_text(json.dumps(document))


BROKEN: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "no place": lambda document: document["run"]["shard"].pop("index"),
    "a place beyond": lambda document: document["run"]["shard"].update(index=9),
    "a text": lambda document: document["run"].update(shard="1/4"),
    "positions": lambda document: document["run"]["shard"]["positions"].append(5),
    "a position twice": lambda document: document["run"]["shard"].update(
        positions=[0] * len(document["variants"]), variants=30
    ),
    "levels": lambda document: document["run"]["shard"]["matrices"]["waving"].update(levels=5),
    "a fate": lambda document: document["run"]["shard"]["matrices"]["waving"].update(rows=[[[0, 0, 0], "well"]]),
    "rows too short": lambda document: document["run"]["shard"]["matrices"]["waving"].update(rows=[[[0], "accepted"]]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_report_that_was_changed_is_refused(run: Callable[..., Any], fired: Path, name: str) -> None:
    change(fired / "1", BROKEN[name])
    ran = run("merge", "s")
    assert ran.code == 2
    assert "cannot be read" in ran.err or "Nothing was written" in ran.err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ((), "merge takes the folders of shards, and none were named.\n  Write `harness merge DIR…`.\n"),
        (
            ("nix",),
            (
                "nix: there is no such folder.\n"
                "  Name the folders of the shards, or one that holds them, such as shards/.\n"
            ),
        ),
        (
            (".",),
            (
                ".: there is no report.json in it.\n"
                "  Name the folders of the shards, or one that holds them, such as shards/.\n"
            ),
        ),
    ],
)
def test_what_cannot_be_merged_is_said(run: Callable[..., Any], argv: tuple[str, ...], message: str) -> None:
    ran = run("merge", *argv)
    assert (ran.code, ran.err) == (2, message)


def test_a_whole_run_is_no_shard(run: Callable[..., Any]) -> None:
    run("scenario.yaml", scenario=STORY)
    ran = run("merge", "reports/latest")
    assert (ran.code, ran.err) == (
        2,
        ("reports/latest: this run is no shard of another.\n  Merge runs that were fired with --shard 1/N to N/N.\n"),
    )


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/4/4", "1/1001", "１/4", ""])
def test_a_shard_that_cannot_be(run: Callable[..., Any], text: str) -> None:
    ran = run("scenario.yaml", f"--shard={text}", scenario=STORY)
    assert (ran.code, ran.err) == (
        2,
        (
            "--shard: expected a shard such as 1/4: its number from 1 on, and how many there are (at most 1000), "
            f'found "{text}".\n  See `harness run --help`.\n'
        ),
    )


def test_a_shard_writes_no_baseline(run: Callable[..., Any]) -> None:
    ran = run("scenario.yaml", "--shard", "1/2", "--baseline", "known.json", "--baseline-update", scenario=STORY)
    assert (ran.code, ran.err) == (
        2,
        (
            "--baseline-update --shard 1/2: each shard would write the file, and knows its own variants only.\n"
            "  Write the baseline with a run without --shard.\n"
        ),
    )
