"""The command line: one file per command, one table of commands. The only package that prints.

`main` parses, builds, executes and turns everything that went wrong into a sentence and an exit code.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, Protocol

from harness.errors import EXIT_ENVIRONMENT, EXIT_INTERRUPTED, EXIT_OK, HarnessError, MistakesError, UsageError
from harness.words import text, told

#: Command → module in this package; what it does is `command.NAME` of the texts. `run` happens without a command.
COMMANDS: Final[dict[str, str]] = {
    "run": "run",
    "resume": "resume",
    "diagnose": "diagnose",
    "reap": "reap",
    "plan": "plan",
    "validate": "validate",
    "list": "listing",
    "matrix": "matrix",
    "report": "report",
    "compare": "compare",
    "history": "history",
    "merge": "merge",
    "ledger": "ledger",
    "init": "init",
    "schema": "schema",
    "mock": "mock",
    "explain": "explain",
}


class Command(Protocol):
    """What a command's module offers."""

    def main(self, argv: Sequence[str]) -> int:
        """The exit code after doing the command."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the command line `argv` (default: sys.argv). Never raises but for SystemExit of --help."""
    words = list(sys.argv[1:] if argv is None else argv)
    _mend_streams()
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from harness.cli.github import guarded

        with guarded():
            return _main(words)
    return _main(words)


def _main(words: list[str]) -> int:
    try:
        code = _dispatch(list(words))
        sys.stdout.flush()
    except HarnessError as error:
        _say(error, words)
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{text('end.interrupted', _language(words))}\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`harness list | head`): not our failure, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _our_bug(words)
        sys.stderr.write(text("end.no_space", _language(words)) + "\n")
        return EXIT_ENVIRONMENT
    except Exception:  # noqa: BLE001  # the last net: a bug of ours must not scroll past as a bare traceback
        return _our_bug(words)
    return code


def _dispatch(words: list[str]) -> int:
    asked, words = _asked_language(words)
    if len(words) > 1 and words[0] == "help" and words[1] in COMMANDS:
        words = [words[1], "--help"]
    if words and words[0] in {"-h", "--help", "help"}:
        width, lang = max(map(len, COMMANDS)) + 2, _language([*asked, *words])
        commands = "\n".join(f"  {name:{width}}{text(f'command.{name}', lang)}" for name in COMMANDS)
        sys.stdout.write(text("help.main", lang, commands=commands))
        return EXIT_OK
    if words and words[0] in {"-V", "--version"}:
        from harness import __version__

        sys.stdout.write(f"harness {__version__}\n")
        return EXIT_OK
    name = words.pop(0) if words and words[0] in COMMANDS else _default(words)
    command: Command = import_module(f"harness.cli.{COMMANDS[name]}")
    return command.main([*asked, *words])


def _asked_language(words: list[str]) -> tuple[list[str], list[str]]:
    """`--lang` where it stands before the command, and the rest: `harness --lang ru validate` is no run."""
    if words and words[0].startswith("--lang="):
        return words[:1], words[1:]
    return (words[:2], words[2:]) if words and words[0] == "--lang" else ([], words)


def _language(words: Sequence[str]) -> str:
    from harness.cli.language import language

    return language(words)


def _default(words: list[str]) -> str:
    """`run`, unless the first word looks like a mistyped command: no such file, no slash, close to a name we know."""
    if words and words[0].isalpha() and not os.path.exists(words[0]):  # noqa: PTH110  # pathlib costs start-up
        from difflib import get_close_matches

        near = get_close_matches(words[0], COMMANDS, n=1)
        hint = (
            told("usage.command.near", command=near[0])
            if near
            else told("usage.commands", commands=", ".join(COMMANDS))
        )
        raise UsageError(told("usage.no_command", word=words[0]), hint)
    return "run"


def _say(error: HarnessError, words: Sequence[str]) -> None:
    from harness.redact import Redactor, secrets_of

    lang = _language(words)
    sys.stderr.write(Redactor(secrets_of(os.environ)).text(error.within(lang)) + "\n")
    if isinstance(error, MistakesError) and os.environ.get("GITHUB_ACTIONS") == "true":
        from harness.cli.github import announce_mistakes

        announce_mistakes(error.mistakes, lang=lang)


def _our_bug(words: Sequence[str]) -> int:
    import tempfile
    import traceback

    from harness.redact import Redactor, secrets_of

    redactor = Redactor(secrets_of(os.environ))
    trace = redactor.text(traceback.format_exc())
    with tempfile.NamedTemporaryFile(
        "w", prefix="harness-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(trace)
    last = trace.strip().splitlines()[-1]
    sys.stderr.write(text("end.bug", _language(words), last=last, file=file.name) + "\n")
    return EXIT_ENVIRONMENT


def _mend_streams() -> None:
    """A closed stream swallows what is said; on one with a narrow encoding unknown signs become `?`, and end no run."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # lives as long as the program
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # the same
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
