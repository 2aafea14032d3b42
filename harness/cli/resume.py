"""`harness resume [RUN]`: go on with a run that broke off."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from harness.cli.common import again_of
from harness.cli.options import Option, read_argv
from harness.cli.run import show, shown
from harness.cli.run_options import RUN_OPTIONS
from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.run.execute import execute
from harness.run.folder import find_run
from harness.run.resume import look
from harness.words import text, told

_TAKEN: Final = frozenset(
    {
        *("live", "allow_code", "env_file", "poll_interval", "reports", "report"),
        *("lang", "color", "ascii", "quiet", "verbose"),
    }
)
OPTIONS: Final[tuple[Option, ...]] = tuple(option for option in RUN_OPTIONS if option.name in _TAKEN)


def main(argv: Sequence[str]) -> int:
    """The exit code of the whole run. Raises UsageError for a run that cannot be gone on with."""
    values, paths = read_argv("resume", OPTIONS, argv, paths="paths.run")
    if len(paths) > 1:
        raise UsageError(told("usage.one_run", command="resume", count=len(paths)), told("usage.one_run.resume"))
    folder = find_run(values["reports"], *paths)
    found = look(
        folder,
        again_of(values),
    )
    lang, name = values["lang"], shown(folder)
    if found.prepared is None:
        assert found.exit_code is not None
        _tell(text("resume.whole", lang, run=name, code=found.exit_code))
        return found.exit_code
    total = len(found.prepared.plan.order) - found.kept
    if found.anew:
        _tell(text("resume.anew", lang, run=name))
    else:
        counts = {"kept": found.kept, "followed": found.followed, "left": found.left}
        _tell(text("resume.goes_on", lang, run=name, **counts))
    with Terminal(values, total) as watcher:
        result = execute(found.prepared, watcher, folder=None if found.anew else folder)
    return show(result, values)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
