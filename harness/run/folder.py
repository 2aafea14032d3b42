"""The folder that a run leaves: made so that two runs never share it, private, with `latest` pointing at the newest."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Final

from harness.errors import EnvironmentProblem, UsageError, why
from harness.fire.journal import FILE as JOURNAL
from harness.redact import clean
from harness.report import REPORTS, Report, write_all
from harness.report.jsonfile import NAME as REPORT
from harness.words import together, told

_TRIES: Final = 20


def open_folder(reports: Path, stamp: str, rng: random.Random) -> Path:
    """A new private folder `<stamp>-<4 hex>` under `reports`, which is made if need be; `reports/latest` points at it.

    Raises EnvironmentProblem when the folder cannot be written.
    """
    try:
        reports.mkdir(parents=True, exist_ok=True)
        for _ in range(_TRIES):
            folder = reports / f"{stamp}-{rng.randrange(16**4):04x}"
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                continue
            _point_latest(reports, folder.name)
            return folder
    except OSError as error:
        raise EnvironmentProblem(
            told("env.folder", folder=reports, why=why(error)),
            told("env.folder.fix"),
        ) from None
    raise EnvironmentProblem(told("env.folder.taken", folder=reports, count=_TRIES), told("env.folder.taken.fix"))


def _point_latest(reports: Path, name: str) -> None:
    """Moves `latest` in one step, so that a reader never finds it missing."""
    link, fresh = reports / "latest", reports / f".latest-{name}"
    try:
        fresh.symlink_to(name, target_is_directory=True)
    except OSError:  # no links here (some Windows and network folders)
        fresh.write_text(name + "\n", encoding="utf-8")
    try:
        os.replace(fresh, link)  # noqa: PTH105  # Path.replace follows nothing either, but reads as a text method
    except OSError:  # `latest` is a real folder that somebody made: leave it alone
        fresh.unlink()


def find_run(reports: Path, name: str | None = None) -> Path:
    """The folder of a run: of that name under `reports`, at that path, or the newest one without a name.

    Raises UsageError when there is none.
    """
    if name is None:
        return _latest(reports)
    for folder in (reports / name, Path(name)):
        if (folder / JOURNAL).is_file():
            return folder.resolve() if folder.is_symlink() else folder
    if (reports / name).is_dir() or Path(name).is_dir():
        raise UsageError(
            told("usage.no_report_there", folder=clean(name, 200), file=JOURNAL),
            told("usage.no_journal_there.fix"),
        )
    raise _no_run(reports, name, f"*/{JOURNAL}")


def find_report(reports: Path, name: str) -> Path:
    """The report.json of a run: `latest`, the run's name under `reports`, its folder, or the file itself.

    Raises UsageError when there is none.
    """
    if name == "latest" and (folder := latest(reports)) is not None and (folder / REPORT).is_file():
        return folder / REPORT
    for place in (reports / name / REPORT, Path(name) / REPORT, Path(name)):
        if place.is_file():
            return place
    if (reports / name).is_dir() or Path(name).is_dir():
        raise UsageError(
            told("usage.no_report_there", folder=clean(name, 200), file=REPORT),
            told("usage.no_report_there.fix"),
        )
    raise _no_run(reports, name, f"*/{REPORT}")


def latest(reports: Path) -> Path | None:
    """The folder that `reports/latest` points at, whatever it holds; None without one."""
    link = reports / "latest"
    try:
        # Where links are not to be had it is a file that holds the name.
        folder = reports / link.read_text(encoding="utf-8").strip() if link.is_file() else link.resolve()
    except (OSError, UnicodeDecodeError, ValueError):
        return None
    return folder if folder.is_dir() else None


def _no_run(reports: Path, name: str, pattern: str) -> UsageError:
    from difflib import get_close_matches

    there = sorted(entry.parent.name for entry in reports.glob(pattern) if not entry.parent.is_symlink())
    near = get_close_matches(name, there, n=1)
    if near:
        hint = told("usage.did_you_mean", word=near[0])
    else:
        hint = told("usage.runs", runs=", ".join(there[-5:]) or told("usage.none"))
    return UsageError(told("usage.no_run", name=repr(clean(name, 200)), folder=reports), hint)


def _latest(reports: Path) -> Path:
    link = reports / "latest"
    # Where links are not to be had it is a file that holds the name.
    folder = reports / link.read_text(encoding="utf-8").strip() if link.is_file() else link.resolve()
    if not (folder / JOURNAL).is_file():
        raise UsageError(told("usage.no_runs", folder=reports), told("usage.no_runs.fix"))
    return reports / folder.name if folder.parent == reports.resolve() else folder


def report_target(name: str, folder: Path) -> tuple[str, Path]:
    """The report's name and file for a `NAME[=PATH]` of `--report`. Raises UsageError for an unknown name."""
    kind, _, path = name.partition("=")
    if kind not in REPORTS:
        raise UsageError(
            told("usage.no_report", flag=f"--report {name}", name=kind),
            told("usage.known", words=", ".join(sorted(REPORTS))),
        )
    return kind, Path(path) if path else folder / REPORTS[kind].file


def check_report_target(name: str) -> None:
    """Raises UsageError for a `--report` that names no report or a place where none can be written."""
    _, file = report_target(name, Path())
    _, _, path = name.partition("=")
    if not path:
        return
    if path == "-" or file.is_dir():
        raise UsageError(told("usage.report_file", name=name), told("usage.report_file.fix"))
    there = next(
        folder for folder in (file if file.exists() else file.parent, *file.absolute().parents) if folder.exists()
    )
    if not os.access(there, os.W_OK) or (there != file and not there.is_dir()):
        raise UsageError(told("usage.report_place", name=name, place=there), told("usage.report_place.fix"))


def write_reports(report: Report, folder: Path, asked: tuple[str, ...], lang: str = "en") -> None:
    """Writes what every run leaves into the run's folder, and what was asked for to the places asked for.

    Raises EnvironmentProblem for places that cannot be written, after all others are written.
    """
    targets = [(kind, folder / known.file) for kind, known in REPORTS.items() if known.always]
    targets += [target for target in (report_target(name, folder) for name in asked) if target not in targets]
    failed = [told("env.report", file=file, why=why(error)) for file, error in write_all(report, targets, lang).items()]
    if failed:
        raise EnvironmentProblem(together(failed), told("env.report.journal", file=folder / "events.jsonl"))
