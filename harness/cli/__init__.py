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

#: Command → (module in this package, what it does). `run` is what happens without a command.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": ("run", "fire the scenarios and judge every variant (the default command)"),
    "resume": ("resume", "go on with a run that broke off: follow its tasks, fire what was not"),
    "diagnose": ("diagnose", "find the causes of a run's refusals from its folder; --probe: with a few requests"),
    "reap": ("reap", "cancel the tasks that a run left behind, and say what may still be billed"),
    "plan": ("plan", "show what a run would fire, cost and take"),
    "validate": ("validate", "check scenario files, offline"),
    "list": ("listing", "show the variants with their ids"),
    "matrix": ("matrix", "show the rows of a matrix, what they cover and cost; import and export them"),
    "report": ("report", "render the reports of a run again, from its folder alone"),
    "compare": ("compare", "say what changed from one run to another"),
    "history": ("history", "say how each variant fared over the runs under reports/"),
    "merge": ("merge", "put the shards of a run together"),
    "ledger": ("ledger", "add up the credits of the runs under reports/"),
    "init": ("init", "write a first scenario with what belongs to it, or one from a curl line or a HAR file"),
    "schema": ("schema", "write the JSON Schema of the scenario format"),
    "mock": ("mock", "serve the mock of a provider, for any client"),
    "explain": ("explain", "say what a finding code means and what to do"),
}

_HELP: Final = """\
usage: harness [COMMAND] [PATH…] [OPTION…]

Fires payload variants at a paid, slow, asynchronous media API, or at a faithful mock of it,
and says which work, and what to change where one does not.

commands:
{commands}

`harness COMMAND --help` tells a command's options.

examples:
  python -m harness                                  everything under scenarios/, on the built-in mock: free, no key
  python -m harness -k watermark --lang ru           the variants whose name has "watermark", in Russian
  python -m harness scenarios/runway/image_to_video.yaml --contract 2025-10
  python -m harness validate my_scenarios/           every mistake of every file, with its line
  python -m harness mock                             a Runway of your own on http://127.0.0.1:8765
  RUNWAYML_API_SECRET=key_… python -m harness --live --max-credits 50 -k Minimal

exit codes:
  0 all as expected · 1 a variant failed · 2 usage or scenario mistake, nothing sent · 3 environment (key, network)
  4 stopped early or inconclusive · 5 nothing selected · 130 interrupted
"""


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
        sys.stderr.write("\nInterrupted.\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`harness list | head`): not our failure, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _our_bug()
        sys.stderr.write("What there was to say could not be written: there is no space left on the device.\n")
        return EXIT_ENVIRONMENT
    except Exception:  # noqa: BLE001  # the last net: a bug of ours must not scroll past as a bare traceback
        return _our_bug()
    return code


def _dispatch(words: list[str]) -> int:
    if len(words) > 1 and words[0] == "help" and words[1] in COMMANDS:
        words = [words[1], "--help"]
    if words and words[0] in {"-h", "--help", "help"}:
        width = max(map(len, COMMANDS)) + 2
        sys.stdout.write(
            _HELP.format(commands="\n".join(f"  {name:{width}}{what}" for name, (_, what) in COMMANDS.items()))
        )
        return EXIT_OK
    if words and words[0] in {"-V", "--version"}:
        from harness import __version__

        sys.stdout.write(f"harness {__version__}\n")
        return EXIT_OK
    name = words.pop(0) if words and words[0] in COMMANDS else _default(words)
    command: Command = import_module(f"harness.cli.{COMMANDS[name][0]}")
    return command.main(words)


def _default(words: list[str]) -> str:
    """`run`, unless the first word looks like a mistyped command: no such file, no slash, close to a name we know."""
    if words and words[0].isalpha() and not os.path.exists(words[0]):  # noqa: PTH110  # pathlib costs start-up
        from difflib import get_close_matches

        near = get_close_matches(words[0], COMMANDS, n=1)
        hint = f"Did you mean `harness {near[0]}`?" if near else f"Commands: {', '.join(COMMANDS)}."
        raise UsageError(f'There is no command and no file "{words[0]}".', hint)
    return "run"


def _say(error: HarnessError, words: Sequence[str]) -> None:
    from harness.cli.language import language
    from harness.redact import Redactor, secrets_of

    sys.stderr.write(Redactor(secrets_of(os.environ)).text(error.within(language(words))) + "\n")
    if isinstance(error, MistakesError) and os.environ.get("GITHUB_ACTIONS") == "true":
        from harness.cli.github import announce_mistakes

        announce_mistakes(error.mistakes)


def _our_bug() -> int:
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
    sys.stderr.write(
        f"A bug of ours ended the program: {last}\n"
        f"  The whole trace is in {file.name}. Please report it; what the run did so far is in its reports folder.\n"
    )
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
