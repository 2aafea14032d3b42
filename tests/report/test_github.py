"""Annotations and the step's summary, held against the rules by which GitHub's runner reads commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Mistake
from harness.model import Finding, Phrase, Source, Verdict
from harness.report import Report, github

Make = Callable[..., Report]
Case = Callable[..., Any]

_PROPERTY = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
_DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}


def unescape(text: str, table: Mapping[str, str]) -> str:
    for written, sign in table.items():
        text = text.replace(written, sign)
    return text


def read(line: str) -> tuple[str, dict[str, str], str] | None:
    """(command, properties, data) as the runner would read a line of the log; None: it is no command."""
    text = line.lstrip()
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        name, _, rest = text[2:end].partition(" ")
        pairs = dict(pair.split("=", 1) for pair in rest.strip().split(",") if "=" in pair)
        return name, {key: unescape(value, _PROPERTY) for key, value in pairs.items()}, unescape(text[end + 2 :], _DATA)
    if (start := text.find("##[")) >= 0 and (end := text.find("]", start)) >= 0:
        return text[start + 3 : end].partition(" ")[0], {}, text[end + 1 :]
    return None


def test_each_cause_is_told_once_at_the_line_of_its_first_variant(stories: Mapping[str, Report]) -> None:
    assert [read(line) for line in github.of_report(stories["red"])] == [
        (
            "error",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "18", "title": "OURS.BUG"},
            "our own fault: KeyError: 'id'",
        ),
        (
            "error",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "12", "title": "PARAM.VALUE ratio"},
            ("aspect ratio, aspect ratio again: ratio=9:16 is refused; allowed: 1280:720, 720:1280, 960:960.\n"
            "Send ratio=720:1280: the same shape in pixels.\n"
            'The API said: “Invalid option: expected one of "1280:720"|"720:1280"|"960:960"”'),
        ),
        (
            "error",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "14", "title": "EXPECT.ACCEPTED"},
            "watermark refused?: A refusal was expected, but the API accepted it.",
        ),
        (
            "error",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "15", "title": "SAFETY.INPUT.TEXT"},
            ("moderated: The task was stopped by moderation of the input.\n"
            "Change the prompt or the picture before firing it again: repeated moderated requests can suspend the "
            "account.\nThe API said: “Input text failed moderation”"),
        ),
        (
            "error",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "16", "title": "OUTPUT.RATIO"},
            "wrong shape: outputs/v-00000006.mp4 is 1280x720 and should be 720x1280.",
        ),
        (
            "error",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "22"},
            "no failure: no reason was recorded.",
        ),
        (
            "warning",
            {"file": "scenarios/runway/image_to_video.yaml", "line": "17", "title": "TASK.TIMEOUT"},
            ("slow: Task d8b03508-a8a3-4590-ae09-000000000007 was still RUNNING after 600 s and 96 polls.\n"
            "It may still end: `harness resume` looks again, `harness reap` cancels it. Or raise --task-timeout."),
        ),
    ]  # fmt: skip


def test_a_green_run_has_no_annotation(stories: Mapping[str, Report]) -> None:
    assert list(github.of_report(stories["green"])) == []


def test_there_are_ten_at_most_and_the_last_counts_the_rest(make_report: Make, make_case: Case) -> None:
    def case(number: int) -> Any:
        finding = Finding(code=f"C.{number % 30}", message=Phrase(key="problem", params={"text": "x"}))
        return make_case(number, f"v{number}", verdict=Verdict.FAIL, findings=[finding])

    lines = [read(line) for line in github.of_report(make_report([case(number) for number in range(1, 301)]))]
    assert len(lines) == 10
    assert lines[0] is not None
    assert lines[0][2] == "v1, v31, v61, v91, v121 and 5 more: x"
    assert lines[-1] == ("error", {}, "21 more causes: see the summary of this step.")
    ru = [*github.of_report(make_report([case(number) for number in range(1, 31)]), lang="ru")]
    assert ru[-1] == "::error::Ещё 21 причина: см. сводку этого шага."
    assert len([*github.of_report(make_report([case(number) for number in range(1, 11)]))]) == 10


def test_files_are_told_as_the_repository_sees_them(stories: Mapping[str, Report]) -> None:
    line = next(github.of_report(stories["red"], base="services/video"))
    assert line.startswith("::error file=services/video/scenarios/runway/image_to_video.yaml,line=18,")


def test_hostile_texts_stay_inside_their_annotation(stories: Mapping[str, Report]) -> None:
    lines = list(github.of_report(stories["hostile"]))
    assert 0 < len(lines) <= 10
    for line in lines:
        assert "\n" not in line
        assert "\r" not in line
        assert "key_5ec2e7" not in line
        assert read(line) is not None
    assert "::add-mask::" not in "".join(lines)


TRICKY = st.text("%:,=\r\n#[] \u200b\ufeffa0A25D3C", max_size=40) | st.text(max_size=40)


@given(TRICKY, TRICKY, TRICKY)
def test_what_is_escaped_is_read_back(message: str, file: str, title: str) -> None:
    line = github.command("error", message, file=file, title=title)
    assert re.search(r"[\r\n]", line) is None
    told = {name: value for name, value in {"file": file, "title": title}.items() if value}
    # The runner cuts white space off the ends of the properties.
    name, properties, data = read(line) or ("", {}, "")
    assert (name, data) == ("error", message)
    assert {key: value.strip() for key, value in properties.items()} == {
        key: value.strip() for key, value in told.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "::error::x",
        "  ::error file=a::x",
        "\t::add-path::/tmp",
        "a ##[error]x",
        "##[group]x",
        "\u200b::error::x",
        "\ufeff::error::x",
        ":\u200b:error::x",
        "#\u00ad#\u200d[error]x",
        "first\n::error::x\nlast ##[command]x",
        "over\r::stop-commands::x",
        "::::error::x",
        "##[##[error]x",
        "###[error]x",
    ],
)
def test_no_line_is_a_command(text: str) -> None:
    unseen = re.compile("[\u200b\ufeff\u00ad\u200d]")
    told = github.neutral(text)
    assert [read(unseen.sub("", line)) for line in re.split("[\r\n]", told)] == [None] * len(re.split("[\r\n]", text))
    assert told.replace(" ", "") == text.replace(" ", "")


@given(st.text(":#[] \n\r\t\u200bae", max_size=30) | st.text(max_size=60))
def test_no_text_is_a_command(text: str) -> None:
    told = github.neutral(text)
    assert [line for line in re.split("[\r\n]", told) if read(line.replace("\u200b", "")) is not None] == []
    assert github.neutral(told) == told


@pytest.mark.parametrize("text", ["a::b", "pass ✅ 12:30", "PARAM::VALUE", "[::1]:8080", "# [x]", "ratio=9:16"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert github.neutral(text) == text


@pytest.mark.thorough
def test_the_summary_has_the_room_that_it_is_given(make_report: Make, make_case: Case) -> None:
    report = make_report([make_case(number, f"variant {number} " + "x" * 90) for number in range(1, 9001)])
    assert len(github.summary(report).encode()) <= github.MOST_SUMMARY
    short = github.summary(report, room=300)
    assert (
        short
        == "## ✅ 9000 variants, all as expected — runway · image_to_video · mock · contract 2026-11-22\n".replace(
            "_", "_"
        )
    )
    assert github.summary(report, room=10) == ""


def test_mistakes_in_files_are_annotated() -> None:
    mistakes = [
        Mistake(
            source=Source(file="a.yaml", line=3, column=7), what="no, 50%", fix="Write 5.", field="matrix.strength"
        ),
        Mistake(source=Source(file="b.yaml"), what="unreadable"),
    ]
    assert list(github.of_mistakes(mistakes, base="sub")) == [
        "::error file=sub/a.yaml,line=3,col=7::matrix.strength: no, 50%25%0AWrite 5.",
        "::error file=sub/b.yaml::unreadable",
    ]
    assert len(list(github.of_mistakes(mistakes * 20))) == 10
