"""The index over all runs: what it tells, and that it can be lost, broken or out of reach."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.errors import EnvironmentProblem
from harness.run.history import Past, history
from harness.run.index import FILE
from tests.run.recorded import write_run as write


def entry(number: int, verdict: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"v-{number}",
        "scenario": "waving",
        "name": f"variant {number}",
        "verdict": verdict,
        "result": "works" if verdict == "pass" else "refused",
        "expect": "works",
        "task_id": None,
        "credits": {"charged": 5},
        "timing": {"total_s": 3.0, "queued_s": 1.0, "running_s": 2.0},
        "findings": [],
        "skipped": None,
        **more,
    }


def look(reports: Path, last: int | None = None) -> list[Past]:
    complaints: list[str] = []
    found = history(reports, last=last, complain=complaints.append)
    assert complaints == []
    return found


def runs(reports: Path, *verdicts: str) -> None:
    for number, verdict in enumerate(verdicts):
        write(reports, number, [entry(1, verdict)])


@pytest.mark.parametrize(
    ("verdicts", "rate", "flaky", "changed"),
    [
        (("pass",), 1.0, False, None),
        (("pass", "fail"), 0.5, False, 1),
        (("pass", "fail", "pass"), 2 / 3, True, 2),
        (("fail", "pass", "fail", "fail"), 0.25, True, 2),
        (("fail", "fail", "pass", "pass"), 0.5, False, 2),
        # What could not be judged says nothing about going to and fro.
        (("pass", "inconclusive", "pass"), 1.0, False, 2),
        (("error", "error"), None, False, None),
        (("pass", "skipped", "pass"), 1.0, False, None),
    ],
)
def test_how_a_variant_fared(
    tmp_path: Path,
    verdicts: tuple[str, ...],
    rate: float | None,
    flaky: object,
    changed: int | None,
) -> None:
    runs(tmp_path, *verdicts)
    [past] = look(tmp_path)
    assert past.verdicts == tuple(verdict for verdict in verdicts if verdict != "skipped")
    assert (past.pass_rate, past.flaky) == (rate, flaky)
    assert past.changed == (None if changed is None else f"20261122-10{changed:02}00-7f3a")


def test_a_high_percentile_takes_twenty_runs(tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path, number, [entry(1, "pass", timing={"queued_s": number + 1, "running_s": None, "total_s": 1})])
    [past] = look(tmp_path)
    assert (past.queued, past.running) == ((10.0, 19.0), (None, None))
    [past] = look(tmp_path, last=19)
    assert past.queued == (11.0, None)


def test_targets_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, 1, [entry(1, "pass")])
    write(tmp_path, 2, [entry(1, "fail")], target="https://api.dev.runwayml.com")
    assert {past.target: past.verdicts for past in look(tmp_path, last=1)} == {
        "mock": ("pass",),
        "https://api.dev.runwayml.com": ("fail",),
    }


def test_what_was_expected_otherwise_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, 1, [entry(1, "fail", expect="rejected")])
    write(tmp_path, 2, [entry(1, "pass")])
    write(tmp_path, 3, [entry(1, "fail")])
    [past] = look(tmp_path)
    assert (past.verdicts, past.otherwise, past.flaky) == (("pass", "fail"), 1, False)


def test_variants_that_share_a_payload_are_told_apart(tmp_path: Path) -> None:
    """`b` came later: what was before is not its own, whatever the order in the file."""
    write(tmp_path, 1, [entry(1, "fail", name="a")])
    write(tmp_path, 2, [entry(1, "fail", name="renamed")])
    shared = {"payload_id": "v-1"}
    write(tmp_path, 3, [entry(3, "pass", name="b", **shared), entry(2, "pass", name="renamed", **shared)])
    write(tmp_path, 4, [entry(1, "pass", name="b")])
    assert [(past.id, past.name, past.verdicts) for past in look(tmp_path)] == [
        ("v-2", "renamed", ("fail", "fail", "pass")),
        ("v-1", "b", ("pass", "pass")),
    ]


def test_shards_that_were_merged_count_once(tmp_path: Path) -> None:
    first, second = write(tmp_path, 1, [entry(1, "pass")]), write(tmp_path, 2, [entry(2, "pass")])
    write(tmp_path, 3, [entry(1, "pass"), entry(2, "pass")], merged=[first.name, second.name])
    assert [(past.id, past.verdicts, past.charged) for past in look(tmp_path)] == [
        ("v-1", ("pass",), 5.0),
        ("v-2", ("pass",), 5.0),
    ]


def test_the_index_follows_the_folder(tmp_path: Path) -> None:
    runs(tmp_path, "pass", "pass", "fail")
    assert look(tmp_path)[0].verdicts == ("pass", "pass", "fail")
    write(tmp_path, 1, [entry(1, "inconclusive")])
    shutil.rmtree(tmp_path / "20261122-100000-7f3a")
    (tmp_path / "latest").symlink_to("20261122-100200-7f3a")
    assert look(tmp_path)[0].verdicts == ("inconclusive", "fail")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be taken for one" * 50, None])
def test_an_index_that_is_lost_is_made_anew(tmp_path: Path, content: bytes | None) -> None:
    runs(tmp_path, "pass", "fail")
    before = look(tmp_path)
    if content is None:
        (tmp_path / FILE).unlink()
    else:
        (tmp_path / FILE).write_bytes(content)
    assert look(tmp_path) == before
    assert look(tmp_path) == before


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    runs(tmp_path, "pass")
    before = look(tmp_path)
    index = sqlite3.connect(tmp_path / FILE)
    index.execute("PRAGMA user_version = 99")
    index.execute("DELETE FROM runs")
    index.commit()
    index.close()
    assert look(tmp_path) == before


@pytest.mark.parametrize("change", ["variants = '{'", "names = '[1]'", "verdicts = 'x'", "payloads = NULL"])
def test_an_index_that_somebody_wrote_in_is_made_anew(tmp_path: Path, change: str) -> None:
    runs(tmp_path, "pass", "fail")
    before = look(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as index, index:
        index.execute(f"UPDATE runs SET {change}")
    assert look(tmp_path) == before
    assert look(tmp_path) == before


def test_a_report_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    runs(tmp_path, "pass", "fail")
    (tmp_path / "20261122-100100-7f3a" / "report.json").write_text("{")
    complaints: list[str] = []
    [past] = history(tmp_path, last=None, complain=complaints.append)
    assert past.verdicts == ("pass",)
    assert len(complaints) == 1
    assert "expected a report in JSON" in complaints[0]


def test_where_nothing_can_be_written_it_is_told_all_the_same(tmp_path: Path) -> None:
    runs(tmp_path, "pass")
    (tmp_path / FILE).mkdir()
    assert look(tmp_path)[0].verdicts == ("pass",)
    assert look(tmp_path / "nothing") == []
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblem, match="the reports cannot be read"):
        look(tmp_path / "file")
