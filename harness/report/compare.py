"""Two runs side by side: what fails newly, what is fixed, what still fails, what came and went, what drifted. Pure.

Variants are the same when their ids are: the same payload of the same scenario, wherever it stands.

Latency of an API is noise. A change of it is told only for a scenario in which at least six variants worked in both
runs, when a sign test over the pairs would see such a thing by chance in fewer than one of twenty comparisons, and when
the middle change is at least half as much again (or a third less) and two seconds. Credits are exact: a variant that is
charged otherwise is told as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from msgspec import Struct

from harness.model import Json, JsonObject
from harness.report.cases import STYLE, seconds
from harness.report.document import Report
from harness.report.style import Style
from harness.report.summary import title

#: Least pairs, least ratio, least seconds, most chance of a change of latency.
PAIRS: Final = 6
RATIO: Final = 1.5
SECONDS: Final = 2.0
CHANCE: Final = 0.05
#: The kinds of change, in the order in which they are told.
KINDS: Final = ("new", "changed", "unclear", "still", "fixed", "gone", "added")
_BAD: Final = frozenset({"fail", "error"})
_TIMES: Final = ("queued_s", "running_s")
_MOST_LINES: Final = 50
_MARKS: Final = {"new": "fail", "still": "fail", "changed": "fail", "unclear": "inconclusive", "fixed": "pass"}


class Side(Struct, frozen=True, kw_only=True):
    """What one run says of a variant. `words` say the message in another language."""

    verdict: str
    result: str
    codes: tuple[str, ...]
    message: str
    words: JsonObject
    task_id: str | None


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
    """`changes` by kind. new: fails and did not · changed: fails, or passes, in another way · unclear: could be judged
    and cannot now · still: fails as before · fixed: failed and passes · gone, added: only in one of the runs.
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
    first, second = _entries(before), _entries(after)
    changes: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    alike = 0
    for name in (*second, *(name for name in first if name not in second)):
        old, new = first.get(name), second.get(name)
        entry = new or old or {}
        was, now = (None if side is None else _side(side) for side in (old, new))
        kind = _kind(was, now)
        alike += kind is None
        if kind is not None:
            label = STYLE.plain(str(entry["scenario"]), 200), STYLE.plain(str(entry["name"]), 200)
            changes[kind].append(Change(id=name, scenario=label[0], name=label[1], before=was, after=now))
    both = [(first[name], entry) for name, entry in second.items() if name in first]
    same_target = before.head["run"]["target"] == after.head["run"]["target"]
    drifts = [*_credits(both), *(_times(both) if same_target else ())]
    return Comparison(changes=changes, drifts=drifts, alike=alike)


def _entries(report: Report) -> dict[str, JsonObject]:
    return {str(entry["id"]): entry for entry in report.variants}


def _side(entry: JsonObject) -> Side:
    findings = [finding for finding in entry["findings"] if not finding.get("warning")]
    return Side(
        verdict=entry["verdict"],
        result=entry["result"],
        codes=tuple(sorted({STYLE.plain(str(finding["code"]), 60) for finding in findings})),
        message=STYLE.plain(str(findings[0]["message"]), 300) if findings else "",
        words=findings[0]["words"]["message"] if findings else {},
        task_id=None if entry["task_id"] is None else STYLE.plain(entry["task_id"], 200),
    )


def _kind(was: Side | None, now: Side | None) -> str | None:
    """The kind of change, or None for none."""
    if now is None:
        return "gone"
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
    }


def render(before: Report, after: Report, found: Comparison, style: Style) -> str:
    """The comparison for people, ending with a newline: what is worse stands first."""
    old, new = before.head["run"], after.head["run"]
    lines = [
        style.text("compare.head", before=style.plain(old["id"], 120), after=style.plain(new["id"], 120)),
        f"  {title(after, style)}",
    ]
    lines += [
        style.text(f"compare.other.{key}", before=style.plain(old[key], 120), after=style.plain(new[key], 120))
        for key in ("target", "contract")
        if old[key] != new[key]
    ]
    for kind in KINDS:
        lines += _block(kind, found.changes[kind], style)
    if found.drifts:
        lines += ["", style.text("compare.drift"), *_cut([_drifted(drift, style) for drift in found.drifts], style)]
    lines += ["", style.text("compare.alike", count=found.alike)]
    return "".join(f"{line}\n" for line in lines)


def _block(kind: str, changes: Sequence[Change], style: Style) -> list[str]:
    if not changes:
        return []
    mark = style.mark(_MARKS[kind]) + " " if kind in _MARKS else ""
    several = len({change.scenario for change in changes}) > 1
    lines = [_changed(change, style, several=several) for change in changes]
    return ["", f"{mark}{style.text(f'compare.{kind}', count=len(changes))}", *_cut(lines, style)]


def _cut(lines: Sequence[str], style: Style) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return [*lines]
    return [*lines[:_MOST_LINES], f"  {style.text('compare.more', count=len(lines) - _MOST_LINES)}"]


def _changed(change: Change, style: Style, *, several: bool) -> str:
    who = f"{change.scenario}: {change.name}" if several else change.name
    was, now = (_seen(side, style) for side in (change.before, change.after))
    seen = f"{was} → {now}" if was and now and was != now else now or was
    message = ""
    if change.after and change.after.message:
        message = f". {style.plain(style.say(change.after.words, change.after.message), 300)}"
    task = f" [{change.after.task_id}]" if change.after and change.after.task_id else ""
    return "  " + style.wrap(style.plain(f"{change.id} {who}: {seen}{message}{task}"), indent=6)


def _seen(side: Side | None, style: Style) -> str:
    if side is None:
        return ""
    word = style.text(_WORDS.get(side.result, "verdict.error"))
    return f"{word} ({', '.join(side.codes)})" if side.codes else word


#: What was seen → key of its word.
_WORDS: Final[Mapping[str, str]] = {
    "works": "verdict.works",
    "accepted": "verdict.accepted",
    "refused": "verdict.refused",
    "failed": "result.failed",
    "output": "result.output",
    "unclear": "verdict.inconclusive",
    "skipped": "verdict.skipped",
}


def _drifted(drift: Drift, style: Style) -> str:
    number: Callable[[float], str] = style.number if drift.what == "credits" else style.time
    told = style.text(
        f"compare.drift.{drift.what}", before=number(drift.before), after=number(drift.after), count=drift.pairs
    )
    return "  " + style.wrap(
        style.plain(f"{drift.scenario}{': ' + drift.name if drift.name else ''}: {told}"), indent=6
    )
