"""`harness report [RUN]`: render the reports of a run again, offline, from its folder alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from harness.cli.options import Option, read_argv
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import EXIT_OK, EnvironmentProblem, UsageError, why
from harness.redact import clean
from harness.report import REPORTS, Report, read
from harness.report.jsonfile import NAME
from harness.run.folder import find_run, latest
from harness.words import told

_SHARED: Final = frozenset({"reports", "lang"})
OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        flags=("-f", "--format"),
        read=str,
        metavar="NAME,…",
        repeat=True,
        only_flag=True,
        group="what to show",
    ),
    Option(
        flags=("-o", "--output"),
        read=Path,
        metavar="PATH",
        only_flag=True,
        group="what to show",
    ),
    *(option for option in RUN_OPTIONS if option.name in _SHARED),
)


def main(argv: Sequence[str]) -> int:
    """Writes the reports and prints where they are. Raises UsageError, and EnvironmentProblem for places."""
    values, paths = read_argv("report", OPTIONS, argv, paths="paths.run")
    if len(paths) > 1:
        raise UsageError(told("usage.one_run", command="report", count=len(paths)), told("usage.one_run.report"))
    kinds = _kinds(values["format"])
    place = _place(values["reports"], *paths)
    targets = dict(_targets(kinds, values["output"], place if place.is_dir() else place.parent))
    report = read(place)
    for kind, file in targets.items():
        _write(kind, report, file, values)
        if str(values["output"]) != "-":
            sys.stdout.write(f"{file}\n")
    return EXIT_OK


def _kinds(asked: Sequence[str]) -> tuple[str, ...]:
    """The reports that `--format` names, each once."""
    words = [word.strip() for text in asked for word in text.split(",")]
    names = tuple(dict.fromkeys(word for word in words if word)) or ("html",)
    for name in names:
        if name not in REPORTS:
            raise UsageError(
                told("usage.no_report", flag=f"--format {clean(name, 60)}", name=clean(name, 60)),
                told("usage.known", words=", ".join(sorted(REPORTS))),
            )
    return names


def _place(reports: Path, name: str | None = None) -> Path:
    """The folder of the run, or its report.json. One that was copied from elsewhere, or merged, needs no journal."""
    newest = latest(reports)
    if name is None and newest is not None:
        name = newest.name
    for path in () if name is None else (Path(name), reports / name):
        if path.is_file() or (path / NAME).is_file():
            return path
    folder = find_run(reports, name)
    if not (folder / NAME).is_file():
        raise UsageError(
            told("usage.unended", folder=folder, file=NAME),
            told("usage.unended.fix"),
        )
    return folder


def _targets(kinds: Sequence[str], output: Path | None, folder: Path) -> Iterator[tuple[str, Path]]:
    """Report → file. Several reports can only go into a folder."""
    if output is None or output.is_dir():
        for kind in kinds:
            yield kind, (output or folder) / REPORTS[kind].file
    elif len(kinds) == 1:
        yield kinds[0], Path("/dev/stdout") if str(output) == "-" else output
    else:
        raise UsageError(told("usage.one_file", output=output, count=len(kinds)), told("usage.one_file.fix"))


def _write(kind: str, report: Report, file: Path, values: dict[str, Any]) -> None:
    try:
        REPORTS[kind].write_in(values["lang"], report, file)
    except OSError as error:
        raise EnvironmentProblem(told("env.report", file=file, why=why(error)), told("env.report.output")) from None
