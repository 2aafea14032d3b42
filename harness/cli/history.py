"""`harness history`: how each variant fared over the runs under reports/."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from harness.cli.options import Option, read_argv, whole
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import EXIT_OK, NothingSelected
from harness.jsonio import encode
from harness.model import JsonObject
from harness.redact import clean
from harness.report.style import Style, width
from harness.run.history import Past, history
from harness.words import in_lang, told

_SHARED: Final = frozenset({"reports", "lang", "ascii"})
_MORE: Final = (
    Option(
        flags=("--last",),
        read=whole(1),
        metavar="N",
        only_flag=True,
        group="what to show",
    ),
    Option(flags=("--json",), words="history.json", only_flag=True, group="what to show"),
)
_SPARK: Final = {"pass": "✅", "fail": "❌", "inconclusive": "⚠ ", "error": "💥"}
_SPARK_ASCII: Final = {"pass": "+", "fail": "X", "inconclusive": "?", "error": "!"}
_MOST_SIGNS: Final = 10
_MOST_NAME: Final = 48


def main(argv: Sequence[str]) -> int:
    """Prints the history. Raises NothingSelected when there is no run."""
    options = (*(option for option in RUN_OPTIONS if option.name in _SHARED), *_MORE)
    values, _ = read_argv("history", options, argv)
    folder: Path = values["reports"]
    pasts = history(
        folder,
        last=values["last"],
        complain=lambda line: print(clean(in_lang(line, values["lang"]), 300), file=sys.stderr),
    )
    if not pasts:
        raise NothingSelected(told("nothing.no_report", folder=folder), told("nothing.no_report.fix"))
    if values["json"]:
        sys.stdout.writelines(encode(_document(past)) + "\n" for past in pasts)
    else:
        style = Style(lang=values["lang"], ascii=bool(values["ascii"]))
        sys.stdout.writelines(line + "\n" for line in _lines(pasts, style))
    return EXIT_OK


def _document(past: Past) -> JsonObject:
    return {
        "target": past.target,
        "id": past.id,
        "scenario": past.scenario,
        "name": past.name,
        "runs": len(past.verdicts),
        "pass_rate": None if past.pass_rate is None else round(past.pass_rate, 4),
        "flaky": past.flaky,
        "verdicts": list(past.verdicts),
        "expected_otherwise": past.otherwise,
        "changed": past.changed,
        "queued_s": {"p50": past.queued[0], "p95": past.queued[1]},
        "running_s": {"p50": past.running[0], "p95": past.running[1]},
        "charged": past.charged,
        "last_run": past.last_run,
    }


def _lines(pasts: Sequence[Past], style: Style) -> Iterator[str]:
    """A table for each target: what goes to and fro first, then what fails, then the rest."""
    heads = [style.text(f"history.{name}") for name in ("variant", "runs", "passed", "queued", "running", "changed")]
    heads.append(style.text("history.last"))
    for target in dict.fromkeys(past.target for past in pasts):
        those = sorted((past for past in pasts if past.target == target), key=_urgency)
        rows = [heads, *(_cells(past, style) for past in those)]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        yield style.text("ledger.mock") if target == "mock" else style.plain(target)
        for row in rows:
            cells = [cell + " " * (most - width(cell)) for cell, most in zip(row, widths, strict=True)]
            yield ("  " + "  ".join(cells)).rstrip()
        flaky = sum(past.flaky for past in those)
        if flaky:
            yield f"  {style.text('history.flaky', count=flaky)}"
        otherwise = sum(past.otherwise > 0 for past in those)
        if otherwise:
            yield f"  {style.text('history.otherwise', count=otherwise)}"


def _urgency(past: Past) -> tuple[bool, bool, str]:
    return not past.flaky, past.verdicts[-1] == "pass", past.scenario


def _cells(past: Past, style: Style) -> list[str]:
    name = style.shorten(style.plain(f"{past.scenario}: {past.name}"), _MOST_NAME)
    signs = _SPARK_ASCII if style.ascii else _SPARK
    rate = style.plain("–") if past.pass_rate is None else f"{past.pass_rate * 100:.0f} %"
    return [
        name,
        str(len(past.verdicts)),
        f"{rate} {style.text('history.to_and_fro')}" if past.flaky else rate,
        _times(past.queued, style),
        _times(past.running, style),
        style.plain(past.changed or "–", 40),
        "".join(signs.get(verdict, "?") for verdict in past.verdicts[-_MOST_SIGNS:]),
    ]


def _times(percentiles: tuple[float | None, float | None], style: Style) -> str:
    middle, high = percentiles
    return style.time(middle) if high is None else f"{style.time(middle)} / {style.time(high)}"
