"""The baseline: failures that are known, in a file that the users of a project commit. Only what is new fails then.

`{"format_version": 1, "failures": {"v-3f9c2177": {"scenario": …, "name": …, "expect": "works", "verdict": "fail",
"findings": […]}}}`, with `payload_id` where variants share a payload (`report.same` says which is which).

A variant is known when it stands there and fails with nothing but the findings that stand there: one that fails in
another way is new, and so is one of which something else is expected now. What could not be judged, and an error of the
harness, is never known. An entry is stale when its variant passes now, or is no longer in the scenarios.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness.errors import EnvironmentProblem, UsageError, why
from harness.model import Json, Judgement, Phrase, Variant, Verdict, replace
from harness.redact import Redactor, clean
from harness.report.entries import expectation
from harness.report.redacted import Redacted
from harness.report.same import Who, same, who_of, whos
from harness.report.save import save
from harness.words import told

FORMAT_VERSION: Final = 1
_NAMED: Final = 5
_BROKEN: Final = told("baseline.broken.fix")


class Entry(Struct, frozen=True, kw_only=True):
    """A known failure. `codes` are those of its findings, warnings left out. `expect`: None where it was not noted."""

    scenario: str
    name: str
    codes: frozenset[str]
    payload_id: str | None = None
    expect: Json = None


class Baseline(Struct, frozen=True, kw_only=True):
    """The known failures by variant id, and their file, `shown` as it was named.

    `gone` are those whose variants are no longer in the scenarios, `otherwise` those of which something else was
    expected when they were written down. `update`: whatever fails now is taken for known;
    `prune`: stale entries are taken out.
    """

    file: Path
    shown: str
    entries: Mapping[str, Entry]
    gone: frozenset[str] = frozenset()
    otherwise: frozenset[str] = frozenset()
    update: bool = False
    prune: bool = False

    def knows(self, judgement: Judgement) -> bool:
        """True when this failure is nothing new."""
        if judgement.verdict is not Verdict.FAIL:
            return False
        entry = self.entries.get(judgement.variant_id)
        if self.update or entry is None:
            return self.update
        return judgement.variant_id not in self.otherwise and _codes(judgement) <= entry.codes

    def of(self, variants: Iterable[Variant], redactor: Redactor) -> Baseline:
        """The same, each entry under the id that its variant has now. `redactor` is that of the run."""
        names, those = list(self.entries), whos(variants, redactor)
        found = {names[place]: those[number] for number, place in same(list(map(self._who, names)), those).items()}
        ids = {one.id for one in those}
        entries, otherwise = {}, set()
        for name, entry in self.entries.items():
            one = found.get(name)
            if one is not None:
                entries[one.id] = replace(entry, payload_id=one.payload_id)  # as the file is written, so it is read
                if entry.expect is not None and self._who(name).expect != one.expect:
                    otherwise.add(one.id)
            elif name not in ids:  # else the id is another variant's now, and the entry's own variant is gone
                entries[name] = entry
        return replace(self, entries=entries, otherwise=frozenset(otherwise))

    def _who(self, name: str) -> Who:
        entry = self.entries[name]
        return who_of({"id": name, "name": entry.name, "payload_id": entry.payload_id, "expect": entry.expect})

    def missing_from(self, scenarios: Collection[str], ids: Collection[str], *, all_there: bool) -> Baseline:
        """The same with `gone`: entries of these scenarios that are not among the ids.

        `all_there` says that there are no other scenarios.
        """
        gone = (
            name
            for name, entry in self.entries.items()
            if name not in ids and (all_there or entry.scenario in scenarios)
        )
        return replace(self, gone=frozenset(gone))

    def stale(self, judgements: Iterable[Judgement]) -> tuple[str, ...]:
        """Ids of entries that may go, in the order of the file."""
        passed = {judgement.variant_id for judgement in judgements if judgement.verdict is Verdict.PASS}
        return tuple(name for name in self.entries if name in passed or name in self.gone)

    def notes(self, judgements: Collection[Judgement]) -> tuple[Phrase, ...]:
        """What a run's reports say of it."""
        file = clean(self.shown, 200)
        failed = [judgement for judgement in judgements if judgement.verdict is Verdict.FAIL]
        stale = self.stale(judgements)
        if self.update:
            return (Phrase(key="note.baseline.updated", params={"file": file, "count": str(len(failed))}),)
        known = sum(map(self.knows, failed))
        told = [
            Phrase(key="note.baseline", params={"file": file, "known": str(known), "new": str(len(failed) - known)})
        ]
        otherwise = [one.variant_id for one in failed if one.variant_id in self.otherwise]
        if otherwise:
            named = ", ".join(f"{name} {clean(self.entries[name].name, 80)}" for name in otherwise[:_NAMED])
            named += ", …" if len(otherwise) > _NAMED else ""
            told.append(Phrase(key="note.baseline.otherwise", params={"file": file, "names": named}))
        if stale:
            named = ", ".join(f"{name} {clean(self.entries[name].name, 80)}" for name in stale[:_NAMED])
            named += ", …" if len(stale) > _NAMED else ""
            key = "note.baseline.pruned" if self.prune else "note.baseline.stale"
            told.append(Phrase(key=key, params={"file": file, "count": str(len(stale)), "names": named}))
        return tuple(told)

    def write(self, judgements: Collection[Judgement], variants: Mapping[str, Variant], redactor: Redactor) -> None:
        """Writes the file anew, if that was asked for. Raises EnvironmentProblem where it cannot be written.

        `redactor` takes secrets out of names: the file is made to be committed.
        """
        if not (self.update or self.prune):
            return
        entries = dict(self.entries)
        for name in self.stale(judgements):
            del entries[name]
        if self.update:
            entries |= {
                judgement.variant_id: _noted(judgement, variants[judgement.variant_id], redactor)
                for judgement in judgements
                if judgement.verdict is Verdict.FAIL
            }
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            save(self.file, [_document(entries)])
        except OSError as error:
            raise EnvironmentProblem(
                told("env.baseline", file=self.shown, why=why(error)),
                told("env.baseline.fix"),
            ) from None


def read(named: Path, *, cwd: Path, update: bool = False, prune: bool = False) -> Baseline:
    """The baseline of a file, named as seen from `cwd`; an empty one when there is none and `update` is to write it.

    Raises UsageError for a file that is missing or no baseline, EnvironmentProblem for one that cannot be read.
    """
    file = cwd / named
    try:
        document: Json = json.loads(file.read_bytes())
    except FileNotFoundError:
        if update:
            return Baseline(file=file, shown=str(named), entries={}, update=True)
        raise UsageError(told("usage.no_file", where=f"--baseline {named}"), told("baseline.missing.fix")) from None
    except OSError as error:
        raise EnvironmentProblem(told("env.baseline.read", file=named, why=why(error))) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(told("baseline.json", file=named, error=clean(str(error), 200)), _BROKEN) from None
    failures = document.get("failures") if isinstance(document, dict) else None
    if not isinstance(failures, dict) or document.get("format_version") != FORMAT_VERSION:
        raise UsageError(told("baseline.version", file=named, version=FORMAT_VERSION), _BROKEN)
    return Baseline(
        file=file,
        shown=str(named),
        entries={name: _entry(named, name, value) for name, value in failures.items()},
        update=update,
        prune=prune,
    )


def _entry(file: Path, name: str, value: Json) -> Entry:
    codes = value.get("findings") if isinstance(value, dict) else None
    texts = (value.get(key) for key in ("scenario", "name")) if isinstance(value, dict) else ()
    if not isinstance(codes, list) or not all(isinstance(text, str) for text in (*codes, *texts)):
        raise UsageError(
            told("baseline.entry", file=file, name=clean(name, 80), found=clean(json.dumps(value), 80)),
            _BROKEN,
        )
    if value.get("verdict") != "fail":
        raise UsageError(
            told(
                "baseline.verdict", file=file, name=clean(name, 80), found=clean(json.dumps(value.get("verdict")), 80)
            ),
            told("baseline.verdict.fix"),
        )
    payload = value.get("payload_id")
    return Entry(
        scenario=value["scenario"],
        name=value["name"],
        codes=frozenset(codes),
        payload_id=payload if isinstance(payload, str) else None,
        expect=value.get("expect"),
    )


def _noted(judgement: Judgement, variant: Variant, redactor: Redactor) -> Entry:
    return Entry(
        scenario=redactor.text(variant.scenario),
        name=redactor.text(variant.name),
        codes=_codes(judgement),
        payload_id=variant.payload_id,
        expect=expectation(variant.expect, Redacted(redactor)),
    )


def _codes(judgement: Judgement) -> frozenset[str]:
    return frozenset(finding.code for finding in judgement.findings if not finding.warning)


def _document(entries: Mapping[str, Entry]) -> str:
    """Sorted, one line for each variant: changes are easy to review, and to merge."""
    lines = [
        f"  {json.dumps(name)}: "
        + json.dumps(
            {
                **({} if entry.payload_id is None else {"payload_id": entry.payload_id}),
                "scenario": entry.scenario,
                "name": entry.name,
                **({} if entry.expect is None else {"expect": entry.expect}),
                "verdict": "fail",
                "findings": sorted(entry.codes),
            },
            ensure_ascii=False,
        )
        for name, entry in sorted(entries.items(), key=lambda item: (item[1].scenario, item[1].name, item[0]))
    ]
    inside = "\n" + ",\n".join(lines) + "\n " if lines else ""
    return f'{{"format_version": {FORMAT_VERSION},\n "failures": {{{inside}}}}}\n'
