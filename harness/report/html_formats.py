"""The working formats in the HTML report, and the mended baselines. Whatever is put into a `Markup` is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from harness.model import JsonObject
from harness.report import formats, mended
from harness.report.document import Report
from harness.report.html_parts import SECTION, each, icon
from harness.report.style import Style
from harness.report.summary import without_format

_MOST_FORMATS: Final = 20
_MOST_FORMAT: Final = 15_000
_NOTHING: Final = Markup()

_FORMAT: Final = Markup('<details class="format"{open}><summary>{icon}{title}</summary>{text}</details>')
_MENDED: Final = Markup('<div class="mended">{payload}<p>{proof}</p><ul>{changes}</ul></div>')


def format_part(report: Report, style: Style, *, bad: bool) -> Markup:
    """The working format of each scenario, and where there is none. After a bad run they are closed."""
    scenarios: Sequence[JsonObject] = report.head["scenarios"]
    unmet = without_format(report)
    lacking, found = [], []
    for scenario in scenarios:
        name = style.plain(str(scenario["name"]), 120)
        if scenario.get("working_format") is not None:
            found.append(
                _FORMAT.format(
                    open=Markup(" open") if len(scenarios) == 1 and not bad else "",
                    icon=icon("pass"),
                    title=style.text("markdown.format", scenario=name),
                    text=_block(style.block(scenario["working_format"])),
                )
                + each('<p class="note">{}</p>', formats.notes(scenario, style))
                + _mended(scenario, style)
            )
        elif scenario["name"] in unmet:
            verdict = unmet[scenario["name"]]
            key = "format.none.scenario" if verdict == "fail" else "format.unclear.scenario"
            text = Markup('<p class="format">{}{}</p>')
            lacking.append(text.format(icon(verdict), style.text(key, scenario=name)) + _mended(scenario, style))
        elif told := _mended(scenario, style):
            lacking.append(told)
    parts = [*lacking, *found]
    if not parts:
        return _NOTHING
    body = _NOTHING.join(parts[:_MOST_FORMATS])
    if len(parts) > _MOST_FORMATS:
        body += Markup("<p>{}</p>").format(style.text("format.more", count=len(parts) - _MOST_FORMATS))
    return SECTION.format(id="formats", title=style.text("page.formats"), body=body)


def _mended(scenario: JsonObject, style: Style) -> Markup:
    """The baseline, mended: what differs, and what proves it, or that nobody has tried it. Nothing where it is none."""
    if (made := mended.told(scenario)) is None:
        return _NOTHING
    key = mended.payload_key(scenario, made)
    payload = _NOTHING
    if key is not None:
        heading = style.text(key, payload="").strip()
        payload = Markup("<p>{}</p>{}").format(heading, _block(style.block(made.get("payload"))))
    changes = each("<li>{}</li>", mended.changes(made, style))
    return _MENDED.format(payload=payload, proof=mended.proof(made, style), changes=changes)


def _block(text: str) -> Markup:
    text = text if len(text) <= _MOST_FORMAT else text[:_MOST_FORMAT] + "…"
    return Markup('<pre class="copy" tabindex="0"><code>{}</code></pre>').format(text)
