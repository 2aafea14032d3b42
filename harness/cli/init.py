"""`harness init`: a first scenario with all that belongs to it, or one from a request. Overwrites nothing.

Of a request nothing is shown but what `harness.starting` made of it: a command line or a HAR file is full of secrets.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any, Final

from harness import words
from harness.cli.options import Option, read_argv, whole
from harness.cli.run_options import RUN_OPTIONS
from harness.errors import EXIT_OK, EnvironmentProblem, UsageError
from harness.errors import why as system_words
from harness.scenario.files import shown
from harness.starting.files import NewFile
from harness.starting.origin import requirement
from harness.starting.project import SCENARIO, WORKFLOW, first_project
from harness.starting.request import Request
from harness.words import text, told

_FROM: Final = "from what"
_OPTIONS: Final = (
    *(option for option in RUN_OPTIONS if option.name in {"lang", "quiet"}),
    Option(flags=("--force",), only_flag=True, group="what to write"),
    Option(flags=("--name",), read=str, metavar="NAME", only_flag=True, group="what to write"),
    Option(flags=("--from-curl",), read=str, metavar="COMMAND", only_flag=True, group=_FROM),
    Option(flags=("--from-har",), read=Path, metavar="FILE", only_flag=True, group=_FROM),
    Option(flags=("--entry",), read=whole(1), metavar="N", only_flag=True, group=_FROM),
)
#: So many requests of a HAR file are listed.
_LISTED: Final = 30
_FLAG: Final = "--from-curl"
_PACKAGE: Final = Path(__file__).parents[1]
_CURL: Final = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?")


def main(argv: Sequence[str]) -> int:
    """0; what was there already was left alone."""
    argv, command = _split(argv)
    values, paths = read_argv("init", _OPTIONS, argv, paths="paths.init")
    values["from_curl"] = command or values["from_curl"]
    folder = _folder(paths)
    said = _Said(folder, values)
    if _has_source(values):
        return _from_request(folder, values, said)
    pip_takes = requirement(_PACKAGE)
    files = first_project(values["lang"], pip_takes)
    elsewhere = _repository_above(folder)
    if elsewhere is not None:
        files = tuple(file for file in files if file.path != WORKFLOW)
    written = write(files, folder, force=bool(values["force"]))
    said.wrote(written, files)
    if any(file.path == WORKFLOW for file in written):
        where = shown(folder / WORKFLOW, Path.cwd())
        said.line("start.fill_in" if pip_takes is None else "start.installs", file=where, what=pip_takes)
    if elsewhere is not None:
        said.line("start.elsewhere", folder=shown(elsewhere, Path.cwd()))
    said.next(folder / SCENARIO, whole=True)
    return EXIT_OK


def _split(argv: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    """Our own words, and those of a curl command that was pasted without quotes around it."""
    for index, word in enumerate(argv):
        first = argv[index + 1] if word == _FLAG and index + 1 < len(argv) else word.removeprefix(f"{_FLAG}=")
        if word.startswith(_FLAG) and _CURL.fullmatch(first):
            return argv[:index], (first, *argv[index + 1 + (word == _FLAG) :])
    return argv, ()


def _has_source(values: Mapping[str, Any]) -> bool:
    """Whether there is a request to start from. UsageError for options that do not go together."""
    sources = [name for name in ("from_curl", "from_har") if values[name] is not None]
    if len(sources) > 1:
        raise UsageError(told("start.one_source"), told("start.take_one"))
    if values["entry"] is not None and values["from_har"] is None:
        raise UsageError(told("start.needs_source", option="--entry"), told("start.give_source"))
    if values["name"] is not None and not sources:
        raise UsageError(told("start.needs_source", option="--name"), told("start.give_source"))
    return bool(sources)


def _from_request(folder: Path, values: Mapping[str, Any], said: _Said) -> int:
    from harness.starting.convert import start_from

    request = _request(folder, values)
    made = start_from(request, folder=folder, env=os.environ, name=values["name"], lang=values["lang"])
    force = bool(values["force"])
    for file in made.files:
        own = file.what in {"start.from_scenario", "start.profile"}
        if own and not force and os.path.lexists(folder / file.path):
            there = shown(folder / file.path, Path.cwd())
            raise UsageError(told("start.there_already", file=there), told("start.other_name"))
    said.wrote(write(made.files, folder, force=force), made.files)
    for note in made.notes:
        said.note(words.say(note, values["lang"]))
    said.next(folder / made.scenario, whole=False, refused=made.refused)
    return EXIT_OK


def _request(folder: Path, values: Mapping[str, Any]) -> Request:
    """The request that was named."""
    if values["from_curl"] is not None:
        from harness.starting.curl import MAX_CHARS, read_curl

        command = values["from_curl"]
        if command == "-":
            command = _stdin(MAX_CHARS).decode("utf-8", "replace")
        return read_curl(command, folder=Path.cwd())
    from harness.starting.aims import own_profiles
    from harness.starting.har import MAX_BYTES, Har

    file: Path = values["from_har"]
    har = Har(
        _stdin(MAX_BYTES) if str(file) == "-" else _read(file, MAX_BYTES), "HAR" if str(file) == "-" else file.name
    )
    if values["entry"] is not None:
        return har.request(values["entry"])
    found = har.creates(own_profiles(folder))
    if not found:
        raise UsageError(told("start.none_fits", where=har.name), told("start.take_post"))
    if len(found) > 1:
        entries = "\n".join(str(entry) for entry in found[:_LISTED]) + ("\n     …" if len(found) > _LISTED else "")
        what = told("start.several_fit", where=har.name, count=len(found), entries=entries)
        raise UsageError(what, told("start.choose_entry"))
    return har.request(found[0].number)


def _stdin(most: int) -> bytes:
    return sys.stdin.buffer.read(most + 1)


def _read(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except (OSError, ValueError) as error:
        why = system_words(error) if isinstance(error, OSError) else type(error).__name__
        raise UsageError(
            told("start.no_file", file=shown(file, Path.cwd()), why=why), told("start.name_file")
        ) from None


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
            what = told("start.unwritable", file=shown(target, Path.cwd()), why=system_words(error))
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

    def note(self, line: str) -> None:
        """Something to know."""
        if not self._quiet:
            sys.stdout.write(f"{line}\n")

    def wrote(self, written: Sequence[NewFile], files: Sequence[NewFile]) -> None:
        """Which files were written, which were left alone, and what these lack."""
        left = [file for file in files if file not in written]
        names = {file.path: shown(self._folder / file.path, Path.cwd()) for file in files}
        width = max(map(len, names.values()))
        if not written:
            self.line("start.nothing")
        lacking = {
            file.path: lines for file in left if file.kept and (lines := _lacking(self._folder / file.path, file.lines))
        }
        said = {
            "start.wrote": written,
            "start.left": [file for file in left if not file.kept],
            "start.kept": [file for file in left if file.kept and file.path not in lacking],
        }
        for key, some in said.items():
            if some and not self._quiet:
                self.line(key)
                for file in some:
                    sys.stdout.write(f"  {names[file.path]:{width}}  {text(file.what, self._lang)}\n")
        for path, lines in lacking.items():
            self.line("start.add_lines", file=names[path], lines=" ".join(lines))

    def next(self, scenario: Path, *, whole: bool, refused: bool = False) -> None:
        """The commands that come next. `whole`: everything in the folder is new, not one scenario; `refused`: its
        payload breaks the contract.
        """
        if self._quiet:
            return
        here = self._folder.resolve() == Path.cwd()
        name = quote(scenario.relative_to(self._folder).as_posix())
        before = "" if here else f"cd {quote(str(self._folder))} && "
        paths = "" if whole else f" {name}"
        commands = {
            f"{before}harness{paths}{' --diagnose' if refused else ''}": "start.do_mend" if refused else "start.do_run",
            f"harness{paths} --watch": "start.do_watch",
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
    there |= {f"{line.partition('=')[0]}=" for line in there if "=" in line}
    return [line for line in lines if not there & {line, line.rstrip("/"), f"/{line}", f"{line}*", f"/{line[:-1]}"}]
