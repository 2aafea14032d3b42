"""The options of the command line as one table: flags, environment and `[tool.harness]` read the same rows.

Order of precedence: flag, environment, `[tool.harness]` of the nearest pyproject.toml, default. What spends money
(`--live`) can only be a flag: a file or an inherited variable must not start a paid run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from msgspec import Struct

from harness.errors import UsageError

if TYPE_CHECKING:
    import argparse

_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h)?")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """Seconds of `500ms`, `20s`, `5m`, `1h`; a bare number is seconds.

    >>> [seconds(text) for text in ("500ms", "20s", "5m", "1.5")]
    [0.5, 20.0, 300.0, 1.5]
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError("a time such as 500ms, 20s, 5m or 1.5")
    return float(match.group(1)) * _UNITS[match.group(2) or "s"]


def whole(least: int, most: int = 10**9) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text.strip()) or not least <= int(text) <= most:
            span = f"of at least {least}" if most == 10**9 else f"from {least} to {most}"
            raise ValueError(f"a whole number {span}")
        return int(text)

    return read


def amount(text: str) -> float:
    """A number of credits, 0 or more."""
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text.strip()):
        raise ValueError("a number of credits, 0 or more")
    return float(text)


def shard(text: str) -> str:
    """One part of a run, such as `2/4`."""
    from harness.run.shards import numbers

    return "/".join(map(str, numbers(text)))


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return text

    return read


class Option(Struct, frozen=True, kw_only=True):
    """One option. `read` turns text into a value (ValueError says what was expected); None means: a switch."""

    flags: tuple[str, ...]
    help: str
    read: Callable[[str], Any] | None = None
    metavar: str = ""
    repeat: bool = False
    default: Any = None
    only_flag: bool = False
    group: str = "what to fire"

    @property
    def name(self) -> str:
        """The long flag without dashes, with underscores: the key in `[tool.harness]`."""
        return max(self.flags, key=len).lstrip("-").replace("-", "_")


PATHS: Final = "PATH"
RUN_OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        flags=("-k", "--select"),
        read=str,
        metavar="EXPR",
        default="",
        only_flag=True,
        help="only variants whose id, name, scenario or tags match: 'ratio and not seed'",
    ),
    Option(flags=("--tag",), read=str, metavar="T", repeat=True, help="only variants with this tag (repeatable)"),
    Option(
        flags=("--only",),
        read=str,
        metavar="ID",
        repeat=True,
        only_flag=True,
        help="only the variant with this id (repeatable)",
    ),
    Option(
        flags=("--sample",),
        read=whole(1),
        metavar="N",
        help="N of the selected variants, drawn by chance (by --seed)",
    ),
    Option(
        flags=("--last-failed", "--lf"),
        only_flag=True,
        help="only variants that did not pass in the last run of these scenarios; all of them when everything did",
    ),
    Option(
        flags=("--shard",),
        read=shard,
        metavar="I/N",
        only_flag=True,
        help="only the I-th of N parts of what is selected, alike dear; `harness merge` puts them together",
    ),
    Option(
        flags=("--contract",), read=str, metavar="VERSION", help="the dated contract to judge by and to mock, or `none`"
    ),
    Option(flags=("--allow-code",), help="let scenarios run their own `$call` code"),
    Option(flags=("--live",), only_flag=True, group="where to", help="fire at the real provider: this spends credits"),
    Option(
        flags=("--base-url",),
        read=str,
        metavar="URL",
        group="where to",
        help="another address; one that is not on this machine needs --live",
    ),
    Option(
        flags=("--env-file",),
        read=Path,
        metavar="FILE",
        group="where to",
        help="read the API key from this file (else from the environment, keys.env or .env)",
    ),
    Option(
        flags=("--max-credits",),
        read=amount,
        metavar="N",
        group="where to",
        help="spend at most N credits: refuse a dearer live plan, and fire nothing more once N could be passed",
    ),
    Option(
        flags=("--fit",),
        group="where to",
        help="do not refuse a plan dearer than --max-credits: fire the rows of its matrices that show most for it",
    ),
    Option(
        flags=("--budget-rows",),
        read=whole(0),
        metavar="N",
        group="where to",
        help="fire at most N rows of the matrices: last failures, then those that show most for their price",
    ),
    Option(
        flags=("--plan",),
        read=Path,
        metavar="FILE",
        only_flag=True,
        group="where to",
        help="fire exactly what `harness plan --out FILE` wrote, or nothing",
    ),
    Option(
        flags=("--max-time",),
        read=seconds,
        metavar="T",
        group="where to",
        help="fire nothing more after this time; what is in flight is followed to its end",
    ),
    Option(
        flags=("--assume-credits",),
        read=amount,
        metavar="N",
        group="where to",
        help="count N credits for a variant without a known price",
    ),
    Option(
        flags=("--until",),
        read=one_of("accepted", "finished", "verified"),
        metavar="STAGE",
        default="verified",
        group="how far",
        help="accepted: an id came back · finished: the task ended · verified: outputs measured (default)",
    ),
    Option(
        flags=("-j", "--jobs"),
        read=whole(1, 10_000),
        metavar="N",
        default=4,
        group="how far",
        help="tasks in flight at once (default 4)",
    ),
    Option(flags=("-x", "--exitfirst"), only_flag=True, group="how far", help="stop at the first failure"),
    Option(flags=("--max-failures",), read=whole(1), metavar="N", group="how far", help="stop after N failures"),
    Option(
        flags=("--diagnose",),
        only_flag=True,
        group="how far",
        help="after refusals, send probes that no scenario lists, to find the cause and to try what to send instead",
    ),
    Option(
        flags=("--max-probes",),
        read=whole(0, 10_000),
        metavar="N",
        default=60,
        group="how far",
        help="send at most N probes (default 60), within --max-credits",
    ),
    Option(
        flags=("--recover",),
        only_flag=True,
        group="how far",
        help="with --diagnose: send again all that only refused rows of a matrix held, not just eight rows of it",
    ),
    Option(
        flags=("--poll-interval",),
        read=seconds,
        metavar="T",
        group="how far",
        help="seconds between polls of a task (default: the profile's)",
    ),
    Option(
        flags=("--task-timeout",),
        read=seconds,
        metavar="T",
        group="how far",
        help="give up on a task after this time (default: the profile's)",
    ),
    Option(flags=("--no-download",), group="how far", help="do not fetch the outputs"),
    Option(
        flags=("--faults",),
        read=str,
        metavar="NAME,…",
        repeat=True,
        only_flag=True,
        group="where to",
        help="defects that the built-in mock commits on purpose (`harness mock --list-faults`)",
    ),
    Option(
        flags=("--seed",),
        read=whole(0, 2**32 - 1),
        metavar="N",
        default=0,
        group="how far",
        help="seed of the mock and of the jitter (default 0)",
    ),
    Option(
        flags=("--reports",),
        read=Path,
        metavar="DIR",
        default=Path("reports"),
        group="what to show",
        help="where runs leave their folders (default reports/)",
    ),
    Option(
        flags=("--report",),
        read=str,
        metavar="NAME[=PATH]",
        repeat=True,
        group="what to show",
        help="write this report too, or to another place (html, json, markdown, junit, ctrf, csv)",
    ),
    Option(
        flags=("--baseline",),
        read=Path,
        metavar="FILE",
        group="what counts",
        help="failures that stand in this file are known: only what is new fails",
    ),
    Option(
        flags=("--baseline-update",),
        only_flag=True,
        group="what counts",
        help="take what fails now for known, and write the file",
    ),
    Option(
        flags=("--baseline-prune",),
        only_flag=True,
        group="what counts",
        help="take out of the file what passes now, or is no longer in the scenarios",
    ),
    Option(
        flags=("--drift",),
        group="what counts",
        help="compare with the last run at this target: refused then and accepted now, or the other way, ends with 6",
    ),
    Option(
        flags=("--lang",),
        read=one_of("en", "ru"),
        metavar="en|ru",
        default="en",
        group="what to show",
        help="language of the summary and of the written reports",
    ),
    Option(
        flags=("--color",),
        read=one_of("auto", "always", "never"),
        metavar="WHEN",
        default="auto",
        group="what to show",
        help="auto (default), always or never",
    ),
    Option(flags=("--ascii",), group="what to show", help="no emoji and no signs beyond ASCII in the frame"),
    Option(flags=("-q", "--quiet"), group="what to show", help="only the verdict"),
    Option(flags=("-v", "--verbose"), group="what to show", help="log every request, poll and download"),
)


def parser(
    command: str, summary: str, options: Sequence[Option], *, paths: str | None = None
) -> argparse.ArgumentParser:
    """An argument parser that speaks our error language. `paths` is the help of the positional paths, if any."""
    import argparse  # `--version` and the table of commands do without

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(*_reword(message, command, options))

    made = Parser(
        prog=f"harness {command}", description=summary, allow_abbrev=False, formatter_class=argparse.HelpFormatter
    )
    if paths is not None:
        made.add_argument("paths", nargs="*", metavar=PATHS, help=paths)
    groups = {name: made.add_argument_group(name) for name in dict.fromkeys(option.group for option in options)}
    for option in options:
        group = groups[option.group]
        if option.read is None:
            group.add_argument(*option.flags, dest=option.name, action="store_const", const=True, help=option.help)
        else:
            action = "append" if option.repeat else "store"
            group.add_argument(*option.flags, dest=option.name, action=action, metavar=option.metavar, help=option.help)
    return made


def resolve(
    options: Sequence[Option], given: Mapping[str, Any], *, env: Mapping[str, str], cwd: Path, command: str = "run"
) -> dict[str, Any]:
    """The value of every option: flag, then `HARNESS_…`, then `[tool.harness]`, then default.

    Raises UsageError that names every value that cannot be, and where it was said.
    """
    file, settings = tool_settings(cwd)
    known = {option.name for option in options if not option.only_flag}
    wrong = [
        _unknown_setting(file, key, known)
        for key in settings
        if key not in {option.name for option in RUN_OPTIONS if not option.only_flag}
    ]
    values: dict[str, Any] = {}
    for option in options:
        flag = max(option.flags, key=len)
        variable = f"HARNESS_{option.name.upper()}"
        said: tuple[str, Any] | None = None
        if given.get(option.name) is not None:
            said = (flag, given[option.name])
        elif not option.only_flag and env.get(variable):
            said = (variable, env[variable])
        elif not option.only_flag and option.name in settings:
            said = (f"{file}: tool.harness.{option.name}", settings[option.name])
        try:
            values[option.name] = _default(option) if said is None else _read(option, said[1])
        except ValueError as error:
            assert said is not None
            shown = ", ".join(map(str, said[1])) if isinstance(said[1], list) else said[1]
            wrong.append(f'{said[0]}: expected {error}, found "{shown}".')
    if wrong:
        raise UsageError("\n".join(wrong), f"See `harness {command} --help`.")
    return values


def _default(option: Option) -> Any:
    if option.repeat:
        return ()
    return False if option.read is None else option.default


def _read(option: Option, said: Any) -> Any:
    if option.read is None:
        if isinstance(said, bool):
            return said
        if str(said).lower() in {"1", "true", "yes", "on"}:
            return True
        if str(said).lower() in {"0", "false", "no", "off"}:
            return False
        raise ValueError("true or false")
    if option.repeat:
        parts = said if isinstance(said, list) else [part.strip() for part in str(said).split(",")]
        return tuple(option.read(str(part)) for part in parts)
    return option.read(str(said))


def tool_settings(cwd: Path) -> tuple[str, dict[str, Any]]:
    """The nearest pyproject.toml and its `[tool.harness]`. Raises UsageError for one that cannot be read."""
    for folder in (cwd, *cwd.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        raw = file.read_bytes()
        if b"tool.harness" not in raw and b"harness" not in raw:
            return str(file), {}
        import tomllib  # most projects have no settings for us

        try:
            settings = tomllib.loads(raw.decode("utf-8")).get("tool", {}).get("harness", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: not readable as TOML: {error}.", "Mend the file, or run elsewhere.") from None
        if not isinstance(settings, dict):
            raise UsageError(f"{file}: tool.harness: expected a table, found {settings!r}.", "Write [tool.harness].")
        return str(file), {key.replace("-", "_"): value for key, value in settings.items()}
    return "", {}


def _unknown_setting(file: str, key: str, known: set[str]) -> str:
    near = get_close_matches(key, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(sorted(known))}."
    return f'{file}: tool.harness: there is no setting "{key}".{hint}'


def _reword(message: str, command: str, options: Sequence[Option]) -> tuple[str, str]:
    flags = [flag for option in options for flag in option.flags]
    fix = f"See `harness {command} --help`."
    if match := re.match(r"unrecognized arguments: (\S+)", message):
        word = match.group(1)
        near = get_close_matches(word.split("=")[0], flags, n=1)
        return f'There is no option "{word}".', f"Did you mean {near[0]}?" if near else fix
    if match := re.match(r"argument (\S+): expected one argument", message):
        return f"{match.group(1)}: a value is missing.", fix
    return f"{message[:1].upper()}{message[1:]}.", fix
