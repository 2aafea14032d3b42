"""The Markdown report, read by a Markdown parser: hostile texts stay texts, sizes stay within GitHub's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from harness.model import Finding, Phrase, Proposal, Verdict
from harness.report import Report, markdown
from harness.report.style import Style
from harness.words import LANGS

Make = Callable[..., Report]
Case = Callable[..., Any]

#: What a hostile text could turn into; none of it comes from ourselves.
FOREIGN = {
    "html_inline",
    "html_block",
    "link_open",
    "image",
    "s_open",
    "em_open",
    "hr",
    "code_block",
    "blockquote_open",
}
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    found = []
    for token in PARSER.parse(text):
        found.append(token)
        found += token.children or []
    return found


def rows(text: str) -> list[int]:
    """The number of cells in each row of the table."""
    kinds = [token.type for token in PARSER.parse(text)]
    starts = [index for index, kind in enumerate(kinds) if kind == "tr_open"]
    return [
        sum(kind in {"td_open", "th_open"} for kind in kinds[start:end])
        for start, end in pairwise([*starts, len(kinds)])
    ]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("story", ["green", "red", "two_scenarios", "hostile"])
def test_a_parser_finds_our_structure_and_nothing_else(story: str, lang: str, stories: Mapping[str, Report]) -> None:
    text = markdown.render(stories[story], lang=lang)
    kinds = {token.type for token in tokens(text)}
    assert kinds & FOREIGN == set()
    assert {"heading_open", "table_open"} <= kinds
    assert set(rows(text)) == {7 if story == "two_scenarios" else 6}
    assert len(rows(text)) == len(stories[story].rows) + 1
    assert sum(token.type == "heading_open" and token.tag == "h2" for token in tokens(text)) == 1


def test_mentions_issues_and_links_are_broken(stories: Mapping[str, Report]) -> None:
    texts = [token.content for token in tokens(markdown.render(stories["hostile"])) if token.type == "text"]
    shown = " ".join(texts)
    for word in ("@octocat", "#12", "GH-7", "https://", "www.evil", "a@b", ":tada:"):
        assert word not in shown, word
        assert word in shown.replace("\u200b", ""), word


def test_texts_are_shown_as_they_are(make_report: Make, make_case: Case) -> None:
    name = r"a_b _c_ *d* `e` [f](g) <h> &amp; | ~i~ $j$ \k 720:1280 x=1 1. #"
    report = make_report([make_case(1, name)])
    cells = [token.content for token in PARSER.parse(markdown.render(report)) if token.type == "inline"]
    source = next(cell for cell in cells if "a_b" in cell)
    inline = PARSER.parseInline(source)[0].children or []
    assert "".join(token.content for token in inline) == name
    assert {token.type for token in inline} == {"text"}


@given(st.text(st.sampled_from("aG7H#Wwh=+-. _*:/@)&<|`~$[é"), max_size=8))
def test_a_text_that_looks_plain_needs_no_escape(text: str) -> None:
    """The short way for plain texts leaves out nothing that the long way would escape."""
    assert markdown._text(text, Style()) == markdown._escaped(Style().plain(text))


@pytest.mark.parametrize(
    ("verdicts", "exit_code", "headline"),
    [
        ("pp", 0, "## ✅ 2 variants, all as expected — "),
        ("p", 0, "## ✅ 1 variant, all as expected — "),
        ("ps", 0, "## ✅ 1 variant as expected, 1 skipped — "),
        ("ps", 130, "## ⚠️ 1 variant as expected, 1 skipped — "),
        ("pif", 1, "## ❌ 1 of 3 variants not as expected — "),
        ("pi", 4, "## ⚠️ 1 of 2 variants could not be judged — "),
        ("pfe", 3, "## 💥 1 of 3 variants ended in an error of the harness — "),
        ("s", 5, "## ⏭️ nothing was fired — "),
        ("", 5, "## ⏭️ nothing was fired — "),
    ],
)
def test_the_first_line_says_what_came_out(
    make_report: Make, make_case: Case, verdicts: str, exit_code: int, headline: str
) -> None:
    kinds = {verdict.value[0]: verdict for verdict in Verdict}
    kinds["s"] = Verdict.SKIPPED
    cases = [make_case(number, "x", verdict=kinds[letter]) for number, letter in enumerate(verdicts, 1)]
    text = markdown.render(make_report(cases, exit_code=exit_code))
    assert text.splitlines()[0] == f"{headline}runway · image_to_video · mock · contract 2026-11-22"


def test_what_to_change_stands_before_the_table_and_failures_first_in_it(stories: Mapping[str, Report]) -> None:
    text = markdown.render(stories["red"])
    assert text.index("### What to change") < text.index("### Variants") < text.index("### Working format")
    numbers = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")][2:]
    assert numbers == ["2", "3", "4", "5", "6", "7", "8", "9", "12", "1", "10", "11"]


@pytest.mark.thorough
@pytest.mark.parametrize("lang", LANGS)
def test_a_huge_run_stays_under_a_mebibyte_and_cuts_passes_first(make_report: Make, make_case: Case, lang: str) -> None:
    name = "кадр " * 40
    cases = [
        make_case(number, f"{number} {name}", verdict=Verdict.FAIL if number > 4900 else Verdict.PASS)
        for number in range(1, 5001)
    ]
    text = markdown.render(make_report(cases, exit_code=1), lang=lang)
    assert 900_000 < len(text.encode()) <= 1_048_576
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert [int(line.split("|")[1]) for line in lines[2:102]] == list(range(4901, 5001))
    shown = len(lines) - 2
    assert shown > 1000
    told = {
        "en": f"{5000 - shown} passes are not shown here: report.json",
        "ru": f"Здесь не показаны успешные варианты: {5000 - shown}. Все: report.json",
    }
    assert told[lang] in text.splitlines()
    assert set(rows(text)) == {6}


@pytest.mark.thorough
def test_a_run_of_failures_alone_is_cut_too(make_report: Make, make_case: Case) -> None:
    finding = [
        Finding(
            code="PARAM.VALUE",
            message=Phrase(key="problem", params={"text": f"{number} " + "<&|`*" * 400}),
            said="<&|`*" * 400,
            proposal=Proposal(
                field="x", value="y", reason=Phrase(key="problem", params={"text": f"{number}" + "[" * 5000})
            ),
        )
        for number in range(200)
    ]
    cases = [
        make_case(number, "|" * 200, verdict=Verdict.FAIL, findings=[finding[number % 200]] * 5)
        for number in range(1, 4001)
    ]
    text = markdown.render(make_report(cases, exit_code=1))
    assert len(text.encode()) <= 1_048_576
    assert "more variants with findings: see report.json." in text


def test_a_long_working_format_is_cut(make_report: Make, make_case: Case) -> None:
    payload = {f"key{number}": "x" * 3000 for number in range(200)}
    text = markdown.render(make_report([make_case(1, "x", payload=payload)]))
    assert len(text) < 30_000


TEXT = st.text(max_size=60) | st.text("`|\\*_[]()<>&@#:/~$! \n-=+.1a", max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, st.sampled_from(list(Verdict))), min_size=1, max_size=4))
def test_no_text_becomes_markup(
    make_report: Make, make_case: Case, cases: list[tuple[str, str, str, str, Verdict]]
) -> None:
    report = make_report(
        [
            make_case(
                number,
                name,
                verdict=verdict,
                task_id=task_id or "t",
                payload={"a": name},
                findings=[Finding(code="C", message=Phrase(key="problem", params={"text": text}), said=said)],
            )
            for number, (name, text, said, task_id, verdict) in enumerate(cases, 1)
        ]
    )
    text = markdown.render(report)
    assert {token.type for token in tokens(text)} & FOREIGN == set()
    assert rows(text) == [6] * (len(cases) + 1)
