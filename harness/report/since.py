"""How the variants fared in the runs before: since when something is broken, and what goes to and fro.

report.json tells it in `history`, which is not there where no run was before: `runs`, at most twenty, the oldest first,
each with `id` and `started_at`; `variants`, by id, each with `verdicts`, one letter for each of the runs (p pass, f
fail, i inconclusive, e error, . not fired, x fired when something else was expected: that says nothing about what is
expected now), and, where it was measured, the middle and the 95th percentile of
`queued_s` and `running_s` (null: too little was measured). `flaky` are the ids of variants of which the same payload
passed and failed within the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from harness.model import Json, JsonObject
from harness.report.style import Style

#: What this run says of a variant, as a letter.
LETTERS: Final = {"pass": "p", "fail": "f", "inconclusive": "i", "error": "e"}
_KNOWN: Final = frozenset("pfie.x")
_MOST_RUNS: Final = 20


class EarlierRun(NamedTuple):
    """A run before, as it is told: its id, and its start such as `2026-11-20 10:15 UTC`."""

    id: str
    at: str


class Past:
    """The runs before that of a report. False where there is nothing to tell."""

    def __init__(self, head: JsonObject, style: Style) -> None:
        self._style = style
        told = head.get("history")
        told = told if isinstance(told, Mapping) else {}
        runs, variants = told.get("runs"), told.get("variants")
        self.runs: tuple[EarlierRun, ...] = ()
        self._variants: Mapping[str, Json] = {}
        if isinstance(runs, list) and 0 < len(runs) <= _MOST_RUNS and isinstance(variants, Mapping):
            self.runs = tuple(self._run(run) for run in runs)
            self._variants = variants
        repeated = head.get("flaky")
        self._repeated = frozenset(map(str, repeated)) if isinstance(repeated, list) else frozenset()

    def __bool__(self) -> bool:
        return bool(self.runs or self._repeated)

    def _run(self, run: Json) -> EarlierRun:
        run = run if isinstance(run, Mapping) else {}
        at = self._style.plain(str(run.get("started_at", ""))[:16].replace("T", " "), 20)
        return EarlierRun(self._style.plain(str(run.get("id", "")), 80), f"{at} UTC")

    def letters(self, variant: str) -> str:
        """A letter for each of the runs; empty for a variant that none of them fired."""
        told = self._variants.get(variant)
        letters = told.get("verdicts") if isinstance(told, Mapping) else None
        sound = isinstance(letters, str) and len(letters) == len(self.runs) and _KNOWN.issuperset(letters)
        return str(letters) if sound else ""

    def times(self, variant: str) -> tuple[list[Json], list[Json]]:
        """The percentiles [50, 95] of the times in the queue and of running; empty where none are known."""
        told = self._variants.get(variant)
        told = told if isinstance(told, Mapping) else {}
        queued, running = (_numbers(told.get(name)) for name in ("queued_s", "running_s"))
        return queued, running

    def flaky(self, variant: str, verdict: str) -> bool:
        """True for what passed and failed in this run, or went to and fro: one change is a change, two are not.

        `verdict` is that of this run.
        """
        if variant in self._repeated:
            return True
        letters = self.letters(variant)
        if "p" not in letters or "f" not in letters:
            return False
        return _changes([letter for letter in (*letters, LETTERS.get(verdict, ".")) if letter in "pf"]) >= 2

    def since(self, variants: Iterable[str], *, one_cause: bool = False) -> str:
        """Since when these variants, which fail in this run, are broken; "" where the report tells of no run before.

        `one_cause`: they fail for a reason that all of them share, so that where one passed it was not there. Without
        it a run counts as broken when at least half of them were.
        """
        if not self.runs:
            return ""
        columns = [letters for variant in variants if (letters := self.letters(variant))]
        together = "".join(_together(one, one_cause=one_cause) for one in zip(*columns, strict=True))
        return self._since(together, whole=one_cause or len(columns) == 1)

    def _since(self, letters: str, *, whole: bool) -> str:
        text = self._style.text
        judged = [place for place, letter in enumerate(letters) if letter not in ".x"]
        other = letters.rfind("x")
        if not judged and other < 0:
            return text("since.new")
        if not judged:
            return text("since.otherwise", run=self.runs[other].id, at=self.runs[other].at)
        passed = letters.rfind("p")
        broken = letters.find("f", passed + 1)
        if passed < 0:
            first = self.runs[broken]
            key = "since.once" if len(judged) == 1 else "since.always"
            said = text(key, count=len(judged), run=first.id, at=first.at)
            return said if other < 0 else said + " " + text("since.left_out", count=letters.count("x"))
        last = self.runs[passed]
        if broken < 0:
            said = text("since.now", passed=last.id, passed_at=last.at)
        else:
            first = self.runs[broken]
            said = text("since.run", run=first.id, at=first.at, passed=last.id, passed_at=last.at)
        fared = [letters[place] for place in judged]
        if whole and _changes([*fared, "f"]) >= 2:
            said += " " + text("since.flaky", passes=fared.count("p"), count=len(fared))
        return said


def _together(letters: Sequence[str], *, one_cause: bool) -> str:
    """What one run says of several variants: broken, as expected, or nothing; x where it was asked something else."""
    passes, failures = letters.count("p"), letters.count("f") + letters.count("e")
    if not passes and not failures:
        return "x" if "x" in letters else "."
    return "p" if passes and (one_cause or passes > failures) else "f"


def _changes(letters: Sequence[str]) -> int:
    return sum(one != other for one, other in pairwise(letters))


def _numbers(value: Json) -> list[Json]:
    sound = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2
    if not sound:
        return []
    kept = [one if isinstance(one, int | float) and not isinstance(one, bool) else None for one in value]
    return kept if kept != [None, None] else []
