"""A table of rows as text: CSV (RFC 4180), or what PICT writes, with tabs. Every cell keeps its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness.errors import Mistake, MistakesError
from harness.model import Source
from harness.words import told
from harness.yamlio import limited
from harness.yamlio.document import quoted
from harness.yamlio.reader import read_text

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 1_000
_SEPARATORS: Final = ",;\t"


class Cell(Struct, frozen=True):
    """The text of a cell and where it begins."""

    text: str
    source: Source


class Table(Struct, frozen=True, kw_only=True):
    """The names of the columns, and the rows, each as long as the names."""

    file: str
    names: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read_table(file: Path, *, shown: str | None = None) -> Table:
    """The table in a file. MistakesError with every mistake."""
    name = shown if shown is not None else str(file)
    return parse_table(read_text(file, shown=name, most_bytes=MOST_BYTES), file=name)


def parse_table(text: str, *, file: str) -> Table:
    """The table in a text: names in the first line, then rows; empty lines are left out.

    Cells are set apart by commas, semicolons or tabs, whichever the first line has most of. MistakesError.
    """
    mistakes: list[Mistake] = []
    records = [record for record in _records(text.removeprefix("\ufeff"), file, mistakes) if _filled(record)]
    if not records and not mistakes:
        mistakes.append(Mistake(source=Source(file=file), what=told("table.empty"), fix=told("table.empty.fix")))
    names = tuple(Cell(cell.text.strip(), cell.source) for cell in records[0]) if records else ()
    seen: set[str] = set()
    for cell in names:
        if not cell.text or cell.text in seen:
            what = told("table.twice", name=quoted(cell.text)) if cell.text else told("table.no_name")
            mistakes.append(Mistake(source=cell.source, what=what, fix=told("table.names.fix")))
        seen.add(cell.text)
    for record in records[1:]:
        if len(record) != len(names):
            what = told("table.cells", cells=len(record), columns=len(names))
            mistakes.append(Mistake(source=record[0].source, what=what, fix=told("table.cells.fix")))
    if len(records) > MOST_ROWS or len(names) > MOST_COLUMNS:
        what = told("table.too_big", rows=f"{MOST_ROWS:,}", columns=f"{MOST_COLUMNS:,}")
        mistakes.append(Mistake(source=Source(file=file), what=what, fix=told("fix.split")))
    if mistakes:
        raise MistakesError(limited(mistakes))
    return Table(file=file, names=names, rows=tuple(map(tuple, records[1:])))


def write_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, with commas and line feeds; cells that need it stand in double quotes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in (names, *rows) if isinstance(rows, Sequence) else _chained(names, rows):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _chained(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield names
    yield from rows


def _filled(record: Sequence[Cell]) -> bool:
    return len(record) > 1 or bool(record[0].text.strip())


def _separator(text: str) -> str:
    """What the first line with anything in it has most of, outside of quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=lambda sign: (bare.count(sign), sign == ","))


def _records(text: str, file: str, mistakes: list[Mistake]) -> Iterator[list[Cell]]:
    """The records: cells until the end of a line. A cell that begins with a double quote goes on to the closing one."""
    separator = _separator(text)
    at, line, begin = 0, 1, 0
    record: list[Cell] = []
    while at < len(text):
        source = Source(file=file, line=line, column=at - begin + 1)
        if text[at] == '"':
            cell, at, broken = _in_quotes(text, at)
            if broken:
                mistakes.append(Mistake(source=source, what=broken, fix=told("table.quotes.fix")))
                return
            breaks = cell.count("\n")
            if breaks:
                line += breaks
                begin = text.rindex("\n", 0, at) + 1
        else:
            end = min(
                (found for sign in (separator, "\n", "\r") if (found := text.find(sign, at)) >= 0), default=len(text)
            )
            cell, at = text[at:end], end
        record.append(Cell(cell, source))
        if at < len(text) and text[at] == separator:
            at += 1
            if at == len(text) or text[at] in "\r\n":
                record.append(Cell("", Source(file=file, line=line, column=at - begin + 1)))
            else:
                continue
        if text.startswith("\r\n", at):
            at += 1
        at += 1
        line, begin = line + 1, at
        yield record
        record = []
    if record:
        yield record


def _in_quotes(text: str, at: int) -> tuple[str, int, str]:
    """The text of a quoted cell, the offset behind it, and what is wrong with it."""
    parts: list[str] = []
    while True:
        end = text.find('"', at + 1)
        if end < 0:
            return "", len(text), told("table.open")
        parts.append(text[at + 1 : end])
        at = end + 1
        if not text.startswith('"', at):
            break
        parts.append('"')
    if at < len(text) and text[at] not in ",;\t\r\n":
        return "", at, told("table.behind", text=quoted(text[at : at + 20]))
    return "".join(parts), at, ""
