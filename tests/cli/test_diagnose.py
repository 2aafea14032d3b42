"""The diagnosis through the whole command line: planted APIs on a real socket, and the built-in mock."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.model import replace
from tests.bench.locate.planted import Api, plant
from tests.bench.locate.served import cause, scenario, serving

Run: TypeAlias = Callable[..., Any]

STORY = """\
name: story
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, promptText: hello, ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: shape, set: {ratio: 9:16}}
  - {name: shape and duration, set: {ratio: 9:16, duration: 10}}
  - {name: shape and seed, set: {ratio: 9:16, seed: 3}}
"""
#: Beside it, a duration that is refused, and what it becomes is sent nowhere else.
LONG = """\
name: long
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, promptText: hello, ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: too long, set: {duration: 11}}
  - {name: too long and seed, set: {duration: 11, seed: 3}}
  - {name: with seed, set: {seed: 3}}
"""
UNDOCUMENTED = """\
name: extra
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, promptText: hello, ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: without, set: {watermark: false}}
  - {name: with, set: {watermark: true}}
"""
PAIRS = """\
name: pairs
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, promptText: hello, ratio: 720:1280, duration: 5}
matrix:
  strength: 2
  factors:
    model: [gen4_turbo, gen4.5]
    ratio: [720:1280, 1280:720, 1584:672]
    duration: [5, 10, 11]
    seed: [{$absent: true}, 1, null]
"""
GRID = """\
name: grid
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, promptText: hello, ratio: 720:1280, duration: 5}
matrix:
  strength: all
  factors:
    ratio: [720:1280, 1280:720, 9:16]
    duration: [5, 10]
    seed: [{$absent: true}, 1, null]
"""
#: In the order of fire, which is that of their prices.
DISHONOURED = """\
name: shapes
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: {$image: generated}, promptText: hello, ratio: 720:1280, duration: 5}
variants:
  - as it is
  - {name: seed, set: {seed: 1}}
  - {name: long, set: {duration: 10}}
  - {name: long and seed, set: {duration: 10, seed: 1}}
"""


def minimal(report: Any) -> set[str]:
    return {json.dumps(one, sort_keys=True) for found in report["diagnoses"] for one in found["minimal"]}


def truth(api: Api) -> dict[str, int]:
    """The planted causes as report.json has them, with their sizes."""
    return {json.dumps(cause(api, items), sort_keys=True): len(items) for items in api.causes()}


def right(report: Any, api: Api) -> bool:
    """Every cause that pairs of levels can show is found, and nothing that was not planted."""
    planted = truth(api)
    return {one for one, size in planted.items() if size <= 2} <= minimal(report) <= set(planted)


# ---- planted APIs on a socket


@pytest.mark.parametrize("seed", [9001, 9005, 9006])
def test_a_planted_api_without_a_contract(run: Run, seed: int) -> None:
    api = plant(seed)
    with serving(api) as asked:
        ran = run(
            "scenario.yaml",
            *("--base-url", asked.url, "--until", "accepted", "--diagnose", "--recover", "--max-probes", "200"),
            scenario=scenario(api),
        )
    report = ran.report
    assert minimal(report) == set(truth(api))
    assert ran.code == 1
    assert len(asked.bodies) == len(report["variants"]) + len(report["probes"])
    assert all(probe["id"].startswith("p-") for probe in report["probes"])
    assert report["totals"]["probes"]["sent"] == len(report["probes"])
    proven = [found for found in report["diagnoses"] if found["confidence"] != "ranked"]
    assert proven
    known = {entry["id"]: entry for entry in (*report["variants"], *report["probes"])}
    for found in proven:
        assert all(known[name]["result"] == "refused" for name in found["proof"]["refused"])
        assert all(known[name]["task_id"] for name in found["proof"]["accepted"])


@pytest.mark.parametrize("seed", [20004, 20040])
def test_a_cause_that_another_hid_is_looked_for_in_a_few_rows(run: Run, seed: int) -> None:
    """Every row of the matrix that holds one of these pairs holds another cause as well."""
    api = plant(seed)
    with serving(api) as asked:
        ran = run(
            "scenario.yaml", *("--base-url", asked.url, "--until", "accepted", "--diagnose"), scenario=scenario(api)
        )
    assert right(ran.report, api)
    sent = [probe["purpose"] for probe in ran.report["probes"]]
    assert 0 < sent.count("recover") <= 8
    assert "suggestion" in sent[: sent.index("recover")]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [9001, 9007])
def test_a_provider_whose_contract_is_left_aside(run: Run, seed: int) -> None:
    api = plant(seed)
    with serving(api) as asked:
        ran = run(
            "scenario.yaml",
            *("--contract", "none", "--base-url", asked.url, "--until", "accepted"),
            *("--diagnose", "--recover", "--max-probes", "200"),
            scenario=scenario(api, provider="runway", endpoint="image_to_video"),
        )
    assert right(ran.report, api)
    assert ran.report["run"]["contract"] == "none"


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(9300, 9306))
def test_an_api_that_refuses_at_random_is_not_blamed_on_a_parameter(run: Run, seed: int) -> None:
    api = replace(plant(seed), rules=())
    with serving(api, spurious=0.05, seed=seed) as asked:
        ran = run(
            "scenario.yaml",
            *("--base-url", asked.url, "--until", "accepted", "--diagnose", "-q"),
            scenario=scenario(api),
        )
    assert ran.code in {0, 1}
    assert [found for found in ran.report["diagnoses"] if found["confidence"] != "ranked"] == []


# ---- bounds


@pytest.mark.parametrize("most", [0, 1, 3])
def test_never_more_probes_than_were_asked_for(run: Run, most: int) -> None:
    api = plant(9001)
    with serving(api) as asked:
        ran = run(
            "scenario.yaml",
            *("--base-url", asked.url, "--until", "accepted", "--diagnose", "--recover", "--max-probes", str(most)),
            scenario=scenario(api),
        )
    assert len(ran.report["probes"]) == most
    assert len(asked.bodies) == len(ran.report["variants"]) + most


def test_without_diagnose_nothing_is_sent_that_the_scenario_does_not_list(run: Run) -> None:
    api = plant(9001)
    with serving(api) as asked:
        ran = run("scenario.yaml", "--base-url", asked.url, "--until", "accepted", scenario=scenario(api))
    assert len(asked.bodies) == len(ran.report["variants"])
    assert ran.report["probes"] == []
    assert ran.report["diagnoses"]
    assert all(found["probes"] == [] for found in ran.report["diagnoses"])


@pytest.mark.parametrize("budget", ["75", "99", "100", "125", "400"])
def test_probes_keep_to_the_budget(run: Run, budget: str) -> None:
    ran = run("scenario.yaml", "--diagnose", "--max-credits", budget, "--no-download", scenario=LONG)
    money = ran.report["totals"]["credits"]
    assert (money["charged"] or 0) <= float(budget)
    assert ran.events[-1]["charged"] + ran.events[-1]["reserved"] <= float(budget)
    assert {entry["verdict"] for entry in ran.report["variants"]} <= {"pass", "fail", "skipped"}


@pytest.mark.parametrize("budget", ["275", "300", "450"])
def test_probes_of_a_matrix_keep_to_the_budget(run: Run, budget: str) -> None:
    """What is cancelled before it has begun may yet be charged: it is reserved, and nothing is sent beyond that."""
    ran = run("scenario.yaml", "--diagnose", "--recover", "--max-credits", budget, "--no-download", scenario=GRID)
    assert (ran.report["totals"]["credits"]["charged"] or 0) <= float(budget)
    assert ran.events[-1]["charged"] + ran.events[-1]["reserved"] <= float(budget)
    found = {json.dumps(one) for each in ran.report["diagnoses"] for one in each["minimal"]}
    assert found == {'{"ratio": "9:16"}', '{"seed": null}'}


@pytest.mark.thorough
def test_what_is_sent_again_counts_as_covered(run: Run) -> None:
    before = run("scenario.yaml", "--no-download", scenario=PAIRS).report["scenarios"][0]["coverage"]
    ran = run("scenario.yaml", "--no-download", "--diagnose", "--recover")
    after = ran.report["scenarios"][0]["coverage"]
    assert before["masked"] > 0
    assert after["tuples"] == before["tuples"]
    # What is left holds a cause: no row can show it accepted.
    causes = {"seed": None, "duration": 11}
    found = [each["minimal"][0] for each in ran.report["diagnoses"]]
    assert sorted(map(json.dumps, found)) == ['{"duration": 11}', '{"seed": null}']
    levels = [("model", 2), ("ratio", 3), ("duration", 3), ("seed", 3)]
    pairs = [(one, other) for place, one in enumerate(levels) for other in levels[place + 1 :]]
    good = {name: count - (name in causes) for name, count in levels}
    assert after["accepted"] == sum(good[one] * good[other] for (one, _), (other, _) in pairs)


# ---- what is said


def test_three_rows_of_one_cause_are_one_paragraph(run: Run) -> None:
    ran = run("scenario.yaml", "--no-download", scenario=STORY)
    report = ran.report
    (found,) = report["diagnoses"]
    task = report["variants"][0]["task_id"]
    ids = [entry["id"] for entry in report["variants"][1:]]
    assert found["minimal"] == [{"ratio": "9:16"}]
    assert found["confidence"] == "minimal"
    assert found["explains"] == ids
    assert found["suggestion"] == {"ratio": "720:1280"}
    assert found["patch"] == [{"op": "replace", "path": "/ratio", "value": "720:1280"}]
    assert found["suggestion_seen_to_work"] is True
    assert found["suggestion_seen_in"] == {"id": report["variants"][0]["id"], "task_id": task}
    paragraph = (
        "ratio=9:16 is refused (3 rows). It wants pixels: 720:1280 is the same shape and was accepted "
        f"(task {task}). Explains {', '.join(ids)}."
    )
    assert " ".join(sentence["text"] for sentence in found["sentences"]) == paragraph
    assert paragraph in " ".join(ran.out.split())
    assert ran.out.count("The API said") == 1  # nothing is repeated of the three rows
    markdown = (ran.folder / "reports" / "latest" / "report.md").read_text(encoding="utf-8")
    assert "### Causes" in markdown
    assert markdown.count("It wants pixels") == 1


def test_in_russian(run: Run) -> None:
    ran = run("scenario.yaml", "--no-download", "--lang", "ru", scenario=STORY)
    assert "❌ ratio=9:16: отказ (3 строки). Нужны пиксели: 720:1280" in ran.out


def test_what_to_send_instead_is_tried(run: Run) -> None:
    ran = run("scenario.yaml", "--diagnose", scenario=LONG)
    (found,) = ran.report["diagnoses"]
    assert found["minimal"] == [{"duration": 11}]
    assert found["suggestion"] == {"duration": 10}
    assert found["suggestion_seen_to_work"] is True
    (probe,) = [probe for probe in ran.report["probes"] if probe["purpose"] == "suggestion"]
    assert found["suggestion_seen_in"] == {"id": probe["id"], "task_id": probe["task_id"]}
    assert (probe["payload"]["duration"], probe["task_state"]) == (10, "SUCCEEDED")
    assert probe["id"] in found["probes"]
    money = ran.report["totals"]
    assert money["credits"]["charged"] == 25 * 2 + money["probes"]["credits"]


@pytest.mark.parametrize(("until", "works"), [("accepted", None), ("finished", True), ("verified", True)])
def test_a_suggestion_is_seen_to_work_as_far_as_it_is_followed(run: Run, until: str, works: object) -> None:
    ran = run("scenario.yaml", "--diagnose", "--until", until, scenario=LONG)
    (found,) = ran.report["diagnoses"]
    assert found["suggestion_seen_to_work"] is works


def test_a_suggestion_that_nobody_sent_is_not_seen_to_work(run: Run) -> None:
    (found,) = run("scenario.yaml", scenario=LONG).report["diagnoses"]
    assert found["suggestion"] == {"duration": 10}
    assert found["suggestion_seen_to_work"] is None


def test_expected_refusals_need_no_cause(run: Run) -> None:
    expected = STORY.replace("9:16", "9:17").replace("}}\n", "}, expect: rejected}\n")
    ran = run("scenario.yaml", "--diagnose", "--no-download", scenario=expected)
    assert (ran.code, ran.report["diagnoses"], ran.report["probes"]) == (0, [], [])


# ---- a run that has ended


def test_again_from_the_folder_alone(run: Run) -> None:
    first = run("scenario.yaml", "--no-download", scenario=STORY).report
    file = run("explain", "DRIFT").folder / "reports" / "latest" / "report.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**document, "diagnoses": []}), encoding="utf-8")
    (file.parent.parent.parent / "scenario.yaml").unlink()
    ran = run("diagnose")
    assert ran.code == 1
    assert "ratio=9:16 is refused (3 rows)." in ran.out
    assert ran.report == first


def test_a_run_without_failures_has_no_causes(run: Run) -> None:
    run("scenario.yaml", "--no-download", scenario=STORY.partition("  - {name: shape, ")[0])
    ran = run("diagnose")
    assert (ran.code, ran.report["diagnoses"]) == (0, [])


def test_probes_go_on_with_a_run(run: Run) -> None:
    api = plant(9005)
    with serving(api) as asked:
        run("scenario.yaml", "--base-url", asked.url, "--until", "accepted", scenario=scenario(api))
        fired = len(asked.bodies)
        ran = run("diagnose", "--probe", "--recover", "--max-probes", "5")
        assert len(asked.bodies) == fired + 5
        ran = run("diagnose", "--probe", "--recover", "--max-probes", "200")
    assert minimal(ran.report) == set(truth(api))
    assert ran.code == 1
    # What was sent before was not sent again: only a doubtful refusal is, as a probe of its own.
    assert len(asked.bodies) == fired + len(ran.report["probes"])
    assert len({probe["id"] for probe in ran.report["probes"]}) == len(ran.report["probes"])


def test_a_live_run_is_gone_on_with_only_when_asked_again(run: Run, tmp_path: Path) -> None:
    run("scenario.yaml", "--no-download", scenario=STORY)
    events = tmp_path / "reports" / "latest" / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines()
    start = json.loads(lines[0])
    events.write_text("\n".join([json.dumps({**start, "live": True}), *lines[1:], ""]), encoding="utf-8")
    ran = run("diagnose", "--probe")
    assert ran.code == 2
    assert "this was a live run: to go on with it may cost money" in ran.err


def test_options_that_need_probes(run: Run) -> None:
    ran = run("scenario.yaml", "--recover", scenario=STORY)
    assert (ran.code, ran.err) == (2, "--recover: without --diagnose nothing is sent again.\n  Add --diagnose.\n")
    run("scenario.yaml", "--no-download", scenario=STORY)
    ran = run("diagnose", "--recover")
    assert (ran.code, ran.err) == (2, "--recover: without --probe nothing is sent.\n  Add --probe.\n")


@pytest.mark.thorough
def test_an_interrupt_between_probes_leaves_a_run_that_goes_on(run: Run) -> None:
    api = plant(9005)
    arguments = ("--until", "accepted", "--diagnose", "--recover", "--max-probes", "200")
    with serving(api) as asked:
        whole = run("scenario.yaml", "--base-url", asked.url, *arguments, scenario=scenario(api)).report
        variants, probes = len(whole["variants"]), len(whole["probes"])
        assert probes > 4
        asked.bodies.clear()

        def interrupt(number: int) -> None:
            if number == variants + 3:
                os.kill(os.getpid(), signal.SIGINT)

        asked.before = interrupt
        ran = run("scenario.yaml", "--base-url", asked.url, *arguments)
        assert ran.code == 130
        assert variants + 3 <= len(asked.bodies) < variants + probes
        asked.before = lambda _number: None
        ran = run("resume")
        assert ran.code == 1
        assert minimal(ran.report) == minimal(whole)
        assert [one["id"] for one in ran.report["probes"]] == [one["id"] for one in whole["probes"]]
        # Nothing was sent twice.
        assert len(asked.bodies) == variants + probes
        assert run("resume").code == 1
        assert len(asked.bodies) == variants + probes


@pytest.mark.thorough
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_crash_between_probes_leaves_a_run_that_goes_on(run: Run, kept: float) -> None:
    api = plant(9005)
    arguments = ("--until", "accepted", "--diagnose", "--recover", "--max-probes", "200")
    with serving(api) as asked:
        ran = run("scenario.yaml", "--base-url", asked.url, *arguments, scenario=scenario(api))
        whole, folder = ran.report, ran.folder / "reports" / "latest"
        lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        first = next(place for place, line in enumerate(lines) if '"event":"probe"' in line.replace(" ", ""))
        cut = lines[: first + round((len(lines) - first) * kept)]
        (folder / "events.jsonl").write_text("".join(cut), encoding="utf-8")
        (folder / "report.json").unlink()
        sent = {event["variant"] for line in cut if (event := json.loads(line))["event"] == "create.intent"}
        asked.bodies.clear()
        ran = run("resume")
    assert ran.code in {1, 4}
    again = {event["variant"] for event in ran.events[len(cut) :] if event["event"] == "create.intent"}
    assert not again & sent
    assert len(asked.bodies) == len(again)
    assert minimal(ran.report) <= set(truth(api))
    assert {one["id"] for one in whole["probes"]} & sent <= {one["id"] for one in ran.report["probes"]}


def test_a_probe_that_may_have_been_accepted_is_not_sent_again(run: Run) -> None:
    api = plant(9005)
    with serving(api) as asked:
        arguments = ("--base-url", asked.url, "--until", "accepted", "--diagnose")
        variants = len(run("scenario.yaml", *arguments, scenario=scenario(api)).report["variants"])
        asked.bodies.clear()
        asked.broken = frozenset({variants + 1})
        ran = run("scenario.yaml", *arguments)
    broken = asked.bodies[variants]
    assert asked.bodies[variants:].count(broken) == 1
    assert ran.report["probes"][0]["verdict"] == "inconclusive"
    assert ran.code == 1


# ---- what else is noticed


def test_what_the_last_run_accepted_and_this_one_refuses_is_drift(run: Run) -> None:
    api = plant(9005)
    free = replace(api, rules=())
    arguments = ("scenario.yaml", "--until", "accepted", "-q")
    with serving(free) as asked:
        first = run(*arguments, "--base-url", asked.url, scenario=scenario(api)).report
        asked.api = api
        ran = run(*arguments, "--base-url", asked.url)
    refused = [entry for entry in ran.report["variants"] if entry["result"] == "refused"]
    assert refused
    for entry in refused:
        (drift,) = [found for found in entry["findings"] if found["code"] == "DRIFT"]
        assert drift["move"] == "provider"
        assert drift["message"] == f"It was accepted in the run {first['run']['id']} and is refused now."
    assert {found["since"] for found in ran.report["diagnoses"]} == {first["run"]["id"]}
    said = " ".join(run("diagnose").out.split())
    assert f"Broken since this run; last as expected {first['run']['started_at'][:10]}" in said
    assert "It was accepted in the run" not in said  # the same once more


def test_another_target_is_no_drift(run: Run) -> None:
    api = plant(9005)
    with serving(replace(api, rules=())) as one, serving(api) as other:
        run("scenario.yaml", "--until", "accepted", "--base-url", one.url, scenario=scenario(api))
        ran = run("scenario.yaml", "--until", "accepted", "--base-url", other.url)
    assert not [found for entry in ran.report["variants"] for found in entry["findings"] if found["code"] == "DRIFT"]


def test_outputs_that_are_not_as_asked_for_have_a_cause_too(run: Run) -> None:
    ran = run("scenario.yaml", "--faults", "wrong-duration@3-4", "-j", "1", scenario=DISHONOURED)
    assert [found["kind"] for found in ran.report["diagnoses"]] == ["not_honoured"], ran.out


def test_keys_that_nobody_documents_are_told_once(run: Run) -> None:
    ran = run("scenario.yaml", "--no-download", scenario=UNDOCUMENTED)
    (found,) = ran.report["diagnoses"]
    assert (found["kind"], found["minimal"]) == ("undocumented", [{"watermark": False}, {"watermark": True}])
    assert found["explains"] == [entry["id"] for entry in ran.report["variants"][1:]]
    assert "watermark is accepted but not documented (2 rows): it may be ignored." in " ".join(ran.out.split())
    assert ran.code == 0


def test_each_cause_quotes_what_was_said_of_it(run: Run) -> None:
    ran = run(
        "run",
        "scenario.yaml",
        scenario="""
name: two mistakes in one row
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: https://example.com/a.jpg, ratio: 1280:720, duration: 5}
variants:
  - as it is
  - {name: both, set: {ratio: 9:16, seed: null}}
  - {name: ratio, set: {ratio: 9:16}}
  - {name: seed, set: {seed: null}}
""",
    )
    said = {next(iter(cause["minimal"][0])): cause["said"] for cause in ran.report["diagnoses"]}
    assert said["seed"] == "Invalid input: expected number, received null"
    assert said["ratio"].startswith('Invalid option: expected one of "1280:720"')


def test_a_probe_shares_its_payload_with_nobody(run: Run) -> None:
    """Though the variants do for whose sake it is sent: in other runs it must not be taken for one of them."""
    ran = run("scenario.yaml", "--diagnose", scenario=LONG + "  - {name: too long again, set: {duration: 11}}\n")
    shared = [entry["name"] for entry in ran.report["variants"] if "payload_id" in entry]
    assert shared == ["too long", "too long again"]
    assert ran.report["probes"]
    assert not any("payload_id" in probe for probe in ran.report["probes"])
