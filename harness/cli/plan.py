"""`harness plan`: what a run would fire, in which order, what it would cost and how long it would take."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from harness.cli.common import colored, read_options, settings_of
from harness.cli.options import Option
from harness.errors import EXIT_OK
from harness.matrix.mistyped import mistyped
from harness.matrix.notes import left_out
from harness.model import PlannedVariant, replace
from harness.redact import clean
from harness.report.style import Style, width
from harness.run.budget import check_budget
from harness.run.coverage import matrix_rows
from harness.run.forecast import forecast_s
from harness.run.planfile import save
from harness.run.prepare import prepare
from harness.run.settings import Prepared
from harness.words import in_lang

_OUT: Final = Option(
    flags=("--out",),
    read=Path,
    metavar="FILE",
    only_flag=True,
    group="what to show",
)


def main(argv: Sequence[str]) -> int:
    """Prints the plan. Raises what a run would raise before its first request, but for a missing key."""
    values = read_options(argv, "plan", (_OUT,))
    settings = settings_of(values)
    prepared = prepare(settings, sends=False)
    predicted_s = forecast_s(prepared)
    style = Style(lang=values["lang"], ascii=bool(values["ascii"]), color=colored(values["color"]))
    if not values["quiet"]:
        sys.stdout.writelines(line + "\n" for line in _table(prepared, style))
        sys.stdout.writelines(line + "\n" for line in _matrices(prepared, style))
    sys.stdout.write(total_line(prepared, predicted_s, style) + "\n")
    if not values["quiet"]:
        lines = chain(mistyped(prepared.scenarios.values()), left_out(prepared.scenarios.values()))
        sys.stderr.writelines(clean(in_lang(line, values["lang"])) + "\n" for line in lines)
    if values["out"] is not None:
        save(prepared, predicted_s, values["out"])
    if any(target.live for target in prepared.targets.values()):
        check_budget(settings, prepared.scenarios, prepared.plan)
    return EXIT_OK


def total_line(prepared: Prepared, predicted_s: float, style: Style) -> str:
    """The plan in one line: `10 variants · 200 credits ($2.00) · about 56 s, 4 at once`."""
    fired = [prepared.plan.variants[index] for index in prepared.plan.order]
    parts = [style.text("plan.variants", count=len(fired)), _money(prepared, fired, style)]
    parts.append(style.text("plan.time", time=style.time(predicted_s), jobs=prepared.settings.jobs))
    return style.plain(" · ").join(parts)


def _table(prepared: Prepared, style: Style) -> Iterator[str]:
    """The title, the variants in the order of fire, and the sums for each endpoint and model."""
    plan = prepared.plan
    fired = [plan.variants[index] for index in plan.order]
    targets = " · ".join(sorted({target.label for target in prepared.targets.values()}))
    contracts = ", ".join(sorted({provider.contract_version for provider in prepared.providers.values()}))
    yield style.text("plan.title", provider=", ".join(sorted(prepared.targets)), target=targets, contract=contracts)
    rows = [
        (
            str(number),
            item.variant.id,
            style.plain(item.variant.scenario, 40),
            style.plain(item.variant.name, 60),
            _what(item, style),
            _price(item, style),
        )
        for number, item in enumerate(fired, 1)
    ]
    heads = ("#", *(style.text(f"column.{name}") for name in ("id", "scenario", "variant", "endpoint", "credits")))
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        cells = [
            " " * (most - width(cell)) + cell if index in {0, len(row) - 1} else cell + " " * (most - width(cell))
            for index, (cell, most) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells)
    groups: dict[str, list[PlannedVariant]] = {}
    for item in fired:
        if not _free(item):
            groups.setdefault(_what(item, style), []).append(item)
    for what, items in groups.items():
        yield f"{what}: {style.text('plan.variants', count=len(items))}, {_money(prepared, items, style)}"
    if free := sum(map(_free, fired)):
        yield style.text("plan.free", count=free)


def _matrices(prepared: Prepared, style: Style) -> Iterator[str]:
    """Of each matrix: the full product, the rows planned, the least there can be, what they cover; all with credits."""
    rows = matrix_rows(prepared)
    if not rows:
        return
    from harness.cli.listed import summary
    from harness.matrix.certificate import certify
    from harness.run.listings import listing_of

    for name, of_scenario in rows.items():
        listing = listing_of(prepared.scenarios[name], moves=0)
        if listing is not None:
            sent = tuple(row for row, reason in of_scenario if reason is None)
            fates = ((row, "accepted" if reason is None else f"skipped:{reason}") for row, reason in of_scenario)
            yield from summary(replace(listing, rows=sent), certify(listing.space, fates), style)


def _what(item: PlannedVariant, style: Style) -> str:
    model = item.variant.payload.get("model")
    return style.plain(f"{item.variant.endpoint} × {model}" if isinstance(model, str) else item.variant.endpoint, 80)


def _free(item: PlannedVariant) -> bool:
    """True for an expected refusal that the contract refuses too."""
    return item.variant.expect.kind == "rejected" and item.credits == 0


def _price(item: PlannedVariant, style: Style) -> str:
    if _free(item):
        return style.text("plan.gratis")
    return "?" if item.credits is None else style.number(item.credits)


def _money(prepared: Prepared, items: Sequence[PlannedVariant], style: Style) -> str:
    """The credits of these variants, the dollars where the profile tells them, and how many have no known price."""
    unknown = sum(item.credits is None for item in items)
    said = [style.text("plan.unknown", count=unknown)] if unknown else []
    if unknown < len(items) or prepared.settings.assume_credits is not None:
        said.insert(0, _known(prepared, items, style))
    return style.plain(" · ").join(said)


def _known(prepared: Prepared, items: Sequence[PlannedVariant], style: Style) -> str:
    assumed, dollars = prepared.settings.assume_credits or 0, 0.0
    costs = [assumed if item.credits is None else item.credits for item in items]
    amount = style.number(sum(costs))
    for item, cost in zip(items, costs, strict=True):
        rate = prepared.scenarios[item.variant.scenario].provider.profile.dollars_per_credit
        if rate is None:
            return style.text("plan.credits", credits=amount)
        dollars += cost * rate
    return style.text("plan.dollars", credits=amount, dollars=f"{dollars:,.2f}")
