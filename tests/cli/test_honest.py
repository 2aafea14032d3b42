"""What a run says is what it saw: no ✅ for what nobody observed, and no proposal that means something else."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.report.mended import changes, proof
from harness.report.style import Style

Run: TypeAlias = Callable[..., Any]
ROOT = Path(__file__).parents[2]

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


def test_a_payload_for_another_endpoint_has_no_baseline_to_mend(run: Run) -> None:
    """All of it is the variant's own, also what it leaves out."""
    other = "endpoint: text_to_image, expect: rejected, payload: {model: gen4_image, ratio: 1920:1080"
    lines = (f"  - {{name: none, {other}}}}}\n", f"  - {{name: odd, {other}, promptText: 5}}}}\n")
    story = SCENARIO.replace("9:16", "720:1280") + "".join(lines)
    ran = run("scenario.yaml", scenario=story)
    codes = [[one["code"] for one in entry["findings"]] for entry in ran.report["variants"][1:]]
    assert (ran.code, codes) == (0, [["PARAM.MISSING"], ["PARAM.TYPE"]]), ran.out


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


MISTYPED = SCENARIO.replace("ratio: 9:16, duration: 5", "ratio: 720:1280, duraton: 5")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_mistyped_key_is_no_working_format_beside_one_that_the_contract_knows(run: Run, lang: str) -> None:
    variant = "  - {name: plain, keep: [model, promptImage, ratio]}\n"
    ran = run("run", "scenario.yaml", "--lang", lang, scenario=MISTYPED + variant)
    (scenario,) = ran.report["scenarios"]
    assert (ran.code, "duraton" in scenario["working_format"], "undocumented" in scenario) == (0, False, False)
    assert {"en": "Did you mean duration?", "ru": "Возможно, вы имели в виду duration?"}[lang] in plain(ran.out)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Not in the contract: duraton. The API may ignore it."),
        ("ru", "Нет в контракте: duraton. API может его не учитывать."),
    ],
)
def test_a_working_format_with_a_mistyped_key_says_so(run: Run, lang: str, said: str) -> None:
    ran = run("run", "scenario.yaml", "--lang", lang, scenario=MISTYPED)
    (scenario,) = ran.report["scenarios"]
    latest = ran.folder / "reports" / "latest"
    assert (scenario["working_format"]["duraton"], scenario["undocumented"]) == (5, ["duraton"])
    assert ran.out.endswith(f"\n  {said}\n")
    assert said in (latest / "report.md").read_text("utf-8")
    assert f'<p class="note">{said}</p>' in (latest / "report.html").read_text("utf-8")


def test_a_mended_baseline_with_a_mistyped_key_gives_way(run: Run) -> None:
    """The mended baseline is told of, and the working format is the one that the contract knows."""
    scenario = SCENARIO.replace("duration: 5", "duraton: 5") + "  - {name: mended, set: {ratio: 720:1280}}\n"
    scenario += "  - {name: plain, keep: [model, promptImage], set: {ratio: 720:1280}}\n"
    ran = run("run", "scenario.yaml", scenario=scenario)
    (told,) = ran.report["scenarios"]
    assert ("duraton" in told["mended"]["payload"], "duraton" in told["working_format"]) == (True, False)
    assert '\n  The baseline, mended: {"model": "gen4_turbo", ' in ran.out


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    ("argv", "heading"),
    [
        pytest.param((), {"en": "Not tried:", "ru": "Не проверено:"}, id="untried"),
        pytest.param(("--diagnose",), None, id="seen-to-work"),
    ],
)
def test_the_page_shows_the_mended_baseline_as_the_console_does(
    run: Run, argv: tuple[str, ...], heading: dict[str, str] | None, lang: str
) -> None:
    ran = run("run", "scenario.yaml", "--lang", lang, *argv, scenario=SCENARIO)
    page = (ran.folder / "reports" / "latest" / "report.html").read_text("utf-8")
    made, style = ran.report["scenarios"][0]["mended"], Style(lang=lang)
    shown = unescape(page[page.index('<div class="mended">') :].partition("</div>")[0])
    lines = [proof(made, style), *changes(made, style)]
    payload = "" if heading is None else f"<p>{heading[lang]}</p>"
    payload += (
        "" if heading is None else f'<pre class="copy" tabindex="0"><code>{style.block(made["payload"])}</code></pre>'
    )
    listed = "".join(f"<li>{line}</li>" for line in lines[1:])
    assert shown == f'<div class="mended">{payload}<p>{lines[0]}</p><ul>{listed}</ul>'
    assert all(line in plain(ran.out) for line in lines)


LANDSCAPE = SCENARIO + "  - {name: landscape, set: {ratio: 1280:720}}\n"


@pytest.mark.parametrize(
    ("argv", "seen", "written"),
    [
        pytest.param((), False, False, id="plain"),
        pytest.param(("--diagnose", "--write", "--max-probes", "0"), False, False, id="no-probe-left"),
        pytest.param(("--diagnose", "--write"), True, True, id="tried"),
    ],
)
def test_a_portrait_stays_a_portrait(run: Run, argv: tuple[str, ...], *, seen: bool, written: bool) -> None:
    """A listed variant of another shape works: that is no reason to mend the baseline to it."""
    ran = run("run", "scenario.yaml", *argv, scenario=LANDSCAPE)
    (scenario,) = ran.report["scenarios"]
    (changed,) = scenario["mended"]["changes"]
    assert (changed["field"], changed["to"], scenario["mended"]["seen_to_work"]) == ("ratio", "720:1280", seen)
    assert scenario["working_format"]["ratio"] == ("720:1280" if seen else "1280:720")
    mended = LANDSCAPE.replace("9:16", "720:1280")
    assert (ran.folder / "scenario.yaml").read_text("utf-8") == (mended if written else LANDSCAPE)
    assert ("+baseline" in ran.out) is written, ran.out


TYPING = """\
name: waving
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: https://example.com/a.jpg, ratio: 720:1280, duraton: 5, watermark: true}
variants:
  - baseline
  - {name: on purpose, set: {sed: 1}, expect: rejected}
  - {name: of another contract, set: {sead: 1}, contracts: ["2025-10"]}
  - {name: by mistake, set: {seeed: 1}}
matrix:
  factors: {seed: [1, 2], content_moderation: [{}]}
"""
TYPED = {
    "en": "scenario.yaml: baseline: the contract 2026-11-22 has no key duraton. Did you mean duration?\n"
    "scenario.yaml:10: the contract 2026-11-22 has no key content_moderation. Did you mean contentModeration?\n"
    "scenario.yaml:9: the contract 2026-11-22 has no key seeed. Did you mean seed?\n",
    "ru": "scenario.yaml: ключ baseline: в контракте 2026-11-22 нет ключа duraton. Возможно, вы имели в виду "
    "duration?\n"
    "scenario.yaml:10: в контракте 2026-11-22 нет ключа content_moderation. Возможно, вы имели в виду "
    "contentModeration?\n"
    "scenario.yaml:9: в контракте 2026-11-22 нет ключа seeed. Возможно, вы имели в виду seed?\n",
}


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("command", ["validate", "list", "plan"])
def test_a_mistyped_key_is_told_of_before_anything_is_sent(run: Run, command: str, lang: str) -> None:
    """Only such keys: what is like no key of the contract (watermark), or is to be refused, is meant."""
    ran = run(command, "scenario.yaml", "--lang", lang, scenario=TYPING)
    assert (ran.code, ran.err) == (0, TYPED[lang])
    assert run(command, "scenario.yaml", "--contract", "none").err == ""
    assert run(command, "scenario.yaml", "--quiet").err == ""


def test_keys_of_the_shipped_scenarios_are_meant(run: Run) -> None:
    ran = run("validate", str(ROOT / "scenarios"))
    assert (ran.code, ran.err) == (0, "")
