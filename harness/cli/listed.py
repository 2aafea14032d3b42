"""What `harness matrix` and `harness plan` say of a matrix: its product, the rows chosen, the least, all priced."""

from __future__ import annotations

from collections.abc import Iterator

from harness import words
from harness.matrix.certificate import Certificate
from harness.matrix.listing import Listing
from harness.report.coverage import counted_word
from harness.report.style import Style, width


def summary(listing: Listing, certificate: Certificate | None, style: Style) -> list[str]:
    """The full product, the rows chosen, the least there can be, their credits, and what is covered.

    The certificate counts rows that will be sent as accepted, and has those that were left out, too. None: the rows are
    the full product, which covers everything.
    """
    heads = [say(style, "matrix.product"), say(style, "matrix.chosen")]
    indent = max(map(width, heads))
    product = _told(listing.product, listing.product_price(), style)
    name = style.plain(listing.name, 200)
    if certificate is None:
        lines = [say(style, "matrix.title.all", name=name), f"  {heads[0]}  {product}"]
        return [style.plain(line) for line in lines]
    lines = [
        say(style, "matrix.title", name=name, strength=certificate.strength),
        f"  {heads[0]:{indent}}  {product}",
        f"  {heads[1]:{indent}}  {', '.join(_chosen(listing, certificate, style))}",
        f"  {', '.join(_covered(certificate, style))}",
    ]
    if certificate.breaking:
        lines.append("  " + say(style, "matrix.breaking", rows=certificate.breaking))
    return [style.plain(line) for line in lines]


def _chosen(listing: Listing, certificate: Certificate, style: Style) -> Iterator[str]:
    rows = list(listing.rows)
    prices = [None if listing.price is None else listing.price(row) for row in rows]
    known = sum(price for price in prices if price is not None)
    yield _told(len(rows), None if listing.price is None else (known, prices.count(None)), style)
    if listing.bound is not None and not listing.kept and not certificate.missing_count:
        # With rows that stay as they are the bound is theirs, too: it says nothing of what a new choice would take.
        least = len(rows) <= listing.bound
        yield say(style, "matrix.least") if least else say(style, "matrix.bound", bound=listing.bound)
    if listing.kept:
        yield say(style, "matrix.kept", kept=listing.kept)


def _covered(certificate: Certificate, style: Style) -> Iterator[str]:
    what = counted_word(certificate.strengths, style.lang)
    yield say(style, "matrix.covered", what=what, sent=certificate.sent, tuples=certificate.tuples)
    if certificate.missing_count:
        reasons = (say(style, "coverage.reason", reason=key, count=count) for key, count in certificate.reasons.items())
        yield say(style, "coverage.missing", missing=certificate.missing_count, reasons=", ".join(reasons))
    if certificate.infeasible:
        yield say(style, "matrix.forbidden", infeasible=certificate.infeasible, what=what)


def say(style: Style, key: str, **params: object) -> str:
    """A text of the table in the style's language."""
    return words.text(key, style.lang, **params)


def _told(rows: int, cost: tuple[float, int] | None, style: Style) -> str:
    """A number of rows, their credits, and how many of them have no known price."""
    parts = [say(style, "matrix.rows", rows=rows)]
    if cost is not None:
        parts.append(say(style, "plan.credits", credits=style.number(cost[0])))
        if cost[1]:
            parts.append(say(style, "plan.unknown", count=cost[1]))
    return ", ".join(parts)
