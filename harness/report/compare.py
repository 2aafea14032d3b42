"""Two runs side by side: what fails newly, what is fixed, what still fails, what came and went, what drifted. Pure.

Variants are the same by the rule of `same`: the same payload of the same scenario, wherever it stands, and of several
with one payload that of the same name. Where something else is expected than was, the two verdicts do not compare: what
fails now fails newly, and what was seen stands by itself.

Latency of an API is noise. A change of it is told only for a scenario in which at least six variants worked in both
runs, when a sign test over the pairs would see such a thing by chance in fewer than one of twenty comparisons, and when
the middle change is at least half as much again (or a third less) and two seconds. Credits are exact: a variant that is
charged otherwise is told as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from msgspec import Struct

from harness.model import Json, JsonObject
from harness.report.cases import STYLE, seconds
from harness.report.document import Report
from harness.report.same import same, who_of

#: Least pairs, least ratio, least seconds, most chance of a change of latency.
PAIRS: Final = 6
RATIO: Final = 1.5
SECONDS: Final = 2.0
CHANCE: Final = 0.05
#: The kinds of change, in the order in which they are told.
KINDS: Final = ("new", "changed", "unclear", "still", "otherwise", "fixed", "gone", "added")
_BAD: Final = frozenset({"fail", "error"})
_TIMES: Final = ("queued_s", "running_s")


class Side(Struct, frozen=True, kw_only=True):
    """What one run says of a variant. `words` say the message in another language."""

    verdict: str
    result: str
    codes: tuple[str, ...]
    message: str
    words: JsonObject
    task_id: str | None
    expect: Json


class Change(Struct, frozen=True, kw_only=True):
    """One variant in both runs; None where a run does not have it."""

    id: str
    scenario: str
    name: str
    before: Side | None
    after: Side | None


class Drift(Struct, frozen=True, kw_only=True):
    """A time (`queued_s`, `running_s`; medians over `pairs` variants) or credits (of one variant) that changed."""

    what: str
    scenario: str
    name: str = ""
    before: float
    after: float
    pairs: int = 1


class Comparison(Struct, frozen=True, kw_only=True):
    """`changes` by kind. new: fails and did not, or not by this expectation · changed: fails, or passes, in another
    way · unclear: could be judged and cannot now · still: fails as before · otherwise: does not fail, and something
    else was expected before · fixed: failed and passes · gone, added: only in one of the runs.
    """

    changes: Mapping[str, Sequence[Change]]
    drifts: Sequence[Drift]
    alike: int

    @property
    def worse(self) -> bool:
        """True when something fails that did not."""
        return bool(self.changes["new"])


def compare(before: Report, after: Report) -> Comparison:
    """What changed between two runs. Times are compared only where both ran at the same target."""
    pairs = list(_pairs(list(before.variants), list(after.variants)))
    changes: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    alike = 0
    for old, new in pairs:
        entry = new or old or {}
        was, now = (None if side is None else _side(side) for side in (old, new))
        kind = _kind(was, now)
        alike += kind is None
        if kind is not None:
            name, *label = (STYLE.plain(str(entry[key]), 200) for key in ("id", "scenario", "name"))
            changes[kind].append(Change(id=name, scenario=label[0], name=label[1], before=was, after=now))
    both = [(old, new) for old, new in pairs if old is not None and new is not None]
    same_target = before.head["run"]["target"] == after.head["run"]["target"]
    drifts = [*_credits(both), *(_times(both) if same_target else ())]
    return Comparison(changes=changes, drifts=drifts, alike=alike)


def _pairs(
    before: Sequence[JsonObject], after: Sequence[JsonObject]
) -> Iterator[tuple[JsonObject | None, JsonObject | None]]:
    """Each variant as it was and as it is, in the order of the second run; then those that are only in the first."""
    known = same([who_of(entry) for entry in before], [who_of(entry) for entry in after])
    for number, entry in enumerate(after):
        yield (before[known[number]] if number in known else None), entry
    found = set(known.values())
    for place, entry in enumerate(before):
        if place not in found:
            yield entry, None


def _side(entry: JsonObject) -> Side:
    findings = [finding for finding in entry["findings"] if not finding.get("warning")]
    return Side(
        verdict=entry["verdict"],
        result=entry["result"],
        codes=tuple(sorted({STYLE.plain(str(finding["code"]), 60) for finding in findings})),
        message=STYLE.plain(str(findings[0]["message"]), 300) if findings else "",
        words=findings[0]["words"]["message"] if findings else {},
        task_id=None if entry["task_id"] is None else STYLE.plain(entry["task_id"], 200),
        expect=entry.get("expect", "works"),
    )


def _kind(was: Side | None, now: Side | None) -> str | None:
    """The kind of change, or None for none."""
    if now is None:
        return "gone"
    if was is not None and was.expect != now.expect and "skipped" not in {was.verdict, now.verdict}:
        return "new" if now.verdict in _BAD else "otherwise"
    if now.verdict in _BAD:
        if was is None or was.verdict not in _BAD:
            return "new"
        same = (was.verdict, was.result, was.codes) == (now.verdict, now.result, now.codes)
        return "still" if same else "changed"
    if was is None:
        return "added"
    if now.verdict == "inconclusive":
        return None if was.verdict == "inconclusive" else "unclear"
    if now.verdict == "skipped":
        return "gone" if was.verdict != "skipped" else None
    if was.verdict in _BAD:
        return "fixed"
    if was.verdict == "skipped":
        return "added"
    return None if was.result == now.result or was.verdict == "inconclusive" else "changed"


def _credits(both: Sequence[tuple[JsonObject, JsonObject]]) -> list[Drift]:
    """Variants that were charged otherwise."""
    found = []
    for old, new in both:
        was, now = seconds(old["credits"]["charged"]), seconds(new["credits"]["charged"])
        if was is not None and now is not None and was != now:
            scenario, name = STYLE.plain(str(new["scenario"]), 200), STYLE.plain(str(new["name"]), 200)
            found.append(Drift(what="credits", scenario=scenario, name=name, before=was, after=now))
    return found


def _times(both: Sequence[tuple[JsonObject, JsonObject]]) -> list[Drift]:
    """Scenarios that have become slower or faster, where that is no chance."""
    pairs: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for old, new in both:
        if old["result"] == new["result"] == "works":
            for what in _TIMES:
                was, now = seconds(old["timing"].get(what)), seconds(new["timing"].get(what))
                if was is not None and now is not None:
                    pairs.setdefault((STYLE.plain(str(new["scenario"]), 200), what), []).append((was, now))
    found = []
    for (scenario, what), times in pairs.items():
        was, now = (median(side) for side in zip(*times, strict=True))
        if len(times) >= PAIRS and _differs(was, now) and chance(times) < CHANCE:
            found.append(Drift(what=what, scenario=scenario, before=was, after=now, pairs=len(times)))
    return found


def _differs(was: float, now: float) -> bool:
    low, high = sorted((was, now))
    return high - low >= SECONDS and high >= low * RATIO


def chance(pairs: Sequence[tuple[float, float]]) -> float:
    """How likely a split of slower and faster pairs at least as uneven is by chance (two-sided sign test).

    >>> chance([(1.0, 2.0)] * 6)
    0.03125
    """
    slower, faster = sum(now > was for was, now in pairs), sum(now < was for was, now in pairs)
    count = slower + faster
    tail = sum(math.comb(count, number) for number in range(min(slower, faster) + 1))
    return min(1.0, tail / 2.0 ** (count - 1))


def document(before: Report, after: Report, found: Comparison) -> JsonObject:
    """The comparison as data, in English."""
    return {
        "format_version": 1,
        "before": _run(before),
        "after": _run(after),
        "alike": found.alike,
        **{
            kind: [
                {
                    "id": change.id,
                    "scenario": change.scenario,
                    "name": change.name,
                    "before": _told(change.before),
                    "after": _told(change.after),
                }
                for change in changes
            ]
            for kind, changes in found.changes.items()
        },
        "drift": [
            {
                "what": drift.what,
                "scenario": drift.scenario,
                "name": drift.name or None,
                "before": drift.before,
                "after": drift.after,
                "pairs": drift.pairs,
            }
            for drift in found.drifts
        ],
    }


def _run(report: Report) -> JsonObject:
    return {key: report.head["run"].get(key) for key in ("id", "target", "contract", "started_at", "exit_code")}


def _told(side: Side | None) -> Json:
    if side is None:
        return None
    return {
        "verdict": side.verdict,
        "result": side.result,
        "findings": list(side.codes),
        "message": side.message or None,
        "task_id": side.task_id,
        "expect": side.expect,
    }
