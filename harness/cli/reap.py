"""`harness reap [RUN…]`: cancel what runs left behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

from harness.cli.options import Option, read_argv
from harness.cli.run import shown
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import EXIT_INCONCLUSIVE, EXIT_OK
from harness.run.amend import amend, told
from harness.run.folder import find_run
from harness.run.reap import Fate, Harvest, reap
from harness.words import say, text

_TAKEN: Final = frozenset({"env_file", "reports", "lang", "quiet"})
OPTIONS: Final[tuple[Option, ...]] = tuple(option for option in RUN_OPTIONS if option.name in _TAKEN)
#: These may go on.
_ALIVE: Final = frozenset({Fate.LEFT, Fate.UNSEEN})


def main(argv: Sequence[str]) -> int:
    """0 when nothing of these runs goes on any more, 4 when something may."""
    values, paths = read_argv("reap", OPTIONS, argv, paths="paths.runs")
    folders = [find_run(values["reports"], name) for name in paths] or [find_run(values["reports"])]
    alive = False
    for folder in folders:
        harvest = reap(folder, env=dict(os.environ), env_file=values["env_file"])
        alive = alive or any(task.fate in _ALIVE for task in harvest.tasks)
        lines = _lines(harvest, shown(folder), values["lang"])
        sys.stdout.write("".join(f"{line}\n" for line in (lines[:1] if values["quiet"] else lines)))
        amend(folder, harvest, lang=values["lang"])
    return EXIT_INCONCLUSIVE if alive else EXIT_OK


def _lines(harvest: Harvest, run: str, lang: str) -> list[str]:
    if harvest.mock:
        return [text("reap.mock", lang, run=run)]
    lines = [text("reap.head" if harvest.tasks else "reap.none", lang, run=run, tasks=len(harvest.tasks))]
    lines += [f"  {task.variant_id}  {task.task_id}  {say(told(task), lang)}" for task in harvest.tasks]
    if harvest.unknown:
        names = ", ".join(harvest.unknown)
        lines.append(text("reap.unknown", lang, count=len(harvest.unknown), variants=names))
    return lines
