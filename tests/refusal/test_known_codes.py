"""Every refusal and failure code that is known of Runway becomes a finding code, with whose move it is."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.refusal.causes import cause_of, failure_of, issue_code
from harness.refusal.codes import CODES, explain, find, move_of
from harness.refusal.messages import read

TEXT = (Path(__file__).parent / "known_codes.yaml").read_text(encoding="utf-8")
#: Read whenever tests are collected: by libyaml, where it is to be had.
KNOWN = yaml.load(TEXT, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@pytest.mark.parametrize("row", KNOWN["answers"], ids=lambda row: row["seen"])
def test_an_answer_becomes_a_finding_code(row: dict[str, Any]) -> None:
    refusal = read(row["status"], row.get("body"), row.get("text"), payload=row.get("sent", {}), known=("promptImage",))

    codes = [cause_of(refusal)] if cause_of(refusal) else [issue_code(issue, row["status"]) for issue in refusal.issues]

    assert codes[:1] == [row["code"]]
    assert move_of(row["code"]).value == row["move"]


@pytest.mark.parametrize("row", KNOWN["failures"], ids=lambda row: str(row["code_sent"]))
def test_a_failure_code_becomes_a_finding_code(row: dict[str, Any]) -> None:
    failure = failure_of(row["code_sent"])

    assert (failure.code, failure.transient) == (row["code"], row.get("passing", False))
    assert move_of(failure.code).value == row["move"]


@pytest.mark.parametrize("code", sorted({row["code"] for row in [*KNOWN["answers"], *KNOWN["failures"]]}))
def test_explain_tells_what_it_means_how_it_is_seen_what_to_do_and_an_example(code: str) -> None:
    found = find(code)
    assert found is not None
    name, entry = found

    told = explain(code)

    assert name in CODES
    for part in (entry.means, entry.seen, entry.do, entry.example):
        assert part in told


@pytest.mark.parametrize(
    "row", [row for row in KNOWN["failures"] if row["code_sent"]], ids=lambda row: row["code_sent"]
)
def test_explain_takes_the_provider_s_own_failure_codes(row: dict[str, Any]) -> None:
    found = find(row["code"])
    assert found is not None

    title, *rest = explain(row["code_sent"]).splitlines()

    assert title.startswith(row["code_sent"])
    assert rest == explain(found[0]).splitlines()[1:]
