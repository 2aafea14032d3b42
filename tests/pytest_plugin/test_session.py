import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., pytest.RunResult]
Steady = Callable[[pytest.RunResult], str]
Folders = Callable[[], list[Path]]

GOOD, BAD, FREE, WRONG, OLD = (
    "scenarios/red.yaml::good[v-5c27a02d]",
    "scenarios/red.yaml::bad ratio[v-585fac22]",
    "scenarios/red.yaml::null seed[v-100f0135]",
    "scenarios/red.yaml::wrongly expected[v-5b685b56]",
    "scenarios/red.yaml::old[v-82babcda]",
)


def report(folder: Path) -> dict[str, dict[str, object]]:
    variants = json.loads((folder / "report.json").read_text(encoding="utf-8"))["variants"]
    return {entry["id"]: entry for entry in variants}


def collected(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_a_whole_session_reads_like_the_console(
    run: Run, steady: Steady, golden: Callable[[str, str], None], reports: Folders
) -> None:
    result = run("--strict-markers", "-rA")

    golden("pytest_plugin/red.txt", steady(result))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert len(reports()) == 1  # one run, whatever the number of items


def test_a_session_in_russian(run: Run, steady: Steady, golden: Callable[[str, str], None]) -> None:
    golden("pytest_plugin/red_ru.txt", steady(run("--harness-lang", "ru", "-rs")))


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        (("-k", "null"), [FREE]),
        (("-k", "v-585fac22"), [BAD]),
        (("-m", "smoke and free"), [FREE]),
        (("-m", "two_words and not free"), [GOOD, BAD, WRONG, OLD]),
        (("--deselect", BAD, "--deselect", OLD), [GOOD, FREE, WRONG]),
        ((BAD,), [BAD]),
        (("scenarios/red.yaml::bad ratio",), [BAD]),
    ],
    ids=["name", "id", "tags", "spaces", "deselect", "item", "item by name"],
)
def test_items_are_selected_as_tests_are(run: Run, reports: Folders, args: tuple[str, ...], ids: list[str]) -> None:
    result = run("--collect-only", "-q", "--strict-markers", *args)

    assert collected(result) == ids
    assert reports() == []  # nothing was fired


def test_what_is_not_selected_is_never_fired(run: Run, reports: Folders) -> None:
    result = run("-k", "good or bad")

    result.assert_outcomes(passed=1, failed=1, deselected=3)
    assert list(report(reports()[0])) == ["v-5c27a02d", "v-585fac22"]


def test_what_a_mark_skips_is_never_fired(project: pytest.Pytester, run: Run, reports: Folders) -> None:
    project.makeconftest(
        """
        import pytest
        MARKS = {
            "good": pytest.mark.skip(reason="not today"),
            "bad ratio": pytest.mark.skipif("True", reason="in words"),
            "wrongly expected": pytest.mark.xfail(run=False, reason="known"),
            "null seed": pytest.mark.skipif(False, reason="no"),
        }
        def pytest_collection_modifyitems(items):
            for item in items:
                if (mark := MARKS.get(item.name.split("[")[0])) is not None:
                    item.add_marker(mark)
        """
    )

    result = run("-rsx")

    result.assert_outcomes(passed=1, skipped=3, xfailed=1)
    assert list(report(reports()[0])) == ["v-100f0135", "v-82babcda"]


def test_after_the_first_failure_nothing_more_is_fired(run: Run, reports: Folders) -> None:
    result = run("-x", "--harness-jobs", "1")

    # The plan's order: expected refusals first, then what fails for its price, unknown to the account.
    verdicts = {name: entry["verdict"] for name, entry in report(reports()[0]).items()}
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdicts == {
        "v-5c27a02d": "skipped",
        "v-585fac22": "skipped",
        "v-100f0135": "pass",
        "v-5b685b56": "fail",
        "v-82babcda": "skipped",
    }


def test_a_failure_elsewhere_stops_the_run_before_it_begins(
    project: pytest.Pytester, run: Run, reports: Folders
) -> None:
    project.makepyfile("def test_first(): raise ValueError")

    result = run("-x", project.path / "test_a_failure_elsewhere_stops_the_run_before_it_begins.py", "scenarios")

    result.assert_outcomes(failed=1)
    assert reports() == []


def test_last_failed_are_the_variants_that_failed(run: Run) -> None:
    run("-q")

    assert collected(run("--lf", "--collect-only", "-q")) == [BAD, WRONG]


def test_a_failure_says_since_when(run: Run) -> None:
    first = run("-k", "bad")
    assert "earlier run" not in str(first.stdout)

    lines = [line.strip() for line in run("-k", "bad or good").outlines]

    told = [line for line in lines if line.startswith("Broken in the only earlier run that judged it, ")]
    assert len(told) == 1
    assert lines.index(told[0]) < next(place for place, line in enumerate(lines) if line.startswith("Differs"))


def test_nobody_can_tell_is_an_error_and_no_failure(run: Run) -> None:
    result = run("-k", "good", "-rE", "-v", "--harness-faults", "http-500@1-9")

    result.assert_outcomes(errors=1)
    lines = [line.split("  [")[0].rstrip() for line in result.outlines]
    assert f"{GOOD} INCONCLUSIVE" in "\n".join(lines)
    start = lines.index("⚠  cannot tell: good")
    assert lines[start : start + 4] == [
        "⚠  cannot tell: good",
        "  The API answered HTTP 500. The task may have been created, and paid for. [PROVIDER.5XX]",
        "  Look at your account before firing it again.",
        "  The API said: “Internal Server Error”",
    ]
    assert f"INCONCLUSIVE {GOOD} - ⚠  cannot tell: good" in lines
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_run_that_cannot_begin_is_one_error(project: pytest.Pytester, run: Run) -> None:
    (project.path / "reports").write_text("", encoding="utf-8")

    result = run("-k", "not old", "-rs")

    result.assert_outcomes(errors=1, skipped=3, deselected=1)
    place = project.path / "reports"
    told = f"{place}: the reports folder cannot be written: File exists. Nothing was sent."
    assert result.outlines[result.outlines.index(told) + 1] == "  Choose another one with --harness-reports DIR."
    assert "SKIPPED [1] scenarios/red.yaml:9: the run could not be started" in result.outlines


def test_a_bug_of_ours_is_an_error_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("harness.pytest_plugin.running.execute", broken)

    result = run("-k", "good or null")

    result.assert_outcomes(errors=1, skipped=1, deselected=3)
    assert "A bug of ours ended the run: RuntimeError: out of order" in result.outlines
    assert "Traceback" not in result.stdout.str()


@pytest.mark.thorough
def test_a_junit_report_keeps_task_credits_and_verdict(project: pytest.Pytester, run: Run) -> None:
    run("--junitxml", "out.xml", "-k", "not old")

    cases = {case.get("name"): case for case in ET.parse(project.path / "out.xml").iter("testcase")}
    told = {
        name: {each.get("name"): each.get("value") for each in case.iter("property")} for name, case in cases.items()
    }
    wrong = "wrongly expected[v-5b685b56]"
    assert told[wrong].pop("task_id")
    assert told[wrong] == {
        "variant_id": "v-5b685b56",
        "verdict": "fail",
        "credits": "5",
        "credits_planned": "5",
        "seed": "1",
        "http_status": "200",
        "file": "scenarios/red.yaml",
        "line": "10",
        "findings": "EXPECT.ACCEPTED",
        "tags": "smoke two words",
    }
    assert {name: [each.tag for each in case if each.tag != "properties"] for name, case in cases.items()} == {
        "good[v-5c27a02d]": [],
        "bad ratio[v-585fac22]": ["failure"],
        "null seed[v-100f0135]": [],
        wrong: ["failure"],
    }


def test_known_failures_are_expected_to_fail(project: pytest.Pytester, run: Run) -> None:
    known = {"scenario": "red", "name": "bad ratio", "verdict": "fail", "findings": ["PARAM.VALUE"]}
    (project.path / "known.json").write_text(
        json.dumps({"format_version": 1, "failures": {"v-585fac22": known}}), encoding="utf-8"
    )

    result = run("-k", "good or bad", "--harness-baseline", "known.json", "-rx")

    result.assert_outcomes(passed=1, xfailed=1, deselected=3)
    assert result.ret == pytest.ExitCode.OK


def test_mistakes_of_a_file_are_told_as_validate_tells_them(project: pytest.Pytester, run: Run) -> None:
    (project.path / "scenarios" / "broken.yaml").write_text(
        "name: broken\nprovider: runwy\nendpoint: text_to_image\nbaseline: {model: x}\nvariants: [{name: a, st: {}}]\n",
        encoding="utf-8",
    )

    result = run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    start = result.outlines.index('scenarios/broken.yaml:2:11: provider: there is no provider "runwy".')
    assert result.outlines[start : start + 8] == [
        'scenarios/broken.yaml:2:11: provider: there is no provider "runwy".',
        "    provider: runwy",
        "              ^",
        '  Did you mean "runway"?',
        "scenarios/broken.yaml:5:22: variants[0].st: this key is not known here.",
        "    variants: [{name: a, st: {}}]",
        "                         ^",
        '  Did you mean "set"?',
    ]


def test_two_scenarios_of_one_name_are_a_mistake(project: pytest.Pytester, run: Run, red: str) -> None:
    (project.path / "scenarios" / "second.yaml").write_text(red, encoding="utf-8")

    result = run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['ERROR: *the name "red" is taken by the scenario at scenarios/red.yaml:1.'])


def test_only_scenario_files_are_collected(project: pytest.Pytester, run: Run, red: str) -> None:
    for name in ("other/a.yaml", "scenarios/assets/b.yaml", "scenarios/profile.yaml", "scenarios/.hidden/c.yaml"):
        (project.path / name).parent.mkdir(exist_ok=True)
        (project.path / name).write_text(red.replace("name: red", f"name: {name}"), encoding="utf-8")

    assert {line.split("::")[0] for line in collected(run("--collect-only", "-q"))} == {"scenarios/red.yaml"}
    named = collected(run("--collect-only", "-q", "other/a.yaml"))
    assert {line.split("::")[0] for line in named} == {"other/a.yaml"}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("-k", "good"), pytest.ExitCode.OK),
        (("-k", "bad"), pytest.ExitCode.TESTS_FAILED),
        (("-k", "nothing"), pytest.ExitCode.NO_TESTS_COLLECTED),
        (("-k", "old"), pytest.ExitCode.NO_TESTS_COLLECTED),
        (("--harness-jobs", "none"), pytest.ExitCode.USAGE_ERROR),
        (("--harness-faults", "no-such"), pytest.ExitCode.USAGE_ERROR),
        (("--harness-report", "pdf"), pytest.ExitCode.USAGE_ERROR),
        (("--harness-base-url", "http://api.example"), pytest.ExitCode.USAGE_ERROR),
        (("--harness-max-credits", "7", "-k", "good or null"), pytest.ExitCode.OK),
        (("--harness-max-credits", "3", "-k", "good or null"), pytest.ExitCode.TESTS_FAILED),
    ],
    ids=["fine", "failing", "nothing", "other contract", "option", "fault", "report", "address", "budget", "too dear"],
)
def test_exit_codes_mean_what_those_of_harness_run_mean(run: Run, args: tuple[str, ...], code: pytest.ExitCode) -> None:
    assert run("-q", *args).ret == code


def test_a_budget_that_runs_out_is_told(run: Run) -> None:
    result = run("--harness-max-credits", "3", "-k", "good or null or old")

    result.assert_outcomes(passed=1, skipped=2, deselected=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = next(line for line in result.outlines if line.startswith("1 variant was not fired: "))
    assert told.startswith("1 variant was not fired: the budget of 3 credits has no room for 5 more:")


def test_a_paid_run_is_asked_for_on_the_command_line_only(project: pytest.Pytester, run: Run, reports: Folders) -> None:
    project.makeini("[pytest]\naddopts = --harness-live\n")
    what = "was not given with the command itself: nothing else may start a paid run. Nothing was sent."

    result = run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[:2] == [
        f"ERROR: --harness-live {what}",
        "  Write it on the command line: addopts and PYTEST_ADDOPTS do not count.",
    ]
    assert reports() == []


def test_a_live_plan_dearer_than_its_budget_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, reports: Folders
) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_" + "1" * 128)

    result = run("--harness-live", "--harness-max-credits", "9")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[:2] == [
        "ERROR: The plan costs 18 credits and the budget is 9. Nothing was sent.",
        "  Select fewer variants with -k, or raise --harness-max-credits.",
    ]
    assert reports() == []


@pytest.mark.thorough
def test_no_secret_is_printed(project: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_API_TOKEN", "swordfish-42")
    text = 'name: s\nprovider: runway\nendpoint: text_to_image\nbaseline: {model: gen4_image, promptText: "a", ratio: '
    text += '1280:720}\nmatrix: {strength: 1, factors: {ratio: ["1:1", {$env: MY_API_TOKEN}]}}\n'
    (project.path / "scenarios" / "red.yaml").write_text(text, encoding="utf-8")

    result = run("-rA", "-v", "--junitxml", "out.xml")

    result.assert_outcomes(failed=2)
    assert "swordfish" not in result.stdout.str() + (project.path / "out.xml").read_text(encoding="utf-8")


def test_setup_plan_and_collect_only_fire_nothing(run: Run, reports: Folders) -> None:
    run("--setup-plan")
    run("--collect-only")

    assert reports() == []
