"""What the steps of one diagnosis share: the evidence, the budget, and how a probe is asked for."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

from harness.diagnose.beliefs import Tuning
from harness.diagnose.choosing import Chooser
from harness.diagnose.evidence import Evidence, History, Items, Row
from harness.diagnose.purse import Purse
from harness.diagnose.records import Probe, Purpose

T = TypeVar("T")
#: A part of a diagnosis: it yields probes and is sent their answers.
Steps: TypeAlias = Generator[Probe, Evidence, T]

#: A row is sent so often at most when its answers are transient; after so many such answers in a row all probing ends.
_TRANSIENT: Final = 3
_UNANSWERED: Final = 6
#: What is assumed of an API until it was seen to refuse a good row, and from then on.
_ASSUMED: Final = Tuning()
_WARY: Final = Tuning(spurious=0.06, suspect=0.12)


class Stepper(Generic[T]):
    """Steps that somebody else drives: `step` says what to send next or what was found, `tell` takes the answer in."""

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps
        self._next: Probe | T | None = None

    def step(self) -> Probe | T:
        """The next row to send, the same until its answer is told; or the result."""
        if self._next is None:
            try:
                self._next = next(self._steps)
            except StopIteration as stop:
                self._next = stop.value
        assert self._next is not None
        return self._next

    def tell(self, answer: Evidence) -> None:
        """Takes the answer to the last probe in. ValueError when it is about another row, or there was no probe."""
        probe = self.step()
        if not isinstance(probe, Probe) or answer.row != probe.row:
            raise ValueError("this is not the row that was asked for")
        try:
            self._next = self._steps.send(answer)
        except StopIteration as stop:
            self._next = stop.value


class Session:
    """One diagnosis in progress."""

    def __init__(self, history: History, purse: Purse, known: Sequence[Items], tuning: Tuning | None) -> None:
        self.history, self.purse = history, purse
        #: Causes found before: no probe holds one, and rows that do are explained.
        self.known = list(known)
        self.chooser = Chooser(history, purse, self.known)
        self.probes: list[Row] = []
        self.accepted = 0
        self._tuning = tuning
        self._unanswered = 0

    @property
    def tuning(self) -> Tuning:
        """What is assumed of the API's reliability now."""
        return self._tuning or (_WARY if self.history.contradictions else _ASSUMED)

    @property
    def open(self) -> bool:
        """True while the API answers; the budget is asked for each row."""
        return self._unanswered < _UNANSWERED

    def avoid(self, causes: Iterable[Items]) -> None:
        """Keeps further causes out of what is sent from now on."""
        self.known += [items for items in causes if items not in self.known]

    def send(self, row: Row, purpose: Purpose) -> Steps[Evidence | None]:
        """The answer to a row; None when it may not be sent, or stays transient."""
        for _ in range(_TRANSIENT):
            if not self.open or not self.purse.affords(row):
                return None
            answer = yield Probe(row=row, purpose=purpose)
            self.probes.append(row)
            self.purse.paid(answer)
            self.history.add(answer)
            if answer.fate != "transient":
                self._unanswered = 0
                self.accepted += answer.fate == "accepted"
                return answer
            self._unanswered += 1
        return None
