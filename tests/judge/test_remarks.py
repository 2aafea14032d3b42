"""Warnings beside a pass: accepted, but …"""

from collections.abc import Callable
from typing import Any

import pytest

from harness import words
from harness.judge import judge
from harness.model import Judgement, Outcome, Output, Variant, Verdict
from harness.provider import Provider

MakeVariant = Callable[..., Variant]


def told(judgement: Judgement, lang: str = "en") -> list[tuple[str, str]]:
    assert judgement.verdict is Verdict.PASS
    assert all(finding.warning for finding in judgement.findings)
    return [(finding.code, words.say(finding.message, lang)) for finding in judgement.findings]


def test_a_key_that_the_contract_does_not_have(
    runway: Provider, variant: MakeVariant, ended: Callable[..., Outcome], good: dict[str, Any]
) -> None:
    judgement = judge(variant({**good, "watermark": False}), ended(), runway)

    assert told(judgement) == [
        (
            "UNDOCUMENTED",
            "watermark was accepted, but the contract 2026-11-22 has no such key: the API may ignore it.",
        )
    ]
    assert told(judgement, "ru") == [
        (
            "UNDOCUMENTED",
            "Поле watermark принято, но в контракте 2026-11-22 его нет: API может его не учитывать.",
        )
    ]
    assert judgement.findings[0].field == "watermark"


@pytest.mark.parametrize(
    ("more", "english", "russian"),
    [
        pytest.param(
            {"watermark": False},
            "Leave watermark out, or do not rely on it.",
            "Уберите watermark или не полагайтесь на него.",
            id="like-no-key",
        ),
        pytest.param(
            {"sed": 5},
            "Did you mean seed? If not, leave sed out, or do not rely on it.",
            "Возможно, вы имели в виду seed? Если нет, уберите sed или не полагайтесь на него.",
            id="mistyped",
        ),
        pytest.param(
            {"contentModeration": {"publicFigureTreshold": "low"}},
            "Did you mean contentModeration.publicFigureThreshold? If not, leave "
            "contentModeration.publicFigureTreshold out, or do not rely on it.",
            "Возможно, вы имели в виду contentModeration.publicFigureThreshold? Если нет, уберите "
            "contentModeration.publicFigureTreshold или не полагайтесь на него.",
            id="inside",
        ),
    ],
)
def test_the_key_that_was_meant_is_named(
    more: dict[str, Any],
    english: str,
    russian: str,
    *,
    runway: Provider,
    variant: MakeVariant,
    ended: Callable[..., Outcome],
    good: dict[str, Any],
) -> None:
    (found,) = judge(variant({**good, **more}), ended(), runway).findings
    assert found.code == "UNDOCUMENTED"
    assert found.advice is not None
    assert [words.say(found.advice, lang) for lang in ("en", "ru")] == [english, russian]


def test_the_contract_of_2025_knew_the_watermark(
    runway_2025: Provider, variant: MakeVariant, ended: Callable[..., Outcome], good: dict[str, Any]
) -> None:
    assert told(judge(variant({**good, "watermark": False}), ended(), runway_2025)) == []


def test_without_a_contract_nothing_is_undocumented(
    runway_alone: Provider, variant: MakeVariant, ended: Callable[..., Outcome], good: dict[str, Any]
) -> None:
    assert told(judge(variant({**good, "watermark": False}), ended(), runway_alone)) == []


def test_a_value_that_is_on_its_way_out(
    runway: Provider, variant: MakeVariant, ended: Callable[..., Outcome], video: Callable[..., Output]
) -> None:
    payload = {"model": "hailuo3", "promptText": "A wave", "resolution": "768P", "duration": 6}
    outcome = ended(outputs=(video(width=768, height=768, duration_s=6.0),))

    judgement = judge(variant(payload, endpoint="text_to_video"), outcome, runway)

    found = [finding for finding in judgement.findings if finding.code == "DEPRECATED"]
    assert [words.say(finding.message) for finding in found] == ["resolution=768P is deprecated."]
    assert found[0].proposal is not None
    assert found[0].proposal.value == "768p"
    assert words.say(found[0].proposal.reason) == "Send resolution=768p: it replaces the deprecated value."
    assert words.say(found[0].proposal.reason, "ru") == "Отправьте resolution=768p: это замена устаревшего значения."


@pytest.mark.parametrize(
    ("running_s", "total_s", "slow"),
    [(None, 24.0, False), (24.0, 500.0, False), (300.0, 310.0, False), (301.0, 310.0, True), (None, 400.0, True)],
)
def test_a_task_near_its_time_limit(
    running_s: float | None,
    total_s: float,
    slow: bool,  # noqa: FBT001 - a column of the table
    *,
    runway: Provider,
    variant: MakeVariant,
    ended: Callable[..., Outcome],
) -> None:
    judgement = judge(variant(), ended(running_s=running_s, total_s=total_s), runway)

    assert [code for code, _ in told(judgement)] == (["SLOW"] if slow else [])


def test_how_slow_is_said(runway: Provider, variant: MakeVariant, ended: Callable[..., Outcome]) -> None:
    judgement = judge(variant(), ended(running_s=400.4), runway)

    task = judgement.findings[0].message.params["task"]
    assert told(judgement) == [("SLOW", f"Task {task} was slow: it ran 400 s of the 600 s that a task is given.")]
