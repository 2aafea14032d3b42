"""`harness matrix`: the rows of a matrix, what they cover and cost; brought in and given out in other formats."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from harness.cli.common import colored
from harness.cli.listed import say, summary
from harness.cli.options import Option, one_of, read_argv, whole
from harness.cli.run_options import RUN_OPTIONS
from harness.clock import wall_s
from harness.errors import EXIT_OK, EnvironmentProblem, NothingSelected, UsageError, why
from harness.matrix import pict
from harness.matrix.certificate import certify
from harness.matrix.csvfile import read_table
from harness.matrix.fitting import Candidate, fit
from harness.matrix.listing import Listing, cell, of_table
from harness.matrix.pict.rows import rows_of, shown_rows
from harness.matrix.rows import Row
from harness.model import Json, replace
from harness.report.save import save
from harness.report.style import Style, width
from harness.run.listings import listing_of, rows_document
from harness.run.prepare import load_scenarios
from harness.run.settings import RunSettings
from harness.scenario import Scenario, files
from harness.scenario.rows_file import rows_file
from harness.words import in_lang, text, told

_MOST_CELL: Final = 40
_MOST_ROWS: Final = 1_000
_NAMED: Final = 5
_TABLES: Final = frozenset({".csv", ".tsv"})


_SHARED: Final = frozenset(
    {"contract", "allow_code", "max_credits", "assume_credits", "budget_rows", "lang", "color", "ascii", "quiet"}
)


def _strength(text: str) -> int:
    if text not in set("123456"):
        raise ValueError(told("expected.whole", least=1, most=6))
    return int(text)


_OPTIONS: Final = (
    *(option for option in RUN_OPTIONS if option.name in _SHARED),
    Option(
        flags=("--strength",),
        read=_strength,
        metavar="T",
        only_flag=True,
        group="which rows",
    ),
    Option(
        flags=("--moves",),
        read=whole(0),
        metavar="N",
        only_flag=True,
        group="which rows",
    ),
    Option(
        flags=("--import",),
        read=Path,
        metavar="FILE",
        only_flag=True,
        group="which rows",
    ),
    Option(
        flags=("--keep",),
        only_flag=True,
        group="which rows",
    ),
    Option(
        flags=("--export",),
        read=one_of("csv", "json", "pict"),
        metavar="csv|json|pict",
        only_flag=True,
        group="what to show",
    ),
)


def main(argv: Sequence[str]) -> int:
    """Prints or exports the rows."""
    values, paths = read_argv("matrix", _OPTIONS, argv, paths="paths.matrix")
    values["paths"] = tuple(map(Path, paths))
    style = Style(lang=values["lang"], ascii=bool(values["ascii"]), color=colored(values["color"]))
    begun_s = wall_s()
    for scenario, found in _listings(values):
        listing, left_out = _fitted(found, values)
        took = style.text("matrix.found", time=style.time(wall_s() - begun_s))
        if scenario is not None and values["keep"]:
            _keep(scenario, listing, Path.cwd() / scenario.source.file, values["lang"])
        _show(listing, left_out, values, style)
        if values["export"] is None and not values["quiet"]:
            sys.stdout.write(f"  {took}\n")
        begun_s = wall_s()
    return EXIT_OK


def _listings(values: Mapping[str, Any]) -> Iterator[tuple[Scenario | None, Listing]]:
    """The imported file, or the matrices of the scenarios that are named, each with its scenario."""
    imported: Path | None = values["import"]
    if imported is not None and not values["paths"]:
        if values["keep"]:
            raise UsageError(told("usage.keep"), told("usage.keep.fix"))
        yield None, _imported(values)
        return
    table = None
    if imported is not None:
        if imported.suffix.lower() not in _TABLES:
            raise UsageError(
                told("usage.import", file=imported),
                told("usage.import.fix"),
            )
        table = read_table(imported, shown=files.shown(imported.absolute(), Path.cwd()))
    cwd = Path.cwd()
    settings = RunSettings(
        paths=values["paths"],
        cwd=cwd,
        env=dict(os.environ),
        contract=values["contract"],
        allow_code=values["allow_code"],
    )
    scenarios = [each for each in load_scenarios(settings) if each.matrix is not None and each.matrix.factors]
    if not scenarios:
        raise NothingSelected(told("nothing.matrix"), told("nothing.matrix.fix"))
    if len(scenarios) > 1 and (values["export"] or table):
        names = ", ".join(scenario.name for scenario in scenarios[:_NAMED])
        raise UsageError(told("usage.matrices", count=len(scenarios), names=names), told("usage.matrices.fix"))
    for scenario in scenarios:
        listing = listing_of(scenario, strength=values["strength"], table=table, moves=values["moves"])
        assert listing is not None
        yield scenario, listing


def _fitted(listing: Listing, values: Mapping[str, Any]) -> tuple[Listing, tuple[Row, ...]]:
    """The listing with the rows that the budget has room for, and the rows that it has not."""
    most, left = values["budget_rows"], values["max_credits"]
    if most is None and left is None:
        return listing, ()
    rows = list(listing.rows)
    prices = [1.0 if listing.price is None else listing.price(row) for row in rows]
    if left is not None and listing.price is None:
        raise UsageError(told("usage.no_prices"), told("usage.no_prices.fix"))
    if left is not None and None in prices and values["assume_credits"] is None:
        raise UsageError(
            told("usage.row_prices", count=prices.count(None), all=len(rows)),
            told("usage.row_prices.fix"),
        )
    assumed = values["assume_credits"] or 0.0
    candidates = [
        Candidate(matrix="", row=row, price=assumed if price is None else price)
        for row, price in zip(rows, prices, strict=True)
    ]
    purse = [float("inf") if left is None else left]

    def spend(candidate: Candidate) -> None:
        purse[0] -= candidate.price

    found = set(fit(candidates, {"": listing.space}, most_rows=most, room=lambda _: purse[0], spend=spend))
    fitting = tuple(row for index, row in enumerate(rows) if index in found)
    return replace(listing, rows=fitting), tuple(row for index, row in enumerate(rows) if index not in found)


def _keep(scenario: Scenario, listing: Listing, file: Path, lang: str) -> None:
    """Writes NAME.rows.json beside the scenario, whole or not at all."""
    target = rows_file(file)
    document = rows_document(scenario, listing)
    rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in document["rows"])
    head = json.dumps({key: value for key, value in document.items() if key != "rows"}, ensure_ascii=False)
    try:
        save(target, [f'{head[:-1]}, "rows": [\n  {rows}\n]}}\n'])
    except OSError as error:
        raise EnvironmentProblem(told("env.rows", file=target, why=why(error))) from None
    new = len(document["rows"]) - listing.kept
    said = text("matrix.wrote", lang, file=files.shown(target, Path.cwd()), kept=listing.kept, new=new)
    sys.stderr.write(f"{said}\n")


def _imported(values: Mapping[str, Any]) -> Listing:
    """The rows of a PICT model, or of a table."""
    file: Path = values["import"]
    strength, shown = values["strength"] or 2, files.shown(file.absolute(), Path.cwd())
    if file.suffix.lower() in _TABLES:
        table = read_table(file, shown=shown)
        if strength > len(table.names):
            raise UsageError(
                told("usage.strength", strength=strength, file=shown, count=len(table.names)),
                told("usage.strength.fix"),
            )
        return of_table(table, strength)
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


def _show(listing: Listing, left_out: Sequence[Row], values: Mapping[str, Any], style: Style) -> None:
    for note in listing.notes:
        sys.stderr.write(f"{style.plain(in_lang(note, style.lang))}\n")
    if values["export"] is not None:
        sys.stdout.writelines(_export(listing, values["export"]))
        return
    if not values["quiet"]:
        sys.stdout.writelines(f"{line}\n" for line in _table(listing, style))
    if listing.full and not left_out:
        sys.stdout.writelines(f"{line}\n" for line in summary(listing, None, style))
        return
    fates = ((row, fate) for fate, rows in (("accepted", listing.rows), ("skipped:budget", left_out)) for row in rows)
    sys.stdout.writelines(f"{line}\n" for line in summary(listing, certify(listing.space, fates), style))


def _export(listing: Listing, form: str) -> Iterable[str]:
    return {"json": listing.as_json, "csv": listing.as_csv, "pict": listing.as_pict}[form]()


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
        yield f"  … {say(style, 'matrix.rows', rows=rest)}"
