"""Since when something is broken, as report.json lets one tell it, in every written report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from harness.report import Report, console, markdown
from harness.report.since import Past
from harness.report.style import Style

RUNS = [
    {"id": f"202611{day}-031500-7f3a", "started_at": f"2026-11-{day}T03:15:00.000Z"} for day in (17, 18, 19, 20)
]  # fmt: skip


def past(letters: Mapping[str, str], lang: str = "en", **more: Any) -> Past:
    """The runs before; as many as there are letters."""
    count = max(map(len, letters.values()))
    variants = {name: {"verdicts": told} for name, told in letters.items()}
    return Past({"history": {"runs": RUNS[:count], "variants": variants}, **more}, Style(lang=lang))


NOW = "Broken since this run; last as expected 2026-11-20 03:15 UTC (run 20261120-031500-7f3a)."
NEW = "First fired in this run: no earlier run tells of it."


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("pppp", NOW),
        ("....", NEW),
        ("i...", NEW),
        (
            "ppff",
            (
                "Broken since 2026-11-19 03:15 UTC (run 20261119-031500-7f3a); "
                "last as expected 2026-11-18 03:15 UTC (run 20261118-031500-7f3a)."
            ),
        ),
        # What was not fired, or could not be judged, says nothing.
        (
            "p.fi",
            (
                "Broken since 2026-11-19 03:15 UTC (run 20261119-031500-7f3a); "
                "last as expected 2026-11-17 03:15 UTC (run 20261117-031500-7f3a)."
            ),
        ),
        (
            ".ef.",
            (
                "Broken in each of the 2 earlier runs that judged it, the first 2026-11-18 03:15 UTC "
                "(run 20261118-031500-7f3a)."
            ),
        ),
        ("...f", "Broken in the only earlier run that judged it, 2026-11-20 03:15 UTC (run 20261120-031500-7f3a)."),
        # Where something else was expected, what was seen says nothing of what is expected now.
        (
            ".xx.",
            (
                "Something else was expected of it until 2026-11-19 03:15 UTC (run 20261119-031500-7f3a): what was "
                "seen then does not compare."
            ),
        ),
        (
            "xxxf",
            (
                "Broken in the only earlier run that judged it, 2026-11-20 03:15 UTC (run 20261120-031500-7f3a). "
                "3 earlier runs expected something else of it and are left out."
            ),
        ),
        ("xxxp", NOW),
        ("pfpp", f"{NOW} It goes to and fro: as expected in 3 of 4 runs before."),
    ],
)
def test_since_when(letters: str, said: str) -> None:
    assert past({"v-1": letters}).since(["v-1"]) == said


def test_since_when_in_russian() -> None:
    assert past({"v-1": "pfp"}, "ru").since(["v-1"]) == (
        "Сломано с этого запуска; последний раз как ожидалось 2026-11-19 03:15 UTC (запуск 20261119-031500-7f3a). "
        "То успешно, то нет: как ожидалось в 2 из 3 прежних запусков."
    )


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("ff", "Сломано во всех прежних запусках, где это проверялось (2), первый 2026-11-17 03:15 UTC "),
        ("f", "Сломано и в единственном прежнем запуске, где это проверялось: 2026-11-17 03:15 UTC "),
        ("x", "До 2026-11-17 03:15 UTC (запуск 20261117-031500-7f3a) ожидалось другое: с тем, что было тогда, не "),
        ("xf", "Сломано и в единственном прежнем запуске, где это проверялось: 2026-11-18 03:15 UTC "),
    ],
)
def test_what_does_not_compare_in_russian(letters: str, said: str) -> None:
    told = past({"v-1": letters}, "ru").since(["v-1"])
    assert told.startswith(said)
    assert told.endswith("Не учтено прежних запусков, где ожидалось другое: 1.") is (letters == "xf")


def test_of_several_variants_what_was_asked_something_else_does_not_count() -> None:
    told = past({"v-1": "xxpf", "v-2": "xpxx"})
    assert "last as expected 2026-11-19" in told.since(["v-1", "v-2"])
    assert told.since(["v-1"]).startswith("Broken since 2026-11-20")


def test_of_several_variants_half_must_be_broken() -> None:
    told = past({"v-1": "ppfp", "v-2": "pppp"})
    assert told.since(["v-1", "v-2", "v-3"]) == NOW
    assert "2026-11-19" in past({"v-1": "ppff", "v-2": "pppp"}).since(["v-1", "v-2"])
    assert past({"v-1": "ppff", "v-2": "pppp", "v-3": "pppp"}).since(["v-1", "v-2", "v-3"]) == NOW
    # For a cause that they share, one that passed says that it was not there.
    assert past({"v-1": "ppff", "v-2": "pppp"}).since(["v-1", "v-2"], one_cause=True) == NOW


@pytest.mark.parametrize(
    ("letters", "verdict", "flaky"),
    [
        ("pppp", "fail", False),
        ("ppff", "fail", False),
        ("ppff", "pass", True),
        ("pfpp", "pass", True),
        ("pfii", "pass", True),
        ("p.f.", "inconclusive", False),
        ("pepe", "pass", False),
    ],
)
def test_one_change_is_a_change_and_two_are_flaky(letters: str, verdict: str, flaky: object) -> None:
    assert past({"v-1": letters}).flaky("v-1", verdict) is flaky


def test_what_passed_and_failed_within_the_run_is_flaky() -> None:
    told = past({"v-1": "pppp"}, flaky=["v-1", "v-2"])
    assert [told.flaky(name, "pass") for name in ("v-1", "v-2", "v-3")] == [True, True, False]
    alone = Past({"flaky": ["v-1"]}, Style())
    assert (bool(alone), alone.flaky("v-1", "fail"), alone.since(["v-1"])) == (True, True, "")


@pytest.mark.parametrize("letters", ["ppp", "ppppp", "pzpp", 7, None])
def test_letters_of_another_hand_are_none(letters: Any) -> None:
    told = Past({"history": {"runs": RUNS, "variants": {"v-1": {"verdicts": letters}}}}, Style())
    assert told.letters("v-1") == ""
    assert told.since(["v-1"]) == NEW


def test_more_runs_than_there_can_be_are_none() -> None:
    assert not Past({"history": {"runs": RUNS * 6, "variants": {}}}, Style())


def lines(text: str, word: str) -> Sequence[str]:
    return [line for line in " ".join(text.split()).split(" - ") if word in line]


def with_past(report: Report) -> Report:
    told = {"runs": RUNS, "variants": {"v-00000002": {"verdicts": "ppff"}, "v-00000003": {"verdicts": "pppf"}}}
    return Report({**report.head, "history": told}, report.variants, report.rows)


SINCE = "Broken since 2026-11-19 03:15 UTC (run 20261119-031500-7f3a)"


def test_console_and_markdown_tell_it_too(stories: Mapping[str, Report]) -> None:
    """Once for what has one remark; of what is as expected nothing."""
    report = with_past(stories["red"])
    seen = " ".join(console.render(report).split())
    assert seen.count(SINCE) == 1
    assert "2 aspect ratio" in seen or "2, 3" in seen
    told = markdown.render(report)
    assert told.count(SINCE) == 1
    assert "Сломано с 2026-11-19 03:15 UTC" in markdown.render(report, lang="ru")
    assert "Broken" not in markdown.render(with_past(stories["green"]))


def test_in_the_paragraph_of_a_cause_it_takes_the_place_of_what_says_less(stories: Mapping[str, Report]) -> None:
    def sentence(key: str, text: str) -> Mapping[str, Any]:
        return {"text": text, "words": {"key": key, "params": {}}}

    cause = {
        "kind": "refused",
        "code": "PARAM.VALUE",
        "confidence": "minimal",
        "explains": ["v-00000002", "v-00000003"],
        "numbers": [2, 3],
        "sentences": [
            sentence("cause.refused", "ratio=9:16 is refused (2 rows)."),
            sentence("cause.since", "It was accepted in the run x."),
            sentence("cause.instead", "Send ratio=720:1280."),
        ],
    }
    report = with_past(stories["red"])
    diagnosed = Report({**report.head, "diagnoses": [cause]}, report.variants, report.rows)
    said = (
        "ratio=9:16 is refused (2 rows). Broken since 2026-11-20 03:15 UTC (run 20261120-031500-7f3a); last as "
        "expected 2026-11-19 03:15 UTC (run 20261119-031500-7f3a). Send ratio=720:1280."
    )
    assert said in " ".join(console.render(diagnosed).split())
    assert said in " ".join(markdown.render(diagnosed).split())
