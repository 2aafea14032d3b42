"""What the commands share: the options of a run as RunSettings, those of a run that goes on as Again."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cli.options import Option, read_argv
from harness.cli.run_options import RUN_OPTIONS
from harness.model import Until
from harness.plan import Selection
from harness.run.settings import RunSettings

if TYPE_CHECKING:
    from harness.run.resume import Again


def read_options(argv: Sequence[str], command: str, more: Sequence[Option] = ()) -> dict[str, Any]:
    """The options of a command that takes the run's options, and `more`, resolved, with `paths`."""
    values, paths = read_argv(command, (*RUN_OPTIONS, *more), argv, paths="paths.scenarios")
    return {**values, "paths": tuple(map(Path, paths))}


def settings_of(values: Mapping[str, Any]) -> RunSettings:
    """The settings that these options ask for."""
    failures = 1 if values["exitfirst"] else values["max_failures"]
    return RunSettings(
        paths=values["paths"],
        cwd=Path.cwd(),
        env=dict(os.environ),
        selection=Selection(expression=values["select"], tags=values["tag"], only=values["only"]),
        contract=values["contract"],
        allow_code=values["allow_code"],
        live=values["live"],
        base_url=values["base_url"],
        env_file=values["env_file"],
        max_credits=values["max_credits"],
        max_time_s=values["max_time"],
        sample=values["sample"],
        budget_rows=values["budget_rows"],
        fit=values["fit"],
        plan_file=values["plan"],
        assume_credits=values["assume_credits"],
        until=Until(values["until"]),
        jobs=values["jobs"],
        max_failures=failures,
        diagnose=values["diagnose"],
        max_probes=values["max_probes"],
        recover=values["recover"],
        poll_every_s=values["poll_interval"],
        task_timeout_s=values["task_timeout"],
        download=not values["no_download"],
        seed=values["seed"],
        faults=values["faults"],
        reports=values["reports"],
        report_names=values["report"],
        lang=values["lang"],
        last_failed=values["last_failed"],
        shard=values["shard"],
        drift=values["drift"],
        baseline=values["baseline"],
        baseline_update=values["baseline_update"],
        baseline_prune=values["baseline_prune"],
    )


def again_of(values: Mapping[str, Any]) -> Again:
    """What these options say anew for a run that goes on."""
    from harness.run.resume import Again  # lazily: only who goes on with a run needs it

    return Again(
        env=dict(os.environ),
        env_file=values["env_file"],
        live=values["live"],
        allow_code=values["allow_code"],
        poll_every_s=values.get("poll_interval"),
        report_names=values["report"],
        lang=values["lang"],
    )


def colored(when: str) -> bool:
    """Whether stdout is to be coloured: `always`, `never`, or `auto` as the environment and the terminal say."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0", "false"}:
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
