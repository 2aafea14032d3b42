"""A payload that works, when the baseline does not: with the fewest requests. Pure: answers in, next payload out.

What refusals said of values counts wherever the value stands, so a baseline is mended at once of everything that is
known to be wrong with it: by its own refusal, by those of other variants, by the contract. The API's word comes before
the contract's. Where a refusal names nothing, changes are tried from the most harmless to the boldest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

from harness.diagnose.instead import Known, Way, guesses, leave_out, ways
from harness.diagnose.rules import Rules
from harness.matrix.differences import LEFT_OUT, differences
from harness.model import Json, JsonObject, Phrase, Proposal, replace
from harness.provider import ABSENT
from harness.refusal.causes import is_model
from harness.refusal.patches import Operation, apply, as_patch
from harness.refusal.records import Refusal, RefusalIssue, field_value
from harness.refusal.show import assign
from harness.scenario.labels import canonical

#: More changes than any payload needs: a contract that contradicts itself must come to an end.
_MOST_CHANGES: Final = 40
_PER_FIELD: Final = 4
CONTRACT: Final = "contract"

#: worked: it ended well · accepted: it was not refused, but it did not end well, or nobody saw it end · unclear: the
#: answer says nothing about the payload.
Fate = Literal["worked", "accepted", "refused", "unclear"]


class Tried(Struct, frozen=True, kw_only=True):
    """A payload that was sent, and what came of it. `id` is that of the variant or probe."""

    id: str
    payload: JsonObject
    fate: Fate
    refusal: Refusal | None = None
    task_id: str | None = None


class Change(Struct, frozen=True, kw_only=True):
    """One change of the baseline: ABSENT is a field that is not sent. `reason` says what to send, and why.

    `evidence` are the ids of the variants and probes whose answers speak for it, or "contract".
    """

    field: str
    before: Json
    after: Json
    reason: Phrase
    evidence: tuple[str, ...] = ()


class Working(Struct, frozen=True, kw_only=True):
    """A payload, the changes of the baseline that make it, and the one that proves it (None: nobody has tried it)."""

    payload: JsonObject
    changes: tuple[Change, ...]
    proof: Tried | None = None

    @property
    def works(self) -> bool:
        """True when it was seen to work; False for one that was only accepted, or that nobody has tried."""
        return self.proof is not None and self.proof.fate == "worked"

    @property
    def patch(self) -> list[Operation]:
        """The changes as a JSON patch (RFC 6902) of the baseline."""
        return [operation for change in self.changes for operation in as_patch(_proposal(change), self._before())]

    def _before(self) -> JsonObject:
        back = [replace(change, before=change.after, after=change.before) for change in self.changes]
        return apply([_proposal(change) for change in back], self.payload)


class Search:
    """The search for a payload that works. Every payload that `next` gives is to be sent, and its answer learned.

    `tried` is what was sent before; `most` is how many payloads `next` gives at most.
    """

    def __init__(self, baseline: JsonObject, rules: Rules, tried: Iterable[Tried] = (), *, most: int = 20) -> None:
        self.baseline = baseline
        self._rules = rules
        self._left = most
        self._worked: dict[str, Tried] = {}
        self._sent: set[str] = set()
        #: field → value → what was said of it, and by whom.
        self._bad: dict[str, dict[str, tuple[RefusalIssue, str]]] = {}
        #: field → value as text → the value, and who was the first to send it; ABSENT for fields of the baseline.
        self._accepted: dict[str, dict[str, tuple[Json, str]]] = {}
        self._refused: dict[str, dict[str, tuple[Json, str]]] = {}
        self._given: dict[str, tuple[Change, ...]] = {}
        self._over = False
        self.found: Working | None = None
        for one in tried:
            self._take(one)

    def next(self) -> JsonObject | None:
        """The payload to send next; None when the search is over: one was found, or there is nothing left to try."""
        if self.found is not None or self._over or self._left <= 0:
            return None
        for start in self._starts():
            payload, changes = self._mended(*start)
            key = canonical(payload)
            if (proof := self._worked.get(key)) is not None:
                self.found = Working(payload=payload, changes=self._told(payload, changes), proof=proof)
                return None
            if payload and key not in self._sent:
                self._left -= 1
                self._given[key] = changes
                return payload
        return None

    def learn(self, tried: Tried) -> None:
        """Takes in the answer to a payload. One that is no refusal ends the search: nothing is sent twice.

        `found` is set by one that worked, or was accepted at least.
        """
        self._take(tried)
        if tried.fate in {"worked", "accepted"}:
            changes = self._given.get(canonical(tried.payload), ())
            self.found = Working(payload=tried.payload, changes=self._told(tried.payload, changes), proof=tried)
        self._over = tried.fate != "refused"

    def proposal(self) -> Working | None:
        """The baseline, mended of all that is known to be wrong with it, untried; None when that is nothing."""
        payload, changes = self._mended(self.baseline, ())
        if not changes or canonical(payload) in self._sent:
            return None
        return Working(payload=payload, changes=self._told(payload, changes))

    def nearest(self) -> Working | None:
        """The payload among those sent before that worked and differs least from the baseline."""
        if not self._worked:
            return None
        best = min(self._worked.values(), key=lambda one: len(differences(self.baseline, one.payload)))
        return Working(payload=best.payload, changes=self._told(best.payload, ()), proof=best)

    def _take(self, tried: Tried) -> None:
        self._sent.add(canonical(tried.payload))
        if tried.fate == "worked":
            self._worked.setdefault(canonical(tried.payload), tried)
        if tried.fate != "unclear":
            kept = self._refused if tried.fate == "refused" else self._accepted
            for field in dict.fromkeys((*self.baseline, *tried.payload)):
                value = field_value(tried.payload, field)
                kept.setdefault(field, {}).setdefault(canonical(value), (value, tried.id))
        if tried.fate != "refused" or tried.refusal is None:
            return
        issues = [issue for issue in tried.refusal.issues if issue.field]
        # Of a combination only one part is to be changed; the others may well stay.
        sure = [issue for issue in issues if issue.kind != "forbidden" or is_model(issue.field or "")]
        for issue in sure or issues[-1:]:
            field = issue.field or ""
            value = canonical(field_value(tried.payload, field))
            self._bad.setdefault(field, {}).setdefault(value, (issue, tried.id))

    def _starts(self) -> Iterator[tuple[JsonObject, tuple[Change, ...]]]:
        """The baseline, and what to make of it when it is refused without a word: the most harmless change first."""
        yield self.baseline, ()
        harmless, bold = self._guessed(bold=False), self._guessed(bold=True)
        for changes in (harmless, bold):
            yield self._with(self.baseline, changes)
        for one in (harmless, bold) if harmless != bold else (harmless,):
            yield from self._one_by_one(one)
        yield self._with(self.baseline, tuple(self._optional()))

    def _guessed(self, *, bold: bool) -> tuple[Change, ...]:
        """Fields written as they usually are: all at once. Bold are those that change more than the type."""
        found = []
        for field, value in self.baseline.items():
            way = next(guesses(field, value), None)
            if way is not None and (bold or value is None or not isinstance(way.value, str)):
                found.append(self._change(field, self.baseline, way))
        return tuple(found)

    def _one_by_one(self, base: tuple[Change, ...]) -> Iterator[tuple[JsonObject, tuple[Change, ...]]]:
        """One more field changed: a value that a variant sends, then none."""
        payload, changes = self._with(self.baseline, base)
        for field, values in self._varied().items():
            for value, row in values:
                reason = leave_out(field).reason if value is ABSENT else _sent_elsewhere(field, value, row)
                change = self._change(field, payload, Way(value, reason, row))
                yield self._with(payload, (change,), changes)
        for change in self._optional(payload):
            yield self._with(payload, (change,), changes)

    def _optional(self, payload: JsonObject | None = None) -> Iterator[Change]:
        """Each field that may be left out, left out."""
        payload = self.baseline if payload is None else payload
        for field in reversed(list(payload)):
            rule = self._rules.rule(payload, field)
            if not (rule is not None and rule.required) and not is_model(field):
                yield self._change(field, payload, leave_out(field))

    def _mended(self, payload: JsonObject, changes: tuple[Change, ...]) -> tuple[JsonObject, tuple[Change, ...]]:
        """The payload without anything that is known to be refused, or that the contract does not allow."""
        times: dict[str, int] = {}
        stuck: set[str] = set()
        for _ in range(_MOST_CHANGES):
            wrong = next(self._wrong(payload, stuck), None)
            if wrong is None:
                break
            field, issue, source = wrong
            times[field] = times.get(field, 0) + 1
            way = self._way(payload, field, issue) if times[field] <= _PER_FIELD else None
            if way is None:
                stuck.add(field)
                continue
            payload, changes = self._with(payload, (self._change(field, payload, way, source),), changes)
        return payload, changes

    def _wrong(self, payload: JsonObject, stuck: set[str]) -> Iterator[tuple[str, RefusalIssue, str]]:
        """What is wrong: (field, what was said, by whom). What the API said itself comes first."""
        for field, values in self._bad.items():
            said = values.get(canonical(field_value(payload, field)))
            if said is not None and field not in stuck:
                yield field, *said
        for issue in self._rules.mistakes(payload):
            field = issue.field or ""
            value = canonical(field_value(payload, field))
            seen = value in self._accepted.get(field, {})
            if field not in stuck and field not in self._bad and not seen:
                yield field, issue, CONTRACT

    def _way(self, payload: JsonObject, field: str, issue: RefusalIssue) -> Way | None:
        """The likeliest value that was not refused."""
        bad = self._bad.get(field, {})
        accepted = tuple(self._accepted.get(field, {}).values())
        known = Known(accepted, self._varied().get(field, ()))
        before = canonical(payload)
        for way in ways(payload, field, issue, self._rules, known):
            new, _ = self._with(payload, (self._change(field, payload, way),))
            if canonical(way.value) not in bad and canonical(new) != before:
                return way
        return None

    def _varied(self) -> Mapping[str, list[tuple[Json, str]]]:
        """Field → values that were sent in refused payloads, other than the baseline's and those known to be bad."""
        return {
            field: [
                (value, row)
                for text, (value, row) in values.items()
                if text not in self._bad.get(field, {}) and text != canonical(field_value(self.baseline, field))
            ]
            for field, values in self._refused.items()
        }

    def _change(self, field: str, payload: JsonObject, way: Way, source: str | None = None) -> Change:
        evidence = tuple(dict.fromkeys(one for one in (source, way.seen) if one is not None))
        before = field_value(payload, field)
        return Change(field=field, before=before, after=way.value, reason=way.reason, evidence=evidence)

    def _with(
        self, payload: JsonObject, new: tuple[Change, ...], changes: tuple[Change, ...] = ()
    ) -> tuple[JsonObject, tuple[Change, ...]]:
        return apply([_proposal(change) for change in new], payload), (*changes, *new)

    def _told(self, payload: JsonObject, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """What really differs from the baseline, each field once, in its order, with the last reason given for it."""
        told = []
        reasons = {change.field: change for change in changes}
        sources: dict[str, tuple[str, ...]] = {}
        for change in changes:
            sources[change.field] = tuple(dict.fromkeys((*sources.get(change.field, ()), *change.evidence)))
        for field, value in differences(self.baseline, payload).items():
            after = ABSENT if value == LEFT_OUT and field_value(payload, field) is ABSENT else value
            why = reasons.get(field)
            reason = why.reason if why is not None else _plain(field, after)
            before = field_value(self.baseline, field)
            told.append(Change(field=field, before=before, after=after, reason=reason, evidence=sources.get(field, ())))
        order = {field: place for place, field in enumerate(self.baseline)}
        return tuple(sorted(told, key=lambda change: order.get(change.field.split(".")[0], len(order))))


def _proposal(change: Change) -> Proposal:
    gone = change.after is ABSENT
    return Proposal(field=change.field, value=None if gone else change.after, remove=gone, reason=change.reason)


def _plain(field: str, value: Json) -> Phrase:
    return leave_out(field).reason if value is ABSENT else _sent_elsewhere(field, value, "")


def _sent_elsewhere(field: str, value: Json, row: str) -> Phrase:
    return Phrase(key="working.varied", params={"to": assign(field, value), "field": field, "row": row})
