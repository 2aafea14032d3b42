"""Reports of a run that was reaped: what became of its tasks is put into the reports that are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from harness import words
from harness.errors import EnvironmentProblem, why
from harness.model import Json, JsonObject, Move, Phrase
from harness.report import REPORTS, Report, read
from harness.run.reap import Fate, Harvest, Reaped

#: The task has come to its end: what was found before it did holds no more.
_OVER: Final = frozenset({Fate.CANCELLED, Fate.STOPPED, Fate.ENDED, Fate.GONE})


def told(task: Reaped) -> Phrase:
    """What became of a task, as a phrase; its texts are redacted."""
    shown = "–" if task.credits is None else f"{task.credits:,.10g}"
    return Phrase(key=f"reap.{task.fate}", params={"word": task.word, "said": task.said, "credits": shown})


def amend(folder: Path, harvest: Harvest, *, lang: str = "en") -> None:
    """Rewrites the reports in the run's folder with what reaping found, in `lang`; verdicts stay as they were.

    Does nothing where there is no report.json (the run broke off), or nothing was reaped. Raises UsageError for one
    that cannot be used, EnvironmentProblem for a report that cannot be written.
    """
    if not harvest.tasks or not (folder / REPORTS["json"].file).is_file():
        return
    report = read(folder)
    tasks = {task.variant_id: task for task in harvest.tasks}
    entries = [_entry(entry, tasks[entry["id"]]) if entry["id"] in tasks else entry for entry in report.variants]
    charged = [entry["credits"]["charged"] for entry in entries if entry["credits"]["charged"] is not None]
    totals: JsonObject = report.head["totals"]
    totals = {**totals, "credits": {**totals["credits"], "charged": sum(charged) if charged else None}}
    amended = Report({**report.head, "totals": totals}, entries)
    for kind in REPORTS.values():
        file = folder / kind.file
        if file.is_file():
            try:
                kind.write_in(lang, amended, file)
            except OSError as error:
                text = words.told("env.report", file=file, why=why(error))
                fix = words.told("env.reaped", file=folder / "events.jsonl")
                raise EnvironmentProblem(text, fix) from None


def _entry(entry: JsonObject, task: Reaped) -> JsonObject:
    over = task.fate in _OVER
    phrase = told(task)
    finding: Mapping[str, Json] = {
        "code": "TASK.REAPED",
        "field": None,
        "message": words.say(phrase),
        "suggestion": None,
        "move": str(Move.OURS),
        "warning": False,
        "proposal": None,
        "said": None,
        "words": {"message": {"key": phrase.key, "params": phrase.params}, "suggestion": None},
    }
    before = [found for found in entry["findings"] if not over or found.get("warning")]
    charged = entry["credits"]["charged"] if task.credits is None else task.credits
    return {
        **entry,
        "task_state": str(task.state) if task.state is not None else entry.get("task_state"),
        "credits": {**entry["credits"], "charged": charged},
        "findings": [finding, *before],
    }
