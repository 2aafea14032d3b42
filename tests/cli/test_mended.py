"""A baseline that does not work, through the whole program: the format that does, its proof, the mended file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]
Serve: TypeAlias = Callable[..., Any]
#: How a body is refused: status, content type, text; None: it is accepted.
Judge: TypeAlias = Callable[[Any], tuple[int, str, str] | None]

STORY = """\
# what we send
name: story
provider: runway
endpoint: image_to_video
baseline:                               # as in the note
  model: gen4-turbo                     # which one?
  promptImage: {$image: generated}
  # what people see
  promptText: 'A friendly wave'
  ratio: 9:16
  seed: null                            # any
  duration: 5

variants:
  - baseline                            # as it is
"""
MENDED = (
    STORY.replace("gen4-turbo ", "gen4_turbo ")
    .replace("9:16", "720:1280")
    .replace("  seed: null                            # any\n", "")
)
CHANGES = [
    ("model", "gen4-turbo", "gen4_turbo"),
    ("ratio", "9:16", "720:1280"),
    ("seed", None, {"$absent": True}),
]


def changes_of(scenario: Any) -> list[tuple[str, Any, Any]]:
    return [(change["field"], change["from"], change["to"]) for change in scenario["mended"]["changes"]]


def requests_of(report: Any) -> int:
    return len(report["variants"]) + len(report["probes"])


@pytest.mark.parametrize("target", ["in process", "served"])
def test_the_story_of_the_old_note(run: Run, serve: Serve, target: str) -> None:
    served = ["--base-url", serve(contract="2025-10").url, "--poll-interval", "20ms"] if target == "served" else []
    ran = run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", "--write", *served, scenario=STORY)
    assert (ran.code, ran.err) == (1, "")
    (scenario,) = ran.report["scenarios"]
    assert changes_of(scenario) == CHANGES
    assert requests_of(ran.report) <= 6
    mended = scenario["mended"]
    (proof,) = [probe for probe in ran.report["probes"] if probe["id"] == mended["id"]]
    assert (proof["purpose"], proof["verdict"], proof["task_id"]) == ("format", "pass", mended["task_id"])
    assert scenario["working_format"] == mended["payload"] == proof["payload"]
    told = ran.out[ran.out.index("✅ Working format found: ") :].splitlines()
    assert told[1:5] == [
        f"  Seen to work: task {mended['task_id']}. Changes of the baseline:",
        "  model: gen4-turbo → gen4_turbo. Send model=gen4_turbo: the API's spelling.",
        "  ratio: 9:16 → 720:1280. Send ratio=720:1280: the same shape in pixels.",
        "  seed: null → not sent. Leave seed out: it is optional, and null is no value.",
    ]
    assert told[5] == "scenario.yaml was mended:"
    assert (ran.folder / "scenario.yaml").read_text() == MENDED
    again = run("run", "scenario.yaml", "--contract", "2025-10", *served)
    assert (again.code, again.report["probes"]) == (0, [])
    assert "mended" not in again.report["scenarios"][0]


def test_without_diagnose_nothing_is_sent_and_what_is_proposed_is_said_to_be_untried(run: Run) -> None:
    ran = run("run", "scenario.yaml", "--contract", "2025-10", scenario=STORY)
    (scenario,) = ran.report["scenarios"]
    assert (ran.report["probes"], scenario["working_format"]) == ([], None)
    assert (scenario["mended"]["seen_to_work"], scenario["mended"]["task_id"]) == (False, None)
    assert changes_of(scenario) == CHANGES
    lines = ran.out.splitlines()
    at = lines.index("❌ No working format found.")
    assert lines[at + 1].startswith('  Not tried: {"model": "gen4_turbo", ')
    assert lines[at + 2] == ("  Nothing that is known speaks against it; --diagnose tries it. Changes of the baseline:")
    assert "(--write" not in ran.out


def test_the_patch_is_shown_and_nothing_written_without_write(run: Run) -> None:
    ran = run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", scenario=STORY)
    assert (ran.folder / "scenario.yaml").read_text() == STORY
    shown = ran.out[ran.out.index("scenario.yaml, mended (--diagnose --write puts it there):") :].splitlines()
    assert [line for line in shown if line[0] in "+-"] == [
        "--- scenario.yaml",
        "+++ scenario.yaml",
        "-  model: gen4-turbo                     # which one?",
        "+  model: gen4_turbo                     # which one?",
        "-  ratio: 9:16",
        "-  seed: null                            # any",
        "+  ratio: 720:1280",
    ]


def test_a_run_that_has_ended_can_mend_the_file_later(run: Run) -> None:
    run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", scenario=STORY)
    shown = run("diagnose")
    assert "+  model: gen4_turbo                     # which one?" in shown.out
    assert (shown.folder / "scenario.yaml").read_text() == STORY
    ran = run("diagnose", "--write")
    assert (ran.err, (ran.folder / "scenario.yaml").read_text()) == ("", MENDED)
    again = run("diagnose", "--write")
    assert again.err.startswith("scenario.yaml cannot be mended by itself: its baseline.model is another one by now.")


def test_a_run_that_has_ended_is_gone_on_with_to_find_it(run: Run) -> None:
    run("run", "scenario.yaml", "--contract", "2025-10", scenario=STORY)
    ran = run("diagnose", "--probe", "--write")
    assert (ran.code, ran.err, (ran.folder / "scenario.yaml").read_text()) == (1, "", MENDED)
    assert ran.report["scenarios"][0]["mended"]["seen_to_work"] is True
    assert requests_of(ran.report) <= 6


def test_write_needs_diagnose(run: Run) -> None:
    ran = run("run", "scenario.yaml", "--write", scenario=STORY)
    assert (ran.code, ran.err) == (
        2,
        "--write: only a payload that was seen to work is written.\n  Add --diagnose to look for one.\n",
    )


def test_what_cannot_be_written_is_printed_as_a_patch(run: Run) -> None:
    text = STORY.replace("gen4-turbo ", "{$env: NO_SUCH, default: gen4-turbo} ")
    ran = run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", "--write", scenario=text)
    assert (ran.folder / "scenario.yaml").read_text() == text
    said, patch = ran.err.splitlines()
    assert said == (
        "scenario.yaml cannot be mended by itself: baseline.model is made by $env. "
        "The changes of its baseline as a JSON patch:"
    )
    assert json.loads(patch) == [
        {"op": "replace", "path": "/model", "value": "gen4_turbo"},
        {"op": "replace", "path": "/ratio", "value": "720:1280"},
        {"op": "remove", "path": "/seed"},
    ]


def test_probes_are_bounded(run: Run) -> None:
    ran = run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", "--max-probes", "0", scenario=STORY)
    (scenario,) = ran.report["scenarios"]
    assert (ran.report["probes"], scenario["working_format"]) == ([], None)


def test_money_bounds_the_search(run: Run, serve: Serve) -> None:
    mock = serve()
    text = STORY.replace("gen4-turbo", "gen4.5-turbo")
    ran = run("run", "scenario.yaml", "--diagnose", "--max-credits", "10", "--base-url", mock.url, scenario=text)
    assert ran.report["scenarios"][0]["working_format"] is None
    assert mock.spent == 0


BASE = "{model: gen4_turbo, promptImage: {$image: generated}, ratio: 720:1280}"


@pytest.mark.parametrize(
    ("baseline", "mended", "changes"),
    [
        pytest.param(
            f"{BASE[:-1]}, promptText: {{$text: {{length: 1001}}}}}}",
            f"{BASE[:-1]}, promptText: {{$text: {{length: 1000}}}}}}",
            [("promptText", "x" * 1001, "x" * 1000)],
            id="too long",
        ),
        pytest.param(
            f"{BASE[:-1]}, duration: '5'}}",
            f"{BASE[:-1]}, duration: 5}}",
            [("duration", "5", 5)],
            id="number in quotes",
        ),
        pytest.param(
            f"{BASE[:-1]}, duration: 99}}", f"{BASE[:-1]}, duration: 10}}", [("duration", 99, 10)], id="out of range"
        ),
        pytest.param(
            "{model: gen4_turbo, ratio: 720:1280}",
            "{model: gen4_turbo, ratio: 720:1280, promptImage: {$image: generated}}",
            [("promptImage", {"$absent": True}, "<a drawn picture>")],
            id="missing image",
        ),
    ],
)
def test_other_broken_baselines(run: Run, baseline: str, mended: str, changes: Any) -> None:
    text = "name: s\nprovider: runway\nendpoint: image_to_video\nbaseline: {}  # here\nvariants: [baseline]\n"
    ran = run("run", "scenario.yaml", "--diagnose", "--write", scenario=text.replace("{}", baseline))
    assert changes_of(ran.report["scenarios"][0]) == changes
    assert requests_of(ran.report) <= 4
    assert (ran.folder / "scenario.yaml").read_text() == text.replace("{}", mended)
    assert run("run", "scenario.yaml").code == 0


OWN = """\
name: own
provider: ./profile.yaml
endpoint: make
baseline: {baseline}
variants: [as it is{others}]
"""


RESULT = {"videos": ["https://example.com/a.mp4"]}


def json_error(status: int, body: Any) -> tuple[int, str, str]:
    return status, "application/json", json.dumps(body)


def states_allowed(body: Any) -> tuple[int, str, str] | None:
    allowed: dict[str, list[Any]] = {"style": ["film-noir", "anime"], "size": ["768x1344", "1344x768"], "fps": [24, 30]}
    for field, values in allowed.items():
        if body.get(field) not in values:
            return json_error(
                422, {"errors": [{"field": field, "message": f"must be one of: {', '.join(map(str, values))}"}]}
            )
    return None


def without_words(body: Any) -> tuple[int, str, str] | None:
    return None if body.get("size") == "720:1280" and body.get("seed", 1) is not None else (400, "text/plain", "")


@pytest.mark.parametrize(
    ("judge", "baseline", "changes", "most"),
    [
        pytest.param(
            states_allowed,
            "{style: noir, size: '9:16', fps: 25}",
            [("style", "noir", "film-noir"), ("size", "9:16", "768x1344"), ("fps", 25, 24)],
            4,
            id="it states what is allowed, one mistake at a time",
        ),
        pytest.param(
            without_words,
            "{prompt: a, size: '9:16', seed: null}",
            [("size", "9:16", "720:1280"), ("seed", None, {"$absent": True})],
            4,
            id="it says nothing",
        ),
    ],
)
def test_a_provider_of_ones_own_without_a_contract(
    run: Run, server: Any, judge: Judge, baseline: str, changes: Any, most: int
) -> None:
    server.judge = judge
    server.poll = (200, "application/json", json.dumps({"id": "job-1", "status": "succeeded", "result": RESULT}))
    text = OWN.format(baseline=baseline, others="")
    ran = run("run", "scenario.yaml", "--diagnose", "--write", "--base-url", server.url, "--no-download", scenario=text)
    assert changes_of(ran.report["scenarios"][0]) == changes
    assert len([line for line in server.asked if line.startswith("POST")]) <= most
    assert run("run", "scenario.yaml", "--base-url", server.url, "--no-download").code == 0


def test_a_variant_that_works_proves_it_without_another_request(run: Run) -> None:
    text = STORY.replace("gen4-turbo", "gen4_turbo").replace("9:16", "720:1280")
    ran = run("run", "scenario.yaml", scenario=text + "  - {name: without seed, unset: [seed]}\n")
    (scenario,) = ran.report["scenarios"]
    assert (changes_of(scenario), scenario["mended"]["seen_to_work"]) == ([("seed", None, {"$absent": True})], True)
    assert scenario["mended"]["id"] == ran.report["variants"][1]["id"]
    assert "scenario.yaml cannot be mended by itself: the file would not load any more: variants[1].unset[0]" in ran.out


@pytest.mark.parametrize(
    ("others", "said"),
    [
        pytest.param(", {name: s, set: {seed: 1}}", "Something went wrong with `size`.", id="others work"),
        pytest.param("", "Something went wrong.", id="nothing else was sent"),
    ],
)
def test_a_refusal_by_chance_breaks_no_baseline(run: Run, server: Any, others: str, said: str) -> None:
    refused: list[Any] = []

    def once(body: Any) -> tuple[int, str, str] | None:
        if "seed" in body or refused:
            return None
        refused.append(body)
        return json_error(400, {"error": said})

    server.judge = once
    server.poll = (200, "application/json", json.dumps({"id": "job-1", "status": "succeeded", "result": RESULT}))
    text = OWN.format(baseline="{prompt: a, size: 9:16}", others=others)
    ran = run("run", "scenario.yaml", "--diagnose", "--base-url", server.url, "--no-download", scenario=text)
    assert "mended" not in ran.report["scenarios"][0]
    assert {probe["purpose"] for probe in ran.report["probes"]} == {"repeat"}


def test_a_task_that_fails_is_no_working_format(run: Run, server: Any) -> None:
    server.judge = lambda body: (
        json_error(400, {"error": "`seed` must be a number."}) if body.get("seed", 1) is None else None
    )
    server.poll = (200, "application/json", json.dumps({"id": "job-1", "status": "failed", "error": {"message": "no"}}))
    text = (
        "name: own\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {prompt: a, seed: null}\nvariants: [as it is]\n"
    )
    ran = run("run", "scenario.yaml", "--diagnose", "--write", "--base-url", server.url, "--no-download", scenario=text)
    (scenario,) = ran.report["scenarios"]
    assert (scenario["working_format"], scenario["mended"]["seen_to_work"]) == (None, False)
    assert ran.out[ran.out.index("❌ No working format found.") :].splitlines()[1:] == [
        '  Accepted, no more: {"prompt": "a"}',
        f"  It was taken (task {scenario['mended']['task_id']}), but not seen to end well. Changes of the baseline:",
        "  seed: null → not sent. Leave seed out: it is optional, and null is no value.",
    ]
    assert (ran.folder / "scenario.yaml").read_text() == text


def test_a_task_that_fails_is_no_broken_baseline(run: Run, server: Any) -> None:
    server.judge = lambda body: json_error(400, {"error": "`seed` must be a number."}) if "seed" in body else None
    server.poll = (200, "application/json", json.dumps({"id": "job-1", "status": "failed", "error": {"message": "no"}}))
    text = OWN.format(baseline="{prompt: a}", others=", {name: s, set: {seed: x}}")
    ran = run("run", "scenario.yaml", "--diagnose", "--base-url", server.url, "--no-download", scenario=text)
    assert "mended" not in ran.report["scenarios"][0]
    assert "format" not in {probe["purpose"] for probe in ran.report["probes"]}


def test_accepted_is_enough_where_nobody_asked_for_more(run: Run) -> None:
    ran = run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", "--until", "accepted", scenario=STORY)
    assert ran.report["scenarios"][0]["mended"]["seen_to_work"] is True


@pytest.mark.parametrize(
    ("lang", "seen", "left_out"),
    [
        (
            *("en", "Seen to work: task {}. Changes of the baseline:"),
            "seed: null → not sent. Leave seed out: it is optional, and null is no value.",
        ),
        (
            *("ru", "Проверено: задача {}. Отличия от базового запроса:"),
            "seed: null → не отправляется. Уберите seed: поле необязательное, а null не значение.",
        ),
    ],
)
def test_in_both_languages_and_in_markdown(run: Run, lang: str, seen: str, left_out: str) -> None:
    ran = run("run", "scenario.yaml", "--contract", "2025-10", "--diagnose", "--lang", lang, scenario=STORY)
    task = ran.report["scenarios"][0]["mended"]["task_id"]
    assert f"  {seen.format(task)}" in ran.out
    assert f"  {left_out}" in ran.out
    written = (ran.folder / "reports" / "latest" / "report.md").read_text(encoding="utf-8")
    assert seen.format(task) in written
    assert f"- {left_out}" in written


def test_a_good_baseline_is_left_alone(run: Run) -> None:
    good = Path(__file__).parents[2] / "scenarios" / "runway" / "image_to_video.yaml"
    ran = run("run", str(good), "--diagnose")
    assert (ran.code, ran.report["probes"]) == (0, [])
    assert all("mended" not in scenario for scenario in ran.report["scenarios"])
