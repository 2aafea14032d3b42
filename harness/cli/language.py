"""The language to speak before, and after, the options could be read: also of what is wrong with them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from harness.words import LANGS

if TYPE_CHECKING:
    from pathlib import Path

#: What a setting of the language looks like, wherever it stands in the file.
_SETTING: Final = re.compile(rb"""\blang["']?\s*=""")
_FLAGS: Final = ("--lang", "--lang=")


def language(words: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """The language that `--lang`, HARNESS_LANG or `[tool.harness]` asks for, in this order; English when none does.

    >>> language(["validate", "--lang", "ru"], {}), language(["--lang=ru"], {}), language(["--", "--lang=ru"], {})
    ('ru', 'ru', 'en')
    """
    env = os.environ if env is None else env
    flags = list(words[: words.index("--")] if "--" in words else words)
    asked = [after if flag == "--lang" else flag[7:] for flag, after in pairwise([*flags, ""]) if flag[:7] in _FLAGS]
    asked = [value for value in asked if value]
    if not asked:
        asked = [env.get("HARNESS_LANG") or _of_project(cwd)]
    return asked[-1] if asked[-1] in LANGS else "en"


def _of_project(cwd: Path | None) -> str:
    """What the nearest pyproject.toml says. Most say nothing of it: TOML is read only where such a key stands."""
    folder = os.getcwd() if cwd is None else os.fspath(cwd)  # noqa: PTH109  # pathlib costs start-up
    try:
        while not os.path.isfile(file := os.path.join(folder, "pyproject.toml")):  # noqa: PTH113, PTH118  # the same
            folder, here = os.path.dirname(folder), folder  # noqa: PTH120  # the same
            if folder == here:
                return "en"
        with open(file, "rb") as project:  # noqa: PTH123  # the same
            if _SETTING.search(project.read()) is None:
                return "en"
    except OSError:
        return "en"
    import pathlib

    from harness.cli.options import tool_settings
    from harness.errors import UsageError

    try:
        _, settings = tool_settings(pathlib.Path(folder))
    except (UsageError, OSError):
        return "en"
    return str(settings.get("lang", "en"))
