"""The search for one cause of one refused row: rank, probe what tells most, prove what is found."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from harness.diagnose.beliefs import Beliefs, likeliest
from harness.diagnose.chance import rate, refusals_needed
from harness.diagnose.choosing import Choice
from harness.diagnose.evidence import SILENCE, Evidence, Row, Said, agreement, holds, items_of
from harness.diagnose.fallback import search
from harness.diagnose.records import Cause, Confidence, Purpose
from harness.diagnose.session import Session, Steps

#: A hypothesis with this share of all weight is the cause, by its number of parts.
_SURE: Final = (1.0, 0.97, 0.97, 0.985, 0.985)
#: With at least so many rows of the history refused in the same words, and nothing but the cause common to them, no
#: certificate is bought.
_ROWS: Final = 2
#: A probe refused in other words met another rule, which may hide the cause or stand alone: hardly evidence.
_OTHER_WORDS: Final = 0.8
#: After so many of them that rule is looked for first.
_DETOUR: Final = 4


class Found(Struct, frozen=True, kw_only=True):
    """The end of one search. `mask` is the cause as bits over factors (0: none), `share` its share of all weight.

    `spurious`: the row was accepted when it was sent again. `refuted`: an accepted row holds all that is to blame.
    `detour`: probes were refused in other words again and again; this is one of them, to be explained first.
    """

    mask: int = 0
    share: float = 0.0
    spurious: bool = False
    ranked: tuple[tuple[int, float], ...] = ()
    refuted: bool = False
    detour: Row | None = None


class Search:
    """One search for the cause of what `said` says about `row`; only the factors of `allowed` may have a part in it."""

    def __init__(self, session: Session, row: Row, said: Said, *, allowed: int) -> None:
        self.session, self.row, self.said, self.allowed = session, row, said, allowed
        self.beliefs = Beliefs(session.history, row, said, allowed=allowed, tuning=session.tuning, known=session.known)
        #: What the row shares with rows that were refused in the same words: probes, and rows of the history.
        self.probed: list[tuple[int, Row]] = []
        self._in_other_words = 0
        self.earlier = [
            (agreement(row, other) & allowed, other)
            for other, refusals in session.history.refused.items()
            if other != row
            and any(said.signature in refusal.signatures for refusal in refusals)
            and not any(holds(other, items) for items in session.known)
        ]

    def run(self) -> Steps[Found]:
        """Probes until one hypothesis is sure and proven, nothing is left, or nothing can be sent."""
        while not self.beliefs.refuted(self.allowed):
            ranked = self.beliefs.ranked()
            top, share = likeliest(ranked)
            sure = share >= _SURE[top.bit_count()]
            proven = sure and self.certified(top)
            choice, purpose = self._next(ranked, top if sure else 0, proven=proven)
            if proven and choice is None:
                return self._found(top, share)
            if choice is None:
                return (yield from self._last(ranked))
            answer = yield from self.session.send(choice.row, purpose)
            if answer is not None:
                if choice.row == self.row and answer.fate == "accepted":
                    return Found(spurious=True)
                self._learn(answer, choice)
                if self._in_other_words == _DETOUR:
                    return Found(detour=choice.row)
            elif not self.session.open or not self.session.purse.affords(choice.row):
                return self._found(top, share)
        return Found(refuted=True)

    def _next(self, ranked: list[tuple[int, float]], sure: int, *, proven: bool) -> tuple[Choice | None, Purpose]:
        """The probe that helps most: to find the cause, to certify it, or to show that no part of it is refused."""
        chooser = self.session.chooser
        if not sure:
            choice = chooser.best(self.beliefs, ranked)
            return choice, "repeat" if choice is not None and choice.row == self.row else "split"
        if not proven:
            return chooser.alone(self.beliefs, sure), "certificate"
        if self.by_chance(sure) and (choice := self._again(sure)) is not None:
            return choice, "certificate" if choice.row != self.row else "repeat"
        parts = [sure & ~(1 << f) for f in range(sure.bit_length()) if sure >> f & 1]
        choices = [chooser.alone(self.beliefs, part) for part in parts if not self.beliefs.refuted(part)]
        return next((choice for choice in choices if choice is not None), None), "part"

    def _learn(self, answer: Evidence, choice: Choice) -> None:
        if choice.row == self.row:
            self.beliefs.again()
        elif answer.fate == "accepted":
            self.beliefs.accept(choice.mask)
        elif self.said.signature in answer.signatures:
            self.beliefs.refused(choice.mask, choice.elsewhere)
            self.probed.append((choice.mask, answer.row))
        else:
            self.beliefs.refused(choice.mask, _OTHER_WORDS)
            self._in_other_words += 1

    def by_chance(self, cause: int) -> bool:
        """True when an API that refuses at random might have said all that speaks for a cause."""
        history, items = self.session.history, items_of(self.row, cause)
        said = sum(
            self.said.signature in refusal.signatures
            for row, refusals in history.refused.items()
            if holds(row, items) and not any(holds(row, known) for known in self.session.known)
            for refusal in refusals
        )
        return said < refusals_needed(history.counts(), len(items), rate(history))

    def _again(self, cause: int) -> Choice | None:
        """One more refusal that speaks for a cause, if it is one: beside other levels, else the row itself again."""
        choice = self.session.chooser.alone(self.beliefs, cause)
        if choice is None and self.session.purse.affords(self.row):
            return Choice(self.row, self.allowed, self.beliefs.tuning.spurious)
        return choice

    def certified(self, cause: int) -> bool:
        """True when rows refused in the same words share nothing with the row but the cause."""
        return bool(self.proofs(cause))

    def proofs(self, cause: int) -> tuple[Row, ...]:
        """The rows that certify a cause; empty when they do not."""
        probes = [(mask, row) for mask, row in self.probed if not cause & ~mask]
        earlier = [(mask, row) for mask, row in self.earlier if not cause & ~mask]
        common = self.allowed
        for mask, _ in probes:
            common &= mask
        # A cause of three or four may be a part of one that is larger than any hypothesis.
        alone = common == cause or cause.bit_count() < 3
        if probes and alone and not self._plausible(common, cause):
            return tuple(row for _, row in probes)
        for mask, _ in earlier:
            common &= mask
        if len(earlier) + len(probes) >= _ROWS and common == cause:
            return tuple(row for _, row in [*probes, *earlier])
        return ()

    def _plausible(self, common: int, cause: int) -> bool:
        """True when another hypothesis lies within what is common to the rows."""
        return any(mask != cause and not mask & ~common and share > 0.01 for mask, share in self.beliefs.ranked()[:20])

    def _found(self, top: int, share: float) -> Found:
        return Found(mask=top, share=share, ranked=tuple(self.beliefs.ranked()[:5]))

    def _last(self, ranked: list[tuple[int, float]]) -> Steps[Found]:
        """No probe tells anything: the likeliest is taken; with none left the row is sent again, then searched."""
        top, share = likeliest(ranked)
        if top and share > self.beliefs.spurious:
            return self._found(top, share)
        answer = yield from self.session.send(self.row, "repeat")
        if answer is None:
            return self._found(top, share)
        if answer.fate == "accepted":
            return Found(spurious=True)
        self.beliefs.again()
        if top:
            return (yield from self.run())
        mask = yield from search(self.session, self.row, self.allowed)
        refused = {row: None for row in self.session.probes if row in self.session.history.refused and row != self.row}
        self.probed += [(agreement(self.row, row) & self.allowed, row) for row in refused]
        while mask and self.proofs(mask) and self.by_chance(mask) and (choice := self._again(mask)) is not None:
            answer = yield from self.session.send(choice.row, "certificate" if choice.row != self.row else "repeat")
            if answer is None or answer.fate == "accepted":
                return Found()
            if choice.row != self.row and self.said.signature in answer.signatures:
                self.probed.append((choice.mask, answer.row))
        return Found(mask=mask, share=0.9 if mask else 0.0)

    def cause(self, found: Found) -> Cause:
        """The cause as a record, with the rows that prove it."""
        members = [1 << f for f in range(found.mask.bit_length()) if found.mask >> f & 1]
        proofs = self.proofs(found.mask) if found.share >= 0.9 and not self.by_chance(found.mask) else ()
        parts = [self._holder(found.mask & ~bit) for bit in members]
        confidence: Confidence = "ranked"
        if proofs:
            confidence = "minimal" if all(part is not None for part in parts) else "certified"
        return Cause(
            items=items_of(self.row, found.mask),
            confidence=confidence,
            share=found.share,
            refused=tuple(dict.fromkeys((self.row, *proofs))),
            accepted=tuple(dict.fromkeys(part for part in parts if part is not None)),
        )

    def _holder(self, part: int) -> Row | None:
        """The first accepted row that holds a part of the cause."""
        for row in self.session.history.accepted:
            if not part & ~agreement(self.row, row):
                return row
        return None


def issue_of(answer: Evidence, explained: frozenset[str]) -> Said:
    """The issue of a refusal to explain: the first that nothing found has explained yet."""
    for said in answer.said:
        if said.signature not in explained:
            return said
    return answer.said[0] if answer.said else SILENCE
