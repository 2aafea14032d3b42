"""Under GitHub Actions: what is printed can start no workflow command, and a run's annotations and summary are told.

Texts of an API reach the log. A line of theirs such as `::add-path::…` would be carried out by the runner, so both
streams pass through `report.github.neutral`; only our own annotations go past it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

from harness.errors import Mistake, why
from harness.report import Report
from harness.words import text

#: The signs of a line that are kept to see a command that comes in two pieces.
_TAIL = 8


def is_there() -> bool:
    """True under GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def guarded() -> Iterator[None]:
    """Within it nothing that is printed is a workflow command. Without GitHub Actions nothing is changed."""
    if not is_there() or isinstance(sys.stdout, Guarded):
        yield
        return
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", Guarded(stream)) for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            cast("Guarded", stream).end()
        sys.stdout, sys.stderr = before


class Guarded:
    """A text stream through which no line starts a workflow command. Lines go on as they end, the rest on `flush`."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._rest = ""
        self._tail = ""

    def write(self, text: str) -> int:
        """Takes the text; the number of its characters."""
        held = self._rest + text
        # The runner ends lines at CR and LF, and nowhere else.
        cut = max(held.rfind("\n"), held.rfind("\r")) + 1
        self._rest = held[cut:]
        if cut:
            self._emit(held[:cut])
            self._tail = ""
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Takes each line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Writes what there is of a line, too."""
        if self._rest:
            text, self._rest = self._rest, ""
            self._tail = (self._tail + self._emit(text))[-_TAIL:]
        self.stream.flush()

    def end(self) -> None:
        """Writes what is left; a stream that cannot be written to any more is left alone."""
        try:
            self.flush()
        except (OSError, ValueError):
            self._rest = ""

    def raw(self, line: str) -> None:
        """Writes a line of our own as it is: a workflow command."""
        if self._rest or self._tail:
            self.write("\n")
        self.stream.write(f"{line}\n")

    def _emit(self, text: str) -> str:
        """Writes the text, which goes on with the line in `_tail`; as it was written."""
        from harness.report.github import neutral

        whole = neutral(self._tail + text)
        # What was written already cannot be changed: a command that only now becomes one is parted here.
        text = whole[len(self._tail) :] if whole.startswith(self._tail) else f" {text}"
        self.stream.write(text)
        return text

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


def announce(report: Report, *, lang: str, quiet: bool) -> None:
    """Tells GitHub of a run: annotations on stdout unless `quiet`, and the step's summary. Nothing elsewhere."""
    if not is_there():
        return
    from harness.report import github

    if not quiet and isinstance(stream := cast("object", sys.stdout), Guarded):
        for line in github.of_report(report, lang=lang, base=_base()):
            stream.raw(line)
    if place := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            _append(Path(place), lambda room: github.summary(report, lang=lang, room=room))
        except OSError as error:
            sys.stderr.write(text("github.summary", lang, file=place, why=why(error)) + "\n")


def announce_mistakes(mistakes: tuple[Mistake, ...], *, lang: str = "en") -> None:
    """Annotations for mistakes in files, under GitHub Actions."""
    if isinstance(stream := cast("object", sys.stdout), Guarded):
        from harness.redact import Redactor, secrets_of
        from harness.report import github

        redactor = Redactor(secrets_of(os.environ))
        for line in github.of_mistakes(mistakes, lang=lang, base=_base()):
            stream.raw(redactor.text(line))


def _base() -> str:
    """The working folder as the repository sees it; empty where it is the root, or lies elsewhere."""
    try:
        here = Path.cwd().resolve().relative_to(Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve())
    except (OSError, ValueError):
        return ""
    return "" if here == Path() else here.as_posix()


def _append(file: Path, make: Callable[[int], str]) -> None:
    """Adds to the step's summary what `make` makes of the bytes that are left there. Raises OSError."""
    from harness.report.github import MOST_SUMMARY

    there = file.stat().st_size if file.exists() else 0
    with file.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
        out.write(make(max(MOST_SUMMARY - there, 0)))
