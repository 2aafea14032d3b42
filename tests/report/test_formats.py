"""Which payload is named as the working format, and what is said of one with keys that the contract does not know."""

from __future__ import annotations

from typing import Any

import pytest

from harness.report.entries import Row, row_of_entry
from harness.report.formats import chosen, entry, notes, with_mended
from harness.report.style import Style

PLAIN = {"ratio": "720:1280"}
ODD = {"ratio": "720:1280", "duraton": 5}
UNKNOWN = {"code": "UNDOCUMENTED", "field": "duraton", "warning": True}
SLOW = {"code": "SLOW", "field": None, "warning": True}


def row(number: int, *findings: Any, scenario: str = "a", result: str = "works", verdict: str = "pass") -> Row:
    one = {"scenario": scenario, "name": f"row {number}", "verdict": verdict, "result": result}
    return row_of_entry(number, {**one, "findings": findings})


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        pytest.param([row(1), row(2)], {"a": 1}, id="the-first"),
        pytest.param([row(1, UNKNOWN), row(2)], {"a": 2}, id="one-that-the-contract-knows"),
        pytest.param([row(1, UNKNOWN), row(2, UNKNOWN)], {"a": 1}, id="none-that-it-knows"),
        pytest.param([row(1, SLOW), row(2)], {"a": 1}, id="another-warning-is-no-reason"),
        pytest.param([row(1, UNKNOWN), row(2, result="accepted")], {"a": 1}, id="accepted-is-not-seen-to-work"),
        pytest.param([row(1, UNKNOWN), row(2, verdict="fail")], {"a": 1}, id="what-fails-is-none"),
        pytest.param([row(1, UNKNOWN), row(2, scenario="b")], {"a": 1, "b": 2}, id="each-scenario-by-itself"),
        pytest.param([row(1, result="refused")], {}, id="none"),
    ],
)
def test_the_working_format_has_no_unknown_key_if_that_can_be(rows: list[Row], numbers: dict[str, int]) -> None:
    assert {name: one.number for name, one in chosen(rows).items()} == numbers


@pytest.mark.parametrize(
    ("one", "told"),
    [
        pytest.param(None, {"working_format": None}, id="none"),
        pytest.param({"payload": PLAIN, "findings": [SLOW]}, {"working_format": PLAIN}, id="known"),
        pytest.param(
            {"payload": ODD, "findings": [SLOW, UNKNOWN]},
            {"working_format": ODD, "undocumented": ["duraton"]},
            id="unknown",
        ),
    ],
)
def test_what_report_json_says_of_it(one: Any, told: Any) -> None:
    assert entry(one) == told


KNOWN = {"name": "a", "working_format": PLAIN}
ODD_ONE = {"name": "a", "working_format": ODD, "undocumented": ["duraton"]}
NONE = {"name": "a", "working_format": None}
SEEN = {"payload": PLAIN, "seen_to_work": True}
ODD_SEEN = {"payload": ODD, "seen_to_work": True}
UNSEEN = {"payload": PLAIN, "seen_to_work": False}


@pytest.mark.parametrize(
    ("scenario", "made", "findings", "told"),
    [
        pytest.param(NONE, SEEN, [], KNOWN, id="the-mended-one"),
        pytest.param(NONE, UNSEEN, [], NONE, id="not-seen-to-work"),
        pytest.param(NONE, ODD_SEEN, [UNKNOWN], ODD_ONE, id="the-only-one-has-an-unknown-key"),
        pytest.param(KNOWN, ODD_SEEN, [UNKNOWN], KNOWN, id="a-variant-without-one-comes-first"),
        pytest.param(ODD_ONE, ODD_SEEN, [UNKNOWN], ODD_ONE, id="both-have-one"),
        pytest.param(ODD_ONE, SEEN, [], KNOWN, id="the-mended-one-has-none"),
    ],
)
def test_a_mended_baseline_is_the_working_format_unless_it_says_less(
    scenario: Any, made: Any, findings: list[Any], told: Any
) -> None:
    assert with_mended(scenario, made, {"findings": findings}) == {**told, "mended": made}


@pytest.mark.parametrize(
    ("keys", "lang", "lines"),
    [
        pytest.param(None, "en", [], id="none"),
        pytest.param(["duraton"], "en", ["Not in the contract: duraton. The API may ignore it."], id="one"),
        pytest.param(["a", "b"], "en", ["Not in the contract: a, b. The API may ignore them."], id="two"),
        pytest.param(["duraton"], "ru", ["Нет в контракте: duraton. API может его не учитывать."], id="one-ru"),
        pytest.param(["a", "b"], "ru", ["Нет в контракте: a, b. API может их не учитывать."], id="two-ru"),
        pytest.param(
            ["\x1b[31mred"] * 12,
            "en",
            [f"Not in the contract: {', '.join(['red'] * 10)}, …. The API may ignore them."],
            id="hostile-and-many",
        ),
        pytest.param("duraton", "en", [], id="a-report-of-another-hand"),
    ],
)
def test_the_unknown_keys_of_a_working_format_are_named(keys: Any, lang: str, lines: list[str]) -> None:
    assert list(notes({"undocumented": keys}, Style(lang=lang))) == lines
