"""A mended baseline in reports: what is hidden, what is cut, what a stranger's report.json may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.diagnose.working import Change, Tried, Working
from harness.model import Asset, Phrase
from harness.provider import ABSENT
from harness.redact import Redactor
from harness.report.mended import changes, entry, payload, proof, told
from harness.report.redacted import Redacted
from harness.report.style import Style
from harness.scenario.pictures import Drawn

KEY = "key_" + "5" * 128
REASON = Phrase(key="propose.leave_out", params={"field": "seed"})
IMAGE = Asset(label="a.jpg", media_type="image/jpeg", data_uri=b"data:", size_bytes=1, sha256="0" * 64, declared="a")


def change(field: str, before: Any, after: Any) -> Change:
    return Change(field=field, before=before, after=after, reason=REASON, evidence=("v-1",))


def made(*told_changes: Change, fate: Any = "worked") -> Any:
    sent = {"model": "m", "image": IMAGE, "note": KEY}
    tried = None if fate is None else Tried(id="p-1", payload=sent, fate=fate, task_id="t-1")
    return entry(Working(payload=sent, changes=told_changes, proof=tried), sent, Redacted(Redactor([KEY])))


def test_an_entry_is_json_without_secrets_and_files() -> None:
    found = made(change("seed", None, ABSENT), change("image", ABSENT, Drawn()), change("api_key", "a", "b"))
    assert json.loads(json.dumps(found)) == found
    assert KEY not in json.dumps(found)
    assert [(one["from"], one["to"]) for one in found["changes"]] == [
        (None, {"$absent": True}),
        ({"$absent": True}, "<a drawn picture>"),
        ("<redacted>", "<redacted>"),
    ]
    assert found["payload"]["image"] == str(IMAGE)
    assert (found["seen_to_work"], found["id"], found["task_id"]) == (True, "p-1", "t-1")


@pytest.mark.parametrize(
    ("fate", "seen", "begin"),
    [
        ("worked", True, "Seen to work: task t-1."),
        ("accepted", False, "It was taken (task t-1)"),
        (None, False, "Noth"),
    ],
    ids=["worked", "accepted", "untried"],
)
def test_what_speaks_for_it_is_said(fate: Any, seen: bool, begin: str) -> None:  # noqa: FBT001
    found = made(change("seed", None, ABSENT), fate=fate)
    assert found["seen_to_work"] is seen
    assert proof(found, Style()).startswith(begin)
    named = {"working_format": found["payload"] if seen else None}
    assert bool(payload(named, found, Style())) is not seen
    assert list(changes(found, Style())) == ["seed: null → not sent. Leave seed out."]


@pytest.mark.parametrize(
    ("lang", "begin"),
    [("en", 'The baseline, mended: {"model": "m"'), ("ru", 'Базовый запрос с исправлениями: {"model"')],
)
def test_a_mended_baseline_beside_another_working_format_is_shown_whole(lang: str, begin: str) -> None:
    found = made(change("seed", None, ABSENT))
    assert payload({"working_format": {"model": "other"}}, found, Style(lang=lang)).startswith(begin)


def test_a_hostile_report_is_text() -> None:
    found = made(change("seed", "\x1b[31m" + "x" * 500, 1))
    found["changes"][0]["reason"] = {"text": "\x1b[31mred\n" * 200, "words": None}
    (line,) = changes(found, Style())
    assert "\x1b" not in line
    assert len(line) < 500


def test_many_changes_are_cut() -> None:
    lines = list(changes(made(*(change(f"f{number}", 1, 2) for number in range(25))), Style()))
    assert (len(lines), lines[-1]) == (21, "And 5 more changes: see report.json.")


@pytest.mark.parametrize("odd", [{}, {"mended": None}, {"mended": []}, {"mended": {"changes": []}}])
def test_nothing_is_told_where_nothing_was_mended(odd: Any) -> None:
    assert told(odd) is None
