"""Shards of one run, put together: one report, one verdict, one certificate, offline.

The journals stay with the shards: what they left behind is gone on with, or reaped, there. The merged report names its
shards (`run.merged`), so that a ledger counts nothing twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from msgspec import Struct

from harness.errors import (
    EXIT_DRIFT,
    EXIT_ENVIRONMENT,
    EXIT_FAIL,
    EXIT_INCONCLUSIVE,
    EXIT_INTERRUPTED,
    EXIT_NOTHING,
    EXIT_OK,
    EXIT_USAGE,
    EnvironmentProblem,
    UsageError,
    why,
)
from harness.jsonio import encode
from harness.model import Json, JsonObject, Phrase, Verdict
from harness.redact import clean
from harness.report import Report, formats, read
from harness.report.cases import started_at
from harness.report.jsonfile import NAME
from harness.report.same import who_of
from harness.run.before import Now, history, runs_before
from harness.run.coverage import merged_coverage
from harness.run.folder import open_folder, write_reports
from harness.run.settings import RunResult
from harness.words import say, together, told

#: The first that a shard ended with is what the whole ends with.
_ORDER: Final = (
    *(EXIT_USAGE, EXIT_INTERRUPTED, EXIT_ENVIRONMENT, EXIT_FAIL, EXIT_INCONCLUSIVE, EXIT_DRIFT),
    *(EXIT_OK, EXIT_NOTHING),
)
#: What shards of one run have in common.
_SAME: Final = ("target", "provider", "contract", "until", "seed")
_SHARED_FILES: Final = ("outputs", "assets")
_SHARD_NOTE: Final = "note.shard"
_BASELINE_NOTE: Final = "note.baseline"
_BROKEN: Final = told("merge.broken.fix")


class Part(Struct, frozen=True, kw_only=True):
    """One shard: its folder, its report, and its place as the report tells it."""

    folder: Path
    report: Report
    index: int
    count: int
    hash: str
    positions: tuple[int, ...]


def merge(places: Sequence[Path], reports: Path, asked: tuple[str, ...], rng: Random) -> RunResult:
    """Writes the merged run into a new folder under `reports`, and the reports that were asked for.

    `places` are run folders, or folders that hold such. Raises UsageError when they are not all shards of one run, each
    once; EnvironmentProblem when the folder cannot be written.
    """
    parts = _parts(places)
    _check(parts)
    parts.sort(key=lambda part: part.index)
    starts = [moment for part in parts if (moment := started_at(part.report.head["run"])) is not None]
    start = min(starts, default=datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC)
    try:
        report = _merged(parts, "")
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(told("merge.broken", error=type(error).__name__), _BROKEN) from None
    folder = open_folder(reports, start.strftime("%Y%m%d-%H%M%S"), rng)
    report.head["run"]["id"] = folder.name  # nobody else has seen it yet
    if (past := _history(report, folder, start)) is not None:
        report = replace(report, head={**report.head, "history": past})
    problems: list[EnvironmentProblem] = []
    try:
        for part in parts:
            _take_files(part.folder, folder)
        write_reports(report, folder, asked)
    except EnvironmentProblem as problem:
        problems.append(problem)
    except OSError as error:
        problems.append(EnvironmentProblem(told("env.outputs", folder=folder, why=why(error))))
    exit_code = EXIT_ENVIRONMENT if problems else report.head["run"]["exit_code"]
    return RunResult(report=report, folder=folder, exit_code=exit_code, problems=tuple(problems))


def _history(report: Report, folder: Path, start: datetime) -> JsonObject | None:
    """How the variants fared in the runs before, in the folder that the whole is written to."""
    run = report.head["run"]
    now = Now(
        scenarios={row.scenario for row in report.rows},
        folder=folder,
        started_at=start,
        target=str(run["target"]),
        contract=str(run["contract"]),
    )
    return history(runs_before(folder.parent, now), lambda: [who_of(entry) for entry in report.variants])


def _parts(places: Sequence[Path]) -> list[Part]:
    """The shards there are; a run that is there twice (an artifact holds `latest` as a folder) counts once."""
    found: dict[str, Part] = {}
    for place in places:
        folders = [place] if (place / NAME).is_file() else sorted(_inside(place))
        if not folders:
            key = "merge.no_report" if place.exists() else "merge.no_folder"
            raise UsageError(told(key, place=clean(str(place), 200), file=NAME), told("merge.no_folder.fix"))
        for folder in folders:
            report = read(folder)
            run = str(report.head["run"]["id"])
            if run not in found:
                found[run] = _part(folder, report)
    return list(found.values())


def _inside(place: Path) -> Iterator[Path]:
    """Run folders up to three levels down: `shards/shard-1/reports/20261122-…`."""
    for pattern in (f"*/{NAME}", f"*/*/{NAME}", f"*/*/*/{NAME}"):
        yield from (file.parent for file in place.glob(pattern) if not file.parent.is_symlink())


def _part(folder: Path, report: Report) -> Part:
    shard = report.head["run"].get("shard")
    if shard is None:
        raise UsageError(told("merge.no_shard", folder=folder), told("merge.no_shard.fix"))
    try:
        index, count, variants = (int(shard[name]) for name in ("index", "count", "variants"))
        positions = tuple(map(int, shard["positions"]))
        matrices = {str(name): dict(one) for name, one in shard["matrices"].items()}
        sound = 1 <= index <= count and len(positions) == len(report.variants) and isinstance(shard["hash"], str)
        sound = sound and all(0 <= position < variants for position in positions) and matrices is not None
    except (KeyError, TypeError, ValueError, AttributeError):
        sound = False
    if not sound:
        raise UsageError(told("merge.unreadable", folder=folder, place="run.shard"), _BROKEN)
    return Part(folder=folder, report=report, index=index, count=count, hash=shard["hash"], positions=positions)


def _check(parts: Sequence[Part]) -> None:
    """Raises UsageError that tells everything that keeps these from being one run."""
    first = parts[0]
    wrong: list[str] = []
    counts = sorted({part.count for part in parts})
    if len(counts) > 1:
        wrong.append(told("merge.counts", counts=together(map(str, counts), told("merge.and"))))
    elif len({part.hash for part in parts}) > 1:
        wrong.append(told("merge.files"))
        wrong += [told("merge.hash", index=part.index, folder=part.folder, hash=part.hash[:12]) for part in parts]
    if not wrong:
        wrong += _indexes(parts)
    for name in _SAME:
        seen = sorted({clean(str(part.report.head["run"].get(name)), 80) for part in parts})
        if len(seen) > 1:
            wrong.append(told(f"merge.differ.{name}", seen=", ".join(seen)))
    if not wrong and sorted(place for part in parts for place in part.positions) != list(range(_total(first))):
        wrong.append(told("merge.not_once"))
    if wrong:
        raise UsageError(
            together([told("merge.wrong", count=first.count), *wrong]),
            told("merge.wrong.fix"),
        )


def _indexes(parts: Sequence[Part]) -> Iterator[str]:
    there: dict[int, list[Part]] = {}
    for part in parts:
        there.setdefault(part.index, []).append(part)
    missing = [str(index) for index in range(1, parts[0].count + 1) if index not in there]
    if missing:
        names = ", ".join(missing[:20]) + (", …" if len(missing) > 20 else "")
        yield told("merge.missing", names=names, count=parts[0].count)
    for index, several in sorted(there.items()):
        if len(several) > 1:
            folders = ", ".join(str(part.folder) for part in several)
            yield told("merge.doubled", index=index, count=len(several), folders=folders)


def _total(part: Part) -> int:
    return int(part.report.head["run"]["shard"]["variants"])


def _merged(parts: Sequence[Part], run_id: str) -> Report:
    """The report of the whole run, its entries in the order of the selection."""
    placed = sorted(
        (position, entry)
        for part in parts
        for position, entry in zip(part.positions, range(len(part.report.variants)), strict=True)
    )
    where = {position: part for part in parts for position in part.positions}
    entries = [where[position].report.variants[number] for position, number in placed]
    first = parts[0].report.head
    bare = Report({**first, "run": {**first["run"]}}, entries)
    head: dict[str, Json] = {
        **{key: value for key, value in first.items() if key != "history"},
        "run": _run(parts, run_id),
        "totals": _totals(parts),
        "scenarios": [_scenario(one, parts, bare) for one in first["scenarios"]],
        "diagnoses": _causes(parts),
        "probes": [probe for part in parts for probe in part.report.head.get("probes") or ()],
    }
    return Report(head, entries, bare.rows)


def _causes(parts: Sequence[Part]) -> list[JsonObject]:
    """The causes that the shards found, the same one once. A shard has seen its own variants only: what it has not
    proven, the merge does not prove either.
    """
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        for cause in part.report.head.get("diagnoses") or ():
            lists = {name: list(cause.get(name) or ()) for name in _JOINED}
            # Numbers are those of the shard's own table.
            lists["numbers"] = [part.positions[number - 1] + 1 for number in lists["numbers"]]
            key = encode([cause.get(name) for name in ("scenario", "kind", "code", "minimal")])
            known = found.setdefault(key, {**cause, **{name: [] for name in _JOINED}})
            for name, values in lists.items():
                known[name] += values
    for cause in found.values():
        cause["sentences"] = [_counted(sentence, cause["explains"]) for sentence in cause.get("sentences") or ()]
    return list(found.values())


def _counted(sentence: JsonObject, ids: Sequence[str]) -> JsonObject:
    """A sentence of a cause that tells how many variants it explains, or which, for all shards."""
    said = sentence["words"]
    key, params = said["key"], dict(said["params"])
    if "rows" in params:
        params["rows"] = str(len(ids))
    if "ids" in params:
        more = len(ids) - _MOST_IDS
        key = "cause.explains.more" if more > 0 else "cause.explains"
        params = {"ids": ", ".join(map(str, ids[:_MOST_IDS])), **({"more": str(more)} if more > 0 else {})}
    return {"text": say(Phrase(key=key, params=params)), "words": {"key": key, "params": params}}


#: Of a cause: what the shards add to it.
_JOINED: Final = ("explains", "numbers", "partly", "probes")
_MOST_IDS: Final = 10


def _run(parts: Sequence[Part], run_id: str) -> dict[str, Json]:
    runs = [part.report.head["run"] for part in parts]
    first = {key: value for key, value in runs[0].items() if key != "shard"}
    codes = {run["exit_code"] for run in runs}
    simulated = [run["simulated_s"] for run in runs if run.get("simulated_s") is not None]
    return {
        **first,
        "id": run_id,
        "started_at": min(str(run.get("started_at")) for run in runs),
        # Shards run at the same time: the longest is how long it took.
        "wall_s": max(run["wall_s"] for run in runs),
        "simulated_s": max(simulated) if simulated else None,
        "exit_code": next((code for code in _ORDER if code in codes), EXIT_ENVIRONMENT),
        "notes": _notes(runs),
        "merged": [run["id"] for run in runs],
    }


def _notes(runs: Iterable[JsonObject]) -> list[JsonObject]:
    """What is to know about the whole, each once; that they were shards is over, and known failures are added up."""
    found: dict[str, JsonObject] = {}
    for run in runs:
        for note in run["notes"]:
            key, params = note["words"].get("key"), note["words"].get("params")
            if key == _BASELINE_NOTE:
                before = found[key]["words"]["params"] if key in found else {"known": "0", "new": "0"}
                params = {**params, **{name: str(int(before[name]) + int(params[name])) for name in ("known", "new")}}
                words = {"key": key, "params": params}
                found[key] = {"text": say(Phrase(key=key, params=params)), "words": words}
            elif key != _SHARD_NOTE:
                found.setdefault(note["text"], note)
    return list(found.values())


def _totals(parts: Sequence[Part]) -> JsonObject:
    totals = [part.report.head["totals"] for part in parts]
    money = [total["credits"] for total in totals]
    probes = [total["probes"] for total in totals if total.get("probes")]
    sent: JsonObject = {
        "sent": sum(one["sent"] for one in probes),
        "credits": _sum(one["credits"] for one in probes),
    }
    return {
        **({"probes": sent} if probes else {}),
        **{str(verdict): sum(total[str(verdict)] for total in totals) for verdict in Verdict},
        "credits": {name: _sum([one.get(name) for one in money]) for name in ("planned", "estimated", "charged")},
    }


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    total = sum(known)
    return None if not known else int(total) if total == int(total) else round(total, 4)


def _scenario(scenario: JsonObject, parts: Sequence[Part], report: Report) -> JsonObject:
    """A scenario of the whole run: its first working format, or else the mended baseline of a shard, and what the rows
    of all shards cover together.
    """
    name = scenario["name"]
    row = formats.chosen(report.rows).get(name)
    working = formats.entry(None if row is None else report.variants[row.number - 1])
    kept = {key: value for key, value in formats.without(scenario).items() if key not in {"coverage", "mended"}}
    whole: JsonObject = {**kept, **working}
    made = _mended(name, parts)
    # What nobody has tried is no news where something works: all that a shard had may have been refused by chance.
    if made is not None and (row is None or made["seen_to_work"]):
        sent = (one for part in parts for one in (*(part.report.head.get("probes") or ()), *part.report.variants))
        whole = formats.with_mended(whole, made, next((one for one in sent if one["id"] == made["id"]), None))
    try:
        matrices = [part.report.head["run"]["shard"]["matrices"].get(name) for part in parts]
        covered = merged_coverage(matrices) if all(matrices) else None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise UsageError(
            told("merge.unreadable", folder=parts[0].folder, place=f"run.shard.matrices.{name}"), _BROKEN
        ) from None
    return whole if covered is None else {**whole, "coverage": covered}


def _mended(name: str, parts: Sequence[Part]) -> JsonObject | None:
    """The mended baseline of a scenario, from the first shard that saw it work; else from the first that has one."""
    scenarios = [one for part in parts for one in part.report.head["scenarios"] if one["name"] == name]
    found = [one["mended"] for one in scenarios if one.get("mended") is not None]
    return next((made for made in found if made["seen_to_work"]), found[0] if found else None)


def _take_files(source: Path, target: Path) -> None:
    """Copies outputs and assets of a shard, links left out: its folder may have come from another machine."""

    def links(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(folder, name).is_symlink()]

    for name in _SHARED_FILES:
        if (source / name).is_dir() and not (source / name).is_symlink():
            shutil.copytree(source / name, target / name, ignore=links, dirs_exist_ok=True)
