"""The summary that a run prints when it ends: one table with whole task ids, what to change, what works. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from harness.model import JsonObject, replace
from harness.report import formats
from harness.report.coverage import coverage_lines
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.remarks import Point, Remark, explained_numbers, remarks, since
from harness.report.style import NONE, Style, width
from harness.report.summary import counts, credits_line, headline, time_line, title, without_format

_MOST_ROWS: Final = 100
_SOME_PASSES: Final = 20
_MOST_FORMATS: Final = 30
#: Below this nothing can be laid out: a mark, a short name, a result, a time and credits side by side.
_LEAST_WIDTH: Final = 64
_NAME_CELLS: Final = 16
_LEAST_NAME_CELLS: Final = 8
_INDENT: Final = "  "


def render(
    report: Report,
    *,
    lang: str = "en",
    ascii: bool = False,  # noqa: A002  # named as the flag is
    color: bool = False,
    width: int = 100,
    folder: str | None = None,
    variants: bool = True,
) -> str:
    """The summary, ending with a newline. `width` is in cells, at least 64; `folder` is where the reports are.

    Without `variants` nothing is said of single ones: the table and the remarks are left out. Only task ids and working
    formats may make a line wider: both are there to be copied whole.
    """
    style = Style(lang=lang, ascii=ascii, color=color, width=max(width, _LEAST_WIDTH))
    shown = _choose(report.rows)
    blocks = [_headline(report, style)]
    if variants:
        blocks += [_table(report, shown, style), _hidden(report.rows, shown, folder, style)]
    blocks += _causes(report, style)
    blocks += _remarks(report, style) if variants else []
    blocks += [style.wrap(style.say(note["words"], note["text"])) for note in report.head["run"].get("notes") or ()]
    blocks += [style.wrap(line) for line in coverage_lines(report, style)]
    blocks.append(_totals(report, style))
    if folder is not None:
        blocks.append(style.wrap(style.text("report.folder", folder=folder)))
    blocks += _formats(report, style)
    return "".join(f"{block}\n" for block in blocks if block)


def verdict_line(
    report: Report,
    *,
    lang: str = "en",
    ascii: bool = False,  # noqa: A002  # named as the flag is
    color: bool = False,
) -> str:
    """The whole run in one line without a newline, such as `✅ 7 variants, all as expected · runway · … · mock`."""
    style = Style(lang=lang, ascii=ascii, color=color)
    verdict, text = headline(report, style)
    return f"{style.paint(style.mark(verdict), verdict)} {text}{style.plain(' · ')}{title(report, style)}"


def _headline(report: Report, style: Style) -> str:
    summary = style.text("report.summary")
    head = style.wrap(f"{'' if style.ascii else '📊 '}{summary}   {title(report, style)}")
    return head.replace(summary, style.paint(summary, "bold"), 1)


def _choose(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows to show: all of a hundred; else those that did not pass, up to a hundred, and a few passes if few."""
    if len(rows) <= _MOST_ROWS:
        return rows
    bad = [row for row in rows if row.verdict != "pass"][:_MOST_ROWS]
    room = max(_SOME_PASSES - len(bad), 0)
    passes = [row for row in rows if row.verdict == "pass"][:room]
    return sorted([*bad, *passes], key=lambda row: row.number)


def _hidden(rows: Sequence[Row], shown: Sequence[Row], folder: str | None, style: Style) -> str:
    if len(shown) == len(rows):
        return ""
    passes = sum(row.verdict == "pass" for row in rows) - sum(row.verdict == "pass" for row in shown)
    others = len(rows) - len(shown) - passes
    where = f"{folder}/report.json" if folder else "report.json"
    key = "report.hidden" if others else "report.hidden_passes"
    return _INDENT + style.wrap(style.text(key, passes=passes, others=others, where=where))


def _table(report: Report, rows: Sequence[Row], style: Style) -> str:
    """The table; where the names would get too little room, each task id stands on the line below its row."""
    if not rows:
        return ""
    heads = [style.text(f"column.{name}") for name in ("variant", "result", "task_id", "time", "credits")]
    names = [style.plain(row.name, 500) for row in rows]
    results = [style.result(row) for row in rows]
    ids = [style.plain(row.task_id) if row.task_id is not None else style.plain(NONE) for row in rows]
    times = [style.time(row.total_s) for row in rows]
    credits_ = [style.number(row.credits) for row in rows]
    numbers = [str(row.number) for row in rows]
    columns = (["#", *numbers], [heads[1], *results], [heads[3], *times], [heads[4], *credits_])
    taken = len(_INDENT) + sum(max(map(width, column)) for column in columns) + 2 * len(columns)
    beside = style.width - taken - 2 - max(map(width, [heads[2], *ids]))
    wanted = max(map(width, [heads[0], *names]))
    inline = beside >= min(wanted, _NAME_CELLS)
    room = max(beside if inline else style.width - taken, _LEAST_NAME_CELLS)
    cells = [
        [number, style.shorten(name, room), style.paint(result, row.verdict), task, time, price]
        for row, number, name, result, task, time, price in zip(
            rows, numbers, names, results, ids, times, credits_, strict=True
        )
    ]
    lines = _lay_out(["#", *heads], cells, inline=inline)
    if not inline:
        under = " " * (len(_INDENT) + max(map(width, columns[0])) + 2)
        lines[1:] = chain.from_iterable(
            (line, f"{under}{task}") if row.task_id is not None else (line,)
            for line, task, row in zip(lines[1:], ids, rows, strict=True)
        )
        return "\n".join(_with_scenarios(report, lines, rows, style, tall=True))
    return "\n".join(_with_scenarios(report, lines, rows, style, tall=False))


def _lay_out(heads: list[str], cells: list[list[str]], *, inline: bool) -> list[str]:
    """The lines of the table, the heading first. tabulate costs 90 ms to import, so nobody pays before the end."""
    from tabulate import tabulate

    align = ["right", "left", "left", "left", "right", "right"]
    keep = [index for index in range(len(heads)) if inline or index != 3]
    text = tabulate(
        # The heading is a row like the others: tabulate makes columns two cells wider than their headings.
        [[row[index] for index in keep] for row in (heads, *cells)],
        tablefmt="plain",
        disable_numparse=True,
        colalign=[align[index] for index in keep],
    )
    return [_INDENT + line.rstrip() for line in text.split("\n")]


def _with_scenarios(
    report: Report, lines: Sequence[str], rows: Sequence[Row], style: Style, *, tall: bool
) -> Iterable[str]:
    """The lines of the table, with the name of each scenario above its rows when there are several."""
    if len(report.head["scenarios"]) < 2:
        return lines
    result = [lines[0]]
    at, before = 1, None
    for row in rows:
        if row.scenario != before:
            result.append(style.paint(style.shorten(style.plain(row.scenario, 500), style.width), "bold"))
            before = row.scenario
        step = 2 if tall and row.task_id is not None else 1
        result += lines[at : at + step]
        at += step
    return result


def _causes(report: Report, style: Style) -> list[str]:
    """One paragraph a cause, and what it took to find them."""
    if not report.head.get("diagnoses") and not report.head.get("probes"):
        return []
    from harness.report.causes import paragraphs, probes_line  # lazily: most runs have none

    blocks = [
        _marked(verdict, f"{text} [{code}]", style, wrap=True) for verdict, text, code in paragraphs(report, style)
    ]
    return [*blocks, *(style.wrap(line) for line in [probes_line(report, style)] if line)]


def _remarks(report: Report, style: Style) -> list[str]:
    found, left_out = remarks(report, style, explained_numbers(report))
    lines = [_remark(remark, since(report, remark, style), style) for remark in found]
    if left_out:
        lines.append(_INDENT + style.wrap(style.text("report.more_remarks", count=left_out)))
    return lines


def _remark(remark: Remark, since_when: str, style: Style) -> str:
    mark = style.mark(remark.verdict)
    if remark.warning:
        mark = style.text("report.warning") if style.ascii else "⚠ "
    points = [_point(point, style) for point in remark.points]
    if remark.more:
        points.append(style.text("report.more_findings", count=remark.more))
    text = style.wrap(f"{mark} {remark.who(style)}: {' '.join([*points, *filter(None, [since_when])])}")
    color = "inconclusive" if remark.warning else remark.verdict
    return text.replace(mark, style.paint(mark, color), 1)


def _point(point: Point, style: Style) -> str:
    parts = [point.message, point.advice]
    if point.said is not None:
        parts.append(style.text("report.said", said=point.said))
    if point.code:
        parts.append(f"[{point.code}]")
    return " ".join(part for part in parts if part)


def _formats(report: Report, style: Style) -> list[str]:
    """One line per scenario: the payload that works, or that none was found among those that should."""
    scenarios: Sequence[JsonObject] = report.head["scenarios"]
    unmet = without_format(report)
    lines = []
    for scenario in scenarios[:_MOST_FORMATS]:
        name = str(scenario["name"])
        several = len(scenarios) > 1
        if scenario.get("working_format") is not None:
            payload = style.compact(scenario["working_format"])
            key = "format.found.scenario" if several else "format.found"
            lines.append(_marked("pass", style.text(key, payload=payload, scenario=style.plain(name, 120)), style))
            lines += [_INDENT + style.wrap(line) for line in formats.notes(scenario, style)]
            lines += _mended(scenario, style)
            continue
        if (verdict := unmet.get(name)) is not None:
            key = "format.none" if verdict == "fail" else "format.unclear"
            key += ".scenario" if several else ""
            lines.append(_marked(verdict, style.text(key, scenario=style.plain(name, 120)), style, wrap=True))
        lines += _mended(scenario, style)
    if len(scenarios) > _MOST_FORMATS:
        lines.append(_INDENT + style.text("format.more", count=len(scenarios) - _MOST_FORMATS))
    return lines


def _mended(scenario: JsonObject, style: Style) -> list[str]:
    """What a working format changes of the baseline, and what proves it; or one that nobody has tried."""
    if not scenario.get("mended"):
        return []
    from harness.report.mended import changes, payload, proof, told  # lazily: most runs have none

    if (made := told(scenario)) is None:
        return []
    inside = replace(style, width=style.width - len(_INDENT))
    lines = [inside.wrap(line) for line in (proof(made, inside), *changes(made, inside))]
    lines = [line for line in (payload(scenario, made, style), *lines) if line]
    return [f"{_INDENT}{line}".replace("\n", f"\n{_INDENT}") for line in lines]


def _marked(verdict: str, text: str, style: Style, *, wrap: bool = False) -> str:
    mark = style.mark(verdict)
    line = f"{mark} {text}"
    return (style.wrap(line) if wrap else line).replace(mark, style.paint(mark, verdict), 1)


def _totals(report: Report, style: Style) -> str:
    """Counts, credits and time, cut between them where the line is too long."""
    number = [f"{count} {style.mark(verdict).strip()}" for verdict, count in counts(report)]
    parts = ["  ".join(number), credits_line(report, style), time_line(report.head["run"], style)]
    return style.wrap(style.plain(" · ").join(parts))
