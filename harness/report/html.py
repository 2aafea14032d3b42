"""`report.html`: one file that asks no network for anything and works from a folder.

What broke and what to send instead is written out here (`html_parts`); matrix, table, plots and the view of one variant
are drawn by the page's own script (the files in `page/`) from JSON inside the page (`html_data`). Nothing that came
from an API or a scenario is ever markup: what is written is escaped, the script knows no `innerHTML`, and the page's
own policy lets no script run but ours, which it knows by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness import words
from harness.model import JsonObject
from harness.report.document import Report
from harness.report.entries import Row
from harness.report.html_causes import MOST_CAUSES, Causes, numbers_of
from harness.report.html_data import Island
from harness.report.html_past import LookBack
from harness.report.html_probes import Probe, probes_of
from harness.report.save import save
from harness.report.since import Past
from harness.report.style import Style
from harness.report.summary import credits_line, headline, time_line, title

if TYPE_CHECKING:
    from markupsafe import Markup

NAME: Final = "report.html"
_PAGE: Final = Path(__file__).parent / "page"
#: One script: the files share a scope, and stand in this order.
SCRIPTS: Final = ("base.js", "data.js", "past.js", "table.js", "grid.js", "detail.js", "plots.js", "start.js")
_MOST_REMARKS: Final = 30
_MARKS: Final = {"pass": "✅", "fail": "❌", "inconclusive": "⚠️", "error": "💥", "skipped": "⏭️"}
#: The colours of the tab's icon.
_TINTS: Final = {"pass": "1a7f37", "fail": "cf222e", "inconclusive": "bf8700", "error": "8250df", "skipped": "6e7781"}
_HEADINGS: Final = ("skip", "theme", "matrix", "variants", "plots", "noscript")


class Page:
    """The page of one report: `add` takes its variants in their order, `pieces` gives the page."""

    def __init__(self, report: Report, lang: str) -> None:
        self._report = report
        self._style = Style(lang=lang)
        self._island = Island(self._style)
        past = Past(report.head, self._style)
        self._causes = Causes(report.head.get("diagnoses") or (), past, self._style)
        self._back = LookBack(past, self._style)

    def add(self, row: Row, entry: JsonObject) -> None:
        """Takes one variant."""
        self._island.add(row, entry)
        self._causes.add(row, entry)
        self._back.add(row, entry)

    @cached_property
    def _probes(self) -> Mapping[str, Probe]:
        """The probes that the page shows, added to its data behind the variants: once, however often it is written."""
        probes = probes_of(self._report, self._style)
        for probe in probes.values():
            self._island.add_probe(probe.row, probe.entry, probe.question)
        return probes

    def pieces(self) -> Iterator[str]:
        """The page in pieces, ending with a newline."""
        from harness.report import html_parts as parts  # markupsafe: only who writes a page loads it
        from harness.report.html_formats import format_part

        report, style = self._report, self._style
        broken, remarks = self._causes.broken(), self._causes.remarks()
        shown, noted = broken[:MOST_CAUSES], remarks[:_MOST_REMARKS]
        numbers = numbers_of((*shown, *noted))
        probes = self._probes
        head, tail, css, js, policy = _page()
        bar, counted = parts.count_parts(report, style)
        yield head.format(
            **{name: style.text(f"page.{name}") for name in _HEADINGS},
            **_head(report, style),
            policy=policy,
            css=css,
            sign=parts.icon(headline(report, style)[0]),
            shares=bar,
            counts=counted,
            facts=parts.each("<span>{}</span>", _facts(report, style, bad=bool(broken))),
            notes=parts.each('<p class="note">{}</p>', _notes(report, style)),
            causes=parts.cause_part(shown, len(broken) - len(shown), probes, style),
            flaky=parts.flaky_part(self._back.flaky, len(self._back.numbers), style),
            formats=format_part(report, style, bad=bool(broken)),
            remarks=parts.remark_part(noted, report, probes, style),
            coverage=parts.coverage_part(report, style),
        )
        lang = style.lang
        more = {"lang": lang, "run": report.head["run"], "causes": numbers, "texts": _script_texts(lang)}
        yield from self._island.pieces({**more, **self._back.data()})
        yield tail.format(js=js)

    def write(self, file: Path) -> None:
        """Writes the page to `file`. Raises OSError."""
        save(file, self.pieces())


def render(report: Report, *, lang: str = "en") -> Iterator[str]:
    """The page in pieces, ending with a newline."""
    return _filled(report, lang).pieces()


def write(report: Report, file: Path, lang: str = "en") -> None:
    """Writes the page to `file`. Raises OSError."""
    _filled(report, lang).write(file)


def _filled(report: Report, lang: str) -> Page:
    page = Page(report, lang)
    for row, entry in zip(report.rows, report.variants, strict=True):
        page.add(row, entry)
    return page


@lru_cache(maxsize=1)
def _page() -> tuple[Markup, Markup, Markup, Markup, str]:
    """The page before and after its data, the style sheet, the script, and the policy that allows these two alone."""
    from markupsafe import Markup

    def ours(name: str) -> str:
        return (_PAGE / name).read_text(encoding="utf-8")

    head, _, tail = ours("page.html").partition("{data}")
    css, js = ours("page.css"), '"use strict";\n(() => {\n' + "\n".join(map(ours, SCRIPTS)) + "})();\n"
    policy = (
        f"default-src 'none'; script-src {_hash(js)}; style-src {_hash(css)}; img-src 'self' file: data:; "
        "media-src 'self' file:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return Markup(head), Markup(tail), Markup(css), Markup(js), policy  # noqa: S704  # files of this package


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _head(report: Report, style: Style) -> dict[str, str]:
    """What came of the run: the first lines of the page."""
    verdict, text = headline(report, style)
    run_id = style.plain(str(report.head["run"]["id"]), 120)
    return {
        "lang": style.lang,
        "mark": _MARKS[verdict],
        "tint": _TINTS[verdict],
        "verdict": verdict,
        "headline": text,
        "subject": title(report, style),
        "run": run_id,
        "footer": style.text("page.footer", run=run_id),
    }


def _facts(report: Report, style: Style, *, bad: bool) -> Iterator[str]:
    run = report.head["run"]
    yield credits_line(report, style)
    yield time_line(run, style)
    until = f"page.until.{run.get('until')}"
    if until in words.TEXTS:
        yield style.text(until)
    if run.get("started_at"):
        # 2026-11-22T10:15:00.000Z: nobody reads its thousandths.
        yield style.text("page.started", at=style.plain(str(run["started_at"])[:16].replace("T", " "), 20))
    if bad and not report.head.get("history"):
        yield style.text("page.nobefore")


def _notes(report: Report, style: Style) -> list[str]:
    notes = report.head["run"].get("notes") or ()
    return [style.plain(style.say(note["words"], note["text"]), 1000) for note in notes]


@lru_cache(maxsize=len(words.LANGS))
def _script_texts(lang: str) -> Mapping[str, str]:
    """What the script says: name → template, whose blanks it fills itself."""
    told = {
        key.removeprefix("page.js."): texts[lang] for key, texts in words.TEXTS.items() if key.startswith("page.js.")
    }
    return {**told, **{key: words.TEXTS[key][lang] for key in ("time.s", "time.min", "time.h")}}
