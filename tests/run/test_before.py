"""The runs before a run: which count, what is told of them, and that nothing about them can stop a run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.model import Expectation, Source, Variant, replace
from harness.redact import Redactor
from harness.report.same import Who
from harness.run import before
from harness.run.before import Now, accepted_before, history, runs_before
from harness.run.index import FILE
from harness.run.previous import answers_before
from tests.run.recorded import write_run

NOW = Now(
    scenarios={"waving"},
    started_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    target="mock",
    contract="none",
)


def entry(name: str, verdict: str, /, **more: Any) -> dict[str, Any]:
    refused = verdict == "fail"
    return {
        "id": name,
        "scenario": "waving",
        "name": f"variant {name}",
        "verdict": verdict,
        "result": "refused" if refused else "skipped" if verdict == "skipped" else "works",
        "expect": "works",
        "http_status": 400 if refused else 200,
        "task_id": None if refused or verdict == "skipped" else f"task-{name}",
        "credits": {"charged": 5},
        "timing": {"total_s": 3.0, "queued_s": 1.0, "running_s": 2.0},
        "findings": [],
        "skipped": None,
        **more,
    }


def write(reports: Path, minute: int, variants: Mapping[str, str | dict[str, Any]], **run: Any) -> Path:
    """A run that started at 10:`minute`; `variants`: id → verdict, or the whole entry."""
    entries = [entry(name, told) if isinstance(told, str) else told for name, told in variants.items()]
    return write_run(reports, minute, entries, **run)


def minutes(reports: Path, now: Now = NOW) -> list[int]:
    """The minutes at which the runs before this one started, in their order."""
    return [int(ran.head.id[11:13]) for ran in runs_before(reports, now)]


def test_the_newest_stands_first(tmp_path: Path) -> None:
    for minute in (3, 1, 2):
        write(tmp_path, minute, {"v-1": "pass"})
    assert minutes(tmp_path) == [3, 2, 1]
    assert (tmp_path / FILE).is_file()
    # The second time nothing is read: the index knows.
    assert minutes(tmp_path) == [3, 2, 1]


@pytest.mark.parametrize(
    ("run", "now"),
    [
        ({"target": "https://api.dev.runwayml.com"}, NOW),
        ({"contract": "2025-10"}, NOW),
        ({"started_at": "2026-11-22T10:30:00.000Z"}, NOW),
        ({"started_at": "2026-11-22T10:01:00.000"}, NOW),
        ({"started_at": None}, NOW),
        ({}, replace(NOW, scenarios={"nodding"})),
        ({}, replace(NOW, folder=Path("20261122-100100-7f3a"))),
        ({}, replace(NOW, folder=Path("20261122-100000-0000"))),
    ],
    ids=["target", "contract", "not before", "no zone", "no time", "scenario", "its own", "a younger name"],
)
def test_what_does_not_count(tmp_path: Path, run: Mapping[str, Any], now: Now) -> None:
    write(tmp_path, 1, {"v-1": "pass"}, **run)
    assert minutes(tmp_path, now) == []


def test_an_address_is_the_same_whatever_the_contract(tmp_path: Path) -> None:
    url = "https://api.dev.runwayml.com"
    write(tmp_path, 1, {"v-1": "pass"}, target=url, contract="2025-10")
    assert minutes(tmp_path, replace(NOW, target=url)) == [1]
    assert minutes(tmp_path, replace(NOW, target=None)) == [1]


def test_shards_count_in_the_whole(tmp_path: Path) -> None:
    shard = write(tmp_path, 1, {"v-1": "pass"})
    write(tmp_path, 2, {"v-1": "pass", "v-2": "pass"}, merged=[shard.name])
    assert minutes(tmp_path) == [2]


def broken(reports: Path) -> None:
    (reports / "20261122-101100-aaaa").mkdir()
    (reports / "20261122-101200-aaaa").mkdir()
    (reports / "20261122-101200-aaaa" / "report.json").write_text("{")
    (reports / "20261122-101300-aaaa").write_text("a file")
    (reports / "20261122-101400-aaaa").symlink_to("20261122-100100-7f3a", target_is_directory=True)
    (reports / "latest").symlink_to("20261122-100100-7f3a", target_is_directory=True)
    (reports / "20261122-101600-aaaa" / "report.json").mkdir(parents=True)


ODD: tuple[Any, ...] = (None, 7, "text", [], [1], {"a": 1}, "\ud800")


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, 1, {"v-1": "pass"})
    broken(tmp_path)
    assert minutes(tmp_path) == [1]
    assert minutes(tmp_path / "nothing") == []


@pytest.mark.parametrize("value", ODD, ids=ascii)
def test_a_report_of_another_hand_stops_nothing(tmp_path: Path, value: Any) -> None:
    write(tmp_path, 1, {"v-1": "pass"})
    for minute, key in enumerate(("id", "scenario", "name", "verdict", "http_status", "timing", "credits"), 2):
        write(tmp_path, minute, {"v-1": {**entry("v-1", "fail"), key: value}})
    write(tmp_path, 20, {"v-1": "pass"}, id=value, merged=value, contract=value)
    for document in (value, {"run": value, "variants": value}, {"run": {}, "variants": [value]}):
        folder = tmp_path / "20261122-102500-7f3a"
        folder.mkdir(exist_ok=True)
        (folder / "report.json").write_text(json.dumps(document))
        told = runs_before(tmp_path, replace(NOW, contract=None))
        assert told[-1].head.id == "20261122-100100-7f3a"
        history(told, lambda: [who("v-1"), who("v-2", payload="v-1")])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b"no database at all, but long enough to be taken for one" * 50),
        lambda file: file.mkdir(),
    ],
    ids=["broken", "in the way"],
)
def test_the_index_may_be_lost(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    write(tmp_path, 1, {"v-1": "pass"})
    spoil(tmp_path / FILE)
    assert minutes(tmp_path) == [1]


@pytest.mark.parametrize(
    "change",
    [
        *("verdicts = 'pp'", "verdicts = 'x'", "times = '[]'", "variants = '{'", "variants = NULL", "scenarios = '7'"),
        *("names = '[1]'", "times = '[[1]]'", "times = '[1]'", "variants = '[{}]'", "payloads = '[[]]'"),
        "expects = '[7]'",
    ],
)
def test_an_index_that_somebody_wrote_in_stops_no_run(tmp_path: Path, change: str) -> None:
    write(tmp_path, 1, {"v-1": "pass"})
    assert minutes(tmp_path) == [1]
    with closing(sqlite3.connect(tmp_path / FILE)) as index, index:
        index.execute(f"UPDATE runs SET {change}")
    assert minutes(tmp_path) == []


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in range(6):
        write(tmp_path, minute, {"v-1": "pass"})
    monkeypatch.setattr(before, "_MOST_READ", 2)
    assert minutes(tmp_path) == [5, 4]
    # What the index knows costs nothing: a run after the other there are more.
    assert minutes(tmp_path) == [5, 4, 3, 2]
    monkeypatch.setattr(before, "MOST", 3)
    assert minutes(tmp_path) == [5, 4, 3]
    monkeypatch.setattr(before, "_MOST_FOLDERS", 1)
    assert minutes(tmp_path) == [5]
    (tmp_path / FILE).unlink()
    monkeypatch.setattr(before, "_MOST_BYTES", 10)
    assert minutes(tmp_path) == []


def test_without_a_run_no_index_is_made(tmp_path: Path) -> None:
    (tmp_path / "20261122-102900-7f3a").mkdir()
    assert minutes(tmp_path, replace(NOW, folder=tmp_path / "20261122-102900-7f3a")) == []
    assert not (tmp_path / FILE).exists()


def test_what_was_accepted_before(tmp_path: Path) -> None:
    """The last run that could tell decides, for each variant."""
    write(tmp_path, 1, {"v-1": "pass", "v-2": "fail", "v-3": "pass", "v-4": "pass"})
    quota = entry("v-3", "fail", http_status=429)
    write(tmp_path, 2, {"v-1": "fail", "v-2": "pass", "v-3": quota, "v-4": "skipped"})
    runs = runs_before(tmp_path, NOW)
    newer, older = (ran.head.id for ran in runs)
    wanted = [who(name) for name in ("v-1", "v-2", "v-3", "v-4", "v-5")]
    assert accepted_before(runs, wanted) == {"v-2": newer, "v-3": older, "v-4": older}


def who(name: str, called: str = "", payload: str | None = None, expect: str = '"works"') -> Who:
    return Who(name, called or f"variant {name}", payload, expect)


def variant(name: str) -> Variant:
    return Variant(
        id=name,
        scenario="waving",
        endpoint="make",
        name=name,
        source=Source(file="waving.yaml"),
        payload={},
        expect=Expectation(),
    )


def test_the_run_that_goes_on_is_none_before_itself(tmp_path: Path) -> None:
    write(tmp_path, 1, {"v-1": "fail", "v-2": "pass"})
    own = write(tmp_path, 2, {"v-1": "pass"})
    write(tmp_path, 3, {"v-1": "pass"})
    asked = (tmp_path, "mock", "none", [variant("v-1"), variant("v-2")], Redactor())
    assert answers_before(*asked, own=own) == ("20261122-100100-7f3a", {"v-1": False, "v-2": True})
    assert answers_before(*asked) == ("20261122-100300-7f3a", {"v-1": True})
    assert answers_before(tmp_path, "mock", "none", [variant("v-9")], Redactor()) is None


def test_the_history_of_a_report(tmp_path: Path) -> None:
    write(tmp_path, 1, {"v-1": "pass", "v-9": "pass"})
    write(tmp_path, 2, {"v-9": "pass"})  # nothing of ours: it is not told of
    write(tmp_path, 3, {"v-1": "error", "v-2": "inconclusive"})
    slow = entry("v-1", "fail", timing={"queued_s": None, "running_s": 7.5, "total_s": 8})
    write(tmp_path, 4, {"v-1": slow, "v-2": "skipped"})
    told = history(runs_before(tmp_path, NOW), lambda: [who(name) for name in ("v-1", "v-2", "v-3")])
    assert told == {
        "runs": [
            {"id": f"20261122-10{minute:02}00-7f3a", "started_at": f"2026-11-22T10:{minute:02}:00.000Z"}
            for minute in (1, 3, 4)
        ],
        "variants": {
            "v-1": {"verdicts": "pef", "queued_s": [1.0, None], "running_s": [2.0, None]},
            "v-2": {"verdicts": ".i.", "queued_s": [1.0, None], "running_s": [2.0, None]},
        },
    }
    assert history((), list) is None
    assert history(runs_before(tmp_path, NOW), lambda: [who("v-7")]) is None


#: In two runs: one variant alone with its payload; then two that share it, under ids of their own.
ALONE = entry("v-a", "fail", name="x")
SHARED = [entry(name, "pass", name=called, payload_id="v-a") for name, called in (("v-x", "x"), ("v-y", "y"))]


@pytest.mark.parametrize(
    ("now", "letters"),
    [
        (who("v-a", "x"), "fp"),
        # Alone it may be renamed, but it is not one of two that are both there.
        (who("v-a", "z"), "f."),
        (who("v-a", "y"), ".p"),
        # One of several is what it is called.
        (who("v-x", "x", "v-a"), "fp"),
        (who("v-y", "y", "v-a"), ".p"),
        (who("v-a", "y", "v-a"), ".p"),
        (who("v-z", "z", "v-a"), None),
        # What was judged by another expectation does not compare.
        (who("v-a", "x", expect='"rejected"'), "xx"),
    ],
)
def test_a_variant_is_found_again_by_its_payload_and_of_several_by_its_name(
    tmp_path: Path, now: Who, letters: str | None
) -> None:
    write(tmp_path, 1, {"v-a": ALONE})
    write(tmp_path, 2, {one["id"]: one for one in SHARED})
    told = history(runs_before(tmp_path, NOW), lambda: [now])
    seen = None
    if told is not None:
        runs = [int(run["id"][11:13]) for run in told["runs"]]
        found = dict(zip(runs, told["variants"][now.id]["verdicts"], strict=True))
        seen = "".join(found.get(minute, ".") for minute in (1, 2))
    assert seen == letters
