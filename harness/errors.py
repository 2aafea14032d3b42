"""The error tree. Every error knows its exit code and can say where, what and what to do.

HarnessError
├── UsageError            2  a flag, a path or a name that cannot be
├── MistakesError         2  scenario or profile files are wrong: every mistake of every file at once
├── BudgetError           2  the plan is dearer than allowed: nothing was sent
├── EnvironmentProblem    3  no key, no network, unwritable folder
├── NothingSelected       5  no variant was left to fire
└── TransportError        –  one exchange got no answer; becomes an Outcome, never the end of a run
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import Struct

from harness.model import Source
from harness.words import in_lang, known

EXIT_OK: Final = 0
EXIT_FAIL: Final = 1
EXIT_USAGE: Final = 2
EXIT_ENVIRONMENT: Final = 3
EXIT_INCONCLUSIVE: Final = 4
EXIT_NOTHING: Final = 5
EXIT_DRIFT: Final = 6
EXIT_INTERRUPTED: Final = 130


def why(error: OSError) -> str:
    """The system's words for an error, which know their Russian where the texts have them."""
    return known("system", error.strerror or str(error))


class HarnessError(Exception):
    """Base of all errors that a user can do something about. `text` is whole sentences; `fix` says what to do.

    Both are `words.told(…)`: their `str` is English, `within` says them in another language.
    """

    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, text: str, fix: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.fix = fix

    def __str__(self) -> str:
        return self.within("en")

    def within(self, lang: str) -> str:
        """What is wrong and what to do, in this language."""
        text = in_lang(self.text, lang)
        return f"{text}\n  {in_lang(self.fix, lang)}" if self.fix else text


class UsageError(HarnessError):
    """A flag, a path or a name that cannot be."""


class BudgetError(HarnessError):
    """The plan is dearer than its budget; nothing was sent."""


class EnvironmentProblem(HarnessError):
    """The surroundings do not allow the run: no key, no network, an unwritable folder."""

    exit_code = EXIT_ENVIRONMENT


class NothingSelected(HarnessError):
    """No variant was left to fire."""

    exit_code = EXIT_NOTHING


class Mistake(Struct, frozen=True, kw_only=True):
    """One mistake in a file. `field` is the dotted place in the document, `line_text` the line for the caret."""

    source: Source
    what: str
    fix: str = ""
    field: str = ""
    line_text: str | None = None

    def __str__(self) -> str:
        return self.within("en")

    def within(self, lang: str) -> str:
        """Where, what and what to do, in this language."""
        where = str(self.source)
        if self.source.line and self.source.column:
            where += f":{self.source.column}"
        lines = [f"{where}: {self.field + ': ' if self.field else ''}{in_lang(self.what, lang)}"]
        if self.line_text is not None and self.source.column:
            lines += [f"    {self.line_text}", "    " + " " * (self.source.column - 1) + "^"]
        if self.fix:
            lines.append(f"  {in_lang(self.fix, lang)}")
        return "\n".join(lines)


class MistakesError(HarnessError):
    """Files are wrong. Holds every mistake of every file, in the order of the files."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))

    def within(self, lang: str) -> str:
        """Every mistake, in this language."""
        return "\n".join(mistake.within(lang) for mistake in self.mistakes)


class TransportError(HarnessError):
    """One exchange got no answer. `code` is a NETWORK.* finding code.

    `sent` is False only when the request surely never reached the server (no connection), so that sending it again
    cannot create a second task. `received` is the part of the answer's body that came before it broke off.
    """

    exit_code = EXIT_ENVIRONMENT

    def __init__(self, code: str, text: str, *, sent: bool, received: bytes = b"") -> None:
        super().__init__(text)
        self.code = code
        self.sent = sent
        self.received = received
