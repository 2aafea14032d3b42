"""`harness matrix`: the rows of a matrix, what they cover and cost; brought in and given out in other formats."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from harness import words
from harness.cli.common import colored
from harness.cli.options import RUN_OPTIONS, Option, one_of, parser, resolve, whole
from harness.errors import EXIT_OK, UsageError
from harness.matrix.certificate import Certificate
from harness.matrix.listing import Listing, cell, of_table
from harness.model import Json
from harness.report.coverage import counted_word
from harness.report.style import Style, width
from harness.scenario import files

_SUMMARY: Final = "Shows the rows of a matrix, what they cover and what they cost. Sends nothing."
_MOST_CELL: Final = 40
_MOST_ROWS: Final = 1_000
_TABLES: Final = frozenset({".csv", ".tsv"})


def _strength(text: str) -> int:
    if text not in set("123456"):
        raise ValueError("a whole number from 1 to 6")
    return int(text)


_OPTIONS: Final = (
    *(option for option in RUN_OPTIONS if option.name in {"contract", "allow_code", "lang", "color", "ascii", "quiet"}),
    Option(
        flags=("--strength",),
        read=_strength,
        metavar="T",
        only_flag=True,
        group="which rows",
        help="combine T factors at a time, 1 to 6 (default: the scenario's; 2 for an imported file)",
    ),
    Option(
        flags=("--moves",),
        read=whole(0),
        metavar="N",
        only_flag=True,
        group="which rows",
        help="look for fewer rows with at most N moves (default: by the size of the matrix; 0: take the first found)",
    ),
    Option(
        flags=("--import",),
        read=Path,
        metavar="FILE",
        only_flag=True,
        group="which rows",
        help="take a PICT model, or rows from a table (*.csv, *.tsv), instead of a scenario's matrix",
    ),
    Option(
        flags=("--export",),
        read=one_of("csv", "json", "pict"),
        metavar="csv|json|pict",
        only_flag=True,
        group="what to show",
        help="write the rows (csv, json) or the model (pict) to stdout, and nothing else there",
    ),
)


def main(argv: Sequence[str]) -> int:
    """Prints or exports the rows."""
    given = vars(parser("matrix", _SUMMARY, _OPTIONS, paths="scenario files or folders").parse_args(argv))
    values = resolve(_OPTIONS, given, env=os.environ, cwd=Path.cwd(), command="matrix")
    values["paths"] = tuple(map(Path, given["paths"]))
    style = Style(lang=values["lang"], ascii=bool(values["ascii"]), color=colored(values["color"]))
    for listing in _listings(values):
        _show(listing, values, style)
    return EXIT_OK


def _listings(values: Mapping[str, Any]) -> Iterator[Listing]:
    if values["import"] is None:
        raise UsageError("There is no file to import.", "Name one with --import.")
    yield _imported(values)


def _imported(values: Mapping[str, Any]) -> Listing:
    """The rows of a PICT model, or of a table."""
    file: Path = values["import"]
    strength, shown = values["strength"] or 2, files.shown(file.absolute(), Path.cwd())
    if file.suffix.lower() in _TABLES:
        from harness.matrix.csvfile import read_table

        table = read_table(file, shown=shown)
        if strength > len(table.names):
            raise UsageError(
                f"--strength {strength}: {shown} has {len(table.names)} columns.", "Write a strength of at most that."
            )
        return of_table(table, strength)
    from harness.matrix import pict
    from harness.matrix.pict.rows import rows_of, shown_rows

    model = pict.read(file, shown=shown)
    found = rows_of(model, strength, moves=values["moves"])
    return Listing(
        name=shown,
        space=found.space,
        names=tuple(parameter.name for parameter in model.parameters),
        values=tuple(parameter.values for parameter in model.parameters),
        shown=lambda rows: shown_rows(model, rows),
        rows=found.rows,
        bound=found.bound,
        notes=found.notes,
    )


def _show(listing: Listing, values: Mapping[str, Any], style: Style) -> None:
    for note in listing.notes:
        sys.stderr.write(f"{style.plain(note)}\n")
    if values["export"] is not None:
        sys.stdout.writelines(_export(listing, values["export"]))
        return
    if not values["quiet"]:
        sys.stdout.writelines(f"{line}\n" for line in _table(listing, style))
    sys.stdout.writelines(f"{line}\n" for line in summary(listing, listing.certificate(), style))


def _export(listing: Listing, form: str) -> Iterable[str]:
    return {"json": listing.as_json, "csv": listing.as_csv, "pict": listing.as_pict}[form]()


def summary(listing: Listing, certificate: Certificate, style: Style) -> list[str]:
    """The full product, the rows chosen, the least there can be, their credits, and what is covered."""
    rows = certificate.rows
    what = counted_word(certificate.strengths, style.lang)
    chosen = [_money(listing, listing.rows, rows, style)]
    if listing.bound is not None:
        chosen.append(
            style.text("matrix.least") if rows <= listing.bound else _said(style, "matrix.bound", bound=listing.bound)
        )
    if listing.kept:
        chosen.append(_said(style, "matrix.kept", kept=listing.kept))
    covered = [_said(style, "matrix.covered", what=what, sent=certificate.sent, tuples=certificate.tuples)]
    if certificate.infeasible:
        covered.append(_said(style, "matrix.forbidden", infeasible=certificate.infeasible, what=what))
    heads = [style.text("matrix.product"), style.text("matrix.chosen")]
    indent = max(map(width, heads))
    lines = [
        style.text("matrix.title", name=style.plain(listing.name, 200), strength=certificate.strength),
        f"  {heads[0]:{indent}}  {_said(style, 'matrix.rows', rows=listing.product)}",
        f"  {heads[1]:{indent}}  {', '.join(chosen)}",
        f"  {', '.join(covered)}",
    ]
    if certificate.breaking:
        lines.append("  " + _said(style, "matrix.breaking", rows=certificate.breaking))
    return [style.plain(line) for line in lines]


def _money(listing: Listing, rows: Iterable[tuple[int, ...]], count: int, style: Style) -> str:
    said = _said(style, "matrix.rows", rows=count)
    if listing.price is None:
        return said
    prices = [listing.price(row) for row in rows]
    known = sum(price for price in prices if price is not None)
    return f"{said}, {_said(style, 'plan.credits', credits=style.number(known))}"


def _said(style: Style, key: str, **params: object) -> str:
    return words.text(key, style.lang, **params)


def _table(listing: Listing, style: Style) -> Iterator[str]:
    """The rows, as many as anybody reads, with their credits where they are known."""

    def shown(level: Json, text: str | None = None) -> str:
        return style.shorten(style.plain(cell(level) if text is None else text, 200), _MOST_CELL)

    heads = ["#", *(shown(name, name) for name in listing.names)]
    priced = listing.price is not None
    if priced:
        heads.append(style.text("column.credits"))
    table = [heads]
    rows = iter(listing.rows)
    some = list(islice(rows, _MOST_ROWS))
    for number, (row, levels) in enumerate(zip(some, listing.shown(some), strict=True), 1):
        cells = [str(number), *(shown(level, level if isinstance(level, str) else None) for level in levels)]
        if listing.price is not None:
            price = listing.price(row)
            cells.append("?" if price is None else style.number(price))
        table.append(cells)
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    for cells in table:
        padded = [
            " " * (most - width(text)) + text
            if index == 0 or (priced and index == len(cells) - 1)
            else text + " " * (most - width(text))
            for index, (text, most) in enumerate(zip(cells, widths, strict=True))
        ]
        yield ("  " + "  ".join(padded)).rstrip()
    if (rest := sum(1 for _ in rows)) > 0:
        yield f"  … {_said(style, 'matrix.rows', rows=rest)}"
