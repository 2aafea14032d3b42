"""`harness ledger`: the credits of all runs that left a report, by month, run or variant."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from harness.cli.options import Option, one_of, read_argv
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import EXIT_OK, HarnessError, NothingSelected
from harness.model import Json, JsonObject
from harness.redact import clean
from harness.report import read
from harness.report.jsonfile import NAME
from harness.report.style import Style, width
from harness.words import in_lang, told

_SHARED: Final = frozenset({"reports", "lang", "ascii"})
_BY: Final = Option(
    flags=("--by",),
    read=one_of("month", "run", "variant"),
    metavar="WHAT",
    default="run",
    only_flag=True,
    group="what to show",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Credits added up. What a report does not tell adds nothing.

    `refunded` is what was estimated and, once known, not charged. `unsettled` is what tasks may cost that told no
    charge, and those that may have been created: the higher of price and estimate.
    """

    planned: float = 0.0
    estimated: float = 0.0
    charged: float = 0.0
    refunded: float = 0.0
    unsettled: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in _AMOUNTS})


_AMOUNTS: Final = tuple(item.name for item in fields(Sums))


def main(argv: Sequence[str]) -> int:
    """Prints the ledger. Reports that cannot be read are named on stderr and left out.

    Raises NothingSelected when there is none.
    """
    options = (*(option for option in RUN_OPTIONS if option.name in _SHARED), _BY)
    values, _ = read_argv("ledger", options, argv)
    folder: Path = values["reports"]
    style = Style(lang=values["lang"], ascii=bool(values["ascii"]))
    sums = add_up(
        _reports(folder, lambda line: print(clean(in_lang(line, values["lang"]), 300), file=sys.stderr)), values["by"]
    )
    if not sums:
        raise NothingSelected(told("nothing.no_report", folder=folder), told("nothing.no_report.fix"))
    sys.stdout.writelines(line + "\n" for line in _table(sums, values["by"], style))
    return EXIT_OK


def add_up(reports: Iterable[tuple[JsonObject, Sequence[JsonObject]]], by: str) -> dict[tuple[str, str], Sums]:
    """(target, name of the line) → sums, in the order in which the reports (run, variants) come.

    `by` is month, run or variant; months are those of UTC.
    """
    sums: dict[tuple[str, str], Sums] = {}
    for run, variants in reports:
        for entry in variants:
            if by == "variant":
                name = f"{entry.get('id')} {entry.get('scenario')}: {entry.get('name')}"
            else:
                name = str(run.get("started_at"))[:7] if by == "month" else str(run.get("id"))
            key = clean(str(run.get("target")), 120), clean(name, 80)
            sums[key] = sums.get(key, Sums()) + sums_of(entry)
    return sums


def sums_of(entry: JsonObject) -> Sums:
    """The credits of one variant of a report."""
    credit = entry.get("credits") or {}
    planned, estimated, charged = (_amount(credit.get(name)) for name in ("planned", "estimated", "charged"))
    skipped = entry.get("skipped")
    if skipped and skipped.get("words", {}).get("key") == "skip.contract":
        planned = None  # never part of the plan's price
    open_end = charged is None and not skipped and (entry.get("task_id") or entry.get("verdict") == "inconclusive")
    return Sums(
        planned=planned or 0.0,
        estimated=estimated or 0.0,
        charged=charged or 0.0,
        refunded=max(estimated - charged, 0.0) if estimated is not None and charged is not None else 0.0,
        unsettled=max(planned or 0.0, estimated or 0.0) if open_end else 0.0,
    )


def _amount(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _reports(folder: Path, complain: Callable[[str], None]) -> Iterator[tuple[JsonObject, Sequence[JsonObject]]]:
    """The reports of all runs, the oldest first; what cannot be read is complained of."""
    try:
        places = sorted(place for place in folder.iterdir() if place.is_dir() and not place.is_symlink())
    except OSError:
        return
    heads: list[tuple[Path, JsonObject]] = []
    for place in places:
        if not (place / NAME).is_file():
            continue  # a run that did not come to its end: its journal tells what it did
        try:
            heads.append((place, read(place).head["run"]))
        except HarnessError as error:
            complain(error.text)
    merged = {str(name) for _, run in heads for name in run.get("merged") or ()}
    for place, run in heads:
        if str(run["id"]) not in merged:  # its credits stand in the run that it was merged into
            report = read(place)
            probes = report.head.get("probes") or ()
            yield run, [*report.variants, *probes] if probes else report.variants


def _table(sums: dict[tuple[str, str], Sums], by: str, style: Style) -> Iterator[str]:
    """A block for each target: its lines, and their sum where there are several."""
    heads = [style.text(f"ledger.{by}"), *(style.text(f"ledger.{name}") for name in _AMOUNTS)]
    for target in dict.fromkeys(target for target, _ in sums):
        lines = [(style.plain(name), each) for (where, name), each in sums.items() if where == target]
        if len(lines) > 1:
            lines.append((style.text("ledger.sum"), sum((each for _, each in lines), Sums())))
        rows = [heads, *([name, *(style.number(getattr(each, kind)) for kind in _AMOUNTS)] for name, each in lines)]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        yield style.text("ledger.mock") if target == "mock" else style.plain(target)
        for name, *amounts in rows:
            cells = [" " * (most - width(cell)) + cell for cell, most in zip(amounts, widths[1:], strict=True)]
            yield "  ".join(["  " + name + " " * (widths[0] - width(name)), *cells])
