from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.environment import ignored
from harness.cli.options import parser, resolve, seconds
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import UsageError
from harness.words import LANGS, in_lang


def values(argv: list[str], cwd: Path, env: dict[str, str] | None = None) -> dict[str, object]:
    given = vars(parser("run", RUN_OPTIONS, paths="paths.scenarios").parse_args(argv))
    return resolve(RUN_OPTIONS, given, env=env or {}, cwd=cwd)


def test_defaults(tmp_path: Path) -> None:
    assert values([], tmp_path) == {
        "select": "",
        "tag": (),
        "only": (),
        "sample": None,
        "last_failed": False,
        "shard": None,
        "contract": None,
        "allow_code": False,
        "live": False,
        "base_url": None,
        "env_file": None,
        "max_credits": None,
        "fit": False,
        "budget_rows": None,
        "max_time": None,
        "plan": None,
        "assume_credits": None,
        "until": "verified",
        "jobs": 4,
        "exitfirst": False,
        "max_failures": None,
        "diagnose": False,
        "max_probes": 60,
        "recover": False,
        "poll_interval": None,
        "task_timeout": None,
        "no_download": False,
        "faults": (),
        "seed": 0,
        "reports": Path("reports"),
        "report": (),
        "baseline": None,
        "baseline_update": False,
        "baseline_prune": False,
        "drift": False,
        "lang": "en",
        "color": "auto",
        "ascii": False,
        "quiet": False,
        "verbose": False,
    }


def test_flag_before_environment_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.harness]\njobs = 2\nlang = "ru"\npoll-interval = "500ms"\nascii = true\n'
    )
    inner = tmp_path / "deep" / "er"
    inner.mkdir(parents=True)
    found = values(["-j", "8"], inner, {"HARNESS_JOBS": "6", "HARNESS_LANG": "en", "HARNESS_TAG": "a, b"})
    assert (found["jobs"], found["lang"], found["poll_interval"], found["ascii"], found["tag"]) == (
        8,
        "en",
        0.5,
        True,
        ("a", "b"),
    )


def test_live_and_selection_are_flags_only(tmp_path: Path) -> None:
    assert values([], tmp_path, {"HARNESS_LIVE": "1", "HARNESS_SELECT": "x"})["live"] is False
    (tmp_path / "pyproject.toml").write_text("[tool.harness]\nlive = true\n")
    with pytest.raises(UsageError) as caught:
        values([], tmp_path)
    assert str(caught.value).startswith(f'{tmp_path}/pyproject.toml: tool.harness: there is no setting "live".')


def test_all_wrong_values_at_once(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ncolor = "sometimes"\njbos = 3\n')
    with pytest.raises(UsageError) as caught:
        values(["-j", "0", "--poll-interval", "soon"], tmp_path, {"HARNESS_ASCII": "perhaps"})
    assert str(caught.value) == (
        f'{tmp_path}/pyproject.toml: tool.harness: there is no setting "jbos". Did you mean jobs?\n'
        '--jobs: expected a whole number from 1 to 10000, found "0".\n'
        '--poll-interval: expected a time such as 500ms, 20s, 5m or 1.5, found "soon".\n'
        f'{tmp_path}/pyproject.toml: tool.harness.color: expected one of auto, always, never, found "sometimes".\n'
        'HARNESS_ASCII: expected true or false, found "perhaps".\n'
        "  See `harness run --help`."
    )


def test_unreadable_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.harness\n")
    with pytest.raises(UsageError, match="not readable as TOML"):
        values([], tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool]\nharness = 3\n")
    with pytest.raises(UsageError, match="expected a table, found 3"):
        values([], tmp_path)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--liv"], 'There is no option "--liv".\n  Did you mean --live?'),
        (["--zzz"], 'There is no option "--zzz".\n  See `harness run --help`.'),
        (["--jobs"], "-j/--jobs: a value is missing.\n  See `harness run --help`."),
    ],
)
def test_wrong_flags(argv: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parser("run", RUN_OPTIONS, paths="paths.scenarios").parse_args(argv)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["", "s", "-1", "1 day", "1e3", "٣s", "NaN"])
def test_not_a_time(text: str) -> None:
    with pytest.raises(ValueError, match="a time such as"):
        seconds(text)


def test_every_option_has_help_and_one_name() -> None:
    names = [option.name for option in RUN_OPTIONS]
    assert len(names) == len(set(names))
    assert all(option.help(lang) for option in RUN_OPTIONS for lang in LANGS)


NEAR = "{} is no setting and counts for nothing. Did you mean {}?"
ONLY = "{} counts for nothing: {} can only be said on the command line."


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"HARNESS_CONTRAKT": "2025-10"}, [NEAR.format("HARNESS_CONTRAKT", "HARNESS_CONTRACT")]),
        ({"HARNESS_contract": "2025-10"}, [NEAR.format("HARNESS_contract", "HARNESS_CONTRACT")]),
        ({"HARNESS_LIVE": "1"}, [ONLY.format("HARNESS_LIVE", "--live")]),
        (
            {"HARNESS_REPORTS_DIR": "x", "HARNESS_MAX_CREDIT": "7"},
            [
                NEAR.format("HARNESS_MAX_CREDIT", "HARNESS_MAX_CREDITS"),
                NEAR.format("HARNESS_REPORTS_DIR", "HARNESS_REPORTS"),
            ],
        ),
        # Settings, what is empty, and what is another program's: a CI service has the same prefix.
        ({"HARNESS_CONTRACT": "2025-10", "HARNESS_LANG": "ru", "HARNESS_TAG": "a"}, []),
        ({"HARNESS_CONTRAKT": ""}, []),
        ({"HARNESS_ACCOUNT_ID": "x", "HARNESS_ORG_ID": "x", "HARNESS_PIPELINE_ID": "x", "HARNESS_BUILD_ID": "1"}, []),
        ({"HARNESS_PROJECT_ID": "x", "HARNESS_STAGE_ID": "x", "HARNESS_DELEGATE_NAME": "x"}, []),
        ({"HARNES_CONTRACT": "x", "CONTRAKT": "x"}, []),
    ],
    ids=" ".join,
)
def test_variables_that_look_like_settings(env: dict[str, str], said: list[str]) -> None:
    assert list(ignored(env, RUN_OPTIONS)) == said


def test_variables_that_look_like_settings_in_russian() -> None:
    assert [in_lang(line, "ru") for line in ignored({"HARNESS_CONTRAKT": "x", "HARNESS_LIVE": "1"}, ())] == [
        "HARNESS_CONTRAKT — не настройка и ни на что не влияет. Имелось в виду HARNESS_CONTRACT?",
        "HARNESS_LIVE ни на что не влияет: --live можно задать только в командной строке.",
    ]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), NEAR.format("HARNESS_CONTRAKT", "HARNESS_CONTRACT")),
        (("--lang", "ru"), "HARNESS_CONTRAKT — не настройка и ни на что не влияет. Имелось в виду HARNESS_CONTRACT?"),
    ],
    ids=["en", "ru"],
)
def test_such_a_variable_stops_nothing(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...], said: str
) -> None:
    monkeypatch.setenv("HARNESS_CONTRAKT", "key_1234567890abcdef")
    ran = run("explain", "PARAM.VALUE", *argv)
    assert (ran.code, ran.err) == (0, f"{said}\n")
