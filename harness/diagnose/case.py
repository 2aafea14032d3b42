"""One scenario's refusals as a case: what was sent as evidence, probes as payloads, causes as records. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from harness.diagnose import noticing
from harness.diagnose.adapt import Levels
from harness.diagnose.evidence import Evidence, History, Items, Row, holds
from harness.diagnose.found import Found, Seen
from harness.diagnose.merging import merged
from harness.diagnose.purse import Purse
from harness.diagnose.suggesting import Change, change, suggestion
from harness.diagnose.whole import Cover, Diagnosis, Explainer
from harness.model import JsonObject, Variant, replace
from harness.scenario.labels import canonical

#: So many refused rows are explained one by one; causes that are found then explain what is left.
_MOST_ROWS: Final = 500


class Case:
    """What was sent of one scenario to one endpoint. `baseline` and the payloads of `seen` have the same stand-ins."""

    def __init__(self, scenario: str, baseline: JsonObject, seen: Iterable[Seen]) -> None:
        self.scenario = scenario
        self.seen = list(seen)
        self.levels = Levels(baseline, [one.variant for one in self.seen])

    @property
    def refused(self) -> tuple[Seen, ...]:
        """The variants whose payload was refused though nobody expected it."""
        return tuple(one for one in self.seen if one.number and one.refused)

    def explainer(self, purse: Purse, cover: Cover | None = None) -> Explainer:
        """Explains the unexpected refusals; all else that was sent is evidence."""
        evidence = [made for one in self.seen if (made := self.evidence(one)) is not None]
        history = History(self.levels.space(), evidence)
        rows = list(dict.fromkeys(self.levels.row(one.variant.payload) for one in self.refused))
        return Explainer(history, rows=rows[:_MOST_ROWS], purse=purse, cover=cover)

    def evidence(self, one: Seen) -> Evidence | None:
        """What a payload's answer says about its row; None for one that was not sent or says nothing about it."""
        return None if one.elsewhere else self.levels.evidence(one.variant, one.outcome)

    def probe(self, row: Row) -> Variant:
        """The payload of a row that is to be sent, as a variant of the scenario."""
        return replace(self.levels.variant(row, self.refused[0].variant), row=None, contracts=())

    def answer(self, row: Row, one: Seen) -> Evidence:
        """What came of a probe; it is evidence from now on."""
        self.seen.append(one)
        made = self.evidence(one)
        return Evidence(row=row, fate="transient") if made is None else replace(made, row=row)

    def found(self, diagnosis: Diagnosis) -> tuple[Found, ...]:
        """The causes, those of most rows first, each with what to send instead and whether that was seen to work."""
        diagnosis = self._merged(diagnosis)
        ids = self._ids()
        sent = {canonical(one.variant.payload): one for one in self.seen if one.outcome.skipped is None}
        changes = dict(self.changes(diagnosis))
        status = {
            cause.items: verdict.status
            for verdict in reversed(diagnosis.verdicts)
            for cause in (*verdict.causes, *verdict.elsewhere)
        }
        unexplained = {one for row in diagnosis.unexplained for one in ids.get(row, ())}
        found: list[Found] = []
        for explained in diagnosis.causes:
            cause = explained.cause
            rows = self._holding(cause.items)
            made = changes.get(cause.items)
            proof = [one for row in (*cause.refused, *cause.accepted) for one in ids.get(row, ())]
            shown = suggestion(made, sent) if made is not None else None
            found.append(
                Found(
                    kind="refused",
                    scenario=self.scenario,
                    code=_code(cause.items, self.levels, rows),
                    causes=({self.levels.factors[f]: self.levels.value(f, level) for f, level in cause.items},),
                    confidence=cause.confidence,
                    status=status.get(cause.items, "explained"),
                    explains=tuple(one.variant.id for one in rows),
                    numbers=tuple(one.number for one in rows),
                    partly=tuple(one.variant.id for one in rows if one.variant.id in unexplained),
                    refused=tuple(one for row in cause.refused for one in ids.get(row, ())),
                    accepted=tuple(one for row in cause.accepted for one in ids.get(row, ())),
                    probes=_probes([*proof, *([shown.sent] if shown is not None and shown.sent else [])]),
                    suggestion=shown,
                    since=next((run for one in rows if (run := _since(one)) is not None), None),
                    said=_quote({self.levels.factors[factor] for factor, _ in cause.items}, rows),
                )
            )
        return tuple(found)

    def changes(self, diagnosis: Diagnosis) -> Iterator[tuple[Items, Change]]:
        """What to send instead, by cause."""
        diagnosis = self._merged(diagnosis)
        causes = [explained.cause.items for explained in diagnosis.causes]
        accepted = self._accepted()
        for items in causes:
            better = change(items, self._holding(items), causes=causes, levels=self.levels, accepted=accepted)
            if better is not None:
                yield items, better

    def untried(self, diagnosis: Diagnosis) -> list[Variant]:
        """The payloads to send instead that nothing is known of yet, as probes."""
        sent = {canonical(one.variant.payload) for one in self.seen if one.works is not None}
        payloads = {canonical(made.payload): made for _, made in self.changes(diagnosis)}
        return [self._changed(made) for text, made in payloads.items() if text not in sent]

    def noticed(self) -> tuple[Found, ...]:
        """What was accepted and is not as it should be."""
        variants = [one for one in self.seen if one.number]
        return (
            *noticing.not_honoured(self.scenario, self.levels, variants),
            *noticing.undocumented(self.scenario, variants),
        )

    def _merged(self, diagnosis: Diagnosis) -> Diagnosis:
        rows = list(dict.fromkeys(self.levels.row(one.variant.payload) for one in self.refused))
        return merged(diagnosis, [row for row in rows if row not in diagnosis.spurious], self._accepted())

    def _accepted(self) -> list[Row]:
        found = (self.levels.row(one.variant.payload) for one in self.seen if one.outcome.task_id is not None)
        return list(dict.fromkeys(found))

    def _changed(self, made: Change) -> Variant:
        variant = self.probe(self.levels.row(made.payload))
        # A value that no variant has had is no level: the payload is taken as it is.
        return variant if canonical(variant.payload) == canonical(made.payload) else _other(variant, made)

    def _holding(self, items: Items) -> list[Seen]:
        return [one for one in self.refused if holds(self.levels.row(one.variant.payload), items)]

    def _ids(self) -> Mapping[Row, Sequence[str]]:
        ids: dict[Row, list[str]] = {}
        for one in self.seen:
            if one.outcome.skipped is None:
                ids.setdefault(self.levels.row(one.variant.payload), []).append(one.variant.id)
        return ids


def _other(variant: Variant, made: Change) -> Variant:
    from hashlib import sha256

    text = f"{variant.scenario} {variant.endpoint} {canonical(dict(variant.path))} {canonical(made.payload)}"
    return replace(variant, id=f"p-{sha256(text.encode()).hexdigest()[:8]}", payload=made.payload)


def _since(one: Seen) -> str | None:
    drift = one.finding("DRIFT")
    return None if drift is None else drift.message.params.get("run")


def _probes(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in ids if one.startswith("p-")))


def _quote(fields: Collection[str], rows: Iterable[Seen]) -> str | None:
    """What the API said of one of these fields, else what it said of anything; None when it said nothing."""
    told = [finding for one in rows for finding in one.judgement.findings if finding.said]
    about = next((finding for finding in told if finding.field in fields), next(iter(told), None))
    return None if about is None else about.said


def _code(items: Items, levels: Levels, rows: Sequence[Seen]) -> str:
    """The finding code of the refusals: of the cause's own field, else the first one."""
    keys = {levels.factors[factor] for factor, _ in items}
    found = [finding for one in rows for finding in one.judgement.findings if not finding.warning]
    own = next((finding.code for finding in found if finding.field in keys), None)
    return own or next((finding.code for finding in found), "PARAM.UNCLEAR" if len(items) == 1 else "PARAM.COMBINATION")
