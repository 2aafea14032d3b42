"""`variants.csv`: one line for each variant, for spreadsheets (RFC 4180, UTF-8, names of columns first).

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and texts come from an API and from
scenario files: such a text gets an apostrophe before it, which spreadsheets do not show
(https://owasp.org/www-community/attacks/CSV_Injection). Numbers stay numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from harness.model import Json
from harness.report.cases import STYLE, Case, amount, cases, place, seconds
from harness.report.document import Report
from harness.report.save import save

#: Their wide forms too: East Asian editions read them alike.
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_MOST_CELL: Final = 2000
COLUMNS: Final = (
    *("number", "id", "scenario", "name", "file", "line", "tags", "endpoint", "verdict", "result", "http_status"),
    *("task_id", "task_state", "credits_planned", "credits_estimated", "credits_charged", "queued_s", "running_s"),
    *("total_s", "findings", "message", "suggestion", "outputs", "levels", "payload"),
)


def render(report: Report) -> Iterator[str]:
    """The lines, each with its line end."""
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for case in cases(report):
        writer.writerow(_cells(case))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()  # the names alone, where there is no variant


def write(report: Report, file: Path) -> None:
    """Writes the report to `file`. Raises OSError."""
    save(file, render(report))


def _cells(case: Case) -> Mapping[str, str]:
    """Column → cell. Empty: not known."""
    entry, row = case.entry, case.row
    file, line = place(entry)
    credit, timing = entry.get("credits") or {}, entry.get("timing") or {}
    points = case.remark.points if case.remark else ()
    return {
        "number": str(row.number),
        "id": safe(entry["id"]),
        "scenario": safe(row.scenario),
        "name": safe(row.name),
        "file": safe(file),
        "line": str(line) if line else "",
        "tags": safe(" ".join(map(str, entry.get("tags") or ()))),
        "endpoint": safe(entry.get("endpoint")),
        "verdict": row.verdict,
        "result": row.result,
        "http_status": amount(entry.get("http_status")),
        "task_id": safe(row.task_id),
        "task_state": safe(entry.get("task_state")),
        "credits_planned": amount(credit.get("planned")),
        "credits_estimated": amount(credit.get("estimated")),
        "credits_charged": amount(credit.get("charged")),
        **{name: amount(seconds(timing.get(name))) for name in ("queued_s", "running_s", "total_s")},
        "findings": safe(" ".join(point.code for point in points)),
        "message": safe(" ".join(point.message for point in points)),
        "suggestion": safe(" ".join(point.advice for point in points if point.advice)),
        "outputs": safe(" ".join(str(output.get("file") or "") for output in entry.get("outputs") or ())),
        "levels": safe(STYLE.compact(entry.get("levels") or {})),
        "payload": safe(STYLE.compact(entry.get("payload") or {})),
    }


def safe(value: Json) -> str:
    """A text as a cell that no spreadsheet takes for a formula; empty for None.

    >>> safe("=1+1"), safe("720:1280"), safe(None)
    ("'=1+1", '720:1280', '')
    """
    if value is None:
        return ""
    text = STYLE.plain(str(value), _MOST_CELL)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
