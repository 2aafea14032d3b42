"""JUnit, CTRF and CSV: read back by readers that are not ours, and held against their published schemas."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser.xunit2 import JUnitXml

from harness.model import Finding, Phrase, Verdict
from harness.report import Report, csvfile, ctrf, junit
from harness.report.cases import amount, place, seconds, started_at
from harness.report.csvfile import safe

Make = Callable[..., Report]
Case = Callable[..., Any]
SCHEMAS = Path(__file__).parent / "schemas"
STORIES = ["green", "red", "two_scenarios", "hostile"]


@pytest.fixture(scope="session")
def xsd() -> Any:
    """pytest's own schema; `properties` of a test case, which pytest writes too, are allowed besides."""
    xmlschema = pytest.importorskip("xmlschema")
    text = (SCHEMAS / "junit-10.xsd").read_text()
    head, tail = text.split('<xs:element name="testcase">')
    tail = tail.replace('<xs:element ref="skipped"/>', '<xs:element ref="properties"/><xs:element ref="skipped"/>', 1)
    return xmlschema.XMLSchema(f'{head}<xs:element name="testcase">{tail}')


@pytest.fixture(scope="session")
def ctrf_errors() -> Callable[[Any], list[str]]:
    from jsonschema_rs import validator_for

    schema = json.loads((SCHEMAS / "ctrf-schema-0.0.json").read_text())
    validator = validator_for(schema, validate_formats=True)
    return lambda document: [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.mark.parametrize("story", STORIES)
def test_junit_holds_its_schema(story: str, stories: Mapping[str, Report], xsd: Any) -> None:
    assert [str(error.reason) for error in xsd.iter_errors(ET.fromstring(junit.render(stories[story])))] == []


def test_the_junit_schema_refuses_what_is_wrong(stories: Mapping[str, Report], xsd: Any) -> None:
    wrong = junit.render(stories["green"]).replace("<testcase ", '<testcase when="now" ', 1)
    assert len(list(xsd.iter_errors(ET.fromstring(wrong)))) == 1


def test_a_second_reader_sees_each_verdict(stories: Mapping[str, Report]) -> None:
    root: Any = JUnitXml.fromstring(junit.render(stories["red"]).encode())
    seen = {
        case.name: (type(case.result[0]).__name__, case.result[0].type) if case.result else None
        for suite in root
        for case in suite
    }
    assert seen == {
        "ratio='720:1280'": None,
        "aspect ratio": ("Failure", "PARAM.VALUE"),
        "aspect ratio again": ("Failure", "PARAM.VALUE"),
        "watermark refused?": ("Failure", "EXPECT.ACCEPTED"),
        "moderated": ("Failure", "SAFETY.INPUT.TEXT"),
        "wrong shape": ("Failure", "OUTPUT.RATIO"),
        "slow": ("Error", "TASK.TIMEOUT"),
        "our own fault": ("Error", "OURS.BUG"),
        "old contract": ("Skipped", "skipped"),
        "as expected": None,
        "expected failure": None,
        "no failure": ("Failure", "fail"),
    }
    assert (root.tests, root.failures, root.errors) == (12, 6, 2)
    [suite] = root
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (12, 6, 2, 1)
    assert {item.name: item.value for item in suite.properties()} == {
        "run": "20261122-101500-7f3a",
        "target": "https://api.dev.runwayml.com",
        "provider": "runway",
        "contract": "2026-11-22",
        "until": "verified",
        "seed": "0",
    }


def test_a_test_case_can_be_looked_up(stories: Mapping[str, Report]) -> None:
    root: Any = JUnitXml.fromstring(junit.render(stories["green"]))
    case = next(case for suite in root for case in suite if "seed" in case.name)
    assert case.classname == "image_to_video"
    assert {item.name: item.value for item in case.properties()} == {
        "variant_id": "v-00000005",
        "verdict": "pass",
        "task_id": "d8b03508-a8a3-4590-ae09-000000000005",
        "credits": "25",
        "credits_planned": "25",
        "seed": "12345",
        "http_status": "200",
        "file": "scenarios/runway/image_to_video.yaml",
        "line": "15",
    }


def test_xml_has_only_signs_that_it_may_have(make_report: Make, make_case: Case, xsd: Any) -> None:
    name = "".join(map(chr, [*range(1, 48), 0x7F, 0x85, 0xD800, 0xFFFE, 0xFFFF, 0x1F600])) + "]]> <testcase name='x'/>"
    finding = Finding(code="C", message=Phrase(key="problem", params={"text": name}), said=name)
    text = junit.render(make_report([make_case(1, name, verdict=Verdict.FAIL, findings=[finding])], exit_code=1))
    root = ET.fromstring(text)
    assert [str(error) for error in xsd.iter_errors(root)] == []
    [case] = root.iter("testcase")
    assert case.get("name", "").endswith("😀]]> <testcase name='x'/>")


@settings(deadline=None)
@given(st.text(st.characters(), max_size=80), st.sampled_from(list(Verdict)))
def test_any_text_can_be_told(make_report: Make, make_case: Case, text: str, verdict: Verdict) -> None:
    finding = Finding(code="C", message=Phrase(key="problem", params={"text": text}), said=text)
    report = make_report([make_case(1, text, verdict=verdict, findings=[finding], payload={"a": text})])
    assert len(list(ET.fromstring(junit.render(report)).iter("testcase"))) == 1
    assert json.loads("".join(ctrf.render(report)))["results"]["summary"]["tests"] == 1
    assert len(list(csv.reader(io.StringIO("".join(csvfile.render(report)), newline="")))) == 2


@pytest.mark.parametrize("story", STORIES)
def test_ctrf_holds_its_schema(
    story: str, stories: Mapping[str, Report], ctrf_errors: Callable[[Any], list[str]]
) -> None:
    text = "".join(ctrf.render(stories[story]))
    text.encode("utf-8", "backslashreplace")
    document = json.loads(text)
    assert ctrf_errors(document) == []
    summary = document["results"]["summary"]
    counted = [summary[status] for status in ("passed", "failed", "skipped", "pending", "other")]
    assert sum(counted) == summary["tests"] == len(document["results"]["tests"])


def test_the_ctrf_schema_refuses_what_is_wrong(
    stories: Mapping[str, Report], ctrf_errors: Callable[[Any], list[str]]
) -> None:
    document = json.loads("".join(ctrf.render(stories["green"])))
    document["results"]["tests"][0] |= {"status": "works", "verdict": "pass"}
    assert len(ctrf_errors(document)) == 2


def test_ctrf_tells_what_is_not_green(stories: Mapping[str, Report]) -> None:
    results = json.loads("".join(ctrf.render(stories["red"])))["results"]
    assert {
        test["name"]: (test["status"], test["rawStatus"]) for test in results["tests"] if test["status"] != "passed"
    } == {
        "aspect ratio": ("failed", "fail"),
        "aspect ratio again": ("failed", "fail"),
        "watermark refused?": ("failed", "fail"),
        "moderated": ("failed", "fail"),
        "wrong shape": ("failed", "fail"),
        "slow": ("other", "inconclusive"),
        "our own fault": ("failed", "error"),
        "old contract": ("skipped", "skipped"),
        "no failure": ("failed", "fail"),
    }
    assert (results["summary"]["start"], results["summary"]["stop"]) == (1795342500000, 1795342500414)


def table(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csvfile.render(report)), newline="")))


def test_csv_has_a_line_for_each_variant(stories: Mapping[str, Report]) -> None:
    lines = table(stories["red"])
    assert [(line["number"], line["verdict"], line["line"]) for line in lines[:2]] == [
        ("1", "pass", "11"),
        ("2", "fail", "12"),
    ]
    assert json.loads(lines[1]["levels"]) == {"ratio": "9:16"}
    assert lines[0]["credits_charged"] == "25"
    assert lines[0]["total_s"] == "24"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "  =1", "＝1", "\u200b=1", '=HYPERLINK("http://x","y")'],
)
def test_no_cell_is_a_formula(make_report: Make, make_case: Case, text: str) -> None:
    finding = Finding(code=text, message=Phrase(key="problem", params={"text": text}), said=text)
    report = make_report(
        [make_case(1, text, scenario=text, task_id=text, verdict=Verdict.FAIL, findings=[finding])], scenarios=(text,)
    )
    [line] = table(report)
    assert [cell for cell in line.values() if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))] == []
    assert line["name"].startswith("'")


def test_an_empty_run_is_a_document_too(make_report: Make, ctrf_errors: Callable[[Any], list[str]]) -> None:
    report = make_report([])
    assert len(JUnitXml.fromstring(junit.render(report))) == 0
    assert ctrf_errors(json.loads("".join(ctrf.render(report)))) == []
    assert "".join(csvfile.render(report)).count("\r\n") == 1


@pytest.mark.thorough
def test_documents_of_ten_thousand_variants_hold_ten_thousand(make_report: Make, make_case: Case) -> None:
    report = make_report([make_case(number, f"variant {number}") for number in range(1, 10_001)])
    assert len(re.findall("^<testcase ", junit.render(report), re.MULTILINE)) == 10_000
    assert sum(piece.count('"testId"') for piece in ctrf.render(report)) == 10_000


@pytest.mark.parametrize(
    ("value", "told"), [(25, "25"), (2.5, "2.5"), (None, ""), (True, ""), ("25", ""), (float("inf"), "")]
)
def test_amounts_are_numbers_or_nothing(value: Any, told: str) -> None:
    assert amount(value) == told


@pytest.mark.parametrize(("value", "told"), [(2, 2.0), (None, None), (-1, None), (float("nan"), None), ("2", None)])
def test_times_are_numbers_or_nothing(value: Any, told: float | None) -> None:
    assert seconds(value) == told


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("a.yaml:3", ("a.yaml", 3)),
        ("a.yaml", ("a.yaml", 0)),
        (None, ("", 0)),
        ("C:\\a.yaml", ("C:\\a.yaml", 0)),
        (":3", (":3", 0)),
    ],
)
def test_the_place_of_a_variant(source: Any, told: tuple[str, int]) -> None:
    assert place({"source": source}) == told


@pytest.mark.parametrize("said", [None, "yesterday", "2026-11-22T10:15:00", 5])
def test_a_start_that_nobody_can_read_is_unknown(said: Any) -> None:
    assert started_at({"started_at": said}) is None


def test_a_safe_cell_is_one_line() -> None:
    assert safe("a\r\nb\x00c") == "a bc"
