"""`harness init`: a first scenario with all that belongs to it. Asks nothing, overwrites nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from shlex import quote
from typing import Any, Final

from harness.cli.options import RUN_OPTIONS, Option, parser, resolve
from harness.errors import EXIT_OK, EnvironmentProblem, UsageError
from harness.scenario.files import shown
from harness.starting.files import NewFile
from harness.starting.project import SCENARIO, WORKFLOW, first_project
from harness.words import text, told

_SUMMARY: Final = told("start.summary")
_OPTIONS: Final = (
    *(option for option in RUN_OPTIONS if option.name in {"lang", "quiet"}),
    Option(flags=("--force",), only_flag=True, group="what to write", help=told("start.option.force")),
)


def main(argv: Sequence[str]) -> int:
    """0; what was there already was left alone."""
    given = vars(parser("init", _SUMMARY, _OPTIONS, paths=told("start.option.folder")).parse_args(argv))
    values = resolve(_OPTIONS, given, env=os.environ, cwd=Path.cwd(), command="init")
    folder = _folder(given["paths"])
    files = first_project(values["lang"])
    elsewhere = _repository_above(folder)
    if elsewhere is not None:
        files = tuple(file for file in files if file.path != WORKFLOW)
    said = _Said(folder, values)
    said.wrote(write(files, folder, force=bool(values["force"])), files)
    if elsewhere is not None:
        said.line("start.elsewhere", folder=shown(elsewhere, Path.cwd()))
    said.next(folder / SCENARIO, whole=True)
    return EXIT_OK


def _folder(paths: Sequence[str]) -> Path:
    if len(paths) > 1:
        raise UsageError(told("start.many_folders", count=len(paths)), told("start.one_folder"))
    return Path(paths[0]) if paths else Path()


def _repository_above(folder: Path) -> Path | None:
    """The repository that the folder lies in, when it is not its top: GitHub reads workflows only there."""
    place = folder.resolve()
    if (place / ".git").exists():
        return None
    return next((parent for parent in place.parents if (parent / ".git").exists()), None)


def write(files: Iterable[NewFile], folder: Path, *, force: bool) -> list[NewFile]:
    """Writes the files that are not there (with `force` the others anew, but for what is the user's); those written.

    Raises EnvironmentProblem for a place that cannot be written to.
    """
    written = []
    for file in files:
        target = folder / file.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if _write(target, file.data, anew=force and not file.kept):
                written.append(file)
        except OSError as error:
            what = told("start.unwritable", file=shown(target, Path.cwd()), why=error.strerror or str(error))
            raise EnvironmentProblem(what, told("start.other_folder")) from None
    return written


def _write(target: Path, data: bytes, *, anew: bool) -> bool:
    """Whether it was written. Nothing that is there is ever half overwritten."""
    if not anew:
        try:
            with target.open("xb") as out:
                out.write(data)
        except FileExistsError:
            return False
        return True
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return True


class _Said:
    """What the command says, in the language that was asked for."""

    def __init__(self, folder: Path, values: dict[str, Any]) -> None:
        self._folder = folder
        self._lang: str = values["lang"]
        self._quiet = bool(values["quiet"])

    def line(self, key: str, **params: object) -> None:
        """One line, unless only what matters is to be said."""
        if not self._quiet:
            sys.stdout.write(text(key, self._lang, **params) + "\n")

    def wrote(self, written: Sequence[NewFile], files: Sequence[NewFile]) -> None:
        """Which files were written, which were left alone, and what these lack."""
        left = [file for file in files if file not in written]
        names = {file.path: shown(self._folder / file.path, Path.cwd()) for file in files}
        width = max(map(len, names.values()))
        if not written:
            self.line("start.nothing")
        for key, some in (("start.wrote", written), ("start.left", [file for file in left if not file.kept])):
            if some and not self._quiet:
                self.line(key)
                for file in some:
                    sys.stdout.write(f"  {names[file.path]:{width}}  {text(file.what, self._lang)}\n")
        for file in left:
            if file.kept and (lacking := _lacking(self._folder / file.path, file.lines)):
                self.line("start.add_lines", file=names[file.path], lines=" ".join(lacking))

    def next(self, scenario: Path, *, whole: bool) -> None:
        """The commands that come next. `whole`: everything in the folder is new, not one scenario."""
        if self._quiet:
            return
        here = self._folder.resolve() == Path.cwd()
        name = quote(scenario.relative_to(self._folder).as_posix())
        before = "" if here else f"cd {quote(str(self._folder))} && "
        paths = "" if whole else f" {name}"
        commands = {
            f"{before}harness{paths}": "start.do_run",
            f"harness validate{paths}": "start.do_validate",
            f"harness plan{paths}": "start.do_plan",
        }
        width = max(map(len, commands))
        self.line("start.next")
        for command, what in commands.items():
            sys.stdout.write(f"  {command:{width}}  {text(what, self._lang)}\n")


def _lacking(file: Path, lines: Sequence[str]) -> list[str]:
    try:
        there = {line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()}
    except OSError:
        there = set()
    return [line for line in lines if not there & {line, line.rstrip("/"), f"/{line}", f"{line}*"}]
