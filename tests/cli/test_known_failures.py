"""`run --baseline`, `--last-failed` and `--drift`, on the built-in mock."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STORY = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "1920:1080"}
variants:
  - as it is
  - {name: aspect, set: {ratio: "16:9"}}
  - {name: null seed, set: {seed: null}}
"""
MENDED = STORY.replace("16:9", "1080:1080")
WRITE = ("scenario.yaml", "--baseline", "known.json", "--baseline-update")
RUN = ("scenario.yaml", "--baseline", "known.json")


@pytest.fixture
def known(run: Callable[..., Any], tmp_path: Path) -> Path:
    """A baseline with the two failures of the story."""
    assert run(*WRITE, scenario=STORY).code == 0
    return tmp_path / "known.json"


def failures(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())["failures"]
    return {entry["name"]: entry["findings"] for entry in found.values()}


def test_what_is_known_does_not_fail_a_run(run: Callable[..., Any], known: Path) -> None:
    before = known.read_text()
    assert failures(known) == {"aspect": ["PARAM.VALUE"], "null seed": ["PARAM.NULL"]}
    ran = run(*RUN, "--report", "junit", "--report", "ctrf")
    assert ran.code == 0
    assert "Failures that are known (known.json): 2; new: 0.\n" in ran.out
    assert [entry.get("known", False) for entry in ran.report["variants"]] == [False, True, True]
    assert known.read_text() == before
    latest = ran.folder / "reports" / "latest"
    assert (latest / "junit.xml").read_text().count('<skipped message="known failure: ') == 2
    assert json.loads((latest / "ctrf.json").read_text())["results"]["summary"]["other"] == 2
    assert (latest / "report.md").read_text().startswith("## ⚠️ nothing new: 2 of 3 variants fail as known")


def test_what_is_new_fails(run: Callable[..., Any], known: Path) -> None:
    ran = run(*RUN, scenario=STORY + "  - {name: null ratio, set: {ratio: null}}\n")
    assert ran.code == 1
    assert "2; new: 1." in ran.out
    assert known.exists()


def test_a_known_variant_that_fails_in_another_way_is_new(run: Callable[..., Any], known: Path) -> None:
    known.write_text(known.read_text().replace("PARAM.NULL", "PARAM.TYPE"))
    assert run(*RUN).code == 1


def test_known_failures_stop_no_run(run: Callable[..., Any], known: Path) -> None:
    assert run(*RUN, "-x").code == 0
    assert known.exists()


def test_stale_entries_are_named_and_pruned(run: Callable[..., Any], known: Path) -> None:
    ids = {entry["name"]: name for name, entry in json.loads(known.read_text())["failures"].items()}
    ran = run(*RUN, scenario=MENDED)  # another payload is another variant: the old one is gone
    assert ran.code == 0
    text = " ".join(ran.out.split())
    assert f"take them out with --baseline-prune: {ids['aspect']} aspect." in text
    assert len(failures(known)) == 2
    assert "Taken out of" in run(*RUN, "--baseline-prune").out
    assert failures(known) == {"null seed": ["PARAM.NULL"]}


def test_what_was_not_looked_at_is_not_stale(run: Callable[..., Any], known: Path) -> None:
    run(*RUN, "-k", "seed", "--baseline-prune")
    run(*WRITE, "-k", "seed")
    assert len(failures(known)) == 2


def test_no_secret_is_in_a_file_to_commit(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_" + "5ec2e7" * 20)
    run(*WRITE, scenario=STORY.replace("null seed", "key_" + "5ec2e7" * 20))
    assert "5ec2e7" not in (tmp_path / "known.json").read_text()


def test_an_update_forgets_what_passes(run: Callable[..., Any], known: Path) -> None:
    run(*WRITE, scenario=MENDED)
    assert failures(known) == {"null seed": ["PARAM.NULL"]}
    text = known.read_text()
    run(*WRITE)
    assert known.read_text() == text


def test_what_cannot_be_judged_is_never_known(run: Callable[..., Any], known: Path) -> None:
    ran = run(*WRITE, "--faults", "http-503")
    assert ran.code == 4
    assert len(failures(known)) == 2


@pytest.mark.parametrize(
    ("text", "argv", "message"),
    [
        (None, RUN, "{file}: there is no such file.\n  Write it with --baseline-update, then commit it.\n"),
        (
            "{",
            RUN,
            (
                "{file}: expected JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1).\n"
                "  Put the file back as it was, or write it anew with --baseline-update.\n"
            ),
        ),
        (
            '{"failures": {}}',
            RUN,
            (
                "{file}: expected a baseline of format_version 1.\n"
                "  Put the file back as it was, or write it anew with --baseline-update.\n"
            ),
        ),
        (
            '{"format_version": 1, "failures": {"v-1": {"scenario": "x", "findings": []}}}',
            RUN,
            (
                "{file}: failures.v-1: expected an object with the texts scenario and name, and findings, a list "
                'of texts; found {"scenario": "x", "findings": []}.\n'
                "  Put the file back as it was, or write it anew with --baseline-update.\n"
            ),
        ),
        (
            '{"format_version": 1, "failures": {"v-1": {"scenario": "", "name": "", "verdict": "", "findings": []}}}',
            RUN,
            (
                '{file}: failures.v-1.verdict: expected "fail", found "".\n'
                "  Only failures can be known; take the entry out.\n"
            ),
        ),
    ],
)
def test_a_baseline_that_is_none(
    run: Callable[..., Any], tmp_path: Path, text: str | None, argv: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "known.json"
    if text is not None:
        file.write_text(text)
    ran = run(*argv, scenario=STORY)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "--baseline " + message.replace("{file}", "known.json")
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("flag", ["--baseline-update", "--baseline-prune"])
def test_there_must_be_a_file_to_write(run: Callable[..., Any], flag: str) -> None:
    ran = run("scenario.yaml", flag, scenario=STORY)
    message = f"{flag}: there is no baseline to write.\n  Name its file with --baseline FILE.\n"
    assert (ran.code, ran.err) == (2, message)


def test_a_baseline_that_cannot_be_written(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = run("scenario.yaml", "--baseline", "file/known.json", "--baseline-update", scenario=STORY)
    assert ran.code == 3
    assert "the baseline cannot be " in ran.err or "the file cannot be read" in ran.err


def test_only_what_failed_last_is_fired(run: Callable[..., Any]) -> None:
    assert run("scenario.yaml", scenario=STORY).code == 1
    ran = run("scenario.yaml", "--last-failed")
    assert [entry["name"] for entry in ran.report["variants"]] == ["aspect", "null seed"]
    assert "Only what did not pass in run" in ran.out
    ran = run("scenario.yaml", "--lf", "-k", "seed")
    assert [entry["name"] for entry in ran.report["variants"]] == ["null seed"]


def test_when_nothing_failed_everything_is_fired(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("scenario.yaml", "--lf", scenario=STORY)
    assert len(ran.report["variants"]) == 3
    assert "There is no earlier run of these scenarios: all variants were taken." in ran.out
    run("scenario.yaml", "-k", "as")
    run("scenario.yaml", "-k", "'as it is'")
    ran = run("scenario.yaml", "--lf", "--lang", "ru")
    assert len(ran.report["variants"]) == 3
    assert "ничего из этого не упало" in ran.out
    # A run of other scenarios says nothing about these.
    (tmp_path / "other.yaml").write_text(STORY.replace("waving", "other").replace("16:9", "1080:1080"))
    run("scenario.yaml")
    run("other.yaml")
    assert len(run("scenario.yaml", "--lf").report["variants"]) == 2


def test_a_broken_report_is_passed_over(run: Callable[..., Any]) -> None:
    run("scenario.yaml", scenario=STORY)
    ran = run("scenario.yaml", "-k", "as")
    (ran.folder / "reports" / "latest" / "report.json").write_text("{")
    assert [entry["name"] for entry in run("scenario.yaml", "--lf").report["variants"]] == ["aspect", "null seed"]


def test_drift_is_what_is_answered_otherwise(run: Callable[..., Any]) -> None:
    scenario = STORY.replace('"16:9"}', '"16:9"}, expect: rejected')
    scenario = scenario.replace("set: {seed: null}", "set: {seed: null}, expect: rejected")
    ran = run("scenario.yaml", "--drift", scenario=scenario)
    assert ran.code == 0
    assert "There is no earlier run at this target to look for drift in." in ran.out
    assert run("scenario.yaml", "--drift").code == 0
    file = ran.folder / "reports" / "latest" / "report.json"
    document = json.loads(file.read_text())
    document["variants"][1] |= {"task_id": "d8b03508", "result": "works"}
    file.write_text(json.dumps(document))
    ran = run("scenario.yaml", "--drift")
    assert ran.code == 6
    assert "Contract drift: accepted in run" in ran.out
    assert "refused now: aspect." in ran.out
    assert ran.report["run"]["exit_code"] == 6
    assert run("scenario.yaml", "--drift").code == 0


def test_a_failure_counts_more_than_drift(run: Callable[..., Any]) -> None:
    run("scenario.yaml", scenario=STORY)
    file = run("scenario.yaml").folder / "reports" / "latest" / "report.json"
    document = json.loads(file.read_text())
    document["variants"][0] |= {"task_id": None, "result": "refused"}
    file.write_text(json.dumps(document))
    ran = run("scenario.yaml", "--drift")
    assert ran.code == 1
    assert "accepted now: as it is." in ran.out


SHARED = """\
name: waving
provider: runway
endpoint: text_to_image
baseline: {model: gen4_image, promptText: hello, ratio: "16:9"}
variants:
"""


def told(ran: Any) -> dict[str, str]:
    """What the history in a run's report says of each variant, by name."""
    past = ran.report.get("history", {}).get("variants", {})
    return {entry["name"]: past.get(entry["id"], {}).get("verdicts", "") for entry in ran.report["variants"]}


def test_a_new_variant_of_the_same_payload_takes_over_nothing(run: Callable[..., Any], tmp_path: Path) -> None:
    first = run(*WRITE, scenario=SHARED + "  - old\n")
    assert (first.code, failures(tmp_path / "known.json")) == (0, {"old": ["PARAM.VALUE"]})
    above = run(*RUN, scenario=SHARED + "  - new\n  - old\n")
    assert told(above) == {"new": "", "old": "f"}
    assert above.code == 1
    assert [entry.get("known", False) for entry in above.report["variants"]] == [False, True]
    assert run("scenario.yaml", "--last-failed", scenario=SHARED + "  - newer\n  - old\n").report["totals"]["fail"] == 1
    # Known under its name among several, it is still known alone, where it may be renamed.
    run(*WRITE, scenario=SHARED + "  - new\n  - old\n")
    alone = run(*RUN, scenario=SHARED + "  - old\n")
    assert (alone.code, told(alone)) == (0, {"old": "ffff"})
    renamed = run(*RUN, scenario=SHARED + "  - renamed\n")
    assert (renamed.code, told(renamed)) == (1, {"renamed": "fffff"})


@pytest.mark.parametrize("flag", ["--baseline-prune", "--baseline-update"])
def test_a_known_failure_that_shares_its_payload_by_now_stays_known(
    run: Callable[..., Any], known: Path, flag: str
) -> None:
    twins = STORY.replace("set: {seed: null}", "set: {seed: 7}").replace(
        "  - {name: aspect,", '  - {name: above, set: {ratio: "16:9"}, expect: rejected}\n  - {name: aspect,'
    )
    # An update that does not fire it, or a prune that takes out another one, writes the entry under its new id.
    assert run(*RUN, flag, "-k", "not aspect", scenario=twins).code == 0
    assert failures(known) == {"aspect": ["PARAM.VALUE"]}
    ran = run(*RUN, scenario=twins)
    assert ran.code == 0
    assert "Failures that are known (known.json): 1; new: 0.\n" in ran.out
    # Alone again, it may be renamed.
    assert run(*RUN, flag, "-k", "as it", scenario=STORY).code == 0
    assert failures(known) == {"aspect": ["PARAM.VALUE"]}
    assert run(*RUN, "-k", "other", scenario=STORY.replace("aspect", "other")).code == 0


def test_what_was_judged_by_another_expectation_is_no_history(run: Callable[..., Any], tmp_path: Path) -> None:
    run(*WRITE, scenario=SHARED + "  - {name: old, expect: {rejected: {field: seed}}}\n")
    assert json.loads((tmp_path / "known.json").read_text())["failures"].popitem()[1]["expect"] == {
        "rejected": {"field": "seed"}
    }
    ran = run(*RUN, scenario=SHARED + "  - old\n")
    text = " ".join(ran.out.split())
    assert (ran.code, told(ran)) == (1, {"old": "x"})
    assert "Something else was expected of it until " in text
    assert "what was seen then does not compare." in text
    assert "New although they stand in known.json, because something else is expected now: v-" in text
    ids = [entry["id"] for entry in ran.report["variants"]]
    assert f"expected now: {ids[0]} old." in text
