"""Every refused row of a matrix: each cause once, then the pairs that the causes hid.

A pure stepper like `Localiser`. Rows that hold a cause found before, and say nothing new, are explained by it. Found
causes are kept out of every later probe. At the end the pairs that only refused rows hold are sent again without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from harness.diagnose.beliefs import Beliefs, Tuning, likeliest
from harness.diagnose.evidence import Evidence, History, Items, Row, holds
from harness.diagnose.localise import context_of, explain
from harness.diagnose.locating import issue_of
from harness.diagnose.purse import Purse
from harness.diagnose.records import Cause, Verdict
from harness.diagnose.session import Session, Stepper, Steps
from harness.model import replace

#: Makes rows that hold what no accepted row holds: (combinations that no row may hold, accepted rows) → rows to send.
Cover: TypeAlias = Callable[[tuple[Items, ...], tuple[Row, ...]], Iterable[Row]]

#: Rounds of re-covering: each but the last has found a new cause.
_ROUNDS: Final = 6


class Explained(Struct, frozen=True, kw_only=True):
    """A cause and the rows that it explains, in the order in which they were first refused."""

    cause: Cause
    rows: tuple[Row, ...]


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What the refusals of a matrix come from. `spurious` rows were accepted when sent again; `unexplained` have no
    cause that is more than a guess, or a cause that does not explain all that was said. `recovered` are the rows that
    were sent for hidden pairs. Counts are of all requests beyond the matrix.
    """

    causes: tuple[Explained, ...]
    verdicts: tuple[Verdict, ...]
    spurious: tuple[Row, ...] = ()
    unexplained: tuple[Row, ...] = ()
    recovered: tuple[Row, ...] = ()
    requests: int = 0
    accepted: int = 0
    credits: float = 0.0


class Explainer(Stepper[Diagnosis]):
    """Explains refused rows of `history`: all, or `rows`; with `cover`, then sends the pairs that they hid."""

    def __init__(
        self,
        history: History,
        *,
        rows: Sequence[Row] | None = None,
        purse: Purse | None = None,
        cover: Cover | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._rows = rows
        self._history, self._cover, self._tuning = history, cover, tuning
        self._purse = purse or Purse()
        self._causes: list[Cause] = []
        #: What refused rows said whose refusal the cause explains.
        self._words: dict[Items, set[str]] = {}
        self._verdicts: dict[Row, Verdict] = {}
        self._recovered: list[Row] = []
        self._spurious: list[Row] = []
        super().__init__(self._run())

    def _run(self) -> Steps[Diagnosis]:
        yield from self._explain_rows(list(self._history.refused) if self._rows is None else self._rows)
        for _ in range(_ROUNDS if self._cover else 0):
            refused = yield from self._recover()
            if not refused:
                break
            yield from self._explain_rows(refused)
        return self.so_far()

    def _explain_rows(self, rows: Sequence[Row]) -> Steps[None]:
        """Explains rows, those first whose cause is clearest from what was sent."""
        left = sorted((row for row in rows if row in self._history.refused), key=self._doubt)
        for row in left:
            refusals = self._history.refused.get(row)
            if refusals is None or self._explained(row, refusals[0]):
                continue
            held = [cause.items for cause in self._causes if holds(row, cause.items)]
            known = [cause.items for cause in self._causes if not holds(row, cause.items)]
            session = Session(self._history, self._purse, known, self._tuning)
            verdict = yield from explain(session, row, held)
            self._verdicts[row] = verdict
            if verdict.status == "spurious":
                self._spurious.append(row)
            for cause in (*verdict.causes, *verdict.elsewhere):
                self._take(cause)
            if row in self._history.refused:
                for items in [*held, *(cause.items for cause in verdict.causes if cause.confidence != "ranked")]:
                    self._words.setdefault(items, set()).update(refusals[0].signatures)

    def _doubt(self, row: Row) -> float:
        """How unclear the cause of a row is, 0 to 1."""
        said = issue_of(self._history.refused[row][0], frozenset())
        allowed = ((1 << len(row)) - 1) & ~context_of(self._history, row)
        beliefs = Beliefs(self._history, row, said, allowed=allowed, tuning=self._tuning or Tuning())
        return 1 - likeliest(beliefs.ranked())[1]

    def _explained(self, row: Row, refusal: Evidence) -> bool:
        """True when proven causes that the row holds explain all that was said."""
        words: set[str] = set()
        for cause in self._causes:
            if cause.confidence != "ranked" and holds(row, cause.items):
                words |= self._words.get(cause.items, set())
        return refusal.signatures <= words

    def _take(self, cause: Cause) -> None:
        """Adds a cause; of two that lie in one another the smaller stays, of two alike the better proven."""
        order = {"ranked": 0, "certified": 1, "minimal": 2}
        own = set(cause.items)
        for other in self._causes:
            if set(other.items) < own or (
                set(other.items) == own and order[other.confidence] >= order[cause.confidence]
            ):
                return
        self._causes = [other for other in self._causes if not own <= set(other.items)]
        self._causes.append(cause)

    def _recover(self) -> Steps[list[Row]]:
        """Sends what only refused rows hold, without the causes; the rows that were refused."""
        assert self._cover is not None
        forbidden = tuple(cause.items for cause in self._causes)
        session = Session(self._history, self._purse, forbidden, self._tuning)
        refused: list[Row] = []
        for row in self._cover(forbidden, tuple(self._history.accepted)):
            if self._history.sent(row) or any(holds(row, items) for items in forbidden):
                continue
            answer = yield from session.send(row, "recover")
            if answer is None:
                if not session.open or not self._purse.affords(row):
                    break
                continue
            self._recovered.append(row)
            if answer.fate == "refused":
                refused.append(row)
        return refused

    def so_far(self) -> Diagnosis:
        """What is known now: the result, once `step` gives it."""
        history = self._history
        causes = [cause for cause in self._causes if not self._refuted(cause)]
        explained = {cause.items: tuple(row for row in history.refused if holds(row, cause.items)) for cause in causes}
        unexplained = tuple(
            row for row in history.refused if not any(holds(row, cause.items) for cause in causes) or self._partly(row)
        )
        return Diagnosis(
            causes=tuple(
                Explained(cause=replace(cause), rows=explained[cause.items])
                for cause in sorted(causes, key=lambda cause: (-len(explained[cause.items]), cause.items))
            ),
            verdicts=tuple(self._verdicts.values()),
            spurious=tuple(self._spurious),
            unexplained=unexplained,
            recovered=tuple(self._recovered),
            requests=self._purse.probes,
            accepted=self._purse.accepted,
            credits=self._purse.credits,
        )

    def _refuted(self, cause: Cause) -> bool:
        """True when a row that holds the cause was accepted after it was found."""
        return any(holds(row, cause.items) for row in self._history.accepted)

    def _partly(self, row: Row) -> bool:
        verdict = self._verdicts.get(row)
        return verdict is not None and verdict.status in {"partly", "unexplained"}
