"""The options: those of `harness run` that make sense here, as `--harness-…`, read by the same readers.

What to fire is pytest's own to say (paths, -k, -m, --lf, --deselect). The table is written out here since importing
the readers costs a tenth of a second; a test holds it against theirs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from harness.pytest_plugin.stashed import SETTINGS

if TYPE_CHECKING:
    from harness.run.settings import RunSettings


@dataclass(frozen=True, slots=True)
class PluginOption:
    """One option; `name` is that of the option of `harness run`, without a `metavar` it is a switch."""

    name: str
    metavar: str
    help: str
    repeat: bool = False

    @property
    def flag(self) -> str:
        """What is written on the command line."""
        return f"--harness-{self.name.replace('_', '-')}"

    @property
    def dest(self) -> str:
        """Its name among pytest's options."""
        return f"harness_{self.name}"


OPTIONS: Final = (
    PluginOption("live", "", "fire at the real provider: this spends credits (on the command line only)"),
    PluginOption("base_url", "URL", "another address; one that is not on this machine needs --harness-live"),
    PluginOption("env_file", "FILE", "read the API key from this file (else from the environment, keys.env or .env)"),
    PluginOption("max_credits", "N", "spend at most N credits, all workers of pytest-xdist together"),
    PluginOption("assume_credits", "N", "count N credits for a variant without a known price"),
    PluginOption("max_time", "T", "fire nothing more after this time; what is in flight is followed to its end"),
    PluginOption("contract", "VERSION", "the dated contract to judge by and to mock, or `none`"),
    PluginOption("allow_code", "", "let scenarios run their own `$call` code"),
    PluginOption("until", "STAGE", "accepted, finished or verified (default): how far a task is followed"),
    PluginOption("jobs", "N", "tasks in flight at once (default 4), in each worker of pytest-xdist"),
    PluginOption("poll_interval", "T", "seconds between polls of a task (default: the profile's)"),
    PluginOption("task_timeout", "T", "give up on a task after this time (default: the profile's)"),
    PluginOption("no_download", "", "do not fetch the outputs"),
    PluginOption("faults", "NAME,…", "defects that the built-in mock commits on purpose", repeat=True),
    PluginOption("seed", "N", "seed of the mock and of the jitter (default 0)"),
    PluginOption("reports", "DIR", "where runs leave their folders (default: reports/ in the rootdir)"),
    PluginOption("report", "NAME[=PATH]", "write this report too: html, json, markdown, junit, ctrf, csv", repeat=True),
    PluginOption("baseline", "FILE", "failures that stand in this file are known: they xfail"),
    PluginOption("lang", "en|ru", "language of what is said, and of the written reports"),
)
#: Options of `harness run` that choose variants, or end a run otherwise than its items tell: pytest has its own.
NEUTRAL: Final[Mapping[str, object]] = {"tag": (), "sample": None, "budget_rows": None, "fit": False, "drift": False}

_FLAG: Final = re.compile(rf"(?<![\w-])--({'|'.join(option.flag[10:] for option in OPTIONS)})(?![\w-])")


def in_our_words(text: str) -> str:
    """A text of `harness run` in which options are called as they are here.

    >>> in_our_words("Add --live, or raise --max-credits.")
    'Add --harness-live, or raise --harness-max-credits.'
    """
    return _FLAG.sub(r"--harness-\1", text).replace("`harness run --help`", "`pytest --help`")


def settings_of(config: pytest.Config) -> RunSettings:
    """What is asked for: flag, then `HARNESS_…`, then `[tool.harness]`, then default. Names are seen from the rootdir.

    Raises UsageError of the harness.
    """
    if (known := config.stash.get(SETTINGS, None)) is None:
        known = config.stash[SETTINGS] = _settings(config)
    return known


def _settings(config: pytest.Config) -> RunSettings:
    from harness.cli import common
    from harness.cli.options import resolve
    from harness.cli.run_options import RUN_OPTIONS
    from harness.errors import UsageError
    from harness.model import replace
    from harness.words import told

    given = {option.name: config.getoption(option.dest) for option in OPTIONS}
    if given["live"] and "--harness-live" not in config.invocation_params.args:
        raise UsageError(told("plugin.live_flag"), told("plugin.live_flag.fix"))
    root, here = config.rootpath, config.invocation_params.dir
    values = resolve(RUN_OPTIONS, given, env=os.environ, cwd=root, command="run")
    values |= NEUTRAL
    most = 1 if config.getoption("stepwise", default=False) else config.getoption("maxfail")
    settings = common.settings_of({**values, "paths": (), "max_failures": most or None})

    def placed(name: str, file: Path | None) -> Path | None:
        """Seen from where the command was given if it stands there, else from the rootdir."""
        return None if file is None else (here if given[name] else root) / file

    return replace(
        settings,
        cwd=root,
        reports=placed("reports", settings.reports) or root,
        env_file=placed("env_file", settings.env_file),
        baseline=placed("baseline", settings.baseline),
    )
