"""Why variants are not as expected, one cause each: what a diagnosis proved, else findings of one code and field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from harness import words
from harness.matrix.differences import LEFT_OUT
from harness.model import Json, JsonObject
from harness.report.entries import Row
from harness.report.since import Past
from harness.report.style import Style

#: Of each kind of line in one cause; of variants that a cause names; of causes that a page tells.
_MOST_LINES: Final = 4
_MOST_NAMES: Final = 5
MOST_CAUSES: Final = 40
_MOST_TEXT: Final = 600
_MOST_VALUE: Final = 300
_WORST_FIRST: Final = ("error", "fail", "inconclusive", "pass", "skipped")


class Named(NamedTuple):
    """A variant that a cause names."""

    id: str
    number: int
    name: str


@dataclass(slots=True, kw_only=True)
class Cause:
    """One cause: what is wrong (`title`, `also`), since when (`since`; `drift` says less of it), what to do (`advice`),
    what to send (`send`, JSON), what was sent to find it (`proof`, ids of probes), whom it hits.

    `number` is its place in `numbers_of`; `numbers` are those of its variants, `shown` the first of them.
    """

    number: int = 0
    verdict: str = "skipped"
    title: str = ""
    warning: bool = False
    since: str = ""
    drift: str = ""
    seen: str = ""
    said: str = ""
    more: str = ""
    also: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    send: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    shown: list[Named] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    proof: list[str] = field(default_factory=list)


class Causes:
    """The causes of a run, gathered from its entries one after the other."""

    def __init__(self, diagnoses: Sequence[Json], past: Past, style: Style) -> None:
        self._style = style
        self._past = past
        self._proven: dict[str, list[Cause]] = {}
        self._partly: set[str] = set()
        self._found: dict[tuple[str, ...], Cause] = {}
        self._texts: dict[str, str] = {}
        self._diagnosed = [self._diagnosis(one) for one in diagnoses if isinstance(one, Mapping) and not _guess(one)]

    def add(self, row: Row, entry: JsonObject) -> None:
        """Takes one variant."""
        findings: list[JsonObject] = entry["findings"]
        if row.verdict == "pass" and not findings:
            return
        identity = str(entry["id"])
        if proven := self._proven.get(identity):
            for cause in proven:
                self._hit(cause, row, identity)
                if not cause.advice and not cause.send:
                    self._explain(cause, findings[0] if findings else {})
            if identity not in self._partly:
                return
        told = [finding for finding in findings if row.verdict == "pass" or not finding.get("warning")]
        for finding in told[:_MOST_LINES]:
            key = (row.verdict, str(finding["code"]), str(finding.get("field")))
            if key not in self._found:
                tags = [str(finding["code"]), *([str(finding["field"])] if finding.get("field") else [])]
                self._found[key] = Cause(tags=[self._style.plain(tag, 60) for tag in tags])
            self._hit(self._found[key], row, identity)
            self._explain(self._found[key], finding)
        if not told:
            self._without(row, entry, identity)

    def broken(self) -> list[Cause]:
        """What is not as expected, worst first, then by the number of variants."""
        chosen = self._chosen(lambda cause: cause.verdict not in {"pass", "skipped"})
        for cause in chosen:
            if cause.verdict in {"fail", "error"}:
                cause.since = self._past.since(cause.ids, one_cause=cause in self._diagnosed)
            if cause.since:
                cause.also = [line for line in cause.also if line != cause.drift]
        return chosen

    def remarks(self) -> list[Cause]:
        """What is to be said about the others: warnings, refusals that were expected, what was skipped."""
        return self._chosen(lambda cause: cause.verdict in {"pass", "skipped"} and bool(cause.numbers))

    def _chosen(self, wanted: Callable[[Cause], bool]) -> list[Cause]:
        chosen = [cause for cause in (*self._diagnosed, *self._found.values()) if wanted(cause)]
        chosen.sort(key=lambda cause: (_WORST_FIRST.index(cause.verdict), -len(cause.numbers)))
        for cause in chosen:
            hidden = len(cause.numbers) - len(cause.shown)
            cause.more = self._style.text("page.all", count=len(cause.numbers)) if hidden else ""
        return chosen

    def _hit(self, cause: Cause, row: Row, identity: str) -> None:
        verdict = row.verdict if row.verdict in _WORST_FIRST else "error"
        if not cause.numbers or _WORST_FIRST.index(verdict) < _WORST_FIRST.index(cause.verdict):
            cause.verdict = verdict
        if cause.numbers and cause.numbers[-1] == row.number:
            return
        cause.numbers.append(row.number)
        if self._past and verdict in {"fail", "error"}:
            cause.ids.append(identity)
        cause.warning = cause.warning or row.warned
        if len(cause.shown) < _MOST_NAMES:
            cause.shown.append(Named(identity, row.number, self._style.plain(row.name, 80)))

    def _explain(self, cause: Cause, finding: JsonObject) -> None:
        """Adds what a finding says, as far as the cause has not said it yet and there is room."""
        if not finding:
            return
        said = finding.get("words") or {}
        message = self._say(said.get("message"), finding["message"])
        if not cause.title:
            cause.title = message
        elif _words(message) not in {_words(cause.title), *map(_words, cause.also)}:
            self._line(cause.also, message)
        if said.get("suggestion"):
            self._line(cause.advice, self._say(said["suggestion"], str(finding["suggestion"])))
        if proposal := finding.get("proposal"):
            self._line(cause.advice, self._say(proposal.get("words"), str(proposal.get("text", ""))))
            if "value" in proposal:
                instead = self._style.compact({str(proposal.get("field")): proposal["value"]}, _MOST_VALUE)
                self._line(cause.send, instead)
        if not cause.said and finding.get("said"):
            quote = self._style.plain(str(finding["said"]), _MOST_TEXT)
            cause.said = quote if quote not in message else ""

    def _without(self, row: Row, entry: JsonObject, identity: str) -> None:
        """A variant without a finding: why it was skipped, or that nothing was recorded."""
        skipped = entry.get("skipped")
        text = self._style.text("report.no_reason")
        reason = self._say(skipped.get("words"), str(skipped.get("text", text))) if skipped else text
        cause = self._found.setdefault((row.verdict, "", reason), Cause(title=reason))
        self._hit(cause, row, identity)

    def _say(self, said: JsonObject | None, english: str) -> str:
        text = self._style.say(said or {}, english)
        plain = self._texts.get(text)
        if plain is None:
            plain = self._texts[text] = self._style.plain(text, _MOST_TEXT)
        return plain

    def _diagnosis(self, diagnosis: JsonObject) -> Cause:
        """The cause of a diagnosis; `add` gives it its variants."""
        style = self._style
        cause = Cause(verdict="fail", tags=self._kinds(diagnosis))
        cause.proof = [str(one) for one in _listed(diagnosis.get("probes"))]
        if told := [one for one in _listed(diagnosis.get("sentences")) if isinstance(one, Mapping)]:
            self._tell(cause, told)
        else:
            self._title(cause, diagnosis)
        if isinstance(instead := diagnosis.get("suggestion"), Mapping):
            sent = {key: value for key, value in instead.items() if value != LEFT_OUT}
            if sent:
                cause.send.append(style.compact(sent, _MOST_VALUE))
        if diagnosis.get("said"):
            cause.said = style.plain(str(diagnosis["said"]), _MOST_TEXT)
        partly, whole = _listed(diagnosis.get("partly")), diagnosis.get("kind", "refused") == "refused"
        for identity in _listed(diagnosis.get("explains")):
            self._proven.setdefault(str(identity), []).append(cause)
            if not whole or identity in partly:
                self._partly.add(str(identity))
        return cause

    def _tell(self, cause: Cause, sentences: Sequence[JsonObject]) -> None:
        """The sentences of a diagnosis, each in its place; the one that names variants is told by their links."""
        for one in sentences:
            said = one.get("words") or {}
            text, key = self._say(said, str(one.get("text", ""))), str(said.get("key", ""))
            if not cause.title:
                cause.title = text
            elif key == "cause.since":
                cause.drift = text
                self._line(cause.also, text)
            elif key.startswith("cause.seen."):
                cause.seen = text
            elif not key.startswith("cause.explains"):
                self._line(cause.advice, text)

    def _title(self, cause: Cause, diagnosis: JsonObject) -> None:
        """What a diagnosis without sentences says."""
        style = self._style
        minimal = [one for one in _listed(diagnosis.get("minimal")) if isinstance(one, Mapping)]
        titles = [
            style.text("page.cause.together" if len(one) > 1 else "page.cause", cause=self._combination(one))
            for one in minimal
        ]
        cause.title = titles[0] if titles else style.text("page.cause.any")
        cause.also += titles[1:]
        if diagnosis.get("suggestion"):
            cause.seen = style.text("page.seen" if diagnosis.get("suggestion_seen_to_work") else "page.unseen")

    def _kinds(self, diagnosis: JsonObject) -> list[str]:
        """What kind of cause a diagnosis is, and how sure: its code, its confidence."""
        style = self._style
        tags = [style.plain(str(diagnosis["code"]), 60)] if diagnosis.get("code") else []
        if confidence := diagnosis.get("confidence"):
            key = f"page.confidence.{confidence}"
            tags.append(style.text(key) if key in words.TEXTS else style.plain(str(confidence), 60))
        return tags

    def _combination(self, levels: JsonObject) -> str:
        return ", ".join(self._level(str(key), value) for key, value in levels.items())

    def _level(self, key: str, value: Json) -> str:
        name = self._style.plain(key, 80)
        if value == LEFT_OUT:
            return self._style.text("page.cause.absent", name=name)
        shown = value if isinstance(value, str) else self._style.compact(value)
        return f"{name}={self._style.plain(shown, 120)}"

    @staticmethod
    def _line(lines: list[str], line: str) -> None:
        if len(lines) < _MOST_LINES and line not in lines:
            lines.append(line)


def _guess(diagnosis: JsonObject) -> bool:
    """True for a guess from a single variant: it says no more than that variant's own finding."""
    return diagnosis.get("confidence") == "ranked" and len(_listed(diagnosis.get("explains"))) < 2


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _words(text: str) -> tuple[str, ...]:
    """The words of a text: an API names the allowed values in one order for one model, in another for the next."""
    return tuple(sorted(text.replace(",", " ").rstrip(".").split()))


def numbers_of(causes: Iterable[Cause]) -> list[list[int]]:
    """The variants of each cause that has more than it names (numbers from 1), the causes numbered on the way."""
    found: list[list[int]] = []
    for cause in causes:
        if cause.more:
            cause.number = len(found)
            found.append(cause.numbers)
    return found
