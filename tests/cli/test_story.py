"""The story the program grew from, through the whole command line on the built-in mock."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = Callable[..., Any]

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
STORY = str(SCENARIOS / "runway" / "image_to_video.yaml")
SIX = ["ratio='720:1280'", "duration=10", "ratio='1280:720'", "Minimal", "With seed", "With watermark"]


def test_the_six_variants_of_the_old_script(run: Run) -> None:
    ran = run(STORY)
    assert (ran.code, ran.err) == (0, "")
    report = ran.report
    six = report["variants"][:6]
    assert [variant["name"] for variant in six] == SIX
    assert {variant["verdict"] for variant in report["variants"]} == {"pass"}
    for variant in six:
        assert str(uuid.UUID(variant["task_id"])) == variant["task_id"]
        assert variant["task_id"] in ran.out
        assert variant["task_state"] == "SUCCEEDED"
    assert report["run"]["target"] == "mock"
    assert report["totals"]["credits"] == {"planned": 200, "estimated": 200, "charged": 200}
    assert "✅ Working format found: " in ran.out


def test_the_outputs_are_files_of_the_size_asked_for(run: Run) -> None:
    pytest.importorskip("av")
    ran = run(STORY, "-k", "ratio= or duration=10")
    measured = {
        variant["name"]: [(output["width"], output["height"], output["duration_s"]) for output in variant["outputs"]]
        for variant in ran.report["variants"]
    }
    assert measured == {
        "ratio='720:1280'": [(720, 1280, 5.0)],
        "duration=10": [(720, 1280, 10.0)],
        "ratio='1280:720'": [(1280, 720, 5.0)],
    }
    for variant in ran.report["variants"]:
        assert (ran.folder / "reports" / "latest" / variant["outputs"][0]["file"]).stat().st_size > 1000


def test_refusals_are_explained_with_what_to_send(run: Run) -> None:
    ran = run(STORY)
    told = {
        variant["name"]: [
            (found["code"], found["field"], (found["proposal"] or {}).get("text")) for found in variant["findings"]
        ]
        for variant in ran.report["variants"][6:]
    }
    assert told["aspect ratio instead of pixels"] == [
        ("PARAM.VALUE", "ratio", "Send ratio=720:1280: the same shape in pixels.")
    ]
    assert told["null seed"] == [("PARAM.NULL", "seed", "Leave seed out: it is optional, and null is no value.")]
    assert told["hyphen in the model"] == [("MODEL.UNKNOWN", "model", "Send model=gen4_turbo: the API's spelling.")]
    assert told["missing image"][0][:2] == ("PARAM.MISSING", "promptImage")


def test_in_russian(run: Run) -> None:
    ran = run(STORY, "-k", "watermark", "--lang", "ru")
    assert ran.code == 0
    assert "✅ РАБОТАЕТ" in ran.out
    assert "✅ Найден рабочий формат!" in ran.out


def test_the_old_contract_speaks_its_old_sentences(run: Run) -> None:
    ran = run(STORY, "--contract", "2025-10")
    assert ran.code == 0
    said = {
        variant["name"]: (variant["http_status"], [found["said"] for found in variant["findings"]])
        for variant in ran.report["variants"]
    }
    assert said["hyphen in the model"] == (403, ["Model variant gen4-turbo is not available"])
    assert said["aspect ratio instead of pixels"] == (
        400,
        ["`ratio` must be one of: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672"],
    )


def test_what_works_is_refused_when_the_scenario_is_wrong_about_it(run: Run, tmp_path: Path) -> None:
    text = (
        Path(STORY)
        .read_text(encoding="utf-8")
        .replace("baseline:\n  model: gen4_turbo", "baseline:\n  model: gen4-turbo")
    )
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    ran = run("wrong.yaml", "-k", "Minimal")
    assert ran.code == 1
    assert "❌" in ran.out
    assert "Send model=gen4_turbo" in " ".join(ran.out.split())
    assert "No working format found" in ran.out


@pytest.mark.thorough
def test_everything_that_ships_is_green(run: Run) -> None:
    ran = run(str(SCENARIOS))
    assert (ran.code, ran.err) == (0, ""), ran.out
    endpoints = {variant["endpoint"] for variant in ran.report["variants"] if variant["scenario"] == "every_endpoint"}
    document = json.loads((ROOT / "harness" / "provider" / "runway" / "openapi.json").read_text(encoding="utf-8"))
    creating = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and operation.get("x-creates-task")
    }
    assert endpoints == creating
    assert len(creating) == 26


@pytest.mark.thorough
@pytest.mark.parametrize("contract", ["2025-10", "none"])
def test_everything_that_ships_runs_under_other_contracts(run: Run, contract: str) -> None:
    ran = run(str(SCENARIOS), "--contract", contract)
    verdicts: dict[str, set[str]] = {}
    for variant in ran.report["variants"]:
        verdicts.setdefault(variant["scenario"], set()).add(variant["verdict"])
    assert ran.code == (0 if contract == "2025-10" else 1)
    assert verdicts["text_to_video"] == {"skipped"}
    assert "only for contract 2026-11-22" in ran.out


def test_the_same_seed_gives_the_same_run(run: Run) -> None:
    def facts() -> list[tuple[str, str, float]]:
        return [
            (item["id"], item["task_id"], item["timing"]["total_s"])
            for item in run(STORY, "-j", "1").report["variants"]
        ]

    first = facts()
    assert facts() == first
    other = [(item["id"], item["task_id"]) for item in run(STORY, "-j", "1", "--seed", "7").report["variants"]]
    assert [variant for variant, _ in other] == [variant for variant, _, _ in first]
    assert [task for _, task in other[:6]] != [task for _, task, _ in first[:6]]


def test_what_leaves_the_machine(run: Run, server: Any) -> None:
    scenario = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello, ratio: 9:16, seed: 1}
variants:
  - {name: unquoted ratio, set: {ratio: 16:9}}
  - {name: null, set: {seed: null}}
  - {name: without, unset: [seed]}
"""
    server.create = (400, "application/json", '{"error": "no"}')
    run("scenario.yaml", "-j", "1", "--base-url", server.url, scenario=scenario.replace("name: null", "name: nothing"))
    assert sorted(server.bodies) == sorted(
        [
            b'{"prompt":"hello","ratio":"16:9","seed":1}',
            b'{"prompt":"hello","ratio":"9:16","seed":null}',
            b'{"prompt":"hello","ratio":"9:16"}',
        ]
    )


def test_verbose_follows_the_old_log(run: Run) -> None:
    ran = run(STORY, "-k", "Minimal", "-v", "-j", "1")
    task = ran.report["variants"][0]["task_id"]
    lines = ran.err.splitlines()
    assert any("promptImage" in line and "image/jpeg" in line and len(line) < 500 for line in lines)
    assert any(task in line for line in lines)
    assert any(re.search(r"poll \d+/\d+: (PENDING|RUNNING)", line) for line in lines)
    assert any(re.search(r"\d[\d,.]* (bytes|KB|MB)", line) and "download" in line.lower() for line in lines)


def test_quiet_says_only_the_verdict(run: Run) -> None:
    ran = run(STORY, "-q", "--ascii")
    assert len(ran.out.splitlines()) == 1
    assert ran.out.isascii()


def test_the_first_failure_stops_the_run(run: Run, server: Any) -> None:
    rows = "".join(f"  - {{name: row {number}, set: {{seed: {number}}}}}\n" for number in range(2, 9))
    scenario = f"name: w\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {{seed: 1}}\nvariants:\n{rows}"
    server.create = (400, "application/json", '{"error": "seed is bad"}')
    ran = run("scenario.yaml", "-x", "-j", "1", "--base-url", server.url, scenario=scenario)
    assert ran.code == 1
    assert [variant["verdict"] for variant in ran.report["variants"]] == ["fail"] + ["skipped"] * 6
    assert len(server.asked) == 1


def test_list_validate_schema_and_explain(run: Run, tmp_path: Path) -> None:
    listed = run("list", STORY, "-k", "seed")
    assert listed.out == (
        "v-38d0a89d  image_to_video  image_to_video  works     With seed\n"
        "v-47d80ec6  image_to_video  image_to_video  rejected  null seed\n"
    )
    assert run("list", STORY, "-k", "seed", "-q").out == "v-38d0a89d\nv-47d80ec6\n"
    assert run("list", STORY, "-k", "zzz").code == 5
    assert run("validate", STORY).out == "1 scenario file with 10 variants: in order.\n"
    assert run("schema").out == (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8")
    assert run("schema", "mine.json").code == 0
    assert json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))["type"] == "object"
    assert "PARAM.VALUE          The API does not take this value of the field.\n" in run("explain").out
    assert run("explain", "PARAM.VALUE").out.startswith("PARAM.VALUE")
    wrong = run("explain", "PARAM.VALEU")
    assert (wrong.code, "PARAM.VALUE" in wrong.err) == (2, True)


def test_help_and_version(run: Run) -> None:
    assert run("--help").out.startswith("usage: harness [COMMAND] [PATH…] [OPTION…]")
    assert re.fullmatch(r"harness \d+\.\d+\.\d+\n", run("--version").out)
    with pytest.raises(SystemExit) as left:
        run("run", "--help")
    assert left.value.code == 0


def test_reports_to_other_places(run: Run, tmp_path: Path) -> None:
    ran = run(STORY, "-k", "Minimal", "--report", "markdown=out/pr.md", "--reports", "elsewhere")
    assert ran.code == 0
    assert (tmp_path / "out" / "pr.md").read_text(encoding="utf-8").startswith("## ✅")
    (folder,) = [entry for entry in (tmp_path / "elsewhere").iterdir() if not entry.is_symlink()]
    assert (tmp_path / "elsewhere" / "latest").resolve() == folder.resolve()
    assert folder.stat().st_mode & 0o777 == 0o700
    wrong = run(STORY, "--report", "pdf")
    assert (wrong.code, wrong.err) == (
        2,
        '--report pdf: there is no report "pdf".\n  Known: csv, ctrf, html, json, junit, markdown.\n',
    )
