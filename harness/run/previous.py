"""What runs before this one found: what failed last (`--last-failed`), and what was accepted then (`--drift`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.errors import HarnessError
from harness.model import Outcome, Phrase, Variant
from harness.redact import clean
from harness.report import Report, read
from harness.report.jsonfile import NAME

_BAD: Final = frozenset({"fail", "error", "inconclusive"})
#: Runs that are looked through for one that will do.
_MOST_RUNS: Final = 50
_NAMED: Final = 10
#: Characters of `20261122-101500`.
_STAMP: Final = 15


def newest(reports: Path, will_do: Callable[[Report], bool]) -> Report | None:
    """The report of the newest run that will do, None without one. Reports that cannot be read are passed over."""
    return next((report for report in _reports(reports) if will_do(report)), None)


def last_failed(reports: Path, chosen: Sequence[Variant]) -> tuple[Sequence[Variant], tuple[Phrase, ...]]:
    """Of the chosen variants those that did not pass in the newest run of the same scenarios, with a note.

    All of them where there was no such run, or everything passed in it: the note says so.
    """
    scenarios = {variant.scenario for variant in chosen}
    report = newest(reports, lambda report: any(row.scenario in scenarios for row in report.rows))
    if report is None:
        return chosen, (Phrase(key="note.last_failed.no_run"),)
    bad = {str(report.variants[row.number - 1]["id"]) for row in report.rows if row.verdict in _BAD}
    left = [variant for variant in chosen if variant.id in bad]
    params = {"run": clean(str(report.head["run"]["id"]), 80)}
    if not left:
        return chosen, (Phrase(key="note.last_failed.none", params=params),)
    counts = {"count": str(len(left)), "all": str(len(chosen))}
    return left, (Phrase(key="note.last_failed", params={**params, **counts}),)


def answers_before(reports: Path, target: str, ids: Collection[str]) -> tuple[str, Mapping[str, bool]] | None:
    """Run and variant → whether it was accepted, of the newest run at this target that fired one of these variants.

    Variants that were neither accepted nor refused are left out.
    """

    def found(report: Report) -> Mapping[str, bool]:
        return {
            str(entry["id"]): entry["task_id"] is not None
            for entry in report.variants
            if entry["task_id"] is not None or entry["result"] == "refused"
        }

    report = newest(reports, lambda one: one.head["run"]["target"] == target and not found(one).keys().isdisjoint(ids))
    return None if report is None else (clean(str(report.head["run"]["id"]), 80), found(report))


def drift(
    before: tuple[str, Mapping[str, bool]] | None, outcomes: Iterable[Outcome], variants: Mapping[str, Variant]
) -> tuple[Phrase, ...]:
    """What is answered otherwise than before: notes, none where nothing is. `before` None: a note that says so."""
    if before is None:
        return (Phrase(key="note.drift.no_run"),)
    run, then = before
    changed: dict[str, list[str]] = {"accepted": [], "refused": []}
    for outcome in outcomes:
        now = accepted(outcome)
        if now is not None and outcome.variant_id in then and now is not then[outcome.variant_id]:
            changed["accepted" if now else "refused"].append(clean(variants[outcome.variant_id].name, 80))
    return tuple(
        Phrase(
            key=f"note.drift.{what}",
            params={
                "run": run,
                "count": str(len(names)),
                "names": ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else ""),
            },
        )
        for what, names in changed.items()
        if names
    )


def is_drift(notes: Iterable[Phrase]) -> bool:
    """True when one of the notes tells of something that changed."""
    return any(note.key in {"note.drift.accepted", "note.drift.refused"} for note in notes)


def accepted(outcome: Outcome) -> bool | None:
    """Whether the create was accepted; None where nobody can tell."""
    if outcome.task_id is not None:
        return True
    refused = outcome.http_status is not None and 400 <= outcome.http_status < 500 and outcome.problem is None
    return False if refused and outcome.http_status not in {401, 402, 403, 408, 429} else None


def _reports(reports: Path) -> Iterator[Report]:
    """The reports of the runs in a folder, the newest first."""
    try:
        places = [place for place in reports.iterdir() if not place.is_symlink() and (place / NAME).is_file()]
        places.sort(key=_age, reverse=True)
    except OSError:
        return
    for place in places[:_MOST_RUNS]:
        try:
            yield read(place)
        except HarnessError:
            continue


def _age(place: Path) -> tuple[str, int]:
    """What runs are ordered by: the second that their name begins with, then when the report was written."""
    return place.name[:_STAMP], (place / NAME).stat().st_mtime_ns
