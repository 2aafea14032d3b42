"""The written parts of the HTML report: its causes, its coverage. Whatever is put into a `Markup` is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from harness.model import Json, JsonObject
from harness.report.causes import probes_line
from harness.report.coverage import counted_word
from harness.report.document import Report
from harness.report.html_causes import Cause, Named
from harness.report.html_probes import Probe
from harness.report.style import Style
from harness.report.summary import counts

_MOST_MISSING: Final = 50
_MOST_PROBES: Final = 100
_NOTHING: Final = Markup()

_ICON: Final = Markup('<svg class="icon {0}" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-{0}"></use></svg>')
#: A part of the page, under a heading.
SECTION: Final = Markup('<section aria-labelledby="{id}"><h2 id="{id}">{title}</h2>{body}</section>')
_COUNT: Final = Markup('<li><a href="#variants" data-verdict="{verdict}">{icon}<b>{count}</b> {word}</a></li>')
_SHARE: Final = Markup('<svg class="share" aria-hidden="true">{}</svg>')
_PART: Final = Markup('<rect class="fill {}" x="{:.3f}%" width="{:.3f}%" height="100%"></rect>')
_CAUSE: Final = Markup(
    '<article class="cause {verdict}"><h3>{icon}<span>{title}</span></h3>{since}{also}{send}{said}{tags}{who}{proof}'
    "</article>"
)
_PROOF: Final = Markup('<details class="proof"><summary>{title}</summary><ol>{lines}</ol></details>')
_SEND: Final = Markup('<div class="send"><h4>{title}</h4>{advice}{send}{seen}</div>')
_REMARK: Final = Markup(
    '<details class="cause {verdict}"><summary>{icon}<span>{title}</span></summary>{also}{said}{tags}{who}</details>'
)
_SAID: Final = Markup('<p class="said">{} <q>{}</q></p>')
_COVERAGE: Final = Markup('<article class="coverage"><h3>{title}</h3>{bar}<dl>{numbers}</dl>{missing}</article>')
_PROBES: Final = Markup('<details class="cause"><summary>{title}</summary><ul>{lines}</ul></details>')
_PROBE: Final = Markup(
    '<li>{icon} <a href="#{id}">{name}</a>: {result}. <span class="dim">{question}</span> {task}</li>'
)
_MISSING: Final = Markup("<details><summary>{title} ({count})</summary><ul>{lines}</ul></details>")


def icon(verdict: str) -> Markup:
    """The sign of a verdict: each has a colour and a shape."""
    return _ICON.format(verdict)


def each(form: str, lines: Iterable[object]) -> Markup:
    """The markup `form` (ours) filled with each of the lines."""
    markup = Markup(form)  # noqa: S704  # a constant of this package
    return _NOTHING.join(markup.format(line) for line in lines)


def count_parts(report: Report, style: Style) -> tuple[Markup, Markup]:
    """The bar of verdicts, and the list of their numbers."""
    counted = counts(report)
    listed = (
        _COUNT.format(verdict=verdict, icon=icon(verdict), count=count, word=style.text(f"page.count.{verdict}"))
        for verdict, count in counted
    )
    return share(counted), _NOTHING.join(listed)


def share(parts: Sequence[tuple[str, int]]) -> Markup:
    """A bar whose parts are as long as their numbers are great."""
    total = sum(count for _, count in parts) or 1
    drawn, start = [], 0.0
    for verdict, count in parts:
        if count:
            drawn.append(_PART.format(verdict, start, 100 * count / total))
            start += 100 * count / total
    return _SHARE.format(_NOTHING.join(drawn))


def cause_part(causes: Sequence[Cause], more: int, probes: Mapping[str, Probe], style: Style) -> Markup:
    """What broke, and what to send instead. Nothing where nothing did."""
    if not causes:
        return _NOTHING
    body = _NOTHING.join(_cause(cause, probes, style) for cause in causes)
    if more:
        body += Markup("<p>{}</p>").format(style.text("page.more_causes", count=more))
    return SECTION.format(id="broke", title=style.text("page.broke"), body=body)


def flaky_part(named: Sequence[Named], count: int, style: Style) -> Markup:
    """Variants that go to and fro, apart from what is simply broken."""
    if not named:
        return _NOTHING
    link = Markup('<a href="#{}">{} {}</a>')
    links = _NOTHING.join(link.format(one.id, one.number, one.name) for one in named)
    if count > len(named):
        links += Markup('<button type="button" class="link" data-flaky>{}</button>').format(
            style.text("page.all", count=count)
        )
    body = Markup('<div class="cause flaky"><p>{}</p><p class="who">{}</p></div>')
    return SECTION.format(
        id="flaky", title=style.text("page.flaky"), body=body.format(style.text("page.flaky.what"), links)
    )


def remark_part(causes: Sequence[Cause], report: Report, probes: Mapping[str, Probe], style: Style) -> Markup:
    """What else is to be said, and what was sent to prove it: closed, so that it does not bury what is wrong."""
    listed = _probes(report, probes, style)
    if not causes and not listed:
        return _NOTHING
    parts = [
        _REMARK.format(
            verdict=cause.verdict,
            icon=icon("inconclusive" if cause.warning else cause.verdict),
            title=cause.title,
            also=each("<p>{}</p>", (*cause.also, *cause.advice)),
            said=_said(cause, style),
            tags=_tags(cause),
            who=_who(cause),
        )
        for cause in causes
    ]
    return SECTION.format(id="notes", title=style.text("page.notes"), body=_NOTHING.join([*parts, listed]))


def _probes(report: Report, probes: Mapping[str, Probe], style: Style) -> Markup:
    """The probes of the diagnosis, one line each."""
    if not probes:
        return _NOTHING
    lines = _NOTHING.join(map(_probe, list(probes.values())[:_MOST_PROBES]))
    return _PROBES.format(title=probes_line(report, style), lines=lines)


def _probe(probe: Probe) -> Markup:
    return _PROBE.format(
        icon=icon(probe.sign),
        id=probe.id,
        name=probe.name,
        result=probe.result,
        question=probe.question,
        task=Markup("<code>{}</code>").format(probe.task) if probe.task else "",
    )


def _proof(cause: Cause, probes: Mapping[str, Probe], style: Style) -> Markup:
    """The probes that were sent to find a cause, each with its question and its answer."""
    if not cause.proof:
        return _NOTHING
    known = [probes[one] for one in cause.proof if one in probes]
    title = style.text("page.proof", count=len(cause.proof))
    return _PROOF.format(title=title, lines=_NOTHING.join(map(_probe, known[:_MOST_PROBES])))


def _cause(cause: Cause, probes: Mapping[str, Probe], style: Style) -> Markup:
    send = _NOTHING
    if cause.advice or cause.send:
        send = _SEND.format(
            title=style.text("page.send" if cause.send else "page.do"),
            advice=each("<p>{}</p>", cause.advice),
            send=each('<p class="copy"><code>{}</code></p>', cause.send),
            seen=each('<p class="seen">{}</p>', [cause.seen] if cause.seen else ()),
        )
    return _CAUSE.format(
        verdict=cause.verdict,
        icon=icon(cause.verdict),
        title=cause.title,
        since=Markup('<p class="since">{}</p>').format(cause.since) if cause.since else "",
        proof=_proof(cause, probes, style),
        also=Markup("<ul>{}</ul>").format(each("<li>{}</li>", cause.also)) if cause.also else "",
        send=send,
        said=_said(cause, style),
        tags=_tags(cause),
        who=_who(cause),
    )


def _said(cause: Cause, style: Style) -> Markup:
    return _SAID.format(style.text("page.said"), cause.said) if cause.said else _NOTHING


def _tags(cause: Cause) -> Markup:
    return Markup('<p class="tags">{}</p>').format(each("<code>{}</code>", cause.tags)) if cause.tags else _NOTHING


def _who(cause: Cause) -> Markup:
    link = Markup('<a href="#{}">{} {}</a>')
    links = _NOTHING.join(link.format(one.id, one.number, one.name) for one in cause.shown)
    if cause.more:
        button = Markup('<button type="button" class="link" data-cause="{}">{}</button>')
        links += button.format(cause.number, cause.more)
    return Markup('<p class="who">{}</p>').format(links)


def coverage_part(report: Report, style: Style) -> Markup:
    """The certificate of each scenario that has one: what of its combinations was sent, and what came of it."""
    scenarios: Sequence[JsonObject] = report.head["scenarios"]
    told = [_coverage(one, one["coverage"], style) for one in scenarios if isinstance(one.get("coverage"), Mapping)]
    if not told:
        return _NOTHING
    return SECTION.format(id="coverage", title=style.text("page.coverage"), body=_NOTHING.join(told))


#: Word of the page → key of the certificate.
_COUNTED: Final = {
    "seen": "accepted",
    "masked": "masked",
    "failed": "failed",
    "unclear": "unclear",
    "missing": "missing_count",
    "infeasible": "infeasible",
}


def _coverage(scenario: JsonObject, coverage: JsonObject, style: Style) -> Markup:
    tuples, covered = _count(coverage.get("tuples")) or 0, _count(coverage.get("covered")) or 0
    numbers = {
        name: value
        for name, key in _COUNTED.items()
        if (value := _count(coverage.get(key))) is not None and (value or name in {"seen", "missing"})
    }
    seen = min(covered, numbers.get("seen", covered))
    listed = coverage.get("missing")
    missing: Sequence[Any] = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    strengths = coverage.get("strengths")
    title = style.text(
        "page.covered",
        scenario=style.plain(str(scenario["name"]), 120),
        covered=covered,
        tuples=tuples,
        what=counted_word(strengths if isinstance(strengths, list) else [coverage.get("strength")], style.lang),
    )
    pair = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    return _COVERAGE.format(
        title=title,
        bar=share([("pass", seen), ("inconclusive", covered - seen), ("skipped", max(tuples - covered, 0))]),
        numbers=_NOTHING.join(
            pair.format(style.text(f"page.covered.{name}"), value) for name, value in numbers.items()
        ),
        missing=_MISSING.format(
            title=style.text("page.missing"),
            count=numbers.get("missing") or len(missing),
            lines=each("<li><code>{}</code></li>", (_lack(one, style) for one in missing[:_MOST_MISSING])),
        )
        if missing
        else "",
    )


def _lack(one: Json, style: Style) -> str:
    """One missing combination: `{"model": "a", "ratio": "b"}: skipped`."""
    if not isinstance(one, Mapping) or "levels" not in one:
        return style.compact(one)
    reason = f": {style.plain(str(one['reason']), 80)}" if one.get("reason") else ""
    return style.compact(one["levels"]) + reason


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
