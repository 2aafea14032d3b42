"""What a run says is what it saw: no ✅ for what nobody observed, and no proposal that means something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]

SCENARIO = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, ratio: 9:16, duration: 5}
variants:
  - baseline
"""
ALONE = {
    "en": "Runway: the mock had no contract and takes any payload; a pass does not mean that the API would take it.",
    "ru": "Runway: у мока не было контракта, он принимает любой запрос; успех не значит, что его принял бы API.",
}


def plain(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("contract", "verdict", "code"),
    [
        # Says the first mistake only: that of the baseline.
        pytest.param("2025-10", "inconclusive", 1, id="one-at-a-time"),
        pytest.param("2026-11-22", "pass", 1, id="all-at-once"),
    ],
)
def test_a_refusal_of_the_baseline_proves_nothing_of_the_variant(
    run: Run, contract: str, verdict: str, code: int
) -> None:
    variant = "  - {name: bad seed, set: {seed: -1}, expect: rejected}\n"
    ran = run("run", "scenario.yaml", "--contract", contract, scenario=SCENARIO + variant)
    assert (ran.code, ran.report["variants"][1]["verdict"]) == (code, verdict), ran.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(("--contract", "none"), True, id="without-contract"),
        pytest.param((), False, id="with-contract"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_mock_without_a_contract_says_that_it_judged_nothing(
    run: Run, argv: tuple[str, ...], *, said: bool, lang: str
) -> None:
    ran = run("run", "scenario.yaml", "--lang", lang, *argv, scenario=SCENARIO)
    latest = ran.folder / "reports" / "latest"
    shown = [plain(ran.out), *(plain((latest / name).read_text("utf-8")) for name in ("report.md", "report.html"))]
    assert [text.count(ALONE[lang]) for text in shown[:2]] == [int(said)] * 2
    assert f'<p class="note">{ALONE[lang]}</p>' in shown[2] or not said
    assert [note["text"] for note in ran.report["run"]["notes"]] == [ALONE["en"]] * said


def test_a_real_target_is_not_told_of_as_a_mock(run: Run, serve: Callable[..., Any]) -> None:
    url = serve(contract="none").url
    ran = run("scenario.yaml", "--base-url", url, "--contract", "none", "--poll-interval", "20ms", scenario=SCENARIO)
    assert ran.report["run"]["notes"] == []
