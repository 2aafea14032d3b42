"""`junit.xml`: a suite for each scenario, a test case for each variant, for the test views of CI servers.

A variant that could not be judged (`inconclusive`) is an error, as is an `error` of the harness: neither says anything
against the payload, as a failure does, and neither may look green. A failure that the baseline knows is skipped, as an
expected failure is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.report.cases import STYLE, Case, amount, cases, place, seconds, started_at
from harness.report.document import Report
from harness.report.save import save

if TYPE_CHECKING:
    from junitparser import TestCase
    from junitparser.xunit2 import TestSuite

#: What XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A tag that begins a line. In texts `<` is escaped, so that nothing else looks like it.
_BREAK: Final = re.compile(r"(?=<testsuite |<testcase |</testsuites?>)")
_MOST_VALUE: Final = 1000


def render(report: Report) -> str:
    """The document, one line for each test case. Times are seconds as the run's clock told them."""
    from junitparser.xunit2 import JUnitXml  # only who asks for this report pays for the library

    root = JUnitXml(name="param-harness")
    suites = _suites(report)
    for suite in suites.values():
        root.append(suite)
    # `update_statistics` would also write `skipped`, which the schema does not know on the root.
    root.tests = sum(suite.tests for suite in suites.values())
    root.failures = sum(suite.failures for suite in suites.values())
    root.errors = sum(suite.errors for suite in suites.values())
    root.time = round(sum(suite.time for suite in suites.values()), 3)
    text = root.tostring().decode("utf-8")
    body = _BREAK.sub("\n", text[text.index("<testsuites") :]).replace("\n</testsuite>\n", "\n</testsuite>\n")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def write(report: Report, file: Path) -> None:
    """Writes the report to `file`. Raises OSError."""
    save(file, [render(report)])


def _suites(report: Report) -> dict[str, TestSuite]:
    """Scenario → its suite, in the order of the report."""
    from junitparser.xunit2 import TestSuite

    found: dict[str, TestSuite] = {}
    several: dict[str, list[TestCase]] = {}
    for case in cases(report):
        several.setdefault(case.row.scenario, []).append(_case(case))
    run = report.head["run"]
    moment = started_at(run)
    for name, members in several.items():
        suite = TestSuite(_xml(STYLE.plain(name, _MOST_VALUE)))
        if moment is not None:
            suite.timestamp = moment.replace(tzinfo=None).isoformat(timespec="seconds")
        for key in ("id", "target", "provider", "contract", "until", "seed"):
            suite.add_property("run" if key == "id" else key, _xml(STYLE.plain(str(run.get(key, "")), _MOST_VALUE)))
        suite.add_testcases(members)
        found[name] = suite
    return found


def _case(case: Case) -> TestCase:
    from junitparser import Error, Failure, Skipped
    from junitparser.xunit2 import TestCase  # the one with properties

    made = TestCase(_xml(case.name), _xml(STYLE.plain(case.row.scenario, _MOST_VALUE)))
    made.time = round(seconds((case.entry.get("timing") or {}).get("total_s")) or 0.0, 3)
    for name, value in properties_of(case):
        made.add_property(name, _xml(STYLE.plain(value, _MOST_VALUE)))
    kinds = {"fail": Failure, "skipped": Skipped, "inconclusive": Error, "error": Error}
    if case.row.known:
        made.result = [Skipped(_xml(f"known failure: {case.title}"), _xml(case.code))]
    elif kind := kinds.get(case.row.verdict):
        result = kind(_xml(case.title), _xml(case.code))
        if case.row.verdict != "skipped":
            result.text = _xml(case.details)
        made.result = [result]
    elif case.remark is not None:
        made.system_out = _xml(case.details)
    return made


def properties_of(case: Case) -> Iterator[tuple[str, str]]:
    """What a reader looks a variant up by; what is not known is left out."""
    entry = case.entry
    file, line = place(entry)
    credit = entry.get("credits") or {}
    payload = entry.get("payload")
    told = {
        "variant_id": str(entry.get("id", "")),
        "verdict": case.row.verdict,
        "task_id": case.row.task_id or "",
        "credits": amount(case.row.credits),
        "credits_planned": amount(credit.get("planned")),
        "seed": amount(payload.get("seed")) if isinstance(payload, dict) else "",
        "http_status": amount(entry.get("http_status")),
        "file": file,
        "line": str(line) if line else "",
        "findings": " ".join(point.code for point in case.remark.points) if case.remark else "",
        "tags": " ".join(map(str, entry.get("tags") or ())),
    }
    yield from ((name, value) for name, value in told.items() if value)


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
