"""Payloads and answers as abstract rows, and probe rows as variants.

The factors are the dotted keys on which the variants of one scenario differ from its baseline; the levels of a factor
are the values that were sent there, null and "left out" among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from harness.diagnose.evidence import Evidence, Fate, Row, Said, Space
from harness.diagnose.whole import Diagnosis
from harness.matrix.differences import LEFT_OUT, differences
from harness.model import WORKS, Json, JsonObject, Outcome, Variant, replace
from harness.provider import ABSENT
from harness.refusal.messages import read
from harness.refusal.records import Refusal, RefusalIssue, about, field_value, names, parse_path
from harness.scenario.labels import canonical, setting

#: Answers that say nothing about the payload: of the account (401, 402), of the moment (408, 409, 425, 429).
_NOT_THE_PAYLOAD: Final = frozenset({401, 402, 407, 408, 409, 425, 429})
_QUOTED: Final = re.compile(r"\"[^\"]{0,200}\"|'[^']{0,200}'|`[^`]{0,200}`|“[^”]{0,200}”")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_NAME_LIMIT: Final = 200


class Levels:
    """The factors of one scenario's variants, and the values that each took: the first is the baseline's."""

    def __init__(self, baseline: JsonObject, variants: Iterable[Variant]) -> None:
        self.baseline = baseline
        chosen = list(variants)
        keys = list(dict.fromkeys(key for variant in chosen for key in variant.levels))
        #: Dotted keys. A key inside another one is part of that one's value.
        self.factors = tuple(key for key in keys if not any(_inside(key, other) for other in keys))
        self._values: list[list[Json]] = [[] for _ in self.factors]
        self._index: list[dict[str, int]] = [{} for _ in self.factors]
        for payload in (baseline, *(variant.payload for variant in chosen)):
            self.row(payload)

    def row(self, payload: JsonObject) -> Row:
        """The payload as a row; values that were not there before become new levels."""
        row: list[int] = []
        for key, values, index in zip(self.factors, self._values, self._index, strict=True):
            value = field_value(payload, key)
            text = canonical(value)
            if text not in index:
                index[text] = len(values)
                values.append(value)
            row.append(index[text])
        return tuple(row)

    def value(self, factor: int, level: int) -> Json:
        """The value of a level: ABSENT for a key that is left out."""
        return self._values[factor][level]

    def counts(self) -> tuple[int, ...]:
        """How many levels each factor has."""
        return tuple(len(values) for values in self._values)

    def space(self) -> Space:
        """The factors as the localiser takes them."""
        odd = {
            factor: frozenset(level for level, value in enumerate(values) if value is None or value is ABSENT)
            for factor, values in enumerate(self._values)
        }
        return Space(factors=len(self.factors), odd={factor: levels for factor, levels in odd.items() if levels})

    def payload(self, row: Row) -> JsonObject:
        """The baseline with the levels of a row."""
        payload: Any = _copy(self.baseline)
        for key, values, level in zip(self.factors, self._values, row, strict=True):
            _put(payload, (key,) if key in payload else parse_path(key), values[level])
        return dict(payload)

    def variant(self, row: Row, like: Variant) -> Variant:
        """A probe as a variant of the scenario of `like`; its id is `p-` and eight digits of the payload's digest."""
        payload = self.payload(row)
        levels = differences(self.baseline, payload)
        text = f"{like.scenario} {like.endpoint} {canonical(dict(like.path))} {canonical(payload)}"
        names = [setting(key, ABSENT if value == LEFT_OUT else value) for key, value in levels.items()]
        return replace(
            like,
            id=f"p-{sha256(text.encode()).hexdigest()[:8]}",
            name=", ".join(names)[:_NAME_LIMIT] or "baseline",
            payload=payload,
            levels=levels,
            expect=WORKS,
            payload_id=None,
        )

    def evidence(self, variant: Variant, outcome: Outcome) -> Evidence | None:
        """What an outcome says about the variant's row; None when nothing was sent."""
        fate = _fate(outcome)
        if fate is None:
            return None
        said: tuple[Said, ...] = ()
        if fate == "refused" and outcome.http_status is not None:
            refusal = read(
                outcome.http_status, outcome.response, outcome.raw, payload=variant.payload, known=self.factors
            )
            said = self._said(refusal)
        spent = outcome.charged_credits
        return Evidence(row=self.row(variant.payload), fate=fate, said=said, credits=spent)

    def _said(self, refusal: Refusal) -> tuple[Said, ...]:
        issues: Sequence[RefusalIssue] = refusal.issues or (RefusalIssue(field=None, kind="other", text=refusal.text),)
        return tuple(dict.fromkeys(self._of_issue(refusal.status, issue) for issue in issues))

    def _of_issue(self, status: int, issue: RefusalIssue) -> Said:
        field, text = issue.field or "", issue.text
        named = {number for number, key in enumerate(self.factors) if about(key, field) or names(text, key)}
        allowed: Mapping[int, frozenset[int]] = {}
        if field in self.factors and issue.allowed:
            factor = self.factors.index(field)
            texts = {canonical(value) for value in issue.allowed}
            allowed = {factor: frozenset(level for one, level in self._index[factor].items() if one in texts)}
        signature = f"{status} {issue.code or ''} {field} {issue.kind} {self._masked(text)}"
        return Said(signature=signature, fields=frozenset(named), allowed=allowed)

    def _masked(self, text: str) -> str:
        """A message without the values in it, so that two refusals by one rule read alike. Names of factors stay."""

        def mask(found: re.Match[str]) -> str:
            return found.group() if found.group()[1:-1] in self.factors else "…"

        return _NUMBER.sub("0", _QUOTED.sub(mask, text))


def diagnoses(diagnosis: Diagnosis, levels: Levels, ids: Mapping[Row, Sequence[str]]) -> tuple[JsonObject, ...]:
    """The causes as report.json has them, that of most rows first.

    `ids` are those of the variants and probes that sent a row. `minimal` has one object, the cause; a key left out is
    {"$absent": true}. `explains` are refused variants, `probes` what was sent beyond them to prove it (`p-…`).
    """
    return tuple(
        {
            "minimal": [{levels.factors[f]: _shown(levels.value(f, level)) for f, level in explained.cause.items}],
            "confidence": explained.cause.confidence,
            "explains": [one for row in explained.rows for one in ids.get(row, ()) if not one.startswith("p-")],
            "probes": [
                one
                for row in dict.fromkeys((*explained.cause.refused, *explained.cause.accepted))
                for one in ids.get(row, ())
                if one.startswith("p-")
            ],
        }
        for explained in diagnosis.causes
    )


def _shown(value: Json) -> Json:
    return LEFT_OUT if value is ABSENT else value


def _fate(outcome: Outcome) -> Fate | None:
    """Accepted: an id came back. Refused: a 4xx about the payload. None: it was not sent."""
    if outcome.task_id is not None:
        return "accepted"
    status = outcome.http_status
    if status is not None and 400 <= status < 500 and status not in _NOT_THE_PAYLOAD:
        return "refused"
    return None if outcome.skipped is not None and status is None else "transient"


def _inside(key: str, other: str) -> bool:
    return key.startswith(other + ".")


def _copy(value: Json) -> Json:
    """Objects and lists anew; leaves, files among them, as they are."""
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _put(node: Any, path: Sequence[str | int], value: Json) -> None:
    """Sets, or with ABSENT removes, what stands at a path; objects on the way are made where they are missing."""
    *way, last = path
    for part in way:
        inner = node.get(part) if isinstance(node, dict) else node[part]
        if not isinstance(inner, (dict, list)):
            if value is ABSENT:
                return
            inner = node[part] = {}
        node = inner
    if value is not ABSENT:
        node[last] = _copy(value)
    elif isinstance(node, dict):
        node.pop(last, None)
