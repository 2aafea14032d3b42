"""Options of the command line, rows of tables: flags, environment and `[tool.harness]` read the same ones.

Order of precedence: flag, environment, `[tool.harness]` of the nearest pyproject.toml, default. What spends money
(`--live`) can only be a flag: a file or an inherited variable must not start a paid run.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from msgspec import Struct

from harness.cli.language import language
from harness.errors import UsageError
from harness.words import Told, in_lang, text, together, told

if TYPE_CHECKING:
    import argparse

_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h)?")
#: The table of pyproject.toml that holds settings.
_TABLE: Final = "tool.harness"
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """Seconds of `500ms`, `20s`, `5m`, `1h`; a bare number is seconds.

    >>> [seconds(text) for text in ("500ms", "20s", "5m", "1.5")]
    [0.5, 20.0, 300.0, 1.5]
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(told("expected.time"))
    return float(match.group(1)) * _UNITS[match.group(2) or "s"]


def whole(least: int, most: int = 10**9) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text.strip()) or not least <= int(text) <= most:
            key = "expected.whole.least" if most == 10**9 else "expected.whole"
            raise ValueError(told(key, least=least, most=most))
        return int(text)

    return read


def amount(text: str) -> float:
    """A number of credits, 0 or more."""
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text.strip()):
        raise ValueError(told("expected.credits"))
    return float(text)


def shard(text: str) -> str:
    """One part of a run, such as `2/4`."""
    from harness.run.shards import numbers

    return "/".join(map(str, numbers(text)))


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(told("expected.one_of", words=", ".join(words)))
        return text

    return read


class Option(Struct, frozen=True, kw_only=True):
    """One option. `read` turns text into a value (ValueError says what was expected); None means: a switch.

    What it does stands in the texts, under `option.` and its name or, where that means something else to other
    commands, under `option.` and `words`. `group` is its title in the help: `options.` and that.
    """

    flags: tuple[str, ...]
    words: str = ""
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

    def help(self, lang: str) -> str:
        """What it does, in this language."""
        return text(f"option.{self.words or self.name}", lang)


def read_argv(
    command: str, options: Sequence[Option], argv: Sequence[str], *, paths: str | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values of a command's options, resolved (`parser`, `resolve`), and its paths.

    Variables that look like settings and are none are told of on stderr.
    """
    from harness.cli.environment import ignored

    given = vars(parser(command, options, paths=paths, lang=language_of_help(argv)).parse_args(argv))
    values = resolve(options, given, env=os.environ, cwd=Path.cwd(), command=command)
    for line in ignored(os.environ, options):
        sys.stderr.write(in_lang(line, values.get("lang") or language(argv)) + "\n")
    return values, tuple(given.get("paths", ()))


def language_of_help(argv: Sequence[str]) -> str:
    """The language for the help, where it may be asked for: nobody reads it otherwise."""
    return language(argv) if any(word[:1] == "-" and "h" in word for word in argv) else "en"


PATHS: Final = "PATH"


def parser(
    command: str, options: Sequence[Option], *, paths: str | None = None, lang: str = "en"
) -> argparse.ArgumentParser:
    """An argument parser that speaks our error language. `paths` is the key of what its paths are, if it takes any."""
    import argparse  # `--version` and the table of commands do without

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(*_reword(message, command, options))

    class Formatter(argparse.HelpFormatter):
        def add_usage(
            self,
            usage: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[Any],
            prefix: str | None = None,
        ) -> None:
            super().add_usage(usage, actions, groups, text("help.usage", lang) if prefix is None else prefix)

    made = Parser(
        prog=f"harness {command}",
        description=text(f"summary.{command}", lang),
        allow_abbrev=False,
        add_help=False,
        formatter_class=Formatter,
    )
    if paths is not None:
        group = made.add_argument_group(text("help.paths", lang))
        group.add_argument("paths", nargs="*", metavar=PATHS, help=text(paths, lang))
    group = made.add_argument_group(text("help.options", lang))
    group.add_argument("-h", "--help", action="help", help=text("help.help", lang))
    titles = dict.fromkeys(option.group for option in options)
    groups = {title: made.add_argument_group(text(f"options.{title}", lang)) for title in titles}
    for option in options:
        place, said = groups[option.group], option.help(lang)
        if option.read is None:
            place.add_argument(*option.flags, dest=option.name, action="store_const", const=True, help=said)
        else:
            action = "append" if option.repeat else "store"
            place.add_argument(*option.flags, dest=option.name, action=action, metavar=option.metavar, help=said)
    return made


def resolve(
    options: Sequence[Option], given: Mapping[str, Any], *, env: Mapping[str, str], cwd: Path, command: str = "run"
) -> dict[str, Any]:
    """The value of every option: flag, then `HARNESS_…`, then `[tool.harness]`, then default.

    Raises UsageError that names every value that cannot be, and where it was said.
    """
    from harness.cli.run_options import RUN_OPTIONS  # the settings are those of a run, whoever reads them

    file, settings = tool_settings(cwd)
    known = {option.name for option in options if not option.only_flag}
    wrong: list[str] = [
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
            said = (f"{file}: {_TABLE}.{option.name}", settings[option.name])
        try:
            values[option.name] = _default(option) if said is None else _read(option, said[1])
        except ValueError as error:
            assert said is not None
            shown = ", ".join(map(str, said[1])) if isinstance(said[1], list) else said[1]
            wrong.append(told("usage.expected", where=said[0], expected=error.args[0], found=shown))
    if wrong:
        raise UsageError(together(wrong), told("usage.see", command=command))
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
        raise ValueError(told("expected.truth"))
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
            raise UsageError(told("usage.toml", file=file, error=error), told("usage.toml.fix")) from None
        if not isinstance(settings, dict):
            raise UsageError(told("usage.toml.table", file=file, found=repr(settings)), told("usage.toml.table.fix"))
        return str(file), {key.replace("-", "_"): value for key, value in settings.items()}
    return "", {}


def _unknown_setting(file: str, key: str, known: set[str]) -> Told:
    near = get_close_matches(key, known, n=1)
    hint = told("usage.did_you_mean", word=near[0]) if near else told("usage.known", words=", ".join(sorted(known)))
    return told("usage.no_setting", file=file, key=key, hint=hint)


def _reword(message: str, command: str, options: Sequence[Option]) -> tuple[str, str]:
    flags = [flag for option in options for flag in option.flags]
    fix = told("usage.see", command=command)
    if match := re.match(r"unrecognized arguments: (\S+)", message):
        word = match.group(1)
        near = get_close_matches(word.split("=")[0], flags, n=1)
        return told("usage.no_option", word=word), told("usage.did_you_mean", word=near[0]) if near else fix
    if match := re.match(r"argument (\S+): expected one argument", message):
        return told("usage.no_value", flag=match.group(1)), fix
    if match := re.match(r"argument (\S+): ignored explicit argument (.*)", message):
        return told("usage.needless_value", flag=match.group(1), found=match.group(2)), fix
    return f"{message[:1].upper()}{message[1:]}.", fix
