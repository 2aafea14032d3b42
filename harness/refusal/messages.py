"""Reads any error body: which fields, what kind of refusal, the values and bounds that it states.

There is no list of known envelopes. The structure is walked: an object that has a sentence and points at a field (or
carries a validator's facts beside it) is an issue; so is a sentence that stands under a field's name, and a plain
sentence that names a field. Text is evidence, not truth. The work is bounded, whatever the body is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from harness.model import EMPTY, Json, JsonObject, replace
from harness.provider.records import ABSENT
from harness.redact import clean
from harness.refusal.bodies import (
    SENTENCE_KEYS,
    embedded_json,
    first_sentence,
    main_text,
    says_missing,
    telling_sentence,
    unescaped,
)
from harness.refusal.facts import NO_FACTS, Facts, facts_of, fold
from harness.refusal.fields import Names, is_location
from harness.refusal.keys import ENVELOPE_KEYS, MAP_KEY, NAME, NO_FIELD, has_sentences
from harness.refusal.mentions import clauses, fields_in
from harness.refusal.missing import missing_in
from harness.refusal.pointers import POINTER_KEYS, field_of_pair, pointed, sure_pointer
from harness.refusal.policy import believes, prose_of_status, prose_of_whole
from harness.refusal.records import Refusal, RefusalIssue, field_value, parse_path
from harness.refusal.sent import corrected
from harness.refusal.sentences import MAX_TEXT, read_sentence
from harness.refusal.unions import branches_of, merge_branches, merged, rebased

_MAX_NODES: Final = 3000
_MAX_DEPTH: Final = 24
_MAX_ISSUES: Final = 100
_MAX_SENTENCES: Final = 200
_TEXT_LIMIT: Final = 500


def read(
    status: int, body: Json, raw: str | None, *, payload: JsonObject | None = None, known: Iterable[str] = ()
) -> Refusal:
    """What an error answer says about `payload`. Pure, total and bounded: any JSON or text gives a Refusal.

    `body` is the decoded answer, None when it was no JSON; `raw` is then the start of its text. `known` are names of
    fields that the request could have had (the contract's). A field is one that was sent, one that is known, or one at
    which the body itself points; the kind of an issue is corrected by what was really sent (absent, null). Without
    `payload` nothing is known of what was sent.
    """
    reader = _Reader(payload, known, status)
    text, prose = main_text(body, raw)
    if body is not None:
        reader.walk(body, None, 0)
    elif prose:
        reader.sentence(text, None)
    issues = merged(reader.issues)[:_MAX_ISSUES]
    return Refusal(status=status, text=clean(text, _TEXT_LIMIT) or (issues[0].text if issues else ""), issues=issues)


class _Reader:
    """One walk through one body; `issues` is what it has found so far."""

    def __init__(self, payload: JsonObject | None, known: Iterable[str], status: int) -> None:
        self._prose = prose_of_status(status)
        self._payload = payload
        self._names = Names(payload or EMPTY, known, believe=believes(status))
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
        elif isinstance(node, list) and about is None and (field := field_of_pair(self._names, node)) is not None:
            self.sentence(str(node[1]), field)
        elif isinstance(node, list):
            for index, entry in enumerate(node[:_MAX_NODES]):
                self.walk(entry, self._entry(about, index, entry), depth + 1, keys_are_fields=keys_are_fields)
        elif isinstance(node, str):
            self.sentence(node, about)

    def _entry(self, about: str | None, index: int, entry: Json) -> str | None:
        """Where an entry of a list belongs: one without a sentence of its own stands for the entry that was sent."""
        if about is None or not isinstance(entry, Mapping):
            return about
        own = first_sentence(entry, {fold(key): key for key in list(entry)[:200]}) is not None
        return about if own else self._names.entry(about, index) or about

    def sentence(self, text: str, about: str | None) -> None:
        """Reads a sentence that stands alone: about the field it stands under, or about those that it names."""
        self._sentences -= 1
        if self._sentences < 0 or (" " not in text.strip() and about is None):
            return
        text = unescaped(text)
        embedded = embedded_json(text)
        if embedded is not None:
            self.walk(embedded, about, _MAX_DEPTH // 2)
        elif about is not None:
            self._add(text, about, NO_FACTS)
        else:
            outside, self._prose = self._prose, prose_of_whole(self._prose, text[:MAX_TEXT])
            parts = clauses(text[:MAX_TEXT])
            told = [part for part in parts if self._fields_in(part) or read_sentence(part).keys]
            alone = len(told) == 1 and not (self._fields_in(text) or read_sentence(text).keys)
            for part in told if len(told) > 1 or alone else [text]:
                self._tell(part)
            self._prose = outside

    def _tell(self, text: str) -> None:
        """The issues of one statement that stands under no field."""
        fields = self._fields_in(text)
        facts = Facts(kind="forbidden") if len(fields) > 1 else NO_FACTS
        for field in fields:
            self._add(text, field, facts)
        if not fields and read_sentence(text).keys:
            self._add(text, None, NO_FACTS)

    def _object(self, node: Mapping[str, Json], about: str | None, depth: int, *, keys_are_fields: bool) -> None:
        folded = {fold(key): key for key in list(node)[:200]}
        keys_are_fields = keys_are_fields or "_errors" in node  # zod's format()
        text = None if keys_are_fields else telling_sentence(node, folded)
        facts = NO_FACTS if keys_are_fields else facts_of(node)
        names = self._names
        missing = "missing" in {facts.kind, read_sentence(text).kind if text is not None else None}
        field = None if keys_are_fields else pointed(names, node, folded, facts, about, missing=missing)
        before = len(self.issues)
        branches = branches_of(node, folded)
        if branches and self._union(branches, field or about, text, facts, depth):
            return
        if text is not None and (field is not None or facts.stated):
            self._said(text, field or about, facts)
        told = len(self.issues) > before
        # Without a sentence of its own it has them in a list or an object.
        around = field or about if text is None else about
        self._children(node, folded, around, depth, told=told, used=facts.used, keys_are_fields=keys_are_fields)
        # Several lines may tell more than the list beside them.
        if text is not None and (len(self.issues) == before or "\n" in text.strip()):
            self.sentence(text, about)
        elif field is not None and len(self.issues) == before:
            self._placed(node, folded, field, facts)

    def _placed(self, node: Mapping[str, Json], folded: Mapping[str, str], field: str, facts: Facts) -> None:
        """An issue of an object that says nothing but a place and a code, or only the place."""
        tells = facts.code or facts.allowed or facts.minimum is not None or facts.maximum is not None or "loc" in folded
        if tells and sure_pointer(self._names, node, folded):
            self._add(facts.code or "", field, facts)

    def _said(self, text: str, field: str | None, facts: Facts) -> None:
        """The issues of an object's sentence and the facts beside it. Several statements are read one by one."""
        if field is None and len(clauses(text[:MAX_TEXT])) > 1:
            self.sentence(text, None)
            return
        for name in (field,) if field else self._fields_in(text) or (None,):
            self._add(text, name, facts)

    def _children(
        self,
        node: Mapping[str, Json],
        folded: Mapping[str, str],
        about: str | None,
        depth: int,
        *,
        told: bool,
        used: frozenset[str],
        keys_are_fields: bool,
    ) -> None:
        """What an object has inside. `told`: it has said its issue itself; `used` are the keys read for that."""
        # ASP.NET: beside JSON paths a bare name is the parameter of a function, no field that anybody could send.
        paths = keys_are_fields and any(key.startswith("$") for key in folded.values())
        for name, key in folded.items():
            if paths and not key.startswith("$") and self._names.named(key) is None:
                continue
            if isinstance(node[key], (Mapping, list)) and not (name in used or (told and name in POINTER_KEYS)):
                self._inside(name, key, node[key], about, depth, keys_are_fields=keys_are_fields)
            elif isinstance(node[key], str) and not told:
                self._text_under(name, key, node[key], about, keys_are_fields=keys_are_fields)

    def _inside(
        self, name: str, key: str, value: Json, about: str | None, depth: int, *, keys_are_fields: bool
    ) -> None:
        """A list or an object: under a field's name it is about that field."""
        envelope = name in ENVELOPE_KEYS or (name in SENTENCE_KEYS and not keys_are_fields)
        named = None if envelope else self._under(about, key, value, explicit=keys_are_fields)
        if not (keys_are_fields or has_sentences(value)):
            return  # a list of links or ids, under whatever name
        is_map = MAP_KEY.fullmatch(name) is not None and isinstance(value, Mapping) and not self._is_issue(value)
        # A map of fields goes on inside a field, and where it first says which part of the request it means.
        inside = keys_are_fields and isinstance(value, Mapping) and (named is not None or is_location(key))
        is_map = is_map or (inside and not self._says(value, named))
        self.walk(value, named or about, depth + 1, keys_are_fields=is_map)

    def _under(self, about: str | None, key: str, value: Json = None, *, explicit: bool) -> str | None:
        """The field that a key of the body means where `about` is the field around it."""
        path = (key,) if self._names.named(key) else parse_path(key)
        explicit = explicit or (value is not None and NAME.fullmatch(key) is not None and says_missing(value))
        inside = self._names.child(about, key, explicit=explicit) if about is not None else None
        if fold(key) in NO_FIELD and self._names.named(key) is None:
            return None
        return inside or self._names.resolve(path, explicit=explicit and about is None)

    def _is_issue(self, value: Mapping[str, Json]) -> bool:
        """True for one error under `errors` rather than a map of fields: it has a sentence under a name of its own."""
        return isinstance(value.get("message"), str) and self._names.resolve(("message",)) is None

    def _says(self, value: Json, field: str | None) -> bool:
        """Is it an issue of the field under whose name it stands: an object with a sentence of its own?"""
        if (
            not isinstance(value, Mapping)
            or first_sentence(value, {fold(key): key for key in list(value)[:50]}) is None
        ):
            return False
        return field is None or not any(self._names.child(field, key) for key in list(value)[:20])

    def _text_under(self, name: str, key: str, value: str, about: str | None, *, keys_are_fields: bool) -> None:
        """A text in an object: about a field when it stands under one's name and reads like a refusal."""
        if name in SENTENCE_KEYS and not keys_are_fields:
            return
        field = self._under(about, key, value, explicit=keys_are_fields)
        if field is None and about is not None and not (keys_are_fields and self._names.holds(about)):
            field = about  # class-validator: a map of rules, each with its sentence
        if field is not None and " " in value and (keys_are_fields or read_sentence(value).kind != "other"):
            self._add(value, field, NO_FACTS)

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

    def _fields_in(self, text: str) -> tuple[str, ...]:
        return fields_in(self._names, text, prose=self._prose)

    def _add(self, text: str, field: str | None, facts: Facts) -> None:
        """One issue from a sentence and the facts beside it; stated facts win over prose."""
        said = read_sentence(text)
        if field is not None and "missing" in {said.kind, facts.kind} and facts.missing is None:
            field = self._missing_inside(field, text)
        allowed = facts.allowed or said.allowed
        if field is not None and allowed == (field.rsplit(".", 1)[-1],):
            allowed = ()  # Expected "width" but received undefined: a key, no value
        issue = RefusalIssue(
            field=field,
            kind=facts.kind if said.kind in {"other", "forbidden"} and facts.kind else said.kind,
            text=clean(text, _TEXT_LIMIT),
            allowed=allowed,
            minimum=said.minimum if facts.minimum is None else facts.minimum,
            maximum=said.maximum if facts.maximum is None else facts.maximum,
            exclusive=facts.exclusive or said.exclusive,
            expected=facts.expected or said.expected,
            code=clean(facts.code, 80) if facts.code else None,
        )
        if issue.kind == "unknown_key" and (facts.keys or said.keys):
            self._unknown(issue, facts.keys, said.keys)
        else:
            self.issues.append(corrected(issue, self._payload))

    def _missing_inside(self, field: str, text: str) -> str:
        """The key that a sentence says is missing in an object that was sent, else the field itself."""
        if not isinstance(field_value(self._payload or EMPTY, field), Mapping):
            return field
        name = missing_in(self._names, text)
        last = name.rsplit(".", 1)[-1] if name is not None else None
        return (
            field
            if last is None or last in field.split(".")
            else self._names.child(field, last, explicit=True) or field
        )

    def _unknown(self, issue: RefusalIssue, stated: tuple[str, ...], quoted: tuple[str, ...]) -> None:
        """One issue a key. A key from prose counts only when it was sent; a stated one is named by the body as such."""
        keys = stated or quoted
        # A field that the sentence itself names is one of the keys, no object around them.
        parent = f"{issue.field}." if issue.field and issue.field.rsplit(".", 1)[-1] not in keys else ""
        for key in keys:
            sent = field_value(self._payload or EMPTY, parent + key) is not ABSENT
            field = clean(parent + key, 120) if stated or sent else self._names.resolve(parse_path(key))
            self.issues.append(replace(issue, field=field))
