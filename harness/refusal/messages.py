"""Reads any error body: which fields, what kind of refusal, the values and bounds that it states.

There is no list of known envelopes. The structure is walked: an object that has a sentence and points at a field (or
carries a validator's facts beside it) is an issue; so is a sentence that stands under a field's name, and a plain
sentence that names a field. Text is evidence, not truth. The work is bounded, whatever the body is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from harness.model import EMPTY, Json, JsonObject, Path
from harness.provider.records import ABSENT
from harness.redact import clean
from harness.refusal.bodies import SENTENCE_KEYS, embedded_json, first_sentence, main_text
from harness.refusal.facts import NO_FACTS, Facts, facts_of, fold
from harness.refusal.fields import Names
from harness.refusal.records import IssueKind, Refusal, RefusalIssue, field_value, parse_path
from harness.refusal.sentences import MAX_TEXT, read_sentence
from harness.refusal.unions import branches_of, merge_branches, merged, rebased

_MAX_NODES: Final = 3000
_MAX_DEPTH: Final = 24
_MAX_ISSUES: Final = 100
_MAX_SENTENCES: Final = 200
_TEXT_LIMIT: Final = 500

#: Keys that point at a field by their meaning, so that a name nobody has heard of is believed.
_POINTER_KEYS: Final = (
    "path", "loc", "field", "param", "parameter", "property", "pointer", "instancepath", "datapath", "propertypath",
    "fieldname", "propertyname", "attribute", "argument", "missingproperty",
)  # fmt: skip
#: Keys that may point at a field: believed only for a name that was sent or that the contract knows.
_HINT_KEYS: Final = ("name", "key", "location", "target", "source", "argumentname", "label", "context", "params", "ctx")
#: Keys whose object maps fields to what is wrong with them, so that its keys are fields.
_MAP_KEYS: Final = frozenset({"errors", "fielderrors", "fields", "validationerrors", "invalidfields", "properties"})
_ENVELOPE_KEYS: Final = frozenset({"error", "errors", "issues", "detail", "details", "data", "body"})


def read(
    status: int, body: Json, raw: str | None, *, payload: JsonObject | None = None, known: Iterable[str] = ()
) -> Refusal:
    """What an error answer says about `payload`. Pure, total and bounded: any JSON or text gives a Refusal.

    `body` is the decoded answer, None when it was no JSON; `raw` is then the start of its text. `known` are names of
    fields that the request could have had (the contract's). A field is one that was sent, one that is known, or one at
    which the body itself points; the kind of an issue is corrected by what was really sent (absent, null). Without
    `payload` nothing is known of what was sent.
    """
    reader = _Reader(payload, known)
    text, prose = main_text(body, raw)
    if body is not None:
        reader.walk(body, None, 0)
    elif prose:
        reader.sentence(text, None)
    issues = merged(reader.issues)[:_MAX_ISSUES]
    return Refusal(status=status, text=clean(text, _TEXT_LIMIT) or (issues[0].text if issues else ""), issues=issues)


class _Reader:
    """One walk through one body; `issues` is what it has found so far."""

    def __init__(self, payload: JsonObject | None, known: Iterable[str]) -> None:
        self._payload = payload
        self._names = Names(payload or EMPTY, known)
        self._nodes = _MAX_NODES
        self._sentences = _MAX_SENTENCES
        self.issues: list[RefusalIssue] = []

    def walk(self, node: Json, about: str | None, depth: int, *, keys_are_fields: bool = False) -> None:
        """Collects the issues of `node`, which stands under the name of the field `about` (None: under none)."""
        self._nodes -= 1
        if self._nodes < 0 or depth > _MAX_DEPTH or len(self.issues) >= _MAX_ISSUES:
            return
        if isinstance(node, Mapping):
            self._object(node, about, depth, keys_are_fields=keys_are_fields)
        elif isinstance(node, list):
            for entry in node[:_MAX_NODES]:
                self.walk(entry, about, depth + 1)
        elif isinstance(node, str):
            self.sentence(node, about)

    def sentence(self, text: str, about: str | None) -> None:
        """Reads a sentence that stands alone: about the field it stands under, or about those that it names."""
        self._sentences -= 1
        if self._sentences < 0 or (" " not in text.strip() and about is None):
            return
        embedded = embedded_json(text)
        if embedded is not None:
            self.walk(embedded, about, _MAX_DEPTH // 2)
        elif about is not None:
            self._add(text, about, NO_FACTS)
        else:
            clauses = [clause for clause in re.split(r"[;\n]\s*", text[:MAX_TEXT]) if clause.strip()][:20]
            named = [clause for clause in clauses if self._field_in(clause) is not None]
            for clause in named if len(named) > 1 else [text]:
                field = self._field_in(clause)
                if field is not None or read_sentence(clause).keys:
                    self._add(clause, field, NO_FACTS)

    def _object(self, node: Mapping[str, Json], about: str | None, depth: int, *, keys_are_fields: bool) -> None:
        folded = {fold(key): key for key in list(node)[:200]}
        text = None if keys_are_fields else first_sentence(node, folded)
        facts = NO_FACTS if keys_are_fields else facts_of(node)
        field = None if keys_are_fields else self._pointed(node, folded, facts)
        before = len(self.issues)
        branches = branches_of(node, folded)
        if branches and self._union(branches, field or about, text, facts, depth):
            return
        if text is not None and (field is not None or facts.stated):
            self._add(text, field or about or self._field_in(text), facts)
        told = len(self.issues) > before
        for name, key in folded.items():
            if isinstance(node[key], (Mapping, list)) and not (name in facts.used or (told and name in _POINTER_KEYS)):
                self._inside(name, key, node[key], about, depth, keys_are_fields=keys_are_fields)
            elif isinstance(node[key], str) and not told:
                self._text_under(name, key, node[key], keys_are_fields=keys_are_fields)
        # Several lines may tell more than the list beside them.
        if text is not None and (len(self.issues) == before or "\n" in text.strip()):
            self.sentence(text, about)

    def _inside(
        self, name: str, key: str, value: Json, about: str | None, depth: int, *, keys_are_fields: bool
    ) -> None:
        """A list or an object: under a field's name it is about that field."""
        named = None if name in _ENVELOPE_KEYS else self._names.resolve((key,), explicit=keys_are_fields)
        is_map = name in _MAP_KEYS and isinstance(value, Mapping) and not self._is_issue(value)
        self.walk(value, named or about, depth + 1, keys_are_fields=is_map)

    def _is_issue(self, value: Mapping[str, Json]) -> bool:
        """True for one error under `errors` rather than a map of fields: it has a sentence under a name of its own."""
        return isinstance(value.get("message"), str) and self._names.resolve(("message",)) is None

    def _text_under(self, name: str, key: str, value: str, *, keys_are_fields: bool) -> None:
        """A text in an object: about a field when it stands under one's name and reads like a refusal."""
        if name in SENTENCE_KEYS and not keys_are_fields:
            return
        field = self._names.resolve((key,), explicit=keys_are_fields)
        if field is not None and " " in value and (keys_are_fields or read_sentence(value).kind != "other"):
            self._add(value, field, NO_FACTS)

    def _pointed(self, node: Mapping[str, Json], folded: Mapping[str, str], facts: Facts) -> str | None:
        """The field that an object points at with one of its keys."""
        found = self._pointer(node, folded, _POINTER_KEYS, explicit=True)
        if facts.missing is not None:
            parent = f"{found}." if found and found.rsplit(".", 1)[-1] != facts.missing else ""
            return parent + (self._names.resolve((facts.missing,), explicit=True) or facts.missing)
        return found or self._pointer(node, folded, _HINT_KEYS, explicit=False)

    def _pointer(
        self, node: Mapping[str, Json], folded: Mapping[str, str], keys: tuple[str, ...], *, explicit: bool
    ) -> str | None:
        for name in keys:
            value = node.get(folded[name]) if name in folded else None
            if isinstance(value, Mapping):
                inner = {fold(key): key for key in list(value)[:50]}
                found = self._pointer(value, inner, (*_POINTER_KEYS, "key", "label"), explicit=explicit)
            else:
                path = _as_path(value)
                # In an error body "/v1/tasks" or a `path` of "/tasks" is the request's route: that must be known.
                route = name == "path" and isinstance(value, str) and value.startswith("/")
                sure = explicit and not route and (isinstance(value, list) or len(path) == 1)
                found = self._names.resolve(path, explicit=sure)
            if found is not None:
                return found
        return None

    def _union(
        self, branches: Sequence[Sequence[Json]], field: str | None, text: str | None, facts: Facts, depth: int
    ) -> bool:
        """An issue whose branches each say what their alternative wanted. True when they gave anything."""
        found: list[list[RefusalIssue]] = []
        outside, base = self.issues, parse_path(field) if field else ()
        for branch in branches[:30]:
            self.issues = []
            for entry in branch[:30]:
                self.walk(rebased(entry, base), field, depth + 1)
            found.append(self.issues)
        self.issues = outside
        found_in_all = merge_branches([branch for branch in found if branch], field, clean(text or "", _TEXT_LIMIT))
        self.issues += [replace(issue, code=facts.code or issue.code) for issue in found_in_all]
        return bool(found_in_all)

    def _field_in(self, text: str) -> str | None:
        said = read_sentence(text)
        field = self._names.in_sentence(text, said.allowed)
        return self._names.missing_in_sentence(text) if field is None and said.kind == "missing" else field

    def _add(self, text: str, field: str | None, facts: Facts) -> None:
        """One issue from a sentence and the facts beside it; stated facts win over prose."""
        said = read_sentence(text)
        issue = RefusalIssue(
            field=field,
            kind=facts.kind if said.kind in {"other", "forbidden"} and facts.kind else said.kind,
            text=clean(text, _TEXT_LIMIT),
            allowed=facts.allowed or said.allowed,
            minimum=said.minimum if facts.minimum is None else facts.minimum,
            maximum=said.maximum if facts.maximum is None else facts.maximum,
            exclusive=facts.exclusive or said.exclusive,
            expected=facts.expected or said.expected,
            code=clean(facts.code, 80) if facts.code else None,
        )
        if issue.kind == "unknown_key" and (facts.keys or said.keys):
            self._unknown(issue, facts.keys, said.keys)
        else:
            self.issues.append(_corrected(issue, self._payload))

    def _unknown(self, issue: RefusalIssue, stated: tuple[str, ...], quoted: tuple[str, ...]) -> None:
        """One issue a key. A key from prose counts only when it was sent; a stated one is named by the body as such."""
        keys = stated or quoted
        # A field that the sentence itself names is one of the keys, no object around them.
        parent = f"{issue.field}." if issue.field and issue.field.rsplit(".", 1)[-1] not in keys else ""
        for key in keys:
            sent = field_value(self._payload or EMPTY, parent + key) is not ABSENT
            field = clean(parent + key, 120) if stated or sent else self._names.resolve(parse_path(key))
            self.issues.append(replace(issue, field=field))


def _corrected(issue: RefusalIssue, payload: JsonObject | None) -> RefusalIssue:
    """The issue as what was really sent tells it: an enum's text is the same for a wrong and for a missing value."""
    if issue.field is None or payload is None:
        return issue
    value = field_value(payload, issue.field)
    kind: IssueKind = issue.kind
    if value is ABSENT and kind in {"enum", "type", "union", "null"}:
        kind = "missing"
    elif value is None and kind in {"enum", "type", "union", "missing", "other"}:
        kind = "null"
    elif kind == "missing" and value == "":
        kind = "too_short"
    elif kind == "missing" and value is not ABSENT:
        # It was sent: something about it is missing ("You must specify a frame in position `first`").
        kind = "enum" if issue.allowed else "other"
    elif issue.minimum is not None and kind in {"maximum", "too_long"} and _below(value, issue.minimum):
        kind = "minimum" if kind == "maximum" else "too_short"
    # A list that has the very value that was sent is no list of allowed values.
    lists_sent = any(type(entry) is type(value) and entry == value for entry in issue.allowed)
    return replace(issue, kind=kind, allowed=() if lists_sent else issue.allowed)


def _below(value: Json, minimum: float) -> bool:
    if isinstance(value, (str, list)):
        return len(value) < minimum
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value < minimum


def _as_path(value: Json) -> Path:
    """A pointer's value as a path; () for what is none."""
    if isinstance(value, str):
        return parse_path(value) if 0 < len(value) <= 300 and not re.search(r"\s", value) else ()
    if isinstance(value, list) and 0 < len(value) <= 50:
        parts = tuple(part for part in value if isinstance(part, (str, int)) and not isinstance(part, bool))
        return parts if len(parts) == len(value) else ()
    return ()
