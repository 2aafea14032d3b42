"""`harness report [RUN]`: render the reports of a run again, offline, from its folder alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from harness.cli.options import RUN_OPTIONS, Option, parser, resolve
from harness.errors import EXIT_OK, EnvironmentProblem, UsageError
from harness.redact import clean
from harness.report import REPORTS, Report, read
from harness.report.jsonfile import NAME
from harness.run.folder import find_run, latest

_SUMMARY: Final = "Renders the reports of a run again, from its report.json. Sends nothing, fires nothing."
_RUN: Final = "the run: a name under the reports folder, or a path (default: the newest)"
_SHARED: Final = frozenset({"reports", "lang"})
OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        flags=("-f", "--format"),
        read=str,
        metavar="NAME,…",
        repeat=True,
        only_flag=True,
        group="what to show",
        help=f"which reports: {', '.join(sorted(REPORTS))} (default html)",
    ),
    Option(
        flags=("-o", "--output"),
        read=Path,
        metavar="PATH",
        only_flag=True,
        group="what to show",
        help="a file, a folder, or - for standard output (default: the run's folder)",
    ),
    *(option for option in RUN_OPTIONS if option.name in _SHARED),
)


def main(argv: Sequence[str]) -> int:
    """Writes the reports and prints where they are. Raises UsageError, and EnvironmentProblem for places."""
    given = vars(parser("report", _SUMMARY, OPTIONS, paths=_RUN).parse_args(argv))
    values = resolve(OPTIONS, given, env=os.environ, cwd=Path.cwd(), command="report")
    if len(given["paths"]) > 1:
        raise UsageError(f"report takes one run, and {len(given['paths'])} were named.", "Render them one by one.")
    kinds = _kinds(values["format"])
    place = _place(values["reports"], *given["paths"])
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
                f'--format {clean(name, 60)}: there is no report "{clean(name, 60)}".',
                f"Known: {', '.join(sorted(REPORTS))}.",
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
            f"{folder}: the run has no {NAME}: it did not come to its end.",
            "`harness resume` goes on with it, and writes all reports.",
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
        raise UsageError(
            f"--output {output}: {len(kinds)} reports cannot go into one file.", "Name a folder that is there."
        )


def _write(kind: str, report: Report, file: Path, values: dict[str, Any]) -> None:
    try:
        REPORTS[kind].write_in(values["lang"], report, file)
    except OSError as error:
        raise EnvironmentProblem(
            f"{file}: the report cannot be written: {error.strerror or error}.", "Choose another place with --output."
        ) from None
