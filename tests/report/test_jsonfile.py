"""report.json is what the format says, and reads back as what was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.errors import EnvironmentProblem, UsageError
from harness.report import Report, console, jsonfile, markdown, read
from harness.report.document import FORMAT_VERSION

BROKEN = "The file was changed or cut off: read another run, or fire the scenarios again."


@pytest.mark.parametrize("story", ["green", "red", "two_scenarios", "hostile"])
def test_a_report_reads_back_and_renders_the_same(story: str, stories: Mapping[str, Report], tmp_path: Path) -> None:
    report = stories[story]
    jsonfile.write(report, tmp_path / "report.json")
    for place in (tmp_path, tmp_path / "report.json"):
        again = read(place)
        assert again.head == report.head
        assert list(again.variants) == list(report.variants)
        for lang in ("en", "ru"):
            assert console.render(again, lang=lang) == console.render(report, lang=lang)
            assert markdown.render(again, lang=lang) == markdown.render(report, lang=lang)


def test_each_variant_is_one_line(stories: Mapping[str, Report]) -> None:
    lines = "".join(jsonfile.render(stories["red"])).splitlines()
    variants = [json.loads(line.rstrip(",")) for line in lines if line.startswith('  {"id":"v-')]
    assert variants == list(stories["red"].variants)


def test_keys_stand_in_the_order_of_the_format(stories: Mapping[str, Report]) -> None:
    document = json.loads("".join(jsonfile.render(stories["green"])))
    assert list(document) == ["format_version", "run", "totals", "scenarios", "variants", "diagnoses", "probes"]
    assert document["format_version"] == FORMAT_VERSION == 1


def test_a_run_without_variants_is_still_json() -> None:
    text = "".join(jsonfile.render(Report({"format_version": 1, "scenarios": [], "probes": []}, ())))
    assert text == '{"format_version": 1,\n "scenarios": [],\n "variants": [],\n "probes": []}\n'


def test_half_a_surrogate_pair_is_written_as_its_escape(tmp_path: Path) -> None:
    jsonfile.write(Report({"format_version": 1, "probes": ["\ud800"]}, ()), tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_bytes())["probes"] == ["\ud800"]


GOOD = json.dumps(
    {
        "format_version": 1,
        "run": {
            "id": "r",
            "target": "mock",
            "provider": "runway",
            "contract": "none",
            "wall_s": 1,
            "simulated_s": None,
            "exit_code": 0,
            "notes": [],
        },
        "totals": {
            "pass": 0,
            "fail": 0,
            "inconclusive": 0,
            "error": 0,
            "skipped": 0,
            "credits": {"planned": 0, "charged": None},
        },
        "scenarios": [],
        "variants": [],
    }
)


def test_the_least_that_is_a_report_is_read(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(GOOD)
    report = read(tmp_path)
    assert "no contract" in console.render(report)
    assert "nothing was fired" in markdown.render(report)


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        pytest.param("", "expected a report in JSON: Expecting value: line 1 column 1 (char 0).", BROKEN, id="empty"),
        pytest.param(
            GOOD[:-1],
            f"expected a report in JSON: Expecting ',' delimiter: line 1 column {len(GOOD)} (char {len(GOOD) - 1}).",
            BROKEN,
            id="cut off",
        ),
        pytest.param(
            "[]",
            "expected a report of format_version 1, found none.",
            "Read it with the version of the harness that wrote it, or fire the scenarios again.",
            id="a list",
        ),
        pytest.param(
            GOOD.replace('"format_version": 1', '"format_version": 2'),
            "expected a report of format_version 1, found 2.",
            "Read it with the version of the harness that wrote it, or fire the scenarios again.",
            id="a later format",
        ),
        pytest.param(
            GOOD.replace('"exit_code": 0', '"exit_code": "0"'),
            'run.exit_code: expected a whole number, found "0".',
            BROKEN,
            id="a text for a number",
        ),
        pytest.param(
            GOOD.replace('"variants": []', '"variants": {}'),
            "variants: expected a list, found {}.",
            BROKEN,
            id="an object for a list",
        ),
        pytest.param(
            GOOD.replace('"variants": []', '"variants": [7]'),
            "variants[0]: expected an object, found 7.",
            BROKEN,
            id="a number for a variant",
        ),
        pytest.param(
            GOOD.replace(
                '"variants": []', '"variants": [{"id": "v", "scenario": "s", "name": "n", "verdict": "green"}]'
            ),
            'variants[0].verdict: expected one of error, fail, inconclusive, pass, skipped, found "green".',
            BROKEN,
            id="an unknown verdict",
        ),
        pytest.param(
            GOOD.replace('"simulated_s": null', '"simulated_s": []'),
            "run.simulated_s: expected a whole number or a number or nothing, found [].",
            BROKEN,
            id="one of several kinds",
        ),
    ],
)
def test_what_is_no_report_is_told(tmp_path: Path, text: str, what: str, fix: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{file}: {what}\n  {fix}"


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(UsageError, match="expected a report in JSON"):
        read(tmp_path)


def test_a_folder_without_a_report_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'report.json'}: there is no such file.\n  Name the folder of a run, such as reports/latest."
    )


def test_a_report_that_cannot_be_opened_is_a_matter_of_the_surroundings(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(EnvironmentProblem) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'report.json'}: the report cannot be read: Is a directory."
