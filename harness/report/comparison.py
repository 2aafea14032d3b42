"""A comparison of two runs in words: what is worse stands first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from harness.jsonio import encode
from harness.model import Json
from harness.report.compare import KINDS, Change, Comparison, Drift, Side
from harness.report.document import Report
from harness.report.style import RESULTS, Style
from harness.report.summary import title

_MOST_LINES: Final = 50
_MARKS: Final = {"new": "fail", "still": "fail", "changed": "fail", "unclear": "inconclusive", "fixed": "pass"}


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
    told = f"{change.id} {who}: {seen}{_expected(change, style)}{message}{task}"
    return "  " + style.wrap(style.plain(told), indent=6)


def _expected(change: Change, style: Style) -> str:
    """What was expected and what is, where that changed: the reader must not take it for a change of the API."""
    if change.before is None or change.after is None or change.before.expect == change.after.expect:
        return ""
    was, now = (style.plain(_spelled(side.expect), 120) for side in (change.before, change.after))
    return f" ({style.text('compare.expect', before=was, after=now)})"


def _spelled(expect: Json) -> str:
    return expect if isinstance(expect, str) else encode(expect)


def _seen(side: Side | None, style: Style) -> str:
    if side is None:
        return ""
    word = style.text(RESULTS.get(side.result, "verdict.error"))
    return f"{word} ({', '.join(side.codes)})" if side.codes else word


def _drifted(drift: Drift, style: Style) -> str:
    number: Callable[[float], str] = style.number if drift.what == "credits" else style.time
    told = style.text(
        f"compare.drift.{drift.what}", before=number(drift.before), after=number(drift.after), count=drift.pairs
    )
    return "  " + style.wrap(
        style.plain(f"{drift.scenario}{': ' + drift.name if drift.name else ''}: {told}"), indent=6
    )
