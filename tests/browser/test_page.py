"""The HTML report in a browser: what a person does with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from harness.report import Report

pytestmark = pytest.mark.thorough

Show = Callable[..., Any]

HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>\u202e\u2028</textarea>"


def entry(number: int, *, levels: Mapping[str, Any], verdict: str = "pass", **more: Any) -> dict[str, Any]:
    """A variant as report.json has it."""
    refused = verdict == "fail"
    return {
        "id": f"v-{number:08x}",
        "scenario": "image_to_video",
        "endpoint": "image_to_video",
        "source": f"scenarios/image_to_video.yaml:{number + 10}",
        "name": ", ".join(f"{key}={value}" for key, value in levels.items()),
        "tags": ["smoke"] if number % 2 else ["nightly"],
        "levels": dict(levels),
        "payload": {"promptText": "wave", **levels},
        "expect": "works",
        "verdict": verdict,
        "result": "refused" if refused else "works",
        "http_status": 400 if refused else 200,
        "task_id": None if refused else f"d8b03508-a8a3-4590-ae09-{number:012x}",
        "task_state": None if refused else "SUCCEEDED",
        "polls": 0 if refused else 5,
        "attempts": 1,
        "credits": {"planned": 25, "estimated": None if refused else 25, "charged": None if refused else 25},
        "timing": {
            "queued_s": None if refused else 2.0,
            "running_s": None if refused else 18.0 + number % 30,
            "total_s": 0.1 if refused else 20.5 + number % 30,
        },
        "outputs": [],
        "findings": [],
        "skipped": None,
        "curl": f"curl -d '{json.dumps(levels)}' https://api.example/v1/make",
        **more,
    }


def report_of(variants: list[dict[str, Any]], **more: Any) -> Report:
    verdicts = [variant["verdict"] for variant in variants]
    head = {
        "format_version": 1,
        "run": {
            "id": "20261122-101500-7f3a",
            "target": "mock",
            "provider": "runway",
            "contract": "2026-11-22",
            "until": "verified",
            "seed": 0,
            "started_at": "2026-11-22T10:15:00.000Z",
            "wall_s": 0.4,
            "simulated_s": 252.0,
            "exit_code": 1,
            "notes": [],
        },
        "totals": {
            **{name: verdicts.count(name) for name in ("pass", "fail", "inconclusive", "error", "skipped")},
            "credits": {"planned": 100, "estimated": 100, "charged": 100},
        },
        "scenarios": [{"name": "image_to_video", "source": "x", "endpoint": "image_to_video", "working_format": None}],
        "diagnoses": [],
        "probes": [],
        **more,
    }
    return Report(head, variants)


FINDING = {
    "code": "PARAM.VALUE",
    "field": "ratio",
    "message": "ratio=9:16 is refused; allowed: 720:1280.",
    "suggestion": "Send ratio=720:1280.",
    "warning": False,
    "move": "yours",
    "proposal": {
        "field": "ratio",
        "value": "720:1280",
        "text": "Send ratio=720:1280.",
        "words": {"key": "none", "params": {}},
    },
    "said": "Invalid option",
    "words": {"message": {"key": "none", "params": {}}, "suggestion": None},
}
MODELS = ("gen4.5", "gen4_turbo", "veo3.1")
RATIOS = ("9:16", "720:1280", "1280:720")


def grid() -> Report:
    """Every model with every ratio and two durations; 9:16 is refused."""
    cells = [(model, ratio, duration) for model in MODELS for ratio in RATIOS for duration in (5, 10)]
    return report_of(
        [
            entry(
                number,
                levels={"model": model, "ratio": ratio, "duration": duration},
                verdict="fail" if ratio == "9:16" else "pass",
                findings=[FINDING] if ratio == "9:16" else [],
            )
            for number, (model, ratio, duration) in enumerate(cells, 1)
        ]
    )


def test_the_first_screen_says_what_broke_and_what_to_send_instead(show: Show) -> None:
    shown = show(grid(), viewport={"width": 1280, "height": 800})
    for text in ("6 of 18 variants not as expected", "ratio=9:16 is refused", '{"ratio": "720:1280"}'):
        box = shown.page.get_by_text(text).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800, text


def test_search_filters_and_order(show: Show) -> None:
    shown = show(grid())
    page = shown.page
    assert shown.said == "18 of 18 variants"

    page.get_by_role("searchbox").fill("gen4.5 9:16")
    shown.waits(".scroll .row", 2)
    assert shown.names == [f"model=gen4.5, ratio=9:16, duration={duration}" for duration in (5, 10)]
    page.get_by_role("button", name="Clear filters").click()

    page.locator("#filters").get_by_role("button", name="not as expected").click()
    assert shown.said == "6 of 18 variants"
    page.get_by_label("Tag").select_option("smoke")
    assert shown.said == "3 of 18 variants"
    page.get_by_role("button", name="Clear filters").click()

    page.locator("#pick-factor").select_option("duration")
    page.locator("#pick-level").select_option(label="10")
    assert shown.said == "9 of 18 variants"
    page.get_by_role("button", name="Clear filters").click()
    assert shown.said == "18 of 18 variants"

    page.get_by_role("columnheader", name="Time").get_by_role("button").click()
    assert page.get_by_role("columnheader", name="Time").get_attribute("aria-sort") == "descending"
    assert "duration=10" in shown.names[0]
    page.get_by_role("searchbox").fill("nothing like it")
    page.get_by_text("No variant matches.").wait_for()


def test_the_numbers_of_the_headline_lead_into_the_table(show: Show) -> None:
    shown = show(grid())
    shown.page.locator(".counts a", has_text="not as expected").last.click()
    assert shown.said.startswith("6 of 18 variants")
    assert shown.page.locator("#variants").bounding_box()["y"] < 100


def test_the_matrix_shows_two_factors_and_leads_to_the_variants(show: Show) -> None:
    shown = show(grid())
    page = shown.page
    assert page.locator("#grid-across, #grid-down").evaluate_all("all => all.map(one => one.value).includes('ratio')")

    page.locator("#grid-across").select_option("ratio")
    page.locator("#grid-down").select_option("model")
    cell = page.get_by_role("button", name="ratio=9:16, model=veo3.1: 2 not as expected")
    assert cell.locator("use").get_attribute("href") == "#i-fail"
    assert "model=veo3.1, ratio=9:16, duration=5: refused" in str(cell.get_attribute("title"))
    cell.click()
    assert shown.said == "2 of 18 variants · chosen in the matrix or by a cause"
    assert shown.names == [f"model=veo3.1, ratio=9:16, duration={duration}" for duration in (5, 10)]
    assert page.locator(".grid .cell").count() == 9
    page.locator("#grid-down").select_option("")
    assert page.locator(".grid .cell").count() == 3


def test_colour_is_not_alone(show: Show) -> None:
    """Each verdict has a shape of its own."""
    shown = show(grid())
    shapes = shown.page.locator("symbol").evaluate_all("all => all.map(one => one.innerHTML)")
    assert len(set(shapes)) == 5


def test_a_permalink_opens_the_variant_and_keys_lead_on(show: Show) -> None:
    shown = show(grid(), "#v-00000003")
    page = shown.page
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("heading", level=2).inner_text().startswith("3 model=gen4.5, ratio=720:1280, duration=5")
    assert "queued 2 s" in dialog.inner_text()
    assert "scenarios/image_to_video.yaml:13" in dialog.inner_text()
    assert "25 planned, 25 estimated, 25 charged" in dialog.inner_text()
    assert page.title().startswith("3 model=gen4.5")

    page.keyboard.press("ArrowLeft")
    shown.opens(2)
    assert "ratio=9:16 is refused; allowed: 720:1280." in dialog.inner_text()
    page.keyboard.press("Escape")
    shown.closes()
    from playwright.sync_api import expect

    expect(page).to_have_url(re.compile(r"report\.html$"))  # the browser goes back a moment later

    page.locator(".scroll .row a").nth(4).focus()
    page.keyboard.press("Enter")
    shown.opens(5)
    assert dialog.is_visible()
    page.go_back()
    shown.closes()


def test_a_causes_variants_are_links(show: Show) -> None:
    shown = show(grid())
    shown.page.locator(".cause .who a").first.click()
    shown.opens(1)


def test_the_payload_is_told_against_the_baseline(show: Show) -> None:
    base = {"ratio": "720:1280", "duration": 5, "seed": 7}
    variants = [
        entry(1, levels={}, name="as it is", payload=base),
        entry(2, levels={"ratio": "9:16"}, payload={**base, "ratio": "9:16"}),
        entry(3, levels={"seed": {"$absent": True}}, payload={"ratio": "720:1280", "duration": 5}),
    ]
    shown = show(report_of(variants), "#v-00000002")
    page = shown.page
    assert page.locator(".diff").inner_text().split() == ["ratio", '"720:1280"', '"9:16"']
    page.keyboard.press("j")
    shown.opens(3)
    assert page.locator(".diff").inner_text().split() == ["seed", "7", "(left", "out)"]
    page.locator("dialog summary").click()
    assert json.loads(page.locator("dialog details code").inner_text()) == {"ratio": "720:1280", "duration": 5}
    assert page.locator("dialog section").last.locator("code").inner_text() == variants[2]["curl"]


RUNS = [
    {"id": f"202611{day}-031500-7f3a", "started_at": f"2026-11-{day}T03:15:00.000Z"} for day in range(12, 20)
]  # fmt: skip


def with_past() -> Report:
    """The grid after eight runs: 9:16 broke on the 18th, the third variant goes to and fro, the fourth is new."""
    report = grid()
    broken, well = "ppppppff", "pppppppp"
    told = {
        str(entry["id"]): {
            "verdicts": broken if entry["verdict"] == "fail" else well,
            "queued_s": [2.0, None],
            "running_s": [21.4, 30.0],
        }
        for entry in report.variants
    }
    told["v-00000003"]["verdicts"] = "ppf.peip"
    del told["v-00000004"]
    return Report({**report.head, "history": {"runs": RUNS, "variants": told}}, report.variants)


def test_the_first_screen_says_since_when(show: Show) -> None:
    shown = show(with_past(), viewport={"width": 1280, "height": 800})
    since = shown.page.locator(".cause .since").first
    assert since.inner_text() == (
        "Broken since 2026-11-18 03:15 UTC (run 20261118-031500-7f3a); "
        "last as expected 2026-11-17 03:15 UTC (run 20261117-031500-7f3a)."
    )
    box = since.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 400


def test_a_line_of_marks_says_how_a_variant_fared(show: Show) -> None:
    shown = show(with_past())
    page = shown.page
    first = page.locator(".scroll .row").first.locator(".spark")
    assert first.get_attribute("aria-label") == (
        "Runs before, oldest first: as expected × 6, not as expected × 2. This run: not as expected."
    )
    marks = first.locator(".mark").evaluate_all(
        "all => all.map(one => [one.getAttribute('class'), one.getAttribute('d')])"
    )
    assert [kind for kind, _ in marks] == [f"mark {verdict}" for verdict in ("pass",) * 4 + ("fail",) * 3]
    # Colour is not alone: a failure has another shape.
    assert len({shape for _, shape in marks}) == 2
    assert page.locator(".scroll .row").nth(3).locator(".spark").count() == 0
    page.get_by_role("columnheader", name="Runs").get_by_role("button").click()
    assert shown.names[0] == "model=gen4.5, ratio=720:1280, duration=5"
    assert page.locator(".scroll .row").first.locator(".flaky-mark").count() == 1


def test_the_view_of_a_variant_tells_each_run_and_what_is_usual(show: Show) -> None:
    page = show(with_past(), "#v-00000003").page
    dialog = page.get_by_role("dialog")
    assert dialog.locator(".spark .mark").count() == 9
    dialog.get_by_text("Each run").click()
    assert [" ".join(line.split()) for line in dialog.locator(".runs li").all_inner_texts()] == [
        "this run",
        "as expected 2026-11-19 03:15 UTC 20261119-031500-7f3a",
        "unclear 2026-11-18 03:15 UTC 20261118-031500-7f3a",
        "error of ours 2026-11-17 03:15 UTC 20261117-031500-7f3a",
        "as expected 2026-11-16 03:15 UTC 20261116-031500-7f3a",
        "not as expected 2026-11-14 03:15 UTC 20261114-031500-7f3a",
        "as expected 2026-11-13 03:15 UTC 20261113-031500-7f3a",
        "as expected 2026-11-12 03:15 UTC 20261112-031500-7f3a",
    ]
    text = dialog.inner_text()
    assert "queued 2 s (before: half within 2 s)" in text
    assert "running 21 s (before: half within 21 s, 95 % within 30 s)" in text
    page.keyboard.press("ArrowLeft")
    dialog.get_by_text("Broken since 2026-11-18 03:15 UTC").wait_for()


def test_what_was_expected_otherwise_is_told_apart(show: Show) -> None:
    report = with_past()
    told = {**report.head["history"]["variants"], "v-00000003": {"verdicts": "ffffxxpp"}}
    page = show(
        Report({**report.head, "history": {"runs": RUNS, "variants": told}}, report.variants), "#v-00000003"
    ).page
    dialog = page.get_by_role("dialog")
    assert dialog.locator(".spark .mark.otherwise").count() == 2
    dialog.get_by_text("Each run").click()
    lines = [" ".join(line.split()) for line in dialog.locator(".runs li").all_inner_texts()]
    assert lines[3] == "expected otherwise then 2026-11-17 03:15 UTC 20261117-031500-7f3a"


def test_what_is_flaky_stands_apart(show: Show) -> None:
    shown = show(with_past())
    page = shown.page
    assert page.locator("#flaky ~ .flaky a").all_inner_texts() == ["3 model=gen4.5, ratio=720:1280, duration=5"]
    page.locator("#filters").get_by_role("button", name="flaky").click()
    assert shown.said == "1 of 18 variants"
    page.get_by_role("button", name="Clear filters").click()
    assert shown.said == "18 of 18 variants"


def test_without_runs_before_nothing_is_told_of_them(show: Show) -> None:
    page = show(grid()).page
    assert page.locator(".spark, .since, .flaky, .looks-back").count() == 0
    assert page.locator("#table [role=columnheader]").count() == 6
    page.get_by_text("no earlier run to compare with").wait_for()


def diagnosed(report: Report) -> Report:
    """The report with a cause that two probes proved."""
    probes = [
        {**entry(41, levels={"ratio": "9:16", "seed": 7}, verdict="fail", findings=[FINDING]), "id": "p-00000001"},
        {**entry(42, levels={"ratio": "720:1280"}), "id": "p-00000002"},
    ]
    failing = [str(one["id"]) for one in report.variants if one["verdict"] == "fail"]
    cause = {
        "minimal": [{"ratio": "9:16"}],
        "confidence": "minimal",
        "kind": "refused",
        "code": "PARAM.VALUE",
        "explains": failing,
        "partly": [],
        "suggestion": {"ratio": "720:1280"},
        "suggestion_seen_to_work": True,
        "probes": ["p-00000001", "p-00000002", "p-unknown"],
    }
    purposes = ("split", "suggestion")
    told = [{**probe, "purpose": purpose} for probe, purpose in zip(probes, purposes, strict=True)]
    return Report({**report.head, "diagnoses": [cause], "probes": told}, report.variants)


def test_a_cause_leads_to_its_probes(show: Show) -> None:
    shown = show(diagnosed(with_past()))
    page = shown.page
    page.get_by_text("3 probes sent to find this, and what came").click()
    assert [" ".join(line.split()) for line in page.locator(".proof li").all_inner_texts()] == [
        "ratio=9:16, seed=7: refused. Which of the possible causes is it?",
        "ratio=720:1280: works. Does the proposal work? d8b03508-a8a3-4590-ae09-00000000002a",
    ]
    page.locator(".proof a").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Probe 1 ratio=9:16, seed=7").wait_for()
    text = dialog.inner_text()
    assert "Which of the possible causes is it? refused" in " ".join(text.split())
    assert "ratio=9:16 is refused; allowed: 720:1280." in text
    assert dialog.locator(".diff").inner_text().split() == ["ratio", '"9:16"', "seed", "7"]
    assert page.url.endswith("#p-00000001")
    page.keyboard.press("ArrowRight")
    dialog.get_by_role("heading", name="Probe 2 ratio=720:1280").wait_for()
    assert dialog.get_by_role("button", name="Next").is_disabled()
    page.keyboard.press("Escape")
    shown.closes()


def test_a_probe_has_a_permalink(show: Show) -> None:
    page = show(diagnosed(grid()), "#p-00000002").page
    page.get_by_role("dialog").get_by_role("heading", name="Probe 2 ratio=720:1280").wait_for()
    assert page.title().startswith("Probe 2 ratio=720:1280")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_and_on_a_narrow_screen_nothing_is_cut_off(show: Show, scheme: str) -> None:
    page = show(diagnosed(with_past()), viewport={"width": 360, "height": 780}, color_scheme=scheme).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert (
        page.locator("#paper tr").first.locator("th").count() == page.locator("#paper tr").nth(1).locator("td").count()
    )
    assert page.locator("#paper .spark").count() == 17
    assert page.locator(".proof li").first.is_visible()


def test_dark_and_light(show: Show) -> None:
    def ground(page: Any) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = show(grid()).page
    dark = show(grid(), color_scheme="dark").page
    assert (ground(light), ground(dark)) == ("rgb(246, 247, 249)", "rgb(15, 18, 22)")
    light.get_by_role("button", name="Dark or light").click()
    assert ground(light) == ground(dark)
    light.reload()
    assert ground(light) == ground(dark)


def test_ten_thousand_variants_scroll(show: Show) -> None:
    variants = [
        entry(number, levels={"model": MODELS[number % 3], "seed": number}, verdict="pass" if number % 7 else "fail")
        for number in range(1, 10_001)
    ]
    shown = show(report_of(variants))
    page = shown.page
    assert shown.said == "10000 of 10000 variants"
    assert page.locator(".scroll .row").count() < 60
    scroll = "place => new Promise(done => { const box = document.querySelector('.scroll'); box.scrollTop = place; \
        requestAnimationFrame(() => requestAnimationFrame(() => done(box.querySelectorAll('.row').length))); })"
    for place in (180_000, 90_000, 10_000_000):
        assert 10 < page.evaluate(scroll, place) < 60
    assert shown.names[-1] == "model=gen4_turbo, seed=10000"
    assert page.locator(".scroll .row").last.get_attribute("aria-rowindex") == "10001"
    # What a person waits for, measured by the page itself: a search through all of them, and an order.
    spent = page.evaluate(
        "() => { const start = performance.now(); document.querySelector('#head-credits button').click(); \
        return performance.now() - start; }"
    )
    assert spent < 1000
    page.get_by_role("searchbox").fill("seed=4321")
    shown.waits(".scroll .row", 1)
    assert shown.names == ["model=gen4_turbo, seed=4321"]
    assert page.locator(".histogram svg g").count() == 32


def test_hostile_texts_stay_texts(show: Show) -> None:
    finding = {**FINDING, "code": HOSTILE, "field": HOSTILE, "message": HOSTILE, "said": HOSTILE, "suggestion": HOSTILE}
    finding["proposal"] = {"field": HOSTILE, "value": {HOSTILE: HOSTILE}, "text": HOSTILE, "words": {}}
    output = {"file": HOSTILE, "kind": HOSTILE, "size_bytes": 1, "width": 2, "height": 3, "duration_s": 1.0}
    output["problem"] = HOSTILE
    variant = entry(
        1,
        levels={HOSTILE: HOSTILE, "model": HOSTILE},
        verdict="fail",
        id=HOSTILE,
        name=HOSTILE,
        scenario=HOSTILE,
        source=HOSTILE,
        tags=[HOSTILE],
        expect={"rejected": {"field": HOSTILE}},
        task_id=HOSTILE,
        task_state=HOSTILE,
        findings=[finding],
        outputs=[output, {**output, "file": "outputs/../../x.mp4"}, {**output, "file": "javascript:alert(1)"}],
        curl=HOSTILE,
    )
    report = report_of(
        [variant, entry(2, levels={"model": "a"})],
        diagnoses=[
            {
                "minimal": [{HOSTILE: HOSTILE}],
                "explains": [HOSTILE],
                "suggestion": {HOSTILE: 1},
                "confidence": HOSTILE,
                "probes": [HOSTILE, "p-1"],
            }
        ],
        scenarios=[
            {
                "name": HOSTILE,
                "source": HOSTILE,
                "endpoint": HOSTILE,
                "working_format": {HOSTILE: HOSTILE},
                "coverage": {"tuples": 3, "covered": 1, "missing": [{"levels": {HOSTILE: HOSTILE}, "reason": HOSTILE}]},
            }
        ],
        history={
            "runs": [{"id": HOSTILE, "started_at": HOSTILE}, {"id": HOSTILE, "started_at": HOSTILE}],
            "variants": {HOSTILE: {"verdicts": "pf"}, "v-00000002": {"verdicts": "pf", "queued_s": HOSTILE}},
        },
        flaky=[HOSTILE],
        probes=[{**variant, "purpose": HOSTILE}, {**variant, "id": "p-1", "purpose": {HOSTILE: HOSTILE}}],
    )
    shown = show(report)
    page = shown.page
    page.locator(".scroll .row a").first.click()
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, textarea, video, iframe, script[src]").count() == 0
    assert page.locator("script").count() == 2
    assert "<script>window.hacked = 1</script>" in page.get_by_role("dialog").inner_text()
    assert "<script>window.hacked = 1</script>" in page.locator("main").inner_text()
    for details in page.locator("main details, dialog details").all():
        details.evaluate("one => { one.open = true; }")
    assert "<script>window.hacked = 1</script>" in page.locator(".since").first.inner_text()
    assert "<script>window.hacked = 1</script>" in page.locator(".runs").inner_text()
    assert "<script>window.hacked = 1</script>" in page.locator(".proof").inner_text()
    page.evaluate("window.location.hash = 'p-1'")
    page.get_by_role("heading", name="Probe 2").wait_for()
    assert "<script>window.hacked = 1</script>" in page.locator(".question").inner_text()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, textarea, video, iframe, script[src]").count() == 0


def test_a_report_of_another_hand_is_shown_as_far_as_it_goes(show: Show) -> None:
    keys = ("source", "tags", "levels", "payload", "http_status", "task_state", "polls", "attempts", "outputs", "curl")
    odd = {**entry(1, levels={}), **{key: [1] for key in keys}}
    variants = [odd, entry(2, levels={"a": {"b": [None]}}, outputs=[{}, 7], payload=None)]
    shown = show(report_of(variants), "#v-00000002")
    shown.opens(2)
    shown.page.keyboard.press("ArrowLeft")
    shown.opens(1)


def test_a_run_without_variants(show: Show) -> None:
    assert show(report_of([])).said == "0 of 0 variants"


def test_nothing_is_asked_but_the_file_itself(show: Show, tmp_path: Path) -> None:
    shown = show(grid(), "#v-00000003")
    assert [url for url in shown.requests if not url.startswith("data:")] == [(tmp_path / "report.html").as_uri()]


def test_the_policy_stops_a_script_that_got_in(show: Show) -> None:
    """Were a text to become markup after all, the page's own policy would not let it do anything."""
    shown = show(grid(), quiet=False)
    shown.page.evaluate("""() => { const script = document.createElement('script');
        try { script.text = 'window.hacked = 1'; document.body.append(script); } catch { window.refused = 1; } }""")
    assert shown.page.evaluate("[window.hacked, window.refused]") == [None, 1]
    shown.page.close()


def test_outputs_beside_the_page_are_shown(show: Show, tmp_path: Path) -> None:
    from harness import media

    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "v-00000001.jpg").write_bytes(media.make_image(64, 48))
    output = {"file": "outputs/v-00000001.jpg", "kind": "image", "size_bytes": 1234, "width": 64, "height": 48}
    variant = entry(1, levels={"seed": 1}, outputs=[{**output, "duration_s": None, "problem": None}])
    page = show(report_of([variant]), "#v-00000001").page
    loaded = "image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"
    assert page.locator("dialog img").evaluate(loaded) == [64, 48]
    assert "outputs/v-00000001.jpg · image · 64×48 · 1.2 kB" in page.get_by_role("dialog").inner_text()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_axe_finds_nothing(show: Show, scheme: str, width: int) -> None:
    """Neither on the page nor in the view of a variant or of a probe."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed: pip install -e '.[test]'")
    shown = show(diagnosed(with_past()), color_scheme=scheme, viewport={"width": width, "height": 800})
    shown.page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
    check = "async () => { const all = await axe.run(); return [all.violations, all.passes.length]; }"
    results = [shown.page.evaluate(check)]
    shown.page.evaluate("window.location.hash = 'v-00000002'")
    shown.opens(2)
    results.append(shown.page.evaluate(check))
    shown.page.evaluate("window.location.hash = 'p-00000001'")
    shown.page.get_by_role("heading", name="Probe 1").wait_for()
    results.append(shown.page.evaluate(check))
    told = [
        f"{one['impact']} {one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        for violations, _ in results
        for one in violations
    ]
    assert told == []
    assert min(passes for _, passes in results) > 20


def test_nothing_is_wider_than_a_small_phone(show: Show) -> None:
    page = show(grid(), viewport={"width": 360, "height": 740}).page
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_paper_every_row_is_there(show: Show) -> None:
    page = show(grid()).page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#paper tbody tr").count() == 18
    assert page.locator("#paper").is_visible()
    assert not page.locator("#filters").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#paper").count() == 0


def test_in_russian(show: Show) -> None:
    page = show(grid(), lang="ru").page
    assert page.get_by_role("heading", level=1).inner_text() == "не как ожидалось: 6 из 18"
    assert page.locator("#shown").inner_text() == "вариантов: 18 из 18"
    assert page.get_by_role("columnheader", name="Время").is_visible()
